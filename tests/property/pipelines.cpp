// Random pipelines against their sequential twins. A failing one is named by its seed:
//
//   PARALLEL_TASK_SEED=1234 tests "random pipelines*"     runs that one alone, a hundred times
//   PARALLEL_TASK_LONG=1                                  ten thousand instead of a thousand
//   PARALLEL_TASK_CASES=100000                            as many as that
#include "property/random.hpp"

#include "catch.hpp"
#include "support/eager.hpp"

#include <cstdlib>

using namespace property;

TEST_CASE("random pipelines give what the sequential loops give", "[long]") {
  char const* const only = std::getenv("PARALLEL_TASK_SEED");
  std::uint64_t const first = only != nullptr ? std::strtoull(only, nullptr, 10) : 1;
  char const* const cases = std::getenv("PARALLEL_TASK_CASES");
  std::uint64_t const count = only != nullptr                                ? 1
                              : cases != nullptr                             ? std::strtoull(cases, nullptr, 10)
                              : std::getenv("PARALLEL_TASK_LONG") != nullptr ? 10'000
                                                                             : 1'000;
  struct Engine {
    unsigned cores;
    support::Claims claims;
  };
  std::uint64_t turn = 0;
  stopped_runs = 0;
  for (Engine const engine :
       {Engine{1, support::Claims::single}, Engine{2, support::Claims::single}, Engine{8, support::Claims::single},
        Engine{8, support::Claims::given_back}, Engine{8, support::Claims::probed}}) {
    support::Eager const eager(engine.cores, engine.claims);
    std::uint64_t steals = 0;
    std::uint64_t shared = 0;
    // The engines take turns at the seeds; a replayed one runs on all. Where a busy machine kept helpers away, more.
    auto const none_stolen = [&] { return only == nullptr && engine.cores != 1 && steals == 0; };
    for (std::uint64_t i = only != nullptr ? 0 : turn; i < count || (none_stolen() && i < count + 100'000); i += 5) {
      std::uint64_t const seed = first + i;
      for (int again = only != nullptr ? 100 : 1; again != 0; --again) {
        std::string story;
        std::string const wrong = run_case(seed, story);
        steals += last_report.steals;
        shared += last_report.threads > 1 ? 1U : 0U;
        if (!wrong.empty()) {
          FAIL("PARALLEL_TASK_SEED=" << seed << ", as if on " << engine.cores << " cores: " << story << " -> "
                                     << wrong);
        }
      }
    }
    ++turn;
    INFO("as if on " << engine.cores << " cores: " << shared << " runs shared, " << steals << " steals");
    if (only == nullptr) CHECK((engine.cores == 1 ? steals == 0 : steals > 0));
  }
  INFO(stopped_runs << " runs stopped by a deadline");
  if (only == nullptr) CHECK(stopped_runs > 0);
}
