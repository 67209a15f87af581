#include <parallel_task/core/stage_base.hpp>

#include "catch.hpp"

#include <parallel_task/parallel_task.hpp>

#include <forward_list>
#include <functional>
#include <list>
#include <map>
#include <ranges>
#include <vector>

namespace {

using std::declval;
template <class P>
constexpr bool complete = false;
template <class S, class H>
constexpr bool complete<pt::Pipeline<S, H>> = pt::complete_source<S>;
template <class P>
constexpr bool indexed = false;
template <class S, class H>
constexpr bool indexed<pt::Pipeline<S, H>> = pt::indexed_source<S>;

[[maybe_unused]] auto const one = [](int x) { return x; };
[[maybe_unused]] auto const yes = [](int) { return true; };

// Written once, as a list of types: every source and every stage keeps the whole contract.
#define HOLDS(indexed_too, ...) \
  static_assert(complete<decltype(__VA_ARGS__)> && indexed<decltype(__VA_ARGS__)> == (indexed_too))

using V = std::vector<int>;
HOLDS(true, pt::parallel_iter(declval<V&>()));
HOLDS(true, pt::parallel_iter(declval<V const&>()));
HOLDS(true, pt::parallel_iter(declval<std::list<int>&>()));
HOLDS(true, pt::parallel_iter(declval<std::forward_list<int>&>()));
HOLDS(true, pt::parallel_iter(declval<V&>() | std::views::filter(yes)));
HOLDS(true, pt::parallel_iter(std::views::iota(1)));
HOLDS(true, pt::into_parallel_iter(declval<std::map<int, int>>()));
HOLDS(true, pt::par_bridge(declval<V&>()));
HOLDS(true, pt::indices(3));
HOLDS(true, pt::indices(3)
                .map(one)
                .inspect(one)
                .update([](int&) {})
                .copied()
                .map_init([] { return 1; }, [](int&, int x) { return x; }));
HOLDS(true, pt::indices(3).enumerate().keys());
HOLDS(true, pt::indices(3).zip(declval<std::list<int>&>()).values().reverse().take(1).drop(1).stride(2).slice(1, 2));
HOLDS(true, pt::parallel_iter(declval<std::list<int>&>()).intersperse(0));
HOLDS(true, pt::indices(3).intersperse(0));
HOLDS(true, pt::indices(3).chain(declval<std::forward_list<int>&>()));
HOLDS(true, pt::chunk(declval<V&>(), 2));
HOLDS(true, pt::slide(declval<std::list<int>&>(), 2));
HOLDS(true, pt::adjacent<2>(declval<V&>()));
HOLDS(false, pt::split(declval<V const&>(), yes));
HOLDS(true, pt::split(declval<V&>(), yes));
HOLDS(true, pt::split_after(declval<std::list<int>&>(), yes));
HOLDS(false, pt::lines(""));
HOLDS(false, pt::find_all("", 'a'));
HOLDS(true, pt::indices2(3, 3));
HOLDS(false, pt::walk_tree(3, [](int n) { return V(static_cast<std::size_t>(n), n - 1); }));
static_assert(pt::complete_source<pt::detail::Growing<int>>);
HOLDS(true, pt::repeat_n(1, 3).chain(pt::once(1)).chain(pt::empty<int>()));
HOLDS(true, pt::cartesian_product(declval<V&>(), declval<V&>()));
HOLDS(false, pt::cartesian_product(declval<V&>(), declval<std::list<int>&>()));
HOLDS(true, pt::indices(3).cast<long>().enumerate().elements<1>());
HOLDS(true, pt::indices(3).interleave(declval<std::list<int>&>()));
HOLDS(true, pt::parallel_iter(declval<std::list<int>&>())
                .fold_chunks(
                    2, [] { return 1; }, std::plus<>())
                .chunk(2));
HOLDS(true, pt::indices(3).map_init(pt::per_thread([] { return 1; }), [](int&, int x) { return x; }));
HOLDS(false, pt::indices(3).map_while([](int x) { return std::optional<int>(x); }));
HOLDS(false, pt::indices(3).drop_while(yes));
HOLDS(false, pt::indices(3).take_any(2));
HOLDS(false, pt::indices(3).positions(yes));
HOLDS(false, pt::indices(3).filter(yes));
HOLDS(false, pt::indices(3).filter_map([](int x) { return std::optional<int>(x); }));
HOLDS(false, pt::indices(3).flat_map([](int x) { return V(3, x); }));
HOLDS(false, pt::indices(3).map([](int x) { return V(3, x); }).flatten());
HOLDS(false, pt::indices(3).take_while(yes));
HOLDS(false, pt::indices(3).try_fold([] { return 1; }, [](int a, int x) { return std::optional(a + x); }));
HOLDS(false, pt::indices(3).fold([] { return 1; }, [](int a, int x) { return a + x; }));
HOLDS(false, pt::indices(3).filter(yes).chain(declval<V&>()));

}  // namespace

TEST_CASE("a state is made for a segment's first block, once") {
  int made = 0;
  auto const n = pt::indices(5).map_init([&made] { return ++made; }, [](int&, int x) { return x; }).threads(1).count();
  CHECK(n == 5);
  CHECK(made == 1);
  CHECK(pt::indices(0).map_init([&made] { return ++made; }, [](int&, int x) { return x; }).count() == 0);
  CHECK(made == 1);
}
