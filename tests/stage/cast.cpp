#include <parallel_task/stage/cast.hpp>

#include "stage/stages.hpp"

#include <string>
#include <string_view>
#include <type_traits>

using namespace stages;

TEST_CASE("cast makes each item another type, from every source") {
  over_every_source([](auto pipe, ints const& expected) {
    std::vector<long> const wanted(expected.begin(), expected.end());
    CHECK(pipe().template cast<long>().template collect<std::vector>() == wanted);
    static_assert(std::is_same_v<typename decltype(pipe().template cast<double>())::item_type, double>);
  });
}

TEST_CASE("cast calls explicit constructors, and gives references of a base") {
  std::vector<std::string_view> const words{"to", "be"};
  CHECK(pt::parallel_iter(words).cast<std::string>().collect<std::vector>() == std::vector<std::string>{"to", "be"});
  ints v{1, 2};
  pt::parallel_iter(v).cast<int&>().for_each([](int& x) { ++x; });
  CHECK(v == ints{2, 3});
  CHECK((v | pt::parallel_iter | pt::cast<double>() | pt::sum()) == 5.0);
}
