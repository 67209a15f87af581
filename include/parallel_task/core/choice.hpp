// The choice of the best of numbers, many at once: all keys of a block are computed before one is looked at.
#pragma once

#include <parallel_task/core/search.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// A sink that keeps the item with the best key, a number. Once it `is_choosy()`, items of which none is
/// `better(key, yes, no)` need not be given to it; others are, by `take(item, key)`, in order. All but that as const.
/// `keys_are_items`: an item is its own key. Lets a compiler compare many keys at once.
template <class K, class Item>
concept choosing = requires(K& k, K const& c, Item&& item) {
  { K::keys_are_items } -> std::convertible_to<bool>;
  { c.is_choosy() } -> std::same_as<bool>;
  { c.better(c.key(static_cast<Item&&>(item)), 1, 0) } -> std::same_as<int>;
  k.take(static_cast<Item&&>(item), c.key(static_cast<Item&&>(item)));
};

/// Whether `at(i)` is i.
template <class S>
inline constexpr bool counting = requires { requires S::counting; };

template <class At, class I, class K>
using key_at = decltype(std::declval<K const&>().key(std::declval<At const&>()(std::declval<I>())));

/// Numbers, also of several ranges side by side. Where they lie in objects, of which the key is a part, vectors take
/// half to 1.3 times the time, by compiler and level.
template <class At, class I, class K>
inline constexpr bool chosen_by_blocks = [] {
  using Item = item_at<At, I>;
  constexpr bool object = std::is_class_v<std::remove_cvref_t<Item>> && std::is_reference_v<Item>;
  if constexpr ((plain_source<At> || counting<At>) && !object && bytes_of_numbers<Item> != 0) {
    if constexpr (choosing<K, Item>) return packs_answers<bytes_of_numbers<key_at<At, I, K>>>;
  }
  return false;
}();

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

/// Gives the `left` items from `i` on to `k`, all but fewer than a block. Where one block after the other has better
/// ones, as in a falling sequence, they are looked at twice in vain: then ever more are given one by one, if that is
/// cheap.
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
