// What is made of the measured: the table, its summary and JSON. The picture: picture.cpp.
#include "result.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <thread>

namespace suite {

namespace {

std::string time_of(double ns) {
  char text[32];
  if (ns < 1e3) {
    std::snprintf(text, sizeof text, "%.1f ns", ns);
  } else if (ns < 1e6) {
    std::snprintf(text, sizeof text, "%.2f us", ns / 1e3);
  } else {
    std::snprintf(text, sizeof text, "%.2f ms", ns / 1e6);
  }
  return text;
}

struct Mean {
  double log = 0;
  int rows = 0;
  void add(double ratio) {
    if (!(ratio > 0)) return;
    log += std::log(ratio);
    ++rows;
  }
  [[nodiscard]] double value() const { return rows == 0 ? 0 : std::exp(log / rows); }
};
/// The geometric means of this library's ratio to a peer.
struct Summary {
  Mean all;
  Mean large;
  Mean cpu;
};
std::map<std::string, Summary> summarize(std::vector<Result> const& results) {
  std::map<std::string, Summary> means;
  for (Result const& result : results) {
    for (std::size_t i = 0; i != result.peers.size(); ++i) {
      if (result.peers[i] == ours) continue;
      Summary& mean = means[result.peers[i]];
      mean.all.add(result.ratio[i].median);
      if (!result.small) mean.large.add(result.ratio[i].median);
      mean.cpu.add(result.cpu_ratio[i].median);
    }
  }
  return means;
}

/// What the mean without small loops must not be above; 0: nothing is asked.
double limit_of(std::string const& peer) {
  if (peer == plain || peer == ours || peer == again || peer == alone) return 0;
  return peer == "Rayon" ? 0.8 : 0.9;
}

std::string value_of(char const* file, char const* key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.rfind(key, 0) == 0) return line.substr(line.find(':') + 1);
  }
  return "unknown";
}

std::string quoted(std::string const& text) {
  std::string result = "\"";
  for (char const c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n') continue;
    result += c;
  }
  return result + '"';
}

std::string as_json(Estimate const& e) {
  char text[128];
  std::snprintf(text, sizeof text, "{\"median\": %.6g, \"low\": %.6g, \"high\": %.6g}", e.median, e.low, e.high);
  return text;
}

std::string as_json(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

void write_rows(std::ofstream& out, std::vector<Result> const& results) {
  char const* comma = "\n";
  for (Result const& result : results) {
    out << comma << "    {\"name\": " << quoted(result.row) << ", \"unit\": " << quoted(result.unit)
        << ", \"small\": " << (result.small ? "true" : "false") << ", \"disturbed\": " << result.disturbed
        << ", \"contenders\": [";
    for (std::size_t i = 0; i != result.peers.size(); ++i) {
      out << (i == 0 ? "\n" : ",\n") << "      {\"peer\": " << quoted(result.peers[i])
          << ", \"ns\": " << as_json(result.ns[i]) << ", \"ours_by_it\": " << as_json(result.ratio[i])
          << ", \"least_ns\": " << as_json(result.least[i]) << ", \"minima_ours_by_it\": " << as_json(result.minima[i])
          << (result.given_up[i] ? ", \"given_up\": true" : "") << ", \"cpu_ns\": " << as_json(result.cpu_ns[i])
          << ", \"cpu_ours_by_it\": " << as_json(result.cpu_ratio[i]) << ", \"cores_used\": " << result.cores[i] << '}';
    }
    out << "\n    ]}";
    comma = ",\n";
  }
}

/// What the names of a set end in.
std::string beside(int computing) {
  if (computing == 0) return "";
  if (computing == 1) return "_beside_a_computing_process";
  return "_beside_" + std::to_string(computing) + "_computing_processes";
}

void write_means(std::ofstream& out, std::vector<Result> const& results) {
  char const* comma = "\n";
  for (auto const& [peer, mean] : summarize(results)) {
    out << comma << "    " << quoted(peer) << ": {\"all\": " << mean.all.value()
        << ", \"without_small\": " << mean.large.value() << ", \"cpu\": " << mean.cpu.value() << '}';
    comma = ",\n";
  }
}

}  // namespace

Estimate estimate(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  // The ranks between which the median lies in at least 95 of 100 series of this length.
  std::size_t const n = values.size();
  std::size_t skip = 0;
  double below = 0;
  double chance = std::pow(0.5, static_cast<double>(n));
  for (std::size_t k = 0; k < n / 2; ++k) {
    below += chance;
    if (2 * below > 0.05) break;
    skip = k + 1;
    chance = chance * static_cast<double>(n - k) / static_cast<double>(k + 1);
  }
  std::size_t const cut = skip == 0 ? 0 : skip - 1;
  return {values[n / 2], values[cut], values[n - 1 - cut]};
}

double Result::noise_of_minima() const {
  for (std::size_t i = 0; i != minima.size(); ++i) {
    if (peers[i] == again) return std::max(minima[i], 1 / minima[i]);
  }
  return 1;
}

bool Result::loses_to_one_thread() const {
  for (std::size_t i = 0; i != peers.size(); ++i) {
    if (peers[i] == alone) return ratio[i].median > 1.03 && ratio[i].low > 1;
  }
  return false;
}

void print(Result const& result) {
  std::printf("%s\n", result.row.c_str());
  if (!result.wrong.empty()) std::printf("  WRONG RESULT: %s\n", result.wrong.c_str());
  if (result.disturbed != 0) std::printf("  %d rounds on a machine that was not quiet\n", result.disturbed);
  for (std::size_t i = 0; i != result.peers.size(); ++i) {
    Estimate const& ratio = result.ratio[i];
    std::printf(
        "  %-23s %c%10s a %-4s  CPU %11s  %5.2f cores   ours / it %6.3f  [%.3f, %.3f]  minima %6.3f   CPU %6.3f",
        result.peers[i].c_str(), result.given_up[i] ? '>' : ' ', time_of(result.ns[i].median).c_str(),
        result.unit.c_str(), time_of(result.cpu_ns[i].median).c_str(), result.cores[i], ratio.median, ratio.low,
        ratio.high, result.minima[i], result.cpu_ratio[i].median);
    if (i == result.best) std::printf("  <- best peer%s", result.is_short_by_median() ? ", WE ARE SHORT" : "");
    if (i == result.fastest) std::printf("  <- shortest run%s", result.is_short_by_minima() ? ", WE ARE SHORT" : "");
    if (result.peers[i] == alone && result.loses_to_one_thread()) std::printf("  <- SLOWER THAN ONE THREAD");
    std::printf("%s\n", result.given_up[i] ? "  (given up)" : "");
  }
  std::fflush(stdout);
}

void print_summary(std::vector<Result> const& results) {
  std::printf("\ngeometric mean of ours / it       all rows      without loops below 50 us    CPU time, all rows\n");
  for (auto const& [peer, mean] : summarize(results)) {
    double const limit = limit_of(peer);
    std::printf("  %-23s      %6.3f (%2d rows)    %6.3f (%2d rows)", peer.c_str(), mean.all.value(), mean.all.rows,
                mean.large.value(), mean.large.rows);
    std::printf("          %6.3f", mean.cpu.value());
    if (limit != 0 && mean.large.rows >= 5) {
      std::printf("   asked: %.1f without small, %s", limit, mean.large.value() <= limit ? "reached" : "NOT REACHED");
    }
    std::printf("\n");
  }
  for (Result const& result : results) {
    if (!result.sleeps) continue;
    std::size_t worst = results.size();
    for (std::size_t i = 0; i != result.peers.size(); ++i) {
      if (!result.is_peer(i)) continue;
      if (worst >= result.peers.size() || result.ratio[i].median > result.ratio[worst].median) worst = i;
    }
    if (worst >= result.peers.size()) continue;
    std::printf("\nsleeping row, at most 0.6 asked: %s: %.3f of %s", result.row.c_str(), result.ratio[worst].median,
                result.peers[worst].c_str());
  }
  std::printf(
      "\n\nrows that fall short of the best peer (median above 1.05 with its interval above 1, or minima above 1.03 "
      "and "
      "the noise):");
  int count = 0;
  for (Result const& result : results) {
    if (!result.is_short()) continue;
    std::printf("\n  %-60s", result.row.c_str());
    if (result.is_short_by_median()) {
      std::printf(" median %.3f of %s", result.ratio[result.best].median, result.peers[result.best].c_str());
    }
    if (result.is_short_by_minima()) {
      std::printf(" minima %.3f of %s", result.minima[result.fastest], result.peers[result.fastest].c_str());
    }
    ++count;
  }
  std::printf("%s\n", count == 0 ? " none" : "");
  for (Result const& result : results) {
    if (result.loses_to_one_thread()) std::printf("slower than one thread: %s\n", result.row.c_str());
  }
}

void print_overview(Record const& record) {
  std::printf(
      "\nthis library's time by that of one thread, of the best peer; its CPU time by that of one thread\n%-60s", "");
  for (Set const& set : record.sets) {
    std::string const where = set.computing == 0 ? "alone" : "beside " + std::to_string(set.computing);
    std::printf("  %-20s", where.c_str());
  }
  for (std::size_t row = 0; !record.sets.empty() && row != record.sets[0].rows.size(); ++row) {
    std::printf("\n%-60s", record.sets[0].rows[row].row.c_str());
    for (Set const& set : record.sets) {
      Result const& result = set.rows[row];
      std::size_t const one =
          static_cast<std::size_t>(std::find(result.peers.begin(), result.peers.end(), alone) - result.peers.begin());
      bool const known = one != result.peers.size() && result.has_peer();
      if (known) {
        std::printf("  %5.3f%c %5.3f%c %5.2f", result.ratio[one].median, result.loses_to_one_thread() ? '!' : ' ',
                    result.ratio[result.best].median, result.is_short() ? '!' : ' ', result.cpu_ratio[one].median);
      }
    }
  }
  std::printf("\n");
}

void print(Weight const& weight) {
  std::printf("%s\n", weight.row.c_str());
  for (Peak const& peak : weight.peaks) {
    std::printf("  %-23s %9.1f MB", peak.peer.c_str(), peak.bytes / 1e6);
    if (weight.result_bytes > 0) std::printf("   %5.2f times its result", peak.bytes / weight.result_bytes);
    std::printf("\n");
  }
  std::fflush(stdout);
}

void write_json(Record const& record, std::string const& file) {
  std::ofstream out(file);
  out << "{\n  \"machine\": {\"cpu\": " << quoted(value_of("/proc/cpuinfo", "model name"))
      << ", \"cores\": " << std::thread::hardware_concurrency() << "},\n  \"compiler\": " << quoted(BENCH_COMPILER)
      << ",\n  \"flags\": " << quoted(BENCH_FLAGS) << ",\n  \"peers\": " << quoted(BENCH_PEERS);
  for (Set const& set : record.sets) {
    out << ",\n  \"rounds" << beside(set.computing) << "\": " << set.rounds;
  }
  for (Set const& set : record.sets) {
    out << ",\n  \"geometric_means" << beside(set.computing) << "\": {";
    write_means(out, set.rows);
    out << "\n  }";
  }
  for (Set const& set : record.sets) {
    out << ",\n  \"rows" << beside(set.computing) << "\": [";
    write_rows(out, set.rows);
    out << "\n  ]";
  }
  out << ",\n  \"memory\": [";
  char const* comma = "\n";
  for (Weight const& weight : record.memory) {
    out << comma << "    {\"name\": " << quoted(weight.row) << ", \"result_bytes\": " << weight.result_bytes
        << ", \"peaks\": {";
    for (std::size_t i = 0; i != weight.peaks.size(); ++i) {
      out << (i == 0 ? "" : ", ") << quoted(weight.peaks[i].peer) << ": " << weight.peaks[i].bytes;
    }
    out << "}}";
    comma = ",\n";
  }
  out << "\n  ]\n}\n";
}

}  // namespace suite
