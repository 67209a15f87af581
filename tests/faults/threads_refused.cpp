// The system itself refuses threads (EAGAIN): a process of an unprivileged user at its limit.
#if !defined(PARALLEL_TASK_SEAM) && __has_include(<sys/resource.h>)
#include "stress/calls.hpp"

#include <parallel_task/parallel_task.hpp>

#include <grp.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <numeric>
#include <vector>

namespace pt = parallel_task;

namespace {

enum Story : int { all_exact = 40, limit_does_not_bite, cannot_drop_rights, not_exact, limit_stays };

/// What a user has who is nobody, and may not have one thread more; or may again.
void limit_threads(rlim_t most) {
  rlimit limit{};
  (void)::getrlimit(RLIMIT_NPROC, &limit);
  limit.rlim_cur = most < limit.rlim_max ? most : limit.rlim_max;
  (void)::setrlimit(RLIMIT_NPROC, &limit);
}

bool a_thread_can_be_made() {
  pthread_t thread;
  if (::pthread_create(
          &thread, nullptr, [](void*) -> void* { return nullptr; }, nullptr) != 0)
    return false;
  ::pthread_join(thread, nullptr);
  return true;
}

bool calls_are_exact(pt::RunReport& report) {
  std::vector<int> numbers(400);
  std::iota(numbers.begin(), numbers.end(), 0);
  auto const same = [](int x) {
    support::spin_for(std::chrono::microseconds(5));
    return x;
  };
  bool exact = pt::parallel_iter(numbers).map(same).report(report).collect<std::vector>() == numbers;
  exact = exact && pt::parallel_iter(numbers).map(same).filter([](int x) { return x % 2 == 0; }).sum() == 39'800;
  int next = 0;
  pt::parallel_iter(numbers).map(same).for_each_ordered([&](int x) { next += x == next ? 1 : 0; });
  return exact && next == 400;
}

/// In a child, whose rights nobody else needs.
Story live_without_threads() {
  if (::getuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setgid(65534) != 0 || ::setuid(65534) != 0)) {
    return cannot_drop_rights;
  }
  limit_threads(0);
  if (a_thread_can_be_made()) return limit_does_not_bite;
  pt::RunReport report;
  for (int round = 0; round != 5; ++round) {
    if (!calls_are_exact(report) || report.threads != 1) return not_exact;
  }
  limit_threads(RLIM_INFINITY);
  if (!a_thread_can_be_made()) return limit_stays;
  while (report.threads == 1) {
    if (!calls_are_exact(report)) return not_exact;
  }
  return all_exact;
}

}  // namespace

TEST_CASE("where the system refuses threads calls are exact, and when it gives some again they help") {
  support::Eager const eager(4);  // no thread of the library is alive when the process forks
  pid_t const child = ::fork();
  if (child == 0) ::_exit(live_without_threads());
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  if (WEXITSTATUS(status) == limit_does_not_bite) WARN("this system does not count a user's threads");
  CHECK((WEXITSTATUS(status) == all_exact || WEXITSTATUS(status) == limit_does_not_bite));
}
#endif
