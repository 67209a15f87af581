// What was measured of a row, and what is made of it: a table, JSON, a plot, an agreement of several records.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace suite {

inline constexpr char const* ours = "parallel_task";
inline constexpr char const* again = "parallel_task again";  // against `ours`: the noise
inline constexpr char const* alone = "parallel_task, 1 thread";
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
  bool beside = false;             // others computed
  int disturbed = 0;               // rounds on a machine that was not quiet
  std::string wrong;               // who gave another result
  std::vector<std::string> peers;  // as in the row; `again` last
  std::vector<Estimate> ns;
  std::vector<Estimate> ratio;      // this library's time divided by that of each
  std::vector<Estimate> cpu_ns;     // CPU time for a unit, of all threads
  std::vector<Estimate> cpu_ratio;  // the same of CPU time
  std::vector<double> cores;        // CPU time divided by time
  std::vector<double> least;        // the shortest run
  std::vector<double> minima;       // this library's shortest run divided by that of each; empty in old records
  std::vector<bool> given_up;       // who took too long: its times are a limit, and it takes more
  std::size_t best = 0;             // the best peer, the plain loop and this library not among them
  std::size_t fastest = 0;          // the peer with the shortest run of all
  [[nodiscard]] bool is_peer(std::size_t i) const {
    return peers[i] != ours && peers[i] != again && peers[i] != alone && peers[i] != plain;
  }
  [[nodiscard]] bool has_peer() const { return best < peers.size() && is_peer(best); }
  /// By how much this library's shortest run differs from the one of the same loops measured again: the noise of
  /// minima.
  [[nodiscard]] double noise_of_minima() const;
  /// Slower than the best peer, by the median and surely, or by the shortest run and more than noise explains; beside
  /// others the shortest run is luck.
  [[nodiscard]] bool is_short_by_median() const {
    return has_peer() && ratio[best].median > 1.05 && ratio[best].low > 1;
  }
  [[nodiscard]] bool is_short_by_minima() const {
    return has_peer() && !beside && !minima.empty() && minima[fastest] > 1.03 && minima[fastest] > noise_of_minima();
  }
  [[nodiscard]] bool is_short() const { return is_short_by_median() || is_short_by_minima(); }
  /// Surely slower than it is by itself with one thread: sharing was a mistake.
  [[nodiscard]] bool loses_to_one_thread() const;
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

/// The rows measured beside so many processes that compute.
struct Set {
  int computing = 0;
  int rounds = 0;
  std::vector<Result> rows = {};
};

/// One record: rows alone on the machine, then beside processes that compute, then their memory.
struct Record {
  std::vector<Set> sets;
  std::vector<Weight> memory;
};

void print(Result const& result);
void print_summary(std::vector<Result> const& results);
/// A line for each row: this library's time by that of one thread and of the best peer, in each set.
void print_overview(Record const& record);
void print(Weight const& weight);
void write_json(Record const& record, std::string const& file);
void write_svg(Record const& record, std::string const& file);
/// The rows of a record that write_json wrote, with their ratios only; false if there are none. Records from before the
/// shortest runs were kept are read as well.
bool read_json(std::string const& file, Record& record);

/// The peak of every contender of the rows that weigh, each in a process of its own: `program` run with `--peak`.
std::vector<Weight> weigh(std::string const& program, std::string const& only);
/// The other side of it: runs one contender once and prints what it added. An exit status.
int print_peak(std::string const& which);

/// Whether records agree: for each row and peer the intervals of all overlap, or their medians differ by no more than
/// the row's noise. Prints those that don't. An exit status: 1 if they are more than 1 in 20.
int print_agreement(std::vector<std::string> const& files);

}  // namespace suite
