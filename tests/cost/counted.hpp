// What programs have in common whose loops are counted: each twice, as one writes it by hand and as a pipeline.
#pragma once

#include <cstddef>
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <vector>

// Named as the linker sees them, so that callgrind can be told to count inside one of them alone.
#define MEASURED extern "C" [[gnu::noinline, gnu::used]]
#define PAIR(loop) \
  {#loop "_by_hand", loop##_by_hand}, { #loop "_by_library", loop##_by_library }

constexpr std::size_t count = 200'000;

inline std::vector<double> const& numbers() {
  static std::vector<double> const made = [] {
    std::vector<double> values(count);
    for (std::size_t i = 0; i != count; ++i) values[i] = static_cast<double>(i * 2654435761 % 1000);
    return values;
  }();
  return made;
}

/// Where callgrind counts: the addition keeps the call from being the last thing, which would be a jump.
MEASURED inline double measured(double (*run)(std::vector<double> const&)) { return run(numbers()) + 0.0; }

struct CountedLoop {
  char const* name;
  double (*run)(std::vector<double> const&);
};

/// Runs all loops, or the one whose name is given; what they return is printed.
inline int run_counted(std::initializer_list<CountedLoop> loops, int argc, char* argv[]) {
  bool found = false;
  for (CountedLoop const& loop : loops) {
    if (argc == 2 && std::strcmp(argv[1], loop.name) != 0) continue;
    double const result = measured(loop.run);
    std::printf("%s = %.17g\n", loop.name, result);
    found = true;
  }
  return found ? 0 : 1;
}
