// Every source × size × as-if cores gives exactly the sequential result, round after round.
#pragma once

#include "catch.hpp"
#include "support/dawdle.hpp"
#include "support/eager.hpp"
#include "support/threads.hpp"

#include <parallel_task/parallel_task.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace stress {

namespace pt = parallel_task;

/// The share of all rounds that is run: a hundredth in CI, all of them where PARALLEL_TASK_LONG is set, any where
/// PARALLEL_TASK_ROUNDS says so.
inline double share_of_rounds() {
  if (char const* const text = std::getenv("PARALLEL_TASK_ROUNDS")) return std::atof(text);
  return std::getenv("PARALLEL_TASK_LONG") != nullptr ? 1.0 : 0.01;
}

inline std::size_t rounds_of(std::size_t size) {
  double const all = size <= 64 ? 2000 : size <= 1000 ? 200 : size <= 4097 ? 50 : 3;
  double const some = all * share_of_rounds();
  return some < 1 ? 1 : static_cast<std::size_t>(some);
}

inline constexpr std::size_t sizes[] = {0, 1, 2, 3, 7, 64, 1000, 4097, 100'000};

/// Whatever an item is, as a number. The same item gives the same number, different ones mostly different ones.
struct ToNumber {
  std::uint64_t operator()(std::uint64_t x) const { return x * 3 + 1; }
  std::uint64_t operator()(char x) const { return static_cast<unsigned char>(x); }
  std::uint64_t operator()(std::string const& x) const {
    return x.size() * 1000 + static_cast<unsigned char>(x.back());
  }
  std::uint64_t operator()(std::unique_ptr<std::uint64_t> x) const { return *x + 7; }
  template <class K, class V>
  std::uint64_t operator()(std::pair<K, V> const& x) const {
    return (*this)(x.first) * 31 + (*this)(x.second);
  }
};

inline constexpr ToNumber to_number{};

/// The same, taking its time: for sizes that are over before a helper has come.
struct ToNumberSlowly {
  bool slowly;
  template <class X>
  std::uint64_t operator()(X&& x) const {
    if (slowly) support::dawdle();
    return to_number(std::forward<X>(x));
  }
};

/// x → a·x + b modulo 2^64: composition is associative and does not commute.
struct Affine {
  std::uint64_t a = 1;
  std::uint64_t b = 0;
  friend bool operator==(Affine, Affine) = default;
};
struct Compose {
  Affine operator()(Affine f, Affine g) const { return {f.a * g.a, f.b * g.a + g.b}; }
};
struct ToAffine {
  Affine operator()(std::uint64_t x) const { return {2 * x + 1, x}; }
};
struct Keeps {
  bool operator()(std::uint64_t x) const { return (x >> 1) % 3 != 0; }
};
struct Equals {
  std::uint64_t value;
  bool operator()(std::uint64_t x) const { return x == value; }
};
struct Differs {
  std::uint64_t value;
  bool operator()(std::uint64_t x) const { return x != value; }
};

/// What the sequential loop gives.
struct Expected {
  std::vector<std::uint64_t> items;
  std::vector<std::uint64_t> kept;
  Affine composed;

  explicit Expected(std::vector<std::uint64_t> all) : items(std::move(all)) {
    for (std::uint64_t x : items) {
      if (Keeps{}(x)) kept.push_back(x);
      composed = Compose{}(composed, ToAffine{}(x));
    }
  }
};

/// What was seen of the engine in a series.
struct Seen {
  std::uint64_t steals = 0;
  std::uint64_t elsewhere = 0;  ///< positions that helpers ran
  void add(pt::RunReport const& report) {
    steals += report.steals;
    for (pt::WorkerReport const& worker : report.workers) elsewhere += worker.thread != 0 ? worker.items : 0;
  }
};

/// One round: `pipeline` gives the numbers of `expected`. `kind` says which terminal; an empty text: all is well.
template <class P>
std::string round(P pipeline, Expected const& expected, std::size_t kind) {
  std::vector<std::uint64_t> const& items = expected.items;
  switch (kind % 6) {
    case 0:
      return std::move(pipeline).template collect<std::vector>() == items ? "" : "collect";
    case 1:
      return std::move(pipeline).filter(Keeps{}).template collect<std::vector>() == expected.kept ? ""
                                                                                                  : "filter, collect";
    case 2:
      return std::move(pipeline).map(ToAffine{}).reduce(Affine{}, Compose{}) == expected.composed ? "" : "map, reduce";
    case 3: {
      // Every item once, counted by what it is: as many, and the same sum.
      std::atomic<std::size_t> count{0};
      std::atomic<std::uint64_t> sum{0};
      std::move(pipeline).for_each([&](std::uint64_t x) {
        count.fetch_add(1, std::memory_order_relaxed);
        sum.fetch_add(x, std::memory_order_relaxed);
      });
      std::uint64_t all = 0;
      for (std::uint64_t x : items) all += x;
      return count == items.size() && sum == all ? "" : "for_each";
    }
    case 4: {
      std::uint64_t const wanted = items.empty() ? 1 : items[(kind * 7919) % items.size()];
      std::optional<std::uint64_t> const found = std::move(pipeline).find_first(Equals{wanted});
      return found.has_value() == !items.empty() && (!found || *found == wanted) ? "" : "find_first";
    }
    default: {
      std::uint64_t const end = items.empty() ? 1 : items[(kind * 7919) % items.size()];
      std::vector<std::uint64_t> before;
      for (std::uint64_t x : items) {
        if (x == end) break;
        before.push_back(x);
      }
      return std::move(pipeline).take_while(Differs{end}).template collect<std::vector>() == before
                 ? ""
                 : "take_while, collect";
    }
  }
}

/// All rounds over one source. `make(n)` gives something with `pipeline()`, a fresh pipeline over the same n items, and
/// `numbers()`, what they are in order. Fails if over a whole series nothing was run elsewhere, or nothing was stolen.
template <class Make>
void series(Make make) {
  for (unsigned cores : {1U, 2U, 3U, 8U, 32U}) {
    for (support::Claims claims : {support::Claims::single, support::Claims::given_back}) {
      support::Eager const eager(cores, claims);
      Seen seen;
      std::size_t kind = 0;
      for (std::size_t n : sizes) {
        // The other way of claiming is for cuts and errors: a quarter as often, and not for the largest.
        std::size_t rounds = rounds_of(n);
        // The largest take most of the time: in CI on the fewest and the most cores that share.
        if (n > 5000 && share_of_rounds() < 1 && cores != 2 && cores != 32) rounds = 0;
        if (claims == support::Claims::given_back) rounds = n > 5000 ? 0 : (rounds + 3) / 4;
        if (rounds == 0) continue;  // a map of that many takes longer to make than to run over
        auto const source = make(n);
        Expected const expected(source.numbers());
        ToNumberSlowly const slowly{n <= 1000};
        for (std::size_t i = 0; i != rounds; ++i, ++kind) {
          std::string wrong;
          if (i % 4 == 3) {
            wrong = round(source.pipeline().map(slowly), expected, kind);
          } else {
            pt::RunReport report;
            wrong = round(source.pipeline().map(slowly).report(report), expected, kind);
            seen.add(report);
          }
          if (!wrong.empty()) FAIL(wrong << " of " << n << " items, as if on " << cores << " cores, round " << i);
        }
      }
      if (cores == 1) {
        CHECK(seen.elsewhere == 0);
        continue;
      }
      // A machine that is busy elsewhere may have kept the few rounds of CI to one thread.
      auto const source = make(10'000);
      Expected const expected(source.numbers());
      bool const stolen = support::sooner_or_later([&] {
        if (seen.elsewhere != 0 && seen.steals != 0) return true;
        pt::RunReport report;
        std::string const wrong = round(source.pipeline().map(ToNumberSlowly{true}).report(report), expected, 0);
        if (!wrong.empty()) FAIL(wrong << " of 10000 items, as if on " << cores << " cores");
        seen.add(report);
        return false;
      });
      INFO("as if on " << cores << " cores");
      CHECK(stolen);
    }
  }
}

/// Distinct numbers in no order, the same for the same n.
inline std::vector<std::uint64_t> distinct(std::size_t n) {
  std::vector<std::uint64_t> result(n);
  for (std::size_t i = 0; i != n; ++i) result[i] = (i * 2654435761U) % 4294967291U;
  return result;
}

/// A borrowed range. `begin` gives the pipeline.
template <class R, class Begin>
class Over {
 public:
  Over(R range, Begin begin) : range_(std::move(range)), begin_(begin) {}
  [[nodiscard]] auto pipeline() const { return begin_(range_); }
  [[nodiscard]] std::vector<std::uint64_t> numbers() const {
    std::vector<std::uint64_t> result;
    auto& range = const_cast<R&>(range_);  // some views iterate only when they are not const
    for (auto&& x : range) result.push_back(to_number(x));
    return result;
  }

 private:
  mutable R range_;
  Begin begin_;
};

template <class R>
auto borrowed(R range) {
  auto const begin = [](R& r) { return pt::parallel_iter(r); };
  return Over<R, decltype(begin)>(std::move(range), begin);
}

}  // namespace stress
