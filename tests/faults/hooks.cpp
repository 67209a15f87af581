// A hook that throws ends the process, as it says: a thread of the library has nobody to hand an exception to.
#if !defined(PARALLEL_TASK_SEAM) && __has_include(<sys/wait.h>)
#include "stress/calls.hpp"

#include <parallel_task/parallel_task.hpp>

#include <csignal>
#include <exception>

#include <sys/wait.h>
#include <unistd.h>

namespace pt = parallel_task;

namespace {

void throws() { throw 7; }

/// Ends by itself only if a thread of the library's started and ended.
void start_and_end_a_thread(pt::Options const& hooks) {
  std::set_terminate([] { ::_exit(42); });
  pt::Options options = hooks;
  options.cores = 4;
  pt::set_options(options);
  pt::RunReport report;
  while (report.threads < 2) {
    pt::indices(100).report(report).for_each([](int) { support::spin_for(std::chrono::microseconds(5)); });
  }
  pt::shutdown();
  ::_exit(0);
}

int end_of(pt::Options const& hooks) {
  support::Eager const eager(4);  // no thread of the library is alive when the process forks
  pid_t const child = ::fork();
  if (child == 0) start_and_end_a_thread(hooks);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("a hook that throws ends the process") {
  pt::Options hooks;
  CHECK(end_of(hooks) == 0);
  hooks.on_thread_start = &throws;
  CHECK(end_of(hooks) == 42);
  hooks.on_thread_start = nullptr;
  hooks.on_thread_stop = &throws;
  CHECK(end_of(hooks) == 42);
}
#endif
