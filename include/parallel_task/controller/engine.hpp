// The engine as templates see it: one function, which runs a job and joins what comes of it.
//
// In compiled mode that function is in the library, and so is all that a Memo does: where a file has the engine, it is
// included here.
#pragma once

#include <parallel_task/controller/cancelled.hpp>
#include <parallel_task/controller/job.hpp>
#include <parallel_task/controller/notes_thrown.hpp>
#include <parallel_task/controller/observed_calls.hpp>
#include <parallel_task/controller/progress.hpp>
#include <parallel_task/controller/settings.hpp>
#include <parallel_task/controller/trace.hpp>
#include <parallel_task/platform/code.hpp>
#include <parallel_task/worker/process.hpp>
#if defined(PARALLEL_TASK_ENGINE)
#include <parallel_task/controller/memo.hpp>
#include <parallel_task/controller/worker_controller.hpp>
#include <parallel_task/platform/cold.hpp>
#endif

#include <cstddef>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

#if defined(PARALLEL_TASK_COMPILED)
PARALLEL_TASK_FUNCTION void run_and_join(Job const& job, void* home, Memo& memo, Settings const& settings,
                                         bool (*join)(void* self, void* where)) PARALLEL_TASK_SYMBOL("run_and_join");
#endif

/// The room of a Memo in a file that knows nothing else of it. A Memo begins with nothing but zeros, as this does
/// (tests/controller/memo.cpp), fits, and has nothing to destroy (compiled.cpp).
struct MemoRoom {
  static constexpr std::size_t size = 384;
  alignas(std::size_t) unsigned char bytes[size];
};

#if defined(PARALLEL_TASK_COMPILED)
using KeptMemo = MemoRoom;
[[nodiscard]] inline Memo& memo_of(MemoRoom& room) noexcept { return reinterpret_cast<Memo&>(room); }
#else
using KeptMemo = Memo;
[[nodiscard]] inline Memo& memo_of(Memo& memo) noexcept { return memo; }
#endif

#if defined(PARALLEL_TASK_ENGINE)

// Tests that explore schedules put a template of their own around it (see platform/atomic.hpp).
#if defined(PARALLEL_TASK_SEAM_CONTROLLER)
using Controller = PARALLEL_TASK_SEAM_CONTROLLER<WorkerController>;
#else
using Controller = WorkerController;
#endif

inline void join_segments(Controller& controller, Job const& job, bool (*join)(void* self, void* where)) {
  bool more = true;
  controller.for_each_segment([&](void* where) { more = more && join(job.self, where); });
}

/// The same as below for a run that tells somebody what it does: also that joining has thrown.
PARALLEL_TASK_COLD inline void run_and_join_observed(Job const& job, void* home, Memo& memo, Settings const& settings,
                                                     bool (*join)(void* self, void* where)) {
  Controller controller(settings);
#if defined(PARALLEL_TASK_SEAM_CONTROLLER)
  controller.run(job, home, memo);
#else
  settings.observation->run(controller, job, home, memo);
#endif
  NotesThrown joining(settings.observation);
  detail::join_segments(controller, job, join);
  joining.pass();
}

/// The same as below for a run that nobody observes.
PARALLEL_TASK_NOINLINE inline void run_and_join_unobserved(Job const& job, void* home, Memo& memo,
                                                           Settings const& settings,
                                                           bool (*join)(void* self, void* where)) {
  Controller controller(settings);
#if defined(PARALLEL_TASK_SEAM_CONTROLLER)
  controller.run(job, home, memo);
#else
  detail::run_call<false>(controller.call_, job, home, memo);
#endif
  detail::join_segments(controller, job, join);
}

/// What is the same for every pipeline, compiled once: runs a job and joins its segments in order of position, `home`
/// first. A frame that is aligned more than others, as a controller's is, can't be left for another's: so it has none.
PARALLEL_TASK_NOINLINE PARALLEL_TASK_FUNCTION void run_and_join(Job const& job, void* home, Memo& memo,
                                                                Settings const& settings,
                                                                bool (*join)(void* self, void* where)) {
  if (settings.observation != nullptr) return detail::run_and_join_observed(job, home, memo, settings, join);
  return detail::run_and_join_unobserved(job, home, memo, settings, join);
}

#endif

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
