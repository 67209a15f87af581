// walk_tree and its like: the nodes of a tree, of which a closure tells the children.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/source/owns_items.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

enum class TreeOrder : unsigned char { prefix, postfix };

/// How nodes are kept: by their address where the root has a name and the children are lvalues of a range that is not
/// made for the occasion, else by value.
template <class Root, class Children>
struct TreeNodes {
  using Node = std::remove_cvref_t<Root>;
  using Result = std::invoke_result_t<Children const&, Node const&>;
  using Range = std::remove_reference_t<Result>;
  using Reference = std::ranges::range_reference_t<Range>;
  static constexpr bool in_place = std::is_lvalue_reference_v<Root> && std::is_lvalue_reference_v<Reference> &&
                                   std::is_same_v<std::remove_cvref_t<Reference>, Node> &&
                                   (std::is_lvalue_reference_v<Result> || std::ranges::borrowed_range<Range>);
  static constexpr bool moves = !std::is_lvalue_reference_v<Result> && !std::is_const_v<Range> && owns_items<Range> &&
                                std::is_lvalue_reference_v<Reference>;
  /// Whether children stay what they are while those of other nodes are asked for: not if a range looks at memory that
  /// the closure uses again.
  static constexpr bool stay = in_place || (!std::is_lvalue_reference_v<Result> &&
                                            (owns_items<Range> || !std::is_lvalue_reference_v<Reference>));
  using Stored = std::conditional_t<in_place, Node const*, Node>;

  template <class X>
  [[nodiscard]] static Stored store(X&& x) {
    if constexpr (in_place) {
      return std::addressof(x);
    } else if constexpr (moves) {
      return Stored(std::move(x));
    } else {
      return Stored(static_cast<X&&>(x));
    }
  }
  /// A child as a node: itself, or one that is made of it.
  using Seen = std::conditional_t<std::is_same_v<std::remove_cvref_t<Reference>, Node>, Node const&, Node>;
  [[nodiscard]] static Node const& node(Stored const& stored) noexcept {
    if constexpr (in_place) {
      return *stored;
    } else {
      return stored;
    }
  }
  /// Appends the children of a node.
  template <class Entry>
  static void add_children(Children const& children, Node const& of, std::vector<Entry>& to) {
    Result&& range = detail::invoke(children, of);
    for (auto&& child : range) to.push_back(Entry{store(static_cast<decltype(child)&&>(child)), true});
  }
};

/// When the run begins, the top of the tree is spread out, level by level, until there are some hundred subtrees or
/// none are left: a position is a node or a subtree, in the order of the walk. Who has a subtree walks it.
template <class Root, class Children, TreeOrder order>
struct Tree {
  using Nodes = TreeNodes<Root, Children>;
  using Node = typename Nodes::Node;
  using Item = Node const&;
  using Value = Node;
  using State = Stateless;
  static constexpr bool pulls = false;
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;

  template <class R>
  Tree(R&& root, Children children) : root_(store_root(static_cast<R&&>(root))), children_(std::move(children)) {}

  void start() {
    std::vector<Entry> entries;
    entries.push_back(Entry{std::move(root_), true});
    constexpr std::size_t enough = 1024;
    for (int levels = 0; levels != 64 && entries.size() < enough && spread(entries); ++levels) {
    }
    entries_ = std::move(entries);
  }
  [[nodiscard]] std::size_t total() const { return entries_.size(); }
  [[nodiscard]] Known known() const { return {total(), true}; }
  [[nodiscard]] State open() const { return {}; }
  template <class K>
  bool feed(State&, Block block, K& k) const {
    for (std::size_t i = block.first; i != block.last; ++i) {
      Entry const& entry = entries_[i];
      if (!(entry.closed ? walk(entry.stored, k) : k(Nodes::node(entry.stored)))) return false;
    }
    return true;
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

 private:
  /// `closed`: with all that is below it, which has not been looked at.
  struct Entry {
    typename Nodes::Stored stored;
    bool closed;
  };

  template <class R>
  static typename Nodes::Stored store_root(R&& root) {
    if constexpr (Nodes::in_place) {
      return std::addressof(root);
    } else {
      return typename Nodes::Stored(static_cast<R&&>(root));
    }
  }
  /// Opens each subtree; false if there was none.
  bool spread(std::vector<Entry>& entries) const {
    std::vector<Entry> next;
    next.reserve(2 * entries.size());
    bool any = false;
    for (Entry& entry : entries) {
      if (!entry.closed) {
        next.push_back(std::move(entry));
        continue;
      }
      any = true;
      std::vector<Entry> below;
      Nodes::add_children(children_, Nodes::node(entry.stored), below);
      entry.closed = false;
      if constexpr (order == TreeOrder::prefix) next.push_back(std::move(entry));
      for (Entry& child : below) next.push_back(std::move(child));
      if constexpr (order == TreeOrder::postfix) next.push_back(std::move(entry));
    }
    entries = std::move(next);
    return any;
  }
  template <class K>
  bool walk(typename Nodes::Stored const& top, K& k) const {
    if constexpr (Nodes::stay) {
      Nested<K> nested{*this, k};
      return nested.walk(Nodes::node(top), 0);
    } else {
      return walk_by_stack(Nodes::node(top), k);
    }
  }
  /// A walk by recursion, which neither stores nor turns round the children; but not deeper than so.
  template <class K>
  struct Nested {
    Tree const& tree;
    K& k;
    unsigned levels = 32;  // still allowed; in memory, or the compiler would make a function for each number

    /// `j`: which child it is. Sums add neighbours to different totals, so that none waits for the one before it.
    PARALLEL_TASK_ALWAYS_INLINE bool walk(Node const& node, std::size_t j) {
      if constexpr (order == TreeOrder::prefix) {
        if (!give(node, j)) return false;
      }
      typename Nodes::Result&& below = detail::invoke(tree.children_, node);
      auto first = std::ranges::begin(below);
      auto last = std::ranges::end(below);
      if (first != last && !walk_each(std::move(first), std::move(last))) return false;
      if constexpr (order == TreeOrder::postfix) {
        if (!give(node, j)) return false;
      }
      return true;
    }

   private:
    // A function of its own, so that a leaf takes no call.
    template <class I, class E>
    PARALLEL_TASK_NOINLINE bool walk_each(I first, E last) {
      --levels;
      std::size_t j = 0;
      for (; first != last; ++first, ++j) {
        typename Nodes::Seen node(*first);
        if (!(levels != 0 ? walk(node, j) : tree.walk_by_stack(node, k))) return false;
      }
      ++levels;
      return true;
    }
    PARALLEL_TASK_ALWAYS_INLINE bool give(Node const& node, [[maybe_unused]] std::size_t j) {
      if constexpr (laned<K>) {
        return k.lane(j % K::lanes, node);
      } else {
        return k(node);
      }
    }
  };
  template <class K>
  PARALLEL_TASK_NOINLINE bool walk_by_stack(Node const& top, K& k) const {
    std::vector<Entry> stack;
    if constexpr (order == TreeOrder::prefix) {
      if (!k(top)) return false;
      open(top, stack);
      while (!stack.empty()) {
        Entry const entry = std::move(stack.back());
        stack.pop_back();
        if (!k(Nodes::node(entry.stored))) return false;
        open(Nodes::node(entry.stored), stack);
      }
      return true;
    } else {
      open(top, stack);
      while (!stack.empty()) {
        if (stack.back().closed) {
          stack.back().closed = false;
          Entry entry = std::move(stack.back());
          std::size_t const at = stack.size() - 1;
          open(Nodes::node(entry.stored), stack);
          stack[at] = std::move(entry);
        } else {
          Entry const entry = std::move(stack.back());
          stack.pop_back();
          if (!k(Nodes::node(entry.stored))) return false;
        }
      }
      return k(top);
    }
  }
  /// The children on top of the stack, the first one uppermost.
  void open(Node const& node, std::vector<Entry>& stack) const {
    std::size_t first = stack.size();
    Nodes::add_children(children_, node, stack);
    for (std::size_t last = stack.size(); first + 1 < last; ++first) std::swap(stack[first], stack[--last]);
  }

  typename Nodes::Stored root_;
  PARALLEL_TASK_NO_UNIQUE_ADDRESS Children children_;
  std::vector<Entry> entries_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
