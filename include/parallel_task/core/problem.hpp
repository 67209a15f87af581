// What can be wrong with a program, each told by a sentence of its own (core/pass.hpp).
#pragma once

#include <parallel_task/core/unusable.hpp>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Found by each operation's `problem<…>()`. Sentences stand in one place because every function between the user's
/// line and the static_assert costs three lines of an error: there is room for one.
enum class Problem : unsigned char {
  none,
  reported,  // an argument that is Unusable already
  // closures
  closure_changes_itself,
  closure_does_not_fit,
  predicate_changes_items,
  predicate_without_answer,
  filter_map_without_optional,
  flat_map_without_range,
  flatten_without_ranges,
  fold_not_assignable,
  map_to_nothing,
  make_returns_reference,
  make_not_callable,
  // ranges
  view_not_const_iterable,
  bits_share_words,
  range_read_once,
  not_a_range,
  borrows_temporary,
  owns_array,
  owns_view,
  owns_lvalue,
  owns_const,
  bridge_does_not_fit,
  indices_not_numbers,
  // stages
  chain_after_take_while,
  chain_of_other_items,
  copied_move_only,
  keys_without_pairs,
  index_lost,
  count_not_a_number,
  joined_pipeline_has_a_name,
  // settings
  threads_not_a_number,
  strategy_may_throw,
  strategy_does_not_fit,
  report_of_other_type,
  trace_of_other_type,
  progress_not_callable,
  interval_not_a_duration,
  token_without_stop_requested,
  deadline_of_other_clock,
  // terminals
  contains_without_equality,
  collect_fixed_size,
  collect_incomplete,
  collect_qualified,
  collect_without_default,
  collect_into_const,
  collect_into_const_span,
  collect_does_not_fit,
  collect_into_span_of_others,
  size_unknown,
  find_not_copyable,
  ordered_not_copyable,
  ordered_takes_reference,
  extreme_not_copyable,
  minmax_not_copyable,
  key_without_order,
  extreme_without_order,
  comparison_does_not_fit,
  unzip_without_pairs,
  partition_does_not_fit,
  unzip_not_copyable,
  reduce_other_items,
  reduce_narrows,
  reduce_not_callable,
  reduce_other_result,
  total_not_numbers,
  total_without_plus,
  mean_without_division,
  try_without_answer
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
