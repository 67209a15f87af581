#include <parallel_task/controller/ending.hpp>

#include "catch.hpp"

#include <chrono>
#include <exception>
#include <memory>

namespace pt = parallel_task;
using pt::Cut;
using pt::detail::Ending;

namespace {

std::exception_ptr error(int what) { return std::make_exception_ptr(what); }

int value_of(std::exception_ptr const& thrown) {
  if (!thrown) return 0;
  try {
    std::rethrow_exception(thrown);
  } catch (int what) {
    return what;
  }
}

// The members of a call with three workers.
struct ThreeMembers {
  std::unique_ptr<pt::detail::Member[]> all{new pt::detail::Member[3]};
  pt::detail::Member& operator[](std::size_t i) { return all[i]; }
  int take(Ending const& ending, Cut cut) { return value_of(ending.take_error(all.get(), 3, cut)); }
  [[nodiscard]] bool are_empty() const { return !all[0].error && !all[1].error && !all[2].error; }
};

pt::StopReason reason_of(Ending const& ending) {
  try {
    ending.throw_if_cancelled();
  } catch (pt::cancelled const& thrown) {
    return thrown.reason();
  }
  FAIL("nothing was thrown");
  return {};
}

}  // namespace

TEST_CASE("the bound of a run only falls") {
  Ending ending;
  CHECK(ending.bound() == pt::unknown);
  ending.lower_bound_to(100);
  ending.lower_bound_to(200);
  CHECK(ending.bound() == 100);
  ending.cut_after({30, 40}, Cut::later);
  CHECK(ending.bound() == 40);
  ending.cut_after({10, 20}, Cut::everything);
  CHECK(ending.bound() == 0);
}

TEST_CASE("of a run that does not cut by order the first error in time is thrown") {
  Ending ending;
  ThreeMembers members;
  ending.note_error(members[2], {50, 60}, error(1), Cut::everything);
  ending.note_error(members[0], {10, 20}, error(2), Cut::everything);
  CHECK(ending.bound() == 0);
  CHECK(ending.outcome() == Ending::failed);
  CHECK(members.take(ending, Cut::everything) == 1);
  CHECK(members.are_empty());
}

TEST_CASE("of a run that cuts by order the lowest error is thrown") {
  Ending ending;
  ThreeMembers members;
  ending.note_error(members[2], {50, 60}, error(1), Cut::later);
  ending.note_error(members[0], {30, 40}, error(2), Cut::later);
  ending.note_error(members[0], {10, 20}, error(3), Cut::later);
  ending.note_error(members[1], {40, 45}, error(4), Cut::later);
  ending.note_error(members[0], {60, 70}, error(5), Cut::later);
  CHECK(ending.bound() == 20);
  CHECK(members.take(ending, Cut::later) == 3);
  CHECK(members.are_empty());
}

TEST_CASE("an error beyond a lower hit was never met by the plain loop") {
  Ending ending;
  ThreeMembers members;
  ending.note_error(members[1], {50, 60}, error(1), Cut::later);
  ending.cut_after({20, 30}, Cut::later);
  CHECK(members.take(ending, Cut::later) == 0);
  CHECK(members.are_empty());
}

TEST_CASE("of what ends a run the first one stays, but for a fork") {
  Ending ending;
  ending.throw_if_cancelled();
  CHECK(ending.note(Ending::late));
  CHECK_FALSE(ending.note(Ending::stopped));
  CHECK(reason_of(ending) == pt::StopReason::deadline);
  ending.abandon();
  CHECK(ending.bound() == 0);
  CHECK(reason_of(ending) == pt::StopReason::forked);
}

TEST_CASE("an error after a stop is dropped, and the run says that it was stopped") {
  Ending ending;
  ThreeMembers members;
  CHECK(ending.note(Ending::stopped));
  ending.note_error(members[1], {50, 60}, error(1), Cut::everything);
  CHECK(members.take(ending, Cut::everything) == 0);
  CHECK(reason_of(ending) == pt::StopReason::stop_requested);
}

TEST_CASE("a stop token and a deadline are asked, and remembered") {
  bool asked_to_stop = false;
  pt::Settings settings;
  settings.stop_token = &asked_to_stop;
  settings.stop_requested = [](void const* token) { return *static_cast<bool const*>(token); };
  settings.deadline = pt::detail::steady_ns() + std::chrono::nanoseconds(std::chrono::hours(1)).count();
  Ending ending;
  CHECK_FALSE(ending.told_to_stop(settings));
  asked_to_stop = true;
  CHECK(ending.told_to_stop(settings));
  CHECK(ending.outcome() == Ending::stopped);

  Ending later;
  asked_to_stop = false;
  settings.deadline = 1;
  CHECK(later.told_to_stop(settings));
  CHECK(later.outcome() == Ending::late);
}

TEST_CASE("an item that ends its thread ends the run, whatever had ended it before") {
  for (auto before : {Ending::going, Ending::failed, Ending::stopped, Ending::late}) {
    Ending ending;
    if (before != Ending::going) CHECK(ending.note(before));
    ending.end_thread();
    CHECK(ending.outcome() == Ending::left);
    CHECK(ending.bound() == 0);
    CHECK_FALSE(ending.note(Ending::stopped));
    CHECK(ending.outcome() == Ending::left);
  }
}

TEST_CASE("who is told to stop in time was stopped, though the deadline has passed by then as well") {
  pt::Settings settings;
  settings.stop_requested = [](void const*) { return true; };
  settings.deadline = 1;
  Ending ending;
  CHECK(ending.told_to_stop(settings));
  CHECK(ending.outcome() == Ending::stopped);
}

TEST_CASE(
    "of errors the lowest is thrown wherever it is, if it lies before the bound, and members without one have none") {
  for (std::size_t const bound : {5U, 6U, 61U}) {
    Ending ending;
    ThreeMembers members;
    ending.note_error(members[0], {60, 61}, error(60), Cut::later);
    ending.note_error(members[1], {5, 6}, error(5), Cut::later);
    members[2].error_at = 0;
    ending.lower_bound_to(bound);
    CHECK(members.take(ending, Cut::later) == (bound == 5 ? 0 : 5));
  }
}
