// The contract that sources, stages and terminals are written to.
#pragma once

#include <parallel_task/controller/job.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

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

// A source is a pipeline so far: a range, with the stages that have been put on it. It has *positions* 0, 1, 2, ...,
// which the engine deals out in blocks; fed to a sink, a block gives items, on any thread. Where every position gives
// exactly one item the source is *indexed*; after a filter a position gives one item or none.
//
// Its life, with what the engine may do in each part of it:
//
//   start()        the range is looked at
//   alone          one thread runs the first `ran` positions, in order, with one state:  open() feed() pull()
//   begin_sharing()  once, if other threads are to help
//   all together   known positions run in any order, on any thread, in many states:      open() feed() at() release()
//                  and one thread at a time makes more of them known:                    pull()
//   close()        each state gives what its stages have kept back
//
// The promises, by number. tests/core/contract.hpp checks all of them without an engine.
//
//  1. `start()` is called once, by the calling thread, before everything else. It looks at the range; nothing does so
//     before it.
//  2. `total()` is how many positions there will be, or `unknown`. It does not change after start().
//  3. `known()` is how many positions are known now, and whether these are all (`ended`). If they are, total() is the
//     same number or `unknown`. A source that does not pull knows everything from start() on. Nobody asks while another
//     thread pulls.
//  4. `open()` makes the state of a segment. Called concurrently; a state is used by one thread at a time.
//  5. `feed(state, block, sink)` gives the items of a block, which is known and not empty, in order, until the sink
//     says `false`; it returns whether the sink never did. (A stage that cuts by order may say `false` as well.) Called
//     concurrently, with different states. Blocks give the same items whatever their sizes, whatever the order in which
//     they run, and whichever states run them. Each position runs at most once.
//  6. `at(state, i, next)` gives `next` the item at position i, which is known and has not run, and returns what `next`
//     says. Otherwise as feed. Only `indexed_source`.
//  7. `close(state, sink)` gives the items that stages have kept back in a segment (fold), and returns as feed does. It
//     is called only where `whole_segments`, once for each segment, when no more of its blocks come; concurrently for
//     different segments. The state is destroyed after it.
//
// Where `pulls`:
//
//  8. `pull(want)` makes about `want` more positions known and returns known(). At least one more, unless it finds the
//     end; never fewer than before. pull(0) changes nothing. One thread at a time; not called after the end. A stream
//     is read no further than is needed for the positions asked for. A scan may give none, until known ones have run.
//  9. `begin_sharing(state, ran)` is called at most once, by the calling thread, before a second thread comes in; not
//     where feed has returned `false` or thrown: nobody else helps then. `state` is the one that has run the first
//     `ran` positions. It returns known(). That may be less than before, since one thread may have walked along what
//     others must be shown; but never fewer than `ran`: those have run, and the engine goes on after them.
// 10. `index_first(n)` takes the place of begin_sharing() for a stage that does not begin at the front, such as
// reverse:
//     called after start(), before anything runs, it makes the first n positions known at once (or all, if there are
//     fewer), and they run in any order. Later positions do not run.
//
// Optional:
//
// 11. `is_open_ended()`: while it is alone, a thread may feed blocks that reach beyond what is known, in order.
//     Positions after the end give nothing, and `Block{first, unknown}` is all the rest. After any other block pull(0)
//     tells how many positions there were, and whether that was all.
// 12. `release(block)`: these positions have run, and neither feed nor at asks for them again. Called concurrently, or
//     never; it changes no item.
// 13. `walk(state, n)`: makes up to n steps beyond where `state` has come, forgets them, and returns how many there
//     were. One step is one position. Only alone: it tells what a step costs, before other threads make it as well.
//     What it throws is not passed on: feed or pull throws it again, after the positions before it.
// 14. `join_walk(state, n)`, `leave_walk(state)`: once it has begun sharing, for whoever holds the pull role. The first
//     takes `state` to where pulling has come, and says how many of the next n positions it may feed now, from there,
//     although they are not known; fewer run if the range ends. The second says that they have been fed, and pulling
//     goes on behind them.
// 15. `in_any_order()`: called before start(), by the calling thread, if the result of the run does not depend on the
//     order of the items: positions may then be those of another order, which is better for the caches.

/// What `source` asks of every source, at the least: the members that say by type what the engine has to do.
///
/// - `Item`: what a closure gets, a reference or a value. `Value`: what a container stores.
/// - `State`: what one segment keeps; empty for most.
/// - `pulls`: true where positions become known bit by bit, through `pull`.
/// - `cut`: `Cut::later` if a stage in it ends the input by order (take_while), else `Cut::everything`.
/// - `whole_segments`: true if a segment must be a contiguous run of positions that is closed (fold).
/// - `lasting` (optional): true if whatever items refer to lives until the terminal has returned (core/lasting.hpp).
/// - `owns` (optional): true if it refers to nothing outside of itself, closures aside (see `owns_data`).
/// - `start()`, `known()`, `total()`: promises 1 to 3 in core/concepts.hpp.
template <class S>
concept source = std::move_constructible<S> && requires(S& s, S const& c) {
  typename S::Item;
  typename S::Value;
  typename S::State;
  requires std::same_as<decltype(S::pulls), bool const>;
  requires std::same_as<decltype(S::cut), Cut const>;
  requires std::same_as<decltype(S::whole_segments), bool const>;
  s.start();
  { c.known() } -> std::same_as<Known>;
  { c.total() } -> std::same_as<std::size_t>;
};

/// A source whose every position is exactly one item that any worker can compute alone: promise 6 in core/concepts.hpp.
///
/// `at` hands the item on rather than returning it because the item may refer to what lives no longer than the call: to
/// the value that a stage below has made, or to an iterator that holds its item. `state` makes neighbours quick to
/// find.
template <class S>
concept indexed_source = source<S> && requires(S const& s, typename S::State& state, std::size_t i,
                                               detail::AnySink<typename S::Item>& next) {
  { s.at(state, i, next) } -> std::same_as<bool>;
};

/// The whole contract, which `source` leaves out for the sake of compile time; authors of sources and stages assert it
/// in a test (tests/core/stage_base.cpp) and check what it promises in another (tests/core/contract.cpp).
template <class S>
concept complete_source =
    source<S> && requires(S const& c, typename S::State& state, Block block, detail::AnySink<typename S::Item>& k) {
      { c.open() } -> std::same_as<typename S::State>;
      { c.feed(state, block, k) } -> std::same_as<bool>;
      { c.close(state, k) } -> std::same_as<bool>;
    } && (!S::pulls || requires(S& s, typename S::State& state) {
      { s.pull(std::size_t{1}) } -> std::same_as<Known>;
      { s.begin_sharing(state, std::size_t{1}) } -> std::same_as<Known>;
      s.index_first(std::size_t{1});
    });

namespace detail {

template <class S>
concept maybe_open_ended = requires(S const& s) { s.is_open_ended(); };

template <class S>
concept walkable = requires(S const& s, typename S::State const& state) {
  { s.walk(state, std::size_t{1}) } -> std::same_as<std::size_t>;
};

template <class S>
concept joins_walk = requires(S& s, typename S::State& state) {
  { s.join_walk(state, std::size_t{1}) } -> std::same_as<std::size_t>;
};

template <class S>
concept reorderable = requires(S& s) { s.in_any_order(); };

template <class S>
concept releasing = requires(S const& s, Block block) { s.release(block); };

/// How many positions a source that has started has; false if that is not known. One that does not pull always knows,
/// also if it has as many as `unknown` says.
template <class S>
[[nodiscard]] constexpr bool knows_total(S const& source, std::size_t& total) {
  total = source.total();
  return !S::pulls || total != unknown;
}

}  // namespace detail

/// What a terminal gathers in one segment: a sink that can be joined with the accumulator of a later segment.
///
/// Optional: `seek(position)`, called before each block. `lanes` and `lane(j, item)` (see `laned`).
/// `static constexpr bool unordered = true`: blocks may come in any order, and so may joins.
/// A small trivially copyable accumulator (see most_in_registers) is copied into a local for each block and written
/// back, also when a closure throws.
template <class A, class S>
concept accumulator = std::move_constructible<A> && sink<A, typename S::Item> &&
                      requires(A& a, A&& later) { a.join(static_cast<A&&>(later)); };

/// What ends a pipeline and gives its result.
///
/// - `open(source)`: a segment's accumulator; called concurrently. - `finish(accumulator)`: the result.
/// Optional: `static constexpr Cut cut`: what is no longer wanted once an accumulator said `false` (default:
/// everything). `prepare(source)` or `prepare(source, settings)`: on the calling thread, between `start()` and the
/// first `open`.
template <class T, class S>
concept terminal = requires(T& t, T const& c, S const& s) {
  { c.open(s) } -> accumulator<S>;
  t.finish(c.open(s));
};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
