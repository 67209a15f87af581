// How an item waits for its turn in for_each_ordered: by value, as it is, or as a pointer.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/lasting.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// By value: what the item refers to may be gone when its turn comes. `f` gets a reference as a reference to const,
/// whether the item has waited or not, because a change might be made to the copy.
template <class S, bool as_it_is = lasting_items<S>>
struct Waiting {
  using Item = typename S::Item;
  using Stored = typename S::Value;
  static constexpr bool copies = std::is_lvalue_reference_v<Item>;
  using Given = std::conditional_t<copies, std::remove_reference_t<Item> const&, Item>;

  template <class X>
  [[nodiscard]] static X&& wrap(X&& x) noexcept {
    return static_cast<X&&>(x);
  }
  [[nodiscard]] static decltype(auto) unwrap(Stored& stored) noexcept {
    if constexpr (copies && std::is_same_v<std::remove_cvref_t<Item>, Stored>) {
      return static_cast<Stored const&>(stored);
    } else {
      return static_cast<Stored&&>(stored);
    }
  }
};
/// A pair or tuple of lasting references waits as it is.
template <class S>
  requires is_product<typename S::Item>
struct Waiting<S, true> {
  using Given = typename S::Item;
  using Stored = Given;
  [[nodiscard]] static Given&& wrap(Given&& x) noexcept { return static_cast<Given&&>(x); }
  [[nodiscard]] static Given&& unwrap(Stored& stored) noexcept { return static_cast<Given&&>(stored); }
};
/// A lasting reference waits as a pointer.
template <class S>
  requires lasting_reference<S>
struct Waiting<S, true> {
  using Given = typename S::Item;
  using Stored = std::remove_reference_t<Given>*;
  [[nodiscard]] static Stored wrap(Given x) noexcept { return std::addressof(x); }
  [[nodiscard]] static Given unwrap(Stored stored) noexcept { return *stored; }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
