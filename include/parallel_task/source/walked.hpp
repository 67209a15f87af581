// Every other forward range: one thread walks ahead and writes iterators down, so that any position can be found.
#pragma once

#include <parallel_task/core/growing_table.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/owner.hpp>
#include <parallel_task/source/holder.hpp>

#include <cstddef>
#include <ranges>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// A range that knows its size (list, set, map, hash map) is walked *solo* at first: one thread feeds as it walks, and
/// nothing is written down, which would cost 3 ns an item. `share` ends that: from there on `pull` walks ahead and
/// leaves a checkpoint every 16 positions, from which a block's first position is at most 15 hops away.
///
/// A range without a size (forward_list, filter views) is never solo. Each of its iterators is written down, so that no
/// `++`, which may run a user's predicate, runs twice.
///
/// Who calls what: `start`, `share`, `index_first` on the calling thread while it is alone; `pull` by one thread at a
/// time; `at` and `feed` by any, for positions that the engine has told them of, which is what publishes the table.
template <class Holder>
struct Walked {
  using Range = typename Holder::Range;
  using Iterator = std::ranges::iterator_t<Range>;
  using Item = typename Holder::Item;
  using Value = std::ranges::range_value_t<Range>;
  static constexpr bool pulls = true;
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;
  static constexpr bool sized = std::ranges::sized_range<Range>;

  /// Where a segment has walked to: the next item it would give without looking anything up.
  struct Walker {
    Iterator it{};
    std::size_t position = unknown;
  };
  using State = std::conditional_t<sized, Walker, Stateless>;

  explicit Walked(Holder holder) : holder_(std::move(holder)) {}

  void start() {
    front_ = std::ranges::begin(holder_.get());
    if constexpr (sized) {
      total_ = static_cast<std::size_t>(std::ranges::size(holder_.get()));
      known_ = total_;
      solo_ = true;
    } else {
      known_ = 0;
      table_ = Owner(new GrowingTable<Iterator>);
      ended_ = front_ == std::ranges::end(holder_.get());
    }
  }
  [[nodiscard]] Pulled known() const { return {known_, ended()}; }
  [[nodiscard]] std::size_t total() const { return total_; }

  Pulled pull(std::size_t want) {
    if constexpr (sized) {
      for (; want != 0 && known_ != total_; --want, ++known_, ++front_) {
        if ((known_ - base_) % spacing_ == 0) table_->add(front_);
      }
    } else {
      auto const end = std::ranges::end(holder_.get());
      for (; want != 0 && !ended_; --want) {
        table_->add(front_);
        ++known_;
        ++front_;
        ended_ = front_ == end;
      }
    }
    return known();
  }

  Pulled share(State& state, std::size_t ran) {
    if constexpr (sized) {
      if (!solo_) return known();
      solo_ = false;
      table_ = Owner(new GrowingTable<Iterator>);
      front_ = state.it;
      base_ = state.position;
      for (; base_ < ran; ++base_) ++front_;  // what a stage skipped, nobody has walked yet
      known_ = base_;
    }
    return known();
  }

  void index_first(std::size_t n) {
    if constexpr (sized) {
      if (solo_) {
        solo_ = false;
        table_ = Owner(new GrowingTable<Iterator>);
        base_ = known_ = 0;
        spacing_ = 1;
      }
    }
    (void)pull(n);
  }

  [[nodiscard]] State open() const {
    if constexpr (sized) {
      if (solo_) return {front_, 0};
    }
    return {};
  }

  [[gnu::always_inline]] Item at(State& state, std::size_t i) const {
    if constexpr (sized) {
      if (spacing_ == 1) return Holder::item((*table_)[i]);
      if (i != state.position) go_to(state, i);
      Iterator const here = state.it;
      ++state.it;
      ++state.position;
      return Holder::item(here);
    } else {
      return Holder::item((*table_)[i]);
    }
  }

  template <class K>
  bool feed(State& state, Block block, K& k) const {
    if constexpr (sized) {
      if (spacing_ == 1) return detail::feed_by_index(At<Walked>{*this, state}, block, k);
      if (block.first != state.position) go_to(state, block.first);
      Iterator it = state.it;
      for (std::size_t n = block.size(); n; --n, ++it) {
        if (!k(Holder::item(it))) {
          state.position = unknown;
          return false;
        }
      }
      state.it = it;
      state.position = block.last;
      return true;
    } else {
      return detail::feed_by_index(At<Walked>{*this, state}, block, k);
    }
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

 private:
  static constexpr std::size_t checkpoint_spacing = 16;

  [[nodiscard]] bool ended() const {
    if constexpr (sized) {
      return known_ == total_;
    } else {
      return ended_;
    }
  }

  [[gnu::noinline]] void go_to(State& state, std::size_t i) const {
    bool const near = state.position != unknown && state.position <= i && i - state.position <= checkpoint_spacing;
    if (!near && !solo_) {
      std::size_t const checkpoint = (i - base_) / spacing_;
      state.it = (*table_)[checkpoint];
      state.position = base_ + checkpoint * spacing_;
    }
    for (; state.position != i; ++state.position) ++state.it;
  }

  Holder holder_;
  Iterator front_{};                     // the first position that is not known; solo: the first of all
  Owner<GrowingTable<Iterator>> table_;  // iterators of base_, base_ + spacing_, …
  std::size_t known_ = 0;
  std::size_t total_ = unknown;
  std::size_t base_ = 0;
  std::size_t spacing_ = checkpoint_spacing;
  bool solo_ = false;
  bool ended_ = false;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
