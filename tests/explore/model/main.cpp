// Runs cases: exhaustively, at random, again, and with weaker orders than the library's.
//
//   explore_schedules                          every case
//   … --list                                   their names
//   … --case NAME                              one of them
//   … --case NAME --seed N                     one random schedule, with its last steps
//   … --case NAME --choices LIST               one schedule of the exhaustive search, with its last steps
//   … --extent                                 how far each was explored, as tables
//   … --sites                                  each atomic operation that a case came to, and its order
//   … --weaken FILE:LINE[:COLUMN] ORDER        this operation behaves with the weaker order: some case must fail
//   … --weaken-all INCLUDE HARMLESS            each of them in turn, a table, and what survives (weaken.sh)
// PARALLEL_TASK_LONG=1 explores 20 times as far. PARALLEL_TASK_SEED=N takes other random schedules.
#include "driver.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>

int main(int count, char** words) {
  using namespace explore;
  Request request;
  char const* include = nullptr;
  char const* harmless = nullptr;
  bool list = false;
  for (int i = 1; i < count; ++i) {
    auto const is = [&](char const* word, int arguments) {
      return std::strcmp(words[i], word) == 0 && i + arguments < count;
    };
    if (is("--list", 0)) {
      list = true;
    } else if (is("--sites", 0)) {
      request.sites = true;
    } else if (is("--extent", 0)) {
      request.extent = true;
    } else if (is("--case", 1)) {
      request.only = words[++i];
    } else if (is("--seed", 1)) {
      request.has_seed = true;
      request.seed = std::strtoull(words[++i], nullptr, 10);
    } else if (is("--choices", 1)) {
      request.choices = words[++i];
    } else if (is("--weaken", 2)) {
      if (!add_weakened(words[i + 1], words[i + 2])) return 2;
      i += 2;
    } else if (is("--weaken-all", 2)) {
      include = words[++i];
      harmless = words[++i];
    } else {
      std::printf("what is %s?\n", words[i]);
      return 2;
    }
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  if (list) {
    for (Case const* each = first_case(); each != nullptr; each = each->next) std::printf("%s\n", each->name);
    return 0;
  }
  if (include != nullptr) return weaken_all(include, harmless);
  return run_cases(request);
}
