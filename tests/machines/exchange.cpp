#include <parallel_task/machines/exchange.hpp>

#include "../catch.hpp"

#include "thread_link.hpp"

#include <cstdlib>
#include <numeric>
#include <stdexcept>

#include <parallel_task/parallel_task.hpp>

namespace machines {
namespace {

/// What a rank finds of what it should; assertions are the main thread's.
void must_hold_on_rank(bool holds, char const* what) {
  if (!holds) throw std::logic_error(what);
}
#define MUST_ON_RANK(...) must_hold_on_rank(static_cast<bool>(__VA_ARGS__), #__VA_ARGS__)

std::string text_of_thrown(std::exception_ptr const& error) {
  if (!error) return "";
  try {
    std::rethrow_exception(error);
  } catch (std::exception const& e) {
    return e.what();
  } catch (Died const&) {
    return "died";
  }
}

int seeds() { return std::getenv("PARALLEL_TASK_LONG") != nullptr ? 2000 : 100; }

/// A bit of everything. `values`: also what needs all ranks alive.
void a_program_of_ranks(pt::world& w, unsigned seed, bool values) {
  std::mt19937 random(seed);
  for (int call = 0; call != 6; ++call) {
    auto const n = static_cast<std::size_t>(random() % 300);
    switch (random() % (values ? 8 : 5)) {
      case 0:
        MUST_ON_RANK(pt::indices(n).on(w).sum() == pt::indices(n).sum());
        break;
      case 1: {
        auto const got =
            pt::indices(n).on(w).map([](std::size_t i) { return std::to_string(i); }).collect<std::vector>();
        MUST_ON_RANK(got.size() == n && (n == 0 || got.back() == std::to_string(n - 1)));
        auto const placed = pt::indices(n).on(w).map([](std::size_t i) { return 2 * i; }).collect<std::vector>();
        MUST_ON_RANK(placed.size() == n && (n == 0 || placed.back() == 2 * (n - 1)));
        break;
      }
      case 2: {
        std::size_t next = 0;
        pt::indices(n)
            .on(w.least(3))
            .for_each_ordered(
                [&](std::size_t i) {
                  MUST_ON_RANK(i == next);
                  ++next;
                },
                20);
        MUST_ON_RANK(next == (w.is_root() ? n : 0));
        break;
      }
      case 3:
        MUST_ON_RANK(pt::indices(n).on(w).find_first([n](std::size_t i) { return i >= n / 2; }).has_value() == (n > 0));
        break;
      case 4: {
        bool threw = false;
        try {
          pt::indices(n).on(w.split()).for_each([n](std::size_t i) {
            if (i + 1 == n) throw std::range_error("the last");
          });
        } catch (std::range_error const&) {
          threw = true;
        }
        MUST_ON_RANK(threw == (n > 0));
        break;
      }
      case 5:
        MUST_ON_RANK(w.all_gather(w.rank()).size() == static_cast<std::size_t>(w.size()));
        break;
      case 6: {
        std::string value = w.rank() == w.size() - 1 ? std::string(n, 'x') : "";
        w.broadcast(value, w.size() - 1);
        MUST_ON_RANK(value == std::string(n, 'x'));
        break;
      }
      default: {
        bool differs = false;
        try {
          if (w.rank() == 1) {
            w.barrier();
          } else {
            static_cast<void>(pt::indices(n).on(w).sum());
          }
        } catch (pt::rank_mismatch const&) {
          differs = true;
        }
        MUST_ON_RANK(differs);
      }
    }
  }
}

TEST_CASE("ranks understand each other however late and in pieces their messages come") {
  for (int seed = 1; seed <= seeds(); ++seed) {
    int const ranks = 2 + seed % 3;
    auto const thrown = on_threads(ranks, static_cast<unsigned>(seed),
                                   [seed](pt::world& w) { a_program_of_ranks(w, static_cast<unsigned>(seed), true); });
    for (auto const& error : thrown) {
      INFO("seed " << seed << ": " << text_of_thrown(error));
      CHECK(error == nullptr);
    }
  }
}

TEST_CASE("a rank that dies at any message costs its chunk and nothing else") {
  unsigned died = 0;
  for (int at = 1; at <= seeds(); ++at) {  // message 0 is its part in making the world
    auto const thrown = on_threads(
        3, static_cast<unsigned>(at), [at](pt::world& w) { a_program_of_ranks(w, static_cast<unsigned>(at), false); },
        1, at % 25 + 1);
    INFO("dies at message " << at % 25 + 1 << ", seed " << at << ": " << text_of_thrown(thrown[0]) << ", "
                            << text_of_thrown(thrown[2]));
    CHECK((thrown[0] == nullptr && thrown[2] == nullptr));
    if (text_of_thrown(thrown[1]) == "died") ++died;
  }
  CHECK(died > 0);
}

TEST_CASE("without rank 0 all others end") {
  for (int at = 2; at <= seeds(); ++at) {
    auto const thrown = on_threads(
        3, static_cast<unsigned>(at), [at](pt::world& w) { a_program_of_ranks(w, static_cast<unsigned>(at), true); }, 0,
        at);
    if (text_of_thrown(thrown[0]) != "died") continue;
    for (std::size_t rank : {std::size_t{1}, std::size_t{2}}) {
      // Who had all that it needed has come to its end.
      std::string const text = text_of_thrown(thrown[rank]);
      INFO("dies at message " << at << ": " << text);
      CHECK((text.empty() || text.find("rank 0 has died") != std::string::npos));
    }
  }
}

// --- messages that no rank would send ----------------------------------------------------------------------------------

/// Keeps what a rank has received.
class RecordingLink final : public ThreadLink {
 public:
  RecordingLink(std::shared_ptr<Switchboard> board, int rank, std::vector<detail::Parcel>& heard)
      : ThreadLink(std::move(board), rank), heard_(heard) {}
  [[nodiscard]] bool receive(detail::Parcel& parcel) override {
    if (!ThreadLink::receive(parcel)) return false;
    heard_.push_back(parcel);
    return true;
  }

 private:
  std::vector<detail::Parcel>& heard_;
};

/// Lets a rank hear that again, and then that all others have died.
class ReplayingLink final : public detail::Link {
 public:
  ReplayingLink(int rank, int size, std::vector<detail::Parcel> heard)
      : rank_(rank), size_(size), heard_(heard.begin(), heard.end()) {}
  [[nodiscard]] int rank() const noexcept override { return rank_; }
  [[nodiscard]] int size() const noexcept override { return size_; }
  void send(int, detail::Bytes) override {}
  [[nodiscard]] bool receive(detail::Parcel& parcel) override {
    if (heard_.empty()) return false;
    parcel = std::move(heard_.front());
    heard_.pop_front();
    return true;
  }
  [[nodiscard]] bool is_idle() const noexcept override { return true; }
  [[nodiscard]] bool is_lost(int) const noexcept override { return heard_.empty(); }
  void abandon() noexcept override {}

 private:
  int rank_;
  int size_;
  std::deque<detail::Parcel> heard_;
};

void calls_to_be_replayed(pt::world& w) {
  static_cast<void>(pt::indices(std::size_t{200}).on(w).sum());
  static_cast<void>(
      pt::indices(std::size_t{100}).on(w).map([](std::size_t i) { return std::to_string(i); }).collect<std::vector>());
  static_cast<void>(pt::indices(std::size_t{100})
                        .on(w)
                        .map([](std::size_t i) { return 2.0 * static_cast<double>(i); })
                        .collect<std::vector>());
  pt::indices(std::size_t{100}).on(w).for_each_ordered([](std::size_t) {}, 30);
  static_cast<void>(pt::indices(std::size_t{100}).on(w).group_by([](std::size_t i) { return i % 7; }));
  static_cast<void>(
      pt::indices(std::size_t{100}).on(w).map([](std::size_t i) { return std::to_string(i); }).is_sorted());
  try {
    pt::indices(std::size_t{50}).on(w).for_each([](std::size_t i) {
      if (i == 40) throw std::range_error("40");
    });
  } catch (std::range_error const&) {
  }
  static_cast<void>(w.all_gather(std::string("value")));
}

TEST_CASE("damaged messages give an error or a result and never a crash") {
  unsigned errors = 0;
  unsigned tries = 0;
  for (int rank = 0; rank != 2; ++rank) {
    std::vector<detail::Parcel> heard;
    auto const board = std::make_shared<Switchboard>(2, 3);
    std::thread other([&] {
      TestWorld w(std::make_unique<ThreadLink>(board, 1 - rank));
      calls_to_be_replayed(w);
    });
    {
      TestWorld w(std::make_unique<RecordingLink>(board, rank, heard));
      calls_to_be_replayed(w);
    }
    other.join();
    std::mt19937 random(11);
    for (int round = 0; round != 15 * seeds(); ++round) {
      std::vector<detail::Parcel> damaged = heard;
      for (unsigned each = 1 + static_cast<unsigned>(random() % 3); each != 0; --each) {
        detail::Parcel& parcel = damaged[random() % damaged.size()];
        switch (random() % 5) {
          case 0:
            parcel.bytes.resize(random() % (parcel.bytes.size() + 1));
            break;
          case 1:
            std::swap(parcel, damaged[random() % damaged.size()]);
            break;
          case 2:
            parcel = damaged[random() % damaged.size()];
            break;
          default:
            for (int flips = 0; flips != 3 && !parcel.bytes.empty(); ++flips) {
              parcel.bytes[random() % parcel.bytes.size()] ^= static_cast<std::byte>(1U << random() % 8);
            }
        }
        // A copy of its own size, so that AddressSanitizer sees a byte read behind it.
        parcel.bytes = detail::Bytes(parcel.bytes.begin(), parcel.bytes.end());
      }
      ++tries;
      try {
        TestWorld w(std::make_unique<ReplayingLink>(rank, 2, std::move(damaged)));
        calls_to_be_replayed(w);
      } catch (std::exception const&) {
        ++errors;
      }
    }
  }
  CHECK((errors > 0 && errors <= tries));
}

}  // namespace
}  // namespace machines
