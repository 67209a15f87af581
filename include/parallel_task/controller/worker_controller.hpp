// The master of one call, a facade: decides on sharing, lends the workers' queues, and returns when all is done.
//
//   SoloRun, Probe             the calling thread alone, and when to share
//   SharedRun                  the calling thread while the call is open: publish, wait, close
//   Worker                     everybody while the call is open: claim, steal, pull, run
//   Ending, PullRole, ExtraThreads, Units   what they share, each with its own table of pairings
//   Observer                   what an observed call tells
//
// Who does what: the caller runs `run`; helpers and the caller run `Worker::work` at the same time, each with a member
// of its own; nothing else touches a controller.
#pragma once

#include <parallel_task/controller/call.hpp>
#include <parallel_task/controller/job.hpp>
#include <parallel_task/controller/memo.hpp>
#include <parallel_task/controller/observed_calls.hpp>
#include <parallel_task/controller/observer.hpp>
#include <parallel_task/controller/run_call.hpp>
#include <parallel_task/controller/run_report.hpp>
#include <parallel_task/controller/segments.hpp>
#include <parallel_task/controller/settings.hpp>
#include <parallel_task/controller/shared_run.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/policy/prioritize_thread.hpp>
#include <parallel_task/worker/process.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {
void run_and_join_unobserved(Job const&, void* home, Memo&, Settings const&, bool (*join)(void* self, void* where));
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
class WorkerController {
 public:
  WorkerController() = default;
  explicit WorkerController(Settings const& settings) : call_(settings) {}
  WorkerController(WorkerController const&) = delete;
  WorkerController& operator=(WorkerController const&) = delete;
  ~WorkerController() {
    if (call_.slot != nullptr) detail::SharedRun::put_slot_back(call_);
  }

  /// At most `n` threads compute, the caller included. Throws std::invalid_argument for 0.
  void set_max_threads(unsigned n) {
    if (n == 0) {
      detail::throw_invalid_argument("parallel_task::WorkerController::set_max_threads: 0 threads");
    }
    call_.settings.max_threads = n;
  }
  /// Whom idle workers rob. The strategy is referred to, not copied: it must outlive the run.
  template <PrioritizeThread Strategy>
  void set_priority_strategy(Strategy const& strategy) noexcept {
    call_.settings.strategy = detail::Strategy::of(strategy);
  }
  /// A stateless strategy needs no home.
  template <PrioritizeThread Strategy>
    requires std::is_empty_v<Strategy>
  void set_priority_strategy(Strategy&&) noexcept {
    call_.settings.strategy = {
        [](void const*, QueueLoad const& load) noexcept { return static_cast<double>(Strategy{}(load)); }, nullptr};
  }
  /// Fills `filled` when a run ends.
  template <class Report>
    requires std::is_same_v<Report, RunReport>
  void set_report(Report& filled) noexcept {
    own_observation_ = {&detail::run_observed<true>, &filled, nullptr, nullptr, 0, 0};
    call_.settings.observation = &own_observation_;
  }

  /// Runs `job` to its end. `home` is an open segment of the caller's, used for what the caller runs first; `memo` is
  /// what runs of the same kind have shown. Throws what the job threw, or `cancelled`. Once per controller.
  PARALLEL_TASK_NOINLINE void run(Job const& job, void* home, Memo& memo) {
    if (call_.settings.observation != nullptr) return call_.settings.observation->run(*this, job, home, memo);
    detail::run_call<false>(call_, job, home, memo);
  }

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

  /// Positions at or beyond it were cut; `unknown` if none were. After `run`.
  [[nodiscard]] std::size_t bound() const noexcept { return call_.bound(); }

  /// Calls `f(where)` for every segment in order of position, `home` among them; those beyond the bound of a run that
  /// cuts `later` are left out. After `run`; they live until the controller is destroyed.
  template <class F>
  void for_each_segment(F f) {
    std::size_t const end = call_.job.cut == Cut::later ? bound() : unknown;
    for (detail::SegmentNode* node = &call_.home; node != nullptr; node = node->next) {
      if (node == &call_.home || node->first < end) f(node->where);
    }
  }

 private:
  template <bool observed>
  friend void detail::run_observed(WorkerController& controller, Job const& job, void* home, Memo& memo);
  template <bool observed>
  friend void detail::run_carried(WorkerController& controller, Job const& job, void* home, Memo& memo,
                                  detail::CarriedCall& carried);
  template <bool observed>
  friend void detail::run_hosted(WorkerController& controller, Job const& job, void* home, Memo& memo,
                                 detail::Host const& frame);
  friend void detail::run_and_join_unobserved(Job const&, void*, Memo&, Settings const&, bool (*)(void*, void*));

  detail::SoloRun call_;
  detail::Observation own_observation_;  // of observed calls, and not even initialised in others
};

#if defined(PARALLEL_TASK_ENGINE)

namespace detail {

template <bool observed>
PARALLEL_TASK_NOINLINE void run_observed(WorkerController& controller, Job const& job, void* home, Memo& memo) {
  SoloRun& call = controller.call_;
  if (Host const* const host = call.settings.host; host != nullptr && host->run != nullptr) {
    return host->run(*host, controller, job, home, memo);
  }
  if (call.settings.carried != nullptr) {
    return call.settings.carried->run(*call.settings.carried, controller, job, home, memo);
  }
  Observer observer(*call.settings.observation, call);
  call.observer = &observer;
  detail::run_call<observed>(call, job, home, memo);
}
/// `frame` stands for the host from now on.
template <bool observed>
void run_hosted(WorkerController& controller, Job const& job, void* home, Memo& memo, Host const& frame) {
  controller.call_.settings.host = &frame;
  detail::run_observed<observed>(controller, job, home, memo);
}
template <bool observed>
void run_carried(WorkerController& controller, Job const& job, void* home, Memo& memo, CarriedCall& carried) {
  SoloRun& call = controller.call_;
  Observer observer(*call.settings.observation, call);
  observer.carried = &carried;
  call.observer = &observer;
  detail::run_call<observed>(call, job, home, memo);
}

}  // namespace detail

#endif

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
