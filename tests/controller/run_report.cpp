#include <parallel_task/controller/run_report.hpp>

#include "catch.hpp"

#include <algorithm>
#include <cstring>
#include <set>
#include <sstream>
#include <string>

namespace pt = parallel_task;

TEST_CASE("a report prints as a small table") {
  pt::RunReport report;
  report.reason = pt::RunReason::shared;
  report.threads = 2;
  report.items = 1000;
  report.steals = 7;
  report.pulls = 3;
  report.segments = 9;
  report.wakes = 1;
  report.cost_per_item_ns = 1234.56;
  report.time_to_engage_ns = 45'600;
  report.duration_ns = 1'500'000;
  report.workers = {{0, 600, 20, 0, 3, 4, 1.4e6, 0.1e6}, {5, 400, 15, 7, 0, 5, 1.0e6, 0.5e6}};
  std::ostringstream out;
  out << report;
  CHECK(out.str() ==
        "1000 items in 1.500 ms on 2 threads (shared: the work left was worth more than engaging another thread)\n"
        "1234.6 ns an item, 7 steals, 3 pulls, 9 segments, 1 wakes, engaged after 45.6 us\n"
        "  thread        items   claims   steals    pulls      busy ms      idle ms\n"
        "  caller          600       20        0        3        1.400        0.100\n"
        "       5          400       15        7        0        1.000        0.500\n");
}

TEST_CASE("a report of nothing prints without a table") {
  std::ostringstream out;
  out << pt::RunReport{};
  CHECK(out.str() == "0 items in 0.000 ms on 0 threads (there was nothing to do)\n"
                     "0.0 ns an item, 0 steals, 0 pulls, 0 segments, 0 wakes\n");
}

TEST_CASE("every reason has words of its own") {
  std::set<std::string> words;
  for (auto reason : {pt::RunReason::shared, pt::RunReason::nothing_to_do, pt::RunReason::too_cheap,
                      pt::RunReason::compared, pt::RunReason::one_thread_only, pt::RunReason::no_free_core,
                      pt::RunReason::nobody_came, pt::RunReason::no_free_slot}) {
    pt::RunReport report;
    report.reason = reason;
    CHECK(std::strlen(report.why()) > 10);
    words.insert(report.why());
  }
  CHECK(words.size() == 8);
}

TEST_CASE("huge figures leave a report's lines whole") {
  pt::RunReport report;
  report.threads = 512;
  report.items = report.steals = report.pulls = report.segments = report.wakes = ~std::uint64_t{0};
  report.cost_per_item_ns = report.duration_ns = report.time_to_engage_ns = 1e300;
  report.workers = {{511, ~std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{0}, 0, 1e300, 1e300}};
  std::ostringstream out;
  out << report;
  std::string const text = out.str();
  CHECK(std::count(text.begin(), text.end(), '\n') == 4);
}
