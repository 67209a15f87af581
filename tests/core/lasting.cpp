#include <parallel_task/core/lasting.hpp>

#include "catch.hpp"

#include <parallel_task/parallel_task.hpp>

#include <deque>
#include <forward_list>
#include <list>
#include <map>
#include <memory>
#include <ranges>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace detail = parallel_task::detail;

namespace {

using std::declval;

struct Somebody {
  std::string name;
  std::vector<int> years;
};

template <class P>
constexpr bool waits_as_pointer = false;
template <class S, class H>
constexpr bool waits_as_pointer<pt::Pipeline<S, H>> = detail::lasting_reference<S>;
template <class P>
constexpr bool waits_with_references = false;
template <class S, class H>
constexpr bool waits_with_references<pt::Pipeline<S, H>> = detail::refers<typename S::Item> && detail::lasting_items<S>;

/// Iterators that might hold what they refer to, for all that their type tells.
struct Iterator {
  using value_type = int;
  using difference_type = std::ptrdiff_t;
  int mutable held = 0;
  int& operator*() const { return held; }
  Iterator& operator++() { return ++held, *this; }
  Iterator operator++(int) { return {held++}; }
  friend bool operator==(Iterator a, Iterator b) { return a.held == b.held; }
};
struct Range {
  [[nodiscard]] Iterator begin() const { return {}; }
  [[nodiscard]] Iterator end() const { return {3}; }
};
/// A container of the user's own.
struct Deep {
  std::list<int> items;
  [[nodiscard]] auto begin() { return items.begin(); }
  [[nodiscard]] auto end() { return items.end(); }
  [[nodiscard]] auto begin() const { return items.begin(); }
  [[nodiscard]] auto end() const { return items.end(); }
};

using V = std::vector<int>;
using People = std::vector<Somebody>;
[[maybe_unused]] auto const nothing = [](auto const&) {};
[[maybe_unused]] auto const always = [](auto const&) { return true; };
[[maybe_unused]] auto const itself = [](auto& x) -> auto& { return x; };

#define LASTS(...) static_assert(waits_as_pointer<decltype(__VA_ARGS__)>)
#define WAITS_AS_VALUE(...) static_assert(!waits_with_references<decltype(__VA_ARGS__)>)

// Items of what is borrowed, or owned and handed on as lvalues.
LASTS(pt::parallel_iter(declval<V&>()));
LASTS(pt::parallel_iter(declval<V const&>()));
LASTS(pt::parallel_iter(declval<int (&)[3]>()));
LASTS(pt::parallel_iter(std::span<int>()));
LASTS(pt::parallel_iter(declval<std::deque<int>&>()));
LASTS(pt::parallel_iter(declval<std::list<int> const&>()));
LASTS(pt::parallel_iter(declval<std::forward_list<int>&>()));
LASTS(pt::parallel_iter(declval<std::set<int>&>()));
LASTS(pt::parallel_iter(declval<std::map<int, int>&>()));
LASTS(pt::parallel_iter(declval<Deep&>()));
LASTS(pt::parallel_iter(declval<V&>() | std::views::filter(always) | std::views::take(3)));
LASTS(pt::parallel_iter(declval<std::list<int>&>() | std::views::reverse | std::views::drop(1)));
LASTS(pt::parallel_iter(declval<std::set<int>&>() | std::views::take_while(always) | std::views::drop_while(always)));
LASTS(pt::parallel_iter(declval<std::list<int>&>() | std::views::filter(always) | std::views::reverse));
LASTS(pt::parallel_iter(declval<std::list<int>&>() | std::views::take(3) | std::views::common));
LASTS(pt::parallel_iter(declval<std::list<int> const&>() | std::views::filter(always) |
                        std::views::drop_while(always)));
LASTS(pt::parallel_iter(declval<std::ranges::owning_view<std::list<int>>&>()));
LASTS(pt::parallel_iter(declval<std::ranges::drop_view<std::ranges::ref_view<V>> const&>()));
WAITS_AS_VALUE(pt::parallel_iter(declval<V&>() | std::views::transform(itself) | std::views::filter(always)));
WAITS_AS_VALUE(pt::parallel_iter(declval<V&>() | std::views::transform(itself) | std::views::reverse));
WAITS_AS_VALUE(pt::parallel_iter(declval<Range&>() | std::views::take(2) | std::views::common));
WAITS_AS_VALUE(pt::parallel_iter(declval<Range&>() | std::views::drop_while(always)));
WAITS_AS_VALUE(pt::parallel_iter(declval<Range&>()));
WAITS_AS_VALUE(pt::parallel_iter(declval<Range&>() | std::views::filter(always)));
WAITS_AS_VALUE(pt::parallel_iter(declval<V&>() | std::views::transform(itself)));
WAITS_AS_VALUE(pt::parallel_iter(std::views::iota(1, 3)));
WAITS_AS_VALUE(pt::into_parallel_iter(declval<V>()));
WAITS_AS_VALUE(pt::par_bridge(declval<V&>()));
WAITS_AS_VALUE(pt::indices(3));

// Stages that hand on what they get.
LASTS(pt::parallel_iter(declval<V&>()).filter(always).take_while(always).inspect(nothing).update(nothing));
LASTS(pt::parallel_iter(declval<V&>()).take(2).drop(1).slice(1, 2).stride(2).reverse());
LASTS(pt::parallel_iter(declval<V&>()).intersperse(0));
LASTS(pt::parallel_iter(declval<V&>()).drop_while(always).take_any(2));
LASTS(pt::parallel_iter(declval<V&>()).interleave(declval<std::list<int>&>()));
LASTS(pt::adjacent<2>(declval<V&>()).elements<1>());
LASTS(pt::cartesian_product(declval<V&>(), declval<V&>()).values());
LASTS(pt::repeat_n(1, 2));
LASTS(pt::parallel_iter(declval<V&>()).chain(declval<std::list<int>&>()));
LASTS(pt::parallel_iter(declval<V&>()).chain(declval<V const&>()));
LASTS(pt::parallel_iter(declval<V&>()).enumerate().values());
LASTS(pt::parallel_iter(declval<V&>()).zip(declval<V const&>(), pt::indices(3)).keys());
LASTS(pt::parallel_iter(declval<std::map<int, int>&>()).values());
LASTS(pt::parallel_iter(declval<People&>()).map(&Somebody::name));
LASTS(pt::parallel_iter(declval<std::vector<std::unique_ptr<Somebody>>&>()).map(&Somebody::name));
LASTS(pt::parallel_iter(declval<People&>()).map(&Somebody::years).flatten());
LASTS(pt::parallel_iter(declval<People&>()).flat_map(&Somebody::years));
LASTS(pt::parallel_iter(declval<std::vector<V>&>()).flatten());
static_assert(waits_with_references<decltype(pt::parallel_iter(declval<V&>()).enumerate())>);
static_assert(waits_with_references<decltype(pt::parallel_iter(declval<V&>()).zip(declval<V&>()))>);

// What a closure, a state or a temporary gives.
[[maybe_unused]] auto const person = [](int) { return Somebody(); };
WAITS_AS_VALUE(pt::parallel_iter(declval<V&>()).map(itself));
WAITS_AS_VALUE(pt::parallel_iter(declval<V&>()).map(itself).filter(always));
WAITS_AS_VALUE(pt::parallel_iter(declval<V&>()).map(itself).intersperse(0));
WAITS_AS_VALUE(pt::parallel_iter(declval<V&>()).map(itself).enumerate());
WAITS_AS_VALUE(pt::parallel_iter(declval<V&>()).map(itself).enumerate().values());
WAITS_AS_VALUE(pt::parallel_iter(declval<V&>()).zip(pt::parallel_iter(declval<V&>()).map(itself)));
WAITS_AS_VALUE(pt::parallel_iter(declval<V&>()).chain(pt::parallel_iter(declval<V&>()).map(itself)));
WAITS_AS_VALUE(pt::indices(3).map(person).map(&Somebody::name));
WAITS_AS_VALUE(pt::indices(3).map(person).flat_map(&Somebody::years));
WAITS_AS_VALUE(pt::indices(3).map([](int) { return V(); }).flatten());
WAITS_AS_VALUE(pt::indices(3).flat_map([](int) { return std::span<int>(); }));
WAITS_AS_VALUE(pt::indices(3).flat_map([](int) { return std::views::single(1); }));
WAITS_AS_VALUE(pt::indices(3).filter_map([](int) { return std::make_unique<int>(1); }));
WAITS_AS_VALUE(pt::indices(3).map_init([] { return 1; }, [](int& state, int) -> int& { return state; }));
WAITS_AS_VALUE(pt::into_parallel_iter(declval<V>()).zip(declval<V&>()));

}  // namespace

TEST_CASE("a reference into a container that is borrowed waits as one, and may be changed") {
  std::vector<Somebody> people(100);
  std::vector<std::string*> seen;
  pt::parallel_iter(people).map(&Somebody::name).for_each_ordered([&seen](std::string& name) {
    name = "known";
    seen.push_back(&name);
  });
  for (std::size_t i = 0; i != people.size(); ++i) {
    CHECK(people[i].name == "known");
    CHECK(seen[i] == &people[i].name);
  }
  pt::parallel_iter(people).enumerate().for_each_ordered([](std::size_t i, Somebody& p) {
    p.name = std::to_string(i);
  });
  for (std::size_t i = 0; i != people.size(); ++i) CHECK(people[i].name == std::to_string(i));
}
