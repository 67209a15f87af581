// Spinning has to bring more than it costs.
#include <parallel_task/policy/spinning.hpp>

#include "catch.hpp"

using parallel_task::detail::Costs;
using parallel_task::detail::SpinRecord;

TEST_CASE("a thread that joins calls as it spins goes on, however long ago it began") {
  SpinRecord record;
  for (int i = 0; i != 100'000; ++i) {
    record.note(5'000, true, 20'000);
    CHECK_FALSE(record.should_pause(false));
  }
  CHECK(record.saved - record.spent <= Costs::most_spin_saved);
}

TEST_CASE("a thread that spins in vain time and again stops for longer and longer, and goes on once it is of use") {
  SpinRecord record;
  int spins = 0;
  float last = 0;
  for (int pauses = 0; pauses != 8; ++pauses) {
    for (; !record.should_pause(false); ++spins) record.note(50'000, false, 20'000);
    CHECK(record.pause == (last == 0 ? Costs::spin_pause : last < Costs::most_spin_pause ? 2 * last : last));
    last = record.pause;
  }
  CHECK(spins == 8 * 40);
  CHECK(last == Costs::most_spin_pause);
  record.note(5'000, true, 20'000);
  CHECK_FALSE(record.should_pause(false));
  CHECK(record.pause == 0);
}

TEST_CASE("a spin in vain before each call is worth as much as a wake") {
  SpinRecord record;
  bool paused = false;
  for (int i = 0; i != 10'000; ++i) {
    record.note(50'000, false, 0);
    record.note(1'000, true, 60'000);
    paused = paused || record.should_pause(false);
  }
  CHECK_FALSE(paused);
  for (int i = 0; i != 1'000 && !paused; ++i) {
    record.note(50'000, false, 0);
    record.note(1'000, true, 20'000);
    paused = record.should_pause(false);
  }
  CHECK(paused);
}

TEST_CASE("a thread that loses its core as it spins stops at once") {
  SpinRecord record;
  for (int i = 0; i != 100; ++i) record.note(5'000, true, 20'000);
  CHECK(record.should_pause(true));
  CHECK(record.pause == Costs::spin_pause);
}
