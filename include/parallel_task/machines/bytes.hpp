// Memory for messages.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/memory.hpp>

#include <cstddef>
#include <new>
#include <span>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Bytes that are about to be written need no zeros, and fresh pages of large messages cost more than their copies.
template <class T>
struct MessageAllocator {
  using value_type = T;

  MessageAllocator() noexcept = default;
  template <class U>
  explicit MessageAllocator(MessageAllocator<U> const&) noexcept {}

  [[nodiscard]] T* allocate(std::size_t n) {
    void* const memory = ::operator new(n * sizeof(T));
    if (n * sizeof(T) >= large_memory) detail::advise_huge(memory, n * sizeof(T));
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) noexcept { ::operator delete(static_cast<void*>(memory)); }
  template <class U>
  void construct(U* place) noexcept {
    ::new (static_cast<void*>(place)) U;
  }
  template <class U, class... Arguments>
  void construct(U* place, Arguments&&... arguments) {
    ::new (static_cast<void*>(place)) U(static_cast<Arguments&&>(arguments)...);
  }
  friend bool operator==(MessageAllocator const&, MessageAllocator const&) noexcept { return true; }
};

/// What `resize` adds has no value yet.
using Bytes = std::vector<std::byte, MessageAllocator<std::byte>>;

/// The last part of a message, what it brings along: in the memory of the message itself, behind room for what comes
/// before it. So it is copied neither where it is sent nor where it is received.
class Payload {
 public:
  /// For the head of any message; items behind it are as well aligned as memory itself.
  static constexpr std::size_t room = 48;
  static_assert(room % __STDCPP_DEFAULT_NEW_ALIGNMENT__ == 0);

  Payload() noexcept = default;
  /// `memory`: `room` bytes of any value, and then what is brought along.
  explicit Payload(Bytes memory) noexcept : memory_(std::move(memory)) {}
  [[nodiscard]] static Payload copy_of(std::span<std::byte const> bytes) {
    Payload made;
    if (bytes.empty()) return made;
    made.memory_.reserve(room + bytes.size());
    made.memory_.resize(room);
    made.memory_.insert(made.memory_.end(), bytes.begin(), bytes.end());
    return made;
  }

  [[nodiscard]] std::span<std::byte const> bytes() const noexcept {
    return std::span<std::byte const>(memory_).subspan(memory_.empty() ? 0 : room);
  }
  /// All of it, with the room in front.
  [[nodiscard]] Bytes take() && {
    if (memory_.empty()) memory_.resize(room);
    return std::move(memory_);
  }

 private:
  Bytes memory_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
