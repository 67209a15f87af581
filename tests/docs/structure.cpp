// The code of docs/structure.md, and of the docstrings in
// include/parallel_task/structure: see tutorial.cpp.
#include "catch.hpp"

#include <parallel_task/parallel_task.hpp>
#include <parallel_task/structure.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

// cut: join
long sum(std::span<int const> v) {
  if (v.size() < 1000) return std::accumulate(v.begin(), v.end(), 0L);
  auto const [left, right] = pt::join([&] { return sum(v.first(v.size() / 2)); },
                                      [&] { return sum(v.subspan(v.size() / 2)); });
  return left + right;
}
// end

struct Node {
  int value = 0;
  std::vector<Node> children;
};

// cut: scope
void visit(pt::Scope& s, Node const& node, std::atomic<int>& total) {
  total += node.value;
  for (Node const& child : node.children) {
    s.spawn([&s, &child, &total] { visit(s, child, total); });
  }
}
// end

}  // namespace

TEST_CASE("structure: join") {
  std::vector<int> const v(10'000, 3);
  CHECK(sum(v) == 30'000);
  std::vector<int> const left{1, 2};
  std::vector<int> const right{3};
  {
    auto const [a, b] = pt::join([&] { return sum(left); }, [&] { return sum(right); });
    CHECK(a + b == 6);
  }
  // cut: three
  auto const [count, name, nothing] = pt::join([] { return 3; },                   //
                                               [] { return std::string("abc"); },  //
                                               [] {});  // std::monostate
  // end
  CHECK(count == 3);
  CHECK(name == "abc");
  CHECK(nothing == std::monostate{});
}

TEST_CASE("structure: scope") {
  Node const root{1, {{2, {{4, {}}, {5, {}}}}, {3, {}}}};
  // cut: scoped
  std::atomic<int> total = 0;
  pt::scope([&](pt::Scope& s) { visit(s, root, total); });  // all have been visited
  // end
  CHECK(total == 15);
  total = 0;
  // cut: told
  pt::RunReport report;
  pt::scope(pt::with(pt::threads(2), pt::deadline(std::chrono::seconds(10)),
                     pt::report(report)),
            [&](pt::Scope& s) { visit(s, root, total); });
  // end
  CHECK(total == 15);
  CHECK(report.items == 4);
}

TEST_CASE("structure: the scope's docstring") {
  std::atomic<int> leaves = 0;
  pt::scope([&](pt::Scope& s) {
    auto const visit = [&s, &leaves](auto const& self, int depth) -> void {
      if (depth == 0) return void(++leaves);
      for (int i = 0; i != 2; ++i) s.spawn([self, depth] { self(self, depth - 1); });
    };
    visit(visit, 10);
  });  // 1024
  CHECK(leaves == 1024);
}

TEST_CASE("structure: exceptions") {
  auto const fails = [] { throw std::runtime_error("no file"); };
  std::atomic<int> ran{0};
  // cut: thrown
  try {
    pt::scope([&](pt::Scope& s) {
      s.spawn(fails);
      s.spawn([&] { ++ran; });  // runs all the same
    });
  } catch (std::runtime_error const& error) {
    CHECK(error.what() == std::string("no file"));
  }
  // end
  CHECK(ran == 1);
}

TEST_CASE("structure: values that stay with their thread") {
  std::vector<int> v(100);
  std::iota(v.begin(), v.end(), 0);
  // cut: bins
  pt::per_thread<std::vector<int>> odd;
  pt::parallel_iter(v).for_each([&](int x) {
    if (x % 2 != 0) odd.local().push_back(x);
  });
  std::size_t count = 0;
  for (std::vector<int> const& part : odd) count += part.size();
  // end
  CHECK(count == 50);
  // cut: counters
  pt::per_thread counts([] { return 0L; });
  for (int round = 0; round != 3; ++round) {
    pt::parallel_iter(v).for_each([&](int x) { counts.local() += x; });
  }
  long const all = counts.combine(std::plus<>()).value_or(0);
  // end
  CHECK(all == 3 * 4950);
}
