// What a worker does in a call in which nobody else is, on a clock that stands still but for what its items take: which
// blocks it runs, and when it gives back, robs, looks and drops.
#define PARALLEL_TASK_SEAM "support/hand_clock.hpp"
#include <parallel_task/controller/worker.hpp>
#include <parallel_task/worker/process.hpp>

#include "catch.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace pt = parallel_task;
using pt::detail::CallSlot;
using pt::detail::thread_manager;
using support::HandClock;

namespace {

using Sizes = std::vector<std::size_t>;

/// A call of three members that is shared on four cores, with nobody in it, of which nobody else is called.
class Alone {
 public:
  std::vector<pt::Block> ran;
  std::function<std::int64_t(pt::Block)> takes = [](pt::Block block) {
    return 100 * static_cast<std::int64_t>(block.size());
  };
  pt::detail::Call call;

  explicit Alone(std::size_t total) {
    pt::Options four;
    four.cores = 4;
    pt::set_options(four);
    thread_manager.costs.least_shared = 1e30F;
    pt::Job& job = call.job;
    job.self = this;
    job.known = {total, true};
    job.open = [](void*, void*) {};
    job.close = [](void*) noexcept {};
    job.run = [](void* self, void*, pt::Block block) {
      Alone& alone = *static_cast<Alone*>(self);
      alone.ran.push_back(block);
      HandClock::ns += alone.takes(block);
      return true;
    };
    call.slot = slot_.get();
    call.members = &table_;
    call.units = pt::detail::Units::of(total, 0);
    call.published = pt::detail::ticks();
    slot_->high.store(3, std::memory_order_relaxed);
    slot_->pull.store(CallSlot::ended, std::memory_order_relaxed);
  }
  Alone(Alone const&) = delete;
  Alone& operator=(Alone const&) = delete;
  ~Alone() {
    for (std::uint32_t i = 0; i != 3; ++i) {
      for (auto* segment = members_[i].segments; segment != nullptr;) {
        auto* const next = segment->next;
        pt::detail::close_segment(segment, call.job);
        segment = next;
      }
    }
    thread_manager.costs = costs_;
    pt::set_options(options_);
  }

  pt::detail::Member& member(std::uint32_t index) { return members_[index]; }
  void give(std::uint32_t index, pt::QueueBlock block) { CHECK(member(index).queue.secondary().push(block)); }
  void work(std::uint32_t index) { pt::detail::Worker<false>::work(call, index); }
  [[nodiscard]] Sizes sizes() const {
    Sizes all;
    for (pt::Block const block : ran) all.push_back(block.size());
    return all;
  }
  /// Whether [first, last) has run, in order.
  [[nodiscard]] bool has_run(std::size_t first, std::size_t last) const {
    for (pt::Block const block : ran) {
      if (block.first != first) return false;
      first = block.last;
    }
    return first == last;
  }

 private:
  pt::Options options_ = thread_manager.options();
  pt::detail::Costs costs_ = thread_manager.costs;
  std::unique_ptr<pt::detail::Member[]> members_{new pt::detail::Member[3]};
  pt::detail::Members table_{3, nullptr, members_.get()};
  std::unique_ptr<CallSlot> slot_{new CallSlot};
};

Sizes head(Sizes const& all, std::size_t count) {
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count < all.size() ? count : all.size())};
}
Sizes tail(Sizes const& all, std::size_t count) {
  return {all.end() - static_cast<std::ptrdiff_t>(count < all.size() ? count : all.size()), all.end()};
}

}  // namespace

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

TEST_CASE("a bound that falls while a claim runs ends it after the strip, and what waits behind it is dropped") {
  Alone alone(10'000);
  alone.call.job.cut = pt::Cut::later;
  alone.takes = [&](pt::Block block) {
    if (block.first <= 5'000 && 5'000 < block.last) alone.call.ending.lower_bound_to(4'000);
    return 100 * static_cast<std::int64_t>(block.size());
  };
  alone.member(1).cost.store(100);
  alone.give(1, {0, 10'000});
  alone.work(1);
  CHECK(alone.has_run(0, 5'030));
  CHECK(alone.member(1).queue.load() == 0);
}

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

TEST_CASE("a unit of many positions is run by steps of 2 us with a look at the deadline after each") {
  for (bool const late : {false, true}) {
    CAPTURE(late);
    Alone alone(std::size_t{1} << 44);
    std::size_t const unit = alone.call.units.size();
    REQUIRE(unit == 8192);
    alone.takes = [](pt::Block block) {
      return static_cast<std::int64_t>(block.size() * (block.first % 8192 < 4096 ? 10 : 100));
    };
    if (late) alone.call.settings.deadline = pt::detail::steady_ns() + 10'000;
    alone.give(1, {5, 6});
    alone.work(1);
    CHECK(alone.ran.front().first == 5 * unit);
    Sizes wanted{1, 2, 4, 8, 16, 32, 64};
    wanted.insert(wanted.end(), late ? 7 : 32, 128);  // more than 1 us
    if (!late) {
      wanted.insert(wanted.end(), {128, 64});  // more than 4 us: half as many
      wanted.insert(wanted.end(), 118, 32);
      wanted.push_back(1);
    }
    CHECK(alone.sizes() == wanted);
    CHECK(alone.has_run(5 * unit, late ? 5 * unit + 1023 : 6 * unit));
    CHECK(alone.call.bound() == (late ? 0 : pt::unknown));
  }
}

// --- calling others -------------------------------------------------------------------------------------------------

namespace {

/// A call in which one thread of the pool is parked, as it seems, that can be woken and never comes.
class Calling : public Alone {
 public:
  Sizes called_at;       // for each that member 1 has called, ns since the worker began
  bool arrives = true;   // who was called is not waited for any more
  std::int64_t each = 100;
  std::function<void()> between = [] {};  // before each block

  explicit Calling(std::size_t total) : Alone(total) {
    thread_manager.costs.least_shared = pt::detail::Costs{}.least_shared;
    thread_manager.wakeups.parked = 1;
    call.slot->most_joined = 3;
    call.slot->parent = CallSlot::no_parent;
    call.slot->group = pt::detail::ThreadGroups::none;
    takes = [this](pt::Block block) {
      note();
      between();
      return each * static_cast<std::int64_t>(block.size());
    };
  }
  Calling(Calling const&) = delete;
  Calling& operator=(Calling const&) = delete;
  ~Calling() {
    arrive();
    thread_manager.wakeups.parked = 0;
    thread_manager.wakeups.spinning = 0;
    thread_manager.places.computing = 0;
    thread_manager.places.asleep = 0;
    thread_manager.monitor_wanted = 0;
    pt::detail::this_thread = thread_;
  }
  /// What is called while it works as member 1, which is told what a unit costs.
  Sizes const& work_at(float cost) {
    member(1).cost = cost;
    begun_ = HandClock::ns;
    work(1);
    note();
    return called_at;
  }

 private:
  void note() {
    while (called_at.size() != member(1).counts.wakes) {
      called_at.push_back(static_cast<std::size_t>(HandClock::ns - begun_));
    }
    if (arrives) arrive();
  }
  static void arrive() {
    while (thread_manager.wakeups.in_flight() != 0) (void)thread_manager.wakeups.expect_one_less();
  }
  std::int64_t begun_ = 0;
  pt::detail::ThreadState thread_ = pt::detail::this_thread;
};

}  // namespace

TEST_CASE("a worker calls another before its first claim, and again at boundaries 4 us apart while it pays") {
  Calling alone(2'000);
  alone.give(1, {0, 2'000});
  // Claims of 10, 20, 40, ... units, of at most an eighth; not while no more than 40 us wait, which is twice a wake.
  CHECK(alone.work_at(100) == Sizes{0, 7'000, 15'000, 31'000, 52'100, 70'500, 86'600, 100'700, 113'100, 123'900, 133'400,
                                    141'700, 148'900});
}

TEST_CASE("a worker that knows no cost calls another whatever waits, and nobody where nothing does") {
  for (std::uint32_t const units : {1U, 2U}) {
    CAPTURE(units);
    Calling alone(units);
    alone.give(1, {0, units});
    CHECK(alone.work_at(0) == (units == 1 ? Sizes{} : Sizes{0}));
  }
}

TEST_CASE("what waits elsewhere counts where a worker has just robbed somebody, but for what it has taken") {
  for (std::uint32_t const units : {410U, 411U}) {
    CAPTURE(units);
    Calling alone(2'000);
    alone.member(0).cost = 100;
    alone.call.slot->taken_members[0].store(1);
    alone.give(0, {0, units});
    alone.give(1, {1'000, 1'001});
    // Of 411 it takes 206 and claims 10 of these: 196 wait here and 205 there, more than 40 us.
    CHECK(alone.work_at(100) == (units == 411 ? Sizes{100} : Sizes{}));
  }
}

TEST_CASE("the more threads compute, the longer a worker waits before it looks whether to call another") {
  for (int const busy : {40, 70, 71, 72, 80}) {
    CAPTURE(busy);
    Calling alone(1'000);
    pt::Options many;
    many.cores = 100;
    pt::set_options(many);
    thread_manager.places.computing = busy;
    alone.give(1, {0, 1'000});
    Sizes const often{0, 7'000, 15'000, 25'600, 34'900, 43'000, 50'100};
    Sizes const fewer{0, 15'000, 25'600, 34'900, 43'000, 50'100};
    Sizes const seldom{0, 15'000, 25'600, 34'900, 43'000};
    CHECK(alone.work_at(100) == (busy <= 70 ? often : busy == 71 ? fewer : seldom));
  }
}

TEST_CASE("who was called and does not come is called again after 160 us") {
  Calling alone(10'000);
  alone.arrives = false;
  alone.give(1, {0, 10'000});
  CHECK(alone.work_at(100) == Sizes{0, 191'000, 351'000, 511'000, 671'000, 843'800});
}

TEST_CASE("nobody is called while as many compute as may, nor where the call has no room") {
  for (int const busy : {3, 4}) {
    for (std::uint32_t const room : {0U, 1U}) {
      CAPTURE(busy, room);
      Calling alone(2'000);
      thread_manager.places.computing = busy;
      alone.call.slot->most_joined = room;
      alone.give(1, {0, 2'000});
      CHECK(alone.work_at(100).empty() == (busy == 4 || room == 0));
    }
  }
}

TEST_CASE("while a helper is hot nobody is called, but one who has left the work alone for 20 us has lost its core") {
  Calling alone(2'000);
  thread_manager.wakeups.spinning = 1;
  Sizes since;  // when it was seen first, after each look
  alone.between = [&] {
    std::size_t const seen = pt::detail::this_thread.hot_since;
    if (since.empty() || since.back() != seen) since.push_back(seen);
  };
  alone.give(1, {0, 2'000});
  std::size_t const begun = pt::detail::ticks();
  CHECK(alone.work_at(100) == Sizes{31'000, 86'600, 123'900});
  CHECK(since == Sizes{begun, 0, begun + 52'100, 0, begun + 100'700, 0, begun + 133'400});
  CHECK(pt::detail::this_thread.hot_looked == begun + 194'900);
}

TEST_CASE("a helper that is hot no more is forgotten, and the next one has 20 us of its own") {
  Calling alone(2'000);
  thread_manager.wakeups.spinning = 1;
  alone.between = [&] { thread_manager.wakeups.spinning = alone.ran.size() == 3 || alone.ran.size() == 4 ? 0 : 1; };
  alone.give(1, {0, 2'000});
  CHECK(alone.work_at(100) == Sizes{7'000, 52'100, 100'700, 133'400});
}

TEST_CASE("where a claim is dearer than a wake two are called at once, if there are places for both") {
  for (int const busy : {4, 14, 15}) {
    CAPTURE(busy);
    Calling alone(20);
    pt::Options many;
    many.cores = 16;
    pt::set_options(many);
    thread_manager.places.computing = busy;
    alone.each = 100'000;
    alone.give(1, {0, 4});
    CHECK(alone.work_at(100'000) == (busy == 15 ? Sizes{0, 100'000, 200'000} : Sizes{0, 0, 100'000, 100'000, 200'000, 200'000}));
  }
}

TEST_CASE("a caller that sleeps is woken by whoever looks and has work for others") {
  for (std::uint32_t const asleep : {0U, 1U}) {
    CAPTURE(asleep);
    Calling alone(2'000);
    thread_manager.places.asleep = asleep;
    alone.call.slot->word = CallSlot::open | CallSlot::waiting | 1;
    alone.give(1, {0, 2'000});
    (void)alone.work_at(100);
    CHECK(((alone.call.slot->word & CallSlot::waiting) == 0) == (asleep == 1));
  }
}

TEST_CASE("the monitor is asked for before an item of more than half a millisecond, where every core has a thread") {
  for (float const cost : {5e5F, 5.1e5F}) {
    CAPTURE(cost);
    Calling alone(20);
    thread_manager.places.computing = 4;
    thread_manager.costs.blocked_window = 1e15F;
    alone.each = 1;
    bool asked = false;
    alone.between = [&] { asked = asked || thread_manager.monitor_wanted != 0; };
    alone.give(1, {0, 4});
    (void)alone.work_at(cost);
    CHECK(asked == (cost > 5e5F));
  }
}
