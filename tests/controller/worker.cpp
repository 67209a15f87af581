// What one worker does in a call, alone with it: no thread of the pool takes part.
#include <parallel_task/controller/worker.hpp>
#include <parallel_task/worker/process.hpp>

#include "catch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

namespace pt = parallel_task;
using pt::detail::CallSlot;

namespace {

/// A call of three members that is shared, with nobody in it. Its job remembers which blocks ran.
class Shared {
 public:
  std::vector<pt::Block> ran;
  std::size_t throw_at = pt::unknown;
  std::size_t stop_at = pt::unknown;
  std::size_t to_give = 0;  // by pulling
  std::vector<std::size_t> retired;
  pt::detail::Call call;

  explicit Shared(std::size_t total) {
    pt::Job& job = call.job;
    job.self = this;
    job.known = {total, true};
    job.open = [](void*, void*) {};
    job.close = [](void*) noexcept {};
    job.run = &Shared::run;
    call.slot = slot_.get();
    slot_->most_joined.store(3, pt::detail::memory_order_relaxed);
    call.members = &table_;
    call.units = pt::detail::Units::of(total, 0);
    call.published = pt::detail::ticks();
    slot_->high.store(3, pt::detail::memory_order_relaxed);
    pt::shutdown();                                         // its threads read the costs
    pt::detail::thread_manager.costs.least_shared = 1e30F;  // calls nobody
  }
  Shared(Shared const&) = delete;
  Shared& operator=(Shared const&) = delete;
  ~Shared() {
    for (std::uint32_t i = 0; i != 3; ++i) {
      for (auto* segment = member(i).segments; segment != nullptr;) {
        auto* const next = segment->next;
        pt::detail::close_segment(segment, call.job);
        segment = next;
      }
    }
    pt::shutdown();  // a spare thread may have been called, to look after the others
    pt::detail::thread_manager.costs = costs_;
  }

  pt::detail::Member& member(std::uint32_t index) { return members_[index]; }
  void give(std::uint32_t index, pt::QueueBlock block) { CHECK(member(index).queue.secondary().push(block)); }
  void work(std::uint32_t index) { pt::detail::Worker<false>::work(call, index); }
  bool has_work() {
    for (std::uint32_t i = 0; i != 3; ++i) {
      if (member(i).queue.load() != 0) return true;
    }
    return false;
  }
  /// The positions that ran, in order; each as often as it did.
  std::vector<std::size_t> positions() const {
    std::vector<std::size_t> all;
    for (pt::Block const block : ran) {
      for (std::size_t i = block.first; i != block.last; ++i) all.push_back(i);
    }
    std::sort(all.begin(), all.end());
    return all;
  }

 private:
  static bool run(void* self, void*, pt::Block block) {
    Shared& shared = *static_cast<Shared*>(self);
    if (block.first <= shared.throw_at && shared.throw_at < block.last) throw std::runtime_error("at throw_at");
    shared.ran.push_back(block);
    return shared.stop_at < block.first || shared.stop_at >= block.last;
  }

  pt::detail::Costs costs_ = pt::detail::thread_manager.costs;
  std::unique_ptr<pt::detail::Member[]> members_{new pt::detail::Member[3]};
  pt::detail::Members table_{3, nullptr, members_.get()};
  std::unique_ptr<CallSlot> slot_{new CallSlot};
};

std::vector<std::size_t> from_to(std::size_t first, std::size_t last) {
  std::vector<std::size_t> all;
  for (std::size_t i = first; i != last; ++i) all.push_back(i);
  return all;
}

}  // namespace

TEST_CASE("a worker runs its queue in order, into one segment, and counts it") {
  Shared shared(1000);
  shared.give(1, {200, 1000});
  shared.work(1);
  CHECK(std::is_sorted(shared.ran.begin(), shared.ran.end(), [](auto a, auto b) { return a.first < b.first; }));
  CHECK(shared.positions() == from_to(200, 1000));
  pt::detail::SegmentNode const* const segment = shared.member(1).segments;
  REQUIRE(segment != nullptr);
  CHECK(segment->first == 200);
  CHECK(segment->last == 1000);
  CHECK(segment->next == nullptr);
  CHECK(shared.member(1).counts.items == 800);
  CHECK(shared.member(1).done.load() == 800);
  CHECK(shared.member(1).counts.steals == 0);
}

TEST_CASE("a worker that is dry robs the others until nothing waits, and opens a segment for what lies elsewhere") {
  Shared shared(1000);
  shared.give(0, {0, 400});
  shared.give(1, {500, 510});
  shared.give(2, {600, 1000});
  shared.work(1);
  std::vector<std::size_t> wanted = from_to(0, 400);
  for (std::size_t const i : from_to(500, 510)) wanted.push_back(i);
  for (std::size_t const i : from_to(600, 1000)) wanted.push_back(i);
  CHECK(shared.positions() == wanted);
  CHECK_FALSE(shared.has_work());
  CHECK(shared.ran.front().first == 500);  // its own first
  CHECK(shared.member(1).counts.steals >= 2);
  for (auto const* segment = shared.member(1).segments; segment != nullptr; segment = segment->next) {
    std::size_t at = segment->first;  // whatever ran in between, its own blocks follow each other
    for (pt::Block const block : shared.ran) {
      if (block.first == at && at != segment->last) at = block.last;
    }
    CHECK(at == segment->last);
  }
}

#if SIZE_MAX > 0xFFFFFFFF  // fewer positions than fit into 32 bits are units of one
TEST_CASE("units of several positions are run as positions") {
  std::size_t const total = (std::size_t{1} << 34) + 1;
  Shared shared(total);
  std::size_t const unit = shared.call.units.size();
  REQUIRE(unit > 1);
  std::uint32_t const end = shared.call.units.from(0).last;
  shared.give(1, {end - 2, end});
  shared.work(1);
  CHECK(shared.ran.front().first == (end - std::size_t{2}) * unit);
  CHECK(shared.ran.back().last == total);
  CHECK(shared.member(1).counts.items == total - (end - std::size_t{2}) * unit);
}
#endif

TEST_CASE("what lies at or beyond the bound is dropped, of its own and of what it robs") {
  Shared shared(1000);
  pt::detail::thread_manager.costs.most_claimed = 1;
  shared.call.job.cut = pt::Cut::later;
  shared.call.ending.lower_bound_to(300);
  shared.give(1, {290, 500});
  shared.give(2, {600, 1000});
  shared.work(1);
  CHECK(shared.positions() == from_to(290, 300));
  CHECK_FALSE(shared.has_work());
}

TEST_CASE("what throws ends a worker's own queue, and where the run cuts by order it goes on below") {
  for (pt::Cut const cut : {pt::Cut::later, pt::Cut::everything}) {
    Shared shared(1000);
    shared.call.job.cut = cut;
    shared.throw_at = 700;
    shared.give(1, {700, 1000});
    shared.give(0, {0, 100});
    shared.work(1);
    CHECK(shared.positions() == (cut == pt::Cut::later ? from_to(0, 100) : from_to(0, 0)));
    CHECK_FALSE(shared.has_work());
    CHECK(shared.member(1).error != nullptr);
    CHECK(shared.member(1).error_at == 700);
  }
}

TEST_CASE("a stop token is asked before every claim, and what waits is dropped when it says so") {
  Shared shared(1000);
  pt::detail::thread_manager.costs.most_claimed = 1;
  int asked = 0;
  shared.call.settings.stop_token = &asked;
  shared.call.settings.stop_requested = [](void const* token) {
    return ++*const_cast<int*>(static_cast<int const*>(token)) == 4;
  };
  shared.give(1, {0, 1000});
  shared.work(1);
  CHECK(shared.positions() == from_to(0, 3));
  CHECK(shared.call.bound() == 0);
  CHECK(shared.call.ending.outcome() == pt::detail::Ending::stopped);
  CHECK_FALSE(shared.has_work());
}

TEST_CASE("a segment's state ends when its worker turns to another, and when it leaves") {
  Shared shared(1000);
  shared.call.job.retire = [](void* self, void*, bool whole) {
    static_cast<Shared*>(self)->retired.push_back(whole ? static_cast<Shared*>(self)->ran.size() : pt::unknown);
    return true;
  };
  shared.give(1, {500, 600});
  shared.give(2, {0, 1});
  shared.work(1);
  CHECK(shared.positions().size() == 101);
  // Before the block of the other queue, and after it.
  CHECK(shared.retired == std::vector<std::size_t>{shared.ran.size() - 1, shared.ran.size()});
  for (auto const* segment = shared.member(1).segments; segment != nullptr; segment = segment->next) {
    CHECK(segment->last == pt::unknown);
  }
}

TEST_CASE("a worker that finds nothing to rob pulls until the source has ended, and says so in the slot") {
  Shared shared(0);
  shared.call.job.known = {0, false};
  shared.call.job.pull = [](void* self, std::size_t want) -> pt::Known {
    Shared& source = *static_cast<Shared*>(self);
    std::size_t const left = 1000 - source.to_give;
    source.to_give += want < left ? want : left;
    return {source.to_give, source.to_give == 1000};
  };
  (void)shared.call.pull_role.begin_sharing({}, {0, false}, 0, 0, pt::detail::thread_manager.costs);
  shared.call.slot->pull.store(CallSlot::ready, pt::detail::memory_order_relaxed);
  shared.work(0);
  CHECK(shared.positions() == from_to(0, 1000));
  CHECK(shared.member(0).counts.pulls >= 1);
  CHECK(shared.call.slot->pull.load() == CallSlot::ended);
}

TEST_CASE("a thief keeps what it knows of an item's cost where the victim knows nothing") {
  Shared shared(1000);
  shared.member(0).cost.store(10);
  shared.give(1, {0, 1000});
  shared.work(0);
  REQUIRE_FALSE(shared.ran.empty());
  CHECK(shared.ran.front().size() > 1);  // who knows nothing begins with one
  CHECK(shared.positions() == from_to(0, 1000));
}

TEST_CASE("what a worker counts is what has run, the block that ended the run among it") {
  for (std::size_t const stop_at : {std::size_t{0}, std::size_t{1}, std::size_t{40}, std::size_t{999}}) {
    Shared shared(1000);
    shared.stop_at = stop_at;
    shared.give(1, {0, 1000});
    shared.work(1);
    CHECK(shared.member(1).counts.items == shared.positions().size());
    CHECK(shared.positions().size() > stop_at);
    CHECK_FALSE(shared.has_work());
  }
}

TEST_CASE("what throws before the next segment begins leaves the one before whole, where the run cuts by order") {
  Shared shared(1000);
  shared.call.job.cut = pt::Cut::later;
  shared.call.job.retire = [](void* self, void*, bool whole) {
    static_cast<Shared*>(self)->retired.push_back(whole ? 1 : 0);
    return true;
  };
  shared.call.settings.stop_token = &shared;
  shared.call.settings.stop_requested = [](void const* self) -> bool {
    if (static_cast<Shared const*>(self)->ran.size() == 5) throw std::runtime_error("of the stop token");
    return false;
  };
  for (std::uint32_t i = 0; i != 5; ++i) shared.give(1, {i, i + 1});
  shared.give(2, {500, 501});
  shared.work(1);
  CHECK(shared.positions() == from_to(0, 5));
  CHECK(shared.retired == std::vector<std::size_t>{1});
  CHECK(shared.call.bound() == 501);
}
