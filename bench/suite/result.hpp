// What was measured of a row, and what is made of it: a table, JSON, a plot, an agreement of several records.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace suite {

inline constexpr char const* ours = "parallel_task";
inline constexpr char const* again = "parallel_task again";  // against `ours`: the noise
inline constexpr char const* plain = "plain loop";

/// A median, and the interval that holds it in at least 95 of 100 such series.
struct Estimate {
  double median = 0;
  double low = 0;
  double high = 0;
};
Estimate estimate(std::vector<double> values);

struct Result {
  std::string row;
  std::string unit;
  bool small = false;
  bool idles = false;
  bool sleeps = false;
  int disturbed = 0;               // rounds on a machine that was not quiet
  std::string wrong;               // who gave another result
  std::vector<std::string> peers;  // as in the row; `again` last
  std::vector<Estimate> ns;
  std::vector<Estimate> ratio;      // of this library's time to each
  std::vector<Estimate> cpu_ns;     // CPU time for a unit, of all threads
  std::vector<Estimate> cpu_ratio;  // of this library's CPU time to each
  std::vector<double> cores;        // CPU time by time
  std::size_t best = 0;             // the best peer, the plain loop and this library not among them
  [[nodiscard]] bool is_peer(std::size_t i) const { return peers[i] != ours && peers[i] != again && peers[i] != plain; }
  [[nodiscard]] bool has_peer() const { return best < peers.size() && is_peer(best); }
  [[nodiscard]] bool is_short() const { return has_peer() && ratio[best].low > 1.05; }
};

/// The peak of memory that one run of a contender added, in a process of its own.
struct Peak {
  std::string peer;
  double bytes = 0;
};
struct Weight {
  std::string row;
  double result_bytes = 0;
  std::vector<Peak> peaks;
};

/// One record: each row alone on the machine, then beside a process that computes, then its memory.
struct Record {
  int rounds = 0;
  int busy_rounds = 0;
  std::vector<Result> quiet;
  std::vector<Result> busy;
  std::vector<Weight> memory;
};

void print(Result const& result);
void print_summary(std::vector<Result> const& results);
void print(Weight const& weight);
void write_json(Record const& record, std::string const& file);
void write_svg(Record const& record, std::string const& file);

/// The peak of every contender of the rows that weigh, each in a process of its own: `program` run with `--peak`.
std::vector<Weight> weigh(std::string const& program, std::string const& only);
/// The other side of it: runs one contender once and prints what it added. An exit status.
int print_peak(std::string const& which);

/// Whether records agree: for each row and peer the intervals of all overlap, or their medians differ by no more than
/// the row's noise. Prints those that don't. An exit status: 1 if they are more than 1 in 20.
int print_agreement(std::vector<std::string> const& files);

}  // namespace suite
