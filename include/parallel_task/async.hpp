// Calls in the background: `.async()` in front of a terminal. The short name for users: namespace pt, unless
// PARALLEL_TASK_NO_PT is defined.
#pragma once

#include <parallel_task/platform/language.hpp>
#if defined(PARALLEL_TASK_LANGUAGE)  // else it has said what is missing

#include <parallel_task/parallel_task.hpp>
#include <parallel_task/pipeline/async.hpp>

#endif
