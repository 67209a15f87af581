// WorkerController, watched: what it tells a report, a trace and a progress callback. Nothing here is compiled into
// programs that ask for none of them.
#pragma once

#include <parallel_task/controller/worker_controller.hpp>
#include <parallel_task/platform/cold.hpp>

namespace parallel_task {
inline namespace v0_1 {

/// Called on the calling thread before anything has run.
inline void WorkerController::begin_watching(Standing& at) {
  detail::Watching& watching = *watching_;
  started_ = detail::ticks();
  if (watching.watch.trace != nullptr && watching.watch.trace->begin()) {
    watching.trace = watching.watch.trace;
    watching.row = watching.trace->row_of(&detail::this_thread, detail::this_thread.thread);
  }
  if (watching.watch.tell != nullptr) {
    watching.next = &at.next;
    watching.known = &at.known;
    watching.tell_at = started_ + ticks_of(watching.watch.interval);
    // It is told where a stop token is asked: at every claim boundary, and between the strips of a run on one thread.
    watching.stop_requested = settings_.stop_requested;
    watching.stop_token = settings_.stop_token;
    settings_.stop_requested = &WorkerController::ask_and_tell;
    settings_.stop_token = this;
  }
}

/// Called on the calling thread when all have left. `thrown` is what the run is going to throw.
inline void WorkerController::end_watching(RunReason reason, std::exception_ptr& thrown) {
  detail::Watching& watching = *watching_;
  Ticks const now = detail::ticks();
  if (!thrown) thrown = watching.failure;
  if (watching.trace != nullptr && alone_ != 0) {
    Ticks const end = slot_ == nullptr ? now : published_;
    // The first of the row in time, whatever came before it into the row.
    watching.trace->record_first(watching.row, {started_, end, 0, alone_, 0, TraceKind::claim});
  }
  RunReport report;
  detail::guarded([&] { fill_report(report, reason, now); },
                  [&](std::exception_ptr error) {
                    if (!thrown && watching.watch.report != nullptr) thrown = std::move(error);
                  });
  if (watching.trace != nullptr) {
    auto const rate = static_cast<double>(detail::clock::rate.load(std::memory_order_relaxed));
    watching.trace->end(started_, rate, detail::thread_manager.options().thread_name_prefix);
    // Short of memory, a trace does without a part; the run is not worse for it.
    detail::guarded([&] { watching.trace->report_ = report; }, [](std::exception_ptr) {});
    watching.trace->give_back();
  }
  if (watching.watch.report != nullptr) *watching.watch.report = std::move(report);
  bool const succeeded = !thrown && outcome_.load(std::memory_order_relaxed) == going;
  if (watching.watch.tell != nullptr && succeeded) {
    Progress progress = progress_at(now);
    progress.finished = true;
    progress.total = bound() == unknown ? progress.done : progress.total;
    progress.left = std::chrono::nanoseconds(0);
    detail::guarded([&] { watching.watch.tell(watching.watch, progress); },
                    [&](std::exception_ptr error) { thrown = std::move(error); });
  }
}

// --- trace ----------------------------------------------------------------------------------------------------------

/// Each worker as it begins to work here; the caller every time that it comes back from waiting.
inline void WorkerController::note_joined(WatchedHand& hand) {
  using namespace detail;
  Watching& watching = *watching_;
  watching.thread_of[hand.me].store(this_thread.thread, std::memory_order_relaxed);
  hand.items_before = hand.member.counts.items;
  if (watching.trace == nullptr) return;
  hand.row = hand.me == 0 ? watching.row : watching.trace->row_of(&this_thread, this_thread.thread);
  ThreadState& self = this_thread;
  if (hand.me != 0 && self.woken_at > started_) {
    watching.trace->record(hand.row, {self.parked_at, self.woken_at, 0, 0, self.woken_by, TraceKind::park});
    self.woken_at = 0;  // told once
  }
}

/// Before a claim is run.
inline void WorkerController::note_claimed(WatchedHand& hand, QueueBlock claim) {
  hand.claimed = hand.now;
  hand.first = positions_of(claim.first, claim.last).first;
}

/// After a claim, or what has been run of it when an item threw.
inline void WorkerController::note_ran(WatchedHand& hand) {
  using namespace detail;
  Watching& watching = *watching_;
  std::uint64_t const items = hand.member.counts.items - hand.items_before;
  hand.items_before = hand.member.counts.items;
  if (items == 0) return;
  if (!hand.told) {
    hand.told = true;
    if (hand.me != 0 && hand.member.counts.first_item_ns <= 0) {
      hand.member.counts.first_item_ns = elapsed_ns(started_, hand.claimed);
    }
    watching.took_part();
  }
  if (watching.trace == nullptr) return;
  watching.trace->record(hand.row, {hand.claimed, hand.now, hand.first, items, 0, TraceKind::claim});
}

inline void WorkerController::note_stolen(WatchedHand& hand, std::uint32_t victim, QueueBlock stolen) {
  detail::Watching& watching = *watching_;
  if (watching.trace == nullptr) return;
  Block const block = positions_of(stolen.first, stolen.last);
  watching.trace->record(hand.row, {hand.now, detail::ticks(), block.first, block.size(),
                                    watching.thread_of[victim].load(std::memory_order_relaxed), TraceKind::steal});
}

inline void WorkerController::note_pulled(WatchedHand& hand, Ticks begun, std::uint64_t first, std::uint64_t end) {
  detail::Watching& watching = *watching_;
  if (watching.trace == nullptr) return;
  watching.trace->record(hand.row, {begun, detail::ticks(), first, end - first, 0, TraceKind::pull});
}

/// The calling thread, one of the call's, has woken or started another.
inline void WorkerController::note_wake(detail::TraceRow* row) {
  if (watching_->trace == nullptr) return;
  Ticks const now = detail::ticks();
  watching_->trace->record(row, {now, now, 0, 0, 0, TraceKind::wake});
}

/// The caller has slept until the last helper left, or left something behind.
inline void WorkerController::note_slept(Ticks begun) {
  if (watching_->trace == nullptr) return;
  watching_->trace->record(watching_->row, {begun, detail::ticks(), 0, 0, 0, TraceKind::park});
}

// --- progress -------------------------------------------------------------------------------------------------------

inline WorkerController::Ticks WorkerController::ticks_of(std::int64_t ns) noexcept {
  return static_cast<Ticks>(static_cast<double>(ns) /
                            static_cast<double>(detail::clock::rate.load(std::memory_order_relaxed)));
}

/// Stands in for the user's stop token. Any worker; only the caller tells.
inline bool WorkerController::ask_and_tell(void const* controller) {
  auto& self = *const_cast<WorkerController*>(static_cast<WorkerController const*>(controller));
  detail::Watching const& watching = *self.watching_;
  if (watching.caller == &detail::this_thread) {
    Ticks const now = detail::ticks();
    if (now >= watching.tell_at) self.tell_progress(now);
    if (watching.failure) return true;
  }
  return watching.stop_requested != nullptr && watching.stop_requested(watching.stop_token);
}

/// How far the run is; on the calling thread.
inline Progress WorkerController::progress_at(Ticks now) const {
  detail::Watching const& watching = *watching_;
  Progress progress;
  std::uint64_t done = 0;
  if (watching.shared) {
    std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
    for (std::uint32_t i = 0; i != end; ++i) done += rack_->members[i].done.load(std::memory_order_relaxed);
    done = (done << shift_) + alone_;
    if (job_.pull == nullptr) {
      if (done > total_) done = total_;  // the last unit may be less than whole
      progress.total = total_;
    } else if (slot_->pull.load(std::memory_order_acquire) == CallSlot::ended) {
      // acquire: pairs with the release that ends the pull role; `known_` is the last word then.
      progress.total = static_cast<std::size_t>(known_.load(std::memory_order_relaxed));
    }
  } else {
    done = *watching.next;
    if (watching.known->ended) progress.total = watching.known->positions;
  }
  progress.done = static_cast<std::size_t>(done);
  double const ns =
      static_cast<double>(now - started_) * static_cast<double>(detail::clock::rate.load(std::memory_order_relaxed));
  progress.elapsed = std::chrono::nanoseconds(static_cast<std::chrono::nanoseconds::rep>(ns));
  if (progress.total && progress.done != 0) {
    double const left = ns / static_cast<double>(done) * static_cast<double>(*progress.total - progress.done);
    progress.left = std::chrono::nanoseconds(static_cast<std::chrono::nanoseconds::rep>(left));
  }
  return progress;
}

/// Calls the callback. What it throws ends the run, and is thrown on by it.
PARALLEL_TASK_COLD inline void WorkerController::tell_progress(Ticks now) {
  detail::Watching& watching = *watching_;
  if (watching.failure) return;
  detail::guarded([&] { watching.watch.tell(watching.watch, progress_at(now)); },
                  [&](std::exception_ptr error) {
                    watching.failure = std::move(error);
                    std::uint32_t expected = going;
                    (void)outcome_.compare_exchange_strong(expected, failed, std::memory_order_relaxed,
                                                           std::memory_order_relaxed);
                    lower_bound_to(0);
                  });
  watching.tell_at = detail::ticks() + ticks_of(watching.watch.interval);
}

/// The caller waits for its helpers: until the slot's word changes, or it is time to tell.
inline void WorkerController::wait_and_tell(std::uint32_t seen) {
  using namespace detail;
  Watching const& watching = *watching_;
  if (watching.watch.tell == nullptr || watching.failure) return wait_on(slot_->word, seen);
  Ticks const now = ticks();
  if (now < watching.tell_at) {
    return wait_on_for(slot_->word, seen, static_cast<std::int64_t>(elapsed_ns(now, watching.tell_at)) + 1);
  }
  // It computes again for so long, and the callback may make calls of its own.
  thread_manager.computing.fetch_add(1, std::memory_order_relaxed);
  tell_progress(now);
  thread_manager.computing.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace v0_1
}  // namespace parallel_task
