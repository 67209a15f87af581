#include <parallel_task/stage/filter_map.hpp>

#include "stage/stages.hpp"

#include <optional>

using namespace stages;

TEST_CASE("filter_map gives what is there, in order") {
  over_every_source([](auto pipe, ints const& expected) {
    ints wanted;
    for (int x : expected) {
      if (x > 1) wanted.push_back(2 * x);
    }
    auto f = [](int x) { return x > 1 ? std::optional<int>(2 * x) : std::nullopt; };
    CHECK(pipe().filter_map(f).template collect<std::vector>() == wanted);
  });
}

TEST_CASE("filter_map follows pointers that are not null") {
  std::vector<int> v{1, 2, 3};
  auto const sum = pt::parallel_iter(v).filter_map([](int& x) { return x == 2 ? nullptr : &x; }).sum();
  CHECK(sum == 4);
}
