// Whether a pipeline reads the memory to which its result is written, and if so, at which positions.
#pragma once

#include <parallel_task/platform/code.hpp>

#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Contiguous items, and the container object to which they belong, if any.
struct Written {
  void const* object;
  std::size_t object_bytes;
  void const* first;
  std::size_t count;
  std::size_t item_bytes;

  [[nodiscard]] bool contains(void const volatile* item) const noexcept {
    auto const begin = reinterpret_cast<std::uintptr_t>(first);
    auto const at = reinterpret_cast<std::uintptr_t>(item);
    return begin <= at && at < begin + count * item_bytes;
  }
};

/// What a source reads of what is written: nothing; only item i + shift at position i; or any item.
struct Overlap {
  enum class Kind : unsigned char { none, shifted, scattered };
  Kind kind = Kind::none;
  std::ptrdiff_t shift = 0;

  [[nodiscard]] bool any() const noexcept { return kind != Kind::none; }
  [[nodiscard]] bool in_place() const noexcept { return kind == Kind::none || (kind == Kind::shifted && shift == 0); }
  /// For a stage whose position i is position i + `by` of its source.
  [[nodiscard]] Overlap moved(std::size_t by) const noexcept { return {kind, shift + static_cast<std::ptrdiff_t>(by)}; }
  /// For a stage that changes the order.
  [[nodiscard]] Overlap scattered() const noexcept { return {any() ? Kind::scattered : Kind::none, 0}; }
  /// For a source that reads from both of two sources.
  [[nodiscard]] Overlap with(Overlap other) const noexcept {
    if (!any()) return other;
    if (!other.any() || (kind == other.kind && shift == other.shift)) return *this;
    return scattered();
  }
};

/// For a source that reads `count` items of `item_bytes` each from `first` on, the i-th at position i.
[[nodiscard]] inline Overlap overlap_of_memory(void const* first, std::size_t count, std::size_t item_bytes,
                                               Written const& written) noexcept {
  auto const address = [](void const* at) { return reinterpret_cast<std::uintptr_t>(at); };
  std::uintptr_t const from = address(first);
  std::uintptr_t const to = from + count * item_bytes;
  // The container may itself be one of the items: the rows of a table, collected into one of the rows.
  std::uintptr_t const object = address(written.object);
  if (from <= object && object < to && written.object_bytes == item_bytes && (object - from) % item_bytes == 0) {
    return {Overlap::Kind::scattered, 0};
  }
  std::uintptr_t const begin = address(written.first);
  std::uintptr_t const end = begin + written.count * written.item_bytes;
  if (to <= begin || end <= from || from == to || begin == end) return {};
  std::ptrdiff_t const bytes = static_cast<std::ptrdiff_t>(from - begin);
  std::ptrdiff_t const item = static_cast<std::ptrdiff_t>(item_bytes);
  if (item_bytes != written.item_bytes || bytes % item != 0) return {Overlap::Kind::scattered, 0};
  return {Overlap::Kind::shifted, bytes / item};
}

/// Whether a view has the shape of std::views::transform, which only <ranges> names: a range and a closure that makes
/// an item of the view from an item of the range.
template <class V>
inline constexpr bool is_like_transform = false;
template <template <class, class> class View, class Below, class F>
inline constexpr bool is_like_transform<View<Below, F>> = requires(View<Below, F>& view) {
  { view.base() } -> std::same_as<Below>;
  requires std::same_as<std::invoke_result_t<F&, std::ranges::range_reference_t<Below>>,
                        std::ranges::range_reference_t<View<Below, F>>>;
} && !requires(View<Below, F>& view) { view.pred(); };

/// Whether item i of the view is made from item i of the range below it, as far as the first and the last item show.
template <class V, class Below>
[[nodiscard]] bool same_positions(V& view, Below& below) {
  if constexpr (requires {
                  requires is_like_transform<std::remove_const_t<V>>;
                  requires std::ranges::random_access_range<V> && std::ranges::sized_range<V>;
                  { std::ranges::begin(view).base() == std::ranges::begin(below) } -> std::convertible_to<bool>;
                }) {
    auto const first = std::ranges::begin(view);
    auto const last = first + static_cast<std::ranges::range_difference_t<V>>(std::ranges::size(view));
    return first.base() == std::ranges::begin(below) && last.base() == std::ranges::begin(below) + (last - first);
  } else {
    return false;
  }
}

/// For a range, as far as its type tells without reading an item: the range itself, and the ranges under standard
/// views.
template <class R>
[[nodiscard]] Overlap overlap_of_range(R& range, Written const& written) {
  using V = std::remove_const_t<R>;
  if constexpr (std::ranges::contiguous_range<R&> && std::ranges::sized_range<R&>) {
    return detail::overlap_of_memory(std::ranges::data(range), static_cast<std::size_t>(std::ranges::size(range)),
                                     sizeof(std::ranges::range_value_t<R>), written);
  } else if constexpr (std::ranges::view<V> && requires {
                         { range.base() } -> std::ranges::range;
                       }) {
    auto&& below = range.base();
    Overlap const overlap = detail::overlap_of_range(below, written);
    return detail::same_positions(range, below) ? overlap : overlap.scattered();
  } else if constexpr (std::ranges::random_access_range<R&> && std::ranges::sized_range<R&> &&
                       std::is_lvalue_reference_v<std::ranges::range_reference_t<R&>>) {
    // Any other range, such as a subrange of reverse iterators: the addresses of its ends show where it is.
    auto const size = static_cast<std::size_t>(std::ranges::size(range));
    if (size == 0) return {};
    auto const first = std::ranges::begin(range);
    auto const last = first + static_cast<std::ranges::range_difference_t<R&>>(size - 1);
    bool const inside = written.contains(std::addressof(*first)) || written.contains(std::addressof(*last));
    return {inside ? Overlap::Kind::scattered : Overlap::Kind::none, 0};
  } else {
    return {};
  }
}

/// For a source. One that can't tell is taken to read nothing.
template <class S>
[[nodiscard]] Overlap overlap_of(S& source, Written const& written) {
  if constexpr (requires { source.overlap(written); }) {
    return source.overlap(written);
  } else {
    return {};
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
