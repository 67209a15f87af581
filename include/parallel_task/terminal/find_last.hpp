// find_last(p), last(): an item looked for from the end.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/stage/reverse.hpp>
#include <parallel_task/terminal/find.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Keeps the last hit that it is given. Positions come from the end if `from_end`, and a join is then with what lies
/// before.
template <class P, class Value, bool from_end>
struct LastHit {
  P const* predicate;
  std::optional<Value> found;

  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
    if (static_cast<bool>(detail::call(*predicate, detail::look(x)))) found.emplace(static_cast<X&&>(x));
    return true;
  }
  void join(LastHit&& other) {
    if (other.found && !(from_end && found)) found.emplace(std::move(*other.found));
  }
  template <class Archive>
  void carry(Archive& ar) {
    ar(found);
  }
};

/// A source without an index, from the last position to the first. The items of one position come in order, and the
/// run ends after the first position that has a hit. Only for `LastHit`.
template <source Base>
struct FromEnd {
  using Item = typename Base::Item;
  using Value = typename Base::Value;
  using State = typename Base::State;
  static constexpr bool pulls = false;
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;

  explicit FromEnd(Base base) : base_(std::move(base)) {}

  void start() {
    base_.start();
    if constexpr (Base::pulls) base_.index_first(unknown);
    size_ = base_.known().positions;
  }
  [[nodiscard]] Known known() const { return {size_, true}; }
  [[nodiscard]] std::size_t total() const { return size_; }
  [[nodiscard]] State open() const { return base_.open(); }
  template <class K>
  bool feed(State& state, Block block, K& k) const {
    for (std::size_t i = block.first; i != block.last; ++i) {
      if (!base_.feed(state, Block{size_ - 1 - i, size_ - i}, k) || k.found) return false;
    }
    return true;
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

 private:
  Base base_;
  std::size_t size_ = 0;
};

/// Whether positions may run from the end: not if a segment has to be whole (fold), if the end is found on the way
/// (take_while), or if what comes before has to be known (a scan).
template <class S>
inline constexpr bool runs_from_end = !S::whole_segments && S::cut == Cut::everything && !runs_in_two_turns<S>;

/// The last item that satisfies `predicate`, as a `std::optional<Value>`. It is looked for from the end, and an
/// exception thrown for an item before it is dropped. Where that can't be, all items are run.
template <class P>
struct FindLast {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS P predicate;

  template <bool from_end>
  struct InLine {
    static constexpr Cut cut = from_end ? Cut::later : Cut::everything;
    P const* predicate;
    template <class S>
    auto open(S const&) const {
      return LastHit<P, typename S::Value, from_end>{predicate, {}};
    }
    template <class Value>
    std::optional<Value> finish(LastHit<P, Value, from_end>&& all) const {
      return std::move(all.found);
    }
  };

  template <class S>
  static consteval Problem problem() {
    return Find<P, Cut::later>::template problem<S>();
  }
  template <class S, class How>
  std::optional<typename S::Value> operator()(S& source, How const& settings) {
    if constexpr (!runs_from_end<S>) {
      InLine<false> end{std::addressof(predicate)};
      return detail::run_terminal(source, end, settings);
    } else if constexpr (indexed_source<S>) {
      Reverse<S> reversed(std::move(source));
      Find<P, Cut::later> end{std::move(predicate)};
      return detail::run_terminal(reversed, end, settings);
    } else {
      FromEnd<S> reversed(std::move(source));
      InLine<true> end{std::addressof(predicate)};
      return detail::run_terminal(reversed, end, settings);
    }
  }
};

template <class P>
FindLast(P) -> FindLast<P>;

template <class P>
[[nodiscard]] auto make_find_last(P predicate) {
  return FindLast<P>{std::move(predicate)};
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
