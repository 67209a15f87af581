#include "machine.hpp"

#include "row.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#if defined(__unix__)
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>
#endif

namespace suite {

namespace {

/// Seconds of CPU that the whole machine has used; negative where the system does not say.
double machine_cpu_seconds() {
#if defined(__linux__)
  std::ifstream stat("/proc/stat");
  std::string word;
  double user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0;
  if (stat >> word >> user >> nice >> system >> idle >> wait >> irq >> soft) {
    return (user + nice + system + irq + soft) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }
#endif
  return -1;
}

/// Those of another process.
double cpu_seconds_of([[maybe_unused]] int process) {
#if defined(__linux__)
  clockid_t clock{};
  timespec used{};
  if (process > 0 && ::clock_getcpuclockid(process, &clock) == 0 && ::clock_gettime(clock, &used) == 0) {
    return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
  }
#endif
  return 0;
}

}  // namespace

double process_cpu_seconds() {
#if defined(__linux__)
  // The process's clock lacks what its other threads have used since the kernel's last tick, 4 or 10 ms ago: as much as
  // a short loop takes. Asking each thread's own clock brings it up to date. Such a clock's number is the thread's, by
  // the kernel's interface.
  std::error_code failed;
  for (auto const& thread : std::filesystem::directory_iterator("/proc/self/task", failed)) {
    unsigned const id = static_cast<unsigned>(std::strtoul(thread.path().filename().c_str(), nullptr, 10));
    timespec used{};
    (void)::clock_gettime(static_cast<clockid_t>((~id << 3U) | 6U), &used);
  }
#endif
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

void come_to_rest(std::chrono::milliseconds least) {
  std::this_thread::sleep_for(least);
  for (int i = 0; i != 100; ++i) {
    double const before = process_cpu_seconds();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (process_cpu_seconds() - before < 0.0005) return;
  }
}

AnotherProcess::AnotherProcess() {
#if defined(__unix__)
  child_ = ::fork();
  if (child_ == 0) {
    for (;;) {
      double volatile sink = work(1000);
      (void)sink;
    }
  }
#endif
}

AnotherProcess::~AnotherProcess() {
#if defined(__unix__)
  if (child_ <= 0) return;
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
#endif
}

bool machine_is_quiet(Others const& others, std::chrono::seconds patience) {
  auto const end = Clock::now() + patience;
  while (Clock::now() < end) {
    double const before = machine_cpu_seconds();
    if (before < 0) return true;
    auto const begin = Clock::now();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    double const computing = static_cast<double>(others.size());
    double const cores = std::min<double>(computing, std::thread::hardware_concurrency());
    double const expected = cores * nanoseconds_since(begin) * 1e-9;
    // The kernel's clock ticks every 10 ms: one tick, and one more for the beginning of what is expected.
    if (machine_cpu_seconds() - before - expected <= 0.0101 * (1 + computing)) return true;
  }
  return false;
}

Strangers::Strangers(std::vector<int> known) : known_(std::move(known)), begin_(Clock::now()), before_(seconds()) {}

double Strangers::seconds() const {
  double used = machine_cpu_seconds() - process_cpu_seconds();
  for (int const process : known_) used -= cpu_seconds_of(process);
  return used;
}

bool Strangers::disturb() const {
  if (machine_cpu_seconds() < 0) return false;
  // Two ticks of the kernel's clock on each side, as it does not know who ran between them.
  return seconds() - before_ > 0.05 * nanoseconds_since(begin_) * 1e-9 + 0.04;
}

}  // namespace suite
