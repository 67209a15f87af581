// Items that cost microseconds and more: what a scheduler is for.
#include "peers.hpp"

#include <atomic>
#include <cmath>
#include <mutex>

namespace suite {

namespace {

namespace pt = parallel_task;
using std::chrono::microseconds;

std::vector<double> out;

double sum_of_out() { return std::accumulate(out.begin(), out.end(), 0.0); }

struct Job {
  std::size_t steps = 0;
  double operator()() const { return work(steps); }
};
std::vector<Job> jobs;

/// 1000 jobs, 90 % of 50 to 500 us, 10 % of 500 to 1000 us.
void make_micro_jobs() {
  jobs.resize(1000);
  out.assign(jobs.size(), 0);
  Random random(42);
  for (Job& job : jobs) {
    std::uint64_t const kind = random();
    std::uint64_t const size = random();
    auto const us = static_cast<double>(kind % 10 != 0 ? 50 + size % 451 : 500 + size % 501);
    job.steps = static_cast<std::size_t>(us * steps_per_us());
  }
}

void drop() {
  jobs = {};
  out = {};
}

Row borrowed_jobs() {
  Row row{.name = "micro jobs, borrowed", .unit = "run", .prepare = make_micro_jobs, .release = drop};
  add_loops(
      row, 1000, [](std::size_t i) { out[i] = jobs[i](); }, sum_of_out);
  row.contenders[1].run = once([] {
    pt::parallel_iter(jobs).map([](Job const& job) { return job(); }).collect_into(out);
    return sum_of_out();
  });
  return row;
}

/// Everybody consumes a vector made for the turn; making it is not timed.
Row owned_jobs() {
  Row row{.name = "micro jobs, owned", .unit = "run", .prepare = make_micro_jobs, .release = drop};
  for_each_peer(true, [&](auto peer) {
    using Peer = decltype(peer);
    row.contenders.push_back({Peer::name, [] {
                                std::vector<Job> mine = jobs;
                                auto const begin = Clock::now();
                                Peer::loop(mine.size(), [&](std::size_t i) { out[i] = std::move(mine[i])(); });
                                return Sample{nanoseconds_since(begin), sum_of_out()};
                              }});
  });
  row.contenders[1].run = [] {
    std::vector<Job> mine = jobs;
    auto const begin = Clock::now();
    pt::into_parallel_iter(std::move(mine)).map([](Job&& job) { return job(); }).collect_into(out);
    return Sample{nanoseconds_since(begin), sum_of_out()};
  };
  return row;
}

Row short_sleeps() {
  Row row{.name = "5000 jobs that sleep 10 ns and sum", .unit = "run", .sleeps = true};
  row.prepare = [] { out.assign(5000, 0); };
  row.release = drop;
  add_loops(
      row, 5000,
      [](std::size_t i) {
        std::this_thread::sleep_for(std::chrono::nanoseconds(10));
        out[i] = 0;
        for (std::size_t k = 0; k != 1000; ++k) out[i] += static_cast<double>(k);
      },
      sum_of_out, false);
  return row;
}

Row sleeping_jobs() {
  Row row{.name = "sleeping jobs: 100 of 0.2 to 4.2 ms", .unit = "run", .sleeps = true};
  row.prepare = [] { out.assign(100, 0); };
  row.release = drop;
  add_loops(
      row, 100,
      [](std::size_t i) {
        std::this_thread::sleep_for(microseconds(200 + i * 7919 % 4001));
        out[i] = static_cast<double>(i);
      },
      sum_of_out, false);
  return row;
}

std::size_t escape(std::size_t x, std::size_t y) {
  double const re = -2.0 + 3.0 * static_cast<double>(x) / 600;
  double const im = -1.0 + 2.0 * static_cast<double>(y) / 400;
  double a = 0;
  double b = 0;
  std::size_t i = 0;
  for (; i != 1000 && a * a + b * b < 4; ++i) {
    double const t = a * a - b * b + re;
    b = 2 * a * b + im;
    a = t;
  }
  return i;
}

Row mandelbrot() {
  Row row{.name = "mandelbrot, 400 rows of 600", .unit = "run"};
  row.prepare = [] { out.assign(400, 0); };
  row.release = drop;
  add_loops(
      row, 400,
      [](std::size_t y) {
        std::size_t sum = 0;
        for (std::size_t x = 0; x != 600; ++x) sum += escape(x, y);
        out[y] = static_cast<double>(sum);
      },
      sum_of_out);
  return row;
}

template <class Steps>
Row uneven(std::string name, std::size_t n, Steps steps_of) {
  Row row{.name = std::move(name), .unit = "run"};
  row.prepare = [n] { out.assign(n, 0); };
  row.release = drop;
  add_loops(
      row, n, [steps_of](std::size_t i) { out[i] = work(steps_of(i)); }, sum_of_out);
  return row;
}

std::mutex guard;
double guarded = 0;

Row one_mutex() {
  Row row{.name = "10 000 jobs that fight for one mutex", .unit = "run"};
  row.prepare = [] { out.assign(10'000, 0); };
  row.release = drop;
  add_loops(
      row, 10'000,
      [](std::size_t i) {
        out[i] = work(300);
        std::lock_guard const lock(guard);
        guarded = work(300);
      },
      sum_of_out, false);
  return row;
}

}  // namespace

void add_jobs(std::vector<Row>& rows) {
  rows.push_back(borrowed_jobs());
  rows.push_back(owned_jobs());
  rows.push_back(short_sleeps());
  rows.push_back(mandelbrot());
  rows.push_back(uneven("triangular cost: item i of 2000 costs i", 2000, [](std::size_t i) { return 60 * i; }));
  rows.push_back(uneven("heavy head: 10 000, the first 100 cost 1000 times", 10'000,
                        [](std::size_t i) { return i < 100 ? std::size_t{100'000} : std::size_t{100}; }));
  rows.push_back(uneven("heavy tail: 10 000, the last 100 cost 1000 times", 10'000,
                        [](std::size_t i) { return i < 9'900 ? std::size_t{100} : std::size_t{100'000}; }));
  rows.push_back(uneven("random heavy: 10 000, 1 in 100 costs 1000 times", 10'000, [](std::size_t i) {
    return i * 2654435761U % 100 != 0 ? std::size_t{100} : std::size_t{100'000};
  }));
  rows.push_back(sleeping_jobs());
  rows.push_back(one_mutex());
}

}  // namespace suite
