// The example that parallel_task for Rust opens with: many equal jobs, borrowed and then consumed. Each sleeps for a
// moment, so more threads than cores pay off; the library detects that.
#include "stories.hpp"

#include <chrono>
#include <thread>
#include <vector>

namespace demo {

void short_sleeps(Table& table) {
  auto job = [] {
    std::this_thread::sleep_for(std::chrono::nanoseconds(10));
    int sum = 0;
    for (int i = 0; i != 1'000; ++i) sum += i;
    return sum;
  };
  std::vector<decltype(job)> const jobs(5'000, job);

  auto const plain = [&](auto const&) {
    std::vector<int> results;
    for (auto const& each : jobs) results.push_back(each());
    return results;
  };
  table.compare("sleep 10 ns and add up, borrowed", jobs.size(), nothing, plain, [&](Nothing, pt::RunReport& report) {
    return pt::parallel_iter(jobs)
        .map([](auto const& each) { return each(); })
        .report(report)
        .collect<std::vector<int>>();
  });
  table.compare(
      "sleep 10 ns and add up, owned", jobs.size(), [&] { return jobs; }, plain,
      [](auto owned, pt::RunReport& report) {
        return pt::into_parallel_iter(std::move(owned))
            .map([](auto each) { return each(); })
            .report(report)
            .template collect<std::vector<int>>();
      });
}

}  // namespace demo
