// The master of one call: it owns the workers' queues, polls their loads, decides on sharing, and returns when all is
// done.
//
// Who does what: the caller runs `run`; helpers and the caller run `work` at the same time, each with a member of its
// own; nothing else touches a controller.
// Pairings, beside those of the slot and the queue.
//   bound_   lowered by compare-and-swap (relaxed), read relaxed: a hint to stop early. What it means for the result is
//            read by the caller after it has closed the call, which orders everything.
//   pull     taken (acquire) → given back (release): `known_` and the source's own state pass from puller to puller.
//   known_   written by the puller before it pushes the block (release): whoever has the block reads at least that.
//   outcome_ compare-and-swap (relaxed): the first one wins; what it stands for is read after the close.
#pragma once

#include <parallel_task/controller/blocked.hpp>
#include <parallel_task/controller/cancelled.hpp>
#include <parallel_task/controller/cost_model.hpp>
#include <parallel_task/controller/job.hpp>
#include <parallel_task/controller/memo.hpp>
#include <parallel_task/controller/prioritize_thread.hpp>
#include <parallel_task/controller/reading.hpp>
#include <parallel_task/controller/run_report.hpp>
#include <parallel_task/controller/segments.hpp>
#include <parallel_task/controller/settings.hpp>
#include <parallel_task/controller/watching.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/platform/inline.hpp>
#include <parallel_task/worker/pool.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {
void run_and_join(Job const&, void* home, Memo&, Settings const&, bool (*join)(void* self, void* where));
}

/// Runs one job on as many threads as pay: the engine behind every terminal, usable on its own.
///
/// A controller is made for one call, on the calling thread. That thread begins alone; when the cost model says that it
/// pays, the rest is offered to the process's idle threads, each of which works off a queue of its own and takes half
/// of the heaviest one when it runs dry. The calling thread alone can always finish the job. Nothing of a call is
/// visible to another.
///
///     pt::WorkerController controller;
///     controller.set_max_threads(4);
///     controller.set_priority_strategy(pt::RateOfChange{});
///     controller.for_each_position(n, [&](std::size_t i) { out[i] = f(in[i]); });
///
/// Thread-safety: one thread uses a controller; any number of controllers run at the same time.
class WorkerController : private detail::OpenCall {
 public:
  WorkerController() = default;
  explicit WorkerController(Settings const& settings) : settings_(settings) {}
  WorkerController(WorkerController const&) = delete;
  WorkerController& operator=(WorkerController const&) = delete;
  ~WorkerController() {
    if (slot_ != nullptr) put_slot_back();
  }

  /// At most `n` threads compute, the caller included. Throws std::invalid_argument for 0.
  void set_max_threads(unsigned n) {
    if (n == 0) {
      detail::throw_error(std::invalid_argument("parallel_task::WorkerController::set_max_threads: 0 threads"));
    }
    settings_.max_threads = n;
  }
  /// Whom idle workers rob. The strategy is referred to, not copied: it must outlive the run.
  template <PrioritizeThread Strategy>
  void set_priority_strategy(Strategy const& strategy) noexcept {
    settings_.strategy = detail::Strategy::of(strategy);
  }
  /// A stateless strategy needs no home.
  template <PrioritizeThread Strategy>
    requires std::is_empty_v<Strategy>
  void set_priority_strategy(Strategy&&) noexcept {
    settings_.strategy = {
        [](void const*, QueueLoad const& load) noexcept { return static_cast<double>(Strategy{}(load)); }, nullptr};
  }
  /// Fills `report` when a run ends.
  template <class Report>
    requires std::is_same_v<Report, RunReport>
  void set_report(Report& report) noexcept {
    own_watch_ = {&detail::run_watched<true>, &report, nullptr, nullptr, 0};
    settings_.watch = &own_watch_;
  }

  /// Runs `job` to its end. `home` is an open segment of the caller's, used for what the caller runs first; `memo` is
  /// what runs of the same kind have shown. Throws what the job threw, or `cancelled`. Once per controller.
  [[gnu::noinline]] void run(Job const& job, void* home, Memo& memo) { run_inline(job, home, memo); }

  /// Calls `body(i)` for every i in [0, n), concurrently; each exactly once unless one throws.
  template <class Body>
  void for_each_position(std::size_t n, Body const& body) {
    struct Loop {
      static void open(void*, void*) {}
      static bool run(void* self, void*, Block block) {
        Body const& each = *static_cast<Body const*>(self);
        for (std::size_t i = block.first; i != block.last; ++i) each(i);
        return true;
      }
      static void close(void*) noexcept {}
      static Memo& memo() {
        static constinit Memo remembered{};
        return remembered;
      }
    };
    Job job;
    job.self = const_cast<void*>(static_cast<void const*>(std::addressof(body)));
    job.bytes = 1;
    job.alignment = 1;
    job.open = &Loop::open;
    job.run = &Loop::run;
    job.close = &Loop::close;
    job.known = {n, true};
    job.ordered = false;
    std::byte home{};
    run(job, &home, Loop::memo());
  }

  /// Positions at or behind it were cut; `unknown` if none were. After `run`.
  [[nodiscard]] std::size_t bound() const noexcept { return bound_.load(std::memory_order_relaxed); }

  /// Calls `f(where)` for every segment in order of position, `home` among them; those behind the bound of a run that
  /// cuts `later` are left out. After `run`; they live until the controller is destroyed.
  template <class F>
  void for_each_segment(F f) {
    std::size_t const end = job_.cut == Cut::later ? bound() : unknown;
    for (detail::SegmentNode* node = &home_; node != nullptr; node = node->next) {
      if (node == &home_ || node->first < end) f(node->where);
    }
  }

 private:
  using Ticks = std::uint64_t;
  using Member = detail::Member;
  using CallSlot = detail::CallSlot;

  enum Outcome : std::uint32_t { going = 0, failed, stopped, late, forked };

  // What the caller has done so far.
  struct Standing {
    std::size_t next = 0;  // positions below it have run
    Pulled known;
    float cost = 0;              // ns a position
    std::size_t timed_from = 0;  // what has run when the clock was read first
    bool over = false;           // cut or ended: nothing is left
    // Of loops that are compared.
    float forecast = 0;      // ns, before anything has run; 0: it is not compared
    bool alone = false;      // it runs alone, whatever the forecast …
    bool held_back = false;  // … although it would have been shared
  };

  friend void detail::run_and_join(Job const&, void*, Memo&, Settings const&, bool (*)(void*, void*));

  // --- watched or not ------------------------------------------------------
  // A template parameter, `watched`, tells the code of a call that tells somebody what it does from that of one that
  // doesn't: the second has no instruction for the first's sake, and programs that never watch don't compile it.
  [[gnu::always_inline]] void run_inline(Job const& job, void* home, Memo& memo);
  template <bool watched>
  [[gnu::always_inline]] void run_as(Job const& job, void* home, Memo& memo);
  template <bool watched>
  friend void detail::run_watched(WorkerController& controller, Job const& job, void* home, Memo& memo);

  // --- alone ---------------------------------------------------------------
  [[gnu::always_inline]] void run_alone(Standing& at);
  bool run_tiny(Standing& at, Memo& memo);
  template <bool watched>
  void run_privately(Standing& at);
  [[nodiscard]] bool run_while_cores_are_busy(Standing& at);
  [[nodiscard]] bool few_and_unknown(Standing const& at) const;
  [[nodiscard]] bool wants_to_share(Standing& at);
  [[nodiscard]] bool would_share(Standing const& at);
  [[gnu::always_inline]] bool step(Standing& at, std::size_t count);
  [[nodiscard]] Pulled pull_alone(Pulled known, std::size_t want);
  [[nodiscard]] bool runs_as_they_come(Standing const& at) const noexcept;
  [[gnu::always_inline]] std::size_t run_as_they_come(Standing& at, std::size_t count);
  void note_alone(Standing const& at, Memo& memo);
  void look_up(Standing& at, Memo const& memo);
  void compare(Standing const& at, Memo& memo, bool whole);

  // --- shared --------------------------------------------------------------
  [[nodiscard]] bool publish(Standing& at);
  template <bool watched>
  [[gnu::always_inline]] void share(Standing& at);
  template <bool watched>
  [[gnu::always_inline]] void wait_for_helpers(bool may_rob);
  [[nodiscard]] bool try_to_close();
  [[nodiscard]] bool all_has_run() const noexcept;
  void collect_errors();
  void put_slot_back() noexcept;
  void order_segments() noexcept;

  static void abandoned(detail::OpenCall& self) noexcept {
    auto& controller = static_cast<WorkerController&>(self);
    controller.outcome_.store(forked, std::memory_order_relaxed);
    controller.lower_bound_to(0);
  }
  template <bool watched>
  [[gnu::noinline]] static void work(detail::OpenCall& call, std::uint32_t me);
  template <bool watched>
  [[gnu::always_inline]] void work_as(std::uint32_t me);
  // Queues that a thief has looked at in vain.
  struct Tried {
    std::uint64_t bits[CallSlot::member_words] = {};
    void add(std::uint32_t member) noexcept { bits[member / 64] |= std::uint64_t{1} << member % 64; }
    [[nodiscard]] bool has(std::uint32_t member) const noexcept { return (bits[member / 64] >> member % 64 & 1) != 0; }
  };
  struct Hand;  // a worker in this call, for the time that it works
  template <bool watched>
  struct HandOf;
  using WatchedHand = HandOf<true>;
  template <bool watched>
  [[gnu::always_inline]] bool next_claim(HandOf<watched>& hand, QueueBlock& claim);
  template <bool watched>
  bool steal(HandOf<watched>& hand, QueueBlock& claim, std::uint32_t& surplus);
  [[nodiscard]] std::uint32_t heaviest(Hand& hand, Tried const& tried, bool sample);
  [[nodiscard]] double priority_of(std::uint32_t worker, std::size_t load) noexcept;
  template <bool watched>
  bool pull(HandOf<watched>& hand);
  [[nodiscard]] bool is_time_to_read_ahead(Hand const& hand, std::uint32_t surplus) const noexcept;
  static constexpr std::size_t most_handed_out = std::size_t{1} << 30;
  template <bool watched>
  [[gnu::always_inline]] void run_claim(HandOf<watched>& hand, QueueBlock claim);
  template <bool watched>
  void at_boundary(HandOf<watched>& hand, std::size_t surplus);
  template <bool watched>
  void call_others(HandOf<watched>& hand, float left, float engage);
  static constexpr float worth_any_wake = 1e12F;
  void look_around(Hand& hand, float took);
  [[nodiscard]] bool extra_threads_pay() noexcept;
  [[nodiscard]] bool should_leave() const noexcept;

  // --- ends ----------------------------------------------------------------
  [[nodiscard]] bool told_to_stop();
  static void throw_cancelled(std::uint32_t outcome);
  static void rethrow([[maybe_unused]] std::exception_ptr thrown) {
#if defined(__cpp_exceptions)
    if (thrown) std::rethrow_exception(std::move(thrown));
#endif
  }
  void lower_bound_to(std::size_t bound) noexcept;
  void note_error(Member& member, Block strip, std::exception_ptr error) noexcept;
  // A run that cuts by order must know which positions a segment holds, whatever its accumulators would allow.
  [[nodiscard]] bool ordered() const noexcept { return job_.ordered || job_.cut == Cut::later; }

  // --- units ---------------------------------------------------------------
  // A queue holds 32-bit units. Sources that know all their positions use units of 2^shift positions; sources that are
  // pulled use positions modulo 2^32, which `known_` makes whole again: what waits in queues spans less than that. A
  // turn hands out at most 2^30, and what is robbed before anybody pulls does not wait long.
  [[nodiscard]] Block positions_of(std::uint32_t first, std::uint32_t last) const noexcept {
    if (job_.pull == nullptr) {
      std::size_t const end = (static_cast<std::size_t>(last - 1) << shift_) + (std::size_t{1} << shift_);
      return {static_cast<std::size_t>(first) << shift_, end < total_ && end != 0 ? end : total_};
    }
    std::uint64_t const known = known_.load(std::memory_order_relaxed);
    std::uint64_t const begin = known - (static_cast<std::uint32_t>(known) - first);
    return {static_cast<std::size_t>(begin), static_cast<std::size_t>(begin + (last - first))};
  }

  // Whether a pulled position may wait in a queue: it must be known there by its lower 32 bits, for a while to come.
  [[nodiscard]] bool in_reach(std::size_t position) const noexcept {
    return job_.pull == nullptr || known_.load(std::memory_order_relaxed) - position < std::uint64_t{1} << 31;
  }

  // --- telling -------------------------------------------------------------
  void begin_watching(Standing& at);
  void end_watching(RunReason reason, std::exception_ptr& thrown);
  void fill_report(RunReport& report, RunReason reason, Ticks now);
  void note_joined(WatchedHand& hand);
  void note_claimed(WatchedHand& hand, QueueBlock claim);
  void note_ran(WatchedHand& hand);
  void note_stolen(WatchedHand& hand, std::uint32_t victim, QueueBlock stolen);
  void note_pulled(WatchedHand& hand, Ticks begun, std::uint64_t first, std::uint64_t end);
  void note_wake(detail::TraceRow* row);
  void note_slept(Ticks begun);
  [[nodiscard]] Progress progress_at(Ticks now) const;
  void tell_progress(Ticks now);
  void wait_and_tell(std::uint32_t seen);
  static bool ask_and_tell(void const* controller);
  [[nodiscard]] static Ticks ticks_of(std::int64_t ns) noexcept;

  Settings settings_;
  Job job_;
  CallSlot* slot_ = nullptr;
  detail::Rack* rack_ = nullptr;
  std::size_t total_ = 0;
  unsigned shift_ = 0;
  std::uint32_t index_ = 0;
  float cost_ = 0;     // at publication, ns a unit
  Ticks started_ = 0;  // 0: the clock was not read
  Ticks published_ = 0;
  QueueBlock offered_;       // what the caller's queue begins with
  std::uint64_t alone_ = 0;  // positions that the caller ran before it shared
  detail::SegmentNode home_;
  detail::atomic<std::size_t> bound_{unknown};
  // Positions handed out; `fetched_`, the pull role's: what the source has given.
  detail::atomic<std::uint64_t> known_{0};
  Pulled fetched_;
  detail::Reading reading_;  // of the caller while it is alone, then the pull role's
  detail::atomic<std::uint32_t> outcome_{going};
  // What the grant of extra threads was based on (see look_around).
  detail::atomic<std::uint32_t> extra_denied_{0};
  detail::atomic<std::uint32_t> threads_before_{0};
  detail::atomic<float> rate_before_{0.0F};
  detail::atomic<std::uint64_t> done_then_{0};
  detail::atomic<std::uint64_t> judged_at_{0};
  // Of watched calls, and not even initialised in others.
  detail::Watching* watching_;
  detail::Watch own_watch_;
};

/// A worker in a call: its member, its ends of the queues, and what it has learnt of the cost.
struct WorkerController::Hand {
  std::uint32_t const me;
  Member& member;
  SecondaryAccessor queue;
  float cost;   // ns a unit
  float last;   // units in the last claim, what the next may double
  Ticks now;    // the last look at the clock
  Block strip;  // what runs now, for errors
  std::uint32_t claims = 0;
  std::size_t elsewhere = 0;  // units that waited in others' queues when it last looked for somebody to rob
  Ticks hot_since = 0;        // since when a hot helper has left the surplus alone
  Ticks looked = 0;           // when it last looked whether others should be called, 0: not since it robbed …
  float look_pause = 0;       // … and for how many ns it does not look again
  bool leaving = false;
};

template <bool watched>
struct WorkerController::HandOf : Hand {};

/// What it knows beside that in a call that is watched.
template <>
struct WorkerController::HandOf<true> : Hand {
  detail::TraceRow* row = nullptr;
  Ticks claimed = 0;               // when the claim began that it runs
  std::size_t first = 0;           // and where
  std::uint64_t items_before = 0;  // what had been run before it
  bool told = false;               // that this thread ran an item
};

}  // namespace v0_1
}  // namespace parallel_task

// Its parts, a file each: none is of use without the others.
#include <parallel_task/controller/calling.hpp>
#include <parallel_task/controller/looking_around.hpp>
#include <parallel_task/controller/reporting.hpp>
#include <parallel_task/controller/sharing.hpp>
#include <parallel_task/controller/telling.hpp>
#include <parallel_task/controller/working.hpp>
