#include <parallel_task/stage/stride.hpp>

#include "stage/stages.hpp"

#include <stdexcept>

using namespace stages;

TEST_CASE("stride gives every n-th item, from every source with an index") {
  over_every_index([](auto pipe, ints const& expected) {
    for (size_t n : {1U, 2U, 3U, 16U, 17U, 100U}) {
      ints wanted;
      for (size_t i = 0; i < expected.size(); i += n) wanted.push_back(expected[i]);
      CHECK(pipe().stride(n).template collect<std::vector>() == wanted);
      ints const backwards(wanted.rbegin(), wanted.rend());
      CHECK(pipe().stride(n).reverse().template collect<std::vector>() == backwards);
    }
  });
}

TEST_CASE("a stride of 0 is std::invalid_argument where it is made") {
  ints const v{1};
  CHECK_THROWS_AS((void)pt::parallel_iter(v).stride(0), std::invalid_argument);
  CHECK_THROWS_AS((void)pt::stride(0), std::invalid_argument);
}
