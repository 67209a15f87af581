// Keys in the order in which they came first, each with a value: an open-addressing table that a thread has to itself.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/platform/errors.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Hashed by std::hash, pairs and tuples part by part, and compared by ==.
template <class K>
inline constexpr bool is_hashable = std::equality_comparable<K> && requires(K const& k) {
  { std::hash<K>{}(k) } -> std::convertible_to<std::size_t>;
};
template <class A, class B>
inline constexpr bool is_hashable<std::pair<A, B>> =
    is_hashable<std::remove_cvref_t<A>> && is_hashable<std::remove_cvref_t<B>>;
template <class... T>
inline constexpr bool is_hashable<std::tuple<T...>> = (is_hashable<std::remove_cvref_t<T>> && ...);

template <class K>
[[nodiscard]] std::uint64_t hash_of(K const& key) {
  if constexpr (is_product<K>) {
    return std::apply(
        [](auto const&... parts) {
          std::uint64_t all = 0;
          ((all = (all ^ detail::hash_of(parts)) * 0x9E3779B97F4A7C15U), ...);
          return all;
        },
        key);
  } else {
    return std::hash<K>{}(key);
  }
}
/// 32 bits that all depend on those of the hash: std::hash of a number is mostly the number.
[[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE inline std::uint32_t mix_hash(std::uint64_t x) noexcept {
#if defined(__SIZEOF_INT128__)
  // Both halves of a product, as Wang Yi's wyhash mixes: one multiplication, and no keys are multiples of all of it.
  __extension__ using Wide = unsigned __int128;
  Wide const product = static_cast<Wide>(x ^ 0x8EBC6AF09C88C6E3U) * 0xD6E8FEB86659FD93U;
  x = static_cast<std::uint64_t>(product >> 64U) ^ static_cast<std::uint64_t>(product);
  return static_cast<std::uint32_t>(x);
#else
  // Twice, since keys may be multiples of such a constant themselves.
  x = (x ^ (x >> 32U)) * 0xD6E8FEB86659FD93U;
  x = (x ^ (x >> 32U)) * 0xD6E8FEB86659FD93U;
  return static_cast<std::uint32_t>(x >> 32U);
#endif
}

/// Whether 32 bits are all of a key, so that nothing else need be compared.
template <class K>
inline constexpr bool is_own_tag = std::is_integral_v<K> && sizeof(K) <= sizeof(std::uint32_t);

template <class K>
[[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE inline std::uint32_t spread_hash(K const& key) {
  if constexpr (is_own_tag<K>) {
    // std::hash of such a number is the number. Its product with 64 bits has all of it in both halves.
    // In two steps: of a char made both at once GCC 12 warns that its sign may change.
    auto const bits = static_cast<std::uint32_t>(key);
    std::uint64_t const product = std::uint64_t{bits} * 0xD6E8FEB86659FD93U;
    return static_cast<std::uint32_t>(product >> 32U) ^ static_cast<std::uint32_t>(product);
  } else {
    return detail::mix_hash(detail::hash_of(key));
  }
}

/// 32 bits that are the same for equal keys: the key, or its hash.
template <class K>
[[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE inline std::uint32_t tag_of(K const& key, std::uint32_t hash) noexcept {
  if constexpr (is_own_tag<K>) {
    return static_cast<std::uint32_t>(key);
  } else {
    return hash;
  }
}

/// Where the keys are: tag and number of an entry, side by side, so that few entries are looked at in vain. A slot
/// that is 0 is free.
class HashSlots {
 public:
  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  /// Whether there is an entry with this tag that `matches(number)`: its number, and where it is or would go.
  template <class Matches>
  PARALLEL_TASK_ALWAYS_INLINE bool find(std::uint32_t hash, std::uint32_t tag, Matches const& matches, std::size_t& at,
                                        std::uint32_t& number) const {
    if (mask_ == 0) return false;
    std::uint64_t const* const entries = slots_.data();
    // A slot plus this is the number if it has the tag, and at least `none` if it has another or is free.
    std::uint64_t const less_tag = ~(std::uint64_t{tag} << 32U);
    for (at = hash & mask_;; at = (at + 1) & mask_) {
      std::uint64_t const slot = entries[at];
      std::uint64_t const its_number = slot + less_tag;
      if (its_number < none) [[likely]] {
        number = static_cast<std::uint32_t>(its_number);
        if (matches(number)) [[likely]]
          return true;
      }
      if (slot == 0) return false;
    }
  }
  /// To be called before an entry is added to `count`; true if slots have moved, so that one has to look again.
  /// `hash(number)` is that of an entry.
  template <class Hash>
  [[nodiscard]] bool make_room(std::size_t count, Hash const& hash) {
    std::size_t const size = slots_.size();
    if (count < (size <= most_sparse ? size / 8 : size / 2)) [[likely]]
      return false;
    grow(size == 0 ? 128 : 4 * size, hash);
    return true;
  }
  void put(std::size_t at, std::uint32_t tag, std::size_t number) noexcept {
    slots_[at] = std::uint64_t{tag} << 32U | (number + 1);
  }
  /// Gives entry i the number `numbers[i]`.
  void renumber(std::vector<std::uint32_t> const& numbers) noexcept {
    for (std::uint64_t& slot : slots_) {
      if (slot != 0) slot = (slot >> 32U << 32U) | (numbers[static_cast<std::uint32_t>(slot) - 1] + 1U);
    }
  }

 private:
  template <class Hash>
  void grow(std::size_t size, Hash const& hash) {
    std::vector<std::uint64_t> larger(size);
    for (std::uint64_t const slot : slots_) {
      if (slot == 0) continue;
      std::size_t at = hash(static_cast<std::uint32_t>(slot) - 1) & (size - 1);
      while (larger[at] != 0) at = (at + 1) & (size - 1);
      larger[at] = slot;
    }
    slots_.swap(larger);
    mask_ = size - 1;
  }

  // Up to this size an eighth of the slots may be taken, beyond it half: in a cache, a key that is not found at once
  // costs more, in branches that are not foreseen, than free slots do.
  static constexpr std::size_t most_sparse = 2048;

  std::vector<std::uint64_t> slots_;  // a power of 2
  std::size_t mask_ = 0;              // one less than that, as long as there are any
};

/// What is known of an entry beside its key: its hash, and its number among those of its segment.
struct EntryMark {
  std::uint32_t hash;
  std::uint32_t order;
};

template <class K, class M>
struct HashTable {
  std::vector<std::pair<K, M>> entries;
  std::vector<EntryMark> marks;
  HashSlots hash_slots;

  /// Whether `key` has an entry: its number, and where it is or would go.
  template <class Key>
  PARALLEL_TASK_ALWAYS_INLINE bool find(std::uint32_t hash, Key const& key, std::size_t& at,
                                        std::uint32_t& number) const {
    return hash_slots.find(
        hash, detail::tag_of<K>(key, hash),
        [&](std::uint32_t n) { return is_own_tag<K> || static_cast<bool>(entries[n].first == key); }, at, number);
  }
  /// Where a new entry would go.
  [[nodiscard]] std::size_t place_of(std::uint32_t hash) const {
    std::size_t at = 0;
    std::uint32_t number = 0;
    // Nothing is equal, so that nothing is compared.
    (void)hash_slots.find(
        hash, 0, [](std::uint32_t) { return false; }, at, number);
    return at;
  }
  /// Adds an entry that was not found, with the value that `make()` gives, and returns its number.
  template <class Key, class Make>
  PARALLEL_TASK_NOINLINE std::uint32_t add(std::uint32_t hash, Key&& key, std::size_t order, std::size_t at,
                                           Make const& make) {
    if (order >= HashSlots::none) {
      detail::throw_length_error("parallel_task: more than 4 billion groups");
    }
    if (hash_slots.make_room(entries.size(), [this](std::uint32_t n) { return marks[n].hash; })) at = place_of(hash);
    if (marks.size() == marks.capacity()) marks.reserve(marks.empty() ? 16 : 2 * marks.size());
    K own(static_cast<Key&&>(key));  // before `make`, which may move from what the key refers to
    entries.emplace_back(std::move(own), make());
    marks.push_back({hash, static_cast<std::uint32_t>(order)});
    hash_slots.put(at, detail::tag_of<K>(entries.back().first, hash), entries.size() - 1);
    return static_cast<std::uint32_t>(entries.size() - 1);
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
