#include <parallel_task/stage/positions.hpp>

#include "stage/stages.hpp"

using namespace stages;

TEST_CASE("positions gives where items satisfy a predicate, from every source with an index") {
  over_every_index([](auto pipe, ints const& expected) {
    std::vector<size_t> wanted;
    for (size_t i = 0; i != expected.size(); ++i) {
      if (expected[i] % 3 == 0) wanted.push_back(i);
    }
    CHECK(pipe().positions([](int x) { return x % 3 == 0; }).template collect<std::vector>() == wanted);
  });
}

TEST_CASE("positions of pairs, piped") {
  ints const v{1, 2, 3};
  CHECK((v | pt::parallel_iter | pt::zip(v) | pt::positions([](int x, int y) { return x + y > 2; }) |
         pt::collect<std::vector>()) == std::vector<size_t>{1, 2});
}
