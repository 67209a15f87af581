// An owning pointer instead of that of <memory>; see pointers.hpp.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <cstddef>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Owns an object made with `new`, or nothing.
template <class T>
class Owner {
 public:
  constexpr Owner() noexcept = default;
  explicit Owner(T* object) noexcept : object_(object) {}
  Owner(Owner&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Owner& operator=(Owner&& other) noexcept {
    delete std::exchange(object_, std::exchange(other.object_, nullptr));
    return *this;
  }
  ~Owner() { delete object_; }

  [[nodiscard]] explicit operator bool() const noexcept { return object_ != nullptr; }
  [[nodiscard]] T& operator*() const noexcept { return *object_; }
  [[nodiscard]] T* operator->() const noexcept { return object_; }
  [[nodiscard]] T* release() noexcept { return std::exchange(object_, nullptr); }

 private:
  T* object_ = nullptr;
};

/// Owns an array made with `new`, or nothing.
template <class T>
class Owner<T[]> {
 public:
  constexpr Owner() noexcept = default;
  explicit Owner(T* items) noexcept : items_(items) {}
  Owner(Owner&& other) noexcept : items_(std::exchange(other.items_, nullptr)) {}
  Owner& operator=(Owner&& other) noexcept {
    delete[] std::exchange(items_, std::exchange(other.items_, nullptr));
    return *this;
  }
  ~Owner() { delete[] items_; }

  [[nodiscard]] explicit operator bool() const noexcept { return items_ != nullptr; }
  [[nodiscard]] T& operator[](std::size_t i) const noexcept { return items_[i]; }

 private:
  T* items_ = nullptr;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
