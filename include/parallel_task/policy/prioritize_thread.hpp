// From whose queue a worker steals first: strategies that give each queue a priority.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_VALUES {

/// What was seen of one worker's queue when it was polled: the argument of a strategy.
struct QueueLoad {
  std::size_t worker = 0;      ///< the worker's number within this call; 0 is the caller
  std::size_t items = 0;       ///< items that wait in its queue
  double cost_per_item = 0;    ///< nanoseconds, as its owner measured; 0 if not known yet
  std::size_t last_items = 0;  ///< `items` at the previous poll
  double since_last_poll = 0;  ///< nanoseconds since the previous poll
};

}  // namespace PARALLEL_TASK_VALUES

inline namespace PARALLEL_TASK_CODE {

/// A strategy: an object that gives each queue a priority, for `steal_from(strategy)`. A worker without work steals
/// from the queue with the highest priority; if that fails, from the next one.
///
///     auto const same = pt::parallel_iter(v).steal_from(pt::RateOfChange{}).sum();
///
/// `strategy(load)` returns a number. It is called by all workers, concurrently and as const, so it must be `noexcept`
/// and should depend on nothing but `load`. Of equal priorities the first queue wins. A queue whose priority is zero or
/// less is left alone.
template <class P>
concept PrioritizeThread = std::copy_constructible<P> && requires(P const& strategy, QueueLoad const& load) {
  { strategy(load) } noexcept -> std::convertible_to<double>;
};

/// The default strategy: first the queue with the most work left, measured in time (number of items x the owner's cost
/// per item).
struct Remaining {
  [[nodiscard]] constexpr double operator()(QueueLoad const& load) const noexcept {
    return static_cast<double>(load.items) * (load.cost_per_item > 0 ? load.cost_per_item : 1.0);
  }
};

/// First the queue that would take longest to empty at the rate seen since the last poll, so that slow workers are
/// helped first.
struct RateOfChange {
  [[nodiscard]] constexpr double operator()(QueueLoad const& load) const noexcept {
    double const done = load.last_items > load.items ? static_cast<double>(load.last_items - load.items) : 0.0;
    double const left = static_cast<double>(load.items);
    return done > 0 ? left * load.since_last_poll / done : left * (load.since_last_poll + 1.0);
  }
};

/// First the queue that has lost the smallest share of its items since the last poll; of equal ones the longer one.
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
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
