// The sorter of items that are their bytes, with memory for as many: looks first, then by numbers or by comparison.
#pragma once

#include <parallel_task/algorithm/sorting/items.hpp>
#include <parallel_task/algorithm/sorting/look.hpp>
#include <parallel_task/algorithm/sorting/order.hpp>
#include <parallel_task/algorithm/sorting/quick.hpp>
#include <parallel_task/algorithm/sorting/radix.hpp>
#include <parallel_task/algorithm/sorting/sample.hpp>
#include <parallel_task/algorithm/sorting/scratch.hpp>
#include <parallel_task/algorithm/sorting/small.hpp>
#include <parallel_task/algorithm/sorting/strays.hpp>
#include <parallel_task/algorithm/sorting/team.hpp>

#include <cstddef>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <bool stable, class T, class O>
class OutOfPlace {
 public:
  OutOfPlace(T* v, std::size_t n, O const& less, Team const& team) : v_(v), n_(n), less_(less), team_(team) {}

  /// Scratch memory that `run` takes; 0: none.
  [[nodiscard]] static std::size_t bytes(std::size_t n) noexcept {
    if (n <= most_small) return 0;
    std::size_t all = ScratchMemory::bytes_for<T>(n);
    if (n < least_shared) return all;
    std::size_t const strays = may_split ? ScratchMemory::bytes_for<T>(n / 8) : 0;
    if constexpr (numeric) {
      all += strays > RadixSort<T, O>::bytes(n) ? strays : RadixSort<T, O>::bytes(n);
    } else {
      all += strays > SampleSort<T, O>::bytes(n) ? strays : SampleSort<T, O>::bytes(n);
    }
    return all;
  }
  /// From this many items on, threads may share.
  static constexpr bool numeric = by_number<O, T>;
  static constexpr std::size_t least_shared = numeric ? 12000 : 4096;

  /// Sorts what needs no memory: few items, and those that are one run. False: nothing has changed.
  bool run_without_memory() {
    if (n_ <= most_small) return detail::small_sort(v_, n_, less_), true;
    look();
    if (!in_runs_ || runs_.count != 1) return false;
    detail::straighten(v_, runs_, team_);
    return true;
  }
  /// Sorts what `run_without_memory` has not. False: there was not memory enough, and nothing has changed. If anything
  /// throws, all items are in v.
  bool run(ScratchMemory& scratch) {
    T* const other = scratch.carve<T>(n_);
    if (other == nullptr) return false;
    if (use_order(other, scratch)) return true;
    if constexpr (numeric) {
      if (stays_alone()) return Interpolation<T, O>(less_).sort(v_, other, n_, v_), true;
      return RadixSort<T, O>(v_, n_, other, less_, team_, 0).run(scratch);
    } else {
      if (stays_alone()) return detail::quick_sort(v_, n_, other, less_), true;
      return SampleSort<T, O>(v_, n_, other, less_, team_, 0).run(scratch);
    }
  }
  /// The same of what has an order already that helps; false also if it has none.
  bool run_if_ordered(ScratchMemory& scratch) {
    T* const other = scratch.carve<T>(n_);
    return other != nullptr && use_order(other, scratch);
  }

 private:
  static constexpr bool has_twins() noexcept {
    if constexpr (numeric) {
      return !(O::is_of_item && !std::is_floating_point_v<T>);
    } else {
      return true;
    }
  }
  /// Whether taking strays out can't be seen afterwards.
  static constexpr bool may_split = !stable || !has_twins();

  /// Fewer items have no memory for a shared sort either, see bytes().
  [[nodiscard]] bool stays_alone() const noexcept { return team_.is_alone() || n_ < least_shared; }

  void look() {
    seen_ = detail::glance(v_, n_, less_);
    if (seen_ == Glance::mixed) return;
    if (team_.is_alone()) {
      std::size_t const limit = n_ / 128 + 1;
      in_runs_ = detail::find_runs(v_, 0, n_, limit < most_runs ? limit : most_runs, runs_, less_);
    } else {
      in_runs_ = detail::find_runs(v_, n_, runs_, less_, team_);
    }
  }
  /// Sorts what has a few runs already, or few items out of order. False: neither, and nothing has changed.
  bool use_order(T* other, ScratchMemory& scratch) {
    if (in_runs_) return merge_what_runs(other), true;
    if constexpr (may_split) {
      if (seen_ != Glance::nearly_sorted || team_.is_alone()) return false;
      std::size_t const mark = scratch.used();
      T* const strays = scratch.carve<T>(n_ / 8);
      if (strays != nullptr && StraySort<T, O>(v_, n_, other, strays, n_ / 8, less_, team_).run()) return true;
      scratch.release(mark);
    }
    return false;
  }
  void merge_what_runs(T* other) {
    if (detail::merge_passes(runs_.count) % 2 == 0) {
      detail::straighten(v_, runs_, team_);
    } else {
      detail::straighten_into(other, v_, runs_, team_);
    }
    detail::merge_runs(v_, other, runs_, less_, team_);
  }

  T* v_;
  std::size_t n_;
  O const& less_;
  Team const& team_;
  Glance seen_ = Glance::mixed;
  bool in_runs_ = false;
  Runs runs_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
