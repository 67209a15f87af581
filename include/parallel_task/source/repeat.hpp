// Sources without a range: the same value many times, or no item at all.
#pragma once

#include <parallel_task/core/stage_base.hpp>

#include <cstddef>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// One value, which the pipeline holds, at each of its positions.
template <class T>
struct Repeat : ByIndex<Repeat<T>> {
  using Item = T const&;
  using Value = T;
  static constexpr bool plain = true;
  static constexpr bool lasting = true;
  static constexpr bool owns = true;

  Repeat(T value, std::size_t n) : value_(std::move(value)), size_(n) {}

  [[nodiscard]] std::size_t total() const { return size_; }
  template <class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool at(Stateless&, std::size_t, Next&& next) const {
    return next(value_);
  }

 private:
  T value_;
  std::size_t size_;
};

/// No items, of a type.
template <class T>
struct Empty : ByIndex<Empty<T>> {
  using Item = T;
  using Value = T;
  static constexpr bool owns = true;

  [[nodiscard]] std::size_t total() const { return 0; }
  template <class Next>
  bool at(Stateless&, std::size_t, Next&&) const {
    return true;
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
