// The engine as a library: what files call in which PARALLEL_TASK_COMPILED is defined. CMake builds it as
// parallel_task::compiled and parallel_task::shared; without CMake it is one file more of a program. Which functions
// these are is told in platform/code.hpp.
//
// Its flags need not be those of the files that call it, but it catches exceptions: it is compiled with them.
#if !defined(PARALLEL_TASK_COMPILED)
#define PARALLEL_TASK_COMPILED
#endif
#define PARALLEL_TASK_BUILDING

#include <parallel_task/controller/carried.hpp>
#include <parallel_task/controller/engine.hpp>
#include <parallel_task/controller/memo.hpp>
#include <parallel_task/controller/observed_calls.hpp>
#include <parallel_task/controller/worker_controller.hpp>
#include <parallel_task/worker/process.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

static_assert(sizeof(Memo) <= MemoRoom::size && alignof(Memo) <= alignof(MemoRoom) &&
                  std::is_trivially_destructible_v<Memo>,
              "a Memo fits into its room");

void run_observed_there(WorkerController& controller, Job const& job, void* home, Memo& memo) {
  run_observed<true>(controller, job, home, memo);
}
void run_carried_there(WorkerController& controller, Job const& job, void* home, Memo& memo, CarriedCall& carried) {
  run_carried<true>(controller, job, home, memo, carried);
}
void work_observed_there(OpenCall& call, std::uint32_t member) { work_observed<true>(call, member); }
void work_carried_there(OpenCall& call, std::uint32_t member) { work_carried<true>(call, member); }

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
