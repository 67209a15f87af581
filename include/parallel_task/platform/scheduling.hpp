// The seam for the system's scheduler: on which cores a thread may run, how urgent it is, how late its timers may be.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/cold.hpp>

#if defined(__linux__) && !defined(PARALLEL_TASK_SEAM_THREAD)
#include <cstddef>

#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// How many nanoseconds the timers of an ordinary thread may be late on Linux.
inline constexpr int ordinary_timer_slack = 50'000;
/// Of threads to which nice values mean nothing: real-time ones, and those that run only where nobody else would.
inline constexpr int most_urgent = -100;
inline constexpr int most_humble = 100;

#if defined(__linux__) && !defined(PARALLEL_TASK_SEAM_THREAD)

/// The cores on which thread `id` may run, 0: the calling one; false if the system does not tell.
[[nodiscard]] inline bool cores_of(int id, ::cpu_set_t& cores) noexcept {
  return ::sched_getaffinity(id, sizeof cores, &cores) == 0;
}
/// Whether `some` are among `all`, and fewer.
[[nodiscard]] inline bool are_fewer(::cpu_set_t const& some, ::cpu_set_t const& all) noexcept {
  ::cpu_set_t common;
  CPU_AND(&common, &some, &all);
  return CPU_EQUAL(&common, &some) && !CPU_EQUAL(&some, &all);
}

/// Binds the calling thread to `cores`, which were the main thread's; and where somebody binds all threads meanwhile,
/// the main thread first, to what they say: what is written last was the main thread's afterwards. False if it may not.
PARALLEL_TASK_COLD [[nodiscard]] inline bool bind_as(int main, ::cpu_set_t& cores) noexcept {
  for (::cpu_set_t now;; cores = now) {
    if (::sched_setaffinity(0, sizeof cores, &cores) != 0) return false;
    if (!cores_of(main, now) || CPU_EQUAL(&now, &cores)) return true;
  }
}

/// The cores on which a thread of the library may run: those of the main thread, which stands for the process. Whom
/// somebody has bound elsewhere stays there.
class ProcessCores {
 public:
  /// As the thread starts, wherever whoever started it was bound; one that may run on more cores passes them on.
  PARALLEL_TASK_COLD void adopt() noexcept {
    known_ = cores_of(0, followed_);
    if (known_) follow();
  }
  /// More cores of the process are more of this thread. Fewer are not: a main thread may bind itself.
  PARALLEL_TASK_COLD void follow() noexcept {
    int const main = ::getpid();
    ::cpu_set_t own;
    ::cpu_set_t all;
    if (!known_ || !cores_of(0, own) || !cores_of(main, all)) return;
    if (CPU_EQUAL(&own, &all)) {
      followed_ = own;
    } else if (CPU_EQUAL(&own, &followed_) && are_fewer(own, all) && bind_as(main, all)) {
      followed_ = all;
    }
  }

 private:
  ::cpu_set_t followed_;
  bool known_ = false;
};

/// The policy of thread `id`, 0: the calling one.
[[nodiscard]] inline int policy_of(int id) noexcept {
  int const policy = ::sched_getscheduler(id);
#if defined(SCHED_RESET_ON_FORK)
  return policy < 0 ? policy : policy & ~SCHED_RESET_ON_FORK;
#else
  return policy;
#endif
}
/// The policy of a thread that is no more urgent than others.
[[nodiscard]] inline bool is_ordinary(int policy) noexcept {
  return policy == SCHED_OTHER || policy == SCHED_BATCH || policy == SCHED_IDLE;
}

/// The calling thread, which has just been started, computes as an ordinary thread of its process, for which the main
/// thread stands: what whoever started it has for itself is not passed on. One that is less humble than the main
/// thread, without being urgent, may stay so. False if the system does not allow it: nobody may become less humble
/// without privileges.
PARALLEL_TASK_COLD inline bool be_ordinary() noexcept {
  int const main = ::getpid();
  int const of_main = policy_of(main);
  int const policy = is_ordinary(of_main) ? of_main : SCHED_OTHER;
  int const own = policy_of(0);
  if (own != policy && own != SCHED_OTHER) {
    ::sched_param const none = {};
    (void)::sched_setscheduler(0, policy, &none);
  }
  int const wanted = ::getpriority(PRIO_PROCESS, static_cast<::id_t>(main));
  int const nice = ::getpriority(PRIO_PROCESS, 0);
  if (nice > wanted || (nice < wanted && nice < 0)) {
    (void)::setpriority(PRIO_PROCESS, 0, nice > wanted || wanted < 0 ? wanted : 0);
  }
  (void)::prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(ordinary_timer_slack), 0UL, 0UL, 0UL);
  return (policy == SCHED_IDLE || policy_of(0) != SCHED_IDLE) && ::getpriority(PRIO_PROCESS, 0) <= wanted;
}

/// How urgent the calling thread is: its nice value, the less the more urgent.
PARALLEL_TASK_COLD [[nodiscard]] inline int urgency() noexcept {
  int const policy = policy_of(0);
  if (policy == SCHED_IDLE) return most_humble;
  return is_ordinary(policy) ? ::getpriority(PRIO_PROCESS, 0) : most_urgent;
}
/// Gives the calling thread a nice value; false if it may not have it.
PARALLEL_TASK_COLD [[nodiscard]] inline bool set_urgency(int nice) noexcept {
  return ::setpriority(PRIO_PROCESS, 0, nice) == 0;
}

/// By how many nanoseconds the calling thread's timers may be late.
PARALLEL_TASK_COLD [[nodiscard]] inline int timer_slack() noexcept {
  int const slack = ::prctl(PR_GET_TIMERSLACK, 0UL, 0UL, 0UL, 0UL);
  return slack > 0 ? slack : ordinary_timer_slack;
}
PARALLEL_TASK_COLD inline void set_timer_slack(int ns) noexcept {
  (void)::prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(ns), 0UL, 0UL, 0UL);
}

/// Moves the calling thread away from `core` if it may run elsewhere; its affinity is the same afterwards. Next to a
/// busy process, a woken thread is queued on the core of its waker and stays there; this frees it.
///
/// Somebody may change the affinity meanwhile (`taskset -ap`), and that must not be undone. So what was changed is not
/// written back; and a thread is moved only if it may run where the main thread may, and follows that afterwards: who
/// changes all threads begins with that one.
PARALLEL_TASK_COLD inline void leave_core(int core) noexcept {
  int const main = ::getpid();
  ::cpu_set_t allowed;
  ::cpu_set_t now;
  if (core < 0 || core >= CPU_SETSIZE || !cores_of(0, allowed) || !cores_of(main, now)) return;
  auto const here = static_cast<std::size_t>(core);
  if (!CPU_ISSET(here, &allowed) || CPU_COUNT(&allowed) < 2 || !CPU_EQUAL(&allowed, &now)) return;
  ::cpu_set_t others = allowed;
  CPU_CLR(here, &others);
  if (::sched_setaffinity(0, sizeof others, &others) != 0) return;
  if (cores_of(0, now) && CPU_EQUAL(&now, &others)) {
    (void)bind_as(main, allowed);
  } else if (cores_of(main, now) && !CPU_EQUAL(&now, &allowed)) {
    (void)bind_as(main, now);
  }
}

#else

class ProcessCores {
 public:
  void adopt() noexcept {}
  void follow() noexcept {}
};
inline bool be_ordinary() noexcept { return true; }
[[nodiscard]] inline int urgency() noexcept { return 0; }
[[nodiscard]] inline bool set_urgency(int) noexcept { return false; }
[[nodiscard]] inline int timer_slack() noexcept { return ordinary_timer_slack; }
inline void set_timer_slack(int) noexcept {}
#if !defined(PARALLEL_TASK_SEAM_THREAD)
inline void leave_core(int) noexcept {}
#endif

#endif

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
