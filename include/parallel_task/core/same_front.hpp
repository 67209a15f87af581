// How far two stretches of memory are the same: found by their bytes, many items at once with any compiler and flags.
#pragma once

#include <parallel_task/core/concepts.hpp>

#include <cstddef>
#include <cstring>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A source whose items lie side by side in memory.
template <class S, class Item>
concept in_memory = requires(S const& s) {
  { *s.data() } -> std::same_as<Item>;
};

/// Whether two sources are in memory, and an item of one equals one of the other exactly if their bytes are the same:
/// not so for floating point, nor for what is volatile.
template <class S, class R>
inline constexpr bool equal_by_bytes = [] {
  if constexpr (in_memory<S, typename S::Item> && in_memory<R, typename R::Item>) {
    using A = std::remove_const_t<std::remove_reference_t<typename S::Item>>;
    using B = std::remove_const_t<std::remove_reference_t<typename R::Item>>;
    return std::is_same_v<A, B> && std::is_same_v<A, std::remove_cv_t<A>> &&
           (std::is_integral_v<A> || std::is_pointer_v<A>);
  } else {
    return false;
  }
}();

/// A sink of pairs that may say of a pair whose parts are equal that it need not be given it: `skips_same()`.
template <class K>
concept skips_same_pairs = requires(K const& k) {
  { k.skips_same() } -> std::same_as<bool>;
};

/// How many items are the same from the front on: `n`, or a number of whole pieces, the next of which differs
/// somewhere. A piece is so large that a call costs little, and so small that looking through it for the item does.
template <class T>
[[nodiscard]] std::size_t same_front(T const* a, T const* b, std::size_t n) noexcept {
  constexpr std::size_t piece = 4096 / sizeof(T);
  std::size_t same = 0;
  while (same != n) {
    std::size_t const next = n - same < piece ? n - same : piece;
    if (std::memcmp(a + same, b + same, next * sizeof(T)) != 0) break;
    same += next;
  }
  return same;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
