// parallel_task 0.1.0 in one header. Made by single_include/amalgamate.cmake: change the headers in include/.
//
// SPDX-License-Identifier: MIT
//
// MIT License
//
// Copyright (c) 2026 the parallel_task authors
//
// Permission is hereby granted, free of charge, to any person obtaining a copy
// of this software and associated documentation files (the "Software"), to deal
// in the Software without restriction, including without limitation the rights
// to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
// copies of the Software, and to permit persons to whom the Software is
// furnished to do so, subject to the following conditions:
//
// The above copyright notice and this permission notice shall be included in all
// copies or substantial portions of the Software.
//
// THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
// IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
// FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
// AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
// LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
// OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
// SOFTWARE.
#pragma once

#include <atomic>
#include <bit>
#include <cassert>
#include <cerrno>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <new>
#include <optional>
#include <ranges>
#include <span>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

// All of parallel_task. The short name for users: namespace pt.

#if !defined(PARALLEL_TASK_HPP)  // else it was read as one header (single_include/) before
#define PARALLEL_TASK_HPP

// Listed from the bottom up, so that an error in any of them has a short path to its user.

// ==== parallel_task/version.hpp

// The version of the library. CMake reads it here; no other file may say a different one (tests/packaging).
//
// Versions are semantic (semver.org); until 1.0 a minor release is what a major one is later.
//
//   a patch release   changes neither names nor layouts: objects compiled with different ones may be linked together
//   a minor release   may change whatever the threads of a process share
//
// So the inline namespace that all of the library stands in is named after major and minor, v0_1 here. Two minor
// versions in one process have different symbols, and each has a pool of its own.

#define PARALLEL_TASK_VERSION_MAJOR 0
#define PARALLEL_TASK_VERSION_MINOR 1
#define PARALLEL_TASK_VERSION_PATCH 0

/// For comparisons: version 1.2.3 is 10203.
#define PARALLEL_TASK_VERSION \
  (PARALLEL_TASK_VERSION_MAJOR * 10000 + PARALLEL_TASK_VERSION_MINOR * 100 + PARALLEL_TASK_VERSION_PATCH)

// ==== parallel_task/core/unusable.hpp

// What a wrong program gets instead of a pipeline, so that it gets one error and no more.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// False, but only once the template around it is used: for the static_assert that says what is wrong.
template <class...>
inline constexpr bool never = false;

// All operations of a pipeline whose arguments can be deduced. Names in parentheses, for the sake of min and max.
#define PARALLEL_TASK_OPERATIONS(each)                                                                                 \
  each(then) each(map) each(inspect) each(update) each(filter) each(filter_map) each(flat_map) each(flatten)           \
  each(copied) each(keys) each(values) each(enumerate) each(zip) each(zip_equal) each(chain) each(reverse) each(take)  \
  each(drop) each(stride) each(slice) each(take_while) each(map_init) each(fold) each(threads) each(steal_from)        \
  each(report) each(trace) each(progress) each(stop_token) each(deadline) each(for_each) each(for_each_ordered)        \
  each(try_for_each)                                                                                                   \
  each(collect_into) each(append_to) each(reduce) each(sum) each(product) each(mean) each(count) each(count_if)        \
  each(size) each(min) each(max) each(minmax) each(min_by_key) each(max_by_key) each(minmax_by_key) each(any)          \
  each(all) each(none) each(contains) each(find_any) each(find_first) each(partition) each(unzip)

/// Stands for a pipeline or a result behind an error that has been reported. Swallows every further call.
struct Unusable {
  template <class T>
  operator T() const noexcept;  // NOLINT: any variable may be initialised with it

#define PARALLEL_TASK_SWALLOW(name)                       \
  template <class... T, class... A>                       \
  constexpr Unusable(name)(A const&...) const noexcept {  \
    return {};                                            \
  }
  PARALLEL_TASK_OPERATIONS(PARALLEL_TASK_SWALLOW)
#undef PARALLEL_TASK_SWALLOW

  template <class C, class... A>
  constexpr Unusable collect(A const&...) const noexcept {
    return {};
  }
  template <template <class...> class C>
  constexpr Unusable collect() const noexcept {
    return {};
  }
  template <class C>
  constexpr Unusable to() const noexcept {
    return {};
  }
  template <template <class...> class C>
  constexpr Unusable to() const noexcept {
    return {};
  }

  // A `for` over it, or any further pipe, adds no second error.
  constexpr Unusable const* begin() const noexcept { return nullptr; }
  constexpr Unusable const* end() const noexcept { return nullptr; }
  template <class X>
  friend constexpr Unusable operator|(Unusable, X const&) noexcept {
    return {};
  }
};

/// The operations of a pipeline that has a name, and so would be consumed unseen.
class NamedPipeline {
  template <class T>
  static constexpr Unusable refuse() {
    static_assert(never<T>,
                  "parallel_task: a pipeline is consumed by what follows, and this one has a name: write "
                  "std::move(pipeline).map(…), or go on in the same expression");
    return {};
  }

 public:
#define PARALLEL_TASK_REFUSE(name)              \
  template <class T = void, class... A>         \
  constexpr Unusable(name)(A const&...) const& { \
    return refuse<T>();                         \
  }
  PARALLEL_TASK_OPERATIONS(PARALLEL_TASK_REFUSE)
#undef PARALLEL_TASK_REFUSE

  template <class C>
  constexpr Unusable collect() const& {
    return refuse<C>();
  }
  template <template <class...> class C>
  constexpr Unusable collect() const& {
    return refuse<C<int>>();
  }
  template <class C>
  constexpr Unusable to() const& {
    return refuse<C>();
  }
  template <template <class...> class C>
  constexpr Unusable to() const& {
    return refuse<C<int>>();
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/core/problem.hpp

// What can be wrong with a program, each told by a sentence of its own (core/pass.hpp).

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Found by each operation's `problem<…>()`. Sentences stand in one place because every function between the user's
/// line and the static_assert costs three lines of an error: there is room for one.
enum class Problem : unsigned char {
  none,
  reported,  // an argument that is Unusable already
  // closures
  closure_changes_itself,
  closure_does_not_fit,
  predicate_changes_items,
  predicate_without_answer,
  filter_map_without_optional,
  flat_map_without_range,
  flatten_without_ranges,
  fold_not_assignable,
  map_to_nothing,
  make_returns_reference,
  make_not_callable,
  // ranges
  view_not_const_iterable,
  bits_share_words,
  range_read_once,
  not_a_range,
  borrows_temporary,
  owns_array,
  owns_view,
  owns_lvalue,
  owns_const,
  bridge_does_not_fit,
  indices_not_numbers,
  // stages
  chain_after_take_while,
  chain_of_other_items,
  copied_move_only,
  keys_without_pairs,
  index_lost,
  count_not_a_number,
  joined_pipeline_has_a_name,
  // settings
  threads_not_a_number,
  strategy_may_throw,
  strategy_does_not_fit,
  report_of_other_type,
  trace_of_other_type,
  progress_not_callable,
  interval_not_a_duration,
  token_without_stop_requested,
  deadline_of_other_clock,
  // terminals
  contains_without_equality,
  collect_fixed_size,
  collect_incomplete,
  collect_qualified,
  collect_without_default,
  collect_into_const,
  collect_into_const_span,
  collect_does_not_fit,
  collect_into_span_of_others,
  size_unknown,
  find_not_copyable,
  ordered_not_copyable,
  ordered_takes_reference,
  extreme_not_copyable,
  minmax_not_copyable,
  key_without_order,
  extreme_without_order,
  comparison_does_not_fit,
  unzip_without_pairs,
  partition_does_not_fit,
  unzip_not_copyable,
  reduce_other_items,
  reduce_narrows,
  reduce_not_callable,
  reduce_other_result,
  total_not_numbers,
  total_without_plus,
  mean_without_division,
  try_without_answer
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/core/pass.hpp

// The gate that every operation passes: to go on, or to be told in a sentence why not.

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

// ==== parallel_task/platform/exceptions.hpp

// Exceptions where there are any: the only place that asks.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Calls `body`; what it throws goes to `failed(std::exception_ptr)`. Without exceptions: just calls it.
template <class Body, class Failed>
[[gnu::always_inline]] inline void guarded(Body&& body, [[maybe_unused]] Failed&& failed) {
#if defined(__cpp_exceptions)
  try {
    body();
  } catch (...) {
    failed(std::current_exception());
  }
#else
  body();
#endif
}

/// Throws `error`; a build without exceptions prints what it says and aborts.
template <class Error>
[[noreturn]] inline void throw_error(Error error) {
#if defined(__cpp_exceptions)
  throw std::move(error);
#else
  std::fprintf(stderr, "parallel_task: %s\n", error.what());
  std::abort();
#endif
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/platform/owner.hpp

// What others take from <memory>. In libstdc++ 12 it brings <ostream> with it, which is a sixth of what the umbrella
// takes to compile. std::construct_at, std::destroy and their like come with <vector>, which can't do without them.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Owns an object made with `new`, or nothing.
template <class T>
class Owner {
 public:
  constexpr Owner() noexcept = default;
  explicit Owner(T* object) noexcept : object_(object) {}
  Owner(Owner&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Owner& operator=(Owner&& other) noexcept {
    delete std::exchange(object_, std::exchange(other.object_, nullptr));
    return *this;
  }
  ~Owner() { delete object_; }

  [[nodiscard]] explicit operator bool() const noexcept { return object_ != nullptr; }
  [[nodiscard]] T& operator*() const noexcept { return *object_; }
  [[nodiscard]] T* operator->() const noexcept { return object_; }
  [[nodiscard]] T* release() noexcept { return std::exchange(object_, nullptr); }

 private:
  T* object_ = nullptr;
};

/// Owns an array made with `new`, or nothing.
template <class T>
class Owner<T[]> {
 public:
  constexpr Owner() noexcept = default;
  explicit Owner(T* items) noexcept : items_(items) {}
  Owner(Owner&& other) noexcept : items_(std::exchange(other.items_, nullptr)) {}
  Owner& operator=(Owner&& other) noexcept {
    delete[] std::exchange(items_, std::exchange(other.items_, nullptr));
    return *this;
  }
  ~Owner() { delete[] items_; }

  [[nodiscard]] explicit operator bool() const noexcept { return items_ != nullptr; }
  [[nodiscard]] T& operator[](std::size_t i) const noexcept { return items_[i]; }

 private:
  T* items_ = nullptr;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/core/growing_table.hpp

// A table that grows at its end and whose entries never move, so that others may read what is there.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// One thread at a time adds; any thread reads what was added before it was told of it.
template <class T>
class GrowingTable {
 public:
  [[nodiscard]] T& operator[](std::size_t i) const noexcept {
    Place const p = place(i);
    return chunks_[p.chunk][p.offset];
  }
  void add(T const& value) {
    Place const p = place(size_);
    if (!chunks_[p.chunk]) chunks_[p.chunk] = Owner<T[]>(new T[first_chunk << p.chunk]);
    chunks_[p.chunk][p.offset] = value;
    ++size_;
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  static constexpr std::size_t first_chunk = 64;
  struct Place {
    std::size_t chunk;
    std::size_t offset;
  };
  // Chunk k holds 64 << k entries, the first of which is number 64 * (2^k - 1).
  static Place place(std::size_t i) noexcept {
    std::size_t const chunk = static_cast<std::size_t>(std::bit_width(i / first_chunk + 1)) - 1;
    return {chunk, i - first_chunk * ((std::size_t{1} << chunk) - 1)};
  }
  Owner<T[]> chunks_[58];
  std::size_t size_ = 0;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/queue/block.hpp

// What every queue holds: a range of positions, never items.

namespace parallel_task {
inline namespace v0_1 {

/// Positions [first, last) of a pipeline's source. Two integers for every kind of source.
struct Block {
  std::size_t first = 0;
  std::size_t last = 0;

  [[nodiscard]] constexpr std::size_t size() const noexcept { return last > first ? last - first : 0; }
  [[nodiscard]] constexpr bool empty() const noexcept { return last <= first; }
  friend constexpr bool operator==(Block, Block) = default;
};

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/job.hpp

// The line between templates and threads: all that the controller ever sees of a pipeline.

namespace parallel_task {
inline namespace v0_1 {

/// What is no longer wanted once a block's run has said `false`, or has thrown.
enum class Cut : unsigned char {
  everything,  ///< all that has not run yet: `any`, errors of `for_each`
  later        ///< the positions behind that block: `find_first`, `take_while`, `try_for_each`
};

/// What a source knows of its own length.
struct Pulled {
  std::size_t positions = 0;  ///< how many are known now
  bool ended = true;          ///< there will be no more
};

inline constexpr std::size_t unknown = ~std::size_t{0};

/// One run of one pipeline, erased. Functions get `self`; a segment lives at `where`, `bytes` large.
struct Job {
  void* self = nullptr;
  std::size_t bytes = 0;
  std::size_t alignment = 0;
  /// Makes at most about `want` more positions known. Only one thread at a time is in it. Null: all are known.
  /// Positions that did not grow although `ended` is false: none can be had now, ask again after a block has run.
  Pulled (*pull)(void* self, std::size_t want) = nullptr;
  /// Called once on the calling thread before the first position is shared with another thread. Up to then one
  /// thread has run the first `ran` positions in order; `segment` is the one that ran them. Returns what is known from
  /// now on: never less than `ran`. Null where nothing changes.
  Pulled (*share)(void* self, void* segment, std::size_t ran) = nullptr;
  void (*open)(void* self, void* where) = nullptr;
  /// Runs a block into a segment; `false`: what `cut` says is no longer wanted. May throw.
  bool (*run)(void* self, void* where, Block) = nullptr;
  void (*close)(void* where) noexcept = nullptr;
  Pulled known;  ///< at the start
  Cut cut = Cut::everything;
  /// `pull` costs nothing and makes as many known as it is asked for: what it gives in one turn is cut to measure.
  bool in_windows = false;
  /// `pull` may wait for what is not there yet: what has come is run before much more is asked for.
  bool may_pause = false;
  float least_cost = 0;  ///< nanoseconds a position below which sharing costs more than it brings
  bool ordered = true;   ///< false: a worker may put any blocks, in any order, into one segment
};

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/core/concepts.hpp

// The contract that sources, stages and terminals are written to.

namespace parallel_task {
inline namespace v0_1 {

/// Takes an item, in order, and says whether anything later is still wanted.
template <class K, class Item>
concept sink = requires(K& k, Item&& item) {
  { k(static_cast<Item&&>(item)) } -> std::same_as<bool>;
};

/// A sink that holds several accumulators side by side: `lane(j, item)` puts an item into the j-th of `K::lanes`.
/// The loop deals neighbouring items to neighbouring lanes, which is what lets a compiler use vector registers.
template <class K>
concept laned = requires { requires(K::lanes > 1); };

namespace detail {

template <class Item>
struct AnySink {
  bool operator()(Item&& item);
};

}  // namespace detail

/// A pipeline so far: positions that can be fed to a sink block by block, by any thread.
///
/// - `Item`: what a closure gets, a reference or a value. `Value`: what a container stores.
/// - `State`: what one segment keeps; empty for most. Only one thread at a time uses it.
/// - `pulls`: true where positions become known bit by bit, through `pull`.
/// - `cut`: `Cut::later` if a stage in it ends the input by order (take_while), else `Cut::everything`.
/// - `whole_segments`: true if a segment must be a contiguous run of positions (fold).
/// - `start()`: on the calling thread, when the terminal runs; looks at the range, not before.
/// - `known()`: what is known now; called by the engine's pull role only.
/// - `total()`: how many positions there will be, or `unknown`; does not change after `start()`.
template <class S>
concept source = std::move_constructible<S> && requires(S& s, S const& c) {
  typename S::Item;
  typename S::Value;
  typename S::State;
  requires std::same_as<decltype(S::pulls), bool const>;
  requires std::same_as<decltype(S::cut), Cut const>;
  requires std::same_as<decltype(S::whole_segments), bool const>;
  s.start();
  { c.known() } -> std::same_as<Pulled>;
  { c.total() } -> std::same_as<std::size_t>;
};

/// A source whose every position is exactly one item that any worker can compute alone.
///
/// - `at(state, i)`: the item at i, for any i that is known. `state` makes neighbours cheap; it is the segment's own.
template <class S>
concept indexed_source = source<S> && requires(S const& s, typename S::State& state, std::size_t i) {
  { s.at(state, i) } -> std::same_as<typename S::Item>;
};

/// What `source` leaves out for the sake of compile time; what an author of sources and stages checks in a test.
///
/// - `open()`: a segment's state. - `feed(state, block, sink)`: the items of a block, in order, until the sink says
///   `false`; concurrent. - `close(state, sink)`: at the end of a segment, what a stage kept back; `false` as above.
///   Asked only where `whole_segments`.
/// - Where `pulls`: `pull(want)` makes about `want` more positions known, one thread at a time; `share(state,
///   ran)` is called once before a second thread joins, with the state that ran all positions so far, and how many they
///   are (see Job::share); `index_first(n)`,
///   after `start()`, makes the first n positions known at once, so that `at` is quick for them in any order.
template <class S>
concept complete_source =
    source<S> && requires(S const& c, typename S::State& state, Block block, detail::AnySink<typename S::Item>& k) {
      { c.open() } -> std::same_as<typename S::State>;
      { c.feed(state, block, k) } -> std::same_as<bool>;
      { c.close(state, k) } -> std::same_as<bool>;
    } && (!S::pulls || requires(S& s, typename S::State& state) {
      { s.pull(std::size_t{1}) } -> std::same_as<Pulled>;
      { s.share(state, std::size_t{1}) } -> std::same_as<Pulled>;
      s.index_first(std::size_t{1});
    });

/// What a terminal gathers in one segment: a sink that can be joined with the accumulator of a later segment.
///
/// Optional: `seek(position)`, called before each block. `lanes` and `lane(j, item)` (see `laned`).
/// `static constexpr bool unordered = true`: blocks may come in any order, and so may joins.
/// A trivially copyable accumulator is copied into a local for each block and written back, also when a closure throws.
template <class A, class S>
concept accumulator = std::move_constructible<A> && sink<A, typename S::Item> &&
                      requires(A& a, A&& later) { a.join(static_cast<A&&>(later)); };

/// What ends a pipeline and gives its result.
///
/// - `open(source)`: a segment's accumulator; called concurrently. - `finish(accumulator)`: the result.
/// Optional: `static constexpr Cut cut`: what is no longer wanted once an accumulator said `false` (default:
/// everything). `prepare(source)` or `prepare(source, settings)`: on the calling thread, between `start()` and the first
/// `open`.
template <class T, class S>
concept terminal = requires(T& t, T const& c, S const& s) {
  { c.open(s) } -> accumulator<S>;
  t.finish(c.open(s));
};

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/core/search.hpp

// A search through numbers, many at once: all of a block are asked before the answers are looked at.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// A sink that looks for an item and can tell whether one is it before it takes any: `wanted(item)`, as const. The first
/// that is wanted goes to `take(item)`, which says `false`. Lets a compiler ask many items at once.
template <class K, class Item>
concept searching = requires(K& k, K const& c, Item&& item) {
  { c.wanted(item) } -> std::same_as<bool>;
  { k.take(static_cast<Item&&>(item)) } -> std::same_as<bool>;
};

/// How many items are asked at once: so many behind the first that is wanted, less one, see the predicate for nothing.
/// Strips that are shorter, since their items are dear, are asked one by one.
inline constexpr std::size_t search_block = 32;

/// Whether `at(i)` reads, and runs nobody's closure: it may be called twice.
template <class S>
inline constexpr bool plain_source = requires { requires S::plain; };

/// Bytes of the narrowest number of an item that is made of numbers alone; of any other item 0. What a predicate does
/// with numbers is mostly a comparison.
template <class Item>
inline constexpr std::size_t bytes_of_numbers = std::is_arithmetic_v<Item> || std::is_enum_v<Item> ? sizeof(Item) : 0;
template <class Item>
inline constexpr std::size_t bytes_of_numbers<Item const> = bytes_of_numbers<Item>;
template <class Item>
inline constexpr std::size_t bytes_of_numbers<Item&> = bytes_of_numbers<Item>;
template <class A, class B>
inline constexpr std::size_t bytes_of_numbers<std::pair<A, B>> =
    bytes_of_numbers<A> < bytes_of_numbers<B> ? bytes_of_numbers<A> : bytes_of_numbers<B>;

/// Whether the compiler makes packed comparisons of a block, as measured; where it does not, a block costs up to twice
/// what a branch an item does. GCC 12 wants SSE4.1's blends for wide numbers.
template <std::size_t bytes>
inline constexpr bool packs_answers =
#if defined(__clang__) || defined(__SSE4_1__) || defined(__ARM_NEON)
    bytes != 0 && bytes <= 8;
#elif defined(__SSE2__)
    bytes != 0 && bytes <= 2;
#else
    false;
#endif

template <class At, class I>
using item_at = decltype(std::declval<At const&>()(std::declval<I>()));

template <class At, class I, class K>
inline constexpr bool searched_by_blocks = [] {
  if constexpr (plain_source<At> && searching<K, item_at<At, I>>) {
    return packs_answers<bytes_of_numbers<item_at<At, I>>>;
  } else {
    return false;
  }
}();

/// As wide as the number that is asked: the answers to a vector of numbers fill a vector.
template <std::size_t bytes>
using answer_of = std::conditional_t<
    bytes == 1, std::uint8_t,
    std::conditional_t<bytes == 2, std::uint16_t, std::conditional_t<bytes == 4, std::uint32_t, std::uint64_t>>>;

// GCC 12 packs no answer that is a bool made wider, if the predicate consists of two; so it must not see that.
#if defined(__clang__)
template <class Answer>
inline constexpr Answer yes = 1;
template <class Answer>
inline constexpr Answer no = 0;
#else
template <class Answer>
inline constexpr Answer yes = 5;
template <class Answer>
inline constexpr Answer no = 2;
#endif

/// Asks about the items from `i` on, each once and in order; moves `i` behind them, or gives the first that is wanted
/// to `k`. An exception comes out unless an item before it is wanted, as if it had never been asked.
template <class At, class I, class K>
[[gnu::always_inline]] inline bool search_one_block(At const& at, I& i, K& k) {
  using Answer = answer_of<bytes_of_numbers<item_at<At, I>>>;
  Answer answers[search_block];
  Answer all = no<Answer>;
  std::size_t asked = 0;
#if defined(__cpp_exceptions)
  try {
#endif
    for (; asked != search_block; ++asked) {
      answers[asked] = k.wanted(at(static_cast<I>(i + static_cast<I>(asked)))) ? yes<Answer> : no<Answer>;
      all = static_cast<Answer>(all | answers[asked]);
    }
#if defined(__cpp_exceptions)
  } catch (...) {
    if (all == no<Answer>) throw;
  }
#endif
  if (all == no<Answer>) [[likely]] {
    i = static_cast<I>(i + static_cast<I>(search_block));
    return false;
  }
  for (std::size_t j = 0;; ++j) {
    if (answers[j] != no<Answer>) {
      k.take(at(static_cast<I>(i + static_cast<I>(j))));
      return true;
    }
  }
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/core/choice.hpp

// The choice of the best of numbers, many at once: all keys of a block are computed before one is looked at.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// A sink that keeps the item with the best key, a number. Once it `is_choosy()`, items of which none is
/// `better(key, yes, no)` need not be given to it; others are, by `take(item, key)`, in order. All but that as const.
/// `keys_are_items`: an item is its own key. Lets a compiler compare many keys at once.
template <class K, class Item>
concept choosing = requires(K& k, K const& c, Item&& item) {
  { K::keys_are_items } -> std::convertible_to<bool>;
  { c.is_choosy() } -> std::same_as<bool>;
  { c.better(c.key(static_cast<Item&&>(item)), 1, 0) } -> std::same_as<int>;
  k.take(static_cast<Item&&>(item), c.key(static_cast<Item&&>(item)));
};

/// Whether `at(i)` is i.
template <class S>
inline constexpr bool counting = requires { requires S::counting; };

template <class At, class I, class K>
using key_at = decltype(std::declval<K const&>().key(std::declval<At const&>()(std::declval<I>())));

/// Numbers, also of several ranges side by side. Where they lie in objects, of which the key is a part, vectors take
/// half to 1.3 times the time, by compiler and level.
template <class At, class I, class K>
inline constexpr bool chosen_by_blocks = [] {
  using Item = item_at<At, I>;
  constexpr bool object = std::is_class_v<std::remove_cvref_t<Item>> && std::is_reference_v<Item>;
  if constexpr ((plain_source<At> || counting<At>) && !object && bytes_of_numbers<Item> != 0) {
    if constexpr (choosing<K, Item>) return packs_answers<bytes_of_numbers<key_at<At, I, K>>>;
  }
  return false;
}();

/// Computes the keys of the items from `i` on, each once and in order, gives those that are best to `k`, and moves `i`
/// behind them. Whether any was.
template <class At, class I, class K>
[[gnu::always_inline]] inline bool choose_from_block(At const& at, I& i, K& k) {
  using Key = key_at<At, I, K>;
  using Answer = answer_of<bytes_of_numbers<Key>>;
  Key keys[search_block];
  Answer answer = no<Answer>;
#if defined(__clang__)  // in two loops keys that are computed one by one are compared many at once all the same
  for (std::size_t j = 0; j != search_block; ++j) keys[j] = k.key(at(static_cast<I>(i + static_cast<I>(j))));
  for (Key const key : keys) answer = static_cast<Answer>(answer | k.better(key, yes<Answer>, no<Answer>));
#else  // of which GCC packs neither
  for (std::size_t j = 0; j != search_block; ++j) {
    keys[j] = k.key(at(static_cast<I>(i + static_cast<I>(j))));
    answer = static_cast<Answer>(answer | k.better(keys[j], yes<Answer>, no<Answer>));
  }
#endif
  bool const any = answer != no<Answer>;
  if (any) [[unlikely]] {
    for (std::size_t j = 0; j != search_block; ++j) k.take(at(static_cast<I>(i + static_cast<I>(j))), keys[j]);
  }
  i = static_cast<I>(i + static_cast<I>(search_block));
  return any;
}

/// Gives the `left` items from `i` on to `k`, all but fewer than a block. Where one block after the other has better
/// ones, as in a falling sequence, they are looked at twice in vain: then ever more are given one by one, if that is
/// cheap.
template <class At, class I, class K>
[[gnu::always_inline]] inline void choose(At const& at, I& i, std::size_t left, K& k) {
  for (; left && !k.is_choosy(); --left, ++i) (void)k(at(i));
  std::size_t in_vain = 0;  // 1, 3, 7 … after so many blocks in a row
  while (left >= search_block) {
    left -= search_block;
    if (!detail::choose_from_block(at, i, k)) {
      in_vain = 0;
    } else if constexpr (K::keys_are_items) {
      in_vain = 2 * in_vain + 1;
      std::size_t one_by_one = in_vain / 2 * search_block;
      if (one_by_one > left) one_by_one = left;
      left -= one_by_one;
      for (; one_by_one; --one_by_one, ++i) (void)k(at(i));
    }
  }
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/core/feed.hpp

// The loop over a block, and a sink in front of a sink. The only loop over indices in the library.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// One lane of a laned sink, as a sink.
template <class K>
struct Lane {
  K& k;
  std::size_t j;
  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) const {
    return k.lane(j, static_cast<X&&>(x));
  }
};

/// Feeds `at(i)` for every i from `first` up to `last`, which are `size` numbers.
///
/// The lane loop counts down: the natural `i + lanes <= last` is 2.7 times slower on GCC 12, which then vectorises the
/// outer loop.
template <class At, class I, class K>
[[gnu::always_inline]] inline bool feed_by_number(At const& at, I first, I last, [[maybe_unused]] std::size_t size,
                                                  K& k) {
  I i = first;
  if constexpr (searched_by_blocks<At, I, K>) {
    for (std::size_t n = size / search_block; n; --n) {
      if (detail::search_one_block(at, i, k)) return false;
    }
  } else if constexpr (chosen_by_blocks<At, I, K>) {
    detail::choose(at, i, size, k);
  } else if constexpr (laned<K>) {
    for (std::size_t n = size / K::lanes; n; --n) {
      for (std::size_t j = 0; j < K::lanes; ++j, ++i) {
        if (!k.lane(j, at(i))) return false;
      }
    }
  }
  for (; i < last; ++i) {
    if (!k(at(i))) return false;
  }
  return true;
}

/// Feeds `at(i)` for every position of a block.
template <class At, class K>
[[gnu::always_inline]] inline bool feed_by_index(At const& at, Block block, K& k) {
  return detail::feed_by_number(at, block.first, block.last, block.size(), k);
}

/// `at(i)` of a source and a segment's state, as one thing to call.
template <class S>
struct At {
  static constexpr bool plain = plain_source<S>;
  S const& source;
  typename S::State& state;
  [[gnu::always_inline]] typename S::Item operator()(std::size_t i) const { return source.at(state, i); }
};

/// Whether a sink chooses among items that are their own keys, and may be given what a stage makes of each: then what
/// was made to be compared need not be made once more to be taken.
template <class D, class K>
inline constexpr bool chooses_among_made = requires {
  requires K::keys_are_items;
  requires D::makes_one_of_each;
};

/// A stage's step in front of a sink.
template <class D, class K>
struct Through {
  D const& stage;
  K& next;
  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) const {
    return stage.step(static_cast<X&&>(x), next);
  }

  static constexpr bool keys_are_items = chooses_among_made<D, K>;
  [[nodiscard]] bool is_choosy() const
    requires keys_are_items
  {
    return next.is_choosy();
  }
  template <class X>
  [[gnu::always_inline]] auto key(X&& x) const
    requires keys_are_items
  {
    return next.key(stage.make(static_cast<X&&>(x)));
  }
  template <class N, class Answer>
  [[gnu::always_inline]] Answer better(N key, Answer yes, Answer no) const
    requires keys_are_items
  {
    return next.better(key, yes, no);
  }
  template <class X, class N>
  [[gnu::always_inline]] void take(X&&, N key) const
    requires keys_are_items
  {
    next.take(key, key);
  }
};
template <class D, laned K>
struct Through<D, K> {
  static constexpr std::size_t lanes = K::lanes;
  D const& stage;
  K& next;
  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) const {
    return stage.step(static_cast<X&&>(x), next);
  }
  template <class X>
  [[gnu::always_inline]] bool lane(std::size_t j, X&& x) const {
    Lane<K> one{next, j};
    return stage.step(static_cast<X&&>(x), one);
  }
};

/// The same with a state of the stage's own.
template <class D, class Own, class K>
struct ThroughOwn {
  D const& stage;
  Own& own;
  K& next;
  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) const {
    return stage.step(own, static_cast<X&&>(x), next);
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/core/stage_base.hpp

// What an adaptor derives from: ByIndex, ByStep or ByState. Each leaves about ten lines to write.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

struct Stateless {};

/// A source whose items are a function of the index: `D` gives `total()` and `at(state, i)`.
template <class D>
struct ByIndex {
  using State = Stateless;
  static constexpr bool pulls = false;
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;

  void start() {}
  [[nodiscard]] Pulled known() const { return {static_cast<D const&>(*this).total(), true}; }
  [[nodiscard]] State open() const { return {}; }
  template <class K>
  [[gnu::always_inline]] bool feed(State& state, Block block, K& k) const {
    return detail::feed_by_index(At<D>{static_cast<D const&>(*this), state}, block, k);
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }
};

/// All of a source's contract, handed on to the source below. A stage redefines what it changes.
template <source Base>
struct Over {
  using State = typename Base::State;
  static constexpr bool pulls = Base::pulls;
  static constexpr Cut cut = Base::cut;
  static constexpr bool whole_segments = Base::whole_segments;

  Base base_;

  explicit Over(Base base) : base_(std::move(base)) {}
  void start() { base_.start(); }
  [[nodiscard]] Pulled known() const { return base_.known(); }
  [[nodiscard]] std::size_t total() const { return base_.total(); }
  [[nodiscard]] Pulled pull(std::size_t want)
    requires(Base::pulls)
  {
    return base_.pull(want);
  }
  [[nodiscard]] Pulled share(State& state, std::size_t ran)
    requires(Base::pulls)
  {
    return base_.share(state, ran);
  }
  void index_first(std::size_t n)
    requires(Base::pulls)
  {
    base_.index_first(n);
  }
  [[nodiscard]] State open() const { return base_.open(); }
};

/// A stage that looks at one item after the other: `D` gives `step(item, next) -> bool`, and `at` where its base has it
/// and every item gives exactly one.
template <class D, source Base>
struct ByStep : Over<Base> {
  using State = typename Base::State;
  using Over<Base>::Over;

  template <class K>
  [[gnu::always_inline]] bool feed(State& state, Block block, K& k) const {
    Through<D, K> through{static_cast<D const&>(*this), k};
    return this->base_.feed(state, block, through);
  }
  template <class K>
  bool close(State& state, K& k) const {
    Through<D, K> through{static_cast<D const&>(*this), k};
    return this->base_.close(state, through);
  }
};

/// A stage with a state per segment: `D` gives `make() -> Own`, `step(own, item, next)` and, if it keeps something back,
/// `flush(own, next)`. The state is made when the segment gets its first block, so at most once.
template <class D, source Base, class Own>
struct ByState : Over<Base> {
  struct State {
    typename Base::State base;
    std::optional<Own> own;
  };
  using Over<Base>::Over;

  [[nodiscard]] Pulled share(State& state, std::size_t ran)
    requires(Base::pulls)
  {
    return this->base_.share(state.base, ran);
  }
  [[nodiscard]] State open() const { return State{this->base_.open(), std::nullopt}; }
  template <class K>
  [[gnu::always_inline]] bool feed(State& state, Block block, K& k) const {
    ThroughOwn<D, Own, K> through{static_cast<D const&>(*this), own(state), k};
    return this->base_.feed(state.base, block, through);
  }
  template <class K>
  bool close(State& state, K& k) const {
    // A stage below may still hold items back; they pass through this one first.
    bool more = true;
    if constexpr (Base::whole_segments) {
      ThroughOwn<D, Own, K> through{static_cast<D const&>(*this), own(state), k};
      more = this->base_.close(state.base, through);
    }
    if constexpr (requires { static_cast<D const&>(*this).flush(*state.own, k); }) {
      if (state.own) return static_cast<D const&>(*this).flush(*state.own, k) && more;
    }
    return more;
  }

 protected:
  Own& own(State& state) const {
    if (!state.own) {
      // Made in place: a state that can't be moved will do.
      struct Make {
        D const& stage;
        operator Own() const { return stage.make(); }  // NOLINT
      };
      state.own.emplace(Make{static_cast<D const&>(*this)});
    }
    return *state.own;
  }
};

/// The source below, and a result that depends on the index: `D` gives `at(state, i)`.
template <class D, source Base>
struct ByIndexOver : Over<Base> {
  using State = typename Base::State;
  using Over<Base>::Over;

  template <class K>
  [[gnu::always_inline]] bool feed(State& state, Block block, K& k) const {
    return detail::feed_by_index(At<D>{static_cast<D const&>(*this), state}, block, k);
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/platform/atomic.hpp

// The seam for atomics: all of the engine's shared words are `detail::atomic`.

// Tests replace parts of the platform by naming a header here. It is included before each part and defines
// PARALLEL_TASK_SEAM_ATOMIC, _CLOCK, _THREAD, _WAIT, _CORES for those that it brings itself.
#if defined(PARALLEL_TASK_SEAM)
#include PARALLEL_TASK_SEAM
#endif

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

#if !defined(PARALLEL_TASK_SEAM_ATOMIC)
template <class T>
using atomic = std::atomic<T>;
#endif

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/source/bridged.hpp

// Single-pass input: one thread at a time pulls values, and any thread computes on them.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Values in the order in which they came, in chunks that never move. A chunk is freed when all of its values have been
/// taken. One thread at a time adds; any thread takes what it has been told of, each value once.
template <class T>
class Conveyor {
 public:
  Conveyor() = default;
  Conveyor(Conveyor const&) = delete;
  Conveyor& operator=(Conveyor const&) = delete;
  ~Conveyor() {
    for (std::size_t c = 0; c != chunks_.size(); ++c) {
      Chunk* const chunk = chunks_[c];
      if (chunk == nullptr) continue;
      std::size_t const filled = size_ - c * chunk_size < chunk_size ? size_ - c * chunk_size : chunk_size;
      destroy(chunk, filled);
    }
  }

  void add(T&& value) {
    std::size_t const offset = size_ % chunk_size;
    if (offset == 0) {
      Owner chunk(new Chunk);
      chunks_.add(&*chunk);
      last_ = chunk.release();
    }
    ::new (static_cast<void*>(last_->slot(offset))) T(std::move(value));
    ++size_;
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  [[nodiscard]] T take(std::size_t i) {
    Chunk* const chunk = chunks_[i / chunk_size];
    T value(std::move(*chunk->slot(i % chunk_size)));
    taken(i / chunk_size, 1);
    return value;
  }

  /// Hands the values of a block to a sink. What it leaves when the sink has enough is destroyed with the conveyor.
  template <class K>
  bool feed(Block block, K& k) {
    for (std::size_t i = block.first; i < block.last;) {
      std::size_t const c = i / chunk_size;
      std::size_t const offset = i % chunk_size;
      std::size_t const n = chunk_size - offset < block.last - i ? chunk_size - offset : block.last - i;
      T* const first = chunks_[c]->slot(offset);
      for (T* value = first; value != first + n; ++value) {
        if (!k(std::move(*value))) return false;
      }
      taken(c, n);
      i += n;
    }
    return true;
  }

 private:
  static constexpr std::size_t chunk_size = sizeof(T) <= 16 ? 256 : sizeof(T) <= 128 ? 32 : 8;
  struct Chunk {
    detail::atomic<std::size_t> taken{0};
    alignas(T) std::byte bytes[sizeof(T) * chunk_size];
    [[nodiscard]] T* slot(std::size_t i) noexcept { return reinterpret_cast<T*>(bytes) + i; }
  };

  static void destroy(Chunk* chunk, std::size_t filled) noexcept {
    std::destroy_n(chunk->slot(0), filled);
    delete chunk;
  }
  void taken(std::size_t c, std::size_t n) noexcept {
    Chunk* const chunk = chunks_[c];
    // acq_rel: whoever takes the last values destroys all of them, so it must see what the others did to theirs.
    if (chunk->taken.fetch_add(n, std::memory_order_acq_rel) + n == chunk_size) {
      chunks_[c] = nullptr;  // read next by the destructor; this chunk has no other user left
      destroy(chunk, chunk_size);
    }
  }

  GrowingTable<Chunk*> chunks_;
  Chunk* last_ = nullptr;
  std::size_t size_ = 0;
};

/// `Feed` gives `Value`, `next() -> std::optional<Value>`, and `size()` where it knows how many there will be.
///
/// A feed of known size is consumed *solo* at first, straight into the sink, until `share`.
template <class Feed>
struct Bridged {
  using Value = typename Feed::Value;
  using Item = Value;
  static constexpr bool pulls = true;
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;
  static constexpr bool sized = requires(Feed& feed) { feed.size(); };

  /// How far a solo segment has come.
  struct Walker {
    std::size_t position = 0;
  };
  using State = std::conditional_t<sized, Walker, Stateless>;

  explicit Bridged(Feed feed) : feed_(std::move(feed)) {}

  void start() {
    if constexpr (sized) {
      total_ = known_ = feed_.size();
      solo_ = ended_ = true;
    } else {
      conveyor_ = Owner(new Conveyor<Value>);
    }
  }
  [[nodiscard]] Pulled known() const { return {known_, ended_}; }
  [[nodiscard]] std::size_t total() const { return total_; }

  Pulled pull(std::size_t want) {
    for (; want != 0 && !ended_; --want) {
      std::optional<Value> value = feed_.next();
      if (!value) {
        ended_ = true;
      } else {
        conveyor_->add(std::move(*value));
        ++known_;
        if constexpr (sized) ended_ = known_ == total_;
      }
    }
    return known();
  }
  Pulled share([[maybe_unused]] State& state, [[maybe_unused]] std::size_t ran) {
    if constexpr (sized) {
      if (solo_) {
        solo_ = false;
        conveyor_ = Owner(new Conveyor<Value>);
        for (; state.position < ran; ++state.position) (void)feed_.next();  // what a stage skipped
        base_ = known_ = state.position;
        ended_ = known_ == total_;
      }
    }
    return known();
  }
  void index_first(std::size_t n) {
    if constexpr (sized) {
      State none{};
      (void)share(none, 0);
    }
    (void)pull(n);
  }
  [[nodiscard]] State open() const { return {}; }

  Item at([[maybe_unused]] State& state, std::size_t i) const {
    if constexpr (sized) {
      if (solo_) {
        for (; state.position != i; ++state.position) (void)feed_.next();
        ++state.position;
        return std::move(*feed_.next());
      }
    }
    return conveyor_->take(i - base_);
  }
  template <class K>
  bool feed([[maybe_unused]] State& state, Block block, K& k) const {
    if constexpr (sized) {
      if (solo_) {
        for (; state.position < block.first; ++state.position) (void)feed_.next();
        for (; state.position < block.last; ++state.position) {
          std::optional<Value> value = feed_.next();
          if (!k(std::move(*value))) return false;
        }
        return true;
      }
    }
    return conveyor_->feed(Block{block.first - base_, block.last - base_}, k);
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

 private:
  mutable Feed feed_;  // used by the pull role, or by the one thread of a solo run
  Owner<Conveyor<Value>> conveyor_;
  std::size_t known_ = 0;
  std::size_t total_ = unknown;
  std::size_t base_ = 0;
  bool solo_ = false;
  bool ended_ = false;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/source/feeds.hpp

// What a bridged source pulls from: input ranges, objects with next(), and the nodes of sets and maps.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Something with `next()` that gives an optional value, empty at the end.
template <class G>
concept generator_like = requires(G& g) {
  { static_cast<bool>(g.next()) };
  { *g.next() };
};

/// An object that lives elsewhere, or that the pipeline holds.
template <class T>
struct Place {
  T object;
  [[nodiscard]] T& get() { return object; }
};
template <class T>
struct Place<T&> {
  T* object;
  explicit Place(T& t) : object(std::addressof(t)) {}
  [[nodiscard]] T& get() { return *object; }
};

/// Reads exactly as many items as it is asked for, and none before.
template <class R>
class RangeFeed {
  using Range = std::remove_reference_t<R>;
  using Iterator = std::ranges::iterator_t<Range>;

 public:
  using Value = std::ranges::range_value_t<Range>;

  explicit RangeFeed(Place<R> range) : range_(std::move(range)) {}

  std::optional<Value> next() {
    if (it_) {
      ++*it_;
    } else {
      it_.emplace(std::ranges::begin(range_.get()));
    }
    if (*it_ == std::ranges::end(range_.get())) return std::nullopt;
    if constexpr (std::constructible_from<Value, std::ranges::range_reference_t<Range>>) {
      return std::optional<Value>(std::in_place, **it_);
    } else {
      return std::optional<Value>(std::in_place, std::ranges::iter_move(*it_));
    }
  }

 private:
  Place<R> range_;
  std::optional<Iterator> it_;
};

template <class G>
class GeneratorFeed {
 public:
  using Value = std::remove_cvref_t<decltype(*std::declval<std::remove_reference_t<G>&>().next())>;

  explicit GeneratorFeed(Place<G> generator) : generator_(std::move(generator)) {}

  std::optional<Value> next() {
    auto&& got = generator_.get().next();
    if (!static_cast<bool>(got)) return std::nullopt;
    return std::optional<Value>(std::in_place, *static_cast<decltype(got)&&>(got));
  }

 private:
  Place<G> generator_;
};

/// A container of nodes, such as std::map and std::unordered_set, which alone lets its keys be moved out.
template <class C>
concept node_container = requires(C& c) {
  typename C::node_type;
  c.extract(c.begin());
};

/// Takes the nodes of a set or map out, in order.
template <node_container C>
class NodeFeed {
  template <class Container>
  struct value_of {
    using type = typename Container::value_type;
  };
  template <class Container>
    requires requires { typename Container::mapped_type; }
  struct value_of<Container> {
    using type = std::pair<typename Container::key_type, typename Container::mapped_type>;
  };

 public:
  using Value = typename value_of<C>::type;

  explicit NodeFeed(C container) : container_(std::move(container)) {}

  [[nodiscard]] std::size_t size() const { return container_.size(); }
  std::optional<Value> next() {
    if (container_.begin() == container_.end()) return std::nullopt;
    auto node = container_.extract(container_.begin());
    if constexpr (requires { node.mapped(); }) {
      return std::optional<Value>(std::in_place, std::move(node.key()), std::move(node.mapped()));
    } else {
      return std::optional<Value>(std::in_place, std::move(node.value()));
    }
  }

 private:
  C container_;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/source/holder.hpp

// Where a source's range lives, and what its items are: borrowed, held as const, held, or owned and moved out of.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Ranges whose neighbours share a word, such as vector<bool>.
template <class R>
concept shares_words =
    std::same_as<std::ranges::range_value_t<R>, bool> && !std::is_reference_v<std::ranges::range_reference_t<R>> &&
    !std::same_as<std::ranges::range_reference_t<R>, bool>;

/// Such a range that could be written through.
template <class R>
concept writable_bits = shares_words<R> && std::is_assignable_v<std::ranges::range_reference_t<R>, bool>;

template <class R>
using reference_of = std::conditional_t<shares_words<R>, bool, std::ranges::range_reference_t<R>>;

/// The caller's range, by address.
template <class R>
struct Borrowed {
  using Range = R;
  using Item = reference_of<R>;
  R* range;
  explicit Borrowed(R& r) : range(std::addressof(r)) {}
  [[nodiscard]] R& get() { return *range; }
  template <class I>
  [[gnu::always_inline]] static Item item(I const& it) {
    return static_cast<Item>(*it);
  }
};

/// A view, iterated as const, so by several threads at once.
template <class V>
struct HeldConst {
  using Range = V const;
  using Item = reference_of<V const>;
  V view;
  [[nodiscard]] V const& get() { return view; }
  template <class I>
  [[gnu::always_inline]] static Item item(I const& it) {
    return static_cast<Item>(*it);
  }
};

/// A view whose iteration changes it: begin() once, on the calling thread, and each ++ once.
template <class V>
struct HeldMutable {
  using Range = V;
  using Item = reference_of<V>;
  V view;
  [[nodiscard]] V& get() { return view; }
  template <class I>
  [[gnu::always_inline]] static Item item(I const& it) {
    return static_cast<Item>(*it);
  }
};

/// A container that the pipeline owns; its items are moved out.
template <class C>
struct Owned {
  using Range = C;
  using Item = std::conditional_t<shares_words<C>, bool, std::ranges::range_rvalue_reference_t<C>>;
  C container;
  [[nodiscard]] C& get() { return container; }
  template <class I>
  [[gnu::always_inline]] static Item item(I const& it) {
    if constexpr (shares_words<C>) {
      return static_cast<bool>(*it);
    } else {
      return std::ranges::iter_move(it);
    }
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/source/random_access.hpp

// Ranges with random access and a size: a position is an index.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// A contiguous range that lives elsewhere: an address and a size, asked for when the terminal runs.
/// One type for vector, array and span of T, so that pipelines over them share their code.
template <class T>
struct Contiguous : ByIndex<Contiguous<T>> {
  using Item = T&;
  using Value = std::remove_cv_t<T>;
  static constexpr bool plain = true;

  template <class R>
  explicit Contiguous(R& range)
      : range_(const_cast<void*>(static_cast<void const volatile*>(std::addressof(range)))), look_(&look<R>) {}

  void start() { look_(*this); }
  [[nodiscard]] std::size_t total() const { return size_; }
  [[gnu::always_inline]] Item at(Stateless&, std::size_t i) const { return data_[i]; }
  template <class K>
  [[gnu::always_inline]] bool feed(Stateless&, Block block, K& k) const {
    // A copy: a byte that the closure writes might otherwise be part of data_ itself, for all that the compiler knows.
    return detail::feed_by_index(Elements{data_}, block, k);
  }

 private:
  struct Elements {
    static constexpr bool plain = true;
    T* data;
    [[gnu::always_inline]] T& operator()(std::size_t i) const { return data[i]; }
  };
  template <class R>
  static void look(Contiguous& self) {
    R& range = *static_cast<R*>(self.range_);
    self.data_ = std::to_address(std::ranges::begin(range));
    self.size_ = static_cast<std::size_t>(std::ranges::size(range));
  }

  void* range_;
  void (*look_)(Contiguous&);
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Any other random-access range of known size; also owned contiguous ones.
template <class Holder>
struct RandomAccess : ByIndex<RandomAccess<Holder>> {
  using Range = typename Holder::Range;
  using Item = typename Holder::Item;
  using Value = std::ranges::range_value_t<Range>;

  explicit RandomAccess(Holder holder) : holder_(std::move(holder)) {}

  void start() {
    begin_ = std::ranges::begin(holder_.get());
    size_ = static_cast<std::size_t>(std::ranges::size(holder_.get()));
  }
  [[nodiscard]] std::size_t total() const { return size_; }
  [[gnu::always_inline]] Item at(Stateless&, std::size_t i) const {
    return Holder::item(begin_ + static_cast<std::ranges::range_difference_t<Range>>(i));
  }

 private:
  Holder holder_;
  std::ranges::iterator_t<Range> begin_{};
  std::size_t size_ = 0;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/source/walked.hpp

// Every other forward range: one thread walks ahead and writes iterators down, so that any position can be found.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// A range that knows its size (list, set, map, hash map) is walked *solo* at first: one thread feeds as it walks, and
/// nothing is written down, which would cost 3 ns an item. `share` ends that: from there on `pull` walks ahead and
/// leaves a checkpoint every 16 positions, from which a block's first position is at most 15 hops away.
///
/// A range without a size (forward_list, filter views) is never solo. Each of its iterators is written down, so that no
/// `++`, which may run a user's predicate, runs twice.
///
/// Who calls what: `start`, `share`, `index_first` on the calling thread while it is alone; `pull` by one thread at a
/// time; `at` and `feed` by any, for positions that the engine has told them of, which is what publishes the table.
template <class Holder>
struct Walked {
  using Range = typename Holder::Range;
  using Iterator = std::ranges::iterator_t<Range>;
  using Item = typename Holder::Item;
  using Value = std::ranges::range_value_t<Range>;
  static constexpr bool pulls = true;
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;
  static constexpr bool sized = std::ranges::sized_range<Range>;

  /// Where a segment has walked to: the next item it would give without looking anything up.
  struct Walker {
    Iterator it{};
    std::size_t position = unknown;
  };
  using State = std::conditional_t<sized, Walker, Stateless>;

  explicit Walked(Holder holder) : holder_(std::move(holder)) {}

  void start() {
    front_ = std::ranges::begin(holder_.get());
    if constexpr (sized) {
      total_ = static_cast<std::size_t>(std::ranges::size(holder_.get()));
      known_ = total_;
      solo_ = true;
    } else {
      known_ = 0;
      table_ = Owner(new GrowingTable<Iterator>);
      ended_ = front_ == std::ranges::end(holder_.get());
    }
  }
  [[nodiscard]] Pulled known() const { return {known_, ended()}; }
  [[nodiscard]] std::size_t total() const { return total_; }

  Pulled pull(std::size_t want) {
    if constexpr (sized) {
      for (; want != 0 && known_ != total_; --want, ++known_, ++front_) {
        if ((known_ - base_) % spacing_ == 0) table_->add(front_);
      }
    } else {
      auto const end = std::ranges::end(holder_.get());
      for (; want != 0 && !ended_; --want) {
        table_->add(front_);
        ++known_;
        ++front_;
        ended_ = front_ == end;
      }
    }
    return known();
  }

  Pulled share(State& state, std::size_t ran) {
    if constexpr (sized) {
      if (!solo_) return known();
      solo_ = false;
      table_ = Owner(new GrowingTable<Iterator>);
      front_ = state.it;
      base_ = state.position;
      for (; base_ < ran; ++base_) ++front_;  // what a stage skipped, nobody has walked yet
      known_ = base_;
    }
    return known();
  }

  void index_first(std::size_t n) {
    if constexpr (sized) {
      if (solo_) {
        solo_ = false;
        table_ = Owner(new GrowingTable<Iterator>);
        base_ = known_ = 0;
        spacing_ = 1;
      }
    }
    (void)pull(n);
  }

  [[nodiscard]] State open() const {
    if constexpr (sized) {
      if (solo_) return {front_, 0};
    }
    return {};
  }

  [[gnu::always_inline]] Item at(State& state, std::size_t i) const {
    if constexpr (sized) {
      if (spacing_ == 1) return Holder::item((*table_)[i]);
      if (i != state.position) go_to(state, i);
      Iterator const here = state.it;
      ++state.it;
      ++state.position;
      return Holder::item(here);
    } else {
      return Holder::item((*table_)[i]);
    }
  }

  template <class K>
  bool feed(State& state, Block block, K& k) const {
    if constexpr (sized) {
      if (spacing_ == 1) return detail::feed_by_index(At<Walked>{*this, state}, block, k);
      if (block.first != state.position) go_to(state, block.first);
      Iterator it = state.it;
      for (std::size_t n = block.size(); n; --n, ++it) {
        if (!k(Holder::item(it))) {
          state.position = unknown;
          return false;
        }
      }
      state.it = it;
      state.position = block.last;
      return true;
    } else {
      return detail::feed_by_index(At<Walked>{*this, state}, block, k);
    }
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

 private:
  static constexpr std::size_t checkpoint_spacing = 16;

  [[nodiscard]] bool ended() const {
    if constexpr (sized) {
      return known_ == total_;
    } else {
      return ended_;
    }
  }

  [[gnu::noinline]] void go_to(State& state, std::size_t i) const {
    bool const near = state.position != unknown && state.position <= i && i - state.position <= checkpoint_spacing;
    if (!near && !solo_) {
      std::size_t const checkpoint = (i - base_) / spacing_;
      state.it = (*table_)[checkpoint];
      state.position = base_ + checkpoint * spacing_;
    }
    for (; state.position != i; ++state.position) ++state.it;
  }

  Holder holder_;
  Iterator front_{};                     // the first position that is not known; solo: the first of all
  Owner<GrowingTable<Iterator>> table_;  // iterators of base_, base_ + spacing_, …
  std::size_t known_ = 0;
  std::size_t total_ = unknown;
  std::size_t base_ = 0;
  std::size_t spacing_ = checkpoint_spacing;
  bool solo_ = false;
  bool ended_ = false;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/source/make_source.hpp

// From whatever was given to a source, or to what keeps it from being one.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

template <class R>
concept sized_random_access = std::ranges::random_access_range<R> && std::ranges::sized_range<R>;

template <class Holder>
auto hold(Holder holder) {
  if constexpr (sized_random_access<typename Holder::Range>) {
    return RandomAccess<Holder>(std::move(holder));
  } else {
    return Walked<Holder>(std::move(holder));
  }
}

// --- what keeps a range from becoming a source ------------------------------------------------------------------------

template <class R>
consteval Problem range_problem() {
  using T = std::remove_reference_t<R>;
  if constexpr (std::ranges::forward_range<T>) {
    return Problem::none;
  } else if constexpr (std::ranges::input_range<T> || generator_like<T>) {
    return Problem::range_read_once;
  } else {
    return Problem::not_a_range;
  }
}

template <class R>
consteval Problem borrow_problem() {
  using T = std::remove_reference_t<R>;
  using V = std::remove_cv_t<T>;
  if constexpr (range_problem<R>() != Problem::none) {
    return range_problem<R>();
  } else if constexpr (std::ranges::view<V>) {
    if constexpr (std::ranges::random_access_range<V> && !std::ranges::range<V const>) {
      return Problem::view_not_const_iterable;
    } else if constexpr (std::ranges::forward_range<V const>) {
      return writable_bits<V const> ? Problem::bits_share_words : Problem::none;
    } else {
      return writable_bits<T> ? Problem::bits_share_words : Problem::none;
    }
  } else if constexpr (!std::is_lvalue_reference_v<R>) {
    return Problem::borrows_temporary;
  } else {
    return writable_bits<T> ? Problem::bits_share_words : Problem::none;
  }
}

template <class R>
consteval Problem own_problem() {
  using T = std::remove_reference_t<R>;
  using V = std::remove_cv_t<T>;
  if constexpr (range_problem<R>() != Problem::none) {
    return range_problem<R>();
  } else if constexpr (std::is_array_v<T>) {
    return Problem::owns_array;
  } else if constexpr (std::ranges::view<V> || std::ranges::borrowed_range<V>) {
    constexpr bool values = std::same_as<std::ranges::range_reference_t<V>, std::ranges::range_value_t<V>>;
    return values ? borrow_problem<V>() : Problem::owns_view;
  } else if constexpr (std::is_lvalue_reference_v<R>) {
    return Problem::owns_lvalue;
  } else {
    return std::is_const_v<T> ? Problem::owns_const : Problem::none;
  }
}

template <class R>
inline constexpr bool borrowed_as_argument =
    std::is_lvalue_reference_v<R> || std::ranges::view<std::remove_cvref_t<R>> ||
    !std::ranges::forward_range<std::remove_reference_t<R>>;

template <class R>
consteval Problem argument_problem() {
  return borrowed_as_argument<R> ? borrow_problem<R>() : own_problem<R>();
}

template <class R>
consteval Problem bridge_problem() {
  using T = std::remove_reference_t<R>;
  return std::ranges::input_range<T> || generator_like<T> ? Problem::none : Problem::bridge_does_not_fit;
}

// --- the sources of ranges that have no problem -----------------------------------------------------------------------

/// The source for `parallel_iter(r)`.
template <class R>
auto borrow(R&& range) {
  using T = std::remove_reference_t<R>;
  using V = std::remove_cv_t<T>;
  if constexpr (std::ranges::view<V>) {
    // An lvalue is borrowed, cheap to copy though it is: it may be changed before the terminal runs.
    using Iterated = std::conditional_t<std::ranges::forward_range<V const>, V const, T>;
    if constexpr (std::is_lvalue_reference_v<R>) {
      return detail::hold(Borrowed<Iterated>(range));
    } else if constexpr (std::is_const_v<Iterated>) {
      return detail::hold(HeldConst<V>{std::forward<R>(range)});
    } else {
      return detail::hold(HeldMutable<V>{std::forward<R>(range)});
    }
  } else if constexpr (std::ranges::contiguous_range<T> && std::ranges::sized_range<T>) {
    return Contiguous<std::remove_reference_t<std::ranges::range_reference_t<T>>>(range);
  } else {
    return detail::hold(Borrowed<T>(range));
  }
}

/// The source for `into_parallel_iter(r)`.
template <class R>
auto own(R&& range) {
  using V = std::remove_cvref_t<R>;
  if constexpr (std::ranges::view<V> || std::ranges::borrowed_range<V>) {
    return detail::borrow(V(std::forward<R>(range)));
  } else if constexpr (node_container<V>) {
    return Bridged<NodeFeed<V>>(NodeFeed<V>(std::forward<R>(range)));
  } else {
    return detail::hold(Owned<V>{std::forward<R>(range)});
  }
}

/// The source for an argument of zip, chain and for_each: lvalues are borrowed, rvalue containers owned.
template <class R>
auto borrow_or_own(R&& range) {
  if constexpr (borrowed_as_argument<R>) {
    return detail::borrow(std::forward<R>(range));
  } else {
    return detail::own(std::forward<R>(range));
  }
}

/// The source for `par_bridge(r)`: an lvalue is read in place, an rvalue held.
template <class R>
auto bridge(R&& range) {
  using T = std::remove_reference_t<R>;
  using P = std::conditional_t<std::is_lvalue_reference_v<R>, R, std::remove_cv_t<T>>;
  if constexpr (std::ranges::input_range<T>) {
    return Bridged<RangeFeed<P>>(RangeFeed<P>(Place<P>{std::forward<R>(range)}));
  } else {
    return Bridged<GeneratorFeed<P>>(GeneratorFeed<P>(Place<P>{std::forward<R>(range)}));
  }
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/chain.hpp

// chain: the items of one range, then those of another.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// A number that the puller writes and others read. Whoever is given a position behind it was told through a queue, so
/// relaxed will do.
class Seam {
 public:
  Seam() = default;
  Seam(Seam&& other) noexcept : at_(other.get()) {}
  [[nodiscard]] std::size_t get() const noexcept { return at_.load(std::memory_order_relaxed); }
  void set(std::size_t at) noexcept { at_.store(at, std::memory_order_relaxed); }

 private:
  detail::atomic<std::size_t> at_{unknown};
};

template <class A, class B>
concept chainable = (std::same_as<A, B> || requires { typename std::common_reference_t<A, B>; });

template <class A, class B>
struct chained_item {
  using type = std::common_reference_t<A, B>;
};
template <class A>
struct chained_item<A, A> {
  using type = A;
};

template <source X, source Y>
struct Chain {
  using Item = typename chained_item<typename X::Item, typename Y::Item>::type;
  using Value = typename chained_item<typename X::Value, typename Y::Value>::type;
  struct State {
    typename X::State x;
    typename Y::State y;
    bool x_closed = false;
  };
  static constexpr bool pulls = X::pulls || Y::pulls;
  static constexpr Cut cut = Y::cut;
  static constexpr bool whole_segments = X::whole_segments || Y::whole_segments;

  Chain(X x, Y y) : x_(std::move(x)), y_(std::move(y)) {}

  void start() {
    x_.start();
    y_.start();
    Pulled const x = x_.known();
    seam_.set(x.ended ? x.positions : x_.total());
  }
  [[nodiscard]] Pulled known() const {
    Pulled const x = x_.known();
    if (!x.ended) return x;
    Pulled const y = y_.known();
    return {x.positions + y.positions, y.ended};
  }
  [[nodiscard]] std::size_t total() const {
    std::size_t const x = x_.total();
    std::size_t const y = y_.total();
    return x == unknown || y == unknown ? unknown : x + y;
  }
  Pulled pull(std::size_t want)
    requires(pulls)
  {
    if constexpr (X::pulls) {
      if (!x_.known().ended) {
        std::size_t const before = x_.known().positions;
        Pulled const x = x_.pull(want);
        if (!x.ended) return x;
        seam_.set(x.positions);
        want -= x.positions - before < want ? x.positions - before : want;
      } else if (seam_.get() == unknown) {
        seam_.set(x_.known().positions);
      }
    }
    if constexpr (Y::pulls) {
      if (want != 0 && !y_.known().ended) (void)y_.pull(want);
    }
    return known();
  }
  Pulled share(State& state, std::size_t ran)
    requires(pulls)
  {
    std::size_t const seam = seam_.get();
    if constexpr (X::pulls) {
      (void)x_.share(state.x, ran < seam ? ran : seam);
      // A front of which a stage dropped all (the seam is at 0) does not know that it has gone by.
      while (ran > seam && !x_.known().ended) (void)x_.pull(unknown);
    }
    if constexpr (Y::pulls) (void)y_.share(state.y, ran > seam ? ran - seam : 0);
    return known();
  }
  void index_first(std::size_t n)
    requires(pulls)
  {
    if constexpr (X::pulls) x_.index_first(n);
    Pulled const x = x_.known();
    if (!x.ended) return;
    seam_.set(x.positions);
    if constexpr (Y::pulls) y_.index_first(n > x.positions ? n - x.positions : 0);
  }
  [[nodiscard]] State open() const { return State{x_.open(), y_.open()}; }

  /// A block over the seam is two loops, not a test per item.
  template <class K>
  [[gnu::always_inline]] bool feed(State& state, Block block, K& k) const {
    std::size_t const seam = seam_.get();
    As<K> as{k};
    if (block.first < seam) {
      if (!x_.feed(state.x, Block{block.first, block.last < seam ? block.last : seam}, as)) return false;
      if (block.last <= seam) return true;
      block.first = seam;
    }
    // What the front kept back comes before the first item of the rear.
    if constexpr (X::whole_segments) {
      if (!state.x_closed) {
        state.x_closed = true;
        if (!x_.close(state.x, as)) return false;
      }
    }
    return y_.feed(state.y, Block{block.first - seam, block.last - seam}, as);
  }
  template <class K>
  bool close(State& state, K& k) const {
    As<K> as{k};
    if (!state.x_closed) {
      state.x_closed = true;
      if (!x_.close(state.x, as)) return false;
    }
    return y_.close(state.y, as);
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const
    requires indexed_source<X> && indexed_source<Y>
  {
    std::size_t const seam = seam_.get();
    if (i < seam) return static_cast<Item>(x_.at(state.x, i));
    return static_cast<Item>(y_.at(state.y, i - seam));
  }

 private:
  /// Items of either side, as the type that both have in common.
  template <class K>
  struct As {
    K& next;
    template <class T>
    [[gnu::always_inline]] bool operator()(T&& x) const {
      return next(static_cast<Item>(static_cast<T&&>(x)));
    }
  };
  template <laned K>
  struct As<K> {
    static constexpr std::size_t lanes = K::lanes;
    K& next;
    template <class T>
    [[gnu::always_inline]] bool operator()(T&& x) const {
      return next(static_cast<Item>(static_cast<T&&>(x)));
    }
    template <class T>
    [[gnu::always_inline]] bool lane(std::size_t j, T&& x) const {
      return next.lane(j, static_cast<Item>(static_cast<T&&>(x)));
    }
  };

  X x_;
  Y y_;
  Seam seam_;
};

template <source Other>
struct ChainBy {
  static constexpr bool is_stage = true;
  Other other;
  template <source Base>
  static consteval Problem problem() {
    if constexpr (Base::cut == Cut::later) {
      return Problem::chain_after_take_while;
    } else {
      constexpr bool fits = chainable<typename Base::Item, typename Other::Item> &&
                            chainable<typename Base::Value, typename Other::Value>;
      return fits ? Problem::none : Problem::chain_of_other_items;
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    return Chain<Base, Other>(std::move(base), std::move(other));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/prioritize_thread.hpp

// Who is robbed first: strategies turn a snapshot of the queues' loads into the queue-priority vector.

namespace parallel_task {
inline namespace v0_1 {

/// What the controller saw of one worker's queue when it polled it.
struct QueueLoad {
  std::size_t worker = 0;      ///< the worker's number within this call; 0 is the caller
  std::size_t items = 0;       ///< items that wait in its queue
  double cost_per_item = 0;    ///< in nanoseconds, as its owner measured it; 0: not known yet
  std::size_t last_items = 0;  ///< `items` at the poll before
  double since_last_poll = 0;  ///< nanoseconds since the poll before
};

/// A strategy gives every queue of a snapshot a priority; the highest above zero is robbed first, then the next.
///
/// `strategy(load)` is called on any worker, concurrently: it must be pure and `noexcept`. Ties go to the queue that
/// stands first in the snapshot. A priority of zero or less: do not rob.
template <class P>
concept PrioritizeThread = std::copy_constructible<P> && requires(P const& strategy, QueueLoad const& load) {
  { strategy(load) } noexcept -> std::convertible_to<double>;
};

/// The default: the queue with the most work left, in time (items × their owner's measured cost per item).
struct Remaining {
  [[nodiscard]] constexpr double operator()(QueueLoad const& load) const noexcept {
    return static_cast<double>(load.items) * (load.cost_per_item > 0 ? load.cost_per_item : 1.0);
  }
};

/// The queue that would take longest to empty at the rate seen since the last poll: slow workers first.
struct RateOfChange {
  [[nodiscard]] constexpr double operator()(QueueLoad const& load) const noexcept {
    double const done = load.last_items > load.items ? static_cast<double>(load.last_items - load.items) : 0.0;
    double const left = static_cast<double>(load.items);
    return done > 0 ? left * load.since_last_poll / done : left * (load.since_last_poll + 1.0);
  }
};

/// The queue that changed least since the last poll, by share of what it held; the longer one among equals.
struct ChangeFromLastPoll {
  [[nodiscard]] constexpr double operator()(QueueLoad const& load) const noexcept {
    if (load.items == 0) return 0.0;
    double const before = static_cast<double>(load.last_items);
    double const left = static_cast<double>(load.items);
    double const kept = before > 0 ? left / before : 1.0;
    return (kept > 1.0 ? 1.0 : kept) + left / (left + 1.0) * 0.001;
  }
};

static_assert(PrioritizeThread<Remaining> && PrioritizeThread<RateOfChange> && PrioritizeThread<ChangeFromLastPoll>);

namespace detail {

/// A strategy, erased: a function pointer and the address of the user's object, which outlives the run.
struct Strategy {
  double (*priority)(void const* self, QueueLoad const& load) noexcept = nullptr;
  void const* self = nullptr;

  [[nodiscard]] explicit operator bool() const noexcept { return priority != nullptr; }

  template <PrioritizeThread P>
  [[nodiscard]] static Strategy of(P const& user) noexcept {
    return {[](void const* object, QueueLoad const& load) noexcept {
              return static_cast<double>((*static_cast<P const*>(object))(load));
            },
            std::addressof(user)};
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/settings.hpp

// What a call may be told: plain values and erased callbacks, nothing that owns.

namespace parallel_task {
inline namespace v0_1 {

class WorkerController;
class Trace;
struct Job;
class Memo;
struct Progress;
struct RunReport;

namespace detail {

/// Whom a call tells what it does. A call that tells nobody runs code that has no word of it: what does is instantiated
/// only where something is asked for, and found through `run`.
struct Watch {
  void (*run)(WorkerController&, Job const&, void* home, Memo&) = nullptr;
  RunReport* report = nullptr;
  Trace* trace = nullptr;
  void (*tell)(Watch const& self, Progress const&) = nullptr;  ///< the progress callback
  std::int64_t interval = 0;                                   ///< nanoseconds between two of its calls
};

/// For `Watch::run`.
template <bool watched>
void run_watched(WorkerController& controller, Job const& job, void* home, Memo& memo);

}  // namespace detail

/// The settings of one call. What it points to belongs to the pipeline and outlives the run.
struct Settings {
  unsigned max_threads = 0;   ///< most threads that compute this call, the caller included; 0: no cap
  detail::Strategy strategy;  ///< whom to rob; empty: Remaining
  bool (*stop_requested)(void const* token) = nullptr;
  void const* stop_token = nullptr;
  std::int64_t deadline = 0;             ///< std::chrono::steady_clock nanoseconds since its epoch; 0: none
  detail::Watch const* watch = nullptr;  ///< null: nobody is told anything
};

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/platform/chrono.hpp

// std::chrono's clocks and durations, without <chrono>: in libstdc++ 12 that brings all of <sstream> with it, and
// <thread> brings <ostream>. Whatever waits for a time must have them; the lightest such header is another one in each
// library.

#if defined(__GLIBCXX__)
#include <shared_mutex>
#else
#include <semaphore>
#endif

// ==== parallel_task/platform/cold.hpp

// For functions that run seldom, or wait for the system: what they take to compile is more than they will ever take to run.

// Small, and a function of its own: inlined into several callers it would be optimised in each of them. Without it the
// engine costs every program a third more.
#if defined(__clang__)
#define PARALLEL_TASK_COLD [[gnu::noinline, clang::minsize]]
#elif defined(__GNUC__)
#define PARALLEL_TASK_COLD [[gnu::noinline, gnu::cold]]
#else
#define PARALLEL_TASK_COLD
#endif

// ==== parallel_task/platform/clock.hpp

// The seam for time: a cheap counter for costs, and the monotonic clock that it is measured against.

#if defined(_MSC_VER) && (defined(_M_X64) || defined(_M_IX86))
#include <intrin.h>
#endif

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

#if !defined(PARALLEL_TASK_SEAM_CLOCK)

/// Nanoseconds of std::chrono::steady_clock (30–45 ns a call).
[[nodiscard]] inline std::int64_t steady_ns() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// The cheapest counter there is (10–20 ns); `ns_per_tick` says how long one tick is.
[[nodiscard]] inline std::uint64_t ticks() noexcept {
#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
  return __builtin_ia32_rdtsc();
#elif defined(_MSC_VER) && (defined(_M_X64) || defined(_M_IX86))
  return __rdtsc();
#elif defined(__GNUC__) && defined(__aarch64__)
  std::uint64_t count;
  asm volatile("mrs %0, cntvct_el0" : "=r"(count));
  return count;
#else
  return static_cast<std::uint64_t>(steady_ns());
#endif
}

namespace clock {

#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
inline constexpr float first_guess = 0.4F;  // right within a factor of two on all that is sold
inline constexpr bool counter_is_steady_clock = false;
#elif defined(_MSC_VER) && (defined(_M_X64) || defined(_M_IX86))
inline constexpr float first_guess = 0.4F;
inline constexpr bool counter_is_steady_clock = false;
#elif defined(__GNUC__) && defined(__aarch64__)
inline constexpr float first_guess = 16.0F;  // anything from 1 to 41 is sold; the counter itself says, see first_rate
inline constexpr bool counter_is_steady_clock = false;
#else
inline constexpr float first_guess = 1.0F;
inline constexpr bool counter_is_steady_clock = true;
#endif

/// Nanoseconds a tick before anything was measured.
[[nodiscard]] inline float first_rate() noexcept {
#if defined(__GNUC__) && defined(__aarch64__)
  std::uint64_t hertz;
  asm volatile("mrs %0, cntfrq_el0" : "=r"(hertz));
  return hertz == 0 ? first_guess : 1e9F / static_cast<float>(hertz);
#else
  return first_guess;
#endif
}

inline constinit atomic<float> rate{first_guess};  // nanoseconds a tick
inline constinit atomic<std::uint64_t> base_ticks{0};
inline constinit atomic<std::int64_t> base_ns{0};
inline constinit atomic<bool> settled{counter_is_steady_clock};

/// Compares the counter with the steady clock, ever more exactly, without waiting: called now and then until a tenth
/// of a second lies between two looks. Costs decide nothing that a rate wrong by a factor of two would spoil.
PARALLEL_TASK_COLD inline void calibrate() noexcept {
  if (settled.load(std::memory_order_relaxed)) return;
  // relaxed throughout: two threads at once both write a base, or both a rate, and either will do; a base torn between
  // two writers differs by the microseconds between them and is forgotten in the long window.
  std::int64_t const first = base_ns.load(std::memory_order_relaxed);
  std::int64_t const now = steady_ns();
  std::uint64_t const count = ticks();
  if (first == 0) {
    rate.store(first_rate(), std::memory_order_relaxed);
    base_ticks.store(count, std::memory_order_relaxed);
    base_ns.store(now, std::memory_order_relaxed);
    return;
  }
  std::uint64_t const start = base_ticks.load(std::memory_order_relaxed);
  if (now - first < 200'000 || start == 0 || count <= start) return;
  rate.store(static_cast<float>(static_cast<double>(now - first) / static_cast<double>(count - start)),
             std::memory_order_relaxed);
  if (now - first > 100'000'000) settled.store(true, std::memory_order_relaxed);
}

}  // namespace clock

#endif

/// Nanoseconds between two counts; counts of different cores may run backwards by a little: then 0.
[[nodiscard]] inline float elapsed_ns(std::uint64_t from, std::uint64_t to) noexcept {
  auto const difference = static_cast<std::int64_t>(to - from);
  return difference > 0 ? static_cast<float>(difference) * clock::rate.load(std::memory_order_relaxed) : 0.0F;
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/held.hpp

// What a pipeline was told about its run: the plain values, and the objects that the controller's pointers point to.

namespace parallel_task {
inline namespace v0_1 {

namespace detail {

struct Nothing {};

/// When a run has to stop: a point in time, or so long after the terminal was called.
struct Deadline {
  enum class Kind : unsigned char { never, at, after };
  std::int64_t ns = 0;
  Kind kind = Kind::never;

  [[nodiscard]] std::int64_t resolve() const {
    if (kind == Kind::never) return 0;
    std::int64_t at = ns;
    if (kind == Kind::after) {
      std::int64_t const now = detail::steady_ns();
      at =
          ns > (std::numeric_limits<std::int64_t>::max)() - now ? (std::numeric_limits<std::int64_t>::max)() : now + ns;
    }
    return at == 0 ? 1 : at;  // 0 is no deadline
  }
};

/// A Watch with a progress callback.
template <class F>
struct WatchWith : Watch {
  mutable F f;  // called by one thread only

  static void call(Watch const& self, Progress const& progress) {
    static_cast<void>(static_cast<WatchWith const&>(self).f(progress));
  }
};

/// Of two settings of a kind: the later, if something was said there.
template <class Before, class Later>
auto last_of(Before& before, Later& later) {
  if constexpr (std::is_same_v<Later, Nothing>) {
    return std::move(before);
  } else {
    return std::move(later);
  }
}

/// Of two that are watched all that is asked for; the later where both ask for the same.
template <class Before, class Later>
auto both_of(Before& before, Later& later) {
  auto* const run = later.run != nullptr ? later.run : before.run;
  RunReport* const report = later.report != nullptr ? later.report : before.report;
  Trace* const trace = later.trace != nullptr ? later.trace : before.trace;
  auto both = [&] {
    if constexpr (std::is_same_v<Later, Watch>) {
      return std::move(before);
    } else {
      return std::move(later);  // with a callback
    }
  }();
  both.run = run;
  both.report = report;
  both.trace = trace;
  return both;
}

/// The settings of one call. The last word counts, wherever in the chain it was said.
template <class Strategy = Nothing, class Token = Nothing, class Watched = Watch>
struct Held {
  unsigned max_threads = 0;
  Deadline deadline;
  [[no_unique_address]] Strategy strategy;
  [[no_unique_address]] Token token;
  Watched watching;  // a Watch, or one with a callback

  /// Points into *this.
  [[nodiscard]] Settings settings() const {
    Settings s;
    s.max_threads = max_threads;
    if constexpr (!std::is_same_v<Strategy, Nothing>) s.strategy = detail::Strategy::of(strategy);
    if constexpr (!std::is_same_v<Token, Nothing>) {
      s.stop_requested = &Held::stop_requested;
      s.stop_token = std::addressof(token);
    }
    if (watching.run != nullptr) s.watch = &watching;
    s.deadline = deadline.resolve();
    return s;
  }

  template <class S>
  [[nodiscard]] Held<S, Token, Watched> with_strategy(S s) && {
    return {max_threads, deadline, std::move(s), std::move(token), std::move(watching)};
  }
  template <class T>
  [[nodiscard]] Held<Strategy, T, Watched> with_token(T t) && {
    return {max_threads, deadline, std::move(strategy), std::move(t), std::move(watching)};
  }
  template <class W>
  [[nodiscard]] Held<Strategy, Token, W> with_watching(W w) && {
    return {max_threads, deadline, std::move(strategy), std::move(token), std::move(w)};
  }
  /// What is watched so far, to be added to.
  [[nodiscard]] Watched watch() && {
    watching.run = &detail::run_watched<true>;
    return std::move(watching);
  }
  /// What a pipeline that was zipped or chained to this one had been told comes later in the chain.
  template <class S, class T, class W>
  [[nodiscard]] auto then(Held<S, T, W>&& later) && {
    if (later.max_threads != 0) max_threads = later.max_threads;
    if (later.deadline.kind != Deadline::Kind::never) deadline = later.deadline;
    auto last_strategy = detail::last_of(strategy, later.strategy);
    auto last_token = detail::last_of(token, later.token);
    auto both = detail::both_of(watching, later.watching);
    return Held<decltype(last_strategy), decltype(last_token), decltype(both)>{
        max_threads, deadline, std::move(last_strategy), std::move(last_token), std::move(both)};
  }

 private:
  static bool stop_requested(void const* token) {
    return static_cast<bool>(static_cast<Token const*>(token)->stop_requested());
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/needs_index.hpp

// Stages that need the position of every item.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// What a stage derives from that needs the position of every item.
struct NeedsIndex {
  static constexpr bool is_stage = true;
  template <source Base>
  static consteval Problem problem() {
    return indexed_source<Base> ? Problem::none : Problem::index_lost;
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/zip.hpp

// zip: the items at the same position of several ranges, side by side.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

template <class... T>
struct product_of {
  using type = std::tuple<T...>;
};
template <class A, class B>
struct product_of<A, B> {
  using type = std::pair<A, B>;
};
template <class... T>
using product_of_t = typename product_of<T...>::type;

// The states of all sides; made in place, so they may be such as can't be moved.
template <std::size_t n, class T>
struct ZipLeaf {
  T value;
};
template <class Numbers, class... S>
struct ZipState;
template <std::size_t... n, class... S>
struct ZipState<std::index_sequence<n...>, S...> : ZipLeaf<n, typename S::State>... {};

/// Ends with the shortest; with `equal`, throws std::invalid_argument unless all end together.
template <bool equal, indexed_source... S>
struct Zip {
  using Item = product_of_t<typename S::Item...>;
  using Value = product_of_t<typename S::Value...>;
  using State = ZipState<std::index_sequence_for<S...>, S...>;
  static constexpr bool pulls = (S::pulls || ...);
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;
  static constexpr bool plain = (plain_source<S> && ...);

  explicit Zip(S... sources) : sources_(std::move(sources)...) {}

  void start() {
    each([](auto& s) { s.start(); });
    if constexpr (equal) compare();
  }
  [[nodiscard]] Pulled known() const {
    Pulled shortest{unknown, false};
    each([&shortest](auto const& s) {
      Pulled const k = s.known();
      if (k.positions < shortest.positions) {
        shortest = k;
      } else if (k.positions == shortest.positions) {
        shortest.ended = shortest.ended || k.ended;
      }
    });
    return shortest;
  }
  [[nodiscard]] std::size_t total() const {
    std::size_t shortest = unknown;
    bool all = true;
    each([&](auto const& s) {
      std::size_t const n = s.total();
      if (n == unknown) all = false;
      if (n < shortest) shortest = n;
    });
    return all ? shortest : unknown;
  }
  Pulled pull(std::size_t want)
    requires(pulls)
  {
    std::size_t const now = known().positions;
    std::size_t const goal = want > unknown - 1 - now ? unknown - 1 : now + want;
    each([goal](auto& s) {
      if constexpr (std::remove_reference_t<decltype(s)>::pulls) {
        Pulled const k = s.known();
        if (!k.ended && k.positions < goal) (void)s.pull(goal - k.positions);
      }
    });
    if constexpr (equal) compare();
    return known();
  }
  Pulled share(State& state, std::size_t ran)
    requires(pulls)
  {
    share_each(state, ran, std::index_sequence_for<S...>{});
    return known();
  }
  void index_first(std::size_t n)
    requires(pulls)
  {
    // The shortest of known length is as far as it goes: the others may be endless.
    each([&n](auto const& s) {
      if (!equal && s.total() < n) n = s.total();
    });
    each([n](auto& s) {
      if constexpr (std::remove_reference_t<decltype(s)>::pulls) s.index_first(n);
    });
    if constexpr (equal) compare();
  }
  [[nodiscard]] State open() const {
    return std::apply([](auto const&... s) { return State{{s.open()}...}; }, sources_);
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const {
    return at_each(state, i, std::index_sequence_for<S...>{});
  }
  template <class K>
  [[gnu::always_inline]] bool feed(State& state, Block block, K& k) const {
    return detail::feed_by_index(At<Zip>{*this, state}, block, k);
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

 private:
  template <class F>
  void each(F f) const {
    std::apply([&f](auto const&... s) { (f(s), ...); }, sources_);
  }
  template <class F>
  void each(F f) {
    std::apply([&f](auto&... s) { (f(s), ...); }, sources_);
  }
  template <std::size_t... N>
  void share_each(State& state, std::size_t ran, std::index_sequence<N...>) {
    (share_one(std::get<N>(sources_), state_of<N, S>(state), ran), ...);
  }
  template <class One>
  static void share_one(One& s, typename One::State& state, std::size_t ran) {
    if constexpr (One::pulls) (void)s.share(state, ran);
  }
  template <std::size_t... N>
  [[gnu::always_inline]] Item at_each(State& state, std::size_t i, std::index_sequence<N...>) const {
    return Item{std::get<N>(sources_).at(state_of<N, S>(state), i)...};
  }
  template <std::size_t n, class One>
  [[gnu::always_inline]] static typename One::State& state_of(State& state) {
    return static_cast<ZipLeaf<n, typename One::State>&>(state).value;
  }
  // Lengths are compared as soon as they are known: for most ranges before anything runs.
  void compare() {
    Pulled const shortest = known();
    if (!shortest.ended) return;
    bool differ = false;
    each([&](auto& s) {
      // Only who asks once more learns that a generator ends here too.
      if constexpr (std::remove_reference_t<decltype(s)>::pulls) {
        if (!s.known().ended && s.known().positions == shortest.positions) (void)s.pull(1);
      }
      if (!s.known().ended || s.known().positions != shortest.positions) differ = true;
    });
    if (differ) detail::throw_error(std::invalid_argument("parallel_task: the ranges of zip_equal differ in length"));
  }

  std::tuple<S...> sources_;
};

template <bool equal, source... Others>
struct ZipBy {
  static constexpr bool is_stage = true;
  std::tuple<Others...> others;
  template <source Base>
  static consteval Problem problem() {
    return indexed_source<Base> && (indexed_source<Others> && ...) ? Problem::none : Problem::index_lost;
  }
  template <indexed_source Base>
  auto operator()(Base base) && {
    return std::apply([&base](auto&... s) { return Zip<equal, Base, Others...>(std::move(base), std::move(s)...); },
                      others);
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/pipeline/stage.hpp

// Stages and terminals as objects, and what joins them to pipelines: the one definition behind both spellings.

namespace parallel_task {
inline namespace v0_1 {

template <class S, class H>
class Pipeline;

namespace detail {

/// A stage as an object, without a source.
template <class By>
struct [[nodiscard]] Stage {
  By by;
};

/// A terminal as an object, without a pipeline.
template <class T>
struct [[nodiscard]] End {
  T end;
};

/// What stands in a Stage: `problem<S>()` and `by(source)`, or, of settings, `problem()` and `set(held)`.
template <class By>
concept stage_object = requires { requires By::is_stage; };

/// A stage or terminal behind another stage.
template <class First, class Second>
struct Composed {
  First first;
  Second second;
};
template <class By>
inline constexpr bool is_composed = false;
template <class First, class Second>
inline constexpr bool is_composed<Composed<First, Second>> = true;

/// A stage that joins other pipelines to this one, with what they had been told.
template <class By, class H>
struct Joint {
  By by;
  H held;
};
template <class By>
inline constexpr bool is_joint = false;
template <class By, class H>
inline constexpr bool is_joint<Joint<By, H>> = true;

/// Arguments that become such a stage.
template <class By>
concept joining = requires(By by) { by.joint(); };

template <class T>
inline constexpr bool is_pipeline = false;
template <class S, class H>
inline constexpr bool is_pipeline<Pipeline<S, H>> = true;
template <class T>
concept pipeline = is_pipeline<std::remove_cvref_t<T>>;

/// What `begin()` of a pipeline returns: just enough of an iterator for a `for` loop to give one error, not five.
struct NotARange {
  Unusable operator*() const noexcept { return {}; }
  NotARange& operator++() noexcept { return *this; }
  friend bool operator!=(NotARange, NotARange) noexcept { return false; }
};

template <class S, class H = Held<>>
auto as_pipeline(S source, H held = H{}) {
  return Pipeline<S, H>(std::move(source), std::move(held));
}

/// A stage made of numbers of items.
template <class By, class... N>
struct Counted {
  static constexpr bool is_stage = true;
  std::tuple<N...> numbers;
  template <class S>
  static consteval Problem problem() {
    if constexpr (arguments_problem() != Problem::none) {
      return arguments_problem();
    } else {
      return By::template problem<S>();
    }
  }
  static consteval Problem arguments_problem() {
    return ((std::integral<N> && !std::same_as<N, bool>) && ...) ? Problem::none : Problem::count_not_a_number;
  }
  [[nodiscard]] By made() const {
    return std::apply(
        [](N... n) {
          if (((n < N{}) || ...)) {
            detail::throw_error(
                std::invalid_argument("parallel_task: take, drop, stride and slice take no negative numbers"));
          }
          return By(static_cast<std::size_t>(n)...);
        },
        numbers);
  }
  template <class S>
  auto operator()(S source) && {
    return made()(std::move(source));
  }
};

/// Takes pipelines apart.
struct Access {
  template <class S, class H>
  static S&& source(Pipeline<S, H>& p) noexcept {
    return std::move(p.source_);
  }
  template <class S, class H>
  static H&& held(Pipeline<S, H>& p) noexcept {
    return std::move(p.held_);
  }
};

// An argument of zip and chain: a range or a pipeline.
template <class R>
consteval Problem joined_problem() {
  if constexpr (std::same_as<std::remove_cvref_t<R>, Unusable>) {
    return Problem::reported;
  } else if constexpr (!pipeline<R>) {
    return argument_problem<R>();
  } else {
    constexpr bool named = std::is_lvalue_reference_v<R> || std::is_const_v<std::remove_reference_t<R>>;
    return named ? Problem::joined_pipeline_has_a_name : Problem::none;
  }
}
template <class... R>
consteval Problem joined_problems() {
  Problem first = Problem::none;
  ((first = first == Problem::none ? joined_problem<R>() : first), ...);
  return first;
}

template <class R>
auto source_of(R&& argument) {
  if constexpr (pipeline<R>) {
    return Access::source(argument);
  } else {
    return detail::borrow_or_own(std::forward<R>(argument));
  }
}

template <class R>
auto held_of(R&& argument) {
  if constexpr (pipeline<R>) {
    return Access::held(argument);
  } else {
    return Held<>{};
  }
}
template <class First, class Second, class... Rest>
auto held_of(First&& first, Second&& second, Rest&&... rest) {
  return detail::held_of(std::forward<First>(first))
      .then(detail::held_of(std::forward<Second>(second), std::forward<Rest>(rest)...));
}

template <bool equal, class... R>
struct ZipWith {
  static constexpr bool is_stage = true;
  std::tuple<R&&...> others;

  static consteval Problem arguments_problem() { return joined_problems<R...>(); }
  auto joint() {
    return std::apply(
        [](R&... r) {
          auto held = detail::held_of(static_cast<R&&>(r)...);
          using By = ZipBy<equal, decltype(detail::source_of(static_cast<R&&>(r)))...>;
          return Joint<By, decltype(held)>{By{{detail::source_of(static_cast<R&&>(r))...}}, std::move(held)};
        },
        others);
  }
};

template <class R>
struct ChainWith {
  static constexpr bool is_stage = true;
  R&& other;

  static consteval Problem arguments_problem() { return joined_problem<R>(); }
  auto joint() {
    auto held = detail::held_of(static_cast<R&&>(other));
    using By = ChainBy<decltype(detail::source_of(static_cast<R&&>(other)))>;
    return Joint<By, decltype(held)>{By{detail::source_of(static_cast<R&&>(other))}, std::move(held)};
  }
};

/// Where a piped stage is made, before there is a pipeline.
struct Nowhere {
  template <class By>
  static consteval Problem problem() {
    return By::arguments_problem();
  }
  template <class By>
  constexpr auto go(By& by) const {
    if constexpr (joining<By>) {
      auto joint = by.joint();
      return Stage<decltype(joint)>{std::move(joint)};
    } else {
      auto made = by.made();
      return Stage<decltype(made)>{std::move(made)};
    }
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/worker/costs.hpp

// The constants of the cost model, in nanoseconds: what a prototype of this protocol did best with, measured.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Set once before the first call if at all (tests tell the model that waking is free); read by every thread.
struct Costs {
  float claim = 2'000;          ///< work in one claim …
  float big_claim = 8'000;      ///< … or up to so much, as long as that is no more than …
  float big_claim_part = 256;   ///< … this part of the own queue
  float first_claim = 250;      ///< work in a worker's first claim, when its forecast is least sure
  float claim_floor = 1'000;    ///< a claim is not cut below this by `claim_part`
  float claim_part = 8;         ///< a claim is at most this part of the own queue
  float strip = 1'000;          ///< work between two looks at the stop bound; in a big claim, a quarter of that
  float give_back = 10;         ///< a strip that took this many times its forecast ends the claim
  float tiny = 1'500;           ///< a loop forecast below this runs with one look at the clock
  float probe = 2'000;          ///< work done alone while nothing is known
  float last_step = 250;        ///< what is left of a private run is run in one step below this
  float least_shared = 2'500;   ///< left work that a hot helper is worth: a shared loop costs so much besides
  float small_loop = 1e6F;      ///< loops below this are compared, shared and alone: has sharing paid lately?
  float wake = 20'000;          ///< what a wake costs, until it has been measured
  float start = 60'000;         ///< what a new thread costs
  float look = 100;             ///< a worker looks at the pool once in so many ns for each thread that computes
  float hot_comes = 20'000;     ///< a hot helper that has not come for this long has lost its core
  float caller_spin = 20'000;   ///< a caller without work spins this long before it sleeps
  float preempted = 2'000;      ///< a gap of the clock in a spin loop above this was not spinning
  float rewake = 160'000;       ///< a wake that was not answered for this long may be repeated
  float blocked_window = 1e6F;  ///< time between two looks at one's own CPU time
  float blocked_after = 5e5F;   ///< age of a call below which nobody looks
  float long_claim = 30'000;    ///< a claim that took this long is worth a look whatever the call's age
  float pull = 20'000;          ///< time for one turn at pulling
  float window = 100'000;       ///< work in one turn at pulling, where the cost is known …
  float window_part = 32;       ///< … or this part of the time since the call was shared, if that is more
  float slow_next = 5'000;      ///< a single pulled item that took this long ends the turn
  std::uint32_t few = 64;       ///< items a core, up to which a run of unknown cost is offered at once
  std::uint32_t most_claimed = ~std::uint32_t{0};  ///< units in one claim (tests: 1)
  bool use_memo = true;                            ///< remember a pipeline's cost between calls
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/cost_model.hpp

// The cost model: pure functions of what was measured. Nothing here touches a thread, a clock or an atomic.
//
// All times are nanoseconds, all sizes units of the queue.

namespace parallel_task {
inline namespace v0_1 {
namespace detail::cost_model {

[[nodiscard]] constexpr float at_most(float value, float most) noexcept { return value < most ? value : most; }
[[nodiscard]] constexpr float at_least(float value, float least) noexcept { return value > least ? value : least; }

/// How many units a worker claims of the `remaining` ones in its own queue.
///
/// `claim` ns of work by the measured cost, or up to `big_claim` as long as much is left: a claim costs what 300
/// instructions do, and keeps a core from beginning an item before the last one has ended. At most an eighth of the
/// queue (never below `claim_floor` ns: a half or a quarter made 64 workers on triangular cost fall to 0.06 and 0.25 of
/// their efficiency, simulated), at most twice the last claim. Cost unknown: one.
[[nodiscard]] constexpr std::uint32_t claim_size(std::uint32_t remaining, float cost, float last,
                                                 Costs const& costs) noexcept {
  if (cost <= 0) return 1;
  float const left = static_cast<float>(remaining);
  float size = at_least(left / costs.claim_part, costs.claim_floor / cost);
  size = at_most(size, at_least(costs.claim / cost, at_most(left / costs.big_claim_part, costs.big_claim / cost)));
  size = at_most(size, 2 * last);
  if (size < 1) return 1;
  std::uint32_t const whole = size < left ? static_cast<std::uint32_t>(size) : remaining;
  return whole < costs.most_claimed ? whole : costs.most_claimed;
}

/// What `last` is for a worker's first claim.
[[nodiscard]] constexpr float first_claim(float cost, Costs const& costs) noexcept {
  return cost > 0 ? at_least(costs.first_claim / 2 / cost, 0.5F) : 0.5F;
}

/// Positions that become known in one turn at pulling, `elapsed` ns after the run was shared. Few, since others may be
/// free sooner than the puller, and what lies behind a hit is run in vain; the longer it takes, the more, since each
/// turn makes a segment.
[[nodiscard]] constexpr std::size_t window_size(float cost, float elapsed, Costs const& costs) noexcept {
  if (cost <= 0) return 1;
  float const size = at_least(costs.window, elapsed / costs.window_part) / cost;
  return size < 1 ? 1 : static_cast<std::size_t>(at_most(size, 1e9F));
}

/// Units between two looks at the stop bound, for a claim of `units`.
[[nodiscard]] constexpr std::uint32_t strip_size(std::uint32_t units, float cost, Costs const& costs) noexcept {
  if (cost <= 0 || static_cast<float>(units) * cost < 1.5F * costs.strip) return units;
  float const size = at_least(costs.strip, at_most(static_cast<float>(units) * cost, costs.big_claim) / 4) / cost;
  return size < 1 ? 1 : static_cast<std::uint32_t>(size);
}

/// The new cost per unit after `units` took `took` ns: many units speak for themselves, few are averaged in.
[[nodiscard]] constexpr float learn(float cost, std::uint32_t units, float took) noexcept {
  float const now = took / static_cast<float>(units);
  return cost <= 0 || units >= 16 ? now : cost + (now - cost) / 4;
}

/// Whether a loop forecast to cost `cost` × `units` is so cheap that it is run with one look at the clock.
[[nodiscard]] constexpr bool is_tiny(float cost, float units, Costs const& costs) noexcept {
  return cost > 0 && cost * units < costs.tiny;
}

/// Whether the first half of a tiny loop took so long that the forecast is void.
[[nodiscard]] constexpr bool forecast_failed(float forecast, float took) noexcept { return took > 8 * forecast + 400; }

/// What the pool looks like to a call that asks whether to share.
struct Surroundings {
  bool helper_is_hot = false;  ///< a thread spins: a call costs it nothing
  float engage = 0;            ///< cost of getting one more going otherwise
  bool kept_hot = false;       ///< ski-rental says: wake, and keep hot
};

/// Whether `left` ns of work are worth sharing.
[[nodiscard]] constexpr bool pays_to_share(float left, Surroundings around, Costs const& costs) noexcept {
  if (left < costs.least_shared) return false;
  return around.helper_is_hot || around.kept_hot || left > 2 * around.engage;
}

/// Whether `left` ns of work that wait in one's own queue are worth a wake.
[[nodiscard]] constexpr bool pays_to_wake(float left, Surroundings around, Costs const& costs) noexcept {
  return !around.helper_is_hot && left > costs.least_shared && left > 2 * around.engage;
}

/// Nanoseconds between two looks of one worker at whether others should be called, while `busy` threads compute. What
/// it looks at is written at each join: with all looking at each claim, 64 threads kept those lines so busy that a join
/// took 3.5 us, one after the other (simulated). So all of them together look once in `look` ns.
[[nodiscard]] constexpr float look_pause(std::uint32_t busy, Costs const& costs) noexcept {
  return static_cast<float>(busy) * costs.look;
}

/// How many threads a worker calls before a claim forecast to take `claim` ns. It is back only after that: with one
/// call before each item of 50 us, only the newest of many called the next, a chain. With two it is a tree.
[[nodiscard]] constexpr std::uint32_t calls_at_once(float left, float claim, float engage, std::uint32_t busy,
                                                    std::uint32_t limit) noexcept {
  return claim > engage && left > 4 * engage && busy + 1 < limit ? 2 : 1;
}

/// Units of the next private step while `elapsed` ns of the call have passed and `left` units remain.
[[nodiscard]] constexpr std::size_t private_step(std::size_t left, float cost, float last, float elapsed,
                                                 Costs const& costs) noexcept {
  std::size_t const half = left / 2 + left % 2;
  if (cost <= 0) return 1;
  // Halves of halves would end in a dozen steps of nothing, each with a look at the clock.
  if (cost * static_cast<float>(left) < costs.last_step) return left;
  float const by_time = (elapsed < costs.probe ? costs.probe / 4 : costs.claim) / cost;
  float const size = at_most(4 * last, at_least(by_time, 1));
  return size < static_cast<float>(half) ? static_cast<std::size_t>(at_least(size, 1)) : half;
}

/// The same for a loop that knows its end and whose cost an earlier run has told: an eighth first (`last` is 0), up to a
/// quarter of the probe, in case the forecast fails; then at most four times as many, three quarters of the rest, two big
/// claims. Each step costs 60 ns, and by halves a loop of 7 us made nine.
[[nodiscard]] constexpr std::size_t forecast_step(std::size_t left, float cost, float last,
                                                  Costs const& costs) noexcept {
  if (cost <= 0) return 1;
  auto const all = static_cast<float>(left);
  if (last <= 0) return static_cast<std::size_t>(at_least(at_most(all / 8, costs.probe / 4 / cost), 1));
  if (cost * all < costs.last_step) return left;
  std::size_t const most = left - left / 4;
  float const size = at_least(at_most(4 * last, 2 * costs.big_claim / cost), 1);
  return size < static_cast<float>(most) ? static_cast<std::size_t>(size) : most;
}

/// The cost per unit after a private step: a jump is believed at once, small steps are averaged.
[[nodiscard]] constexpr float learn_privately(float cost, std::uint64_t units, float took) noexcept {
  float const now = took / static_cast<float>(units);
  return cost <= 0 || units >= 16 || now > 4 * cost ? now : cost + (now - cost) / 2;
}

/// Ski-rental: what a hot helper would have saved a loop of `took` ns that ran alone.
[[nodiscard]] constexpr float debt_of(float took, Costs const& costs) noexcept {
  return took > costs.least_shared ? (took - costs.least_shared) / 2 : 0.0F;
}

/// Whether the debt is above the price of keeping a helper hot; `patience` counts wakes that nobody used.
[[nodiscard]] constexpr bool debt_is_due(float debt, std::uint32_t patience, float wake) noexcept {
  return debt > static_cast<float>(patience) * wake;
}

/// What a thread saw of itself in one window.
struct Window {
  float wall = 0;              ///< ns by the clock
  float cpu = 0;               ///< ns computed
  std::int64_t switches = 0;   ///< times it went to sleep by itself
  float between_readings = 0;  ///< ns between reading the one and the other: it may have been preempted there
};

enum class Verdict : unsigned char { drop, computes, blocked };

/// Whether a thread was blocked: less than half of the time on a core, and it went to sleep by itself. CPU time alone
/// would call preempted and throttled threads blocked.
[[nodiscard]] constexpr Verdict judge(Window window) noexcept {
  if (window.between_readings > 50'000) return Verdict::drop;
  return window.cpu < 0.5F * window.wall && window.switches > 0 ? Verdict::blocked : Verdict::computes;
}

/// Whether threads added for blocked ones earn their keep: items per second must have risen by a tenth of what the
/// added threads would bring.
[[nodiscard]] constexpr bool extra_threads_pay(float rate_before, std::uint32_t threads_before, float rate_now,
                                               std::uint32_t threads_now) noexcept {
  if (threads_now <= threads_before || rate_before <= 0) return true;
  float const gain = static_cast<float>(threads_now) / static_cast<float>(threads_before) - 1;
  return rate_now > rate_before * (1 + gain * 0.1F);
}

}  // namespace detail::cost_model
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/platform/usage.hpp

// What the system says about a thread: does it compute, or does it sleep?

#if defined(__linux__) && !defined(PARALLEL_TASK_SEAM_USAGE)
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <ctime>
#endif

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// What a thread has used so far. Switches are voluntary ones: it went to sleep by itself.
struct ThreadUsage {
  std::int64_t cpu_ns = 0;
  std::int64_t switches = 0;
  bool known = false;
};

#if !defined(PARALLEL_TASK_SEAM_USAGE)

/// The calling thread's own usage (about 1.7 µs).
[[nodiscard]] inline ThreadUsage this_thread_usage() noexcept {
#if defined(__linux__)
  ::timespec cpu;
  ::rusage usage;
  if (::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu) != 0 || ::getrusage(RUSAGE_THREAD, &usage) != 0) return {};
  return {static_cast<std::int64_t>(cpu.tv_sec) * 1'000'000'000 + cpu.tv_nsec, usage.ru_nvcsw, true};
#else
  return {};
#endif
}

/// Whether thread `id` of this process sleeps at this moment (about 5 µs). False where the system does not say.
PARALLEL_TASK_COLD [[nodiscard]] inline bool thread_sleeps([[maybe_unused]] int id) noexcept {
#if defined(__linux__)
  // "/proc/self/task/<id>/stat", written by hand: snprintf would pull in a page of locale code.
  char path[48] = "/proc/self/task/";
  unsigned at = 16;
  char digits[12];
  unsigned count = 0;
  for (unsigned rest = id > 0 ? static_cast<unsigned>(id) : 0U; rest != 0; rest /= 10) {
    digits[count++] = static_cast<char>('0' + rest % 10);
  }
  while (count != 0) path[at++] = digits[--count];
  for (char const* tail = "/stat"; *tail != '\0'; ++tail) path[at++] = *tail;
  path[at] = '\0';
  int const file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char text[160];
  auto const size = ::read(file, text, sizeof text - 1);
  ::close(file);
  // "<id> (<name>) S …": the name may hold anything, so the last parenthesis ends it; it has at most 15 characters.
  for (auto i = size < 48 ? size : 48; i > 0; --i) {
    if (text[i - 1] == ')' && i + 1 < size) return text[i + 1] == 'S' || text[i + 1] == 'D';
  }
#endif
  return false;
}

#endif

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/platform/cores.hpp

// The seam for cores: how many this process may use, by affinity and by cgroup quota.

#if defined(__linux__)
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>
#include <cstddef>
#include <initializer_list>
#else
#include <thread>
#endif

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

#if defined(__linux__)

/// A small file, read whole into a fixed buffer; an empty text if it can't be read.
struct SmallFile {
  char text[1024];
  std::size_t size = 0;

  PARALLEL_TASK_COLD explicit SmallFile(char const* path) noexcept {
    int const file = ::open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
      for (ssize_t got = 1; size < sizeof text - 1 && got > 0; size += static_cast<std::size_t>(got > 0 ? got : 0)) {
        got = ::read(file, text + size, sizeof text - 1 - size);
      }
      ::close(file);
    }
    text[size] = '\0';
  }
};

/// A path that is put together in place; too long a path becomes empty, so that nothing is found there.
struct Path {
  char text[1024];
  std::size_t size = 0;

  PARALLEL_TASK_COLD Path& operator<<(char const* part) noexcept {
    while (*part != '\0' && size < sizeof text - 1) text[size++] = *part++;
    if (*part != '\0') size = 0;
    text[size] = '\0';
    return *this;
  }
  /// Cuts the last component off, down to `least` characters; false if nothing was left to cut.
  bool up(std::size_t least) noexcept {
    while (size > least && text[size - 1] != '/') --size;
    while (size > least && text[size - 1] == '/') --size;
    text[size] = '\0';
    return size > least;
  }
};

/// A decimal number at `text`, which moves behind it; -1 if there is none.
[[nodiscard]] inline long long read_number(char const*& text) noexcept {
  while (*text == ' ' || *text == '\t') ++text;
  if (*text < '0' || *text > '9') return -1;
  long long value = 0;
  for (; *text >= '0' && *text <= '9'; ++text) {
    if (value < 1'000'000'000'000LL) value = value * 10 + (*text - '0');
  }
  return value;
}

/// Cores that `quota` per `period` (both in µs) come to, rounded up; 0: no limit.
[[nodiscard]] constexpr unsigned quota_cores(long long quota, long long period) noexcept {
  if (quota <= 0 || period <= 0) return 0;
  return static_cast<unsigned>((quota + period - 1) / period);
}

/// The tightest CPU quota on the way from a cgroup up to the root of its hierarchy; 0: none.
/// `version` 2 reads `cpu.max`, 1 reads `cpu.cfs_quota_us` and `cpu.cfs_period_us`.
PARALLEL_TASK_COLD [[nodiscard]] inline unsigned cgroup_quota(char const* mount, char const* group,
                                                              int version) noexcept {
  Path where;
  where << mount;
  std::size_t const least = where.size;
  where << group;
  if (where.size == 0) return 0;
  unsigned tightest = 0;
  for (bool more = true; more;) {
    if (where.size > least && where.text[where.size - 1] == '/') where.text[--where.size] = '\0';
    Path file = where;
    unsigned here = 0;
    if (version == 2) {
      file << "/cpu.max";
      SmallFile const limits(file.text);
      char const* at = limits.text;
      long long const quota = read_number(at);  // "max" is no number
      long long const period = quota > 0 ? read_number(at) : -1;
      here = quota_cores(quota, period);
    } else {
      file << "/cpu.cfs_quota_us";
      SmallFile const quota_file(file.text);
      file = where;
      file << "/cpu.cfs_period_us";
      SmallFile const period_file(file.text);
      char const* quota_text = quota_file.text;
      char const* period_text = period_file.text;
      here = quota_cores(read_number(quota_text), read_number(period_text));
    }
    if (here != 0 && (tightest == 0 || here < tightest)) tightest = here;
    more = where.size > least;
    (void)where.up(least);
  }
  return tightest;
}

/// The quota that holds for this process, from the text of /proc/self/cgroup and where the hierarchies are mounted.
PARALLEL_TASK_COLD [[nodiscard]] inline unsigned quota_of(char const* membership, char const* mount_v1,
                                                          char const* mount_v2) noexcept {
  unsigned tightest = 0;
  auto const tighten = [&tightest](unsigned cores) {
    if (cores != 0 && (tightest == 0 || cores < tightest)) tightest = cores;
  };
  // Each line is "<id>:<controllers>:<path>"; version 2 has id 0 and no controllers.
  for (char const* line = membership; *line != '\0';) {
    char const* controllers = line;
    while (*controllers != '\0' && *controllers != ':' && *controllers != '\n') ++controllers;
    if (*controllers != ':') break;
    char const* path = ++controllers;
    bool has_cpu = false;
    while (*path != '\0' && *path != ':' && *path != '\n') {
      bool const starts = path == controllers || path[-1] == ',';
      if (starts && path[0] == 'c' && path[1] == 'p' && path[2] == 'u' && (path[3] == ',' || path[3] == ':')) {
        has_cpu = true;
      }
      ++path;
    }
    if (*path != ':') break;
    bool const unified = path == controllers;
    ++path;
    char group[768];
    std::size_t size = 0;
    for (; *path != '\0' && *path != '\n'; ++path) {
      if (size < sizeof group - 1) group[size++] = *path;
    }
    group[size] = '\0';
    if (unified) tighten(cgroup_quota(mount_v2, group, 2));
    if (has_cpu) tighten(cgroup_quota(mount_v1, group, 1));
    line = *path == '\n' ? path + 1 : path;
  }
  return tightest;
}

#endif

#if !defined(PARALLEL_TASK_SEAM_CORES)

#if defined(__linux__)
/// Where the system says which quota holds. Tests put files of their own here, before their first call.
struct QuotaFiles {
  char const* membership = "/proc/self/cgroup";
  char const* mount_v1 = "/sys/fs/cgroup/cpu";
  char const* mount_v2 = "/sys/fs/cgroup";
};
inline constinit QuotaFiles quota_files{};
#endif

/// Cores by affinity alone: quick (1 µs). The calling thread's or the main thread's, whichever may use more: a thread
/// that its user has bound to one core does not speak for the process.
PARALLEL_TASK_COLD [[nodiscard]] inline unsigned affinity_cores() noexcept {
#if defined(__linux__)
  int most = 0;
  for (::pid_t const thread : {::pid_t{0}, ::getpid()}) {
    ::cpu_set_t allowed;
    if (::sched_getaffinity(thread, sizeof allowed, &allowed) != 0) continue;
    int const count = CPU_COUNT(&allowed);
    if (count > most) most = count;
  }
  if (most > 0) return static_cast<unsigned>(most);
  long const online = ::sysconf(_SC_NPROCESSORS_ONLN);
  return online < 1 ? 1 : static_cast<unsigned>(online);
#else
  unsigned const count = std::thread::hardware_concurrency();
  return count == 0 ? 1 : count;
#endif
}

/// Cores that this process may use: its affinity, and its cgroup's CPU quota rounded up. Reads files (tens of µs).
PARALLEL_TASK_COLD [[nodiscard]] inline unsigned available_cores() noexcept {
  unsigned const cores = affinity_cores();
#if defined(__linux__)
  SmallFile const membership(quota_files.membership);
  unsigned const quota = quota_of(membership.text, quota_files.mount_v1, quota_files.mount_v2);
  if (quota != 0 && quota < cores) return quota;
#endif
  return cores;
}

#endif

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/platform/thread.hpp

// The seam for threads: starting one, ending one, and where it runs.

#if defined(__unix__) || defined(__APPLE__)
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>
#else
#include <thread>
#endif
#if defined(__linux__)
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

// Default visibility makes one pool for all shared objects of a process; what each must have for itself is hidden.
#if defined(__GNUC__) && !defined(_WIN32)
#define PARALLEL_TASK_SHARED __attribute__((visibility("default")))
#define PARALLEL_TASK_PER_OBJECT __attribute__((visibility("hidden")))
#else
#define PARALLEL_TASK_SHARED
#define PARALLEL_TASK_PER_OBJECT
#endif

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

#if !defined(PARALLEL_TASK_SEAM_THREAD)

#if defined(__unix__) || defined(__APPLE__)

using thread_handle = ::pthread_t;

/// Starts a thread that blocks every signal.
[[nodiscard]] inline bool start_thread_with(::pthread_attr_t& attributes, thread_handle& handle, void* (*body)(void*),
                                            void* argument) noexcept {
  // Blocked before the thread exists and restored after: no signal can slip into it in between.
  ::sigset_t all;
  ::sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  bool const started = ::pthread_create(&handle, &attributes, body, argument) == 0;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::pthread_attr_destroy(&attributes);
  return started;
}

/// Starts a thread that blocks every signal; false when the system has none to give. `stack` 0: the platform's size.
[[nodiscard]] inline bool start_thread(thread_handle& handle, void* (*body)(void*), void* argument,
                                       std::size_t stack) noexcept {
  ::pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return false;
  if (stack != 0) (void)::pthread_attr_setstacksize(&attributes, stack);
  return start_thread_with(attributes, handle, body, argument);
}

inline void join_thread(thread_handle& handle) noexcept { ::pthread_join(handle, nullptr); }

/// Keeps the object file that holds `address` loaded for good; what lies in none is left alone.
PARALLEL_TASK_COLD inline void pin_object_file(void const* address) noexcept {
  ::Dl_info where;
  if (::dladdr(address, &where) != 0 && where.dli_fname != nullptr) {
#if defined(RTLD_NODELETE) && defined(RTLD_NOLOAD)
    (void)::dlopen(where.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
#endif
  }
}

/// Calls `child` in the child of every fork from now on.
inline void on_fork(void (*child)()) noexcept { ::pthread_atfork(nullptr, nullptr, child); }

#else

using thread_handle = std::thread;

[[nodiscard]] inline bool start_thread(thread_handle& handle, void* (*body)(void*), void* argument,
                                       std::size_t) noexcept {
#if defined(__cpp_exceptions)
  try {
    handle = std::thread([body, argument] { body(argument); });
    return true;
  } catch (...) {
    return false;
  }
#else
  handle = std::thread([body, argument] { body(argument); });
  return true;
#endif
}

inline void join_thread(thread_handle& handle) noexcept {
  if (handle.joinable()) handle.join();
}
inline void pin_object_file(void const*) noexcept {}
inline void on_fork(void (*)()) noexcept {}

#endif

/// Names the calling thread for debuggers and `top`.
inline void name_this_thread([[maybe_unused]] char const* name) noexcept {
#if defined(__linux__)
  (void)::pthread_setname_np(::pthread_self(), name);
#elif defined(__APPLE__)
  (void)::pthread_setname_np(name);
#endif
}

/// The system's number for the calling thread, 0 where it has none.
[[nodiscard]] inline int thread_id() noexcept {
#if defined(__linux__)
  return static_cast<int>(::syscall(SYS_gettid));
#else
  return 0;
#endif
}

/// Marks the calling thread as the library's for all copies of the library in the process. Two that were loaded apart
/// share no variable; what they both see of a thread is what the system knows: here by how many nanoseconds its timers
/// may be late, 50 000 unless somebody sets it. Threads and programs that it starts inherit that, so the mark holds its
/// number, which they don't: of others' one in 9973 looks right.
#if defined(__linux__)
[[nodiscard]] inline int timer_slack_of_runner() noexcept { return 40'001 + thread_id() % 9'973; }
#endif
inline void mark_as_runner() noexcept {
#if defined(__linux__)
  (void)::prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(timer_slack_of_runner()), 0UL, 0UL, 0UL);
#endif
}
/// Whether some copy has marked the calling thread.
[[nodiscard]] inline bool marked_as_runner() noexcept {
#if defined(__linux__)
  return ::prctl(PR_GET_TIMERSLACK, 0UL, 0UL, 0UL, 0UL) == timer_slack_of_runner();
#else
  return false;
#endif
}

/// The core that the calling thread is on, -1 if the system does not say.
[[nodiscard]] inline int current_core() noexcept {
#if defined(__linux__)
  return ::sched_getcpu();
#else
  return -1;
#endif
}

/// Moves the calling thread to another core than `core`, if it may run on another, and leaves its affinity as it was.
/// Beside a busy process a woken thread queues behind its waker and stays there; this is what frees it.
PARALLEL_TASK_COLD inline void leave_core([[maybe_unused]] int core) noexcept {
#if defined(__linux__)
  ::cpu_set_t allowed;
  if (core < 0 || core >= CPU_SETSIZE || ::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  auto const here = static_cast<std::size_t>(core);
  if (!CPU_ISSET(here, &allowed) || CPU_COUNT(&allowed) < 2) return;
  ::cpu_set_t others = allowed;
  CPU_CLR(here, &others);
  if (::sched_setaffinity(0, sizeof others, &others) == 0) (void)::sched_setaffinity(0, sizeof allowed, &allowed);
#endif
}

#endif

/// As `start_thread`, on memory that is never given back. In a child of fork the system lends the stacks of threads
/// that are not there to new ones; where one of those threads' calls is still on the way here, its frames must stay.
[[nodiscard]] inline bool start_thread_on_new_memory(thread_handle& handle, void* (*body)(void*), void* argument,
                                                     std::size_t stack) noexcept {
#if !defined(PARALLEL_TASK_SEAM_THREAD) && defined(__linux__)
  ::pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return false;
  if (stack != 0) (void)::pthread_attr_setstacksize(&attributes, stack);
  auto const page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  std::size_t size = 0;
  (void)::pthread_attr_getstacksize(&attributes, &size);
  size = (size + page - 1) / page * page;
  void* const memory = ::mmap(nullptr, size + page, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (memory != MAP_FAILED) {
    (void)::mprotect(memory, page, PROT_NONE);
    (void)::pthread_attr_setstack(&attributes, static_cast<char*>(memory) + page, size);
    if (start_thread_with(attributes, handle, body, argument)) return true;
    ::munmap(memory, size + page);
    return false;
  }
  ::pthread_attr_destroy(&attributes);
  return false;
#else
  return start_thread(handle, body, argument, stack);
#endif
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/platform/wait.hpp

// The seam for waiting: 32-bit words on which threads sleep and are woken.

#if defined(__linux__) && !defined(PARALLEL_TASK_SEAM_WAIT)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <ctime>
#endif
#if !defined(__linux__)
#include <thread>
#endif
#if defined(_MSC_VER)
#include <intrin.h>
#endif

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

#if !defined(PARALLEL_TASK_SEAM_WAIT)

/// Tells the core that this is a spin loop.
inline void relax() noexcept {
#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
  __builtin_ia32_pause();
#elif defined(_MSC_VER) && (defined(_M_X64) || defined(_M_IX86))
  _mm_pause();
#elif defined(__GNUC__) && (defined(__aarch64__) || (defined(__ARM_ARCH) && __ARM_ARCH >= 7))
  asm volatile("yield");
#endif
}

/// Sleeps while `word` holds `seen`; may also return for no reason.
inline void wait_on(atomic<std::uint32_t>& word, std::uint32_t seen) noexcept {
#if defined(__linux__)
  ::syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, seen, nullptr, nullptr, 0);
#else
  word.wait(seen, std::memory_order_relaxed);
#endif
}

/// The same, for about `ns` at most.
inline void wait_on_for(atomic<std::uint32_t>& word, std::uint32_t seen, std::int64_t ns) noexcept {
#if defined(__linux__)
  // As this call has it; std::timespec may have 64 bits where the call's has 32.
  struct {
    long seconds;
    long nanoseconds;
  } const most{static_cast<long>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
  ::syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, seen, &most, nullptr, 0);
#else
  // The standard has no wait that ends by itself: looks every millisecond.
  for (std::int64_t const step = 1'000'000; ns > 0 && word.load(std::memory_order_relaxed) == seen; ns -= step) {
    std::this_thread::sleep_for(std::chrono::nanoseconds(ns < step ? ns : step));
  }
#endif
}

/// Wakes one sleeper on `word`; the caller has changed the word before.
inline void wake_one(atomic<std::uint32_t>& word) noexcept {
#if defined(__linux__)
  ::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
#else
  word.notify_one();
#endif
}

/// Wakes all sleepers on `word`; the caller has changed the word before.
inline void wake_all(atomic<std::uint32_t>& word) noexcept {
#if defined(__linux__)
  ::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 0x7fffffff, nullptr, nullptr, 0);
#else
  word.notify_all();
#endif
}

/// Sleeps for about that long.
inline void sleep_ns(std::int64_t ns) noexcept {
#if defined(__linux__)
  ::timespec const pause{static_cast<std::time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
  ::nanosleep(&pause, nullptr);
#else
  std::this_thread::sleep_for(std::chrono::nanoseconds(ns));
#endif
}

#endif

/// What to do when a compare-and-swap was lost: stay away from the word, ever longer. Where all the threads of a large
/// machine want one word at once, trying again at once costs the square of their number.
class Backoff {
 public:
  void operator()() noexcept {
    for (std::uint32_t i = 0; i != pauses_; ++i) relax();
    if (pauses_ < 128) pauses_ *= 2;
  }

 private:
  std::uint32_t pauses_ = 1;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/platform/invariant.hpp

// What must hold, checked where NDEBUG is not defined; none of it lies in the path of an item.

#define PARALLEL_TASK_INVARIANT(condition, sentence) assert((condition) && (sentence))

// ==== parallel_task/queue/limited_access_queue.hpp

// The queue of one worker: an atomic ring of blocks, reached only through its two accessors.
//
// Pairings. Every word holds one block, and every transfer is one compare-and-swap on one word.
//   push  : release on the word      → steal, pop : acquire   what the pusher wrote before (the items' iterators) is
//                                                              seen by whoever takes them
//   give_back : release, as push → steal, pop : acquire
//   pop, steal : their compare-and-swaps are read-modify-writes, so they carry the pusher's release on to the next reader
//                            of the word (release sequence); they publish nothing of their own
//   put an accessor back : release   → take it : acquire       one user of an end after the other
// A word's value is its whole meaning (the positions of a call are unique), so a word that was emptied and filled with
// the same block again, unseen, is the same word: no ABA. Head and tail are hints; a wrong hint costs a look.

namespace parallel_task {
inline namespace v0_1 {

/// A block as a queue holds it: positions [first, last) in units, modulo 2³². Empty: both are the same.
struct QueueBlock {
  std::uint32_t first = 0;
  std::uint32_t last = 0;

  [[nodiscard]] constexpr std::uint32_t size() const noexcept { return last - first; }
  [[nodiscard]] constexpr bool empty() const noexcept { return last == first; }
  friend constexpr bool operator==(QueueBlock, QueueBlock) = default;
};

class PrimaryAccessor;
class SecondaryAccessor;
namespace detail {
class StateDump;
}  // namespace detail

/// A lock-free queue of blocks for exactly two users: its worker, who holds the `SecondaryAccessor` and takes from the
/// front, and whoever holds the `PrimaryAccessor` and may steal from the back.
///
/// Eight words on one cache line; no allocation, ever. The queue itself does nothing: `primary()` and `secondary()`
/// lend its two ends, each to one holder at a time. The idea of two limited accessors is the Rust crate
/// `parallel_task`'s; the packed word goes back to the interval of Blumofe and Leiserson's split deques and is settled
/// by one compare-and-swap.
///
///     pt::LimitedAccessQueue queue;
///     pt::SecondaryAccessor worker = queue.secondary();
///     pt::PrimaryAccessor controller = queue.primary();
///     worker.push({0, 100});
///     pt::QueueBlock mine = worker.pop(8);           // [0, 8)
///     pt::QueueBlock stolen = controller.steal_half();  // [54, 100)
///
/// Thread-safety: both ends at the same time; each accessor by one thread at a time. Must outlive its accessors.
class alignas(128) LimitedAccessQueue {
 public:
  /// How many blocks fit.
  static constexpr unsigned capacity = 8;

  constexpr LimitedAccessQueue() noexcept = default;
  LimitedAccessQueue(LimitedAccessQueue const&) = delete;
  LimitedAccessQueue& operator=(LimitedAccessQueue const&) = delete;

  /// Lends the controller's end; the accessor is empty (false) while somebody else holds it. Never waits.
  [[nodiscard]] PrimaryAccessor primary() noexcept;
  /// Lends the worker's end; the accessor is empty (false) while somebody else holds it. Never waits.
  [[nodiscard]] SecondaryAccessor secondary() noexcept;

  /// Units that wait in the queue; a glance, by any thread, that may be old when it is read.
  [[nodiscard]] std::size_t load() const noexcept {
    std::size_t sum = 0;
    for (auto const& word : words_) sum += unpack(word.load(std::memory_order_relaxed)).size();
    return sum;
  }

 private:
  friend class PrimaryAccessor;
  friend class SecondaryAccessor;
  friend class detail::StateDump;

  static constexpr std::uint64_t pack(QueueBlock block) noexcept {
    return static_cast<std::uint64_t>(block.first) << 32 | block.last;
  }
  static constexpr QueueBlock unpack(std::uint64_t word) noexcept {
    return {static_cast<std::uint32_t>(word >> 32), static_cast<std::uint32_t>(word)};
  }

  /// Stores a block in an empty word, the first from the tail hint on; false when all eight are taken.
  bool push(QueueBlock block) noexcept {
    if (block.empty()) return true;
    std::uint32_t const tail = tail_.load(std::memory_order_relaxed);
    for (std::uint32_t i = 0; i != capacity; ++i) {
      auto& word = words_[(tail + i) % capacity];
      std::uint64_t seen = word.load(std::memory_order_relaxed);
      if (!unpack(seen).empty()) continue;
      // release: pairs with the acquire in pop and steal; publishes what makes the block's positions usable.
      if (word.compare_exchange_strong(seen, pack(block), std::memory_order_release, std::memory_order_relaxed)) {
        tail_.store(tail + i + 1, std::memory_order_relaxed);
        return true;
      }
    }
    return false;
  }

  // The words fill the first cache line, the rest lies on the second.
  detail::atomic<std::uint64_t> words_[capacity]{};
  detail::atomic<std::uint32_t> head_{0};
  detail::atomic<std::uint32_t> tail_{0};
  detail::atomic<std::uint32_t> primary_taken_{0};
  detail::atomic<std::uint32_t> secondary_taken_{0};
};

/// The controller's end of a queue: `push`, `load`, `steal`, `steal_half`. Move-only; destroyed, it goes back.
class PrimaryAccessor {
 public:
  PrimaryAccessor() noexcept = default;
  PrimaryAccessor(PrimaryAccessor&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)) {}
  PrimaryAccessor& operator=(PrimaryAccessor&& other) noexcept {
    if (this != &other) {
      put_back();
      queue_ = std::exchange(other.queue_, nullptr);
    }
    return *this;
  }
  ~PrimaryAccessor() { put_back(); }

  /// Whether this accessor holds its queue's end.
  [[nodiscard]] explicit operator bool() const noexcept { return queue_ != nullptr; }

  /// Adds a block behind all others; false when the ring is full. An empty block is taken as added.
  bool push(QueueBlock block) noexcept { return queue_->push(block); }
  /// Units that wait in the queue.
  [[nodiscard]] std::size_t load() const noexcept { return queue_->load(); }
  /// Takes the last block whole; empty if there is none.
  [[nodiscard]] QueueBlock steal() noexcept {
    return steal_from_back([](std::uint32_t size) { return size; });
  }
  /// Takes half of the last block, its upper half, rounded up: of a single unit, all of it; empty if there is none.
  /// Where several blocks wait, the last one is taken whole once it is no more than half of all.
  [[nodiscard]] QueueBlock steal_half() noexcept {
    std::size_t const all = queue_->load();
    return steal_from_back([all](std::uint32_t size) {
      std::size_t const half = all / 2 + all % 2;
      return size < all && size <= half ? size : size / 2 + size % 2;
    });
  }

 private:
  friend class LimitedAccessQueue;
  explicit PrimaryAccessor(LimitedAccessQueue* queue) noexcept : queue_(queue) {}

  void put_back() noexcept {
    // release: pairs with the acquire of the next taker.
    if (queue_ != nullptr) queue_->primary_taken_.store(0, std::memory_order_release);
  }

  /// Takes `part(size)` units off the end of the last block.
  template <class Part>
  QueueBlock steal_from_back(Part part) noexcept {
    std::uint32_t const tail = queue_->tail_.load(std::memory_order_relaxed);
    for (std::uint32_t i = 1; i <= LimitedAccessQueue::capacity; ++i) {
      auto& word = queue_->words_[(tail - i) % LimitedAccessQueue::capacity];
      std::uint64_t seen = word.load(std::memory_order_relaxed);
      for (;;) {
        QueueBlock const block = LimitedAccessQueue::unpack(seen);
        if (block.empty()) break;
        std::uint32_t const middle = block.last - part(block.size());
        // acquire: pairs with the release in push, so that the thief may use the positions.
        if (word.compare_exchange_weak(seen, LimitedAccessQueue::pack({block.first, middle}), std::memory_order_acquire,
                                       std::memory_order_relaxed)) {
          return {middle, block.last};
        }
      }
    }
    return {};
  }

  LimitedAccessQueue* queue_ = nullptr;
};

/// The worker's end of a queue: `push`, `pop` (claim), `give_back`. Move-only; destroyed, it goes back.
class SecondaryAccessor {
 public:
  SecondaryAccessor() noexcept = default;
  SecondaryAccessor(SecondaryAccessor&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)) {}
  SecondaryAccessor& operator=(SecondaryAccessor&& other) noexcept {
    if (this != &other) {
      put_back();
      queue_ = std::exchange(other.queue_, nullptr);
    }
    return *this;
  }
  ~SecondaryAccessor() { put_back(); }

  /// Whether this accessor holds its queue's end.
  [[nodiscard]] explicit operator bool() const noexcept { return queue_ != nullptr; }

  /// Adds a block behind all others; false when the ring is full. An empty block is taken as added.
  bool push(QueueBlock block) noexcept { return queue_->push(block); }
  /// Claims at most `most` units from the front; empty when nothing waits.
  [[nodiscard]] QueueBlock pop(std::uint32_t most) noexcept {
    return claim([most](std::uint32_t) { return most; });
  }
  /// Claims from the front block as many units as `size_of_claim(units in it)` says (at least one, at most all).
  template <class Size>
  [[nodiscard]] QueueBlock claim(Size size_of_claim) noexcept {
    std::uint32_t const head = queue_->head_.load(std::memory_order_relaxed);
    for (std::uint32_t i = 0; i != LimitedAccessQueue::capacity; ++i) {
      auto& word = queue_->words_[(head + i) % LimitedAccessQueue::capacity];
      std::uint64_t seen = word.load(std::memory_order_relaxed);
      for (;;) {
        QueueBlock const block = LimitedAccessQueue::unpack(seen);
        if (block.empty()) break;
        std::uint32_t const wanted = size_of_claim(block.size());
        std::uint32_t const taken = wanted == 0 ? 1 : wanted < block.size() ? wanted : block.size();
        // acquire: the block may have been pushed by the primary's holder; its release is in this word's sequence.
        if (word.compare_exchange_weak(seen, LimitedAccessQueue::pack({block.first + taken, block.last}),
                                       std::memory_order_acquire, std::memory_order_relaxed)) {
          if (i != 0) queue_->head_.store(head + i, std::memory_order_relaxed);
          return {block.first, block.first + taken};
        }
      }
    }
    return {};
  }
  /// Returns the end [unstarted, claim.last) of the last claim to the front, where it came from; false when the ring is
  /// full, because the primary's holder has filled it meanwhile: then the units are still the caller's.
  [[nodiscard]] bool give_back(QueueBlock claim, std::uint32_t unstarted) noexcept {
    if (unstarted == claim.last) return true;
    auto& word = queue_->words_[queue_->head_.load(std::memory_order_relaxed) % LimitedAccessQueue::capacity];
    std::uint64_t seen = word.load(std::memory_order_relaxed);
    for (;;) {
      QueueBlock const block = LimitedAccessQueue::unpack(seen);
      // Only this end moves `first`: the claim's word still begins where the claim ended, and is re-extended. Any other
      // empty word will do as well, since this one comes first in the ring: a claim that was stolen has no word here.
      // The front must stay the front, or dropping what waits behind a cut would drop what lies before it.
      bool const own = block.first == claim.last;
      if (!own && !block.empty()) return queue_->push({unstarted, claim.last});
      // release: pairs with the acquire in steal; the units may never have been in this word.
      if (word.compare_exchange_weak(seen, LimitedAccessQueue::pack({unstarted, own ? block.last : claim.last}),
                                     std::memory_order_release, std::memory_order_relaxed)) {
        return true;
      }
    }
  }
  /// Empties the queue.
  void discard() noexcept {
    for (auto& word : queue_->words_) word.store(0, std::memory_order_relaxed);
  }

 private:
  friend class LimitedAccessQueue;
  explicit SecondaryAccessor(LimitedAccessQueue* queue) noexcept : queue_(queue) {}

  void put_back() noexcept {
    // release: pairs with the acquire of the next taker.
    if (queue_ != nullptr) queue_->secondary_taken_.store(0, std::memory_order_release);
  }

  LimitedAccessQueue* queue_ = nullptr;
};

inline PrimaryAccessor LimitedAccessQueue::primary() noexcept {
  // acquire: pairs with the release of the holder before.
  bool const free = primary_taken_.exchange(1, std::memory_order_acquire) == 0;
  return PrimaryAccessor(free ? this : nullptr);
}

inline SecondaryAccessor LimitedAccessQueue::secondary() noexcept {
  // acquire: pairs with the release of the holder before.
  bool const free = secondary_taken_.exchange(1, std::memory_order_acquire) == 0;
  return SecondaryAccessor(free ? this : nullptr);
}

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/worker/call_slot.hpp

// A call as threads find it: its word, its workers' queues, and who may join it.
//
// Slots live in static storage and are reused, call after call; nobody holds one but through its word.
//   word   reserved   taken by a caller that fills it in, or cleans up behind itself
//          open       threads may join: compare-and-swap count + 1
//          waiting    the caller sleeps on the word; whoever clears the bit wakes it
//          count      threads that have joined, the caller not counted
// Pairings.
//   open (release)               → join (acquire)    the joiner sees the call's frame
//   leave (release)              → close (acquire)   the caller sees all that the leaver computed
//   give a member back (release) → take it (acquire) one holder of a member's place sees what the one before left there
// Joining comes before reading: a thread that has joined pins the call, since a call closes only at count 0. The value
// of a reused word may come round again; then the joiner has joined the later call, and only after that reads which.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

struct SegmentNode;

/// What one worker did in one call.
struct WorkerCounts {
  std::uint64_t items = 0;
  std::uint64_t claims = 0;
  std::uint64_t steals = 0;
  std::uint64_t pulls = 0;
  std::uint64_t wakes = 0;
  std::uint64_t segments = 0;
  float busy_ns = 0;
  float first_item_ns = 0;   ///< from the call's start to the worker's first own item
  std::uint32_t thread = 0;  ///< the library's number of the thread, 0: not one of its
  bool refused = false;      ///< its last look round met a queue that the strategy does not have robbed
};

/// One worker's place in a call. The first two cache lines are for all, the rest for the holder, and after that for
/// the caller.
struct alignas(128) Member {
  LimitedAccessQueue queue;
  /// Nanoseconds a unit, as measured by the holder; thieves compare loads by it. relaxed: any recent value will do.
  alignas(128) atomic<float> cost{0.0F};
  /// The last poll of this queue, for strategies that look at change. relaxed.
  atomic<std::uint32_t> polled_load{0};
  atomic<std::uint64_t> polled_at{0};
  /// Units that the holders have run in this call; for rates. Written by the holder, relaxed.
  atomic<std::uint64_t> done{0};
  /// The system's number of the thread that holds this place, 0: nobody. For the watch, relaxed.
  atomic<int> system_id{0};

  SegmentNode* segments = nullptr;
  bool storage_used = false;
  std::exception_ptr error;
  std::size_t error_at = 0;
  WorkerCounts counts;
  alignas(64) std::byte storage[192];  // the first small segment needs no heap
};

/// The workers' places of one slot; made when the slot is first used, never freed (late peekers may still look).
struct Rack {
  std::uint32_t size = 0;
  Rack* older = nullptr;
  Member* members = nullptr;
};

/// What a thread does that has joined: the erased half of WorkerController.
struct OpenCall {
  void (*enter)(OpenCall& self, std::uint32_t member) = nullptr;
  /// Ends the call as soon as may be, without a result: in a child of fork, where the threads that had joined are not.
  void (*abandon)(OpenCall& self) noexcept = nullptr;
};

/// All zero until its first call, which fills in what others read: see Tables.
struct CallSlot {
  static constexpr std::uint32_t open = 1U << 31;
  static constexpr std::uint32_t reserved = 1U << 30;
  static constexpr std::uint32_t waiting = 1U << 29;
  static constexpr std::uint32_t count = waiting - 1;

  /// Whether something can be had from the source, and who is at it.
  enum Pull : std::uint32_t { ended = 0, ready = 1, taken = 2, later = 3 };

  static constexpr std::uint32_t member_words = 8;
  static constexpr std::uint32_t most_members = 64 * member_words;

  alignas(128) atomic<std::uint32_t> word{0};  // alone on its line: every join and leave writes it
  // What a helper looks at before it joins, and after: one line to fetch.
  alignas(128) atomic<OpenCall*> call{nullptr};
  atomic<void const*> caller{nullptr};  ///< the `this_thread` that took the slot last
  atomic<Rack*> rack{nullptr};
  atomic<std::uint32_t> parent{0};       ///< the slot of the call in whose item this one was made
  atomic<std::uint32_t> most_joined{0};  ///< threads that may join, by the call's own settings
  atomic<std::uint32_t> group{0};        ///< the thread_limit in whose extent it was made
  atomic<std::uint32_t> pull{ended};
  atomic<std::uint32_t> left_behind{0};  ///< a worker left with a queue that was not empty
  atomic<std::uint32_t> high{0};         ///< members ever taken in this call: some of 0 … high − 1
  alignas(64) atomic<std::uint64_t> members[member_words]{};

  static constexpr std::uint32_t no_parent = ~std::uint32_t{0};

  /// Whether a thread that joined would find something: a glance that may be wrong either way.
  [[nodiscard]] bool has_work() const noexcept {
    if (pull.load(std::memory_order_relaxed) == ready) return true;
    // acquire: pairs with the release of the caller that made the rack.
    Rack const* const places = rack.load(std::memory_order_acquire);
    if (places == nullptr) return false;
    std::uint32_t const end = high.load(std::memory_order_relaxed);
    for (std::uint32_t i = 0; i < end && i < places->size; ++i) {
      if (places->members[i].queue.load() != 0) return true;
    }
    return false;
  }

  /// What `high` is raised to for `member`, of `limit`: beyond sixteen by sixteens, since all who join read its line
  /// (one by one, 150 threads took 100 us, simulated). Members that nobody has taken are as empty as those that were
  /// given back.
  [[nodiscard]] static constexpr std::uint32_t high_for(std::uint32_t member, std::uint32_t limit) noexcept {
    std::uint32_t const end = member < 16 ? member + 1 : (member / 16 + 1) * 16;
    return end < limit ? end : limit;
  }

  /// Takes the lowest free member; `most_members` if there is none.
  [[nodiscard]] std::uint32_t take_member(std::uint32_t limit) noexcept {
    for (std::uint32_t w = 0; w != member_words && w * 64 < limit; ++w) {
      Backoff back_off;
      std::uint64_t held = members[w].load(std::memory_order_relaxed);
      while (~held != 0) {
        std::uint32_t const bit = static_cast<std::uint32_t>(std::countr_one(held));
        std::uint32_t const member = w * 64 + bit;
        if (member >= limit) return most_members;
        // acquire: pairs with the release in give_member; the member's segments and counts are read and written on.
        if (members[w].compare_exchange_weak(held, held | std::uint64_t{1} << bit, std::memory_order_acquire,
                                             std::memory_order_relaxed)) {
          std::uint32_t const end = high_for(member, limit);
          std::uint32_t seen = high.load(std::memory_order_relaxed);
          while (seen < end &&
                 !high.compare_exchange_weak(seen, end, std::memory_order_relaxed, std::memory_order_relaxed)) {
          }
          return member;
        }
        back_off();
        held = members[w].load(std::memory_order_relaxed);  // what was seen before the pause is sure to be old
      }
    }
    return most_members;
  }

  /// Whether somebody works as this member.
  [[nodiscard]] bool is_held(std::uint32_t member) const noexcept {
    return (members[member / 64].load(std::memory_order_relaxed) >> member % 64 & 1) != 0;
  }

  /// Gives a member back; before the thread leaves, since after that the slot may be another call's.
  void give_member(std::uint32_t member) noexcept {
    PARALLEL_TASK_INVARIANT(is_held(member), "only who holds a place gives it back");
    // release: pairs with the acquire in take_member.
    members[member / 64].fetch_and(~(std::uint64_t{1} << member % 64), std::memory_order_release);
  }

  /// Joins the call that is open here; false if none is, or if it has all the threads that it may have. One access,
  /// however many come at once: by compare-and-swap, 166 threads took 250 us to get in (simulated). Who has come too
  /// late, or is one too many, steps back; so the word of a slot that is free or reserved, too, may count somebody for
  /// a moment, and its owner changes it by adding and subtracting.
  [[nodiscard]] bool join() noexcept {
    std::uint32_t const glance = word.load(std::memory_order_relaxed);
    if ((glance & open) == 0 || (glance & count) >= most_joined.load(std::memory_order_relaxed)) return false;
    // acquire: pairs with the release that opened the call. The read-modify-writes of other joiners and leavers in
    // between carry that release on.
    std::uint32_t const seen = word.fetch_add(1, std::memory_order_acquire);
    // It may be a later call than the one that was asked, and let in fewer.
    if ((seen & open) != 0 && (seen & count) < most_joined.load(std::memory_order_relaxed)) return true;
    leave();
    return false;
  }

  /// Leaves. The last touch of the call: from here on its frame may be gone. One access, however many leave at once: by
  /// compare-and-swap, 64 that did took 150 us (simulated).
  void leave() noexcept {
    // release: pairs with the acquire with which the caller closes; all that this thread computed is visible to it.
    // What earlier leavers released, the chain of read-modify-writes carries on.
    std::uint32_t const seen = word.fetch_sub(1, std::memory_order_release);
    PARALLEL_TASK_INVARIANT((seen & count) != 0, "only who has joined leaves");
    // The slot may be another call's by now: then its caller is woken for nothing, and looks again.
    if ((seen & count) == 1 && (seen & waiting) != 0) wake_caller();
  }

  /// Wakes the caller if it sleeps: there is something for it to do.
  void wake_caller() noexcept {
    if ((word.load(std::memory_order_relaxed) & waiting) == 0) return;
    // relaxed: what there is to do is published by the queue's own words; the caller looks at them again.
    if ((word.fetch_and(~waiting, std::memory_order_relaxed) & waiting) != 0) wake_one(word);
  }
};

/// The members of a slot's rack, at least `size`; null when memory is short (then the call goes on alone).
/// Called by the slot's owner while it is reserved.
[[nodiscard]] inline Rack* rack_of(CallSlot& slot, std::uint32_t size) noexcept {
  Rack* const there = slot.rack.load(std::memory_order_relaxed);
  if (there != nullptr && there->size >= size) return there;
  void* const memory = ::operator new(sizeof(Member) * size, std::align_val_t{alignof(Member)}, std::nothrow);
  if (memory == nullptr) return nullptr;
  Rack* const made = new (std::nothrow) Rack;
  if (made == nullptr) {
    ::operator delete(memory, std::align_val_t{alignof(Member)});
    return nullptr;
  }
  made->members = static_cast<Member*>(memory);
  for (std::uint32_t i = 0; i != size; ++i) ::new (static_cast<void*>(made->members + i)) Member;
  made->size = size;
  made->older = there;  // still reachable: a peeker may be looking at it
  // release: pairs with the acquire in has_work and in the members' users.
  slot.rack.store(made, std::memory_order_release);
  return made;
}

/// In a child of fork: the members from `first` on as they were made. What dead threads had in them is left alone,
/// since it may be half done: it is never destroyed.
inline void renew_members(Rack& rack, std::uint32_t first) noexcept {
  for (std::uint32_t i = first; i != rack.size; ++i) ::new (static_cast<void*>(rack.members + i)) Member;
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/worker/engaging.hpp

// When one more thread is woken or made: pure functions of what the pool looks like.

namespace parallel_task {
inline namespace v0_1 {
namespace detail::engaging {

/// What a thread is called for: to compute, which takes a place, or to keep the watch, which takes none.
enum class Purpose : unsigned char { compute, watch };

/// The pool, as whoever calls a thread sees it.
struct Pool {
  std::uint32_t busy = 0;       ///< threads that compute
  std::uint32_t limit = 0;      ///< how many may
  std::uint32_t in_flight = 0;  ///< called, and not seen since
  std::uint32_t made = 0;       ///< threads that the library has
  std::uint32_t asleep = 0;     ///< callers that sleep until their helpers are done: their places are free
  std::uint32_t making = 0;     ///< threads that make one at this moment
};

/// Whether another one may be called while some are under way. One for every two that compute, and no more than there
/// are places for: calls spread as a tree, and no core is taken by the next before the last is seen to have been of
/// use. The watch is one thread: nobody is called for it before the last one has been seen.
[[nodiscard]] constexpr bool may_call(Pool const& pool, Purpose purpose) noexcept {
  if (pool.in_flight == 0) return true;
  if (purpose == Purpose::watch) return false;
  return pool.in_flight < pool.busy / 2 && pool.in_flight + pool.busy < pool.limit;
}

/// Whether a thread may be made, nobody being parked. There are enough of them when each place has one, the caller
/// being one of them, and there is one to spare: who has been woken onto a core that somebody computes on may come
/// milliseconds late, and then the spare one is called; and one for the watch. Who spins, or has been made and has not
/// begun, will come: who had counted those only that compute made 127 threads on 64 cores (simulated). The system makes
/// one after the other, so a third maker would stand in line instead of working (there, for up to 0.5 ms).
[[nodiscard]] constexpr bool may_make(Pool const& pool, Purpose purpose) noexcept {
  std::uint32_t const needed = pool.limit + pool.asleep + (purpose == Purpose::watch ? 1U : 0U);
  return pool.making < 2 && pool.made < needed;
}

}  // namespace detail::engaging
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/worker/options.hpp

// What the process's pool may be told.

namespace parallel_task {
inline namespace v0_1 {

/// Options of the whole process's pool. Set them with `set_options`, best before the first call; zero means: decide.
struct Options {
  /// Cores that the library counts on; 0: by affinity and cgroup quota. More than there are is allowed ("as if").
  unsigned cores = 0;
  /// Most threads that compute at once, callers included; 0: `cores`, and up to twice as many where they are blocked.
  /// The environment variable PARALLEL_TASK_THREADS sets it too. 1: every call is a plain loop on its thread.
  /// Holds for each call. Over several, nested ones too, a caller that goes on after it has waited may be one too many
  /// until another thread comes to the end of what it runs; `thread_limit` allows not even that.
  unsigned threads = 0;
  /// CPU time for which an idle thread stays hot before it parks.
  std::chrono::nanoseconds hot_time{50'000};
  /// Threads are called this and their number (`current_worker()`), in debuggers and `top`; at most 11 characters. The
  /// text must outlive the pool.
  char const* thread_name_prefix = "pt-";
  /// Bytes of stack of each thread; 0: the platform's default.
  std::size_t stack_size = 0;
  /// Called on each thread as it starts; one that throws ends the process.
  void (*on_thread_start)() = nullptr;
  /// Called on each thread as it ends (at `shutdown`); one that throws ends the process.
  void (*on_thread_stop)() = nullptr;
};

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/worker/this_thread.hpp

// What the library remembers of a thread: trivially destructible, so that it works in every corner of process life.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

struct ThreadState {
  std::uint32_t thread = 0;                    ///< the library's number of it; 0: not one of its threads
  std::uint32_t inside = CallSlot::no_parent;  ///< the slot of the published call whose items it runs
  std::uint32_t depth = 0;                     ///< published calls and joins on its stack
  std::uint32_t hint = 0;                      ///< the slot that it had last
  std::uint32_t group = ~std::uint32_t{0};     ///< the thread_limit in whose extent it runs
  std::uint32_t in_vain = 0;                   ///< joins in a row that were refused all there was
  int system_id = 0;
  std::uint64_t random = 0x9E3779B97F4A7C15U;
  // The cost model's memory of this thread (cost_model.hpp, "ski-rental").
  std::uint64_t last_end = 0;    ///< ticks at the end of its last call
  float debt = 0;                ///< what hot helpers would have saved it lately, ns
  std::uint64_t hot_since = 0;   ///< when it first saw a hot helper that leaves its work alone; 0: none
  std::uint64_t hot_looked = 0;  ///< when it looked last
  // The blocked rule's baseline (controller/blocked.hpp).
  std::uint64_t looked_at = 0;
  std::int64_t cpu_ns = 0;
  std::int64_t switches = 0;
  // For traces: when it slept last, and who woke it. 0: that has been told.
  std::uint64_t parked_at = 0;
  std::uint64_t woken_at = 0;
  std::uint32_t woken_by = 0;
  bool blocked = false;  ///< it calls itself blocked: one more thread may compute
  bool lost = false;     ///< it was the library's, and goes on in a child of fork: no pool knows it
};

/// Shared by all shared objects, as the pool is: a thread that one has started runs closures of another.
PARALLEL_TASK_SHARED inline thread_local constinit ThreadState this_thread{};

/// The next pseudo-random number of this thread (xorshift, Marsaglia 2003); never used for results.
[[nodiscard]] inline std::uint64_t next_random() noexcept {
  std::uint64_t& x = this_thread.random;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return x;
}

[[nodiscard]] inline int this_thread_id() noexcept {
  if (this_thread.system_id == 0) this_thread.system_id = thread_id();
  return this_thread.system_id;
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/worker/thread_manager.hpp

// The process's pool: its threads, the open calls, who computes, who is parked, and the bell.
//
// Pairings.
//   open a call: slot.word (release), then `wanting` | bit (seq_cst)   → a helper reads `wanting`, then joins the slot
//   parking    : `parked` + 1 (seq_cst), then reads `wanting` (seq_cst) ⎫ of the two at least one sees the other:
//   ringing    : `wanting` | bit (seq_cst), then reads `parked` (seq_cst) ⎭ either the call is seen or the bell is rung
//   bell + 1 (release) → the sleeper's wait returns, reads (acquire)
// A missed bell costs speed, never progress: no call needs a helper. All other words here are counters and hints, read
// and written relaxed: each decides only whether something is tried.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// One thread of the library: its handle, and whether its place is in use.
struct alignas(128) WorkerThread {
  enum State : std::uint32_t { free = 0, starting = 1, running = 2 };
  atomic<std::uint32_t> state{free};
  std::uint32_t number = 0;  // 1 …; set before the thread starts
  atomic<int> system_id{0};  // while it runs; for whoever looks for the reason of a hang
  thread_handle handle{};
};

/// Threads that a `thread_limit` guard bounds together: whoever computes in its extent is counted here.
struct ThreadGroup {
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  atomic<std::uint32_t> taken{0};
  atomic<std::uint32_t> limit{0};
  atomic<std::uint32_t> used{0};
  atomic<std::uint32_t> outer{0};  // filled in by the guard that takes the group, before anybody asks
};

/// The pool's tables. All zero until they are used, and an object of their own, so that they take no room in a
/// program's file: with the few words of the pool that don't begin with zero they would be 87 kB of it.
struct PARALLEL_TASK_SHARED Tables {
  static constexpr std::uint32_t slot_count = 64;
  static constexpr std::uint32_t group_count = 256;
  static constexpr std::uint32_t most_threads = 512;

  ThreadGroup groups[group_count];
  CallSlot call_slots[slot_count];
  WorkerThread threads[most_threads];
};
PARALLEL_TASK_SHARED inline constinit Tables tables{};

class PARALLEL_TASK_SHARED ThreadManager {
 public:
  static constexpr std::uint32_t slot_count = Tables::slot_count;
  static constexpr std::uint32_t group_count = Tables::group_count;
  static constexpr std::uint32_t most_threads = Tables::most_threads;

  constexpr ThreadManager() noexcept = default;

  // --- how many -----------------------------------------------------------------------------------------------------

  /// Cores that the library counts on.
  [[nodiscard]] std::uint32_t cores() noexcept {
    std::uint32_t const known = cores_.load(std::memory_order_acquire);
    return known != 0 ? known : set_up();
  }
  /// Threads that may compute now, callers included: the budget, or the cores and those that blocked threads make up
  /// for.
  [[nodiscard]] std::uint32_t limit() noexcept {
    std::uint32_t const own = cores();  // first: it may set the budget up
    std::uint32_t const budget = budget_.load(std::memory_order_relaxed);
    if (budget != 0) return budget;
    int const extra = blocked.load(std::memory_order_relaxed);
    return own + (extra <= 0 ? 0U : static_cast<std::uint32_t>(extra) < own ? static_cast<std::uint32_t>(extra) : own);
  }
  /// Threads that the library may ever have: 2 × cores.
  [[nodiscard]] std::uint32_t most_made() noexcept {
    std::uint32_t const most = 2 * cores();
    return most < most_threads ? most : most_threads;
  }
  /// Most threads that one call can get, its caller included.
  [[nodiscard]] std::uint32_t most_computing() noexcept {
    std::uint32_t const most = most_made();  // first: it may set the budget up
    std::uint32_t const budget = budget_.load(std::memory_order_relaxed);
    return budget != 0 ? budget : most;
  }
  /// Threads that compute: helpers with a place, and callers of open calls (`computing` holds −1 for each caller that
  /// is counted twice or sleeps).
  [[nodiscard]] std::uint32_t busy() const noexcept {
    int const count =
        computing.load(std::memory_order_relaxed) + std::popcount(wanting.load(std::memory_order_relaxed));
    return count < 0 ? 0U : static_cast<std::uint32_t>(count);
  }
  /// Takes one of the places to compute in; false if all are taken. One access, however many come at once (by
  /// compare-and-swap, 64 hot threads took 180 us to get in, simulated): who finds that it was one too many steps back,
  /// and for that moment is counted.
  [[nodiscard]] bool take_place() noexcept {
    int const most = static_cast<int>(limit()) - std::popcount(wanting.load(std::memory_order_relaxed));
    if (computing.load(std::memory_order_relaxed) >= most) return false;
    if (computing.fetch_add(1, std::memory_order_relaxed) < most) return true;
    give_place();
    return false;
  }
  void give_place() noexcept { computing.fetch_sub(1, std::memory_order_relaxed); }

  /// Threads that one open call should hold, so that all get theirs: the limit shared among the calls that users made.
  [[nodiscard]] std::uint32_t share() noexcept {
    std::uint64_t const open = wanting.load(std::memory_order_relaxed);
    std::uint32_t const most = limit();
    if ((open & (open - 1)) == 0) return most;
    std::uint32_t roots = 0;
    for (std::uint64_t rest = open; rest != 0; rest &= rest - 1) {
      auto const index = static_cast<std::uint32_t>(std::countr_zero(rest));
      roots += call_slots[index].parent.load(std::memory_order_relaxed) == CallSlot::no_parent ? 1U : 0U;
    }
    std::uint32_t const each = roots == 0 ? most : most / roots;
    return each == 0 ? 1 : each;
  }

  // --- what a wake costs --------------------------------------------------------------------------------------------

  /// Nanoseconds from ringing the bell to the woken thread's first step, as measured here; a guess at first.
  [[nodiscard]] float wake_ns() const noexcept {
    float const measured = wake_cost_.load(std::memory_order_relaxed);
    float const guess = costs.wake;
    if (measured <= 0) return guess;
    return measured < guess / 4 ? guess / 4 : measured > 2 * guess ? 2 * guess : measured;
  }
  /// What it costs to get one more thread going: a wake, or a start when none is parked.
  [[nodiscard]] float engage_ns() const noexcept {
    return parked.load(std::memory_order_relaxed) != 0 ? wake_ns() : costs.start;
  }

  // --- the bell -----------------------------------------------------------------------------------------------------

  /// Wakes a parked thread, or starts one, or wakes a caller that waits above `slot`. True if somebody was called.
  bool ring(CallSlot const& slot, engaging::Purpose purpose = engaging::Purpose::compute) noexcept {
    std::uint64_t const now = ticks();
    engaging::Pool pool;
    int const in_flight = waking_.load(std::memory_order_relaxed);
    pool.in_flight = in_flight < 0 ? 0U : static_cast<std::uint32_t>(in_flight);
    pool.busy = busy();
    pool.limit = limit();
    if (!engaging::may_call(pool, purpose)) {
      if (elapsed_ns(rang_at_.load(std::memory_order_relaxed), now) < costs.rewake) return false;
      waking_.store(0, std::memory_order_relaxed);
    }
    // seq_cst: after the caller's seq_cst write of `wanting`; pairs with `parked` + 1 before the read of `wanting`.
    if (parked.load(std::memory_order_seq_cst) != 0) {
      note_ring(now);
      bell.fetch_add(1, std::memory_order_release);
      wake_one(bell);
      return true;
    }
    if (start_one(now, pool, purpose)) return true;
    // Everybody is inside a call: those that wait in one for calls like this can help.
    std::uint32_t above = slot.parent.load(std::memory_order_relaxed);
    for (std::uint32_t steps = 0; above < slot_count && steps != slot_count; ++steps) {
      CallSlot& waiting_call = call_slots[above];
      if ((waiting_call.word.load(std::memory_order_relaxed) & CallSlot::waiting) != 0) {
        waiting_call.wake_caller();
        return true;
      }
      above = waiting_call.parent.load(std::memory_order_relaxed);
    }
    return false;
  }

  /// A thread has woken or started: measures how long that took, and lets the next be called.
  void answered() noexcept {
    // One access, whoever else comes: by compare-and-swap, 40 threads that woke at once took 4 us a try, a dozen tries
    // each (simulated).
    int const in_flight = waking_.fetch_sub(1, std::memory_order_relaxed);
    if (in_flight <= 0) {  // given up for lost before it came
      waking_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    if (in_flight != 1) return;
    std::uint64_t const rang = rang_at_.load(std::memory_order_relaxed);
    if ((rang & rang_sleeper) == 0) return;
    float const took = elapsed_ns(rang, ticks());
    if (took >= 40 * costs.wake) return;
    float const before = wake_cost_.load(std::memory_order_relaxed);
    wake_cost_.store(before > 0 ? before + (took - before) / 8 : took, std::memory_order_relaxed);
  }

  // --- thread groups ------------------------------------------------------------------------------------------------

  /// Enters `group` and those around it up to `own`, in which the thread is counted already; false if one is full.
  [[nodiscard]] bool enter_groups(std::uint32_t group, std::uint32_t own) noexcept {
    for (std::uint32_t g = group; g != own && g < group_count; g = groups[g].outer.load(std::memory_order_relaxed)) {
      std::uint32_t used = groups[g].used.load(std::memory_order_relaxed);
      do {
        if (used >= groups[g].limit.load(std::memory_order_relaxed)) {
          leave_groups(group, g);
          return false;
        }
      } while (!groups[g].used.compare_exchange_weak(used, used + 1, std::memory_order_relaxed,
                                                     std::memory_order_relaxed));
    }
    return true;
  }
  void leave_groups(std::uint32_t group, std::uint32_t up_to) noexcept {
    for (std::uint32_t g = group; g != up_to && g < group_count;) {
      std::uint32_t const outer = groups[g].outer.load(std::memory_order_relaxed);
      groups[g].used.fetch_sub(1, std::memory_order_relaxed);
      g = outer;
    }
  }
  /// Whether a thread that is in none could enter `group` and those around it: a glance, at guards that may be gone.
  [[nodiscard]] bool groups_have_room(std::uint32_t group) const noexcept {
    for (std::uint32_t g = group, steps = 0; g < group_count && steps != group_count; ++steps) {
      if (groups[g].used.load(std::memory_order_relaxed) >= groups[g].limit.load(std::memory_order_relaxed))
        return false;
      g = groups[g].outer.load(std::memory_order_relaxed);
    }
    return true;
  }
  /// Most threads that a call in `group` may have; ~0: no bound.
  [[nodiscard]] std::uint32_t group_limit(std::uint32_t group) const noexcept {
    std::uint32_t least = ~std::uint32_t{0};
    for (std::uint32_t g = group; g < group_count; g = groups[g].outer.load(std::memory_order_relaxed)) {
      std::uint32_t const here = groups[g].limit.load(std::memory_order_relaxed);
      if (here < least) least = here;
    }
    return least;
  }

  // --- options ------------------------------------------------------------------------------------------------------

  void set(Options const& options) noexcept {
    // What the pool remembers must not be unloaded with the plugin that has set it.
    pin_object_file(options.thread_name_prefix);
    pin_object_file(reinterpret_cast<void const*>(options.on_thread_start));
    pin_object_file(reinterpret_cast<void const*>(options.on_thread_stop));
    // relaxed: each is used on its own; calls that run meanwhile may see some of them.
    wanted_cores_.store(options.cores, std::memory_order_relaxed);
    wanted_threads_.store(options.threads, std::memory_order_relaxed);
    hot_time_.store(options.hot_time.count(), std::memory_order_relaxed);
    name_prefix_.store(options.thread_name_prefix, std::memory_order_relaxed);
    stack_size_.store(options.stack_size, std::memory_order_relaxed);
    on_thread_start_.store(options.on_thread_start, std::memory_order_relaxed);
    on_thread_stop_.store(options.on_thread_stop, std::memory_order_relaxed);
    (void)set_up();
  }
  [[nodiscard]] Options options() const noexcept {
    Options options;
    options.cores = wanted_cores_.load(std::memory_order_relaxed);
    options.threads = wanted_threads_.load(std::memory_order_relaxed);
    options.hot_time = std::chrono::nanoseconds(hot_time_.load(std::memory_order_relaxed));
    options.thread_name_prefix = name_prefix_.load(std::memory_order_relaxed);
    options.stack_size = stack_size_.load(std::memory_order_relaxed);
    options.on_thread_start = on_thread_start_.load(std::memory_order_relaxed);
    options.on_thread_stop = on_thread_stop_.load(std::memory_order_relaxed);
    return options;
  }
  /// CPU time for which an idle helper keeps spinning, in nanoseconds.
  [[nodiscard]] float hot_ns() const noexcept { return static_cast<float>(hot_time_.load(std::memory_order_relaxed)); }

  /// Looks again at how many cores there are, at most once a second: affinity and quota may change at run time.
  void refresh_cores(std::uint64_t now) noexcept {
    std::uint64_t const then = looked_at_.load(std::memory_order_relaxed);
    if (then != 0 && elapsed_ns(then, now) < 1e9F) return;
    if (wanted_cores_.load(std::memory_order_relaxed) != 0) return;
    looked_at_.store(now, std::memory_order_relaxed);
    std::uint32_t const found = available_cores();
    cores_.store(found < most_threads / 2 ? found : most_threads / 2, std::memory_order_relaxed);
  }
  /// Whether there is one core only. Nobody publishes then, so here is where others would be noticed.
  [[nodiscard]] bool has_one_core() noexcept {
    if (cores() != 1) return false;
    refresh_cores(ticks());
    return cores() == 1;
  }

  /// Has the child of every fork begin with a pool of its own. The object file that calls must be there for good.
  void heed_forks() noexcept;

  /// Ends all threads; see `parallel_task::shutdown`.
  void shut_down() noexcept;

  // The pool's words, each group that is written together on a line of its own: what every thread reads at every claim
  // boundary shares none with what is written at every wake (simulated: 166 cores on 1000 items of 50 us, 4.5 ms with
  // the two on one line).
  Costs costs;
  alignas(128) atomic<std::uint64_t> wanting{0};  ///< a bit for each open call; written by callers only
  alignas(128) atomic<int> computing{0};
  alignas(128) atomic<std::uint32_t> bell{0};
  atomic<std::uint32_t> parked{0};
  alignas(128) atomic<std::uint32_t> spinning{0};  ///< hot helpers
  alignas(128) atomic<int> blocked{0};             ///< joined threads that call themselves blocked
  atomic<std::uint32_t> asleep{0};                 ///< callers that sleep until their helpers are done
  atomic<bool> stopping{false};

 private:
  atomic<std::uint32_t> cores_{0};
  atomic<std::uint32_t> budget_{0};
  atomic<std::chrono::nanoseconds::rep> hot_time_{Options{}.hot_time.count()};

 public:
  alignas(128) atomic<std::uint32_t> watch_wanted{0};
  atomic<std::uint32_t> watch_on{0};
  atomic<void (*)() noexcept> watch{nullptr};  ///< the controller's watch, run by a spare thread
  atomic<std::uint32_t> patience{1};           ///< ski-rental: unserved wakes double it, a served one resets it
  atomic<std::uint32_t> made{0};               ///< threads that live
  static constexpr auto& groups = tables.groups;
  static constexpr auto& call_slots = tables.call_slots;

 private:
  friend void* run_thread(void*);
  friend void forget_threads() noexcept;
  friend class StateDump;

  void note_ring(std::uint64_t now) noexcept {
    waking_.fetch_add(1, std::memory_order_relaxed);
    rang_at_.store(now | rang_sleeper, std::memory_order_relaxed);
    ring_core.store(current_core(), std::memory_order_relaxed);
    rang_by.store(this_thread.thread, std::memory_order_relaxed);
  }
  bool start_one(std::uint64_t now, engaging::Pool pool, engaging::Purpose purpose) noexcept;
  std::uint32_t set_up() noexcept;

  alignas(128) atomic<float> wake_cost_{0.0F};  // apart from what each wake writes: all read it at claim boundaries
  alignas(128) atomic<int> waking_{0};
  atomic<std::uint32_t> making_{0};  // threads that are about to make one
  // When somebody was called last, in ticks; the lowest bit: it was a sleeper. One word, so one fetch of its line.
  static constexpr std::uint64_t rang_sleeper = 1;
  atomic<std::uint64_t> rang_at_{0};
  atomic<std::uint64_t> no_start_before_{0};
  atomic<std::uint64_t> looked_at_{0};  // for cores, in ticks
  atomic<std::uint32_t> heeds_forks_{0};
  atomic<std::uint32_t> leaves_stacks_{0};  // in a child of fork: the stacks of threads that are not there are in use
  atomic<std::uint32_t> shutting_{0};
  // The user's options, each a word of its own: they may be set while threads run.
  atomic<unsigned> wanted_cores_{Options{}.cores};
  atomic<unsigned> wanted_threads_{Options{}.threads};
  atomic<char const*> name_prefix_{Options{}.thread_name_prefix};
  atomic<std::size_t> stack_size_{Options{}.stack_size};
  atomic<void (*)()> on_thread_start_{nullptr};
  atomic<void (*)()> on_thread_stop_{nullptr};
  static constexpr auto& threads_ = tables.threads;

 public:
  atomic<int> ring_core{-1};         ///< where the last bell was rung
  atomic<std::uint32_t> rang_by{0};  ///< and by which thread; for traces
};

/// The one pool of the process. Constant-initialised, never destroyed: it works before main and after it.
PARALLEL_TASK_SHARED inline constinit ThreadManager thread_manager{};

void* run_thread(void* record);
void forget_threads() noexcept;

/// Before this object file's first call is open to others: keeps the file loaded, and the one that threads started from
/// here run in, since the pool remembers functions of both; and has the pool's first caller tell the system of forks.
/// Each object file has a copy of its own, which no other's can stand in for. False where it can't be done now: a
/// thread of the library, whichever copy of it, may not ask for the loader's lock, since whoever waits for that thread
/// may be a constructor, which holds it.
PARALLEL_TASK_PER_OBJECT inline constinit atomic<std::uint32_t> prepared{0};
[[nodiscard]] PARALLEL_TASK_PER_OBJECT inline bool prepare() noexcept {
  // relaxed: once is enough, and twice no harm.
  if (prepared.load(std::memory_order_relaxed) != 0) return true;
  if (this_thread.thread != 0 || marked_as_runner()) return false;
  pin_object_file(&prepared);
  pin_object_file(reinterpret_cast<void const*>(&run_thread));
  thread_manager.heed_forks();
  prepared.store(1, std::memory_order_relaxed);
  return true;
}

/// A thread of the library has come back from an item in the child of a fork: its call's caller is not there, nor is
/// its place in the pool.
PARALLEL_TASK_COLD [[noreturn]] inline void no_way_back() noexcept {
  std::fputs(
      "parallel_task: a child of fork came back from an item (or a hook) that ran on a thread of the library; the call "
      "was another thread's, and that is not in the child, which must end by itself, as by _exit\n",
      stderr);
  std::abort();
}

/// In the child of a fork there is one thread, the one that forked: forgets all others. That thread may be in calls.
///   its own, that nobody has joined     go on as if nothing had happened
///   its own, that others have joined    lost: what those had claimed was left half done. Nobody joins any more, and
///                                       the run ends with `cancelled` as soon as the thread is back from its item
///   another thread's, that it joined    lost with that thread. The slot stays taken until this thread has left it
///   another thread's                    gone: the slot is free
/// Run twice it does the same as run once.
PARALLEL_TASK_COLD inline void forget_threads() noexcept {
  ThreadManager& m = thread_manager;
  ThreadState& self = this_thread;
  constexpr std::uint32_t end = ThreadManager::slot_count;
  auto const is_own = [&](std::uint32_t i) {
    return m.call_slots[i].caller.load(std::memory_order_relaxed) == static_cast<void const*>(&self);
  };
  auto const abandon = [](CallSlot& slot) {
    OpenCall* const call = slot.call.load(std::memory_order_relaxed);
    call->abandon(*call);
  };

  // From the innermost call outwards. Above a call that this thread has joined it is not in others' calls, up to the
  // one of its own in which it waited.
  std::uint64_t joined = 0;
  for (std::uint32_t at = self.inside; at < end;) {
    CallSlot& slot = m.call_slots[at];
    std::uint32_t above = slot.parent.load(std::memory_order_relaxed);
    if (!is_own(at)) {
      joined |= std::uint64_t{1} << at;
      abandon(slot);
      while (above < end && !is_own(above)) above = m.call_slots[above].parent.load(std::memory_order_relaxed);
      slot.parent.store(above, std::memory_order_relaxed);
      slot.rack.store(nullptr, std::memory_order_relaxed);  // this thread still uses the old one
      slot.word.store(1, std::memory_order_relaxed);        // free when it leaves
      m.leaves_stacks_.store(1, std::memory_order_relaxed);
    }
    at = above;
  }

  std::uint64_t open = 0;
  self.system_id = 0;
  for (std::uint32_t i = 0; i != end; ++i) {
    CallSlot& slot = m.call_slots[i];
    std::uint32_t const word = slot.word.load(std::memory_order_relaxed);
    if (word == 0 || (joined >> i & 1) != 0) continue;
    Rack* const rack = slot.rack.load(std::memory_order_relaxed);
    if (!is_own(i)) {
      for (auto& held : slot.members) held.store(0, std::memory_order_relaxed);
      if (rack != nullptr) renew_members(*rack, 0);
      slot.word.store(0, std::memory_order_relaxed);
      continue;
    }
    if ((word & CallSlot::open) == 0) {  // being filled in, or cleaned up, or free: nobody else is in it
      slot.word.store(word & CallSlot::reserved, std::memory_order_relaxed);
      continue;
    }
    open |= std::uint64_t{1} << i;
    rack->members[0].system_id.store(this_thread_id(), std::memory_order_relaxed);
    if ((word & CallSlot::count) == 0) continue;
    abandon(slot);
    renew_members(*rack, 1);
    ::new (static_cast<void*>(&rack->members[0].queue)) LimitedAccessQueue;
    for (auto& held : slot.members) held.store(0, std::memory_order_relaxed);
    slot.members[0].store(1, std::memory_order_relaxed);
    slot.most_joined.store(0, std::memory_order_relaxed);
    slot.word.store(CallSlot::open, std::memory_order_relaxed);
  }

  // The guards around the fork hold on in the child; others' are gone.
  for (ThreadGroup& group : m.groups) group.used.store(0, std::memory_order_relaxed);
  for (std::uint32_t g = self.group; g < ThreadManager::group_count;) {
    m.groups[g].used.store(1, std::memory_order_relaxed);
    g = m.groups[g].outer.load(std::memory_order_relaxed);
  }
  for (ThreadGroup& group : m.groups) {
    if (group.used.load(std::memory_order_relaxed) == 0) group.taken.store(0, std::memory_order_relaxed);
  }

  for (WorkerThread& thread : m.threads_) thread.state.store(WorkerThread::free, std::memory_order_relaxed);
  // One thread computes, and each call of its own that is open counts it once more (see `busy`).
  m.wanting.store(open, std::memory_order_relaxed);
  m.computing.store(self.inside < end ? 1 - std::popcount(open) : 0, std::memory_order_relaxed);
  m.parked.store(0, std::memory_order_relaxed);
  m.spinning.store(0, std::memory_order_relaxed);
  m.blocked.store(0, std::memory_order_relaxed);
  m.watch_wanted.store(0, std::memory_order_relaxed);
  m.watch_on.store(0, std::memory_order_relaxed);
  m.made.store(0, std::memory_order_relaxed);
  m.waking_.store(0, std::memory_order_relaxed);
  m.asleep.store(0, std::memory_order_relaxed);
  m.making_.store(0, std::memory_order_relaxed);
  m.no_start_before_.store(0, std::memory_order_relaxed);
  m.shutting_.store(0, std::memory_order_relaxed);
  m.stopping.store(false, std::memory_order_relaxed);
  if (self.thread != 0) self.lost = true;
  self.thread = 0;
  self.in_vain = 0;
  self.looked_at = 0;
  self.blocked = false;
}

inline void ThreadManager::heed_forks() noexcept {
  if (heeds_forks_.load(std::memory_order_relaxed) != 0) return;
  // The word is set behind it, so that nobody relies on what is still under way: two at once both register.
  on_fork(&forget_threads);
  heeds_forks_.store(1, std::memory_order_relaxed);
}

PARALLEL_TASK_COLD inline std::uint32_t ThreadManager::set_up() noexcept {
  std::uint32_t const asked = wanted_cores_.load(std::memory_order_relaxed);
  std::uint32_t const found = asked != 0 ? asked : affinity_cores();
  std::uint32_t const count = found < most_threads / 2 ? found : most_threads / 2;
  std::uint32_t budget = wanted_threads_.load(std::memory_order_relaxed);
  if (budget == 0) {
    if (char const* const text = std::getenv("PARALLEL_TASK_THREADS"); text != nullptr && *text != '\0') {
      char* end = nullptr;
      unsigned long const value = std::strtoul(text, &end, 10);
      if (*end == '\0' && value >= 1 && value <= 1'000'000 && *text != '-') {
        budget = static_cast<std::uint32_t>(value);
      } else {
        std::fprintf(stderr, "parallel_task: PARALLEL_TASK_THREADS=%s is not a number of threads; ignored\n", text);
      }
    }
  }
  if (budget > 2 * count) budget = 2 * count;
  budget_.store(budget, std::memory_order_relaxed);
  // release: pairs with the acquire in `cores`; whoever sees that the pool is set up sees the budget, too.
  cores_.store(count, std::memory_order_release);
  clock::calibrate();
  return count;
}

PARALLEL_TASK_COLD inline bool ThreadManager::start_one(std::uint64_t now, engaging::Pool pool,
                                                        engaging::Purpose purpose) noexcept {
  std::uint32_t most = most_made();
  if (made.load(std::memory_order_relaxed) >= most || no_start_before_.load(std::memory_order_relaxed) > now) {
    return false;
  }
  // relaxed: two that look at the same time may both make one; both are counted then.
  pool.made = made.load(std::memory_order_relaxed);
  pool.asleep = asleep.load(std::memory_order_relaxed);
  pool.making = making_.load(std::memory_order_relaxed);
  if (!engaging::may_make(pool, purpose)) return false;
  refresh_cores(now);
  most = most_made();
  // The count first: never more than `most`, whoever starts at the same time.
  std::uint32_t count = made.load(std::memory_order_relaxed);
  do {
    if (count >= most) return false;
  } while (!made.compare_exchange_weak(count, count + 1, std::memory_order_relaxed, std::memory_order_relaxed));
  for (std::uint32_t i = 0; i != most_threads; ++i) {
    std::uint32_t state = WorkerThread::free;
    // seq_cst: before the read of `stopping`; pairs with shut_down's write of it before its look at the states.
    if (!threads_[i].state.compare_exchange_strong(state, WorkerThread::starting, std::memory_order_seq_cst)) continue;
    threads_[i].number = i + 1;
    if (!stopping.load(std::memory_order_seq_cst)) {
      waking_.fetch_add(1, std::memory_order_relaxed);
      making_.fetch_add(1, std::memory_order_relaxed);
      rang_at_.store(now & ~rang_sleeper, std::memory_order_relaxed);
      ring_core.store(current_core(), std::memory_order_relaxed);
      std::size_t const stack = stack_size_.load(std::memory_order_relaxed);
      bool const started = leaves_stacks_.load(std::memory_order_relaxed) == 0
                               ? start_thread(threads_[i].handle, &run_thread, &threads_[i], stack)
                               : start_thread_on_new_memory(threads_[i].handle, &run_thread, &threads_[i], stack);
      making_.fetch_sub(1, std::memory_order_relaxed);
      if (started) {
        // release: pairs with the acquire in shut_down; publishes the handle.
        threads_[i].state.store(WorkerThread::running, std::memory_order_release);
        return true;
      }
      answered();
      // No thread to be had is no error. Asking again at once would only cost: 10 ms.
      no_start_before_.store(now + static_cast<std::uint64_t>(1e7F / clock::rate.load(std::memory_order_relaxed)),
                             std::memory_order_relaxed);
    }
    threads_[i].state.store(WorkerThread::free, std::memory_order_release);
    break;
  }
  made.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

PARALLEL_TASK_COLD inline void ThreadManager::shut_down() noexcept {
  // One at a time; whoever comes second waits until the first is done, since it too promises that all are gone.
  while (shutting_.exchange(1, std::memory_order_acquire) != 0) sleep_ns(100'000);
  stopping.store(true, std::memory_order_seq_cst);
  for (WorkerThread& thread : threads_) {
    for (;;) {
      std::uint32_t const state = thread.state.load(std::memory_order_seq_cst);
      if (state == WorkerThread::free) break;
      if (state == WorkerThread::starting) {
        sleep_ns(50'000);
        continue;
      }
      bell.fetch_add(1, std::memory_order_release);
      wake_all(bell);
      join_thread(thread.handle);
      thread.state.store(WorkerThread::free, std::memory_order_release);
      made.fetch_sub(1, std::memory_order_relaxed);
    }
  }
  stopping.store(false, std::memory_order_seq_cst);
  shutting_.store(0, std::memory_order_release);
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/worker/thread_runner.hpp

// The loop in a library thread: join a call that wants help, stay hot for a while, park.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Takes back that the calling thread is blocked.
inline void clear_blocked() noexcept {
  if (!this_thread.blocked) return;
  this_thread.blocked = false;
  thread_manager.blocked.fetch_sub(1, std::memory_order_relaxed);
}

/// Whether call `slot` was made, at any depth, by an item of call `above`.
[[nodiscard]] inline bool descends_from(std::uint32_t slot, std::uint32_t above) noexcept {
  for (std::uint32_t steps = 0; steps != ThreadManager::slot_count; ++steps) {
    slot = thread_manager.call_slots[slot].parent.load(std::memory_order_relaxed);
    if (slot == above) return true;
    if (slot >= ThreadManager::slot_count) return false;
  }
  return false;
}

/// Joins the call in slot `index`, works in it until nothing is left to take, and leaves. With `above`: only if it
/// descends from that call. Without, the thread holds a place to compute in, and gives it up. False if it ran nothing.
[[gnu::always_inline]] inline bool join_and_work(std::uint32_t index, std::uint32_t above) noexcept {
  ThreadManager& manager = thread_manager;
  CallSlot& slot = manager.call_slots[index];
  ThreadState& self = this_thread;
  if (!slot.join()) {
    if (above == CallSlot::no_parent) manager.give_place();
    return false;
  }
  // From here on the call can't close, so what was read before is read again; and the thread_limit guards around it
  // live on: their groups are entered after the join and left before the leave, or they might be another guard's by
  // then.
  bool worked = false;
  PARALLEL_TASK_INVARIANT(slot.call.load(std::memory_order_relaxed) != nullptr, "a call that was joined has a frame");
  std::uint32_t const group = slot.group.load(std::memory_order_relaxed);
  if ((above == CallSlot::no_parent || descends_from(index, above)) && manager.enter_groups(group, self.group)) {
    Rack const& rack = *slot.rack.load(std::memory_order_relaxed);
    std::uint32_t const member = slot.take_member(rack.size);
    if (member != CallSlot::most_members) {
      WorkerCounts const& counts = rack.members[member].counts;
      std::uint64_t const claims_before = counts.claims;
      ThreadState const before = self;
      self.inside = index;
      self.group = group;
      ++self.depth;
      OpenCall* const call = slot.call.load(std::memory_order_relaxed);
      call->enter(*call, member);
      self.inside = before.inside;
      self.group = before.group;
      --self.depth;
      worked = counts.claims != claims_before;
      // Only a strategy's refusal lasts. Who lost a race for a block, or saw one that was in a thief's hands, looks
      // again: the thief may have gone into a long item by then, sure that somebody hot would find the rest.
      self.in_vain = worked || !counts.refused ? 0 : self.in_vain + 1;
      slot.give_member(member);
    }
    manager.leave_groups(group, self.group);
  }
  // The place before the call: the caller, woken by the leave, may take this thread's core, and would find that all
  // compute, for as long as it keeps it.
  if (above == CallSlot::no_parent) manager.give_place();
  slot.leave();
  return worked;
}

/// Whether the call in `slot` has room for a thread that is in no group: a glance, so that nobody tries in vain for
/// long.
[[nodiscard]] inline bool has_room(CallSlot const& slot) noexcept {
  return (slot.word.load(std::memory_order_relaxed) & CallSlot::count) <
             slot.most_joined.load(std::memory_order_relaxed) &&
         thread_manager.groups_have_room(slot.group.load(std::memory_order_relaxed));
}

/// Joins one open call after the other; true if it worked in any. `hot`: the thread is counted in `spinning`, and is
/// not while it works, or nobody would wake the others.
[[gnu::noinline]] inline bool join_any(bool hot = false) noexcept {
  ThreadManager& manager = thread_manager;
  bool worked = false;
  // relaxed: a glance. Parking reads it again (`wanted`), and joining acquires what the call is.
  std::uint64_t const open = manager.wanting.load(std::memory_order_relaxed);
  std::uint32_t const turn = this_thread.thread % ThreadManager::slot_count;  // threads begin at different calls
  std::uint32_t const share = manager.share();
  for (bool within_share : {true, false}) {
    for (std::uint64_t rest = turn == 0 ? open : open >> turn | open << (64 - turn); rest != 0; rest &= rest - 1) {
      std::uint32_t const index =
          (static_cast<std::uint32_t>(std::countr_zero(rest)) + turn) % ThreadManager::slot_count;
      CallSlot& slot = manager.call_slots[index];
      // The queues before the word: hot threads ask again and again, and all who join and leave write the word.
      if (!slot.has_work()) continue;
      // First the calls that have less than their share, then any that wants help.
      std::uint32_t const joined = slot.word.load(std::memory_order_relaxed) & CallSlot::count;
      if (within_share ? joined + 1 >= share && share > 1 : joined + 1 < share || share == 1) continue;
      if (!has_room(slot)) continue;
      if (!manager.take_place()) return worked;
      if (hot) manager.spinning.fetch_sub(1, std::memory_order_relaxed);
      worked = join_and_work(index, CallSlot::no_parent) || worked;
      if (this_thread.lost) no_way_back();
      if (hot) manager.spinning.fetch_add(1, std::memory_order_relaxed);
      if (manager.stopping.load(std::memory_order_relaxed)) return worked;
    }
  }
  return worked;
}

/// Spins on the mask of open calls for `costs.hot` of CPU time: a gap in the clock was spent by somebody else.
[[gnu::always_inline]] inline void stay_hot(bool worked) noexcept {
  ThreadManager& manager = thread_manager;
  std::uint32_t const cores = manager.cores();
  if (manager.spinning.fetch_add(1, std::memory_order_relaxed) + 1 < cores || cores == 1) {
    bool served = worked;
    float used = 0;
    std::uint64_t last = ticks();
    for (std::uint32_t i = 1;; ++i) {
      // Whether somebody needs the core. Seldom where many spin: each who leaves writes what they look at, and 166 that
      // looked each time kept the others from leaving for 100 us (simulated).
      if (i % cores == 1 % cores && manager.busy() >= cores) break;
      if (manager.stopping.load(std::memory_order_relaxed)) break;
      // A look round takes as long as sixteen pauses, with many threads.
      bool const look = manager.wanting.load(std::memory_order_relaxed) != 0;
      if (look && join_any(true)) {
        served = true;
        used = 0;
        last = ticks();
        manager.patience.store(1, std::memory_order_relaxed);
        continue;
      }
      relax();
      if (look || i % 16 == 0) {
        std::uint64_t const now = ticks();
        float const gap = elapsed_ns(last, now);
        used += gap < manager.costs.preempted ? gap : manager.costs.preempted;
        last = now;
        if (used > manager.hot_ns()) break;
      }
    }
    if (!served) {
      std::uint32_t const patience = manager.patience.load(std::memory_order_relaxed);
      if (patience < 4) manager.patience.store(patience * 2, std::memory_order_relaxed);
    }
  }
  manager.spinning.fetch_sub(1, std::memory_order_relaxed);
}

/// Whether an open call wants help and there is a place to compute in. `refused`: the thread has been refused the
/// queues that it found; then only a source that it could pull from counts, since nobody refuses that.
[[nodiscard]] inline bool wanted(bool refused) noexcept {
  ThreadManager& manager = thread_manager;
  if (manager.busy() >= manager.limit()) return false;
  // seq_cst: see thread_manager.hpp, parking.
  for (std::uint64_t rest = manager.wanting.load(std::memory_order_seq_cst); rest != 0; rest &= rest - 1) {
    CallSlot const& slot = manager.call_slots[static_cast<std::uint32_t>(std::countr_zero(rest))];
    bool const work = refused ? slot.pull.load(std::memory_order_relaxed) == CallSlot::ready : slot.has_work();
    if (work && has_room(slot)) return true;
  }
  return false;
}

/// Whether the watch is asked for, nobody keeps it, and it has something to watch: without the last, a thread that
/// finds a core free by now would neither take the watch nor park.
[[nodiscard]] inline bool watch_is_due() noexcept {
  ThreadManager& manager = thread_manager;
  return manager.watch_wanted.load(std::memory_order_relaxed) != 0 &&
         manager.watch_on.load(std::memory_order_relaxed) == 0 &&
         manager.wanting.load(std::memory_order_relaxed) != 0 && manager.busy() >= manager.cores();
}

/// Sleeps on the bell until somebody rings, unless there is something to do already; true if it slept. Who has joined
/// time and again in vain (a strategy may forbid to rob whom there is) sleeps all the same.
inline bool park() noexcept {
  ThreadManager& manager = thread_manager;
  // acquire: what the last ringer did before it rang.
  std::uint32_t const seen = manager.bell.load(std::memory_order_acquire);
  manager.parked.fetch_add(1, std::memory_order_seq_cst);  // before `wanted` reads `wanting`: see thread_manager.hpp
  bool const idle =
      !wanted(this_thread.in_vain >= 16) && !watch_is_due() && !manager.stopping.load(std::memory_order_seq_cst);
  if (idle) {
    this_thread.in_vain = 0;
    std::uint64_t const parked = ticks();
    wait_on(manager.bell, seen);
    this_thread.parked_at = parked;
    this_thread.woken_at = ticks();
    this_thread.woken_by = manager.rang_by.load(std::memory_order_relaxed);
  }
  manager.parked.fetch_sub(1, std::memory_order_relaxed);
  return idle;
}

/// Writes "<prefix><number>" and tells the system.
PARALLEL_TASK_COLD inline void name_runner(char const* prefix, std::uint32_t number) noexcept {
  char name[16];
  std::uint32_t size = 0;
  for (; prefix != nullptr && *prefix != '\0' && size < 11; ++prefix) name[size++] = *prefix;
  char digits[8];
  std::uint32_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  while (count != 0) name[size++] = digits[--count];
  name[size] = '\0';
  name_this_thread(name);
}

/// The body of every library thread.
inline void* run_thread(void* record) {
  ThreadManager& manager = thread_manager;
  WorkerThread& own = *static_cast<WorkerThread*>(record);
  this_thread = ThreadState{};
  this_thread.thread = own.number;
  own.system_id.store(this_thread_id(), std::memory_order_relaxed);
  this_thread.random += own.number * 0xD1342543DE82EF95U;
  mark_as_runner();
  name_runner(manager.options().thread_name_prefix, own.number);
  if (auto const hook = manager.options().on_thread_start; hook != nullptr) hook();
  if (this_thread.lost) no_way_back();
  for (bool called = true; !manager.stopping.load(std::memory_order_relaxed);) {
    if (called) {
      manager.answered();
      int const ringer = manager.ring_core.load(std::memory_order_relaxed);
      if (ringer >= 0 && current_core() == ringer) leave_core(ringer);
      called = false;
    }
    bool const worked = join_any();
    if (!worked && watch_is_due()) {
      // acquire: pairs with the release that asked for the watch.
      auto const watch = manager.watch.load(std::memory_order_acquire);
      if (watch != nullptr && manager.watch_on.exchange(1, std::memory_order_relaxed) == 0) {
        manager.watch_wanted.store(0, std::memory_order_relaxed);
        watch();
        if (!this_thread.blocked) continue;
        // It joins in beyond the cores. Here, not in the watch: that would be a frame more around what it runs.
        (void)join_any();
        clear_blocked();
        continue;
      }
    }
    stay_hot(worked);
    called = park();
  }
  if (auto const hook = manager.options().on_thread_stop; hook != nullptr) hook();
  if (this_thread.lost) no_way_back();
  own.system_id.store(0, std::memory_order_relaxed);
  return nullptr;
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/blocked.hpp

// Threads beyond the cores, only where threads are blocked: each looks at itself, a spare one watches over all.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Counts the calling thread as blocked: one more may compute.
inline void call_blocked() noexcept {
  if (this_thread.blocked) return;
  this_thread.blocked = true;
  thread_manager.blocked.fetch_add(1, std::memory_order_relaxed);
}

/// Forgets the baseline: the next look only takes a new one.
inline void forget_baseline() noexcept { this_thread.looked_at = 0; }

/// Judges the calling thread since its last look, and takes a new baseline. `drop` where nothing can be said.
[[nodiscard]] inline cost_model::Verdict look_at_oneself() noexcept {
  ThreadState& self = this_thread;
  std::uint64_t const before = ticks();
  ThreadUsage const usage = this_thread_usage();
  std::uint64_t const now = ticks();
  cost_model::Verdict verdict = cost_model::Verdict::drop;
  if (usage.known && self.looked_at != 0) {
    verdict = cost_model::judge({elapsed_ns(self.looked_at, now), static_cast<float>(usage.cpu_ns - self.cpu_ns),
                                 usage.switches - self.switches, elapsed_ns(before, now)});
  }
  self.looked_at = now;
  self.cpu_ns = usage.cpu_ns;
  self.switches = usage.switches;
  return verdict;
}

/// Counts the threads that work in open calls, and those of them that sleep at this moment.
struct Census {
  std::uint32_t inside = 0;
  std::uint32_t asleep = 0;
};
PARALLEL_TASK_COLD [[nodiscard]] inline Census take_census() noexcept {
  constexpr std::uint32_t most = 256;
  int seen[most];
  Census census;
  ThreadManager& manager = thread_manager;
  for (std::uint64_t open = manager.wanting.load(std::memory_order_relaxed); open != 0; open &= open - 1) {
    CallSlot const& slot = manager.call_slots[static_cast<std::uint32_t>(std::countr_zero(open))];
    // acquire: pairs with the release of the caller that made the rack.
    Rack const* const rack = slot.rack.load(std::memory_order_acquire);
    std::uint32_t const end = slot.high.load(std::memory_order_relaxed);
    for (std::uint32_t i = 0; rack != nullptr && i < end && i < rack->size; ++i) {
      int const id = rack->members[i].system_id.load(std::memory_order_relaxed);
      bool known = id == 0;
      for (std::uint32_t k = 0; k < census.inside && !known; ++k) known = seen[k] == id;  // nested: a member twice
      if (known || census.inside == most) continue;
      seen[census.inside++] = id;
      if (thread_sleeps(id)) ++census.asleep;
    }
  }
  return census;
}

/// The watch: kept by one spare thread while calls are open and every place is taken. It looks with a growing pause
/// (1 to 16 ms); when for three looks in a row fewer threads computed than there are cores, although that many are
/// inside, it has another thread take over and comes back as blocked: its thread then joins in. It ends when a place is
/// free, or no call is open.
PARALLEL_TASK_COLD inline void keep_watch() noexcept {
  ThreadManager& manager = thread_manager;
  std::int64_t pause = 1'000'000;
  std::uint32_t low = 0;
  while (!manager.stopping.load(std::memory_order_relaxed)) {
    sleep_ns(pause);
    if (manager.wanting.load(std::memory_order_relaxed) == 0 || wanted(false)) break;
    std::uint32_t const cores = manager.cores();
    Census const census = take_census();
    if (census.inside >= cores && census.inside - census.asleep < cores) {
      if (++low < 3) continue;
      if (manager.limit() >= manager.most_computing()) {  // all that may help are here
        pause = 16'000'000;
        continue;
      }
      call_blocked();
      manager.watch_wanted.store(1, std::memory_order_relaxed);
      break;
    }
    low = 0;
    pause = pause < 8'000'000 ? 2 * pause : 16'000'000;
  }
  manager.watch_on.store(0, std::memory_order_relaxed);
  if (!this_thread.blocked) return;
  manager.bell.fetch_add(1, std::memory_order_release);
  wake_one(manager.bell);
}

/// Asks for the watch; true while nobody keeps it, and somebody should be woken for it.
[[nodiscard]] inline bool ask_for_watch() noexcept {
  ThreadManager& manager = thread_manager;
  if (manager.watch_on.load(std::memory_order_relaxed) != 0 || manager.busy() < manager.cores()) return false;
  // release: pairs with the acquire in run_thread. The function may lie in an object file that was loaded just now.
  if (manager.watch_wanted.load(std::memory_order_relaxed) == 0) {  // asked for at every long item: written once
    manager.watch.store(&keep_watch, std::memory_order_release);
    manager.watch_wanted.store(1, std::memory_order_relaxed);
  }
  return true;
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/cancelled.hpp

// What a stopped run throws.

namespace parallel_task {
inline namespace v0_1 {

/// Why a run was stopped.
enum class StopReason : unsigned char {
  stop_requested,
  deadline,
  forked  ///< in a child of fork, made by an item: other threads had work of this run, and they are not in the child
};

/// Thrown on the calling thread by a terminal whose run was stopped before all items had run, as by its stop token or
/// its deadline: a stopped run never looks finished.
class cancelled : public std::exception {
 public:
  explicit cancelled(StopReason reason) noexcept : reason_(reason) {}
  /// Who stopped it.
  [[nodiscard]] StopReason reason() const noexcept { return reason_; }
  [[nodiscard]] char const* what() const noexcept override {
    switch (reason_) {
      case StopReason::deadline:
        return "parallel_task: the run was stopped by its deadline";
      case StopReason::forked:
        return "parallel_task: in this child of fork the run has lost the threads that shared it";
      default:
        return "parallel_task: the run was stopped by its stop token";
    }
  }

 private:
  StopReason reason_;
};

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/comparison.hpp

// Whether sharing a pipeline's small loops has paid lately: pure functions of what was measured.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// What small loops of one pipeline and about one length took, shared and alone. The cost model forecasts what sharing
/// costs, and it can't know all: beside a program that computes, each thread of three gets two thirds of two cores, and
/// of loops that take 7 us alone one in five hundred then waits 4 ms for a helper or for the caller's own core (11 us
/// on average); two cores may be halves of one; others may use the memory that the items wait for. So sharing has to
/// show that it pays. Now and then a loop that would be shared runs alone, to know what that takes. Once shared ones
/// have lost more than they had saved, the next run alone, for a multiple of the loss. All in nanoseconds of such
/// loops, so that whoever has few of them loses no more of their time than who has many. Zero: nothing is known.
struct Comparison {
  float alone_ns = 0;     ///< what loops took that ran alone, and …
  float alone_items = 0;  ///< … how many positions they had: sums in which what is long ago fades
  float since_trial = 0;  ///< what shared loops took since one ran alone
  float saved = 0;        ///< by which shared loops were faster than they would have been alone, less what was lost
  float alone_for = 0;    ///< for how long loops still run alone
  float penalty = 0;      ///< by which the last loss was multiplied

  static constexpr float memory = 1 - 1.0F / 64;
  static constexpr float first_trial = 2e6F;    // ns of shared loops before the first trial
  static constexpr float between_trials = 64;   // times what a loop takes alone
  static constexpr float least_penalty = 4;     // the loss of the first time; doubled after each trial that fails
  static constexpr float most_penalty = 64;
  static constexpr float most_saved = 10e6F;    // what long good times are worth against a bad one
  static constexpr float most_at_once = 5e6F;   // what a single loop can lose: it may have been stopped for an hour
  static constexpr float always_lost = 50'000;  // by chance

  /// Whether the next loop, of `items` positions, runs alone.
  [[nodiscard]] constexpr bool says_alone(float items) const noexcept {
    return alone_for > 0 || since_trial > (alone_items > 0 ? between_trials * forecast(items) : first_trial);
  }

  /// A loop that would have been shared ran alone, and took `took` ns. `whole`: it ran to its end, and as forecast;
  /// others tell nothing of what sharing brings.
  constexpr void note_alone(float items, float took, bool whole) noexcept {
    if (took > most_at_once) took = most_at_once;
    alone_for -= took < alone_for ? took : alone_for;
    since_trial = 0;
    if (!whole) return;
    // Long sums: some loops may be dear, and some lose their core, alone as well as shared. Means are compared.
    alone_ns = alone_ns * memory + took;
    alone_items = alone_items * memory + items;
  }

  /// A loop was shared, and took `took` ns.
  constexpr void note_shared(float items, float took) noexcept {
    since_trial += took < most_at_once ? took : most_at_once;
    if (alone_items <= 0 || alone_for > 0) return;  // the second: it began before the loss was known
    float const alone = forecast(items);
    float const gain = alone - took;
    saved += gain > -most_at_once ? gain : -most_at_once;
    if (saved > most_saved) saved = most_saved;
    if (saved > most_saved / 2) penalty = 0;
    if (saved > -(always_lost + alone)) return;
    penalty = penalty <= 0 ? least_penalty : penalty < most_penalty ? 2 * penalty : most_penalty;
    alone_for = penalty * -saved;
    saved = 0;
  }

 private:
  [[nodiscard]] constexpr float forecast(float items) const noexcept {
    float const alone = alone_ns / alone_items * items;
    return alone < most_at_once ? alone : most_at_once;
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/memo.hpp

// What a pipeline remembers of its last runs.

namespace parallel_task {
inline namespace v0_1 {

/// What a pipeline at one place has shown: its cost per item in nanoseconds (0: not run yet), and how its small loops
/// compare, shared and alone. Like is compared with like: loops of 2^k to 2^(k+1) positions, four such octaves. Shared
/// by all threads; relaxed, since any recent values will do, also of different runs.
class Memo {
 public:
  detail::atomic<float> cost{0.0F};

  [[nodiscard]] detail::Comparison comparison(std::size_t positions) const noexcept {
    std::uint32_t const width = width_of(positions);
    Octave const& from = octaves_[width % 4];
    detail::Comparison seen;
    if (from.width.load(std::memory_order_relaxed) != width) return seen;
    seen.alone_ns = from.alone_ns.load(std::memory_order_relaxed);
    seen.alone_items = from.alone_items.load(std::memory_order_relaxed);
    seen.since_trial = from.since_trial.load(std::memory_order_relaxed);
    seen.saved = from.saved.load(std::memory_order_relaxed);
    seen.alone_for = from.alone_for.load(std::memory_order_relaxed);
    seen.penalty = from.penalty.load(std::memory_order_relaxed);
    return seen;
  }
  void remember(std::size_t positions, detail::Comparison const& now) noexcept {
    std::uint32_t const width = width_of(positions);
    Octave& to = octaves_[width % 4];
    to.width.store(width, std::memory_order_relaxed);
    to.alone_ns.store(now.alone_ns, std::memory_order_relaxed);
    to.alone_items.store(now.alone_items, std::memory_order_relaxed);
    to.since_trial.store(now.since_trial, std::memory_order_relaxed);
    to.saved.store(now.saved, std::memory_order_relaxed);
    to.alone_for.store(now.alone_for, std::memory_order_relaxed);
    to.penalty.store(now.penalty, std::memory_order_relaxed);
  }

 private:
  [[nodiscard]] static std::uint32_t width_of(std::size_t positions) noexcept {
    return static_cast<std::uint32_t>(std::bit_width(positions));
  }

  // A Comparison, and of which lengths it is: bits of the number of positions, 0 for none.
  struct Octave {
    detail::atomic<std::uint32_t> width{0};
    detail::atomic<float> alone_ns{0.0F};
    detail::atomic<float> alone_items{0.0F};
    detail::atomic<float> since_trial{0.0F};
    detail::atomic<float> saved{0.0F};
    detail::atomic<float> alone_for{0.0F};
    detail::atomic<float> penalty{0.0F};
  };
  Octave octaves_[4];
};

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/reading.hpp

// How far a source that may pause is read ahead.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Reads a source that may pause: what it has given waits while it does, so that little is asked for before the rest
/// has been run. Each item by itself at first, and for a while after each pause, then the more, the longer none has
/// come.
class Reading {
 public:
  /// Items, of which the first so many are read and run each by itself.
  static constexpr std::size_t one_by_one = 32;

  [[nodiscard]] constexpr std::size_t most() const noexcept { return quick_ < trusted ? 1 : quick_ / 4; }
  /// `items` came after `took` ns.
  constexpr void note(std::size_t items, float took, Costs const& costs) noexcept {
    auto const count = static_cast<float>(items);
    if (took > 2 * costs.pull && took > 4 * pace_ * count) {
      quick_ = 0;
    } else if (items != 0) {
      quick_ += items;
      pace_ = took / count;
    }
  }
  /// Whether they come one by one, but so many of them without a pause that there are more to come.
  [[nodiscard]] constexpr bool flows() const noexcept { return quick_ > 16 && quick_ < trusted; }

 private:
  static constexpr std::size_t trusted = 1024;
  std::size_t quick_ = trusted - one_by_one;  // in a row, without a pause
  float pace_ = 0;                            // of the last of them, ns each
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/run_report.hpp

// A run that explains itself.

namespace parallel_task {
inline namespace v0_1 {

/// Why a run used the threads that it used.
enum class RunReason : unsigned char {
  shared,           ///< it was shared with helpers
  nothing_to_do,    ///< there were no items
  too_cheap,        ///< it ended before sharing would have paid
  compared,         ///< a loop below a millisecond: sharing it has not paid lately, or this run was to find out
  one_thread_only,  ///< settings, budget or a single core allow only the caller
  no_free_core,     ///< a nested call, while every core computed already
  nobody_came,      ///< it was offered, but ended before a helper joined
  no_free_slot      ///< too many calls were open at once, or memory was short
};

/// What one worker did in a run.
struct WorkerReport {
  std::uint32_t thread = 0;    ///< 0: the caller or another user thread; else the library's number
  std::uint64_t items = 0;     ///< positions that it ran
  std::uint64_t claims = 0;    ///< times that it took items off its queue
  std::uint64_t steals = 0;    ///< times that it took half of another's queue
  std::uint64_t pulls = 0;     ///< times that it fetched items from the source
  std::uint64_t segments = 0;  ///< partial results that it left
  double busy_ns = 0;          ///< in claims
  double idle_ns = 0;          ///< the rest of the run
};

/// What a run did and why; filled by a pipeline's `.report(r)` when its terminal ends, whether it returns or throws.
struct RunReport {
  RunReason reason = RunReason::nothing_to_do;
  std::uint32_t threads = 0;  ///< threads that ran at least one item
  std::uint64_t items = 0;    ///< positions of the source, in claims that ran to their end
  std::uint64_t steals = 0;
  std::uint64_t pulls = 0;
  std::uint64_t segments = 0;    ///< partial results that were joined
  std::uint64_t wakes = 0;       ///< threads that were woken or started for it
  double cost_per_item_ns = 0;   ///< busy time per item
  double time_to_engage_ns = 0;  ///< from the start of the call to the first item on another thread; 0: never
  double duration_ns = 0;        ///< of the run, by the clock
  std::vector<WorkerReport> workers;

  /// `reason` in words.
  [[nodiscard]] char const* why() const noexcept {
    switch (reason) {
      case RunReason::shared:
        return "shared: the work left was worth more than engaging another thread";
      case RunReason::nothing_to_do:
        return "there was nothing to do";
      case RunReason::too_cheap:
        return "stayed serial: it ended before sharing would have paid";
      case RunReason::compared:
        return "stayed serial: to compare, or because sharing this loop has not paid lately";
      case RunReason::one_thread_only:
        return "stayed serial: only one thread is allowed";
      case RunReason::no_free_core:
        return "stayed serial: a nested call, and every core was busy";
      case RunReason::nobody_came:
        return "offered to others, but done before one came";
      case RunReason::no_free_slot:
        return "stayed serial: too many calls were open at once";
    }
    return "";
  }

  /// Writes a small table to any stream that takes C strings.
  template <class Stream>
    requires requires(Stream& out, char const* text) { out << text; }
  friend Stream& operator<<(Stream& out, RunReport const& report) {
    char line[1024];  // for numbers of any size: a double may have 309 digits before its point
    char const* const text = line;
    std::snprintf(line, sizeof line, "%llu items in %.3f ms on %u thread%s (%s)\n",
                  static_cast<unsigned long long>(report.items), report.duration_ns / 1e6, report.threads,
                  report.threads == 1 ? "" : "s", report.why());
    out << text;
    std::snprintf(line, sizeof line, "%.1f ns an item, %llu steals, %llu pulls, %llu segments, %llu wakes",
                  report.cost_per_item_ns, static_cast<unsigned long long>(report.steals),
                  static_cast<unsigned long long>(report.pulls), static_cast<unsigned long long>(report.segments),
                  static_cast<unsigned long long>(report.wakes));
    out << text;
    if (report.time_to_engage_ns > 0) {
      std::snprintf(line, sizeof line, ", engaged after %.1f us", report.time_to_engage_ns / 1e3);
      out << text;
    }
    out << "\n";
    if (report.workers.empty()) return out;
    out << "  thread        items   claims   steals    pulls      busy ms      idle ms\n";
    for (WorkerReport const& worker : report.workers) {
      char name[16] = "caller";
      if (worker.thread != 0) std::snprintf(name, sizeof name, "%u", static_cast<unsigned>(worker.thread));
      std::snprintf(line, sizeof line, "%8s %12llu %8llu %8llu %8llu %12.3f %12.3f\n", name,
                    static_cast<unsigned long long>(worker.items), static_cast<unsigned long long>(worker.claims),
                    static_cast<unsigned long long>(worker.steals), static_cast<unsigned long long>(worker.pulls),
                    worker.busy_ns / 1e6, worker.idle_ns / 1e6);
      out << text;
    }
    return out;
  }
};

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/segments.hpp

// What a run leaves behind: partial results, one for each contiguous stretch that one worker ran.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// A segment: where its payload is, and which positions are in it. Belongs to the member that opened it.
struct SegmentNode {
  std::size_t first = 0;
  std::size_t last = 0;  ///< where it may go on; `unknown`: nowhere any more
  SegmentNode* next = nullptr;
  void* where = nullptr;
  void* memory = nullptr;  ///< the heap block that holds node and payload; null: the member's own storage
  std::size_t alignment = 0;
};

[[nodiscard]] constexpr std::size_t round_up(std::size_t size, std::size_t alignment) noexcept {
  return (size + alignment - 1) / alignment * alignment;
}

/// Opens a segment at `first` in front of the member's others. A member's first small one needs no heap.
/// Throws what `open` or the allocation throws; then nothing is left behind.
inline SegmentNode& open_segment(Member& member, Job const& job, std::size_t first) {
  std::size_t const alignment = job.alignment < 64 ? 64 : job.alignment;
  std::size_t const header = round_up(sizeof(SegmentNode), alignment);
  std::size_t const bytes = header + job.bytes;
  struct Memory {
    void* block;
    std::size_t alignment;
    ~Memory() {
      if (block != nullptr) ::operator delete(block, std::align_val_t{alignment});
    }
  } memory{nullptr, alignment};
  std::byte* place = member.storage;
  bool const fits = !member.storage_used && bytes <= sizeof member.storage && alignment == 64;
  if (!fits) {
    memory.block = ::operator new(bytes, std::align_val_t{alignment});
    place = static_cast<std::byte*>(memory.block);
  }
  void* const where = place + header;
  job.open(job.self, where);
  auto* const node = ::new (static_cast<void*>(place)) SegmentNode;
  node->first = first;
  node->last = first;
  node->next = member.segments;
  node->where = where;
  node->memory = memory.block;
  node->alignment = alignment;
  memory.block = nullptr;
  if (fits) member.storage_used = true;
  member.segments = node;
  ++member.counts.segments;
  return *node;
}

/// Destroys a segment and frees its memory.
inline void close_segment(SegmentNode* node, Job const& job) noexcept {
  void* const memory = node->memory;
  std::size_t const alignment = node->alignment;
  job.close(node->where);
  if (memory != nullptr) ::operator delete(memory, std::align_val_t{alignment});
}

/// Merges two lists that are in order of position.
[[nodiscard]] inline SegmentNode* merge_in_order(SegmentNode* a, SegmentNode* b) noexcept {
  SegmentNode* merged = nullptr;
  SegmentNode** end = &merged;
  while (a != nullptr && b != nullptr) {
    SegmentNode*& lower = b->first < a->first ? b : a;
    *end = lower;
    end = &lower->next;
    lower = lower->next;
  }
  *end = a != nullptr ? a : b;
  return merged;
}

/// Sorts a list by position (bottom-up merge sort; nothing is allocated, nothing recurses).
[[nodiscard]] inline SegmentNode* sort_by_position(SegmentNode* list) noexcept {
  SegmentNode* bins[64] = {};  // bins[i] holds 2^i segments in order, or none
  while (list != nullptr) {
    SegmentNode* carry = list;
    list = list->next;
    carry->next = nullptr;
    std::size_t i = 0;
    for (; bins[i] != nullptr; ++i) {
      carry = merge_in_order(bins[i], carry);
      bins[i] = nullptr;
    }
    bins[i] = carry;
  }
  SegmentNode* all = nullptr;
  for (SegmentNode* bin : bins) all = merge_in_order(bin, all);
  return all;
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/progress.hpp

// How far a run has come, for whoever waits for it.

namespace parallel_task {
inline namespace v0_1 {

/// What the callback of `.progress(f)` is told.
struct Progress {
  std::size_t done = 0;                ///< positions of the source that have run
  std::optional<std::size_t> total;    ///< how many there are; empty while a source that is walked or pulled goes on
  std::chrono::nanoseconds elapsed{};  ///< since the terminal was called
  /// An estimate: what is left will take as long an item as what is done. Empty where nothing is known.
  std::optional<std::chrono::nanoseconds> left;
  bool finished = false;  ///< the last call: the run has ended, and nothing was thrown
};

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/trace.hpp

// A run that shows itself: who claimed, stole, pulled, woke and slept, and when.
//
// Who does what: the thread that calls the terminal begins and ends the recording; each thread that works in the call
// writes into a row of its own, between join and leave. After the call has closed nothing touches the trace but its
// owner.
// Pairings.
//   rows_    a row is put in front (release) → others look for theirs (acquire): they read its key and its successor
//   busy_    taken by a run (acquire) → given back (release): runs that use one trace one after the other, on threads
//            that nothing else orders
//   row      written by its thread alone; read by the caller behind the leave (release) → close (acquire) of the slot
//   chunks_, lost_   counts, relaxed; `chunks_` may come out above the bound by one for each thread

namespace parallel_task {
inline namespace v0_1 {

class WorkerController;

/// What a worker did.
enum class TraceKind : unsigned char {
  claim,  ///< ran `items` positions from `first` on
  steal,  ///< took `items` positions from `first` on out of the queue of `other`
  pull,   ///< fetched `items` positions from `first` on from the source
  wake,   ///< woke or started a thread
  park    ///< slept, until `other` woke it
};

/// Something that a worker did in a run. Times are nanoseconds from the run's start.
struct TraceEvent {
  TraceKind kind = TraceKind::claim;
  std::uint32_t row = 0;     ///< 0: the caller; the threads of one run are numbered in the order of their arrival
  std::uint32_t thread = 0;  ///< the library's number of the thread, 0: a user's
  std::uint32_t other = 0;   ///< of the other thread, 0: a user's
  std::uint64_t first = 0;
  std::uint64_t items = 0;
  double begin_ns = 0;
  double end_ns = 0;
};

namespace detail {

struct TraceRecord {
  std::uint64_t begin;  // ticks
  std::uint64_t end;
  std::uint64_t first;
  std::uint64_t items;
  std::uint32_t other;
  TraceKind kind;
};

struct TraceChunk {
  static constexpr std::uint32_t size = 1024;
  std::uint32_t used = 0;
  TraceChunk* next = nullptr;
  TraceRecord records[size];
};

/// What one thread did in the run.
struct TraceRow {
  void const* key = nullptr;  // of the thread
  std::uint32_t thread = 0;
  TraceRow* next = nullptr;
  TraceChunk* first = nullptr;
  TraceChunk* last = nullptr;
  std::uint64_t dropped = 0;
  std::uint64_t latest = 0;  // ticks: counters of two cores may differ by a little
};

template <class Stream>
struct TraceWriter;

}  // namespace detail

/// What a run's workers did and when; filled by a pipeline's `.trace(t)`.
///
///     pt::Trace trace;
///     pt::parallel_iter(jobs).trace(trace).for_each(work);
///     std::ofstream picture("run.svg");
///     trace.write_svg(picture);  // with <parallel_task/trace_writer.hpp>
///
/// A run that begins clears it. Up to `most_events` are kept, 40 bytes each, in chunks that grow as needed; what does
/// not fit, or finds no memory, is dropped and counted. Not for two runs at once: the second is not recorded.
class Trace {
 public:
  explicit Trace(std::size_t most_events = std::size_t{1} << 20) noexcept
      : most_chunks_(most_events / detail::TraceChunk::size + 1) {}
  Trace(Trace const&) = delete;
  Trace& operator=(Trace const&) = delete;
  ~Trace() { clear(); }

  /// The run's report.
  [[nodiscard]] RunReport const& report() const noexcept { return report_; }
  /// Events that found no room.
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }
  /// Threads that took part, the caller included.
  [[nodiscard]] std::uint32_t rows() const noexcept { return count_; }
  /// Calls `f` with every TraceEvent: row by row, the events of each in the order of their end.
  template <class F>
  void for_each_event(F f) const {
    for (std::uint32_t number = 0; number != count_; ++number) {
      detail::TraceRow const& row = this->row(number);
      for (detail::TraceChunk const* chunk = row.first; chunk != nullptr; chunk = chunk->next) {
        for (std::uint32_t i = 0; i != chunk->used; ++i) {
          detail::TraceRecord const& record = chunk->records[i];
          f(TraceEvent{record.kind, number, row.thread, record.other, record.first, record.items, ns(record.begin),
                       ns(record.end)});
        }
      }
    }
  }
  /// Forgets all.
  void clear() noexcept {
    detail::TraceRow* row = rows_.load(std::memory_order_relaxed);
    while (row != nullptr) {
      for (detail::TraceChunk* chunk = row->first; chunk != nullptr;) {
        detail::TraceChunk* const next = chunk->next;
        delete chunk;
        chunk = next;
      }
      detail::TraceRow* const next = row->next;
      delete row;
      row = next;
    }
    rows_.store(nullptr, std::memory_order_relaxed);
    chunks_.store(0, std::memory_order_relaxed);
    lost_.store(0, std::memory_order_relaxed);
    count_ = 0;
    dropped_ = 0;
    begun_ = 0;
    report_ = RunReport{};
  }

  /// Writes a timeline as a picture for browsers: a row a thread. Needs <parallel_task/trace_writer.hpp>.
  template <class Stream>
  void write_svg(Stream& out) const {
    static_assert(can_write<Stream>, "parallel_task: to write a trace, include <parallel_task/trace_writer.hpp>");
    detail::TraceWriter<Stream>{*this, out}.svg();
  }
  /// Writes the events as Perfetto (https://ui.perfetto.dev) and chrome://tracing open them. Needs
  /// <parallel_task/trace_writer.hpp>.
  template <class Stream>
  void write_chrome_json(Stream& out) const {
    static_assert(can_write<Stream>, "parallel_task: to write a trace, include <parallel_task/trace_writer.hpp>");
    detail::TraceWriter<Stream>{*this, out}.chrome_json();
  }

 private:
  friend class WorkerController;
  template <class Stream>
  friend struct detail::TraceWriter;
  template <class Stream>
  static constexpr bool can_write = requires { sizeof(detail::TraceWriter<Stream>); };

  [[nodiscard]] double ns(std::uint64_t ticks) const noexcept {
    return ticks > begun_ ? static_cast<double>(ticks - begun_) * ns_per_tick_ : 0.0;
  }
  [[nodiscard]] detail::TraceRow const& row(std::uint32_t number) const noexcept {
    detail::TraceRow const* row = rows_.load(std::memory_order_relaxed);
    for (std::uint32_t i = count_ - 1; i != number; --i) row = row->next;  // the last one to come is in front
    return *row;
  }

  /// False: another run records here.
  [[nodiscard]] bool begin() noexcept {
    if (busy_.exchange(1, std::memory_order_acquire) != 0) return false;
    clear();
    return true;
  }
  /// The row of the thread that `key` stands for; null: no memory.
  [[nodiscard]] detail::TraceRow* row_of(void const* key, std::uint32_t thread) noexcept {
    detail::TraceRow* const front = rows_.load(std::memory_order_acquire);
    for (detail::TraceRow* row = front; row != nullptr; row = row->next) {
      if (row->key == key) return row;
    }
    auto* const made = new (std::nothrow) detail::TraceRow;
    if (made == nullptr) return nullptr;
    made->key = key;
    made->thread = thread;
    made->next = front;
    while (!rows_.compare_exchange_weak(made->next, made, std::memory_order_release, std::memory_order_relaxed)) {
    }
    return made;
  }
  void record(detail::TraceRow* row, detail::TraceRecord record) noexcept {
    if (row == nullptr) {
      lost_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    if (row->last == nullptr || row->last->used == detail::TraceChunk::size) {
      if (!grow(*row)) {
        ++row->dropped;
        return;
      }
    }
    if (record.end < row->latest) record.end = row->latest;
    if (record.begin > record.end) record.begin = record.end;
    row->latest = record.end;
    row->last->records[row->last->used++] = record;
  }
  /// Puts a record in front of the row's others.
  void record_first(detail::TraceRow* row, detail::TraceRecord const& record) noexcept {
    if (row == nullptr) return;
    auto* const chunk = new (std::nothrow) detail::TraceChunk;
    if (chunk == nullptr) {
      ++row->dropped;
      return;
    }
    chunk->records[chunk->used++] = record;
    chunk->next = row->first;
    row->first = chunk;
    if (row->last == nullptr) row->last = chunk;
  }
  [[nodiscard]] bool grow(detail::TraceRow& row) noexcept {
    if (chunks_.load(std::memory_order_relaxed) >= most_chunks_) return false;
    chunks_.fetch_add(1, std::memory_order_relaxed);
    auto* const chunk = new (std::nothrow) detail::TraceChunk;
    if (chunk == nullptr) return false;
    (row.last == nullptr ? row.first : row.last->next) = chunk;
    row.last = chunk;
    return true;
  }
  void end(std::uint64_t begun, double ns_per_tick, char const* prefix) noexcept {
    begun_ = begun;
    ns_per_tick_ = ns_per_tick;
    dropped_ = lost_.load(std::memory_order_relaxed);
    for (detail::TraceRow const* row = rows_.load(std::memory_order_relaxed); row != nullptr; row = row->next) {
      ++count_;
      dropped_ += row->dropped;
    }
    std::size_t size = 0;
    for (; prefix != nullptr && prefix[size] != '\0' && size + 1 < sizeof prefix_; ++size) prefix_[size] = prefix[size];
    prefix_[size] = '\0';
  }
  void give_back() noexcept { busy_.store(0, std::memory_order_release); }

  detail::atomic<detail::TraceRow*> rows_{nullptr};
  detail::atomic<std::size_t> chunks_{0};
  detail::atomic<std::uint32_t> busy_{0};
  detail::atomic<std::uint64_t> lost_{0};  // events of threads for whose rows there was no memory
  std::size_t most_chunks_;
  std::uint32_t count_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t begun_ = 0;
  double ns_per_tick_ = 1;
  char prefix_[12] = "";
  RunReport report_;
};

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/watching.hpp

// What a watched call has beside what every call has: in the frame of its run, so that others don't pay for it.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

struct Watching {
  explicit Watching(Watch const& asked) noexcept : watch(asked) {}

  /// The calling thread has run an item.
  void took_part() noexcept {
    std::uint32_t const thread = this_thread.thread % 512;
    threads_seen[thread / 64].fetch_or(std::uint64_t{1} << thread % 64, std::memory_order_relaxed);
  }

  Watch const& watch;
  Trace* trace = nullptr;                   // null: none is asked for, or another run records there
  TraceRow* row = nullptr;                  // the caller's
  atomic<std::uint64_t> threads_seen[8]{};  // a bit for each library thread that ran an item; relaxed, for the report
  atomic<std::uint32_t> thread_of[CallSlot::most_members]{};  // of the members; relaxed, for the trace

  // Progress: the caller's alone.
  void const* caller = &this_thread;
  std::size_t const* next = nullptr;  // what the caller has run before it shared
  Pulled const* known = nullptr;
  bool shared = false;
  std::uint64_t tell_at = 0;
  std::exception_ptr failure;
  bool (*stop_requested)(void const* token) = nullptr;  // the user's own
  void const* stop_token = nullptr;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/platform/inline.hpp

// For functions that are to be no frame of their own: a backtrace from within a user's closure shows few of ours, and
// the same ones from every compiler.

// Between a lambda's parameters and its body: standard attributes there would belong to its type.
#if defined(__GNUC__)
#define PARALLEL_TASK_INLINE_BODY __attribute__((always_inline))
#else
#define PARALLEL_TASK_INLINE_BODY
#endif

// ==== parallel_task/worker/pool.hpp

// What a user may say to the process's pool and ask of it.

namespace parallel_task {
inline namespace v0_1 {

namespace detail {

struct SetOptions {
  /// Sets the options of the process's pool. Best called before the first parallel call; a call that runs meanwhile
  /// may see some of them. Threads that exist keep their name and stack.
  ///
  /// Throws std::invalid_argument for a negative hot_time or a thread_name_prefix of more than 11 characters.
  void operator()(Options const& options) const {
    if (options.hot_time.count() < 0) {
      throw_error(std::invalid_argument("parallel_task::set_options: hot_time is negative"));
    }
    if (options.thread_name_prefix == nullptr || std::strlen(options.thread_name_prefix) > 11) {
      throw_error(std::invalid_argument(
          "parallel_task::set_options: thread_name_prefix has more than 11 characters or is null"));
    }
    thread_manager.set(options);
  }
};

struct Shutdown {
  /// Ends every thread of the library and returns when all are gone; a later call starts anew. Calls that run on other
  /// threads are finished by those alone. Waits for the items that the library's threads are in. Thread-safe.
  ///
  /// Throws std::logic_error when called by an item of a call that has been offered to other threads, or by one of the
  /// library's threads: it would wait for itself. (An item that runs before its call is offered may end them.)
  void operator()() const {
    if (this_thread.depth != 0 || this_thread.thread != 0) {
      throw_error(std::logic_error("parallel_task::shutdown: called from inside a parallel call"));
    }
    thread_manager.shut_down();
  }
};

struct CurrentWorker {
  /// The number of the calling thread: 0 for a thread of the user's, 1 … for the library's own. Constant time.
  [[nodiscard]] std::uint32_t operator()() const noexcept { return this_thread.thread; }
};

struct MaxThreads {
  /// Most threads that can compute one call made here, the caller included. Constant time; thread-safe.
  [[nodiscard]] std::uint32_t operator()() const noexcept {
    std::uint32_t const most = thread_manager.most_computing();
    std::uint32_t const here = thread_manager.group_limit(this_thread.group);
    return here < most ? here : most;
  }
};

}  // namespace detail

/// `set_options(options)`: sets the options of the process's pool.
inline constexpr detail::SetOptions set_options{};
/// `shutdown()`: ends every thread of the library; a later call starts anew.
inline constexpr detail::Shutdown shutdown{};
/// `current_worker()`: 0 on a user's thread, 1 … on the library's.
inline constexpr detail::CurrentWorker current_worker{};
/// `max_threads()`: most threads that can compute a call made here, the caller included.
inline constexpr detail::MaxThreads max_threads{};

/// While it lives, no parallel call made in its extent uses more than `n` threads, all of them together: nested calls
/// and the workers of this thread's calls included. Guards nest; the tightest holds.
///
///     pt::thread_limit const two(2);
///     pt::parallel_iter(v).for_each(f);  // at most two threads, whatever f calls
///
/// Throws std::invalid_argument for 0 and std::length_error when more than 256 guards live at once. To be destroyed on
/// the thread that made it, in reverse order.
class [[nodiscard]] thread_limit {
 public:
  explicit thread_limit(std::uint32_t n) : before_(detail::this_thread.group) {
    if (n == 0)
      detail::throw_error(std::invalid_argument("parallel_task::thread_limit: 0 threads can compute nothing"));
    (void)detail::prepare();  // a child of fork gives the places of others' guards back
    auto& groups = detail::thread_manager.groups;
    for (std::uint32_t i = 0; i != detail::ThreadManager::group_count; ++i) {
      // acquire: pairs with the release in the destructor; whoever was counted by the guard before has left by then.
      // relaxed below: the words are counters; slots that name the group are opened, with a release, after this.
      if (groups[i].taken.exchange(1, std::memory_order_acquire) != 0) continue;
      groups[i].outer.store(before_, std::memory_order_relaxed);
      groups[i].limit.store(n, std::memory_order_relaxed);
      groups[i].used.store(1, std::memory_order_relaxed);
      detail::this_thread.group = group_ = i;
      return;
    }
    detail::throw_error(std::length_error("parallel_task::thread_limit: more than 256 guards at once"));
  }
  thread_limit(thread_limit const&) = delete;
  thread_limit& operator=(thread_limit const&) = delete;
  ~thread_limit() {
    detail::this_thread.group = before_;
    // release: pairs with the acquire of the index's next owner. The guard's calls are closed: all left its group
    // before.
    detail::thread_manager.groups[group_].taken.store(0, std::memory_order_release);
  }

 private:
  std::uint32_t before_;
  std::uint32_t group_ = 0;
};

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/worker_controller.hpp

// The master of one call: it owns the workers' queues, polls their loads, decides on sharing, and returns when all is
// done.
//
// Who does what: the caller runs `run`; helpers and the caller run `work` at the same time, each with a member of its
// own; nothing else touches a controller.
// Pairings, beside those of the slot and the queue.
//   bound_   lowered by compare-and-swap (relaxed), read relaxed: a hint to stop early. What it means for the result is
//            read by the caller after it has closed the call, which orders everything.
//   pull     taken (acquire) → given back (release): `known_` and the source's own state pass from puller to puller.
//   known_   written by the puller before it pushes the block (release): whoever has the block reads at least that.
//   outcome_ compare-and-swap (relaxed): the first one wins; what it stands for is read after the close.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {
void run_and_join(Job const&, void* home, Memo&, Settings const&, bool (*join)(void* self, void* where));
}

/// Runs one job on as many threads as pay: the engine behind every terminal, usable on its own.
///
/// A controller is made for one call, on the calling thread. That thread begins alone; when the cost model says that it
/// pays, the rest is offered to the process's idle threads, each of which works off a queue of its own and takes half
/// of the heaviest one when it runs dry. The calling thread alone can always finish the job. Nothing of a call is
/// visible to another.
///
///     pt::WorkerController controller;
///     controller.set_max_threads(4);
///     controller.set_priority_strategy(pt::RateOfChange{});
///     controller.for_each_position(n, [&](std::size_t i) { out[i] = f(in[i]); });
///
/// Thread-safety: one thread uses a controller; any number of controllers run at the same time.
class WorkerController : private detail::OpenCall {
 public:
  WorkerController() = default;
  explicit WorkerController(Settings const& settings) : settings_(settings) {}
  WorkerController(WorkerController const&) = delete;
  WorkerController& operator=(WorkerController const&) = delete;
  ~WorkerController() {
    if (slot_ != nullptr) put_slot_back();
  }

  /// At most `n` threads compute, the caller included. Throws std::invalid_argument for 0.
  void set_max_threads(unsigned n) {
    if (n == 0) {
      detail::throw_error(std::invalid_argument("parallel_task::WorkerController::set_max_threads: 0 threads"));
    }
    settings_.max_threads = n;
  }
  /// Whom idle workers rob. The strategy is referred to, not copied: it must outlive the run.
  template <PrioritizeThread Strategy>
  void set_priority_strategy(Strategy const& strategy) noexcept {
    settings_.strategy = detail::Strategy::of(strategy);
  }
  /// A stateless strategy needs no home.
  template <PrioritizeThread Strategy>
    requires std::is_empty_v<Strategy>
  void set_priority_strategy(Strategy&&) noexcept {
    settings_.strategy = {
        [](void const*, QueueLoad const& load) noexcept { return static_cast<double>(Strategy{}(load)); }, nullptr};
  }
  /// Fills `report` when a run ends.
  template <class Report>
    requires std::is_same_v<Report, RunReport>
  void set_report(Report& report) noexcept {
    own_watch_ = {&detail::run_watched<true>, &report, nullptr, nullptr, 0};
    settings_.watch = &own_watch_;
  }

  /// Runs `job` to its end. `home` is an open segment of the caller's, used for what the caller runs first; `memo` is
  /// what runs of the same kind have shown. Throws what the job threw, or `cancelled`. Once per controller.
  [[gnu::noinline]] void run(Job const& job, void* home, Memo& memo) { run_inline(job, home, memo); }

  /// Calls `body(i)` for every i in [0, n), concurrently; each exactly once unless one throws.
  template <class Body>
  void for_each_position(std::size_t n, Body const& body) {
    struct Loop {
      static void open(void*, void*) {}
      static bool run(void* self, void*, Block block) {
        Body const& each = *static_cast<Body const*>(self);
        for (std::size_t i = block.first; i != block.last; ++i) each(i);
        return true;
      }
      static void close(void*) noexcept {}
      static Memo& memo() {
        static constinit Memo remembered{};
        return remembered;
      }
    };
    Job job;
    job.self = const_cast<void*>(static_cast<void const*>(std::addressof(body)));
    job.bytes = 1;
    job.alignment = 1;
    job.open = &Loop::open;
    job.run = &Loop::run;
    job.close = &Loop::close;
    job.known = {n, true};
    job.ordered = false;
    std::byte home{};
    run(job, &home, Loop::memo());
  }

  /// Positions at or behind it were cut; `unknown` if none were. After `run`.
  [[nodiscard]] std::size_t bound() const noexcept { return bound_.load(std::memory_order_relaxed); }

  /// Calls `f(where)` for every segment in order of position, `home` among them; those behind the bound of a run that
  /// cuts `later` are left out. After `run`; they live until the controller is destroyed.
  template <class F>
  void for_each_segment(F f) {
    std::size_t const end = job_.cut == Cut::later ? bound() : unknown;
    for (detail::SegmentNode* node = &home_; node != nullptr; node = node->next) {
      if (node == &home_ || node->first < end) f(node->where);
    }
  }

 private:
  using Ticks = std::uint64_t;
  using Member = detail::Member;
  using CallSlot = detail::CallSlot;

  enum Outcome : std::uint32_t { going = 0, failed, stopped, late, forked };

  // What the caller has done so far.
  struct Standing {
    std::size_t next = 0;  // positions below it have run
    Pulled known;
    float cost = 0;              // ns a position
    std::size_t timed_from = 0;  // what has run when the clock was read first
    bool over = false;           // cut or ended: nothing is left
    // Of loops that are compared.
    float forecast = 0;      // ns, before anything has run; 0: it is not compared
    bool alone = false;      // it runs alone, whatever the forecast …
    bool held_back = false;  // … although it would have been shared
  };

  friend void detail::run_and_join(Job const&, void*, Memo&, Settings const&, bool (*)(void*, void*));

  // --- watched or not ------------------------------------------------------
  // A template parameter, `watched`, tells the code of a call that tells somebody what it does from that of one that
  // doesn't: the second has no instruction for the first's sake, and programs that never watch don't compile it.
  [[gnu::always_inline]] void run_inline(Job const& job, void* home, Memo& memo);
  template <bool watched>
  [[gnu::always_inline]] void run_as(Job const& job, void* home, Memo& memo);
  template <bool watched>
  friend void detail::run_watched(WorkerController& controller, Job const& job, void* home, Memo& memo);

  // --- alone ---------------------------------------------------------------
  [[gnu::always_inline]] void run_alone(Standing& at);
  bool run_tiny(Standing& at, Memo& memo);
  template <bool watched>
  void run_privately(Standing& at);
  [[nodiscard]] bool run_while_cores_are_busy(Standing& at);
  [[nodiscard]] bool few_and_unknown(Standing const& at) const;
  [[nodiscard]] bool wants_to_share(Standing& at);
  [[nodiscard]] bool would_share(Standing const& at);
  [[gnu::always_inline]] bool step(Standing& at, std::size_t count);
  [[nodiscard]] Pulled pull_alone(Pulled known, std::size_t want);
  [[nodiscard]] bool runs_as_they_come(Standing const& at) const noexcept;
  [[gnu::always_inline]] std::size_t run_as_they_come(Standing& at, std::size_t count);
  void note_alone(Standing const& at, Memo& memo);
  void look_up(Standing& at, Memo const& memo);
  void compare(Standing const& at, Memo& memo, bool whole);

  // --- shared --------------------------------------------------------------
  [[nodiscard]] bool publish(Standing& at);
  template <bool watched>
  [[gnu::always_inline]] void share(Standing& at);
  template <bool watched>
  [[gnu::always_inline]] void wait_for_helpers(bool may_rob);
  [[nodiscard]] bool try_to_close();
  [[nodiscard]] bool all_has_run() const noexcept;
  void collect_errors();
  void put_slot_back() noexcept;
  void order_segments() noexcept;

  static void abandoned(detail::OpenCall& self) noexcept {
    auto& controller = static_cast<WorkerController&>(self);
    controller.outcome_.store(forked, std::memory_order_relaxed);
    controller.lower_bound_to(0);
  }
  template <bool watched>
  [[gnu::noinline]] static void work(detail::OpenCall& call, std::uint32_t me);
  template <bool watched>
  [[gnu::always_inline]] void work_as(std::uint32_t me);
  // Queues that a thief has looked at in vain.
  struct Tried {
    std::uint64_t bits[CallSlot::member_words] = {};
    void add(std::uint32_t member) noexcept { bits[member / 64] |= std::uint64_t{1} << member % 64; }
    [[nodiscard]] bool has(std::uint32_t member) const noexcept { return (bits[member / 64] >> member % 64 & 1) != 0; }
  };
  struct Hand;  // a worker in this call, for the time that it works
  template <bool watched>
  struct HandOf;
  using WatchedHand = HandOf<true>;
  template <bool watched>
  [[gnu::always_inline]] bool next_claim(HandOf<watched>& hand, QueueBlock& claim);
  template <bool watched>
  bool steal(HandOf<watched>& hand, QueueBlock& claim, std::uint32_t& surplus);
  [[nodiscard]] std::uint32_t heaviest(Hand& hand, Tried const& tried, bool sample);
  [[nodiscard]] double priority_of(std::uint32_t worker, std::size_t load) noexcept;
  template <bool watched>
  bool pull(HandOf<watched>& hand);
  [[nodiscard]] bool is_time_to_read_ahead(Hand const& hand, std::uint32_t surplus) const noexcept;
  static constexpr std::size_t most_handed_out = std::size_t{1} << 30;
  template <bool watched>
  [[gnu::always_inline]] void run_claim(HandOf<watched>& hand, QueueBlock claim);
  template <bool watched>
  void at_boundary(HandOf<watched>& hand, std::size_t surplus);
  template <bool watched>
  void call_others(HandOf<watched>& hand, float left, float engage);
  static constexpr float worth_any_wake = 1e12F;
  void look_around(Hand& hand, float took);
  [[nodiscard]] bool extra_threads_pay() noexcept;
  [[nodiscard]] bool should_leave() const noexcept;

  // --- ends ----------------------------------------------------------------
  [[nodiscard]] bool told_to_stop();
  static void throw_cancelled(std::uint32_t outcome);
  static void rethrow([[maybe_unused]] std::exception_ptr thrown) {
#if defined(__cpp_exceptions)
    if (thrown) std::rethrow_exception(std::move(thrown));
#endif
  }
  void lower_bound_to(std::size_t bound) noexcept;
  void note_error(Member& member, Block strip, std::exception_ptr error) noexcept;
  // A run that cuts by order must know which positions a segment holds, whatever its accumulators would allow.
  [[nodiscard]] bool ordered() const noexcept { return job_.ordered || job_.cut == Cut::later; }

  // --- units ---------------------------------------------------------------
  // A queue holds 32-bit units. Sources that know all their positions use units of 2^shift positions; sources that are
  // pulled use positions modulo 2^32, which `known_` makes whole again: what waits in queues spans less than that. A
  // turn hands out at most 2^30, and what is robbed before anybody pulls does not wait long.
  [[nodiscard]] Block positions_of(std::uint32_t first, std::uint32_t last) const noexcept {
    if (job_.pull == nullptr) {
      std::size_t const end = (static_cast<std::size_t>(last - 1) << shift_) + (std::size_t{1} << shift_);
      return {static_cast<std::size_t>(first) << shift_, end < total_ && end != 0 ? end : total_};
    }
    std::uint64_t const known = known_.load(std::memory_order_relaxed);
    std::uint64_t const begin = known - (static_cast<std::uint32_t>(known) - first);
    return {static_cast<std::size_t>(begin), static_cast<std::size_t>(begin + (last - first))};
  }

  // Whether a pulled position may wait in a queue: it must be known there by its lower 32 bits, for a while to come.
  [[nodiscard]] bool in_reach(std::size_t position) const noexcept {
    return job_.pull == nullptr || known_.load(std::memory_order_relaxed) - position < std::uint64_t{1} << 31;
  }

  // --- telling -------------------------------------------------------------
  void begin_watching(Standing& at);
  void end_watching(RunReason reason, std::exception_ptr& thrown);
  void fill_report(RunReport& report, RunReason reason, Ticks now);
  void note_joined(WatchedHand& hand);
  void note_claimed(WatchedHand& hand, QueueBlock claim);
  void note_ran(WatchedHand& hand);
  void note_stolen(WatchedHand& hand, std::uint32_t victim, QueueBlock stolen);
  void note_pulled(WatchedHand& hand, Ticks begun, std::uint64_t first, std::uint64_t end);
  void note_wake(detail::TraceRow* row);
  void note_slept(Ticks begun);
  [[nodiscard]] Progress progress_at(Ticks now) const;
  void tell_progress(Ticks now);
  void wait_and_tell(std::uint32_t seen);
  static bool ask_and_tell(void const* controller);
  [[nodiscard]] static Ticks ticks_of(std::int64_t ns) noexcept;

  Settings settings_;
  Job job_;
  CallSlot* slot_ = nullptr;
  detail::Rack* rack_ = nullptr;
  std::size_t total_ = 0;
  unsigned shift_ = 0;
  std::uint32_t index_ = 0;
  float cost_ = 0;     // at publication, ns a unit
  Ticks started_ = 0;  // 0: the clock was not read
  Ticks published_ = 0;
  QueueBlock offered_;       // what the caller's queue begins with
  std::uint64_t alone_ = 0;  // positions that the caller ran before it shared
  detail::SegmentNode home_;
  detail::atomic<std::size_t> bound_{unknown};
  // Positions handed out; `fetched_`, the pull role's: what the source has given.
  detail::atomic<std::uint64_t> known_{0};
  Pulled fetched_;
  detail::Reading reading_;  // of the caller while it is alone, then the pull role's
  detail::atomic<std::uint32_t> outcome_{going};
  // What the grant of extra threads was based on (see look_around).
  detail::atomic<std::uint32_t> extra_denied_{0};
  detail::atomic<std::uint32_t> threads_before_{0};
  detail::atomic<float> rate_before_{0.0F};
  detail::atomic<std::uint64_t> done_then_{0};
  detail::atomic<std::uint64_t> judged_at_{0};
  // Of watched calls, and not even initialised in others.
  detail::Watching* watching_;
  detail::Watch own_watch_;
};

/// A worker in a call: its member, its ends of the queues, and what it has learnt of the cost.
struct WorkerController::Hand {
  std::uint32_t const me;
  Member& member;
  SecondaryAccessor queue;
  float cost;   // ns a unit
  float last;   // units in the last claim, what the next may double
  Ticks now;    // the last look at the clock
  Block strip;  // what runs now, for errors
  std::uint32_t claims = 0;
  std::size_t elsewhere = 0;  // units that waited in others' queues when it last looked for somebody to rob
  Ticks hot_since = 0;        // since when a hot helper has left the surplus alone
  Ticks looked = 0;           // when it last looked whether others should be called, 0: not since it robbed …
  float look_pause = 0;       // … and for how many ns it does not look again
  bool leaving = false;
};

template <bool watched>
struct WorkerController::HandOf : Hand {};

/// What it knows beside that in a call that is watched.
template <>
struct WorkerController::HandOf<true> : Hand {
  detail::TraceRow* row = nullptr;
  Ticks claimed = 0;               // when the claim began that it runs
  std::size_t first = 0;           // and where
  std::uint64_t items_before = 0;  // what had been run before it
  bool told = false;               // that this thread ran an item
};

}  // namespace v0_1
}  // namespace parallel_task

// Its parts, a file each: none is of use without the others.

// ==== parallel_task/controller/calling.hpp

// WorkerController, the calling thread alone: the probe, the tiny loop, and when to share.

namespace parallel_task {
inline namespace v0_1 {

inline void WorkerController::run_inline(Job const& job, void* home, Memo& memo) {
  if (settings_.watch != nullptr) return settings_.watch->run(*this, job, home, memo);
  run_as<false>(job, home, memo);
}

namespace detail {
template <bool watched>
[[gnu::noinline]] void run_watched(WorkerController& controller, Job const& job, void* home, Memo& memo) {
  Watching watching(*controller.settings_.watch);
  controller.watching_ = &watching;
  controller.run_as<watched>(job, home, memo);
}
}  // namespace detail

template <bool watched>
inline void WorkerController::run_as(Job const& job, void* home, Memo& memo) {
  using namespace detail;
  job_ = job;
  home_.where = home;
  Standing at;
  at.known = job.known;
  if constexpr (watched) begin_watching(at);
  if (at.known.ended && at.known.positions == 0) {
    if constexpr (watched) {
      std::exception_ptr thrown;
      end_watching(RunReason::nothing_to_do, thrown);
      rethrow(std::move(thrown));
    }
    return;
  }
  ThreadManager& manager = thread_manager;
  at.cost = manager.costs.use_memo ? memo.cost.load(std::memory_order_relaxed) : 0.0F;
  bool const plain = !watched && settings_.stop_requested == nullptr && settings_.deadline == 0;
  if (plain && at.known.ended && cost_model::is_tiny(at.cost, static_cast<float>(at.known.positions), manager.costs)) {
    if (run_tiny(at, memo)) return;
  }
  if (at.cost > 0 && at.known.ended && manager.costs.probe > 0) look_up(at, memo);
  RunReason reason = RunReason::too_cheap;
  std::exception_ptr thrown;
  guarded(
      [&]() PARALLEL_TASK_INLINE_BODY {
        std::uint32_t const group_most = manager.group_limit(this_thread.group);
        if (settings_.max_threads == 1 || manager.has_one_core() || group_most == 1 || manager.most_computing() == 1) {
          reason = RunReason::one_thread_only;
        } else {
          run_privately<watched>(at);
          if (at.over) {
            if (at.held_back) reason = RunReason::compared;
            if (this_thread.depth != 0 && manager.busy() >= manager.limit()) reason = RunReason::no_free_core;
            return;
          }
          reason = publish(at) ? RunReason::shared : RunReason::no_free_slot;
        }
        if (reason == RunReason::shared) {
          enter = &WorkerController::work<watched>;
          share<watched>(at);
          collect_errors();
        } else {
          run_alone(at);
        }
      },
      [&](std::exception_ptr error) { thrown = std::move(error); });
  if (slot_ == nullptr) {
    alone_ = at.next;
    note_alone(at, memo);
  } else {
    float const cost = rack_->members[0].cost.load(std::memory_order_relaxed);
    if (cost > 0) memo.cost.store(cost / static_cast<float>(std::size_t{1} << shift_), std::memory_order_relaxed);
    this_thread.last_end = ticks();
    this_thread.debt = 0;
  }
  if (at.forecast > 0) {
    compare(at, memo, !thrown && bound() == unknown && outcome_.load(std::memory_order_relaxed) == going);
  }
  if constexpr (watched) end_watching(reason, thrown);
  rethrow(std::move(thrown));
  std::uint32_t const outcome = outcome_.load(std::memory_order_relaxed);
  if (outcome != going) throw_cancelled(outcome);
}

PARALLEL_TASK_COLD inline void WorkerController::throw_cancelled(std::uint32_t outcome) {
  switch (outcome) {
    case stopped:
      detail::throw_error(cancelled(StopReason::stop_requested));
    case late:
      detail::throw_error(cancelled(StopReason::deadline));
    case forked:
      detail::throw_error(cancelled(StopReason::forked));
    default:
      break;
  }
}

/// Runs the next `count` positions on the calling thread; false when the run is over.
inline bool WorkerController::step(Standing& at, std::size_t count) {
  if ((settings_.stop_requested != nullptr || settings_.deadline != 0) && told_to_stop()) {
    at.over = true;
    return false;
  }
  Block const block{at.next, at.next + count};
  if (!job_.run(job_.self, home_.where, block)) {
    lower_bound_to(job_.cut == Cut::later ? block.last : 0);
    at.over = true;
  }
  at.next = block.last;
  if (at.next == at.known.positions && at.known.ended) at.over = true;
  return !at.over;
}

/// Asks the source for about `want` positions more, on the calling thread alone.
inline Pulled WorkerController::pull_alone(Pulled known, std::size_t want) {
  if (!job_.may_pause) return job_.pull(job_.self, want);
  Ticks const begun = detail::ticks();
  std::size_t const most = reading_.most();
  Pulled const now = job_.pull(job_.self, want < most ? want : most);
  reading_.note(now.positions - known.positions, detail::elapsed_ns(begun, detail::ticks()),
                detail::thread_manager.costs);
  return now;
}

/// Whether what comes next is to be run before more is asked for.
inline bool WorkerController::runs_as_they_come(Standing const& at) const noexcept {
  return job_.may_pause && !at.known.ended && at.next == at.known.positions && reading_.most() == 1;
}

/// Reads an item and runs it, at most `count` times, with no clock in between; how many came.
inline std::size_t WorkerController::run_as_they_come(Standing& at, std::size_t count) {
  std::size_t const first = at.next;
  while (count-- != 0 && !at.over) {
    at.known = job_.pull(job_.self, 1);
    if (at.next == at.known.positions) {
      at.over = at.known.ended;
      break;
    }
    (void)step(at, at.known.positions - at.next);
  }
  return at.next - first;
}

/// Runs everything here: the plain loop, in one block where nobody may stop it.
inline void WorkerController::run_alone(Standing& at) {
  bool const stoppable = settings_.stop_requested != nullptr || settings_.deadline != 0;
  std::size_t size = stoppable ? 1 : at.known.positions - at.next;
  detail::Costs const& costs = detail::thread_manager.costs;
  while (!at.over) {
    if (runs_as_they_come(at)) {
      Ticks const begun = detail::ticks();
      reading_.note(run_as_they_come(at, detail::Reading::one_by_one), detail::elapsed_ns(begun, detail::ticks()),
                    costs);
      continue;
    }
    if (at.next == at.known.positions) {
      if (at.known.ended) break;
      Pulled const before = at.known;
      at.known = pull_alone(before, 1024);
      if (at.known.positions == before.positions && at.known.ended) break;
      if (!stoppable) size = at.known.positions - at.next;
      continue;
    }
    std::size_t const left = at.known.positions - at.next;
    if (!stoppable) {
      (void)step(at, left);
      continue;
    }
    // About a strip of work between two looks at whoever may stop it.
    Ticks const before = detail::ticks();
    std::size_t const count = size < left ? size : left;
    if (!step(at, count)) break;
    float const took = detail::elapsed_ns(before, detail::ticks());
    if (took < costs.strip / 2) size *= 2;
    if (took > 2 * costs.strip && size > 1) size /= 2;
  }
}

/// Known and cheap: an eighth, one look at the clock, the rest. False if the forecast failed: go on as if nothing was
/// known. (A half first, as simulated, would leave half of an unexpectedly heavy loop on one thread.)
inline bool WorkerController::run_tiny(Standing& at, Memo& memo) {
  std::size_t const all = at.known.positions;
  std::size_t const part = all / 8 + (all > 1 && all < 8 ? 1 : 0);
  if (part == 0) {
    (void)step(at, all);
    return true;
  }
  Ticks const before = detail::ticks();
  if (!step(at, part)) return true;
  float const took = detail::elapsed_ns(before, detail::ticks());
  float const forecast = at.cost * static_cast<float>(part);
  if (detail::cost_model::forecast_failed(forecast, took)) {
    at.cost = took / static_cast<float>(part);
    return false;
  }
  (void)step(at, all - part);
  memo.cost.store(at.cost + (took / static_cast<float>(part) - at.cost) / 8, std::memory_order_relaxed);
  return true;
}

/// Whether this is the first run of its kind, over so few items that one of them, run alone to see what it costs, could
/// be a good part of the whole: those are offered at once. It costs one wake, once in a pipeline's life.
inline bool WorkerController::few_and_unknown(Standing const& at) const {
  if (at.cost > 0) return false;
  if (!at.known.ended) return job_.least_cost <= 0;
  std::size_t const left = at.known.positions - at.next;
  return left > 1 && left <= std::size_t{detail::thread_manager.costs.few} * detail::thread_manager.cores();
}

/// Whether the rest should be offered to others now.
inline bool WorkerController::wants_to_share(Standing& at) {
  if (!would_share(at)) return false;
  // Dearer than forecast is no small loop.
  at.held_back =
      at.alone && at.cost * static_cast<float>(at.known.positions - at.next) < detail::thread_manager.costs.small_loop;
  return !at.held_back;
}

/// The same by the forecast alone.
inline bool WorkerController::would_share(Standing const& at) {
  using namespace detail;
  ThreadManager& manager = thread_manager;
  if (this_thread.depth != 0 && manager.busy() >= manager.limit()) return false;
  if (at.cost <= 0 && manager.costs.probe > 0) return at.next == 0 && few_and_unknown(at);
  if (at.cost < job_.least_cost && manager.costs.probe > 0) return false;
  // What is not known of a pulled source counts as plenty; of one that may pause any moment, as a few items.
  float left = worth_any_wake;
  if (at.known.ended) {
    left = at.cost * static_cast<float>(at.known.positions - at.next);
  } else if (runs_as_they_come(at)) {
    left = at.cost * static_cast<float>(Reading::one_by_one);
  }
  cost_model::Surroundings around;
  around.helper_is_hot = manager.spinning.load(std::memory_order_relaxed) != 0;
  around.engage = manager.engage_ns();
  ThreadState& self = this_thread;
  if (!around.helper_is_hot && self.debt > 0) {
    if (elapsed_ns(self.last_end, started_) > manager.hot_ns()) {
      self.debt = 0;
    } else {
      std::uint32_t const patience = manager.patience.load(std::memory_order_relaxed);
      around.kept_hot = cost_model::debt_is_due(self.debt, patience, manager.wake_ns());
    }
  }
  return cost_model::pays_to_share(left, around, manager.costs);
}

/// Nested, and every core computes: runs half of what is left, and asks again; no clock, nothing published. False when
/// all is done.
inline bool WorkerController::run_while_cores_are_busy(Standing& at) {
  detail::ThreadManager& manager = detail::thread_manager;
  while (manager.busy() >= manager.limit()) {
    std::size_t const left = at.known.positions - at.next;
    if (left == 0) {
      if (at.known.ended) at.over = true;
      return !at.over;  // what a source still has to give is found out with the clock in hand
    }
    if (!step(at, left / 2 + left % 2)) return false;
  }
  return true;
}

/// Runs what is too cheap to share, and finds out what it costs: the probe. Returns when all is done (`at.over`) or the
/// rest is worth sharing.
template <bool watched>
void WorkerController::run_privately(Standing& at) {
  using namespace detail;
  Costs const& costs = thread_manager.costs;
  if (!watched && this_thread.depth != 0 && !run_while_cores_are_busy(at)) return;
  started_ = ticks();
  at.timed_from = at.next;
  Ticks last_look = started_;
  bool const known_before = at.cost > 0;
  bool const foretold = known_before && at.known.ended;
  float size = foretold ? 0 : known_before ? cost_model::at_least(costs.probe / 4 / at.cost, 1) : 1;
  // Known and dear, or forecast to pay: at once, without a private step.
  bool look = known_before || costs.probe <= 0 || few_and_unknown(at);
  while (!at.over) {
    if (look && wants_to_share(at)) return;
    if (runs_as_they_come(at)) {
      float const elapsed = elapsed_ns(started_, last_look);
      std::size_t const count = run_as_they_come(at, cost_model::private_step(8192, at.cost, size, elapsed, costs));
      Ticks const now = ticks();
      float const took = elapsed_ns(last_look, now);
      last_look = now;
      reading_.note(count, took, costs);
      if (count == 0) continue;
      at.cost = cost_model::learn_privately(at.cost, count, took);
      size = static_cast<float>(count);
      look = elapsed_ns(started_, now) > costs.probe || took > 5'000;
      continue;
    }
    if (at.next == at.known.positions) {
      // What a source still holds is not known: as much as the next step is worth.
      Pulled const before = at.known;
      float const elapsed = elapsed_ns(started_, last_look);
      if (!before.ended) at.known = pull_alone(before, cost_model::private_step(8192, at.cost, size, elapsed, costs));
      if (at.known.ended && at.known.positions == before.positions) at.over = true;
      continue;
    }
    std::size_t const left = at.known.positions - at.next;
    // Of a whole loop never more than half at once; what was pulled for this step is run in one.
    std::size_t const most = at.known.ended ? left : 2 * left;
    std::size_t const wanted =
        foretold ? cost_model::forecast_step(left, at.cost, size, costs)
                 : cost_model::private_step(most, at.cost, size, elapsed_ns(started_, last_look), costs);
    std::size_t const count = wanted < left ? wanted : left;
    if (!step(at, count)) return;
    Ticks const now = ticks();
    float const took = elapsed_ns(last_look, now);
    last_look = now;
    at.cost = cost_model::learn_privately(at.cost, count, took);
    size = static_cast<float>(count);
    look = elapsed_ns(started_, now) > costs.probe || took > 5'000;
  }
}

/// What earlier runs have shown of sharing loops like this one.
inline void WorkerController::look_up(Standing& at, Memo const& memo) {
  auto const items = static_cast<float>(at.known.positions);
  if (at.cost * items >= detail::thread_manager.costs.small_loop) return;
  at.forecast = at.cost * items;
  at.alone = memo.comparison(at.known.positions).says_alone(items);
}

/// Remembers what a small loop took that was shared, or would have been. One that turned out to be no small loop, was
/// cut short or told to stop says nothing, nor does one far below its forecast, which would not have been shared.
inline void WorkerController::compare(Standing const& at, Memo& memo, bool whole) {
  using namespace detail;
  bool const shared = slot_ != nullptr;
  if (started_ == 0 || (!shared && !at.held_back)) return;
  Ticks const last_end = this_thread.last_end;  // older than the call if its first step threw
  float const took = elapsed_ns(started_, last_end > started_ ? last_end : ticks());
  auto const items = static_cast<float>(at.known.positions - at.timed_from);
  Comparison now = memo.comparison(at.known.positions);
  if (!shared) {
    now.note_alone(items, took, whole && took > at.forecast / 4);
  } else {
    if (!whole || memo.cost.load(std::memory_order_relaxed) * items > thread_manager.costs.small_loop) return;
    now.note_shared(items, took);
  }
  memo.remember(at.known.positions, now);
}

/// A loop that ran alone: remembers its cost, and what a hot helper would have saved.
inline void WorkerController::note_alone(Standing const& at, Memo& memo) {
  using namespace detail;
  if (at.next == at.timed_from || started_ == 0) return;
  Ticks const now = ticks();
  float const took = elapsed_ns(started_, now);
  ThreadState& self = this_thread;
  if (elapsed_ns(self.last_end, started_) > thread_manager.hot_ns()) self.debt = 0;
  self.debt += cost_model::debt_of(took, thread_manager.costs);
  self.last_end = now;
  memo.cost.store(took / static_cast<float>(at.next - at.timed_from), std::memory_order_relaxed);
}

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/looking_around.hpp

// WorkerController, every worker now and then: blocked, too many, told to stop.

namespace parallel_task {
inline namespace v0_1 {

/// Now and then, or after a long claim: is this thread blocked, should it leave, is the watch needed?
inline void WorkerController::look_around(Hand& hand, float took) {
  using namespace detail;
  ThreadManager& manager = thread_manager;
  Costs const& costs = manager.costs;
  if (hand.me != 0 && should_leave()) {
    hand.leaving = true;
    return;
  }
  bool const old_enough = elapsed_ns(published_, hand.now) > costs.blocked_after;
  if (!old_enough && took <= costs.long_claim) return;
  if ((old_enough || took > costs.blocked_after) && ask_for_watch())
    (void)manager.ring(*slot_, engaging::Purpose::watch);
  std::uint64_t const looked_at = this_thread.looked_at;
  if (looked_at != 0 && elapsed_ns(looked_at, hand.now) < costs.blocked_window) return;
  switch (look_at_oneself()) {
    case cost_model::Verdict::blocked:
      if (extra_threads_pay()) {
        call_blocked();
      } else {
        clear_blocked();
      }
      break;
    case cost_model::Verdict::computes:
      clear_blocked();
      break;
    case cost_model::Verdict::drop:
      break;
  }
  hand.now = ticks();
}

/// Whether threads beyond the cores earn their keep in this call: where tasks fight for one mutex they do not, and are
/// withdrawn. Compares items per second before and after they came, each over enough items to tell; until then they are
/// granted. Any worker, at most once a millisecond each.
inline bool WorkerController::extra_threads_pay() noexcept {
  using namespace detail;
  // relaxed throughout: two workers at once judge by nearly the same figures.
  if (extra_denied_.load(std::memory_order_relaxed) != 0) return false;
  std::uint32_t const threads = (slot_->word.load(std::memory_order_relaxed) & CallSlot::count) + 1;
  std::uint64_t done = 0;
  std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i < end && i < rack_->size; ++i) {
    done += rack_->members[i].done.load(std::memory_order_relaxed);
  }
  Ticks const now = ticks();
  Ticks const then = judged_at_.load(std::memory_order_relaxed);
  float const passed = elapsed_ns(then == 0 ? published_ : then, now);
  std::uint64_t const gained = done - done_then_.load(std::memory_order_relaxed);
  if (passed < 1e6F || gained < 16 * std::uint64_t{threads}) return true;
  float const rate = static_cast<float>(gained) / passed;
  std::uint32_t const before = threads_before_.load(std::memory_order_relaxed);
  float const rate_before = rate_before_.load(std::memory_order_relaxed);
  if (before != 0 && threads > before && !cost_model::extra_threads_pay(rate_before, before, rate, threads)) {
    extra_denied_.store(1, std::memory_order_relaxed);
    return false;
  }
  threads_before_.store(threads, std::memory_order_relaxed);
  rate_before_.store(rate, std::memory_order_relaxed);
  done_then_.store(done, std::memory_order_relaxed);
  judged_at_.store(now, std::memory_order_relaxed);
  return true;
}

/// Whether this helper is needed more elsewhere: threads are being ended, more compute than should, or this call holds
/// more than its share while another has less.
inline bool WorkerController::should_leave() const noexcept {
  using namespace detail;
  ThreadManager& manager = thread_manager;
  if (manager.stopping.load(std::memory_order_relaxed)) return true;
  if (manager.busy() > manager.limit() && !this_thread.blocked) return true;
  std::uint64_t const others = manager.wanting.load(std::memory_order_relaxed) & ~(std::uint64_t{1} << index_);
  if (others == 0) return false;
  std::uint32_t const share = manager.share();
  if ((slot_->word.load(std::memory_order_relaxed) & CallSlot::count) + 1 <= share) return false;
  for (std::uint64_t rest = others; rest != 0; rest &= rest - 1) {
    CallSlot const& other = manager.call_slots[static_cast<std::uint32_t>(std::countr_zero(rest))];
    if ((other.word.load(std::memory_order_relaxed) & CallSlot::count) + 1 < share && other.has_work()) return true;
  }
  return false;
}

/// Whether the stop token or the deadline ends the run; the first to say so is remembered.
inline bool WorkerController::told_to_stop() {
  std::uint32_t why = going;
  if (settings_.stop_requested != nullptr && settings_.stop_requested(settings_.stop_token)) why = stopped;
  if (why == going && settings_.deadline != 0 && detail::steady_ns() >= settings_.deadline) why = late;
  if (why == going) return false;
  std::uint32_t expected = going;
  (void)outcome_.compare_exchange_strong(expected, why, std::memory_order_relaxed, std::memory_order_relaxed);
  return true;
}

inline void WorkerController::lower_bound_to(std::size_t bound) noexcept {
  std::size_t seen = bound_.load(std::memory_order_relaxed);
  while (bound < seen &&
         !bound_.compare_exchange_weak(seen, bound, std::memory_order_relaxed, std::memory_order_relaxed)) {
  }
}

/// Keeps an error: the first in time, or where the run cuts by order each worker's lowest. Others are dropped here.
PARALLEL_TASK_COLD inline void WorkerController::note_error(Member& member, Block strip,
                                                            std::exception_ptr error) noexcept {
  if (job_.cut == Cut::later) {
    if (!member.error || strip.first < member.error_at) {
      member.error = std::move(error);
      member.error_at = strip.first;
    }
    lower_bound_to(strip.last);
    return;
  }
  std::uint32_t expected = going;
  if (outcome_.compare_exchange_strong(expected, failed, std::memory_order_relaxed, std::memory_order_relaxed)) {
    member.error = std::move(error);
    member.error_at = strip.first;
  }
  lower_bound_to(0);
}

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/reporting.hpp

// WorkerController, at the end: the report.

namespace parallel_task {
inline namespace v0_1 {

PARALLEL_TASK_COLD inline void WorkerController::fill_report(RunReport& report, RunReason reason, Ticks now) {
  using namespace detail;
  report.reason = reason;
  report.duration_ns = reason == RunReason::nothing_to_do ? 0.0 : static_cast<double>(elapsed_ns(started_, now));
  report.items = alone_;
  double busy = 0;
  auto const add = [&](WorkerReport worker, double worker_busy) {
    worker.busy_ns = worker_busy;
    worker.idle_ns = report.duration_ns > worker_busy ? report.duration_ns - worker_busy : 0.0;
    busy += worker_busy;
    // A thread that left and came back may have had another place: one row for both.
    for (WorkerReport& other : report.workers) {
      if (worker.thread == 0 || other.thread != worker.thread) continue;
      other.items += worker.items;
      other.claims += worker.claims;
      other.steals += worker.steals;
      other.pulls += worker.pulls;
      other.segments += worker.segments;
      other.busy_ns += worker.busy_ns;
      other.idle_ns = report.duration_ns > other.busy_ns ? report.duration_ns - other.busy_ns : 0.0;
      return;
    }
    report.workers.push_back(worker);
  };
  if (slot_ == nullptr) {
    report.threads = alone_ != 0 ? 1 : 0;
    report.segments = alone_ != 0 ? 1 : 0;
    WorkerReport caller;
    caller.thread = this_thread.thread;
    caller.items = alone_;
    caller.segments = report.segments;
    if (alone_ != 0) add(caller, report.duration_ns);
  } else {
    report.segments = alone_ != 0 ? 1 : 0;
    std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
    for (std::uint32_t i = 0; i != end; ++i) {
      WorkerCounts const& counts = rack_->members[i].counts;
      WorkerReport worker;
      worker.thread = counts.thread;
      worker.items = counts.items + (i == 0 ? alone_ : 0);
      worker.claims = counts.claims;
      worker.steals = counts.steals;
      worker.pulls = counts.pulls;
      worker.segments = counts.segments + (i == 0 && alone_ != 0 ? 1 : 0);
      report.items += counts.items;
      report.steals += counts.steals;
      report.pulls += counts.pulls;
      report.segments += counts.segments;
      report.wakes += counts.wakes;
      if (i != 0 && counts.items != 0 &&
          (report.time_to_engage_ns <= 0 || static_cast<double>(counts.first_item_ns) < report.time_to_engage_ns)) {
        report.time_to_engage_ns = static_cast<double>(counts.first_item_ns);
      }
      if (worker.items == 0 && i != 0) continue;
      add(worker,
          static_cast<double>(counts.busy_ns) + (i == 0 ? static_cast<double>(elapsed_ns(started_, published_)) : 0.0));
    }
    if (alone_ != 0) watching_->took_part();
    for (auto const& seen : watching_->threads_seen) {
      report.threads += static_cast<std::uint32_t>(std::popcount(seen.load(std::memory_order_relaxed)));
    }
    if (reason == RunReason::shared && report.threads < 2) report.reason = RunReason::nobody_came;
  }
  if (report.items != 0) report.cost_per_item_ns = busy / static_cast<double>(report.items);
}

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/sharing.hpp

// WorkerController, the calling thread among others: publish, wait, close, and put the pieces in order.

namespace parallel_task {
inline namespace v0_1 {

/// Takes a slot and fills it in; false if there is none, no memory for its queues, or nothing to keep this code loaded
/// with: go on alone.
inline bool WorkerController::publish(Standing& at) {
  using namespace detail;
  ThreadManager& manager = thread_manager;
  ThreadState& self = this_thread;
  if (!prepare()) return false;
  clock::calibrate();
  published_ = ticks();
  manager.refresh_cores(published_);
  CallSlot* slot = nullptr;
  for (std::uint32_t i = 0; i != ThreadManager::slot_count && slot == nullptr; ++i) {
    std::uint32_t const index = (self.hint + i) % ThreadManager::slot_count;
    std::uint32_t seen = manager.call_slots[index].word.load(std::memory_order_relaxed);
    // acquire: pairs with the release in put_slot_back; the members are as the caller before left them.
    if (seen == 0 && manager.call_slots[index].word.compare_exchange_strong(
                         seen, CallSlot::reserved, std::memory_order_acquire, std::memory_order_relaxed)) {
      slot = &manager.call_slots[index];
      slot->caller.store(&self, std::memory_order_relaxed);
      index_ = index;
    }
  }
  if (slot == nullptr) return false;
  std::uint32_t const places = 2 * manager.cores() + 16;
  Rack* const rack = rack_of(*slot, places < CallSlot::most_members ? places : CallSlot::most_members);
  if (rack == nullptr) {
    slot->word.fetch_sub(CallSlot::reserved, std::memory_order_release);
    return false;
  }
  if (self.depth == 0) self.hint = index_;
  slot_ = slot;
  rack_ = rack;
  if (job_.share != nullptr) at.known = job_.share(job_.self, home_.where, at.next);
  PARALLEL_TASK_INVARIANT(at.known.positions >= at.next, "what has run is known");

  // Positions become units; the caller's first one begins where the private run ended.
  QueueBlock rest;
  if (job_.pull == nullptr) {
    total_ = at.known.positions;
    while (total_ >> shift_ >= 0xFFFFFFFFU) ++shift_;
    std::size_t const unit = std::size_t{1} << shift_;
    // With units of more than one position, the private run is brought to the end of its unit first.
    if (at.next % unit != 0) {
      std::size_t const to_end = unit - at.next % unit;
      (void)step(at, to_end < total_ - at.next ? to_end : total_ - at.next);
    }
    if (!at.over) {
      rest = {static_cast<std::uint32_t>(at.next >> shift_), static_cast<std::uint32_t>((total_ + unit - 1) >> shift_)};
    }
  } else {
    std::size_t const left = at.known.positions - at.next;
    std::size_t const handed_out = at.next + (left < most_handed_out ? left : most_handed_out);
    fetched_ = at.known;
    known_.store(handed_out, std::memory_order_relaxed);
    rest = {static_cast<std::uint32_t>(at.next), static_cast<std::uint32_t>(handed_out)};
  }
  alone_ = at.next;
  home_.last = at.next;
  cost_ = at.cost * static_cast<float>(std::size_t{1} << shift_);

  Member& own = rack->members[0];
  own.segments = &home_;
  own.cost.store(cost_, std::memory_order_relaxed);
  own.counts.thread = self.thread;
  own.system_id.store(this_thread_id(), std::memory_order_relaxed);
  offered_ = rest;

  // Of itself a call never has more than the budget, also when its caller, whose place was taken while it slept, wakes.
  std::uint32_t joiners = manager.most_computing() - 1;
  if (settings_.max_threads != 0 && settings_.max_threads - 1 < joiners) joiners = settings_.max_threads - 1;
  slot->call.store(this, std::memory_order_relaxed);
  slot->parent.store(self.inside, std::memory_order_relaxed);
  slot->group.store(self.group, std::memory_order_relaxed);
  slot->most_joined.store(joiners, std::memory_order_relaxed);
  slot->left_behind.store(0, std::memory_order_relaxed);
  slot->high.store(1, std::memory_order_relaxed);
  slot->members[0].store(1, std::memory_order_relaxed);
  bool const more =
      job_.pull != nullptr && (!at.known.ended || at.known.positions != known_.load(std::memory_order_relaxed));
  slot->pull.store(more ? CallSlot::ready : CallSlot::ended, std::memory_order_relaxed);
  abandon = &WorkerController::abandoned;
  return true;
}

template <bool watched>
inline void WorkerController::share(Standing& at) {
  using namespace detail;
  if constexpr (watched) watching_->shared = true;
  if (at.over) return;
  ThreadManager& manager = thread_manager;
  ThreadState& self = this_thread;
  bool const nested = self.depth != 0;
  std::uint32_t const inside = self.inside;
  // Ski-rental, or a cost that nobody knows yet: a thread is called before the first item, not at a claim boundary.
  bool const call_first = (self.debt > 0 || at.cost <= 0) && manager.spinning.load(std::memory_order_relaxed) == 0;

  if (!offered_.empty()) (void)rack_->members[0].queue.secondary().push(offered_);
  // A nested caller is counted by its call's bit from now on, not by its place as well.
  if (nested) manager.computing.fetch_sub(1, std::memory_order_relaxed);
  // release: pairs with the acquire in join; the frame and the slot are filled in.
  slot_->word.fetch_add(CallSlot::open - CallSlot::reserved, std::memory_order_release);
  // seq_cst: before the look at `parked` in ring; see thread_manager.hpp.
  manager.wanting.fetch_or(std::uint64_t{1} << index_, std::memory_order_seq_cst);
  if (call_first) {
    self.debt = 0;
    if (manager.busy() < manager.limit() && manager.ring(*slot_)) {
      ++rack_->members[0].counts.wakes;
      if constexpr (watched) note_wake(watching_->row);
    }
  }
  ++self.depth;
  self.inside = index_;
  // Where a strategy forbids to rob whom there is, the caller stops trying after a while, and sleeps.
  std::uint32_t in_vain = 0;
  do {
    std::uint64_t const claims = rack_->members[0].counts.claims;
    work<watched>(*this, 0);
    in_vain = rack_->members[0].counts.claims != claims || !rack_->members[0].counts.refused ? 0 : in_vain + 1;
    wait_for_helpers<watched>(in_vain < 16);
  } while ((slot_->word.load(std::memory_order_relaxed) & CallSlot::open) != 0);
  --self.depth;
  self.inside = inside;
  manager.wanting.fetch_and(~(std::uint64_t{1} << index_), std::memory_order_relaxed);
  if (nested) manager.computing.fetch_add(1, std::memory_order_relaxed);
  if (slot_->high.load(std::memory_order_relaxed) > 1) self.hot_since = 0;  // somebody came
  PARALLEL_TASK_INVARIANT(all_has_run(), "a call that is closed has run each of its items once, or was cut short");
  order_segments();
}

/// Whether each position has run, as far as counting tells. After the close.
inline bool WorkerController::all_has_run() const noexcept {
  if (bound() != unknown) return true;
  std::uint64_t done = alone_;
  std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i != end; ++i) done += rack_->members[i].counts.items;
  return done == (job_.pull == nullptr ? total_ : known_.load(std::memory_order_relaxed)) && !slot_->has_work();
}

/// Closes the call if nobody is in it and nothing is left; the slot's word is then `reserved`.
inline bool WorkerController::try_to_close() {
  std::uint32_t alone = CallSlot::open;
  // acquire: pairs with the release in leave; all that helpers computed is visible from here on.
  if (!slot_->word.compare_exchange_strong(alone, CallSlot::reserved, std::memory_order_acquire,
                                           std::memory_order_relaxed)) {
    return false;
  }
  bool const cut = bound_.load(std::memory_order_relaxed) != unknown;
  // The mark stays until the queues are empty: one look round may not have been enough to rob them.
  bool const left_behind = slot_->left_behind.load(std::memory_order_relaxed) != 0 && slot_->has_work();
  // A queue left behind may hold positions below the bound, unless everything is cut. A source is asked no more once
  // there is a bound: all that it could give lies behind.
  bool const more = (left_behind && !(cut && job_.cut == Cut::everything)) ||
                    (!cut && slot_->pull.load(std::memory_order_relaxed) != CallSlot::ended);
  if (!more) return true;
  // relaxed: a read-modify-write carries the release in share on, and nothing new is to be seen; nobody could join in
  // between, so the caller goes on as before.
  slot_->word.fetch_add(CallSlot::open - CallSlot::reserved, std::memory_order_relaxed);
  return false;
}

/// The caller is dry: closes the call, or helps calls made by its items, spins for a while, sleeps. Returns when the
/// call is closed or there may be work again.
template <bool watched>
inline void WorkerController::wait_for_helpers(bool may_rob) {
  using namespace detail;
  ThreadManager& manager = thread_manager;
  Ticks const begun = ticks();
  while (elapsed_ns(begun, ticks()) < manager.costs.caller_spin) {
    for (std::uint32_t i = 0; i != 32; ++i) {
      if ((slot_->word.load(std::memory_order_relaxed) & CallSlot::count) == 0) {
        (void)try_to_close();
        return;
      }
      relax();
    }
    if (may_rob && slot_->has_work()) return;
    // The one exception to isolation: calls made by items of this one, which a sequential run would nest here too.
    std::uint64_t const others = manager.wanting.load(std::memory_order_relaxed) & ~(std::uint64_t{1} << index_);
    for (std::uint64_t rest = others; rest != 0; rest &= rest - 1) {
      auto const index = static_cast<std::uint32_t>(std::countr_zero(rest));
      if (!descends_from(index, index_) || !manager.call_slots[index].has_work()) continue;
      if (join_and_work(index, index_)) return;
    }
  }
  manager.asleep.fetch_add(1, std::memory_order_relaxed);
  manager.computing.fetch_sub(1, std::memory_order_relaxed);
  [[maybe_unused]] Ticks const asleep = watched ? ticks() : 0;
  for (;;) {
    std::uint32_t seen = slot_->word.load(std::memory_order_relaxed);
    if ((seen & CallSlot::count) == 0) {
      // The last one to leave may not have come to clear it yet; it need not be waited for.
      if ((seen & CallSlot::waiting) != 0) slot_->word.fetch_and(~CallSlot::waiting, std::memory_order_relaxed);
      break;
    }
    if ((seen & CallSlot::waiting) == 0) {
      // relaxed: the bit only asks to be woken. A leaver that clears it wakes, whenever it reads it.
      if (!slot_->word.compare_exchange_weak(seen, seen | CallSlot::waiting, std::memory_order_relaxed,
                                             std::memory_order_relaxed)) {
        continue;
      }
    }
    if (may_rob && slot_->has_work()) {
      slot_->word.fetch_and(~CallSlot::waiting, std::memory_order_relaxed);
      break;
    }
    if constexpr (watched) {
      wait_and_tell(seen | CallSlot::waiting);
    } else {
      wait_on(slot_->word, seen | CallSlot::waiting);
    }
    if ((slot_->word.load(std::memory_order_relaxed) & CallSlot::waiting) == 0) break;
  }
  manager.computing.fetch_add(1, std::memory_order_relaxed);
  manager.asleep.fetch_sub(1, std::memory_order_relaxed);
  if constexpr (watched) note_slept(asleep);
}

/// Puts the errors of all members into one: the first in time, or the lowest by position where the run cuts by order.
PARALLEL_TASK_COLD inline void WorkerController::collect_errors() {
  std::exception_ptr error;
  std::size_t lowest = unknown;
  std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i != end; ++i) {
    Member& member = rack_->members[i];
    if (!member.error) continue;
    if (!error || member.error_at < lowest) {
      error = std::move(member.error);
      lowest = member.error_at;
    }
    member.error = nullptr;
  }
  if (!error) return;
  // By order: an error at or behind the bound that a lower hit set was never met by the sequential loop.
  if (job_.cut == Cut::later && lowest >= bound()) return;
#if defined(__cpp_exceptions)
  if (job_.cut == Cut::later || outcome_.load(std::memory_order_relaxed) == failed) {
    std::rethrow_exception(std::move(error));
  }
#endif
}

/// Links all segments behind `home_`, in order of position. The home one is the lowest by construction.
inline void WorkerController::order_segments() noexcept {
  using namespace detail;
  SegmentNode* all = nullptr;
  std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i != end; ++i) {
    for (SegmentNode* node = rack_->members[i].segments; node != nullptr;) {
      SegmentNode* const next = node->next;
      if (node != &home_) {
        node->next = all;
        all = node;
      }
      node = next;
    }
    rack_->members[i].segments = nullptr;
  }
  home_.next = sort_by_position(all);
}

/// Destroys the segments and leaves the slot as it was found, for the next call.
inline void WorkerController::put_slot_back() noexcept {
  using namespace detail;
  for (SegmentNode* node = home_.next; node != nullptr;) {
    SegmentNode* const next = node->next;
    close_segment(node, job_);
    node = next;
  }
  std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i != end; ++i) {
    Member& member = rack_->members[i];
    member.queue.secondary().discard();
    member.segments = nullptr;
    member.storage_used = false;
    member.error = nullptr;
    member.counts = {};
    member.cost.store(0, std::memory_order_relaxed);
    member.polled_load.store(0, std::memory_order_relaxed);
    member.polled_at.store(0, std::memory_order_relaxed);
    member.done.store(0, std::memory_order_relaxed);
    member.system_id.store(0, std::memory_order_relaxed);
  }
  for (auto& word : slot_->members) word.store(0, std::memory_order_relaxed);
  slot_->parent.store(CallSlot::no_parent, std::memory_order_relaxed);
  slot_->pull.store(CallSlot::ended, std::memory_order_relaxed);
  slot_->high.store(0, std::memory_order_relaxed);
  // release: pairs with the acquire in publish.
  slot_->word.fetch_sub(CallSlot::reserved, std::memory_order_release);
  slot_ = nullptr;
}

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/telling.hpp

// WorkerController, watched: what it tells a report, a trace and a progress callback. Nothing here is compiled into
// programs that ask for none of them.

namespace parallel_task {
inline namespace v0_1 {

/// Called on the calling thread before anything has run.
inline void WorkerController::begin_watching(Standing& at) {
  detail::Watching& watching = *watching_;
  started_ = detail::ticks();
  if (watching.watch.trace != nullptr && watching.watch.trace->begin()) {
    watching.trace = watching.watch.trace;
    watching.row = watching.trace->row_of(&detail::this_thread, detail::this_thread.thread);
  }
  if (watching.watch.tell != nullptr) {
    watching.next = &at.next;
    watching.known = &at.known;
    watching.tell_at = started_ + ticks_of(watching.watch.interval);
    // It is told where a stop token is asked: at every claim boundary, and between the strips of a run on one thread.
    watching.stop_requested = settings_.stop_requested;
    watching.stop_token = settings_.stop_token;
    settings_.stop_requested = &WorkerController::ask_and_tell;
    settings_.stop_token = this;
  }
}

/// Called on the calling thread when all have left. `thrown` is what the run is going to throw.
inline void WorkerController::end_watching(RunReason reason, std::exception_ptr& thrown) {
  detail::Watching& watching = *watching_;
  Ticks const now = detail::ticks();
  if (!thrown) thrown = watching.failure;
  if (watching.trace != nullptr && alone_ != 0) {
    Ticks const end = slot_ == nullptr ? now : published_;
    // The first of the row in time, whatever came before it into the row.
    watching.trace->record_first(watching.row, {started_, end, 0, alone_, 0, TraceKind::claim});
  }
  RunReport report;
  detail::guarded([&] { fill_report(report, reason, now); },
                  [&](std::exception_ptr error) {
                    if (!thrown && watching.watch.report != nullptr) thrown = std::move(error);
                  });
  if (watching.trace != nullptr) {
    auto const rate = static_cast<double>(detail::clock::rate.load(std::memory_order_relaxed));
    watching.trace->end(started_, rate, detail::thread_manager.options().thread_name_prefix);
    // Short of memory, a trace does without a part; the run is not worse for it.
    detail::guarded([&] { watching.trace->report_ = report; }, [](std::exception_ptr) {});
    watching.trace->give_back();
  }
  if (watching.watch.report != nullptr) *watching.watch.report = std::move(report);
  bool const succeeded = !thrown && outcome_.load(std::memory_order_relaxed) == going;
  if (watching.watch.tell != nullptr && succeeded) {
    Progress progress = progress_at(now);
    progress.finished = true;
    progress.total = bound() == unknown ? progress.done : progress.total;
    progress.left = std::chrono::nanoseconds(0);
    detail::guarded([&] { watching.watch.tell(watching.watch, progress); },
                    [&](std::exception_ptr error) { thrown = std::move(error); });
  }
}

// --- trace ----------------------------------------------------------------------------------------------------------

/// Each worker as it begins to work here; the caller every time that it comes back from waiting.
inline void WorkerController::note_joined(WatchedHand& hand) {
  using namespace detail;
  Watching& watching = *watching_;
  watching.thread_of[hand.me].store(this_thread.thread, std::memory_order_relaxed);
  hand.items_before = hand.member.counts.items;
  if (watching.trace == nullptr) return;
  hand.row = hand.me == 0 ? watching.row : watching.trace->row_of(&this_thread, this_thread.thread);
  ThreadState& self = this_thread;
  if (hand.me != 0 && self.woken_at > started_) {
    watching.trace->record(hand.row, {self.parked_at, self.woken_at, 0, 0, self.woken_by, TraceKind::park});
    self.woken_at = 0;  // told once
  }
}

/// Before a claim is run.
inline void WorkerController::note_claimed(WatchedHand& hand, QueueBlock claim) {
  hand.claimed = hand.now;
  hand.first = positions_of(claim.first, claim.last).first;
}

/// After a claim, or what has been run of it when an item threw.
inline void WorkerController::note_ran(WatchedHand& hand) {
  using namespace detail;
  Watching& watching = *watching_;
  std::uint64_t const items = hand.member.counts.items - hand.items_before;
  hand.items_before = hand.member.counts.items;
  if (items == 0) return;
  if (!hand.told) {
    hand.told = true;
    if (hand.me != 0 && hand.member.counts.first_item_ns <= 0) {
      hand.member.counts.first_item_ns = elapsed_ns(started_, hand.claimed);
    }
    watching.took_part();
  }
  if (watching.trace == nullptr) return;
  watching.trace->record(hand.row, {hand.claimed, hand.now, hand.first, items, 0, TraceKind::claim});
}

inline void WorkerController::note_stolen(WatchedHand& hand, std::uint32_t victim, QueueBlock stolen) {
  detail::Watching& watching = *watching_;
  if (watching.trace == nullptr) return;
  Block const block = positions_of(stolen.first, stolen.last);
  watching.trace->record(hand.row, {hand.now, detail::ticks(), block.first, block.size(),
                                    watching.thread_of[victim].load(std::memory_order_relaxed), TraceKind::steal});
}

inline void WorkerController::note_pulled(WatchedHand& hand, Ticks begun, std::uint64_t first, std::uint64_t end) {
  detail::Watching& watching = *watching_;
  if (watching.trace == nullptr) return;
  watching.trace->record(hand.row, {begun, detail::ticks(), first, end - first, 0, TraceKind::pull});
}

/// The calling thread, one of the call's, has woken or started another.
inline void WorkerController::note_wake(detail::TraceRow* row) {
  if (watching_->trace == nullptr) return;
  Ticks const now = detail::ticks();
  watching_->trace->record(row, {now, now, 0, 0, 0, TraceKind::wake});
}

/// The caller has slept until the last helper left, or left something behind.
inline void WorkerController::note_slept(Ticks begun) {
  if (watching_->trace == nullptr) return;
  watching_->trace->record(watching_->row, {begun, detail::ticks(), 0, 0, 0, TraceKind::park});
}

// --- progress -------------------------------------------------------------------------------------------------------

inline WorkerController::Ticks WorkerController::ticks_of(std::int64_t ns) noexcept {
  return static_cast<Ticks>(static_cast<double>(ns) /
                            static_cast<double>(detail::clock::rate.load(std::memory_order_relaxed)));
}

/// Stands in for the user's stop token. Any worker; only the caller tells.
inline bool WorkerController::ask_and_tell(void const* controller) {
  auto& self = *const_cast<WorkerController*>(static_cast<WorkerController const*>(controller));
  detail::Watching const& watching = *self.watching_;
  if (watching.caller == &detail::this_thread) {
    Ticks const now = detail::ticks();
    if (now >= watching.tell_at) self.tell_progress(now);
    if (watching.failure) return true;
  }
  return watching.stop_requested != nullptr && watching.stop_requested(watching.stop_token);
}

/// How far the run is; on the calling thread.
inline Progress WorkerController::progress_at(Ticks now) const {
  detail::Watching const& watching = *watching_;
  Progress progress;
  std::uint64_t done = 0;
  if (watching.shared) {
    std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
    for (std::uint32_t i = 0; i != end; ++i) done += rack_->members[i].done.load(std::memory_order_relaxed);
    done = (done << shift_) + alone_;
    if (job_.pull == nullptr) {
      if (done > total_) done = total_;  // the last unit may be less than whole
      progress.total = total_;
    } else if (slot_->pull.load(std::memory_order_acquire) == CallSlot::ended) {
      // acquire: pairs with the release that ends the pull role; `known_` is the last word then.
      progress.total = static_cast<std::size_t>(known_.load(std::memory_order_relaxed));
    }
  } else {
    done = *watching.next;
    if (watching.known->ended) progress.total = watching.known->positions;
  }
  progress.done = static_cast<std::size_t>(done);
  double const ns =
      static_cast<double>(now - started_) * static_cast<double>(detail::clock::rate.load(std::memory_order_relaxed));
  progress.elapsed = std::chrono::nanoseconds(static_cast<std::chrono::nanoseconds::rep>(ns));
  if (progress.total && progress.done != 0) {
    double const left = ns / static_cast<double>(done) * static_cast<double>(*progress.total - progress.done);
    progress.left = std::chrono::nanoseconds(static_cast<std::chrono::nanoseconds::rep>(left));
  }
  return progress;
}

/// Calls the callback. What it throws ends the run, and is thrown on by it.
PARALLEL_TASK_COLD inline void WorkerController::tell_progress(Ticks now) {
  detail::Watching& watching = *watching_;
  if (watching.failure) return;
  detail::guarded([&] { watching.watch.tell(watching.watch, progress_at(now)); },
                  [&](std::exception_ptr error) {
                    watching.failure = std::move(error);
                    std::uint32_t expected = going;
                    (void)outcome_.compare_exchange_strong(expected, failed, std::memory_order_relaxed,
                                                           std::memory_order_relaxed);
                    lower_bound_to(0);
                  });
  watching.tell_at = detail::ticks() + ticks_of(watching.watch.interval);
}

/// The caller waits for its helpers: until the slot's word changes, or it is time to tell.
inline void WorkerController::wait_and_tell(std::uint32_t seen) {
  using namespace detail;
  Watching const& watching = *watching_;
  if (watching.watch.tell == nullptr || watching.failure) return wait_on(slot_->word, seen);
  Ticks const now = ticks();
  if (now < watching.tell_at) {
    return wait_on_for(slot_->word, seen, static_cast<std::int64_t>(elapsed_ns(now, watching.tell_at)) + 1);
  }
  // It computes again for so long, and the callback may make calls of its own.
  thread_manager.computing.fetch_add(1, std::memory_order_relaxed);
  tell_progress(now);
  thread_manager.computing.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/controller/working.hpp

// WorkerController, every worker: claim, steal, pull, run.

namespace parallel_task {
inline namespace v0_1 {

/// Works in this call as member `me` until there is nothing left to take. What it throws is kept in the member.
template <bool watched>
void WorkerController::work(detail::OpenCall& call, std::uint32_t me) {
  static_cast<WorkerController&>(call).work_as<watched>(me);
}

template <bool watched>
inline void WorkerController::work_as(std::uint32_t me) {
  using namespace detail;
  Member& member = rack_->members[me];
  float const cost = me == 0 ? member.cost.load(std::memory_order_relaxed) : 0.0F;
  HandOf<watched> hand{Hand{me, member, member.queue.secondary(), cost, 0, 0, {}}};
  hand.last = cost_model::first_claim(hand.cost, thread_manager.costs);
  if (me != 0) {
    member.counts.thread = this_thread.thread;
    member.system_id.store(this_thread_id(), std::memory_order_relaxed);
  }
  forget_baseline();
  hand.now = ticks();
  if (this_thread.hot_since != 0 && elapsed_ns(this_thread.hot_looked, hand.now) < thread_manager.costs.hot_comes) {
    hand.hot_since = this_thread.hot_since;
  }
  if constexpr (watched) note_joined(hand);
  bool more = true;
  while (more) {
    guarded(
        [&]() PARALLEL_TASK_INLINE_BODY {
          QueueBlock claim;
          while (next_claim<watched>(hand, claim)) run_claim<watched>(hand, claim);
          more = false;
        },
        [&](std::exception_ptr error) {
          note_error(member, hand.strip, std::move(error));
          hand.queue.discard();  // all of it lies behind the strip that threw
          hand.now = ticks();
          if constexpr (watched) note_ran(hand);
        });
  }
  // Whoever leaves early leaves its queue to the others; relaxed: the leave itself is the release.
  if (hand.leaving && member.queue.load() != 0) {
    slot_->left_behind.store(1, std::memory_order_relaxed);
    slot_->wake_caller();  // it may sleep until another helper's long item ends
  }
  clear_blocked();
  if (me != 0) member.system_id.store(0, std::memory_order_relaxed);
}

/// The next positions to run: of the own queue, else stolen, else pulled from the source. False: nothing is to be had.
template <bool watched>
inline bool WorkerController::next_claim(HandOf<watched>& hand, QueueBlock& claim) {
  using namespace detail;
  Costs const& costs = thread_manager.costs;
  while (!hand.leaving) {
    std::uint32_t surplus = 0;
    hand.elsewhere = 0;
    claim = hand.queue.claim([&](std::uint32_t waiting) {
      std::uint32_t const size = cost_model::claim_size(waiting, hand.cost, hand.last, costs);
      surplus = waiting - size;
      return size;
    });
    if (claim.empty()) {
      if (!steal<watched>(hand, claim, surplus)) {
        if (pull<watched>(hand)) continue;
        return false;
      }
      hand.now = ticks();
    }
    if (job_.pull != nullptr) {
      if (is_time_to_read_ahead(hand, surplus)) (void)pull<watched>(hand);
      surplus = static_cast<std::uint32_t>(hand.member.queue.load());  // what was read ahead lies in a block of its own
    }
    if (positions_of(claim.first, claim.last).first >= bound_.load(std::memory_order_relaxed)) {
      hand.queue.discard();
      continue;
    }
    if (settings_.stop_requested != nullptr || settings_.deadline != 0) {
      hand.strip = positions_of(claim.first, claim.last);  // a user's token may throw
      if (told_to_stop()) {
        lower_bound_to(0);
        hand.queue.discard();
        continue;
      }
    }
    // A thief answers for what it saw elsewhere too: others may have gone into long items because this one was hot, or
    // on its way, and it can take the surplus of one of them only.
    if (surplus != 0 || hand.elsewhere != 0) at_boundary<watched>(hand, surplus + hand.elsewhere);
    hand.last = static_cast<float>(claim.size());
    // Before an item that is forecast to be long: if all are inside such, nobody comes to a boundary to look around.
    if (hand.cost * hand.last > costs.blocked_after && ask_for_watch())
      (void)thread_manager.ring(*slot_, engaging::Purpose::watch);
    if constexpr (watched) note_claimed(hand, claim);
    return true;
  }
  return false;
}

/// Whether to fetch more before the next claim, although `surplus` units wait: they are run sooner than a turn at pulling
/// ends, and with all dry at once, all but one would wait for that turn. Not where the source may pause, since the claim
/// would; nor where it is cut by order: what is pushed now may come to lie before what is given back later. Nor from
/// 2^31 on: who is never dry robs nobody, and what a stuck worker has must not be overtaken by 2^32.
inline bool WorkerController::is_time_to_read_ahead(Hand const& hand, std::uint32_t surplus) const noexcept {
  using namespace detail;
  if (job_.may_pause || job_.cut == Cut::later) return false;
  if (hand.cost <= 0 || static_cast<float>(surplus) * hand.cost > thread_manager.costs.pull) return false;
  if (slot_->pull.load(std::memory_order_relaxed) != CallSlot::ready) return false;
  // Nothing but the rest of the block that was claimed from, so that there is room.
  return known_.load(std::memory_order_relaxed) < std::uint64_t{1} << 31 && hand.member.queue.load() <= surplus;
}

/// At a claim boundary: others may want the `surplus` that waits. Of unknown cost: as if it was worth a wake; the
/// caller has called one before its first item, and each calls the next.
template <bool watched>
inline void WorkerController::at_boundary(HandOf<watched>& hand, std::size_t surplus) {
  float const left = hand.cost > 0 ? static_cast<float>(surplus) * hand.cost : worth_any_wake;
  if (left < detail::thread_manager.costs.least_shared) return;
  if (hand.looked != 0 && detail::elapsed_ns(hand.looked, hand.now) < hand.look_pause) return;
  call_others<watched>(hand, left, detail::thread_manager.engage_ns());
}

/// `left` ns of work are to be had: wakes the caller if it sleeps, and rings if that is worth the price, `engage` ns.
template <bool watched>
inline void WorkerController::call_others(HandOf<watched>& hand, float left, float engage) {
  using namespace detail;
  ThreadManager& manager = thread_manager;
  Costs const& costs = manager.costs;
  // All who compute look here, and what they look at is written by all who come: each look is paid by everybody.
  std::uint32_t const busy = manager.busy();
  hand.looked = hand.now;
  hand.look_pause = cost_model::look_pause(busy, costs);
  // `asleep` first: the word is written by all who join and leave.
  if (manager.asleep.load(std::memory_order_relaxed) != 0) slot_->wake_caller();
  cost_model::Surroundings around;
  around.helper_is_hot = manager.spinning.load(std::memory_order_relaxed) != 0;
  around.engage = engage;
  if (!around.helper_is_hot) {
    hand.hot_since = 0;
  } else if (hand.hot_since == 0) {
    hand.hot_since = hand.now;
  } else if (elapsed_ns(hand.hot_since, hand.now) > costs.hot_comes) {
    around.helper_is_hot = false;  // it spins by the count only: somebody else has its core
  }
  // Calls may be shorter than the time that it takes to find out: the next one goes on from here.
  this_thread.hot_since = hand.hot_since;
  this_thread.hot_looked = hand.now;
  if (!cost_model::pays_to_wake(left, around, costs) || busy >= manager.limit() || !has_room(*slot_)) {
    return;
  }
  hand.hot_since = 0;
  this_thread.hot_since = 0;
  for (std::uint32_t more = cost_model::calls_at_once(left, hand.cost * cost_model::at_least(hand.last, 1), engage,
                                                      busy, manager.limit());
       more != 0 && manager.ring(*slot_); --more) {
    ++hand.member.counts.wakes;
    if constexpr (watched) note_wake(hand.row);
  }
}

/// Robs the heaviest queue of half of what waits in it. A victim whose accessor is taken is passed over, never waited
/// for. The first items are claimed before the rest is stored, or thieves would pass the last one round for ever.
template <bool watched>
inline bool WorkerController::steal(HandOf<watched>& hand, QueueBlock& claim, std::uint32_t& surplus) {
  using namespace detail;
  Costs const& costs = thread_manager.costs;
  Tried tried;
  hand.member.counts.refused = false;
  bool sample = slot_->high.load(std::memory_order_relaxed) > 16;
  bool contended = false;
  for (std::uint32_t rounds = 0; rounds != 4;) {
    std::uint32_t const victim = heaviest(hand, tried, sample);
    if (victim == CallSlot::most_members) {
      if (sample) {
        sample = false;
        continue;
      }
      if (!contended) return false;
      contended = false;
      tried = {};
      ++rounds;
      relax();
      continue;
    }
    PrimaryAccessor primary = rack_->members[victim].queue.primary();
    if (!primary) {
      contended = true;
      tried.add(victim);
      continue;
    }
    QueueBlock const stolen = primary.steal_half();
    if (stolen.empty()) {
      tried.add(victim);
      continue;
    }
    if (positions_of(stolen.first, stolen.last).first >= bound_.load(std::memory_order_relaxed)) continue;  // dropped
    hand.cost = rack_->members[victim].cost.load(std::memory_order_relaxed);
    hand.member.cost.store(hand.cost,
                           std::memory_order_relaxed);  // for whoever robs this worker before it has measured
    hand.last = cost_model::first_claim(hand.cost, costs);
    std::uint32_t const size = cost_model::claim_size(stolen.size(), hand.cost, hand.last, costs);
    claim = {stolen.first, stolen.first + size};
    surplus = stolen.size() - size;
    hand.elsewhere -= stolen.size() < hand.elsewhere ? stolen.size() : hand.elsewhere;
    (void)hand.queue.push({claim.last, stolen.last});  // the own queue is dry: there is room
    hand.looked = 0;
    ++hand.member.counts.steals;
    if constexpr (watched) note_stolen(hand, victim, stolen);
    return true;
  }
  return false;
}

/// The queue-priority vector, as far as it is needed: the queue of highest priority among those not tried yet. Beyond
/// 16 workers a sample of 8 of them, at random; reading all would cost a line transfer each.
inline std::uint32_t WorkerController::heaviest(Hand& hand, Tried const& tried, bool sample) {
  using namespace detail;
  std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
  std::uint32_t const size = end < rack_->size ? end : rack_->size;
  std::uint32_t best = CallSlot::most_members;
  double highest = 0;
  hand.elsewhere = 0;
  std::uint32_t const count = sample ? 8 : size;
  for (std::uint32_t i = 0; i != count; ++i) {
    std::uint32_t const worker = sample ? static_cast<std::uint32_t>(next_random() % size) : i;
    if (worker == hand.me || tried.has(worker)) continue;
    std::size_t const load = rack_->members[worker].queue.load();
    if (load == 0) continue;
    double const priority = priority_of(worker, load);
    // What a worker left behind is anybody's, whatever the strategy says: nobody else will run it.
    if (settings_.strategy && priority <= 0 && slot_->is_held(worker)) {
      hand.member.counts.refused = true;
      continue;
    }
    if (worker != best) hand.elsewhere += load;  // a sample may hold one twice
    if (best == CallSlot::most_members || priority > highest) {
      best = worker;
      highest = priority;
    }
  }
  return best;
}

/// Polls one queue for the strategy. Without one: work left in time.
inline double WorkerController::priority_of(std::uint32_t worker, std::size_t load) noexcept {
  using namespace detail;
  Member& member = rack_->members[worker];
  double const cost = static_cast<double>(member.cost.load(std::memory_order_relaxed));
  if (!settings_.strategy) return static_cast<double>(load) * (cost > 0 ? cost : 1.0);
  Ticks const now = ticks();
  QueueLoad seen;
  seen.worker = worker;
  seen.items = load << shift_;
  seen.cost_per_item = cost / static_cast<double>(std::size_t{1} << shift_);
  Ticks const before = member.polled_at.exchange(now, std::memory_order_relaxed);
  std::size_t const last = member.polled_load.exchange(static_cast<std::uint32_t>(load), std::memory_order_relaxed);
  seen.last_items = before == 0 ? seen.items : last << shift_;
  seen.since_last_poll = before == 0 ? 0.0 : static_cast<double>(elapsed_ns(before, now));
  return settings_.strategy.priority(settings_.strategy.self, seen);
}

/// Fetches positions from the source into the own queue. One worker at a time; who finds the role taken does without.
/// A turn ends after 20 µs, at a single item that took more than 5, at a window of work where its cost is known, or
/// where a source that may pause has given as many as may wait meanwhile. True if something waits in the own queue now.
template <bool watched>
inline bool WorkerController::pull(HandOf<watched>& hand) {
  using namespace detail;
  std::uint32_t role = slot_->pull.load(std::memory_order_relaxed);
  if (role == CallSlot::ended || role == CallSlot::taken) return false;
  // acquire: pairs with the releases below; the source's own state passes from puller to puller.
  if (!slot_->pull.compare_exchange_strong(role, CallSlot::taken, std::memory_order_acquire,
                                           std::memory_order_relaxed)) {
    return false;
  }
  if (bound_.load(std::memory_order_relaxed) != unknown) {  // what could come lies behind it; nobody asks again
    slot_->pull.store(CallSlot::ended, std::memory_order_relaxed);
    return false;
  }

  Costs const& costs = thread_manager.costs;
  std::uint64_t const first = known_.load(std::memory_order_relaxed);
  hand.strip = {static_cast<std::size_t>(first), static_cast<std::size_t>(first) + 1};
  Pulled known = fetched_;
  Ticks const begun = ticks();
  Ticks before = begun;
  guarded(
      [&] {
        if (known.positions != first) return;  // some that came at once are still to be handed out
        std::size_t const window = cost_model::window_size(hand.cost, elapsed_ns(published_, begun), costs);
        if (job_.in_windows) {
          known = job_.pull(job_.self, window);
          return;
        }
        // Dear items are left to whoever is free first; of unknown cost, time alone ends the turn.
        std::size_t most = hand.cost > 0 && window < most_handed_out ? window : most_handed_out;
        if (job_.may_pause && reading_.most() < most) most = reading_.most();
        for (std::size_t want = 1; !known.ended && known.positions - first < most;) {
          std::size_t const had = known.positions;
          known = job_.pull(job_.self, want);
          if (known.positions == had) break;
          hand.strip = {known.positions, known.positions + 1};
          Ticks const now = ticks();
          float const took = elapsed_ns(before, now);
          reading_.note(known.positions - had, took, costs);
          if (elapsed_ns(begun, now) > costs.pull || took / static_cast<float>(known.positions - had) > costs.slow_next)
            break;
          before = now;
          want = want < 4096 && want < costs.most_claimed ? 2 * want : want;
          std::size_t const fetched = known.positions - static_cast<std::size_t>(first);
          if (fetched < most && want > most - fetched) want = most - fetched;
        }
      },
      [&](std::exception_ptr error) {
        // What came before it in this turn still runs, where the run cuts by order: it may hold the hit.
        known.ended = true;
        note_error(hand.member, hand.strip, std::move(error));
      });
  fetched_ = known;
  std::size_t const end =
      known.positions - first < most_handed_out ? known.positions : static_cast<std::size_t>(first) + most_handed_out;
  bool const got = end != first;
  bool const ended = known.ended && end == known.positions;
  if (got) {
    ++hand.member.counts.pulls;
    if constexpr (watched) note_pulled(hand, begun, first, end);
    known_.store(end, std::memory_order_relaxed);  // before it can be claimed
    [[maybe_unused]] bool const stored =
        hand.queue.push({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end)});
    PARALLEL_TASK_INVARIANT(stored, "who pulls has room: nothing waits in its queue, or the rest of one block");
  }
  bool const flows = job_.may_pause && reading_.flows();
  // release: pairs with the acquire above.
  slot_->pull.store(ended ? CallSlot::ended : got ? CallSlot::ready : CallSlot::later, std::memory_order_release);
  if (got && !ended) {  // the role is free, and there is more: somebody else may fetch while this worker computes
    std::size_t const all = job_.in_windows ? job_.known.positions : end;
    float waiting = static_cast<float>(all - first) * hand.cost;
    if (flows && waiting < costs.window) waiting = costs.window;  // one by one they are worth nobody's coming
    call_others<watched>(hand, waiting > 0 ? waiting : worth_any_wake, thread_manager.engage_ns() / 2);
  }
  hand.now = ticks();
  return got;
}

/// Runs a claim, strip by strip: each looks at the bound first. A strip that took ten times its forecast ends the
/// claim, and what has not begun goes back to the queue, where others can have it.
template <bool watched>
inline void WorkerController::run_claim(HandOf<watched>& hand, QueueBlock claim) {
  using namespace detail;
  Costs const& costs = thread_manager.costs;
  Member& member = hand.member;
  ++member.counts.claims;
  ++hand.claims;
  Ticks const begun = hand.now;
  std::uint32_t const strip = cost_model::strip_size(claim.size(), hand.cost, costs);
  // Once for the claim: while a strip is stuck, others may pull more than 2^32 positions.
  Block const whole = positions_of(claim.first, claim.last);
  std::uint32_t at = claim.first;
  while (at != claim.last) {
    std::uint32_t const end = claim.last - at > strip ? at + strip : claim.last;
    Block const block = job_.pull == nullptr
                            ? positions_of(at, end)
                            : Block{whole.first + (at - claim.first), whole.first + (end - claim.first)};
    if (at != claim.first && block.first >= bound_.load(std::memory_order_relaxed)) {
      hand.queue.discard();
      break;
    }
    hand.strip = block;
    SegmentNode* segment = member.segments;
    bool const goes_on = segment != nullptr && (segment->last == block.first || !ordered());
    if (!goes_on) segment = &open_segment(member, job_, block.first);
    bool const more = job_.run(job_.self, segment->where, block);
    segment->last = more ? block.last : unknown;
    member.counts.items += block.size();
    Ticks const now = ticks();
    float const took = elapsed_ns(hand.now, now);
    hand.now = now;
    std::uint32_t const units = end - at;
    at = end;
    if (!more) {
      lower_bound_to(job_.cut == Cut::later ? block.last : 0);
      hand.queue.discard();
      break;
    }
    if (at != claim.last && took > costs.give_back * hand.cost * static_cast<float>(units) && in_reach(whole.first) &&
        hand.queue.give_back({claim.first, claim.last}, at)) {
      break;
    }
  }
  float const took = elapsed_ns(begun, hand.now);
  std::uint32_t const ran = at - claim.first;
  hand.cost = cost_model::learn(hand.cost, ran, took);
  member.cost.store(hand.cost, std::memory_order_relaxed);
  member.done.store(member.done.load(std::memory_order_relaxed) + ran, std::memory_order_relaxed);
  member.counts.busy_ns += took;
  if constexpr (watched) note_ran(hand);
  if (took > costs.long_claim || hand.claims % 16 == 0) look_around(hand, took);
}

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/core/run.hpp

// From a source and a terminal to a Job, and from its segments to the result.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

// Tests that explore schedules bring their own (see platform/atomic.hpp).
#if !defined(PARALLEL_TASK_SEAM_CONTROLLER)
using Controller = WorkerController;
#endif

/// What a pipeline and terminal type remembers of its runs.
template <class Tag>
inline constinit Memo memo{};

/// A copy of an accumulator for one block, so that it lives in registers; written back also when a closure throws.
template <class A>
class Registers {
 public:
  explicit Registers(A& home) noexcept : local(home), home_(home) {}
  Registers(Registers const&) = delete;
  Registers& operator=(Registers const&) = delete;
  ~Registers() { home_ = local; }
  A local;

 private:
  A& home_;
};

template <class A>
concept unordered_accumulator = requires { requires A::unordered; };

template <class T>
consteval Cut cut_of() {
  if constexpr (requires { T::cut; }) {
    return T::cut;
  } else {
    return Cut::everything;
  }
}

inline void close_trivially(void*) noexcept {}

/// One run, as the controller sees it. Static members of one template, not lambdas: symbols halve.
template <class S, class T>
struct Run {
  using State = typename S::State;
  using Accumulator = std::remove_cvref_t<decltype(std::declval<T const&>().open(std::declval<S const&>()))>;
  struct Segment {
    State state;  // not [[no_unique_address]]: it is made in place, and may be such as can't be moved
    Accumulator accumulator;
  };
  static constexpr Cut cut = S::cut == Cut::later ? Cut::later : detail::cut_of<T>();
  // What lies behind an ordered cut must be in segments of its own, to be left out.
  static constexpr bool ordered = !unordered_accumulator<Accumulator> || S::whole_segments || cut == Cut::later;

  // Such a cut is looked for from the front: from all positions at once, half of the threads would look behind it.
  static constexpr bool in_windows = cut == Cut::later && !S::pulls;

  struct Nothing {};

  S& source;
  T& end;
  Segment home;  // in the caller's frame: on the heap the first segment alone costs 50 ns
  [[no_unique_address]] std::conditional_t<S::pulls, std::exception_ptr, Nothing> failure{};
  [[no_unique_address]] std::conditional_t<in_windows, Pulled, Nothing> dealt{};

  static Pulled pull(void* self, std::size_t want) {
    // What a source gave before it threw comes before the exception: that is for whoever asks again.
    Run& run = *static_cast<Run*>(self);
    std::size_t const before = run.source.known().positions;
    Pulled now{before, false};
    if (!run.failure) {
      guarded([&] { now = run.source.pull(want); },
              [&](std::exception_ptr error) {
                now = {run.source.known().positions, false};
                run.failure = std::move(error);
              });
    }
#if defined(__cpp_exceptions)
    if (run.failure && now.positions == before) std::rethrow_exception(run.failure);
#endif
    return now;
  }
  static Pulled share(void* self, void* segment, std::size_t ran) {
    return static_cast<Run*>(self)->source.share(static_cast<Segment*>(segment)->state, ran);
  }
  static Pulled deal(void* self, std::size_t want) {
    Run& run = *static_cast<Run*>(self);
    std::size_t const left = run.source.known().positions - run.dealt.positions;
    return run.dealt = {run.dealt.positions + (want < left ? want : left), want >= left};
  }
  static Pulled begin_dealing(void* self, void*, std::size_t ran) {
    Run& run = *static_cast<Run*>(self);
    return run.dealt = {ran, ran == run.source.known().positions};
  }
  static void open(void* self, void* where) {
    Run const& run = *static_cast<Run*>(self);
    ::new (where) Segment{run.source.open(), std::as_const(run.end).open(std::as_const(run.source))};
  }
  static bool run(void* self, void* where, Block block) {
    S const& s = static_cast<Run*>(self)->source;
    Segment& segment = *static_cast<Segment*>(where);
    if constexpr (requires { segment.accumulator.seek(block.first); }) segment.accumulator.seek(block.first);
    if constexpr (std::is_trivially_copyable_v<Accumulator> && std::is_copy_assignable_v<Accumulator>) {
      Registers<Accumulator> registers(segment.accumulator);
      return s.feed(segment.state, block, registers.local);
    } else {
      return s.feed(segment.state, block, segment.accumulator);
    }
  }
  static void close(void* where) noexcept { static_cast<Segment*>(where)->~Segment(); }
  /// Joins a segment with those before it, in `home`; false when a closing stage says that nothing later is wanted.
  static bool join(void* self, void* where) {
    Run& run = *static_cast<Run*>(self);
    Segment& segment = *static_cast<Segment*>(where);
    bool more = true;
    if constexpr (S::whole_segments) more = run.source.close(segment.state, segment.accumulator);
    if (&segment != &run.home) run.home.accumulator.join(std::move(segment.accumulator));
    return more;
  }

  Job job() {
    Job j;
    j.self = this;
    j.bytes = sizeof(Segment);
    j.alignment = alignof(Segment);
    if constexpr (S::pulls) {
      j.pull = &Run::pull;
      j.share = &Run::share;
    } else if constexpr (in_windows) {
      j.pull = &Run::deal;
      j.share = &Run::begin_dealing;
      j.in_windows = true;
    }
    if constexpr (S::pulls) j.may_pause = source.total() == unknown;
    j.open = &Run::open;
    j.run = &Run::run;
    if constexpr (std::is_trivially_destructible_v<Segment>) {
      j.close = &detail::close_trivially;
    } else {
      j.close = &Run::close;
    }
    j.known = source.known();
    j.cut = cut;
    j.ordered = ordered;
    if constexpr (requires { S::least_cost; }) {
      j.least_cost = S::least_cost;
    } else if constexpr (S::pulls) {
      // A range that is walked and knows its size: see Walked. To share it, its nodes are visited twice, the second
      // time in a core whose cache they are not in.
      if (j.known.ended) j.least_cost = 20;
    }
    return j;
  }
};

/// What is the same for every pipeline, compiled once: runs a job and joins its segments in order of position, `home`
/// first.
[[gnu::noinline]] inline void run_and_join(Job const& job, void* home, Memo& memo, Settings const& settings,
                                           bool (*join)(void* self, void* where)) {
  Controller controller(settings);
#if defined(PARALLEL_TASK_SEAM_CONTROLLER)
  controller.run(job, home, memo);
#else
  controller.run_inline(job, home, memo);
#endif
  bool more = true;
  controller.for_each_segment([&](void* where) { more = more && join(job.self, where); });
}

/// Runs a pipeline to its end on the calling thread and whoever helps. Not inline: its callers are templates too, and
/// each would be optimised with all of it inside.
template <source S, class T>
[[gnu::noinline]] decltype(auto) run_terminal(S& source, T& end, Settings const& settings = {}) {
  using R = Run<S, T>;
  source.start();
  if constexpr (requires { end.prepare(source, settings); }) {
    end.prepare(source, settings);
  } else if constexpr (requires { end.prepare(source); }) {
    end.prepare(source);
  }
  R run{source, end, {std::as_const(source).open(), std::as_const(end).open(std::as_const(source))}};
  detail::run_and_join(run.job(), &run.home, memo<R>, settings, &R::join);
  return end.finish(std::move(run.home.accumulator));
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/copied.hpp

// copied: values instead of references.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

template <source Base>
struct Copied : ByStep<Copied<Base>, Base> {
  using Item = typename Base::Value;
  using Value = typename Base::Value;
  using State = typename Base::State;

  using ByStep<Copied, Base>::ByStep;

  template <class X, class Next>
  [[gnu::always_inline]] bool step(X&& x, Next& next) const {
    return next(Item(static_cast<X&&>(x)));
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const
    requires indexed_source<Base>
  {
    return Item(this->base_.at(state, i));
  }
};

struct CopiedBy {
  static constexpr bool is_stage = true;
  template <source Base>
  static consteval Problem problem() {
    return std::constructible_from<typename Base::Value, typename Base::Item> ? Problem::none : Problem::copied_move_only;
  }
  template <source Base>
  auto operator()(Base base) && {
    return Copied<Base>(std::move(base));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/core/call.hpp

// Closures: called as const, with the item or with its parts, as std::invoke would.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

template <class T>
inline constexpr bool is_product = false;
template <class A, class B>
inline constexpr bool is_product<std::pair<A, B>> = true;
template <class... T>
inline constexpr bool is_product<std::tuple<T...>> = true;

/// Gives a `Class` by `get()`, as std::reference_wrapper does, and not a pointer to one.
template <class Object, class Class>
concept wraps = requires(Object& object) {
  object.get();
  requires std::is_base_of_v<Class, std::remove_cvref_t<decltype(object.get())>>;
};

// std::invoke lives in <functional>, which costs more than all of this library's core.
template <class P, class Class, class Object, class... Rest>
[[gnu::always_inline]] constexpr decltype(auto) invoke_member(P Class::*const& member, Object&& object,
                                                              Rest&&... rest) {
  if constexpr (std::is_base_of_v<Class, std::remove_cvref_t<Object>>) {
    if constexpr (std::is_function_v<P>) {
      return (static_cast<Object&&>(object).*member)(static_cast<Rest&&>(rest)...);
    } else {
      return (static_cast<Object&&>(object).*member);
    }
  } else if constexpr (wraps<Object, Class>) {
    if constexpr (std::is_function_v<P>) {
      return (object.get().*member)(static_cast<Rest&&>(rest)...);
    } else {
      return (object.get().*member);
    }
  } else {
    if constexpr (std::is_function_v<P>) {
      return ((*static_cast<Object&&>(object)).*member)(static_cast<Rest&&>(rest)...);
    } else {
      return ((*static_cast<Object&&>(object)).*member);
    }
  }
}

template <class F, class... X>
[[gnu::always_inline]] constexpr decltype(auto) invoke(F& f, X&&... x) {
  if constexpr (std::is_member_pointer_v<std::remove_const_t<F>>) {
    return detail::invoke_member(f, static_cast<X&&>(x)...);
  } else {
    return f(static_cast<X&&>(x)...);
  }
}

template <class F, class Sequence, class Product, class... Before>
inline constexpr bool invocable_with_parts = false;
template <class F, std::size_t... I, class Product, class... Before>
inline constexpr bool invocable_with_parts<F, std::index_sequence<I...>, Product, Before...> =
    std::invocable<F, Before..., decltype(std::get<I>(std::declval<Product>()))...>;

template <class Product>
using parts_of = std::make_index_sequence<std::tuple_size_v<std::remove_cvref_t<Product>>>;

/// `F` takes `Before...` and the last of `X...` as it is.
template <class F, class... X>
concept takes_item = std::invocable<F const&, X...>;

template <class F, class X, class... Before>
inline constexpr bool takes_parts_v = [] {
  if constexpr (is_product<std::remove_cvref_t<X>>) {
    return invocable_with_parts<F, parts_of<X>, X, Before...>;
  } else {
    return false;
  }
}();

}  // namespace detail

/// `F` can be called by many threads at once with an item, or with the parts of an item that is a pair or a tuple.
/// `const` means: may be called at once. `Before...` are arguments in front of the item, such as a segment's state.
template <class F, class Item, class... Before>
concept concurrently_callable =
    detail::takes_item<F, Before..., Item> || detail::takes_parts_v<F const&, Item, Before...>;

namespace detail {

template <class F, std::size_t... I, class Product, class... Before>
[[gnu::always_inline]] constexpr decltype(auto) call_with_parts(F const& f, std::index_sequence<I...>,
                                                                Product&& product, Before&... before) {
  return detail::invoke(f, before..., std::get<I>(static_cast<Product&&>(product))...);
}

/// Calls `f` with the item, else with its parts. `before...` go in front.
template <class F, class Item, class... Before>
[[gnu::always_inline]] constexpr decltype(auto) call(F const& f, Item&& item, Before&... before) {
  if constexpr (!takes_item<F, Before&..., Item>) {
    return detail::call_with_parts(f, parts_of<Item>{}, static_cast<Item&&>(item), before...);
  } else if constexpr (std::is_member_pointer_v<F>) {
    return detail::invoke(f, before..., static_cast<Item&&>(item));
  } else {
    return f(before..., static_cast<Item&&>(item));
  }
}

template <class F, class Item, class... Before>
using call_t = decltype(detail::call(std::declval<F const&>(), std::declval<Item>(), std::declval<Before&>()...));

/// An item as a predicate sees it.
template <class X>
[[gnu::always_inline]] constexpr std::remove_reference_t<X> const& look(X&& x) noexcept {
  return x;
}
template <class Item>
using look_t = std::remove_reference_t<Item> const&;

template <class F, class Item, class... Before>
concept callable_only_alone = !concurrently_callable<F, Item, Before...> &&
                              (std::invocable<F&, Before..., Item> || takes_parts_v<F&, Item, Before...>);

/// What keeps a closure from being called with items.
template <class F, class Item, class... Before>
consteval Problem closure_problem() {
  if constexpr (concurrently_callable<F, Item, Before...>) {
    return Problem::none;
  } else if constexpr (callable_only_alone<F, Item, Before...>) {
    return Problem::closure_changes_itself;
  } else {
    return Problem::closure_does_not_fit;
  }
}

/// The same for a closure that only looks at items and says yes or no.
template <class F, class Item>
consteval Problem predicate_problem() {
  if constexpr (!concurrently_callable<F, look_t<Item>> && concurrently_callable<F, Item>) {
    return Problem::predicate_changes_items;
  } else if constexpr (closure_problem<F, look_t<Item>>() != Problem::none) {
    return closure_problem<F, look_t<Item>>();
  } else if constexpr (!std::convertible_to<call_t<F, look_t<Item>>, bool>) {
    return Problem::predicate_without_answer;
  } else {
    return Problem::none;
  }
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/elements.hpp

// keys and values: one part of every item.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Part `n` of an item: a reference into an item that is one, else the part itself.
template <class Item, std::size_t n>
using element_of = std::conditional_t<std::is_reference_v<Item>, decltype(std::get<n>(std::declval<Item>())),
                                      std::tuple_element_t<n, std::remove_cvref_t<Item>>>;

template <source Base, std::size_t n>
struct Elements : ByStep<Elements<Base, n>, Base> {
  using Item = element_of<typename Base::Item, n>;
  using Value = std::remove_cv_t<std::tuple_element_t<n, typename Base::Value>>;
  using State = typename Base::State;

  using ByStep<Elements, Base>::ByStep;

  template <class X, class Next>
  [[gnu::always_inline]] bool step(X&& x, Next& next) const {
    return next(static_cast<Item&&>(std::get<n>(static_cast<X&&>(x))));
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const
    requires indexed_source<Base>
  {
    return static_cast<Item>(std::get<n>(this->base_.at(state, i)));
  }
};

template <std::size_t n>
struct ElementsBy {
  static constexpr bool is_stage = true;
  template <source Base>
  static consteval Problem problem() {
    constexpr bool parts = is_product<std::remove_cvref_t<typename Base::Item>> && is_product<typename Base::Value>;
    return parts ? Problem::none : Problem::keys_without_pairs;
  }
  template <source Base>
  auto operator()(Base base) && {
    return Elements<Base, n>(std::move(base));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/enumerate.hpp

// enumerate: every item with its position.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

template <indexed_source Base>
struct Enumerate : Over<Base> {
  using Item = std::pair<std::size_t, typename Base::Item>;
  using Value = std::pair<std::size_t, typename Base::Value>;
  using State = typename Base::State;
  static constexpr bool plain = plain_source<Base>;

  using Over<Base>::Over;

  [[gnu::always_inline]] Item at(State& state, std::size_t i) const { return Item(i, this->base_.at(state, i)); }

  template <class K>
  [[gnu::always_inline]] bool feed(State& state, Block block, K& k) const {
    if constexpr (Base::pulls) {
      // Counting keeps the tight loop of a walked source below.
      Counting<K> counting{k, block.first};
      return this->base_.feed(state, block, counting);
    } else {
      return detail::feed_by_index(At<Enumerate>{*this, state}, block, k);
    }
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

 private:
  template <class K>
  struct Counting {
    K& next;
    std::size_t position;
    template <class X>
    [[gnu::always_inline]] bool operator()(X&& x) {
      return next(Item(position++, static_cast<X&&>(x)));
    }
  };
};

struct EnumerateBy : NeedsIndex {
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Enumerate<Base>(std::move(base));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/filter.hpp

// filter: the items that satisfy a predicate.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

template <source Base, class P>
struct Filter : ByStep<Filter<Base, P>, Base> {
  using Item = typename Base::Item;
  using Value = typename Base::Value;

  Filter(Base base, P predicate) : ByStep<Filter, Base>(std::move(base)), predicate_(std::move(predicate)) {}

  template <class X, class Next>
  [[gnu::always_inline]] bool step(X&& x, Next& next) const {
    if (!static_cast<bool>(detail::call(predicate_, detail::look(x)))) return true;
    return next(static_cast<X&&>(x));
  }

 private:
  [[no_unique_address]] P predicate_;
};

template <class P>
struct FilterBy {
  static constexpr bool is_stage = true;
  P predicate;
  template <source Base>
  static consteval Problem problem() {
    return predicate_problem<P, typename Base::Item>();
  }
  template <source Base>
  auto operator()(Base base) && {
    return Filter<Base, P>(std::move(base), std::move(predicate));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/filter_map.hpp

// filter_map: the results of a closure that are there.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

template <class R>
concept optional_result = requires(R&& r) {
  { static_cast<bool>(r) };
  { *static_cast<R&&>(r) };
};

template <source Base, class F>
struct FilterMap : ByStep<FilterMap<Base, F>, Base> {
  using Result = call_t<F, typename Base::Item>;
  using Item = decltype(*std::declval<Result>());
  using Value = std::remove_cvref_t<Item>;

  FilterMap(Base base, F f) : ByStep<FilterMap, Base>(std::move(base)), f_(std::move(f)) {}

  template <class X, class Next>
  [[gnu::always_inline]] bool step(X&& x, Next& next) const {
    Result&& result = detail::call(f_, static_cast<X&&>(x));
    if (!static_cast<bool>(result)) return true;
    return next(*static_cast<Result&&>(result));
  }

 private:
  [[no_unique_address]] F f_;
};

template <class F>
struct FilterMapBy {
  static constexpr bool is_stage = true;
  F f;
  template <source Base>
  static consteval Problem problem() {
    if constexpr (closure_problem<F, typename Base::Item>() != Problem::none) {
      return closure_problem<F, typename Base::Item>();
    } else {
      return optional_result<call_t<F, typename Base::Item>> ? Problem::none : Problem::filter_map_without_optional;
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    return FilterMap<Base, F>(std::move(base), std::move(f));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/flat_map.hpp

// flat_map and flatten: the items of the ranges that the items are, or become.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Items of an inner range. Those of a container made on the spot belong to nobody else and are moved on.
template <class Inner>
struct inner_range {
  using Range = std::remove_reference_t<Inner>;
  using Reference = std::ranges::range_reference_t<Range>;
  static constexpr bool owns = !std::is_lvalue_reference_v<Inner> && !std::is_const_v<Range> &&
                               !std::ranges::view<Range> && !std::ranges::borrowed_range<Range> &&
                               std::is_lvalue_reference_v<Reference> &&
                               !std::is_const_v<std::remove_reference_t<Reference>>;
  using Item = std::conditional_t<owns, std::remove_reference_t<Reference>&&, Reference>;
  using Value = std::ranges::range_value_t<Range>;
};

/// Walks the inner range lazily, inside the item that gave it.
template <class Item, class Range, class Next>
[[gnu::always_inline]] inline bool feed_inner(Range&& range, Next& next) {
  auto const last = std::ranges::end(range);
  for (auto it = std::ranges::begin(range); it != last; ++it) {
    if (!next(static_cast<Item>(*it))) return false;
  }
  return true;
}

template <source Base, class F>
struct FlatMap : ByStep<FlatMap<Base, F>, Base> {
  using Inner = call_t<F, typename Base::Item>;
  using Item = typename inner_range<Inner>::Item;
  using Value = typename inner_range<Inner>::Value;

  FlatMap(Base base, F f) : ByStep<FlatMap, Base>(std::move(base)), f_(std::move(f)) {}

  template <class X, class Next>
  [[gnu::always_inline]] bool step(X&& x, Next& next) const {
    return detail::feed_inner<Item>(detail::call(f_, static_cast<X&&>(x)), next);
  }

 private:
  [[no_unique_address]] F f_;
};

template <source Base>
struct Flatten : ByStep<Flatten<Base>, Base> {
  using Inner = typename Base::Item;
  using Item = typename inner_range<Inner>::Item;
  using Value = typename inner_range<Inner>::Value;

  using ByStep<Flatten, Base>::ByStep;

  template <class X, class Next>
  [[gnu::always_inline]] bool step(X&& x, Next& next) const {
    return detail::feed_inner<Item>(static_cast<X&&>(x), next);
  }
};

template <class F>
struct FlatMapBy {
  static constexpr bool is_stage = true;
  F f;
  template <source Base>
  static consteval Problem problem() {
    if constexpr (closure_problem<F, typename Base::Item>() != Problem::none) {
      return closure_problem<F, typename Base::Item>();
    } else {
      return std::ranges::input_range<call_t<F, typename Base::Item>> ? Problem::none : Problem::flat_map_without_range;
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    return FlatMap<Base, F>(std::move(base), std::move(f));
  }
};

struct FlattenBy {
  static constexpr bool is_stage = true;
  template <source Base>
  static consteval Problem problem() {
    return std::ranges::input_range<typename Base::Item> ? Problem::none : Problem::flatten_without_ranges;
  }
  template <source Base>
  auto operator()(Base base) && {
    return Flatten<Base>(std::move(base));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/map_init.hpp

// map_init: map with scratch space that no two threads share.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

template <class Make>
consteval Problem maker_problem() {
  if constexpr (!std::invocable<Make const&>) {
    return Problem::make_not_callable;
  } else {
    return std::is_object_v<std::invoke_result_t<Make const&>> ? Problem::none : Problem::make_returns_reference;
  }
}

/// `make()` gives a segment its state, when its first item comes; `f(state, item)` may change it.
template <source Base, class Make, class F>
struct MapInit : ByState<MapInit<Base, Make, F>, Base, std::invoke_result_t<Make const&>> {
  using Own = std::invoke_result_t<Make const&>;
  using Parent = ByState<MapInit<Base, Make, F>, Base, Own>;
  using State = typename Parent::State;
  using Item = call_t<F, typename Base::Item, Own>;
  using Value = std::remove_cvref_t<Item>;

  MapInit(Base base, Make make, F f) : Parent(std::move(base)), make_(std::move(make)), f_(std::move(f)) {}

  [[nodiscard]] Own make() const { return detail::invoke(make_); }
  template <class X, class Next>
  [[gnu::always_inline]] bool step(Own& own, X&& x, Next& next) const {
    return next(detail::call(f_, static_cast<X&&>(x), own));
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const
    requires indexed_source<Base>
  {
    return detail::call(f_, this->base_.at(state.base, i), this->own(state));
  }

 private:
  [[no_unique_address]] Make make_;
  [[no_unique_address]] F f_;
};

template <class Make, class F>
struct MapInitBy {
  static constexpr bool is_stage = true;
  Make make;
  F f;
  template <source Base>
  static consteval Problem problem() {
    if constexpr (maker_problem<Make>() != Problem::none) {
      return maker_problem<Make>();
    } else {
      using Own = std::invoke_result_t<Make const&>;
      if constexpr (closure_problem<F, typename Base::Item, Own&>() != Problem::none) {
        return closure_problem<F, typename Base::Item, Own&>();
      } else {
        return std::is_void_v<call_t<F, typename Base::Item, Own>> ? Problem::map_to_nothing : Problem::none;
      }
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    return MapInit<Base, Make, F>(std::move(base), std::move(make), std::move(f));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/fold.hpp

// fold: each segment's items become one accumulator, which flows on as an item.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// `f(accumulator, item)` gives the next accumulator, or changes it in place and returns nothing.
template <source Base, class Make, class F>
struct Fold : ByState<Fold<Base, Make, F>, Base, std::invoke_result_t<Make const&>> {
  using Own = std::invoke_result_t<Make const&>;
  using Parent = ByState<Fold<Base, Make, F>, Base, Own>;
  using Item = Own;
  using Value = Own;
  static constexpr bool whole_segments = true;

  Fold(Base base, Make make, F f) : Parent(std::move(base)), make_(std::move(make)), f_(std::move(f)) {}

  [[nodiscard]] Own make() const { return detail::invoke(make_); }
  template <class X, class Next>
  [[gnu::always_inline]] bool step(Own& own, X&& x, Next&) const {
    if constexpr (changes_in_place<F, X, Own>) {
      detail::call(f_, static_cast<X&&>(x), own);
    } else {
      own = detail::call(Moving{f_}, static_cast<X&&>(x), own);
    }
    return true;
  }
  template <class Next>
  bool flush(Own& own, Next& next) const {
    return next(std::move(own));
  }

  template <class G, class X, class A>
  static constexpr bool changes_in_place = [] {
    if constexpr (concurrently_callable<G, X, A&>) {
      return std::is_void_v<call_t<G, X, A>>;
    } else {
      return false;
    }
  }();

  /// Hands the accumulator over as an rvalue.
  struct Moving {
    F const& f;
    template <class... X>
      requires std::invocable<F const&, Own&&, X...>
    [[gnu::always_inline]] decltype(auto) operator()(Own& own, X&&... x) const {
      return detail::invoke(f, std::move(own), static_cast<X&&>(x)...);
    }
  };

 private:
  [[no_unique_address]] Make make_;
  [[no_unique_address]] F f_;
};

template <class Make, class F>
struct FoldBy {
  static constexpr bool is_stage = true;
  Make make;
  F f;
  template <source Base>
  static consteval Problem problem() {
    if constexpr (maker_problem<Make>() != Problem::none) {
      return maker_problem<Make>();
    } else {
      using Own = std::invoke_result_t<Make const&>;
      using Item = typename Base::Item;
      if constexpr (concurrently_callable<F, Item, Own&>) {
        if constexpr (std::is_void_v<call_t<F, Item, Own>>) {
          return Problem::none;
        } else {
          return std::is_move_assignable_v<Own> ? Problem::none : Problem::fold_not_assignable;
        }
      } else if constexpr (closure_problem<F, Item, Own>() != Problem::none) {
        return closure_problem<F, Item, Own>();
      } else {
        return std::is_move_assignable_v<Own> ? Problem::none : Problem::fold_not_assignable;
      }
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    return Fold<Base, Make, F>(std::move(base), std::move(make), std::move(f));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/inspect.hpp

// inspect: a look at every item on its way. update: a change to it.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Calls `f` with each item, then hands the item on: `f` sees it as const (inspect), or may change it (update).
template <source Base, class F, bool writes>
struct Visit : ByStep<Visit<Base, F, writes>, Base> {
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  using State = typename Base::State;

  Visit(Base base, F f) : ByStep<Visit, Base>(std::move(base)), f_(std::move(f)) {}

  template <class X, class Next>
  [[gnu::always_inline]] bool step(X&& x, Next& next) const {
    visit(x);
    return next(static_cast<X&&>(x));
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const
    requires indexed_source<Base>
  {
    if constexpr (std::is_reference_v<Item>) {
      Item item = this->base_.at(state, i);
      visit(item);
      return static_cast<Item>(item);
    } else {
      Item item = this->base_.at(state, i);
      visit(item);
      return item;
    }
  }

 private:
  template <class X>
  [[gnu::always_inline]] void visit(X& x) const {
    if constexpr (writes) {
      (void)detail::call(f_, x);
    } else {
      (void)detail::call(f_, detail::look(x));
    }
  }
  [[no_unique_address]] F f_;
};

template <class F>
struct InspectBy {
  static constexpr bool is_stage = true;
  F f;
  template <source Base>
  static consteval Problem problem() {
    return closure_problem<F, look_t<typename Base::Item>>();
  }
  template <source Base>
  auto operator()(Base base) && {
    return Visit<Base, F, false>(std::move(base), std::move(f));
  }
};

template <class F>
struct UpdateBy {
  static constexpr bool is_stage = true;
  F f;
  template <source Base>
  static consteval Problem problem() {
    return closure_problem<F, std::remove_reference_t<typename Base::Item>&>();
  }
  template <source Base>
  auto operator()(Base base) && {
    return Visit<Base, F, true>(std::move(base), std::move(f));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/map.hpp

// map: every item becomes what a closure makes of it.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// What `map` gives on. A closure that returns an rvalue reference into an item that is itself a value
/// (`map(&Person::name)` over values) would leave it dangling: such results are kept as values.
template <class F, class Item>
struct mapped {
  using Raw = call_t<F, Item>;
  using type = std::conditional_t<std::is_rvalue_reference_v<Raw> && !std::is_reference_v<Item>,
                                  std::remove_cvref_t<Raw>, Raw>;
};

template <source Base, class F>
struct Map : ByStep<Map<Base, F>, Base> {
  using Item = typename mapped<F, typename Base::Item>::type;
  using Value = std::remove_cvref_t<Item>;
  using State = typename Base::State;

  Map(Base base, F f) : ByStep<Map, Base>(std::move(base)), f_(std::move(f)) {}

  static constexpr bool makes_one_of_each = true;
  template <class X>
  [[gnu::always_inline]] decltype(auto) make(X&& x) const {
    return detail::call(f_, static_cast<X&&>(x));
  }
  template <class X, class Next>
  [[gnu::always_inline]] bool step(X&& x, Next& next) const {
    return next(detail::call(f_, static_cast<X&&>(x)));
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const
    requires indexed_source<Base>
  {
    return detail::call(f_, this->base_.at(state, i));
  }

 private:
  [[no_unique_address]] F f_;
};

template <class F>
struct MapBy {
  static constexpr bool is_stage = true;
  F f;
  template <source Base>
  static consteval Problem problem() {
    if constexpr (closure_problem<F, typename Base::Item>() != Problem::none) {
      return closure_problem<F, typename Base::Item>();
    } else {
      return std::is_void_v<call_t<F, typename Base::Item>> ? Problem::map_to_nothing : Problem::none;
    }
  }
  template <source Base>
  auto operator()(Base base) && {
    return Map<Base, F>(std::move(base), std::move(f));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/reverse.hpp

// reverse: from the last item to the first.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

template <indexed_source Base>
struct Reverse {
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  using State = typename Base::State;
  static constexpr bool pulls = false;
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;

  explicit Reverse(Base base) : base_(std::move(base)) {}

  void start() {
    base_.start();
    // The last item comes first: a walked source has to walk to its end.
    if constexpr (Base::pulls) base_.index_first(unknown);
    size_ = base_.known().positions;
  }
  [[nodiscard]] Pulled known() const { return {size_, true}; }
  [[nodiscard]] std::size_t total() const { return size_; }
  [[nodiscard]] State open() const { return base_.open(); }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const { return base_.at(state, size_ - 1 - i); }
  template <class K>
  [[gnu::always_inline]] bool feed(State& state, Block block, K& k) const {
    return detail::feed_by_index(At<Reverse>{*this, state}, block, k);
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

 private:
  Base base_;
  std::size_t size_ = 0;
};

struct ReverseBy : NeedsIndex {
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Reverse<Base>(std::move(base));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/settings.hpp

// threads, steal_from, report, trace, progress, stop_token, deadline: how a call is run, not what it computes.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// A stage that leaves the items alone: `set(held)` gives the settings that the pipeline goes on with.
template <class By>
concept setting = requires { requires By::is_setting; };

template <class T>
inline constexpr bool is_duration = false;
template <class Rep, class Period>
inline constexpr bool is_duration<std::chrono::duration<Rep, Period>> = true;
template <class T>
inline constexpr bool is_steady_time = false;
template <class D>
inline constexpr bool is_steady_time<std::chrono::time_point<std::chrono::steady_clock, D>> = true;

/// Hours in a 64-bit number of seconds would overflow as nanoseconds: such a time is as good as none.
template <class D>
std::int64_t in_ns(D d) {
  using Seconds = std::chrono::duration<double>;
  constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
  double const seconds = std::chrono::duration_cast<Seconds>(d).count();
  if (seconds > 9.0e9) return most;
  if (seconds < -9.0e9) return -most;
  return std::chrono::duration_cast<std::chrono::nanoseconds>(d).count();
}

template <class N>
struct ThreadsBy {
  static constexpr bool is_setting = true;
  N n;
  static consteval Problem problem() {
    return std::integral<N> && !std::same_as<N, bool> ? Problem::none : Problem::threads_not_a_number;
  }
  template <class H>
  auto set(H held) const {
    if (n <= N{}) detail::throw_error(std::invalid_argument("parallel_task: threads(n): n must be at least 1"));
    constexpr unsigned most = (std::numeric_limits<unsigned>::max)();
    held.max_threads = static_cast<std::make_unsigned_t<N>>(n) > most ? most : static_cast<unsigned>(n);
    return held;
  }
};

template <class P>
struct StealFromBy {
  static constexpr bool is_setting = true;
  P strategy;
  static consteval Problem problem() {
    if constexpr (PrioritizeThread<P>) {
      return Problem::none;
    } else {
      constexpr bool callable = requires(P const& p, QueueLoad const& load) { static_cast<double>(p(load)); };
      return callable ? Problem::strategy_may_throw : Problem::strategy_does_not_fit;
    }
  }
  template <class H>
  auto set(H held) && {
    return std::move(held).with_strategy(std::move(strategy));
  }
};

template <class R>
struct ReportBy {
  static constexpr bool is_setting = true;
  R* report;
  static consteval Problem problem() {
    return std::same_as<R, RunReport> ? Problem::none : Problem::report_of_other_type;
  }
  template <class H>
  auto set(H held) && {
    auto watch = std::move(held).watch();
    watch.report = report;
    return std::move(held).with_watching(std::move(watch));
  }
};

template <class T>
struct TraceBy {
  static constexpr bool is_setting = true;
  T* trace;
  static consteval Problem problem() { return std::same_as<T, Trace> ? Problem::none : Problem::trace_of_other_type; }
  template <class H>
  auto set(H held) && {
    auto watch = std::move(held).watch();
    watch.trace = trace;
    return std::move(held).with_watching(std::move(watch));
  }
};

template <class F, class Interval>
struct ProgressBy {
  static constexpr bool is_setting = true;
  F f;
  Interval interval;
  static consteval Problem problem() {
    if constexpr (!std::invocable<F&, Progress const&>) {
      return Problem::progress_not_callable;
    } else if constexpr (!is_duration<Interval>) {
      return Problem::interval_not_a_duration;
    } else {
      return Problem::none;
    }
  }
  template <class H>
  auto set(H held) && {
    Watch const before = std::move(held).watch();
    WatchWith<F> watch{before, std::move(f)};
    watch.tell = &WatchWith<F>::call;
    watch.interval = detail::in_ns(interval);
    return std::move(held).with_watching(std::move(watch));
  }
};

template <class T>
struct StopTokenBy {
  static constexpr bool is_setting = true;
  T token;
  static consteval Problem problem() {
    constexpr bool fits = requires(T const& t) { static_cast<bool>(t.stop_requested()); };
    return fits ? Problem::none : Problem::token_without_stop_requested;
  }
  template <class H>
  auto set(H held) && {
    return std::move(held).with_token(std::move(token));
  }
};

template <class T>
struct DeadlineBy {
  static constexpr bool is_setting = true;
  T time;
  static consteval Problem problem() {
    return is_duration<T> || is_steady_time<T> ? Problem::none : Problem::deadline_of_other_clock;
  }
  template <class H>
  auto set(H held) const {
    if constexpr (is_duration<T>) {
      held.deadline = {detail::in_ns(time), Deadline::Kind::after};
    } else {
      held.deadline = {detail::in_ns(time.time_since_epoch()), Deadline::Kind::at};
    }
    return held;
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/stride.hpp

// stride: every n-th item, from the first.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

template <indexed_source Base>
struct Stride : ByIndexOver<Stride<Base>, Base> {
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  using State = typename Base::State;

  Stride(Base base, std::size_t n) : ByIndexOver<Stride, Base>(std::move(base)), n_(n) {}

  [[nodiscard]] Pulled known() const {
    Pulled const k = this->base_.known();
    return {rounded_up(k.positions), k.ended};
  }
  [[nodiscard]] std::size_t total() const {
    std::size_t const all = this->base_.total();
    return all == unknown ? unknown : rounded_up(all);
  }
  Pulled pull(std::size_t want)
    requires(Base::pulls)
  {
    (void)this->base_.pull(want > unknown / n_ ? unknown : want * n_);
    return known();
  }
  Pulled share(State& state, std::size_t ran)
    requires(Base::pulls)
  {
    (void)this->base_.share(state, ran == 0 ? 0 : (ran - 1) * n_ + 1);
    return known();
  }
  void index_first(std::size_t n)
    requires(Base::pulls)
  {
    this->base_.index_first(n > unknown / n_ ? unknown : n * n_);
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const { return this->base_.at(state, i * n_); }

 private:
  [[nodiscard]] std::size_t rounded_up(std::size_t positions) const {
    return positions / n_ + (positions % n_ != 0 ? 1 : 0);
  }
  std::size_t n_;
};

struct StrideBy : NeedsIndex {
  std::size_t n;
  explicit StrideBy(std::size_t every) : n(every) {
    if (n == 0) detail::throw_error(std::invalid_argument("parallel_task: stride(n): n is 0"));
  }
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Stride<Base>(std::move(base), n);
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/take.hpp

// take, drop and slice: a part of the positions.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

template <indexed_source Base>
struct Take : Over<Base> {
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  using State = typename Base::State;

  Take(Base base, std::size_t n) : Over<Base>(std::move(base)), n_(n) {}

  [[nodiscard]] Pulled known() const {
    Pulled const k = this->base_.known();
    return k.positions >= n_ ? Pulled{n_, true} : k;
  }
  [[nodiscard]] std::size_t total() const {
    std::size_t const all = this->base_.total();
    return all == unknown || all < n_ ? all : n_;
  }
  /// Never asks for more than is taken: a stream is left where it should be.
  Pulled pull(std::size_t want)
    requires(Base::pulls)
  {
    Pulled const k = known();
    if (!k.ended) (void)this->base_.pull(want < n_ - k.positions ? want : n_ - k.positions);
    return known();
  }
  Pulled share(State& state, std::size_t ran)
    requires(Base::pulls)
  {
    (void)this->base_.share(state, ran);
    return known();
  }
  void index_first(std::size_t n)
    requires(Base::pulls)
  {
    this->base_.index_first(n < n_ ? n : n_);
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const { return this->base_.at(state, i); }
  template <class K>
  [[gnu::always_inline]] bool feed(State& state, Block block, K& k) const {
    return this->base_.feed(state, block, k);
  }
  template <class K>
  bool close(State& state, K& k) const {
    return this->base_.close(state, k);
  }

 private:
  std::size_t n_;
};

template <indexed_source Base>
struct Drop : Over<Base> {
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  using State = typename Base::State;

  Drop(Base base, std::size_t n) : Over<Base>(std::move(base)), n_(n) {}

  [[nodiscard]] Pulled known() const {
    Pulled const k = this->base_.known();
    return {k.positions > n_ ? k.positions - n_ : 0, k.ended};
  }
  [[nodiscard]] std::size_t total() const {
    std::size_t const all = this->base_.total();
    return all == unknown ? unknown : all > n_ ? all - n_ : 0;
  }
  Pulled pull(std::size_t want)
    requires(Base::pulls)
  {
    std::size_t const now = this->base_.known().positions;
    std::size_t const missing = now < n_ ? n_ - now : 0;
    (void)this->base_.pull(want > unknown - missing ? unknown : want + missing);
    return known();
  }
  Pulled share(State& state, std::size_t ran)
    requires(Base::pulls)
  {
    (void)this->base_.share(state, ran == 0 ? 0 : ran + n_);
    return known();
  }
  void index_first(std::size_t n)
    requires(Base::pulls)
  {
    this->base_.index_first(n > unknown - n_ ? unknown : n + n_);
  }
  [[gnu::always_inline]] Item at(State& state, std::size_t i) const { return this->base_.at(state, i + n_); }
  template <class K>
  [[gnu::always_inline]] bool feed(State& state, Block block, K& k) const {
    return this->base_.feed(state, Block{block.first + n_, block.last + n_}, k);
  }
  template <class K>
  bool close(State& state, K& k) const {
    return this->base_.close(state, k);
  }

 private:
  std::size_t n_;
};

struct TakeBy : NeedsIndex {
  std::size_t n;
  explicit TakeBy(std::size_t count) : n(count) {}
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Take<Base>(std::move(base), n);
  }
};

struct DropBy : NeedsIndex {
  std::size_t n;
  explicit DropBy(std::size_t count) : n(count) {}
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Drop<Base>(std::move(base), n);
  }
};

struct SliceBy : NeedsIndex {
  std::size_t first;
  std::size_t last;
  SliceBy(std::size_t from, std::size_t to) : first(from), last(to) {
    if (last < first) detail::throw_error(std::invalid_argument("parallel_task: slice(first, last): last is below first"));
  }
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Drop<Take<Base>>(Take<Base>(std::move(base), last), first);
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/stage/take_while.hpp

// take_while: the items before the first that fails a predicate.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// The result is the sequential one; `p` and later stages may have run on items behind the cut.
template <source Base, class P>
struct TakeWhile : ByStep<TakeWhile<Base, P>, Base> {
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  static constexpr Cut cut = Cut::later;

  TakeWhile(Base base, P predicate) : ByStep<TakeWhile, Base>(std::move(base)), predicate_(std::move(predicate)) {}

  template <class X, class Next>
  [[gnu::always_inline]] bool step(X&& x, Next& next) const {
    if (!static_cast<bool>(detail::call(predicate_, detail::look(x)))) return false;
    return next(static_cast<X&&>(x));
  }

 private:
  [[no_unique_address]] P predicate_;
};

template <class P>
struct TakeWhileBy {
  static constexpr bool is_stage = true;
  P predicate;
  template <source Base>
  static consteval Problem problem() {
    return predicate_problem<P, typename Base::Item>();
  }
  template <source Base>
  auto operator()(Base base) && {
    return TakeWhile<Base, P>(std::move(base), std::move(predicate));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/terminal/any.hpp

// any(p), all(p), none(p), contains(x): a yes or no, as early as it is known.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Whether some item is a hit, turned round for `all` and `none`. The first in time wins, answer or exception.
template <class Hit, bool Found>
struct Any {
  [[no_unique_address]] Hit hit;

  struct Accumulator {
    static constexpr bool unordered = true;
    Hit const* hit;
    bool found = false;
    template <class X>
    [[gnu::always_inline]] bool operator()(X&& x) {
      return !wanted(x) || take(x);
    }
    template <class X>
    [[gnu::always_inline]] bool wanted(X&& x) const {
      return (*hit)(detail::look(x));
    }
    template <class X>
    [[gnu::always_inline]] bool take(X&&) noexcept {
      found = true;
      return false;
    }
    void join(Accumulator&& later) noexcept { found = found || later.found; }
  };

  template <class S>
  static consteval Problem problem() {
    return Hit::template problem<typename S::Item>();
  }
  template <class S>
  Accumulator open(S const&) const {
    return {&hit};
  }
  bool finish(Accumulator&& all) const noexcept { return all.found ? Found : !Found; }
};

/// The item satisfies the predicate, or, for `all`, does not.
template <class P, bool Wanted>
struct Satisfies {
  [[no_unique_address]] P predicate;

  template <class Item>
  static consteval Problem problem() {
    return detail::predicate_problem<P, Item>();
  }
  template <class X>
  [[gnu::always_inline]] bool operator()(X const& x) const {
    return static_cast<bool>(detail::call(predicate, x)) == Wanted;
  }
};

/// The item is equal to a value.
template <class T>
struct Equals {
  T value;

  template <class Item>
  static consteval Problem problem() {
    constexpr bool ok = requires(look_t<Item> x, T const& wanted) { static_cast<bool>(x == wanted); };
    return ok ? Problem::none : Problem::contains_without_equality;
  }
  template <class X>
  [[gnu::always_inline]] bool operator()(X const& x) const {
    return static_cast<bool>(x == value);
  }
};

template <class P>
[[nodiscard]] auto make_any(P predicate) {
  return Any<Satisfies<P, true>, true>{{std::move(predicate)}};
}
template <class P>
[[nodiscard]] auto make_all(P predicate) {
  return Any<Satisfies<P, false>, false>{{std::move(predicate)}};
}
template <class P>
[[nodiscard]] auto make_none(P predicate) {
  return Any<Satisfies<P, true>, false>{{std::move(predicate)}};
}
template <class T>
[[nodiscard]] auto make_contains(T value) {
  return Any<Equals<T>, true>{{std::move(value)}};
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/platform/memory.hpp

// Hints about large memory: the first touch of fresh pages costs more than filling them.

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// From this size on results are worth a hint to the system (PEERS.md, "Memory-bound").
inline constexpr std::size_t large_memory = std::size_t{4} << 20;

/// The size of a huge page, and of the pieces in which memory is populated.
inline constexpr std::size_t huge_page = std::size_t{2} << 20;

#if defined(__linux__)
/// Hints that fail are no errors. Only pages that lie wholly inside are touched: the others belong to a neighbour too.
PARALLEL_TASK_COLD inline void advise(void* memory, std::size_t bytes, int advice) noexcept {
  constexpr std::uintptr_t page = 4096;
  auto const first = (reinterpret_cast<std::uintptr_t>(memory) + page - 1) / page * page;
  auto const last = (reinterpret_cast<std::uintptr_t>(memory) + bytes) / page * page;
  if (last <= first) return;
  auto const kept = errno;
  static_cast<void>(::madvise(reinterpret_cast<void*>(first), last - first, advice));
  errno = kept;
}
#endif

/// Asks for huge pages behind [memory, memory + bytes). Where the system has none: nothing.
inline void advise_huge([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  advise(memory, bytes, MADV_HUGEPAGE);
#endif
}

/// Has the system put pages behind [memory, memory + bytes) now; what lies there stays. Several threads may do so at
/// once for parts of one allocation. Where the system can't: nothing, the first write will do it.
inline void populate([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(__linux__) && defined(MADV_POPULATE_WRITE)
  advise(memory, bytes, MADV_POPULATE_WRITE);
#endif
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/terminal/buffer.hpp

// A growing array that never initialises twice: what a parallel run fills is not zeroed before.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Fresh memory for `count` items, with the hints that large memory is worth. Throws std::bad_alloc.
template <class T>
[[nodiscard]] T* allocate(std::size_t count) {
  if (count > (~std::size_t{0} / 2) / sizeof(T)) {
#if defined(__cpp_exceptions)
    throw std::bad_alloc();
#else
    std::abort();
#endif
  }
  void* const memory = ::operator new(count * sizeof(T), std::align_val_t{alignof(T)});
  if (count * sizeof(T) >= large_memory) advise_huge(memory, count * sizeof(T));
  return static_cast<T*>(memory);
}

template <class T>
void deallocate(T* memory) noexcept {
  ::operator delete(static_cast<void*>(memory), std::align_val_t{alignof(T)});
}

struct BufferAccess;

}  // namespace detail

/// Vector-like owner of contiguous items, the cheapest target of a `collect`:
///
///     auto roots = pt::parallel_iter(v).map(root).collect<pt::buffer>();
///
/// Its items are constructed in place by the run, so nothing is initialised twice, and they need no default
/// constructor. Complexity, invalidation and thread-safety are those of `std::vector`; so is what is thrown.
template <class T>
class buffer {
 public:
  using value_type = T;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using reference = T&;
  using const_reference = T const&;
  using iterator = T*;
  using const_iterator = T const*;

  buffer() noexcept = default;
  buffer(std::initializer_list<T> items) : buffer(items.begin(), items.end()) {}
  template <std::forward_iterator I, std::sentinel_for<I> E>
  buffer(I first, E last) {
    reserve(static_cast<std::size_t>(std::ranges::distance(first, last)));
    for (; first != last; ++first) emplace_back(*first);
  }
  buffer(buffer const& other) : buffer(other.begin(), other.end()) {}
  buffer(buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  buffer& operator=(buffer other) noexcept {
    swap(other);
    return *this;
  }
  ~buffer() {
    clear();
    if (data_ != nullptr) detail::deallocate(data_);
  }

  void swap(buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }
  friend void swap(buffer& a, buffer& b) noexcept { a.swap(b); }

  [[nodiscard]] T* data() noexcept { return data_; }
  [[nodiscard]] T const* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] iterator begin() noexcept { return data_; }
  [[nodiscard]] iterator end() noexcept { return data_ + size_; }
  [[nodiscard]] const_iterator begin() const noexcept { return data_; }
  [[nodiscard]] const_iterator end() const noexcept { return data_ + size_; }
  [[nodiscard]] T& operator[](std::size_t i) noexcept { return data_[i]; }
  [[nodiscard]] T const& operator[](std::size_t i) const noexcept { return data_[i]; }
  [[nodiscard]] T& front() noexcept { return data_[0]; }
  [[nodiscard]] T const& front() const noexcept { return data_[0]; }
  [[nodiscard]] T& back() noexcept { return data_[size_ - 1]; }
  [[nodiscard]] T const& back() const noexcept { return data_[size_ - 1]; }

  void clear() noexcept {
    std::destroy_n(data_, size_);
    size_ = 0;
  }

  /// Makes room for `count` items in all. If moving an item throws, nothing has changed.
  void reserve(std::size_t count) {
    if (count <= capacity_) return;
    buffer larger;
    larger.data_ = detail::allocate<T>(count);
    larger.capacity_ = count;
    for (; larger.size_ != size_; ++larger.size_) {
      std::construct_at(larger.data_ + larger.size_, std::move_if_noexcept(data_[larger.size_]));
    }
    swap(larger);
  }

  template <class... Arguments>
  T& emplace_back(Arguments&&... arguments) {
    if (size_ == capacity_) {
      T item(std::forward<Arguments>(arguments)...);  // an argument may lie in the memory that is given up
      reserve(capacity_ == 0 ? 8 : 2 * capacity_);
      return *std::construct_at(data_ + size_++, std::move(item));
    }
    std::construct_at(data_ + size_, std::forward<Arguments>(arguments)...);
    return data_[size_++];
  }
  void push_back(T const& item) { emplace_back(item); }
  void push_back(T&& item) { emplace_back(std::move(item)); }
  void pop_back() noexcept { std::destroy_at(data_ + --size_); }

  friend bool operator==(buffer const& a, buffer const& b)
    requires requires(T const& x) { x == x; }
  {
    if (a.size_ != b.size_) return false;
    for (std::size_t i = 0; i != a.size_; ++i) {
      if (!(a.data_[i] == b.data_[i])) return false;
    }
    return true;
  }

 private:
  friend struct detail::BufferAccess;
  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

namespace detail {

/// The run's door into a buffer: it constructs items behind the end and then says that they are there.
struct BufferAccess {
  template <class T>
  static void set_size(buffer<T>& target, std::size_t size) noexcept {
    target.size_ = size;
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/terminal/chunks.hpp

// Output of unknown length: a list of chunks that never move and are joined by one pointer.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// A sequence that grows without moving its items. The first chunk is small, since a stolen block may yield little;
/// then 64 KiB, doubling up to 1 MiB: large enough that a chunk costs nothing per item, small enough to be reused
/// by the allocator when it is freed half way through the copying.
template <class T, std::size_t FirstBytes = std::size_t{4} << 10>
class ChunkList {
 public:
  ChunkList() noexcept = default;
  ChunkList(ChunkList&& other) noexcept
      : cursor_(std::exchange(other.cursor_, nullptr)),
        limit_(std::exchange(other.limit_, nullptr)),
        head_(std::exchange(other.head_, nullptr)),
        tail_(std::exchange(other.tail_, nullptr)) {}
  ChunkList& operator=(ChunkList&& other) noexcept {
    std::swap(cursor_, other.cursor_);
    std::swap(limit_, other.limit_);
    std::swap(head_, other.head_);
    std::swap(tail_, other.tail_);
    return *this;
  }
  ~ChunkList() {
    if (head_ != nullptr) free_all();
  }

  /// Constructs an item at the end.
  template <class... Arguments>
  void emplace(Arguments&&... arguments) {
    if (cursor_ == limit_) [[unlikely]]
      grow();
    ::new (static_cast<void*>(cursor_)) T(std::forward<Arguments>(arguments)...);
    ++cursor_;
  }

  /// Puts `later` behind, without touching an item.
  void join(ChunkList&& later) noexcept {
    if (later.head_ != nullptr) take_all(later);
  }

  /// The number of items. Linear in the number of chunks.
  [[nodiscard]] std::size_t size() noexcept {
    seal();
    std::size_t count = 0;
    for (Chunk* chunk = head_; chunk != nullptr; chunk = chunk->next) {
      count += static_cast<std::size_t>(chunk->last - items(chunk));
    }
    return count;
  }

  /// Destroys all items but keeps the last chunk for the next ones.
  void clear() noexcept {
    if (head_ == nullptr) return;
    seal();
    while (head_ != tail_) free_head();
    std::destroy(items(head_), head_->last);
    head_->last = cursor_ = items(head_);
  }

  /// f(item) for every item in order.
  template <class F>
  void for_each(F f) {
    seal();
    for (Chunk* chunk = head_; chunk != nullptr; chunk = chunk->next) {
      for (T* item = items(chunk); item != chunk->last; ++item) f(*item);
    }
  }

  /// Gives f(first, last) every chunk's items in order, to be moved from, and frees each chunk once f has returned.
  template <class F>
  void drain(F f) {
    seal();
    for (; head_ != nullptr; free_head()) f(items(head_), head_->last);
    tail_ = nullptr;
    cursor_ = limit_ = nullptr;
  }

 private:
  struct Chunk {
    Chunk* next;
    T* last;  // behind its last item; the tail's is known to cursor_ alone until it is sealed
    std::size_t bytes;
  };
  static constexpr std::size_t alignment = alignof(T) > alignof(Chunk) ? alignof(T) : alignof(Chunk);
  static constexpr std::size_t header = (sizeof(Chunk) + alignment - 1) / alignment * alignment;
  static constexpr std::size_t second_bytes = std::size_t{64} << 10;
  static constexpr std::size_t most_bytes = std::size_t{1} << 20;

  static T* items(Chunk* chunk) noexcept {
    return reinterpret_cast<T*>(reinterpret_cast<unsigned char*>(chunk) + header);
  }

  void seal() noexcept {
    if (tail_ != nullptr) tail_->last = cursor_;
  }

  // Not inline, as whatever is not done for each item: pipelines that keep the same type share it.
  [[gnu::noinline]] void grow() {
    std::size_t bytes = tail_ == nullptr ? FirstBytes : tail_->bytes < second_bytes ? second_bytes : 2 * tail_->bytes;
    if (bytes > most_bytes) bytes = most_bytes;
    if (bytes < header + sizeof(T)) bytes = header + sizeof(T);
    auto* const chunk = ::new (::operator new(bytes, std::align_val_t{alignment})) Chunk{nullptr, nullptr, bytes};
    seal();
    (tail_ != nullptr ? tail_->next : head_) = chunk;
    tail_ = chunk;
    cursor_ = chunk->last = items(chunk);
    limit_ = cursor_ + (bytes - header) / sizeof(T);
  }

  [[gnu::noinline]] void take_all(ChunkList& later) noexcept {
    if (head_ == nullptr) {
      *this = std::move(later);
      return;
    }
    seal();
    tail_->next = std::exchange(later.head_, nullptr);
    tail_ = std::exchange(later.tail_, nullptr);
    cursor_ = std::exchange(later.cursor_, nullptr);
    limit_ = std::exchange(later.limit_, nullptr);
  }

  [[gnu::noinline]] void free_all() noexcept {
    seal();
    while (head_ != nullptr) free_head();
  }

  void free_head() noexcept {
    Chunk* const chunk = head_;
    head_ = chunk->next;
    std::destroy(items(chunk), chunk->last);
    ::operator delete(static_cast<void*>(chunk), std::align_val_t{alignment});
  }

  T* cursor_ = nullptr;
  T* limit_ = nullptr;
  Chunk* head_ = nullptr;
  Chunk* tail_ = nullptr;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/terminal/container.hpp

// What containers can do: how a run's result gets into one, recognised without knowing its name.

namespace parallel_task {
inline namespace v0_1 {

/// The customisation point for containers of your own that neither `emplace_back` nor `push_back`, `insert` or `push`
/// fill. Specialise it with
///
///     static void append(C& container, Item&& item);         // called in order, on one thread
///     static void reserve(C& container, std::size_t count);  // optional: about to append so many
///
/// and `collect<C>()`, `collect_into(c)` and `append_to(c)` work. `C` must be default-constructible for `collect`.
template <class C>
struct appender {};

namespace detail {

template <class C, class X>
concept custom_append = requires(C& c, X&& x) { appender<C>::append(c, static_cast<X&&>(x)); };

// emplace_back says yes to anything; whether it means it, the value type knows.
template <class C, class X>
concept can_emplace_back = requires { typename C::value_type; } && std::constructible_from<typename C::value_type, X> &&
                           requires(C& c, X&& x) { c.emplace_back(static_cast<X&&>(x)); };
template <class C, class X>
concept can_push_back = requires(C& c, X&& x) { c.push_back(static_cast<X&&>(x)); };
// At the end: a hint to ordered containers, ignored by hashed ones; among equals it keeps the first, or their order.
template <class C, class X>
concept can_insert = requires(C& c, X&& x) { c.insert(c.end(), static_cast<X&&>(x)); };
template <class C, class X>
concept can_push = requires(C& c, X&& x) { c.push(static_cast<X&&>(x)); };
template <class C, class X>
concept can_concatenate = requires(C& c, X&& x) { c += static_cast<X&&>(x); } && !std::is_arithmetic_v<C>;
// forward_list: items go behind an iterator.
template <class C, class X>
concept can_emplace_after =
    requires { typename C::value_type; } && std::constructible_from<typename C::value_type, X> &&
    requires(C& c, X&& x) { c.emplace_after(c.before_begin(), static_cast<X&&>(x)); };

/// Items can be put behind the others, one by one.
template <class C, class X>
concept appendable = custom_append<C, X> || can_emplace_back<C, X> || can_push_back<C, X> || can_insert<C, X> ||
                     can_push<C, X> || can_concatenate<C, X> || can_emplace_after<C, X>;

/// A fixed number of items side by side: std::array, span, C arrays.
template <class C>
concept array_like = std::ranges::contiguous_range<C&> && !requires(C& c) { c.resize(std::size_t{0}); } &&
                     !requires(C& c) { c.clear(); };

template <class C>
inline constexpr bool is_buffer = false;
template <class T>
inline constexpr bool is_buffer<buffer<T>> = true;

/// A product's parts without the const that maps put on their keys: what can be moved.
template <class T>
struct MovableParts {
  using type = T;
};
template <class A, class B>
struct MovableParts<std::pair<A const, B>> {
  using type = std::pair<A, B>;
};

template <class C, class S>
struct StoredFor {
  using type = typename S::Value;
};
template <class C, class S>
  requires requires { typename C::value_type; } && std::constructible_from<typename C::value_type, typename S::Item>
struct StoredFor<C, S> {
  using type = typename MovableParts<typename C::value_type>::type;
};
/// What a segment keeps of an item that will go into a `C`: converted once, on the thread that computed it.
template <class C, class S>
using stored_t = std::conditional_t<std::constructible_from<typename StoredFor<C, S>::type, typename S::Item>,
                                    typename StoredFor<C, S>::type, typename S::Value>;

/// Written in place: contiguous items that exist before they are assigned.
template <class C, class Item>
concept placeable = std::ranges::contiguous_range<C&> && std::ranges::sized_range<C&> &&
                    requires(C& c, std::size_t n) {
                      c.resize(n);
                      c.clear();
                    } && std::default_initializable<std::ranges::range_value_t<C&>> &&
                    std::constructible_from<std::ranges::range_value_t<C&>, Item> &&
                    std::is_move_assignable_v<std::ranges::range_value_t<C&>>;

/// Lists: every segment makes its own nodes and they are joined by a pointer.
template <class C, class X>
concept spliceable = std::default_initializable<C> && can_emplace_back<C, X> && requires(C& c, C& later) {
  requires std::allocator_traits<typename C::allocator_type>::is_always_equal::value;
  c.splice(c.end(), later);
};

template <class C>
void reserve(C& c, std::size_t count) {
  if constexpr (requires { appender<C>::reserve(c, count); }) {
    appender<C>::reserve(c, count);
  } else if constexpr (requires { c.reserve(count); }) {
    c.reserve(count);
  }
}

/// Room for `more` items behind those that are there. Exact, except that appending again and again stays linear.
template <class C>
void reserve_more(C& c, std::size_t more) {
  if constexpr (requires { appender<C>::reserve(c, more); }) {
    appender<C>::reserve(c, more);
  } else if constexpr (requires {
                         c.reserve(more);
                         c.size();
                       }) {
    std::size_t const size = c.size();
    std::size_t wanted = size + more;
    if constexpr (requires { c.capacity(); }) {
      std::size_t const capacity = c.capacity();
      if (wanted <= capacity) return;
      if (size != 0 && wanted < 2 * capacity) wanted = 2 * capacity;
    }
    c.reserve(wanted);
    if constexpr (std::ranges::contiguous_range<C&>) {
      using T = std::ranges::range_value_t<C&>;
      if (more * sizeof(T) >= large_memory) advise_huge(std::ranges::data(c) + size, more * sizeof(T));
    }
  }
}

/// Nothing to take back: the container goes with the exception, or may hold anything then.
struct KeepAll {
  template <class C>
  KeepAll(C&, std::size_t) noexcept {}
  void keep() const noexcept {}
};

/// Unless all have come, takes out again what was appended, where the container can do that: behind a sequence, and of
/// nodes, but not from a queue.
template <class C>
class AllOrNothing {
 public:
  AllOrNothing(C& c, std::size_t) noexcept : c_(&c) {
    if constexpr (requires { c.size(); }) before_ = c.size();
  }
  AllOrNothing(AllOrNothing const&) = delete;
  AllOrNothing& operator=(AllOrNothing const&) = delete;
  ~AllOrNothing() {
    if constexpr (requires {
                    c_->pop_back();
                    c_->size();
                  }) {
      if (c_ == nullptr) return;
      while (c_->size() > before_) c_->pop_back();
    }
  }
  void keep() noexcept { c_ = nullptr; }

 private:
  C* c_;
  std::size_t before_ = 0;
};

/// Sets and maps: new items may be anywhere, so they are written down. Nodes stay where they are, whatever comes; in
/// hashed ones since there is room for all.
template <class C>
  requires requires(C& c) {
    typename C::node_type;
    c.erase(c.begin());
    c.size();
  }
class AllOrNothing<C> {
 public:
  AllOrNothing(C& c, std::size_t more) : c_(&c), size_(c.size()) { fresh_.reserve(more); }
  AllOrNothing(AllOrNothing const&) = delete;
  AllOrNothing& operator=(AllOrNothing const&) = delete;
  ~AllOrNothing() {
    if (c_ == nullptr) return;
    for (auto const& item : fresh_) c_->erase(item);
  }
  void note(C& c, typename C::iterator item) noexcept {
    if (c.size() == size_) return;  // one like it was there
    ++size_;
    fresh_.push_back(item);  // there is room
  }
  void keep() noexcept { c_ = nullptr; }

 private:
  C* c_;
  std::size_t size_;
  std::vector<typename C::iterator> fresh_;
};

template <class C>
  requires requires(C& c) { c.erase_after(c.before_begin(), c.end()); }
class AllOrNothing<C> {
 public:
  AllOrNothing(C& c, std::size_t) noexcept : c_(&c), last_(c.before_begin()) {
    for (auto next = c.begin(); next != c.end(); ++next) last_ = next;
  }
  AllOrNothing(AllOrNothing const&) = delete;
  AllOrNothing& operator=(AllOrNothing const&) = delete;
  ~AllOrNothing() {
    if (c_ != nullptr) c_->erase_after(last_, c_->end());
  }
  void keep() noexcept { c_ = nullptr; }

 private:
  C* c_;
  typename C::iterator last_;
};

/// Moves all items of `chunks` behind those of `c`, in order; each chunk is freed once it has been copied. `Undo` says
/// what becomes of those that came if another one doesn't.
template <class Undo, class C, class T>
void append_chunks(C& c, ChunkList<T>& chunks) {
  if constexpr (!can_concatenate<C, T&&> || can_emplace_back<C, T&&> || can_push_back<C, T&&>) {
    detail::reserve_more(c, chunks.size());
  }
  Undo undo(c, chunks.size());
  if constexpr (custom_append<C, T&&>) {
    chunks.drain([&c](T* item, T* last) {
      for (; item != last; ++item) appender<C>::append(c, std::move(*item));
    });
  } else if constexpr (std::is_trivially_copyable_v<T> && std::ranges::contiguous_range<C&> &&
                       requires(T* p) { c.insert(c.end(), p, p); }) {
    chunks.drain([&c](T* item, T* last) { c.insert(c.end(), item, last); });
  } else if constexpr (can_emplace_back<C, T&&>) {
    chunks.drain([&c](T* item, T* last) {
      for (; item != last; ++item) c.emplace_back(std::move(*item));
    });
  } else if constexpr (can_push_back<C, T&&>) {
    chunks.drain([&c](T* item, T* last) {
      for (; item != last; ++item) c.push_back(std::move(*item));
    });
  } else if constexpr (can_insert<C, T&&>) {
    chunks.drain([&](T* item, T* last) {
      for (; item != last; ++item) {
        if constexpr (requires { undo.note(c, c.end()); }) {
          undo.note(c, c.insert(c.end(), std::move(*item)));
        } else {
          c.insert(c.end(), std::move(*item));
        }
      }
    });
  } else if constexpr (can_push<C, T&&>) {
    chunks.drain([&c](T* item, T* last) {
      for (; item != last; ++item) c.push(std::move(*item));
    });
  } else if constexpr (can_emplace_after<C, T&&>) {
    auto end = c.before_begin();
    for (auto next = c.begin(); next != c.end(); ++next) end = next;
    chunks.drain([&c, &end](T* item, T* last) {
      for (; item != last; ++item) end = c.emplace_after(end, std::move(*item));
    });
  } else {
    chunks.drain([&c](T* item, T* last) {
      for (; item != last; ++item) c += std::move(*item);
    });
  }
  undo.keep();
}

// `collect<std::vector>()`: the container of the items' values; of pairs, where one argument is not enough, the map.
template <template <class...> class C, class Value>
struct Deduced {
  using type = void;
};
template <template <class...> class C, class Value>
  requires requires { typename C<Value>; }
struct Deduced<C, Value> {
  using type = C<Value>;
};
template <template <class...> class C, class K, class M>
  requires(
      !requires { typename C<std::pair<K, M>>; } && requires { typename C<std::remove_const_t<K>, M>; })
struct Deduced<C, std::pair<K, M>> {
  using type = C<std::remove_const_t<K>, M>;
};
template <template <class...> class C, class K, class M>
  requires(
      !requires { typename C<std::tuple<K, M>>; } && requires { typename C<K, M>; })
struct Deduced<C, std::tuple<K, M>> {
  using type = C<K, M>;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/terminal/place.hpp

// Accumulators that write into the result in place: position i of the pipeline is item i of the result.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Assigns to items that exist.
template <class T>
struct Assigned {
  T* base;
  T* out;

  explicit Assigned(T* result) noexcept : base(result), out(result) {}
  void seek(std::size_t position) noexcept { out = base + position; }
  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) {
    if constexpr (std::is_same_v<std::remove_cvref_t<X>, T> && std::is_assignable_v<T&, X&&>) {
      *out = static_cast<X&&>(x);
    } else {
      *out = static_cast<T>(static_cast<X&&>(x));
    }
    ++out;
    return true;
  }
  void join(Assigned&&) const noexcept {}
  void release() const noexcept {}
};

/// Constructs items in raw memory; they need no destructor, so nobody need know which are there.
template <class T>
struct ConstructedTrivially {
  T* base;
  T* out;

  explicit ConstructedTrivially(T* result) noexcept : base(result), out(result) {}
  void seek(std::size_t position) noexcept { out = base + position; }
  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) {
    ::new (static_cast<void*>(out)) T(static_cast<X&&>(x));
    ++out;
    return true;
  }
  void join(ConstructedTrivially&&) const noexcept {}
  void release() const noexcept {}
};

/// Constructs items in raw memory and owns them until all are there. A segment is contiguous: two pointers know it all.
template <class T>
class Constructed {
 public:
  explicit Constructed(T* result) noexcept : base_(result) {}
  Constructed(Constructed&& other) noexcept
      : base_(other.base_), first_(std::exchange(other.first_, nullptr)), out_(std::exchange(other.out_, nullptr)) {}
  Constructed& operator=(Constructed&&) = delete;
  ~Constructed() {
    if (first_ != nullptr) std::destroy(first_, out_);
  }

  void seek(std::size_t position) noexcept {
    if (first_ == nullptr) first_ = out_ = base_ + position;
  }
  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) {
    ::new (static_cast<void*>(out_)) T(static_cast<X&&>(x));
    ++out_;
    return true;
  }
  void join(Constructed&& later) noexcept {
    if (later.first_ == nullptr) return;
    if (first_ == nullptr) first_ = later.first_;
    out_ = later.out_;
    later.release();
  }
  /// The items belong to the result now.
  void release() noexcept { first_ = out_ = nullptr; }

 private:
  T* base_;
  T* first_ = nullptr;
  T* out_ = nullptr;
};

/// Where only the run knows how many items there are (an unsized range, walked): in place if that was known before it
/// began, else in chunks.
template <class Place, class T>
struct PlacedOrKept {
  Place place;
  bool placed;
  ChunkList<T> kept;

  void seek(std::size_t position) noexcept {
    if (placed) place.seek(position);
  }
  template <class X>
  bool operator()(X&& x) {
    if (placed) return place(static_cast<X&&>(x));
    kept.emplace(static_cast<X&&>(x));
    return true;
  }
  void join(PlacedOrKept&& later) noexcept {
    place.join(std::move(later.place));
    kept.join(std::move(later.kept));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/terminal/populate.hpp

// Pages for a large result, made by all workers: one thread alone would take longer than the run that fills them.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Populates [memory, memory + bytes), one huge page a position.
class Populate {
 public:
  Populate(void* memory, std::size_t bytes) noexcept : memory_(static_cast<unsigned char*>(memory)), bytes_(bytes) {}

  void run(Settings settings) {
    settings.watch = nullptr;  // the user's run is the one that follows
    Job job;
    job.self = this;
    job.bytes = 1;
    job.alignment = 1;
    job.open = [](void*, void*) {};
    job.run = [](void* self, void*, Block block) {
      static_cast<Populate*>(self)->pieces(block);
      return true;
    };
    job.close = [](void*) noexcept {};
    job.known = {(bytes_ + huge_page - 1) / huge_page, true};
    job.ordered = false;
    unsigned char home = 0;
    detail::run_and_join(job, &home, memo<Populate>, settings, [](void*, void*) { return true; });
  }

 private:
  void pieces(Block block) const noexcept {
    std::size_t const first = block.first * huge_page;
    std::size_t const last = block.last * huge_page < bytes_ ? block.last * huge_page : bytes_;
    populate(memory_ + first, last - first);
  }

  unsigned char* memory_;
  std::size_t bytes_;
};

/// For memory that nobody has touched yet.
inline void prepare_memory(void* memory, std::size_t bytes, Settings const& settings) {
  if (bytes < large_memory) return;
  advise_huge(memory, bytes);
  Populate(memory, bytes).run(settings);
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/terminal/collect.hpp

// collect<C>(), collect_into(c), append_to(c): the items, in order, in a container.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// How a pipeline's items get into a container.
enum class Way : unsigned char {
  assigned,     ///< in place, over items that exist: vector, string
  constructed,  ///< in place, in raw memory: buffer
  spliced,      ///< every segment a list of its own, joined by a pointer
  appended      ///< every segment a list of chunks, moved behind one another at the end
};

template <class C, class S>
consteval Way way() {
  using Item = typename S::Item;
  if constexpr (custom_append<C, stored_t<C, S>&&>) {
    return Way::appended;
  } else if constexpr (indexed_source<S> && is_buffer<C>) {
    return Way::constructed;
  } else if constexpr (indexed_source<S> && placeable<C, Item>) {
    return Way::assigned;
  } else if constexpr (spliceable<C, Item>) {
    return Way::spliced;
  } else {
    return Way::appended;
  }
}

template <class T>
struct Kept {
  ChunkList<T> kept;
  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) {
    kept.emplace(static_cast<X&&>(x));
    return true;
  }
  void join(Kept&& later) noexcept { kept.join(std::move(later.kept)); }
};

template <class C>
struct Spliced {
  C list;
  template <class X>
  bool operator()(X&& x) {
    list.emplace_back(static_cast<X&&>(x));
    return true;
  }
  void join(Spliced&& later) { list.splice(list.end(), later.list); }
};

/// Why these items can't get into a `C`.
template <class C, class S>
consteval Problem collect_problem() {
  if constexpr (array_like<C>) {
    return Problem::collect_fixed_size;
  } else {
    constexpr bool constructible =
        custom_append<C, stored_t<C, S>&&> || can_concatenate<C, stored_t<C, S>&&> ||
        !requires { typename C::value_type; } || std::constructible_from<typename StoredFor<C, S>::type, typename S::Item>;
    constexpr bool ok = constructible && std::constructible_from<stored_t<C, S>, typename S::Item> &&
                        (way<C, S>() != Way::appended || appendable<C, stored_t<C, S>&&>);
    return ok ? Problem::none : Problem::collect_does_not_fit;
  }
}

/// A container being filled behind the `before` items that stay. `Undo`: what becomes of it after a throw.
template <class C, class Undo = KeepAll>
class Filling {
 public:
  /// Makes room, on the calling thread, before the run.
  template <class S>
  void prepare(C& target, std::size_t before, S const& source, Settings const& settings) {
    target_ = &target;
    before_ = before;
    if constexpr (way<C, S>() == Way::assigned || way<C, S>() == Way::constructed) {
      std::size_t const total = source.total();
      placed_ = total != unknown;
      if (placed_) make_room(total, settings);
    }
  }

  template <class S>
  auto open(S const&) const {
    constexpr Way how = way<C, S>();
    using T = stored_t<C, S>;
    if constexpr (how == Way::appended) {
      return Kept<T>{};
    } else if constexpr (how == Way::spliced) {
      return Spliced<C>{};
    } else {
      using V = std::ranges::range_value_t<C>;
      using Raw = std::conditional_t<std::is_trivially_destructible_v<V>, ConstructedTrivially<V>, Constructed<V>>;
      using Place = std::conditional_t<how == Way::assigned, Assigned<V>, Raw>;
      Place place(placed_ ? std::ranges::data(*target_) + before_ : nullptr);
      if constexpr (S::pulls) {
        return PlacedOrKept<Place, V>{std::move(place), placed_, {}};
      } else {
        return place;
      }
    }
  }

  /// `before` other than 0 appends; else what was in the target goes.
  template <class A>
  void finish(A&& all) {
    if constexpr (requires { all.list; }) {
      if (before_ == 0) {
        *target_ = std::move(all.list);
      } else {
        target_->splice(target_->end(), all.list);
      }
    } else if constexpr (requires { all.placed; }) {
      if (placed_) {
        filled(all.place);
      } else {
        append(all.kept);
      }
    } else if constexpr (requires { all.kept; }) {
      append(all.kept);
    } else {
      filled(all);
    }
    complete_ = true;
  }

  /// After a throw: what had been made room for goes again.
  void roll_back() noexcept {
    if constexpr (requires(C& c) { c.resize(before_); }) {
      if (placed_ && !complete_) target_->resize(before_);
    }
  }

 private:
  void make_room(std::size_t total, Settings const& settings) {
    C& c = *target_;
    using T = std::ranges::range_value_t<C>;
    if constexpr (requires { c.capacity(); c.reserve(total); }) {
      if (total > c.capacity() - before_) {
        std::size_t wanted = before_ + total;
        if (before_ == 0) {
          c.clear();
        } else if (wanted < 2 * c.capacity()) {
          wanted = 2 * c.capacity();  // appending again and again stays linear
        }
        if (before_ != 0 || total * sizeof(T) >= large_memory) {
          c.reserve(wanted);
          detail::prepare_memory(std::ranges::data(c) + before_, total * sizeof(T), settings);
        }
      }
    }
    if constexpr (is_buffer<C>) {
      c.reserve(before_ + total);
      while (c.size() > before_) c.pop_back();
      total_ = total;
    } else {
      c.resize(before_ + total);
    }
  }

  template <class Place>
  void filled(Place& place) noexcept {
    if constexpr (is_buffer<C>) {
      BufferAccess::set_size(*target_, before_ + total_);
      place.release();
    }
  }

  template <class T>
  void append(ChunkList<T>& kept) {
    if (before_ == 0) {
      if constexpr (requires { target_->clear(); }) {
        target_->clear();
      } else {
        *target_ = C();
      }
    }
    detail::append_chunks<Undo>(*target_, kept);
  }

  C* target_ = nullptr;
  std::size_t before_ = 0;
  std::size_t total_ = 0;
  bool placed_ = false;
  bool complete_ = false;
};

/// A new container of all items, in order; a map or set keeps the first of equal keys. A vector is written in place where
/// the pipeline has an index and the items a default constructor. What is thrown leaves nothing behind.
template <class C>
struct Collect {
  C result{};
  Filling<C> filling{};

  template <class S>
  static consteval Problem problem() {
    if constexpr (std::is_void_v<C>) {
      return Problem::collect_incomplete;
    } else if constexpr (std::is_reference_v<C> || std::is_const_v<C>) {
      return Problem::collect_qualified;
    } else if constexpr (!std::default_initializable<C> && !array_like<C>) {
      return Problem::collect_without_default;
    } else {
      return detail::collect_problem<C, S>();
    }
  }
  template <class S>
  void prepare(S& source, Settings const& settings) {
    filling.prepare(result, 0, source, settings);
  }
  template <class S>
  auto open(S const& source) const {
    return filling.open(source);
  }
  template <class A>
  C finish(A&& all) {
    filling.finish(all);
    return std::move(result);
  }
};
template <>
struct Collect<void> {
  template <class S>
  static consteval Problem problem() {
    return Problem::collect_incomplete;
  }
};

/// The type of `collect<C>()` where `C` is a template: std::vector of the pipeline's values.
template <template <class...> class C, class S>
using CollectTemplate = Collect<typename Deduced<C, typename S::Value>::type>;

/// Replaces (or, `Append`, goes behind) the content of a container of the caller's. Replacing keeps its capacity. After a
/// throw the container is whole: its content unspecified when replaced, what it was when appended to (one that can only
/// `push`, or that an `appender` fills, may keep the first of the new items).
template <class C, bool Append>
struct CollectInto {
  C* target;
  Filling<C, std::conditional_t<Append, AllOrNothing<C>, KeepAll>> filling{};

  explicit CollectInto(C& c) noexcept : target(&c) {}
  CollectInto(CollectInto const&) = default;
  ~CollectInto() {
    if constexpr (Append) filling.roll_back();
  }

  template <class S>
  static consteval Problem problem() {
    if constexpr (std::is_const_v<C>) {
      return Problem::collect_into_const;
    } else {
      return detail::collect_problem<C, S>();
    }
  }
  template <class S>
  void prepare(S& source, Settings const& settings) {
    std::size_t before = 0;
    if constexpr (Append) {
      if constexpr (requires { target->size(); }) {
        before = target->size();
      } else {
        before = 1;  // forward_list: all that is asked is whether it stays
      }
    }
    filling.prepare(*target, before, source, settings);
  }
  template <class S>
  auto open(S const& source) const {
    return filling.open(source);
  }
  template <class A>
  void finish(A&& all) {
    filling.finish(all);
  }
};

/// Writes into a span or array, whose size must be the number of items: else std::invalid_argument, before the run where
/// the number is known, else behind it.
template <class T>
struct CollectIntoSpan {
  T* target;
  std::size_t size;
  bool placed = false;

  template <class S>
  static consteval Problem problem() {
    if constexpr (std::is_const_v<T>) {
      return Problem::collect_into_const_span;
    } else {
      constexpr bool ok = std::constructible_from<T, typename S::Item> && std::is_move_assignable_v<T>;
      return ok ? Problem::none : Problem::collect_into_span_of_others;
    }
  }
  template <class S>
  void prepare(S& source, Settings const&) {
    if constexpr (indexed_source<S>) {
      std::size_t const total = source.total();
      placed = total != unknown;
      if (placed) check_size(total);
    }
  }
  template <class S>
  auto open(S const&) const {
    if constexpr (!indexed_source<S>) {
      return Kept<T>{};
    } else if constexpr (S::pulls) {
      return PlacedOrKept<Assigned<T>, T>{Assigned<T>(target), placed, {}};
    } else {
      return Assigned<T>(target);
    }
  }
  template <class A>
  void finish(A&& all) const {
    if constexpr (requires { all.kept; }) {
      if (placed) return;
      check_size(all.kept.size());
      T* out = target;
      all.kept.drain([&out](T* item, T* last) {
        for (; item != last; ++item, ++out) *out = std::move(*item);
      });
    }
  }

 private:
  void check_size(std::size_t count) const {
    if (count != size) {
      detail::throw_error(std::invalid_argument(
          "parallel_task::collect_into: the size of the span is not the number of items"));
    }
  }
};

template <class C>
[[nodiscard]] auto make_collect_into(C& target) {
  if constexpr (array_like<C>) {
    return CollectIntoSpan<std::remove_reference_t<std::ranges::range_reference_t<C&>>>{std::ranges::data(target),
                                                                                        std::ranges::size(target)};
  } else {
    return CollectInto<C, false>(target);
  }
}
template <class C>
[[nodiscard]] auto make_append_to(C& target) {
  return CollectInto<C, true>(target);
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/terminal/count.hpp

// count(), count_if(p), size(): how many items there are.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Runs the pipeline, its closures included, and counts what comes out.
struct Count {
  struct Accumulator {
    static constexpr bool unordered = true;
    std::size_t count = 0;
    template <class X>
    [[gnu::always_inline]] bool operator()(X&&) {
      ++count;
      return true;
    }
    void join(Accumulator&& later) noexcept { count += later.count; }
  };

  template <class S>
  static consteval Problem problem() {
    return Problem::none;
  }
  template <class S>
  Accumulator open(S const&) const {
    return {};
  }
  std::size_t finish(Accumulator&& all) const noexcept { return all.count; }
};

/// How many items satisfy `predicate`, which is called once an item.
template <class P>
struct CountIf {
  [[no_unique_address]] P predicate;

  struct Accumulator {
    static constexpr bool unordered = true;
    P const* predicate;
    std::size_t count = 0;
    template <class X>
    [[gnu::always_inline]] bool operator()(X&& x) {
      count += static_cast<bool>(detail::call(*predicate, detail::look(x))) ? std::size_t{1} : std::size_t{0};
      return true;
    }
    void join(Accumulator&& later) noexcept { count += later.count; }
  };

  template <class S>
  static consteval Problem problem() {
    return detail::predicate_problem<P, typename S::Item>();
  }
  template <class S>
  Accumulator open(S const&) const {
    return {&predicate};
  }
  std::size_t finish(Accumulator&& all) const noexcept { return all.count; }
};

template <class P>
CountIf(P) -> CountIf<P>;

/// The number of positions, without running a closure. Not a run: it takes a source, not an accumulator.
struct Size {
  template <class S>
  static consteval Problem problem() {
    constexpr bool ok = indexed_source<S>;
    return ok ? Problem::none : Problem::size_unknown;
  }
  template <indexed_source S>
  std::size_t operator()(S& source) const {
    source.start();
    std::size_t const total = source.total();
    if (total != unknown) return total;
    if constexpr (S::pulls) {
      Pulled known = source.known();
      while (!known.ended) known = source.pull(unknown);
      return known.positions;
    } else {
      return source.known().positions;
    }
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/terminal/find.hpp

// find_first(p), find_any(p): an item that satisfies p.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// An item that satisfies `predicate`, as `std::optional<Value>`. `Cut::later`: the first by order, and an exception
/// behind it is not seen. `Cut::everything`: any, and the first in time wins, answer or exception.
template <class P, Cut What>
struct Find {
  static constexpr Cut cut = What;
  [[no_unique_address]] P predicate;

  template <class Value>
  struct Accumulator {
    static constexpr bool unordered = What == Cut::everything;
    // Not that anything is dealt to them: lanes make the loop take four plain items a round, as std::find_if does.
    static constexpr std::size_t lanes = std::is_trivially_copy_constructible_v<Value> ? 4 : 1;
    P const* predicate;
    std::optional<Value> found;

    template <class X>
    [[gnu::always_inline]] bool lane(std::size_t, X&& x) {
      return (*this)(static_cast<X&&>(x));
    }
    template <class X>
    [[gnu::always_inline]] bool operator()(X&& x) {
      return !wanted(x) || take(static_cast<X&&>(x));
    }
    template <class X>
    [[gnu::always_inline]] bool wanted(X&& x) const {
      return static_cast<bool>(detail::call(*predicate, detail::look(x)));
    }
    template <class X>
    [[gnu::always_inline]] bool take(X&& x) {
      if (!found) found.emplace(static_cast<X&&>(x));
      return false;
    }
    void join(Accumulator&& later) {
      if (!found && later.found) found.emplace(std::move(*later.found));
    }
  };

  template <class S>
  static consteval Problem problem() {
    if constexpr (detail::predicate_problem<P, typename S::Item>() != Problem::none) {
      return detail::predicate_problem<P, typename S::Item>();
    } else {
      constexpr bool ok = std::constructible_from<typename S::Value, typename S::Item>;
      return ok ? Problem::none : Problem::find_not_copyable;
    }
  }
  template <class S>
  auto open(S const&) const {
    return Accumulator<typename S::Value>{&predicate, {}};
  }
  template <class Value>
  std::optional<Value> finish(Accumulator<Value>&& all) const {
    return std::move(all.found);
  }
};

template <class P>
[[nodiscard]] auto make_find_first(P predicate) {
  return Find<P, Cut::later>{std::move(predicate)};
}
template <class P>
[[nodiscard]] auto make_find_any(P predicate) {
  return Find<P, Cut::everything>{std::move(predicate)};
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/terminal/for_each.hpp

// for_each(f): f for every item, in no order.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Calls `f` with every item. The first exception in time ends the run.
template <class F>
struct ForEach {
  [[no_unique_address]] F f;

  struct Accumulator {
    static constexpr bool unordered = true;
    F const* f;
    template <class X>
    [[gnu::always_inline]] bool operator()(X&& x) const {
      static_cast<void>(detail::call(*f, static_cast<X&&>(x)));
      return true;
    }
    void join(Accumulator&&) const noexcept {}
  };

  template <class S>
  static consteval Problem problem() {
    return detail::closure_problem<F, typename S::Item>();
  }
  template <class S>
  Accumulator open(S const&) const {
    return {&f};
  }
  void finish(Accumulator&&) const noexcept {}
};

template <class F>
ForEach(F) -> ForEach<F>;

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/terminal/for_each_ordered.hpp

// for_each_ordered(f, window): f in input order, one call at a time, while the workers compute ahead.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

// How it works. The turn is the position whose items f gets next. A source around the pipeline hands out positions in
// order and never more than `window` beyond the turn. A block that is the turn's own feeds f directly: on one thread
// that is all there is, the plain loop. Any other block computes its items into a batch, puts the batch into a ring of
// `window` entries under its first position, and then whoever gets the consumer's role drains the ring from the turn
// on. The role is only ever tried: a thread that finds it taken goes on.
//
// Nothing finished stays undrained. Publishing is (1) entry = batch, (2) try the role; ending a role is (3) give it
// back, (4) look at the turn's entry again. All four are seq_cst, so either (2) comes after (3) and gets the role, or
// (4) comes after (1) and sees the batch.
//
// | what             | written by                                   | read by                                        |
// |------------------|----------------------------------------------|------------------------------------------------|
// | turn             | the role, release: entries below are free    | pull, acquire: their entries may be used again |
// | ring[i].ready    | the block, seq_cst; the role, back to false  | the role, seq_cst: the rest of the entry       |
// | role             | everybody, seq_cst exchange and store        | the same: one holder's calls of f see the last |
// | failure          | the role, which is then never given back     | finish, when all have left                     |

/// An entry of the ring: items of a block that had to wait for their turn, and how the block ended. From the moment in
/// which the block's first position was handed out until it has been drained, the entry is the block's.
template <class T>
struct Batch {
  detail::atomic<bool> ready{false};
  ChunkList<T, 256> items;     // keeps a chunk from turn to turn
  std::size_t last = 0;        // behind the block
  bool more = true;            // false: the pipeline wants nothing later (take_while)
  std::exception_ptr failure;  // thrown behind these items
};

/// How an item waits: by value, except that a reference to something that f may change must stay one.
template <class Item, class Value>
struct Waiting {
  using Stored = Value;
  template <class X>
  [[nodiscard]] static X&& wrap(X&& x) noexcept {
    return static_cast<X&&>(x);
  }
  [[nodiscard]] static decltype(auto) unwrap(Value& stored) noexcept {
    if constexpr (std::is_lvalue_reference_v<Item> && std::is_same_v<std::remove_cvref_t<Item>, Value>) {
      return static_cast<Value const&>(stored);
    } else {
      return static_cast<Value&&>(stored);
    }
  }
};
template <class T, class Value>
  requires(!std::is_const_v<T>)
struct Waiting<T&, Value> {
  using Stored = T*;
  [[nodiscard]] static T* wrap(T& x) noexcept { return std::addressof(x); }
  [[nodiscard]] static T& unwrap(T* stored) noexcept { return *stored; }
};

/// The pipeline `S`, with `f` behind it, as a source of blocks that give nothing: `f` has had the items.
template <class S, class F>
class Windowed {
 public:
  using Item = typename S::Item;
  using Value = typename S::Value;
  static constexpr bool pulls = true;
  static constexpr Cut cut = Cut::later;
  static constexpr bool whole_segments = true;
  /// Nanoseconds an item: cheaper ones cost more to keep in order than a second thread could save.
  static constexpr float least_cost = 40;
  using Wait = Waiting<Item, Value>;
  using Stored = typename Wait::Stored;

  struct State {
    [[no_unique_address]] typename S::State base;
  };

  Windowed(S& base, F const& f, std::size_t window) : base_(base), f_(f), window_(window) {}
  Windowed(Windowed&&) = default;  // for the concept; it is never moved once it has started

  void start() {
    base_.start();
    std::size_t const total = base_.total();
    if (window_ > most_ahead) window_ = most_ahead;
    if (total < window_) window_ = total == 0 ? 1 : total;
    shared_ = Owner<Shared>(new Shared);
    handed_ = limited(base_.known());
  }
  [[nodiscard]] Pulled known() const { return handed_; }
  [[nodiscard]] std::size_t total() const { return base_.total(); }

  Pulled pull(std::size_t want) {
    // relaxed: only saves work; whoever stopped has said `false` to the controller as well
    if (shared_->stopped.load(std::memory_order_relaxed)) return handed_ = {handed_.positions, true};
    // acquire: pairs with the release in advance; the ring's entries below the turn have been emptied
    std::size_t const turn = shared_->turn.load(std::memory_order_acquire);
    std::size_t const room = turn + window_ - handed_.positions;
    if (room == 0) return handed_;
    if (want > room) want = room;
    Pulled known = base_.known();
    if constexpr (S::pulls) {
      if (!failed_ && !known.ended && known.positions < handed_.positions + want) {
        detail::guarded([&] { known = base_.pull(handed_.positions + want - known.positions); },
                        [&](std::exception_ptr failure) {
                          failed_ = std::move(failure);
                          known = base_.known();
                        });
      }
      // What the source gave before it threw comes first: the exception is for whoever asks again.
      if (failed_) {
        known.ended = false;
#if defined(__cpp_exceptions)
        if (known.positions == handed_.positions) std::rethrow_exception(failed_);
#endif
      }
    }
    std::size_t const most = handed_.positions + want;
    handed_ = known.positions <= most ? known : Pulled{most, false};
    return handed_;
  }
  Pulled share(State& state, std::size_t ran) {
    // From here on somebody else may finish first, so that batches have to wait.
    shared_->ring = Owner<Batch<Stored>[]>(new Batch<Stored>[window_]);
    if constexpr (S::pulls) handed_ = limited(base_.share(state.base, ran));
    return handed_;
  }
  [[nodiscard]] State open() const { return State{base_.open()}; }

  template <class K>
  bool feed(State& state, Block block, K&) const {
    Shared& shared = *shared_;
    if (shared.stopped.load(std::memory_order_relaxed)) return false;  // relaxed: only saves work
    // Only the role moves the turn, and not past this block, which nobody else has: what is equal stays equal.
    // acquire: as the role's exchange, which settles everything else
    if (shared.turn.load(std::memory_order_acquire) == block.first && take_role()) {
      return feed_directly(state, block);
    }
    Batch<Stored>& batch = entry(block.first);
    batch.last = block.last;
    bool more = false;
    detail::guarded(
        [&] {
          Collector collector{batch.items};
          more = base_.feed(state.base, block, collector);
        },
        [&](std::exception_ptr failure) { batch.failure = std::move(failure); });
    batch.more = more;
    batch.ready.store(true, std::memory_order_seq_cst);  // (1) above; from here on it is the role's
    if (take_role()) drain();
    return more && !shared.stopped.load(std::memory_order_relaxed);
  }

  /// What stages kept back to the end of a segment (fold) comes behind all else, in order, on the calling thread.
  template <class K>
  bool close(State& state, K&) const {
    if (shared_->failure) return false;
    Consumer consumer{f_};
    return base_.close(state.base, consumer);
  }

  void rethrow() const {
    if (shared_->failure) std::rethrow_exception(shared_->failure);
  }

 private:
  static constexpr std::size_t most_ahead = std::size_t{1} << 16;  // the ring is allocated whole

  struct Consumer {
    F const& f;
    template <class X>
    [[gnu::always_inline]] bool operator()(X&& x) const {
      static_cast<void>(detail::call(f, static_cast<X&&>(x)));
      return true;
    }
  };
  struct Collector {
    ChunkList<Stored, 256>& items;
    template <class X>
    bool operator()(X&& x) const {
      items.emplace(Wait::wrap(static_cast<X&&>(x)));
      return true;
    }
  };
  struct Shared {
    detail::atomic<std::size_t> turn{0};
    detail::atomic<unsigned> role{0};
    detail::atomic<bool> stopped{false};
    std::exception_ptr failure;
    Owner<Batch<Stored>[]> ring;  // made when a second thread is let in
  };

  [[nodiscard]] Pulled limited(Pulled known) const noexcept {
    // relaxed: the thread that asks is the only one
    std::size_t const most = shared_->turn.load(std::memory_order_relaxed) + window_;
    return known.positions <= most ? known : Pulled{most, false};
  }
  [[nodiscard]] Batch<Stored>& entry(std::size_t position) const noexcept { return shared_->ring[position % window_]; }
  [[nodiscard]] bool take_role() const noexcept {
    // seq_cst: (2) above; acquire in it: what the last holder's calls of f have written
    return shared_->role.exchange(1, std::memory_order_seq_cst) == 0;
  }
  void advance(std::size_t to) const noexcept {
    // release: pairs with the acquire in pull; the entries below `to` are free
    shared_->turn.store(to, std::memory_order_release);
  }
  /// For the rest of the run the role is nobody's: f is not called again.
  bool stop(std::exception_ptr failure) const noexcept {
    shared_->failure = std::move(failure);
    shared_->stopped.store(true, std::memory_order_relaxed);  // relaxed: only a hint; the role says it for certain
    return false;
  }

  bool feed_directly(State& state, Block block) const {
    bool more = false;
    std::exception_ptr failed;
    detail::guarded(
        [&] {
          Consumer consumer{f_};
          more = base_.feed(state.base, block, consumer);
        },
        [&](std::exception_ptr failure) { failed = std::move(failure); });
    if (!more) return stop(std::move(failed));
    advance(block.last);
    drain();
    return true;
  }

  /// Called with the role. Gives f what is ready from the turn on, and the role back, until neither is left to do.
  void drain() const {
    Shared& shared = *shared_;
    if (!shared.ring) {  // one thread, so far
      shared.role.store(0, std::memory_order_seq_cst);
      return;
    }
    do {
      // relaxed: the role is ours, and only the role writes it
      std::size_t turn = shared.turn.load(std::memory_order_relaxed);
      for (;;) {
        Batch<Stored>& batch = entry(turn);
        if (!batch.ready.load(std::memory_order_seq_cst)) break;
        if (!consume(batch)) return;
        batch.ready.store(false,
                          std::memory_order_relaxed);  // relaxed: published by advance, with the rest of the entry
        turn = batch.last;
        advance(turn);
      }
      shared.role.store(0, std::memory_order_seq_cst);  // (3) above
      // (4). The turn may have moved on since, but then somebody else has had the role and looks himself.
      if (!entry(turn).ready.load(std::memory_order_seq_cst)) return;
    } while (take_role());
  }

  [[nodiscard]] bool consume(Batch<Stored>& batch) const {
    std::exception_ptr failed;
    detail::guarded(
        [&] {
          batch.items.for_each([this](Stored& item) { static_cast<void>(detail::call(f_, Wait::unwrap(item))); });
          batch.items.clear();
        },
        [&](std::exception_ptr failure) { failed = std::move(failure); });
    if (failed) return stop(std::move(failed));
    if (!batch.more) return stop(std::move(batch.failure));
    return true;
  }

  S& base_;
  F const& f_;
  std::size_t window_;
  Owner<Shared> shared_;
  Pulled handed_{0, false};    // the pull role's
  std::exception_ptr failed_;  // what the source has thrown; the pull role's
};

/// The end of a pipeline whose items have gone where they should.
template <class S, class F>
struct Consumed {
  Windowed<S, F> const& windowed;

  struct Accumulator {
    template <class X>
    bool operator()(X&&) const noexcept {
      return true;
    }
    void join(Accumulator&&) const noexcept {}
  };
  Accumulator open(Windowed<S, F> const&) const noexcept { return {}; }
  void finish(Accumulator&&) const { windowed.rethrow(); }
};

/// Calls `f` with every item in input order, one call at a time, on changing threads. Workers compute at most `window`
/// positions beyond the one that `f` is at, so memory is bounded. As in the loop: when a closure or `f` throws, `f` has
/// had all items before that and no other. Items that wait are moved or, if they are references to const, copied.
template <class F>
struct ForEachOrdered {
  [[no_unique_address]] F f;
  std::size_t window;

  ForEachOrdered(F closure, std::size_t ahead) : f(std::move(closure)), window(ahead) {
    if (window == 0) {
      detail::throw_error(
          std::invalid_argument("parallel_task::for_each_ordered: a window of 0 items lets no item be computed"));
    }
  }

  template <class S>
  static consteval Problem problem() {
    using Wait = Waiting<typename S::Item, typename S::Value>;
    if constexpr (detail::closure_problem<F, typename S::Item>() != Problem::none) {
      return detail::closure_problem<F, typename S::Item>();
    } else {
      constexpr bool waits =
          std::constructible_from<typename Wait::Stored, decltype(Wait::wrap(std::declval<typename S::Item>()))>;
      if constexpr (!waits) {
        return Problem::ordered_not_copyable;
      } else {
        constexpr bool ok = concurrently_callable<F, decltype(Wait::unwrap(std::declval<typename Wait::Stored&>()))>;
        return ok ? Problem::none : Problem::ordered_takes_reference;
      }
    }
  }

  template <class S>
  void operator()(S& source, Settings const& settings) {
    Windowed<S, F> windowed(source, f, window);
    Consumed<S, F> end{windowed};
    detail::run_terminal(windowed, end, settings);
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/terminal/min_max.hpp

// min(), max(), minmax(), with an order or a key of your own: the extreme items, the first of equals.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// `<`, with NaN outside the order: skipped, as by fmin.
struct Natural {
  template <class K>
  [[gnu::always_inline]] static constexpr bool less(K const& a, K const& b) {
    return static_cast<bool>(a < b);
  }
  template <class K>
  [[gnu::always_inline]] static constexpr bool outside([[maybe_unused]] K const& key) {
    if constexpr (std::is_floating_point_v<K>) {
      return key != key;
    } else {
      return false;
    }
  }
};

/// A less-than of the caller's.
template <class Less>
struct Ordered {
  [[no_unique_address]] Less compare;
  template <class K>
  [[gnu::always_inline]] bool less(K const& a, K const& b) const {
    return static_cast<bool>(detail::invoke(compare, a, b));
  }
  template <class K>
  static constexpr bool outside(K const&) {
    return false;
  }
};

/// The item itself is compared.
struct Whole {
  template <class X>
  [[gnu::always_inline]] constexpr X const& operator()(X const& x) const noexcept {
    return x;
  }
};

struct Smallest {
  template <class Order, class K>
  [[gnu::always_inline]] static constexpr bool better(Order const& order, K const& fresh, K const& best) {
    return order.less(fresh, best);
  }
  template <class K>
  [[gnu::always_inline]] static constexpr bool holds(K best, K fresh) {
    return best <= fresh;
  }
  template <class V>
  static constexpr V worst() {
    if constexpr (std::numeric_limits<V>::has_infinity) {
      return std::numeric_limits<V>::infinity();
    } else {
      return (std::numeric_limits<V>::max)();
    }
  }
};

struct Largest {
  template <class Order, class K>
  [[gnu::always_inline]] static constexpr bool better(Order const& order, K const& fresh, K const& best) {
    return order.less(best, fresh);
  }
  template <class K>
  [[gnu::always_inline]] static constexpr bool holds(K best, K fresh) {
    return best >= fresh;
  }
  template <class V>
  static constexpr V worst() {
    if constexpr (std::numeric_limits<V>::has_infinity) {
      return -std::numeric_limits<V>::infinity();
    } else {
      return (std::numeric_limits<V>::lowest)();
    }
  }
};

/// Whether `fresh` comes before `best` in the order of `Side`, or `best` is outside the order and `fresh` is not.
///
/// It rarely does, so the branch is foreseen, and no item waits for the one before it as it would behind a select. For
/// that, numbers need a single comparison, which also NaN fails.
template <class Side, class Order, class K>
[[gnu::always_inline]] constexpr bool beats(Order const& order, K const& fresh, K const& best) {
  if constexpr (std::is_floating_point_v<K> && std::is_same_v<Order, Natural>) {
    if (Side::holds(best, fresh)) [[likely]] return false;
  }
  if (Side::better(order, fresh, best)) [[unlikely]] return true;
  return order.outside(best) && !order.outside(fresh);
}

/// The best item so far, of any type. A key is kept beside its item, so that it is computed once.
template <class V, class K, class Side>
struct Champion {
  struct Entry {
    K key;  // first: it may be copied from the item, which is moved from next
    V value;
  };
  std::optional<Entry> best;

  template <class Order>
  [[nodiscard]] bool beaten_by(Order const& order, K const& key) const {
    return !best || detail::beats<Side>(order, key, best->key);
  }
  /// Whether there is a best that is in the order. If so: which answer tells whether `key` is better, and to take `x` if
  /// it is.
  template <class Order>
  [[nodiscard]] bool stands(Order const& order) const {
    return best && !order.outside(best->key);
  }
  template <class Order, class Answer>
  [[gnu::always_inline]] Answer better(Order const& order, K const& key, Answer yes, Answer no) const {
    return Side::better(order, key, best->key) ? yes : no;
  }
  template <class Order, class X>
  [[gnu::always_inline]] void challenge(Order const& order, X&& x, K const& key) {
    if (Side::better(order, key, best->key)) best.emplace(Entry{key, static_cast<V>(static_cast<X&&>(x))});
  }
  template <class Order, class X, class Key>
  void take(Order const& order, X&& x, Key&& key) {
    if (beaten_by(order, key)) [[unlikely]] {
      best.emplace(Entry{static_cast<Key&&>(key), static_cast<V>(static_cast<X&&>(x))});
    }
  }
  template <class Order>
  void join(Order const& order, Champion&& later) {
    if (later.best && beaten_by(order, later.best->key)) best.emplace(std::move(*later.best));
  }
  std::optional<V> result() {
    if (!best) return std::nullopt;
    return std::optional<V>(std::move(best->value));
  }
};

/// The same where the item is its own key.
template <class V, class Side>
struct Champion<V, Whole, Side> {
  std::optional<V> best;

  template <class Order>
  [[nodiscard]] bool beaten_by(Order const& order, V const& fresh) const {
    return !best || detail::beats<Side>(order, fresh, *best);
  }
  template <class Order, class X>
  void take(Order const& order, X&& x, V const& key) {
    if (beaten_by(order, key)) [[unlikely]] best.emplace(static_cast<X&&>(x));
  }
  template <class Order>
  void join(Order const& order, Champion&& later) {
    if (later.best && beaten_by(order, *later.best)) best.emplace(std::move(*later.best));
  }
  std::optional<V> result() { return std::move(best); }
};

/// Numbers by their own order, where they come one by one: no branch in the loop. Begins with the worst number there is
/// and remembers whether there was any.
template <class V, class Side>
struct NumberChampion {
  V best = Side::template worst<V>();
  bool some = false;
  bool number = false;

  template <class X>
  [[gnu::always_inline]] void take(Natural const& order, X const&, V const& key) {
    some = true;
    number = number | !Natural::outside(key);
    best = Side::better(order, key, best) ? key : best;
  }
  [[nodiscard]] bool stands(Natural const&) const { return number; }
  template <class Answer>
  [[gnu::always_inline]] Answer better(Natural const& order, V const& key, Answer yes, Answer no) const {
    return Side::better(order, key, best) ? yes : no;
  }
  template <class X>
  [[gnu::always_inline]] void challenge(Natural const& order, X const&, V const& key) {
    best = Side::better(order, key, best) ? key : best;
  }
  void join(Natural const& order, NumberChampion&& later) {
    some = some || later.some;
    number = number || later.number;
    best = Side::better(order, later.best, best) ? later.best : best;
  }
  std::optional<V> result() const {
    if (!some) return std::nullopt;
    if constexpr (std::is_floating_point_v<V>) {
      if (!number) return std::numeric_limits<V>::quiet_NaN();
    }
    return best;
  }
};

template <class V, class Order, class Key>
struct KeyOf {
  using type = std::remove_cvref_t<call_t<Key, V const&>>;
};
template <class V, class Order>
struct KeyOf<V, Order, Whole> {
  using type = Whole;
};

template <class V, class Order, class Key, class Side>
struct ChampionFor {
  using type = std::conditional_t<std::is_arithmetic_v<V> && !std::is_same_v<V, bool> && std::is_same_v<Order, Natural> &&
                                      std::is_same_v<Key, Whole>,
                                  NumberChampion<V, Side>, Champion<V, typename KeyOf<V, Order, Key>::type, Side>>;
};

/// The smallest and the largest.
struct Both {};

template <class V, class Order, class Key>
struct ChampionFor<V, Order, Key, Both> {
  struct type {
    typename ChampionFor<V, Order, Key, Smallest>::type smallest;
    typename ChampionFor<V, Order, Key, Largest>::type largest;

    template <class X, class K>
    [[gnu::always_inline]] void take(Order const& order, X&& x, K&& key) {
      smallest.take(order, detail::look(x), detail::look(key));
      largest.take(order, static_cast<X&&>(x), static_cast<K&&>(key));
    }
    [[nodiscard]] bool stands(Order const& order) const { return smallest.stands(order) && largest.stands(order); }
    template <class K, class Answer>
    [[gnu::always_inline]] Answer better(Order const& order, K const& key, Answer yes, Answer no) const {
      return static_cast<Answer>(smallest.better(order, key, yes, no) | largest.better(order, key, yes, no));
    }
    template <class X, class K>
    [[gnu::always_inline]] void challenge(Order const& order, X&& x, K const& key) {
      smallest.challenge(order, detail::look(x), key);
      largest.challenge(order, static_cast<X&&>(x), key);
    }
    void join(Order const& order, type&& later) {
      smallest.join(order, std::move(later.smallest));
      largest.join(order, std::move(later.largest));
    }
    std::optional<std::pair<V, V>> result() {
      auto least = smallest.result();
      if (!least) return std::nullopt;
      return std::optional<std::pair<V, V>>(std::in_place, std::move(*least), std::move(*largest.result()));
    }
  };
};

/// Whether items are chosen by a number, so that many can be compared at once. (Integers that are their own keys are
/// compared so by any compiler.)
template <class V, class Order, class Key>
inline constexpr bool chosen_by_number =
    std::is_same_v<Order, Natural> && (std::is_arithmetic_v<typename KeyOf<V, Order, Key>::type> ||
                                       (std::is_same_v<Key, Whole> && std::is_floating_point_v<V>));

/// Why these items have no extremes.
template <class Side, class Order, class Key, class S>
consteval Problem extreme_problem() {
  using V = typename S::Value;
  using Item = typename S::Item;
  if constexpr (std::is_same_v<Side, Both> && !std::copy_constructible<V>) {
    return Problem::minmax_not_copyable;
  } else if constexpr (!std::constructible_from<V, Item> || !std::move_constructible<V>) {
    return Problem::extreme_not_copyable;
  } else if constexpr (!std::is_same_v<Key, Whole>) {
    if constexpr (detail::closure_problem<Key, look_t<Item>>() != Problem::none) {
      return detail::closure_problem<Key, look_t<Item>>();
    } else {
      using K = std::remove_cvref_t<call_t<Key, look_t<Item>>>;
      constexpr bool ok = requires(K const& a) { static_cast<bool>(a < a); };
      return ok ? Problem::none : Problem::key_without_order;
    }
  } else if constexpr (std::is_same_v<Order, Natural>) {
    constexpr bool ok = requires(V const& a) { static_cast<bool>(a < a); };
    return ok ? Problem::none : Problem::extreme_without_order;
  } else {
    constexpr bool ok = requires(Order const& order, V const& a) { order.less(a, a); };
    return ok ? Problem::none : Problem::comparison_does_not_fit;
  }
}

/// The smallest item, the largest or both, each the first of its equals; nothing if there are none. Every key is computed
/// once.
template <class Side, class Order, class Key>
struct Extreme {
  [[no_unique_address]] Order order;
  [[no_unique_address]] Key key;

  template <class V>
  struct Accumulator {
    static constexpr bool unordered = std::is_integral_v<V> && std::is_same_v<Order, Natural> && std::is_same_v<Key, Whole>;
    Extreme const* end;
    typename ChampionFor<V, Order, Key, Side>::type champion;

    template <class X>
    [[gnu::always_inline]] bool operator()(X&& x) {
      if constexpr (std::is_same_v<Key, Whole>) {
        if constexpr (std::is_same_v<std::remove_cvref_t<X>, V>) {
          champion.take(end->order, static_cast<X&&>(x), detail::look(x));
        } else {
          V value(static_cast<X&&>(x));  // items that are proxies
          champion.take(end->order, std::move(value), detail::look(value));
        }
      } else {
        // May refer to a part of the item: copied only if it wins, and before the item is given away.
        decltype(auto) fresh = detail::call(end->key, detail::look(x));
        champion.take(end->order, static_cast<X&&>(x), static_cast<decltype(fresh)&&>(fresh));
      }
      return true;
    }
    void join(Accumulator&& later) { champion.join(end->order, std::move(later.champion)); }

    // A choice, see core/choice.hpp.
    static constexpr bool by_number = chosen_by_number<V, Order, Key>;
    static constexpr bool keys_are_items = by_number && std::is_same_v<Key, Whole>;
    [[nodiscard]] bool is_choosy() const
      requires by_number
    {
      return champion.stands(end->order);
    }
    template <class X>
    [[gnu::always_inline]] auto key(X const& x) const
      requires by_number
    {
      return detail::call(end->key, x);
    }
    template <class N, class Answer>
    [[gnu::always_inline]] Answer better(N key, Answer yes, Answer no) const
      requires by_number
    {
      return champion.better(end->order, key, yes, no);
    }
    template <class X, class N>
    void take(X&& x, N key)
      requires by_number
    {
      champion.challenge(end->order, static_cast<X&&>(x), key);
    }
  };

  template <class S>
  static consteval Problem problem() {
    return detail::extreme_problem<Side, Order, Key, S>();
  }
  template <class S>
  auto open(S const&) const {
    return Accumulator<typename S::Value>{this, {}};
  }
  template <class V>
  auto finish(Accumulator<V>&& all) const {
    return all.champion.result();
  }
};

[[nodiscard]] inline auto make_min() { return Extreme<Smallest, Natural, Whole>{}; }
[[nodiscard]] inline auto make_max() { return Extreme<Largest, Natural, Whole>{}; }
[[nodiscard]] inline auto make_minmax() { return Extreme<Both, Natural, Whole>{}; }
template <class Less>
[[nodiscard]] auto make_min(Less less) {
  return Extreme<Smallest, Ordered<Less>, Whole>{{std::move(less)}, {}};
}
template <class Less>
[[nodiscard]] auto make_max(Less less) {
  return Extreme<Largest, Ordered<Less>, Whole>{{std::move(less)}, {}};
}
template <class Less>
[[nodiscard]] auto make_minmax(Less less) {
  return Extreme<Both, Ordered<Less>, Whole>{{std::move(less)}, {}};
}
template <class Key>
[[nodiscard]] auto make_min_by_key(Key key) {
  return Extreme<Smallest, Natural, Key>{{}, std::move(key)};
}
template <class Key>
[[nodiscard]] auto make_max_by_key(Key key) {
  return Extreme<Largest, Natural, Key>{{}, std::move(key)};
}
template <class Key>
[[nodiscard]] auto make_minmax_by_key(Key key) {
  return Extreme<Both, Natural, Key>{{}, std::move(key)};
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/terminal/partition.hpp

// partition(p), unzip(): two containers, both in order.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Two chunk lists and the containers that are made of them.
template <class A, class B>
struct TwoKept {
  ChunkList<A> first;
  ChunkList<B> second;

  void join(TwoKept& later) noexcept {
    first.join(std::move(later.first));
    second.join(std::move(later.second));
  }
  template <class C, class D>
  std::pair<C, D> result() {
    std::pair<C, D> both;
    detail::append_chunks<KeepAll>(both.first, first);
    detail::append_chunks<KeepAll>(both.second, second);
    return both;
  }
};

/// Items that satisfy `predicate` and those that don't, as a pair of containers. `C` void: std::vector of the values.
template <class P, class C = void>
struct Partition {
  [[no_unique_address]] P predicate;

  template <class S>
  using Container = std::conditional_t<std::is_void_v<C>, std::vector<typename S::Value>, C>;

  template <class T, class Result>
  struct Accumulator {
    P const* predicate;
    TwoKept<T, T> kept;

    template <class X>
    bool operator()(X&& x) {
      if (static_cast<bool>(detail::call(*predicate, detail::look(x)))) {
        kept.first.emplace(static_cast<X&&>(x));
      } else {
        kept.second.emplace(static_cast<X&&>(x));
      }
      return true;
    }
    void join(Accumulator&& later) noexcept { kept.join(later.kept); }
  };

  template <class S>
  static consteval Problem problem() {
    if constexpr (detail::predicate_problem<P, typename S::Item>() != Problem::none) {
      return detail::predicate_problem<P, typename S::Item>();
    } else {
      using T = stored_t<Container<S>, S>;
      constexpr bool ok = std::constructible_from<T, typename S::Item> && std::default_initializable<Container<S>> &&
                          appendable<Container<S>, T&&>;
      return ok ? Problem::none : Problem::partition_does_not_fit;
    }
  }
  template <class S>
  auto open(S const&) const {
    return Accumulator<stored_t<Container<S>, S>, Container<S>>{&predicate, {}};
  }
  template <class T, class Result>
  std::pair<Result, Result> finish(Accumulator<T, Result>&& all) const {
    return all.kept.template result<Result, Result>();
  }
};

/// Pairs taken apart: a vector of the first parts and a vector of the second.
struct Unzip {
  template <class S>
  static constexpr bool two_parts = [] {
    if constexpr (is_product<std::remove_cvref_t<typename S::Item>> && is_product<typename S::Value>) {
      return std::tuple_size_v<typename S::Value> == 2;
    } else {
      return false;
    }
  }();
  template <std::size_t I, class S>
  using Part = std::remove_cvref_t<std::tuple_element_t<I, typename S::Value>>;

  template <class A, class B>
  struct Accumulator {
    TwoKept<A, B> kept;

    template <class X>
    bool operator()(X&& x) {
      kept.first.emplace(std::get<0>(static_cast<X&&>(x)));
      kept.second.emplace(std::get<1>(static_cast<X&&>(x)));
      return true;
    }
    void join(Accumulator&& later) noexcept { kept.join(later.kept); }
  };

  template <class S>
  static consteval Problem problem() {
    if constexpr (!two_parts<S>) {
      return Problem::unzip_without_pairs;
    } else {
      using Item = typename S::Item;
      constexpr bool ok = std::constructible_from<Part<0, S>, decltype(std::get<0>(std::declval<Item>()))> &&
                          std::constructible_from<Part<1, S>, decltype(std::get<1>(std::declval<Item>()))>;
      return ok ? Problem::none : Problem::unzip_not_copyable;
    }
  }
  template <class S>
  auto open(S const&) const {
    return Accumulator<Part<0, S>, Part<1, S>>{};
  }
  template <class A, class B>
  std::pair<std::vector<A>, std::vector<B>> finish(Accumulator<A, B>&& all) const {
    return all.kept.template result<std::vector<A>, std::vector<B>>();
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/terminal/reduce.hpp

// reduce(init, op), reduce(op): items joined by an associative operation, in order.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Some values of the arithmetic type `From` are no values of `To`.
template <class From, class To>
inline constexpr bool narrows = [] {
  if constexpr (!std::is_arithmetic_v<From> || !std::is_arithmetic_v<To> || std::is_same_v<From, To>) {
    return false;
  } else if constexpr (std::is_same_v<To, bool>) {
    return true;
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    return true;
  } else if constexpr (std::is_integral_v<To> && std::is_signed_v<From> && !std::is_signed_v<To>) {
    return true;
  } else {
    return std::numeric_limits<From>::digits > std::numeric_limits<To>::digits;
  }
}();

/// What may be missing: one value, or none yet.
template <class T, class Op>
struct Reduction {
  Op const* op;
  std::optional<T> value;

  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) {
    if (value) [[likely]] {
      *value = static_cast<T>(detail::invoke(*op, std::move(*value), static_cast<X&&>(x)));
    } else {
      value.emplace(static_cast<T>(static_cast<X&&>(x)));
    }
    return true;
  }
  void join(Reduction&& later) {
    if (!later.value) return;
    if (value) {
      *value = static_cast<T>(detail::invoke(*op, std::move(*value), std::move(*later.value)));
    } else {
      value.emplace(std::move(*later.value));
    }
  }
};

/// Why `op` can't join `T`s and items.
template <class T, class Op, class Item>
consteval Problem reduce_problem() {
  if constexpr (!std::convertible_to<Item, T>) {
    return Problem::reduce_other_items;
  } else if constexpr (narrows<std::remove_cvref_t<Item>, T>) {
    return Problem::reduce_narrows;
  } else if constexpr (!std::invocable<Op const&, T, Item> || !std::invocable<Op const&, T, T>) {
    return Problem::reduce_not_callable;
  } else {
    constexpr bool ok = std::constructible_from<T, std::invoke_result_t<Op const&, T, Item>> &&
                        std::constructible_from<T, std::invoke_result_t<Op const&, T, T>> &&
                        std::assignable_from<T&, T>;
    return ok ? Problem::none : Problem::reduce_other_result;
  }
}

/// `init` joined with all items from the left to the right; it enters exactly once and need not be an identity. `op` must
/// be associative, need not commute.
template <class T, class Op>
struct ReduceFrom {
  T init;
  [[no_unique_address]] Op op;

  template <class S>
  static consteval Problem problem() {
    return detail::reduce_problem<T, Op, typename S::Item>();
  }
  template <class S>
  Reduction<T, Op> open(S const&) const {
    return {&op, {}};
  }
  T finish(Reduction<T, Op>&& all) {
    if (!all.value) return std::move(init);
    return static_cast<T>(detail::invoke(std::as_const(op), std::move(init), std::move(*all.value)));
  }
};

/// All items joined from the left to the right; nothing if there are none.
template <class Op>
struct Reduce {
  [[no_unique_address]] Op op;

  template <class S>
  static consteval Problem problem() {
    return detail::reduce_problem<typename S::Value, Op, typename S::Item>();
  }
  template <class S>
  Reduction<typename S::Value, Op> open(S const&) const {
    return {&op, {}};
  }
  template <class T>
  std::optional<T> finish(Reduction<T, Op>&& all) const {
    return std::move(all.value);
  }
};

template <class T, class Op>
ReduceFrom(T, Op) -> ReduceFrom<T, Op>;
template <class Op>
Reduce(Op) -> Reduce<Op>;

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/terminal/sum.hpp

// sum(), product(), mean(): totals that keep the processor's vector units busy.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

struct Plus {
  template <class T>
    requires requires { T{}; }
  static constexpr T identity() {
    return T{};
  }
  template <class T, class X>
    requires requires(T& total, X&& x) { total += static_cast<X&&>(x); }
  [[gnu::always_inline]] static constexpr void apply(T& total, X&& x) {
    total += static_cast<X&&>(x);
  }
};

struct Times {
  template <class T>
    requires requires { static_cast<T>(1); }
  static constexpr T identity() {
    return static_cast<T>(1);
  }
  template <class T, class X>
    requires requires(T& total, X&& x) { total *= static_cast<X&&>(x); }
  [[gnu::always_inline]] static constexpr void apply(T& total, X&& x) {
    total *= static_cast<X&&>(x);
  }
};

/// What a sum of `Value`s is, unless the caller says: integers below 64 bits grow to 64, others stay what they are.
template <class Value>
struct TotalType {
  using type = Value;
};
template <std::integral Value>
  requires(sizeof(Value) < sizeof(std::int64_t))
struct TotalType<Value> {
  using type = std::conditional_t<std::is_signed_v<Value>, std::int64_t, std::uint64_t>;
};

/// One integer: the compiler finds the lanes itself. It wraps inside, since the partial sums of a total that is in range
/// need not be.
template <class T, class Op>
struct IntegerTotal {
  using Wrapping = std::conditional_t<(sizeof(T) > sizeof(unsigned)), std::uint64_t, unsigned>;
  static constexpr bool unordered = true;
  Wrapping total = Op::template identity<Wrapping>();

  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) {
    Op::apply(total, static_cast<Wrapping>(static_cast<T>(x)));
    return true;
  }
  void join(IntegerTotal&& later) noexcept { Op::apply(total, later.total); }
  T result() noexcept { return static_cast<T>(total); }
};

/// Floating point: the compiler may not regroup, so the lanes are written out. Where the loop can't deal items to lanes
/// (behind a filter) four of them take turns.
template <class T, class Op>
struct LanedTotal {
  static constexpr std::size_t lanes = 8;
  T totals[lanes];

  LanedTotal() noexcept {
    for (T& total : totals) total = Op::template identity<T>();
  }
  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) {
    T next = totals[0];
    Op::apply(next, static_cast<T>(x));
    totals[0] = totals[1];
    totals[1] = totals[2];
    totals[2] = totals[3];
    totals[3] = next;
    return true;
  }
  template <class X>
  [[gnu::always_inline]] bool lane(std::size_t j, X&& x) {
    Op::apply(totals[j], static_cast<T>(x));
    return true;
  }
  void join(LanedTotal&& later) noexcept {
    for (std::size_t j = 0; j < lanes; ++j) Op::apply(totals[j], later.totals[j]);
  }
  T result() noexcept {
    for (std::size_t width = lanes / 2; width; width /= 2) {
      for (std::size_t j = 0; j < width; ++j) Op::apply(totals[j], totals[j + width]);
    }
    return totals[0];
  }
};

/// Any other type: starts from its first item, in order.
template <class T, class Op>
struct ObjectTotal {
  std::optional<T> total;

  template <class X>
  bool operator()(X&& x) {
    if (total) [[likely]] {
      Op::apply(*total, static_cast<X&&>(x));
    } else {
      total.emplace(static_cast<X&&>(x));
    }
    return true;
  }
  void join(ObjectTotal&& later) {
    if (!later.total) return;
    if (total) {
      Op::apply(*total, std::move(*later.total));
    } else {
      total.emplace(std::move(*later.total));
    }
  }
  T result() {
    if (!total) return Op::template identity<T>();
    return std::move(*total);
  }
};

template <class T, class Op>
using TotalOf = std::conditional_t<std::is_integral_v<T>, IntegerTotal<T, Op>,
                                   std::conditional_t<std::is_floating_point_v<T>, LanedTotal<T, Op>, ObjectTotal<T, Op>>>;

/// Why items can't be totalled.
template <class T, class Op, class Item>
consteval Problem total_problem() {
  if constexpr (std::is_arithmetic_v<T>) {
    constexpr bool ok = std::is_convertible_v<Item, T>;
    return ok ? Problem::none : Problem::total_not_numbers;
  } else {
    constexpr bool ok = std::move_constructible<T> && std::constructible_from<T, Item> &&
                        requires(T& total, Item&& item, T&& later) {
                          Op::template identity<T>();
                          Op::apply(total, static_cast<Item&&>(item));
                          Op::apply(total, static_cast<T&&>(later));
                        };
    return ok ? Problem::none : Problem::total_without_plus;
  }
}

/// The total of all items in `T`; void: the type that TotalType names. Empty: `T{}`, or 1 for a product. Numbers are
/// added in an order that depends on the run, so floating-point results may differ in the last digits; types of your own
/// are joined in order by `+=` (`*=`), beginning with the first item.
template <class T, class Op>
struct Total {
  template <class S>
  using Result = std::conditional_t<std::is_void_v<T>, typename TotalType<typename S::Value>::type, T>;

  template <class S>
  static consteval Problem problem() {
    return detail::total_problem<Result<S>, Op, typename S::Item>();
  }
  template <class S>
  auto open(S const&) const {
    return TotalOf<Result<S>, Op>{};
  }
  template <class A>
  auto finish(A&& all) const {
    return all.result();
  }
};

template <class T = void>
using Sum = Total<T, Plus>;
template <class T = void>
using Product = Total<T, Times>;

/// The arithmetic mean, nothing if there are no items: of integers as `double`, else in the items' own type.
struct Mean {
  // Integers below 64 bits add up exactly; wider ones might not fit their own sum.
  template <class Value>
  using Inner = std::conditional_t<std::is_integral_v<Value>,
                                   std::conditional_t<(sizeof(Value) < sizeof(std::int64_t)), std::int64_t, double>,
                                   Value>;

  template <class Value>
  using Inside = TotalOf<Inner<Value>, Plus>;

  template <class Value>
  struct Counting {
    Inside<Value> total;
    std::size_t count = 0;

    template <class X>
    [[gnu::always_inline]] bool operator()(X&& x) {
      ++count;
      return total(static_cast<X&&>(x));
    }
    void join(Counting&& later) {
      count += later.count;
      total.join(std::move(later.total));
    }
  };

  // Where every position is an item nothing need be counted, and the loop is that of sum().
  template <class S>
  static constexpr bool counted = indexed_source<S> && !S::pulls;
  std::size_t positions = 0;

  template <class S>
  static consteval Problem problem() {
    using Value = typename S::Value;
    if constexpr (detail::total_problem<Inner<Value>, Plus, typename S::Item>() != Problem::none) {
      return detail::total_problem<Inner<Value>, Plus, typename S::Item>();
    } else if constexpr (std::is_arithmetic_v<Value>) {
      return Problem::none;
    } else {
      constexpr bool ok = requires(Value const& total, double count) { total / count; };
      return ok ? Problem::none : Problem::mean_without_division;
    }
  }
  template <class S>
  void prepare(S& source) {
    if constexpr (counted<S>) positions = source.total();
  }
  template <class S>
  auto open(S const&) const {
    if constexpr (counted<S>) {
      return Inside<typename S::Value>{};
    } else {
      return Counting<typename S::Value>{};
    }
  }
  template <class A>
  auto finish(A&& all) const {
    if constexpr (requires { all.count; }) {
      return divide(all.total.result(), all.count);
    } else {
      return divide(all.result(), positions);
    }
  }

 private:
  template <class T>
  static auto divide(T&& total, std::size_t count) {
    if constexpr (std::is_arithmetic_v<T>) {
      using Quotient = std::conditional_t<std::is_integral_v<T>, double, T>;
      auto const quotient = static_cast<Quotient>(total) / static_cast<Quotient>(count == 0 ? 1 : count);
      return count == 0 ? std::optional<Quotient>() : std::optional<Quotient>(quotient);
    } else {
      using Quotient = std::remove_cvref_t<decltype(total / static_cast<double>(count))>;
      return count == 0 ? std::optional<Quotient>() : std::optional<Quotient>(total / static_cast<double>(count));
    }
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/terminal/try_for_each.hpp

// try_for_each(f): as for_each, until f fails; the failure is the first by order.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

// Recognised by what it can do: std::expected is not in C++20, and others have their own.
template <class R>
concept optional_like = requires(R const& r) {
  typename R::value_type;
  { r.has_value() } -> std::convertible_to<bool>;
};

/// The value of a success that carries none of its own.
template <class R>
concept succeeds_without_value =
    std::same_as<R, bool> || (optional_like<R> && (std::is_void_v<typename R::value_type> ||
                                                   requires { R(typename R::value_type()); }));

}  // namespace detail

/// What a closure of `try_for_each` may return: `bool`, an optional, or anything expected-like (`value_type`,
/// `has_value`, and constructible from a value).
template <class R>
concept fallible = detail::succeeds_without_value<std::remove_cvref_t<R>>;

namespace detail {

/// Calls `f` with every item up to the first failure by order: `false`, an empty optional or an error. Returns what the
/// closure returns: that failure, else a success (of a default value). An empty input succeeds. Closures may have run on
/// items behind the failure; exceptions there are not seen.
template <class F>
struct TryForEach {
  static constexpr Cut cut = Cut::later;
  [[no_unique_address]] F f;

  template <class R>
  struct Accumulator {
    F const* f;
    std::optional<R> failure;

    template <class X>
    bool operator()(X&& x) {
      R result = detail::call(*f, static_cast<X&&>(x));
      if constexpr (std::same_as<R, bool>) {
        if (result) [[likely]] return true;
      } else {
        if (result.has_value()) [[likely]] return true;
      }
      failure.emplace(std::move(result));
      return false;
    }
    void join(Accumulator&& later) {
      if (!failure && later.failure) failure.emplace(std::move(*later.failure));
    }
  };

  template <class S>
  static consteval Problem problem() {
    if constexpr (detail::closure_problem<F, typename S::Item>() != Problem::none) {
      return detail::closure_problem<F, typename S::Item>();
    } else {
      constexpr bool ok = fallible<call_t<F, typename S::Item>>;
      return ok ? Problem::none : Problem::try_without_answer;
    }
  }
  template <class S>
  auto open(S const&) const {
    return Accumulator<std::remove_cvref_t<call_t<F, typename S::Item>>>{&f, {}};
  }
  template <class R>
  R finish(Accumulator<R>&& all) const {
    if (all.failure) return std::move(*all.failure);
    if constexpr (std::same_as<R, bool>) {
      return true;
    } else if constexpr (std::is_void_v<typename R::value_type>) {
      return R();
    } else {
      return R(typename R::value_type());
    }
  }
};

template <class F>
TryForEach(F) -> TryForEach<F>;

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/pipeline/pipeline.hpp

// The fluent class: every operation in one line.

namespace parallel_task {
inline namespace v0_1 {

/// A lazy parallel computation over a range: stages are added, a terminal runs it and consumes it.
///
/// Nothing runs before the terminal; stages are fused into one loop and nothing is allocated per item. Closures are
/// moved in and called as const, by several threads at once, at most once an item by each operation; with the item or,
/// if they don't take it, with the parts of a pair or tuple. Results are those of the sequential loop, whatever the
/// number of threads, except where an operation says otherwise. The first exception in time is rethrown on the calling
/// thread. A pipeline is used by one thread; it is not a range.
template <class S, class H = detail::Held<>>
class [[nodiscard]] Pipeline : private detail::NamedPipeline {
 public:
  /// What closures get, and what containers store.
  using item_type = typename S::Item;
  using value_type = typename S::Value;

  explicit Pipeline(S source, H held = H{}) : source_(std::move(source)), held_(std::move(held)) {}
  Pipeline(Pipeline&&) = default;
  Pipeline& operator=(Pipeline&&) = default;

#define PARALLEL_TASK_USING(name) using NamedPipeline::name;
  PARALLEL_TASK_OPERATIONS(PARALLEL_TASK_USING)
#undef PARALLEL_TASK_USING
  using NamedPipeline::collect;
  using NamedPipeline::to;

  // --- stages -------------------------------------------------------------------------------------------------------

  /// Every item becomes `f(item)`. Keeps the index.
  template <class F>
  [[nodiscard]] auto map(F f) && {
    return detail::pass<item_type>(detail::MapBy<F>{std::move(f)}, *this);
  }
  /// Calls `f` with each item, as const, on its way. Keeps the index.
  template <class F>
  [[nodiscard]] auto inspect(F f) && {
    return detail::pass<item_type>(detail::InspectBy<F>{std::move(f)}, *this);
  }
  /// Calls `f` with each item, which it may change, in place where items are references. Keeps the index.
  template <class F>
  [[nodiscard]] auto update(F f) && {
    return detail::pass<item_type>(detail::UpdateBy<F>{std::move(f)}, *this);
  }
  /// The items that satisfy `p`, in order. Loses the index.
  template <class P>
  [[nodiscard]] auto filter(P p) && {
    return detail::pass<item_type>(detail::FilterBy<P>{std::move(p)}, *this);
  }
  /// What the optionals that `f` returns contain, in order. Loses the index.
  template <class F>
  [[nodiscard]] auto filter_map(F f) && {
    return detail::pass<item_type>(detail::FilterMapBy<F>{std::move(f)}, *this);
  }
  /// The items of the ranges that `f` returns, in order. A range is walked by the thread that has its item. Loses the
  /// index.
  template <class F>
  [[nodiscard]] auto flat_map(F f) && {
    return detail::pass<item_type>(detail::FlatMapBy<F>{std::move(f)}, *this);
  }
  /// The items of items that are ranges, in order. Loses the index.
  [[nodiscard]] auto flatten() && { return detail::pass<item_type>(detail::FlattenBy{}, *this); }
  /// Copies instead of references. Keeps the index.
  [[nodiscard]] auto copied() && { return detail::pass<item_type>(detail::CopiedBy{}, *this); }
  /// The first part of items that are pairs or tuples. Keeps the index.
  [[nodiscard]] auto keys() && { return detail::pass<item_type>(detail::ElementsBy<0>{}, *this); }
  /// The second part of items that are pairs or tuples. Keeps the index.
  [[nodiscard]] auto values() && { return detail::pass<item_type>(detail::ElementsBy<1>{}, *this); }
  /// Pairs of position (`std::size_t`) and item. Indexed.
  [[nodiscard]] auto enumerate() && { return detail::pass<item_type>(detail::EnumerateBy{}, *this); }
  /// Pairs (of more than two: tuples) of the items at the same position, up to the shortest. Takes ranges (lvalues are
  /// borrowed, rvalue containers owned and moved out of) and pipelines; one of them may be written to. Indexed.
  template <class... R>
  [[nodiscard]] auto zip(R&&... others) && {
    return detail::pass<item_type>(detail::ZipWith<false, R...>{std::tuple<R&&...>(std::forward<R>(others)...)}, *this);
  }
  /// As zip, but throws std::invalid_argument if the lengths differ, before anything runs where they are known.
  template <class... R>
  [[nodiscard]] auto zip_equal(R&&... others) && {
    return detail::pass<item_type>(detail::ZipWith<true, R...>{std::tuple<R&&...>(std::forward<R>(others)...)}, *this);
  }
  /// These items, then those of another range or pipeline. Keeps the index where both have one.
  template <class R>
  [[nodiscard]] auto chain(R&& other) && {
    return detail::pass<item_type>(detail::ChainWith<R>{std::forward<R>(other)}, *this);
  }
  /// From the last to the first. Walks a range without random access to its end before the run. Indexed.
  [[nodiscard]] auto reverse() && { return detail::pass<item_type>(detail::ReverseBy{}, *this); }
  /// The first `n` items. Indexed.
  template <class N>
  [[nodiscard]] auto take(N n) && {
    return detail::pass<item_type>(detail::Counted<detail::TakeBy, N>{{n}}, *this);
  }
  /// All but the first `n` items, whose closures do not run. Indexed.
  template <class N>
  [[nodiscard]] auto drop(N n) && {
    return detail::pass<item_type>(detail::Counted<detail::DropBy, N>{{n}}, *this);
  }
  /// Every n-th item, from the first. Below 1 is std::invalid_argument. Indexed.
  template <class N>
  [[nodiscard]] auto stride(N n) && {
    return detail::pass<item_type>(detail::Counted<detail::StrideBy, N>{{n}}, *this);
  }
  /// The items at positions [first, last). `last` below `first` is std::invalid_argument. Indexed.
  template <class First, class Last>
  [[nodiscard]] auto slice(First first, Last last) && {
    return detail::pass<item_type>(detail::Counted<detail::SliceBy, First, Last>{{first, last}}, *this);
  }
  /// The items before the first that fails `p`. Closures may have run on items behind it; exceptions there are not seen.
  template <class P>
  [[nodiscard]] auto take_while(P p) && {
    return detail::pass<item_type>(detail::TakeWhileBy<P>{std::move(p)}, *this);
  }
  /// Every item becomes `f(state, item)`; `make()` gives each segment its own state, at most once. Keeps the index.
  template <class Make, class F>
  [[nodiscard]] auto map_init(Make make, F f) && {
    return detail::pass<item_type>(detail::MapInitBy<Make, F>{std::move(make), std::move(f)}, *this);
  }
  /// One accumulator for each segment, `make()` joined with its items by `f(accumulator, item)`, flows on as an item.
  /// How many there are depends on the run; joined in order they cover all items in order.
  template <class Make, class F>
  [[nodiscard]] auto fold(Make make, F f) && {
    return detail::pass<item_type>(detail::FoldBy<Make, F>{std::move(make), std::move(f)}, *this);
  }

  // --- settings: of this call; the last word counts, wherever in the chain --------------------------------------------

  /// At most `n` threads compute, the caller included. Below 1 is std::invalid_argument.
  template <class N>
  [[nodiscard]] auto threads(N n) && {
    return detail::pass<item_type>(detail::ThreadsBy<N>{n}, *this);
  }
  /// Whom a worker without work robs first: a PrioritizeThread.
  template <class P>
  [[nodiscard]] auto steal_from(P strategy) && {
    return detail::pass<item_type>(detail::StealFromBy<P>{std::move(strategy)}, *this);
  }
  /// Fills `r` when the run ends.
  template <class R>
  [[nodiscard]] auto report(R& r) && {
    return detail::pass<item_type>(detail::ReportBy<R>{&r}, *this);
  }
  /// Records who claimed, stole, pulled, woke and slept into `t`, which can draw it: see pt::Trace.
  template <class T>
  [[nodiscard]] auto trace(T& t) && {
    return detail::pass<item_type>(detail::TraceBy<T>{&t}, *this);
  }
  /// Calls `f(pt::Progress const&)` while the run goes on, at most once in `interval`, and once more when it has ended
  /// without an exception. Always on the calling thread, between items, or while that waits for others: a long item of
  /// its own makes it late. What `f` throws ends the run, and is thrown by the terminal. `f` may run pipelines.
  template <class F, class Interval = std::chrono::milliseconds>
  [[nodiscard]] auto progress(F f, Interval interval = std::chrono::milliseconds(100)) && {
    return detail::pass<item_type>(detail::ProgressBy<F, Interval>{std::move(f), interval}, *this);
  }
  /// Stops once `t.stop_requested()`: the terminal throws pt::cancelled. Any thread may ask `t`, at any time.
  template <class T>
  [[nodiscard]] auto stop_token(T t) && {
    return detail::pass<item_type>(detail::StopTokenBy<T>{std::move(t)}, *this);
  }
  /// Stops at a std::chrono::steady_clock time point, or a duration after the terminal was called: pt::cancelled.
  template <class T>
  [[nodiscard]] auto deadline(T t) && {
    return detail::pass<item_type>(detail::DeadlineBy<T>{t}, *this);
  }

  // --- terminals ------------------------------------------------------------------------------------------------------

  /// Calls `f` with every item, in no order.
  template <class F>
  auto for_each(F f) && {
    return detail::pass<item_type>(detail::ForEach<F>{std::move(f)}, *this);
  }
  /// Calls `f` with every item in input order, one call at a time, while workers compute at most `window` items ahead.
  /// A window below 1 is std::invalid_argument.
  template <class F, std::integral N = std::size_t>
  auto for_each_ordered(F f, N window = 1024) && {
    return detail::pass<item_type>(detail::ForEachOrdered<F>(std::move(f), static_cast<std::size_t>(window < N{1} ? N{} : window)), *this);
  }
  /// Calls `f` with every item up to the first failure by order (`false`, an empty optional, an error), which it returns.
  template <class F>
  auto try_for_each(F f) && {
    return detail::pass<item_type>(detail::TryForEach<F>{std::move(f)}, *this);
  }
  /// All items, in order, in a new `C`. A map keeps the first of equal keys.
  template <class C>
  [[nodiscard]] auto collect() && {
    return detail::pass<item_type>(detail::Collect<C>{}, *this);
  }
  /// All items, in order, in a `C` of their values: `collect<std::vector>()`.
  template <template <class...> class C>
  [[nodiscard]] auto collect() && {
    return detail::pass<item_type>(detail::CollectTemplate<C, S>{}, *this);
  }
  /// The same, by its name in C++23.
  template <class C>
  [[nodiscard]] auto to() && {
    return detail::pass<item_type>(detail::Collect<C>{}, *this);
  }
  template <template <class...> class C>
  [[nodiscard]] auto to() && {
    return detail::pass<item_type>(detail::CollectTemplate<C, S>{}, *this);
  }
  /// Replaces the content of `c`, keeping its capacity. A span of the wrong size is std::invalid_argument.
  template <class C>
  auto collect_into(C&& c) && {
    return detail::pass<item_type>(detail::make_collect_into(c), *this);
  }
  /// Puts all items behind those of `c`.
  template <class C>
  auto append_to(C& c) && {
    return detail::pass<item_type>(detail::make_append_to(c), *this);
  }
  /// `init` joined with all items by `op`, in order. `op` must be associative, need not commute; `init` enters once.
  template <class T, class Op>
  [[nodiscard]] auto reduce(T init, Op op) && {
    return detail::pass<item_type>(detail::ReduceFrom<T, Op>{std::move(init), std::move(op)}, *this);
  }
  /// All items joined by `op`, in order: a std::optional, empty if there are none.
  template <class Op>
  [[nodiscard]] auto reduce(Op op) && {
    return detail::pass<item_type>(detail::Reduce<Op>{std::move(op)}, *this);
  }
  /// The sum; of integers in 64 bits, or as `T`. Empty: `T{}`.
  template <class T = void>
  [[nodiscard]] auto sum() && {
    return detail::pass<item_type>(detail::Sum<T>{}, *this);
  }
  /// The product; of integers in 64 bits, or as `T`. Empty: 1.
  template <class T = void>
  [[nodiscard]] auto product() && {
    return detail::pass<item_type>(detail::Product<T>{}, *this);
  }
  /// The arithmetic mean: a std::optional, empty if there are no items.
  [[nodiscard]] auto mean() && { return detail::pass<item_type>(detail::Mean{}, *this); }
  /// How many items come out, running all closures.
  [[nodiscard]] auto count() && { return detail::pass<item_type>(detail::Count{}, *this); }
  /// How many items satisfy `p`.
  template <class P>
  [[nodiscard]] auto count_if(P p) && {
    return detail::pass<item_type>(detail::CountIf<P>{std::move(p)}, *this);
  }
  /// How many items there are, without running closures. Indexed.
  [[nodiscard]] auto size() && { return detail::pass<item_type>(detail::Size{}, *this); }
  /// The first smallest item, by `<` or `less`: a std::optional. NaN are skipped.
  template <class... Less>
  [[nodiscard]] auto(min)(Less... less) && {
    return detail::pass<item_type>(detail::make_min(std::move(less)...), *this);
  }
  /// The first largest item, by `<` or `less`: a std::optional. NaN are skipped.
  template <class... Less>
  [[nodiscard]] auto(max)(Less... less) && {
    return detail::pass<item_type>(detail::make_max(std::move(less)...), *this);
  }
  /// Both, as a std::optional of a pair.
  template <class... Less>
  [[nodiscard]] auto minmax(Less... less) && {
    return detail::pass<item_type>(detail::make_minmax(std::move(less)...), *this);
  }
  /// The first item whose key is smallest. Each key is computed once.
  template <class F>
  [[nodiscard]] auto min_by_key(F key) && {
    return detail::pass<item_type>(detail::make_min_by_key(std::move(key)), *this);
  }
  /// The first item whose key is largest. Each key is computed once.
  template <class F>
  [[nodiscard]] auto max_by_key(F key) && {
    return detail::pass<item_type>(detail::make_max_by_key(std::move(key)), *this);
  }
  /// Both, as a std::optional of a pair.
  template <class F>
  [[nodiscard]] auto minmax_by_key(F key) && {
    return detail::pass<item_type>(detail::make_minmax_by_key(std::move(key)), *this);
  }
  /// Whether some item satisfies `p`. Stops as soon as it is known; the first in time wins, answer or exception.
  template <class P>
  [[nodiscard]] auto any(P p) && {
    return detail::pass<item_type>(detail::make_any(std::move(p)), *this);
  }
  /// Whether all items satisfy `p`. Stops as soon as it is known; the first in time wins, answer or exception.
  template <class P>
  [[nodiscard]] auto all(P p) && {
    return detail::pass<item_type>(detail::make_all(std::move(p)), *this);
  }
  /// Whether no item satisfies `p`. Stops as soon as it is known; the first in time wins, answer or exception.
  template <class P>
  [[nodiscard]] auto none(P p) && {
    return detail::pass<item_type>(detail::make_none(std::move(p)), *this);
  }
  /// Whether some item equals `x`. Stops as soon as it is known.
  template <class T>
  [[nodiscard]] auto contains(T x) && {
    return detail::pass<item_type>(detail::make_contains(std::move(x)), *this);
  }
  /// Some item that satisfies `p`, the quickest to find: a std::optional.
  template <class P>
  [[nodiscard]] auto find_any(P p) && {
    return detail::pass<item_type>(detail::make_find_any(std::move(p)), *this);
  }
  /// The first item that satisfies `p`: a std::optional. An exception behind it is not seen. `p` may have run on later
  /// items, by other threads, and on up to 31 by the thread that found it: numbers that lie in memory are compared 32 at
  /// once.
  template <class P>
  [[nodiscard]] auto find_first(P p) && {
    return detail::pass<item_type>(detail::make_find_first(std::move(p)), *this);
  }
  /// Two vectors, in order: the items that satisfy `p`, and the others.
  template <class P>
  [[nodiscard]] auto partition(P p) && {
    return detail::pass<item_type>(detail::Partition<P>{std::move(p)}, *this);
  }
  /// Two vectors, in order: the first and the second parts of items that are pairs.
  [[nodiscard]] auto unzip() && { return detail::pass<item_type>(detail::Unzip{}, *this); }

  // --- both -----------------------------------------------------------------------------------------------------------

  /// Goes on with a stage or a terminal as an object, such as `pt::map(f)`: what `|` does.
  template <class By>
  [[nodiscard]] auto then(detail::Stage<By> stage) && {
    return detail::pass<item_type>(std::move(stage.by), *this);
  }
  template <class T>
  auto then(detail::End<T> end) && {
    return detail::pass<item_type>(std::move(end.end), *this);
  }

  /// A pipeline is not a range: a loop over it would silently run on one thread, so it does not compile.
  template <class T = void>
  detail::NotARange begin() const {
    static_assert(detail::never<T>,
                  "parallel_task: a pipeline is not a range, and a loop over it would run on one thread: use for_each(f), "
                  "or collect<std::vector>() first");
    return {};
  }
  [[nodiscard]] detail::NotARange end() const { return {}; }

 private:
  template <class, class>
  friend class Pipeline;
  friend struct detail::Access;
  template <class Item, class By, class On>
  friend constexpr auto detail::pass(By&& by, On& on);

  template <class By>
  static consteval detail::Problem problem() {
    if constexpr (detail::is_composed<By> || requires { By::is_for_any_source; }) {
      return detail::Problem::none;
    } else if constexpr (detail::setting<By>) {
      return By::problem();
    } else if constexpr (detail::is_joint<By>) {
      return decltype(By::by)::template problem<S>();
    } else if constexpr (detail::joining<By>) {
      if constexpr (By::arguments_problem() != detail::Problem::none) {
        return By::arguments_problem();
      } else {
        return problem<decltype(std::declval<By&>().joint())>();
      }
    } else {
      return By::template problem<S>();
    }
  }

  template <class By>
  constexpr auto go(By& by) {
    if constexpr (detail::is_composed<By>) {
      auto next = detail::pass<item_type>(std::move(by.first), *this);
      return detail::pass<int>(std::move(by.second), next);
    } else if constexpr (requires { by.template terminal_for<S>(); }) {
      return detail::pass<item_type>(by.template terminal_for<S>(), *this);
    } else if constexpr (detail::setting<By>) {
      return detail::as_pipeline(std::move(source_), std::move(by).set(std::move(held_)));
    } else if constexpr (detail::is_joint<By>) {
      return detail::as_pipeline(std::move(by.by)(std::move(source_)), std::move(held_).then(std::move(by.held)));
    } else if constexpr (detail::joining<By>) {
      auto joint = by.joint();
      return go(joint);
    } else if constexpr (detail::stage_object<By>) {
      return detail::as_pipeline(std::move(by)(std::move(source_)), std::move(held_));
    } else if constexpr (requires { by(source_, held_.settings()); }) {
      return by(source_, held_.settings());
    } else if constexpr (requires { by(source_); }) {
      return by(source_);
    } else {
      return detail::run_terminal(source_, by, held_.settings());
    }
  }

  S source_;
  H held_;
};

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/pipeline/pipe.hpp

// The piped spelling: `r | pt::parallel_iter | pt::map(f) | pt::sum()`. Each name is what the fluent method of that name
// does; stages compose without a source: `auto prepare = pt::map(f) | pt::filter(p);`.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

// --- where pipelines begin ----------------------------------------------------------------------------------------

/// A range that is to become a pipeline.
template <class R>
struct Beginning {
  R&& range;
  template <class By>
  static consteval Problem problem() {
    if constexpr (std::same_as<std::remove_cvref_t<R>, Unusable>) {
      return Problem::reported;
    } else {
      return By::template problem<R>();
    }
  }
  template <class By>
  auto go(By&) const {
    return detail::as_pipeline(By::make(static_cast<R&&>(range)));
  }
};

struct Borrow {
  template <class R>
  static consteval Problem problem() {
    return borrow_problem<R>();
  }
  template <class R>
  static auto make(R&& range) {
    return detail::borrow(std::forward<R>(range));
  }
};
struct Own {
  template <class R>
  static consteval Problem problem() {
    return own_problem<R>();
  }
  template <class R>
  static auto make(R&& range) {
    return detail::own(std::forward<R>(range));
  }
};
struct BorrowOrOwn {
  template <class R>
  static consteval Problem problem() {
    return argument_problem<R>();
  }
  template <class R>
  static auto make(R&& range) {
    return detail::borrow_or_own(std::forward<R>(range));
  }
};
struct Bridge {
  template <class R>
  static consteval Problem problem() {
    return bridge_problem<R>();
  }
  template <class R>
  static auto make(R&& range) {
    return detail::bridge(std::forward<R>(range));
  }
};

// --- how a name makes its stage or terminal -------------------------------------------------------------------------

template <template <class...> class By>
struct StageFrom {
  template <class... A>
  constexpr auto operator()(A... arguments) const {
    return Stage<By<A...>>{By<A...>{std::move(arguments)...}};
  }
};
template <class T>
constexpr auto end_of(T terminal) {
  return End<T>{std::move(terminal)};
}
template <template <class...> class T>
struct EndFrom {
  template <class... A>
  constexpr auto operator()(A... arguments) const {
    // By way of a parameter: Clang 16 crashes where an aggregate is made inside another one around an empty member.
    return detail::end_of(T<A...>{std::move(arguments)...});
  }
};

template <class By>
struct PlainStage {
  constexpr auto operator()() const { return Stage<By>{}; }
};
template <class By>
struct CountStage {
  template <class... N>
  constexpr auto operator()(N... n) const {
    Nowhere const nowhere;
    return detail::pass<By>(Counted<By, N...>{{n...}}, nowhere);
  }
};
template <bool equal>
struct ZipStage {
  template <class... R>
  constexpr auto operator()(R&&... others) const {
    Nowhere const nowhere;
    return detail::pass<void>(ZipWith<equal, R...>{std::tuple<R&&...>(std::forward<R>(others)...)}, nowhere);
  }
};
struct ChainStage {
  template <class R>
  constexpr auto operator()(R&& other) const {
    Nowhere const nowhere;
    return detail::pass<R>(ChainWith<R>{std::forward<R>(other)}, nowhere);
  }
};
struct ReportStage {
  template <class R>
  constexpr auto operator()(R& r) const {
    return Stage<ReportBy<R>>{{&r}};
  }
};
struct TraceStage {
  template <class T>
  constexpr auto operator()(T& t) const {
    return Stage<TraceBy<T>>{{&t}};
  }
};
struct ProgressStage {
  template <class F, class Interval = std::chrono::milliseconds>
  constexpr auto operator()(F f, Interval interval = std::chrono::milliseconds(100)) const {
    return Stage<ProgressBy<F, Interval>>{{std::move(f), interval}};
  }
};
struct ForEachEnd {
  template <class F>
  constexpr auto operator()(F f) const {
    return detail::end_of(ForEach<F>{std::move(f)});
  }
  /// `pt::for_each(r, f)`: f for every item of a range, at once.
  template <class R, class F>
  constexpr auto operator()(R&& range, F f) const {
    Beginning<R> beginning{std::forward<R>(range)};
    auto pipeline = detail::pass<R>(BorrowOrOwn{}, beginning);
    if constexpr (!std::same_as<decltype(pipeline), Unusable>) {
      return detail::pass<typename decltype(pipeline)::item_type>(ForEach<F>{std::move(f)}, pipeline);
    }
  }
};
struct ForEachOrderedEnd {
  template <class F>
  constexpr auto operator()(F f, std::size_t window = 1024) const {
    return detail::end_of(ForEachOrdered<F>(std::move(f), window));
  }
};
struct CollectIntoEnd {
  template <class C>
  constexpr auto operator()(C&& c) const {
    return detail::end_of(detail::make_collect_into(c));
  }
};
struct AppendToEnd {
  template <class C>
  constexpr auto operator()(C& c) const {
    return detail::end_of(detail::make_append_to(c));
  }
};
struct ReduceEnd {
  template <class T, class Op>
  constexpr auto operator()(T init, Op op) const {
    return detail::end_of(ReduceFrom<T, Op>{std::move(init), std::move(op)});
  }
  template <class Op>
  constexpr auto operator()(Op op) const {
    return detail::end_of(Reduce<Op>{std::move(op)});
  }
};
template <template <class...> class C>
struct CollectDeduced {
  static constexpr bool is_for_any_source = true;
  template <class S>
  auto terminal_for() const {
    return CollectTemplate<C, S>{};
  }
};
template <class T>
struct PlainEnd {
  constexpr auto operator()() const { return End<T>{T{}}; }
};

#define PARALLEL_TASK_END_MADE_BY(Name, make)                \
  struct Name {                                              \
    template <class... A>                                    \
    constexpr auto operator()(A... arguments) const {        \
      return detail::end_of(make(std::move(arguments)...));  \
    }                                                        \
  };
PARALLEL_TASK_END_MADE_BY(MinEnd, detail::make_min)
PARALLEL_TASK_END_MADE_BY(MaxEnd, detail::make_max)
PARALLEL_TASK_END_MADE_BY(MinMaxEnd, detail::make_minmax)
PARALLEL_TASK_END_MADE_BY(MinByKeyEnd, detail::make_min_by_key)
PARALLEL_TASK_END_MADE_BY(MaxByKeyEnd, detail::make_max_by_key)
PARALLEL_TASK_END_MADE_BY(MinMaxByKeyEnd, detail::make_minmax_by_key)
PARALLEL_TASK_END_MADE_BY(AnyEnd, detail::make_any)
PARALLEL_TASK_END_MADE_BY(AllEnd, detail::make_all)
PARALLEL_TASK_END_MADE_BY(NoneEnd, detail::make_none)
PARALLEL_TASK_END_MADE_BY(ContainsEnd, detail::make_contains)
PARALLEL_TASK_END_MADE_BY(FindAnyEnd, detail::make_find_any)
PARALLEL_TASK_END_MADE_BY(FindFirstEnd, detail::make_find_first)
#undef PARALLEL_TASK_END_MADE_BY

// Terminals with a type parameter that is not deduced from their arguments.
template <class P>
using PartitionBy = Partition<P>;

// --- the pipes --------------------------------------------------------------------------------------------------------

template <class S, class H, class By>
[[nodiscard]] auto operator|(Pipeline<S, H>&& pipeline, Stage<By> stage) {
  return detail::pass<typename S::Item>(std::move(stage.by), pipeline);
}
template <class S, class H, class T>
auto operator|(Pipeline<S, H>&& pipeline, End<T> end) {
  return detail::pass<typename S::Item>(std::move(end.end), pipeline);
}
template <class A, class B>
[[nodiscard]] constexpr auto operator|(Stage<A> first, Stage<B> second) {
  return Stage<Composed<A, B>>{{std::move(first.by), std::move(second.by)}};
}
template <class A, class T>
[[nodiscard]] constexpr auto operator|(Stage<A> first, End<T> end) {
  return End<Composed<A, T>>{{std::move(first.by), std::move(end.end)}};
}

template <class X>
inline constexpr bool is_step = false;
template <class By>
inline constexpr bool is_step<Stage<By>> = true;
template <class T>
inline constexpr bool is_step<End<T>> = true;
template <class X>
concept step = is_step<std::remove_cvref_t<X>>;

}  // namespace detail

/// A pipeline with a name, or with something behind it that is no stage of this library.
template <class S, class H, class X>
auto operator|(Pipeline<S, H> const&, X const&) {
  if constexpr (detail::step<X>) {
    static_assert(detail::never<X>,
                  "parallel_task: a pipeline is consumed by what follows, and this one has a name: write "
                  "std::move(pipeline) | …, or go on in the same expression");
  } else {
    static_assert(detail::never<X>,
                  "parallel_task: a pipeline is not a range, so std::views can't go on with it: use the stages of pt::, or "
                  "put the view before pt::parallel_iter");
  }
  return detail::Unusable{};
}

namespace detail {

template <class R, step X>
  requires(!pipeline<R> && !step<R> && !std::same_as<std::remove_cvref_t<R>, Unusable>)
auto operator|(R&&, X const&) {
  static_assert(never<X>, "parallel_task: stages and terminals follow a pipeline: write r | pt::parallel_iter | …");
  return Unusable{};
}

}  // namespace detail

// --- stages -----------------------------------------------------------------------------------------------------------

/// `map(f)`: every item becomes `f(item)`.
inline constexpr detail::StageFrom<detail::MapBy> map{};
/// `inspect(f)`: calls `f` with each item, as const, on its way.
inline constexpr detail::StageFrom<detail::InspectBy> inspect{};
/// `update(f)`: calls `f` with each item, which it may change.
inline constexpr detail::StageFrom<detail::UpdateBy> update{};
/// `filter(p)`: the items that satisfy `p`.
inline constexpr detail::StageFrom<detail::FilterBy> filter{};
/// `filter_map(f)`: what the optionals that `f` returns contain.
inline constexpr detail::StageFrom<detail::FilterMapBy> filter_map{};
/// `flat_map(f)`: the items of the ranges that `f` returns.
inline constexpr detail::StageFrom<detail::FlatMapBy> flat_map{};
/// `flatten()`: the items of items that are ranges.
inline constexpr detail::PlainStage<detail::FlattenBy> flatten{};
/// `copied()`: copies instead of references.
inline constexpr detail::PlainStage<detail::CopiedBy> copied{};
/// `keys()`: the first part of pairs or tuples.
inline constexpr detail::PlainStage<detail::ElementsBy<0>> keys{};
/// `values()`: the second part of pairs or tuples.
inline constexpr detail::PlainStage<detail::ElementsBy<1>> values{};
/// `enumerate()`: pairs of position and item.
inline constexpr detail::PlainStage<detail::EnumerateBy> enumerate{};
/// `zip(r…)`: the items at the same position, up to the shortest.
inline constexpr detail::ZipStage<false> zip{};
/// `zip_equal(r…)`: as zip, but lengths must be equal.
inline constexpr detail::ZipStage<true> zip_equal{};
/// `chain(r)`: these items, then those of r.
inline constexpr detail::ChainStage chain{};
/// `reverse()`: from the last to the first.
inline constexpr detail::PlainStage<detail::ReverseBy> reverse{};
/// `take(n)`: the first n items.
inline constexpr detail::CountStage<detail::TakeBy> take{};
/// `drop(n)`: all but the first n items.
inline constexpr detail::CountStage<detail::DropBy> drop{};
/// `stride(n)`: every n-th item, from the first.
inline constexpr detail::CountStage<detail::StrideBy> stride{};
/// `slice(first, last)`: the items at positions [first, last).
inline constexpr detail::CountStage<detail::SliceBy> slice{};
/// `take_while(p)`: the items before the first that fails `p`.
inline constexpr detail::StageFrom<detail::TakeWhileBy> take_while{};
/// `map_init(make, f)`: every item becomes `f(state, item)`, with a state for each segment.
inline constexpr detail::StageFrom<detail::MapInitBy> map_init{};
/// `fold(make, f)`: one accumulator for each segment.
inline constexpr detail::StageFrom<detail::FoldBy> fold{};

// --- settings ---------------------------------------------------------------------------------------------------------

/// `threads(n)`: at most n threads compute, the caller included.
inline constexpr detail::StageFrom<detail::ThreadsBy> threads{};
/// `steal_from(strategy)`: whom a worker without work robs first.
inline constexpr detail::StageFrom<detail::StealFromBy> steal_from{};
/// `report(r)`: fills the pt::RunReport r when the run ends.
inline constexpr detail::ReportStage report{};
/// `trace(t)`: records who claimed, stole, pulled, woke and slept into the pt::Trace t.
inline constexpr detail::TraceStage trace{};
/// `progress(f, interval)`: calls f(pt::Progress const&) on the calling thread while the run goes on.
inline constexpr detail::ProgressStage progress{};
/// `stop_token(t)`: stops once `t.stop_requested()`.
inline constexpr detail::StageFrom<detail::StopTokenBy> stop_token{};
/// `deadline(t)`: stops at a steady_clock time point, or a duration after the terminal was called.
inline constexpr detail::StageFrom<detail::DeadlineBy> deadline{};

// --- terminals --------------------------------------------------------------------------------------------------------

/// `for_each(f)`: f for every item. Also `for_each(r, f)`, for a range.
inline constexpr detail::ForEachEnd for_each{};
/// `for_each_ordered(f, window)`: f in input order, one call at a time.
inline constexpr detail::ForEachOrderedEnd for_each_ordered{};
/// `try_for_each(f)`: up to the first failure by order.
inline constexpr detail::EndFrom<detail::TryForEach> try_for_each{};
/// `collect_into(c)`: replaces the content of c.
inline constexpr detail::CollectIntoEnd collect_into{};
/// `append_to(c)`: goes behind the content of c.
inline constexpr detail::AppendToEnd append_to{};
/// `reduce(init, op)` and `reduce(op)`: all items joined in order.
inline constexpr detail::ReduceEnd reduce{};
/// `mean()`: the arithmetic mean.
inline constexpr detail::PlainEnd<detail::Mean> mean{};
/// `count()`: how many items come out.
inline constexpr detail::PlainEnd<detail::Count> count{};
/// `count_if(p)`: how many items satisfy p.
inline constexpr detail::EndFrom<detail::CountIf> count_if{};
/// `size()`: how many items there are, without running closures.
inline constexpr detail::PlainEnd<detail::Size> size{};
/// `min()`, `min(less)`: the first smallest item.
inline constexpr detail::MinEnd min{};
/// `max()`, `max(less)`: the first largest item.
inline constexpr detail::MaxEnd max{};
/// `minmax()`, `minmax(less)`: both.
inline constexpr detail::MinMaxEnd minmax{};
/// `min_by_key(f)`: the first item whose key is smallest.
inline constexpr detail::MinByKeyEnd min_by_key{};
/// `max_by_key(f)`: the first item whose key is largest.
inline constexpr detail::MaxByKeyEnd max_by_key{};
/// `minmax_by_key(f)`: both.
inline constexpr detail::MinMaxByKeyEnd minmax_by_key{};
/// `any(p)`: whether some item satisfies p.
inline constexpr detail::AnyEnd any{};
/// `all(p)`: whether all items satisfy p.
inline constexpr detail::AllEnd all{};
/// `none(p)`: whether no item satisfies p.
inline constexpr detail::NoneEnd none{};
/// `contains(x)`: whether some item equals x.
inline constexpr detail::ContainsEnd contains{};
/// `find_any(p)`: some item that satisfies p.
inline constexpr detail::FindAnyEnd find_any{};
/// `find_first(p)`: the first item that satisfies p.
inline constexpr detail::FindFirstEnd find_first{};
/// `partition(p)`: two vectors, the items that satisfy p and the others.
inline constexpr detail::EndFrom<detail::PartitionBy> partition{};
/// `unzip()`: two vectors, first and second parts.
inline constexpr detail::PlainEnd<detail::Unzip> unzip{};

// Function templates, since an object's type argument could not be named: without function arguments there is no ADL.

/// `collect<C>()`: all items, in order, in a new C.
template <class C>
[[nodiscard]] constexpr auto collect() {
  return detail::end_of(detail::Collect<C>{});
}
/// `collect<std::vector>()`: all items, in order, in a container of their values.
template <template <class...> class C>
[[nodiscard]] constexpr auto collect() {
  return detail::End<detail::CollectDeduced<C>>{};
}
/// `to<C>()`: collect, by its name in C++23.
template <class C>
[[nodiscard]] constexpr auto to() {
  return detail::end_of(detail::Collect<C>{});
}
/// `to<std::vector>()`: collect, by its name in C++23.
template <template <class...> class C>
[[nodiscard]] constexpr auto to() {
  return detail::End<detail::CollectDeduced<C>>{};
}
/// `sum()`, `sum<T>()`: the sum.
template <class T = void>
[[nodiscard]] constexpr auto sum() {
  return detail::end_of(detail::Sum<T>{});
}
/// `product()`, `product<T>()`: the product.
template <class T = void>
[[nodiscard]] constexpr auto product() {
  return detail::end_of(detail::Product<T>{});
}

}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/source/indices.hpp

// Whole numbers, evenly spaced.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// What whole numbers are computed in: it wraps instead of overflowing.
template <std::integral I>
using Wrapping = std::make_unsigned_t<I>;

template <std::integral I>
[[nodiscard]] constexpr Wrapping<I> distance(I from, I to) {
  return static_cast<Wrapping<I>>(static_cast<Wrapping<I>>(to) - static_cast<Wrapping<I>>(from));
}

/// How many numbers there are in `distance`, of which the first counts.
template <std::unsigned_integral U>
[[nodiscard]] std::size_t count_of(U distance, U step) {
  auto const result = static_cast<U>((distance - 1) / step + 1);
  if constexpr (sizeof(U) > sizeof(std::size_t)) {
    if (result > ~std::size_t{0}) {
      detail::throw_error(std::length_error("parallel_task: indices: more than std::size_t can count"));
    }
  }
  return static_cast<std::size_t>(result);
}

/// `first, first + 1, …`
///
/// Not a special case of steps: with a step that is known only at run time GCC sees strides instead of neighbours, and
/// leaves loops over arrays scalar.
template <std::integral I>
struct Indices : ByIndex<Indices<I>> {
  using Item = I;
  using Value = I;

  Indices(I first, I last)
      : first_(first), size_(first < last ? detail::count_of(detail::distance(first, last), Wrapping<I>{1}) : 0) {}

  [[nodiscard]] std::size_t total() const { return size_; }
  [[gnu::always_inline]] I at(Stateless&, std::size_t i) const {
    return static_cast<I>(static_cast<Wrapping<I>>(static_cast<Wrapping<I>>(first_) + static_cast<Wrapping<I>>(i)));
  }
  /// Counts in the caller's type, as the loop would: where each item is converted, compilers can't see that none wraps.
  template <class K>
  [[gnu::always_inline]] bool feed(Stateless& state, Block block, K& k) const {
    return detail::feed_by_number(Itself{}, at(state, block.first), at(state, block.last), block.size(), k);
  }

 private:
  struct Itself {
    static constexpr bool counting = true;
    [[gnu::always_inline]] I operator()(I i) const { return i; }
  };
  I first_;
  std::size_t size_;
};

/// `first, first + step, …`
template <std::integral I>
struct SteppedIndices : ByIndex<SteppedIndices<I>> {
  using Item = I;
  using Value = I;

  SteppedIndices(I first, I last, I step) : first_(first), step_(step) {
    if (step == 0) detail::throw_error(std::invalid_argument("parallel_task: step of indices(first, last, step) is 0"));
    if (step > 0 && first < last) {
      size_ = detail::count_of(detail::distance(first, last), static_cast<Wrapping<I>>(step));
    }
    if (step < 0 && last < first) size_ = detail::count_of(detail::distance(last, first), detail::distance(step, I{0}));
  }

  [[nodiscard]] std::size_t total() const { return size_; }
  [[gnu::always_inline]] I at(Stateless&, std::size_t i) const {
    return static_cast<I>(static_cast<Wrapping<I>>(static_cast<Wrapping<I>>(first_) +
                                                   static_cast<Wrapping<I>>(i) * static_cast<Wrapping<I>>(step_)));
  }

 private:
  I first_;
  I step_;
  std::size_t size_ = 0;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/pipeline/parallel_iter.hpp

// Where every pipeline begins: parallel_iter, into_parallel_iter, par_bridge, indices, parallel_for.

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

struct ParallelIter {
  template <class R>
  [[nodiscard]] constexpr auto operator()(R&& range) const {
    Beginning<R> beginning{std::forward<R>(range)};
    return detail::pass<R>(Borrow{}, beginning);
  }
  template <class R>
    requires(!pipeline<R>)
  [[nodiscard]] friend constexpr auto operator|(R&& range, ParallelIter const& begin) {
    return begin(std::forward<R>(range));
  }
};

struct IntoParallelIter {
  template <class R>
  [[nodiscard]] constexpr auto operator()(R&& range) const {
    Beginning<R> beginning{std::forward<R>(range)};
    return detail::pass<R>(Own{}, beginning);
  }
  template <class R>
    requires(!pipeline<R>)
  [[nodiscard]] friend constexpr auto operator|(R&& range, IntoParallelIter const& begin) {
    return begin(std::forward<R>(range));
  }
};

struct ParBridge {
  template <class R>
  [[nodiscard]] constexpr auto operator()(R&& range) const {
    Beginning<R> beginning{std::forward<R>(range)};
    return detail::pass<R>(Bridge{}, beginning);
  }
  template <class R>
    requires(!pipeline<R>)
  [[nodiscard]] friend constexpr auto operator|(R&& range, ParBridge const& begin) {
    return begin(std::forward<R>(range));
  }
};

/// Numbers that are to become a pipeline.
template <class... N>
struct Numbers {
  std::tuple<N...> numbers;
  template <class>
  static consteval Problem problem() {
    return ((std::integral<N> && !std::same_as<N, bool>) && ...) ? Problem::none : Problem::indices_not_numbers;
  }
  template <class By>
  constexpr auto go(By&) const {
    return std::apply([](N... n) { return By::of(n...); }, numbers);
  }
};

struct CountUp {
  template <class N>
  static auto of(N n) {
    return detail::as_pipeline(Indices<N>(N{}, n));
  }
  template <class A, class B>
  static auto of(A first, B last) {
    using I = std::common_type_t<A, B>;
    return detail::as_pipeline(Indices<I>(static_cast<I>(first), static_cast<I>(last)));
  }
  template <class A, class B, class C>
  static auto of(A first, B last, C step) {
    using I = std::common_type_t<A, B>;
    return detail::as_pipeline(SteppedIndices<I>(static_cast<I>(first), static_cast<I>(last), static_cast<I>(step)));
  }
};

struct IndicesFrom {
  template <class... N>
    requires(sizeof...(N) >= 1 && sizeof...(N) <= 3)
  [[nodiscard]] constexpr auto operator()(N... n) const {
    Numbers<N...> const numbers{{n...}};
    return detail::pass<std::common_type_t<N...>>(CountUp{}, numbers);
  }
};

struct ParallelFor {
  template <class N, class F>
  constexpr void operator()(N n, F f) const {
    Numbers<N> const numbers{{n}};
    run(detail::pass<N>(CountUp{}, numbers), std::move(f));
  }
  template <class A, class B, class F>
  constexpr void operator()(A first, B last, F f) const {
    Numbers<A, B> const numbers{{first, last}};
    run(detail::pass<A>(CountUp{}, numbers), std::move(f));
  }

 private:
  template <class P, class F>
  static void run(P pipeline, F f) {
    std::move(pipeline).for_each(std::move(f));
  }
};

}  // namespace detail

/// A pipeline over a range that it borrows: every forward range and view. Items are the range's references; views are
/// iterated as const where they can be. The range is looked at when the terminal runs, and must live until then. Ranges
/// without random access keep an index too: one thread walks ahead, the others compute.
///
///     auto squares = pt::parallel_iter(v).map([](int x) { return x * x; }).collect<std::vector>();
inline constexpr detail::ParallelIter parallel_iter{};

/// A pipeline that consumes a container: items are moved out. Takes non-const rvalue containers, which live until the run
/// has ended, whatever throws, and views whose items are values. Sets and maps give up their keys, node by node.
///
///     auto texts = pt::into_parallel_iter(std::move(jobs)).map([](Job job) { return job.text(); }).collect<std::vector>();
inline constexpr detail::IntoParallelIter into_parallel_iter{};

/// A pipeline over what can be read only once, in order: input ranges (`std::views::istream<T>(in)`, generators) and
/// objects with `next()` that returns an optional. One thread at a time reads; all compute. Items are values; nothing is
/// read before it is asked for. An lvalue is read in place, an rvalue is held. The first items, and a thousand after each
/// pause of the source (a socket, a log that grows), are each run before the next is read. Where more than a thousand have
/// come without a pause, several are read at a time, and those of the last such time wait while the source pauses.
inline constexpr detail::ParBridge par_bridge{};

/// `indices(n)`: 0, 1, … n - 1. `indices(first, last)` and `indices(first, last, step)`, which may be negative. Items are of
/// the arguments' type. A step of 0 is std::invalid_argument, more than std::size_t can count is std::length_error.
inline constexpr detail::IndicesFrom indices{};

/// `parallel_for(n, f)` and `parallel_for(first, last, f)`: f with each number, in no order.
inline constexpr detail::ParallelFor parallel_for{};

}  // namespace v0_1
}  // namespace parallel_task

namespace pt = parallel_task;

#endif

#if defined(PARALLEL_TASK_EVERYTHING)

// ==== parallel_task/trace_writer.hpp

// Pictures of a run: `trace.write_svg(out)` and `trace.write_chrome_json(out)`. Not in the umbrella header.
//
// `out` is any stream that takes C strings: std::ofstream, std::ostringstream, one of your own. Numbers are written
// here, digit by digit, since those of <cstdio> are in the user's locale.

#include <cstddef>
#include <cstdint>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

template <class Stream>
struct TraceWriter {
  Trace const& trace;
  Stream& out;

  void svg() {
    double const length = end();
    std::uint32_t const rows = trace.rows();
    double const bottom = top + rows * row_height;
    put("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", whole(width), " ", bottom + 62, "\" width=\"",
        whole(width), "\" height=\"", bottom + 62, "\" font-family=\"sans-serif\" font-size=\"12\">\n<title>");
    headline();
    put("</title>\n"
        "<desc>A row a thread, time from left to right. Boxes are claims: items that a worker took off its queue and "
        "ran.</desc>\n"
        "<style>text{fill:#57606a}.c{fill:#218bff}.w{fill:#54aeff}.p{fill:#2da44e}.z{fill:#afb8c1}.s{stroke:#cf222e}"
        ".k{stroke:#bf8700}.a{stroke:#afb8c1}path{fill:none}path.c,path.w,path.p,path.z{stroke:none}"
        "path.c{fill:#218bff}path.w{fill:#54aeff}path.p{fill:#2da44e}path.z{fill:#afb8c1}"
        "@media(prefers-color-scheme:dark){text{fill:#adbac7}.a{stroke:#545d68}path.z,.z{fill:#545d68}}</style>\n");
    put("<text x=\"8\" y=\"18\" font-size=\"14\">");
    headline();
    put("</text>\n");
    axis(length, bottom);
    for (std::uint32_t row = 0; row != rows; ++row) {
      double const y = top + row * row_height;
      put("<text x=\"8\" y=\"", y + 17, "\">");
      name_of(row, '<');
      put("</text>\n");
      bars(row, TraceKind::park, "z", y + 10, 4, length);
      bars(row, TraceKind::claim, "c", y + 3, 18, length);
      bars(row, TraceKind::pull, "p", y + 21, 4, length);
    }
    arrows(TraceKind::steal, "s", length);
    arrows(TraceKind::park, "k", length);
    legend(bottom + 50);
    put("</svg>\n");
  }

  void chrome_json() {
    put("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n"
        "{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":1,\"tid\":0,\"args\":{\"name\":\"parallel_task\"}}");
    for (std::uint32_t row = 0; row != trace.rows(); ++row) {
      put(",\n{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":1,\"tid\":", row, ",\"args\":{\"name\":\"");
      name_of(row, '"');
      put("\"}},\n{\"ph\":\"M\",\"name\":\"thread_sort_index\",\"pid\":1,\"tid\":", row,
          ",\"args\":{\"sort_index\":", row, "}}");
    }
    std::uint64_t flow = 0;
    trace.for_each_event([&](TraceEvent const& event) {
      static constexpr char const* names[] = {"claim", "steal", "pull", "wake", "park"};
      bool const instant = event.kind == TraceKind::wake;
      put(",\n{\"ph\":\"", instant ? "i" : "X", "\",\"name\":\"", names[static_cast<unsigned>(event.kind)],
          "\",\"cat\":\"parallel_task\",\"pid\":1,\"tid\":", event.row, ",\"ts\":", micro(event.begin_ns));
      if (instant) {
        put(",\"s\":\"t\"}");
        return;
      }
      put(",\"dur\":", micro(event.end_ns - event.begin_ns), ",\"args\":{");
      if (event.kind == TraceKind::park) {
        put("\"woken_by\":\"");
        name_of(row_of(event.other), '"');
        put("\"}}");
        return;
      }
      put("\"first\":", event.first, ",\"items\":", event.items);
      if (event.kind == TraceKind::steal) {
        put(",\"from\":\"");
        name_of(row_of(event.other), '"');
        put("\"");
      }
      put("}}");
      if (event.kind != TraceKind::steal) return;
      ++flow;
      put(",\n{\"ph\":\"s\",\"name\":\"steal\",\"cat\":\"parallel_task\",\"id\":", flow,
          ",\"pid\":1,\"tid\":", row_of(event.other), ",\"ts\":", micro(event.end_ns), "}");
      put(",\n{\"ph\":\"f\",\"bp\":\"e\",\"name\":\"steal\",\"cat\":\"parallel_task\",\"id\":", flow,
          ",\"pid\":1,\"tid\":", event.row, ",\"ts\":", micro(event.end_ns), "}");
    });
    put("\n]}\n");
  }

 private:
  static constexpr double width = 1000;
  static constexpr double left = 90;
  static constexpr double plot = width - left - 16;
  static constexpr double top = 30;
  static constexpr double row_height = 28;

  // --- numbers and words -----------------------------------------------------------------------------------------------

  struct Micro {
    double ns;
  };
  static Micro micro(double ns) noexcept { return {ns > 0 ? ns : 0}; }
  static std::uint64_t whole(double value) noexcept { return static_cast<std::uint64_t>(value); }

  template <class... Parts>
  void put(Parts... parts) {
    (part(parts), ...);
  }
  void part(char const* text) { out << text; }
  void part(std::uint32_t value) { part(std::uint64_t{value}); }
  void part(std::uint64_t value) {
    char digits[24];
    char* at = digits + sizeof digits;
    *--at = '\0';
    do {
      *--at = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    char const* const text = at;
    out << text;
  }
  void part(double value) { fixed(value, 1); }
  void part(Micro value) { fixed(value.ns / 1e3, 3); }
  void fixed(double value, unsigned decimals) {
    std::uint64_t scale = 1;
    for (unsigned i = 0; i != decimals; ++i) scale *= 10;
    auto const scaled = static_cast<std::uint64_t>((value > 0 ? value : 0) * static_cast<double>(scale) + 0.5);
    part(scaled / scale);
    std::uint64_t rest = scaled % scale;
    if (rest == 0) return;
    char fraction[24] = ".";
    unsigned used = 1;
    for (; rest != 0; rest = rest * 10 % scale) fraction[used++] = static_cast<char>('0' + rest * 10 / scale);
    fraction[used] = '\0';
    char const* const text = fraction;
    out << text;
  }

  /// A user may call threads anything: what `quote` begins, and what is not printed, is left out.
  void name_of(std::uint32_t row, char quote) {
    std::uint32_t const thread = trace.row(row).thread;
    if (thread != 0) {
      for (char const* at = trace.prefix_; *at != '\0'; ++at) {
        if (*at == quote || *at == '&' || *at == '\\' || static_cast<unsigned char>(*at) < ' ') continue;
        char const letter[2] = {*at, '\0'};
        char const* const text = letter;
        out << text;
      }
      put(thread, row == 0 ? " (caller)" : "");
    } else {
      put(row == 0 ? "caller" : "another caller");
    }
  }
  [[nodiscard]] std::uint32_t row_of(std::uint32_t thread) const noexcept {
    for (std::uint32_t row = 0; row != trace.rows(); ++row) {
      if (trace.row(row).thread == thread) return row;
    }
    return 0;
  }
  [[nodiscard]] double end() const {
    double last = trace.report().duration_ns;
    trace.for_each_event([&](TraceEvent const& event) { last = event.end_ns > last ? event.end_ns : last; });
    return last > 0 ? last : 1;
  }
  [[nodiscard]] static double x_of(double ns, double length) noexcept { return left + plot * ns / length; }

  void headline() {
    RunReport const& report = trace.report();
    put(report.items, " items in ");
    fixed(report.duration_ns / 1e6, 3);
    put(" ms on ", report.threads, report.threads == 1 ? " thread" : " threads", ", ", report.steals,
        report.steals == 1 ? " steal" : " steals");
    if (trace.dropped() != 0) put("; ", trace.dropped(), " events found no room");
  }

  // --- parts of the picture --------------------------------------------------------------------------------------------

  void axis(double length, double bottom) {
    double step = 1;  // ns
    while (length / step > 10) step *= 10;
    if (length / step < 2.5) step /= 4;
    if (length / step < 5) step /= 2;
    for (double at = 0; at <= length; at += step) {
      double const x = x_of(at, length);
      put("<path class=\"a\" d=\"M", x, " ", top, "V", bottom + 4, "\"/><text x=\"", x, "\" y=\"", bottom + 18,
          "\" text-anchor=\"middle\">");
      fixed(at / 1e6, 6);
      put(at + step > length ? " ms</text>\n" : "</text>\n");
    }
  }

  /// The events of a kind as boxes. Those that are narrower than a pixel share one, so that the picture stays small
  /// whatever happened; wide ones tell what they are when one points at them.
  void bars(std::uint32_t row, TraceKind kind, char const* color, double y, double height, double length) {
    struct Bar {
      double first, last;
      std::uint64_t items, count;
      TraceEvent event;
    } bar{0, -1, 0, 0, {}};
    bool narrow = false;  // in a path
    auto const flush = [&] {
      if (bar.count == 0) return;
      double const wide = bar.last - bar.first > 0.5 ? bar.last - bar.first : 0.5;
      if (bar.count == 1 && wide >= 4) {
        if (narrow) put("\"/>\n");
        narrow = false;
        put("<rect class=\"", color, "\" x=\"", bar.first, "\" y=\"", y, "\" width=\"", wide - 0.5, "\" height=\"",
            height, "\"><title>");
        if (kind == TraceKind::park) {
          put("parked");
        } else {
          put(kind == TraceKind::claim ? "claim: " : "pull: ", bar.items,
              bar.items == 1 ? " item from " : " items from ", bar.event.first);
        }
        put(", ");
        fixed((bar.event.end_ns - bar.event.begin_ns) / 1e6, 6);
        put(" ms</title></rect>\n");
      } else {
        if (!narrow) put("<path class=\"", bar.count == 1 || kind != TraceKind::claim ? color : "w", "\" d=\"");
        narrow = true;
        put("M", bar.first, " ", y, "h", wide, "v", height, "h-", wide, "z");
      }
      bar.count = 0;
    };
    trace.for_each_event([&](TraceEvent const& event) {
      if (event.row != row || event.kind != kind) return;
      double const first = x_of(event.begin_ns, length);
      double const last = x_of(event.end_ns, length);
      bool const joins = bar.count != 0 && first - bar.last < 0.5 && (last - first < 1 || bar.last - bar.first < 1);
      if (!joins) {
        flush();
        bar = {first, last, 0, 0, event};
      }
      bar.last = last;
      bar.items += event.items;
      ++bar.count;
    });
    flush();
    if (narrow) put("\"/>\n");
  }

  /// From the row of the other thread to the one that stole or was woken; one a pixel and pair of rows.
  void arrows(TraceKind kind, char const* color, double length) {
    put("<path class=\"", color, "\" d=\"");
    double last = -1;
    std::uint32_t last_from = 0;
    std::uint32_t last_to = 0;
    trace.for_each_event([&](TraceEvent const& event) {
      if (event.kind != kind || (kind == TraceKind::park && event.row == 0)) return;
      std::uint32_t const from = row_of(event.other);
      double const x = x_of(event.end_ns, length);
      if (from == event.row || (x - last < 1 && x >= last && from == last_from && event.row == last_to)) return;
      last = x;
      last_from = from;
      last_to = event.row;
      double const way = event.row > from ? 1 : -1;
      double const y = top + event.row * row_height + 12 - way * 9;
      put("M", x, " ", top + from * row_height + 12 + way * 9, "V", y, "M", x - 2.5, " ", y - way * 4, "L", x, " ", y,
          "L", x + 2.5, " ", y - way * 4);
    });
    put("\"/>\n");
  }

  void legend(double y) {
    struct {
      char const* color;
      char const* word;
      bool line;
    } const words[] = {{"c", "claim", false},
                       {"w", "claims too short to tell apart", false},
                       {"p", "pull from the source", false},
                       {"z", "parked", false},
                       {"s", "steal", true},
                       {"k", "wake", true}};
    double x = left;
    for (auto const& each : words) {
      if (each.line) {
        put("<path class=\"", each.color, "\" d=\"M", x, " ", y - 4, "h12m-4-2.5l4 2.5l-4 2.5\"/>");
      } else {
        put("<rect class=\"", each.color, "\" x=\"", x, "\" y=\"", y - 9, "\" width=\"12\" height=\"9\"/>");
      }
      put("<text x=\"", x + 17, "\" y=\"", y, "\">", each.word, "</text>\n");
      double letters = 0;
      for (char const* at = each.word; *at != '\0'; ++at) letters += 1;
      x += 40 + letters * 6;
    }
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

// ==== parallel_task/worker/state_dump.hpp

// What the pool looks like at this moment, for people who look for the reason of a hang. Not in the umbrella header:
// include it and call `dump_state(stderr)` from a watchdog or a debugger.
//
// Any thread may call it at any time: it reads atomics, all relaxed, and nothing that a call keeps in its own frame.
// What it prints may therefore be some instants apart, and fit together only if nothing moves: as it is in a hang.

#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#if defined(__linux__)
#include <dirent.h>
#endif

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

class StateDump {
 public:
  explicit StateDump(std::FILE* out) noexcept : out_(out) {}

  void pool() const noexcept {
    ThreadManager& m = thread_manager;
    std::uint64_t const open = now(m.wanting);
    std::fprintf(out_, "pool: cores %u, budget %u, threads made %u\n", now(m.cores_), now(m.budget_), now(m.made));
    std::fprintf(out_, "  computing %d, open calls %d (wanting %016llx), blocked %d, parked %u, spinning %u\n",
                 now(m.computing), std::popcount(open), static_cast<unsigned long long>(open), now(m.blocked),
                 now(m.parked), now(m.spinning));
    std::fprintf(
        out_, "  bell %u, a wake in flight %u, patience %u, watch wanted %u, watch on %u, stopping %d, shutting %u\n",
        now(m.bell), now(m.waking_), now(m.patience), now(m.watch_wanted), now(m.watch_on), now(m.stopping) ? 1 : 0,
        now(m.shutting_));
    for (std::uint32_t i = 0; i != ThreadManager::group_count; ++i) {
      ThreadGroup const& group = m.groups[i];
      if (now(group.taken) == 0) continue;
      std::fprintf(out_, "group %u: used %u of %u", i, now(group.used), now(group.limit));
      number(", inside of group ", now(group.outer));
      std::fputc('\n', out_);
    }
  }

  /// Slots that are in use, or that a bit in `wanting` names: a bit without a call is worth a look.
  void slots() const noexcept {
    for (std::uint32_t i = 0; i != ThreadManager::slot_count; ++i) {
      CallSlot const& slot = thread_manager.call_slots[i];
      std::uint32_t const word = now(slot.word);
      bool const wanting = (now(thread_manager.wanting) >> i & 1) != 0;
      if (word == 0 && !wanting) continue;
      static constexpr char const* pulls[] = {"ended", "ready", "taken", "later"};
      std::fprintf(out_, "slot %u:%s%s%s%s, joined %u of %u", i, (word & CallSlot::open) != 0 ? " open" : "",
                   (word & CallSlot::reserved) != 0 ? " reserved" : "",
                   (word & CallSlot::waiting) != 0 ? " waiting" : "", wanting ? " wanting" : "", word & CallSlot::count,
                   now(slot.most_joined));
      number(", made by an item of slot ", now(slot.parent));
      number(", in group ", now(slot.group));
      std::fprintf(out_, ", pull role %s, left behind %u\n", pulls[now(slot.pull) % 4], now(slot.left_behind));
      members(slot);
    }
  }

  void threads() const noexcept {
    static constexpr char const* states[] = {"free", "starting", "running"};
    for (WorkerThread const& thread : thread_manager.threads_) {
      std::uint32_t const state = now(thread.state);
      if (state == WorkerThread::free) continue;
      std::fprintf(out_, "library thread %u: %s, ", static_cast<std::uint32_t>(&thread - thread_manager.threads_) + 1,
                   states[state % 3]);
      system_thread(now(thread.system_id));
    }
#if defined(__linux__)
    // Callers are threads of the user's: all that the process has, one of which may sleep in a slot that waits.
    ::DIR* const tasks = ::opendir("/proc/self/task");
    if (tasks == nullptr) return;
    while (::dirent const* const entry = ::readdir(tasks)) {
      int const id = std::atoi(entry->d_name);
      if (id == 0) continue;
      std::fputs("system thread ", out_);
      system_thread(id);
    }
    ::closedir(tasks);
#endif
  }

 private:
  template <class T>
  static T now(atomic<T> const& word) noexcept {
    return word.load(std::memory_order_relaxed);  // each figure on its own
  }

  void number(char const* what, std::uint32_t value) const noexcept {
    if (value != ~std::uint32_t{0}) std::fprintf(out_, "%s%u", what, value);
  }

  void members(CallSlot const& slot) const noexcept {
    // acquire: pairs with the release of the caller that made the rack, as in has_work.
    Rack const* const rack = slot.rack.load(std::memory_order_acquire);
    if (rack == nullptr) return;
    for (std::uint32_t i = 0; i != now(slot.high) && i != rack->size; ++i) {
      Member const& member = rack->members[i];
      std::fprintf(out_, "  member %u: %s", i, slot.is_held(i) ? "held" : "free");
      if (int const id = now(member.system_id); id != 0) std::fprintf(out_, " by system thread %d", id);
      if (i == 0) std::fputs(", the caller's", out_);
      std::fprintf(out_, ", done %llu at %.3g ns each%s%s, queue", static_cast<unsigned long long>(now(member.done)),
                   static_cast<double>(now(member.cost)), now(member.queue.primary_taken_) != 0 ? ", being robbed" : "",
                   now(member.queue.secondary_taken_) != 0 ? ", in use" : "");
      bool empty = true;
      for (auto const& word : member.queue.words_) {
        QueueBlock const block = LimitedAccessQueue::unpack(now(word));
        if (block.empty()) continue;
        std::fprintf(out_, " [%u, %u)", block.first, block.last);
        empty = false;
      }
      std::fputs(empty ? " empty\n" : "\n", out_);
    }
  }

  /// "<id> (<name>) <letter of its state>, <where it sleeps in the system>"
  void system_thread(int id) const noexcept {
    std::fprintf(out_, "%d", id);
#if defined(__linux__)
    char path[64];
    char text[160];
    std::snprintf(path, sizeof path, "/proc/self/task/%d/stat", id);
    if (read(path, text)) {
      char* state = text;
      for (char* at = text; *at != '\0'; ++at) {
        if (*at == ')' && at[1] == ' ') state = at;  // a name may hold anything: the last one ends it
      }
      char const* name = text;
      while (*name != '\0' && *name != '(') ++name;
      std::fprintf(out_, " %.*s %c", static_cast<int>(state >= name ? state - name + 1 : 0), name,
                   *state == ')' ? state[2] : '?');
    } else {
      std::fputs(" gone", out_);
    }
    std::snprintf(path, sizeof path, "/proc/self/task/%d/wchan", id);
    if (read(path, text) && text[0] != '0') std::fprintf(out_, " %s", text);
#endif
    std::fputc('\n', out_);
  }

#if defined(__linux__)
  template <std::size_t size>
  static bool read(char const* path, char (&text)[size]) noexcept {
    std::FILE* const file = std::fopen(path, "r");
    if (file == nullptr) return false;
    std::size_t const got = std::fread(text, 1, size - 1, file);
    text[got] = '\0';
    std::fclose(file);
    return got != 0;
  }
#endif

  std::FILE* out_;
};

/// Prints the process's pool: its counters, each open call with its workers' queues, each thread and what it does.
inline void dump_state(std::FILE* out) noexcept {
  StateDump const dump(out);
  dump.pool();
  dump.slots();
  dump.threads();
  std::fflush(out);
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

#endif
