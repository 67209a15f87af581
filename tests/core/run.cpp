#include <parallel_task/core/run.hpp>
#include <parallel_task/stage/enumerate.hpp>

#include "terminal/every.hpp"

#include <ranges>

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

TEST_CASE("a walked range is shared by what its step costs, or from 20 ns an item on where that can't be tried") {
  auto const job = [](auto source) {
    Log<false> end;
    using Source = decltype(source);
    source.start();
    using Run = detail::Run<Source, Log<false>>;
    Run run{source, end, detail::Home<typename Run::Segment>([&] { return Run::opened(source, end); })};
    pt::Job const made = run.job();
    return std::pair(made.least_cost, made.walk == nullptr ? 0 : made.walk(&run, 70) + made.walk(&run, 1000));
  };
  std::list<int> const list(100);
  std::forward_list<int> const forward_list(100);
  std::vector<int> const vector(100);
  auto const same = [](int x) { return x; };
  auto const second = [](std::size_t, int x) { return x; };
  CHECK(job(detail::borrow(list)) == std::pair(detail::Costs::most_walked, std::size_t{170}));
  CHECK(job(detail::Map(detail::borrow(list), same)) == std::pair(detail::Costs::most_walked, std::size_t{170}));
  CHECK(job(detail::Map(detail::EnumerateStage{}(detail::borrow(list)), second)) ==
        std::pair(detail::Costs::most_walked, std::size_t{170}));
  CHECK(job(detail::borrow(forward_list)) == std::pair(20.0F, std::size_t{0}));
  CHECK(job(detail::borrow(vector)) == std::pair(0.0F, std::size_t{0}));
}
