// indices2 and indices3: the index space of a nested loop, in its order, or by tiles where no order is asked for.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/number.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/errors.hpp>

#include <cstddef>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Positions are those of the nested loop, unless a run that does not depend on the order asks for tiles by
/// `in_any_order`: then the items of a tile have neighbouring positions, and so do neighbouring tiles. A tile that is
/// as large as the whole makes both the same.
template <integer... I>
struct Tiles : ByIndex<Tiles<I...>> {
  using Item = ProductOf<I...>;
  using Value = Item;
  static constexpr bool owns = true;
  static constexpr std::size_t dimensions = sizeof...(I);
  static constexpr std::size_t last = dimensions - 1;
  /// How many indices a tile has in each dimension. A row is long, since one begins with some fifty instructions, and
  /// the processor reads ahead in it; yet where an array is gone through by columns, the cache lines of a whole row
  /// wait for the rows that use the rest of them. Two cores, ms, for tiles of 128^2 and of 256^2: a 3 by 3 blur of
  /// 2000^2 doubles 4.8 and 3.6, transposing 1024^2 3.1 and 2.8, 4000^2 45 and 50 (the shortest runs 43 and 41).
  static constexpr std::size_t side = dimensions == 2 ? 256 : 16;
  static constexpr std::size_t row = dimensions == 2 ? 256 : 64;

  explicit Tiles(I... sizes) : sizes_{detail::count_from(sizes)...}, tile_{detail::count_from(sizes)...}, size_(1) {
    for (std::size_t n : sizes_) {
      if (n == 0) size_ = 0;
    }
    for (std::size_t n : sizes_) {
      if (size_ != 0 && n > (unknown - 1) / size_) {
        detail::throw_length_error("parallel_task: indices2 and indices3: more items than std::size_t can count");
      }
      size_ *= n;
    }
  }

  void in_any_order() {
    for (std::size_t d = 0; d != dimensions; ++d) {
      std::size_t const wanted = d == last ? row : side;
      tile_[d] = sizes_[d] < wanted ? sizes_[d] : wanted;
    }
  }
  [[nodiscard]] std::size_t total() const { return size_; }
  template <class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool at(Stateless&, std::size_t i, Next&& next) const {
    Spot const spot = find(i);
    return next(item(spot, spot.at[last], std::index_sequence_for<I...>{}));
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed(Stateless&, Block block, K& k) const {
    for (std::size_t left = block.size(); left != 0;) {
      Spot spot = find(block.last - left);
      do {
        std::size_t const first = spot.at[last];
        std::size_t const rest = spot.end(last) - first;
        std::size_t const n = rest < left ? rest : left;
        for (std::size_t j = first; j != first + n; ++j) {
          if (!k(item(spot, j, std::index_sequence_for<I...>{}))) return false;
        }
        left -= n;
      } while (left != 0 && next_row(spot));
    }
    return true;
  }

 private:
  /// A tile by its first index and its size in each dimension, and an index in it.
  struct Spot {
    std::size_t first[dimensions];
    std::size_t size[dimensions];
    std::size_t at[dimensions];
    [[nodiscard]] std::size_t end(std::size_t d) const noexcept { return first[d] + size[d]; }
  };

  [[nodiscard]] Spot find(std::size_t position) const noexcept {
    Spot spot;
    std::size_t within = 1;      // how large the tile is in the dimensions so far
    std::size_t beyond = size_;  // how large the whole is in those that follow
    for (std::size_t d = 0; d != dimensions; ++d) {
      beyond /= sizes_[d];
      std::size_t const slab = tile_[d] * within * beyond;
      std::size_t const number = position / slab;
      position -= number * slab;
      spot.first[d] = number * tile_[d];
      spot.size[d] = sizes_[d] - spot.first[d] < tile_[d] ? sizes_[d] - spot.first[d] : tile_[d];
      within *= spot.size[d];
    }
    for (std::size_t d = dimensions; d-- != 0;) {
      spot.at[d] = spot.first[d] + position % spot.size[d];
      position /= spot.size[d];
    }
    return spot;
  }
  /// False at the end of the tile.
  [[nodiscard]] static bool next_row(Spot& spot) noexcept {
    std::size_t d = last;
    spot.at[d] = spot.first[d];
    while (d-- != 0) {
      if (++spot.at[d] != spot.end(d)) return true;
      spot.at[d] = spot.first[d];
    }
    return false;
  }
  template <std::size_t... d>
  [[nodiscard]] PARALLEL_TASK_ALWAYS_INLINE static Item item(Spot const& spot, std::size_t in_row,
                                                             std::index_sequence<d...>) noexcept {
    return Item(static_cast<I>(d == last ? in_row : spot.at[d])...);
  }

  std::size_t sizes_[dimensions];
  std::size_t tile_[dimensions];
  std::size_t size_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
