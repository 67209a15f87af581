// The contract that sources, stages and terminals are written to.
#pragma once

#include <parallel_task/controller/job.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

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
