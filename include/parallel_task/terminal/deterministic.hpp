// deterministic(): floating-point results that depend on the items alone, not on the run.
//
// The positions are cut into leaves, of a size that follows from their number. A leaf is run from its first position to
// its last into an accumulator of its own, and the leaves are joined along a fixed binary tree: node j of level l joins
// nodes 2j and 2j + 1 of the level below. Threads take whole leaves. So what is added to what never changes.
#pragma once

#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/core/search.hpp>
#include <parallel_task/core/segment.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Items in memory cost so little that a leaf may as well have this many.
inline constexpr std::size_t least_plain_leaf = 1024;

/// How many positions a leaf has, out of n: a power of 2, such that there are at most 8192 leaves, or 2048 of items in
/// memory, of which `least` is 1024. With fewer than 256 positions in each there would be at least 64, since items may
/// be expensive; a leaf costs as much as ten or twenty additions.
[[nodiscard]] constexpr std::size_t leaf_size(std::size_t n, std::size_t least) noexcept {
  std::size_t const shared = n / 64 < 256 ? n / 64 : 256;
  std::size_t const large = n / (least == 1 ? 4096 : 1024);
  std::size_t const wanted = large > shared ? large : shared;
  std::size_t size = least;
  while (2 * size <= wanted) size *= 2;
  return size;
}

/// A source whose positions are the leaves of another. It feeds accumulators of the terminal `T` to `Tree`.
template <source Base, class T>
struct Leaves {
  using Leaf = std::remove_cvref_t<decltype(std::declval<T const&>().open(std::declval<Base const&>()))>;
  using Item = Leaf;
  using Value = Leaf;
  using State = typename Base::State;
  static constexpr bool pulls = false;
  static constexpr Cut cut = Base::cut;
  static constexpr bool whole_segments = false;

  Leaves(Base base, T const& end) : base_(std::move(base)), end_(std::addressof(end)) {}

  void start() {
    base_.start();
    // Where a leaf begins has to be known, and how many positions there are.
    if constexpr (Base::pulls) base_.index_first(unknown);
    positions_ = base_.known().positions;
    size_ = detail::leaf_size(positions_, plain_source<Base> ? least_plain_leaf : 1);
  }
  [[nodiscard]] Known known() const { return {total(), true}; }
  [[nodiscard]] std::size_t total() const { return positions_ / size_ + (positions_ % size_ != 0 ? 1 : 0); }
  [[nodiscard]] State open() const { return base_.open(); }
  [[nodiscard]] Base& base() noexcept { return base_; }
  [[nodiscard]] Leaf empty() const { return end_->open(base_); }

  template <class Tree>
  bool feed(State& state, Block block, Tree& tree) const {
    for (std::size_t i = block.first; i != block.last; ++i) {
      std::size_t const first = i * size_;
      std::size_t const last = positions_ - first < size_ ? positions_ : first + size_;
      Leaf leaf = empty();
      bool more = true;
      if constexpr (Base::whole_segments) {
        State own(base_.open());  // of the leaf, since what it keeps back is a part of the result
        more = base_.feed(own, {first, last}, leaf);
        more = base_.close(own, leaf) && more;
      } else {
        more = run_leaf(state, {first, last}, leaf);
      }
      tree.add(i, std::move(leaf));
      if (!more) return false;
    }
    return true;
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

 private:
  // A function of its own: inside of the loop over leaves GCC 12 keeps the accumulator in memory.
  PARALLEL_TASK_NOINLINE bool run_leaf(State& state, Block block, Leaf& leaf) const {
    if constexpr (fits_registers<Leaf>) {
      Registers<Leaf> registers(leaf);
      return base_.feed(state, block, registers.local);
    } else {
      return base_.feed(state, block, leaf);
    }
  }

  Base base_;
  T const* end_;
  std::size_t positions_ = 0;
  std::size_t size_ = 1;
};

/// Neighbouring leaves, joined as far as nodes of the tree are complete: at most two nodes of a level.
template <class Leaf>
class LeafTree {
 public:
  bool operator()(Leaf&&) { return true; }  // it is given leaves by `add`
  void add(std::size_t leaf, Leaf&& value) { push(Node{leaf, 0, std::move(value)}); }
  void join(LeafTree&& later) {
    for (Node& node : later.nodes_) push(std::move(node));
  }
  /// `make()`: an empty leaf, to read into.
  template <class Archive, class Make>
  void carry(Archive& ar, Make const& make) {
    ar.each(
        nodes_,
        [&] {
          return Node{0, 0, make()};
        },
        [&](Node& node) { ar(node.first, node.level, node.value); });
  }
  /// Whether there is a leaf; then all are joined in `value()`.
  [[nodiscard]] bool complete() {
    while (nodes_.size() > 1) fold_last();
    return !nodes_.empty();
  }
  [[nodiscard]] Leaf& value() noexcept { return nodes_.front().value; }

 private:
  struct Node {
    std::size_t first;
    unsigned level;
    Leaf value;
  };
  void push(Node&& node) {
    if (nodes_.empty()) nodes_.reserve(16);
    nodes_.push_back(std::move(node));
    while (nodes_.size() > 1) {
      Node& left = nodes_[nodes_.size() - 2];
      bool const are_siblings = left.level == nodes_.back().level && (left.first >> left.level) % 2 == 0;
      if (!are_siblings) return;
      fold_last();
      ++nodes_.back().level;
    }
  }
  void fold_last() {
    nodes_[nodes_.size() - 2].value.join(std::move(nodes_.back().value));
    nodes_.pop_back();
  }

  std::vector<Node> nodes_;
};

template <class T>
struct OverLeaves {
  T* end;

  template <class S>
  void prepare([[maybe_unused]] S& leaves) const {
    if constexpr (requires { end->prepare(leaves.base()); }) end->prepare(leaves.base());
  }
  template <class S>
  LeafTree<typename S::Item> open(S const&) const {
    return {};
  }
  template <class Leaf>
  LeafTree<Leaf> finish(LeafTree<Leaf>&& all) const {
    return std::move(all);
  }
};

/// A terminal whose result may depend on how items are grouped, in a pipeline that must not depend on it.
template <class T, class S, class H>
inline constexpr bool runs_deterministic = [] {
  if constexpr (!H::deterministic) {
    return false;
  } else if constexpr (requires { T::template rounds<S>; }) {
    return T::template rounds<S>;
  } else {
    return requires(T& end) { end.is_fold_and_reduce(); };
  }
}();

/// `settings`: of the run, or where it is to run as well (placed_run).
template <source S, class T, class How>
auto run_deterministic(S& source, T& end, How const& settings) {
  if constexpr (requires { end.is_fold_and_reduce(); }) {
    return end.by(source, [&settings](auto& folded, auto& reduce) {
      return detail::run_deterministic(folded, reduce, settings);
    });
  } else {
    Leaves<S, T> leaves(std::move(source), end);
    OverLeaves<T> over{std::addressof(end)};
    auto all = detail::run_terminal(leaves, over, settings);
    return end.finish(all.complete() ? std::move(all.value()) : leaves.empty());
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
