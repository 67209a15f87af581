// How the shipped queues, slots and policies do on machines that we do not have: 1 to 166 cores in virtual time.
//
//   simulate                          efficiency of every workload on every machine; the worst of 100 seeds
//   simulate --rivals                 beside random victims, splitting as oneTBB does it, OpenMP static and guided
//   simulate --limits                 beside it what scheduling at no price would reach, items coming in any order
//   simulate --cores 64 --work tasks --seeds 100
//   simulate --grid                   1000 to a million items of 100 ns to 10 us
//   simulate --steps                  time steps of 30 short loops over one array
//   simulate --ranks                  many machines: how loops are dealt out to ranks (ranks.hpp)
//   simulate --check FILE             two cores: the measured time of three rows by the simulated (see items.cpp)
//   simulate --cores 8 --foretell FILE   the efficiency of the same rows, for bench/many_cores
//
// Efficiency is the work divided by time × cores (of two speeds: by what they can do together).
#define PARALLEL_TASK_SEAM "platform.hpp"
#include <parallel_task/parallel_task.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {
inline ThreadUsage this_thread_usage() noexcept { return {}; }
}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task

#include "ours.hpp"
#include "ranks.hpp"
#include "rivals.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace {

using simulate::Machine;
using simulate::Work;

struct Spread {
  double median = 0;
  double worst = 0;
};
template <class Time>
Spread efficiency(Machine machine, Work const& work, int seeds, Time time) {
  std::vector<double> found;
  double const speed =
      machine.cores - static_cast<unsigned>(machine.slow_part * machine.cores) * (1 - machine.slow_speed);
  for (int seed = 1; seed <= seeds; ++seed) {
    machine.seed = static_cast<std::uint64_t>(seed);
    found.push_back(work.total(machine) / (time(machine, work) * speed));
  }
  std::sort(found.begin(), found.end());
  return {found[found.size() / 2], found.front()};
}

struct Kind {
  char const* name;
  void (*change)(Machine&);
};
constexpr Kind kinds[] = {
    {"quiet", [](Machine&) {}},
    {"cores of two speeds", [](Machine& m) { m.slow_part = 0.5; }},
    {"cores taken away", [](Machine& m) { m.preempted_every = 2e7; }},
    {"dear lines", [](Machine& m) { m.transfer_near = 75, m.transfer_far = 300; }},
};

rival::Loop loop_of(Work const& work, std::size_t items) {
  return {items, [&work](std::size_t first, std::size_t last) { run_items(work, first, last); }};
}
rival::Loop loop_of(Work const& work) { return loop_of(work, work.cost.size()); }

/// `visit(name, time)`: time(machine, loops, timed) is that of the loops from `timed` on.
template <class Visit>
void for_each_rival(Visit visit) {
  visit("random victims", [](Machine const& m, std::vector<rival::Loop> const& l, std::size_t timed) {
    return rival::time_of<rival::RandomVictims>(m, l, timed);
  });
  visit("splitting", [](Machine const& m, std::vector<rival::Loop> const& l, std::size_t timed) {
    return rival::time_of<rival::Splitting>(m, l, timed);
  });
  visit("OpenMP static", [](Machine const& m, std::vector<rival::Loop> const& l, std::size_t timed) {
    return rival::time_of<rival::OmpStatic>(m, l, timed);
  });
  visit("OpenMP guided", [](Machine const& m, std::vector<rival::Loop> const& l, std::size_t timed) {
    return rival::time_of<rival::OmpGuided>(m, l, timed);
  });
}

/// Reads the next row whose items were measured: its name, how many there are, their times together on one thread and
/// shared, and each.
bool read_row(std::ifstream& in, Work& work, double& alone, double& shared) {
  std::size_t items = 0;
  if (!std::getline(in, work.name) || !(in >> items >> alone >> shared)) return false;
  work.cost.resize(items);
  for (float& cost : work.cost) in >> cost;
  in >> std::ws;
  return true;
}

double simulated(Machine machine, Work const& work) {
  std::vector<double> times;
  for (machine.seed = 1; machine.seed != 10; ++machine.seed) times.push_back(simulate::ours(machine, work));
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

/// Simulates such rows on two cores, and compares. An exit status: 1 if a time is off by more than a tenth.
int check(char const* file) {
  std::ifstream in(file);
  Work work;
  int rows = 0;
  bool off = false;
  double alone = 0;
  double shared = 0;
  while (read_row(in, work, alone, shared)) {
    double const time = simulated({}, work);
    double const ratio = shared / time;
    bool const differs = ratio < 0.9 || ratio > 1.1;
    off = off || differs;
    ++rows;
    std::printf("%-44s one thread %8.2f ms   two, measured %8.2f   simulated %8.2f   measured / simulated %.3f%s\n",
                work.name.c_str(), alone / 1e6, shared / 1e6, time / 1e6, ratio,
                differs ? "   OFF BY MORE THAN A TENTH" : "");
  }
  return rows == 0 ? 2 : off ? 1 : 0;
}

/// For bench/many_cores: a line for each row, cores, efficiency, name.
int foretell(char const* file, unsigned cores) {
  std::ifstream in(file);
  Work work;
  Machine machine;
  machine.cores = cores;
  double alone = 0;
  double shared = 0;
  while (read_row(in, work, alone, shared)) {
    std::printf("%u %.4f %s\n", cores, work.total(machine) / (simulated(machine, work) * cores), work.name.c_str());
  }
  return 0;
}

/// 1000 to a million items of 100 ns to 10 us: efficiencies, and which of them are below 0.9 of what is possible.
void print_grid(std::vector<unsigned> const& cores, int seeds) {
  for (Kind const& kind : {kinds[0], kinds[3]}) {
    std::printf("items that cost the same, %s\n  possible, this library", kind.name);
    for_each_rival([](char const* name, auto) { std::printf(", %s", name); });
    std::printf("\n");
    for (unsigned const count : cores) {
      for (double const each : {100.0, 1000.0, 10'000.0}) {
        for (std::size_t items = 1000; items <= 1'000'000 && each * static_cast<double>(items) < 2e9; items *= 10) {
          Work const work{"", std::vector<float>(items, static_cast<float>(each))};
          Machine machine;
          machine.cores = count;
          kind.change(machine);
          auto const rounds = static_cast<double>((items + count - 1) / count);
          double const possible = static_cast<double>(items) / (rounds * count);
          Spread const mine =
              efficiency(machine, work, seeds, [](Machine const& m, Work const& w) { return simulate::ours(m, w); });
          std::printf("    %3u cores %8zu of %6.0f ns   %.3f   %.3f", count, items, each, possible, mine.median);
          for_each_rival([&](char const*, auto time) {
            Spread const its = efficiency(machine, work, seeds,
                                          [&](Machine const& m, Work const& w) { return time(m, {loop_of(w)}, 0); });
            std::printf("   %.3f", its.median);
          });
          std::printf("%s\n", mine.median < 0.9 * possible ? "   below 0.9 of what is possible" : "");
          std::fflush(stdout);
        }
      }
    }
  }
}

/// Time steps of 30 loops over one array, in microseconds: the last of them, when everybody knows the loops.
void print_steps(std::vector<unsigned> const& cores) {
  constexpr std::size_t timed = 4;
  for (Kind const& kind : {kinds[0], kinds[3]}) {
    for (auto const& [least, most] : {std::pair{2.0, 15.0}, {10.0, 300.0}}) {
      simulate::TimeStep program(least, most);
      std::size_t const steps = most < 50 ? 100 : 24;
      std::printf("a step of 30 loops of %.0f to %.0f us, %s: us a step\n  one thread, this library", least, most,
                  kind.name);
      for_each_rival([](char const* name, auto) { std::printf(", %s", name); });
      std::printf("\n");
      for (unsigned const count : cores) {
        Machine machine;
        machine.cores = count;
        kind.change(machine);
        auto const us = [](double ns) { return ns / 1e3 / timed; };
        std::printf("    %3u cores %9.1f %9.1f", count, us(program.total(timed)),
                    us(simulate::ours(machine, program, steps, timed)));
        std::vector<rival::Loop> loops;  // the first step brings the array's parts to their cores
        for (std::size_t step = timed - 1; step != 2 * timed; ++step) {
          for (std::size_t i = 0; i != program.loops.size(); ++i) {
            loops.push_back(loop_of(program.loops[i], program.items(i, step)));
          }
        }
        for_each_rival([&](char const*, auto time) {
          program.array.forget();
          std::printf(" %9.1f", us(time(machine, loops, program.loops.size())));
        });
        std::printf("\n");
        std::fflush(stdout);
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<unsigned> cores = {1, 2, 4, 8, 16, 32, 64, 128, 166};
  std::string only;
  int seeds = 100;
  bool rivals = false;
  bool report = false;
  bool limits = false;
  bool grid = false;
  bool steps = false;
  simulate::set_local(&parallel_task::detail::this_thread, sizeof(parallel_task::detail::ThreadState));
  for (int i = 1; i < argc; ++i) {
    std::string const word = argv[i];
    if (word == "--rivals") {
      rivals = true;
    } else if (word == "--limits") {
      limits = true;
    } else if (word == "--grid") {
      grid = true;
    } else if (word == "--steps") {
      steps = true;
    } else if (word == "--ranks") {
      ranks::print();
      return 0;
    } else if (word == "--report") {
      report = true;
    } else if (word == "--check" && i + 1 < argc) {
      return check(argv[++i]);
    } else if (word == "--foretell" && i + 1 < argc) {
      return foretell(argv[++i], cores.front());
    } else if (word == "--cores" && i + 1 < argc) {
      cores.assign(1, static_cast<unsigned>(std::max(1, std::min(std::atoi(argv[++i]), 256))));
    } else if (word == "--work" && i + 1 < argc) {
      only = argv[++i];
    } else if (word == "--seeds" && i + 1 < argc) {
      seeds = std::max(1, std::atoi(argv[++i]));
    } else {
      std::printf(
          "usage: simulate [--cores N] [--work WORDS] [--seeds N] [--rivals] [--limits] [--report]\n"
          "       simulate --grid | --steps [--cores N] [--seeds N]\n"
          "       simulate --ranks\n"
          "       simulate --check FILE | --cores N --foretell FILE\n");
      return word == "--help" ? 0 : 2;
    }
  }
  if (grid) print_grid(cores, seeds);
  if (steps) print_steps(cores);
  if (grid || steps) return 0;
  for (Work const& work : simulate::workloads()) {
    if (work.name.find(only) == std::string::npos) continue;
    if (rivals && work.join_bytes > 0) continue;  // theirs join nothing
    std::printf("%s: %.1f ms of work\n", work.name.c_str(), work.total({}) / 1e6);
    for (Kind const& kind : kinds) {
      std::printf("  %-20s", kind.name);
      if (rivals) {
        std::printf("  median (worst): this library");
        for_each_rival([](char const* name, auto) { std::printf(", %s", name); });
      }
      std::printf("\n");
      for (unsigned const count : cores) {
        Machine machine;
        machine.cores = count;
        kind.change(machine);
        Spread const mine =
            efficiency(machine, work, seeds, [](Machine const& m, Work const& w) { return simulate::ours(m, w); });
        machine.seed = 1;
        std::printf("    %3u cores %9.3f ms   efficiency %.3f (%.3f)", count, simulate::ours(machine, work) / 1e6,
                    mine.median, mine.worst);
        if (limits && work.bytes <= 0) {
          double const speed = count - static_cast<unsigned>(machine.slow_part * count) * (1 - machine.slow_speed);
          std::printf("   at no price %.3f", work.total(machine) / (simulate::at_no_price(machine, work.cost) * speed));
        }
        if (rivals) {
          for_each_rival([&](char const*, auto time) {
            Spread const its = efficiency(machine, work, seeds,
                                          [&](Machine const& m, Work const& w) { return time(m, {loop_of(w)}, 0); });
            std::printf("   %.3f (%.3f)", its.median, its.worst);
          });
        }
        std::printf("\n");
        if (report) {
          parallel_task::RunReport r;
          (void)simulate::ours(machine, work, &r);
          std::printf("      threads %u steals %llu segments %llu wakes %llu\n", r.threads,
                      static_cast<unsigned long long>(r.steals), static_cast<unsigned long long>(r.segments),
                      static_cast<unsigned long long>(r.wakes));
        }
        std::fflush(stdout);
      }
    }
  }
}
