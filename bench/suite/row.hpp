// What is measured: rows, each one workload, run by several contenders.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace suite {

using Clock = std::chrono::steady_clock;

/// What one turn of a contender gave: nanoseconds for the row's unit of work, a number that depends on the result, the
/// same for all, and how many units it ran.
struct Sample {
  double ns = 0;
  double digest = 0;
  double units = 1;
};

/// In which process a contender runs. OpenMP's threads spin as the environment said when the process began, and where
/// they spin beside others a run may take a hundred times as long: only a process of its own can be told otherwise, or
/// ended.
enum class Process {
  here,     ///< the one that measures
  own,      ///< another, started for it
  passive,  ///< another, whose OpenMP threads sleep as soon as they wait
};

struct Contender {
  std::string peer;
  std::function<Sample()> run;
  Process process = Process::here;
};

struct Row {
  std::string name;
  std::string unit;                       ///< what the time is for: "run", "loop"
  bool small = false;                     ///< a loop below 50 us: left out of the second geometric mean
  bool idles = false;                     ///< pauses between its loops: CPU time says as much as time
  bool sleeps = false;                    ///< its items sleep
  double tolerance = 1e-9;                ///< relative, for sums in another order
  bool program = false;                   ///< one of those that `--programs` runs
  bool weighs = false;                    ///< its peak memory is shown
  double result_bytes = 0;                ///< what its result takes, where that is a container
  std::function<void()> prepare = [] {};  ///< makes the input, once
  std::function<void()> release = [] {};  ///< drops it
  std::vector<Contender> contenders = {};
  std::size_t items = 0;                       ///< where all contenders call the same item: how many there are
  std::function<void(std::size_t)> item = {};  ///< … and item i alone
};

/// All rows, in the order in which they are shown.
std::vector<Row>& rows();

inline double nanoseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::nano>(Clock::now() - begin).count();
}

/// Times one call of `body`; what it returns is the digest.
template <class Body>
std::function<Sample()> once(Body body) {
  return [body] {
    auto const begin = Clock::now();
    double const digest = static_cast<double>(body());
    return Sample{nanoseconds_since(begin), digest};
  };
}

/// Times `count` calls back to back; the time is that of one.
template <class Body>
std::function<Sample()> batch(std::size_t count, Body body) {
  return [count, body] {
    auto const begin = Clock::now();
    for (std::size_t i = 0; i != count; ++i) body();
    return Sample{nanoseconds_since(begin) / static_cast<double>(count), 0, static_cast<double>(count)};
  };
}

/// Pauses, then times `count` calls; three times over. The time is that of one call.
template <class Body>
std::function<Sample()> bursts(std::chrono::milliseconds pause, std::size_t count, Body body) {
  return [pause, count, body] {
    double ns = 0;
    for (int i = 0; i != 3; ++i) {
      std::this_thread::sleep_for(pause);
      auto const begin = Clock::now();
      for (std::size_t k = 0; k != count; ++k) body();
      ns += nanoseconds_since(begin);
    }
    return Sample{ns / static_cast<double>(3 * count), 0, static_cast<double>(3 * count)};
  };
}

/// Read anew for each item, so that no compiler knows what `work` gives: otherwise the plain loop computes it once for
/// all items, or for eight of them side by side, and so do those peers whose loops are inlined as well.
inline double const volatile start_of_work = 0.5;

/// A fixed amount of arithmetic that no compiler can shorten: about a nanosecond a step or more.
inline double work(std::size_t steps) {
  double x = start_of_work;
  for (std::size_t i = 0; i != steps; ++i) x = x * 1.0000001 + 1e-9;
  return x;
}

/// Steps of `work` in a microsecond of this machine, measured once.
double steps_per_us();

/// A small generator, the same numbers everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t operator()() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return state_ >> 33;
  }
  double uniform() { return static_cast<double>((*this)()) / 2147483648.0; }

 private:
  std::uint64_t state_;
};

}  // namespace suite
