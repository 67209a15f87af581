// permute(r, positions): the items in the order of a list of positions.
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/algorithm/sorting/keys.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/errors.hpp>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Copies positions, and finds out whether each is there once.
template <class I>
class PositionList {
 public:
  PositionList(I first, std::size_t n, std::size_t* to, atomic<unsigned char>* seen, Team const& team)
      : first_(first), n_(n), to_(to), seen_(seen), team_(team) {}

  [[nodiscard]] bool is_permutation() const {
    atomic<std::uint32_t> wrong{0};
    blocks([&](std::size_t i, std::size_t last) {
      for (; i != last; ++i) ::new (static_cast<void*>(seen_ + i)) atomic<unsigned char>(0);
    });
    blocks([&](std::size_t i, std::size_t last) {
      for (; i != last; ++i) {
        auto const position = first_[static_cast<std::iter_difference_t<I>>(i)];
        to_[i] = static_cast<std::size_t>(position);
        if (detail::is_negative(position) || to_[i] >= n_) return wrong.store(1, detail::memory_order_relaxed);
        seen_[to_[i]].store(1, detail::memory_order_relaxed);  // read after the pass
      }
    });
    if (wrong.load(detail::memory_order_relaxed) != 0) return false;
    blocks([&](std::size_t i, std::size_t last) {  // n positions below n, all of them there: each once
      for (; i != last; ++i) {
        if (seen_[i].load(detail::memory_order_relaxed) == 0) return wrong.store(1, detail::memory_order_relaxed);
      }
    });
    return wrong.load(detail::memory_order_relaxed) == 0;
  }

 private:
  template <class F>
  void blocks(F const& f) const {
    team_.template blocks<Phase::look>(n_, Team::block_of(n_, 4096), f);
  }
  I first_;
  std::size_t n_;
  std::size_t* to_;
  atomic<unsigned char>* seen_;
  Team const& team_;
};

struct Permute : AlgorithmObject<Permute> {
  template <class H, indexable R, indexable N>
    requires std::permutable<std::ranges::iterator_t<R>> && integer<std::ranges::range_value_t<N>>
  static iterator_of<R> call(Context<H> const& context, R&& range, N&& positions) {
    auto const first = std::ranges::begin(range);
    auto const n = static_cast<std::size_t>(std::ranges::size(range));
    Passes passes(context, n);
    if (n < 4096) {
      passes.alone([&] { permute(first, std::ranges::begin(positions), n, std::ranges::size(positions), Team()); });
    } else {
      permute(first, std::ranges::begin(positions), n, std::ranges::size(positions), Team(passes));
    }
    return first + static_cast<std::iter_difference_t<decltype(first)>>(n);
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: permute is called as permute(r, positions), of two ranges with random access and a "
                  "size; the items of the first can be swapped, those of the second are integers");
    return {};
  }

 private:
  template <class I, class J, class Size>
  static void permute(I first, J positions, std::size_t n, Size size, Team const& team) {
    ScratchMemory scratch(ScratchMemory::bytes_for<std::size_t>(n) + ScratchMemory::bytes_for<atomic<unsigned char>>(n),
                          team.settings());
    auto* const list = scratch.carve<std::size_t>(n);
    auto* const seen = scratch.carve<atomic<unsigned char>>(n);
    if (list == nullptr || seen == nullptr) detail::throw_no_memory();
    if (static_cast<std::size_t>(size) != n || !PositionList<J>(positions, n, list, seen, team).is_permutation()) {
      detail::throw_invalid_argument(
          "permute: the second range has to be a permutation of the positions of the first, each once");
    }
    detail::permute(first, list, n, team);
  }
};

}  // namespace detail

/// `permute(r, positions)`: brings the items into another order: place k gets the item that was at `positions[k]`, as
/// in `argsort`. Returns the end of `r`. Linear; memory for n items and 9 n bytes, else items are swapped.
///
///     auto const order = pt::argsort(prices);
///     pt::permute(prices, order);
///     pt::permute(names, order);
///
/// Throws `std::invalid_argument` if `positions` is not a permutation of 0 ... n-1, `std::bad_alloc` and `cancelled`,
/// with the items as they were. Where moving or swapping an item throws, all are there, as far as those functions see
/// to it.
inline constexpr detail::Permute permute{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
