#include <parallel_task/pipeline/parallel_iter.hpp>

#include "stage/stages.hpp"

#include <ranges>
#include <sstream>

using namespace stages;

TEST_CASE("parallel_for and for_each are the loop in one line") {
  for_each_schedule([] {
    ints v(1000);
    pt::parallel_for(v.size(), [&v](size_t i) { v[i] = static_cast<int>(i); });
    pt::parallel_for(10, 20, [&v](int i) { v[static_cast<size_t>(i)] = 0; });
    pt::for_each(v, [](int& x) { ++x; });
    for (size_t i = 0; i != v.size(); ++i) REQUIRE(v[i] == (i >= 10 && i < 20 ? 1 : static_cast<int>(i) + 1));
  });
}

TEST_CASE("beginnings can be piped into") {
  ints v{1, 2};
  CHECK((v | pt::parallel_iter | pt::sum()) == 3);
  CHECK((ints{1, 2} | pt::into_parallel_iter | pt::sum()) == 3);
  std::istringstream in("1 2");
  CHECK((std::views::istream<int>(in) | pt::par_bridge | pt::sum()) == 3);
  CHECK((v | std::views::reverse | pt::parallel_iter | pt::collect<std::vector>()) == ints{2, 1});
}
