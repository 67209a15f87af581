#include <parallel_task/source/repeat.hpp>

#include "parts.hpp"
#include "shuffle.hpp"

#include <memory>
#include <string>

TEST_CASE("repeat_n, once and empty") {
  for_each_schedule([] {
    CHECK(pt::repeat_n(std::string("ab"), 1000).map([](std::string const& x) { return x.size(); }).sum() == 2000);
    CHECK(pt::repeat_n(7, 0).count() == 0);
    CHECK(pt::repeat_n(7, 3).zip(parts::Ints{1, 2, 3, 4}).count() == 3);
    CHECK(pt::once(std::make_unique<int>(5)).map([](std::unique_ptr<int> x) { return *x; }).collect<std::vector>() ==
          parts::Ints{5});
    CHECK(pt::once(1).chain(pt::empty<int>()).chain(pt::indices(2, 4)).collect<std::vector>() == parts::Ints{1, 2, 3});
    CHECK(pt::empty<std::string>().collect<std::vector>().empty());
    CHECK(!pt::empty<int>().min().has_value());
  });
}
