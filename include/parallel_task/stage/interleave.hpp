// interleave: the items of two ranges by turns, then the rest of the longer one.
//
// Pairing: how long each side is, is written by the puller while others read it (Boundary in chain.hpp); what it is
// needed for is told through a queue, whose pairing orders the two.
#pragma once

#include <parallel_task/core/problem.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/stage/chain.hpp>

#include <cstddef>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <indexed_source X, indexed_source Y>
struct Interleave {
  using Item = typename ChainedItem<typename X::Item, typename Y::Item>::type;
  using Value = typename ChainedItem<typename X::Value, typename Y::Value>::type;
  struct State {
    typename X::State x;
    typename Y::State y;
  };
  static constexpr bool pulls = X::pulls || Y::pulls;
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;
  static constexpr bool read_once = is_read_once<X> || is_read_once<Y>;
  static constexpr bool owns = owns_data<X> && owns_data<Y>;
  static constexpr Problem on_ranks = detail::problem_on_ranks<X, Y>();
  static constexpr bool lasting =
      lasting_items<X> && lasting_items<Y> &&
      (std::same_as<typename X::Item, typename Y::Item> || (lasting_reference<X> && lasting_reference<Y>));

  Interleave(X x, Y y) : x_(std::move(x)), y_(std::move(y)) {}

  void start() {
    x_.start();
    y_.start();
    note_ends();
  }
  [[nodiscard]] Known known() const {
    Known const x = known_of(x_);
    Known const y = known_of(y_);
    bool const x_ends_first = x.ended && x.positions <= y.positions;
    bool const y_ends_first = y.ended && y.positions <= x.positions;
    if (x_ends_first || y_ends_first) return {detail::plus(x.positions, y.positions), x.ended && y.ended};
    return {x.positions > y.positions ? detail::plus(detail::times(y.positions, 2), 1) : detail::times(x.positions, 2),
            false};
  }
  [[nodiscard]] std::size_t total() const {
    std::size_t const x = x_.total();
    std::size_t const y = y_.total();
    return x == unknown || y == unknown ? unknown : detail::plus(x, y);
  }
  Known pull(std::size_t want)
    requires(pulls)
  {
    read_to(detail::plus(known().positions, want));
    return known();
  }
  Known begin_sharing(State& state, std::size_t ran)
    requires(pulls)
  {
    Shares const shares = split(ran);
    if constexpr (X::pulls) (void)x_.begin_sharing(state.x, shares.x);
    if constexpr (Y::pulls) (void)y_.begin_sharing(state.y, shares.y);
    read_to(ran);
    return known();
  }
  void index_first(std::size_t n)
    requires(pulls)
  {
    Shares const shares = split(n);
    if constexpr (X::pulls) x_.index_first(shares.x);
    if constexpr (Y::pulls) y_.index_first(shares.y);
    read_to(n);
  }
  [[nodiscard]] State open() const { return State{x_.open(), y_.open()}; }
  void release(Block block) const noexcept
    requires(releasing<X> || releasing<Y>)
  {
    Shares const first = split(block.first);
    Shares const last = split(block.last);
    if constexpr (releasing<X>) {
      if (first.x != last.x) x_.release({first.x, last.x});
    }
    if constexpr (releasing<Y>) {
      if (first.y != last.y) y_.release({first.y, last.y});
    }
  }
  [[nodiscard]] Overlap overlap(Written const& written) {
    return detail::overlap_of(x_, written).with(detail::overlap_of(y_, written)).scattered();
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool at(State& state, std::size_t i, K&& k) const {
    As<std::remove_reference_t<K>> as{k};
    Shares const before = split(i);
    return is_of_x(i) ? x_.at(state.x, before.x, as) : y_.at(state.y, before.y, as);
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed(State& state, Block block, K& k) const {
    return detail::feed_by_index(At<Interleave>{*this, state}, block, k);
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

 private:
  /// How many of the first positions are those of each side.
  struct Shares {
    std::size_t x;
    std::size_t y;
  };
  template <class K>
  struct As {
    K& next;
    template <class T>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(T&& x) const {
      return next(static_cast<Item>(static_cast<T&&>(x)));
    }
  };

  template <class Side>
  [[nodiscard]] static Known known_of(Side const& side) {
    Known k = side.known();
    k.ended = k.ended || k.positions == side.total();  // a stage may skip what the range still has
    return k;
  }
  [[nodiscard]] Shares split(std::size_t n) const noexcept {
    std::size_t const x = x_end_.get();
    std::size_t const y = y_end_.get();
    std::size_t const turns = x < y ? x : y;
    if (n <= detail::times(turns, 2)) return {n / 2 + n % 2, n / 2};
    return x <= y ? Shares{x, n - x} : Shares{n - y, y};
  }
  [[nodiscard]] bool is_of_x(std::size_t i) const noexcept {
    std::size_t const x = x_end_.get();
    std::size_t const y = y_end_.get();
    return i < detail::times(x < y ? x : y, 2) ? i % 2 == 0 : x > y;
  }
  void note_ends() {
    note_end(x_, x_end_);
    note_end(y_, y_end_);
  }
  template <class Side, class End>
  static void note_end(Side const& side, End& end) {
    Known const k = known_of(side);
    if (k.ended) {
      end.set(k.positions);
    } else if (side.total() != unknown) {
      end.set(side.total());
    }
  }
  /// Makes `goal` positions known, or all. Each side is read no further than its share.
  void read_to(std::size_t goal) {
    note_ends();
    for (Known now = known(); now.positions < goal && !now.ended; now = known()) {
      Shares const shares = split(goal);
      if constexpr (X::pulls) read_side(x_, shares.x);
      if constexpr (Y::pulls) read_side(y_, shares.y);
      note_ends();
    }
  }
  template <class Side>
  static void read_side(Side& side, std::size_t goal) {
    Known const k = known_of(side);
    if (!k.ended && k.positions < goal) (void)side.pull(goal - k.positions);
  }

  X x_;
  Y y_;
  Boundary<pulls> x_end_;
  Boundary<pulls> y_end_;
};

template <source Other>
struct InterleaveStage {
  static constexpr bool is_stage = true;
  Other other;
  template <source Base>
  static consteval Problem problem() {
    if constexpr (!indexed_source<Base> || !indexed_source<Other>) {
      return Problem::index_lost;
    } else {
      constexpr bool fits = chainable<typename Base::Item, typename Other::Item> &&
                            chainable<typename Base::Value, typename Other::Value>;
      return fits ? Problem::none : Problem::chain_of_other_items;
    }
  }
  template <indexed_source Base>
  auto operator()(Base base) && {
    return Interleave<Base, Other>(std::move(base), std::move(other));
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
