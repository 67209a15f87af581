// How rows do on 1, 2, 4 … all cores, beside each peer and beside what the simulator foretells.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace cores {

/// One count of cores.
struct Turn {
  unsigned count = 1;
  bool as_if = false;  ///< so many threads, whatever cores there are
  int rounds = 5;
  std::string only;
  std::string file;
};
/// Measures, and writes a line for each contender: row, unit, peer, nanoseconds. An exit status.
int run_turn(Turn const& turn);

/// The times of one contender, for each count of cores; 0 where it was not measured.
struct Line {
  std::string peer;
  std::vector<double> ns;
};
struct Panel {
  std::string row;
  std::string unit;
  std::vector<Line> lines;
  std::vector<double> foretold;  ///< the simulated efficiency of this library for each count, 0: unknown

  /// The plain loop's time divided by time × cores, of the same turn.
  [[nodiscard]] double efficiency(Line const& line, std::size_t at, unsigned count) const {
    double const ns = line.ns[at];
    return ns > 0 && !lines.empty() ? lines.front().ns[at] / (ns * count) : 0;
  }
};

struct Record {
  std::string machine;
  std::string peers;
  bool as_if = false;
  std::vector<unsigned> counts;
  std::vector<Panel> panels;
};
void print(Record const& record);
void write_json(Record const& record, std::string const& file);
void write_svg(Record const& record, std::string const& file);

}  // namespace cores
