// Tasks in the shape of the program's own calls: join and scope, and values that stay with their thread. The short name
// for users: namespace pt, unless PARALLEL_TASK_NO_PT is defined.
#pragma once

#include <parallel_task/platform/language.hpp>
#if defined(PARALLEL_TASK_LANGUAGE)  // else it has said what is missing

#include <parallel_task/core/per_thread.hpp>
#include <parallel_task/structure/join.hpp>
#include <parallel_task/structure/scope.hpp>
#include <parallel_task/worker/process.hpp>

#if !defined(PARALLEL_TASK_NO_PT)
namespace pt = parallel_task;
#endif

#endif
