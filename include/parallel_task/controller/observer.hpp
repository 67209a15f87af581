// What an observed call tells a report, a trace and a progress callback.
//
// It lies in the frame of the call's run, so that others don't pay for it; nothing here is compiled into programs that
// ask for none of the three.
// Who does what: the caller makes it, begins and ends it, and tells progress; each worker writes the trace's row of its
// own thread.
// Pairings, all relaxed but one.
//   trace rows    plain: written by their threads between join and leave, read by the caller after the close
//   threads_seen_ a bit set by each worker; read after the close
//   thread_of_    written by whoever joins as a member, read by thieves: for the trace, where an old value does no harm
//   slot.pull     ended (release) -> told (acquire): the number of positions is the last word then
#pragma once

#include <parallel_task/controller/call.hpp>
#include <parallel_task/controller/notes_thrown.hpp>
#include <parallel_task/controller/progress.hpp>
#include <parallel_task/controller/report_builder.hpp>
#include <parallel_task/controller/run_report.hpp>
#include <parallel_task/controller/settings.hpp>
#include <parallel_task/controller/trace.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/wait.hpp>
#include <parallel_task/worker/this_thread.hpp>
#include <parallel_task/worker/thread_manager.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What a worker of an observed call knows beside what others do.
struct ObservedWorker {
  TraceRow* row = nullptr;
  Ticks claimed = 0;               // when the claim began that it runs
  std::size_t first = 0;           // and where
  std::uint64_t items_before = 0;  // what had been run before it
  bool told = false;               // that this thread ran an item
  std::uint32_t most = 0;          // units that it may claim at once
  std::uint32_t least = 0;         // and those that it should, where so many wait
};

class Observer {
 public:
  Observer(Observation const& asked, Call& call) noexcept : asked_(asked), call_(call) {}
  Observer(Observer const&) = delete;
  Observer& operator=(Observer const&) = delete;

  // --- the caller ---------------------------------------------------------------------------------------------------

  /// Before anything has run. `next` is what the caller has run by itself so far, of `known`.
  void begin(std::size_t const& next, Known const& known);
  /// It is to be shared: takes what it carries along.
  void capture() const {
    if (carried != nullptr) carried->capture(*carried);
  }
  /// The call is published.
  void note_shared() noexcept { shared_ = true; }
  /// What spoke against sharing when it was asked.
  void note_refusal(RunReason why) noexcept { why_alone_ = why; }
  [[nodiscard]] RunReason why_alone() const noexcept { return why_alone_; }
  /// When all have left. `thrown` is what the run is going to throw.
  void end(RunReason reason, std::exception_ptr& thrown);

  /// What `max_len` leaves of a step of `count` positions.
  [[nodiscard]] std::size_t at_most_max_len(std::size_t count) const noexcept {
    return asked_.max_len != 0 && count > asked_.max_len ? asked_.max_len : count;
  }
  /// It has woken or started a thread.
  void note_wake() noexcept { note_wake(row_); }
  /// It has slept until the last helper left, or left something to do.
  void note_slept(Ticks begun) noexcept { record(row_, {begun, ticks(), 0, 0, 0, TraceKind::park}); }
  /// It waits for its helpers: until the slot's word is no longer `seen`, or it is time to tell.
  void wait_and_tell(std::uint32_t seen);

  CarriedCall* carried = nullptr;  ///< null: nothing

  // --- each worker --------------------------------------------------------------------------------------------------

  /// As it begins to work here; the caller every time that it comes back from waiting.
  void note_joined(ObservedWorker& worker, std::uint32_t index, WorkerCounts const& counts);
  /// After a claim, or what has been run of it when an item threw.
  void note_ran(ObservedWorker& worker, std::uint32_t index, WorkerCounts& counts, Ticks now);
  void note_stolen(ObservedWorker const& worker, std::uint32_t victim, Block block, Ticks begun) noexcept {
    record(worker.row, {begun, ticks(), block.first, block.size(),
                        thread_of_[victim].load(detail::memory_order_relaxed), TraceKind::steal});
  }
  void note_pulled(ObservedWorker const& worker, std::uint64_t first, std::uint64_t end, Ticks begun) noexcept {
    record(worker.row, {begun, ticks(), first, end - first, 0, TraceKind::pull});
  }
  void note_wake(TraceRow* row) noexcept {
    Ticks const now = ticks();
    record(row, {now, now, 0, 0, 0, TraceKind::wake});
  }

 private:
  [[nodiscard]] RunEnd end_of(bool threw) const noexcept;
  void end_trace(RunReport const& report);
  void tell_end(Ticks now, std::exception_ptr& thrown);
  [[nodiscard]] Progress progress_at(Ticks now) const;
  [[nodiscard]] std::uint64_t positions_done(Progress& progress) const;
  void tell_progress(Ticks now);
  static bool ask_and_tell(void const* observer);

  void record(TraceRow* row, TraceRecord const& what) noexcept {
    if (trace_ != nullptr) trace_->record(row, what);
  }
  /// The calling thread has run an item.
  void note_thread() noexcept {
    std::uint32_t const thread = this_thread.thread % thread_bits;
    threads_seen_[thread / 64].fetch_or(std::uint64_t{1} << thread % 64, detail::memory_order_relaxed);
  }
  [[nodiscard]] std::uint32_t threads() const noexcept {
    std::uint32_t count = 0;
    for (auto const& seen : threads_seen_) {
      count += static_cast<std::uint32_t>(std::popcount(seen.load(detail::memory_order_relaxed)));
    }
    return count;
  }
  [[nodiscard]] static Ticks ticks_of(std::int64_t ns) noexcept {
    return static_cast<Ticks>(static_cast<double>(ns) /
                              static_cast<double>(clock::rate.load(detail::memory_order_relaxed)));
  }

  static constexpr std::uint32_t thread_bits = 512;

  Observation const& asked_;
  Call& call_;
  Trace* trace_ = nullptr;                                     // null: none is asked for, or another run records there
  TraceRow* row_ = nullptr;                                    // the caller's
  atomic<std::uint64_t> threads_seen_[thread_bits / 64]{};     // a bit for each library thread that ran an item
  atomic<std::uint32_t> thread_of_[CallSlot::most_members]{};  // of the members

  RunReason why_alone_ = RunReason::too_cheap;

  // Progress: the caller's alone.
  void const* caller_ = &this_thread;
  std::size_t const* next_ = nullptr;
  Known const* known_ = nullptr;
  std::size_t total_ = unknown;  // known before anything has run
  bool shared_ = false;
  Ticks tell_at_ = 0;
  std::exception_ptr failure_;                           // what the callback has thrown
  bool (*stop_requested_)(void const* token) = nullptr;  // the user's own
  void const* stop_token_ = nullptr;
};

inline void Observer::begin(std::size_t const& next, Known const& known) {
  call_.started = ticks();
  if (asked_.trace != nullptr && asked_.trace->begin()) {
    trace_ = asked_.trace;
    row_ = trace_->row_of(&this_thread, this_thread.thread);
  }
  if (asked_.tell == nullptr) return;
  next_ = &next;
  known_ = &known;
  total_ = known.ended ? known.positions : static_cast<ProgressObservation const&>(asked_).total;
  tell_at_ = call_.started + ticks_of(asked_.interval);
  // It is told where a stop token is asked: at every claim boundary, and between the strips of a run on one thread.
  stop_requested_ = call_.settings.stop_requested;
  stop_token_ = call_.settings.stop_token;
  call_.settings.stop_requested = &Observer::ask_and_tell;
  call_.settings.stop_token = this;
}

inline void Observer::end(RunReason reason, std::exception_ptr& thrown) {
  Ticks const now = ticks();
  if (!thrown) thrown = failure_;
  if (trace_ != nullptr && call_.alone != 0) {
    Ticks const alone_until = call_.slot == nullptr ? now : call_.published;
    // The first of the row in time, whatever came before it into the row.
    trace_->record_first(row_, {call_.started, alone_until, 0, call_.alone, 0, TraceKind::claim});
  }
  if (call_.alone != 0) note_thread();
  RunReport report;
  guarded(
      [&] {
        if (asked_.report == nullptr && trace_ == nullptr) return;
        ReportBuilder builder(report, call_);
        builder.fill(reason, threads(), now);
        if (!thrown && call_.bound() == unknown) builder.correct();
      },
      [&](std::exception_ptr error) {
        if (!thrown && asked_.report != nullptr) thrown = std::move(error);
      });
  report.end = end_of(thrown != nullptr);
  if (trace_ != nullptr) end_trace(report);
  if (asked_.report != nullptr) *asked_.report = std::move(report);
  if (asked_.tell != nullptr && !thrown && call_.ending.outcome() == Ending::going) tell_end(now, thrown);
}

inline void Observer::end_trace(RunReport const& report) {
  auto const rate = static_cast<double>(clock::rate.load(detail::memory_order_relaxed));
  trace_->end(call_.started, rate, thread_manager.options().thread_name_prefix);
  // Short of memory, a trace does without a part; the run is not worse for it.
  guarded([&] { trace_->report_ = report; }, [](std::exception_ptr) {});
  trace_->give_back();
}

inline void Observer::tell_end(Ticks now, std::exception_ptr& thrown) {
  Progress progress = progress_at(now);
  progress.finished = true;
  progress.total = call_.bound() == unknown ? progress.done : progress.total;
  progress.left = std::chrono::nanoseconds(0);
  guarded([&] { asked_.tell(asked_, progress); }, [&](std::exception_ptr error) { thrown = std::move(error); });
  if (thrown) note_thrown(&asked_);
}

/// How the run has ended, as far as the call knows.
inline RunEnd Observer::end_of(bool threw) const noexcept {
  if (threw) return RunEnd::threw;
  switch (call_.ending.outcome()) {
    case Ending::failed:
      return RunEnd::threw;
    case Ending::stopped:
      return RunEnd::stop_requested;
    case Ending::late:
      return RunEnd::deadline;
    case Ending::forked:
      return RunEnd::forked;
    default:
      return call_.bound() == unknown ? RunEnd::complete : RunEnd::early;
  }
}

// --- workers --------------------------------------------------------------------------------------------------------

inline void Observer::note_joined(ObservedWorker& worker, std::uint32_t index, WorkerCounts const& counts) {
  thread_of_[index].store(this_thread.thread, detail::memory_order_relaxed);
  // A unit is more than one position where there are 2^32 of them.
  std::uint32_t const max_len = asked_.max_len >> call_.units.shift;
  worker.most = asked_.max_len == 0 ? ~std::uint32_t{0} : max_len != 0 ? max_len : 1;
  worker.least = asked_.min_len >> call_.units.shift;
  worker.items_before = counts.items;
  if (trace_ == nullptr) return;
  worker.row = index == 0 ? row_ : trace_->row_of(&this_thread, this_thread.thread);
  ThreadState& self = this_thread;
  if (index != 0 && self.woken_at > call_.started) {
    trace_->record(worker.row, {self.parked_at, self.woken_at, 0, 0, self.woken_by, TraceKind::park});
    self.woken_at = 0;  // told once
  }
}

inline void Observer::note_ran(ObservedWorker& worker, std::uint32_t index, WorkerCounts& counts, Ticks now) {
  std::uint64_t const items = counts.items - worker.items_before;
  worker.items_before = counts.items;
  if (items == 0) return;
  if (!worker.told) {
    worker.told = true;
    if (index != 0 && counts.first_item_ns <= 0) counts.first_item_ns = elapsed_ns(call_.started, worker.claimed);
    note_thread();
  }
  record(worker.row, {worker.claimed, now, worker.first, items, 0, TraceKind::claim});
}

// --- progress -------------------------------------------------------------------------------------------------------

/// Stands in for the user's stop token. Any worker; only the caller tells.
inline bool Observer::ask_and_tell(void const* observer) {
  auto& self = *const_cast<Observer*>(static_cast<Observer const*>(observer));
  if (self.caller_ == &this_thread) {
    Ticks const now = ticks();
    if (now >= self.tell_at_) self.tell_progress(now);
    if (self.failure_) return true;
  }
  return self.stop_requested_ != nullptr && self.stop_requested_(self.stop_token_);
}

/// How far the run is; on the calling thread.
inline Progress Observer::progress_at(Ticks now) const {
  Progress progress;
  std::uint64_t const done = positions_done(progress);
  if (total_ != unknown) progress.total = total_;
  progress.done = static_cast<std::size_t>(done);
  double const ns =
      static_cast<double>(now - call_.started) * static_cast<double>(clock::rate.load(detail::memory_order_relaxed));
  progress.elapsed = std::chrono::nanoseconds(static_cast<std::chrono::nanoseconds::rep>(ns));
  if (progress.total && progress.done != 0) {
    double const left = ns / static_cast<double>(done) * static_cast<double>(*progress.total - progress.done);
    progress.left = std::chrono::nanoseconds(static_cast<std::chrono::nanoseconds::rep>(left));
  }
  return progress;
}

/// Positions that have run; and how many there are, where the source knows by now.
inline std::uint64_t Observer::positions_done(Progress& progress) const {
  if (!shared_) {
    if (known_->ended) progress.total = known_->positions;
    return *next_;
  }
  std::uint64_t const done = (call_.units_done() << call_.units.shift) + call_.alone;
  if (call_.job.pull == nullptr) {
    return done < call_.units.total ? done : call_.units.total;  // the last unit may be less than whole
  }
  // acquire: pairs with the release that ends the pull role; `known` is the last word then.
  if (call_.slot->pull.load(detail::memory_order_acquire) == CallSlot::ended) {
    progress.total = static_cast<std::size_t>(call_.pull_role.known());
  }
  return done;
}

/// Calls the callback. What it throws ends the run, and is thrown on by it.
PARALLEL_TASK_COLD inline void Observer::tell_progress(Ticks now) {
  if (failure_) return;
  guarded([&] { asked_.tell(asked_, progress_at(now)); },
          [&](std::exception_ptr error) {
            failure_ = std::move(error);
            (void)call_.ending.note(Ending::failed);
            call_.ending.lower_bound_to(0);
          });
  tell_at_ = ticks() + ticks_of(asked_.interval);
}

inline void Observer::wait_and_tell(std::uint32_t seen) {
  atomic<std::uint32_t>& word = call_.slot->word;
  if (asked_.tell == nullptr || failure_) return wait_on(word, seen);
  Ticks const now = ticks();
  if (now < tell_at_) {
    return wait_on_for(word, seen, static_cast<std::int64_t>(elapsed_ns(now, tell_at_)) + 1);
  }
  // It computes again for so long, and the callback may make calls of its own.
  thread_manager.places.computing.fetch_add(1, detail::memory_order_relaxed);
  tell_progress(now);
  thread_manager.places.computing.fetch_sub(1, detail::memory_order_relaxed);
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
