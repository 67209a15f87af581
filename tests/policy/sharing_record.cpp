// Small loops are compared, shared and alone.
#include <parallel_task/controller/worker_controller.hpp>
#include <parallel_task/policy/sharing_record.hpp>

#include "catch.hpp"
#include "support/eager.hpp"
#include "support/threads.hpp"

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

namespace pt = parallel_task;
using pt::detail::SharedRow;
using pt::detail::SharingAccount;
using pt::detail::SharingRecord;
using pt::detail::SharingTally;

namespace {

constexpr float length = 1000;

struct Course {
  int alone = 0;
  int shared = 0;
  double alone_ns = 0;
  double shared_ns = 0;
};

/// A thread and one place, whose loops have 1000 positions.
struct Place {
  SharingTally* tally;
  SharingRecord record{};
  float forecast = 10'000;

  [[nodiscard]] bool says_alone() const { return tally->says_alone(record, length, forecast); }
  void note_alone(float took, bool whole = true) { tally->note_alone(record, length, forecast, took, whole); }
  void note_shared(float took) { tally->note_shared(record, length, forecast, took); }
  void know_alone(float took) { (void)record.note_alone(length, took, took, 1); }

  /// So many loops, each alone or shared as it says; `alone()` and `shared()` say what it takes.
  template <std::invocable Alone, std::invocable Shared>
  void run(Course& course, int loops, Alone const& alone, Shared const& shared) {
    for (int i = 0; i != loops; ++i) {
      if (says_alone()) {
        float const took = alone();
        note_alone(took);
        course.alone_ns += static_cast<double>(took);
        ++course.alone;
      } else {
        float const took = shared();
        note_shared(took);
        course.shared_ns += static_cast<double>(took);
        ++course.shared;
      }
    }
  }
  Course run(int loops, float alone, float shared) {
    Course course;
    run(
        course, loops, [alone] { return alone; }, [shared] { return shared; });
    return course;
  }
};

}  // namespace

TEST_CASE("a short loop runs alone once before it is shared, a longer one after 2 ms") {
  SharingTally tally;
  Place brief{&tally};
  CHECK(brief.says_alone());
  brief.note_alone(10'000);
  CHECK(!brief.says_alone());
  SharingTally other;
  Place longer{&other, {}, 500'000};
  int shared = 0;
  for (; !longer.says_alone(); ++shared) longer.note_shared(250'000);
  CHECK(shared == 9);
  CHECK(longer.record.account.saved == 0);  // nothing is known of what they would have taken
}

TEST_CASE("where sharing pays, less than one loop in fifty runs alone, in rows that become rare") {
  SharingTally tally;
  Place place{&tally};
  Course const first = place.run(10'000, 10'000, 5'000);
  CHECK(first.alone_ns / first.shared_ns < 0.05);
  Course const later = place.run(100'000, 10'000, 5'000);
  CHECK(later.alone > 30);
  CHECK(later.alone_ns / later.shared_ns < 0.01);
  CHECK(place.record.account.saved == SharingAccount::most_saved);
}

TEST_CASE("where sharing takes longer, loops run alone nearly always") {
  SharingTally tally;
  Place place{&tally};
  Course const course = place.run(100'000, 10'000, 15'000);
  CHECK((course.alone_ns + course.shared_ns) / 1e9 < 1.01);
  CHECK(place.record.account.penalty == SharingAccount::most_penalty);
}

TEST_CASE("where sharing takes as long as one thread, loops run alone nearly always, since that takes one core") {
  SharingTally tally;
  Place place{&tally};
  (void)place.run(10'000, 10'000, 10'000);  // 100 ms
  Course const course = place.run(100'000, 10'000, 10'000);
  CHECK(course.shared < 5'000);
  Place worth{&tally};
  SharingTally fresh;
  worth.tally = &fresh;
  CHECK(worth.run(100'000, 10'000, 8'000).alone < 5'000);
}

TEST_CASE("thirty places learn together that sharing does not pay, as fast as one") {
  SharingTally tally;
  std::vector<Place> places(30, Place{&tally});
  Course course;
  for (int round = 0; round != 100; ++round) {
    for (Place& place : places) {
      place.run(
          course, 1, [] { return 4'000.0F; }, [] { return 8'000.0F; });
    }
  }
  CHECK(course.shared < 200);  // each by itself would share 20 before it knows
  Place newcomer{&tally};
  newcomer.know_alone(4'000);
  CHECK(newcomer.says_alone());
}

namespace {

/// So many rounds of two loops of 10 us alone: shared one takes 5, the other `longer`. How often each was shared.
struct OneGains {
  int gaining = 0;
  int losing = 0;

  OneGains(int rounds, float longer) {
    SharingTally tally;
    Place gains{&tally};
    Place loses{&tally};
    Course good;
    Course bad;
    for (int round = 0; round != rounds; ++round) {
      gains.run(
          good, 1, [] { return 10'000.0F; }, [] { return 5'000.0F; });
      loses.run(
          bad, 1, [] { return 10'000.0F; }, [longer] { return longer; });
    }
    gaining = good.shared;
    losing = bad.shared;
  }
};

}  // namespace

TEST_CASE("a place that gains is shared, whatever others of its length lose") {
  OneGains const shared(20'000, 12'000);
  CHECK(shared.gaining > 15'000);
  CHECK(shared.losing < 1'000);
}

TEST_CASE("alone is measured when all loops of a thread run alone, and not at the beginning of that") {
  SharingTally tally;
  Place place{&tally};
  place.note_alone(10'000);
  // Between shared loops one takes 10 us alone, in a row of its own 3: shared it takes 5.
  int in_a_row = 0;
  Course course;
  for (int i = 0; i != 100'000; ++i) {
    place.run(
        course, 1, [&] { return ++in_a_row > 8 ? 3'000.0F : 10'000.0F; }, [&] { return in_a_row = 0, 5'000.0F; });
  }
  CHECK(course.shared < 5'000);
  CHECK(place.record.alone(length) < 3'500);
}

TEST_CASE("who gains by being shared, and leaves the data of others elsewhere, is charged for what these lose") {
  // Of 30 loops over the same arrays ten gain a quarter; the others lose half of their time, shared or not, as long as
  // any is shared.
  constexpr int count = 30;
  SharingTally tally;
  std::vector<Place> places(count, Place{&tally});
  float away = 0;  // how much of the data is not where a loop that runs alone wants it
  Course course;
  auto const step = [&] {
    for (int i = 0; i != count; ++i) {
      bool const gains = i % 3 == 0;
      float const time = gains ? 14'000.0F : 5'000.0F;
      places[static_cast<std::size_t>(i)].forecast = time;
      places[static_cast<std::size_t>(i)].run(
          course, 1,
          [&] {
            float const took = gains ? time : time * (1 + away / 2);
            away *= 0.5F;  // it has come home
            return took;
          },
          [&] {
            away = 1;
            return gains ? time * 0.75F : time * 1.5F;
          });
    }
  };
  for (int i = 0; i != 500; ++i) step();  // 0.12 s
  Course const before = course;
  for (int i = 0; i != 5000; ++i) step();
  double const took = course.alone_ns + course.shared_ns - before.alone_ns - before.shared_ns;
  CHECK(took / 5000 < 1.02 * (10 * 14'000 + 20 * 5'000));
}

TEST_CASE("what a loop loses that runs alone among shared ones counts against all brief ones, at most twice its time") {
  SharingTally tally;
  Place place{&tally};
  place.know_alone(10'000);
  int loops = 0;
  for (; !tally.common.says_alone() && loops != 1000; ++loops) {
    tally.leave_home();
    place.note_alone(loops == 0 ? 90'000.0F : 15'000.0F);  // something held it up once
  }
  CHECK(loops == 199);  // 20 us for the first, 5 for each other: 1.01 ms
  SharingTally at_home;
  Place other{&at_home};
  other.know_alone(10'000);
  for (int i = 0; i != 1000; ++i) other.note_alone(15'000);
  CHECK_FALSE(at_home.common.says_alone());
  SharingTally long_ones;
  Place longer{&long_ones, {}, SharingTally::brief};
  longer.know_alone(10'000);
  for (int i = 0; i != 1000; ++i) {
    long_ones.leave_home();
    longer.note_alone(15'000);
  }
  CHECK_FALSE(long_ones.common.says_alone());
}

TEST_CASE("by a loop that found its data elsewhere it is shown that sharing loses, not that it gains") {
  SharingTally tally;
  Place place{&tally};
  place.note_alone(10'000);  // the first, of which nobody knows where its data lay
  REQUIRE(place.record.is_guessed(length));
  for (int i = 0; i != 100; ++i) place.note_shared(5'000);
  CHECK(place.record.account.saved <= 0);
  CHECK(tally.common.saved <= 0);
  for (int i = 0; i != 100 && !place.record.account.says_alone(); ++i) place.note_shared(15'000);
  CHECK(place.record.account.says_alone());
}

TEST_CASE("what is at home counts, whatever it was that made loops run alone") {
  SharingTally tally;
  Place place{&tally};
  place.note_shared(5'000);
  for (int i = 0; i != 10; ++i) place.note_alone(10'000);
  CHECK(place.record.is_guessed(length));
  place.note_alone(10'000);
  CHECK_FALSE(place.record.is_guessed(length));
  CHECK(place.record.alone(length) == Approx(10'000));
  float const known = place.record.alone_items;
  tally.leave_home();
  place.note_alone(110'000);  // its own data at most, not yet that of others
  place.note_alone(110'000);
  CHECK(place.record.alone_items == known);
  place.note_alone(110'000);
  CHECK(place.record.alone_items > known);
  float const seen = place.record.alone_items;
  tally.leave_home();
  place.note_alone(2e6F);  // so long a loop has fetched its data itself
  CHECK(place.record.alone_items > seen);
}

TEST_CASE("a loop of which nothing was forecast runs alone while all do, and while those of its length do") {
  SharingTally tally;
  CHECK_FALSE(tally.says_alone(10'000));
  tally.row.on = true;
  CHECK(tally.says_alone(10'000));
  tally.row.on = false;
  tally.accounts[SharingTally::band_of(10'000)].alone_for = 1e6F;
  CHECK(tally.says_alone(10'000));
  CHECK_FALSE(tally.says_alone(100'000));
  tally.accounts[SharingTally::band_of(10'000)].alone_for = 0;
  tally.common.alone_for = 1e6F;
  CHECK(tally.says_alone(100'000));
  CHECK_FALSE(tally.says_alone(SharingTally::brief));
}

TEST_CASE("a loop that somebody held up tells little of its kind, and nothing once an undisturbed one has run") {
  SharingTally tally;
  Place place{&tally};
  for (int i = 0; i != 20; ++i) place.know_alone(10'000);
  place.forecast = 10'000;
  place.note_alone(4e6F);
  CHECK(place.record.alone(length) == Approx(10'000).epsilon(0.06));
  SECTION("the first ones of a program make its memory") {
    SharingTally other;
    Place early{&other};
    for (int i = 0; i != 5; ++i) {
      early.forecast = i == 0 ? 10'000 : 1e6F;
      early.note_alone(1e6F);
    }
    REQUIRE(early.record.alone(length) == Approx(1e6F));
    for (int i = 0; i != 100; ++i) early.note_shared(20'000);  // which seems to save a millisecond each
    REQUIRE(early.record.account.saved == SharingAccount::most_saved);
    early.note_alone(10'000);  // far below its forecast
    early.forecast = 10'000;
    for (int i = 0; i != 15; ++i) early.note_alone(10'000);
    CHECK(early.record.alone(length) == Approx(10'000));
    CHECK(early.record.account.saved <= SharingAccount::proof);
    CHECK(other.common.saved <= SharingAccount::proof);
    int shared = 0;
    for (; !early.says_alone() && shared != 1000; ++shared) early.note_shared(20'000);
    CHECK(shared < 30);
  }
  SECTION("what is fast twice is fast, once it may have been another kind of loop") {
    place.note_alone(4'500);
    CHECK(place.record.alone(length) > 9'000);
    place.forecast = 4'500;
    place.note_alone(4'500);
    CHECK(place.record.alone(length) == 4'500);
    place.note_alone(1'000);  // so far below that the others were disturbed
    CHECK(place.record.alone(length) == 1'000);
  }
  SECTION("what is slow twice is slow") {
    place.forecast = 90'000;  // as the last one was
    for (int i = 0; i != 100; ++i) place.note_alone(90'000);
    CHECK(place.record.alone(length) > 70'000);
  }
}

TEST_CASE("loops of one place of which each second takes three times as long are compared by their mean") {
  SharingTally tally;
  Place place{&tally};
  Course course;
  for (int i = 0; i != 50'000; ++i) {
    float const time = i % 2 == 0 ? 10'000 : 30'000;
    place.run(
        course, 1, [&] { return time; }, [&] { return 0.6F * time; });
    place.forecast = time;
  }
  CHECK(course.alone < 1'000);
  CHECK(place.record.alone(length) == Approx(20'000).epsilon(0.1));
}

TEST_CASE("what others do to loops that run alone is not charged to those that are shared") {
  // One in a hundred loses its core for 2 ms, alone as well as shared: 30 us on average, and 25.
  SharingTally tally;
  Place place{&tally};
  int loops = 0;
  auto const held_up = [&](float time) { return ++loops % 100 == 0 ? 2e6F : time; };
  Course course;
  for (int i = 0; i != 300; ++i) place.note_alone(held_up(10'000));
  place.run(
      course, 100'000, [&] { return held_up(10'000); }, [&] { return held_up(5'000); });
  CHECK(course.shared > 90'000);
}

namespace {

/// Loops over the same arrays, each of `time` ns alone. Of what its halves are where it does not want them, each takes
/// `moving` times that besides, shared or alone.
struct Coupled {
  float time = 8'000;
  SharingTally tally{};
  std::vector<Place> places = std::vector<Place>(6, Place{&tally, {}, time});
  float moving = 2;
  float shared = 0.65F;  // of the time alone, once the halves are where they are wanted
  float away = 0;        // how much of the data lies in halves

  /// So many rounds of all loops; how long they take by what they would all alone.
  double run(int rounds) {
    Course course;
    for (int round = 0; round != rounds; ++round) {
      for (Place& place : places) {
        place.run(
            course, 1,
            [&] {
              float const took = time * (1 + moving * away);
              away /= 2;
              return took;
            },
            [&] {
              float const took = time * (shared + moving * (1 - away));
              away = (1 + away) / 2;
              return took;
            });
      }
    }
    return (course.alone_ns + course.shared_ns) / (6 * rounds) / static_cast<double>(time);
  }
  void give_up() {
    for (Place& place : places) {
      place.know_alone(time);
      place.record.account.alone_for = 1e6F;
      place.record.account.penalty = SharingAccount::most_penalty;
    }
  }
};

}  // namespace

TEST_CASE("loops that gain once all of them are shared, and lose before, are tried together") {
  Coupled program;
  program.give_up();
  program.tally.common.alone_for = 1e9F;
  (void)program.run(2000);  // 0.1 s
  CHECK(program.run(2000) < 0.7);
}

TEST_CASE("a row that gains is kept, also if of nothing before it was known what it would have taken") {
  SharingTally tally;
  Place place{&tally};
  place.know_alone(10'000);
  place.record.account.alone_for = 1e9F;
  tally.shared_row.on = true;
  for (int i = 0; i != 200 && tally.shared_row.on; ++i) place.note_shared(6'000);
  CHECK(tally.shared_row.kept > 0);
  CHECK_FALSE(place.says_alone());
  place.note_shared(6'000);
  CHECK(place.record.account.alone_for <= 0);
}

TEST_CASE("the first loops of a row in which all are shared move the data and do not count") {
  SharingTally tally;
  Place place{&tally};
  place.know_alone(10'000);
  tally.shared_row.on = true;
  for (int i = 0; i != 200 && tally.shared_row.on; ++i) place.note_shared(i < 8 ? 25'000 : 8'000);
  CHECK(tally.shared_row.kept > 0);
}

TEST_CASE("a row in which all are shared is not kept where what was before it gained more") {
  SharingTally tally;
  Place place{&tally};
  place.know_alone(10'000);
  for (int i = 0; i != 100; ++i) place.note_shared(4'000);
  tally.shared_row.on = true;
  for (int i = 0; i != 200 && tally.shared_row.on; ++i) place.note_shared(8'000);
  CHECK_FALSE(tally.shared_row.on);
  CHECK(tally.shared_row.kept <= 0);
}

TEST_CASE("the first row alone comes once sixteen times has been shared what a loop takes") {
  auto const shared_before_it = [](float time) {
    SharingTally tally;
    Place place{&tally, {}, time};
    place.know_alone(time);
    int shared = 0;
    for (; !tally.row.on && shared != 1000; ++shared) place.note_shared(time / 2);
    return shared;
  };
  CHECK(shared_before_it(1e6F) == 33);
  CHECK(shared_before_it(10'000) == 401);  // 2 ms
}

TEST_CASE("if they lose together as well, that is tried seldom") {
  Coupled program;
  program.shared = 1;
  program.give_up();
  (void)program.run(2000);
  CHECK(program.run(20'000) < 1.03);
  CHECK(program.tally.shared_row.distance > 64 * SharedRow::length);
}

TEST_CASE("a loop that first fetches its data from another core tells nothing of loops alone, be it long") {
  for (float time : {20'000.0F, 100'000.0F, 300'000.0F}) {
    CAPTURE(time);
    Coupled program{time};
    program.shared = 2;
    program.moving = 4;
    (void)program.run(static_cast<int>(2e7F / time));  // 0.12 s
    CHECK(program.run(static_cast<int>(2e9F / time)) < 1.03);
  }
}

TEST_CASE("where some gain that are shared and others that are not, a row in which all are shared changes nothing") {
  OneGains const shared(40'000, 14'000);
  CHECK(shared.gaining > 35'000);
  CHECK(shared.losing < 1'500);
}

TEST_CASE("a row in which hardly a loop is shared ends, and so does one of loops that are much too long") {
  SharingTally tally;
  Place place{&tally};
  place.know_alone(10'000);
  tally.shared_row.on = true;
  CHECK_FALSE(place.says_alone());
  for (int i = 0; i != 201; ++i) place.note_alone(10'000);
  CHECK_FALSE(tally.shared_row.on);
  tally.shared_row.on = true;
  for (int i = 0; i != 2; ++i) place.note_shared(4e6F);
  CHECK_FALSE(tally.shared_row.on);
  CHECK(tally.shared_row.kept <= 0);
  tally.shared_row.on = true;
  Place longer{&tally, {}, SharingTally::brief};
  longer.know_alone(SharingTally::brief);
  longer.record.account.alone_for = 1e9F;
  CHECK(longer.says_alone());  // no brief one
  CHECK_FALSE(tally.says_alone(10'000));
}

TEST_CASE("a loop in five hundred that waits 4 ms for a core outweighs what the others save") {
  SharingTally tally;
  Place place{&tally};
  int shared = 0;
  Course course;
  place.run(
      course, 200'000, [] { return 7'000.0F; }, [&] { return ++shared % 500 == 0 ? 4e6F : 5'000.0F; });
  CHECK((course.alone_ns + course.shared_ns) / 200'000 < 7'800);  // shared: 13 us
}

TEST_CASE("that a thread lost its core is no fault of the place") {
  SharingTally tally;
  Place unlucky{&tally};
  unlucky.know_alone(10'000);
  unlucky.note_shared(4e6F);
  CHECK(unlucky.record.account.alone_for <= 0);
  CHECK(tally.common.says_alone());
  CHECK(unlucky.says_alone());
}

TEST_CASE("what long good times have saved stands against a bad moment, not against bad times") {
  SharingTally tally;
  Place place{&tally};
  (void)place.run(10'000, 10'000, 5'000);
  place.note_shared(4e6F);
  tally.row = {};
  CHECK(!place.says_alone());
  int shared = 0;
  for (; !tally.common.says_alone() && shared != 1000; ++shared) place.note_shared(4e6F);
  CHECK(shared <= 3);
}

TEST_CASE("when sharing pays again, it is found out") {
  SharingTally tally;
  Place place{&tally};
  (void)place.run(10'000, 10'000, 30'000);
  REQUIRE(place.record.account.penalty >= SharingAccount::least_penalty);
  (void)place.run(10'000, 10'000, 5'000);
  CHECK(place.run(10'000, 10'000, 5'000).alone < 1000);
  CHECK(place.record.account.penalty == 0);
}

TEST_CASE("where one loop in a hundred is dear, they are shared all the same") {
  SharingTally tally;
  Place place{&tally};
  std::uint64_t random = 1;
  auto const alone = [&] {
    random = random * 6364136223846793005U + 1442695040888963407U;
    return (random >> 33) % 100 == 0 ? 1e6F : 10'000.0F;  // 20 us on average
  };
  Course course;
  place.run(course, 1'000'000, alone, [&] { return alone() / 2; });
  CHECK(course.shared > 900'000);
}

TEST_CASE("rows alone cost a 64th of the time at most, however long a loop is and however many share it") {
  for (float took : {10'000.0F, 640'000.0F, 6e6F}) {
    for (float threads : {1.5F, 16.0F, 64.0F}) {
      SharingTally tally;
      Place place{&tally, {}, took};
      auto const loops = static_cast<int>(threads * (took < 1e6F ? 3e8F : 6e9F) / took);  // 0.3 s, or 6
      (void)place.run(loops, took, took / threads);
      Course const course = place.run(loops, took, took / threads);
      CHECK(course.alone_ns / course.shared_ns < 1.05 / 64);
    }
  }
}

TEST_CASE("loops that are cut short end a time alone, too") {
  SharingTally tally;
  Place place{&tally};
  place.know_alone(10'000);
  place.record.account.alone_for = 50'000;
  int loops = 0;
  for (; place.says_alone() && loops != 1'000'000; ++loops) place.note_alone(100, false);
  CHECK(loops == 500);
  CHECK(place.record.alone_items == length);
}

TEST_CASE("a loop that was stopped for an hour costs others a tenth of a second") {
  SharingTally tally;
  Place place{&tally};
  place.know_alone(7'000);
  for (int i = 0; i != 3; ++i) place.note_shared(3.6e12F);
  CHECK(place.says_alone());
  double alone = 0;
  for (; place.says_alone() && alone < 1e12; alone += 7'000) place.note_alone(7'000);
  CHECK(alone < 1e8);
  place.note_alone(3.6e12F);
  int shared = 0;
  for (; !place.says_alone() && shared != 1'000'000; ++shared) place.note_shared(5'000);
  CHECK(shared < 100'000);
}

TEST_CASE("who began before a loss was known does not multiply it") {
  SharingAccount account;
  CHECK(account.note_shared(10'000, 200'000));
  float const alone_for = account.alone_for;
  REQUIRE(alone_for > 0);
  for (int i = 0; i != 8; ++i) CHECK(!account.note_shared(10'000, 4e6F));
  CHECK(account.alone_for == alone_for);
  CHECK(account.penalty == SharingAccount::least_penalty);
}

TEST_CASE("a memo compares loops with loops of about their length") {
  pt::Memo memo;
  SharingRecord closed;
  closed.account.alone_for = 1e6F;
  memo.of(1000).remember(closed);
  auto const is_closed = [&](std::size_t positions) {
    pt::Memo::Length const* const seen = memo.find(positions);
    return seen != nullptr && seen->sharing_record().account.says_alone();
  };
  CHECK(is_closed(1000));
  CHECK(is_closed(513));
  CHECK(!is_closed(511));
  CHECK(!is_closed(1024));
  CHECK(!is_closed(16'000));
  (void)memo.of(16'000);  // two of a kind have room
  CHECK(is_closed(1000));
  (void)memo.of(40);
  CHECK(!is_closed(1000));
}

TEST_CASE("a memo does not forecast long loops by short ones, whose time is mostly the call's") {
  pt::Memo memo;
  memo.learn(5, 12, 0);
  CHECK(memo.find(5)->cost() == 12);
  CHECK(memo.guess(3) == 12);
  CHECK(memo.guess(20) == 12);
  CHECK(memo.guess(2000) == 0);
  memo.learn(2000, 0.5F, 0);
  CHECK(memo.guess(1'000) == 0.5F);
  CHECK(memo.find(5)->cost() == 12);
  memo.learn(5, 12, 12);
  CHECK(memo.find(2000)->cost() == 0.5F);
  CHECK(memo.guess(4000) == 0.5F);
}

TEST_CASE("that a position costs more when it is shared is no reason to doubt what it costs alone") {
  pt::Memo memo;
  memo.learn(1000, 10, 0);
  memo.learn_shared(1000, 80, 10);  // its data is elsewhere
  CHECK(memo.find(1000)->cost() == 10);
  CHECK(memo.find(1000)->is_settled());
  memo.learn_shared(1000, 30, 10);
  CHECK(memo.find(1000)->cost() == 10);
  CHECK(memo.cost.load() == 10);
  memo.learn_shared(1000, 600, 10);  // not like last time
  CHECK(memo.find(1000)->cost() == 600);
  CHECK_FALSE(memo.find(1000)->is_settled());
  CHECK(memo.cost.load() == 600);
  memo.learn(1000, 10, 600);
  CHECK(memo.find(1000)->cost() == 10);
  memo.learn_shared(1000, 2, 10);  // nor so much cheaper
  CHECK(memo.find(1000)->cost() == 2);
}

TEST_CASE("where nothing else is known, a shared run tells what a position costs") {
  pt::Memo memo;
  memo.learn_shared(1000, 40, 0);
  CHECK(memo.find(1000)->cost() == 40);
  CHECK(memo.find(1000)->is_settled());
  memo.learn_shared(1000, 20, 40);
  CHECK(memo.find(1000)->cost() == 20);
  memo.learn(1000, 10, 20);  // alone at last
  memo.learn_shared(1000, 25, 10);
  CHECK(memo.find(1000)->cost() == 10);
}

TEST_CASE("a place whose loops are now cheap and now dear is not believed") {
  pt::Memo memo;
  memo.learn(1000, 10, 0);
  CHECK(memo.find(1000)->is_settled());
  memo.learn(1000, 1'000, 10);
  CHECK(!memo.find(1000)->is_settled());
  for (int i = 0; i != 4; ++i) memo.learn(1000, 1'000, 1'000);
  CHECK(memo.find(1000)->is_settled());
  memo.learn(16, 1, 0);
  memo.learn(16, 30, 1);  // so little time says nothing
  CHECK(memo.find(16)->is_settled());
}

namespace {

/// Loops whose items spin, on the caller for as long as `here` says, elsewhere as `elsewhere` says.
struct Spinning {
  std::thread::id const caller = std::this_thread::get_id();
  std::chrono::nanoseconds here{1000};
  std::chrono::nanoseconds elsewhere{1000};
  pt::Memo memo{};

  pt::RunReason run(std::size_t items) {
    pt::Job job;
    job.self = this;
    job.bytes = 1;
    job.alignment = 1;
    job.open = [](void*, void*) {};
    job.run = [](void* self, void*, pt::Block block) {
      auto const& loop = *static_cast<Spinning const*>(self);
      auto const time = std::this_thread::get_id() == loop.caller ? loop.here : loop.elsewhere;
      for (std::size_t i = block.first; i != block.last; ++i) support::spin_for(time);
      return true;
    };
    job.close = [](void*) noexcept {};
    job.known = {items, true};
    job.ordered = false;
    std::byte home{};
    pt::RunReport report;
    pt::WorkerController controller;
    controller.set_report(report);
    controller.run(job, &home, memo);
    return report.reason;
  }
};

}  // namespace

TEST_CASE("a small loop that takes longer when it is shared runs alone, and is shared again when that pays") {
  pt::Options options;
  options.cores = 2;
  support::WithOptions const with(options);
  Spinning loop;
  loop.elsewhere = std::chrono::microseconds(100);
  int loops = 0;
  for (int in_a_row = 0; in_a_row != 8 && loops != 200'000; ++loops) {  // to compare, one alone now and then would do
    in_a_row = loop.run(200) == pt::RunReason::compared ? in_a_row + 1 : 0;
  }
  CHECK(loops != 200'000);
  loop.elsewhere = loop.here;
  for (loops = 0; loop.run(200) == pt::RunReason::compared && loops != 200'000;) ++loops;
  CHECK(loops != 200'000);
}

TEST_CASE("loops that are too cheap to share are not what others are compared with") {
  pt::Options options;
  options.cores = 2;
  support::WithOptions const with(options);
  pt::detail::Costs& costs = pt::detail::thread_manager.costs;
  costs.tiny = -1;
  costs.least_shared = 1e15F;  // all are, also one that the machine has stopped for a while
  Spinning loop;
  loop.here = std::chrono::nanoseconds(20);
  SharingRecord closed;
  closed.account.alone_for = 1e12F;
  loop.memo.learn(4, 20, 0);
  loop.memo.of(4).remember(closed);
  int too_cheap = 0;
  for (int i = 0; i != 1000; ++i) too_cheap += loop.run(4) == pt::RunReason::too_cheap ? 1 : 0;
  CHECK(too_cheap == 1000);
  CHECK(loop.memo.of(4).sharing_record().alone_items == 0);
  CHECK(loop.memo.of(4).sharing_record().account.alone_for == closed.account.alone_for);
}

TEST_CASE("a loop that turns out to be a millisecond long is shared, whatever small ones have shown") {
  pt::Options options;
  options.cores = 2;
  support::WithOptions const with(options);
  Spinning loop;
  SharingRecord closed;
  closed.account.alone_for = 1e6F;
  loop.memo.learn(200, 500, 0);
  loop.memo.of(200).remember(closed);
  loop.here = loop.elsewhere = std::chrono::microseconds(50);
  pt::detail::this_thread.tally.alone_since = 1e6F;
  pt::RunReason const reason = loop.run(200);
  CHECK(pt::detail::this_thread.tally.alone_since == 0);  // though it is not compared, it has moved what others use
  CHECK(reason != pt::RunReason::compared);
  CHECK(reason != pt::RunReason::too_cheap);
  CHECK(loop.memo.of(200).sharing_record().account.alone_for == closed.account.alone_for);
}
