// One turn of bench/many_cores, in a process of its own: every contender of the rows that matter, on the cores that
// this process may use. Each library finds these by itself, as it would in a user's program.
#include "cores.hpp"

#include "../suite/machine.hpp"
#include "../suite/row.hpp"

#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <cstdio>
#include <random>

#if defined(BENCH_TBB)
#include <tbb/global_control.h>
#endif

namespace cores {

namespace {

/// By what their names begin with: jobs of which only the schedule matters, kernels, memory, short loops, programs.
constexpr char const* wanted[] = {"micro jobs, borrowed",
                                  "mandelbrot",
                                  "triangular",
                                  "heavy tail",
                                  "random heavy",
                                  "matrix product",
                                  "stencil",
                                  "sum of 10 M",
                                  "10 000 roots",
                                  "100 000 roots",
                                  "nested",
                                  "a time step of 30 loops of 2",
                                  "a time step of 30 loops of 10"};

bool is_wanted(suite::Row const& row, std::string const& only) {
  if (!only.empty()) return row.name.find(only) != std::string::npos;
  return std::any_of(std::begin(wanted), std::end(wanted),
                     [&](char const* name) { return row.name.rfind(name, 0) == 0; });
}

void measure(std::FILE* out, suite::Row& row, int rounds) {
  row.prepare();
  std::size_t const count = row.contenders.size();
  std::vector<std::vector<double>> times(count);
  std::vector<std::size_t> order(count);
  for (std::size_t i = 0; i != count; ++i) order[i] = i;
  std::mt19937 random(1);
  for (int round = 0; round <= rounds; ++round) {  // the first does not count
    std::shuffle(order.begin(), order.end(), random);
    for (std::size_t const i : order) {
      suite::come_to_rest(std::chrono::milliseconds(25));
      if (round != 0) (void)row.contenders[i].run();  // its threads are awake then
      double const ns = row.contenders[i].run().ns;
      if (round != 0) times[i].push_back(ns);
    }
  }
  row.release();
  for (std::size_t i = 0; i != count; ++i) {
    std::nth_element(times[i].begin(), times[i].begin() + rounds / 2, times[i].end());
    std::fprintf(out, "%s\t%s\t%s\t%.0f\n", row.name.c_str(), row.unit.c_str(), row.contenders[i].peer.c_str(),
                 times[i][static_cast<std::size_t>(rounds) / 2]);
    std::fflush(out);
  }
}

}  // namespace

int run_turn(Turn const& turn) {
#if defined(BENCH_TBB)
  // It takes the machine's cores where it is not told otherwise, and more only on demand.
  tbb::global_control const threads(tbb::global_control::max_allowed_parallelism, turn.count);
#endif
  if (turn.as_if) {
    parallel_task::Options options;
    options.cores = turn.count;
    parallel_task::set_options(options);
  }
  std::FILE* const out = std::fopen(turn.file.c_str(), "w");
  if (out == nullptr) return 2;
  for (suite::Row& row : suite::rows()) {
    if (is_wanted(row, turn.only)) measure(out, row, turn.rounds);
  }
  return std::fclose(out) == 0 ? 0 : 2;
}

}  // namespace cores
