#include <parallel_task/state_dump.hpp>

#include "catch.hpp"
#include "support/eager.hpp"
#include "support/threads.hpp"

#include <atomic>
#include <cstdio>
#include <string>
#include <thread>

namespace pt = parallel_task;

namespace {

std::string dumped() {
  std::FILE* const file = std::tmpfile();
  if (file == nullptr) return "no file";
  pt::dump_state(file);
  std::rewind(file);
  std::string text;
  char part[512];
  for (std::size_t got = 0; (got = std::fread(part, 1, sizeof part, file)) != 0;) text.append(part, got);
  std::fclose(file);
  return text;
}

bool has(std::string const& text, std::string const& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the state dump names an open call, its workers, their queues and the threads") {
  support::Eager const eager(2);
  pt::thread_limit const limit(2);
  char const* const facts[] = {
    "pool: cores 2, budget 0, threads made ",
    "open calls 1 ",
    ": used 2 of 2\n",
    ": open wanting, joined 1 of ",
    "member 0: held by system thread ",
    "member 1: held by system thread ",
    ", in use, queue [",
    "library thread 1: running, ",
#if defined(__linux__)
    " (pt-1) "
#endif
  };
  std::string text;
  // A busy machine may keep the helper away until all is over, or a second one on its way: then again.
  bool const all_told = support::sooner_or_later([&] {
    std::atomic<bool> met{false};
    std::atomic<bool> dumps{false};
    pt::WorkerController().for_each_position(8, [&](std::size_t) {
      if (pt::current_worker() != 0) {
        met = true;
        while (!dumps) std::this_thread::yield();
      } else if (!dumps) {
        for (int waits = 0; waits != 20'000 && !met; ++waits) std::this_thread::yield();
        text = dumped();
        dumps = true;
      }
    });
    for (char const* fact : facts) {
      if (!has(text, fact)) return false;
    }
    return true;
  });
  INFO(text);
  CHECK(all_told);
}

TEST_CASE("the state dump of an idle pool has no call") {
  pt::shutdown();
  std::string const text = dumped();
  CHECK(has(text, "threads made 0\n"));
  CHECK(!has(text, "slot"));
  CHECK(!has(text, "library thread"));
}
