// A search through numbers, many at once: all of a block are asked before the answers are looked at. The best of them is
// chosen likewise.
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

/// A sink that keeps the item with the best key, a number. Once it `is_choosy()`, items of which none is `better(key, yes,
/// no)` need not be given to it; others are, by `take(item, key)`, in order. All but that as const. Lets a compiler
/// compare many keys at once.
template <class K, class Item>
concept choosing = requires(K& k, K const& c, Item&& item) {
  { c.is_choosy() } -> std::same_as<bool>;
  { c.better(c.key(static_cast<Item&&>(item)), 1, 0) } -> std::same_as<int>;
  k.take(static_cast<Item&&>(item), c.key(static_cast<Item&&>(item)));
};

/// How many items are asked at once: so many behind the first that is wanted, less one, see the predicate for nothing.
/// Strips that are shorter, since their items are dear, are asked one by one.
inline constexpr std::size_t search_block = 32;

/// Whether `at(i)` reads, and runs nobody's closure: it may be called twice.
template <class S>
inline constexpr bool plain_source = requires { requires S::plain; };

/// Whether `at(i)` is i.
template <class S>
inline constexpr bool counting = requires { requires S::counting; };

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

template <class At, class I, class K>
using key_at = decltype(std::declval<K const&>().key(std::declval<At const&>()(std::declval<I>())));

/// Numbers, also of several ranges side by side. Where they lie in objects, of which the key is a part, vectors take half
/// to 1.3 times the time, by compiler and level.
template <class At, class I, class K>
inline constexpr bool chosen_by_blocks = [] {
  using Item = item_at<At, I>;
  constexpr bool object = std::is_class_v<std::remove_cvref_t<Item>> && std::is_reference_v<Item>;
  if constexpr ((plain_source<At> || counting<At>) && !object && bytes_of_numbers<Item> != 0) {
    if constexpr (choosing<K, Item>) return packs_answers<bytes_of_numbers<key_at<At, I, K>>>;
  }
  return false;
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

/// Computes the keys of the items from `i` on, each once and in order, gives those that are best to `k`, and moves `i`
/// behind them. Whether any was.
template <class At, class I, class K>
[[gnu::always_inline]] inline bool choose_from_block(At const& at, I& i, K& k) {
  using Key = key_at<At, I, K>;
  using Answer = answer_of<bytes_of_numbers<Key>>;
  Key keys[search_block];
  Answer answer = no<Answer>;
#if defined(__clang__)  // in two loops keys that are computed one by one are compared many at once all the same
  for (std::size_t j = 0; j != search_block; ++j) keys[j] = k.key(at(static_cast<I>(i + static_cast<I>(j))));
  for (Key const key : keys) answer = static_cast<Answer>(answer | k.better(key, yes<Answer>, no<Answer>));
#else  // of which GCC packs neither
  for (std::size_t j = 0; j != search_block; ++j) {
    keys[j] = k.key(at(static_cast<I>(i + static_cast<I>(j))));
    answer = static_cast<Answer>(answer | k.better(keys[j], yes<Answer>, no<Answer>));
  }
#endif
  bool const any = answer != no<Answer>;
  if (any) [[unlikely]] {
    for (std::size_t j = 0; j != search_block; ++j) k.take(at(static_cast<I>(i + static_cast<I>(j))), keys[j]);
  }
  i = static_cast<I>(i + static_cast<I>(search_block));
  return any;
}

/// Gives the `left` items from `i` on to `k`, all but fewer than a block. Where one block after the other has better ones,
/// as in a falling sequence, they are looked at twice in vain: then ever more are given one by one, if that is cheap.
template <class At, class I, class K>
[[gnu::always_inline]] inline void choose(At const& at, I& i, std::size_t left, K& k) {
  for (; left && !k.is_choosy(); --left, ++i) (void)k(at(i));
  std::size_t in_vain = 0;  // 1, 3, 7 … after so many blocks in a row
  while (left >= search_block) {
    left -= search_block;
    if (!detail::choose_from_block(at, i, k)) {
      in_vain = 0;
    } else if constexpr (K::keys_are_items) {
      in_vain = 2 * in_vain + 1;
      std::size_t one_by_one = in_vain / 2 * search_block;
      if (one_by_one > left) one_by_one = left;
      left -= one_by_one;
      for (; one_by_one; --one_by_one, ++i) (void)k(at(i));
    }
  }
}

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
