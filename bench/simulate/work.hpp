// Workloads: what is computed in virtual time.
#pragma once

#include "machine.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

namespace simulate {

/// An array that many loops go over, by its cache lines of eight items: which core has each. A core that goes through
/// lines of another fetches some 16 of them at a time: on two cores that cost 2.4 to 2.9 ns a line (halves of an array
/// that were swapped at every loop).
struct Array {
  static constexpr std::size_t line_items = 8;
  static constexpr double fetched_at_once = 16;
  std::vector<std::uint32_t> lines;

  explicit Array(std::size_t items) : lines(items / line_items + 1, nobody) {}
  void forget() { std::fill(lines.begin(), lines.end(), nobody); }
  /// The running core goes through items `first` up to `last`: nanoseconds that it waits for their lines.
  double touch(std::size_t first, std::size_t last) {
    double ns = 0;
    std::uint32_t const me = current_core();
    for (std::size_t line = first / line_items; line * line_items < last; ++line) {
      if (lines[line] != me && lines[line] != nobody) ns += transfer_between(lines[line], me);
      lines[line] = me;
    }
    return ns / fetched_at_once;
  }

 private:
  static constexpr std::uint32_t nobody = ~0U;
};

/// A workload: what each item costs, in nanoseconds of a full-speed core, and how many bytes it streams.
struct Work {
  std::string name;
  std::vector<float> cost;
  double bytes = 0;        ///< an item
  double join_bytes = 0;   ///< an item of the result that is copied when segments are joined
  Array* array = nullptr;  ///< whose first items they are, eight to a cache line
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

inline std::vector<float> costs(std::size_t n, auto cost) {
  std::vector<float> result(n);
  for (std::size_t i = 0; i != n; ++i) result[i] = static_cast<float>(cost(i));
  return result;
}

inline std::vector<Work> workloads() {
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

inline void run_items(Work const& work, std::size_t first, std::size_t last) {
  double ns = 0;
  for (std::size_t i = first; i != last; ++i) ns += static_cast<double>(work.cost[i]);
  if (work.bytes > 0) stream(work.bytes * static_cast<double>(last - first));
  if (work.array != nullptr) ns += work.array->touch(first, last);
  compute(ns);
}

/// A time step: 30 different loops over one array, of `least` to `most` microseconds, 2 ns an item; every third goes
/// over a part of it whose length changes from step to step.
struct TimeStep {
  Array array;
  std::vector<Work> loops;

  TimeStep(double least_us, double most_us) : array(static_cast<std::size_t>(most_us * 500)) {
    for (int i = 0; i != 30; ++i) {
      double const us = least_us + (most_us - least_us) * (i * 7 % 30) / 29.0;
      std::size_t const items = static_cast<std::size_t>(us * 500);
      loops.push_back({"", std::vector<float>(items, 2.0F)});
    }
    for (Work& loop : loops) loop.array = &array;
  }
  TimeStep(TimeStep const&) = delete;
  TimeStep& operator=(TimeStep const&) = delete;
  [[nodiscard]] std::size_t items(std::size_t loop, std::size_t step) const {
    std::size_t const all = loops[loop].cost.size();
    return loop % 3 != 0 ? all : all - all / 16 * (step % 4);
  }
  /// Nanoseconds of one thread.
  [[nodiscard]] double total(std::size_t steps) const {
    double ns = 0;
    for (std::size_t step = 0; step != steps; ++step) {
      for (std::size_t i = 0; i != loops.size(); ++i) ns += 2.0 * static_cast<double>(items(i, step));
    }
    return ns;
  }
};

/// What no scheduler that takes items as they come, not knowing what they cost, can be blamed for: each goes to whoever
/// is free first, at no price. Nanoseconds, the median of so many orders.
inline double at_no_price(Machine const& machine, std::vector<float> cost, int orders = 51) {
  auto const slow = static_cast<unsigned>(machine.slow_part * machine.cores);
  Random random{1};
  std::vector<double> ends;
  for (int order = 0; order != orders; ++order) {
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

}  // namespace simulate
