// Contenders that run in another process: told otherwise by its environment, and ended if they take too long.
#pragma once

#include "row.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace suite {

/// How a turn is taken: with a run before those that count, and with as many of them as take so long together.
struct Manner {
  bool warm = false;
  double least_ns = 0;
};

/// What a turn gave: the mean of its samples, and what they took by the clock and of CPU, with the wait for rest where
/// a row idles; and one of them by the clock.
struct Turn {
  Sample sample;
  double ns = 0;
  double cpu_ns = 0;
  double run_ns = 0;
};

/// How long a process has to be at rest before a turn. OpenMP's threads spin on for milliseconds: where they are in a
/// process of their own, which waits for their end, the others need not.
inline std::chrono::milliseconds rest_before(Row const& row) { return std::chrono::milliseconds(row.program ? 5 : 25); }

/// A turn of a contender in this process, which comes to rest before.
Turn take_turn(Row const& row, Contender const& contender, Manner manner);

/// The processes for contenders that do not run here, one for each kind; started when they are needed.
class Elsewhere {
 public:
  explicit Elsewhere(std::string program) : program_(std::move(program)) {}
  Elsewhere(Elsewhere const&) = delete;
  Elsewhere& operator=(Elsewhere const&) = delete;
  ~Elsewhere();

  /// Whether this system has what it takes; if not, they run here, and the passive ones not at all.
  static bool possible();
  /// A turn of a contender of a row, by their numbers. Nothing if it takes longer than `limit_ns` or fails: then its
  /// process has been ended.
  std::optional<Turn> take_turn(Process kind, std::size_t row, std::size_t contender, Manner manner, double limit_ns);
  /// The processes that are there.
  [[nodiscard]] std::vector<int> ids() const;

 private:
  struct Child {
    int id = 0;
    int to = -1;
    int from = -1;
  };
  void start(Child& child, bool passive) const;
  static void end(Child& child);

  std::string program_;
  Child own_;
  Child passive_;
};

/// The other side of it: takes turns as it is told on standard input, until that ends. An exit status.
int serve();

}  // namespace suite
