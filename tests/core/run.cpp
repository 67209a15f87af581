#include <parallel_task/core/run.hpp>

#include "terminal/every.hpp"

using namespace every;

namespace {

/// Says what it was told.
template <bool whole>
struct Log {
  struct Accumulator {
    std::vector<int> items;
    std::vector<std::size_t> sought;
    void seek(std::size_t position) { sought.push_back(position); }
    bool operator()(int x) {
      items.push_back(x);
      return true;
    }
    void join(Accumulator&& later) { items.insert(items.end(), later.items.begin(), later.items.end()); }
  };
  bool prepared = false;
  template <class S>
  void prepare(S&, pt::Settings const&) {
    prepared = true;
  }
  template <class S>
  Accumulator open(S const&) const {
    return {};
  }
  std::vector<int> finish(Accumulator&& all) const {
    CHECK(prepared);
    return std::move(all.items);
  }
};

/// Trivially copyable, so kept in registers; throws at an item.
struct UpTo {
  int* out;
  struct Accumulator {
    int* out;
    int n = 0;
    bool operator()(int x) {
      if (x == 7) throw Thrown{n};
      *out = ++n;
      return true;
    }
    void join(Accumulator&& later) { n += later.n; }
  };
  static_assert(std::is_trivially_copyable_v<Accumulator>);
  template <class S>
  Accumulator open(S const&) const {
    return {out};
  }
  int finish(Accumulator&& all) const { return all.n; }
};

}  // namespace

TEST_CASE("accumulators joined by position give the sequential result") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    auto source = make();
    Log<true> log;
    CHECK(detail::run_terminal(source, log) == expected);
  });
}

TEST_CASE("what a closure throws comes out of the run") {
  int n = 0;
  auto source = detail::borrow(std::views::iota(0, 100));
  UpTo end{&n};
  pt::thread_limit const alone(1);
  CHECK_THROWS_AS(detail::run_terminal(source, end), Thrown);
  CHECK(n == 7);
}

TEST_CASE("a range that is walked and knows its size is shared from 20 ns an item on") {
  auto const least_cost = [](auto source) {
    Log<false> end;
    using Source = decltype(source);
    source.start();
    detail::Run<Source, Log<false>> run{source, end, {std::as_const(source).open(), std::as_const(end).open(source)}};
    return run.job().least_cost;
  };
  std::list<int> const list(100);
  std::forward_list<int> const forward_list(100);
  std::vector<int> const vector(100);
  CHECK(least_cost(detail::borrow(list)) == 20);
  CHECK(least_cost(detail::Map(detail::borrow(list), [](int x) { return x; })) == 20);
  CHECK(least_cost(detail::borrow(forward_list)) == 0);  // each of its iterators is written down anyway
  CHECK(least_cost(detail::borrow(vector)) == 0);
}
