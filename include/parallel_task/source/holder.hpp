// How a source holds its range, and what its items are: borrowed, held as const, held, or owned and moved from.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Ranges in which neighbouring items share a word, such as vector<bool>.
template <class R>
concept shares_words =
    std::same_as<std::ranges::range_value_t<R>, bool> && !std::is_reference_v<std::ranges::range_reference_t<R>> &&
    !std::same_as<std::ranges::range_reference_t<R>, bool>;

/// Such a range, if it can be written through.
template <class R>
concept writable_bits = shares_words<R> && std::is_assignable_v<std::ranges::range_reference_t<R>, bool>;

template <class R>
using ReferenceOf = std::conditional_t<shares_words<R>, bool, std::ranges::range_reference_t<R>>;

/// The caller's range, by its address.
template <class R>
struct Borrowed {
  using Range = R;
  using Item = ReferenceOf<R>;
  R* range;
  explicit Borrowed(R& r) : range(std::addressof(r)) {}
  [[nodiscard]] R& get() { return *range; }
  template <class I>
  PARALLEL_TASK_ALWAYS_INLINE static Item item(I const& it) {
    return static_cast<Item>(*it);
  }
};

/// A view that is iterated as const, so that several threads may do so at once.
template <class V>
struct HeldConst {
  using Range = V const;
  using Item = ReferenceOf<V const>;
  V view;
  [[nodiscard]] V const& get() { return view; }
  template <class I>
  PARALLEL_TASK_ALWAYS_INLINE static Item item(I const& it) {
    return static_cast<Item>(*it);
  }
};

/// A view that iteration changes: begin() is called once, on the calling thread, and every ++ is done once. Also an
/// rvalue that may or may not own its items: it is kept alive in case it does, and items are not moved from in case it
/// doesn't.
template <class V>
struct HeldMutable {
  using Range = V;
  using Item = ReferenceOf<V>;
  V view;
  [[nodiscard]] V& get() { return view; }
  template <class I>
  PARALLEL_TASK_ALWAYS_INLINE static Item item(I const& it) {
    return static_cast<Item>(*it);
  }
};

/// A container that the pipeline owns; its items are moved from.
template <class C>
struct Owned {
  using Range = C;
  using Item = std::conditional_t<shares_words<C>, bool, std::ranges::range_rvalue_reference_t<C>>;
  static constexpr bool owns = true;
  C container;
  [[nodiscard]] C& get() { return container; }
  template <class I>
  PARALLEL_TASK_ALWAYS_INLINE static Item item(I const& it) {
    if constexpr (shares_words<C>) {
      return static_cast<bool>(*it);
    } else {
      return std::ranges::iter_move(it);
    }
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
