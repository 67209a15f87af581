#include <parallel_task/controller/pull_role.hpp>

#include "catch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace pt = parallel_task;
using pt::detail::CallSlot;
using pt::detail::PullRole;

namespace {

// A source of `total` positions that remembers what it was asked for.
struct Source {
  std::size_t total = 0;
  std::size_t known = 0;
  std::size_t throw_at = pt::unknown;
  std::vector<std::size_t> wanted{};

  static pt::Known pull(void* self, std::size_t want) {
    auto& source = *static_cast<Source*>(self);
    source.wanted.push_back(want);
    if (source.known == source.throw_at) throw source.known;
    std::size_t const left = source.total - source.known;
    source.known += want < left ? want : left;
    return {source.known, source.known == source.total};
  }
  pt::Job job() {
    pt::Job made;
    made.self = this;
    made.pull = &Source::pull;
    made.known = {0, false};
    return made;
  }
};

// Costs under which no slice ends because the machine was busy.
pt::detail::Costs patient() {
  pt::detail::Costs costs;
  costs.pull = 1e12F;
  costs.slow_next = 1e12F;
  return costs;
}

struct Puller {
  PullRole role{};
  pt::Block strip{};
  pt::detail::Costs costs = patient();

  Puller() { (void)role.begin_sharing({}, {0, false}, 0, 0, costs); }
  PullRole::Slice slice(pt::Job const& job, float cost) {
    role.fetch(job, cost, 0, pt::detail::ticks(), strip, costs);
    return role.hand_out();
  }
};

}  // namespace

TEST_CASE("the role of pulling has one owner at a time") {
  pt::detail::atomic<std::uint32_t> word{CallSlot::ready};
  PullRole role;
  CHECK(role.try_to_take(word));
  CHECK_FALSE(role.try_to_take(word));
  role.give_back(word, CallSlot::later);
  CHECK(role.try_to_take(word));
  role.give_back(word, CallSlot::ended);
  CHECK_FALSE(role.try_to_take(word));
}

TEST_CASE("a slice of pulling ends at a window of work, and the next one goes on there") {
  Source source{100'000};
  pt::Job const job = source.job();
  Puller puller;
  float const cost = puller.costs.window / 50;  // so that a window holds 50
  PullRole::Slice const first = puller.slice(job, cost);
  CHECK(first.block() == pt::QueueBlock{0, 50});
  CHECK_FALSE(first.ended);
  CHECK(puller.role.known() == 50);
  CHECK(puller.slice(job, cost).block() == pt::QueueBlock{50, 100});
  CHECK(source.wanted[0] == 1);
  CHECK(source.wanted[1] == 2);
}

TEST_CASE("of unknown cost a slice is as much as the source gives, and the last one says so") {
  Source source{3000};
  pt::Job const job = source.job();
  Puller puller;
  PullRole::Slice const all = puller.slice(job, 0);
  CHECK(all.block() == pt::QueueBlock{0, 3000});
  CHECK(all.ended);
  CHECK_FALSE(puller.role.has_more());
}

TEST_CASE("a slice ends at an item that was slow to come") {
  Source source{3000};
  Puller puller;
  puller.costs.slow_next = -1;
  CHECK(puller.slice(source.job(), 0).block() == pt::QueueBlock{0, 1});
}

TEST_CASE("a source that may pause is asked for one item, until many have come without a pause") {
  Source source{100'000};
  pt::Job job = source.job();
  job.may_pause = true;
  Puller puller;
  CHECK(puller.role.comes_one_by_one());
  CHECK(puller.slice(job, 0).block() == pt::QueueBlock{0, 1});
  puller.role.note_alone(4000, 1, puller.costs);
  CHECK_FALSE(puller.role.comes_one_by_one());
  CHECK(puller.slice(job, 0).last > 100);
}

TEST_CASE("what came before an exception is handed out, and it is known what was being fetched") {
  Source source{100};
  source.throw_at = 7;
  pt::Job const job = source.job();
  Puller puller;
  CHECK_THROWS_AS(puller.slice(job, 0), std::size_t);
  CHECK(puller.strip == pt::Block{7, 8});
  PullRole::Slice const slice = puller.role.hand_out();
  CHECK(slice.block() == pt::QueueBlock{0, 7});
  CHECK_FALSE(slice.ended);  // that no other is fetched is said by the bound, which the error sets
}

TEST_CASE("what came at once is handed out by slices, and the source is not asked meanwhile") {
  std::size_t const many = std::size_t{3} << 30;
  Source source{many, many};
  pt::Job const job = source.job();
  Puller puller;
  pt::QueueBlock const first = puller.role.begin_sharing({}, {many, true}, 10, 0, puller.costs);
  CHECK(first.size() == pt::detail::PulledUnits::most_handed_out);
  CHECK(puller.role.has_more());
  std::size_t handed_out = 10 + first.size();
  while (puller.role.has_more()) {
    PullRole::Slice const slice = puller.slice(job, 1);
    CHECK(slice.first == handed_out);
    handed_out = static_cast<std::size_t>(slice.last);
    CHECK(slice.ended == (handed_out == many));
  }
  CHECK(handed_out == many);
  CHECK(source.wanted.empty());
}

TEST_CASE("a source that has more is not asked while some that came at once wait to be handed out") {
  std::size_t const many = std::size_t{3} << 30;
  Source source{2 * many, many};
  Puller puller;
  (void)puller.role.begin_sharing({}, {many, false}, 0, 0, puller.costs);
  CHECK(puller.slice(source.job(), 1).last == std::size_t{2} << 30);
  CHECK(source.wanted.empty());
}

TEST_CASE("no more is handed out while something has waited for 2^31 positions") {
  Source source{100};
  Puller puller;
  (void)puller.role.begin_sharing({}, {100, false}, 0, 0, puller.costs);
  CHECK_FALSE(puller.role.has_to_look_back());
  (void)puller.role.begin_sharing({}, {std::size_t{1} << 30, false}, 0, 0, puller.costs);
  CHECK(puller.role.has_to_look_back());
  (void)puller.role.begin_sharing({}, {std::size_t{3} << 30, false}, std::size_t{2} << 30, 0, puller.costs);
  CHECK(puller.role.has_to_look_back());
  CHECK_FALSE(puller.role.may_hand_out(std::uint32_t{1} << 31));
  CHECK(puller.role.has_to_look_back());
  CHECK(puller.role.may_hand_out((std::uint32_t{1} << 31) - 1));
  CHECK_FALSE(puller.role.has_to_look_back());
}

TEST_CASE("a worker reads ahead only where it can neither wait nor come before what is given back") {
  Source source{100};
  pt::Job job = source.job();
  Puller puller;
  pt::detail::Costs const costs;
  (void)puller.role.begin_sharing({}, {10, false}, 0, 0, puller.costs);
  CHECK(puller.role.is_time_to_read_ahead(job, 1, 5, 0, costs));
  CHECK_FALSE(puller.role.is_time_to_read_ahead(job, 0, 5, 0, costs));
  CHECK_FALSE(puller.role.is_time_to_read_ahead(job, costs.pull, 5, 0, costs));
  CHECK(puller.role.is_time_to_read_ahead(job, costs.pull, 5, 5 * costs.pull * costs.window_part, costs));  // later
  job.may_pause = true;
  CHECK_FALSE(puller.role.is_time_to_read_ahead(job, 1, 5, 0, costs));
  job.may_pause = false;
  job.cut = pt::Cut::later;
  CHECK_FALSE(puller.role.is_time_to_read_ahead(job, 1, 5, 0, costs));
  job.cut = pt::Cut::everything;
  (void)puller.role.begin_sharing({}, {std::size_t{1} << 31, false}, std::size_t{1} << 31, 0, puller.costs);
  CHECK_FALSE(puller.role.is_time_to_read_ahead(job, 1, 5, 0, costs));
}

TEST_CASE("of an open-ended source more are tried without asking, up to the last position there is") {
  Source source{100};
  pt::Job job = source.job();
  job.open_ended = true;
  PullRole role;
  pt::Known known = role.pull_alone(job, {10, false}, 5, patient());
  CHECK(known.positions == 15);
  CHECK_FALSE(known.ended);
  known = role.pull_alone(job, {pt::unknown - 3, false}, 5, patient());
  CHECK(known.positions == pt::unknown);
  CHECK(source.wanted.empty());
  job.open_ended = false;
  CHECK(role.pull_alone(job, {0, false}, 5, patient()).positions == 5);
  job.may_pause = true;
  CHECK(role.pull_alone(job, {5, false}, 5, patient()).positions == 6);  // of what may pause one at first
  CHECK(source.wanted == std::vector<std::size_t>{5, 1});
}

TEST_CASE("a source whose windows are known is asked for one of them, others by doubled steps up to what is wanted") {
  for (bool const in_windows : {true, false}) {
    CAPTURE(in_windows);
    Source source{10'000'000};
    pt::Job job = source.job();
    job.in_windows = in_windows;
    Puller puller;
    std::size_t const window = static_cast<std::size_t>(puller.costs.window / 0.5F);
    puller.costs.most_claimed = 4'096;
    CHECK(puller.slice(job, 0.5F).last == window);
    if (in_windows) {
      CHECK(source.wanted == std::vector<std::size_t>{window});
    } else {
      CHECK(source.wanted.front() == 1);
      CHECK(*std::max_element(source.wanted.begin(), source.wanted.end()) < 8'000);
    }
  }
}

TEST_CASE("how long pulling has taken is counted from the sharing on") {
  pt::detail::clock::calibrate();
  PullRole role;
  pt::Job job;
  job.walk_on = [](void*, void*, std::size_t, bool&) { return std::size_t{0}; };
  std::uint64_t const now = pt::detail::ticks();
  (void)role.begin_sharing(job, {0, false}, 0, now, pt::detail::Costs{});
  using Verdict = pt::detail::PullTrial::Verdict;
  CHECK(role.judge(10, 900, now + 1, true, pt::detail::Costs{}) == Verdict::go_on);
}
