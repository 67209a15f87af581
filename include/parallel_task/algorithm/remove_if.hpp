// remove_if(r, p), remove(r, x), unique(r): in place.
//
// Each block is packed by itself, many at once. Then its items go to where they belong, in order of the blocks: what a
// block moves to has been left by those before it.
#pragma once

#include <parallel_task/algorithm/arguments.hpp>
#include <parallel_task/algorithm/in_order.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/platform/owner.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Items that may be stored over another without being asked whether that is needed.
template <class I>
inline constexpr bool cheap_to_store =
    std::contiguous_iterator<I> && std::is_trivially_copyable_v<std::iter_value_t<I>> &&
    sizeof(std::iter_value_t<I>) <= 16;

template <class I>
void move_item(ByNumber<I> const& v, std::size_t from, std::size_t to) {
  if (from != to) *v.at(to) = std::ranges::iter_move(v.at(from));
}
template <class I>
void move_items(ByNumber<I> const& v, std::size_t from, std::size_t last, std::size_t to) {
  if constexpr (cheap_to_store<I>) {
    if (from == last || from == to) return;
    std::copy(v.at(from), v.at(last), v.at(to));  // a memmove
  } else {
    for (; from != last; ++from, ++to) detail::move_item(v, from, to);
  }
}

/// In so many items a wrong forecast of a processor's, or two, cost less than stores without branches ...
inline constexpr std::size_t long_run = 24;
/// ... and so many runs that are shorter say that it goes on so.
inline constexpr unsigned most_short_runs = 4;

/// Packs items [i, last) to `to`. `keep(items, i, kept, k)` says whether item i stays, and may compare it with item k
/// of `kept`: the last one that stays, or the one before it where items are copied. Returns the end.
template <class I, class Keep>
std::size_t pack(ByNumber<I> const& v, std::size_t i, std::size_t last, std::size_t to, Keep const& keep) {
  if constexpr (cheap_to_store<I>) {
    // In hand: an item that is read again would have to wait for the store over it, and so would all behind it.
    using T = std::iter_value_t<I>;
    // As long as few are dropped, those between them are moved as runs: foreseen branches cost less than stores.
    std::size_t const back = i == 0 ? 0 : 1;
    for (unsigned short_runs = 0; short_runs != most_short_runs;) {
      T* const items = std::to_address(v.first);
      T* const next = std::find_if(items + i, items + last, [&keep, back](T& item) {
        T* const at = std::addressof(item);
        return !keep(ByNumber<T*>{at, 1}, 0, ByNumber<T*>{at - back, 1}, 0);
      });
      auto const run = static_cast<std::size_t>(next - items) - i;
      detail::move_items(v, i, i + run, to);
      to += run;
      i += run;
      if (i == last) return to;
      ++i;  // it is dropped
      if (run < long_run) {
        ++short_runs;
      } else if (short_runs != 0) {
        --short_runs;
      }
    }
    if (i == last) return to;
    T before(v[i == 0 ? 0 : i - 1]);
    PARALLEL_TASK_BY_FOURS
    for (; i != last; ++i) {
      T item(v[i]);
      bool const stays = keep(ByNumber<T*>{&item, 1}, 0, ByNumber<T*>{&before, 1}, 0);
      v[to] = item;  // no branch
      to += static_cast<std::size_t>(stays);
      before = item;
    }
  } else {
    for (; i != last; ++i) {
      if (keep(v, i, v, to - 1)) detail::move_item(v, i, to++);
    }
  }
  return to;
}

/// `neighbours.compares`: items are compared with those before them. The first one stays, and the first of each block
/// serves the others of its block to compare with; whether it stays was asked before. Nothing stops it once it has
/// begun: items would be in two places.
template <class I, class Keep, class Neighbours>
std::size_t pack_in_place(Passes& passes, ByNumber<I> const& v, Keep const& keep, Neighbours const& neighbours) {
  constexpr std::size_t size = items_of_block<std::iter_value_t<I>>;
  constexpr std::size_t kept = Neighbours::compares ? 1 : 0;
  std::size_t const n = v.size;
  if (n <= (cheap_to_store<I> ? 4 * size : size)) {  // as quick as what it takes to share that
    std::size_t end = 0;
    passes.alone([&] { end = n < kept ? n : detail::pack(v, kept, n, kept, keep); });
    return end;
  }
  std::size_t const blocks = Passes::blocks_of(n, size);
  auto const end_of = [n](std::size_t b) { return n - b * size < size ? n : (b + 1) * size; };
  InOrder in_order(blocks);
  std::size_t at = 0;
  if (passes.most_threads() == 1) {
    in_order.run_to_the_end(
        passes, size, [](std::size_t) {},
        [&](std::size_t b) {
          at = b == 0 ? detail::pack(v, kept, size, kept, keep) : detail::pack(v, b * size, end_of(b), at, keep);
        },
        NothingToEmit{});
    return at;
  }
  struct Part {
    std::size_t first;
    std::size_t last;
  };
  Owner<Part[]> parts(new Part[blocks]);
  for (std::size_t b = 0; b != blocks; ++b) parts[b].first = b * size;
  neighbours.each([&](std::size_t b) { ++parts[b].first; }, blocks, size);
  in_order.run_to_the_end(
      passes, size,
      [&](std::size_t b) { parts[b].last = detail::pack(v, b * size + kept, end_of(b), b * size + kept, keep); },
      [&](std::size_t b) {
        detail::move_items(v, parts[b].first, parts[b].last, at);
        at += parts[b].last - parts[b].first;
      },
      NothingToEmit{});
  return at;
}

struct ByThemselves {
  static constexpr bool compares = false;
  template <class Drop>
  void each(Drop const&, std::size_t, std::size_t) const noexcept {}
};
/// Asks about the first items of all blocks before any is moved.
template <class Equal>
struct WithNeighbours {
  static constexpr bool compares = true;
  Passes& passes;
  Equal const& equal;
  template <class Drop>
  void each(Drop const& drop, std::size_t blocks, std::size_t size) const {
    passes.each(blocks - 1, [&](std::size_t b) {
      std::size_t const i = (b + 1) * size;
      if (equal(i - 1, i)) drop(b + 1);
    });
  }
};

/// A range whose items can be moved about in place, by several threads.
template <class R>
concept rearranged =
    numbered<R> && std::permutable<std::ranges::iterator_t<R>> && !writes_bits<std::ranges::iterator_t<R>>;

template <class R, class I>
auto rest_of(ByNumber<I> const& v, std::size_t from) {
  if constexpr (std::ranges::borrowed_range<R>) {
    return std::ranges::subrange<I>(v.at(from), v.at(v.size));
  } else {
    return std::ranges::dangling{};
  }
}

struct RemoveIf : AlgorithmObject<RemoveIf> {
  template <class H, rearranged R, class P, class Projection = std::identity>
    requires asks<P, key_of<R, Projection>>
  static auto call(Context<H> const& context, R&& range, P p, Projection projection = {}) {
    auto const v = detail::numbered_of(range);
    Passes passes(context, v.size);
    std::size_t const end = detail::pack_in_place(
        passes, v,
        [&](auto const& items, std::size_t i, auto const&, std::size_t) {
          return !static_cast<bool>(std::invoke(std::as_const(p), detail::key_at(projection, items, i)));
        },
        ByThemselves{});
    return detail::rest_of<R>(v, end);
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: remove_if is called as remove_if(r, p) or remove_if(r, p, projection), or with two "
        "iterators for r: r has random access, its items can be moved, and p can be called as const with one");
    return {};
  }
};

struct Remove : AlgorithmObject<Remove> {
  template <class H, rearranged R, class T, class Projection = std::identity>
    requires asks<std::equal_to<>, key_of<R, Projection>, T const&>
  static auto call(Context<H> const& context, R&& range, T const& value, Projection projection = {}) {
    auto const v = detail::numbered_of(range);
    Passes passes(context, v.size);
    std::size_t const end = detail::pack_in_place(
        passes, v,
        [&](auto const& items, std::size_t i, auto const&, std::size_t) {
          return !static_cast<bool>(detail::key_at(projection, items, i) == value);
        },
        ByThemselves{});
    return detail::rest_of<R>(v, end);
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: remove is called as remove(r, x) or remove(r, x, projection), or with two iterators "
                  "for r: r has random access, its items can be moved, and they are compared with x by ==");
    return {};
  }
};

struct Unique : AlgorithmObject<Unique> {
  template <class H, rearranged R, class Equal = std::equal_to<>, class Projection = std::identity>
    requires asks<Equal, key_of<R, Projection>, key_of<R, Projection>>
  static auto call(Context<H> const& context, R&& range, Equal equal = {}, Projection projection = {}) {
    auto const v = detail::numbered_of(range);
    Passes passes(context, v.size);
    auto const same = [&](auto const& kept, std::size_t k, auto const& items, std::size_t i) -> bool {
      return std::invoke(std::as_const(equal), detail::key_at(projection, kept, k),
                         detail::key_at(projection, items, i));
    };
    auto const neighbours = [&](std::size_t k, std::size_t i) { return same(v, k, v, i); };
    std::size_t const end = detail::pack_in_place(
        passes, v,
        [&](auto const& items, std::size_t i, auto const& kept, std::size_t k) { return !same(kept, k, items, i); },
        WithNeighbours<decltype(neighbours)>{passes, neighbours});
    return detail::rest_of<R>(v, end);
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: unique is called as unique(r), unique(r, equal) or unique(r, equal, projection), or "
                  "with two iterators for r: r has random access, its items can be moved, and equal can be called as "
                  "const with two of them");
    return {};
  }
};

}  // namespace detail

/// `remove_if(r, p, projection)` and `remove_if(first, last, p, projection)`: moves the items for which `p` returns
/// false to the front, in order. Returns the rest as a `std::ranges::subrange`, from where they end to the end of `r`;
/// what is there has unspecified values, and can be erased.
///
/// Linear; `p` is called once for each item, in no order. In place; memory: some bytes for each block of some thousand
/// items. A stop token or deadline ends it before an item has been moved, or not at all. Throws what `p`, the
/// projection or a move throws, the first exception in time: items have unspecified values then. `std::bad_alloc` comes
/// before anything is moved.
///
///     auto const rest = pt::remove_if(v, [](int x) { return x % 2 == 0; });
///     v.erase(rest.begin(), rest.end());
inline constexpr detail::RemoveIf remove_if{};

/// `remove(r, x, projection)`: the same for items that are equal to `x`, which must not be an item of `r`.
inline constexpr detail::Remove remove{};

/// `unique(r, equal, projection)` and `unique(first, last, equal, projection)`: moves the first of each run of
/// neighbours that are equal to the front, in order; all else as for `remove_if`.
///
///     auto const rest = pt::unique(sorted);
///     sorted.erase(rest.begin(), rest.end());
inline constexpr detail::Unique unique{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
