// Whatever throws, wherever: the right exception comes out, nothing is left alive, and the library works on.
#include "stress/calls.hpp"

#include <parallel_task/parallel_task.hpp>

#include <initializer_list>
#include <list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace stress;

namespace {

struct Thrown {
  std::size_t position;
};

/// An item that is counted while it lives, and whose copies may throw.
class Fragile {
 public:
  static inline std::atomic<long> alive{0};
  static inline std::atomic<long> copies_left{-1};  // negative: copies never throw

  explicit Fragile(std::size_t v = 0) : value(v) { ++alive; }
  Fragile(Fragile const& other) : value(other.value) {
    if (copies_left >= 0 && copies_left.fetch_sub(1) <= 0) throw Thrown{value};
    ++alive;
  }
  Fragile(Fragile&& other) noexcept : value(other.value) { ++alive; }
  Fragile& operator=(Fragile const& other) {
    if (copies_left >= 0 && copies_left.fetch_sub(1) <= 0) throw Thrown{other.value};
    value = other.value;
    return *this;
  }
  Fragile& operator=(Fragile&&) noexcept = default;
  ~Fragile() { --alive; }

  std::size_t value;
};

std::vector<Fragile> items(std::size_t n) {
  std::vector<Fragile> result;
  result.reserve(n);
  for (std::size_t i = 0; i != n; ++i) result.emplace_back(i);
  return result;
}

/// Whether `run` throws Thrown, at `position` if that is given.
template <class F>
bool throws(F run, std::size_t position = pt::unknown) {
  try {
    run();
  } catch (Thrown const& thrown) {
    return position == pt::unknown || thrown.position == position;
  }
  return false;
}

struct FailingGenerator {
  std::size_t at = 0;
  std::size_t end;
  std::size_t throw_at;
  std::optional<Fragile> next() {
    if (at == throw_at) throw Thrown{at};
    if (at == end) return std::nullopt;
    return Fragile(at++);
  }
};

constexpr std::size_t length = 200;

}  // namespace

TEST_CASE("a closure that throws, at every stage and terminal, leaves no item alive") {
  for (unsigned cores : {1U, 8U}) {
    for (support::Claims claims : {support::Claims::single, support::Claims::given_back}) {
      support::Eager const eager(cores, claims);
      for (std::size_t at : std::initializer_list<std::size_t>{0, 1, 2, 63, 64, 100, 198, 199}) {
        INFO("as if on " << cores << " cores, thrown at " << at);
        auto const maybe = [at](Fragile x) {
          if (x.value == at) throw Thrown{at};
          return x;
        };
        auto const v = items(length);
        std::list<Fragile> const list(v.begin(), v.end());
        long const before = Fragile::alive;
        auto const over = [&](auto const& range) {
          auto const begin = [&] { return pt::parallel_iter(range).copied(); };
          CHECK(throws([&] { (void)begin().map(maybe).template collect<std::vector>(); }, at));
          CHECK(throws(
              [&] {
                (void)begin().map(maybe).filter([](Fragile const&) { return true; }).template collect<std::list>();
              },
              at));
          CHECK(throws(
              [&] { begin().inspect([&](Fragile const& x) { (void)maybe(x); }).for_each([](Fragile const&) {}); }, at));
          CHECK(throws(
              [&] { (void)begin().map(maybe).reduce([](Fragile a, Fragile b) { return Fragile(a.value + b.value); }); },
              at));
          CHECK(throws(
              [&] {
                (void)begin()
                    .flat_map([&](Fragile x) {
                      return std::vector<Fragile>{maybe(x), std::move(x)};
                    })
                    .template collect<std::vector>();
              },
              at));
          CHECK(throws(
              [&] {
                (void)begin()
                    .map(maybe)
                    .fold([] { return std::vector<Fragile>(); },
                          [](std::vector<Fragile>& all, Fragile x) { all.push_back(std::move(x)); })
                    .count();
              },
              at));
          CHECK(throws([&] { (void)begin().map(maybe).partition([](Fragile const& x) { return x.value % 2 == 0; }); },
                       at));
          CHECK(throws([&] { begin().map(maybe).for_each_ordered([](Fragile const&) {}, 10); }, at));
          CHECK(throws([&] { begin().for_each_ordered([&](Fragile const& x) { (void)maybe(x); }, 10); }, at));
          CHECK(throws([&] { (void)begin().map(maybe).min([](auto& a, auto& b) { return a.value < b.value; }); }, at));
        };
        over(v);
        over(list);
        CHECK(throws([&] { (void)pt::into_parallel_iter(items(length)).map(maybe).collect<std::vector>(); }, at));
        CHECK(Fragile::alive == before);
      }
      CHECK(Fragile::alive == 0);
    }
  }
}

TEST_CASE("copies that throw leave no item alive") {
  support::Eager const eager(8);
  auto const v = items(length);
  std::list<Fragile> const list(v.begin(), v.end());
  long const before = Fragile::alive;
  for (long copies : {0L, 1L, 5L, 100L, 150L}) {
    INFO(copies);
    auto const check = [&](auto run) {
      Fragile::copies_left = copies;
      bool const thrown = throws(run);
      Fragile::copies_left = -1;
      CHECK(thrown);
      CHECK(Fragile::alive == before);
    };
    check([&] { (void)pt::parallel_iter(v).collect<std::vector>(); });
    check([&] { (void)pt::parallel_iter(list).filter([](Fragile const&) { return true; }).collect<std::vector>(); });
    check([&] {
      (void)pt::parallel_iter(v).copied().reduce([](Fragile a, Fragile b) { return a.value < b.value ? b : a; });
    });
    check([&] { (void)pt::par_bridge(list).collect<std::list>(); });
  }
}

TEST_CASE("a source that throws while it is pulled leaves no item alive") {
  for (unsigned cores : {1U, 8U}) {
    support::Eager const eager(cores);
    for (int round = 0; round != 20; ++round) {
      for (std::size_t at : std::initializer_list<std::size_t>{0, 1, 2, 50, 200}) {
        bool const thrown = throws(
            [&] {
              (void)pt::par_bridge(FailingGenerator{0, length, at}).collect<std::vector>();
            },
            at);
        if (!thrown) FAIL("as if on " << cores << " cores, thrown at " << at);
        if (Fragile::alive != 0) FAIL(Fragile::alive << " items alive");
      }
      // Behind the answer nobody sees it.
      auto const found =
          pt::par_bridge(FailingGenerator{0, length, 150}).find_first([](Fragile const& x) { return x.value == 60; });
      if (!found || found->value != 60) FAIL("find_first");
    }
  }
  CHECK(Fragile::alive == 0);
}

TEST_CASE("what make throws, for map_init and fold, comes out") {
  support::Eager const eager(8);
  auto const v = items(length);
  for (int round = 0; round != 50; ++round) {
    CHECK(throws([&] {
      pt::parallel_iter(v)
          .map_init([]() -> int { throw Thrown{0}; },
                    [](int& state, Fragile const& x) { return x.value + static_cast<std::size_t>(state); })
          .for_each([](std::size_t) {});
    }));
    CHECK(throws([&] {
      (void)pt::parallel_iter(v)
          .fold([]() -> std::vector<int> { throw Thrown{0}; }, [](std::vector<int>&, Fragile const&) {})
          .count();
    }));
  }
}

TEST_CASE("of two exceptions the first in time comes out") {
  support::Eager const eager(4);
  int rounds = 0;
  int both_threw = 0;
  bool const enough = support::sooner_or_later([&] {
    std::size_t const first = rounds % 2 == 0 ? 3 : 150;
    std::size_t const second = rounds % 2 == 0 ? 150 : 3;
    std::atomic<bool> begun{false};
    std::atomic<bool> thrown{false};
    std::atomic<bool> both{false};
    pt::WorkerController controller;
    bool const first_came_out = throws(
        [&] {
          controller.for_each_position(length, [&](std::size_t i) {
            if (i == first) {
              // Wait for the other to have begun, if somebody comes to run it.
              for (int spins = 0; spins != 2000 && !begun; ++spins) std::this_thread::yield();
              thrown = true;
              throw Thrown{first};
            }
            if (i == second) {
              begun = true;
              for (int spins = 0; spins != 2000 && !thrown; ++spins) std::this_thread::yield();
              if (!thrown) return;
              // Once nothing more is to be run, the first one was noted.
              while (controller.bound() != 0) std::this_thread::yield();
              both = true;
              throw Thrown{second};
            }
          });
        },
        first);
    if (!first_came_out) FAIL("round " << rounds);
    both_threw += both ? 1 : 0;
    return ++rounds >= 30 && both_threw >= 5;
  });
  CHECK(enough);
}

TEST_CASE("where the first by order counts, the lowest exception wins, whoever was first in time") {
  for (support::Claims claims : {support::Claims::single, support::Claims::given_back}) {
    support::Eager const eager(8, claims);
    std::vector<std::size_t> v(length);
    for (std::size_t i = 0; i != length; ++i) v[i] = i;
    for (int round = 0; round != 60; ++round) {
      std::size_t const low = static_cast<std::size_t>(round * 13 % 150);
      auto const check = [&](std::size_t x) {
        if (x == low && round % 3 == 0) std::this_thread::sleep_for(microseconds(200));
        if (x >= low && x % 7 == low % 7) throw Thrown{x};
      };
      bool const found = throws(
          [&] {
            (void)pt::parallel_iter(v).find_first([&](std::size_t x) {
              check(x);
              return false;
            });
          },
          low);
      bool const tried = throws(
          [&] {
            (void)pt::parallel_iter(v).try_for_each([&](std::size_t x) {
              check(x);
              return true;
            });
          },
          low);
      bool const taken = throws(
          [&] {
            (void)pt::parallel_iter(v)
                .take_while([&](std::size_t x) {
                  check(x);
                  return true;
                })
                .collect<std::vector>();
          },
          low);
      // A hit before it hides it.
      auto const hit = pt::parallel_iter(v).find_first([&](std::size_t x) {
        if (low != 0 && x == low - 1) return true;
        if (low != 0) check(x);
        return x == length - 1;
      });
      if (!found || !tried || !taken) FAIL("round " << round << ": " << found << tried << taken);
      if (hit != (low != 0 ? low - 1 : length - 1)) FAIL("round " << round << ": hit");
    }
  }
  SUCCEED();
}

TEST_CASE("after an exception in collect_into the target is whole") {
  support::Eager const eager(8);
  for (int round = 0; round != 30; ++round) {
    std::vector<std::string> target(10, "before");
    CHECK(throws([&] {
      pt::indices(length)
          .map([&](std::size_t i) {
            if (i == static_cast<std::size_t>(round * 6)) throw Thrown{i};
            return std::string(30, 'x');
          })
          .collect_into(target);
    }));
    for (std::string const& text : target) {
      if (!text.empty() && text != "before" && text != std::string(30, 'x')) FAIL(text);
    }
    target.assign(3, "after");
    CHECK(target.back() == "after");
  }
}

TEST_CASE("an exception inside a nested call passes through all of them") {
  support::Eager const eager(4);
  for (int round = 0; round != 50; ++round) {
    std::atomic<int> inner{0};
    bool const thrown = throws([&] {
      each(8, [&](std::size_t i) {
        try {
          each(50, [&](std::size_t k) {
            if (i == 5 && k == 25) throw Thrown{k};
          });
        } catch (Thrown const&) {
          ++inner;
          throw;
        }
      });
    });
    if (!thrown || inner != 1) FAIL("round " << round);
  }
  SUCCEED();
}
