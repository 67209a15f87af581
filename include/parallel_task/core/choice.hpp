// Choosing the best by number, many items at once: all keys of a block are computed before any is compared.
#pragma once

#include <parallel_task/core/search.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A sink that keeps the item with the best key, a number. Once it `is_choosy()`, it need only be given items whose key
/// is better: `better(key, if_better, if_not)` returns which of two answers is right, and `take(item, key)` is called
/// in order. Only `take` changes the sink. `keys_are_items`: an item is its own key. With this a compiler can compare
/// many keys at once.
template <class K, class Item>
concept choosing = requires(K& k, K const& c, Item&& item) {
  { K::keys_are_items } -> std::convertible_to<bool>;
  { c.is_choosy() } -> std::same_as<bool>;
  { c.better(c.key(static_cast<Item&&>(item)), 1, 0) } -> std::same_as<int>;
  k.take(static_cast<Item&&>(item), c.key(static_cast<Item&&>(item)));
};

/// Whether the item at i is i.
template <class S>
inline constexpr bool counting = requires { requires S::counting; };

template <class Item, class K>
using KeyAt = decltype(std::declval<K const&>().key(std::declval<Item>()));

/// For numbers, also those of several zipped ranges. Not for objects with the key as a member: there vector code takes
/// 0.5 to 1.3 times as long, depending on compiler and optimisation level.
template <class At, class K>
inline constexpr bool chosen_by_blocks = [] {
  if constexpr (plain_source<At> || counting<At>) {
    using Item = typename At::Item;
    constexpr bool object = std::is_class_v<std::remove_cvref_t<Item>> && std::is_reference_v<Item>;
    if constexpr (!object && bytes_of_numbers<Item> != 0) {
      if constexpr (choosing<K, Item>) return packs_answers<bytes_of_numbers<KeyAt<Item, K>>>;
    }
  }
  return false;
}();

/// Computes the keys of a block of items from `i` on, each once and in order, and moves `i` past the block. If any of
/// them is better, all items of the block are given to `k`. Returns whether any was.
template <class At, class I, class K>
PARALLEL_TASK_ALWAYS_INLINE inline bool choose_from_block(At const& at, I& i, K& k) {
  using Key = KeyAt<typename At::Item, K>;
  using Answer = AnswerOf<bytes_of_numbers<Key>>;
  Key keys[search_block];
  Answer answer = unmatched<Answer>;
#if defined(__clang__)  // with two loops it vectorises the comparisons even if it can't vectorise the keys
  for (std::size_t j = 0; j != search_block; ++j) {
    at(static_cast<I>(i + static_cast<I>(j)), [&](auto&& x) PARALLEL_TASK_INLINE_BODY {
      keys[j] = k.key(static_cast<decltype(x)&&>(x));
      return true;
    });
  }
  for (Key const key : keys) answer = static_cast<Answer>(answer | k.better(key, matched<Answer>, unmatched<Answer>));
#else  // GCC would vectorise neither of the two
  for (std::size_t j = 0; j != search_block; ++j) {
    at(static_cast<I>(i + static_cast<I>(j)), [&](auto&& x) PARALLEL_TASK_INLINE_BODY {
      keys[j] = k.key(static_cast<decltype(x)&&>(x));
      return true;
    });
    answer = static_cast<Answer>(answer | k.better(keys[j], matched<Answer>, unmatched<Answer>));
  }
#endif
  bool const any = answer != unmatched<Answer>;
  if (any) [[unlikely]] {
    for (std::size_t j = 0; j != search_block; ++j) {
      at(static_cast<I>(i + static_cast<I>(j)), [&](auto&& x) PARALLEL_TASK_INLINE_BODY {
        k.take(static_cast<decltype(x)&&>(x), keys[j]);
        return true;
      });
    }
  }
  i = static_cast<I>(i + static_cast<I>(search_block));
  return any;
}

/// Gives the `left` items from `i` on to `k`, except for a rest of less than a block. In a falling sequence (for min)
/// every block holds a new best item, so comparing it first is wasted: back off exponentially to item by item, if keys
/// are cheap.
template <class At, class I, class K>
PARALLEL_TASK_ALWAYS_INLINE inline void choose(At const& at, I& i, std::size_t left, K& k) {
  for (; left && !k.is_choosy(); --left, ++i) (void)at(i, k);
  std::size_t backoff = 0;  // 1, 3, 7, ... after 1, 2, 3, ... blocks in a row that held a better item
  while (left >= search_block) {
    left -= search_block;
    if (!detail::choose_from_block(at, i, k)) {
      backoff = 0;
    } else if constexpr (K::keys_are_items) {
      backoff = 2 * backoff + 1;
      std::size_t one_by_one = backoff / 2 * search_block;
      if (one_by_one > left) one_by_one = left;
      left -= one_by_one;
      for (; one_by_one; --one_by_one, ++i) (void)at(i, k);
    }
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
