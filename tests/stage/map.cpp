#include <parallel_task/stage/map.hpp>

#include "stage/stages.hpp"

#include <atomic>
#include <memory>
#include <string>

using namespace stages;

TEST_CASE("map gives each item's result, in order, from every source") {
  over_every_source([](auto pipe, ints const& expected) {
    std::vector<long> wanted;
    for (int x : expected) wanted.push_back(3L * x + 1);
    CHECK(pipe().map([](int x) { return 3L * x + 1; }).template collect<std::vector>() == wanted);
  });
}

TEST_CASE("map takes members, as std::invoke does") {
  struct Person {
    std::string name;
    int age;
    int doubled() const { return 2 * age; }
  };
  std::vector<Person> const people{{"Ada", 36}, {"Alan", 41}};
  CHECK(pt::parallel_iter(people).map(&Person::age).sum() == 77);
  CHECK(pt::parallel_iter(people).map(&Person::doubled).sum() == 154);
  CHECK(pt::parallel_iter(people).map([](Person const& p) { return &p; }).map(&Person::age).sum() == 77);
}

TEST_CASE("map to a member of an item that is a value keeps the value") {
  struct Person {
    std::string name;
  };
  auto pipe = pt::indices(100).map([](int i) { return Person{std::string(100, static_cast<char>('a' + i % 26))}; });
  auto const names = std::move(pipe).map(&Person::name).reverse().collect<std::vector>();
  REQUIRE(names.size() == 100);
  CHECK(names[99] == std::string(100, 'a'));
}

TEST_CASE("map calls its closure once an item, also where a later stage drops it") {
  over_every_source([](auto pipe, ints const& expected) {
    std::atomic<std::size_t> calls{0};
    auto const n = pipe()
                       .map([&calls](int x) {
                         ++calls;
                         return x;
                       })
                       .filter([](int x) { return x % 2 == 0; })
                       .count();
    (void)n;
    // take_while is the one source here behind whose cut closures may run
    CHECK(calls >= expected.size());
  });
}

TEST_CASE("map hands references on") {
  std::vector<std::pair<int, int>> v(100);
  pt::parallel_iter(v).map([](auto& p) -> int& { return p.second; }).for_each([](int& x) { x = 7; });
  for (auto const& p : v) CHECK(p.second == 7);
}

TEST_CASE("closures are moved, never copied") {
  struct Only {
    std::unique_ptr<int> three = std::make_unique<int>(3);
    int operator()(int x) const { return *three * x; }
  };
  std::vector<int> const v{1, 2, 3};
  CHECK(pt::parallel_iter(v).map(Only{}).filter([](int) { return true; }).sum() == 18);
}
