// The demo: six stories, each as a plain loop and in parallel, on the machine at hand.
#include "stories.hpp"

#include <cstdio>
#include <iostream>
#include <string>
#include <thread>

namespace demo {

namespace {

/// 1234567 → "1 234 567"
std::string grouped(std::size_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3;) text.insert(i -= 3, 1, ' ');
  return text;
}

}  // namespace

Table::Table() {
  std::printf("parallel_task on %u cores; the best of up to three turns each\n\n", std::thread::hardware_concurrency());
  std::printf("  %-36s %11s %12s %12s %9s %8s %7s  %s\n", "", "items", "plain loop", "parallel", "speed-up", "threads",
              "steals", "result");
}

void Table::begin(std::string_view name, std::size_t items) {
  std::printf("  %-36.*s %11s", static_cast<int>(name.size()), name.data(), grouped(items).c_str());
  std::fflush(stdout);
}

void Table::end(Turn const& plain, Turn& parallel, bool same) {
  std::printf(" %9.1f ms %9.1f ms %7.2f x %8zu %7zu  %s\n", plain.milliseconds, parallel.milliseconds,
              plain.milliseconds / parallel.milliseconds, static_cast<std::size_t>(parallel.report.threads),
              static_cast<std::size_t>(parallel.report.steals), same ? "same" : "DIFFERENT");
  std::fflush(stdout);
  last_report_ = std::move(parallel.report);
  all_same_ = all_same_ && same;
}

void Table::tell_of_others() const {
  double const cores = others_.cores_used();
  if (cores < 0.1) return;
  std::printf(
      "\nThe machine was busy: other programs used %.1f of its %u cores meanwhile. What they took is missing above;\n"
      "run this again when it is idle.\n",
      cores, std::thread::hardware_concurrency());
}

}  // namespace demo

int main() {
  demo::Table table;
  // The stories that depend on little but the number of cores come last.
  demo::word_count(table);
  demo::hash_map(table);
  demo::short_sleeps(table);
  demo::monte_carlo(table);
  demo::micro_jobs(table);
  demo::mandelbrot(table);
  std::cout << "\nThe report of the last one:\n" << table.last_report();
  table.tell_of_others();
  if (!table.all_same()) std::puts("\nA parallel result differs from the loop's.");
  return table.all_same() ? 0 : 1;
}
