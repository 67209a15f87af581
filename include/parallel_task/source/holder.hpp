// Where a source's range lives, and what its items are: borrowed, held as const, held, or owned and moved out of.
#pragma once

#include <concepts>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>  // for std::addressof; see platform/owner.hpp

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Ranges whose neighbours share a word, such as vector<bool>.
template <class R>
concept shares_words =
    std::same_as<std::ranges::range_value_t<R>, bool> && !std::is_reference_v<std::ranges::range_reference_t<R>> &&
    !std::same_as<std::ranges::range_reference_t<R>, bool>;

/// Such a range that could be written through.
template <class R>
concept writable_bits = shares_words<R> && std::is_assignable_v<std::ranges::range_reference_t<R>, bool>;

template <class R>
using reference_of = std::conditional_t<shares_words<R>, bool, std::ranges::range_reference_t<R>>;

/// The caller's range, by address.
template <class R>
struct Borrowed {
  using Range = R;
  using Item = reference_of<R>;
  R* range;
  explicit Borrowed(R& r) : range(std::addressof(r)) {}
  [[nodiscard]] R& get() { return *range; }
  template <class I>
  [[gnu::always_inline]] static Item item(I const& it) {
    return static_cast<Item>(*it);
  }
};

/// A view, iterated as const, so by several threads at once.
template <class V>
struct HeldConst {
  using Range = V const;
  using Item = reference_of<V const>;
  V view;
  [[nodiscard]] V const& get() { return view; }
  template <class I>
  [[gnu::always_inline]] static Item item(I const& it) {
    return static_cast<Item>(*it);
  }
};

/// A view whose iteration changes it: begin() once, on the calling thread, and each ++ once.
template <class V>
struct HeldMutable {
  using Range = V;
  using Item = reference_of<V>;
  V view;
  [[nodiscard]] V& get() { return view; }
  template <class I>
  [[gnu::always_inline]] static Item item(I const& it) {
    return static_cast<Item>(*it);
  }
};

/// A container that the pipeline owns; its items are moved out.
template <class C>
struct Owned {
  using Range = C;
  using Item = std::conditional_t<shares_words<C>, bool, std::ranges::range_rvalue_reference_t<C>>;
  C container;
  [[nodiscard]] C& get() { return container; }
  template <class I>
  [[gnu::always_inline]] static Item item(I const& it) {
    if constexpr (shares_words<C>) {
      return static_cast<bool>(*it);
    } else {
      return std::ranges::iter_move(it);
    }
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
