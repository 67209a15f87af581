// Algorithms on ranges, in the manner of C++26's parallel range algorithms: pt::sort(v), pt::inclusive_scan(v, out).
#pragma once

#include <parallel_task/parallel_task.hpp>

#if defined(PARALLEL_TASK_LANGUAGE)  // else it has said what is missing
#include <parallel_task/algorithm/context.hpp>
#include <parallel_task/algorithm/exclusive_scan.hpp>
#include <parallel_task/algorithm/fill.hpp>
#include <parallel_task/algorithm/inclusive_scan.hpp>
#endif
