#include <parallel_task/worker/environment.hpp>

#include "catch.hpp"

#include <parallel_task/worker/thread_manager.hpp>

#if defined(__unix__) || defined(__APPLE__)

#include <cstdlib>
#include <string>

#include <unistd.h>

namespace pt = parallel_task;
using pt::detail::number_of_environment;

namespace {

constexpr char const* environment_variable = "PARALLEL_TASK_TEST_OF_NUMBERS";

struct Asked {
  long value;
  std::string said;  // on the standard error stream
};

/// What the library reads where the environment_variable is `text`.
Asked ask_environment(char const* text, long least = 1) {
  ::setenv(environment_variable, text, 1);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  std::fflush(stderr);
  int const before = ::dup(2);
  ::dup2(ends[1], 2);
  Asked asked{number_of_environment(environment_variable, least, "tests"), ""};
  std::fflush(stderr);
  ::dup2(before, 2);
  ::close(before);
  ::close(ends[1]);
  char text_read[256];
  for (::ssize_t got = 0; (got = ::read(ends[0], text_read, sizeof text_read)) > 0;) {
    asked.said.append(text_read, static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  ::unsetenv(environment_variable);
  return asked;
}

}  // namespace

TEST_CASE("a number of the environment is read in tens, from the least up to a million") {
  CHECK(ask_environment("1").value == 1);
  CHECK(ask_environment("12").value == 12);
  CHECK(ask_environment("1000000").value == 1'000'000);
  CHECK(ask_environment("0", 0).value == 0);
  CHECK(ask_environment("12").said.empty());
}

TEST_CASE("what is no number of the environment is told and ignored") {
  for (char const* text : {"0", "-3", "1000001", "12 threads", "many", "12x", "0x10"}) {
    Asked const asked = ask_environment(text);
    CHECK(asked.value == -1);
    CHECK(asked.said ==
          std::string("parallel_task: ") + environment_variable + "=" + text + " is not a number of tests; ignored\n");
  }
}

TEST_CASE("a variable that says nothing is none") {
  CHECK(ask_environment("").value == -1);
  CHECK(ask_environment("").said.empty());
  CHECK(number_of_environment("PARALLEL_TASK_NOT_SET", 1, "tests") == -1);
}

TEST_CASE("the number of threads in the environment is a budget, read when cores are set and not again") {
  pt::Options options;
  options.cores = 4;
  pt::detail::Places places;
  char const* const set = std::getenv("PARALLEL_TASK_THREADS");
  std::string const before = set != nullptr ? set : "";
  ::setenv("PARALLEL_TASK_THREADS", "3", 1);
  places.set(options);
  CHECK(places.limit() == 3);
  ::setenv("PARALLEL_TASK_THREADS", "2", 1);
  CHECK(places.cores() == 4);
  CHECK(places.limit() == 3);
  options.cores = 1;
  places.set(options);
  ::setenv("PARALLEL_TASK_THREADS", "1", 1);
  CHECK(places.cores() == 1);
  CHECK(places.limit() == 2);
  options.cores = 4;
  places.set(options);
  CHECK(places.limit() == 1);
  options.threads = 1;  // what the program says goes first
  ::setenv("PARALLEL_TASK_THREADS", "2", 1);
  places.set(options);
  CHECK(places.limit() == 1);
  set != nullptr ? ::setenv("PARALLEL_TASK_THREADS", before.c_str(), 1) : ::unsetenv("PARALLEL_TASK_THREADS");
}

TEST_CASE("the environment's hot time counts for a program that chooses none, and is read once") {
  char const* const set = std::getenv("PARALLEL_TASK_HOT_TIME");
  std::string const before = set != nullptr ? set : "";
  pt::Options options;
  ::setenv("PARALLEL_TASK_HOT_TIME", "7", 1);
  pt::detail::Wakeups wakeups;
  CHECK(wakeups.hot_ns() == static_cast<float>(options.hot_time.count()));
  wakeups.read_environment();
  CHECK(wakeups.hot_ns() == 7000.0F);
  ::setenv("PARALLEL_TASK_HOT_TIME", "9", 1);
  wakeups.read_environment();
  CHECK(wakeups.hot_ns() == 7000.0F);
  options.hot_time = std::chrono::microseconds(3);
  wakeups.set(options);
  CHECK(wakeups.hot_ns() == 3000.0F);
  ::setenv("PARALLEL_TASK_HOT_TIME", "0", 1);
  pt::detail::Wakeups cold;
  cold.read_environment();
  CHECK(cold.hot_ns() == 0.0F);
  ::unsetenv("PARALLEL_TASK_HOT_TIME");
  pt::detail::Wakeups unset;
  unset.read_environment();
  CHECK(unset.hot_ns() == static_cast<float>(pt::Options{}.hot_time.count()));
  if (set != nullptr) ::setenv("PARALLEL_TASK_HOT_TIME", before.c_str(), 1);
}

#endif
