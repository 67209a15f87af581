#include <parallel_task/core/concepts.hpp>

#include "catch.hpp"

#include <parallel_task/source/make_source.hpp>
#include <parallel_task/terminal/collect.hpp>
#include <parallel_task/terminal/find.hpp>
#include <parallel_task/terminal/sum.hpp>
#include <parallel_task/terminal/try_for_each.hpp>

#include <optional>
#include <vector>

namespace pt = parallel_task;

namespace {

using Numbers = decltype(pt::detail::borrow(std::declval<std::vector<int>&>()));
using Sum = pt::detail::Sum<>;
using SumOfInts = decltype(std::declval<Sum const&>().open(std::declval<Numbers const&>()));

struct TakesInts {
  bool operator()(int) { return true; }
};
struct SaysNothing {
  void operator()(int) {}
};
struct JoinsNot {
  bool operator()(int&) { return true; }
};
struct Joins : JoinsNot {
  void join(Joins&&) {}
};
struct Lanes {
  static constexpr std::size_t lanes = 4;
};
struct OneLane {
  static constexpr std::size_t lanes = 1;
};
struct EndsInNothing {
  Joins open(Numbers const&) const { return {}; }
};
struct Ends : EndsInNothing {
  int finish(Joins&&) const { return 0; }
};

}  // namespace

static_assert(pt::sink<TakesInts, int>);
static_assert(!pt::sink<TakesInts, std::vector<int>>);
static_assert(!pt::sink<SaysNothing, int>);

static_assert(pt::laned<Lanes>);
static_assert(!pt::laned<OneLane>);
static_assert(!pt::laned<TakesInts>);

static_assert(pt::accumulator<SumOfInts, Numbers>);
static_assert(pt::accumulator<Joins, Numbers>);
static_assert(!pt::accumulator<JoinsNot, Numbers>);
static_assert(!pt::accumulator<TakesInts, Numbers>);

static_assert(pt::terminal<Sum, Numbers>);
static_assert(pt::terminal<Ends, Numbers>);
static_assert(!pt::terminal<EndsInNothing, Numbers>);
static_assert(!pt::terminal<int, Numbers>);

static_assert(pt::fallible<bool>);
static_assert(pt::fallible<std::optional<int>>);
static_assert(!pt::fallible<int>);
static_assert(!pt::fallible<void>);

TEST_CASE("a terminal of a user's own is run as the library's are") {
  std::vector<int> v{1, 2, 3};
  auto source = pt::detail::borrow(v);
  Ends end;
  CHECK(pt::detail::run_terminal(source, end) == 0);
}
