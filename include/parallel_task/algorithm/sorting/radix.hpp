// Sorts by numbers: all items into buckets of about equal share, then each bucket in cache. Stable.
#pragma once

#include <parallel_task/algorithm/sorting/few_numbers.hpp>
#include <parallel_task/algorithm/sorting/interpolation.hpp>
#include <parallel_task/algorithm/sorting/items.hpp>
#include <parallel_task/algorithm/sorting/order.hpp>
#include <parallel_task/algorithm/sorting/quick.hpp>
#include <parallel_task/algorithm/sorting/sample.hpp>
#include <parallel_task/algorithm/sorting/scratch.hpp>
#include <parallel_task/algorithm/sorting/slot_map.hpp>
#include <parallel_task/algorithm/sorting/team.hpp>
#include <parallel_task/platform/inline.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

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
           ScratchMemory::bytes_for<std::uint16_t>(ByBits::most_slots) +
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
    Parts parts;
    std::size_t const blocks = blocks_of(n_);
    parts.sample = scratch.carve<Number>(2 * most_sampled);
    parts.slots = scratch.carve<std::uint16_t>(ByBits::most_slots);
    parts.counts = scratch.carve<std::size_t>(blocks * most_buckets);
    parts.starts = scratch.carve<std::size_t>(most_buckets + 1);
    parts.is_back = scratch.carve<unsigned char>(most_buckets);
    if (!parts.are_there()) return false;
    draw(parts.sample);
    if constexpr (is_its_number) {
      if (count_and_fill(parts.sample, parts.counts, parts.starts)) return true;
    }
    SlotsByBits<Number> const by_bits(parts.sample, sample_size(), slot_bits());
    if constexpr (std::is_floating_point_v<Key>) {
      constexpr unsigned most = 14;  // the map in the nearest cache
      SlotsByValue<Key, O, Number> const by_value(parts.sample, sample_size(), slot_bits() < most ? slot_bits() : most);
      if (by_value.fullest() < by_bits.fullest()) return sort_by(by_value, parts), true;
    }
    sort_by(by_bits, parts);
    return true;
  }

 private:
  using Number = std::remove_cvref_t<decltype(std::declval<O const&>().key(std::declval<T&>()))>;
  using Key = typename O::template Key<T&>;
  using ByBits = SlotMap<SlotsByBits<Number>>;
  /// What it needs besides the items and a place for each.
  struct Parts {
    Number* sample;
    std::uint16_t* slots;
    std::size_t* counts;
    std::size_t* starts;
    unsigned char* is_back;
    [[nodiscard]] bool are_there() const noexcept {
      return sample != nullptr && slots != nullptr && counts != nullptr && starts != nullptr && is_back != nullptr;
    }
  };
  static constexpr std::size_t most_sampled = 2048;
  static constexpr std::size_t most_buckets = 1024;
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
    return bits < 11 ? 11 : bits > ByBits::most_bits ? ByBits::most_bits : bits;
  }

  /// Into buckets of neighbouring slots, then each bucket.
  template <class Slots>
  void sort_by(Slots const& by, Parts const& parts) {
    SlotMap<Slots> const map(by, parts.sample, sample_size(), wanted_buckets(), parts.slots);
    std::size_t const buckets = map.buckets();
    std::size_t* const starts = parts.starts;
    BucketPlaces const places(parts.counts, blocks_of(n_), buckets);
    std::size_t const size = block_of(n_);
    team_.template blocks<Phase::count>(n_, size, [&](std::size_t first, std::size_t last) {
      std::size_t* const count = places.of_block(first / size);
      for (; first != last; ++first) ++count[map.bucket(v_[first], order_)];
    });
    places.arrange(starts);
    team_.template blocks<Phase::scatter>(n_, size, [&](std::size_t first, std::size_t last) {
      std::size_t* const to = places.of_block(first / size);
      for (; first != last; ++first) {
        T item(v_[first]);
        detail::put(out_ + to[map.bucket(item, order_)]++, item);
      }
    });
    Returning<T> const returning(v_, out_, starts, buckets, parts.is_back);
    team_.template each<Phase::finish>(buckets, n_ / buckets + 1, [&](std::size_t j) {
      std::size_t const m = starts[j + 1] - starts[j];
      if (m >= 8 * least && m > n_ / 4 && depth_ != most_depth && !team_.is_alone()) {
        returning.bring_back(j);
        return sort_inside(v_ + starts[j], m, out_ + starts[j]);
      }
      returning.leave(j);
      Interpolation<T, O>(order_).sort(out_ + starts[j], v_ + starts[j], m, v_ + starts[j]);
    });
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
  bool count_and_fill(Number const* sample, std::size_t* counts, std::size_t* starts) const {
    constexpr std::size_t few = FewNumbers<T>::most;
    Number numbers[few];
    std::size_t distinct = 0;
    for (std::size_t i = 0; i != sample_size(); ++i) {
      if (distinct != 0 && numbers[distinct - 1] == sample[i]) continue;
      if (distinct == few) return false;
      numbers[distinct++] = sample[i];
    }
    T items[few] = {};  // numbers can't be turned back into pointers and enumerators for sure
    find_items(numbers, distinct, items);
    return FewNumbers<T>(v_, n_, items, distinct, team_).run(block_of(n_), counts, starts);
  }
  /// An item of each number of the sample, drawn as that was.
  void find_items(Number const* numbers, std::size_t distinct, T* items) const {
    std::uint64_t random = n_ + depth_;
    bool has[FewNumbers<T>::most] = {};
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
