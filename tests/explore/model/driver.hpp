// Between the command line and the machine: what is run, and what is said about it.
#pragma once

#include "cases.hpp"
#include "machine.hpp"

namespace explore {

struct Request {
  char const* only = nullptr;
  bool has_seed = false;
  std::uint64_t seed = 0;
  char const* choices = nullptr;
  bool sites = false;   ///< say which atomic operations were come to
  bool extent = false;  ///< say how far each case was explored
};

/// How far a case was explored, and what came of it.
struct Result {
  bool failed = false;    // an execution failed
  bool complete = false;  // the exhaustive search came to its end
  bool any_complete = false;
  std::uint32_t preemptions = 0;  // up to these bounds it is complete, if any_complete
  std::uint32_t stale = 0;
  bool by_seed = false;  // how the failure is found again
  std::uint64_t seed = 0;
  std::uint64_t exhaustive = 0;
  std::uint64_t random = 0;
  std::uint64_t outcomes = 0;
  char text[512] = "";
};

[[nodiscard]] Case* first_case() noexcept;
/// Explores a case until an execution fails: at most `executions` of the exhaustive search, and `rounds` random ones.
[[nodiscard]] Result explore_case(Case const& each, Plan const& plan);
[[nodiscard]] int run_cases(Request const& request);

/// How far cases were explored: a summary, in which litmus tests are counted apart, and a row for each other case.
class Extent {
 public:
  void add(Case const& each, Result const& result);
  void print();

 private:
  struct Row {
    Case const* of;
    Result result;
  };
  Table<Row> rows_;
};

/// From now on the operation at "FILE:LINE[:COLUMN]" behaves with a weaker order. False, and says so, if it can't be.
[[nodiscard]] bool add_weakened(char const* place, char const* order) noexcept;
[[nodiscard]] int weaken_all(char const* include, char const* harmless);

}  // namespace explore
