#include <parallel_task/terminal/partition.hpp>
#include <parallel_task/terminal/unzip.hpp>

#include "every.hpp"

#include <memory>
#include <string>

using namespace every;

TEST_CASE("partition keeps the order on both sides") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    std::pair<std::vector<int>, std::vector<int>> wanted;
    for (int x : expected) (x % 2 == 0 ? wanted.first : wanted.second).push_back(x);
    CHECK(run(make(), detail::Partition<bool (*)(int)>{[](int x) { return x % 2 == 0; }}) == wanted);
  });
}

TEST_CASE("unzip keeps the order on both sides") {
  kind_and_size([](auto make, std::vector<int> const& expected) {
    std::pair<std::vector<int>, std::vector<std::string>> wanted;
    for (int x : expected) {
      wanted.first.push_back(x);
      wanted.second.push_back(std::to_string(x));
    }
    auto pairs = detail::Map(make(), [](int x) { return std::pair(x, std::to_string(x)); });
    CHECK(run(std::move(pairs), detail::Unzip{}) == wanted);
  });
}

TEST_CASE("partition moves items that can't be copied") {
  std::vector<std::unique_ptr<int>> v;
  for (int i = 0; i != 100; ++i) v.push_back(std::make_unique<int>(i));
  auto even = [](std::unique_ptr<int> const& p) { return *p % 2 == 0; };
  auto const parts = run(detail::own(std::move(v)), detail::Partition<decltype(even)>{even});
  CHECK(parts.first.size() == 50);
  CHECK(*parts.second[7] == 15);
}

TEST_CASE("partition hands on what a closure throws, and leaves no item alive") {
  throwing_position<Bare>([](auto source) {
    auto even = [](Bare const& x) { return x.value % 2 == 0; };
    (void)run(std::move(source), detail::Partition<decltype(even)>{even});
  });
  throwing_position<Bare>([](auto source) {
    (void)run(detail::Map(std::move(source), [](Bare x) { return std::pair(x, x.value); }), detail::Unzip{});
  });
}
