// Algorithms on ranges, in the manner of C++26's parallel range algorithms: pt::sort(v), pt::inclusive_scan(v, out).
#pragma once

#include <parallel_task/parallel_task.hpp>

#if defined(PARALLEL_TASK_LANGUAGE)  // else it has said what is missing
#include <parallel_task/algorithm/adjacent_difference.hpp>
#include <parallel_task/algorithm/argsort.hpp>
#include <parallel_task/algorithm/context.hpp>
#include <parallel_task/algorithm/copy.hpp>
#include <parallel_task/algorithm/copy_if.hpp>
#include <parallel_task/algorithm/counted.hpp>
#include <parallel_task/algorithm/equal.hpp>
#include <parallel_task/algorithm/exclusive_scan.hpp>
#include <parallel_task/algorithm/fill.hpp>
#include <parallel_task/algorithm/find.hpp>
#include <parallel_task/algorithm/for_each.hpp>
#include <parallel_task/algorithm/generate.hpp>
#include <parallel_task/algorithm/includes.hpp>
#include <parallel_task/algorithm/inclusive_scan.hpp>
#include <parallel_task/algorithm/inplace_merge.hpp>
#include <parallel_task/algorithm/iota.hpp>
#include <parallel_task/algorithm/is_sorted.hpp>
#include <parallel_task/algorithm/is_sorted_until.hpp>
#include <parallel_task/algorithm/merge.hpp>
#include <parallel_task/algorithm/minmax_element.hpp>
#include <parallel_task/algorithm/nth_element.hpp>
#include <parallel_task/algorithm/partial_sort.hpp>
#include <parallel_task/algorithm/partition.hpp>
#include <parallel_task/algorithm/partition_copy.hpp>
#include <parallel_task/algorithm/permute.hpp>
#include <parallel_task/algorithm/questions.hpp>
#include <parallel_task/algorithm/remove_if.hpp>
#include <parallel_task/algorithm/replace.hpp>
#include <parallel_task/algorithm/reverse.hpp>
#include <parallel_task/algorithm/rotate.hpp>
#include <parallel_task/algorithm/search.hpp>
#include <parallel_task/algorithm/set_union.hpp>
#include <parallel_task/algorithm/shuffle.hpp>
#include <parallel_task/algorithm/sort.hpp>
#include <parallel_task/algorithm/sort_by_key.hpp>
#include <parallel_task/algorithm/stable_partition.hpp>
#include <parallel_task/algorithm/swap_ranges.hpp>
#include <parallel_task/algorithm/together.hpp>
#include <parallel_task/algorithm/totals.hpp>
#include <parallel_task/algorithm/transform.hpp>
#endif
