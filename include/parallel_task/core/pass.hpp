// The gate that every operation passes: to go on, or to be told in a sentence why not.
#pragma once

#include <parallel_task/core/problem.hpp>

#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

// A template, since of `p != q` Clang would print both sides: three lines more.
template <Problem p, Problem q>
inline constexpr bool differ = p != q;

/// Lets `on` go on with `by`, which is used up, unless it has a problem with it. `Item` is only named in errors.
template <class Item, class By, class On>
[[gnu::always_inline]] constexpr auto pass(By&& by, On& on) {
  constexpr Problem p = On::template problem<By>();
  if constexpr (p == Problem::none) {
    return on.go(by);
  } else {
    // closures
    static_assert(differ<p, Problem::closure_changes_itself>,
                  "parallel_task: this closure changes itself (a mutable lambda, or an operator() that is not "
                  "const), but all threads call the same object at once: remove `mutable`; for scratch space of "
                  "one's own use map_init(make, f), for totals use fold or reduce");
    static_assert(differ<p, Problem::closure_does_not_fit>,
                  "parallel_task: this closure can't be called with the pipeline's items, nor with the parts of "
                  "an item that is a pair or tuple: compare its parameters with the item, the first type that "
                  "this error names in pass<…>");
    static_assert(differ<p, Problem::predicate_changes_items>,
                  "parallel_task: this predicate wants to change or consume the items, but predicates see them "
                  "as const: take the item by value or by const reference; to change items use update(f) or "
                  "map(f)");
    static_assert(differ<p, Problem::predicate_without_answer>,
                  "parallel_task: this predicate must return bool: its result can't be converted to bool");
    static_assert(differ<p, Problem::filter_map_without_optional>,
                  "parallel_task: the closure of filter_map(f) must return a std::optional (or a pointer, or an "
                  "expected): an empty one drops the item; to keep all results use map(f)");
    static_assert(differ<p, Problem::flat_map_without_range>,
                  "parallel_task: the closure of flat_map(f) must return a range (a container or a view) for "
                  "each item; for one result each use map(f)");
    static_assert(differ<p, Problem::flatten_without_ranges>,
                  "parallel_task: flatten() needs items that are ranges (containers or views), and these are "
                  "not: use flat_map(f) with a closure that makes a range of an item");
    static_assert(differ<p, Problem::fold_not_assignable>,
                  "parallel_task: this accumulator can't be assigned to: let f take it by reference, change it "
                  "in place and return nothing");
    static_assert(differ<p, Problem::map_to_nothing>,
                  "parallel_task: map(f) needs a result for each item, but this closure returns void: return "
                  "something, or use for_each(f), inspect(f) or update(f)");
    static_assert(differ<p, Problem::make_returns_reference>,
                  "parallel_task: make() must return a value, one for each segment: it returns a reference or "
                  "nothing, which threads would share");
    static_assert(differ<p, Problem::make_not_callable>,
                  "parallel_task: `make` must be callable without arguments, as const: pass a closure such as "
                  "[] { return std::vector<int>(); } instead of a value");
    // ranges
    static_assert(differ<p, Problem::view_not_const_iterable>,
                  "parallel_task: this random-access view can't be iterated as const (a view that caches, or "
                  "over a mutable lambda), so threads would race in it: remove `mutable`, or copy its items "
                  "into a vector");
    static_assert(differ<p, Problem::bits_share_words>,
                  "parallel_task: neighbouring items of a vector<bool> share a word, so writing to them would "
                  "race: pass std::as_const(v) to read it, or use a vector<char> to write");
    static_assert(differ<p, Problem::range_read_once>,
                  "parallel_task: this range can be read only once (a stream or generator): use "
                  "pt::par_bridge(r)");
    static_assert(differ<p, Problem::not_a_range>,
                  "parallel_task: this is not a range that can be iterated: pass a container, an array or a "
                  "view; for numbers use pt::indices(n), for an object with next() use pt::par_bridge(g)");
    static_assert(differ<p, Problem::borrows_temporary>,
                  "parallel_task: parallel_iter(r) borrows, and this temporary would be gone before the "
                  "pipeline runs: use pt::into_parallel_iter(std::move(r)), or give the container a name");
    static_assert(differ<p, Problem::owns_array>,
                  "parallel_task: into_parallel_iter(r) can't own a built-in array: use a std::array or "
                  "std::vector, or pt::parallel_iter(r) to borrow it");
    static_assert(differ<p, Problem::owns_view>,
                  "parallel_task: into_parallel_iter(r) would move items out of a container that this view or "
                  "span does not own: pass the container itself, or use pt::parallel_iter(r) to borrow");
    static_assert(differ<p, Problem::owns_lvalue>,
                  "parallel_task: into_parallel_iter(r) consumes its container: write "
                  "into_parallel_iter(std::move(r)), or pt::parallel_iter(r) to borrow it");
    static_assert(differ<p, Problem::owns_const>,
                  "parallel_task: into_parallel_iter(r) can't move items out of a const container: remove the "
                  "const, or use pt::parallel_iter(r) to borrow it");
    static_assert(differ<p, Problem::bridge_does_not_fit>,
                  "parallel_task: par_bridge(r) takes an input range (for a stream: "
                  "std::views::istream<T>(stream)) or an object with next() that returns an optional");
    static_assert(differ<p, Problem::indices_not_numbers>,
                  "parallel_task: indices and parallel_for count in whole numbers: pass integers, and compute "
                  "other values from them in map(f)");
    // stages
    static_assert(differ<p, Problem::chain_after_take_while>,
                  "parallel_task: take_while before chain would also cut the range that chain adds: collect "
                  "first, or put take_while behind chain");
    static_assert(differ<p, Problem::chain_of_other_items>,
                  "parallel_task: chain(r) needs items of one type, or of types with a common reference: map "
                  "one of the two to the type of the other");
    static_assert(differ<p, Problem::copied_move_only>,
                  "parallel_task: copied() needs items that can be copied: these are move-only; consume the "
                  "container with into_parallel_iter, or map to pointers");
    static_assert(differ<p, Problem::keys_without_pairs>,
                  "parallel_task: keys() and values() need items that are pairs or tuples, such as those of a "
                  "map, of enumerate or of zip: use map(f) to take another part");
    static_assert(differ<p, Problem::index_lost>,
                  "parallel_task: enumerate, zip, reverse, take, drop, stride and slice need the position of "
                  "every item, and a stage before it (filter, filter_map, flat_map, flatten, take_while or "
                  "fold) lost it: put it before that stage, or collect first");
    static_assert(differ<p, Problem::count_not_a_number>,
                  "parallel_task: take(n), drop(n), stride(n) and slice(first, last) take whole numbers; to cut "
                  "by a condition use take_while(p)");
    static_assert(differ<p, Problem::joined_pipeline_has_a_name>,
                  "parallel_task: the pipeline given to zip or chain is consumed, and this one has a name: pass "
                  "std::move(pipeline)");
    // settings
    static_assert(differ<p, Problem::threads_not_a_number>,
                  "parallel_task: threads(n) takes a whole number: the most threads that may compute this call, "
                  "the caller included");
    static_assert(differ<p, Problem::strategy_may_throw>,
                  "parallel_task: steal_from(strategy): the strategy must be noexcept and copyable, since "
                  "workers call it while they look for work: write `(pt::QueueLoad const& load) noexcept`");
    static_assert(differ<p, Problem::strategy_does_not_fit>,
                  "parallel_task: steal_from(strategy) takes a PrioritizeThread: an object that gives each "
                  "pt::QueueLoad const& a number, as const and noexcept, such as pt::Remaining{}");
    static_assert(differ<p, Problem::report_of_other_type>,
                  "parallel_task: report(r) takes a pt::RunReport variable, which the run fills: declare "
                  "`pt::RunReport r;` and pass r");
    static_assert(differ<p, Problem::trace_of_other_type>,
                  "parallel_task: trace(t) takes a pt::Trace variable, which the run fills: declare `pt::Trace t;` and "
                  "pass t");
    static_assert(differ<p, Problem::progress_not_callable>,
                  "parallel_task: the callback of progress(f) is called with a pt::Progress const&: this one can't be");
    static_assert(differ<p, Problem::interval_not_a_duration>,
                  "parallel_task: progress(f, interval) takes a std::chrono duration, the time between two calls of f");
    static_assert(differ<p, Problem::token_without_stop_requested>,
                  "parallel_task: stop_token(t) takes anything with a const stop_requested(), such as a "
                  "std::stop_token: this type has none; of a std::stop_source pass get_token()");
    static_assert(differ<p, Problem::deadline_of_other_clock>,
                  "parallel_task: deadline(t) takes a std::chrono::steady_clock::time_point, or a duration from "
                  "the call of the terminal: clocks that can be set back are of no use here");
    // terminals
    static_assert(differ<p, Problem::contains_without_equality>,
                  "parallel_task: contains(x) compares each item with x by ==, which these two types don't "
                  "have: use any(p) with a comparison of your own");
    static_assert(differ<p, Problem::collect_fixed_size>,
                  "parallel_task: an array or span has a fixed size, so it can't be made or appended to from a "
                  "pipeline: make one of the right size and use collect_into(it), or collect<std::vector>()");
    static_assert(differ<p, Problem::collect_incomplete>,
                  "parallel_task: this container template can't be completed with the items' type alone: name "
                  "the whole container, as in collect<std::vector<int>>(); a map needs items that are pairs");
    static_assert(differ<p, Problem::collect_qualified>,
                  "parallel_task: collect makes a new container: name its type without & or const");
    static_assert(differ<p, Problem::collect_without_default>,
                  "parallel_task: collect begins with an empty container, and this one has no default "
                  "constructor: make it yourself and use collect_into(it)");
    static_assert(differ<p, Problem::collect_into_const>,
                  "parallel_task: collect_into and append_to write into their argument, and this one is const");
    static_assert(differ<p, Problem::collect_into_const_span>,
                  "parallel_task: collect_into writes into its argument, and this span's items are const");
    static_assert(differ<p, Problem::collect_does_not_fit>,
                  "parallel_task: this container can't hold these items: its value type must be constructible "
                  "from an item (map to it first; items that can't be copied: map to pointers), and it needs "
                  "emplace_back, push_back, insert or push, or a specialisation of parallel_task::appender");
    static_assert(differ<p, Problem::collect_into_span_of_others>,
                  "parallel_task: the items of this span can't be assigned from the pipeline's items: map to "
                  "the span's item type first");
    static_assert(differ<p, Problem::size_unknown>,
                  "parallel_task: size() tells how many items there are without running any closure, and behind "
                  "filter, flat_map, take_while or fold nobody can know: use count(), which runs the pipeline");
    static_assert(differ<p, Problem::find_not_copyable>,
                  "parallel_task: find_first and find_any return the item's value, and these items can't be "
                  "copied: map to pointers first, .map([](auto& x) { return &x; })");
    static_assert(differ<p, Problem::ordered_not_copyable>,
                  "parallel_task: for_each_ordered keeps items that wait for their turn by value, and these can't be "
                  "copied: map to pointers first, .map([](auto& x) { return &x; })");
    static_assert(differ<p, Problem::ordered_takes_reference>,
                  "parallel_task: for_each_ordered calls f with an item that has waited, by rvalue or const "
                  "reference: take it by value or by const reference");
    static_assert(differ<p, Problem::extreme_not_copyable>,
                  "parallel_task: min, max and minmax return the items' values, and these items can't be "
                  "copied: map to pointers first, .map([](auto& x) { return &x; }), and compare by what they "
                  "point to");
    static_assert(differ<p, Problem::minmax_not_copyable>,
                  "parallel_task: minmax returns two of the items' values, and these items can't be copied: map "
                  "to pointers first, .map([](auto& x) { return &x; }), and compare by what they point to");
    static_assert(differ<p, Problem::key_without_order>,
                  "parallel_task: the keys of min_by_key and its like are compared by <, which this key type "
                  "lacks");
    static_assert(differ<p, Problem::extreme_without_order>,
                  "parallel_task: min, max and minmax compare items by <, which this type lacks: give a "
                  "comparison, .min(less), or a key, .min_by_key(f)");
    static_assert(differ<p, Problem::comparison_does_not_fit>,
                  "parallel_task: the comparison of min, max and minmax must be callable with two items, as "
                  "const, and say whether the first is less than the second");
    static_assert(differ<p, Problem::unzip_without_pairs>,
                  "parallel_task: unzip() takes pairs apart, and these items are no pairs: map to std::pair "
                  "first");
    static_assert(differ<p, Problem::partition_does_not_fit>,
                  "parallel_task: partition puts the items' values into two containers, and these items can't "
                  "get into one: items that can't be copied: map to pointers first, .map([](auto& x) { return "
                  "&x; })");
    static_assert(differ<p, Problem::unzip_not_copyable>,
                  "parallel_task: unzip() stores the parts' values, and one of these parts can't be copied: map "
                  "it to a pointer first");
    static_assert(differ<p, Problem::reduce_other_items>,
                  "parallel_task: reduce begins its parts with their first items, so an item must convert to "
                  "the result type, which is that of init (or, without init, the item's value): map the items "
                  "to it first");
    static_assert(differ<p, Problem::reduce_narrows>,
                  "parallel_task: reduce's result has the type of init, and the items would narrow into it: "
                  "give init the wider type, as in reduce(0.0, op) instead of reduce(0, op), or map the items "
                  "first");
    static_assert(differ<p, Problem::reduce_not_callable>,
                  "parallel_task: reduce calls op(result, item) and op(result, result), on one const object "
                  "from all threads: this op can't be called so (is it mutable, or does it take references to "
                  "non-const?)");
    static_assert(differ<p, Problem::reduce_other_result>,
                  "parallel_task: what reduce's op returns must convert to the result type, which is that of "
                  "init, and that type must be assignable");
    static_assert(differ<p, Problem::total_not_numbers>,
                  "parallel_task: these items don't convert to the number type of the total: map them to "
                  "numbers first");
    static_assert(differ<p, Problem::total_without_plus>,
                  "parallel_task: a sum begins with its first item and adds the others by += (a product "
                  "multiplies by *=), and is T{} (or 1) without any: the item type lacks one of these; use "
                  "reduce(op), or map to numbers");
    static_assert(differ<p, Problem::mean_without_division>,
                  "parallel_task: mean() divides the total by a double, which this item type can't: map to "
                  "numbers");
    static_assert(differ<p, Problem::try_without_answer>,
                  "parallel_task: the closure of try_for_each must say whether it failed: let it return bool, "
                  "an optional, or something like std::expected, with a value type that can be "
                  "default-constructed (a success is returned with such a value)");
    return Unusable{};
  }
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
