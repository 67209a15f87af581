#include <parallel_task/stage/elements.hpp>

#include "stage/stages.hpp"

#include <map>
#include <string>
#include <unordered_map>

using namespace stages;

TEST_CASE("keys and values of a map, in its order, in place") {
  std::map<std::string, int> m;
  std::unordered_map<int, int> h;
  for (int i = 0; i != 1000; ++i) {
    m[std::to_string(i)] = i;
    h[i * 7919] = i;
  }
  for_each_schedule([&] {
    std::vector<std::string> names;
    ints numbers;
    for (auto const& [name, number] : m) {
      names.push_back(name);
      numbers.push_back(number);
    }
    CHECK(pt::parallel_iter(m).keys().collect<std::vector>() == names);
    CHECK(pt::parallel_iter(std::as_const(m)).values().collect<std::vector>() == numbers);
    ints keys;
    for (auto const& [key, value] : h) keys.push_back(key);
    CHECK(pt::parallel_iter(h).keys().collect<std::vector>() == keys);
    pt::parallel_iter(h).values().for_each([](int& x) { ++x; });
  });
}

TEST_CASE("values of zipped and enumerated items stay references") {
  std::vector<int> v{1, 2, 3};
  pt::parallel_iter(v).enumerate().values().for_each([](int& x) { x *= 2; });
  CHECK(v == ints{2, 4, 6});
  CHECK(pt::parallel_iter(v).enumerate().keys().reverse().collect<std::vector>() == std::vector<std::size_t>{2, 1, 0});
}

TEST_CASE("elements gives any part of a tuple, as it is") {
  std::vector<int> v{1, 2, 3};
  for_each_schedule([&v] {
    CHECK(pt::parallel_iter(v).zip(v, pt::indices(3)).elements<2>().collect<std::vector>() ==
          std::vector<int>{0, 1, 2});
    CHECK((v | pt::parallel_iter | pt::zip(v, v) | pt::elements<1>() | pt::sum()) == 6);
  });
  pt::parallel_iter(v).zip(v).elements<0>().for_each([](int& x) { x += 1; });
  CHECK(v == std::vector<int>{2, 3, 4});
}
