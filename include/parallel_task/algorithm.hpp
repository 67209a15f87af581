// Algorithms on ranges, in the manner of C++26's parallel range algorithms: pt::sort(v), pt::inclusive_scan(v, out).
#pragma once

#include <parallel_task/parallel_task.hpp>

#if defined(PARALLEL_TASK_LANGUAGE)  // else it has said what is missing
#include <parallel_task/algorithm/context.hpp>
#include <parallel_task/algorithm/copy_if.hpp>
#include <parallel_task/algorithm/exclusive_scan.hpp>
#include <parallel_task/algorithm/fill.hpp>
#include <parallel_task/algorithm/includes.hpp>
#include <parallel_task/algorithm/inclusive_scan.hpp>
#include <parallel_task/algorithm/inplace_merge.hpp>
#include <parallel_task/algorithm/merge.hpp>
#include <parallel_task/algorithm/nth_element.hpp>
#include <parallel_task/algorithm/partial_sort.hpp>
#include <parallel_task/algorithm/partition.hpp>
#include <parallel_task/algorithm/partition_copy.hpp>
#include <parallel_task/algorithm/remove_if.hpp>
#include <parallel_task/algorithm/set_union.hpp>
#include <parallel_task/algorithm/stable_partition.hpp>
#endif
