#include <parallel_task/stage/take_while.hpp>

#include "stage/stages.hpp"

#include <stdexcept>

using namespace stages;

TEST_CASE("take_while cuts where the loop would, from every source") {
  over_every_source([](auto pipe, ints const& expected) {
    for (int limit : {-2, 0, 2, 30, 1000000}) {
      ints wanted;
      for (int x : expected) {
        if (x > limit) break;
        wanted.push_back(x);
      }
      auto small = [limit](int x) { return x <= limit; };
      CHECK(pipe().take_while(small).template collect<std::vector>() == wanted);
      CHECK(pipe().take_while(small).count() == wanted.size());
      CHECK(pipe().take_while(small).map([](int x) { return 2 * x; }).filter([](int) { return true; }).count() ==
            wanted.size());
    }
  });
}

TEST_CASE("an exception behind the cut of take_while is not seen, one before it is") {
  ints v(1000);
  for (size_t i = 0; i != v.size(); ++i) v[i] = static_cast<int>(i);
  for_each_schedule([&v] {
    auto run = [&v](int thrower) {
      return pt::parallel_iter(v)
          .map([thrower](int x) {
            if (x == thrower) throw std::runtime_error("here");
            return x;
          })
          .take_while([](int x) { return x < 500; })
          .sum();
    };
    CHECK(run(501) == 499 * 500 / 2);
    CHECK(run(999) == 499 * 500 / 2);
    CHECK_THROWS_AS(run(499), std::runtime_error);
  });
}
