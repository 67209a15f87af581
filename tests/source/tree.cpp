#include <parallel_task/source/tree.hpp>

#include "parts.hpp"
#include "shuffle.hpp"

#include <atomic>
#include <memory>
#include <ranges>
#include <span>
#include <stdexcept>
#include <string>

namespace {

struct Branch {
  int name;
  std::vector<Branch> below;
};

/// A tree of `size` nodes, of which each has up to `width` children.
Branch grown(int& next, int size, int width) {
  Branch root{next++, {}};
  for (int left = size - 1, i = 0; i != width && left > 0; ++i) {
    int const part = i + 1 == width ? left : (left + 1) / 2;
    root.below.push_back(grown(next, part, width));
    left -= part;
  }
  return root;
}
void walk(Branch const& node, bool before, parts::Ints& names) {
  if (before) names.push_back(node.name);
  for (Branch const& child : node.below) walk(child, before, names);
  if (!before) names.push_back(node.name);
}

}  // namespace

TEST_CASE("walk_tree gives each node in the order of a recursive walk, of trees of every shape") {
  for (int size : {1, 2, 3, 50, 3000}) {
    for (int width : {1, 2, 5}) {
      int next = 0;
      Branch const root = grown(next, size, width);
      parts::Ints before;
      parts::Ints after;
      walk(root, true, before);
      walk(root, false, after);
      for_each_schedule([&] {
        CHECK(pt::walk_tree_prefix(root, &Branch::below).map(&Branch::name).collect<std::vector>() == before);
        CHECK(pt::walk_tree_postfix(root, &Branch::below).map(&Branch::name).collect<std::vector>() == after);
        CHECK(pt::walk_tree(root, &Branch::below).map(&Branch::name).sum() == next * (next - 1) / 2);
        // By pointers, and by ranges that are made for the occasion.
        auto const pointers = [](Branch const* node) {
          std::vector<Branch const*> children;
          for (Branch const& child : node->below) children.push_back(&child);
          return children;
        };
        CHECK(pt::walk_tree_prefix(&root, pointers).map(&Branch::name).collect<std::vector>() == before);
        CHECK(pt::walk_tree_postfix(&root, pointers).map(&Branch::name).collect<std::vector>() == after);
      });
    }
  }
}

TEST_CASE("walk_tree leaves nodes where they are, and asks for the children of each once") {
  int next = 0;
  Branch const root = grown(next, 500, 3);
  for_each_schedule([&] {
    std::atomic<int> asked{0};
    auto const children = [&asked](Branch const& node) -> std::vector<Branch> const& {
      ++asked;
      return node.below;
    };
    CHECK(pt::walk_tree(root, children).any([&root](Branch const& node) { return &node == &root; }));
    asked = 0;
    CHECK(pt::walk_tree_postfix(root, children).count() == 500);
    CHECK(asked == 500);
  });
}

TEST_CASE("walk_tree of values, as Rayon's example has it") {
  auto const children = [](std::pair<int, int> const& range) {
    std::vector<std::pair<int, int>> halves;
    int const middle = (range.first + range.second) / 2;
    if (range.second - range.first > 1) halves = {{range.first, middle}, {middle, range.second}};
    return halves;
  };
  for_each_schedule([&] {
    CHECK(pt::walk_tree_prefix(std::pair(0, 1000), children).count() == 1999);
    CHECK(pt::walk_tree_postfix(std::pair(0, 4), children).collect<std::vector>() ==
          std::vector<std::pair<int, int>>{{0, 1}, {1, 2}, {0, 2}, {2, 3}, {3, 4}, {2, 4}, {0, 4}});
  });
}

TEST_CASE("walk_tree by ranges of other types than the nodes', and of memory that the closure uses again") {
  auto const below = [](long node) {
    return std::views::iota(static_cast<int>(2 * node + 1), static_cast<int>(2 * node + 3)) |
           std::views::filter([](int child) { return child < 5000; });
  };
  auto const in_place_of_the_last = [](long node) {
    static thread_local std::vector<long> buffer;
    buffer.clear();
    for (long child = 2 * node + 1; child != 2 * node + 3; ++child) {
      if (child < 5000) buffer.push_back(child);
    }
    return std::span<long const>(buffer);
  };
  std::vector<long> expected;
  auto const walk_all = [&](auto const& self, long node) -> void {
    if (node >= 5000) return;
    expected.push_back(node);
    self(self, 2 * node + 1);
    self(self, 2 * node + 2);
  };
  walk_all(walk_all, 0);
  for_each_schedule([&] {
    CHECK(pt::walk_tree_prefix(0L, below).collect<std::vector>() == expected);
    CHECK(pt::walk_tree_prefix(0L, in_place_of_the_last).collect<std::vector>() == expected);
    CHECK(pt::walk_tree(0L, below).map([](long x) { return static_cast<double>(x); }).sum() == 4999.0 * 2500);
  });
}

TEST_CASE("a tree as deep as a list does not overflow the stack, and what children throws is thrown") {
  auto const next = [](int x) { return x == 0 ? std::vector<int>() : std::vector<int>{x - 1}; };
  CHECK(pt::walk_tree_prefix(100'000, next).count() == 100'001);
  CHECK(pt::walk_tree_postfix(100'000, next).find_first([](int) { return true; }) == 0);
  auto const broken = [](int x) -> std::vector<int> {
    if (x == 7) throw std::runtime_error("seven");
    return {x + 1, x + 2};
  };
  for_each_schedule([&] { CHECK_THROWS_AS(pt::walk_tree(0, broken).count(), std::runtime_error); });
}
