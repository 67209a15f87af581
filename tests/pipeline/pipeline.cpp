#include <parallel_task/pipeline/pipeline.hpp>

#include "stage/stages.hpp"

#include <ranges>

using namespace stages;

TEST_CASE("a pipeline does nothing before its terminal, and may wait under a name") {
  int calls = 0;
  ints const v{1, 2, 3};
  auto pipe = pt::parallel_iter(v).threads(1).map([&calls](int x) {
    ++calls;
    return x;
  });
  CHECK(calls == 0);
  CHECK(std::move(pipe).sum() == 6);
  CHECK(calls == 3);
}

TEST_CASE("every terminal has its method") {
  ints const v{3, 1, 2};
  auto p = [&v] { return pt::parallel_iter(v); };
  auto odd = [](int x) { return x % 2 != 0; };
  auto negative = [](int x) { return -x; };
  auto plus = [](int a, int b) { return a + b; };
  std::atomic<int> seen{0};
  p().for_each([&seen](int x) { seen += x; });
  CHECK(seen == 6);
  ints order;
  p().for_each_ordered([&order](int x) { order.push_back(x); }, 8);
  CHECK(order == v);
  CHECK(p().try_for_each([](int x) { return x > 0; }));
  CHECK(p().collect<std::vector<long>>() == std::vector<long>{3, 1, 2});
  CHECK(p().to<std::vector>() == v);
  ints into{9, 9, 9, 9};
  p().collect_into(into);
  CHECK(into == v);
  p().append_to(into);
  CHECK(into.size() == 6);
  CHECK(p().reduce(10, plus) == 16);
  CHECK(p().reduce(plus) == 6);
  CHECK(p().sum() == 6);
  CHECK(p().sum<double>() == 6.0);
  CHECK(p().product() == 6);
  CHECK(p().mean() == 2.0);
  CHECK(p().count() == 3);
  CHECK(p().count_if(odd) == 2);
  CHECK(p().size() == 3);
  CHECK((p().min)() == 1);
  CHECK((p().max)([](int a, int b) { return a > b; }) == 1);
  CHECK(p().minmax() == std::pair(1, 3));
  CHECK(p().min_by_key(negative) == 3);
  CHECK(p().max_by_key(negative) == 1);
  CHECK(p().minmax_by_key(negative) == std::pair(3, 1));
  CHECK(p().any(odd));
  CHECK_FALSE(p().all(odd));
  CHECK_FALSE(p().none(odd));
  CHECK(p().contains(2));
  CHECK(p().find_any(odd).has_value());
  CHECK(p().find_first(odd) == 3);
  CHECK(p().partition(odd).second == ints{2});
  CHECK(p().enumerate().unzip().second == v);
}

TEST_CASE("a pipeline is moved, not copied, and is not a range") {
  using P = decltype(pt::parallel_iter(std::declval<ints&>()));
  static_assert(!std::ranges::range<P>);
  static_assert(!std::copyable<P>);
  static_assert(std::movable<P>);
}
