// Who is robbed first: strategies turn a snapshot of the queues' loads into the queue-priority vector.
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

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
