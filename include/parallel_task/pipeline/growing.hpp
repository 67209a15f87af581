// What is not known before it runs: the nodes of a tree (walk_tree), and items that add others (for_each_growing).
#pragma once

#include <parallel_task/pipeline/begin.hpp>
#include <parallel_task/pipeline/usage.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/source/growing.hpp>
#include <parallel_task/source/tree.hpp>

#include <concepts>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A root that is to become a pipeline over its tree.
template <TreeOrder order, class Children>
struct WalkTree {
  Children children;

  template <class Root>
  static consteval Problem problem() {
    using Node = std::remove_cvref_t<Root>;
    if constexpr (!called_with<Children const&, Node const&>) {
      return Problem::walk_tree_children;
    } else {
      using Result = std::invoke_result_t<Children const&, Node const&>;
      if constexpr (!std::ranges::input_range<Result>) {
        return Problem::walk_tree_children;
      } else {
        constexpr bool fits = std::constructible_from<Node, std::ranges::range_reference_t<Result>> ||
                              TreeNodes<Root, Children>::in_place || TreeNodes<Root, Children>::moves;
        return fits ? Problem::none : Problem::walk_tree_children;
      }
    }
  }
  template <class Root>
  auto make(Root&& root) {
    return Tree<Root, Children, order>(std::forward<Root>(root), std::move(children));
  }
};

template <TreeOrder order, class Usage>
struct WalkTreeFrom {
  template <class Root, class Children>
  constexpr auto operator()(Root&& root, Children children) const {
    Beginning<Root> beginning{std::forward<Root>(root)};
    return detail::apply<Root>(WalkTree<order, Children>{std::move(children)}, beginning);
  }
  template <class... A>
    requires(sizeof...(A) != 2)
  constexpr Unusable operator()(A const&...) const {
    return Usage::template say<A...>();
  }
};

using WalkTreePostfix = WalkTreeFrom<TreeOrder::postfix, usage_of_walk_tree_postfix>;

/// A range whose items are the first ones.
struct Grow {
  template <class R>
  static consteval Problem problem() {
    return std::ranges::input_range<R> ? Problem::none : Problem::not_a_range;
  }
  template <class R>
  static auto make(R&& range) {
    using Range = std::remove_reference_t<R>;
    using T = std::ranges::range_value_t<Range>;
    constexpr bool owned = !std::is_lvalue_reference_v<R> && owns_items<Range>;
    std::vector<T> items;
    auto const last = std::ranges::end(range);
    for (auto it = std::ranges::begin(range); it != last; ++it) {
      if constexpr (owned) {
        items.push_back(std::ranges::iter_move(it));
      } else {
        items.push_back(static_cast<T>(*it));
      }
    }
    return Growing<T>(std::move(items));
  }
};

struct ForEachGrowing {
  template <class R, class F>
  constexpr void operator()(R&& range, F f) const {
    Beginning<R> beginning{std::forward<R>(range)};
    auto pipeline = detail::apply<R>(Grow{}, beginning);
    if constexpr (!std::same_as<decltype(pipeline), Unusable>) {
      detail::apply<typename decltype(pipeline)::item_type>(ForEach<F>{std::move(f)}, pipeline);
    }
  }
  template <class... A>
    requires(sizeof...(A) != 2)
  constexpr Unusable operator()(A const&...) const {
    return usage_of_for_each_growing::say<A...>();
  }
};

}  // namespace detail

/// `walk_tree_prefix(root, children)`: a pipeline over the nodes of a tree, each before its children, which
/// `children(node)` returns as a range, called with a const reference and once for each node. Has no index.
///
///     struct Folder {
///       int files;
///       std::vector<Folder> inside;
///     };
///     Folder const root{1, {{2, {{3, {}}}}, {4, {}}}};
///     auto const files = pt::walk_tree_prefix(root, &Folder::inside)
///                            .map(&Folder::files)
///                            .collect<std::vector>();  // 1, 2, 3, 4
///
/// Items are const references to nodes. A root that is an lvalue, and children that are lvalues of a range that is not
/// made for the occasion, stay where they are; others are held by value while they are needed. A tree may be as deep as
/// memory allows.
///
/// When the terminal runs, the calling thread first opens the top of the tree, level by level, to some hundred
/// subtrees; each of these is walked by the thread that has it. What `children` throws is thrown by the terminal. (The
/// idea is Rayon's.)
inline constexpr detail::WalkTreeFrom<detail::TreeOrder::prefix, detail::usage_of_walk_tree_prefix> walk_tree_prefix{};

/// `walk_tree_postfix(root, children)`: the same with each node after its children.
///
///     auto const upwards = pt::walk_tree_postfix(root, &Folder::inside)
///                              .map(&Folder::files)
///                              .collect<std::vector>();  // 3, 2, 4, 1
inline constexpr detail::WalkTreePostfix walk_tree_postfix{};

/// `walk_tree(root, children)`: the same in any order, for what does not depend on it. (At present that of
/// `walk_tree_prefix`.)
///
///     auto const all_files = pt::walk_tree(root, &Folder::inside).map(&Folder::files).sum();  // 10
inline constexpr detail::WalkTreeFrom<detail::TreeOrder::prefix, detail::usage_of_walk_tree> walk_tree{};

/// `for_each_growing(r, f)`: calls `f(item, feeder)` with every item of `r`, and with every item that `f` adds by
/// `feeder.add(x)`, in no order, until there are no more. Returns nothing.
///
///     std::atomic<int> sum = 0;
///     pt::for_each_growing(std::vector<int>{10}, [&sum](int x, pt::Feeder<int>& feeder) {
///       sum += x;
///       if (x > 1) feeder.add(x / 2);
///     });  // 10 + 5 + 2 + 1
///
/// Items are values of the type of those of `r`, from which they are copied, or moved if it is a container that is an
/// rvalue; `f` gets them as rvalues. What an item adds is begun after it has returned. Cheap items, of less than a
/// microsecond, stay with the thread that has added them, for up to 20 us at a time; then, and if items cost more,
/// others take half of what waits. The first exception in time is rethrown; what is not begun then is destroyed.
inline constexpr detail::ForEachGrowing for_each_growing{};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
