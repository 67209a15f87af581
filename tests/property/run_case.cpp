#include "property/random.hpp"

#include <exception>

namespace property {

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
  } catch (pt::cancelled const& stopped) {
    if (!may_be_late || stopped.reason() != pt::StopReason::deadline) return "stopped by nobody";
    ++stopped_runs;
    return "";
  } catch (std::exception const& error) {
    return std::string("unexpected: ") + error.what();
  }
}

}  // namespace property
