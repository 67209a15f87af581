#include <parallel_task/controller/call.hpp>

#include "catch.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace pt = parallel_task;
using pt::detail::Call;

namespace {

bool never_stops(void const*) { return false; }
pt::Known pulls_nothing(void*, std::size_t) { return {0, true}; }

}  // namespace

TEST_CASE("a call may be stopped by a token or a deadline") {
  pt::Settings settings;
  CHECK_FALSE(Call(settings).may_be_stopped());
  settings.deadline = 1;
  CHECK(Call(settings).may_be_stopped());
  settings.stop_requested = &never_stops;
  CHECK(Call(settings).may_be_stopped());
  settings.deadline = 0;
  CHECK(Call(settings).may_be_stopped());
}

TEST_CASE("a call is ordered if its job says so, or if it cuts what comes later") {
  Call call;
  call.job.ordered = false;
  call.job.cut = pt::Cut::everything;
  CHECK_FALSE(call.ordered());
  call.job.cut = pt::Cut::later;
  CHECK(call.ordered());
  call.job.ordered = true;
  CHECK(call.ordered());
  call.job.cut = pt::Cut::everything;
  CHECK(call.ordered());
}

TEST_CASE("positions of a pulled source lie near what is known, others where the units say") {
  Call call;
  call.units = pt::detail::Units::of(100, 0);
  pt::Block const known = call.positions_of(10, 20);
  CHECK(known.first == 10);
  CHECK(known.last == 20);
  CHECK(call.may_wait(0));
  call.job.pull = &pulls_nothing;
  std::size_t const handed_out = (std::size_t{1} << 31) + 100;
  (void)call.pull_role.begin_sharing({}, {handed_out, false}, handed_out - 100, 0, pt::detail::Costs{});
  CHECK(call.pull_role.known() == handed_out);
  pt::Block const pulled = call.positions_of(0x80000000U + 10, 0x80000000U + 20);
  CHECK(pulled.first == handed_out - 90);
  CHECK(pulled.last == handed_out - 80);
  CHECK(call.may_wait(handed_out - 1));
  CHECK(call.may_wait(101));
  CHECK_FALSE(call.may_wait(100));
}

TEST_CASE("units that are done are those of all members that were taken, as far as the table goes") {
  Call call;
  pt::detail::CallSlot slot;
  pt::detail::Members members;
  std::unique_ptr<pt::detail::Member[]> const all(new pt::detail::Member[3]);
  members.all = all.get();
  members.size = 3;
  call.slot = &slot;
  call.members = &members;
  all[0].done.store(5);
  all[1].done.store(7);
  all[2].done.store(100);
  CHECK(call.units_done() == 0);
  slot.high.store(2);
  CHECK(call.units_done() == 12);
  slot.high.store(16);
  CHECK(call.units_done() == 112);
}

TEST_CASE("a job's block is run with what it is of, where its segment is, and tells whether more is wanted") {
  struct Ran {
    void* where = nullptr;
    pt::Block block{};
  } ran;
  int segment = 0;
  pt::Job job;
  job.self = &ran;
  job.run = [](void* self, void* where, pt::Block block) {
    *static_cast<Ran*>(self) = {where, block};
    return block.last != 9;
  };
  CHECK(job.run_block(&segment, {3, 7}));
  CHECK(ran.where == &segment);
  CHECK(ran.block.first == 3);
  CHECK(ran.block.last == 7);
  CHECK_FALSE(job.run_block(&segment, {7, 9}));
}

TEST_CASE("a call that asks for more threads asks for twice as many, up to what may join") {
  Call call;
  auto const slot = std::make_unique<pt::detail::CallSlot>();
  call.slot = slot.get();
  call.may_join = 63;
  slot->most_joined.store(12);
  std::vector<std::uint32_t> asked;
  for (int i = 0; i != 4; ++i) {
    call.ask_for_more();
    asked.push_back(slot->most_joined.load());
  }
  CHECK(asked == std::vector<std::uint32_t>{24, 48, 63, 63});
  // Whose helpers are refused asks for none, though it might have more.
  call.refuse_helpers();
  CHECK(call.refuses_helpers());
  call.ask_for_more();
  CHECK(call.refuses_helpers());
  call.admit_helpers();
  CHECK(slot->most_joined.load() == 63);
  call.may_join = 1;
  call.refuse_helpers();
  call.ask_for_more();
  CHECK(call.refuses_helpers());
  call.may_join = 0;  // a host has closed it
  slot->most_joined.store(0);
  call.ask_for_more();
  CHECK(slot->most_joined.load() == 0);
}

TEST_CASE("pulling is judged of what is cheap and walked, by the pool's threads alone") {
  struct Case {
    float least_cost;
    bool may_pause;
    bool walks;
    bool hosted;
    bool judged;
  };
  for (Case const& each :
       {Case{50, false, false, false, true}, Case{0.5F, false, false, false, true}, Case{0, false, false, false, false},
        Case{50, true, false, false, false}, Case{50, true, true, false, true}, Case{50, false, true, true, false}}) {
    CAPTURE(each.least_cost, each.may_pause, each.walks, each.hosted);
    Call call;
    call.job.least_cost = each.least_cost;
    call.job.may_pause = each.may_pause;
    if (each.walks) call.job.walk_on = [](void*, void*, std::size_t, bool&) { return std::size_t{0}; };
    pt::detail::Host const host{nullptr, nullptr, nullptr};
    if (each.hosted) call.settings.host = &host;
    CHECK(call.is_pulling_judged() == each.judged);
  }
}
