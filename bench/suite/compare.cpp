// Every row, turn by turn, paired: which ratio to each peer, how sure, and what the noise is.
//
// A round runs each contender of a row once, in an order drawn anew. Before a turn the process must have come to rest,
// so that threads which spin on after a loop take no core from whoever is next; before a round the machine must be
// quiet. A ratio is this library's time by the peer's in the same round. Printed are medians, with the interval that
// holds the median of 95 in 100 such series (by ranks). "parallel_task again" against parallel_task is the noise.
#include "row.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#if defined(__unix__)
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace {

using suite::Clock;
using suite::Row;
using suite::Sample;

constexpr char const* ours = "parallel_task";
constexpr char const* again = "parallel_task again";
constexpr char const* plain = "plain loop";

struct Options {
  int rounds = 11;
  std::string only;
  std::string out;
  bool beside_another = false;
  bool list = false;
};

struct Estimate {
  double median = 0;
  double low = 0;
  double high = 0;
};

/// The median, and the ranks between which it lies in at least 95 of 100 series of this length.
Estimate estimate(std::vector<double> values) {
  std::sort(values.begin(), values.end());
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

double process_cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Waits until this process uses next to no CPU, 25 ms at least, a second at most.
void come_to_rest() {
  std::this_thread::sleep_for(std::chrono::milliseconds(25));
  for (int i = 0; i != 100; ++i) {
    double const before = process_cpu_seconds();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (process_cpu_seconds() - before < 0.0005) return;
  }
}

/// Seconds of CPU that the whole machine has used; negative where the system does not say.
double machine_cpu_seconds() {
#if defined(__linux__)
  std::ifstream stat("/proc/stat");
  std::string word;
  double user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0;
  if (stat >> word >> user >> nice >> system >> idle >> wait >> irq >> soft) {
    return (user + nice + system + irq + soft) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }
#endif
  return -1;
}

/// Waits for a quiet machine: less than a twentieth of one core in use over 200 ms. False after 20 s of noise.
bool machine_is_quiet() {
  for (int i = 0; i != 100; ++i) {
    double const before = machine_cpu_seconds();
    if (before < 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    if (machine_cpu_seconds() - before <= 0.0101) return true;  // one tick of the kernel's clock
  }
  return false;
}

struct Times {
  std::vector<double> ns;
  std::vector<double> cpu;
};

struct Result {
  std::string row;
  std::string unit;
  bool small = false;
  bool idles = false;
  bool sleeps = false;
  int disturbed = 0;
  std::string wrong;
  std::vector<std::string> peers;  // as in the row; `again` last
  std::vector<Estimate> ns;
  std::vector<Estimate> ratio;  // of this library to each
  std::vector<double> cpu;      // seconds of CPU by seconds of time
  std::size_t best = 0;         // the best peer, the plain loop and this library not among them
  [[nodiscard]] bool is_peer(std::size_t i) const { return peers[i] != ours && peers[i] != again && peers[i] != plain; }
  [[nodiscard]] bool has_peer() const { return best < peers.size() && is_peer(best); }
};

Result measure(Row row, Options const& options) {
  row.prepare();
  auto const is_ours = [](suite::Contender const& c) { return c.peer == ours; };
  auto const own = std::find_if(row.contenders.begin(), row.contenders.end(), is_ours);
  row.contenders.push_back({again, own->run});
  std::size_t const count = row.contenders.size();
  std::size_t const me = static_cast<std::size_t>(std::find_if(row.contenders.begin(), row.contenders.end(), is_ours) -
                                                  row.contenders.begin());

  Result result;
  result.row = row.name;
  result.unit = row.unit;
  result.small = row.small;
  result.idles = row.idles;
  result.sleeps = row.sleeps;
  std::vector<double> last(count, 0);
  double expected = 0;
  for (std::size_t i = 0; i != count; ++i) {
    auto const begin = Clock::now();
    double const digest = row.contenders[i].run().digest;
    last[i] = suite::nanoseconds_since(begin);
    if (i == 0) expected = digest;
    if (std::abs(digest - expected) > row.tolerance * (std::abs(expected) + 1)) result.wrong = row.contenders[i].peer;
  }

  std::vector<Times> times(count);
  std::mt19937 random(1);
  std::vector<std::size_t> order(count);
  for (std::size_t i = 0; i != count; ++i) order[i] = i;
  for (int round = 0; round != options.rounds; ++round) {
    if (!options.beside_another && !machine_is_quiet()) ++result.disturbed;
    std::shuffle(order.begin(), order.end(), random);
    for (std::size_t const i : order) {
      come_to_rest();
      // What takes long does not notice whether its threads were awake and its data in the cache.
      if (!row.idles && last[i] < 2e7) (void)row.contenders[i].run();
      double const cpu = process_cpu_seconds();
      auto const begin = Clock::now();
      Sample const sample = row.contenders[i].run();
      if (row.idles) come_to_rest();  // who spins on, pays
      last[i] = suite::nanoseconds_since(begin);
      times[i].ns.push_back(sample.ns);
      times[i].cpu.push_back((process_cpu_seconds() - cpu) / (last[i] * 1e-9));
    }
  }
  row.release();

  for (std::size_t i = 0; i != count; ++i) {
    std::vector<double> ratio;
    for (std::size_t r = 0; r != times[i].ns.size(); ++r) ratio.push_back(times[me].ns[r] / times[i].ns[r]);
    result.peers.push_back(row.contenders[i].peer);
    result.ns.push_back(estimate(times[i].ns));
    result.ratio.push_back(estimate(std::move(ratio)));
    result.cpu.push_back(estimate(times[i].cpu).median);
  }
  result.best = count;
  for (std::size_t i = 0; i != count; ++i) {
    if (!result.is_peer(i)) continue;
    if (result.best == count || result.ns[i].median < result.ns[result.best].median) result.best = i;
  }
  return result;
}

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

void print(Result const& result) {
  std::printf("%s\n", result.row.c_str());
  if (!result.wrong.empty()) std::printf("  WRONG RESULT: %s\n", result.wrong.c_str());
  if (result.disturbed != 0) std::printf("  %d rounds on a machine that was not quiet\n", result.disturbed);
  for (std::size_t i = 0; i != result.peers.size(); ++i) {
    Estimate const& ratio = result.ratio[i];
    std::printf("  %-20s %11s a %s   %5.2f cores   ours / it %6.3f  [%.3f, %.3f]%s\n", result.peers[i].c_str(),
                time_of(result.ns[i].median).c_str(), result.unit.c_str(), result.cpu[i], ratio.median, ratio.low,
                ratio.high,
                i != result.best   ? ""
                : ratio.low > 1.05 ? "  <- best peer, WE ARE SHORT"
                                   : "  <- best peer");
  }
  std::fflush(stdout);
}

/// The geometric means of this library's ratio to each peer, with and without small loops.
struct Mean {
  double log = 0;
  int rows = 0;
  void add(double ratio) {
    log += std::log(ratio);
    ++rows;
  }
  [[nodiscard]] double value() const { return rows == 0 ? 0 : std::exp(log / rows); }
};
struct Summary {
  Mean all;
  Mean large;
  Mean sleeping;
};
std::map<std::string, Summary> summarize(std::vector<Result> const& results) {
  std::map<std::string, Summary> means;
  for (Result const& result : results) {
    for (std::size_t i = 0; i != result.peers.size(); ++i) {
      if (result.peers[i] == ours) continue;
      Summary& mean = means[result.peers[i]];
      mean.all.add(result.ratio[i].median);
      if (!result.small) mean.large.add(result.ratio[i].median);
      if (result.sleeps) mean.sleeping.add(result.ratio[i].median);
    }
  }
  return means;
}

void print_summary(std::vector<Result> const& results) {
  std::printf("\ngeometric mean of ours / it       all rows        without loops below 50 us\n");
  for (auto const& [peer, mean] : summarize(results)) {
    std::printf("  %-20s       %6.3f (%2d rows)        %6.3f (%2d rows)\n", peer.c_str(), mean.all.value(),
                mean.all.rows, mean.large.value(), mean.large.rows);
  }
  std::printf("\nrows short of the limit (lower end of the interval above 1.05 of the best peer):");
  int count = 0;
  for (Result const& result : results) {
    if (!result.has_peer() || result.ratio[result.best].low <= 1.05) continue;
    std::printf("\n  %-60s %.3f of %s", result.row.c_str(), result.ratio[result.best].median,
                result.peers[result.best].c_str());
    ++count;
  }
  std::printf("%s\n", count == 0 ? " none" : "");
}

std::string first_line_of(char const* file, char const* key) {
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

void write_json(std::vector<Result> const& results, Options const& options) {
  std::ofstream out(options.out + ".json");
  auto const estimate_as = [&](Estimate const& e) {
    out << "{\"median\": " << e.median << ", \"low\": " << e.low << ", \"high\": " << e.high << '}';
  };
  out << "{\n  \"machine\": {\"cpu\": " << quoted(first_line_of("/proc/cpuinfo", "model name"))
      << ", \"cores\": " << std::thread::hardware_concurrency() << "},\n  \"compiler\": " << quoted(BENCH_COMPILER)
      << ",\n  \"flags\": " << quoted(BENCH_FLAGS) << ",\n  \"peers\": " << quoted(BENCH_PEERS)
      << ",\n  \"beside_a_computing_process\": " << (options.beside_another ? "true" : "false")
      << ",\n  \"rounds\": " << options.rounds << ",\n  \"geometric_means\": {";
  char const* comma = "\n";
  for (auto const& [peer, mean] : summarize(results)) {
    out << comma << "    " << quoted(peer) << ": {\"all\": " << mean.all.value()
        << ", \"without_small\": " << mean.large.value() << '}';
    comma = ",\n";
  }
  out << "\n  },\n  \"rows\": [";
  comma = "\n";
  for (Result const& result : results) {
    out << comma << "    {\"name\": " << quoted(result.row) << ", \"unit\": " << quoted(result.unit)
        << ", \"small\": " << (result.small ? "true" : "false") << ", \"disturbed\": " << result.disturbed
        << ", \"contenders\": [";
    for (std::size_t i = 0; i != result.peers.size(); ++i) {
      out << (i == 0 ? "\n" : ",\n") << "      {\"peer\": " << quoted(result.peers[i]) << ", \"ns\": ";
      estimate_as(result.ns[i]);
      out << ", \"ours_by_it\": ";
      estimate_as(result.ratio[i]);
      out << ", \"cores_used\": " << result.cpu[i] << '}';
    }
    out << "\n    ]}";
    comma = ",\n";
  }
  out << "\n  ]\n}\n";
}

std::string escaped(std::string const& text) {
  std::string result;
  for (char const c : text) result += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
  return result;
}

/// One line a row: this library's time by that of each peer, on a logarithmic scale; left of 1 it is faster.
void write_svg(std::vector<Result> const& results, Options const& options) {
  std::ofstream out(options.out + ".svg");
  double const left = 420;
  double const right = 1080;
  double const line = 22;
  double const top = 70;
  double const height = top + line * static_cast<double>(results.size()) + 30;
  auto const x_of = [&](double ratio) {
    double const clamped = std::clamp(ratio, 0.1, 2.0);
    return left + (right - left) * (std::log(clamped) - std::log(0.1)) / (std::log(2.0) - std::log(0.1));
  };
  struct Colour {
    char const* peer;
    char const* colour;
  };
  constexpr Colour colours[] = {{"oneTBB", "#2a78d6"}, {"OpenMP", "#eb6834"}, {"std", "#1baf7a"}, {"Rayon", "#4a3aa7"}};
  out << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1100 " << height
      << "\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fcfcfb\"/>\n"
      << "<text x=\"16\" y=\"24\" font-size=\"15\">Time of parallel_task by that of each peer: left of 1 it is faster"
         "</text>\n";
  double at = 16;
  for (Colour const& c : colours) {
    out << "<circle cx=\"" << at + 5 << "\" cy=\"42\" r=\"4\" fill=\"" << c.colour << "\"/><text x=\"" << at + 14
        << "\" y=\"46\" fill=\"#52514e\">" << c.peer << "</text>\n";
    at += 90;
  }
  for (double const tick : {0.1, 0.2, 0.5, 1.0, 2.0}) {
    out << "<line x1=\"" << x_of(tick) << "\" x2=\"" << x_of(tick) << "\" y1=\"" << top - 8 << "\" y2=\"" << height - 24
        << "\" stroke=\"" << (tick == 1.0 ? "#0b0b0b" : "#e1e0d9") << "\"/><text x=\"" << x_of(tick) << "\" y=\""
        << height - 8 << "\" text-anchor=\"middle\" fill=\"#52514e\">" << tick << "</text>\n";
  }
  double y = top + 6;
  for (Result const& result : results) {
    out << "<text x=\"" << left - 12 << "\" y=\"" << y + 4 << "\" text-anchor=\"end\">" << escaped(result.row)
        << "</text>\n";
    for (std::size_t i = 0; i != result.peers.size(); ++i) {
      for (Colour const& c : colours) {
        if (result.peers[i].rfind(c.peer, 0) != 0) continue;
        out << "<g><title>" << escaped(result.peers[i]) << ": " << result.ratio[i].median << "</title><circle cx=\""
            << x_of(result.ratio[i].median) << "\" cy=\"" << y << "\" r=\"4\" fill=\"" << c.colour
            << "\" fill-opacity=\"0.85\"/></g>\n";
      }
    }
    y += line;
  }
  out << "</svg>\n";
}

/// A process that computes beside this one, for as long as this object lives.
class AnotherProcess {
 public:
  explicit AnotherProcess(bool wanted) {
#if defined(__unix__)
    if (!wanted) return;
    child_ = ::fork();
    if (child_ == 0) {
      for (;;) {
        double volatile sink = suite::work(1000);
        (void)sink;
      }
    }
#else
    (void)wanted;
#endif
  }
  AnotherProcess(AnotherProcess const&) = delete;
  AnotherProcess& operator=(AnotherProcess const&) = delete;
  ~AnotherProcess() {
#if defined(__unix__)
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
#endif
  }

 private:
  int child_ = 0;
};

[[noreturn]] void explain(int status) {
  std::printf(
      "usage: bench_compare [--rounds N] [--rows WORDS] [--out PATH] [--busy] [--list]\n"
      "  --rows WORDS   only rows whose name contains WORDS\n"
      "  --out PATH     also write PATH.json and PATH.svg\n"
      "  --busy         beside one process that computes\n");
  std::exit(status);
}

Options read(int argc, char** argv) {
  Options options;
  for (int i = 1; i != argc; ++i) {
    std::string const word = argv[i];
    auto const next = [&] {
      if (++i == argc) explain(2);
      return argv[i];
    };
    if (word == "--rounds") {
      options.rounds = std::atoi(next());
    } else if (word == "--rows") {
      options.only = next();
    } else if (word == "--out") {
      options.out = next();
    } else if (word == "--busy") {
      options.beside_another = true;
    } else if (word == "--list") {
      options.list = true;
    } else {
      explain(word == "--help" ? 0 : 2);
    }
  }
  if (options.rounds < 1) explain(2);
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  Options const options = read(argc, argv);
  if (options.list) {
    for (Row const& row : suite::rows()) std::printf("%s\n", row.name.c_str());
    return 0;
  }
  std::printf("%s\n%s\npeers: %s\n%u cores; %d rounds%s\n\n", BENCH_COMPILER, BENCH_FLAGS, BENCH_PEERS,
              std::thread::hardware_concurrency(), options.rounds,
              options.beside_another ? "; beside one process that computes" : "");
  AnotherProcess const other(options.beside_another);
  std::vector<Result> results;
  for (Row const& row : suite::rows()) {
    if (row.name.find(options.only) == std::string::npos) continue;
    results.push_back(measure(row, options));
    print(results.back());
  }
  if (results.empty()) {
    std::fprintf(stderr, "no row is called \"%s\"; --list names them\n", options.only.c_str());
    return 2;
  }
  print_summary(results);
  if (!options.out.empty()) {
    write_json(results, options);
    write_svg(results, options);
  }
  bool wrong = false;
  for (Result const& result : results) wrong = wrong || !result.wrong.empty();
  return wrong ? 1 : 0;
}
