#include <parallel_task/machines/roll.hpp>

#include "../catch.hpp"

namespace machines {
namespace {

using parallel_task::detail::Roll;

TEST_CASE("all have come but those that are lost") {
  Roll roll(3);
  roll.begin_call();
  CHECK_FALSE(roll.all_have_come());
  roll[1].has_come = true;
  CHECK_FALSE(roll.all_have_come());
  roll[2].lost = true;
  CHECK(roll.all_have_come());
}

TEST_CASE("another call begins with this rank alone and who is lost stays so") {
  Roll roll(3);
  roll.begin_call();
  roll[1].has_come = roll[1].asks = true;
  roll[1].value.resize(5);
  roll[1].seen = "there";
  roll[2].lost = true;
  roll.begin_call();
  CHECK((roll[0].has_come && !roll[1].has_come && !roll[1].asks && roll[1].value.empty()));
  CHECK(roll[1].seen == "there");
  CHECK(roll[2].lost);
}

}  // namespace
}  // namespace machines
