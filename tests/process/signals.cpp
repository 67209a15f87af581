// Signals go to the user's threads: the library's block them all, and calls bear interruptions.
#include "process/scenario.hpp"

#include <sys/time.h>
#include <sys/wait.h>

#include <dirent.h>
#include <fstream>
#include <string>
#include <vector>

using namespace process;

namespace {

std::atomic<int> handled{0};
std::atomic<int> handled_by_the_library{0};

void handle(int) {
  ++handled;
  if (pt::current_worker() != 0) ++handled_by_the_library;
}

void on(int signal) {
  struct sigaction action = {};
  action.sa_handler = handle;  // no SA_RESTART: waits are interrupted
  expect(::sigaction(signal, &action, nullptr) == 0, "a handler can't be set", signal);
}

/// Calls of several kinds while signals come; each must be right.
void call_in_all_ways(int rounds) {
  for (int round = 0; round != rounds; ++round) {
    expect(a_call_is_right(100), "a call is wrong");
    std::atomic<int> calls{0};
    each(20, [&](std::size_t i) {
      std::this_thread::sleep_for(microseconds(i % 3 == 0 ? 300 : 10));  // the caller waits for helpers
      each(10, [&](std::size_t) { ++calls; });
    });
    expect(calls == 200, "items are missing", calls);
  }
}

void all_are_blocked() {
  support::Eager const eager(3);
  engage();
  DIR* const tasks = ::opendir("/proc/self/task");
  int seen = 0;
  while (dirent const* const entry = ::readdir(tasks)) {
    std::ifstream file(std::string("/proc/self/task/") + entry->d_name + "/status");
    std::string line;
    bool ours = false;
    while (std::getline(file, line)) {
      if (line.starts_with("Name:\tpt-")) ours = true;
      if (!ours || !line.starts_with("SigBlk:")) continue;
      ++seen;
      unsigned long long const blocked = std::stoull(line.substr(7), nullptr, 16);
      for (int signal = 1; signal <= SIGRTMAX; ++signal) {
        bool const may_be_open = signal == SIGKILL || signal == SIGSTOP || (signal >= 32 && signal < SIGRTMIN);
        expect(may_be_open || (blocked >> (signal - 1) & 1) != 0, "a thread of the library does not block signal",
               signal);
      }
    }
  }
  ::closedir(tasks);
  expect(seen > 0, "no thread of the library was seen");
  // Its mask is not the caller's business.
  ::sigset_t mine;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mine);
  expect(::sigismember(&mine, SIGTERM) == 0, "the calling thread's mask was changed");
}

// Sent to the process while every thread computes or waits: a thread of the user's handles it, were it the last of all.
void go_to_the_users_threads() {
  support::Eager const eager(4);
  ::sigset_t set;
  ::sigemptyset(&set);
  for (int signal : {SIGTERM, SIGUSR1, SIGINT, SIGHUP}) {
    on(signal);
    ::sigaddset(&set, signal);
  }
  engage();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);  // the system would prefer this thread, the first
  std::atomic<bool> stop{false};
  std::thread last([&] {
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    while (!stop) {
      for (int signal : {SIGTERM, SIGUSR1, SIGINT, SIGHUP}) ::kill(::getpid(), signal);
      std::this_thread::sleep_for(microseconds(100));
    }
  });
  while (handled < 100) call_in_all_ways(1);
  stop = true;
  last.join();
  expect(handled_by_the_library == 0, "signals handled on threads of the library", handled_by_the_library);
}

// With the user's only thread blocking a signal, too, it waits for whoever asks.
void wait_for_whoever_asks() {
  support::Eager const eager(3);
  ::sigset_t one;
  ::sigemptyset(&one);
  ::sigaddset(&one, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &one, nullptr);
  engage();
  ::kill(::getpid(), SIGTERM);
  call_in_all_ways(3);
  int signal = 0;
  expect(::sigwait(&one, &signal) == 0 && signal == SIGTERM, "the signal has got lost", signal);
}

void storm(int timer, int signal) {
  support::Eager const eager(4);
  on(signal);
  ::itimerval often = {};
  often.it_interval.tv_usec = often.it_value.tv_usec = 150;
  engage();
  expect(::setitimer(timer, &often, nullptr) == 0, "no timer to be had");
  while (handled < 100) call_in_all_ways(1);
  pt::shutdown();
  call_in_all_ways(1);
  often = {};
  (void)::setitimer(timer, &often, nullptr);
  expect(handled_by_the_library == 0, "signals handled on threads of the library", handled_by_the_library);
}
void storm_of_alarms() { storm(ITIMER_REAL, SIGALRM); }
void storm_of_a_profiler() { storm(ITIMER_PROF, SIGPROF); }

}  // namespace

int main(int argc, char* argv[]) {
  return run_scenario(argc, argv,
                      {{"all_are_blocked", all_are_blocked},
                       {"go_to_the_users_threads", go_to_the_users_threads},
                       {"wait_for_whoever_asks", wait_for_whoever_asks},
                       {"storm_of_alarms", storm_of_alarms},
                       {"storm_of_a_profiler", storm_of_a_profiler}});
}
