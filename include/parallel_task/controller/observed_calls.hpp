// What templates call of the engine in observed calls, and where it is: in compiled mode in the library.
#pragma once

#include <parallel_task/controller/settings.hpp>
#include <parallel_task/platform/code.hpp>

#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

#if defined(PARALLEL_TASK_COMPILED)
PARALLEL_TASK_FUNCTION void run_observed_there(WorkerController& controller, Job const& job, void* home, Memo& memo)
    PARALLEL_TASK_SYMBOL("run_observed");
PARALLEL_TASK_FUNCTION void run_carried_there(WorkerController& controller, Job const& job, void* home, Memo& memo,
                                              CarriedCall& carried) PARALLEL_TASK_SYMBOL("run_carried");
PARALLEL_TASK_FUNCTION void work_observed_there(OpenCall& call, std::uint32_t member)
    PARALLEL_TASK_SYMBOL("work_observed");
PARALLEL_TASK_FUNCTION void work_carried_there(OpenCall& call, std::uint32_t member)
    PARALLEL_TASK_SYMBOL("work_carried");
#endif

// Templates, so that only programs compile them that observe a call.
#if defined(PARALLEL_TASK_ENGINE)

/// For `Observation::run`; in worker_controller.hpp, as the next one is.
template <bool observed>
void run_observed(WorkerController& controller, Job const& job, void* home, Memo& memo);
/// The same of a call that carries a context.
template <bool observed>
void run_carried(WorkerController& controller, Job const& job, void* home, Memo& memo, CarriedCall& carried);
/// Works in an observed call as its member, for a context's `work`; in carried.hpp, as the next one is.
template <bool observed>
void work_observed(OpenCall& call, std::uint32_t member);
/// For `OpenCall::enter` of calls that carry a context.
template <bool observed>
void work_carried(OpenCall& call, std::uint32_t member);

#else

// In a namespace of their own: the library has functions of these names, which they call.
inline namespace there {

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

}  // namespace there

#endif

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
