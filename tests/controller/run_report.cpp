#include <parallel_task/controller/run_report.hpp>

#include "catch.hpp"

#include <algorithm>
#include <cstdint>
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
        "1 000 items in 1.50 ms on 2 threads, 1.60 cores used; complete\n"
        "shared: the work left was worth another thread, or its cost was not known yet\n"
        "1.23 us an item, 7 steals, 3 pulls, 9 segments, 1 wakes, engaged after 45.6 us\n"
        "  thread        items   claims   steals    pulls         busy         idle\n"
        "  caller          600       20        0        3      1.40 ms       100 us\n"
        "       5          400       15        7        0      1.00 ms       500 us\n");
}

TEST_CASE("a report of nothing prints without a table") {
  std::ostringstream out;
  out << pt::RunReport{};
  CHECK(out.str() ==
        "0 items in 0 ns on 0 threads, 0.00 cores used; complete\n"
        "there was nothing to do\n"
        "0 ns an item, 0 steals, 0 pulls, 0 segments, 0 wakes\n");
}

TEST_CASE("every reason has words of its own") {
  std::set<std::string> words;
  for (auto reason :
       {pt::RunReason::shared, pt::RunReason::nothing_to_do, pt::RunReason::too_cheap, pt::RunReason::compared,
        pt::RunReason::one_thread_only, pt::RunReason::no_free_core, pt::RunReason::nobody_came,
        pt::RunReason::no_free_slot, pt::RunReason::one_item, pt::RunReason::items_too_cheap}) {
    pt::RunReport report;
    report.reason = reason;
    CHECK(std::strlen(report.why()) > 10);
    words.insert(report.why());
  }
  CHECK(words.size() == 10);
}

TEST_CASE("every end has words of its own") {
  std::set<std::string> words;
  for (auto end : {pt::RunEnd::complete, pt::RunEnd::early, pt::RunEnd::threw, pt::RunEnd::stop_requested,
                   pt::RunEnd::deadline, pt::RunEnd::forked}) {
    pt::RunReport report;
    report.end = end;
    CHECK(std::strlen(report.how()) >= 8);
    words.insert(report.how());
  }
  CHECK(words.size() == 6);
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
  CHECK(std::count(text.begin(), text.end(), '\n') == 5);
  std::size_t digits = 0;
  for (char const c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    CHECK(digits < 7);
  }
}

TEST_CASE("the cores that a run used are its threads' busy time by its own, however short that is") {
  pt::RunReport report;
  report.workers = {{0, 1, 1, 0, 0, 1, 0.5, 0}, {5, 1, 1, 0, 0, 1, 0.25, 0}};
  report.duration_ns = 0.5;
  CHECK(report.cores_used() == 1.5);
  report.duration_ns = 0;
  CHECK(report.cores_used() == 0);
}

TEST_CASE("a report tells when a helper engaged, however soon") {
  for (double const after : {0.0, 0.5}) {
    pt::RunReport report;
    report.time_to_engage_ns = after;
    std::ostringstream out;
    out << report;
    CHECK((out.str().find("engaged after 0.50 ns") != std::string::npos) == (after > 0));
  }
}
