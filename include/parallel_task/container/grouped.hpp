// What group_by, count_by and to_map return: a map that keeps its keys in the order in which they came first.
#pragma once

#include <parallel_task/container/concepts.hpp>
#include <parallel_task/container/hash_table.hpp>
#include <parallel_task/platform/errors.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

namespace detail {
struct MakeGrouped;
}

/// The result of `group_by`, `count_by` and `to_map`: keys, each with a value, in the order in which the keys came
/// first in the pipeline. It is made once and not changed; copies are its own. Keys are found by their std::hash.
///
///     auto const counts = pt::parallel_iter(words).count_by([](auto const& word) { return word; });
///     for (auto const& [word, n] : counts) log << word << ' ' << n << '\n';  // to 2, be 2, or 1, not 1
///     auto const sorted_counts = counts.to<std::map>();
///
/// It is a contiguous range of pairs, for loops, views and `pt::parallel_iter`.
template <class Key, class T>
class grouped {
 public:
  using key_type = Key;
  using mapped_type = T;
  using value_type = std::pair<Key, T>;
  using size_type = std::size_t;
  using const_iterator = value_type const*;
  using iterator = const_iterator;

  grouped() = default;

  [[nodiscard]] const_iterator begin() const noexcept { return entries_.data(); }
  [[nodiscard]] const_iterator end() const noexcept { return entries_.data() + entries_.size(); }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }

  /// The entry with this key, or `end()`. Takes constant time, as in a std::unordered_map.
  [[nodiscard]] const_iterator find(Key const& key) const {
    if (entries_.empty()) return end();
    std::uint32_t const hash = detail::spread_hash(key);
    std::size_t const part = slots_.size() == 1 ? 0 : hash >> part_shift;
    std::size_t at = 0;
    std::uint32_t number = 0;
    bool const found = slots_[part].find(
        hash, detail::tag_of(key, hash),
        [&](std::uint32_t n) { return detail::is_own_tag<Key> || static_cast<bool>(entries_[n].first == key); }, at,
        number);
    return found ? begin() + number : end();
  }
  [[nodiscard]] bool contains(Key const& key) const { return find(key) != end(); }
  /// The value of a key; throws `std::out_of_range` if there is none.
  [[nodiscard]] T const& at(Key const& key) const {
    const_iterator const found = find(key);
    if (found == end()) detail::throw_out_of_range("parallel_task::grouped::at: no such key");
    return found->second;
  }

  /// All entries in a new map, such as a std::map<Key, T>, or a container of pairs. From an rvalue they are moved.
  template <class C>
  [[nodiscard]] C to() const& {
    return C(begin(), end());
  }
  template <class C>
  [[nodiscard]] C to() && {
    C all;
    for (value_type& entry : entries_) {
      if constexpr (requires { all.emplace_back(std::move(entry)); }) {
        all.emplace_back(std::move(entry));
      } else {
        all.emplace(std::move(entry.first), std::move(entry.second));
      }
    }
    *this = grouped();
    return all;
  }
  /// The same by the name of a map template: `to<std::map>()`.
  template <template <class...> class C>
  [[nodiscard]] auto to() const& {
    return to<typename detail::Deduced<C, value_type>::type>();
  }
  template <template <class...> class C>
  [[nodiscard]] auto to() && {
    return std::move(*this).template to<typename detail::Deduced<C, value_type>::type>();
  }

  /// The same keys with the same values, in any order.
  friend bool operator==(grouped const& a, grouped const& b) {
    if (a.size() != b.size()) return false;
    for (auto const& [key, value] : a) {
      const_iterator const other = b.find(key);
      if (other == b.end() || !(other->second == value)) return false;
    }
    return true;
  }

 private:
  friend struct detail::MakeGrouped;
  static constexpr unsigned part_shift = 26;  // with 64 parts, see terminal/groups.hpp

  std::vector<value_type> entries_;
  std::vector<detail::HashSlots> slots_;  // one for all, or one for each part of the hashes
};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
