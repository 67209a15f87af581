// Every row, turn by turn, paired: which ratio to each peer, how sure, and what the noise is.
//
// A round runs each contender of a row once, in an order drawn anew. Before a turn the process must have come to rest,
// so that threads which spin on after a loop take no core from whoever is next; before a round the machine must be
// quiet, but for the process that computes beside this one in the second set. A ratio is this library's time by the
// peer's in the same round. Printed are medians, with the interval that holds the median of 95 in 100 such series (by
// ranks). "parallel_task again" against parallel_task is the noise.
#include "result.hpp"
#include "row.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <random>

#if defined(__unix__)
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>
#endif

namespace {

using suite::Clock;
using suite::Result;
using suite::Row;
using suite::Sample;

enum class Sets { one, busy, memory, record };

struct Options {
  int rounds = 11;
  int busy_rounds = 5;
  std::string only;
  std::string out;
  Sets sets = Sets::one;
};

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

/// A process that computes beside this one, for as long as this object lives.
class AnotherProcess {
 public:
  AnotherProcess() {
#if defined(__unix__)
    child_ = ::fork();
    if (child_ == 0) {
      for (;;) {
        double volatile sink = suite::work(1000);
        (void)sink;
      }
    }
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

/// Waits until nobody but the expected processes computes: they use a core each, others less than a twentieth of one
/// over 200 ms. False after 20 s of noise.
bool machine_is_quiet(int computing) {
  for (int i = 0; i != 100; ++i) {
    double const before = machine_cpu_seconds();
    if (before < 0) return true;
    auto const begin = Clock::now();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    double const expected = computing * suite::nanoseconds_since(begin) * 1e-9;
    // The kernel's clock ticks every 10 ms: one tick, and one more for the beginning of what is expected.
    if (machine_cpu_seconds() - before - expected <= 0.0101 * (1 + computing)) return true;
  }
  return false;
}

struct Times {
  std::vector<double> ns;
  std::vector<double> cpu_ns;
  std::vector<double> cores;
};

std::vector<double> paired(std::vector<double> const& mine, std::vector<double> const& its) {
  std::vector<double> ratio;
  for (std::size_t r = 0; r != its.size(); ++r) {
    if (its[r] > 0) ratio.push_back(mine[r] / its[r]);
  }
  return ratio;
}

Result measure(Row row, int rounds, int computing) {
  row.prepare();
  auto const is_ours = [](suite::Contender const& c) { return c.peer == suite::ours; };
  auto const own = std::find_if(row.contenders.begin(), row.contenders.end(), is_ours);
  row.contenders.push_back({suite::again, own->run});
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
  for (int round = 0; round != rounds; ++round) {
    if (!machine_is_quiet(computing)) ++result.disturbed;
    std::shuffle(order.begin(), order.end(), random);
    for (std::size_t const i : order) {
      come_to_rest();
      // What takes long does not notice whether its threads were awake and its data in the cache.
      if (!row.idles && last[i] < 2e7) (void)row.contenders[i].run();
      double const before = process_cpu_seconds();
      auto const begin = Clock::now();
      Sample const sample = row.contenders[i].run();
      if (row.idles) come_to_rest();  // who spins on, pays
      last[i] = suite::nanoseconds_since(begin);
      double const cpu_ns = (process_cpu_seconds() - before) * 1e9;
      times[i].ns.push_back(sample.ns);
      times[i].cpu_ns.push_back(cpu_ns / sample.units);
      times[i].cores.push_back(cpu_ns / last[i]);
    }
  }
  row.release();

  for (std::size_t i = 0; i != count; ++i) {
    result.peers.push_back(row.contenders[i].peer);
    result.ns.push_back(suite::estimate(times[i].ns));
    result.cpu_ns.push_back(suite::estimate(times[i].cpu_ns));
    result.ratio.push_back(suite::estimate(paired(times[me].ns, times[i].ns)));
    result.cpu_ratio.push_back(suite::estimate(paired(times[me].cpu_ns, times[i].cpu_ns)));
    result.cores.push_back(suite::estimate(times[i].cores).median);
  }
  result.best = count;
  for (std::size_t i = 0; i != count; ++i) {
    if (!result.is_peer(i)) continue;
    if (result.best == count || result.ns[i].median < result.ns[result.best].median) result.best = i;
  }
  return result;
}

std::vector<Result> measure_all(Options const& options, int rounds, int computing) {
  std::vector<Result> results;
  for (Row const& row : suite::rows()) {
    if (row.name.find(options.only) == std::string::npos) continue;
    results.push_back(measure(row, rounds, computing));
    suite::print(results.back());
  }
  if (results.empty()) {
    std::fprintf(stderr, "no row is called \"%s\"; --list names them\n", options.only.c_str());
    std::exit(2);
  }
  suite::print_summary(results);
  return results;
}

std::vector<Result> measure_beside_another(Options const& options, int rounds) {
  std::printf("\n--- beside one process that computes; %d rounds ---\n\n", rounds);
  std::fflush(stdout);
  AnotherProcess const other;
  return measure_all(options, rounds, 1);
}

[[noreturn]] void explain(int status) {
  std::printf(
      "usage: bench_compare [--rows WORDS] [--rounds N] [--busy | --memory | --out PATH [--busy-rounds N]] [--list]\n"
      "       bench_compare --agree A.json B.json ...\n"
      "  --rows WORDS   only rows whose name contains WORDS\n"
      "  --busy         beside one process that computes\n"
      "  --memory       the peak of memory of each contender, nothing else\n"
      "  --out PATH     all three, and write PATH.json and PATH.svg; without the second set for --busy-rounds 0\n"
      "  --agree        whether records say the same\n");
  std::exit(status);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i != argc; ++i) {
    std::string const word = argv[i];
    auto const next = [&] {
      if (++i == argc) explain(2);
      return argv[i];
    };
    if (word == "--rounds") {
      options.rounds = std::atoi(next());
    } else if (word == "--busy-rounds") {
      options.busy_rounds = std::atoi(next());
    } else if (word == "--rows") {
      options.only = next();
    } else if (word == "--out") {
      options.out = next();
      options.sets = Sets::record;
    } else if (word == "--busy") {
      options.sets = Sets::busy;
    } else if (word == "--memory") {
      options.sets = Sets::memory;
    } else if (word == "--peak") {
      return suite::print_peak(next());
    } else if (word == "--agree") {
      std::vector<std::string> const files(argv + i + 1, argv + argc);
      if (files.size() < 2) explain(2);
      return suite::print_agreement(files);
    } else if (word == "--list") {
      for (Row const& row : suite::rows()) std::printf("%s\n", row.name.c_str());
      return 0;
    } else {
      explain(word == "--help" ? 0 : 2);
    }
  }
  if (options.rounds < 1 || options.busy_rounds < 0) explain(2);

  std::printf("%s\n%s\npeers: %s\n%u cores; %d rounds\n\n", BENCH_COMPILER, BENCH_FLAGS, BENCH_PEERS,
              std::thread::hardware_concurrency(), options.rounds);
  if (options.sets == Sets::memory) return suite::weigh(argv[0], options.only).empty() ? 2 : 0;
  suite::Record record{options.rounds, options.busy_rounds, {}, {}, {}};
  if (options.sets != Sets::busy) record.quiet = measure_all(options, options.rounds, 0);
  if (options.sets == Sets::busy) record.busy = measure_beside_another(options, options.rounds);
  if (options.sets == Sets::record) {
    if (options.busy_rounds != 0) record.busy = measure_beside_another(options, options.busy_rounds);
    std::printf("\n--- peak of memory that one run adds, in a process of its own ---\n\n");
    std::fflush(stdout);
    record.memory = suite::weigh(argv[0], options.only);
    suite::write_json(record, options.out + ".json");
    suite::write_svg(record, options.out + ".svg");
  }
  bool wrong = false;
  for (auto const* results : {&record.quiet, &record.busy}) {
    for (Result const& result : *results) wrong = wrong || !result.wrong.empty();
  }
  return wrong ? 1 : 0;
}
