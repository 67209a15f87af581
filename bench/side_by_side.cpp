// A first look beside oneTBB and OpenMP: the same work, in one process, turn by turn, paired.
//
// Each round runs every contestant once, in changing order; between turns it waits 25 ms, so that OpenMP's threads, which
// spin on after a loop, do not take a core from whoever is measured next. A ratio is this library's time by the peer's
// of the same round; printed are the medians, and the ratio of a second run of this library to the first as the noise.
#include <parallel_task/parallel_task.hpp>

#if defined(BENCH_TBB)
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#endif
#if defined(BENCH_OPENMP)
#include <omp.h>
#endif

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

/// A fixed amount of arithmetic that no compiler can shorten.
double work(std::size_t steps) {
  double x = 0.5;
  for (std::size_t i = 0; i != steps; ++i) x = x * 1.0000001 + 1e-9;
  return x;
}

struct Contestant {
  std::string name;
  std::function<void()> run;
};

struct Row {
  std::string name;
  std::vector<Contestant> contestants;  // the plain loop first, then this library, twice
};

/// One row of `n` items, each computed by `item(i)`, for every contestant that was built in.
template <class Item>
Row row(std::string name, std::size_t n, Item item) {
  Row made{std::move(name), {}};
  auto const ours = [n, item] { pt::parallel_for(n, item); };
  made.contestants.push_back({"plain loop", [n, item] {
                                for (std::size_t i = 0; i != n; ++i) item(i);
                              }});
  made.contestants.push_back({"parallel_task", ours});
  made.contestants.push_back({"parallel_task again", ours});
#if defined(BENCH_TBB)
  made.contestants.push_back({"oneTBB auto", [n, item] { tbb::parallel_for(std::size_t{0}, n, item); }});
  made.contestants.push_back({"oneTBB static", [n, item] {
                                tbb::parallel_for(std::size_t{0}, n, item, tbb::static_partitioner{});
                              }});
#endif
#if defined(BENCH_OPENMP)
  made.contestants.push_back({"OpenMP static", [n, item] {
#pragma omp parallel for schedule(static)
                                for (std::size_t i = 0; i < n; ++i) item(i);
                              }});
  made.contestants.push_back({"OpenMP dynamic", [n, item] {
#pragma omp parallel for schedule(dynamic)
                                for (std::size_t i = 0; i < n; ++i) item(i);
                              }});
  made.contestants.push_back({"OpenMP guided", [n, item] {
#pragma omp parallel for schedule(guided)
                                for (std::size_t i = 0; i < n; ++i) item(i);
                              }});
#endif
  return made;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

void measure(Row const& row, int rounds) {
  std::size_t const count = row.contestants.size();
  std::vector<std::vector<double>> us(count);
  for (int round = -2; round != rounds; ++round) {
    for (std::size_t turn = 0; turn != count; ++turn) {
      std::size_t const who = (turn + static_cast<std::size_t>(round + 2)) % count;
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
      row.contestants[who].run();  // wakes the pool, warms the caches
      auto const begin = Clock::now();
      row.contestants[who].run();
      if (round < 0) continue;
      us[who].push_back(std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
    }
  }
  std::printf("%s\n", row.name.c_str());
  for (std::size_t i = 0; i != count; ++i) {
    std::vector<double> ratio;
    for (std::size_t r = 0; r != us[i].size(); ++r) ratio.push_back(us[1][r] / us[i][r]);
    std::printf("  %-20s %12.1f us   parallel_task / it  %.3f\n", row.contestants[i].name.c_str(), median(us[i]),
                median(ratio));
  }
}

std::vector<std::size_t> micro_jobs() {
  // The seed's: 1000 jobs, 90 % of 50 to 500 µs, 10 % of 500 to 1000 µs; by steps of `work`, calibrated once.
  auto const begin = Clock::now();
  volatile double sink = work(10'000'000);
  (void)sink;
  double const steps_per_us = 1e7 / std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
  std::vector<std::size_t> jobs(1000);
  std::uint64_t state = 42;
  for (auto& job : jobs) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    auto const random = state >> 33;
    double const us = random % 10 != 0 ? 50 + static_cast<double>(random / 10 % 451)
                                       : 500 + static_cast<double>(random / 10 % 501);
    job = static_cast<std::size_t>(us * steps_per_us);
  }
  return jobs;
}

int mandelbrot(double re, double im) {
  double x = 0;
  double y = 0;
  int i = 0;
  for (; i != 1000 && x * x + y * y < 4; ++i) {
    double const t = x * x - y * y + re;
    y = 2 * x * y + im;
    x = t;
  }
  return i;
}

}  // namespace

int main(int argc, char** argv) {
  int const rounds = argc > 1 ? std::atoi(argv[1]) : 15;
  static std::vector<std::size_t> const jobs = micro_jobs();
  static std::vector<double> out(1'000'000);
  static std::vector<int> picture(600 * 400);

  measure(row("micro jobs: 1000, 90 % of 50-500 us, 10 % of 500-1000 us", jobs.size(),
              [](std::size_t i) { out[i] = work(jobs[i]); }),
          rounds);
  measure(row("mandelbrot, 400 rows of 600", 400,
              [](std::size_t row) {
                for (std::size_t x = 0; x != 600; ++x) {
                  picture[row * 600 + x] = mandelbrot(-2.0 + 3.0 * static_cast<double>(x) / 600,
                                                      -1.0 + 2.0 * static_cast<double>(row) / 400);
                }
              }),
          rounds);
  measure(row("triangular cost: item i of 2000 costs i", 2000, [](std::size_t i) { out[i] = work(60 * i); }), rounds);
  measure(row("heavy tail: 10 000 items, the last 100 cost 1000 times", 10'000,
              [](std::size_t i) { out[i] = work(i < 9'900 ? 100 : 100'000); }),
          rounds);
  measure(row("100 000 cheap items", 100'000, [](std::size_t i) { out[i] = out[i] * 1.01 + 1; }), rounds);
  measure(row("10 000 cheap items", 10'000, [](std::size_t i) { out[i] = out[i] * 1.01 + 1; }), rounds);
  return 0;
}
