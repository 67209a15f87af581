// Every row, or some, alone on the machine and beside processes that compute; what bench/compare runs.
#include "measure.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace {

using suite::Result;
using suite::Row;

enum class Sets { one, busy, memory, record };

struct Options {
  int rounds = 11;
  int busy_rounds = 5;
  int computing = 1;  // processes beside this one with --beside
  std::string only;
  std::string out;
  bool programs = false;
  Sets sets = Sets::one;
};

bool is_wanted(Options const& options, Row const& row, bool programs) {
  return row.name.find(options.only) != std::string::npos && (row.program || !programs);
}

/// Measures the rows that are asked for beside so many processes that compute.
suite::Set measure_set(Options const& options, std::string const& program, int computing, int rounds, bool programs) {
  suite::Set set{computing, rounds};
  if (computing != 0) {
    std::printf("\n--- beside %s; %d rounds ---\n\n",
                computing == 1 ? "one process that computes"
                               : (std::to_string(computing) + " processes that compute").c_str(),
                rounds);
    std::fflush(stdout);
  }
  suite::Others others;
  for (int i = 0; i != computing; ++i) others.push_back(std::make_unique<suite::AnotherProcess>());
  suite::Elsewhere elsewhere(program);
  for (std::size_t i = 0; i != suite::rows().size(); ++i) {
    if (!is_wanted(options, suite::rows()[i], programs)) continue;
    set.rows.push_back(suite::measure(i, rounds, others, elsewhere, programs));
    suite::print(set.rows.back());
  }
  suite::print_summary(set.rows);
  return set;
}

suite::Record measure_sets(Options const& options, std::string const& program) {
  suite::Record record;
  auto const add = [&](int computing, bool programs) {
    int const rounds = computing == 0 || options.sets == Sets::busy ? options.rounds : options.busy_rounds;
    bool wanted = false;
    for (Row const& row : suite::rows()) wanted = wanted || is_wanted(options, row, programs);
    if (rounds != 0 && wanted) record.sets.push_back(measure_set(options, program, computing, rounds, programs));
  };
  if (options.sets == Sets::busy) {
    add(options.computing, options.programs);
  } else if (options.programs) {
    for (int const computing : {0, 1, 2, 4}) add(computing, true);
    if (!record.sets.empty()) suite::print_overview(record);
  } else {
    add(0, false);
    if (options.sets != Sets::record) return record;
    add(1, false);
    for (int const computing : {2, 4}) add(computing, true);
    std::printf("\n--- peak of memory that one run adds, in a process of its own ---\n\n");
    std::fflush(stdout);
    record.memory = suite::weigh(program, options.only);
  }
  return record;
}

[[noreturn]] void explain(int status) {
  std::printf(
      "usage: bench_compare [--rows WORDS] [--rounds N] [--busy-rounds N] [--programs] [--busy | --beside N | "
      "--memory]\n"
      "                     [--out PATH] [--list]\n"
      "       bench_compare --agree A.json B.json ...\n"
      "       bench_compare --draw A.json A.svg\n"
      "  --rows WORDS   only rows whose name contains WORDS\n"
      "  --busy         beside one process that computes\n"
      "  --beside N     beside N of them\n"
      "  --programs     programs only, alone on the machine and beside one, two and four: under five minutes\n"
      "  --memory       the peak of memory of each contender, nothing else\n"
      "  --out PATH     write PATH.json and PATH.svg; without --programs of all rows alone, all beside one, programs\n"
      "                 beside two and four, and memory; alone only for --busy-rounds 0\n"
      "  --agree        whether records say the same\n"
      "  --draw         the picture of a record, drawn anew\n");
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
      if (options.sets == Sets::one) options.sets = Sets::record;
    } else if (word == "--busy") {
      options.sets = Sets::busy;
    } else if (word == "--beside") {
      options.sets = Sets::busy;
      options.computing = std::atoi(next());
    } else if (word == "--programs") {
      options.programs = true;
    } else if (word == "--serve") {
      return suite::serve();
    } else if (word == "--memory") {
      options.sets = Sets::memory;
    } else if (word == "--peak") {
      return suite::print_peak(next());
    } else if (word == "--agree") {
      std::vector<std::string> const files(argv + i + 1, argv + argc);
      if (files.size() < 2) explain(2);
      return suite::print_agreement(files);
    } else if (word == "--draw") {
      if (argc - i != 3) explain(2);
      suite::Record record;
      if (!suite::read_json(argv[i + 1], record)) explain(2);
      suite::write_svg(record, argv[i + 2]);
      return 0;
    } else if (word == "--list") {
      for (Row const& row : suite::rows()) std::printf("%s\n", row.name.c_str());
      return 0;
    } else {
      explain(word == "--help" ? 0 : 2);
    }
  }
  if (options.rounds < 1 || options.busy_rounds < 0 || options.computing < 1) explain(2);

  std::printf("%s\n%s\npeers: %s\n%u cores; %d rounds\n\n", BENCH_COMPILER, BENCH_FLAGS, BENCH_PEERS,
              std::thread::hardware_concurrency(), options.rounds);
  if (options.sets == Sets::memory) return suite::weigh(argv[0], options.only).empty() ? 2 : 0;
  suite::Record const record = measure_sets(options, argv[0]);
  if (record.sets.empty()) {
    std::fprintf(stderr, "no row is called \"%s\"; --list names them\n", options.only.c_str());
    return 2;
  }
  if (!options.out.empty()) {
    suite::write_json(record, options.out + ".json");
    suite::Record drawn;  // as it will be drawn again, of rounded figures
    if (suite::read_json(options.out + ".json", drawn)) suite::write_svg(drawn, options.out + ".svg");
  }
  bool wrong = false;
  for (suite::Set const& set : record.sets) {
    for (Result const& result : set.rows) wrong = wrong || !result.wrong.empty();
  }
  return wrong ? 1 : 0;
}
