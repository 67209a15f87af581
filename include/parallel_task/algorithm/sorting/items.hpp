// What sorting does with items: copies their bits where a type allows it, and puts back what it had in hand.
#pragma once

#include <parallel_task/platform/code.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Items that are their bytes: a copy that is forgotten costs nothing, and one that replaces an item is that item. More
/// than the trivially copyable types: `std::pair` and `std::tuple` of such types assign by a function of their own.
template <class T>
inline constexpr bool is_bitwise = std::is_trivially_copy_constructible_v<T> &&
                                   std::is_trivially_move_constructible_v<T> && std::is_trivially_destructible_v<T>;

/// Items that can be moved to other memory and back without anything that may fail.
template <class T>
inline constexpr bool is_relocatable = std::is_nothrow_move_constructible_v<T> && std::is_nothrow_destructible_v<T>;

template <class T>
PARALLEL_TASK_ALWAYS_INLINE inline void put(T* to, T const& from) noexcept {
  ::new (static_cast<void*>(to)) T(from);
}
template <class T>
inline void copy_items(T* to, T const* from, std::size_t n) noexcept {
  if (n != 0) std::memcpy(static_cast<void*>(to), static_cast<void const*>(from), n * sizeof(T));
}

/// Memory for a few items, none of which is constructed.
template <class T, std::size_t n>
class Room {
 public:
  [[nodiscard]] T* items() noexcept { return reinterpret_cast<T*>(bytes_); }

 private:
  alignas(T) unsigned char bytes_[n * sizeof(T)];
};

/// Copies items back where they belong if an exception passes by. Everything that a sort reads from then lies whole in
/// one place at any time, since a user's comparison may throw at any time.
template <class T>
class CopiesBack {
 public:
  CopiesBack(T* to, T const* from, std::size_t n) noexcept : to_(to), from_(from), n_(n) {}
  CopiesBack(CopiesBack const&) = delete;
  CopiesBack& operator=(CopiesBack const&) = delete;
  ~CopiesBack() { detail::copy_items(to_, from_, n_); }
  void forget() noexcept { n_ = 0; }

 private:
  T* to_;
  T const* from_;
  std::size_t n_;
};

/// `which ? a : b` without a branch, which compilers would make of the expression.
template <class T>
PARALLEL_TASK_ALWAYS_INLINE inline T* select(bool which, T* a, T* b) noexcept {
  auto const x = reinterpret_cast<std::uintptr_t>(a);
  auto const y = reinterpret_cast<std::uintptr_t>(b);
  return reinterpret_cast<T*>(y ^ ((x ^ y) & (std::uintptr_t{0} - static_cast<std::uintptr_t>(which))));
}

/// `which ? a : b`; of floating-point numbers by their bits, or compilers make a branch of it where they don't make
/// vectors.
template <class T>
PARALLEL_TASK_ALWAYS_INLINE inline T either(bool which, T a, T b) noexcept {
  if constexpr (std::is_floating_point_v<T> && sizeof(T) <= 8) {
    using Bits = std::conditional_t<(sizeof(T) > 4), std::uint64_t, std::uint32_t>;
    auto const x = std::bit_cast<Bits>(a);
    auto const y = std::bit_cast<Bits>(b);
    return std::bit_cast<T>(static_cast<Bits>(y ^ ((x ^ y) & (Bits{0} - Bits{which}))));
  } else {
    return which ? a : b;
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
