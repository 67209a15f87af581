#include <parallel_task/stage/try_fold.hpp>

#include "stage/stages.hpp"

#include <optional>
#include <string>

using namespace stages;

TEST_CASE("try_fold's accumulators, joined in order, cover all items in order") {
  over_every_source([](auto pipe, ints const& expected) {
    auto const add = [](ints kept, int x) { return kept.push_back(x), std::optional(std::move(kept)); };
    auto const join = [](ints a, ints const& b) {
      a.insert(a.end(), b.begin(), b.end());
      return std::optional(std::move(a));
    };
    CHECK(pipe().try_fold([] { return ints(); }, add).try_reduce(ints(), join) == expected);
  });
}

TEST_CASE("try_fold passes the first failure on as its last item, and no accumulator after it") {
  for_each_schedule([] {
    auto const below_700 = [](int total, int x) { return x < 700 ? std::optional(total + 1) : std::nullopt; };
    auto const parts = pt::indices(1000).try_fold([] { return 0; }, below_700).collect<std::vector>();
    CHECK(!parts.back());
    int count = 0;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) count += parts[i].value();
    CHECK(count <= 700);  // what the failing segment had folded is lost with it
    CHECK(pt::indices(700).try_fold([] { return 0; }, below_700).try_reduce(0, std::plus<>()) == 700);
    CHECK_FALSE((pt::indices(1000) | pt::try_fold([] { return 0; }, below_700) | pt::try_reduce(0, std::plus<>())));
  });
}

TEST_CASE("try_fold drops an exception after the failure, and hands on one before it") {
  auto const fails_at_500 = [](int thrower) {
    return [thrower](int total, int x) {
      if (x == thrower) throw x;
      return x == 500 ? std::nullopt : std::optional(total + x);
    };
  };
  for_each_schedule([&] {
    CHECK(!pt::indices(1000).try_fold([] { return 0; }, fails_at_500(800)).collect<std::vector>().back());
    CHECK_THROWS_AS(pt::indices(1000).try_fold([] { return 0; }, fails_at_500(3)).count(), int);
  });
}
