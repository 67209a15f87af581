// What is made of the measured: the table, its summary, JSON and the plot.
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
  if (peer == plain || peer == ours || peer == again) return 0;
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

void write_rows(std::ofstream& out, std::vector<Result> const& results) {
  char const* comma = "\n";
  for (Result const& result : results) {
    out << comma << "    {\"name\": " << quoted(result.row) << ", \"unit\": " << quoted(result.unit)
        << ", \"small\": " << (result.small ? "true" : "false") << ", \"disturbed\": " << result.disturbed
        << ", \"contenders\": [";
    for (std::size_t i = 0; i != result.peers.size(); ++i) {
      out << (i == 0 ? "\n" : ",\n") << "      {\"peer\": " << quoted(result.peers[i])
          << ", \"ns\": " << as_json(result.ns[i]) << ", \"ours_by_it\": " << as_json(result.ratio[i])
          << ", \"cpu_ns\": " << as_json(result.cpu_ns[i]) << ", \"cpu_ours_by_it\": " << as_json(result.cpu_ratio[i])
          << ", \"cores_used\": " << result.cores[i] << '}';
    }
    out << "\n    ]}";
    comma = ",\n";
  }
}

void write_means(std::ofstream& out, std::vector<Result> const& results) {
  char const* comma = "\n";
  for (auto const& [peer, mean] : summarize(results)) {
    out << comma << "    " << quoted(peer) << ": {\"all\": " << mean.all.value()
        << ", \"without_small\": " << mean.large.value() << ", \"cpu\": " << mean.cpu.value() << '}';
    comma = ",\n";
  }
}

std::string escaped(std::string const& text) {
  std::string result;
  for (char const c : text) result += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
  return result;
}

struct Colour {
  char const* peer;
  char const* colour;
};
constexpr Colour colours[] = {{"oneTBB", "#2a78d6"}, {"OpenMP", "#eb6834"}, {"std", "#1baf7a"}, {"Rayon", "#4a3aa7"}};

/// A field of the plot, one line a row, from `left` on.
struct Panel {
  double left = 0;
  double width = 460;
  [[nodiscard]] double x(double ratio) const {
    double const clamped = std::clamp(ratio, 0.1, 2.0);
    return left + width * (std::log(clamped) - std::log(0.1)) / (std::log(2.0) - std::log(0.1));
  }
};

void draw(std::ofstream& out, Panel panel, std::string const& title, std::vector<Result> const& results,
          std::vector<std::string> const& names, double top, double line) {
  double const bottom = top + line * static_cast<double>(names.size());
  out << "<text x=\"" << panel.left << "\" y=\"" << top - 20 << "\" fill=\"#52514e\">" << title << "</text>\n";
  for (double const tick : {0.1, 0.2, 0.5, 1.0, 2.0}) {
    out << "<line x1=\"" << panel.x(tick) << "\" x2=\"" << panel.x(tick) << "\" y1=\"" << top - 8 << "\" y2=\""
        << bottom + 6 << "\" stroke=\"" << (tick == 1.0 ? "#0b0b0b" : "#e1e0d9") << "\"/><text x=\"" << panel.x(tick)
        << "\" y=\"" << bottom + 22 << "\" text-anchor=\"middle\" fill=\"#52514e\">" << tick << "</text>\n";
  }
  for (Result const& result : results) {
    auto const place = std::find(names.begin(), names.end(), result.row) - names.begin();
    double const y = top + 6 + line * static_cast<double>(place);
    for (std::size_t i = 0; i != result.peers.size(); ++i) {
      for (Colour const& c : colours) {
        if (result.peers[i].rfind(c.peer, 0) != 0) continue;
        out << "<g><title>" << escaped(result.peers[i]) << ": " << result.ratio[i].median << "</title><circle cx=\""
            << panel.x(result.ratio[i].median) << "\" cy=\"" << y << "\" r=\"4\" fill=\"" << c.colour
            << "\" fill-opacity=\"0.85\"/></g>\n";
      }
    }
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

void print(Result const& result) {
  std::printf("%s\n", result.row.c_str());
  if (!result.wrong.empty()) std::printf("  WRONG RESULT: %s\n", result.wrong.c_str());
  if (result.disturbed != 0) std::printf("  %d rounds on a machine that was not quiet\n", result.disturbed);
  for (std::size_t i = 0; i != result.peers.size(); ++i) {
    Estimate const& ratio = result.ratio[i];
    std::printf("  %-20s %11s a %-4s  CPU %11s  %5.2f cores   ours / it %6.3f  [%.3f, %.3f]   CPU %6.3f%s\n",
                result.peers[i].c_str(), time_of(result.ns[i].median).c_str(), result.unit.c_str(),
                time_of(result.cpu_ns[i].median).c_str(), result.cores[i], ratio.median, ratio.low, ratio.high,
                result.cpu_ratio[i].median,
                i != result.best    ? ""
                : result.is_short() ? "  <- best peer, WE ARE SHORT"
                                    : "  <- best peer");
  }
  std::fflush(stdout);
}

void print_summary(std::vector<Result> const& results) {
  std::printf("\ngeometric mean of ours / it       all rows      without loops below 50 us    CPU time, all rows\n");
  for (auto const& [peer, mean] : summarize(results)) {
    double const limit = limit_of(peer);
    std::printf("  %-20s      %6.3f (%2d rows)    %6.3f (%2d rows)", peer.c_str(), mean.all.value(), mean.all.rows,
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
  std::printf("\n\nrows short of the limit (lower end of the interval above 1.05 of the best peer):");
  int count = 0;
  for (Result const& result : results) {
    if (!result.is_short()) continue;
    std::printf("\n  %-60s %.3f of %s", result.row.c_str(), result.ratio[result.best].median,
                result.peers[result.best].c_str());
    ++count;
  }
  std::printf("%s\n", count == 0 ? " none" : "");
}

void print(Weight const& weight) {
  std::printf("%s\n", weight.row.c_str());
  for (Peak const& peak : weight.peaks) {
    std::printf("  %-20s %9.1f MB", peak.peer.c_str(), peak.bytes / 1e6);
    if (weight.result_bytes > 0) std::printf("   %5.2f times its result", peak.bytes / weight.result_bytes);
    std::printf("\n");
  }
  std::fflush(stdout);
}

void write_json(Record const& record, std::string const& file) {
  std::ofstream out(file);
  out << "{\n  \"machine\": {\"cpu\": " << quoted(value_of("/proc/cpuinfo", "model name"))
      << ", \"cores\": " << std::thread::hardware_concurrency() << "},\n  \"compiler\": " << quoted(BENCH_COMPILER)
      << ",\n  \"flags\": " << quoted(BENCH_FLAGS) << ",\n  \"peers\": " << quoted(BENCH_PEERS)
      << ",\n  \"rounds\": " << record.rounds << ",\n  \"rounds_beside_a_computing_process\": " << record.busy_rounds
      << ",\n  \"geometric_means\": {";
  write_means(out, record.quiet);
  out << "\n  },\n  \"geometric_means_beside_a_computing_process\": {";
  write_means(out, record.busy);
  out << "\n  },\n  \"rows\": [";
  write_rows(out, record.quiet);
  out << "\n  ],\n  \"rows_beside_a_computing_process\": [";
  write_rows(out, record.busy);
  out << "\n  ],\n  \"memory\": [";
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

/// One line a row: this library's time by that of each peer, on a logarithmic scale; left of 1 it is faster. The second
/// field is the same beside a process that computes.
void write_svg(Record const& record, std::string const& file) {
  std::ofstream out(file);
  double const top = 96;
  double const line = 22;
  std::vector<std::string> names;
  for (Result const& result : record.quiet.empty() ? record.busy : record.quiet) names.push_back(result.row);
  double const height = top + line * static_cast<double>(names.size()) + 30;
  Panel const first{.left = 420};
  Panel const second{.left = 920};
  bool const both = !record.quiet.empty() && !record.busy.empty();
  out << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " << (both ? 1400 : 900) << ' ' << height
      << "\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fcfcfb\"/>\n"
      << "<text x=\"16\" y=\"24\" font-size=\"15\">Time of parallel_task by that of each peer: left of 1 it is faster"
         "</text>\n";
  double at = 16;
  for (Colour const& c : colours) {
    out << "<circle cx=\"" << at + 5 << "\" cy=\"42\" r=\"4\" fill=\"" << c.colour << "\"/><text x=\"" << at + 14
        << "\" y=\"46\" fill=\"#52514e\">" << c.peer << "</text>\n";
    at += 90;
  }
  for (std::size_t i = 0; i != names.size(); ++i) {
    out << "<text x=\"" << first.left - 12 << "\" y=\"" << top + 10 + line * static_cast<double>(i)
        << "\" text-anchor=\"end\">" << escaped(names[i]) << "</text>\n";
  }
  if (!record.quiet.empty()) draw(out, first, "alone on the machine", record.quiet, names, top, line);
  if (!record.busy.empty()) {
    draw(out, both ? second : first, "beside a process that computes", record.busy, names, top, line);
  }
  out << "</svg>\n";
}

}  // namespace suite
