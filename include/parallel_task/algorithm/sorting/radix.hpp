// Sorts by numbers: all items into buckets of about equal share, then each bucket in cache. Stable.
#pragma once

#include <parallel_task/algorithm/sorting/interpolation.hpp>
#include <parallel_task/algorithm/sorting/items.hpp>
#include <parallel_task/algorithm/sorting/order.hpp>
#include <parallel_task/algorithm/sorting/quick.hpp>
#include <parallel_task/algorithm/sorting/sample.hpp>
#include <parallel_task/algorithm/sorting/scratch.hpp>
#include <parallel_task/algorithm/sorting/team.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/inline.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Which bucket a number belongs to: the range of a sample is cut into many slots of equal width, and neighbouring
/// slots are packed into buckets of equal share of the sample. So the exponents of floating point, which crowd, do no
/// harm.
template <class Number>
class SlotMap {
 public:
  static constexpr unsigned most_bits = 16;
  static constexpr std::size_t most_slots = (std::size_t{1} << most_bits) + 3;

  /// `sample` is sorted. `map` has room for `most_slots`; at most 2 to the `limit` of them are used.
  SlotMap(Number const* sample, std::size_t size, std::size_t wanted, unsigned limit, std::uint16_t* map) noexcept
      : lowest_(sample[0]), map_(map) {
    auto const span = static_cast<Number>(sample[size - 1] - lowest_);
    auto const width = static_cast<unsigned>(std::bit_width(span));
    unsigned bits = 11;
    while (bits < limit && bits < width && fullest(sample, size, width - bits) > size / 64) ++bits;
    shift_ = width > bits ? width - bits : 0;
    slots_ = static_cast<std::size_t>(static_cast<Number>(span >> shift_)) + 1;
    std::size_t const share = size / wanted < 1 ? 1 : size / wanted;
    std::size_t bucket = 0;
    std::size_t taken = 0;
    std::size_t i = 0;
    map_[0] = 0;  // below the sample
    for (std::size_t slot = 0; slot != slots_; ++slot) {
      std::size_t count = 0;
      for (; i != size && slot_of(sample[i]) == slot; ++i) ++count;
      if (taken != 0 && taken + count > share) {
        ++bucket;
        taken = 0;
      }
      taken += count;
      map_[slot + 1] = static_cast<std::uint16_t>(bucket);
    }
    map_[slots_ + 1] = static_cast<std::uint16_t>(bucket);  // above
    buckets_ = bucket + 1;
  }
  [[nodiscard]] std::size_t buckets() const noexcept { return buckets_; }
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE std::size_t bucket(Number number) const noexcept {
    auto const slot = static_cast<std::size_t>(static_cast<Number>(number - lowest_) >> shift_);
    std::size_t const inside = slot < slots_ ? slot + 1 : slots_ + 1;
    return map_[number < lowest_ ? 0 : inside];
  }

 private:
  [[nodiscard]] std::size_t slot_of(Number number) const noexcept {
    return static_cast<std::size_t>(static_cast<Number>(number - lowest_) >> shift_);
  }
  [[nodiscard]] std::size_t fullest(Number const* sample, std::size_t size, unsigned shift) const noexcept {
    std::size_t most = 0;
    for (std::size_t i = 0; i != size;) {
      auto const slot = static_cast<Number>(sample[i] - lowest_) >> shift;
      std::size_t const first = i;
      while (i != size && static_cast<Number>(sample[i] - lowest_) >> shift == slot) ++i;
      most = i - first > most ? i - first : most;
    }
    return most;
  }

  Number lowest_;
  unsigned shift_ = 0;
  std::size_t slots_ = 0;
  std::size_t buckets_ = 0;
  std::uint16_t* map_;
};

template <class T, class O>
class RadixSort {
  static_assert(O::is_steady, "numbers decide addresses");

 public:
  RadixSort(T* v, std::size_t n, T* other, O const& order, Team const& team, unsigned depth)
      : v_(v), n_(n), out_(other), order_(order), team_(team), depth_(depth) {}

  /// Fewer items than this are sorted by one thread.
  static constexpr std::size_t least = 12000;
  static constexpr unsigned most_depth = 4;

  [[nodiscard]] static std::size_t bytes(std::size_t n) noexcept {
    return ScratchMemory::bytes_for<Number>(2 * most_sampled) +
           ScratchMemory::bytes_for<std::uint16_t>(SlotMap<Number>::most_slots) +
           ScratchMemory::bytes_for<std::size_t>((blocks_of(n) + 1) * (most_buckets + 1)) +
           ScratchMemory::bytes_for<unsigned char>(most_buckets) + 1024;
  }
  /// False: there was not memory enough, and nothing has changed.
  bool run(ScratchMemory& scratch) {
    std::size_t const mark = scratch.used();
    struct Released {
      ScratchMemory& scratch;
      std::size_t mark;
      ~Released() { scratch.release(mark); }
    } const released{scratch, mark};
    auto* const sample = scratch.carve<Number>(2 * most_sampled);
    auto* const slots = scratch.carve<std::uint16_t>(SlotMap<Number>::most_slots);
    std::size_t const blocks = blocks_of(n_);
    auto* const counts = scratch.carve<std::size_t>(blocks * most_buckets);
    auto* const starts = scratch.carve<std::size_t>(most_buckets + 1);
    auto* const is_back = scratch.carve<unsigned char>(most_buckets);
    if (sample == nullptr || slots == nullptr || counts == nullptr || starts == nullptr || is_back == nullptr) {
      return false;
    }
    draw(sample);
    if constexpr (is_its_number) {
      if (count_and_fill(sample, slots, counts, starts)) return true;
    }
    SlotMap<Number> const map(sample, sample_size(), wanted_buckets(), slot_bits(), slots);
    std::size_t const buckets = map.buckets();
    BucketPlaces const places(counts, blocks, buckets);
    std::size_t const size = block_of(n_);
    team_.template blocks<Phase::count>(n_, size, [&](std::size_t first, std::size_t last) {
      std::size_t* const count = places.of_block(first / size);
      for (; first != last; ++first) ++count[map.bucket(order_.key(v_[first]))];
    });
    places.arrange(starts);
    team_.template blocks<Phase::scatter>(n_, size, [&](std::size_t first, std::size_t last) {
      std::size_t* const to = places.of_block(first / size);
      for (; first != last; ++first) {
        T item(v_[first]);
        detail::put(out_ + to[map.bucket(order_.key(item))]++, item);
      }
    });
    Returning<T> const returning(v_, out_, starts, buckets, is_back);
    team_.template each<Phase::finish>(buckets, n_ / buckets + 1, [&](std::size_t j) {
      std::size_t const m = starts[j + 1] - starts[j];
      if (m >= 8 * least && m > n_ / 4 && depth_ != most_depth && !team_.is_alone()) {
        returning.bring_back(j);
        return sort_inside(v_ + starts[j], m, out_ + starts[j]);
      }
      returning.leave(j);
      Interpolation<T, O>(order_).sort(out_ + starts[j], v_ + starts[j], m, v_ + starts[j]);
    });
    return true;
  }

 private:
  using Number = std::remove_cvref_t<decltype(std::declval<O const&>().key(std::declval<T&>()))>;
  static constexpr std::size_t most_sampled = 2048;
  static constexpr std::size_t most_buckets = 1024;
  static constexpr std::size_t most_few = 64;  ///< distinct numbers that are counted
  /// Items that are what they are sorted by: equal ones are the same, or tell it by their bits.
  static constexpr bool is_its_number = is_number_key<T> && O::is_of_item;
  [[nodiscard]] static std::size_t block_of(std::size_t n) noexcept { return Team::block_of(n, 4096); }
  [[nodiscard]] static std::size_t blocks_of(std::size_t n) noexcept { return Passes::blocks_of(n, block_of(n)); }
  [[nodiscard]] std::size_t wanted_buckets() const noexcept {
    return n_ >= 4'000'000 ? 1024 : n_ >= 200'000 ? 256 : 64;
  }

  /// Sample and slots must not cost more than they bring.
  [[nodiscard]] std::size_t sample_size() const noexcept {
    std::size_t const size = std::bit_floor(n_ / 64);
    return size < 256 ? 256 : size > most_sampled ? most_sampled : size;
  }
  [[nodiscard]] unsigned slot_bits() const noexcept {
    auto const bits = static_cast<unsigned>(std::bit_width(n_ / 8));
    return bits < 11 ? 11 : bits > SlotMap<Number>::most_bits ? SlotMap<Number>::most_bits : bits;
  }

  void draw(Number* sample) const {
    std::uint64_t random = n_ + depth_;
    for (std::size_t i = 0; i != sample_size(); ++i) {
      random = random * 6364136223846793005U + 1442695040888963407U;
      sample[i] = order_.key(v_[static_cast<std::size_t>(random >> 16) % n_]);
    }
    std::identity const itself{};
    OrderByNumber<std::identity, false> const by_itself{itself};
    Interpolation<Number, OrderByNumber<std::identity, false>>(by_itself).sort(sample, sample + sample_size(),
                                                                               sample_size(), sample);
  }

  /// Few distinct numbers: counts each, and writes as many. False: there are others, or many; nothing has changed.
  bool count_and_fill(Number const* sample, std::uint16_t* slots, std::size_t* counts, std::size_t* starts) const {
    Number numbers[most_few];
    std::size_t distinct = 0;
    for (std::size_t i = 0; i != sample_size(); ++i) {
      if (distinct != 0 && numbers[distinct - 1] == sample[i]) continue;
      if (distinct == most_few) return false;
      numbers[distinct++] = sample[i];
    }
    SlotMap<Number> const map(sample, sample_size(), sample_size(), slot_bits(), slots);
    if (map.buckets() != distinct) return false;
    T items[most_few] = {};  // numbers can't be turned back into pointers and enumerators for sure
    find_items(numbers, distinct, items);
    std::size_t const blocks = blocks_of(n_);
    BucketPlaces const places(counts, blocks, distinct);
    std::size_t const size = block_of(n_);
    atomic<std::uint32_t> failed{0};
    team_.template blocks<Phase::count>(n_, size, [&](std::size_t first, std::size_t last) {
      if (failed.load(std::memory_order_relaxed) != 0) return;
      if (!count_block(first, last, map, items, places.of_block(first / size))) {
        failed.store(1, std::memory_order_relaxed);  // a hint, read again after the pass
      }
    });
    if (failed.load(std::memory_order_relaxed) != 0) return false;
    places.arrange(starts);
    team_.template blocks_to_the_end<Phase::move>(n_, size, [&](std::size_t first, std::size_t last) {
      for (std::size_t k = 0; k != distinct; ++k) {
        std::size_t const from = starts[k] < first ? first : starts[k];
        std::size_t const to = starts[k + 1] < last ? starts[k + 1] : last;
        T const item = items[k];
        for (std::size_t i = from; i < to; ++i) v_[i] = item;
      }
    });
    return true;
  }
  /// An item of each number of the sample, drawn as that was.
  void find_items(Number const* numbers, std::size_t distinct, T* items) const {
    std::uint64_t random = n_ + depth_;
    bool has[most_few] = {};
    std::size_t missing = distinct;
    for (std::size_t i = 0; i != sample_size() && missing != 0; ++i) {
      random = random * 6364136223846793005U + 1442695040888963407U;
      T const item = v_[static_cast<std::size_t>(random >> 16) % n_];
      Number const number = order_.key(item);
      std::size_t k = 0;
      while (k != distinct - 1 && numbers[k] != number) ++k;
      if (has[k]) continue;
      has[k] = true;
      items[k] = item;
      --missing;
    }
  }
  /// Whether all items of a block are among those; how often each.
  bool count_block(std::size_t first, std::size_t last, SlotMap<Number> const& map, T const* items,
                   std::size_t* counts) const {
    constexpr std::size_t ways = 4;  // a counter that was just written must not be waited for
    std::uint32_t count[ways][most_few] = {};
    auto const look = [&](std::size_t i, std::size_t way) PARALLEL_TASK_INLINE_BODY {
      std::size_t const k = map.bucket(order_.key(v_[i]));
      ++count[way][k];
      return static_cast<unsigned>(std::memcmp(v_ + i, items + k, sizeof(T)) != 0);
    };
    while (first != last) {
      std::size_t const end = last - first > 4096 ? first + 4096 : last;
      unsigned others = 0;
      for (; first + ways <= end; first += ways) {
        for (std::size_t way = 0; way != ways; ++way) others |= look(first + way, way);
      }
      for (; first != end; ++first) others |= look(first, 0);
      if (others != 0) return false;
    }
    for (std::size_t k = 0; k != map.buckets(); ++k) {
      for (auto const& way : count) counts[k] += way[k];
    }
    return true;
  }

  void sort_inside(T* v, std::size_t m, T* other) const {
    team_.nested(m, [&](Team const& team) {
      ScratchMemory scratch(RadixSort::bytes(m), team.settings());
      if (scratch && RadixSort(v, m, other, order_, team, depth_ + 1).run(scratch)) return;
      Interpolation<T, O>(order_).sort(v, other, m, v);
    });
  }

  T* v_;
  std::size_t n_;
  T* out_;
  O const& order_;
  Team const& team_;
  unsigned depth_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
