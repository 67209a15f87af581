// sort_by_key(r, key), sort_by_cached_key(r, key)
#pragma once

#include <parallel_task/algorithm/algorithm_object.hpp>
#include <parallel_task/algorithm/passes.hpp>
#include <parallel_task/algorithm/sort.hpp>
#include <parallel_task/algorithm/sorting/keys.hpp>
#include <parallel_task/algorithm/sorting/sorter.hpp>

#include <cstddef>
#include <iterator>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct SortByKey : AlgorithmObject<SortByKey> {
  template <class H, indexable R, class K, class C = std::ranges::less>
    requires sorts<std::ranges::iterator_t<R>, C, K>
  static iterator_of<R> call(Context<H> const& context, R&& range, K const& key, C const& less = {}) {
    return Sort<true>::call(context, range, less, key);
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(
        never<A...>,
        "parallel_task: sort_by_key is called as sort_by_key(r, key) or sort_by_key(r, key, less), of a range "
        "with random access and a size, whose items can be moved; key(item) gives what can be compared; both "
        "are called as const");
    return {};
  }
};

template <class I, class K, class C>
concept caches_keys =
    std::permutable<I> && std::invocable<K const&, std::iter_reference_t<I>> &&
    std::constructible_from<CachedKey<I, K>, std::invoke_result_t<K const&, std::iter_reference_t<I>>> &&
    std::is_nothrow_destructible_v<CachedKey<I, K>> && std::predicate<C const&, CachedKey<I, K>&, CachedKey<I, K>&>;

struct SortByCachedKey : AlgorithmObject<SortByCachedKey> {
  template <class H, indexable R, class K, class C = std::ranges::less>
    requires caches_keys<std::ranges::iterator_t<R>, K, C>
  static iterator_of<R> call(Context<H> const& context, R&& range, K const& key, C const& less = {}) {
    auto const first = std::ranges::begin(range);
    auto const n = static_cast<std::size_t>(std::ranges::size(range));
    Passes passes(context, n);
    detail::sort_by_cached_keys(first, n, key, less, passes);
    return first + static_cast<std::iter_difference_t<decltype(first)>>(n);
  }
  template <class... A>
  static constexpr Unusable refuse() {
    static_assert(never<A...>,
                  "parallel_task: sort_by_cached_key is called as sort_by_cached_key(r, key) or sort_by_cached_key(r, "
                  "key, less), of a range with random access and a size, whose items can be swapped; key(item) gives a "
                  "value that can be compared; both are called as const");
    return {};
  }
};

}  // namespace detail

/// `sort_by_key(r, key)` and `sort_by_key(r, key, less)`: sorts by `key(item)`; items of equal keys keep their order.
/// The same as `stable_sort(r, less, key)`, which see. A key may be a member: `pt::sort_by_key(people, &Person::age)`.
inline constexpr detail::SortByKey sort_by_key{};

/// The same, but calls `key` exactly once for each item, in no order, and keeps what it returns until the items are
/// sorted: for keys that cost more than a comparison. Memory: n keys and what `sort` needs. Throws `std::bad_alloc`
/// where there is none, with the items as they were.
///
///     pt::sort_by_cached_key(files, [](auto const& file) { return last_change(file); });
inline constexpr detail::SortByCachedKey sort_by_cached_key{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
