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
#include <parallel_task/controller/run_report.hpp>
#include <parallel_task/controller/segments.hpp>
#include <parallel_task/controller/settings.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/worker/pool.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <stdexcept>
#include <utility>

namespace parallel_task {
inline namespace v1 {

/// Runs one job on as many threads as pay: the engine behind every terminal, usable on its own.
///
/// A controller is made for one call, on the calling thread. That thread begins alone; when the cost model says that it
/// pays, the rest is offered to the process's idle threads, each of which works off a queue of its own and takes half of
/// the heaviest one when it runs dry. The calling thread alone can always finish the job. Nothing of a call is visible
/// to another.
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
    settings_.strategy = {[](void const*, QueueLoad const& load) noexcept {
                            return static_cast<double>(Strategy{}(load));
                          },
                          nullptr};
  }
  /// Fills `report` when a run ends.
  void set_report(RunReport& report) noexcept { settings_.report = &report; }

  /// Runs `job` to its end. `home` is an open segment of the caller's, used for what the caller runs first; `memo` is
  /// what runs of the same kind have shown. Throws what the job threw, or `cancelled`. Once per controller.
  void run(Job const& job, void* home, Memo& memo);

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
    std::size_t const end = job_ != nullptr && job_->cut == Cut::later ? bound() : unknown;
    for (detail::SegmentNode* node = &home_; node != nullptr; node = node->next) {
      if (node == &home_ || node->first < end) f(node->where);
    }
  }

 private:
  using Ticks = std::uint64_t;
  using Member = detail::Member;
  using CallSlot = detail::CallSlot;

  enum Outcome : std::uint32_t { going = 0, failed, stopped, late };

  // What the caller has done so far.
  struct Progress {
    std::size_t next = 0;    // positions below it have run
    Pulled known;
    float cost = 0;          // ns a position
    bool over = false;       // cut or ended: nothing is left
  };

  // --- alone ---------------------------------------------------------------
  void run_alone(Progress& at);
  bool run_tiny(Progress& at, Memo& memo);
  void run_privately(Progress& at);
  [[nodiscard]] bool run_while_cores_are_busy(Progress& at);
  [[nodiscard]] bool wants_to_share(Progress const& at);
  bool step(Progress& at, std::size_t count);
  void note_alone(Progress const& at, Memo& memo);

  // --- shared --------------------------------------------------------------
  [[nodiscard]] bool publish(Progress& at);
  void share(Progress& at);
  void wait_for_helpers();
  [[nodiscard]] bool try_to_close();
  void collect_errors();
  void put_slot_back() noexcept;
  void order_segments() noexcept;

  static void enter_as(detail::OpenCall& self, std::uint32_t member) {
    static_cast<WorkerController&>(self).work(member);
  }
  void work(std::uint32_t me);
  // Queues that a thief has looked at in vain.
  struct Tried {
    std::uint64_t bits[CallSlot::member_words] = {};
    void add(std::uint32_t member) noexcept { bits[member / 64] |= std::uint64_t{1} << member % 64; }
    [[nodiscard]] bool has(std::uint32_t member) const noexcept { return (bits[member / 64] >> member % 64 & 1) != 0; }
  };
  struct Hand;  // a worker in this call, for the time that it works
  bool next_claim(Hand& hand, QueueBlock& claim);
  bool steal(Hand& hand, QueueBlock& claim, std::uint32_t& surplus);
  [[nodiscard]] std::uint32_t heaviest(Hand const& hand, Tried const& tried, bool sample);
  [[nodiscard]] double priority_of(std::uint32_t worker, std::size_t load) noexcept;
  bool pull(Hand& hand);
  void call_others_to_pull(Hand& hand);
  void run_claim(Hand& hand, QueueBlock claim);
  void at_boundary(Hand& hand, std::uint32_t surplus);
  void look_around(Hand& hand, float took);
  [[nodiscard]] bool extra_threads_pay() noexcept;
  [[nodiscard]] bool should_leave() const noexcept;

  // --- ends ----------------------------------------------------------------
  [[nodiscard]] bool told_to_stop() noexcept;
  void lower_bound_to(std::size_t bound) noexcept;
  void note_error(Member& member, Block strip, std::exception_ptr error) noexcept;
  // A run that cuts by order must know which positions a segment holds, whatever its accumulators would allow.
  [[nodiscard]] bool ordered() const noexcept { return job_->ordered || job_->cut == Cut::later; }

  // --- units ---------------------------------------------------------------
  // A queue holds 32-bit units. Sources that know all their positions use units of 2^shift positions; sources that are
  // pulled use positions modulo 2^32, which `known_` makes whole again: what waits in queues spans far less than that.
  [[nodiscard]] Block positions_of(std::uint32_t first, std::uint32_t last) const noexcept {
    if (job_->pull == nullptr) {
      std::size_t const end = (static_cast<std::size_t>(last - 1) << shift_) + (std::size_t{1} << shift_);
      return {static_cast<std::size_t>(first) << shift_, end < total_ && end != 0 ? end : total_};
    }
    std::uint64_t const known = known_.load(std::memory_order_relaxed);
    std::uint64_t const begin = known - (static_cast<std::uint32_t>(known) - first);
    return {static_cast<std::size_t>(begin), static_cast<std::size_t>(begin + (last - first))};
  }

  void fill_report(RunReason reason);

  Settings settings_;
  Job const* job_ = nullptr;
  CallSlot* slot_ = nullptr;
  detail::Rack* rack_ = nullptr;
  std::size_t total_ = 0;
  unsigned shift_ = 0;
  std::uint32_t index_ = 0;
  float cost_ = 0;             // at publication, ns a unit
  Ticks started_ = 0;          // 0: the clock was not read
  Ticks published_ = 0;
  QueueBlock offered_;         // what the caller's queue begins with
  std::uint64_t alone_ = 0;    // positions that the caller ran before it shared
  detail::SegmentNode home_;
  detail::atomic<std::size_t> bound_{unknown};
  detail::atomic<std::uint64_t> known_{0};
  detail::atomic<std::uint32_t> outcome_{going};
  // What the grant of extra threads was based on (see look_around).
  detail::atomic<std::uint32_t> extra_denied_{0};
  detail::atomic<std::uint32_t> threads_before_{0};
  detail::atomic<float> rate_before_{0.0F};
  detail::atomic<std::uint64_t> done_then_{0};
  detail::atomic<std::uint64_t> judged_at_{0};
};

/// A worker in a call: its member, its ends of the queues, and what it has learnt of the cost.
struct WorkerController::Hand {
  std::uint32_t const me;
  Member& member;
  SecondaryAccessor queue;
  float cost;                 // ns a unit
  float last;                 // units in the last claim, what the next may double
  Ticks now;                  // the last look at the clock
  Block strip;                // what runs now, for errors
  std::uint32_t claims = 0;
  bool leaving = false;
};

// --- the call -----------------------------------------------------------------------------------------------------------

inline void WorkerController::run(Job const& job, void* home, Memo& memo) {
  using namespace detail;
  job_ = &job;
  home_.where = home;
  Progress at;
  at.known = job.known;
  if (at.known.ended && at.known.positions == 0) {
    if (settings_.report != nullptr) fill_report(RunReason::nothing_to_do);
    return;
  }
  ThreadManager& manager = thread_manager;
  at.cost = manager.costs.use_memo ? memo.cost.load(std::memory_order_relaxed) : 0.0F;
  bool const plain = settings_.stop_requested == nullptr && settings_.deadline == 0 && settings_.report == nullptr;
  if (plain && at.known.ended && cost_model::is_tiny(at.cost, static_cast<float>(at.known.positions), manager.costs)) {
    if (run_tiny(at, memo)) return;
  }
  RunReason reason = RunReason::too_cheap;
  std::exception_ptr thrown;
  guarded(
      [&] {
        std::uint32_t const group_most = manager.group_limit(this_thread.group);
        if (settings_.max_threads == 1 || group_most == 1 || manager.most_computing() == 1 || manager.cores() == 1) {
          reason = RunReason::one_thread_only;
          if (settings_.report != nullptr) started_ = ticks();
          run_alone(at);
        } else {
          run_privately(at);
          if (!at.over) {
            if (publish(at)) {
              share(at);
              collect_errors();
              reason = RunReason::shared;
            } else {
              reason = RunReason::no_free_slot;
              run_alone(at);
            }
          } else if (this_thread.depth != 0 && manager.busy() >= manager.limit()) {
            reason = RunReason::no_free_core;
          }
        }
      },
      [&](std::exception_ptr error) { thrown = std::move(error); });
  if (slot_ == nullptr) {
    alone_ = at.next;
    note_alone(at, memo);
  } else {
    float const cost = rack_->members[0].cost.load(std::memory_order_relaxed);
    if (cost > 0) memo.cost.store(cost / static_cast<float>(std::size_t{1} << shift_), std::memory_order_relaxed);
    this_thread.last_end = ticks();
    this_thread.debt = 0;
  }
  if (settings_.report != nullptr) fill_report(reason);
  if (thrown) {
#if defined(__cpp_exceptions)
    std::rethrow_exception(std::move(thrown));
#endif
  }
  switch (outcome_.load(std::memory_order_relaxed)) {
    case stopped: throw_error(cancelled(StopReason::stop_requested));
    case late: throw_error(cancelled(StopReason::deadline));
    default: break;
  }
}

// --- alone --------------------------------------------------------------------------------------------------------------

/// Runs the next `count` positions on the calling thread; false when the run is over.
inline bool WorkerController::step(Progress& at, std::size_t count) {
  if ((settings_.stop_requested != nullptr || settings_.deadline != 0) && told_to_stop()) {
    at.over = true;
    return false;
  }
  Block const block{at.next, at.next + count};
  if (!job_->run(job_->self, home_.where, block)) {
    lower_bound_to(job_->cut == Cut::later ? block.last : 0);
    at.over = true;
  }
  at.next = block.last;
  if (at.next == at.known.positions && at.known.ended) at.over = true;
  return !at.over;
}

/// Runs everything here: the plain loop, in one block where nobody may stop it.
inline void WorkerController::run_alone(Progress& at) {
  bool const watched = settings_.stop_requested != nullptr || settings_.deadline != 0;
  std::size_t size = watched ? 1 : at.known.positions - at.next;
  detail::Costs const& costs = detail::thread_manager.costs;
  while (!at.over) {
    if (at.next == at.known.positions) {
      if (at.known.ended) break;
      Pulled const before = at.known;
      at.known = job_->pull(job_->self, 1024);
      if (at.known.positions == before.positions && at.known.ended) break;
      if (!watched) size = at.known.positions - at.next;
      continue;
    }
    std::size_t const left = at.known.positions - at.next;
    if (!watched) {
      (void)step(at, left);
      continue;
    }
    // About a strip of work between two looks at whoever may stop it.
    Ticks const before = detail::ticks();
    std::size_t const count = size < left ? size : left;
    if (!step(at, count)) break;
    float const took = detail::elapsed_ns(before, detail::ticks());
    if (took < costs.strip / 2) size *= 2;
    if (took > 2 * costs.strip && size > 1) size /= 2;
  }
}

/// Known and cheap: half, one look at the clock, the rest. False if the forecast failed: go on as if nothing was known.
inline bool WorkerController::run_tiny(Progress& at, Memo& memo) {
  std::size_t const all = at.known.positions;
  std::size_t const half = all / 2;
  if (half == 0) {
    (void)step(at, all);
    return true;
  }
  Ticks const before = detail::ticks();
  if (!step(at, half)) return true;
  float const took = detail::elapsed_ns(before, detail::ticks());
  float const forecast = at.cost * static_cast<float>(half);
  if (detail::cost_model::forecast_failed(forecast, took)) {
    at.cost = took / static_cast<float>(half);
    return false;
  }
  if (step(at, all - half)) at.over = true;
  memo.cost.store(at.cost + (took / static_cast<float>(half) - at.cost) / 8, std::memory_order_relaxed);
  return true;
}

/// Whether the rest should be offered to others now.
inline bool WorkerController::wants_to_share(Progress const& at) {
  using namespace detail;
  ThreadManager& manager = thread_manager;
  if (at.cost <= 0 && manager.costs.probe > 0) return false;
  if (this_thread.depth != 0 && manager.busy() >= manager.limit()) return false;
  // What is not known of a pulled source counts as plenty.
  float const left = at.known.ended ? at.cost * static_cast<float>(at.known.positions - at.next) : 1e12F;
  cost_model::Surroundings around;
  around.helper_is_hot = manager.spinning.load(std::memory_order_relaxed) != 0;
  around.engage = manager.engage_ns();
  ThreadState& self = this_thread;
  if (!around.helper_is_hot && self.debt > 0) {
    if (elapsed_ns(self.last_end, started_) > manager.costs.hot) {
      self.debt = 0;
    } else {
      std::uint32_t const patience = manager.patience.load(std::memory_order_relaxed);
      around.kept_hot = cost_model::debt_is_due(self.debt, patience, manager.wake_ns());
    }
  }
  return cost_model::pays_to_share(left, around, manager.costs);
}

/// Nested, and every core computes: runs half of what is left, and asks again; no clock, nothing published. False when
/// all is done.
inline bool WorkerController::run_while_cores_are_busy(Progress& at) {
  detail::ThreadManager& manager = detail::thread_manager;
  while (manager.busy() >= manager.limit()) {
    std::size_t const left = at.known.positions - at.next;
    if (left == 0) {
      if (at.known.ended) at.over = true;
      return !at.over;  // what a source still has to give is found out with the clock in hand
    }
    if (!step(at, left / 2 + left % 2)) return false;
  }
  return true;
}

/// Runs what is too cheap to share, and finds out what it costs: the probe. Returns when all is done (`at.over`) or the
/// rest is worth sharing.
inline void WorkerController::run_privately(Progress& at) {
  using namespace detail;
  Costs const& costs = thread_manager.costs;
  if (this_thread.depth != 0 && settings_.report == nullptr && !run_while_cores_are_busy(at)) return;
  started_ = ticks();
  Ticks last_look = started_;
  float size = 1;
  bool const known_before = at.cost > 0;
  if (known_before) size = cost_model::at_least(costs.probe / 4 / at.cost, 1);
  // Known and dear, or forecast to pay: at once, without a private step.
  bool look = known_before || costs.probe <= 0;
  while (!at.over) {
    if (look && wants_to_share(at)) return;
    if (at.next == at.known.positions) {
      Pulled const before = at.known;
      if (!before.ended) at.known = job_->pull(job_->self, static_cast<std::size_t>(cost_model::at_most(size, 4096)));
      if (at.known.ended && at.known.positions == before.positions) at.over = true;
      continue;
    }
    std::size_t const left = at.known.positions - at.next;
    auto const count = static_cast<std::size_t>(
        cost_model::private_step(left, at.cost, size, elapsed_ns(started_, last_look), costs));
    if (!step(at, count)) return;
    Ticks const now = ticks();
    float const took = elapsed_ns(last_look, now);
    last_look = now;
    at.cost = cost_model::learn_privately(at.cost, count, took);
    size = static_cast<float>(count);
    look = elapsed_ns(started_, now) > costs.probe || took > 5'000;
  }
}

/// A loop that ran alone: remembers its cost, and what a hot helper would have saved.
inline void WorkerController::note_alone(Progress const& at, Memo& memo) {
  using namespace detail;
  if (at.next == 0 || started_ == 0) return;
  Ticks const now = ticks();
  float const took = elapsed_ns(started_, now);
  ThreadState& self = this_thread;
  if (elapsed_ns(self.last_end, started_) > thread_manager.costs.hot) self.debt = 0;
  self.debt += cost_model::debt_of(took, thread_manager.costs);
  self.last_end = now;
  memo.cost.store(took / static_cast<float>(at.next), std::memory_order_relaxed);
}

// --- publish and share -------------------------------------------------------------------------------------------------

/// Takes a slot and opens the call in it; false if there is no slot, or no memory for its queues: go on alone.
inline bool WorkerController::publish(Progress& at) {
  using namespace detail;
  ThreadManager& manager = thread_manager;
  ThreadState& self = this_thread;
  clock::calibrate();
  CallSlot* slot = nullptr;
  for (std::uint32_t i = 0; i != ThreadManager::slot_count && slot == nullptr; ++i) {
    std::uint32_t const index = (self.hint + i) % ThreadManager::slot_count;
    std::uint32_t seen = manager.slots[index].word.load(std::memory_order_relaxed);
    // acquire: pairs with the release in put_slot_back; the members are as the caller before left them.
    if (seen == 0 && manager.slots[index].word.compare_exchange_strong(seen, CallSlot::reserved,
                                                                       std::memory_order_acquire,
                                                                       std::memory_order_relaxed)) {
      slot = &manager.slots[index];
      index_ = index;
    }
  }
  if (slot == nullptr) return false;
  std::uint32_t const places = 2 * manager.cores() + 16;
  Rack* const rack = rack_of(*slot, places < CallSlot::most_members ? places : CallSlot::most_members);
  if (rack == nullptr) {
    slot->word.store(0, std::memory_order_release);
    return false;
  }
  if (self.depth == 0) self.hint = index_;
  slot_ = slot;
  rack_ = rack;
  published_ = ticks();
  alone_ = at.next;
  if (job_->share != nullptr) at.known = job_->share(job_->self, home_.where);

  // Positions become units; the caller's first one begins where the private run ended.
  QueueBlock rest;
  if (job_->pull == nullptr) {
    total_ = at.known.positions;
    while (total_ >> shift_ >= 0xFFFFFFFFU) ++shift_;
    std::size_t const unit = std::size_t{1} << shift_;
    // With units of more than one position, the private run is brought to the end of its unit first.
    if (at.next % unit != 0) {
      std::size_t const to_end = unit - at.next % unit;
      (void)step(at, to_end < total_ - at.next ? to_end : total_ - at.next);
    }
    if (!at.over) {
      rest = {static_cast<std::uint32_t>(at.next >> shift_), static_cast<std::uint32_t>((total_ + unit - 1) >> shift_)};
    }
  } else {
    known_.store(at.known.positions, std::memory_order_relaxed);
    rest = {static_cast<std::uint32_t>(at.next), static_cast<std::uint32_t>(at.known.positions)};
  }
  home_.last = at.next;
  cost_ = at.cost * static_cast<float>(std::size_t{1} << shift_);

  Member& own = rack->members[0];
  own.segments = &home_;
  own.cost.store(cost_, std::memory_order_relaxed);
  own.counts.thread = self.thread;
  own.system_id.store(this_thread_id(), std::memory_order_relaxed);
  offered_ = rest;

  std::uint32_t joiners = CallSlot::count;
  if (settings_.max_threads != 0) joiners = settings_.max_threads - 1;
  slot->call.store(this, std::memory_order_relaxed);
  slot->parent.store(self.inside, std::memory_order_relaxed);
  slot->group.store(self.group, std::memory_order_relaxed);
  slot->most_joined.store(joiners, std::memory_order_relaxed);
  slot->left_behind.store(0, std::memory_order_relaxed);
  slot->high.store(1, std::memory_order_relaxed);
  slot->members[0].store(1, std::memory_order_relaxed);
  slot->pull.store(job_->pull != nullptr && !at.known.ended ? CallSlot::ready : CallSlot::ended,
                   std::memory_order_relaxed);
  enter = &WorkerController::enter_as;
  return true;
}

inline void WorkerController::share(Progress& at) {
  using namespace detail;
  if (at.over) return;
  ThreadManager& manager = thread_manager;
  ThreadState& self = this_thread;
  bool const nested = self.depth != 0;
  std::uint32_t const inside = self.inside;
  bool const kept_hot = self.debt > 0 && manager.spinning.load(std::memory_order_relaxed) == 0;

  if (!offered_.empty()) (void)rack_->members[0].queue.secondary().push(offered_);
  // A nested caller is counted by its call's bit from now on, not by its place as well.
  if (nested) manager.computing.fetch_sub(1, std::memory_order_relaxed);
  // release: pairs with the acquire in join; the frame and the slot are filled in.
  slot_->word.store(CallSlot::open, std::memory_order_release);
  // seq_cst: before the look at `parked` in ring; see thread_manager.hpp.
  manager.wanting.fetch_or(std::uint64_t{1} << index_, std::memory_order_seq_cst);
  if (kept_hot) {
    self.debt = 0;
    if (manager.busy() < manager.limit() && manager.ring(*slot_)) ++rack_->members[0].counts.wakes;
  }
  ++self.depth;
  self.inside = index_;
  do {
    work(0);
    wait_for_helpers();
  } while (slot_->word.load(std::memory_order_relaxed) != CallSlot::reserved);
  --self.depth;
  self.inside = inside;
  manager.wanting.fetch_and(~(std::uint64_t{1} << index_), std::memory_order_relaxed);
  if (nested) manager.computing.fetch_add(1, std::memory_order_relaxed);
  order_segments();
}

/// Closes the call if nobody is in it and nothing is left; the slot's word is then `reserved`.
inline bool WorkerController::try_to_close() {
  std::uint32_t alone = CallSlot::open;
  // acquire: pairs with the release in leave; all that helpers computed is visible from here on.
  if (!slot_->word.compare_exchange_strong(alone, CallSlot::reserved, std::memory_order_acquire,
                                           std::memory_order_relaxed)) {
    return false;
  }
  bool const cut = bound_.load(std::memory_order_relaxed) != unknown;
  bool const left_behind = slot_->left_behind.exchange(0, std::memory_order_relaxed) != 0 && slot_->has_work();
  // A queue left behind may hold positions below the bound, unless everything is cut. A source is asked no more once
  // there is a bound: all that it could give lies behind.
  bool const more = (left_behind && !(cut && job_->cut == Cut::everything)) ||
                    (!cut && slot_->pull.load(std::memory_order_relaxed) != CallSlot::ended);
  if (!more) return true;
  // release: as in share; nobody could join in between, so the caller goes on as before.
  slot_->word.store(CallSlot::open, std::memory_order_release);
  return false;
}

/// The caller is dry: closes the call, or helps calls made by its items, spins for a while, sleeps. Returns when the
/// call is closed or there may be work again.
inline void WorkerController::wait_for_helpers() {
  using namespace detail;
  ThreadManager& manager = thread_manager;
  Ticks const begun = ticks();
  while (elapsed_ns(begun, ticks()) < manager.costs.caller_spin) {
    for (std::uint32_t i = 0; i != 32; ++i) {
      if ((slot_->word.load(std::memory_order_relaxed) & CallSlot::count) == 0) {
        (void)try_to_close();
        return;
      }
      relax();
    }
    if (slot_->has_work()) return;
    // The one exception to isolation: calls made by items of this one, which a sequential run would nest here too.
    std::uint64_t const others = manager.wanting.load(std::memory_order_relaxed) & ~(std::uint64_t{1} << index_);
    for (std::uint64_t rest = others; rest != 0; rest &= rest - 1) {
      auto const index = static_cast<std::uint32_t>(std::countr_zero(rest));
      if (!descends_from(index, index_) || !manager.slots[index].has_work()) continue;
      if (join_and_work(index, index_)) return;
    }
  }
  manager.computing.fetch_sub(1, std::memory_order_relaxed);
  for (;;) {
    std::uint32_t seen = slot_->word.load(std::memory_order_relaxed);
    if ((seen & CallSlot::count) == 0) break;
    if ((seen & CallSlot::waiting) == 0) {
      // relaxed: the bit only asks to be woken. A leaver that clears it wakes, whenever it reads it.
      if (!slot_->word.compare_exchange_weak(seen, seen | CallSlot::waiting, std::memory_order_relaxed,
                                             std::memory_order_relaxed)) {
        continue;
      }
    }
    if (slot_->has_work()) {
      slot_->word.fetch_and(~CallSlot::waiting, std::memory_order_relaxed);
      break;
    }
    wait_on(slot_->word, seen | CallSlot::waiting);
    if ((slot_->word.load(std::memory_order_relaxed) & CallSlot::waiting) == 0) break;
  }
  manager.computing.fetch_add(1, std::memory_order_relaxed);
}

/// Puts the errors of all members into one: the first in time, or the lowest by position where the run cuts by order.
inline void WorkerController::collect_errors() {
  std::exception_ptr error;
  std::size_t lowest = unknown;
  std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i != end; ++i) {
    Member& member = rack_->members[i];
    if (!member.error) continue;
    if (!error || member.error_at < lowest) {
      error = std::move(member.error);
      lowest = member.error_at;
    }
    member.error = nullptr;
  }
  if (!error) return;
  // By order: an error at or behind the bound that a lower hit set was never met by the sequential loop.
  if (job_->cut == Cut::later && lowest >= bound()) return;
#if defined(__cpp_exceptions)
  if (job_->cut == Cut::later || outcome_.load(std::memory_order_relaxed) == failed) {
    std::rethrow_exception(std::move(error));
  }
#endif
}

/// Links all segments behind `home_`, in order of position. The home one is the lowest by construction.
inline void WorkerController::order_segments() noexcept {
  using namespace detail;
  SegmentNode* all = nullptr;
  std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i != end; ++i) {
    for (SegmentNode* node = rack_->members[i].segments; node != nullptr;) {
      SegmentNode* const next = node->next;
      if (node != &home_) {
        node->next = all;
        all = node;
      }
      node = next;
    }
    rack_->members[i].segments = nullptr;
  }
  home_.next = sort_by_position(all);
}

/// Destroys the segments and leaves the slot as it was found, for the next call.
inline void WorkerController::put_slot_back() noexcept {
  using namespace detail;
  for (SegmentNode* node = home_.next; node != nullptr;) {
    SegmentNode* const next = node->next;
    close_segment(node, *job_);
    node = next;
  }
  std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i != end; ++i) {
    Member& member = rack_->members[i];
    member.queue.secondary().discard();
    member.segments = nullptr;
    member.storage_used = false;
    member.error = nullptr;
    member.counts = {};
    member.polled_load.store(0, std::memory_order_relaxed);
    member.polled_at.store(0, std::memory_order_relaxed);
    member.done.store(0, std::memory_order_relaxed);
    member.system_id.store(0, std::memory_order_relaxed);
  }
  for (auto& word : slot_->members) word.store(0, std::memory_order_relaxed);
  slot_->parent.store(CallSlot::no_parent, std::memory_order_relaxed);
  slot_->pull.store(CallSlot::ended, std::memory_order_relaxed);
  slot_->high.store(0, std::memory_order_relaxed);
  // release: pairs with the acquire in publish.
  slot_->word.store(0, std::memory_order_release);
  slot_ = nullptr;
}

// --- the worker ---------------------------------------------------------------------------------------------------------

/// Works in this call as member `me` until there is nothing left to take. What it throws is kept in the member.
inline void WorkerController::work(std::uint32_t me) {
  using namespace detail;
  Member& member = rack_->members[me];
  Hand hand{me, member, member.queue.secondary(), me == 0 ? member.cost.load(std::memory_order_relaxed) : 0.0F,
            0,  0,      {}};
  hand.last = cost_model::first_claim(hand.cost, thread_manager.costs);
  if (me != 0) {
    member.counts.thread = this_thread.thread;
    member.system_id.store(this_thread_id(), std::memory_order_relaxed);
  }
  forget_baseline();
  hand.now = ticks();
  for (bool more = true; more;) {
    guarded(
        [&] {
          QueueBlock claim;
          while (next_claim(hand, claim)) run_claim(hand, claim);
          more = false;
        },
        [&](std::exception_ptr error) {
          note_error(member, hand.strip, std::move(error));
          hand.queue.discard();  // all of it lies behind the strip that threw
          hand.now = ticks();
        });
  }
  // Whoever leaves early leaves its queue to the others; relaxed: the leave itself is the release.
  if (hand.leaving && member.queue.load() != 0) slot_->left_behind.store(1, std::memory_order_relaxed);
  clear_blocked();
  if (me != 0) member.system_id.store(0, std::memory_order_relaxed);
}

/// The next positions to run: of the own queue, else stolen, else pulled from the source. False: nothing is to be had.
inline bool WorkerController::next_claim(Hand& hand, QueueBlock& claim) {
  using namespace detail;
  Costs const& costs = thread_manager.costs;
  while (!hand.leaving) {
    std::uint32_t surplus = 0;
    claim = hand.queue.claim([&](std::uint32_t waiting) {
      std::uint32_t const size = cost_model::claim_size(waiting, hand.cost, hand.last, costs);
      surplus = waiting - size;
      return size;
    });
    if (claim.empty()) {
      if (!steal(hand, claim, surplus)) {
        if (pull(hand)) continue;
        return false;
      }
      hand.now = ticks();
    }
    if (positions_of(claim.first, claim.last).first >= bound_.load(std::memory_order_relaxed)) {
      hand.queue.discard();
      continue;
    }
    if ((settings_.stop_requested != nullptr || settings_.deadline != 0) && told_to_stop()) {
      lower_bound_to(0);
      hand.queue.discard();
      continue;
    }
    if (surplus != 0) at_boundary(hand, surplus);
    hand.last = static_cast<float>(claim.size());
    // Before an item that is forecast to be long: if all are inside such, nobody comes to a boundary to look around.
    if (hand.cost * hand.last > costs.blocked_after && ask_for_watch()) (void)thread_manager.ring(*slot_);
    return true;
  }
  return false;
}

/// Others may want what waits here: rings if it is worth a wake, wakes the caller if it sleeps.
inline void WorkerController::at_boundary(Hand& hand, std::uint32_t surplus) {
  using namespace detail;
  ThreadManager& manager = thread_manager;
  float const left = static_cast<float>(surplus) * hand.cost;
  if (left < manager.costs.least_shared) return;
  std::uint32_t const word = slot_->word.load(std::memory_order_relaxed);
  if ((word & CallSlot::waiting) != 0) slot_->wake_caller();
  cost_model::Surroundings around;
  around.helper_is_hot = manager.spinning.load(std::memory_order_relaxed) != 0;
  around.engage = manager.engage_ns();
  if (!cost_model::pays_to_wake(left, around, manager.costs) || manager.busy() >= manager.limit() ||
      (word & CallSlot::count) >= slot_->most_joined.load(std::memory_order_relaxed)) {
    return;
  }
  if (manager.ring(*slot_)) ++hand.member.counts.wakes;
}

/// Robs the heaviest queue of half of what waits in it. A victim whose accessor is taken is passed over, never waited
/// for. The first items are claimed before the rest is stored, or thieves would pass the last one round for ever.
inline bool WorkerController::steal(Hand& hand, QueueBlock& claim, std::uint32_t& surplus) {
  using namespace detail;
  Costs const& costs = thread_manager.costs;
  Tried tried;
  bool sample = slot_->high.load(std::memory_order_relaxed) > 16;
  bool contended = false;
  for (std::uint32_t rounds = 0; rounds != 4;) {
    std::uint32_t const victim = heaviest(hand, tried, sample);
    if (victim == CallSlot::most_members) {
      if (sample) {
        sample = false;
        continue;
      }
      if (!contended) return false;
      contended = false;
      tried = {};
      ++rounds;
      relax();
      continue;
    }
    PrimaryAccessor primary = rack_->members[victim].queue.primary();
    if (!primary) {
      contended = true;
      tried.add(victim);
      continue;
    }
    QueueBlock const stolen = primary.steal_half();
    if (stolen.empty()) {
      tried.add(victim);
      continue;
    }
    if (positions_of(stolen.first, stolen.last).first >= bound_.load(std::memory_order_relaxed)) continue;  // dropped
    hand.cost = rack_->members[victim].cost.load(std::memory_order_relaxed);
    hand.last = cost_model::first_claim(hand.cost, costs);
    std::uint32_t const size = cost_model::claim_size(stolen.size(), hand.cost, hand.last, costs);
    claim = {stolen.first, stolen.first + size};
    surplus = stolen.size() - size;
    (void)hand.queue.push({claim.last, stolen.last});  // the own queue is dry: there is room
    ++hand.member.counts.steals;
    return true;
  }
  return false;
}

/// The queue-priority vector, as far as it is needed: the queue of highest priority among those not tried yet. Beyond
/// 16 workers a sample of 8 of them, at random; reading all would cost a line transfer each.
inline std::uint32_t WorkerController::heaviest(Hand const& hand, Tried const& tried, bool sample) {
  using namespace detail;
  std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
  std::uint32_t const size = end < rack_->size ? end : rack_->size;
  std::uint32_t best = CallSlot::most_members;
  double highest = 0;
  std::uint32_t const count = sample ? 8 : size;
  for (std::uint32_t i = 0; i != count; ++i) {
    std::uint32_t const worker = sample ? static_cast<std::uint32_t>(next_random() % size) : i;
    if (worker == hand.me || tried.has(worker)) continue;
    std::size_t const load = rack_->members[worker].queue.load();
    if (load == 0) continue;
    double const priority = priority_of(worker, load);
    if (best == CallSlot::most_members || priority > highest) {
      if (settings_.strategy && priority <= 0) continue;
      best = worker;
      highest = priority;
    }
  }
  return best;
}

/// Polls one queue for the strategy. Without one: work left in time.
inline double WorkerController::priority_of(std::uint32_t worker, std::size_t load) noexcept {
  using namespace detail;
  Member& member = rack_->members[worker];
  double const cost = static_cast<double>(member.cost.load(std::memory_order_relaxed));
  if (!settings_.strategy) return static_cast<double>(load) * (cost > 0 ? cost : 1.0);
  Ticks const now = ticks();
  QueueLoad seen;
  seen.worker = worker;
  seen.items = load << shift_;
  seen.cost_per_item = cost / static_cast<double>(std::size_t{1} << shift_);
  Ticks const before = member.polled_at.exchange(now, std::memory_order_relaxed);
  std::size_t const last = member.polled_load.exchange(static_cast<std::uint32_t>(load), std::memory_order_relaxed);
  seen.last_items = before == 0 ? seen.items : last << shift_;
  seen.since_last_poll = before == 0 ? 0.0 : static_cast<double>(elapsed_ns(before, now));
  return settings_.strategy.priority(settings_.strategy.self, seen);
}

/// Fetches positions from the source into the own queue. One worker at a time; who finds the role taken does without.
/// A turn ends after 20 µs, or at a single item that took more than 5. True if something waits in the own queue now.
inline bool WorkerController::pull(Hand& hand) {
  using namespace detail;
  std::uint32_t role = slot_->pull.load(std::memory_order_relaxed);
  if (role == CallSlot::ended || role == CallSlot::taken) return false;
  // acquire: pairs with the release below; the source's own state passes from puller to puller.
  if (!slot_->pull.compare_exchange_strong(role, CallSlot::taken, std::memory_order_acquire,
                                           std::memory_order_relaxed)) {
    return false;
  }
  struct Role {
    CallSlot& slot;
    std::uint32_t after = CallSlot::ended;  // also when the source throws
    ~Role() { slot.pull.store(after, std::memory_order_release); }
  } turn{*slot_};
  if (bound_.load(std::memory_order_relaxed) != unknown) return false;  // all that could come lies behind the bound

  Costs const& costs = thread_manager.costs;
  std::uint64_t const first = known_.load(std::memory_order_relaxed);
  hand.strip = {static_cast<std::size_t>(first), static_cast<std::size_t>(first) + 1};
  Pulled known{static_cast<std::size_t>(first), false};
  Ticks const begun = ticks();
  Ticks before = begun;
  for (std::size_t want = 1; !known.ended;) {
    std::size_t const had = known.positions;
    known = job_->pull(job_->self, want);
    // Before anything else can throw, or be claimed: what is known stays known.
    known_.store(known.positions, std::memory_order_relaxed);
    if (known.positions == had) break;
    hand.strip = {known.positions, known.positions + 1};
    Ticks const now = ticks();
    float const took = elapsed_ns(before, now);
    if (elapsed_ns(begun, now) > costs.pull || took / static_cast<float>(known.positions - had) > costs.slow_next) break;
    before = now;
    want = want < 4096 && want < costs.most_claimed ? 2 * want : want;
  }
  bool const got = known.positions != first;
  if (got) {
    ++hand.member.counts.pulls;
    (void)hand.queue.push({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(known.positions)});
  }
  turn.after = known.ended ? CallSlot::ended : got ? CallSlot::ready : CallSlot::later;
  if (got && !known.ended) call_others_to_pull(hand);
  hand.now = ticks();
  return got;
}

/// The role of the puller is about to be free, and there is more: somebody else may fetch while this worker computes.
inline void WorkerController::call_others_to_pull(Hand& hand) {
  using namespace detail;
  ThreadManager& manager = thread_manager;
  if ((slot_->word.load(std::memory_order_relaxed) & CallSlot::waiting) != 0) slot_->wake_caller();
  std::uint32_t const waiting = static_cast<std::uint32_t>(hand.member.queue.load());
  float const left = static_cast<float>(waiting) * hand.cost;
  cost_model::Surroundings around;
  around.helper_is_hot = manager.spinning.load(std::memory_order_relaxed) != 0;
  around.engage = manager.engage_ns() / 2;
  if (hand.cost <= 0 || !cost_model::pays_to_wake(left, around, manager.costs) || manager.busy() >= manager.limit()) {
    return;
  }
  if (manager.ring(*slot_)) ++hand.member.counts.wakes;
}

/// Runs a claim, strip by strip: each looks at the bound first. A strip that took ten times its forecast ends the
/// claim, and what has not begun goes back to the queue, where others can have it.
inline void WorkerController::run_claim(Hand& hand, QueueBlock claim) {
  using namespace detail;
  Costs const& costs = thread_manager.costs;
  Member& member = hand.member;
  if (hand.me != 0 && member.counts.claims == 0) member.counts.first_item_ns = elapsed_ns(started_, hand.now);
  ++member.counts.claims;
  ++hand.claims;
  Ticks const begun = hand.now;
  std::uint32_t const strip = cost_model::strip_size(claim.size(), hand.cost, costs);
  std::uint32_t at = claim.first;
  while (at != claim.last) {
    std::uint32_t const end = claim.last - at > strip ? at + strip : claim.last;
    Block const block = positions_of(at, end);
    if (at != claim.first && block.first >= bound_.load(std::memory_order_relaxed)) {
      hand.queue.discard();
      break;
    }
    hand.strip = block;
    SegmentNode* segment = member.segments;
    bool const goes_on = segment != nullptr && (segment->last == block.first || !ordered());
    if (!goes_on) segment = &open_segment(member, *job_, block.first);
    bool const more = job_->run(job_->self, segment->where, block);
    segment->last = more ? block.last : unknown;
    member.counts.items += block.size();
    Ticks const now = ticks();
    float const took = elapsed_ns(hand.now, now);
    hand.now = now;
    std::uint32_t const units = end - at;
    at = end;
    if (!more) {
      lower_bound_to(job_->cut == Cut::later ? block.last : 0);
      hand.queue.discard();
      break;
    }
    if (at != claim.last && took > costs.give_back * hand.cost * static_cast<float>(units) &&
        hand.queue.give_back({claim.first, claim.last}, at)) {
      break;
    }
  }
  float const took = elapsed_ns(begun, hand.now);
  std::uint32_t const ran = at - claim.first;
  hand.cost = cost_model::learn(hand.cost, ran, took);
  member.cost.store(hand.cost, std::memory_order_relaxed);
  member.done.store(member.done.load(std::memory_order_relaxed) + ran, std::memory_order_relaxed);
  member.counts.busy_ns += took;
  if (took > costs.long_claim || hand.claims % 16 == 0) look_around(hand, took);
}

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
  if ((old_enough || took > costs.blocked_after) && ask_for_watch()) (void)manager.ring(*slot_);
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
    case cost_model::Verdict::computes: clear_blocked(); break;
    case cost_model::Verdict::drop: break;
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
    CallSlot const& other = manager.slots[static_cast<std::uint32_t>(std::countr_zero(rest))];
    if ((other.word.load(std::memory_order_relaxed) & CallSlot::count) + 1 < share && other.has_work()) return true;
  }
  return false;
}

// --- ends ---------------------------------------------------------------------------------------------------------------

/// Whether the stop token or the deadline ends the run; the first to say so is remembered.
inline bool WorkerController::told_to_stop() noexcept {
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
  while (bound < seen && !bound_.compare_exchange_weak(seen, bound, std::memory_order_relaxed,
                                                       std::memory_order_relaxed)) {
  }
}

/// Keeps an error: the first in time, or where the run cuts by order each worker's lowest. Others are dropped here.
inline void WorkerController::note_error(Member& member, Block strip, std::exception_ptr error) noexcept {
  if (job_->cut == Cut::later) {
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

// --- the report ---------------------------------------------------------------------------------------------------------

inline void WorkerController::fill_report(RunReason reason) {
  using namespace detail;
  RunReport report;
  report.reason = reason;
  report.duration_ns = started_ == 0 ? 0.0 : static_cast<double>(elapsed_ns(started_, ticks()));
  report.items = alone_;
  double busy = 0;
  auto const add = [&](WorkerReport worker, double worker_busy) {
    worker.busy_ns = worker_busy;
    worker.idle_ns = report.duration_ns > worker_busy ? report.duration_ns - worker_busy : 0.0;
    busy += worker_busy;
    report.workers.push_back(worker);
  };
  if (slot_ == nullptr) {
    report.threads = alone_ != 0 ? 1 : 0;
    report.segments = alone_ != 0 ? 1 : 0;
    WorkerReport caller;
    caller.thread = this_thread.thread;
    caller.items = alone_;
    caller.segments = report.segments;
    if (alone_ != 0) add(caller, report.duration_ns);
  } else {
    report.segments = alone_ != 0 ? 1 : 0;
    std::uint32_t const end = slot_->high.load(std::memory_order_relaxed);
    for (std::uint32_t i = 0; i != end; ++i) {
      WorkerCounts const& counts = rack_->members[i].counts;
      WorkerReport worker;
      worker.thread = counts.thread;
      worker.items = counts.items + (i == 0 ? alone_ : 0);
      worker.claims = counts.claims;
      worker.steals = counts.steals;
      worker.pulls = counts.pulls;
      worker.segments = counts.segments + (i == 0 && alone_ != 0 ? 1 : 0);
      report.items += counts.items;
      report.steals += counts.steals;
      report.pulls += counts.pulls;
      report.segments += counts.segments;
      report.wakes += counts.wakes;
      report.threads += worker.items != 0 ? 1 : 0;
      if (i != 0 && counts.items != 0 &&
          (report.time_to_engage_ns <= 0 || static_cast<double>(counts.first_item_ns) < report.time_to_engage_ns)) {
        report.time_to_engage_ns = static_cast<double>(counts.first_item_ns);
      }
      if (worker.items == 0 && i != 0) continue;
      add(worker, static_cast<double>(counts.busy_ns) +
                      (i == 0 ? static_cast<double>(elapsed_ns(started_, published_)) : 0.0));
    }
    if (reason == RunReason::shared && report.threads < 2) report.reason = RunReason::nobody_came;
  }
  if (report.items != 0) report.cost_per_item_ns = busy / static_cast<double>(report.items);
  *settings_.report = std::move(report);
}

}  // namespace v1
}  // namespace parallel_task
