// The stress test of parallel_task for Rust: 1000 jobs, 90 % of 50 to 500 us, 10 % of 500 to 1000 us. A job is a fixed
// amount of arithmetic, sized once on this machine: it does not end earlier because it shares a core.
#include "stories.hpp"

#include <algorithm>
#include <vector>

namespace demo {

namespace {

struct Job {
  std::uint64_t first;
  std::uint64_t rounds;

  std::uint64_t operator()() const {
    std::uint64_t x = first;
    for (std::uint64_t i = 0; i != rounds; ++i) x = (x ^ (x >> 29)) * 0xbf58476d1ce4e5b9;
    return x;
  }
};

double rounds_in_a_microsecond() {
  constexpr std::uint64_t rounds = 1'000'000;
  double best = 0;
  std::uint64_t volatile sink = 0;
  for (int turn = 0; turn != 5; ++turn) {
    auto const start = std::chrono::steady_clock::now();
    sink = Job{sink + 1, rounds}();
    std::chrono::duration<double, std::micro> const took = std::chrono::steady_clock::now() - start;
    best = std::max(best, static_cast<double>(rounds) / took.count());
  }
  return best;
}

std::vector<Job> make_jobs() {
  double const rounds = rounds_in_a_microsecond();
  std::vector<Job> jobs;
  for (std::uint64_t i = 0; i != 1'000; ++i) {
    bool const heavy = random_at(3 * i) % 10 == 0;
    std::uint64_t const microseconds = heavy ? 500 + random_at(3 * i + 1) % 501 : 50 + random_at(3 * i + 1) % 451;
    jobs.push_back({random_at(3 * i + 2), static_cast<std::uint64_t>(static_cast<double>(microseconds) * rounds)});
  }
  return jobs;
}

}  // namespace

void micro_jobs(Table& table) {
  std::vector<Job> const jobs = make_jobs();

  auto const plain = [&](auto const&) {
    std::vector<std::uint64_t> results;
    for (Job const& job : jobs) results.push_back(job());
    return results;
  };
  table.compare("micro jobs, borrowed", jobs.size(), nothing, plain, [&](Nothing, pt::RunReport& report) {
    return pt::parallel_iter(jobs).map([](Job const& job) { return job(); }).report(report).collect<std::vector>();
  });
  table.compare(
      "micro jobs, owned", jobs.size(), [&] { return jobs; }, plain,
      [](std::vector<Job> owned, pt::RunReport& report) {
        return pt::into_parallel_iter(std::move(owned))
            .map([](Job job) { return job(); })
            .report(report)
            .collect<std::vector>();
      });
}

}  // namespace demo
