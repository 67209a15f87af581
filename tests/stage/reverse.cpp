#include <parallel_task/stage/reverse.hpp>

#include "stage/stages.hpp"

#include <ranges>

using namespace stages;

TEST_CASE("reverse turns every source with an index round") {
  over_every_index([](auto pipe, ints const& expected) {
    ints const wanted(expected.rbegin(), expected.rend());
    CHECK(pipe().reverse().template collect<std::vector>() == wanted);
    CHECK(pipe().reverse().reverse().filter([](int) { return true; }).template collect<std::vector>() == expected);
    CHECK(pipe().take(expected.size() / 2).reverse().count() == expected.size() / 2);
  });
}

TEST_CASE("reverse of the first items of an endless range looks at no others") {
  CHECK(pt::parallel_iter(std::views::iota(0)).take(5).reverse().collect<std::vector>() == ints{4, 3, 2, 1, 0});
}
