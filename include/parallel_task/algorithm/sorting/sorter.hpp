// Which way a range is sorted: by its items' type, its iterators, and the memory that there is.
#pragma once

#include <parallel_task/algorithm/sorting/in_place.hpp>
#include <parallel_task/algorithm/sorting/items.hpp>
#include <parallel_task/algorithm/sorting/order.hpp>
#include <parallel_task/algorithm/sorting/out_of_place.hpp>
#include <parallel_task/algorithm/sorting/permute_items.hpp>
#include <parallel_task/algorithm/sorting/scratch.hpp>
#include <parallel_task/algorithm/sorting/small.hpp>
#include <parallel_task/algorithm/sorting/team.hpp>
#include <parallel_task/algorithm/sorting/text.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Sorts the positions of the items at `first` by what `order` says of those. `use` is called with them: an array of n
/// numbers that it may change. The items stay where they are up to then.
///
///     sort_positions<stable>(first, n, order, team, [&](Position32* positions) { ... });
///
/// False: there was no memory.
template <bool stable, class I, class O>
class PositionSort {
 public:
  using T = std::iter_value_t<I>;
  static constexpr bool numeric = by_number<O, T>;

  PositionSort(I first, std::size_t n, O const& order, Team const& team)
      : first_(first), n_(n), order_(order), team_(team) {}

  template <class F>
  bool run(F const& use) const {
    if (n_ > most_positions) return false;
    if constexpr (numeric) {
      using Number = std::remove_cvref_t<decltype(order_.key(*first_))>;
      using Item = Numbered<Number>;
      using Sorter = OutOfPlace<stable, Item, ByItsNumber>;
      ScratchMemory scratch(ScratchMemory::bytes_for<Item>(n_) + ScratchMemory::bytes_for<Position32>(n_) +
                                Sorter::bytes(n_),
                            team_.settings());
      Item* const items = scratch.carve<Item>(n_);
      Position32* const positions = scratch.carve<Position32>(n_);
      if (items == nullptr || positions == nullptr) return false;
      each_item([&](std::size_t i) {
        ::new (static_cast<void*>(items + i)) Item{order_.key(at(i)), static_cast<Position32>(i)};
      });
      ByItsNumber const by_number{number_of_item};
      Sorter sorter(items, n_, by_number, team_);
      if (!sorter.run_without_memory() && !sorter.run(scratch)) return false;
      each_item([&](std::size_t i) { positions[i] = items[i].at; });
      use(positions);
    } else {
      using Order = ByItems<I, O>;
      using Sorter = OutOfPlace<stable, Position32, Order>;
      constexpr bool text = by_text<O, T>;
      std::size_t bytes = Sorter::bytes(n_);
      if constexpr (text) {
        std::size_t const more = TextSort<I, O>::bytes(n_) + ScratchMemory::bytes_for<std::string_view>(n_);
        bytes = bytes > more ? bytes : more;
      }
      ScratchMemory scratch(ScratchMemory::bytes_for<Position32>(n_) + bytes, team_.settings());
      Position32* const positions = scratch.carve<Position32>(n_);
      if (positions == nullptr) return false;
      each_item([&](std::size_t i) { positions[i] = static_cast<Position32>(i); });
      Order const by_items{first_, order_};
      Sorter sorter(positions, n_, by_items, team_);
      if constexpr (text) {
        if (n_ >= TextSort<I, O>::least) {
          std::size_t const mark = scratch.used();
          if (sorter.run_without_memory() || sorter.run_if_ordered(scratch)) {
            use(positions);
            return true;
          }
          scratch.release(mark);
          if (!sort_texts(positions, scratch)) return false;
          use(positions);
          return true;
        }
      }
      if (!sorter.run_without_memory() && !sorter.run(scratch)) return false;
      use(positions);
    }
    return true;
  }

 private:
  [[nodiscard]] decltype(auto) at(std::size_t i) const { return first_[static_cast<std::iter_difference_t<I>>(i)]; }
  bool sort_texts(Position32* positions, ScratchMemory& scratch) const {
    if constexpr (O::is_steady) {
      return TextSort<I, O>(first_, n_, order_, team_).run(positions, scratch);
    } else {
      std::string_view* const texts = scratch.carve<std::string_view>(n_);
      if (texts == nullptr) return false;
      each_item([&](std::size_t i) { ::new (static_cast<void*>(texts + i)) std::string_view(order_.text(at(i))); });
      using Order = ByText<std::identity, O::is_falling>;
      std::identity const itself{};
      Order const by_itself{itself};
      return TextSort<std::string_view*, Order>(texts, n_, by_itself, team_).run(positions, scratch);
    }
  }
  template <class F>
  void each_item(F const& f) const {
    team_.template blocks<Phase::move>(n_, Team::block_of(n_, 4096), [&](std::size_t first, std::size_t last) {
      for (; first != last; ++first) f(first);
    });
  }

  I first_;
  std::size_t n_;
  O const& order_;
  Team const& team_;
};

/// Whether a sort moves items itself; those of others are moved once, when the order is known.
template <class T, class O>
consteval bool moves_items() {
  if constexpr (!is_bitwise<T> || by_text<O, T>) {
    return false;
  } else if constexpr (by_number<O, T>) {
    return O::is_steady && sizeof(T) <= 64;
  } else {
    return sizeof(T) <= 32;
  }
}

/// Whether items may be compared before the sort takes memory for numbers, positions, or themselves: not where a
/// closure makes their keys, which is called once for each.
template <class T, class O>
consteval bool may_look_first() {
  if constexpr (by_number<O, T> || by_text<O, T>) {
    return O::is_steady;
  } else {
    return true;
  }
}

/// Sorts small items with their numbers beside them, each asked for once.
template <bool stable, class T, class O>
bool sort_with_numbers(T* v, std::size_t n, O const& order, Team const& team) {
  if (n <= most_small) return detail::small_sort(v, n, order), true;
  using Item = Numbered<std::remove_cvref_t<decltype(order.key(*v))>, T>;
  using Sorter = OutOfPlace<stable, Item, ByItsNumber>;
  ScratchMemory scratch(ScratchMemory::bytes_for<Item>(n) + Sorter::bytes(n), team.settings());
  Item* const items = scratch.carve<Item>(n);
  if (items == nullptr) return false;
  std::size_t const size = Team::block_of(n, 4096);
  team.template blocks<Phase::move>(n, size, [&](std::size_t i, std::size_t last) {
    for (; i != last; ++i) ::new (static_cast<void*>(items + i)) Item{order.key(v[i]), v[i]};
  });
  ByItsNumber const by_number{number_of_item};
  Sorter sorter(items, n, by_number, team);
  if (!sorter.run_without_memory() && !sorter.run(scratch)) return false;
  team.template blocks_to_the_end<Phase::move>(n, size, [&](std::size_t i, std::size_t last) {
    for (; i != last; ++i) detail::put(v + i, items[i].at);
  });
  return true;
}

/// Sorts items in memory. False: there was not memory enough, and nothing has changed.
template <bool stable, class T, class O>
bool sort_array(T* v, std::size_t n, O const& order, Team const& team) {
  if constexpr (moves_items<T, O>()) {
    using Sorter = OutOfPlace<stable, T, O>;
    Sorter sorter(v, n, order, team);
    if (sorter.run_without_memory()) return true;  // and without pages that nobody has touched
    ScratchMemory scratch(Sorter::bytes(n), team.settings());
    return sorter.run(scratch);
  } else if constexpr (is_bitwise<T> && by_number<O, T> && sizeof(T) <= 16) {
    return detail::sort_with_numbers<stable>(v, n, order, team);
  } else if (n <= most_small) {
    Position32 positions[most_small];
    for (std::size_t i = 0; i != n; ++i) positions[i] = static_cast<Position32>(i);
    detail::small_sort(positions, n, ByItems<T*, O>{v, order});
    detail::permute_by_swaps(v, positions, n);
    return true;
  } else {
    return PositionSort<stable, T*, O>(v, n, order, team).run([&](Position32* positions) {
      if constexpr (is_relocatable<T>) {
        ScratchMemory room(ScratchMemory::bytes_for<T>(n), team.settings());
        T* const to = room.carve<T>(n);
        if (to != nullptr) return detail::permute_through(v, positions, n, to, team);
      }
      detail::permute_by_swaps(v, positions, n);
    });
  }
}

/// Iterators whose items can be taken out and put back without anything that may fail.
template <class I>
concept lends_items =
    requires { requires I::lends; } ||
    (is_relocatable<std::iter_value_t<I>> &&
     std::is_nothrow_constructible_v<std::iter_value_t<I>, std::iter_rvalue_reference_t<I>>&& noexcept(
         *std::declval<I const&>() = std::declval<std::iter_value_t<I>>())&& noexcept(std::declval<I&>()[0]));

/// The items of a range while they are in memory of their own; in the end they go back.
template <class I>
class Lent {
 public:
  using T = std::iter_value_t<I>;
  Lent(I first, std::size_t n, T* to, Team const& team) : first_(first), n_(n), items_(to), team_(team) {
    team.template blocks_to_the_end<Phase::move>(n, Team::block_of(n, 2048), [&](std::size_t i, std::size_t last) {
      for (; i != last; ++i) std::construct_at(to + i, std::ranges::iter_move(at(i)));
    });
  }
  Lent(Lent const&) = delete;
  Lent& operator=(Lent const&) = delete;
  ~Lent() {
    team_.template blocks_to_the_end<Phase::move>(n_, Team::block_of(n_, 2048), [&](std::size_t i, std::size_t last) {
      for (; i != last; ++i) {
        *at(i) = std::move(items_[i]);
        std::destroy_at(items_ + i);
      }
    });
  }

 private:
  [[nodiscard]] I at(std::size_t i) const { return first_ + static_cast<std::iter_difference_t<I>>(i); }
  I first_;
  std::size_t n_;
  T* items_;
  Team const& team_;
};

template <bool stable, class I, class O>
bool sort_with_memory(I first, std::size_t n, O const& order, Team const& team) {
  using T = std::iter_value_t<I>;
  if constexpr (may_look_first<T, O>() && !(std::contiguous_iterator<I> && moves_items<T, O>())) {
    if (n > most_small && detail::are_in_order(first, n, order, team)) return true;
  }
  if constexpr (std::contiguous_iterator<I>) {
    return detail::sort_array<stable>(std::to_address(first), n, order, team);
  } else if constexpr (lends_items<I>) {
    ScratchMemory scratch(ScratchMemory::bytes_for<T>(n), team.settings());
    T* const items = scratch.carve<T>(n);
    if (items == nullptr) return false;
    Lent<I> const lent(first, n, items, team);
    return detail::sort_array<stable>(items, n, order, team);
  } else {
    return PositionSort<stable, I, O>(first, n, order, team).run([&](Position32* positions) {
      detail::permute_by_swaps(first, positions, n);
    });
  }
}

template <class T, class O>
inline constexpr std::size_t least_shared = by_number<O, T> ? 12000 : 4096;

/// Sorts n items from `first` on, shared with other threads if they are many; without memory, slowly and in place.
template <bool stable, class I, class C, class P>
void sort_range(I first, std::size_t n, C const& compare, P const& projection, Passes& passes) {
  using T = std::iter_value_t<I>;
  auto const order = detail::order_of<T>(compare, projection);
  auto const sort = [&](Team const& team) {
    if (!detail::sort_with_memory<stable>(first, n, order, team)) detail::sort_in_place(first, n, order);
  };
  if (n < least_shared<T, decltype(order)>) {
    passes.alone([&] { sort(Team()); });
  } else {
    sort(Team(passes));
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
