// Measures what the simulator is checked against: three rows of the suite on this machine, and what each of their items
// costs.
//
//   bench_items FILE     for each row: its name, a line "items plain-ns shared-ns", a line with the items' nanoseconds
#include "../suite/row.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace {

using suite::Clock;
using suite::Row;

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

double median_time(Row const& row, std::string const& peer, int rounds) {
  std::vector<double> times;
  for (suite::Contender const& contender : row.contenders) {
    if (contender.peer != peer) continue;
    (void)contender.run();
    for (int i = 0; i != rounds; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
      times.push_back(contender.run().ns);
    }
  }
  return median(std::move(times));
}

/// What each item costs on a thread that runs all of them in order: medians of several passes.
std::vector<double> item_costs(Row const& row) {
  constexpr int passes = 5;
  std::vector<std::vector<double>> seen(row.items);
  for (int pass = 0; pass != passes; ++pass) {
    for (std::size_t i = 0; i != row.items; ++i) {
      auto const begin = Clock::now();
      row.item(i);
      seen[i].push_back(suite::nanoseconds_since(begin));
    }
  }
  std::vector<double> costs;
  for (auto& times : seen) costs.push_back(median(std::move(times)));
  return costs;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: bench_items FILE\n");
    return 2;
  }
  std::ofstream out(argv[1]);
  for (Row& row : suite::rows()) {
    bool wanted = false;
    for (char const* name : {"micro jobs, borrowed", "mandelbrot", "triangular"}) {
      wanted = wanted || row.name.rfind(name, 0) == 0;
    }
    if (!wanted) continue;
    row.prepare();
    double const alone = median_time(row, "plain loop", 5);
    double const shared = median_time(row, "parallel_task", 11);
    out << row.name << '\n' << row.items << ' ' << alone << ' ' << shared << '\n';
    for (double const cost : item_costs(row)) out << cost << ' ';
    out << '\n';
    row.release();
  }
  return out.good() ? 0 : 1;
}
