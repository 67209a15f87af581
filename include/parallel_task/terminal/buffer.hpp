// A growing array that never initialises twice: what a parallel run fills is not zeroed before.
#pragma once

#include <parallel_task/platform/memory.hpp>

#include <cstddef>
#include <cstdlib>
#include <initializer_list>
#include <iterator>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>  // for std::construct_at, std::destroy; see platform/owner.hpp

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Fresh memory for `count` items, with the hints that large memory is worth. Throws std::bad_alloc.
template <class T>
[[nodiscard]] T* allocate(std::size_t count) {
  if (count > (~std::size_t{0} / 2) / sizeof(T)) {
#if defined(__cpp_exceptions)
    throw std::bad_alloc();
#else
    std::abort();
#endif
  }
  void* const memory = ::operator new(count * sizeof(T), std::align_val_t{alignof(T)});
  if (count * sizeof(T) >= large_memory) advise_huge(memory, count * sizeof(T));
  return static_cast<T*>(memory);
}

template <class T>
void deallocate(T* memory) noexcept {
  ::operator delete(static_cast<void*>(memory), std::align_val_t{alignof(T)});
}

struct BufferAccess;

}  // namespace detail

/// Vector-like owner of contiguous items, the cheapest target of a `collect`:
///
///     auto roots = pt::parallel_iter(v).map(root).collect<pt::buffer>();
///
/// Its items are constructed in place by the run, so nothing is initialised twice, and they need no default
/// constructor. Complexity, invalidation and thread-safety are those of `std::vector`; so is what is thrown.
template <class T>
class buffer {
 public:
  using value_type = T;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using reference = T&;
  using const_reference = T const&;
  using iterator = T*;
  using const_iterator = T const*;

  buffer() noexcept = default;
  buffer(std::initializer_list<T> items) : buffer(items.begin(), items.end()) {}
  template <std::forward_iterator I, std::sentinel_for<I> E>
  buffer(I first, E last) {
    reserve(static_cast<std::size_t>(std::ranges::distance(first, last)));
    for (; first != last; ++first) emplace_back(*first);
  }
  buffer(buffer const& other) : buffer(other.begin(), other.end()) {}
  buffer(buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  buffer& operator=(buffer other) noexcept {
    swap(other);
    return *this;
  }
  ~buffer() {
    clear();
    if (data_ != nullptr) detail::deallocate(data_);
  }

  void swap(buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }
  friend void swap(buffer& a, buffer& b) noexcept { a.swap(b); }

  [[nodiscard]] T* data() noexcept { return data_; }
  [[nodiscard]] T const* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] iterator begin() noexcept { return data_; }
  [[nodiscard]] iterator end() noexcept { return data_ + size_; }
  [[nodiscard]] const_iterator begin() const noexcept { return data_; }
  [[nodiscard]] const_iterator end() const noexcept { return data_ + size_; }
  [[nodiscard]] T& operator[](std::size_t i) noexcept { return data_[i]; }
  [[nodiscard]] T const& operator[](std::size_t i) const noexcept { return data_[i]; }
  [[nodiscard]] T& front() noexcept { return data_[0]; }
  [[nodiscard]] T const& front() const noexcept { return data_[0]; }
  [[nodiscard]] T& back() noexcept { return data_[size_ - 1]; }
  [[nodiscard]] T const& back() const noexcept { return data_[size_ - 1]; }

  void clear() noexcept {
    std::destroy_n(data_, size_);
    size_ = 0;
  }

  /// Makes room for `count` items in all. If moving an item throws, nothing has changed.
  void reserve(std::size_t count) {
    if (count <= capacity_) return;
    buffer larger;
    larger.data_ = detail::allocate<T>(count);
    larger.capacity_ = count;
    for (; larger.size_ != size_; ++larger.size_) {
      std::construct_at(larger.data_ + larger.size_, std::move_if_noexcept(data_[larger.size_]));
    }
    swap(larger);
  }

  template <class... Arguments>
  T& emplace_back(Arguments&&... arguments) {
    if (size_ == capacity_) {
      T item(std::forward<Arguments>(arguments)...);  // an argument may lie in the memory that is given up
      reserve(capacity_ == 0 ? 8 : 2 * capacity_);
      return *std::construct_at(data_ + size_++, std::move(item));
    }
    std::construct_at(data_ + size_, std::forward<Arguments>(arguments)...);
    return data_[size_++];
  }
  void push_back(T const& item) { emplace_back(item); }
  void push_back(T&& item) { emplace_back(std::move(item)); }
  void pop_back() noexcept { std::destroy_at(data_ + --size_); }

  friend bool operator==(buffer const& a, buffer const& b)
    requires requires(T const& x) { x == x; }
  {
    if (a.size_ != b.size_) return false;
    for (std::size_t i = 0; i != a.size_; ++i) {
      if (!(a.data_[i] == b.data_[i])) return false;
    }
    return true;
  }

 private:
  friend struct detail::BufferAccess;
  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

namespace detail {

/// The run's door into a buffer: it constructs items behind the end and then says that they are there.
struct BufferAccess {
  template <class T>
  static void set_size(buffer<T>& target, std::size_t size) noexcept {
    target.size_ = size;
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
