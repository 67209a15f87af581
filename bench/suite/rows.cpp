#include "row.hpp"

namespace suite {

void add_jobs(std::vector<Row>& rows);
void add_small(std::vector<Row>& rows);
void add_numbers(std::vector<Row>& rows);
void add_containers(std::vector<Row>& rows);
void add_groups(std::vector<Row>& rows);
void add_algorithms(std::vector<Row>& rows);
void add_kernels(std::vector<Row>& rows);
void add_parts(std::vector<Row>& rows);
void add_programs(std::vector<Row>& rows);
void add_single(std::vector<Row>& rows);
void add_sorts(std::vector<Row>& rows);
void add_scans(std::vector<Row>& rows);
void add_trees(std::vector<Row>& rows);
void add_tasks(std::vector<Row>& rows);

std::vector<Row>& rows() {
  static std::vector<Row> all = [] {
    std::vector<Row> made;
    add_jobs(made);
    add_small(made);
    add_numbers(made);
    add_containers(made);
    add_groups(made);
    add_algorithms(made);
    add_kernels(made);
    add_parts(made);
    add_trees(made);
    add_programs(made);
    add_single(made);
    add_sorts(made);
    add_scans(made);
    add_tasks(made);
    return made;
  }();
  return all;
}

double steps_per_us() {
  static double const rate = [] {
    double best = 0;
    for (int i = 0; i != 5; ++i) {
      auto const begin = Clock::now();
      double volatile sink = work(2'000'000);
      (void)sink;
      double const now = 2e9 / nanoseconds_since(begin);
      if (now > best) best = now;
    }
    return best;
  }();
  return rate;
}

}  // namespace suite
