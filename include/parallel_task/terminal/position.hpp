// position_first(p), position_last(p), position_any(p): where an item is that satisfies p.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/problem.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/core/search.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/stage/enumerate.hpp>
#include <parallel_task/stage/reverse.hpp>

#include <cstddef>
#include <optional>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// As PositionFirst below, over pairs of position and item, which can be compared many at once (core/search.hpp).
template <class P, Cut What>
struct NumberFirst {
  static constexpr Cut cut = What;
  P const* predicate;

  struct Accumulator {
    static constexpr bool unordered = What == Cut::everything;
    static constexpr std::size_t unroll = 4;
    P const* predicate;
    std::size_t found = unknown;

    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
      return !wanted(x) || take(x);
    }
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool wanted(X&& x) const {
      return static_cast<bool>(detail::call(*predicate, detail::look(x.second)));
    }
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool take(X&& x) noexcept {
      if (found == unknown) found = x.first;
      return false;
    }
    void join(Accumulator&& later) noexcept {
      if (found == unknown) found = later.found;
    }
    template <class Archive>
    void carry(Archive& ar) {
      ar(found);
    }
  };

  template <class S>
  Accumulator open(S const&) const {
    return {predicate};
  }
  std::size_t finish(Accumulator&& all) const noexcept { return all.found; }
};

/// The position of an item that satisfies `predicate`. No item is copied or moved. `Cut::later`: of the first in order;
/// an exception thrown for a later item is dropped. `Cut::everything`: of any; the answer or exception that comes first
/// in time wins.
template <class P, Cut What = Cut::later>
struct PositionFirst {
  static constexpr Cut cut = What;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS P predicate;

  struct Accumulator {
    static constexpr bool unordered = What == Cut::everything;
    P const* predicate;
    std::size_t next = 0;  // the position of the next item
    std::size_t found = unknown;

    void seek(std::size_t position) noexcept { next = position; }
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
      if (!static_cast<bool>(detail::call(*predicate, detail::look(x)))) {
        ++next;
        return true;
      }
      if (found == unknown) found = next;
      return false;
    }
    void join(Accumulator&& later) noexcept {
      if (found == unknown) found = later.found;
    }
    template <class Archive>
    void carry(Archive& ar) {
      ar(found);
    }
  };

  template <class S>
  static consteval Problem problem() {
    if constexpr (!indexed_source<S>) {
      return Problem::position_lost;
    } else {
      return detail::predicate_problem<P, typename S::Item>();
    }
  }
  template <class S>
  Accumulator open(S const&) const {
    return {std::addressof(predicate)};
  }
  std::optional<std::size_t> finish(Accumulator&& all) const noexcept { return position_of(all.found); }

  /// Of items in memory, which may be numbers. For others, a pair with a position would be a move of each item.
  template <class S, class How>
    requires(plain_source<S>)
  std::optional<std::size_t> operator()(S& source, How const& settings) const {
    Enumerate<S> numbered(std::move(source));
    NumberFirst<P, What> end{std::addressof(predicate)};
    return position_of(detail::run_terminal(numbered, end, settings));
  }

 private:
  static std::optional<std::size_t> position_of(std::size_t found) noexcept {
    return found == unknown ? std::nullopt : std::optional<std::size_t>(found);
  }
};

template <class P>
PositionFirst(P) -> PositionFirst<P>;

/// The position of the last item that satisfies `predicate`, looked for from the end. An exception thrown for an item
/// before it is dropped.
template <class P>
struct PositionLast {
  PositionFirst<P> from_end;

  // No aggregate: Clang 16 crashes on one that is made of closures in turn.
  explicit PositionLast(P predicate) : from_end{std::move(predicate)} {}

  template <class S>
  static consteval Problem problem() {
    return PositionFirst<P>::template problem<S>();
  }
  template <class S, class How>
  std::optional<std::size_t> operator()(S& source, How const& settings) const {
    Reverse<S> reversed(std::move(source));
    std::optional<std::size_t> found;
    if constexpr (requires { from_end(reversed, settings); }) {
      found = from_end(reversed, settings);
    } else {
      found = detail::run_terminal(reversed, from_end, settings);
    }
    if (found) found = reversed.total() - 1 - *found;
    return found;
  }
};

template <class P>
[[nodiscard]] auto make_position_first(P predicate) {
  return PositionFirst<P>{std::move(predicate)};
}
template <class P>
[[nodiscard]] auto make_position_any(P predicate) {
  return PositionFirst<P, Cut::everything>{std::move(predicate)};
}
template <class P>
[[nodiscard]] auto make_position_last(P predicate) {
  return PositionLast<P>(std::move(predicate));
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
