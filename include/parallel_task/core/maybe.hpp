// A value that may be missing, and one that is handed on; both are on the heap if they are large.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <cstddef>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Up to this many bytes of a user's value are kept in the engine's own frame, or inside something that it keeps there.
/// A stack has a few megabytes, and a call of a pipeline may be nested in an item of another.
inline constexpr std::size_t most_in_frame = 4096;

/// A T, or none yet. `put(make)` constructs what `make()` returns in place; `replace(make)` replaces the value by what
/// `make()` returns, which may look at the old one and move from it.
template <class T, bool large = (sizeof(T) > most_in_frame)>
class Maybe {
 public:
  Maybe() noexcept {}
  Maybe(Maybe&& other) noexcept(std::is_nothrow_move_constructible_v<T>)
    requires std::is_move_constructible_v<T>
  {
    if (other) put([&other]() -> T&& { return std::move(*other); });
  }
  Maybe(Maybe const&) = delete;
  Maybe& operator=(Maybe const&) = delete;
  ~Maybe() {
    if (is_there_) value_.~T();
  }

  [[nodiscard]] explicit operator bool() const noexcept { return is_there_; }
  [[nodiscard]] T& operator*() noexcept { return value_; }
  template <class Make>
  PARALLEL_TASK_ALWAYS_INLINE void put(Make const& make) {
    ::new (static_cast<void*>(std::addressof(value_))) T(make());
    is_there_ = true;
  }
  template <class Make>
  PARALLEL_TASK_ALWAYS_INLINE void replace(Make const& make) {
    value_ = make();
  }

 private:
  union {
    T value_;
  };
  bool is_there_ = false;
};

/// Trivially copyable, so that an accumulator which contains it can be kept in registers.
template <class T>
  requires(std::is_trivially_copyable_v<T> && std::is_move_constructible_v<T>)
class Maybe<T, false> {
 public:
  [[nodiscard]] explicit operator bool() const noexcept { return value_.has_value(); }
  [[nodiscard]] T& operator*() noexcept { return *value_; }
  template <class Make>
  PARALLEL_TASK_ALWAYS_INLINE void put(Make const& make) {
    value_.emplace(make());
  }
  template <class Make>
  PARALLEL_TASK_ALWAYS_INLINE void replace(Make const& make) {
    *value_ = make();
  }

 private:
  std::optional<T> value_;
};

/// A large one, on the heap. The memory of the previous value is kept for the one after the next: allocating a megabyte
/// for each item would fault in its pages each time.
template <class T>
class Maybe<T, true> {
 public:
  Maybe() = default;
  Maybe(Maybe&& other) noexcept
      : value_(std::exchange(other.value_, nullptr)), spare_(std::exchange(other.spare_, nullptr)) {}
  Maybe& operator=(Maybe&&) = delete;
  ~Maybe() {
    if (value_ != nullptr) destroy(value_);
    if (spare_ != nullptr) free(spare_);
  }

  [[nodiscard]] explicit operator bool() const noexcept { return value_ != nullptr; }
  [[nodiscard]] T& operator*() noexcept { return *value_; }
  template <class Make>
  void put(Make const& make) {
    if (spare_ == nullptr) spare_ = ::operator new(sizeof(T), std::align_val_t{alignof(T)});
    value_ = ::new (spare_) T(make());
    spare_ = nullptr;
  }
  template <class Make>
  void replace(Make const& make) {
    T* const before = value_;
    put(make);
    before->~T();
    spare_ = before;
  }

 private:
  static void free(void* memory) noexcept { ::operator delete(memory, std::align_val_t{alignof(T)}); }
  static void destroy(T* value) noexcept {
    value->~T();
    free(value);
  }

  T* value_ = nullptr;
  void* spare_ = nullptr;
};

/// A T that is handed on from object to object. A large one is on the heap and stays where it is.
template <class T, bool large = (sizeof(T) > most_in_frame)>
class HeapIfLarge {
 public:
  HeapIfLarge(T value) : value_(std::move(value)) {}  // NOLINT
  [[nodiscard]] T& operator*() noexcept { return value_; }

 private:
  T value_;
};
template <class T>
class HeapIfLarge<T, true> {
 public:
  HeapIfLarge(T&& value) : value_(new T(std::move(value))) {}  // NOLINT
  HeapIfLarge(T const& value) : value_(new T(value)) {}        // NOLINT
  HeapIfLarge(HeapIfLarge&& other) noexcept : value_(std::exchange(other.value_, nullptr)) {}
  HeapIfLarge(HeapIfLarge const& other) : value_(new T(*other.value_)) {}
  HeapIfLarge& operator=(HeapIfLarge const&) = delete;
  ~HeapIfLarge() { delete value_; }
  [[nodiscard]] T& operator*() noexcept { return *value_; }

 private:
  T* value_;
};

/// Assigns to `kept` what `make()` returns: a value, or a reference. If that refers to `kept` itself, nothing is
/// assigned: a vector that is moved to itself would be empty.
template <class T, class Make>
PARALLEL_TASK_ALWAYS_INLINE inline void become(T& kept, Make const& make) {
  using Made = decltype(make());
  if constexpr (std::is_reference_v<Made> && std::is_same_v<std::remove_cvref_t<Made>, T>) {
    Made made = make();
    if (std::addressof(made) == std::addressof(kept)) return;
    if constexpr (std::is_assignable_v<T&, Made>) {
      kept = static_cast<Made>(made);
    } else {
      kept = std::move(made);
    }
  } else {
    kept = make();
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
