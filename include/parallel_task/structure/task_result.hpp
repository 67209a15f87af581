// The result of a closure, kept until it is wanted; nothing counts as std::monostate.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <new>
#include <type_traits>
#include <utility>
#include <variant>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What stands for the result of a call of `F` in a tuple.
template <class F>
using task_result_t =
    std::conditional_t<std::is_void_v<std::invoke_result_t<F>>, std::monostate, std::invoke_result_t<F>>;

template <class F>
PARALLEL_TASK_ALWAYS_INLINE inline task_result_t<F> call_for_result(F&& f) {
  if constexpr (std::is_void_v<std::invoke_result_t<F>>) {
    static_cast<F&&>(f)();
    return {};
  } else {
    return static_cast<F&&>(f)();
  }
}

/// `put(f)` keeps what `f()` returns; `take()` gives it away, once.
template <class R>
class TaskResult {
 public:
  TaskResult() noexcept {}
  TaskResult(TaskResult const&) = delete;
  TaskResult& operator=(TaskResult const&) = delete;
  ~TaskResult() {
    if (there_) value_.~R();
  }
  template <class F>
  PARALLEL_TASK_ALWAYS_INLINE void put(F&& f) {
    ::new (static_cast<void*>(std::addressof(value_))) R(static_cast<F&&>(f)());
    there_ = true;
  }
  [[nodiscard]] R&& take() noexcept { return std::move(value_); }

 private:
  union {
    R value_;
  };
  bool there_ = false;
};

template <class R>
  requires(!std::is_reference_v<R> && std::is_trivially_destructible_v<R>)
class TaskResult<R> {
 public:
  TaskResult() noexcept {}
  TaskResult(TaskResult const&) = delete;
  TaskResult& operator=(TaskResult const&) = delete;
  template <class F>
  PARALLEL_TASK_ALWAYS_INLINE void put(F&& f) {
    ::new (static_cast<void*>(std::addressof(value_))) R(static_cast<F&&>(f)());
  }
  [[nodiscard]] R&& take() noexcept { return std::move(value_); }

 private:
  union {
    R value_;
  };
};

template <class R>
class TaskResult<R&> {
 public:
  template <class F>
  PARALLEL_TASK_ALWAYS_INLINE void put(F&& f) {
    value_ = std::addressof(static_cast<F&&>(f)());
  }
  [[nodiscard]] R& take() const noexcept { return *value_; }

 private:
  R* value_;
};

template <>
class TaskResult<void> {
 public:
  template <class F>
  PARALLEL_TASK_ALWAYS_INLINE void put(F&& f) {
    static_cast<F&&>(f)();
  }
  [[nodiscard]] static std::monostate take() noexcept { return {}; }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
