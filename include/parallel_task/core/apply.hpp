// The gate that every operation passes: to go on, or to be told in a sentence why not.
#pragma once

#include <parallel_task/core/problem.hpp>

#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

// A template, since of `p != q` Clang would print both sides: three lines more.
template <Problem p, Problem q>
inline constexpr bool differ = p != q;

/// Lets `target` accept `step`, which is used up, unless it refuses it. `Item` is only named in errors.
template <class Item, class Step, class Target>
PARALLEL_TASK_ALWAYS_INLINE constexpr auto apply(Step&& step, Target& target) {
  constexpr Problem p = Target::template refuses<Step>();
  if constexpr (p == Problem::none) {
    return target.accept(step);
  } else {
    // closures
    static_assert(differ<p, Problem::closure_changes_itself>,
                  "parallel_task: this closure changes itself (a mutable lambda, or an operator() that is not "
                  "const), but all threads call the same object at once: remove `mutable`; for scratch space of "
                  "one's own use map_init(make, f), for totals use fold or reduce");
    static_assert(differ<p, Problem::closure_does_not_fit>,
                  "parallel_task: this closure can't be called with the pipeline's items, nor with the parts of "
                  "an item that is a pair or tuple: compare its parameters with the item, the first type that "
                  "this error names in apply<...>");
    static_assert(differ<p, Problem::predicate_changes_items>,
                  "parallel_task: this predicate wants to change or consume the items, but predicates see them "
                  "as const: take the item by value or by const reference; to change items use update(f) or "
                  "map(f)");
    static_assert(differ<p, Problem::predicate_without_answer>,
                  "parallel_task: this predicate must return bool: its result can't be converted to bool");
    static_assert(differ<p, Problem::filter_map_without_optional>,
                  "parallel_task: the closure of filter_map(f), or of find_map_first(f) and its like, must return a "
                  "std::optional (or a pointer, or an expected): an empty one drops the item; to keep all results use "
                  "map(f)");
    static_assert(differ<p, Problem::map_while_without_optional>,
                  "parallel_task: the closure of map_while(f) must return a std::optional (or a pointer, or an "
                  "expected): the first empty one ends the input; to end it by a condition use take_while(p)");
    static_assert(differ<p, Problem::flat_map_without_range>,
                  "parallel_task: the closure of flat_map(f) must return a range (a container or a view), or an "
                  "optional or expected, for each item; for one result each use map(f)");
    static_assert(differ<p, Problem::flatten_without_ranges>,
                  "parallel_task: flatten() needs items that are ranges (containers or views), or optionals, and "
                  "these are not: use flat_map(f) with a closure that makes a range of an item");
    static_assert(differ<p, Problem::answer_dropped>,
                  "parallel_task: this closure returns bool, and for_each, for_each_ordered, inspect, update and "
                  "parallel_for drop what theirs return, so that false would stop nothing: to stop use "
                  "try_for_each(f), to ask any(p), all(p) or count_if(p), to choose filter(p); to drop it on purpose "
                  "write [&](auto&& x) { (void)f(x); }");
    static_assert(differ<p, Problem::fold_not_assignable>,
                  "parallel_task: this accumulator can't be assigned to: let f take it by reference, change it "
                  "in place and return nothing");
    static_assert(differ<p, Problem::map_to_nothing>,
                  "parallel_task: map(f) needs a result for each item, but this closure returns void: return "
                  "something, or use for_each(f), inspect(f) or update(f)");
    static_assert(
        differ<p, Problem::fold_changes_copy>,
        "parallel_task: this closure gets a copy of fold's accumulator and returns nothing, so what it adds is "
        "lost: take the accumulator by reference, as in [](auto& total, auto x) { total += x; }, or return the "
        "next one");
    static_assert(
        differ<p, Problem::fold_loses>,
        "parallel_task: fold's accumulator has the type that make() returns, and what this closure returns would "
        "lose digits in it: let make() return the wider type, as in [] { return 0.0; } instead of 0");
    static_assert(
        differ<p, Problem::fold_other_result>,
        "parallel_task: what this closure returns can't be assigned to fold's accumulator, which has the type "
        "that make() returns: return the next accumulator, or change it in place and return nothing");
    static_assert(differ<p, Problem::try_fold_other_result>,
                  "parallel_task: the closure of try_fold(make, f) must return an optional or expected of the next "
                  "accumulator, of the type that make() returns; one that cannot fail is for fold(make, f)");
    static_assert(
        differ<p, Problem::map_init_changes_copy>,
        "parallel_task: this closure gets a copy of the state of map_init or for_each_init for each item, so what it "
        "changes there is lost: take the state by reference (by const reference to read it only)");
    static_assert(
        differ<p, Problem::update_changes_copy>,
        "parallel_task: this closure changes a copy of each item, which update(f) does not see: take the item by "
        "reference, as in [](auto& x) { x *= 2; }; for a new value use map(f), for a look at it inspect(f)");
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
                  "span does not own: use pt::parallel_iter(r), which refers to its items");
    static_assert(differ<p, Problem::owns_lvalue>,
                  "parallel_task: into_parallel_iter(r) consumes its container: write "
                  "into_parallel_iter(std::move(r)), or pt::parallel_iter(r) to borrow it");
    static_assert(differ<p, Problem::owns_const>,
                  "parallel_task: into_parallel_iter(r) can't move items out of a const container: remove the "
                  "const, or use pt::parallel_iter(r) to borrow it");
    static_assert(differ<p, Problem::owner_unknown>,
                  "parallel_task: whether this range owns its items can't be told from its type (it may be a "
                  "handle or a pair of pointers), so they are not moved out of it: give the range a name and use "
                  "pt::parallel_iter(r), which refers to its items");
    static_assert(differ<p, Problem::bridge_does_not_fit>,
                  "parallel_task: par_bridge(r) takes an input range (for a stream: "
                  "std::views::istream<T>(stream)) or an object with next() that returns an optional or "
                  "a pointer");
    static_assert(differ<p, Problem::bridge_without_values>,
                  "parallel_task: par_bridge(r) makes values of the items, and of these a copy would lose what is "
                  "derived from their class, or can't be made: let next() return a std::unique_ptr or "
                  "std::shared_ptr; for a range that can be read again use pt::parallel_iter(r)");
    static_assert(differ<p, Problem::indices_not_numbers>,
                  "parallel_task: indices and parallel_for count in whole numbers: pass integers (of an enum class "
                  "static_cast<int>(e)), and compute other values from them in map(f); over a range write "
                  "pt::for_each(r, f)");
    static_assert(differ<p, Problem::parts_of_temporary>,
                  "parallel_task: the items of chunk, slide, split, lines and their like, and those of "
                  "cartesian_product, refer to the range, and this temporary would be gone before they are used: give "
                  "it a name first");
    static_assert(differ<p, Problem::split_by_value>,
                  "parallel_task: split(r, p) and split_after(r, p) call p with each item, as const, and end a piece "
                  "where it returns true: write [](auto const& x) { return x == 0; }");
    static_assert(differ<p, Problem::chunk_by_does_not_fit>,
                  "parallel_task: chunk_by(r, p) calls p with two neighbours, as const, and keeps them together if it "
                  "returns true: write [](auto const& x, auto const& y) { return x == y; }");
    static_assert(differ<p, Problem::not_text>,
                  "parallel_task: lines, words, split by a pattern and find_all read text: pass a std::string, a "
                  "std::string_view or a literal; of a stream read all of it into a std::string first");
    static_assert(differ<p, Problem::pattern_of_other_type>,
                  "parallel_task: the pattern of split(text, pattern) and find_all(text, pattern) is a char, a string, "
                  "or a predicate that is called with a char");
    static_assert(
        differ<p, Problem::walk_tree_children>,
        "parallel_task: the second argument of walk_tree, walk_tree_prefix and walk_tree_postfix is called with "
        "a node, as const, and returns a range of nodes of the root's type: write [](Node const& node) { "
        "return node.children; }, or with pointers [](Node const* node) { ... }");
    // stages
    static_assert(differ<p, Problem::chain_after_take_while>,
                  "parallel_task: take_while before chain would also cut the range that chain adds: collect "
                  "first, or put take_while after chain");
    static_assert(
        differ<p, Problem::chain_of_other_items>,
        "parallel_task: chain(r) and interleave(r) need items of one type, or of types with a common reference: "
        "map one of the two to the type of the other");
    static_assert(differ<p, Problem::copied_move_only>,
                  "parallel_task: copied() needs items that can be copied: these are move-only; consume the "
                  "container with into_parallel_iter, or map to pointers");
    static_assert(differ<p, Problem::keys_without_pairs>,
                  "parallel_task: keys(), values() and elements<n>() need items that are pairs or tuples, such as "
                  "those of a map, of enumerate or of zip: use map(f) to take a part of another type");
    static_assert(differ<p, Problem::elements_too_few>,
                  "parallel_task: elements<n>() passes on the part with the number n of each item, counted from 0, and "
                  "these items have no such part: use a smaller n");
    static_assert(
        differ<p, Problem::cast_does_not_fit>,
        "parallel_task: cast<T>() makes a T of each item by static_cast, which has no way from these items to "
        "that type: use map(f)");
    static_assert(
        differ<p, Problem::chunk_not_copyable>,
        "parallel_task: chunk(n) puts the items' values into vectors, and these items can't be copied: consume "
        "the container with into_parallel_iter, map to pointers, or cut a range by pt::chunk(r, n)");
    static_assert(differ<p, Problem::drop_while_after_fold>,
                  "parallel_task: drop_while after fold would have to wait until all items are folded: collect first, "
                  "or put drop_while before fold");
    static_assert(differ<p, Problem::scan_after_fold>,
                  "parallel_task: a scan after fold would have to wait until all items are folded: collect first, or "
                  "put the scan before fold");
    static_assert(differ<p, Problem::scan_after_scan>,
                  "parallel_task: a scan after a scan would have to wait for results of the first: collect first, and "
                  "scan what was collected");
    static_assert(differ<p, Problem::scan_does_not_fit>,
                  "parallel_task: inclusive_scan(op), inclusive_scan(op, init) and exclusive_scan(init, op) call op "
                  "with two results, which are of the type of init or else of the items' values, as const, and it must "
                  "return what converts to one: write [](auto const& x, auto const& y) { return x + y; }");
    static_assert(differ<p, Problem::scan_other_items>,
                  "parallel_task: the results of a scan have the type of init, or else of the items' values, and these "
                  "items don't convert to it: map them first, or give init their type");
    static_assert(
        differ<p, Problem::scan_loses>,
        "parallel_task: items of this scan, or what its op returns, would lose digits in its results, which have "
        "the type of init, or else of the items' values: give init the wider type, such as 0.0 instead of 0");
    static_assert(differ<p, Problem::scan_not_copyable>,
                  "parallel_task: a scan passes on each result, and goes on from it, so results have to be copyable: "
                  "map to what can be copied");
    static_assert(differ<p, Problem::take_any_after_cut>,
                  "parallel_task: take_any(n) after take_while or map_while might take items that these cut off: put "
                  "take_any before them, or collect first");
    static_assert(differ<p, Problem::intersperse_of_other_type>,
                  "parallel_task: intersperse(x) passes x on as an item, so x must convert to the value type of the "
                  "items, and not lose digits in it: give x that type, or map the items first");
    static_assert(differ<p, Problem::intersperse_not_copyable>,
                  "parallel_task: intersperse(x) passes on values here, a copy of x in each place, and these items "
                  "can't be copied: map to what can be, or borrow the container with pt::parallel_iter(r)");
    static_assert(
        differ<p, Problem::index_lost>,
        "parallel_task: enumerate, zip, reverse, take, drop, stride, slice, chunk, fold_chunks, interleave, "
        "intersperse, positions, equal and compare need the position of every item, and a stage before it (filter, "
        "filter_map, flat_map, flatten, take_while, map_while, drop_while, take_any, inclusive_scan, exclusive_scan or "
        "fold) or a source (chunk_by, split, lines and their like) lost it: put it before that stage, or collect "
        "first");
    static_assert(
        differ<p, Problem::count_not_a_number>,
        "parallel_task: take(n), drop(n), stride(n), slice(first, last), chunk(n), slide(r, n) and repeat_n(x, n) "
        "take whole numbers; to cut by a condition use take_while(p), or chunk_by(r, p)");
    static_assert(differ<p, Problem::joined_pipeline_has_a_name>,
                  "parallel_task: the pipeline given to zip or chain is consumed, and this one has a name: pass "
                  "std::move(pipeline)");
    // settings
    static_assert(differ<p, Problem::threads_not_a_number>,
                  "parallel_task: threads(n) takes a whole number: the most threads that may compute this call, "
                  "the caller included");
    static_assert(differ<p, Problem::max_len_not_a_number>,
                  "parallel_task: max_len(n) takes a whole number: the most items that a thread runs before it lets "
                  "others have the rest");
    static_assert(
        differ<p, Problem::min_len_not_a_number>,
        "parallel_task: min_len(n) takes a whole number: the fewest items that a thread takes at once, as far "
        "as there are so many");
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
    static_assert(
        differ<p, Problem::context_does_not_fit>,
        "parallel_task: with_context(capture, enter) calls capture() once, which returns a value, and on each "
        "thread that helps enter(value), both as const: write [] { return current_span(); } and "
        "[](Span const& span) { return Scope(span); }, whose result ends when the thread leaves");
    static_assert(differ<p, Problem::interval_not_a_duration>,
                  "parallel_task: progress(f, interval) takes a std::chrono duration, the time between two calls of f");
    static_assert(differ<p, Problem::token_without_stop_requested>,
                  "parallel_task: stop_token(t) takes anything with a const stop_requested(), such as a "
                  "std::stop_token: this type has none; of a std::stop_source pass get_token()");
    static_assert(differ<p, Problem::deadline_of_other_clock>,
                  "parallel_task: deadline(t) takes a std::chrono::steady_clock::time_point, or a duration from "
                  "the call of the terminal: clocks that can be set back are of no use here");
    static_assert(
        differ<p, Problem::on_no_world>,
        "parallel_task: on(w) takes a world, such as a pt::forked::world or a pt::mpi::world variable, or "
        "what its at_root(), split() and least(n) return; or, with <parallel_task/executor.hpp>, an executor: "
        "anything with e.execute(f) or e(f) that starts f on a thread of its own");
    static_assert(
        differ<p, Problem::on_changes_items>,
        "parallel_task: with on(w), a closure can't change the items of a range, of which each rank has a copy: it "
        "would change those that it ran itself: take them as const, or write map(f).collect_into(r)");
    static_assert(differ<p, Problem::on_take_any>,
                  "parallel_task: take_any(n) counts the items of one process, and so not those of all ranks: with "
                  "on(w), write take(n), or collect on the ranks and take of that");
    static_assert(differ<p, Problem::on_stream>,
                  "parallel_task: with on(w), a stream can't be read by several ranks: read it into a container on "
                  "rank 0, and broadcast that");
    static_assert(differ<p, Problem::async_not_included>,
                  "parallel_task: async() is in a header of its own: include <parallel_task/async.hpp>");
    static_assert(
        differ<p, Problem::async_borrows>,
        "parallel_task: behind async() the terminal returns before the pipeline has run, so the pipeline must "
        "own what it reads, and this one refers to a range: use into_parallel_iter(std::move(r)), also in zip "
        "and chain, or pt::indices and capture what it needs by value");
    static_assert(
        differ<p, Problem::async_on_ranks>,
        "parallel_task: a pipeline runs on the ranks of a world or in the background, not both: remove on(w) or "
        "async()");
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
                  "parallel_task: size() tells how many items there are without running any closure, and after "
                  "filter, flat_map, take_while or fold nobody can know: use count(), which runs the pipeline");
    static_assert(
        differ<p, Problem::find_not_copyable>,
        "parallel_task: find_first, find_any, first, last and their like return the item's value, and these items "
        "can't be copied: map to pointers first, .map([](auto& x) { return &x; })");
    static_assert(
        differ<p, Problem::position_lost>,
        "parallel_task: position_first(p) and its like return the position of an item among those that reach "
        "them, and after filter, filter_map, flat_map, flatten, take_while or fold nobody knows that of an "
        "item: collect first, or for the position before such a stage put enumerate() there and use find_first");
    static_assert(differ<p, Problem::nth_not_a_number>,
                  "parallel_task: nth(n) takes a whole number, the position of the item, counted from 0; to find one "
                  "by a condition use find_first(p)");
    static_assert(differ<p, Problem::nth_unknown>,
                  "parallel_task: nth(n) returns the item at position n, and after a stage that drops or adds items "
                  "nobody knows which that is: collect first; for the one at either end use first() or last()");
    static_assert(differ<p, Problem::sorted_not_copyable>,
                  "parallel_task: is_sorted compares each item with the one before it, of which it keeps a copy where "
                  "the item may be gone by then, and these items cannot be copied: call it on the range that holds "
                  "them, or map to pointers first");
    static_assert(differ<p, Problem::equal_without_equality>,
                  "parallel_task: equal(r) compares the items of both sides by ==, which these two types lack: give a "
                  "predicate of your own, equal(r, p)");
    static_assert(differ<p, Problem::equal_does_not_fit>,
                  "parallel_task: equal(r, p) calls p(a, b) with an item of each side, as const, and p must return "
                  "bool, which is true where the two count as equal");
    static_assert(differ<p, Problem::compare_without_order>,
                  "parallel_task: compare(r) compares the items of both sides by <=>, or by <, which these two types "
                  "lack: give a comparison, compare(r, f), or map both to a key that has an order");
    static_assert(differ<p, Problem::compare_does_not_fit>,
                  "parallel_task: compare(r, f) calls f(a, b) with an item of each side, as const, and f must return "
                  "an ordering, as a <=> b does, or be a less-than, which returns bool and takes the two either way "
                  "round");
    static_assert(differ<p, Problem::ordered_not_copyable>,
                  "parallel_task: for_each_ordered keeps items that wait for their turn by value, and these can't be "
                  "copied: map to pointers first, .map([](auto& x) { return &x; })");
    static_assert(differ<p, Problem::ordered_takes_reference>,
                  "parallel_task: for_each_ordered calls f with an item that has waited, by rvalue or const "
                  "reference: take it by value or by const reference");
    static_assert(
        differ<p, Problem::ordered_changes_copy>,
        "parallel_task: f of for_each_ordered wants to change items, but what these references refer to (a "
        "closure, a state or an inner range gave them) may be gone when their turn comes, so copies wait: take "
        "the item by const reference, or let the closure return a pointer to what lives longer");
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
                  "parallel_task: min, max, minmax and is_sorted compare items by <, which this type lacks: give a "
                  "comparison, .min(less) or .is_sorted(less), or a key, .min_by_key(f)");
    static_assert(differ<p, Problem::comparison_does_not_fit>,
                  "parallel_task: the comparison of min, max, minmax and is_sorted must be callable with two items, as "
                  "const, and say whether the first is less than the second");
    static_assert(
        differ<p, Problem::unzip_without_pairs>,
        "parallel_task: unzip() takes pairs and tuples apart, and these items are none of two or more parts: map "
        "to std::pair first");
    static_assert(differ<p, Problem::partition_does_not_fit>,
                  "parallel_task: partition puts the items' values into two containers, and these items can't "
                  "get into one: items that can't be copied: map to pointers first, .map([](auto& x) { return "
                  "&x; })");
    static_assert(differ<p, Problem::unzip_not_copyable>,
                  "parallel_task: unzip() stores the parts' values, and one of these parts can't be copied: map "
                  "it to a pointer first");
    static_assert(differ<p, Problem::reduce_from_closure>,
                  "parallel_task: reduce(init, op) begins with a value and not with a closure that makes one: write "
                  "reduce(0, op) instead of reduce([] { return 0; }, op)");
    static_assert(differ<p, Problem::reduce_turned_round>,
                  "parallel_task: reduce takes its value first and its closure last: reduce(init, op)");
    static_assert(differ<p, Problem::reduce_other_items>,
                  "parallel_task: reduce begins its parts with their first items, so an item must convert to "
                  "the result type, which is that of init (or, without init, the item's value): map the items "
                  "to it first");
    static_assert(differ<p, Problem::reduce_narrows>,
                  "parallel_task: reduce's result has the type of init, and the items would narrow into it: "
                  "give init the wider type, as in reduce(0.0, op) instead of reduce(0, op), or map the items "
                  "first");
    static_assert(
        differ<p, Problem::reduce_loses>,
        "parallel_task: reduce's result has the type of init (or, without init, of the items), and what this op "
        "returns would lose digits in it: give init the wider type, as in reduce(0.0, op), or map the items first");
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
    static_assert(differ<p, Problem::key_without_hash>,
                  "parallel_task: the keys of group_by, count_by and to_map, and the items of distinct, are found by "
                  "std::hash and compared by ==, of which this type lacks one: specialise std::hash for it, or take a "
                  "key that has it, such as a number, a string or a pair of these");
    static_assert(differ<p, Problem::group_not_copyable>,
                  "parallel_task: group_by keeps the items' values, and these items cannot be copied: map to pointers "
                  "first, .map([](auto& x) { return &x; })");
    static_assert(differ<p, Problem::to_map_merge_does_not_fit>,
                  "parallel_task: to_map(key, value, merge) calls merge(value, later) with two of what value(item) "
                  "returns, as const, and puts what it returns in the place of the first");
    static_assert(differ<p, Problem::collect_merged_no_map>,
                  "parallel_task: collect<C>(merge) makes a map of items that are pairs: C must be a map such as "
                  "std::map<K, T>, and items pairs of a key and a value");
    static_assert(
        differ<p, Problem::collect_merge_does_not_fit>,
        "parallel_task: collect<C>(merge) puts the parts of the items into the map, and calls merge(value, later) with "
        "two of the map's values, as const, for what takes the place of the first: one of these does not fit");
    static_assert(differ<p, Problem::bins_not_a_number>,
                  "parallel_task: histogram(bins) takes a whole number, how many bins there are");
    static_assert(differ<p, Problem::histogram_not_numbers>,
                  "parallel_task: histogram(bins) counts whole numbers, and these items are none: give a closure that "
                  "says which bin an item is in, histogram(bins, f)");
    static_assert(differ<p, Problem::top_not_a_number>,
                  "parallel_task: smallest(k), largest(k) and top_k(k) take a whole number, how many items to return");
    static_assert(
        differ<p, Problem::top_not_copyable>,
        "parallel_task: smallest, largest and top_k return the items' values, and these items cannot be copied: "
        "map to pointers first, and give a comparison");
    static_assert(
        differ<p, Problem::top_without_order>,
        "parallel_task: smallest, largest and top_k compare items by <, or by less(a, b), which must say of two "
        "items, as const, whether the first is less: this type or closure does not");
    static_assert(differ<p, Problem::try_without_failures>,
                  "parallel_task: try_reduce and try_collect need items that are optionals or expected-like, with "
                  "has_value(), * and value_type: let map(f) return a std::optional for each item");
    static_assert(
        differ<p, Problem::try_reduce_other_init>,
        "parallel_task: try_reduce(init, op): init must convert to the type of value that the items' optionals hold");
    static_assert(
        differ<p, Problem::try_reduce_not_callable>,
        "parallel_task: try_reduce calls op(a, b) with two values out of the optionals, on one const object from all "
        "threads: this op cannot be called so (does it take the optionals themselves?)");
    static_assert(
        differ<p, Problem::try_reduce_other_result>,
        "parallel_task: the op of try_reduce must return what the items are, an optional or expected, or a value "
        "that converts to it");
    static_assert(differ<p, Problem::try_collect_other_template>,
                  "parallel_task: try_collect<C>() returns the optional or expected of the items with C as its value, "
                  "and these items are of a type that cannot be rewritten so: map to std::optional first");
    static_assert(differ<p, Problem::merge_does_not_fit>,
                  "parallel_task: aggregate(make, add, merge) calls merge(left, right) with two of what make() "
                  "returns, as const: let it return the joined one, or take left by reference and change it");
    static_assert(differ<p, Problem::separator_without_text>,
                  "parallel_task: join_with(separator) takes a text or a char");
    static_assert(differ<p, Problem::join_without_text>,
                  "parallel_task: join_with(separator) puts texts together, and these items are none: map to "
                  "std::string first, as in .map([](int x) { return std::to_string(x); })");
    static_assert(differ<p, Problem::partition_map_without_variant>,
                  "parallel_task: the closure of partition_map(f) must return a std::variant of two types, one for "
                  "each vector; to part the items themselves use partition(p)");
    static_assert(differ<p, Problem::unzip_into_other_number>,
                  "parallel_task: unzip_into takes as many containers as the items have parts");
    static_assert(
        differ<p, Problem::unzip_into_does_not_fit>,
        "parallel_task: unzip_into(a, b, ...): one of these containers is const, or can't hold its part of the items");
    static_assert(differ<p, Problem::try_without_answer>,
                  "parallel_task: the closure of try_for_each must say whether it failed: let it return bool, "
                  "an optional, or something like std::expected, with a value type that can be "
                  "default-constructed (a success is returned with such a value)");
    return Unusable{};
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
