// for_each_ordered(f, window): f in input order, one call at a time, while the workers compute ahead.
#pragma once

#include <parallel_task/controller/notes_thrown.hpp>
#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/terminal/waiting_item.hpp>
#include <parallel_task/terminal/windowed.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The terminal of a `Windowed` pipeline: no item reaches it, except what waited for the end of a segment.
template <class S, class F>
struct Consumed {
  Windowed<S, F> const& windowed;

  struct Nothing {};
  struct Accumulator {
    PARALLEL_TASK_NO_UNIQUE_ADDRESS std::conditional_t<S::whole_segments, typename Windowed<S, F>::Late, Nothing> late;
    template <class X>
    bool operator()(X&&) const noexcept {
      return true;
    }
    /// Nothing waits in it, which is so unless a stage has kept something back (fold).
    [[nodiscard]] bool is_void() const noexcept {
      if constexpr (S::whole_segments) return late.items.empty() && !late.failure;
      return true;
    }
    void join([[maybe_unused]] Accumulator&& later) noexcept {
      if constexpr (S::whole_segments) {
        late.items.join(std::move(later.late.items));
        late.failure = std::move(later.late.failure);
      }
    }
  };
  Accumulator open(Windowed<S, F> const&) const noexcept { return {}; }
  void finish([[maybe_unused]] Accumulator&& all) const {
    windowed.rethrow();
    if constexpr (S::whole_segments) windowed.consume(all.late);
  }
};

/// Calls `f` with every item in input order, one call at a time, on changing threads. Workers compute at most `window`
/// positions beyond the one that `f` is at, so memory is bounded. If a closure or `f` throws, `f` has had all items
/// before that and no others, as in a loop. Items that wait are moved. References wait as references if what they refer
/// to is sure to last (items of a borrowed container), otherwise they are copied.
template <class F>
struct ForEachOrdered {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F f;
  std::size_t window;

  ForEachOrdered(F closure, std::size_t ahead) : f(std::move(closure)), window(ahead) {
    if (window == 0) {
      detail::throw_invalid_argument("parallel_task::for_each_ordered: a window of 0 items lets no item be computed");
    }
  }

  /// Whether `f` changes what items refer to, which ranks must not (pipeline/on.hpp).
  template <class Item>
  static constexpr bool changes = changes_items<F, Item>;

  template <class S>
  static consteval Problem problem() {
    return problem_where<S, Waiting<S>>();
  }
  template <class S, class Wait>
  static consteval Problem problem_where() {
    if constexpr (detail::effect_problem<F, typename S::Item>() != Problem::none) {
      return detail::effect_problem<F, typename S::Item>();
    } else if constexpr (!concurrently_callable<F, typename Wait::Given>) {
      return Problem::ordered_changes_copy;
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
    NotesThrown consuming(settings.observation);  // `f` may throw after the report has been filled
    detail::run_terminal(windowed, end, settings);
    consuming.pass();
  }
  /// On the ranks of a world, where items wait as values.
  template <class S, placed_run P>
  void operator()(S& source, P const& placed) {
    static_assert(problem_where<S, Waiting<S, false>>() == Problem::none,
                  "parallel_task: with on(w), items wait for f as values: f takes them by value or by const reference, "
                  "and they can be copied");
    if (placed.is_shared()) {
      placed.run_in_order(source, f, window);
    } else {
      (*this)(source, placed.here());
    }
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
