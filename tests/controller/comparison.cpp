// Small loops are compared, shared and alone.
#include <parallel_task/controller/comparison.hpp>
#include <parallel_task/controller/worker_controller.hpp>

#include "catch.hpp"
#include "support/eager.hpp"
#include "support/threads.hpp"

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <thread>

namespace pt = parallel_task;
using pt::detail::Comparison;

namespace {

/// What is known after one loop alone, of 1000 positions.
Comparison after_one_alone(float alone) {
  Comparison comparison;
  comparison.note_alone(1000, alone, true);
  return comparison;
}

struct Course {
  int alone = 0;
  int shared = 0;
  double alone_ns = 0;
  double shared_ns = 0;
};

/// So many loops of 1000 positions, each alone or shared as `comparison` says; `alone()` and `shared()` say what it takes.
template <std::invocable Alone, std::invocable Shared>
Course run(Comparison& comparison, int loops, Alone const& alone, Shared const& shared) {
  Course course;
  for (int i = 0; i != loops; ++i) {
    if (comparison.says_alone(1000)) {
      float const took = alone();
      comparison.note_alone(1000, took, true);
      course.alone_ns += static_cast<double>(took);
      ++course.alone;
    } else {
      float const took = shared();
      comparison.note_shared(1000, took);
      course.shared_ns += static_cast<double>(took);
      ++course.shared;
    }
  }
  return course;
}
Course run(Comparison& comparison, int loops, float alone, float shared) {
  return run(comparison, loops, [alone] { return alone; }, [shared] { return shared; });
}

}  // namespace

TEST_CASE("loops are shared for 2 ms before the first one runs alone to compare") {
  Comparison comparison;
  int shared = 0;
  while (!comparison.says_alone(1000)) {
    comparison.note_shared(1000, 5'000);
    ++shared;
  }
  CHECK(shared == 401);
  CHECK(comparison.saved == 0);  // nothing is known of what they would have taken
  comparison.note_alone(1000, 8'000, true);
  CHECK(!comparison.says_alone(1000));
}

TEST_CASE("where sharing pays, one loop of some hundred runs alone") {
  Comparison comparison = after_one_alone(10'000);
  int const alone = run(comparison, 100'000, 10'000, 5'000).alone;
  CHECK(alone > 500);
  CHECK(alone < 1000);
  CHECK(comparison.saved == Comparison::most_saved);
}

TEST_CASE("where sharing does not pay, loops run alone nearly always") {
  Comparison comparison = after_one_alone(10'000);
  Course const course = run(comparison, 100'000, 10'000, 20'000);
  CHECK(course.shared < 3000);
  CHECK((course.alone_ns + course.shared_ns) / 1e9 < 1.03);
  CHECK(comparison.penalty == Comparison::most_penalty);
}

TEST_CASE("a loop in five hundred that waits 4 ms for a core outweighs what the others save") {
  Comparison comparison = after_one_alone(7'000);
  int shared = 0;
  Course const course = run(
      comparison, 200'000, [] { return 7'000.0F; }, [&] { return ++shared % 500 == 0 ? 4e6F : 5'000.0F; });
  CHECK((course.alone_ns + course.shared_ns) / 200'000 < 8'000);  // shared: 13 us
}

TEST_CASE("what long good times have saved stands against a bad moment, not against bad times") {
  Comparison comparison = after_one_alone(10'000);
  for (int i = 0; i != 10'000; ++i) comparison.note_shared(1000, 5'000);
  comparison.note_alone(1000, 10'000, true);
  comparison.note_shared(1000, 4e6F);
  CHECK(comparison.alone_for == 0);
  int shared = 0;
  for (; comparison.alone_for == 0 && shared != 1000; ++shared) comparison.note_shared(1000, 4e6F);
  CHECK(shared <= 3);
}

TEST_CASE("when sharing pays again, it is found out") {
  Comparison comparison = after_one_alone(10'000);
  (void)run(comparison, 10'000, 10'000, 30'000);
  REQUIRE(comparison.penalty >= Comparison::least_penalty);
  int const alone = run(comparison, 10'000, 10'000, 5'000).alone;
  CHECK(alone < 1500);
  CHECK(comparison.penalty == 0);
}

TEST_CASE("where one loop in a hundred is dear, they are shared all the same") {
  Comparison comparison;
  std::uint64_t random = 1;
  auto const alone = [&] {
    random = random * 6364136223846793005U + 1442695040888963407U;
    return (random >> 33) % 100 == 0 ? 1e6F : 10'000.0F;  // 20 us on average
  };
  int const shared = run(comparison, 1'000'000, alone, [&] { return alone() / 2; }).shared;
  CHECK(shared > 900'000);
}

TEST_CASE("a trial costs a 64th of the time, however many cores share the loops") {
  for (float threads : {1.5F, 16.0F, 64.0F}) {
    Comparison comparison = after_one_alone(640'000);
    Course const course = run(comparison, 100'000, 640'000, 640'000 / threads);
    CHECK(course.alone_ns / course.shared_ns < 1.05 / 64);
    CHECK(course.alone_ns / course.shared_ns > 0.9 / 64);
  }
}

TEST_CASE("loops that are cut short end a time alone, too") {
  Comparison comparison = after_one_alone(10'000);
  comparison.note_shared(1000, 100'000);
  REQUIRE(comparison.alone_for > 0);
  int loops = 0;
  for (; comparison.says_alone(1000) && loops != 1'000'000; ++loops) comparison.note_alone(1000, 100, false);
  CHECK(loops < 10'000);
  CHECK(comparison.alone_items == 1000);
}

TEST_CASE("a loop that was stopped for an hour costs others a tenth of a second") {
  Comparison comparison = after_one_alone(7'000);
  for (int i = 0; i != 3; ++i) comparison.note_shared(1000, 3.6e12F);
  CHECK(comparison.alone_for > 0);
  double alone = 0;
  for (; comparison.says_alone(1000) && alone < 1e12; alone += 7'000) comparison.note_alone(1000, 7'000, true);
  CHECK(alone < 1e8);
  comparison.note_alone(1000, 3.6e12F, true);
  int shared = 0;
  for (; !comparison.says_alone(1000) && shared != 1'000'000; ++shared) comparison.note_shared(1000, 5'000);
  CHECK(shared < 100'000);
}

TEST_CASE("who began before a loss was known does not multiply it") {
  Comparison comparison = after_one_alone(10'000);
  comparison.note_shared(1000, 200'000);
  float const alone_for = comparison.alone_for;
  REQUIRE(alone_for > 0);
  for (int i = 0; i != 8; ++i) comparison.note_shared(1000, 4e6F);
  CHECK(comparison.alone_for == alone_for);
  CHECK(comparison.penalty == Comparison::least_penalty);
}

TEST_CASE("a memo compares loops with loops of about their length") {
  pt::Memo memo;
  Comparison closed;
  closed.alone_for = 1e6F;
  memo.remember(1000, closed);
  CHECK(memo.comparison(1000).says_alone(1000));
  CHECK(memo.comparison(513).says_alone(513));
  CHECK(!memo.comparison(511).says_alone(511));
  CHECK(!memo.comparison(1024).says_alone(1024));
  CHECK(!memo.comparison(16'000).says_alone(16'000));
  memo.remember(16'000, Comparison{});  // has the place of those of 1000
  CHECK(!memo.comparison(1000).says_alone(1000));
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
  Comparison closed;
  closed.alone_for = 1e12F;
  loop.memo.cost.store(20);
  loop.memo.remember(4, closed);
  int too_cheap = 0;
  for (int i = 0; i != 1000; ++i) too_cheap += loop.run(4) == pt::RunReason::too_cheap ? 1 : 0;
  CHECK(too_cheap == 1000);
  CHECK(loop.memo.comparison(4).alone_items == 0);
  CHECK(loop.memo.comparison(4).alone_for == closed.alone_for);
}

TEST_CASE("a loop that turns out to be a millisecond long is shared, whatever small ones have shown") {
  pt::Options options;
  options.cores = 2;
  support::WithOptions const with(options);
  Spinning loop;
  Comparison closed;
  closed.alone_for = 1e6F;
  loop.memo.cost.store(500);
  loop.memo.remember(200, closed);
  loop.here = loop.elsewhere = std::chrono::microseconds(50);
  pt::RunReason const reason = loop.run(200);
  CHECK(reason != pt::RunReason::compared);
  CHECK(reason != pt::RunReason::too_cheap);
  CHECK(loop.memo.comparison(200).alone_for == closed.alone_for);
}
