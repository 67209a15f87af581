// shuffle(r, seed): the items in a random order, which depends on the seed and on how many there are, not on the run.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/output.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/algorithm/random_bits.hpp>
#include <parallel_task/container/populate.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The items go to buckets, each to one that is as likely as every other, and each bucket is shuffled by itself; put
/// one behind the other, the buckets are in an order that is as likely as every other (C. R. Rao 1961, M. Sandelius
/// 1962).
///
/// Blocks of the input count how many of their items go where, in a pass over random bits alone; the sums tell where
/// each block writes in each bucket. A second pass draws the same bits again and moves the items there. No code of the
/// user's runs while items are out of place, if to move them can't throw; others are shuffled by swaps.
template <class I>
class Shuffling {
 public:
  using Item = std::iter_value_t<I>;
  static constexpr bool in_buckets = std::is_nothrow_move_constructible_v<Item> &&
                                     std::is_nothrow_move_assignable_v<Item> &&
                                     std::is_lvalue_reference_v<std::iter_reference_t<I>> &&
                                     std::is_same_v<std::remove_cvref_t<std::iter_reference_t<I>>, Item>;

  Shuffling(Passes& passes, I first, std::size_t n, std::uint64_t seed)
      : passes_(passes), first_(std::move(first)), n_(n), seed_(seed) {}

  void run() {
    if constexpr (in_buckets) {
      if (n_ > one_bucket) return run_in_buckets();
    }
    passes_.alone([&] { shuffle(first_, n_, RandomBits(seed_, 0)); });
  }

 private:
  static constexpr std::size_t one_bucket = 16384;  // as quick as a pass over two
  static constexpr std::size_t of_a_bucket = 4096;  // in the nearest cache, as a rule
  static constexpr std::size_t block = 65536;
  static constexpr std::size_t most_buckets = 256;  // a bucket's number is a byte

  /// Each of the orders of `n` items is as likely (R. A. Fisher, F. Yates 1938; R. Durstenfeld 1964).
  template <class J>
  static void shuffle(J const& first, std::size_t n, RandomBits bits) {
    each_choice(n, bits, [&first](std::size_t last, std::size_t j) {
      if (j != last) std::ranges::iter_swap(detail::nth_of(first, j), detail::nth_of(first, last));
    });
  }
  /// Calls f(i, j) for all i below `n`, the highest first, with a random j of those that are not above. Two of them
  /// come from one word, where numbers have 32 bits.
  template <class F>
  PARALLEL_TASK_ALWAYS_INLINE static void each_choice(std::size_t n, RandomBits bits, F const& f) {
    std::size_t i = n;
    if constexpr (sizeof(std::size_t) > sizeof(std::uint32_t)) {
      for (; i > 0xffffffffU; --i) f(i - 1, static_cast<std::size_t>(bits.below_wide(i)));
    }
    for (; i > 1; i -= 2) {
      std::uint64_t const word = bits.next();
      auto const bound = static_cast<std::uint32_t>(i);
      f(i - 1, bits.below(bound, static_cast<std::uint32_t>(word >> 32)));
      f(i - 2, bits.below(bound - 1, static_cast<std::uint32_t>(word)));
    }
    if (i == 1) f(0, 0);
  }

  void run_in_buckets() {
    std::size_t buckets = 2;
    while (buckets < most_buckets && n_ / buckets > of_a_bucket) buckets *= 2;
    std::size_t const blocks = Passes::blocks_of(n_, block);
    // All memory first: without it the items are as they were.
    auto const places = std::make_unique<std::size_t[]>(blocks * buckets);
    auto const starts = std::make_unique<std::size_t[]>(buckets + 1);
    std::allocator<Item> allocator;
    struct Scratch {
      std::allocator<Item>& allocator;
      std::size_t n;
      Item* items;
      ~Scratch() { allocator.deallocate(items, n); }
    } const scratch{allocator, n_, allocator.allocate(n_)};

    detail::prepare_memory(scratch.items, n_ * sizeof(Item), passes_.settings());

    passes_.blocks(n_, block, [&](std::size_t begin, std::size_t end) {
      std::size_t* const counts = places.get() + begin / block * buckets;
      each_bucket(begin, end, buckets, [counts](std::size_t, std::size_t bucket) { ++counts[bucket]; });
    });
    std::size_t place = 0;
    for (std::size_t bucket = 0; bucket != buckets; ++bucket) {
      starts[bucket] = place;
      for (std::size_t i = 0; i != blocks; ++i) {
        place += std::exchange(places[i * buckets + bucket], place);
      }
    }
    starts[buckets] = place;

    // From here on items are out of place: to the end.
    passes_.blocks_to_the_end(n_, block, [&](std::size_t begin, std::size_t end) {
      std::size_t* const next = places.get() + begin / block * buckets;
      auto const from = detail::nth_of(first_, begin);
      each_bucket(begin, end, buckets, [&](std::size_t i, std::size_t bucket) {
        std::construct_at(scratch.items + next[bucket]++, std::move(*detail::nth_of(from, i)));
      });
    });
    passes_.each_to_the_end(
        buckets,
        [&](std::size_t bucket) {
          Item* const items = scratch.items + starts[bucket];
          std::size_t const size = starts[bucket + 1] - starts[bucket];
          shuffle_into(items, size, detail::nth_of(first_, starts[bucket]), RandomBits(seed_, 2 * bucket + 1));
        },
        n_ / buckets);
  }

  /// Calls f(i, bucket) for the items of a block, with the same buckets every time.
  template <class F>
  void each_bucket(std::size_t begin, std::size_t end, std::size_t buckets, F const& f) const {
    RandomBits bits(seed_, 2 * (begin / block) + 2);
    std::size_t const n = end - begin;
    std::uint64_t const mask = buckets - 1;
    for (std::size_t i = 0; i < n; i += 8) {
      std::uint64_t word = bits.next();
      std::size_t const stop = n - i < 8 ? n : i + 8;
      for (std::size_t j = i; j != stop; ++j, word >>= 8) f(j, static_cast<std::size_t>(word & mask));
    }
  }
  /// Moves items to their places in the range in a random order, and ends those that were moved from.
  static void shuffle_into(Item* items, std::size_t n, I const& to, RandomBits bits) noexcept {
    each_choice(n, bits, [&](std::size_t last, std::size_t j) {
      *detail::nth_of(to, last) = std::move(items[j]);
      if (j != last) items[j] = std::move(items[last]);
      std::destroy_at(items + last);
    });
  }

  Passes& passes_;
  I first_;
  std::size_t n_;
  std::uint64_t seed_;
};

struct ShuffleRange : AlgorithmObject<ShuffleRange> {
  template <class H, std::ranges::random_access_range R, std::integral Seed>
    requires std::permutable<std::ranges::iterator_t<R>> && std::ranges::sized_range<R>
  static iterator_of<R> call(Context<H> const& context, R&& range, Seed seed) {
    auto const first = std::ranges::begin(range);
    auto const n = static_cast<std::size_t>(std::ranges::size(range));
    Passes passes(context, n);
    Shuffling<std::ranges::iterator_t<R>>(passes, first, n, static_cast<std::uint64_t>(seed)).run();
    return detail::nth_of(first, n);
  }
  template <class H, std::ranges::random_access_range R, class Generator>
    requires std::permutable<std::ranges::iterator_t<R>> && std::ranges::sized_range<R> &&
             (!std::integral<Generator>) && requires(Generator& generator) { static_cast<std::uint64_t>(generator()); }
  static iterator_of<R> call(Context<H> const& context, R&& range, Generator&& generator) {
    auto seed = static_cast<std::uint64_t>(generator());
    seed = (seed << 32) ^ (seed >> 32) ^ static_cast<std::uint64_t>(generator());
    return ShuffleRange::call(context, std::forward<R>(range), seed);
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: shuffle is called as shuffle(r, seed) or shuffle(first, last, seed), of a range with "
        "random access and a size whose items can be swapped, where seed is a whole number or a random number "
        "generator");
    return {};
  }
};

}  // namespace detail

/// `shuffle(r, seed)` and `shuffle(first, last, seed)`: puts the items into a random order, of which each is as likely
/// as every other as far as 64 bits of seed can choose. The same seed gives the same order of as many items of the same
/// type, on any number of threads and on any machine. `seed` is a whole number, or a generator such as
/// `std::mt19937_64`, which is asked for one. Returns the end. Linear; takes memory for a second set of the items above
/// 16 384 of them. Throws `std::bad_alloc` where there is none, and what a swap throws: none is lost. Items whose move
/// may throw, and those of proxies, are swapped by the calling thread.
///
///     pt::shuffle(w, 42);
inline constexpr detail::ShuffleRange shuffle{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
