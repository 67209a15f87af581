#include "others.hpp"

#include <chrono>
#include <ctime>
#include <fstream>
#include <string>

#if defined(__linux__)
#include <unistd.h>
#endif

namespace demo {

Others::Account Others::now() {
  Account account;
  account.wall = std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
#if defined(__linux__)
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  account.ours = static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
  // "cpu user nice system idle iowait irq softirq steal …", in ticks, of all cores together
  std::ifstream file("/proc/stat");
  std::string word;
  double ticks[8];
  if (!(file >> word) || word != "cpu") return account;
  for (double& each : ticks) {
    if (!(file >> each)) return account;
  }
  double const busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7];
  account.all = busy / static_cast<double>(sysconf(_SC_CLK_TCK));
#endif
  return account;
}

double Others::cores_used() const {
  Account const after = now();
  if (before_.all < 0 || after.all < 0 || after.wall <= before_.wall) return -1;
  double const others = (after.all - before_.all) - (after.ours - before_.ours);
  return others < 0 ? 0 : others / (after.wall - before_.wall);  // ticks and nanoseconds differ by a little
}

}  // namespace demo
