// What a worker does in a call in which nobody else is, on a clock that stands still but for what its items take: which
// blocks it runs, and when it gives back, robs, looks and drops.
#define PARALLEL_TASK_SEAM "support/hand_clock.hpp"
#include "explore/lone_worker.hpp"

using namespace lone;

TEST_CASE("a worker that knows no cost begins with one unit and claims up to 32 us or an eighth of its queue") {
  Alone alone(10'000);
  alone.give(1, {0, 10'000});
  alone.work(1);
  CHECK(alone.has_run(0, 10'000));
  // Claims of more than 3 us are run by strips of 2 us, or a quarter.
  CHECK(head(alone.sizes(), 24) == Sizes{1,  1,  2,  4,  8,  16, 20, 12, 20, 20, 20, 4,  //
                                         32, 32, 32, 32, 64, 64, 64, 64, 80, 80, 80, 80});
  CHECK(tail(alone.sizes(), 6) == Sizes{10, 10, 10, 10, 10, 10});  // no less than 1 us
  CHECK(alone.member(1).cost.load() == 100);
  CHECK(alone.member(1).done.load() == 10'000);
  CHECK(alone.member(1).counts.busy_ns == 1e6F);
  CHECK(alone.member(1).counts.claims == 66);
  CHECK(alone.member(1).counts.items == 10'000);
}

TEST_CASE("a strip that takes more than ten times its forecast ends the claim and makes the next ones small") {
  for (std::int64_t const more : {72'000, 72'001}) {
    CAPTURE(more);
    Alone alone(10'000);
    alone.takes = [more](pt::Block block) {
      bool const dear = block.first <= 5'000 && 5'000 < block.last;
      return 100 * static_cast<std::int64_t>(block.size()) + (dear ? more : 0);
    };
    alone.member(1).cost.store(100);
    alone.give(1, {0, 10'000});
    alone.work(1);
    CHECK(alone.has_run(0, 10'000));
    CHECK(alone.member(1).counts.items == 10'000);
    std::size_t i = 0;
    while (alone.ran[i].last <= 5'000) ++i;
    CHECK(alone.ran[i] == pt::Block{4'950, 5'030});  // the third of four
    Sizes const all = alone.sizes();
    Sizes const after(all.begin() + static_cast<std::ptrdiff_t>(i) + 1, all.end());
    // The fourth, and claims of 325 ns a unit; or at once claims of 400 ns, as the three have shown.
    CHECK(head(after, 6) == (more == 72'000 ? Sizes{80, 24, 24, 24, 24, 2} : Sizes{19, 19, 19, 19, 3, 20}));
  }
}

// --- robbing ---------------------------------------------------------------------------------------------------------

TEST_CASE("who robs begins with 1 us of what the victim says that a unit costs") {
  Alone alone(10'000);
  alone.member(0).cost.store(100);
  alone.give(0, {0, 800});
  alone.call.slot->taken_members[0].store(1);
  alone.work(1);
  CHECK(alone.member(1).counts.steals == 10);  // half of what is left, each time
  CHECK(head(alone.sizes(), 12) == Sizes{10, 20, 20, 20, 20, 20, 1, 20, 16, 20, 11, 27});
  CHECK(alone.ran.front().first == 400);
  CHECK(alone.member(1).cost.load() == 100);
  CHECK(alone.member(1).done.load() == 800);
}

TEST_CASE("what was dealt to somebody who has not come is taken whole") {
  Alone alone(10'000);
  alone.member(2).cost.store(100);
  alone.give(2, {0, 800});
  alone.work(1);
  CHECK(alone.member(1).counts.steals == 1);
  CHECK(alone.has_run(0, 800));
}

TEST_CASE("of queues of the same priority the first is robbed") {
  for (bool const strategy : {false, true}) {
    CAPTURE(strategy);
    Calling alone(1'000);
    if (strategy) alone.call.settings.strategy = as([](void const*, pt::QueueLoad const&) noexcept { return 1.0; });
    for (std::uint32_t const victim : {0U, 2U}) {
      alone.member(victim).cost = 100;
      alone.give(victim, {100 * victim, 100 * victim + 40});
    }
    alone.work(1);
    CHECK(alone.ran.front().first < 100);
  }
}

TEST_CASE("a thief whose victims are all being robbed looks four times, and then does without") {
  static int polls;
  polls = 0;
  Calling alone(1'000);
  alone.call.settings.strategy = as([](void const*, pt::QueueLoad const&) noexcept {
    ++polls;
    return 1.0;
  });
  alone.give(0, {0, 40});
  {
    pt::PrimaryAccessor const other = alone.member(0).queue.primary();
    REQUIRE(static_cast<bool>(other));
    alone.work(1);
  }
  CHECK(polls == 4);
  CHECK(alone.ran.empty());
  alone.work(1);
  CHECK(alone.has_run(0, 40));
}

TEST_CASE("what a victim says of a unit's cost is what its thief says, be it less than a nanosecond") {
  Calling alone(100'000);
  alone.member(0).cost = 0.5F;
  alone.member(1).cost = 10'000;
  alone.call.slot->taken_members[0].store(1);
  alone.give(0, {0, 20'000});
  std::vector<float> said;
  alone.takes = [&](pt::Block block) {
    said.push_back(alone.member(1).cost);
    return static_cast<std::int64_t>(block.size() / 2);
  };
  alone.work(1);
  CHECK(alone.ran.front() == pt::Block{10'000, 12'000});  // 1 us
  CHECK(said.front() == 0.5F);
}

TEST_CASE("who was refused all that there is says so, until it finds something") {
  Calling alone(1'000);
  alone.call.settings.strategy = as([](void const*, pt::QueueLoad const&) noexcept { return 0.0; });
  alone.call.slot->taken_members[0].store(1);
  alone.give(0, {0, 40});
  alone.work(1);
  CHECK(alone.ran.empty());
  CHECK(alone.member(1).refused);
  alone.call.settings.strategy = as([](void const*, pt::QueueLoad const&) noexcept { return 1.0; });
  alone.work(1);
  CHECK(alone.has_run(20, 40) == false);
  CHECK_FALSE(alone.member(1).refused);
}

// --- walking ---------------------------------------------------------------------------------------------------------

namespace {

/// A source that is walked: a pulled position takes `pull_takes`, one that is run `takes`, and one that is run as it is
/// walked `walk_takes`.
class Walking : public Alone {
 public:
  std::int64_t pull_takes = 30;
  std::int64_t walk_takes = 40;
  std::vector<pt::Block> walked;
  std::size_t throw_at = pt::unknown;
  std::size_t cut_at = pt::unknown;

  explicit Walking(std::size_t total, float pause = pt::detail::Costs{}.trial_pause) : Alone(0), total_(total) {
    thread_manager.costs.trial_pause = pause;
    takes = [](pt::Block block) { return 10 * static_cast<std::int64_t>(block.size()); };
    pt::Job& job = call.job;
    job.known = {0, true};
    job.least_cost = 100;
    job.pull = [](void* self, std::size_t want) {
      Walking& all = *static_cast<Walking*>(static_cast<Alone*>(self));
      std::size_t const count = std::min(want, all.total_ - all.known_);
      HandClock::ns += static_cast<std::int64_t>(count) * all.pull_takes;
      all.known_ += count;
      return pt::Known{all.known_, all.known_ == all.total_};
    };
    job.walk_on = [](void* self, void*, std::size_t want, bool& more) {
      Walking& all = *static_cast<Walking*>(static_cast<Alone*>(self));
      std::size_t const count = std::min(want, all.total_ - all.known_);
      pt::Block const block{all.known_, all.known_ + count};
      HandClock::ns += static_cast<std::int64_t>(count) * all.walk_takes;
      if (block.first <= all.throw_at && all.throw_at < block.last) throw all.throw_at;
      all.walked.push_back(block);
      more = !(block.first <= all.cut_at && all.cut_at < block.last);
      if (more) all.known_ += count;
      return count;
    };
    call.may_join = 2;
    call.slot->most_joined = 2;
    call.slot->pull.store(CallSlot::ready, pt::detail::memory_order_relaxed);
    (void)call.pull_role.begin_sharing(job, {0, false}, 0, call.published, thread_manager.costs);
  }
  [[nodiscard]] std::size_t walked_in_all() const {
    std::size_t sum = 0;
    for (pt::Block const block : walked) sum += block.size();
    return sum;
  }
  [[nodiscard]] bool refuses() const { return call.slot->most_joined.load() == 0; }

 private:
  std::size_t total_;
  std::size_t known_ = 0;
};

}  // namespace

TEST_CASE("where a trail costs much, the caller goes on without one, for longer each time that it was as fast") {
  for (std::int64_t const alone : {20, 40, 80}) {
    CAPTURE(alone);
    Walking walking(2'000'000);
    walking.walk_takes = alone;
    walking.work(0);
    CHECK(walking.member(0).counts.items == 2'000'000);
    CHECK(walking.call.slot->pull.load() == CallSlot::ended);
    std::size_t const walked = walking.walked_in_all();
    if (alone == 80) {  // seen once, for 500 us
      CHECK(walked >= 500'000 / 80);
      CHECK(walked < 20'000);
    } else {
      CHECK(walked > 1'800'000);
    }
    CHECK(walking.walked.front().size() == 800);  // a quarter of a claim, of 10 ns each
    if (alone == 40) CHECK(walking.walked.end()[-2].size() == 200);
    CHECK(walking.refuses() == (alone != 80));
  }
}

TEST_CASE("a stream, and a source that it does no harm to share, is not judged") {
  for (bool const stream : {false, true}) {
    Walking walking(200'000);
    if (stream) {
      walking.call.job.may_pause = true;
      walking.call.job.walk_on = nullptr;
    } else {
      walking.call.job.least_cost = 0;
    }
    walking.work(0);
    CHECK(walking.member(0).counts.items == 200'000);
    CHECK(walking.walked.empty());
    CHECK_FALSE(walking.refuses());
  }
}

TEST_CASE("a helper that is refused does not pull, and leaves") {
  Walking walking(1'000);
  walking.call.refuse_helpers();
  walking.work(1);
  CHECK(walking.member(1).counts.items == 0);
  CHECK(walking.call.slot->pull.load() == CallSlot::ready);
  walking.call.ask_for_more();
  CHECK(walking.refuses());
  // In the middle of its work, once it has looked around: what it has not begun it leaves behind.
  Walking other(0);
  other.takes = [&other](pt::Block block) {
    other.call.refuse_helpers();
    return 1'000 * static_cast<std::int64_t>(block.size());
  };
  other.member(1).cost.store(1'000);
  other.give(1, {0, 1'000});
  (void)other.call.pull_role.begin_sharing(other.call.job, {1'000, true}, 0, 0, thread_manager.costs);
  other.work(1);
  CHECK(other.member(1).counts.items > 0);
  CHECK(other.member(1).queue.load() > 800);
  CHECK(other.call.slot->left_behind.load() == 1);
}

TEST_CASE("what is thrown or cut as the source is walked ends the run there, and the role is free") {
  for (bool const throws : {false, true}) {
    CAPTURE(throws);
    Walking walking(2'000'000, 1e12F);
    walking.call.job.cut = pt::Cut::later;
    (throws ? walking.throw_at : walking.cut_at) = 1'000'000;
    walking.work(0);
    CHECK(walking.call.slot->pull.load() == CallSlot::ended);
    CHECK(walking.call.bound() > 1'000'000);
    CHECK(walking.call.bound() <= 1'000'800);
    CHECK((walking.member(0).error != nullptr) == throws);
    CHECK(walking.member(0).counts.items > 999'000);
    CHECK(walking.member(0).counts.items < 1'001'000);
  }
}

TEST_CASE("what the first walked strip throws or cuts ends the run as well: it is not pulled instead") {
  std::size_t first = 0;
  {
    Walking walking(2'000'000, 1e12F);
    walking.work(0);
    REQUIRE_FALSE(walking.walked.empty());
    first = walking.walked.front().first;
  }
  for (bool const throws : {false, true}) {
    CAPTURE(throws);
    Walking walking(2'000'000, 1e12F);
    walking.call.job.cut = pt::Cut::later;
    (throws ? walking.throw_at : walking.cut_at) = first;
    walking.work(0);
    CHECK(walking.call.slot->pull.load() == CallSlot::ended);
    CHECK(walking.call.bound() > first);
    CHECK(walking.call.bound() <= first + 800);
    CHECK((walking.member(0).error != nullptr) == throws);
    CHECK(walking.walked.size() == (throws ? 0U : 1U));
    for (pt::Block const block : walking.ran) CHECK(block.last <= first);
    walking.member(0).error = nullptr;
  }
}

TEST_CASE("a source that is walked on is stopped within a strip") {
  Walking walking(2'000'000, 1e12F);
  static int asked;
  static std::uint64_t at_stop;
  asked = 0;
  walking.call.settings.stop_token = &walking;
  walking.call.settings.stop_requested = [](void const* token) {
    at_stop = static_cast<Walking*>(const_cast<void*>(token))->member(0).counts.items;
    return ++asked == 200;
  };
  walking.work(0);
  CHECK(walking.member(0).counts.items == at_stop);
  CHECK(walking.call.bound() == 0);
  CHECK(walking.call.slot->pull.load() == CallSlot::ended);
  CHECK(walking.walked_in_all() > 0);
  CHECK(walking.member(0).counts.items < 300'000);
}
