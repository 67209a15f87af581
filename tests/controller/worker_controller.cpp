#include <parallel_task/controller/worker_controller.hpp>

#include "catch.hpp"
#include "support/eager.hpp"
#include "support/threads.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <new>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace pt = parallel_task;

namespace {

// A job as core/run.hpp makes them, small enough to see: each segment lists the positions that it was given.
struct List {
  struct Segment {
    std::vector<std::size_t> positions;
  };
  static inline std::atomic<int> alive{0};

  std::size_t cut_at = pt::unknown;    // run says `false` behind this position
  std::size_t throw_at = pt::unknown;  // run throws at this position
  unsigned throw_in_block = 0;         // run throws in the so manyth block that anybody begins; 0: never
  std::atomic<unsigned> blocks{0};
  std::size_t n = 0;  // when pulled: how many there are
  std::size_t known = 0;
  std::atomic<int> pullers{0};
  std::atomic<bool> two_pulled{false};

  static void open(void*, void* where) {
    ::new (where) Segment;
    ++alive;
  }
  static void close(void* where) noexcept {
    std::destroy_at(static_cast<Segment*>(where));
    --alive;
  }
  static bool run(void* self, void* where, pt::Block block) {
    List& list = *static_cast<List*>(self);
    if (list.blocks.fetch_add(1) + 1 == list.throw_in_block) throw block.first;
    for (std::size_t i = block.first; i != block.last; ++i) {
      if (i == list.throw_at) throw i;
      static_cast<Segment*>(where)->positions.push_back(i);
      if (i == list.cut_at) return false;
    }
    return true;
  }
  static pt::Known pull(void* self, std::size_t want) {
    List& list = *static_cast<List*>(self);
    if (list.pullers.fetch_add(1) != 0) list.two_pulled = true;
    list.known += want < list.n - list.known ? want : list.n - list.known;
    list.pullers.fetch_sub(1);
    return {list.known, list.known == list.n};
  }

  pt::Job job(std::size_t count, bool pulled = false) {
    pt::Job j;
    j.self = this;
    j.bytes = sizeof(Segment);
    j.alignment = alignof(Segment);
    j.open = &List::open;
    j.run = &List::run;
    j.close = &List::close;
    if (pulled) {
      n = count;
      known = 0;
      j.pull = &List::pull;
      j.known = {0, count == 0};
    } else {
      j.known = {count, true};
    }
    return j;
  }
};

// Runs a job and joins its segments in order.
std::vector<std::size_t> run(List& list, pt::Job const& job, pt::RunReport* report = nullptr) {
  pt::Memo memo;
  List::Segment home;
  pt::WorkerController controller;
  if (report != nullptr) controller.set_report(*report);
  controller.run(job, &home, memo);
  std::vector<std::size_t> all;
  controller.for_each_segment([&](void* where) {
    auto const& part = static_cast<List::Segment*>(where)->positions;
    all.insert(all.end(), part.begin(), part.end());
  });
  (void)list;
  return all;
}

std::vector<std::size_t> up_to(std::size_t n) {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i != n; ++i) result.push_back(i);
  return result;
}

}  // namespace

TEST_CASE("a controller calls a body for every position, once") {
  for (unsigned cores : {1U, 4U}) {
    support::Eager const eager(cores);
    for (std::size_t n : std::initializer_list<std::size_t>{0, 1, 2, 3, 100, 5000}) {
      std::vector<std::atomic<int>> calls(n);
      pt::WorkerController controller;
      controller.for_each_position(n, [&](std::size_t i) { calls[i].fetch_add(1, std::memory_order_relaxed); });
      std::size_t once = 0;
      for (auto const& count : calls) once += count == 1 ? 1U : 0U;
      CHECK(once == n);
    }
  }
}

TEST_CASE("segments joined in order give all positions in order, known or pulled") {
  for (support::Claims claims : {support::Claims::single, support::Claims::given_back}) {
    support::Eager const eager(8, claims);
    for (int round = 0; round != 20; ++round) {
      for (std::size_t n : std::initializer_list<std::size_t>{0, 1, 2, 7, 64, 3000}) {
        for (bool pulled : {false, true}) {
          List list;
          pt::RunReport report;
          if (run(list, list.job(n, pulled), &report) != up_to(n)) FAIL("n = " << n << ", pulled = " << pulled);
          if (list.two_pulled) FAIL("two threads pulled at once");
          if (List::alive != 0) FAIL("segments were left");
          if (report.items != n) FAIL("the report has " << report.items << " items of " << n);
        }
      }
    }
  }
  SUCCEED();
}

TEST_CASE("a run that cuts by order keeps all before the cut and nothing of the segments behind it") {
  for (support::Claims claims : {support::Claims::single, support::Claims::given_back}) {
    support::Eager const eager(8, claims);
    for (int round = 0; round != 100; ++round) {
      for (bool pulled : {false, true}) {
        List list;
        list.cut_at = static_cast<std::size_t>(round * 37 % 1000);
        pt::Job job = list.job(1000, pulled);
        job.cut = pt::Cut::later;
        std::vector<std::size_t> all = run(list, job);
        // Only whole segments are left out: what remains is what a terminal would cut by itself.
        if (all.size() <= list.cut_at) FAIL("cut at " << list.cut_at << ", only " << all.size() << " left");
        if (all != up_to(all.size())) FAIL("a gap");
        if (all.size() != list.cut_at + 1) FAIL("a segment behind the cut");
      }
    }
  }
  CHECK(List::alive == 0);
}

TEST_CASE("positions that cost nothing to make known are dealt out window by window, each once") {
  support::Eager const eager(8);
  for (int round = 0; round != 50; ++round) {
    List list;
    pt::RunReport report;
    pt::Job job = list.job(2000, true);
    job.cut = pt::Cut::later;
    job.in_windows = true;
    if (run(list, job, &report) != up_to(2000)) FAIL("round " << round);
    if (list.two_pulled) FAIL("two pulled at once");
    if (report.pulls < 2) FAIL(report.pulls << " windows");
  }
  CHECK(List::alive == 0);
}

TEST_CASE("of a source that may pause the first positions are asked for one at a time") {
  struct Careful : List {
    std::size_t most_wanted = 0;  // in one turn, of the first twenty
    static pt::Known pull(void* self, std::size_t want) {
      Careful& list = *static_cast<Careful*>(static_cast<List*>(self));
      if (list.known < 20 && want > list.most_wanted) list.most_wanted = want;
      return List::pull(self, want);
    }
  };
  support::Eager const eager(1);
  for (bool may_pause : {false, true}) {
    Careful list;
    pt::Job job = list.job(2000, true);
    job.pull = &Careful::pull;
    job.may_pause = may_pause;
    CHECK(run(list, job) == up_to(2000));
    CHECK((list.most_wanted == 1) == may_pause);
  }
}

TEST_CASE(
    "more is fetched before a worker has run all that it has, unless the source may pause or the run may be cut") {
  static thread_local bool begins_turn = true;
  struct Observed : List {
    std::thread::id caller = std::this_thread::get_id();
    std::atomic<std::size_t> ran{0};
    std::atomic<bool> helped{false};
    int turns = 0;
    int early = 0;  // turns that began while more waited than the two threads can have in hand

    static pt::Known pull(void* self, std::size_t want) {
      Observed& list = *static_cast<Observed*>(static_cast<List*>(self));
      if (begins_turn && list.helped) {
        ++list.turns;
        if (list.known - list.ran > 4) ++list.early;
      }
      begins_turn = false;  // a turn asks several times
      return List::pull(self, want);
    }
    static bool run(void* self, void* where, pt::Block block) {
      Observed& list = *static_cast<Observed*>(static_cast<List*>(self));
      begins_turn = true;
      if (std::this_thread::get_id() != list.caller) list.helped = true;
      support::spin_for(std::chrono::microseconds(1));
      bool const more = List::run(self, where, block);
      list.ran += block.size();
      return more;
    }
  };
  support::Eager const eager(2);
  // The part of turns, in hundredths.
  auto const begun_early = [](bool may_pause, pt::Cut cut) {
    int turns = 0;
    int early = 0;
    for (int round = 0; round != 20; ++round) {
      Observed list;
      pt::Job job = list.job(3000, true);
      job.pull = &Observed::pull;
      job.run = &Observed::run;
      job.may_pause = may_pause;
      job.cut = cut;
      if (run(list, job) != up_to(3000)) FAIL("round " << round);
      turns += list.turns;
      early += list.early;
    }
    REQUIRE(turns != 0);
    return 100 * early / turns;
  };
  CHECK(begun_early(false, pt::Cut::everything) > 50);
  CHECK(begun_early(true, pt::Cut::everything) < 25);
  CHECK(begun_early(false, pt::Cut::later) < 25);
}

TEST_CASE("a worker that is stuck is not overtaken by more positions than a queue can tell apart") {
  // Its first helper is stuck until 2^32 positions more are known, or the caller has nothing to do, since nobody may
  // rob; what it has in its queue must still run once each.
  static constexpr std::size_t turn = std::size_t{1} << 30;
  struct Long : List {
    std::thread::id caller = std::this_thread::get_id();
    std::mutex mutex;
    std::vector<pt::Block> blocks_run;
    std::atomic<std::size_t> front{0};
    std::atomic<bool> stuck{false};

    static pt::Known pull(void* self, std::size_t) {
      Long& list = *static_cast<Long*>(static_cast<List*>(self));
      list.known += turn;
      list.front = list.known;
      return {list.known, list.known == list.n};
    }
    static bool run(void* self, void*, pt::Block block) {
      Long& list = *static_cast<Long*>(static_cast<List*>(self));
      {
        std::lock_guard const lock(list.mutex);
        list.blocks_run.push_back(block);
      }
      if (std::this_thread::get_id() != list.caller) {
        if (!list.stuck.exchange(true)) {
          while (list.front != list.n && pt::detail::thread_manager.places.asleep.load() == 0)
            std::this_thread::yield();
        }
      } else {
        auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!list.stuck && list.front != 0 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
      }
      return true;
    }
  };
  support::Eager const eager(2);
  // A part of the queue a claim, in one strip, whatever a block took; but a thief begins with a single position.
  pt::detail::Costs& costs = pt::detail::thread_manager.costs;
  costs.most_claimed = ~std::uint32_t{0};
  costs.claim = 1e12F;
  costs.strip = 1e15F;
  costs.first_claim = 0;
  for (int round = 0; round != 10; ++round) {
    Long list;
    CAPTURE(round);
    pt::Job job = list.job(6 * turn, true);
    job.pull = &Long::pull;
    job.run = &Long::run;
    List::Segment home;
    pt::Memo memo;
    pt::WorkerController controller;
    auto const refuse = [](pt::QueueLoad const&) noexcept { return -1.0; };
    if (round % 2 != 0) controller.set_priority_strategy(refuse);
    controller.run(job, &home, memo);
    std::sort(list.blocks_run.begin(), list.blocks_run.end(),
              [](pt::Block a, pt::Block b) { return a.first < b.first; });
    std::size_t next = 0;
    for (pt::Block const block : list.blocks_run) {
      if (block.first != next) FAIL("after " << next << " comes " << block.first);
      next = block.last;
    }
    if (next != list.n) FAIL("only " << next << " of " << list.n);
  }
  SUCCEED();
}

TEST_CASE("blocks cover every position once, up to as many as there can be") {
  struct Blocks : List {
    std::mutex mutex;
    std::vector<pt::Block> blocks_run;
    static bool run(void* self, void*, pt::Block block) {
      Blocks& list = *static_cast<Blocks*>(static_cast<List*>(self));
      std::lock_guard const lock(list.mutex);
      list.blocks_run.push_back(block);
      return true;
    }
    static pt::Known pull(void* self, std::size_t) {
      Blocks& list = *static_cast<Blocks*>(static_cast<List*>(self));
      std::size_t const around = (std::size_t{1} << 30) - 1;
      list.known = list.n - list.known < around ? list.n : list.known + around;
      return {list.known, list.known == list.n};
    }
  };
  constexpr std::size_t most = ~std::size_t{0};
  std::vector<std::size_t> sizes;
  for (std::size_t const end :
       {std::size_t{1} << 31, most / 0xFFFFFFFF + (sizeof(most) == 8 ? 0 : 1000), most / 2 + 1}) {
    for (std::size_t n = end - 2; n != end + 3; ++n) sizes.push_back(n);
  }
  for (std::size_t n = most - 3; n != 0; ++n) sizes.push_back(n);
  support::Eager const eager(2);
  pt::detail::Costs& costs = pt::detail::thread_manager.costs;
  costs.most_claimed = ~std::uint32_t{0};
  costs.claim = 1e15F;
  costs.strip = 1e15F;
  auto const refuse = [](pt::QueueLoad const&) noexcept { return -1.0; };
  for (std::size_t const n : sizes) {
    for (bool const pulled : {false, true}) {
      if (pulled && n / 16 > std::size_t{1} << 30) continue;  // would be pulled for hours
      for (bool const robs : {true, false}) {
        CAPTURE(n, pulled, robs);
        Blocks list;
        pt::Job job = list.job(n, pulled);
        job.run = &Blocks::run;
        if (pulled) job.pull = &Blocks::pull;
        List::Segment home;
        pt::Memo memo;
        pt::WorkerController controller;
        if (!robs) controller.set_priority_strategy(refuse);
        controller.run(job, &home, memo);
        std::sort(list.blocks_run.begin(), list.blocks_run.end(),
                  [](pt::Block a, pt::Block b) { return a.first < b.first; });
        std::size_t next = 0;
        for (pt::Block const block : list.blocks_run) {
          if (block.first != next) FAIL("after " << next << " comes " << block.first);
          next = block.last;
        }
        CHECK(next == n);
      }
    }
  }
}

TEST_CASE("a segment in which nothing was gathered is closed as soon as another begins") {
  struct Void : List {
    std::atomic<std::size_t> ran{0};
    std::atomic<int> most{0};
    static bool run(void* self, void*, pt::Block block) {
      Void& list = *static_cast<Void*>(static_cast<List*>(self));
      list.ran += block.size();
      int const now = alive;
      for (int seen = list.most; seen < now && !list.most.compare_exchange_weak(seen, now);) {
      }
      std::this_thread::yield();  // so that others get blocks of their own in between
      return true;
    }
    static bool retire(void*, void*, bool) { return true; }
  };
  support::Eager const eager(3);
  for (bool const empty : {true, false}) {
    for (int round = 0; round != 5; ++round) {
      Void list;
      pt::Job job = list.job(2000);
      job.run = &Void::run;
      job.retire = &Void::retire;
      if (empty) job.is_void = [](void*) noexcept { return true; };
      pt::RunReport report;
      std::vector<std::size_t> const gathered = run(list, job, &report);
      CHECK(gathered.empty());
      CHECK(list.ran == 2000);
      CHECK(List::alive == 0);
      // One for each worker, and for each whose thread has come and gone.
      if (empty) CHECK(list.most <= 22);
      if (!empty) CHECK(list.most + 2 >= static_cast<int>(report.segments));
    }
  }
}

TEST_CASE("where a run cuts by order the lowest exception wins, and a hit before it hides it") {
  support::Eager const eager(8);
  for (int round = 0; round != 100; ++round) {
    for (bool pulled : {false, true}) {
      List list;
      list.throw_at = static_cast<std::size_t>(round * 37 % 500);
      pt::Job job = list.job(500, pulled);
      job.cut = pt::Cut::later;
      std::size_t caught = pt::unknown;
      try {
        (void)run(list, job);
      } catch (std::size_t at) {
        caught = at;
      }
      if (caught != list.throw_at) FAIL("thrown at " << list.throw_at << ", caught " << caught);
      list.known = 0;
      list.cut_at = list.throw_at / 2;
      if (list.cut_at == list.throw_at) continue;
      if (run(list, job) != up_to(list.cut_at + 1)) FAIL("hit at " << list.cut_at);
    }
  }
  CHECK(List::alive == 0);
}

TEST_CASE("an exception comes out, nothing is left, and the next run works") {
  support::Eager const eager(8);
  for (int round = 0; round != 200; ++round) {
    List list;
    list.throw_at = static_cast<std::size_t>(round % 64);
    bool caught = false;
    try {
      (void)run(list, list.job(64, round % 2 == 0));
    } catch (std::size_t at) {
      caught = at == list.throw_at;
    }
    if (!caught) FAIL("round " << round);
    if (List::alive != 0) FAIL("segments were left");
    list.throw_at = pt::unknown;
    if (run(list, list.job(64)) != up_to(64)) FAIL("the run after");
  }
  SUCCEED();
}

TEST_CASE("a report says what happened also when a shared run throws") {
  support::Eager const eager(4);
  List list;
  // At most eight helpers and the caller are inside a block, so others have ended and count. A position would not do:
  // it may be the first of a stolen half, run before anything else was.
  list.throw_in_block = 20;
  pt::RunReport report;
  CHECK_THROWS_AS(run(list, list.job(4000), &report), std::size_t);
  CHECK(report.reason != pt::RunReason::too_cheap);
  CHECK(report.items > 0);
}

TEST_CASE("set_max_threads caps, and refuses 0") {
  support::Eager const eager(8);
  pt::WorkerController none;
  CHECK_THROWS_AS(none.set_max_threads(0), std::invalid_argument);
  for (unsigned most : {1U, 2U, 3U}) {
    for (int round = 0; round != 20; ++round) {
      pt::RunReport report;
      pt::WorkerController controller;
      controller.set_max_threads(most);
      controller.set_report(report);
      // How many are inside at once; a worker may be replaced by another while the call runs.
      std::atomic<unsigned> inside{0};
      std::atomic<unsigned> highest{0};
      controller.for_each_position(2000, [&](std::size_t) {
        unsigned const now = inside.fetch_add(1) + 1;
        unsigned seen = highest.load();
        while (seen < now && !highest.compare_exchange_weak(seen, now)) {
        }
        inside.fetch_sub(1);
      });
      if (highest > most) FAIL(highest << " threads inside instead of " << most);
      if (most == 1 && report.reason != pt::RunReason::one_thread_only) FAIL(report.why());
    }
  }
  SUCCEED();
}

TEST_CASE("a strategy that refuses all robs nobody, and the run still ends") {
  support::Eager const eager(8);
  struct Never {
    double operator()(pt::QueueLoad const&) const noexcept { return 0; }
  } const never;
  pt::RunReport report;
  pt::WorkerController controller;
  controller.set_priority_strategy(never);
  controller.set_report(report);
  std::atomic<int> calls{0};
  controller.for_each_position(3000, [&](std::size_t) { calls.fetch_add(1, std::memory_order_relaxed); });
  CHECK(calls == 3000);
  CHECK(report.steals == 0);
  CHECK(report.threads == 1);
}

TEST_CASE("the bound tells where a run was cut") {
  for (unsigned cores : {1U, 8U}) {
    support::Eager const eager(cores);
    for (std::size_t at : std::initializer_list<std::size_t>{0, 300, 999, pt::unknown}) {
      List list;
      list.cut_at = at;
      pt::Job job = list.job(1000);
      job.cut = pt::Cut::later;
      pt::Memo memo;
      List::Segment home;
      pt::WorkerController controller;
      controller.run(job, &home, memo);
      if (at == pt::unknown) {
        CHECK(controller.bound() == pt::unknown);
      } else {
        CHECK(controller.bound() > at);
        CHECK(controller.bound() <= 1000);
      }
    }
  }
}

TEST_CASE("a memo remembers what an item costs, whatever it said before") {
  pt::Options options;
  options.cores = 4;
  support::WithOptions const with(options);
  // Not known; far too little, as of a loop that was cheap so far; far too much.
  for (float before : {0.0F, 0.1F, 1e9F}) {
    for (bool pulled : {false, true}) {
      List list;
      pt::Memo memo;
      memo.cost.store(before);
      List::Segment home;
      pt::WorkerController controller;
      pt::Job job = list.job(2000, pulled);
      job.run = [](void* self, void* where, pt::Block block) {
        for (std::size_t i = block.first; i != block.last; ++i) support::spin_for(std::chrono::nanoseconds(300));
        return List::run(self, where, block);
      };
      controller.run(job, &home, memo);
      std::size_t items = 0;
      controller.for_each_segment([&](void* where) { items += static_cast<List::Segment*>(where)->positions.size(); });
      CHECK(items == 2000);
      CHECK(memo.cost.load() > 100);
    }
  }
}

TEST_CASE("a job whose items cost less than it says to be worth sharing is not shared") {
  pt::Options options;
  options.cores = 4;
  support::WithOptions const with(options);
  for (bool pulled : {false, true}) {
    List list;
    pt::Job job = list.job(20'000, pulled);
    pt::Memo memo;
    memo.cost.store(1e6F);  // else it would be shared at once
    job.least_cost = 1e12F;
    List::Segment home;
    pt::RunReport report;
    pt::WorkerController controller;
    controller.set_report(report);
    controller.run(job, &home, memo);
    CHECK(report.reason == pt::RunReason::items_too_cheap);
    CHECK(home.positions == up_to(20'000));
  }
}

TEST_CASE("each worker's time is that of the run, busy or idle") {
  support::Eager const eager(4);
  pt::RunReport report;
  pt::WorkerController controller;
  controller.set_report(report);
  controller.for_each_position(500, [](std::size_t) { support::spin_for(std::chrono::microseconds(1)); });
  REQUIRE(!report.workers.empty());
  std::uint64_t items = 0;
  for (pt::WorkerReport const& worker : report.workers) {
    CHECK(worker.busy_ns > 0);
    CHECK(worker.idle_ns >= 0);
    CHECK(worker.busy_ns + worker.idle_ns >= 0.99 * report.duration_ns);
    items += worker.items;
  }
  CHECK(items == 500);
}

TEST_CASE("a strategy is told what an item costs") {
  support::Eager const eager(4);
  struct Listens {
    std::atomic<bool>* told;
    double operator()(pt::QueueLoad const& load) const noexcept {
      if (load.cost_per_item > 0) *told = true;
      return static_cast<double>(load.items);
    }
  };
  std::atomic<bool> told{false};
  Listens const listens{&told};
  // A busy machine may keep everybody away but the caller.
  CHECK(support::sooner_or_later([&] {
    pt::WorkerController controller;
    controller.set_priority_strategy(listens);
    controller.for_each_position(300, [](std::size_t) { support::spin_for(std::chrono::microseconds(3)); });
    return told.load();
  }));
}

TEST_CASE("a strategy without state may be given as a temporary") {
  support::Eager const eager(4);
  pt::WorkerController controller;
  controller.set_priority_strategy(pt::RateOfChange{});
  std::atomic<int> calls{0};
  controller.for_each_position(3000, [&](std::size_t) { calls.fetch_add(1, std::memory_order_relaxed); });
  CHECK(calls == 3000);
}

TEST_CASE("what a worker leaves behind is done by the caller even if the strategy would not rob it") {
  struct Never {
    double operator()(pt::QueueLoad const&) const noexcept { return 0; }
  } const never;
  // The caller pulls one item, and waits in it until a helper has pulled all others. Then the helper is told to end.
  struct Pulling {
    std::size_t const all = 1000;
    std::size_t known = 0;
    std::atomic<bool> helped{false};
    std::atomic<std::size_t> ran{0};
    std::atomic<std::size_t> by_helper{0};
    std::atomic<bool> told{false};
    std::atomic<bool> waited{false};
    std::chrono::nanoseconds caller_waits{0};
  };
  support::Eager const eager(2);
  std::size_t left_behind = 0;
  for (int round = 0; round != 60; ++round) {
    Pulling state;
    state.caller_waits = std::chrono::nanoseconds(500 * round);
    pt::Job job;
    job.self = &state;
    job.bytes = 1;
    job.alignment = 1;
    job.open = [](void*, void*) {};
    job.close = [](void*) noexcept {};
    job.pull = [](void* self, std::size_t) {
      auto& s = *static_cast<Pulling*>(self);
      if (pt::current_worker() != 0) {
        s.known = s.all;
      } else if (s.known == 0) {
        s.known = 1;
      }
      return pt::Known{s.known, s.known == s.all};
    };
    job.run = [](void* self, void*, pt::Block block) {
      auto& s = *static_cast<Pulling*>(self);
      s.ran += block.size();
      if (pt::current_worker() != 0) {
        s.by_helper += block.size();
        s.helped = true;
        while (!s.told && !pt::detail::thread_manager.starter.stopping.load()) std::this_thread::yield();
        s.told = true;
      }
      // The helper is about to leave: the caller runs dry just before, or just after.
      while (!s.told) std::this_thread::yield();
      if (pt::current_worker() == 0 && !s.waited.exchange(true)) support::spin_for(s.caller_waits);
      return true;
    };
    job.known = {0, false};
    pt::Memo memo;
    char home = 0;
    pt::Settings settings;
    settings.strategy = pt::detail::Strategy::of(never);
    pt::WorkerController controller(settings);
    std::thread ends([&] {
      while (!state.helped) std::this_thread::yield();
      pt::shutdown();
    });
    controller.run(job, &home, memo);
    ends.join();
    left_behind += state.all - 1 - state.by_helper;
    if (state.ran != state.all) FAIL(state.ran << " of " << state.all);
  }
  CHECK(left_behind > 0);
}

TEST_CASE("controllers on many threads at once do not see each other") {
  support::Eager const eager(4);
  std::atomic<int> wrong{0};
  std::vector<std::thread> users;
  for (int t = 0; t != 8; ++t) {
    users.emplace_back([&] {
      for (int round = 0; round != 30; ++round) {
        List list;
        if (run(list, list.job(500, round % 2 == 0)) != up_to(500)) ++wrong;
      }
    });
  }
  for (std::thread& user : users) user.join();
  CHECK(wrong == 0);
  CHECK(List::alive == 0);
}

TEST_CASE("positions whose steps are timed are walked along, then run, and too few are not") {
  pt::Options options;
  options.cores = 4;
  support::WithOptions const four(options);
  static std::vector<std::size_t> walks;
  auto const run = [](std::size_t count, float least_cost) {
    walks.clear();
    List list;
    pt::Job job = list.job(count);
    job.least_cost = least_cost;
    job.walk = [](void*, std::size_t n) {
      walks.push_back(n);
      return n;
    };
    pt::Memo memo;
    memo.cost.store(1e6F, pt::detail::memory_order_relaxed);  // ns: it would pay to share, whatever a wake costs
    List::Segment home;
    pt::WorkerController controller;
    controller.run(job, &home, memo);
    return walks;
  };
  using pt::detail::Costs;
  std::vector<std::size_t> const timed = run(100'000, 1e9F);
  REQUIRE(timed.size() > Costs::timed_rounds);
  CHECK(std::vector(timed.begin(), timed.begin() + Costs::timed_rounds + 1) ==
        std::vector<std::size_t>(Costs::timed_rounds + 1, Costs::timed_steps));
  CHECK(run(Costs::timed_part * 20, 1e9F).at(0) == 20);
  CHECK(run(Costs::timed_part * Costs::least_timed - 1, 1e9F).empty());
  CHECK(run(100'000, 1e5F).empty());  // so much is shared without asking
}

TEST_CASE("what a step throws that is only timed does not come before a hit") {
  pt::Options options;
  options.cores = 4;
  support::WithOptions const four(options);
  for (std::size_t const cut_at :
       {std::size_t{5}, std::size_t{50}}) {  // in what is run first, or in what is walked along
    CAPTURE(cut_at);
    List list;
    list.cut_at = cut_at;
    pt::Job job = list.job(100'000);
    job.cut = pt::Cut::later;
    job.least_cost = 20;
    static int walks = 0;
    walks = 0;
    job.walk = [](void*, std::size_t) -> std::size_t {
      ++walks;
      throw std::runtime_error("at position 100");
    };
    pt::Memo memo;
    memo.cost.store(10, pt::detail::memory_order_relaxed);  // ns: it may pay to share, if a step costs little
    List::Segment home;
    pt::WorkerController controller;
    CHECK_NOTHROW(controller.run(job, &home, memo));
    CHECK(walks == (cut_at == 5 ? 0 : 1));
    CHECK(home.positions == up_to(cut_at + 1));
  }
}
