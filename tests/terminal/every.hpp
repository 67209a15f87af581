// What the tests of terminals share: every kind of source, several schedules, items that count themselves.
#pragma once

#include "catch.hpp"
#include "property/erased.hpp"
#include "shuffle.hpp"

#include <parallel_task/core/run.hpp>
#include <parallel_task/source/indices.hpp>
#include <parallel_task/source/make_source.hpp>
#include <parallel_task/stage/filter.hpp>
#include <parallel_task/stage/map.hpp>
#include <parallel_task/stage/take_while.hpp>

#include <atomic>
#include <cstddef>
#include <forward_list>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

namespace every {

namespace pt = parallel_task;
namespace detail = parallel_task::detail;

inline constexpr std::size_t sizes[] = {0, 1, 2, 3, 7, 64, 1000, 4097};

/// Runs a terminal over a source, as the pipeline does.
template <class S, class T>
decltype(auto) run(S source, T end) {
  static_assert(T::template problem<S>() == detail::Problem::none);
  if constexpr (requires { end(source, pt::Settings{}); }) {
    return end(source, pt::Settings{});
  } else {
    return detail::run_terminal(source, end);
  }
}

/// An object with next(), as par_bridge takes it.
struct Generator {
  std::vector<int> const* items;
  std::size_t at = 0;
  std::optional<int> next() { return at == items->size() ? std::nullopt : std::optional<int>((*items)[at++]); }
};

/// Numbers that repeat, in no order.
inline std::vector<int> numbers(std::size_t n) {
  std::vector<int> result;
  std::uint32_t state = 2463534242U + static_cast<std::uint32_t>(n);
  for (std::size_t i = 0; i != n; ++i) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    result.push_back(static_cast<int>(state % (n < 16 ? 5 : n / 2)) - 3);
  }
  return result;
}

/// f(make, expected): make() is a source, expected are its items in order. Over n items of the kinds of source between
/// which a terminal can tell: with an index, with one that is found by walking, without, and cut.
template <class F>
void kind(std::size_t n, F f) {
  std::vector<int> const v = numbers(n);
  {
    INFO("vector of " << n);
    f([&v] { return detail::borrow(v); }, v);
  }
  {
    INFO("forward_list of " << n);
    std::forward_list<int> const list(v.begin(), v.end());
    f([&list] { return detail::borrow(list); }, v);
  }
  {
    INFO("take_while over " << n);
    std::vector<int> expected;
    for (int x : v) {
      if (x == 1) break;
      expected.push_back(x);
    }
    f([&v] { return detail::TakeWhile(detail::borrow(v), [](int x) { return x != 1; }); }, expected);
  }
}

/// Sources that say by type only whether they have an index (property/erased.hpp). All that have one are of one type,
/// and so a test is compiled once for all of them.
using Indexed = property::Erased<true, true, false, int const&>;
using Unindexed = property::Erased<false, false, false, int const&>;

template <class E, class S>
E erase(S source) {
  return E(std::unique_ptr<property::AnySource<int const&>>(new property::Model<S, int const&>(std::move(source))));
}

/// f(make, expected), with a `make` of one type for all sources that are erased as `E`.
template <class E, class F, class Make>
void over_erased(F& f, std::vector<int> const& expected, Make make) {
  std::function<E()> const erased = [&make] { return every::erase<E>(make()); };
  f(erased, expected);
}

/// The same as `kind`, of every other kind of source, erased.
template <class F>
void other_kind(std::size_t n, F f) {
  std::vector<int> const v = numbers(n);
  {
    INFO("list of " << n);
    std::list<int> const list(v.begin(), v.end());
    every::over_erased<Indexed>(f, v, [&list] { return detail::borrow(list); });
  }
  {
    INFO("unordered_set of " << n);
    std::unordered_set<int> const set(v.begin(), v.end());
    std::vector<int> const expected(set.begin(), set.end());
    every::over_erased<Indexed>(f, expected, [&set] { return detail::borrow(set); });
  }
  {
    INFO("filter view of " << n);
    auto odd = v | std::views::filter([](int x) { return x % 2 != 0; });
    std::vector<int> expected;
    for (int x : v) {
      if (x % 2 != 0) expected.push_back(x);
    }
    every::over_erased<Indexed>(f, expected, [&odd] { return detail::borrow(odd); });
  }
  {
    INFO("map of indices to " << n);
    every::over_erased<Indexed>(f, v, [&v] {
      return detail::Map(detail::borrow(std::views::iota(std::size_t{0}, v.size())),
                         [&v](std::size_t i) { return v[i]; });
    });
  }
  {
    INFO("filtered vector of " << n);
    std::vector<int> expected;
    for (int x : v) {
      if (x % 3 != 0) expected.push_back(x);
    }
    every::over_erased<Unindexed>(f, expected,
                                  [&v] { return detail::Filter(detail::borrow(v), [](int x) { return x % 3 != 0; }); });
  }
  {
    INFO("bridged generator of " << n);
    every::over_erased<Indexed>(f, v, [&v] { return detail::bridge(Generator{&v}); });
  }
}

/// f(make, expected) over some sources and every size, under several schedules.
template <class F>
void kind_and_size(F f) {
  for (std::size_t n : sizes) {
    kind(n, [&f](auto make, std::vector<int> const& expected) { for_each_schedule([&] { f(make, expected); }); });
  }
}

/// f(make, expected) over every source and size, under several schedules.
template <class F>
void source_and_size(F f) {
  kind_and_size(f);
  for (std::size_t n : sizes) {
    other_kind(n, [&f](auto make, std::vector<int> const& expected) { for_each_schedule([&] { f(make, expected); }); });
  }
}

/// An item that knows how many of its kind are alive.
struct Live {
  static inline std::atomic<long> alive{0};
  int value = 0;
  Live() { ++alive; }
  explicit Live(int v) : value(v) { ++alive; }
  Live(Live const& other) : value(other.value) { ++alive; }
  Live(Live&& other) noexcept : value(other.value) { ++alive; }
  Live& operator=(Live const&) = default;
  Live& operator=(Live&&) = default;
  ~Live() { --alive; }
  friend auto operator<=>(Live const& a, Live const& b) { return a.value <=> b.value; }
  friend bool operator==(Live const& a, Live const& b) { return a.value == b.value; }
};

/// The same, without a default constructor.
struct Bare : Live {
  explicit Bare(int v) : Live(v) {}
};

struct Thrown {
  int position;
};

/// run(make) with make() a source of `Item`s that throws Thrown{p}, for every p, whose exception must come out and
/// leave no item alive.
template <class Item, class F>
void throwing_position(F run_it) {
  std::vector<int> v;
  for (int i = 0; i != 64; ++i) v.push_back(i);
  std::list<int> const list(v.begin(), v.end());
  std::forward_list<int> const forward(v.begin(), v.end());
  for (int p = 0; p != 64; p += p < 8 ? 1 : 7) {
    auto make = [p](int x) {
      if (x == p) throw Thrown{p};
      return Item(x);
    };
    auto check = [&](auto source) {
      bool thrown = false;
      try {
        run_it(detail::Map(std::move(source), make));
      } catch (Thrown const& caught) {
        thrown = caught.position == p;
      }
      CHECK(thrown);
      CHECK(Live::alive == 0);
    };
    for_each_schedule([&] {
      check(detail::borrow(v));
      check(every::erase<Indexed>(detail::borrow(list)));
      check(detail::borrow(forward));
      check(every::erase<Unindexed>(detail::Filter(detail::borrow(v), [](int) { return true; })));
    });
  }
}

}  // namespace every
