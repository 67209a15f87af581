#include <parallel_task/terminal/collect_merged.hpp>

#include "every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <map>
#include <string>
#include <unordered_map>

using namespace every;

TEST_CASE("collect with a merge joins the values of equal keys in order") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    std::map<int, std::string> wanted;
    for (int x : expected) wanted[x % 7] += std::to_string(x);
    auto const pairs = [&] { return detail::Map(make(), [](int x) { return std::pair(x % 7, std::to_string(x)); }); };
    CHECK(run(pairs(), detail::CollectMerged<std::map<int, std::string>, std::plus<>>{}) == wanted);
    auto const hashed = run(pairs(), detail::CollectMerged<std::unordered_map<int, std::string>, std::plus<>>{});
    CHECK(std::map<int, std::string>(hashed.begin(), hashed.end()) == wanted);
  });
}

TEST_CASE("collect with a merge takes map templates, also in a pipe") {
  auto const pair = [](int x) { return std::pair(x % 3, x); };
  auto const later = [](int, int b) { return b; };
  for_each_schedule([&] {
    CHECK(pt::indices(100).map(pair).collect<std::map>(later) == std::map<int, int>{{0, 99}, {1, 97}, {2, 98}});
    CHECK((pt::indices(100) | pt::map(pair) | pt::collect<std::map>(std::plus<>())).at(0) == 1683);
    CHECK((pt::indices(100) | pt::map(pair) | pt::collect<std::unordered_map<int, long>>(std::plus<>())).at(0) == 1683);
  });
}
