// Sorts by keys that are made once, and lists the positions of items in order.
#pragma once

#include <parallel_task/algorithm/sorting/order.hpp>
#include <parallel_task/algorithm/sorting/permute_items.hpp>
#include <parallel_task/algorithm/sorting/scratch.hpp>
#include <parallel_task/algorithm/sorting/sorter.hpp>
#include <parallel_task/algorithm/sorting/team.hpp>
#include <parallel_task/core/closure.hpp>
#include <parallel_task/platform/exceptions.hpp>

#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Says that there is no memory.
[[noreturn]] inline void throw_no_memory() { detail::throw_error(std::bad_alloc()); }

template <class I, class K>
using CachedKey = std::remove_cvref_t<std::invoke_result_t<K const&, std::iter_reference_t<I>>>;

/// Keys of the items of a range, each made once, in blocks by several threads; those that were made are destroyed.
template <class Key>
class Keys {
 public:
  /// `to` has room for n keys, `made` for a number a block.
  template <class I, class K>
  Keys(I first, std::size_t n, K const& key, Key* to, std::size_t* made, Team const& team)
      : keys_(to), made_(made), size_(block_of(n)), blocks_(Passes::blocks_of(n, size_)) {
    for (std::size_t b = 0; b != blocks_; ++b) made_[b] = 0;
    struct Unless {
      Keys* keys;
      ~Unless() {
        if (keys != nullptr) keys->destroy();
      }
    } failed{this};
    team.template blocks<Phase::count>(n, size_, [&](std::size_t i, std::size_t last) {
      std::size_t& count = made_[i / size_];
      for (; i != last; ++i, ++count) {
        ::new (static_cast<void*>(keys_ + i))
            Key(detail::invoke(key, first[static_cast<std::iter_difference_t<I>>(i)]));
      }
    });
    failed.keys = nullptr;
  }
  Keys(Keys const&) = delete;
  Keys& operator=(Keys const&) = delete;
  ~Keys() { destroy(); }

  static constexpr std::size_t most_blocks = 1024;

 private:
  /// Keys may cost much: as many blocks as there may be.
  [[nodiscard]] static std::size_t block_of(std::size_t n) noexcept { return n / most_blocks + 1; }
  void destroy() noexcept {
    if constexpr (!std::is_trivially_destructible_v<Key>) {
      for (std::size_t b = 0; b != blocks_; ++b) std::destroy_n(keys_ + b * size_, made_[b]);
    }
  }

  Key* keys_;
  std::size_t* made_;
  std::size_t size_;
  std::size_t blocks_;
};

/// Puts position k's item where positions[k] says that it is.
template <class I, class N>
void permute(I first, N* positions, std::size_t n, Team const& team) {
  using T = std::iter_value_t<I>;
  if constexpr (std::contiguous_iterator<I> && is_relocatable<T>) {
    ScratchMemory room(ScratchMemory::bytes_for<T>(n), team.settings());
    T* const to = n < 16 ? nullptr : room.carve<T>(n);
    if (to != nullptr) return detail::permute_through(std::to_address(first), positions, n, to, team);
  } else if constexpr (lends_items<I>) {
    ScratchMemory room(ScratchMemory::bytes_for<T>(n), team.settings());
    T* const to = n < 16 ? nullptr : room.carve<T>(n);
    if (to != nullptr) {
      // Taken out in the new order, put back in that.
      struct At {
        I first;
        N const* positions;
      } const at{first, positions};
      std::size_t const size = Team::block_of(n, 1024);
      team.template blocks_to_the_end<Phase::scatter>(n, size, [&](std::size_t i, std::size_t last) {
        for (; i != last; ++i) {
          auto const from = static_cast<std::iter_difference_t<I>>(at.positions[i]);
          std::construct_at(to + i, std::ranges::iter_move(at.first + from));
        }
      });
      team.template blocks_to_the_end<Phase::move>(n, size, [&](std::size_t i, std::size_t last) {
        for (; i != last; ++i) {
          *(at.first + static_cast<std::iter_difference_t<I>>(i)) = std::move(to[i]);
          std::destroy_at(to + i);
        }
      });
      return;
    }
  }
  detail::permute_by_swaps(first, positions, n);
}

/// By keys that may each cost much, so that any two items may be worth sharing.
template <class I, class K, class C>
void sort_by_cached_keys(I first, std::size_t n, K const& key, C const& less, Passes& passes) {
  using Key = CachedKey<I, K>;
  Team const team(passes);
  ScratchMemory scratch(ScratchMemory::bytes_for<Key>(n) +
                            ScratchMemory::bytes_for<std::size_t>(Keys<Key>::most_blocks),
                        team.settings());
  Key* const keys = scratch.carve<Key>(n);
  auto* const made = scratch.carve<std::size_t>(Keys<Key>::most_blocks);
  if (keys == nullptr || made == nullptr) detail::throw_no_memory();
  Keys<Key> const all(first, n, key, keys, made, team);
  std::identity const itself{};
  auto const order = detail::order_of<Key>(less, itself);
  auto const sort = [&](Team const& who) {
    bool const done = PositionSort<true, Key*, decltype(order)>(keys, n, order, who).run([&](Position32* positions) {
      detail::permute(first, positions, n, who);
    });
    if (!done) detail::throw_no_memory();
  };
  sort(n < least_shared<Key, decltype(order)> ? Team() : team);
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
