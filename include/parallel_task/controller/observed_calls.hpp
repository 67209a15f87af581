// What templates call of the engine in observed calls, and where it is: in compiled mode in the library.
#pragma once

#include <parallel_task/controller/settings.hpp>
#include <parallel_task/platform/code.hpp>

#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

// Templates, so that only programs compile them that observe a call. run_observed and run_carried are declared in
// settings.hpp, and stand in worker_controller.hpp, the others in carried.hpp.

/// Works in an observed call as its member: for a context's `work`.
template <bool observed>
void work_observed(OpenCall& call, std::uint32_t member);
/// For `OpenCall::enter` of calls that carry a context.
template <bool observed>
void work_carried(OpenCall& call, std::uint32_t member);

#if defined(PARALLEL_TASK_COMPILED)

PARALLEL_TASK_FUNCTION void run_observed_there(WorkerController& controller, Job const& job, void* home, Memo& memo)
    PARALLEL_TASK_SYMBOL("run_observed");
PARALLEL_TASK_FUNCTION void run_carried_there(WorkerController& controller, Job const& job, void* home, Memo& memo,
                                              CarriedCall& carried) PARALLEL_TASK_SYMBOL("run_carried");
PARALLEL_TASK_FUNCTION void work_observed_there(OpenCall& call, std::uint32_t member)
    PARALLEL_TASK_SYMBOL("work_observed");
PARALLEL_TASK_FUNCTION void work_carried_there(OpenCall& call, std::uint32_t member)
    PARALLEL_TASK_SYMBOL("work_carried");

#if !defined(PARALLEL_TASK_ENGINE)

template <bool observed>
void run_observed(WorkerController& controller, Job const& job, void* home, Memo& memo) {
  detail::run_observed_there(controller, job, home, memo);
}
template <bool observed>
void run_carried(WorkerController& controller, Job const& job, void* home, Memo& memo, CarriedCall& carried) {
  detail::run_carried_there(controller, job, home, memo, carried);
}
template <bool observed>
void work_observed(OpenCall& call, std::uint32_t member) {
  detail::work_observed_there(call, member);
}
template <bool observed>
void work_carried(OpenCall& call, std::uint32_t member) {
  detail::work_carried_there(call, member);
}

#endif
#endif

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
