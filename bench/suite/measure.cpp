// A row, turn by turn, paired: which ratio to each peer, how sure, and what the noise is.
//
// A round runs each contender of a row once, in an order drawn anew. Before a turn the process must have come to rest,
// so that threads which spin on after a loop take no core from whoever is next. Before a round the machine must be
// quiet, but for the processes that are meant to compute; with programs, which have many rows, it is only counted how
// many rounds others disturbed. A ratio is this library's time by the peer's in the same round.
#include "measure.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace suite {

namespace {

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

/// A contender of the row that is measured.
struct Runner {
  Contender contender;
  std::size_t number;  // in the row
  double last = 0;     // what its last turn took
  int late = 0;        // turns that were ended
  Times times = {};
  [[nodiscard]] bool given_up() const { return late >= 2; }
};

bool judges_programs(Contender const& contender) {
  for (char const* const each : {plain, ours, alone, "OpenMP static", "OpenMP passive", "oneTBB auto"}) {
    if (contender.peer == each) return true;
  }
  return false;
}

std::vector<Runner> runners_of(Row const& row, bool few) {
  std::vector<Runner> runners;
  Runner noise;
  for (std::size_t i = 0; i != row.contenders.size(); ++i) {
    Contender contender = row.contenders[i];
    if (few && !judges_programs(contender)) continue;
    if (!Elsewhere::possible()) {
      if (contender.process == Process::passive) continue;
      contender.process = Process::here;
    }
    runners.push_back({contender, i});
    if (contender.peer == ours) noise = {{again, contender.run, contender.process}, i};
  }
  runners.push_back(noise);
  return runners;
}

class Measurement {
 public:
  Measurement(std::size_t number, Elsewhere& elsewhere, bool few)
      : number_(number), row_(rows()[number]), elsewhere_(elsewhere), runners_(runners_of(row_, few)) {}

  Result operator()(int rounds, Others const& others) {
    row_.prepare();
    Result result;
    result.row = row_.name;
    result.unit = row_.unit;
    result.small = row_.small;
    result.idles = row_.idles;
    result.sleeps = row_.sleeps;
    result.beside = !others.empty();
    // Beside others a short run is a matter of luck: whose slice of a core ends in it.
    if (row_.program) least_ns_ = others.empty() ? 1.2e7 : 2e7;
    check(result);
    std::mt19937 random(1);
    std::vector<Runner*> order;
    for (Runner& runner : runners_) order.push_back(&runner);
    for (int round = 0; round != rounds; ++round) {
      bool const quiet = row_.program ? round != 0 || machine_is_quiet(others, std::chrono::seconds(1))
                                      : machine_is_quiet(others, std::chrono::seconds(20));
      std::vector<int> const ids = elsewhere_.ids();
      std::vector<int> known = ids;
      for (auto const& other : others) known.push_back(other->id());
      Strangers const strangers(known);
      std::shuffle(order.begin(), order.end(), random);
      for (Runner* const runner : order) turn(*runner);
      // Of processes that were ended nobody knows what they used.
      if (!quiet || (row_.program && elsewhere_.ids() == ids && strangers.disturb())) ++result.disturbed;
    }
    row_.release();
    evaluate(result);
    return result;
  }

 private:
  /// Who runs in another process has eight times the plain loop's time, a tenth of a second at least.
  [[nodiscard]] double limit() const { return std::max(8 * runners_.front().last, 1e8); }

  std::optional<Turn> take(Runner& runner, Manner manner) {
    if (runner.contender.process == Process::here) return take_turn(row_, runner.contender, manner);
    double const rest = 1e7 + 5e6 + 2e8;  // before and after, where threads spin
    return elsewhere_.take_turn(runner.contender.process, number_, runner.number, manner,
                                (manner.warm ? 2 : 1) * limit() + manner.least_ns + rest);
  }

  /// Runs each once, and compares what they return.
  void check(Result& result) {
    double expected = 0;
    for (Runner& runner : runners_) {
      std::optional<Turn> const turn = take(runner, {});
      if (!turn) {
        ++runner.late;
        continue;
      }
      runner.last = turn->run_ns;
      if (&runner == &runners_.front()) {
        expected = turn->sample.digest;
        units_ = turn->sample.units;
      }
      if (std::abs(turn->sample.digest - expected) > row_.tolerance * (std::abs(expected) + 1)) {
        result.wrong = runner.contender.peer;
      }
    }
  }

  void turn(Runner& runner) {
    // What takes long does not notice whether its threads were awake and its data in the cache.
    Manner const manner{!row_.idles && runner.last < (row_.program ? 5e6 : 2e7), least_ns_};
    std::optional<Turn> turn;
    if (!runner.given_up()) {
      turn = take(runner, manner);
      if (!turn) ++runner.late;
    }
    if (turn) runner.last = turn->run_ns;
    if (!turn) turn = Turn{{limit() / units_, 0, units_}, limit(), limit(), limit()};  // at least that
    runner.times.ns.push_back(turn->sample.ns);
    runner.times.cpu_ns.push_back(turn->cpu_ns / turn->sample.units);
    runner.times.cores.push_back(turn->cpu_ns / turn->ns);
  }

  void evaluate(Result& result) const {
    std::size_t const count = runners_.size();
    auto const is_ours = [](Runner const& runner) { return runner.contender.peer == ours; };
    Times const& mine = std::find_if(runners_.begin(), runners_.end(), is_ours)->times;
    double const shortest = *std::min_element(mine.ns.begin(), mine.ns.end());
    for (Runner const& runner : runners_) {
      Times const& its = runner.times;
      result.peers.push_back(runner.contender.peer);
      result.ns.push_back(estimate(its.ns));
      result.cpu_ns.push_back(estimate(its.cpu_ns));
      result.ratio.push_back(estimate(paired(mine.ns, its.ns)));
      result.cpu_ratio.push_back(estimate(paired(mine.cpu_ns, its.cpu_ns)));
      result.cores.push_back(estimate(its.cores).median);
      result.least.push_back(*std::min_element(its.ns.begin(), its.ns.end()));
      result.minima.push_back(shortest / result.least.back());
      result.given_up.push_back(runner.given_up());
    }
    result.best = result.fastest = count;
    for (std::size_t i = 0; i != count; ++i) {
      if (!result.is_peer(i)) continue;
      if (result.best == count || result.ns[i].median < result.ns[result.best].median) result.best = i;
      if (result.fastest == count || result.least[i] < result.least[result.fastest]) result.fastest = i;
    }
  }

  std::size_t number_;
  Row& row_;
  Elsewhere& elsewhere_;
  std::vector<Runner> runners_;
  double units_ = 1;     // of work in a run
  double least_ns_ = 0;  // that a turn takes
};

}  // namespace

Result measure(std::size_t number, int rounds, Others const& others, Elsewhere& elsewhere, bool few) {
  return Measurement(number, elsewhere, few)(rounds, others);
}

}  // namespace suite
