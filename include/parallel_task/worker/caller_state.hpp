// What a thread has for itself and its items can tell, so that it goes with a call: see as_caller.hpp.
#pragma once

#include <parallel_task/platform/float_mode.hpp>
#include <parallel_task/platform/scheduling.hpp>
#include <parallel_task/platform/signals.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct CallerState {
  SignalMask signal_mask;
  FloatMode floats;
  int timer_slack = ordinary_timer_slack;
  int urgency = 0;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
