#include <parallel_task/terminal/for_each.hpp>

#include "every.hpp"

using namespace every;

TEST_CASE("for_each calls its closure once for every item") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    long long wanted = 0;
    for (int x : expected) wanted += 1 + 1000LL * (x + 3);
    std::atomic<long long> seen{0};
    run(make(), detail::ForEach{[&seen](int x) { seen += 1 + 1000LL * (x + 3); }});
    if constexpr (decltype(make())::cut == pt::Cut::later) {
      CHECK(seen >= wanted);  // behind a take_while, closures may have run on more
    } else {
      CHECK(seen == wanted);
    }
  });
}

TEST_CASE("for_each hands on what a closure throws, and leaves no item alive") {
  throwing_position<Bare>([](auto source) { run(std::move(source), detail::ForEach{[](Bare const&) {}}); });
}

TEST_CASE("for_each calls a closure that wants the parts of a pair") {
  std::vector<std::pair<int, int>> const v{{1, 2}, {3, 4}};
  std::atomic<int> sum{0};
  run(detail::borrow(v), detail::ForEach{[&sum](int a, int b) { sum += a * b; }});
  CHECK(sum == 14);
}

TEST_CASE("for_each can change the items of a container") {
  std::vector<int> v = numbers(1000);
  std::vector<int> expected = v;
  for (int& x : expected) x *= 2;
  run(detail::borrow(v), detail::ForEach{[](int& x) { x *= 2; }});
  CHECK(v == expected);
}
