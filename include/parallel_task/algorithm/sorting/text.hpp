// Sorts positions of strings: by eight bytes at a time as a number, so that few strings are looked at more than twice.
#pragma once

#include <parallel_task/algorithm/sorting/interpolation.hpp>
#include <parallel_task/algorithm/sorting/items.hpp>
#include <parallel_task/algorithm/sorting/out_of_place.hpp>
#include <parallel_task/algorithm/sorting/positions.hpp>
#include <parallel_task/algorithm/sorting/scratch.hpp>
#include <parallel_task/algorithm/sorting/small.hpp>
#include <parallel_task/algorithm/sorting/team.hpp>
#include <parallel_task/platform/atomic.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <string_view>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The bytes of `text` from `offset` on as a number in the order of the texts; missing ones are zeros.
inline std::uint64_t word_at(std::string_view text, std::size_t offset) noexcept {
  if (text.size() <= offset) return 0;
  char const* const from = text.data() + offset;
  std::size_t const left = text.size() - offset;
  if constexpr (std::endian::native == std::endian::little) {
    if (left >= 8) {
      std::uint64_t word;
      std::memcpy(&word, from, 8);
      word = (word & 0x00000000FFFFFFFFU) << 32 | word >> 32;
      word = (word & 0x0000FFFF0000FFFFU) << 16 | (word >> 16 & 0x0000FFFF0000FFFFU);
      return (word & 0x00FF00FF00FF00FFU) << 8 | (word >> 8 & 0x00FF00FF00FF00FFU);
    }
  }
  std::uint64_t word = 0;
  for (std::size_t i = 0; i != 8; ++i)
    word = word << 8 | (i < left ? static_cast<unsigned char>(from[i]) : std::uint64_t{0});
  return word;
}

/// How many bytes two texts have in common, of `most` that both have.
inline std::size_t common_prefix(char const* a, char const* b, std::size_t most) noexcept {
  if (std::memcmp(a, b, most) == 0) return most;
  std::size_t i = 0;
  while (a[i] == b[i]) ++i;
  return i;
}

/// After the prefix that all have in common, eight bytes of each string and its position are sorted as numbers; those
/// that are equal in them by the next eight behind what they have in common, and so on. Reads strings only: nothing is
/// moved.
template <class I, class O>
class TextSort {
 public:
  using Item = Numbered<std::uint64_t>;
  using Sorter = OutOfPlace<true, Item, ByItsNumber>;
  /// Fewer strings are compared.
  static constexpr std::size_t least = 100;

  TextSort(I first, std::size_t n, O const& order, Team const& team)
      : first_(first), n_(n), order_(order), team_(team) {}

  [[nodiscard]] static std::size_t bytes(std::size_t n) noexcept {
    return ScratchMemory::bytes_for<Item>(n) + Sorter::bytes(n);
  }
  /// False: there was not memory enough.
  bool run(Position32* positions, ScratchMemory& scratch) const {
    Item* const items = scratch.carve<Item>(n_);
    if (items == nullptr) return false;
    std::size_t const prefix = prefix_of_all();
    blocks([&](std::size_t i, std::size_t last) {
      for (; i != last; ++i) {
        ::new (static_cast<void*>(items + i))
            Item{number(static_cast<Position32>(i), prefix), static_cast<Position32>(i)};
      }
    });
    ByItsNumber const by_number{number_of_item};
    std::size_t const mark = scratch.used();
    Sorter sorter(items, n_, by_number, team_);
    if (!sorter.run_without_memory() && !sorter.run(scratch)) return false;
    scratch.release(mark);
    settle_all(items, scratch.carve<Item>(n_), prefix);  // where the sorter had the same
    blocks([&](std::size_t i, std::size_t last) {
      for (; i != last; ++i) positions[i] = items[i].at;
    });
    return true;
  }

 private:
  static constexpr std::size_t word = 8;
  static constexpr std::size_t few = 16;

  [[nodiscard]] std::string_view text(Position32 at) const {
    return order_.text(first_[static_cast<std::iter_difference_t<I>>(at)]);
  }
  [[nodiscard]] std::uint64_t number(Position32 at, std::size_t offset) const {
    std::uint64_t const bytes = detail::word_at(text(at), offset);
    return O::is_falling ? ~bytes : bytes;
  }
  template <class F>
  void blocks(F const& f) const {
    team_.template blocks<Phase::count>(n_, block_size(), f);
  }
  static constexpr std::size_t most_blocks = 64;
  [[nodiscard]] std::size_t block_size() const noexcept { return Team::block_of(n_, 1024); }
  [[nodiscard]] static std::size_t end_of_equal(Item const* items, std::size_t i, std::size_t n) noexcept {
    std::uint64_t const number = items[i++].number;
    while (i != n && items[i].number == number) ++i;
    return i;
  }

  [[nodiscard]] std::size_t prefix_of_all() const {
    std::string_view const some = text(0);
    atomic<std::size_t> least_common{some.size()};
    blocks([&](std::size_t i, std::size_t last) {
      std::size_t common = least_common.load(detail::memory_order_relaxed);
      for (; i != last && common != 0; ++i) {
        std::string_view const other = text(static_cast<Position32>(i));
        common = detail::common_prefix(some.data(), other.data(), other.size() < common ? other.size() : common);
      }
      // relaxed: read after the pass, whose end orders it
      std::size_t before = least_common.load(detail::memory_order_relaxed);
      while (common < before && !least_common.compare_exchange_weak(before, common, detail::memory_order_relaxed,
                                                                    detail::memory_order_relaxed)) {
      }
    });
    return least_common.load(detail::memory_order_relaxed);
  }

  /// Goes on with items that are equal so far. Those of one number may lie in several blocks: who has the first of them
  /// has all. Hence each block's first is found before any is changed.
  void settle_all(Item* items, Item* room, std::size_t prefix) const {
    std::size_t firsts[most_blocks + 1];
    std::size_t const size = block_size();
    std::size_t count = Passes::blocks_of(n_, size);
    blocks([&](std::size_t i, std::size_t last) {
      std::size_t const block = i / size;
      while (i != 0 && i != last && items[i].number == items[i - 1].number) ++i;
      firsts[block] = i;
    });
    firsts[count] = n_;
    while (count-- != 0) {
      if (firsts[count] == (count + 1) * size) firsts[count] = firsts[count + 1];  // it has none
    }
    blocks([&](std::size_t i, std::size_t) {
      std::size_t const block = i / size;
      std::size_t const last = firsts[block + 1];
      for (i = firsts[block]; i != last;) {
        std::size_t const end = end_of_equal(items, i, last);
        settle(items + i, room + i, end - i, prefix);
        i = end;
      }
    });
  }
  /// Sorts items whose texts are the same up to `offset`, and in the word there.
  void settle(Item* items, Item* room, std::size_t n, std::size_t offset) const {
    for (;;) {
      if (n < 2) return;
      if (n <= few) {
        return detail::small_sort(items, n, [&](Item const& a, Item const& b) {
          return order_(first_[static_cast<std::iter_difference_t<I>>(a.at)],
                        first_[static_cast<std::iter_difference_t<I>>(b.at)]);
        });
      }
      if (skip_common(items, n, offset)) return;
      sort_ended(items, room, n, offset);
      offset += word;
      for (std::size_t i = 0; i != n; ++i) items[i].number = number(items[i].at, offset);
      sort_by_number(items, room, n);
      // The largest part goes on here, so that parts in parts are few.
      std::size_t largest = 0;
      std::size_t length = 0;
      for (std::size_t i = 0; i != n;) {
        std::size_t const end = end_of_equal(items, i, n);
        std::size_t part = i;
        std::size_t part_length = end - i;
        if (part_length > length) {
          std::swap(part, largest);
          std::swap(part_length, length);
        }
        settle(items + part, room + part, part_length, offset);
        i = end;
      }
      items += largest;
      room += largest;
      n = length;
    }
  }
  /// Goes on to the word in which texts differ first. True: they don't.
  bool skip_common(Item const* items, std::size_t n, std::size_t& offset) const {
    std::string_view const some = text(items[0].at);
    bool same_size = true;
    std::size_t common = some.size() - offset;
    for (std::size_t i = 1; i != n && common >= word; ++i) {
      std::string_view const other = text(items[i].at);
      same_size = same_size && other.size() == some.size();
      std::size_t const left = other.size() - offset;
      common = detail::common_prefix(some.data() + offset, other.data() + offset, left < common ? left : common);
    }
    if (same_size && common == some.size() - offset && common >= word) return true;
    if (common >= word) offset += common - word;
    return false;
  }
  /// Texts that end in the word come in order of length; `items` and `n` become those that do not.
  void sort_ended(Item*& items, Item*& room, std::size_t& n, std::size_t offset) const {
    std::size_t ends[word + 3] = {};
    auto const rank = [&](Item const& item) {
      std::size_t const left = text(item.at).size() - offset;
      std::size_t const length = left > word ? word + 1 : left;
      return O::is_falling ? word + 1 - length : length;
    };
    for (std::size_t i = 0; i != n; ++i) ++ends[rank(items[i]) + 1];
    for (std::size_t r = 1; r != word + 3; ++r) ends[r] += ends[r - 1];
    std::size_t const longer = O::is_falling ? 0 : word + 1;
    std::size_t const first = ends[longer];
    std::size_t const count = ends[longer + 1] - first;
    if (count != n) {
      for (std::size_t i = 0; i != n; ++i) detail::put(room + ends[rank(items[i])]++, items[i]);
      detail::copy_items(items, room, n);
    }
    items += first;
    room += first;
    n = count;
  }
  void sort_by_number(Item* items, Item* room, std::size_t n) const {
    ByItsNumber const by_number{number_of_item};
    if (n < 2) return;
    if (n >= 8 * Sorter::least_shared && !team_.is_alone()) {
      bool done = false;
      team_.nested(n, [&](Team const& team) {
        Sorter sorter(items, n, by_number, team);
        done = sorter.run_without_memory();
        if (done) return;
        ScratchMemory scratch(Sorter::bytes(n), team.settings());
        done = sorter.run(scratch);
      });
      if (done) return;
    }
    Interpolation<Item, ByItsNumber>(by_number).sort(items, room, n, items);
  }

  I first_;
  std::size_t n_;
  O const& order_;
  Team const& team_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
