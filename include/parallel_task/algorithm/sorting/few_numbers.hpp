// Numbers of which few are distinct: each is counted, and written as often.
#pragma once

#include <parallel_task/algorithm/sorting/bucket_places.hpp>
#include <parallel_task/algorithm/sorting/items.hpp>
#include <parallel_task/algorithm/sorting/team.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/inline.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A table in which each of a few items has a place of its own, by a product of its bits (M. Fredman, J. Komlos and E.
/// Szemeredi, "Storing a sparse table with O(1) worst case access time", 1984): one look tells whether another item is
/// among them.
template <class T>
class FewPlaces {
 public:
  static constexpr unsigned bits = 10;
  static constexpr std::size_t places = std::size_t{1} << bits;

  /// False: no factor was found that parts them. A factor fails for 64 items with 7 in 8, for 16 with 1 in 9.
  [[nodiscard]] bool hold(T const* items, std::size_t count) noexcept {
    for (unsigned attempt = 0; attempt != 64; ++attempt) {
      factor_ = factor_ * 6364136223846793005U + 2;  // odd, as it was
      if (parts(items, count)) return true;
    }
    return false;
  }
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE std::size_t place(T const& item) const noexcept {
    return static_cast<std::size_t>((std::uint64_t{FewPlaces::bits_of(item)} * factor_) >> (64 - bits));
  }
  /// 0: the item is the one at this place, bit for bit.
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE auto differs(T const& item, std::size_t place) const noexcept {
    return FewPlaces::bits_of(item) ^ table_[place];
  }

 private:
  using Bits = std::conditional_t<sizeof(T) == 8, std::uint64_t,
                                  std::conditional_t<sizeof(T) == 4, std::uint32_t,
                                                     std::conditional_t<sizeof(T) == 2, std::uint16_t, std::uint8_t>>>;
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE static Bits bits_of(T const& item) noexcept {
    return std::bit_cast<Bits>(item);
  }
  [[nodiscard]] bool parts(T const* items, std::size_t count) noexcept {
    // Where none has its place is an item whose place is elsewhere: no other one looks the same there.
    for (Bits& each : table_) each = FewPlaces::bits_of(items[0]);
    std::size_t const first = place(items[0]);
    for (std::size_t k = 1; k != count; ++k) {
      std::size_t const at = place(items[k]);
      if (at == first || differs(items[0], at) != 0) return false;
      table_[at] = FewPlaces::bits_of(items[k]);
    }
    return true;
  }

  std::uint64_t factor_ = 0x9E3779B97F4A7C15U;
  Bits table_[places];
};

/// Sorts v[0, n) if each is one of `items`, which are few, sorted and all different. `counts` has room for a number a
/// block and item, `starts` for one an item and one more.
template <class T>
class FewNumbers {
 public:
  static constexpr std::size_t most = 64;

  FewNumbers(T* v, std::size_t n, T const* items, std::size_t distinct, Team const& team) noexcept
      : v_(v), n_(n), items_(items), distinct_(distinct), team_(team) {}

  /// False: there are others, and nothing has changed.
  bool run(std::size_t size, std::size_t* counts, std::size_t* starts) {
    if (!places_.hold(items_, distinct_)) return false;
    BucketPlaces const places(counts, Passes::blocks_of(n_, size), distinct_);
    atomic<std::uint32_t> failed{0};
    team_.template blocks<Phase::count>(n_, size, [&](std::size_t first, std::size_t last) {
      if (failed.load(detail::memory_order_relaxed) != 0) return;
      if (!count(first, last, places.of_block(first / size))) {
        failed.store(1, detail::memory_order_relaxed);  // a hint, read again after the pass
      }
    });
    if (failed.load(detail::memory_order_relaxed) != 0) return false;
    places.arrange(starts);
    team_.template blocks_to_the_end<Phase::move>(n_, size, [&](std::size_t first, std::size_t last) {
      fill(first, last, starts);
    });
    return true;
  }

 private:
  /// Whether all items of a block are among those; how often each.
  bool count(std::size_t first, std::size_t last, std::size_t* counts) const {
    constexpr std::size_t ways = 4;  // a counter that was just written must not be waited for
    std::uint32_t count[ways][FewPlaces<T>::places] = {};
    while (first != last) {
      std::size_t const end = last - first > 4096 ? first + 4096 : last;
      decltype(places_.differs(*v_, 0)) others = 0;
      auto const look = [&](std::size_t i, std::size_t way) PARALLEL_TASK_INLINE_BODY {
        std::size_t const place = places_.place(v_[i]);
        ++count[way][place];
        others |= places_.differs(v_[i], place);
      };
      for (; first + ways <= end; first += ways) {
        for (std::size_t way = 0; way != ways; ++way) look(first + way, way);
      }
      for (; first != end; ++first) look(first, 0);
      if (others != 0) return false;
    }
    for (std::size_t k = 0; k != distinct_; ++k) {
      for (auto const& way : count) counts[k] += way[places_.place(items_[k])];
    }
    return true;
  }
  /// Writes what is to lie between.
  void fill(std::size_t first, std::size_t last, std::size_t const* starts) const {
    for (std::size_t k = 0; k != distinct_; ++k) {
      std::size_t const from = starts[k] < first ? first : starts[k];
      std::size_t const to = starts[k + 1] < last ? starts[k + 1] : last;
      T const item = items_[k];
      for (std::size_t i = from; i < to; ++i) v_[i] = item;
    }
  }

  T* v_;
  std::size_t n_;
  T const* items_;
  std::size_t distinct_;
  Team const& team_;
  FewPlaces<T> places_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
