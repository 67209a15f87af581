#include <parallel_task/stage/map_while.hpp>

#include "stage/stages.hpp"

#include <optional>

using namespace stages;

TEST_CASE("map_while gives the results up to the first that is empty, from every source") {
  over_every_source([](auto pipe, ints const& expected) {
    for (int end : {-100, 0, 2, 100}) {
      ints wanted;
      for (int x : expected) {
        if (x == end) break;
        wanted.push_back(10 * x);
      }
      auto const f = [end](int x) { return x != end ? std::optional(10 * x) : std::nullopt; };
      CHECK(pipe().map_while(f).template collect<std::vector>() == wanted);
      CHECK(pipe().map_while([end](int const& x) { return x != end ? &x : nullptr; }).count() == wanted.size());
    }
  });
}

TEST_CASE("map_while, piped") {
  ints const v{1, 2, 3, 1};
  auto const f = [](int x) { return x < 3 ? std::optional(x) : std::nullopt; };
  CHECK((v | pt::parallel_iter | pt::map_while(f) | pt::collect<std::vector>()) == ints{1, 2});
}
