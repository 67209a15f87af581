// How far cases were explored, as the tables of docs/long-runs.md.
#include "driver.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace explore {

namespace {

[[nodiscard]] bool is_litmus(Case const& each) noexcept { return std::strncmp(each.name, "litmus:", 7) == 0; }

/// In which row of the summary a result stands: what is explored further comes first.
struct Reach {
  bool complete;
  bool any;
  std::uint32_t preemptions;
  std::uint32_t stale;

  explicit Reach(Result const& result) noexcept
      : complete(result.complete), any(result.any_complete), preemptions(result.preemptions), stale(result.stale) {}
  friend bool operator==(Reach const&, Reach const&) = default;
  friend bool operator<(Reach const& a, Reach const& b) noexcept {
    if (a.complete != b.complete) return a.complete;
    if (a.any != b.any) return a.any;
    return a.preemptions != b.preemptions ? a.preemptions > b.preemptions : a.stale > b.stale;
  }
};

void print(Reach const& reach, unsigned cases) {
  if (reach.any) {
    std::printf("| %s, preemptions: %u, old values: %u | %u |\n", reach.complete ? "complete" : "every schedule",
                reach.preemptions, reach.stale, cases);
  } else {
    std::printf("| not every schedule with one preemption | %u |\n", cases);
  }
}

}  // namespace

void Extent::add(Case const& each, Result const& result) { rows_.add({&each, result}); }

void Extent::print() {
  Table<Reach> reached;
  unsigned litmus = 0;
  for (Row const& row : rows_) {
    if (is_litmus(*row.of)) {
      ++litmus;
    } else {
      reached.add(Reach(row.result));
    }
  }
  std::sort(reached.begin(), reached.end());
  std::printf("\n| explored | cases |\n|---|---|\n");
  for (std::size_t i = 0, next = 0; i != reached.size(); i = next) {
    while (next != reached.size() && reached[next] == reached[i]) ++next;
    explore::print(reached[i], static_cast<unsigned>(next - i));
  }
  std::printf("| litmus tests of the model itself | %u |\n", litmus);
  std::printf("\n| case | complete | preemptions | old values | schedules | at random |\n|---|---|---|---|---|---|\n");
  for (Row const& row : rows_) {
    if (is_litmus(*row.of)) continue;
    Result const& result = row.result;
    std::printf("| %s | %s | ", row.of->name, result.complete ? "yes" : "");
    if (result.any_complete) {
      std::printf("%u | %u", result.preemptions, result.stale);
    } else {
      std::printf("| ");
    }
    std::printf(" | %llu | %llu |\n", static_cast<unsigned long long>(result.exhaustive),
                static_cast<unsigned long long>(result.random));
  }
}

}  // namespace explore
