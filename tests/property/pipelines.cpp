// Random pipelines against their sequential twins. A failing one is named by its seed:
//
//   PARALLEL_TASK_SEED=1234 tests "random pipelines*"     runs that one alone, a hundred times
//   PARALLEL_TASK_LONG=1                                  ten thousand instead of a thousand
//   PARALLEL_TASK_CASES=100000                            as many as that
#include "property/random.hpp"

#include "catch.hpp"
#include "support/eager.hpp"

#include <cstdlib>
#include <exception>

using namespace property;

namespace {

std::string run_case(std::uint64_t seed, std::string& story) {
  Random random(seed);
  constexpr std::size_t sizes[] = {0, 1, 2, 3, 7, 20, 64, 200, 1000, 3000};
  Case c = random_source(random, sizes[random.below(random.one_in(10) ? 10 : 8)]);
  if (!random.one_in(4)) {
    // Few items are over before a helper comes, unless they take their time.
    c.story += " | dawdle";
    c.pipeline = std::visit(
        [](auto&& p) -> Pipeline { return erase(std::move(p).inspect([](Number const&) { support::dawdle(); })); },
        std::move(c.pipeline));
  }
  for (std::size_t stages = random.below(7); stages != 0; --stages) c = with_random_stage(random, std::move(c));
  story = c.story;
  try {
    switch (random.below(3)) {
      case 0:
        return check_containers(random, std::move(c));
      case 1:
        return check_folds(random, std::move(c));
      default:
        return check_searches(random, std::move(c));
    }
  } catch (std::exception const& error) {
    return std::string("unexpected: ") + error.what();
  }
}

}  // namespace

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
  for (Engine const engine : {Engine{1, support::Claims::single}, Engine{2, support::Claims::single},
                              Engine{8, support::Claims::single}, Engine{8, support::Claims::given_back}}) {
    support::Eager const eager(engine.cores, engine.claims);
    std::uint64_t steals = 0;
    std::uint64_t shared = 0;
    // The engines take turns at the seeds; a replayed one runs on all.
    for (std::uint64_t i = only != nullptr ? 0 : turn; i < count; i += 4) {
      std::uint64_t const seed = first + i;
      for (int again = only != nullptr ? 100 : 1; again != 0; --again) {
        std::string story;
        std::string const wrong = run_case(seed, story);
        steals += last_report.steals;
        shared += last_report.threads > 1 ? 1 : 0;
        if (!wrong.empty()) {
          FAIL("PARALLEL_TASK_SEED=" << seed << ", as if on " << engine.cores << " cores: " << story << " -> " << wrong);
        }
      }
    }
    ++turn;
    INFO("as if on " << engine.cores << " cores: " << shared << " runs shared, " << steals << " steals");
    if (only == nullptr) CHECK((engine.cores == 1 ? steals == 0 : steals > 0));
  }
}
