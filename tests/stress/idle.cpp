// An idle process uses no CPU.
#include "stress/calls.hpp"

#include <mutex>
#include <thread>
#include <vector>

#if defined(__linux__)

#include <ctime>

using namespace stress;

namespace {

double cpu_ms() {
  timespec now;
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// CPU time of the second that begins 100 ms from now.
double idle_second() {
  std::this_thread::sleep_for(milliseconds(100));
  double const before = cpu_ms();
  std::this_thread::sleep_for(milliseconds(1000));
  return cpu_ms() - before;
}

// A machine that gives the core away while the process looks at the clock charges that to the process: then once more.
// Who does not rest uses a millisecond every time. What a second costs without this library's threads is not its: two
// milliseconds under ThreadSanitizer, whose own thread wakes, on a machine where falling asleep is dear.
template <class F>
bool rests_after(F const& calls) {
  pt::shutdown();
  double without = idle_second();
  return support::sooner_or_later([&] {
    calls();
    bool const rests = idle_second() < without + 1.0;
    if (!rests) {
      pt::shutdown();
      without = idle_second();
    }
    return rests;
  });
}

}  // namespace

TEST_CASE("from 100 ms after the last call, a second costs below 1 ms of CPU", "[timing]") {
  pt::Options options;
  options.cores = 4;
  support::WithOptions const with(options);
  SECTION("after calls that compute") {
    CHECK(rests_after([] {
      for (int i = 0; i != 20; ++i) each(200, [](std::size_t) { support::spin_for(microseconds(30)); });
    }));
  }
  SECTION("after calls that block, which the monitor looked at") {
    CHECK(rests_after([] {
      each(30, [](std::size_t) { std::this_thread::sleep_for(milliseconds(5)); });
      std::mutex mutex;
      each(200, [&](std::size_t) {
        std::lock_guard const guard(mutex);
        std::this_thread::sleep_for(microseconds(100));
      });
    }));
  }
  SECTION("after nested calls of many threads") {
    CHECK(rests_after([] {
      std::vector<std::thread> users;
      for (int t = 0; t != 8; ++t) {
        users.emplace_back([] {
          each(20, [](std::size_t) { each(20, [](std::size_t) { support::spin_for(microseconds(20)); }); });
        });
      }
      for (std::thread& user : users) user.join();
    }));
  }
}

TEST_CASE("a thread that is inside a long item costs nothing elsewhere but the monitor's looks", "[timing]") {
  pt::Options options;
  options.cores = 2;
  support::WithOptions const with(options);
  double used = 0;
  each(2, [&](std::size_t i) {
    if (i == 0) used = idle_second();
    if (i == 1) std::this_thread::sleep_for(milliseconds(1100));
  });
  CHECK(used < 50.0);
}

#endif
