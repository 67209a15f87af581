// A stable sample sort by comparison: all items into many buckets at once, in a few passes, then each bucket in cache.
#pragma once

#include <parallel_task/algorithm/sorting/bucket_places.hpp>
#include <parallel_task/algorithm/sorting/few_numbers.hpp>
#include <parallel_task/algorithm/sorting/items.hpp>
#include <parallel_task/algorithm/sorting/look.hpp>
#include <parallel_task/algorithm/sorting/order.hpp>
#include <parallel_task/algorithm/sorting/quick.hpp>
#include <parallel_task/algorithm/sorting/scratch.hpp>
#include <parallel_task/algorithm/sorting/team.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Which buckets have come back to the array. If a pass ends early, the others are copied there: all items are in it.
template <class T>
class Returning {
 public:
  Returning(T* v, T const* out, std::size_t const* starts, std::size_t buckets, unsigned char* is_back) noexcept
      : v_(v), out_(out), starts_(starts), buckets_(buckets), is_back_(is_back) {
    for (std::size_t j = 0; j != buckets; ++j) is_back[j] = 0;
  }
  Returning(Returning const&) = delete;
  Returning& operator=(Returning const&) = delete;
  ~Returning() {
    for (std::size_t j = 0; j != buckets_; ++j) {
      if (is_back_[j] == 0) bring_back(j);
    }
  }
  void bring_back(std::size_t j) const noexcept {
    is_back_[j] = 1;
    detail::copy_items(v_ + starts_[j], out_ + starts_[j], starts_[j + 1] - starts_[j]);
  }
  /// Somebody else sees to that bucket.
  void leave(std::size_t j) const noexcept { is_back_[j] = 1; }

 private:
  T* v_;
  T const* out_;
  std::size_t const* starts_;
  std::size_t buckets_;
  unsigned char* is_back_;
};

/// Sample sort (Frazer and McKellar 1970), classified as by Sanders and Winkel 2004: items descend side by side through
/// an implicit tree of splitters, without branches; items equal to a splitter get a bucket of their own. Stable, since
/// out of place. A user's comparison is only called while the array holds all items, or a bucket does.
template <class T, class O>
class SampleSort {
 public:
  SampleSort(T* v, std::size_t n, T* other, O const& less, Team const& team, unsigned depth)
      : v_(v), n_(n), out_(other), less_(less), team_(team), depth_(depth) {}

  /// Fewer items than this are sorted by one thread.
  static constexpr std::size_t least = 4096;
  static constexpr unsigned most_depth = 3;

  /// What `run` takes of the scratch memory.
  [[nodiscard]] static std::size_t bytes(std::size_t n) noexcept {
    return ScratchMemory::bytes_for<std::uint16_t>(n) +
           ScratchMemory::bytes_for<T>(2 * most_leaves + oversampling * most_leaves * 2) +
           ScratchMemory::bytes_for<std::size_t>((blocks_of(n) + 1) * (2 * most_leaves + 1)) + 1024;
  }
  /// False: there was not memory enough, and nothing has changed.
  bool run(ScratchMemory& scratch) {
    std::size_t const mark = scratch.used();
    struct Released {
      ScratchMemory& scratch;
      std::size_t mark;
      ~Released() { scratch.release(mark); }
    } const released{scratch, mark};
    leaves_ = std::bit_floor(n_ / 1024);
    leaves_ = leaves_ < 8 ? 8 : leaves_ > most_leaves ? most_leaves : leaves_;
    bucket_of_ = scratch.carve<std::uint16_t>(n_);
    tree_ = scratch.carve<T>(leaves_);
    splitters_ = scratch.carve<T>(leaves_);
    T* const sample = scratch.carve<T>(2 * leaves_ * oversampling);
    std::size_t const blocks = blocks_of(n_);
    auto* const counts = scratch.carve<std::size_t>(blocks * 2 * leaves_);
    auto* const starts = scratch.carve<std::size_t>(2 * leaves_ + 1);
    auto* const is_back = scratch.carve<unsigned char>(2 * leaves_);
    if (bucket_of_ == nullptr || tree_ == nullptr || splitters_ == nullptr || sample == nullptr || counts == nullptr ||
        starts == nullptr || is_back == nullptr) {
      return false;
    }
    draw(sample);
    if (counts_few(sample, counts, starts)) return true;
    choose_splitters(sample);
    std::size_t const buckets = with_equal_ ? 2 * splitter_count_ + 1 : splitter_count_ + 1;
    BucketPlaces const places(counts, blocks, buckets);
    std::size_t const size = block_of(n_);
    team_.template blocks<Phase::count>(n_, size, [&](std::size_t first, std::size_t last) {
      if (with_equal_) {
        classify<true>(first, last, places.of_block(first / size));
      } else {
        classify<false>(first, last, places.of_block(first / size));
      }
    });
    places.arrange(starts);
    team_.template blocks<Phase::scatter>(n_, size, [&](std::size_t first, std::size_t last) {
      std::size_t* const to = places.of_block(first / size);
      for (; first != last; ++first) detail::put(out_ + to[bucket_of_[first]]++, v_[first]);
    });
    Returning<T> const returning(v_, out_, starts, buckets, is_back);
    team_.template each<Phase::finish>(buckets, n_ / buckets + 1, [&](std::size_t j) {
      returning.bring_back(j);
      bool const all_equal = with_equal_ && j % 2 != 0;
      if (!all_equal) finish(v_ + starts[j], starts[j + 1] - starts[j], out_ + starts[j]);
    });
    return true;
  }

 private:
  static constexpr std::size_t most_leaves = 256;
  static constexpr std::size_t oversampling = 8;
  [[nodiscard]] static std::size_t block_of(std::size_t n) noexcept { return Team::block_of(n, 2048); }
  [[nodiscard]] static std::size_t blocks_of(std::size_t n) noexcept { return Passes::blocks_of(n, block_of(n)); }

  /// A sorted sample, with room for as many behind it.
  void draw(T* sample) {
    std::size_t const size = leaves_ * oversampling;
    std::uint64_t random = n_ + depth_;
    for (std::size_t i = 0; i != size; ++i) {
      random = random * 6364136223846793005U + 1442695040888963407U;
      detail::put(sample + i, v_[static_cast<std::size_t>(random >> 16) % n_]);
    }
    detail::quick_sort(sample, size, sample + size, less_);
  }
  /// Whether there were but a few values, which the sample has all: they are counted, and written as often. Numbers
  /// that have the same bits are equal, whatever else the comparison says is equal too.
  bool counts_few([[maybe_unused]] T* sample, [[maybe_unused]] std::size_t* counts,
                  [[maybe_unused]] std::size_t* starts) {
    constexpr bool is_value = std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_pointer_v<T>;
    if constexpr (is_value && sizeof(T) <= 8 && !of_positions<O>) {
      using Few = FewNumbers<T>;
      T* const values = sample + leaves_ * oversampling;
      std::size_t const most = 2 * leaves_ < Few::most ? 2 * leaves_ : Few::most;
      std::size_t const distinct = different(sample, values, most);
      return distinct != 0 && Few(v_, n_, values, distinct, team_).run(block_of(n_), counts, starts);
    } else {
      return false;
    }
  }
  /// Copies those of the sample that differ; how many. 0: more than `most`, or equal ones have other bits.
  std::size_t different(T* sample, T* to, std::size_t most) const {
    std::size_t count = 0;
    for (T* const end = sample + leaves_ * oversampling; sample != end; ++sample) {
      if (count != 0 && std::memcmp(to + (count - 1), sample, sizeof(T)) == 0) continue;
      if (count == most || (count != 0 && !less_(to[count - 1], *sample))) return 0;
      detail::put(to + count++, *sample);
    }
    return count;
  }
  void choose_splitters(T* sample) {
    splitter_count_ = 0;
    for (std::size_t i = 1; i != leaves_; ++i) {
      T& next = sample[i * oversampling];
      if (splitter_count_ != 0 && !less_(splitters_[splitter_count_ - 1], next)) continue;
      detail::put(splitters_ + splitter_count_++, next);
    }
    with_equal_ = splitter_count_ != leaves_ - 1;
    levels_ = static_cast<unsigned>(std::bit_width(splitter_count_));
    build(1, 0, (std::size_t{1} << levels_) - 1);
  }
  /// The implicit tree: node k has children 2k and 2k + 1. It is full; the last splitter fills it up.
  void build(std::size_t node, std::size_t first, std::size_t last) noexcept {
    if (node >> levels_ != 0) return;
    std::size_t const middle = first + (last - first) / 2;
    detail::put(tree_ + node, splitters_[middle < splitter_count_ ? middle : splitter_count_ - 1]);
    build(2 * node, first, middle);
    build(2 * node + 1, middle + 1, last);
  }

  template <bool with_equal>
  void classify(std::size_t first, std::size_t last, std::size_t* counts) {
    constexpr std::size_t side_by_side = 8;
    for (; first + side_by_side <= last; first += side_by_side) classify<with_equal, side_by_side>(first, counts);
    for (; first != last; ++first) classify<with_equal, 1>(first, counts);
  }
  template <bool with_equal, std::size_t side_by_side>
  PARALLEL_TASK_ALWAYS_INLINE void classify(std::size_t first, std::size_t* counts) {
    std::size_t node[side_by_side];
    for (auto& x : node) x = 1;
    T* const items = v_ + first;
    for (unsigned level = 0; level != levels_; ++level) {
      for (std::size_t u = 0; u != side_by_side; ++u) {
        node[u] = 2 * node[u] + static_cast<std::size_t>(!less_(items[u], tree_[node[u]]));
      }
    }
    for (std::size_t u = 0; u != side_by_side; ++u) {
      std::size_t bucket = node[u] - (std::size_t{1} << levels_);  // as many splitters are not greater
      bucket = bucket < splitter_count_ ? bucket : splitter_count_;
      if constexpr (with_equal) {
        std::size_t const below = bucket != 0;
        bool const equal = !less_(splitters_[bucket - below], items[u]);
        bucket = 2 * bucket - (below & static_cast<std::size_t>(equal));
      }
      bucket_of_[first + u] = static_cast<std::uint16_t>(bucket);
      ++counts[bucket];
    }
  }

  void finish(T* v, std::size_t n, T* other) const {
    if (n < 2 || detail::run_end<false>(v, 0, n, less_) == n) return;
    if (n < 8 * least || n < n_ / 8 || depth_ == most_depth || team_.is_alone()) {
      return detail::quick_sort(v, n, other, less_);
    }
    // Too much for one thread: as a call inside of this one.
    team_.nested(n, [&](Team const& team) {
      ScratchMemory scratch(SampleSort::bytes(n), team.settings());
      if (!scratch || !SampleSort(v, n, other, less_, team, depth_ + 1).run(scratch)) {
        detail::quick_sort(v, n, other, less_);
      }
    });
  }

  T* v_;
  std::size_t n_;
  T* out_;
  O const& less_;
  Team const& team_;
  unsigned depth_;
  std::size_t leaves_ = 0;
  std::size_t splitter_count_ = 0;
  unsigned levels_ = 0;
  bool with_equal_ = false;
  std::uint16_t* bucket_of_ = nullptr;
  T* tree_ = nullptr;
  T* splitters_ = nullptr;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
