#include <parallel_task/terminal/count.hpp>

#include "every.hpp"

using namespace every;

TEST_CASE("count and count_if give the sequential number") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    std::size_t even = 0;
    for (int x : expected) even += x % 2 == 0 ? 1U : 0U;
    CHECK(run(make(), detail::Count{}) == expected.size());
    CHECK(run(make(), detail::CountIf{[](int x) { return x % 2 == 0; }}) == even);
  });
}

TEST_CASE("count runs closures and size does not") {
  std::vector<int> const v = numbers(100);
  std::atomic<int> calls{0};
  auto counted = [&] {
    return detail::Map(detail::borrow(v), [&calls](int x) {
      ++calls;
      return x;
    });
  };
  CHECK(run(counted(), detail::Count{}) == 100);
  CHECK(calls == 100);
  auto source = counted();
  CHECK(detail::Size{}(source) == 100);
  CHECK(calls == 100);
}

TEST_CASE("size walks what has no size of its own") {
  for (std::size_t n : sizes) {
    std::vector<int> const v = numbers(n);
    std::forward_list<int> const list(v.begin(), v.end());
    auto source = detail::borrow(list);
    CHECK(detail::Size{}(source) == n);
  }
}

TEST_CASE("count hands on what a closure throws, and leaves no item alive") {
  throwing_position<Bare>([](auto source) { run(std::move(source), detail::Count{}); });
}
