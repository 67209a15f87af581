#include <parallel_task/stage/copied.hpp>

#include "stage/stages.hpp"

using namespace stages;

TEST_CASE("copied gives values that are nobody's but the pipeline's") {
  over_every_source([](auto pipe, ints const& expected) {
    CHECK(pipe().copied().update([](int& x) { ++x; }).update([](int& x) { --x; }).template collect<std::vector>() ==
          expected);
  });
  std::vector<int> v{1, 2};
  pt::parallel_iter(v).copied().for_each([](int&& x) { x = 0; });
  CHECK(v == ints{1, 2});
}
