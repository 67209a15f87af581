#include <parallel_task/machines/asking.hpp>

#include "../catch.hpp"

namespace machines {
namespace {

namespace detail = parallel_task::detail;

TEST_CASE("a rank asks once for each chunk when three quarters of it have begun") {
  detail::Asking asking;
  asking.reset();
  CHECK_FALSE(asking.is_due(1, 1000));  // without a chunk there is nothing to judge by
  asking.begin({100, 200}, 1000);
  CHECK_FALSE(asking.is_due(1, 2000));
  asking.begin_items(74);
  CHECK_FALSE(asking.is_due(1, 2000));
  asking.begin_items(1);
  CHECK(asking.cost() == 0);
  CHECK(asking.is_due(1, 1000 + 75 * 10));
  CHECK(asking.cost() == 10);
  asking.asked(2000);
  CHECK(asking.is_under_way());
  CHECK_FALSE(asking.is_due(1, 2000));
  asking.answered(2500);
  CHECK_FALSE(asking.is_under_way());
  asking.begin({300, 400}, 3000);
  CHECK_FALSE(asking.is_due(1, 4000));
}

TEST_CASE("a rank asks as early as answers take long") {
  detail::Asking asking;
  asking.reset();
  asking.begin({0, 100}, 0);
  asking.begin_items(80);
  CHECK_FALSE(asking.is_due(1, 80'000'000));  // what is left lasts 20 ms
  asking.asked(80'000'000);
  asking.answered(90'000'000);  // so long did that take
  asking.begin({100, 200}, 100'000'000);
  asking.begin_items(81);
  CHECK(asking.is_due(1, 181'000'000));
}

TEST_CASE("what an item costs is told by the chunk that has ended") {
  detail::Asking asking;
  asking.reset();
  asking.begin({0, 10}, 1000);
  asking.end({0, 10}, 4, 2000);
  CHECK(asking.cost() == 400);
  asking.reset();
  CHECK(asking.cost() == 0);
}

}  // namespace
}  // namespace machines
