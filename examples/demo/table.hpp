// Runs a story as a plain loop and in parallel, compares what they computed, and prints a line about it.
#pragma once

#include "others.hpp"

#include <parallel_task/parallel_task.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace demo {

class Table {
 public:
  Table();

  /// `plain(input)` and `parallel(input, report)` compute the same from `make_input()`, which is not timed.
  /// Each takes three turns, or fewer where the minute would not do; the best one counts.
  template <class Input, class Plain, class Parallel>
  void compare(std::string_view name, std::size_t items, Input make_input, Plain plain, Parallel parallel) {
    using Given = decltype(make_input());
    begin(name, items);
    Turn best_plain;
    Turn best_parallel;
    bool same = true;
    for (int turn = 0; turn != 3 && (turn == 0 || in_time()); ++turn) {
      auto const expected =
          timed(best_plain, make_input(), [&](Given input, pt::RunReport&) { return plain(std::move(input)); });
      auto const result = timed(best_parallel, make_input(), parallel);
      same = same && result == expected;
    }
    end(best_plain, best_parallel, same);
  }

  /// The report of the last line's best parallel turn.
  [[nodiscard]] pt::RunReport const& last_report() const { return last_report_; }

  [[nodiscard]] bool all_same() const { return all_same_; }

  /// A sentence about other programs, if they used the machine meanwhile.
  void tell_of_others() const;

 private:
  struct Turn {
    double milliseconds = 0;
    pt::RunReport report;
  };

  template <class Input, class Compute>
  static auto timed(Turn& best, Input input, Compute const& compute) {
    Turn turn;
    auto const start = std::chrono::steady_clock::now();
    auto result = compute(std::move(input), turn.report);
    auto const stop = std::chrono::steady_clock::now();
    turn.milliseconds = std::chrono::duration<double, std::milli>(stop - start).count();
    if (best.milliseconds == 0 || turn.milliseconds < best.milliseconds) best = std::move(turn);
    return result;
  }

  /// Whether there is time for another turn of the story that is running: the demo is to end within a minute.
  [[nodiscard]] bool in_time() const { return std::chrono::steady_clock::now() - started_ < std::chrono::seconds(30); }

  static void begin(std::string_view name, std::size_t items);
  void end(Turn const& plain, Turn& parallel, bool same);

  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  Others others_;
  pt::RunReport last_report_;
  bool all_same_ = true;
};

/// For stories that only look at what they captured.
struct Nothing {};
inline constexpr auto nothing = [] { return Nothing{}; };

}  // namespace demo
