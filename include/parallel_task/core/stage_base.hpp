// What sources and stages derive from, by what they change; each base leaves about ten lines to write.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/feed.hpp>
#include <parallel_task/core/lasting.hpp>
#include <parallel_task/core/maybe.hpp>
#include <parallel_task/core/overlap.hpp>
#include <parallel_task/core/problem.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/platform/invariant.hpp>

#include <cstddef>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

//   ByIndex      a source whose items are a function of their position    vectors, indices
//   ByStep       a stage that looks at one item after the other           map, filter
//   ByState      the same with a state for each segment                   map_init, fold
//   ByPosition   a stage that has other positions than its base           take, drop, stride
//   OverWalk     a stage that keeps the positions and state of its base   enumerate
//   Over         what these stages have in common: all is handed on
//
// What they promise to the engine, and it to them, is told in core/concepts.hpp; tests/core/contract.cpp checks it.

struct Stateless {};

/// Whether a source reads what can be read only once, so that whatever it reads too far is lost.
template <class S>
inline constexpr bool is_read_once = requires { requires S::read_once; };

/// Whether a source owns all that it reads, so that the pipeline may go on when what it was made of is gone: it says
/// so.
template <class S>
inline constexpr bool owns_data = requires { requires S::owns; };

/// Whether a source is computed in two turns, so that some of its positions become known only once others have run (a
/// scan): whoever is above may not wait for more of them before it lets those run.
template <class S>
inline constexpr bool runs_in_two_turns = requires { requires S::two_turns; };

/// Why the stages of a source can't run on several ranks (pipeline/on.hpp): the first reason of those that there are.
template <class S>
consteval Problem problem_on_ranks() {
  if constexpr (requires { S::on_ranks; }) {
    return S::on_ranks;
  } else {
    return Problem::none;
  }
}
template <class First, class Second, class... Others>
consteval Problem problem_on_ranks() {
  constexpr Problem first = detail::problem_on_ranks<First>();
  return first != Problem::none ? first : detail::problem_on_ranks<Second, Others...>();
}

/// A source whose items are a function of the index: `D` gives `total()` and `at(state, i, next)`.
template <class D>
struct ByIndex {
  using State = Stateless;
  static constexpr bool pulls = false;
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;

  void start() {}
  [[nodiscard]] Known known() const { return {static_cast<D const&>(*this).total(), true}; }
  [[nodiscard]] State open() const { return {}; }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed(State& state, Block block, K& k) const {
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
  static constexpr bool read_once = is_read_once<Base>;
  static constexpr bool owns = owns_data<Base>;
  static constexpr bool two_turns = runs_in_two_turns<Base>;
  static constexpr Problem on_ranks = detail::problem_on_ranks<Base>();

  Base base_;

  explicit Over(Base base) : base_(std::move(base)) {}
  void start() { base_.start(); }
  [[nodiscard]] Known known() const { return base_.known(); }
  [[nodiscard]] std::size_t total() const { return base_.total(); }
  [[nodiscard]] Known pull(std::size_t want)
    requires(Base::pulls)
  {
    return base_.pull(want);
  }
  [[nodiscard]] Known begin_sharing(State& state, std::size_t ran)
    requires(Base::pulls)
  {
    return base_.begin_sharing(state, ran);
  }
  void index_first(std::size_t n)
    requires(Base::pulls)
  {
    base_.index_first(n);
  }
  [[nodiscard]] State open() const { return base_.open(); }
  void release(Block block) const noexcept
    requires releasing<Base>
  {
    base_.release(block);
  }
  [[nodiscard]] Overlap overlap(Written const& written) { return detail::overlap_of(base_, written); }
};

/// The same where each position is that of the base, with its state: it is walked as the base is.
template <source Base>
struct OverWalk : Over<Base> {
  using State = typename Base::State;
  using Over<Base>::Over;

  [[nodiscard]] std::size_t walk(State const& state, std::size_t n) const
    requires walkable<Base>
  {
    return this->base_.walk(state, n);
  }
  [[nodiscard]] std::size_t join_walk(State& state, std::size_t n)
    requires joins_walk<Base>
  {
    return this->base_.join_walk(state, n);
  }
  void leave_walk(State& state)
    requires joins_walk<Base>
  {
    this->base_.leave_walk(state);
  }
};

/// A stage as a loop reads it: a copy, where it has a closure that is copied_for_loop and a base that is as cheap to
/// copy. Only its closure is used of that.
template <class D>
struct LoopStage {
  using type = D const&;
};
template <class D>
  requires copied_for_loop<typename D::Closure> && copied_for_loop<D>
struct LoopStage<D> {
  using type = D const;
};

/// A stage that looks at one item after the other: `D` gives `step(item, next) -> bool`, and `keeps_index = true` where
/// every item gives exactly one. `Closure`: what is called with each item, if `step` has nothing else.
template <class D, source Base>
struct ByStep : OverWalk<Base> {
  using State = typename Base::State;
  using OverWalk<Base>::OverWalk;

  void in_any_order()
    requires reorderable<Base>
  {
    this->base_.in_any_order();
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed(State& state, Block block, K& k) const {
    typename LoopStage<D>::type stage = static_cast<D const&>(*this);
    Through<D, K> through{stage, k};
    return this->base_.feed(state, block, through);
  }
  [[nodiscard]] bool is_open_ended() const
    requires maybe_open_ended<Base>
  {
    return this->base_.is_open_ended();
  }
  template <class K>
  bool close(State& state, K& k) const {
    Through<D, K> through{static_cast<D const&>(*this), k};
    return this->base_.close(state, through);
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool at(State& state, std::size_t i, K&& k) const
    requires indexed_source<Base> && (D::keeps_index)
  {
    Through<D, std::remove_reference_t<K>> through{static_cast<D const&>(*this), k};
    return this->base_.at(state, i, through);
  }
};

/// A stage with a state per segment: `D` gives `make() -> Own`, `step(own, item, next)`, `keeps_index` as above and, if
/// it keeps something back, `flush(own, next)`. The state is made when the segment gets its first block, so at most
/// once, and ends with it (see Run::retire), not with what the terminal gathered there.
template <class D, source Base, class Own>
struct ByState : Over<Base> {
  struct State {
    typename Base::State base;
    Maybe<Own> own;
  };
  using Over<Base>::Over;

  [[nodiscard]] Known begin_sharing(State& state, std::size_t ran)
    requires(Base::pulls)
  {
    return this->base_.begin_sharing(state.base, ran);
  }
  [[nodiscard]] std::size_t walk(State const& state, std::size_t n) const
    requires walkable<Base>
  {
    return this->base_.walk(state.base, n);
  }
  [[nodiscard]] std::size_t join_walk(State& state, std::size_t n)
    requires joins_walk<Base>
  {
    return this->base_.join_walk(state.base, n);
  }
  void leave_walk(State& state)
    requires joins_walk<Base>
  {
    this->base_.leave_walk(state.base);
  }
  void in_any_order()
    requires reorderable<Base>
  {
    this->base_.in_any_order();
  }
  [[nodiscard]] State open() const { return State{this->base_.open(), {}}; }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed(State& state, Block block, K& k) const {
    ThroughOwn<D, Own, K> through{static_cast<D const&>(*this), own(state), k};
    return this->base_.feed(state.base, block, through);
  }
  [[nodiscard]] bool is_open_ended() const
    requires maybe_open_ended<Base>
  {
    return this->base_.is_open_ended();
  }
  template <class K>
  bool close(State& state, K& k) const {
    if (!state.own) return true;  // no block came, so that nothing waits here or below
    // A stage below may still hold items back; they pass through this one first.
    bool more = true;
    if constexpr (Base::whole_segments) {
      ThroughOwn<D, Own, K> through{static_cast<D const&>(*this), own(state), k};
      more = this->base_.close(state.base, through);
    }
    if constexpr (requires { static_cast<D const&>(*this).flush(*state.own, k); }) {
      return static_cast<D const&>(*this).flush(*state.own, k) && more;
    }
    return more;
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool at(State& state, std::size_t i, K&& k) const
    requires indexed_source<Base> && (D::keeps_index)
  {
    ThroughOwn<D, Own, std::remove_reference_t<K>> through{static_cast<D const&>(*this), own(state), k};
    return this->base_.at(state.base, i, through);
  }

 protected:
  Own& own(State& state) const {
    if (!state.own) state.own.put([this]() -> Own { return static_cast<D const&>(*this).make(); });
    return *state.own;
  }
};

// Numbers of positions, of which `unknown` is the most: results that would be larger are `unknown`.
[[nodiscard]] constexpr std::size_t plus(std::size_t a, std::size_t b) noexcept {
  return a > unknown - b ? unknown : a + b;
}
[[nodiscard]] constexpr std::size_t times(std::size_t a, std::size_t b) noexcept {
  return b != 0 && a > unknown / b ? unknown : a * b;
}

/// A stage has more positions than its base, and these cannot be counted.
[[noreturn]] PARALLEL_TASK_COLD inline void throw_too_many_positions() {
  detail::throw_length_error(
      "parallel_task: chain or intersperse gives more items than std::size_t can count: take fewer of the range");
}

template <class D>
concept limits_positions = requires(D const& d) { d.most(); };
template <class D>
concept completes_at_end = requires(D const& d, std::size_t n) { d.ours_at_end(n); };
template <class D>
concept leaves_positions = requires(D const& d, std::size_t n) { d.spent(n); };

/// A stage that has other positions than its base. `D` gives `at(state, i, next)` and two functions, as const, from
/// which known, total, pull, begin_sharing, index_first and release follow:
///
/// - `ours(n)`: how many positions it has when n of its base are known.
/// - `theirs(n)`: how many of its base have to be known for n of its own; `theirs(0)` is 0. A stream is read so far and
///   no further.
///
/// Neither decreases with n. Both are asked about any n up to `unknown`: compute with `plus` and `times`. Optional:
///
/// - `most()`: how many it has at the most, however long the base is. take(m): most = m, ours = theirs = min(n, m).
/// - `ours_at_end(n)`: instead of ours(n) when the base has ended with n, if that completes one more. In chunks of m
///   items: ours = n / m, ours_at_end = n / m rounded up, theirs = times(n, m).
/// - `spent(n)`: how many of its base are of no more use when the first n of its own have run, if fewer than theirs(n).
///   With separators between the items: ours = 2 n - 1, theirs = n / 2 + 1, spent = n / 2 rounded up.
///
/// Each position of the base may be asked for by one position of its own only.
template <class D, source Base>
struct ByPosition : Over<Base> {
  using State = typename Base::State;
  using Over<Base>::Over;

  [[nodiscard]] Known known() const { return over(this->base_.known()); }
  [[nodiscard]] std::size_t total() const {
    std::size_t all = 0;
    return detail::knows_total(this->base_, all) ? over({all, true}).positions : unknown;
  }
  [[nodiscard]] Known pull(std::size_t want)
    requires(Base::pulls)
  {
    Known const base = this->base_.known();
    Known const have = over(base);
    if (have.ended) return have;
    std::size_t const goal = self().theirs(detail::plus(have.positions, want));
    return goal > base.positions ? over(this->base_.pull(goal - base.positions)) : have;
  }
  [[nodiscard]] Known begin_sharing(State& state, std::size_t ran)
    requires(Base::pulls)
  {
    std::size_t const all = this->base_.known().positions;
    std::size_t const spent = used(ran) < all ? used(ran) : all;  // the last may have made do with fewer
    Known base = this->base_.begin_sharing(state, spent);
    if constexpr (leaves_positions<D>) {
      // What has run is known, also where it made use of a position that is still needed.
      std::size_t const needed = self().theirs(ran);
      while (base.positions < needed && !base.ended) base = this->base_.pull(needed - base.positions);
    }
    Known const now = over(base);
    PARALLEL_TASK_INVARIANT(now.positions >= ran, "a stage knows all positions that have run: see ours and theirs");
    return now;
  }
  void index_first(std::size_t n)
    requires(Base::pulls)
  {
    this->base_.index_first(self().theirs(n));
  }
  void release(Block block) const noexcept
    requires(releasing<Base> &&
             !completes_at_end<D>)  // whose last position has fewer of the base, nobody knows how few
  {
    this->base_.release({used(block.first), used(block.last)});
  }
  [[nodiscard]] Overlap overlap(Written const& written) {
    return detail::overlap_of(this->base_, written).scattered();  // `at` may ask for any position
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed(State& state, Block block, K& k) const {
    return detail::feed_by_index(At<D>{self(), state}, block, k);
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

 private:
  [[nodiscard]] D const& self() const noexcept { return static_cast<D const&>(*this); }
  /// What is known when so much of the base is.
  [[nodiscard]] Known over(Known base) const {
    std::size_t n = self().ours(base.positions);
    if constexpr (completes_at_end<D>) {
      if (base.ended) n = self().ours_at_end(base.positions);
    }
    if constexpr (limits_positions<D>) {
      return {n, base.ended || n >= self().most()};
    } else {
      return {n, base.ended};
    }
  }
  [[nodiscard]] std::size_t used(std::size_t n) const noexcept {
    if constexpr (leaves_positions<D>) {
      return self().spent(n);
    } else {
      return self().theirs(n);
    }
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
