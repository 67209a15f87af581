// A search through numbers, many at once: all of a block are asked before the answers are looked at.
#pragma once

#include <parallel_task/core/concepts.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// A sink that looks for an item and can tell whether one is it before it takes any: `wanted(item)`, as const. The first
/// that is wanted goes to `take(item)`, which says `false`. Lets a compiler ask many items at once.
template <class K, class Item>
concept searching = requires(K& k, K const& c, Item&& item) {
  { c.wanted(item) } -> std::same_as<bool>;
  { k.take(static_cast<Item&&>(item)) } -> std::same_as<bool>;
};

/// How many items are asked at once: so many behind the first that is wanted, less one, see the predicate for nothing.
/// Strips that are shorter, since their items are dear, are asked one by one.
inline constexpr std::size_t search_block = 32;

/// Whether `at(i)` reads, and runs nobody's closure: it may be called twice.
template <class S>
inline constexpr bool plain_source = requires { requires S::plain; };

/// Bytes of the narrowest number of an item that is made of numbers alone; of any other item 0. What a predicate does
/// with numbers is mostly a comparison.
template <class Item>
inline constexpr std::size_t bytes_of_numbers = std::is_arithmetic_v<Item> || std::is_enum_v<Item> ? sizeof(Item) : 0;
template <class Item>
inline constexpr std::size_t bytes_of_numbers<Item const> = bytes_of_numbers<Item>;
template <class Item>
inline constexpr std::size_t bytes_of_numbers<Item&> = bytes_of_numbers<Item>;
template <class A, class B>
inline constexpr std::size_t bytes_of_numbers<std::pair<A, B>> =
    bytes_of_numbers<A> < bytes_of_numbers<B> ? bytes_of_numbers<A> : bytes_of_numbers<B>;

/// Whether the compiler makes packed comparisons of a block, as measured; where it does not, a block costs up to twice
/// what a branch an item does. GCC 12 wants SSE4.1's blends for wide numbers.
template <std::size_t bytes>
inline constexpr bool packs_answers =
#if defined(__clang__) || defined(__SSE4_1__) || defined(__ARM_NEON)
    bytes != 0 && bytes <= 8;
#elif defined(__SSE2__)
    bytes != 0 && bytes <= 2;
#else
    false;
#endif

template <class At, class I>
using item_at = decltype(std::declval<At const&>()(std::declval<I>()));

template <class At, class I, class K>
inline constexpr bool searched_by_blocks = [] {
  if constexpr (plain_source<At> && searching<K, item_at<At, I>>) {
    return packs_answers<bytes_of_numbers<item_at<At, I>>>;
  } else {
    return false;
  }
}();

/// As wide as the number that is asked: the answers to a vector of numbers fill a vector.
template <std::size_t bytes>
using answer_of = std::conditional_t<
    bytes == 1, std::uint8_t,
    std::conditional_t<bytes == 2, std::uint16_t, std::conditional_t<bytes == 4, std::uint32_t, std::uint64_t>>>;

// GCC 12 packs no answer that is a bool made wider, if the predicate consists of two; so it must not see that.
#if defined(__clang__)
template <class Answer>
inline constexpr Answer yes = 1;
template <class Answer>
inline constexpr Answer no = 0;
#else
template <class Answer>
inline constexpr Answer yes = 5;
template <class Answer>
inline constexpr Answer no = 2;
#endif

/// Asks about the items from `i` on, each once and in order; moves `i` behind them, or gives the first that is wanted
/// to `k`. An exception comes out unless an item before it is wanted, as if it had never been asked.
template <class At, class I, class K>
[[gnu::always_inline]] inline bool search_one_block(At const& at, I& i, K& k) {
  using Answer = answer_of<bytes_of_numbers<item_at<At, I>>>;
  Answer answers[search_block];
  Answer all = no<Answer>;
  std::size_t asked = 0;
#if defined(__cpp_exceptions)
  try {
#endif
    for (; asked != search_block; ++asked) {
      answers[asked] = k.wanted(at(static_cast<I>(i + static_cast<I>(asked)))) ? yes<Answer> : no<Answer>;
      all = static_cast<Answer>(all | answers[asked]);
    }
#if defined(__cpp_exceptions)
  } catch (...) {
    if (all == no<Answer>) throw;
  }
#endif
  if (all == no<Answer>) [[likely]] {
    i = static_cast<I>(i + static_cast<I>(search_block));
    return false;
  }
  for (std::size_t j = 0;; ++j) {
    if (answers[j] != no<Answer>) {
      k.take(at(static_cast<I>(i + static_cast<I>(j))));
      return true;
    }
  }
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
