// How much memory a run adds at its peak: in a process of its own, by the kernel's high-water mark.
#include "result.hpp"
#include "row.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace suite {

namespace {

#if defined(__linux__)
/// A line of /proc/self/status, in bytes.
double status(char const* key) {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind(key, 0) == 0) return 1024 * std::strtod(line.c_str() + line.find(':') + 1, nullptr);
  }
  return 0;
}
#endif

}  // namespace

int print_peak([[maybe_unused]] std::string const& which) {
#if defined(__linux__)
  std::size_t const row = static_cast<std::size_t>(std::strtoul(which.c_str(), nullptr, 10));
  std::size_t const contender =
      static_cast<std::size_t>(std::strtoul(which.c_str() + which.find(':') + 1, nullptr, 10));
  if (row >= rows().size() || contender >= rows()[row].contenders.size()) return 2;
  rows()[row].prepare();
  // The mark begins anew, so that the input's own peak is not part of it. Not ru_maxrss: it begins with the parent's.
  std::ofstream("/proc/self/clear_refs") << "5" << std::flush;
  double const before = status("VmRSS");
  (void)rows()[row].contenders[contender].run();
  std::printf("%.0f\n", status("VmHWM") - before);
  return 0;
#else
  return 2;
#endif
}

std::vector<Weight> weigh([[maybe_unused]] std::string const& program, [[maybe_unused]] std::string const& only) {
  std::vector<Weight> weights;
#if defined(__linux__)
  for (std::size_t r = 0; r != rows().size(); ++r) {
    Row const& row = rows()[r];
    if (!row.weighs || row.name.find(only) == std::string::npos) continue;
    Weight weight{row.name, row.result_bytes, {}};
    for (std::size_t c = 0; c != row.contenders.size(); ++c) {
      std::string const command = "'" + program + "' --peak " + std::to_string(r) + ':' + std::to_string(c);
      std::FILE* const pipe = ::popen(command.c_str(), "r");
      if (pipe == nullptr) continue;
      double bytes = -1;
      if (std::fscanf(pipe, "%lf", &bytes) != 1) bytes = -1;
      if (::pclose(pipe) == 0 && bytes >= 0) weight.peaks.push_back({row.contenders[c].peer, bytes});
    }
    weights.push_back(std::move(weight));
    print(weights.back());
  }
#endif
  return weights;
}

}  // namespace suite
