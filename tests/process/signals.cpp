// Signals: items find their caller's mask wherever they run, idle threads take none, and calls bear interruptions.
#include "process/scenario.hpp"

#include <semaphore.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/time.h>

#include <dirent.h>
#include <fstream>
#include <mutex>
#include <random>
#include <string>
#include <vector>

using namespace process;

extern char** environ;

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

constexpr int by_a_thread_upon_itself[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT};

bool is_upon_itself(int signal) {
  for (int own : by_a_thread_upon_itself) {
    if (own == signal) return true;
  }
  return false;
}

/// What each thread of the library blocks, a bit for each signal, as the system tells it.
std::vector<unsigned long long> masks_of_the_library() {
  std::vector<unsigned long long> masks;
  DIR* const tasks = ::opendir("/proc/self/task");
  while (dirent const* const entry = ::readdir(tasks)) {
    std::ifstream file(std::string("/proc/self/task/") + entry->d_name + "/status");
    std::string line;
    bool ours = false;
    while (std::getline(file, line)) {
      if (line.starts_with("Name:\tpt-")) ours = true;
      if (ours && line.starts_with("SigBlk:")) masks.push_back(std::stoull(line.substr(7), nullptr, 16));
    }
  }
  ::closedir(tasks);
  return masks;
}

void until_all_are_parked() {
  auto& pool = detail::thread_manager;
  until([&] { return pool.wakeups.parked.load() == pool.starter.made.load(); });
}

void idle_threads_take_none() {
  for (bool collector : {false, true}) {
    if (collector) on(SIGPWR);
    support::Eager const eager(3);
    engage();
    until_all_are_parked();
    auto const masks = masks_of_the_library();
    expect(!masks.empty(), "no thread of the library was seen");
    for (unsigned long long const mask : masks) {
      for (int signal = 1; signal <= SIGRTMAX; ++signal) {
        bool const any = signal == SIGKILL || signal == SIGSTOP || (signal >= 32 && signal < SIGRTMIN);
        bool const open = is_upon_itself(signal) || (collector && signal == SIGPWR);
        expect(any || (mask >> (signal - 1) & 1) == (open ? 0U : 1U),
               "an idle thread does not treat as it should signal", signal);
      }
    }
  }
  // Its mask is not the caller's business.
  ::sigset_t mine;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mine);
  expect(::sigismember(&mine, SIGTERM) == 0, "the calling thread's mask was changed");
}

/// Whether the calling thread blocks exactly what is in `set`.
bool blocks_exactly(::sigset_t const& set) {
  ::sigset_t mine;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mine);
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    if (::sigismember(&mine, signal) != ::sigismember(&set, signal)) return false;
  }
  return true;
}

// Several threads call with masks that they change from call to call; so do their items, around calls of their own.
void items_have_their_callers_mask() {
  support::Eager const eager(4);
  std::atomic<int> wrong{0};
  std::atomic<int> elsewhere{0};
  std::vector<std::thread> users;
  for (int t = 0; t != 3; ++t) {
    users.emplace_back([&, t] {
      std::minstd_rand random(static_cast<unsigned>(t) + 1);
      for (int round = 0; round != 100 || elsewhere < 100; ++round) {
        ::sigset_t set;
        ::sigemptyset(&set);
        for (int signal : {SIGTERM, SIGUSR1, SIGPROF, SIGRTMIN, SIGSEGV}) {
          if (random() % 2 == 0) ::sigaddset(&set, signal);
        }
        ::pthread_sigmask(SIG_SETMASK, &set, nullptr);
        each(40, [&](std::size_t i) {
          if (!blocks_exactly(set)) ++wrong;
          if (pt::current_worker() != 0) ++elsewhere;
          support::spin_for(microseconds(20));
          if (i % 8 != 0) return;
          ::sigset_t inner = set;
          ::sigaddset(&inner, SIGUSR2);
          ::pthread_sigmask(SIG_SETMASK, &inner, nullptr);
          each(8, [&](std::size_t) {
            if (!blocks_exactly(inner)) ++wrong;
            support::spin_for(microseconds(20));
          });
          if (!blocks_exactly(inner)) ++wrong;
          ::pthread_sigmask(SIG_SETMASK, &set, nullptr);
        });
        if (!blocks_exactly(set)) ++wrong;
      }
    });
  }
  for (std::thread& user : users) user.join();
  expect(wrong == 0, "items have another mask than their caller", wrong);
}

char* pages = nullptr;
std::size_t const page = 65536;  // no smaller than the system's
std::atomic<int> repaired_elsewhere{0};

void repair(int, siginfo_t* what, void*) {
  auto const offset = static_cast<std::size_t>(static_cast<char*>(what->si_addr) - pages);
  if (offset >= 64 * page) ::_exit(3);
  (void)::mprotect(pages + offset / page * page, page, PROT_READ | PROT_WRITE);
  if (pt::current_worker() != 0) ++repaired_elsewhere;
}

// A handler repairs what an item has touched; others are told of what an item has done.
void faults_reach_their_handler() {
  support::Eager const eager(4);
  for (int signal : by_a_thread_upon_itself) on(signal);
  struct ::sigaction action = {};
  action.sa_sigaction = repair;
  action.sa_flags = SA_SIGINFO;
  ::sigaction(SIGSEGV, &action, nullptr);
  while (repaired_elsewhere == 0) {
    void* const memory = ::mmap(nullptr, 64 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    expect(memory != MAP_FAILED, "no memory to be had");
    pages = static_cast<char*>(memory);
    each(64, [](std::size_t i) {
      std::this_thread::sleep_for(microseconds(100));
      pages[i * page] = 1;
    });
    for (std::size_t i = 0; i != 64; ++i) expect(pages[i * page] == 1, "an item has not written", 0);
    ::munmap(memory, 64 * page);
  }
  std::atomic<int> raised{0};
  while (handled_by_the_library < 100) {
    each(60, [&](std::size_t i) {
      support::spin_for(microseconds(20));
      (void)::raise(by_a_thread_upon_itself[1 + i % 6]);
      ++raised;
    });
  }
  expect(handled == raised, "so many were not handled", raised - handled);
}

/// How a program ends that is started here as `std::system` starts one: killed by signal n is 128 + n.
int run_program(char const* script) {
  char shell[] = "sh";
  char option[] = "-c";
  std::string text = script;
  char* arguments[] = {shell, option, text.data(), nullptr};
  pid_t child = 0;
  expect(::posix_spawnp(&child, shell, nullptr, nullptr, arguments, environ) == 0, "no program could be started");
  int const status = status_of(child);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// They wait for their children, and can be ended.
void programs_that_items_start() {
  support::Eager const eager(3);
  std::atomic<int> elsewhere{0};
  while (elsewhere < 4) {
    each(8, [&](std::size_t) {
      expect(run_program("sleep 0.01 & wait $!") == 0, "a shell did not come back as it should");
      expect(run_program("kill -TERM $$; exit 7") == 128 + SIGTERM, "a program ignores SIGTERM");
      if (pt::current_worker() != 0) ++elsewhere;
    });
  }
}

// The callers block what is sent to the process: the one thread of the user's that does not handles it.
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

// Every thread of the program blocks a signal, but for one that waits for it; else it would end the program.
void wait_for_whoever_waits() {
  support::Eager const eager(3);
  ::sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGTERM);
  ::sigaddset(&set, SIGPWR);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::atomic<int> got{0};
  std::thread waiting([&] {
    for (int signal = 0; got != 200; ++got) expect(::sigwait(&set, &signal) == 0, "nobody can wait");
  });
  engage();
  while (got != 200) {
    ::kill(::getpid(), got % 2 == 0 ? SIGTERM : SIGPWR);
    call_in_all_ways(1);
    if (got % 16 == 0) until_all_are_parked();
  }
  waiting.join();
}

void storm(int timer, int signal) {
  support::Eager const eager(4);
  on(signal);
  ::itimerval often = {};
  often.it_interval.tv_usec = often.it_value.tv_usec = 150;
  engage();
  expect(::setitimer(timer, &often, nullptr) == 0, "no timer to be had");
  while (handled < 100) call_in_all_ways(1);
  // Who computes is seen.
  while (signal == SIGPROF && handled_by_the_library == 0)
    each(200, [](std::size_t) { support::spin_for(microseconds(50)); });
  pt::shutdown();
  call_in_all_ways(1);
  often = {};
  (void)::setitimer(timer, &often, nullptr);
}
void storm_of_alarms() { storm(ITIMER_REAL, SIGALRM); }
void storm_of_a_profiler() { storm(ITIMER_PROF, SIGPROF); }

// A collector as they are: it sends a signal to each thread that has registered, idle or not, and waits until all have
// stopped; another signal lets them go on.
struct World {
  static constexpr int most = 64;
  static inline std::mutex mutex;  // of registration and of collecting
  static inline ::pthread_t threads[most];
  static inline int count = 0;
  static inline ::sem_t stopped;

  static void stop(int) {
    int const error = errno;
    ::sigset_t all;
    ::sigfillset(&all);
    ::sigdelset(&all, SIGXCPU);
    ::sem_post(&stopped);
    ::sigsuspend(&all);
    errno = error;
  }
  static void go_on(int) {}
  static void install() {
    ::sem_init(&stopped, 0, 0);
    struct ::sigaction action = {};
    ::sigfillset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    action.sa_handler = stop;
    ::sigaction(SIGPWR, &action, nullptr);
    action.sa_handler = go_on;
    ::sigaction(SIGXCPU, &action, nullptr);
  }
  static void register_me() {
    std::lock_guard const lock(mutex);
    for (int i = 0; i != count; ++i) {
      if (::pthread_equal(threads[i], ::pthread_self())) return;
    }
    expect(count < most, "too many threads", count);
    threads[count++] = ::pthread_self();
  }
  static void unregister_me() {
    std::lock_guard const lock(mutex);
    for (int i = 0; i != count; ++i) {
      if (::pthread_equal(threads[i], ::pthread_self())) threads[i--] = threads[--count];
    }
  }
  static void collect() {
    std::lock_guard const lock(mutex);
    int told = 0;
    for (int signal : {SIGPWR, SIGXCPU}) {
      for (int i = 0; i != count; ++i) {
        if (!::pthread_equal(threads[i], ::pthread_self())) told += ::pthread_kill(threads[i], signal) == 0;
      }
      if (signal == SIGXCPU) break;
      for (; told != 0; --told) {
        while (::sem_wait(&stopped) != 0) {
        }
      }
    }
  }
};

void collector_stops_the_world() {
  World::install();
  for (bool by_hook : {false, true}) {
    pt::Options options;
    if (by_hook) {
      options.on_thread_start = World::register_me;
      options.on_thread_stop = World::unregister_me;
    }
    support::WithOptions const with(options);
    support::Eager const eager(3);
    World::register_me();
    for (int round = 0; round != 30; ++round) {
      each(100, [&](std::size_t i) {
        if (!by_hook) World::register_me();
        support::spin_for(microseconds(10));
        if (i % 20 == 0) World::collect();
        if (!by_hook && pt::current_worker() != 0) World::unregister_me();
      });
      World::collect();  // some are hot
      if (round % 8 == 0) until_all_are_parked();
      World::collect();
    }
    pt::shutdown();
    World::unregister_me();
  }
}

}  // namespace

int main(int argc, char* argv[]) {
  return run_scenario(argc, argv,
                      {{"idle_threads_take_none", idle_threads_take_none},
                       {"items_have_their_callers_mask", items_have_their_callers_mask},
                       {"faults_reach_their_handler", faults_reach_their_handler},
                       {"programs_that_items_start", programs_that_items_start},
                       {"wait_for_whoever_waits", wait_for_whoever_waits},
                       {"collector_stops_the_world", collector_stops_the_world},
                       {"go_to_the_users_threads", go_to_the_users_threads},
                       {"wait_for_whoever_asks", wait_for_whoever_asks},
                       {"storm_of_alarms", storm_of_alarms},
                       {"storm_of_a_profiler", storm_of_a_profiler}});
}
