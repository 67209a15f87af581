// How the shipped queues, slots and policies do on machines that we do not have: 1 to 166 cores in virtual time.
//
//   simulate                          efficiency of every workload on every machine; the worst of 100 seeds
//   simulate --rivals                 against random victims and against splitting as oneTBB does it
//   simulate --limits                 beside it what scheduling at no price would reach, items coming in any order
//   simulate --cores 64 --work tasks --seeds 100
//   simulate --check FILE             two cores: the measured time of three rows by the simulated (see items.cpp)
//
// Efficiency is the work divided by time × cores (of two speeds: by what they can do together).
#define PARALLEL_TASK_SEAM "platform.hpp"
#include <parallel_task/parallel_task.hpp>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {
inline ThreadUsage this_thread_usage() noexcept { return {}; }
}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task

#include "rivals.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <new>
#include <queue>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace pt = parallel_task;
using simulate::Machine;

/// A workload: what each item costs, in nanoseconds of a full-speed core, and how many bytes it streams.
struct Work {
  std::string name;
  std::vector<float> cost;
  double bytes = 0;       ///< an item
  double join_bytes = 0;  ///< an item of the result that is copied when segments are joined
  [[nodiscard]] double total(Machine const& machine) const {
    double sum = 0;
    for (float const c : cost) sum += static_cast<double>(c);
    return sum + bytes * static_cast<double>(cost.size()) / machine.core_bytes_per_ns;
  }
};

struct Random {
  std::uint64_t state;
  double operator()() {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state >> 11) * 0x1.0p-53;
  }
};

std::vector<float> costs(std::size_t n, auto cost) {
  std::vector<float> result(n);
  for (std::size_t i = 0; i != n; ++i) result[i] = static_cast<float>(cost(i));
  return result;
}

std::vector<Work> workloads() {
  std::vector<Work> all;
  Random random{42};
  all.push_back({"tasks: 10 000 of 10 us to 1 ms", costs(10'000, [&](auto) { return 10'000 + random() * 990'000; })});
  all.push_back({"micro jobs: 1000 of 50 to 1000 us", costs(1000, [&](auto) {
                   return random() < 0.9 ? 50'000 + random() * 450'000 : 500'000 + random() * 500'000;
                 })});
  all.push_back({"triangular: item i of 2000 costs i x 65 ns", costs(2000, [](auto i) { return 65.7 * double(i); })});
  all.push_back({"mandelbrot: 400 rows", costs(400, [](auto y) {
                   double sum = 0;
                   for (int x = 0; x != 600; ++x) {
                     double const re = -2.0 + 3.0 * x / 600;
                     double const im = -1.0 + 2.0 * double(y) / 400;
                     double a = 0, b = 0;
                     int i = 0;
                     for (; i != 1000 && a * a + b * b < 4; ++i) {
                       double const t = a * a - b * b + re;
                       b = 2 * a * b + im;
                       a = t;
                     }
                     sum += i;
                   }
                   return sum * 3.0;
                 })});
  all.push_back({"cheap: 1 M of 100 ns", costs(1'000'000, [](auto) { return 100; })});
  all.push_back({"heavy tail: 10 000, the last 100 cost 1000 times",
                 costs(10'000, [](auto i) { return i < 9'900 ? 110 : 110'000; })});
  all.push_back({"short: 1000 of 50 us", costs(1000, [](auto) { return 50'000; })});
  all.push_back({"stream: 10 M doubles", costs(10'000'000 / 64, [](auto) { return 16; }), 512});
  all.push_back({"filter, collect: 10 M doubles", costs(10'000'000 / 64, [](auto) { return 40; }), 512, 256});
  return all;
}

// --- this library ----------------------------------------------------------------------------------------------------

struct Run {
  Work const* work;
  double took = 0;
  pt::RunReport report;
  pt::Memo memo{};
};

void run_items(Work const& work, pt::Block block) {
  double ns = 0;
  for (std::size_t i = block.first; i != block.last; ++i) ns += static_cast<double>(work.cost[i]);
  if (work.bytes > 0) simulate::stream(work.bytes * static_cast<double>(block.size()));
  simulate::compute(ns);
}

/// One call, as a terminal makes it.
void call(Run& run) {
  struct Functions {
    static void open(void*, void*) {}
    static bool items(void* self, void*, pt::Block block) {
      run_items(*static_cast<Run*>(self)->work, block);
      return true;
    }
    static void close(void*) noexcept {}
  };
  pt::Job job;
  job.self = &run;
  job.bytes = 64;
  job.alignment = 8;
  job.open = &Functions::open;
  job.run = &Functions::items;
  job.close = &Functions::close;
  job.known = {run.work->cost.size(), true};
  pt::WorkerController controller;
  controller.set_report(run.report);
  std::byte home[64];
  double const begin = simulate::now();
  controller.run(job, home, run.memo);
  if (run.work->join_bytes > 0) {  // the caller appends one segment after the other
    controller.for_each_segment([](void*) { simulate::compute(200); });
    simulate::stream(run.work->join_bytes * static_cast<double>(run.work->cost.size()));
  }
  run.took = simulate::now() - begin;
}

void forget_everything() {
  for (auto& slot : pt::detail::thread_manager.call_slots) {
    pt::detail::Rack* rack = slot.rack.plain();
    while (rack != nullptr) {
      pt::detail::Rack* const older = rack->older;
      ::operator delete(rack->members, std::align_val_t{alignof(pt::detail::Member)});
      delete rack;
      rack = older;
    }
  }
  ::new (static_cast<void*>(&pt::detail::thread_manager)) pt::detail::ThreadManager;
  ::new (static_cast<void*>(&pt::detail::tables)) pt::detail::Tables;
  pt::detail::this_thread = pt::detail::ThreadState{};
}

/// Time of a call that finds the threads made: short ones are repeated until none is made any more.
double ours(Machine const& machine, Work const& work, pt::RunReport* report = nullptr) {
  forget_everything();
  Run run{&work, 0, {}, {}};
  (void)simulate::run(
      machine,
      [](void* argument) {
        Run& r = *static_cast<Run*>(argument);
        for (std::uint32_t made = ~0U, calls = 0; calls != 40 && made != pt::detail::thread_manager.made.plain();
             ++calls) {
          made = pt::detail::thread_manager.made.plain();
          call(r);
        }
        call(r);
      },
      &run);
  if (report != nullptr) *report = run.report;
  return run.took;
}

/// What no scheduler that takes items as they come, not knowing what they cost, can be blamed for: each goes to whoever
/// is free first, at no price. Nanoseconds, the median of 51 orders.
double at_no_price(Machine const& machine, std::vector<float> cost) {
  auto const slow = static_cast<unsigned>(machine.slow_part * machine.cores);
  Random random{1};
  std::vector<double> ends;
  for (int order = 0; order != 51; ++order) {
    for (std::size_t i = cost.size() - 1; i > 0; --i) {
      std::swap(cost[i], cost[static_cast<std::size_t>(random() * static_cast<double>(i + 1))]);
    }
    using Core = std::pair<double, unsigned>;  // when it is free, which it is
    std::priority_queue<Core, std::vector<Core>, std::greater<Core>> free;
    for (unsigned core = 0; core != machine.cores; ++core) free.push({0, core});
    double end = 0;
    for (float const c : cost) {
      auto [time, core] = free.top();
      free.pop();
      time += static_cast<double>(c) / (core < slow ? machine.slow_speed : 1);
      end = std::max(end, time);
      free.push({time, core});
    }
    ends.push_back(end);
  }
  std::sort(ends.begin(), ends.end());
  return ends[ends.size() / 2];
}

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
};

/// Simulates rows whose items were measured, and compares. An exit status: 1 if a time is off by more than a tenth.
int check(char const* file) {
  std::ifstream in(file);
  Work work;
  int rows = 0;
  bool off = false;
  while (std::getline(in, work.name)) {
    std::size_t items = 0;
    double alone = 0;
    double shared = 0;
    in >> items >> alone >> shared;
    work.cost.resize(items);
    for (float& cost : work.cost) in >> cost;
    in >> std::ws;
    Machine machine;
    std::vector<double> times;
    for (machine.seed = 1; machine.seed != 10; ++machine.seed) times.push_back(ours(machine, work));
    std::sort(times.begin(), times.end());
    double const simulated = times[times.size() / 2];
    double const ratio = shared / simulated;
    off = off || ratio < 0.9 || ratio > 1.1;
    ++rows;
    std::printf("%-44s one thread %8.2f ms   two, measured %8.2f   simulated %8.2f   measured / simulated %.3f%s\n",
                work.name.c_str(), alone / 1e6, shared / 1e6, simulated / 1e6, ratio,
                ratio < 0.9 || ratio > 1.1 ? "   OFF BY MORE THAN A TENTH" : "");
  }
  return rows == 0 ? 2 : off ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<unsigned> cores = {1, 2, 4, 8, 16, 32, 64, 128, 166};
  std::string only;
  int seeds = 100;
  bool rivals = false;
  bool report = false;
  bool limits = false;
  simulate::set_local(&pt::detail::this_thread, sizeof(pt::detail::ThreadState));
  for (int i = 1; i < argc; ++i) {
    std::string const word = argv[i];
    if (word == "--rivals") {
      rivals = true;
    } else if (word == "--limits") {
      limits = true;
    } else if (word == "--report") {
      report = true;
    } else if (word == "--check" && i + 1 < argc) {
      return check(argv[++i]);
    } else if (word == "--cores" && i + 1 < argc) {
      cores = {static_cast<unsigned>(std::atoi(argv[++i]))};
    } else if (word == "--work" && i + 1 < argc) {
      only = argv[++i];
    } else if (word == "--seeds" && i + 1 < argc) {
      seeds = std::max(1, std::atoi(argv[++i]));
    } else {
      std::printf(
          "usage: simulate [--cores N] [--work WORDS] [--seeds N] [--rivals] [--limits] [--report] | --check FILE\n");
      return word == "--help" ? 0 : 2;
    }
  }
  for (Work const& work : workloads()) {
    if (work.name.find(only) == std::string::npos) continue;
    if (rivals && work.join_bytes > 0) continue;  // theirs join nothing
    std::printf("%s: %.1f ms of work\n", work.name.c_str(), work.total({}) / 1e6);
    for (Kind const& kind : kinds) {
      std::printf("  %-20s", kind.name);
      if (rivals) std::printf("  median (worst): this library, random victims, splitting as oneTBB's auto_partitioner");
      std::printf("\n");
      for (unsigned const count : cores) {
        Machine machine;
        machine.cores = count;
        kind.change(machine);
        Spread const mine =
            efficiency(machine, work, seeds, [](Machine const& m, Work const& w) { return ours(m, w); });
        machine.seed = 1;
        std::printf("    %3u cores %9.3f ms   efficiency %.3f (%.3f)", count, ours(machine, work) / 1e6, mine.median,
                    mine.worst);
        if (limits && work.bytes <= 0) {
          double const speed = count - static_cast<unsigned>(machine.slow_part * count) * (1 - machine.slow_speed);
          std::printf("   at no price %.3f", work.total(machine) / (at_no_price(machine, work.cost) * speed));
        }
        if (rivals) {
          auto const of = [&](auto rival) {
            return efficiency(machine, work, seeds, [&](Machine const& m, Work const& w) {
              return rival(m, w.cost.size(), [&w](std::size_t first, std::size_t last) {
                run_items(w, {first, last});
              });
            });
          };
          Spread const random = of(rival::random_victims);
          Spread const split = of(rival::splitting);
          std::printf("   %.3f (%.3f)   %.3f (%.3f)", random.median, random.worst, split.median, split.worst);
        }
        std::printf("\n");
        if (report) {
          pt::RunReport r;
          (void)ours(machine, work, &r);
          std::printf("      threads %u steals %llu segments %llu wakes %llu\n", r.threads,
                      static_cast<unsigned long long>(r.steals), static_cast<unsigned long long>(r.segments),
                      static_cast<unsigned long long>(r.wakes));
        }
        std::fflush(stdout);
      }
    }
  }
}
