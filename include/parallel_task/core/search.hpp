// Searching among numbers, many at once: the predicate is evaluated for a whole block before any answer is examined.
#pragma once

#include <parallel_task/core/concepts.hpp>
#include <parallel_task/platform/inline.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A sink that looks for an item and can tell whether an item is wanted without taking it: `wanted(item)` is const. The
/// first that is wanted goes to `take(item)`, which returns `false`. With this a compiler can test many items at once.
template <class K, class Item>
concept searching = requires(K& k, K const& c, Item&& item) {
  { c.wanted(item) } -> std::same_as<bool>;
  { k.take(static_cast<Item&&>(item)) } -> std::same_as<bool>;
};

/// How many items are tested at once. Up to one less than that are tested for nothing, after the first wanted item.
/// Blocks that are shorter, because their items are expensive, are tested item by item.
inline constexpr std::size_t search_block = 32;

/// Whether `at` only reads memory and runs no closure, so that it may be called twice.
template <class S>
inline constexpr bool plain_source = requires { requires S::plain; };
/// The same, or a map of what is read so: one item of it is little work, unless the closure makes it more.
template <class S>
inline constexpr bool over_memory = plain_source<S> || requires { requires S::maps_memory; };

/// The size in bytes of the narrowest number in an item that consists of numbers only; 0 for any other item. Predicates
/// on numbers are mostly comparisons.
template <class Item>
inline constexpr std::size_t bytes_of_numbers = std::is_arithmetic_v<Item> || std::is_enum_v<Item> ? sizeof(Item) : 0;
template <class Item>
inline constexpr std::size_t bytes_of_numbers<Item const> = bytes_of_numbers<Item>;
template <class Item>
inline constexpr std::size_t bytes_of_numbers<Item&> = bytes_of_numbers<Item>;
template <class A, class B>
inline constexpr std::size_t bytes_of_numbers<std::pair<A, B>> =
    bytes_of_numbers<A> < bytes_of_numbers<B> ? bytes_of_numbers<A> : bytes_of_numbers<B>;

/// Whether the compiler vectorises the comparisons of a block, as measured. Where it does not, a block costs up to
/// twice as much as one branch per item. GCC 12 needs the blends of SSE4.1 for wide numbers. Of Microsoft's compiler,
/// which defines none of these (_M_X64 stands for SSE2, /arch:AVX for __AVX__), that is not known: it searches one by
/// one.
template <std::size_t bytes>
inline constexpr bool packs_answers =
#if defined(__clang__) || defined(__SSE4_1__) || defined(__ARM_NEON)
    bytes != 0 && bytes <= 8;
#elif defined(__SSE2__)
    bytes != 0 && bytes <= 2;
#else
    false;
#endif

template <class At, class K>
inline constexpr bool searched_by_blocks = [] {
  if constexpr (plain_source<At>) {
    if constexpr (searching<K, typename At::Item>) return packs_answers<bytes_of_numbers<typename At::Item>>;
  }
  return false;
}();

/// As wide as the number that is tested, so that the answers for a vector of numbers fill a vector.
template <std::size_t bytes>
using AnswerOf = std::conditional_t<
    bytes == 1, std::uint8_t,
    std::conditional_t<bytes == 2, std::uint16_t, std::conditional_t<bytes == 4, std::uint32_t, std::uint64_t>>>;

// GCC 12 does not vectorise a bool that is widened to the size of the number if the predicate has two conditions. 5 and
// 2 hide that these are 1 and 0.
#if defined(__clang__)
template <class Answer>
inline constexpr Answer matched = 1;
template <class Answer>
inline constexpr Answer unmatched = 0;
#else
template <class Answer>
inline constexpr Answer matched = 5;
template <class Answer>
inline constexpr Answer unmatched = 2;
#endif

/// Tests a block of items from `i` on, each once and in order. Moves `i` past them, or gives the first that is wanted
/// to `k` and returns `true`. An exception is passed on unless an item before it is wanted: then the item that threw
/// would not have been tested.
template <class At, class I, class K>
PARALLEL_TASK_ALWAYS_INLINE inline bool search_one_block(At const& at, I& i, K& k) {
  using Answer = AnswerOf<bytes_of_numbers<typename At::Item>>;
  Answer answers[search_block];
  Answer all = unmatched<Answer>;
  std::size_t tested = 0;
#if defined(__cpp_exceptions)
  try {
#endif
    for (; tested != search_block; ++tested) {
      at(static_cast<I>(i + static_cast<I>(tested)), [&](auto&& x) PARALLEL_TASK_INLINE_BODY {
        answers[tested] = k.wanted(x) ? matched<Answer> : unmatched<Answer>;
        return true;
      });
      all = static_cast<Answer>(all | answers[tested]);
    }
#if defined(__cpp_exceptions)
  } catch (...) {
    if (all == unmatched<Answer> || !std::current_exception()) throw;  // a thread's end is no exception
  }
#endif
  if (all == unmatched<Answer>) [[likely]] {
    i = static_cast<I>(i + static_cast<I>(search_block));
    return false;
  }
  for (std::size_t j = 0;; ++j) {
    if (answers[j] != unmatched<Answer>) {
      at(static_cast<I>(i + static_cast<I>(j)),
         [&k](auto&& x) PARALLEL_TASK_INLINE_BODY { return k.take(static_cast<decltype(x)&&>(x)); });
      return true;
    }
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
