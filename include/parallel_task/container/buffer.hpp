// A growing array that initialises nothing twice: memory that a parallel run fills is not zeroed first.
#pragma once

#include <parallel_task/platform/memory.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <cstddef>
#include <cstdlib>
#include <initializer_list>
#include <new>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Fresh memory for `count` items; large memory gets hints for the system. Throws std::bad_alloc.
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

}  // namespace PARALLEL_TASK_CODE

inline namespace PARALLEL_TASK_VALUES {

/// A contiguous container like `std::vector`, and the cheapest one to `collect` into: the run constructs the items in
/// place, so that nothing is initialised twice, and items need no default constructor.
///
///     pt::buffer<int> const kept = pt::parallel_iter(v).map(f).collect<pt::buffer>();
///
/// Its members are a part of those of `std::vector`, with the same complexity, exceptions, invalidation of
/// iterators and thread-safety. The name is in lower case, as those of the standard containers are.
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

  /// An empty buffer, a buffer of the given items, or of those of an iterator range.
  PARALLEL_TASK_BY_FLAGS buffer() noexcept = default;
  PARALLEL_TASK_BY_FLAGS buffer(std::initializer_list<T> items) : buffer(items.begin(), items.end()) {}
  template <std::forward_iterator I, std::sentinel_for<I> E>
  PARALLEL_TASK_BY_FLAGS buffer(I first, E last) {
    reserve(static_cast<std::size_t>(std::ranges::distance(first, last)));
    for (; first != last; ++first) emplace_back(*first);
  }
  PARALLEL_TASK_BY_FLAGS buffer(buffer const& other) : buffer(other.begin(), other.end()) {}
  PARALLEL_TASK_BY_FLAGS buffer(buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  PARALLEL_TASK_BY_FLAGS buffer& operator=(buffer other) noexcept {
    swap(other);
    return *this;
  }
  PARALLEL_TASK_BY_FLAGS ~buffer() {
    clear();
    if (data_ != nullptr) detail::deallocate(data_);
  }

  /// Exchanges the content of two buffers in constant time; iterators stay valid and belong to the other buffer.
  PARALLEL_TASK_BY_FLAGS void swap(buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }
  PARALLEL_TASK_BY_FLAGS friend void swap(buffer& a, buffer& b) noexcept { a.swap(b); }

  /// The items as an array; null if no memory has been allocated.
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] T* data() noexcept { return data_; }
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] T const* data() const noexcept { return data_; }
  /// How many items there are.
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// For how many items there is memory.
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  /// Whether there are no items.
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// An iterator, which is a pointer, to the first item.
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] iterator begin() noexcept { return data_; }
  /// An iterator after the last item.
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] iterator end() noexcept { return data_ + size_; }
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] const_iterator begin() const noexcept { return data_; }
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] const_iterator end() const noexcept { return data_ + size_; }
  /// The item at position `i`, which is not checked.
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] T& operator[](std::size_t i) noexcept { return data_[i]; }
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] T const& operator[](std::size_t i) const noexcept { return data_[i]; }
  /// The first item of a buffer that is not empty.
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] T& front() noexcept { return data_[0]; }
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] T const& front() const noexcept { return data_[0]; }
  /// The last item of a buffer that is not empty.
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] T& back() noexcept { return data_[size_ - 1]; }
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] T const& back() const noexcept { return data_[size_ - 1]; }

  /// Destroys all items and keeps the memory.
  PARALLEL_TASK_BY_FLAGS void clear() noexcept {
    std::destroy_n(data_, size_);
    size_ = 0;
  }

  /// Makes room for `count` items in all. Throws `std::bad_alloc`; if that or a move constructor throws, nothing has
  /// changed, except that items without a copy constructor may have been moved from.
  PARALLEL_TASK_BY_FLAGS void reserve(std::size_t count) {
    if (count <= capacity_) return;
    buffer larger;
    larger.data_ = detail::allocate<T>(count);
    larger.capacity_ = count;
    larger.take_copies(*this);
    swap(larger);
  }

  /// Appends an item, in amortised constant time, and returns a reference to it. An argument may be an item of this
  /// buffer. If an exception is thrown, nothing has changed, as in reserve.
  template <class... Arguments>
  PARALLEL_TASK_BY_FLAGS T& emplace_back(Arguments&&... arguments) {
    if (size_ == capacity_) return emplace_in_larger(std::forward<Arguments>(arguments)...);
    std::construct_at(data_ + size_, std::forward<Arguments>(arguments)...);
    return data_[size_++];
  }
  /// Appends a copy of an item, or moves it in: see emplace_back.
  PARALLEL_TASK_BY_FLAGS void push_back(T const& item) { emplace_back(item); }
  PARALLEL_TASK_BY_FLAGS void push_back(T&& item) { emplace_back(std::move(item)); }
  /// Removes the last item of a buffer that is not empty.
  PARALLEL_TASK_BY_FLAGS void pop_back() noexcept { std::destroy_at(data_ + --size_); }

  /// Whether both have equal items in the same order.
  PARALLEL_TASK_BY_FLAGS friend bool operator==(buffer const& a, buffer const& b)
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

  /// Constructs the new item first, since an argument may refer to the old memory, and in place, since its type may not
  /// be movable.
  template <class... Arguments>
  PARALLEL_TASK_BY_FLAGS T& emplace_in_larger(Arguments&&... arguments) {
    buffer larger;
    larger.data_ = detail::allocate<T>(capacity_ == 0 ? 8 : 2 * capacity_);
    larger.capacity_ = capacity_ == 0 ? 8 : 2 * capacity_;
    struct Owned {
      T* item;
      ~Owned() {
        if (item != nullptr) std::destroy_at(item);
      }
    } last{std::construct_at(larger.data_ + size_, std::forward<Arguments>(arguments)...)};
    larger.take_copies(*this);
    ++larger.size_;
    last.item = nullptr;
    swap(larger);
    return data_[size_ - 1];
  }
  PARALLEL_TASK_BY_FLAGS void take_copies(buffer& other) {
    for (; size_ != other.size_; ++size_) std::construct_at(data_ + size_, std::move_if_noexcept(other.data_[size_]));
  }

  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace PARALLEL_TASK_VALUES

inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// How a run fills a buffer: it constructs items after the end, then sets the size.
struct BufferAccess {
  template <class T>
  static void set_size(buffer<T>& target, std::size_t size) noexcept {
    target.size_ = size;
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
