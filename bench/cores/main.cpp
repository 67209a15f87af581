// Efficiency on 1, 2, 4 … all cores: one process for each count, which may use the first so many cores and no others.
//
//   bench_many_cores [--rows WORDS] [--rounds N] [--most N | --as-if N] [--foretold FILE] [--out PATH]
//   bench_many_cores --counts [--most N | --as-if N]     the counts, nothing else
//
// --as-if N: counts up to N, with so many threads on the cores that there are. It shows that the command works, not how
// fast anything is.
#include "cores.hpp"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace {

using cores::Line;
using cores::Panel;
using cores::Record;
using cores::Turn;

struct Options {
  Turn turn;
  unsigned most = 0;
  bool counts = false;
  std::string foretold;
  std::string out;
};

/// The cores that this process may use: one of each pair of hyperthreads before the second of any.
std::vector<std::size_t> usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return {0};
  std::vector<std::size_t> first;
  std::vector<std::size_t> second;
  for (std::size_t cpu = 0; cpu != CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &set)) continue;
    std::ifstream in("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list");
    std::size_t sibling = cpu;
    bool const alone = !(in >> sibling) || sibling == cpu || sibling >= CPU_SETSIZE || !CPU_ISSET(sibling, &set);
    (alone ? first : second).push_back(cpu);
  }
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

std::vector<unsigned> counts_up_to(unsigned most) {
  std::vector<unsigned> counts;
  for (unsigned count = 1; count < most; count *= 2) counts.push_back(count);
  counts.push_back(most);
  return counts;
}

/// Runs a turn in a process that may use `cpus` only. It is begun anew, so that every library sees no more from its
/// first moment on.
bool run(char const* program, Turn const& turn, std::vector<std::size_t> const& cpus) {
  std::fflush(stdout);
  pid_t const child = ::fork();
  if (child == 0) {
    if (!turn.as_if) {
      cpu_set_t set;
      CPU_ZERO(&set);
      for (unsigned i = 0; i != turn.count; ++i) CPU_SET(cpus[i], &set);
      if (::sched_setaffinity(0, sizeof set, &set) != 0) ::_exit(2);
    }
    std::string const count = std::to_string(turn.count);
    std::string const rounds = std::to_string(turn.rounds);
    ::setenv("OMP_NUM_THREADS", count.c_str(), 1);
    ::setenv("RAYON_NUM_THREADS", count.c_str(), 1);
    ::unsetenv("PARALLEL_TASK_THREADS");
    ::execl("/proc/self/exe", program, "--turn", turn.file.c_str(), "--count", count.c_str(), "--rounds",
            rounds.c_str(), "--rows", turn.only.c_str(), turn.as_if ? "--as-if" : nullptr, "1",
            static_cast<char*>(nullptr));
    ::_exit(2);
  }
  int status = 1;
  return child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
}

template <class All, class Matches, class Make>
auto& found_or_made(All& all, Matches matches, Make make) {
  auto const found = std::find_if(all.begin(), all.end(), matches);
  if (found != all.end()) return *found;
  return all.emplace_back(make());
}

Panel& panel_of(Record& record, std::string const& row) {
  std::size_t const size = record.counts.size();
  return found_or_made(
      record.panels, [&](Panel const& p) { return p.row == row; },
      [&] {
        return Panel{row, "", {}, std::vector<double>(size, 0)};
      });
}

/// Takes the lines that a turn has written.
void read_turn(Record& record, std::size_t at, std::string const& file) {
  std::ifstream in(file);
  for (std::string text; std::getline(in, text);) {
    std::istringstream fields(text);
    std::string row, unit, peer, ns;
    std::getline(fields, row, '\t');
    std::getline(fields, unit, '\t');
    std::getline(fields, peer, '\t');
    std::getline(fields, ns, '\t');
    Panel& panel = panel_of(record, row);
    panel.unit = unit;
    Line& line = found_or_made(
        panel.lines, [&](Line const& l) { return l.peer == peer; },
        [&] {
          return Line{peer, std::vector<double>(record.counts.size(), 0)};
        });
    line.ns[at] = std::strtod(ns.c_str(), nullptr);
  }
}

/// Lines of bench_simulate --foretell: cores, efficiency, row.
void read_foretold(Record& record, std::string const& file) {
  std::ifstream in(file);
  unsigned count = 0;
  double efficiency = 0;
  for (std::string row; in >> count >> efficiency && std::getline(in >> std::ws, row);) {
    for (std::size_t at = 0; at != record.counts.size(); ++at) {
      for (Panel& panel : record.panels) {
        if (record.counts[at] == count && panel.row == row) panel.foretold[at] = efficiency;
      }
    }
  }
}

std::string machine_name() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  }
  return "an unknown processor";
}

[[noreturn]] void explain(int status) {
  std::printf(
      "usage: bench_many_cores [--rows WORDS] [--rounds N] [--most N | --as-if N] [--foretold FILE] [--out PATH]\n"
      "       bench_many_cores --counts [--most N | --as-if N]\n");
  std::exit(status);
}

Options parsed(int argc, char** argv) {
  Options options;
  for (int i = 1; i != argc; ++i) {
    std::string const word = argv[i];
    if (word == "--counts") {
      options.counts = true;
      continue;
    }
    if (word == "--help" || i + 1 == argc) explain(word == "--help" ? 0 : 2);
    std::string const value = argv[++i];
    auto const number = static_cast<unsigned>(std::max(0, std::atoi(value.c_str())));
    if (word == "--rows") {
      options.turn.only = value;
    } else if (word == "--rounds") {
      options.turn.rounds = static_cast<int>(std::max(1U, number));
    } else if (word == "--most" || word == "--as-if") {
      options.turn.as_if = word == "--as-if";
      options.most = number;
    } else if (word == "--foretold") {
      options.foretold = value;
    } else if (word == "--out") {
      options.out = value;
    } else if (word == "--turn") {
      options.turn.file = value;
    } else if (word == "--count") {
      options.turn.count = number;
    } else {
      explain(2);
    }
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  Options const options = parsed(argc, argv);
  if (!options.turn.file.empty()) return cores::run_turn(options.turn);
  std::vector<std::size_t> const cpus = usable_cores();
  auto const there = static_cast<unsigned>(cpus.size());
  unsigned most = options.most == 0 ? there : options.most;
  if (!options.turn.as_if) most = std::min(most, there);
  Record record{machine_name(), BENCH_PEERS, options.turn.as_if, counts_up_to(most), {}};
  if (options.counts) {
    for (unsigned const count : record.counts) std::printf("%u\n", count);
    return 0;
  }
  std::string const prefix = (options.out.empty() ? std::string("/tmp/bench_many_cores") : options.out) + ".turn.";
  for (std::size_t at = 0; at != record.counts.size(); ++at) {
    Turn turn = options.turn;
    turn.count = record.counts[at];
    turn.file = prefix + std::to_string(::getpid());
    std::fprintf(stderr, "%u of %u cores\n", turn.count, there);
    bool const measured = run(argv[0], turn, cpus);
    if (measured) read_turn(record, at, turn.file);
    std::remove(turn.file.c_str());
    if (!measured) {
      std::fprintf(stderr, "the turn on %u cores failed\n", turn.count);
      return 1;
    }
  }
  if (record.panels.empty()) {
    std::fprintf(stderr, "no row is called \"%s\"\n", options.turn.only.c_str());
    return 2;
  }
  if (!options.foretold.empty()) read_foretold(record, options.foretold);
  cores::print(record);
  if (!options.out.empty()) {
    cores::write_json(record, options.out + ".json");
    cores::write_svg(record, options.out + ".svg");
  }
  return 0;
}
