#include <parallel_task/policy/pull_trial.hpp>

#include "catch.hpp"

namespace pt = parallel_task;
using pt::detail::Costs;
using pt::detail::PullTrial;
using Verdict = PullTrial::Verdict;

namespace {

/// Slices of 1000 positions each.
struct Slices {
  Costs costs{};
  PullTrial trial{};
  bool walks_on = false;

  explicit Slices(bool walks = false) : walks_on(walks) { trial.begin(walks, costs); }
  /// One that took `each` ns a position, `pulled` of them to pull.
  Verdict slice(float each, float pulled, bool helped) {
    return trial.note(1000, 1000 * each, 1000 * pulled, helped, costs);
  }
  /// How many slices go on until one says `verdict`, at most 100 000.
  int until(Verdict verdict, float each, float pulled, bool helped) {
    for (int i = 1; i != 100'000; ++i) {
      Verdict const said = slice(each, pulled, helped);
      if (said == verdict) return i;
      if (said != Verdict::go_on) return -i;
    }
    return 0;
  }
};

}  // namespace

TEST_CASE("where pulling takes a good part of the time, helpers are refused once it was tried for 500 us") {
  CHECK(Slices().until(Verdict::refuse, 40, 30, true) == 13);
  CHECK(Slices().until(Verdict::refuse, 40, 11, true) == 13);
  CHECK(Slices().until(Verdict::refuse, 40, 10, true) == 0);  // no more than a quarter
  CHECK(Slices(true).until(Verdict::refuse, 1'999, 1'900, true) > 0);
  CHECK(Slices(true).until(Verdict::refuse, 2'000, 1'900, true) == 0);  // dear: it does no harm
  Slices nothing;
  CHECK(nothing.trial.note(0, 1e9F, 1e9F, true, nothing.costs) == Verdict::go_on);
}

TEST_CASE("as long as nobody has come, nothing is judged, but where the caller would do without a trail") {
  CHECK(Slices().until(Verdict::refuse, 40, 30, false) == 0);
  CHECK(Slices(true).until(Verdict::refuse, 40, 30, false) == 13);
}

TEST_CASE("what the caller takes alone is seen for 500 us, once the others have left") {
  Slices slices;
  CHECK(slices.until(Verdict::refuse, 40, 30, true) == 13);
  CHECK(slices.trial.refused());
  CHECK(slices.until(Verdict::admit, 1e6F, 0, true) == 0);  // they end what they have begun
  // What was pulled before is run first; then it is slower: 560 us.
  CHECK(slices.until(Verdict::admit, 80, 0, false) == 1 + 7);
  CHECK_FALSE(slices.trial.refused());
  // That is remembered: as long as sharing is faster, nobody is refused any more.
  CHECK(slices.until(Verdict::refuse, 74, 60, true) == 0);
  CHECK(slices.until(Verdict::refuse, 76, 60, true) > 0);
}

TEST_CASE("if alone was as fast, helpers are tried again after 8 ms, then after twice as long each time") {
  Slices slices;
  int last = 0;
  for (int const ms : {8, 16, 32, 64, 128, 256, 256, 256}) {
    CAPTURE(ms);
    REQUIRE(slices.until(Verdict::refuse, 40, 30, true) == 13);
    last = slices.until(Verdict::admit, 40, 0, false);
    CHECK(last == 1 + ms * 25);
  }
}

TEST_CASE("a gain of less than a sixteenth is none") {
  for (float const alone : {42.0F, 43.0F}) {
    Slices slices;
    REQUIRE(slices.until(Verdict::refuse, 40, 30, true) == 13);
    CHECK((slices.until(Verdict::admit, alone, 0, false) < 20) == (alone == 43.0F));
  }
}

TEST_CASE("helpers are admitted at once when what comes has become dear, not for a moment's delay") {
  Slices slices;
  REQUIRE(slices.until(Verdict::refuse, 40, 30, true) == 13);
  for (int i = 0; i != 30; ++i) REQUIRE(slices.slice(30, 0, false) == Verdict::go_on);
  CHECK(slices.slice(240, 0, false) == Verdict::go_on);
  CHECK(slices.slice(260, 0, false) == Verdict::admit);  // 260 us for 1000 positions
  // Many that cost a little more are no reason.
  REQUIRE(slices.until(Verdict::refuse, 400, 300, true) > 0);
  for (int i = 0; i != 10; ++i) REQUIRE(slices.slice(300, 0, false) == Verdict::go_on);
  CHECK(slices.slice(1100, 0, false) == Verdict::go_on);
  CHECK(slices.slice(1300, 0, false) == Verdict::admit);
}

TEST_CASE("trials that pay become longer, up to 64 ms") {
  Slices slices;
  REQUIRE(slices.until(Verdict::refuse, 40, 30, true) == 13);
  REQUIRE(slices.until(Verdict::admit, 80, 0, false) == 1 + 7);
  int ms = 0;
  for (int i = 0; i != 10'000; ++i, ++ms)
    REQUIRE(slices.trial.note(1000, 40'000, 30'000, true, slices.costs) == Verdict::go_on);
  // Now sharing has become slow; it takes a whole trial to see it.
  int const seen = slices.until(Verdict::refuse, 100, 90, true);
  CHECK(seen > 0);
  CHECK(seen <= 2 * 640);
}
