// WorkerController, every worker now and then: blocked, too many, told to stop.
#pragma once

#include <parallel_task/controller/worker_controller.hpp>
#include <parallel_task/platform/cold.hpp>

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
