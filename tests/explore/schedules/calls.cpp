// Whole calls: publish, join, rob, leave, close, and the slot used again; nested, stopped, thrown out of, and beside
// each other.
#include "items.hpp"

#include <stdexcept>
#include <vector>

namespace {

/// Stands where a trace's writers stand, who may look inside.
struct Looker;

}  // namespace

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <>
struct TraceWriter<Looker> {
  static bool begin(Trace& trace) { return trace.begin(); }
  static void record(Trace& trace, void const* thread, std::uint64_t first) {
    trace.record(trace.row_of(thread, 0), {1, 2, first, 1, 0, TraceKind::claim});
  }
  static void end(Trace& trace) { trace.end(0, 1, nullptr); }
  static void give_back(Trace& trace) { trace.give_back(); }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task

namespace {

using explore::atomic;
using explore::call;
using explore::check;
using explore::Runs;
using explore::set_eager_pool;
namespace pt = explore::pt;

/// A call over `count` items, each of which leaves a result; then its frame is gone.
void share_items(std::uint32_t count) {
  Runs runs;
  int results[Runs::most] = {};
  call([&] {
    pt::WorkerController controller;
    controller.for_each_position(count, [&](std::size_t i) {
      runs.note(i);
      results[i] = static_cast<int>(i) + 1;
    });
  });
  runs.check_once(count);
  for (std::uint32_t i = 0; i != count; ++i) {
    check(results[i] == static_cast<int>(i) + 1, "the caller sees what each item has computed");
  }
}

/// The same, of a kind that is known to be worth sharing. A helper is taken to be hot, whatever the threads do that
/// there are, so that the call is dealt out.
void deal_out_items(std::uint32_t count) {
  pt::detail::ThreadManager& manager = pt::detail::thread_manager;
  manager.costs.use_memo = true;
  manager.costs.comes_after = 0;
  struct Items {
    Runs runs;
    int results[Runs::most] = {};
    static void open(void*, void*) {}
    static bool run(void* self, void*, pt::Block block) {
      for (std::size_t i = block.first; i != block.last; ++i) {
        static_cast<Items*>(self)->runs.note(i);
        static_cast<Items*>(self)->results[i] = static_cast<int>(i) + 1;
      }
      return true;
    }
    static void close(void*) noexcept {}
  } items;
  pt::Job job;
  job.self = &items;
  job.bytes = 1;
  job.alignment = 1;
  job.open = &Items::open;
  job.run = &Items::run;
  job.close = &Items::close;
  job.known = {count, true};
  manager.wakeups.spinning.fetch_add(1, std::memory_order_relaxed);
  call([&] {
    pt::Memo memo;
    memo.cost.store(1'000, std::memory_order_relaxed);
    std::byte home{};
    pt::WorkerController controller;
    controller.run(job, &home, memo);
  });
  manager.wakeups.spinning.fetch_sub(1, std::memory_order_relaxed);
  items.runs.check_once(count);
  for (std::uint32_t i = 0; i != count; ++i) {
    check(items.results[i] == static_cast<int>(i) + 1, "the caller sees what each item has computed");
  }
}

std::vector<int> numbers(int count) {
  std::vector<int> all;
  for (int i = 0; i != count; ++i) all.push_back(i);
  return all;
}

}  // namespace

EXPLORE("call: one helper, two items") {
  set_eager_pool(2);
  explore::set_starts(1);
  share_items(2);
  explore::check_pool();
}

EXPLORE("call: two helpers, four items") {
  set_eager_pool(3);
  explore::set_starts(2);
  share_items(4);
  explore::check_pool();
}

EXPLORE("call: one after the other in one slot, with a helper that comes late") {
  set_eager_pool(2);
  explore::set_starts(1);
  share_items(2);
  share_items(3);
  explore::check_pool();
}

EXPLORE("call: what is dealt to a hot helper runs once, whether it comes or not") {
  set_eager_pool(3);
  explore::set_starts(1);
  share_items(2);
  deal_out_items(5);
  explore::check_pool();
}

EXPLORE("call: dealt out again in the same slot, to two helpers who come and go") {
  set_eager_pool(4);
  explore::set_starts(2);
  share_items(3);
  deal_out_items(6);
  deal_out_items(6);
  explore::check_pool();
}

EXPLORE("call: nobody comes for what was dealt out", .complete = true) {
  set_eager_pool(2);
  explore::set_starts(0);
  deal_out_items(5);
}

EXPLORE("call: a helper that comes late finds another call in the slot") {
  set_eager_pool(2);
  explore::set_starts(1);
  share_items(2);
  explore::deeper([] {
    Runs runs;
    call([&] {
      pt::WorkerController controller;
      controller.for_each_position(2, [&](std::size_t i) {
        runs.note(i);
        pt::detail::relax();  // somebody else's turn
      });
    });
    runs.check_once(2);
  });
}

EXPLORE("call: the caller sleeps while the last item runs, and is woken") {
  set_eager_pool(2);
  explore::set_starts(1);
  Runs runs;
  call([&] {
    pt::WorkerController controller;
    controller.for_each_position(2, [&](std::size_t i) {
      runs.note(i);
      if (pt::current_worker() == 0) return;
      for (int turns = 0; turns != 100 && !explore::is_asleep(0); ++turns) pt::detail::relax();
    });
  });
  runs.check_once(2);
}

EXPLORE("call: each item takes so long that the rest is given back") {
  set_eager_pool(2);
  explore::set_starts(1);
  pt::detail::Costs& costs = pt::detail::thread_manager.costs;
  costs.most_claimed = ~std::uint32_t{0};
  costs.strip = 1e-3F;
  costs.give_back = 0;
  share_items(6);
}

EXPLORE("call: who has left is not counted among those that compute", .stale = 0, .fresh = true) {
  set_eager_pool(2);
  explore::set_starts(1);
  atomic<bool> helped{false};
  call([&] {
    pt::WorkerController controller;
    controller.for_each_position(2, [&](std::size_t) {
      if (pt::current_worker() != 0) helped.store(true, std::memory_order_relaxed);
    });
  });
  check(!helped.load(std::memory_order_relaxed) ||
            pt::detail::thread_manager.places.computing.load(std::memory_order_relaxed) == 0,
        "a call that has ended has given its helper's place back");
}

EXPLORE("call: no thread is to be had", .complete = true) {
  set_eager_pool(2);
  explore::set_starts(0);
  share_items(3);
}

EXPLORE("call: a second one with more cores, while a helper still looks at the first") {
  set_eager_pool(2);
  explore::set_starts(1);
  share_items(2);
  explore::set_cores(4);
  pt::Options options;
  options.cores = 4;
  options.hot_time = std::chrono::nanoseconds(0);
  pt::set_options(options);
  share_items(2);
}

EXPLORE("call: made by an item, the outer caller waits and may join") {
  set_eager_pool(2);
  explore::set_starts(1);
  Runs outer;
  Runs inner;
  call([&] {
    pt::WorkerController controller;
    controller.for_each_position(2, [&](std::size_t i) {
      outer.note(i);
      if (i == 0) return;
      call([&] {
        pt::WorkerController nested;
        nested.for_each_position(2, [&](std::size_t j) { inner.note(j); });
      });
    });
  });
  outer.check_once(2);
  inner.check_once(2);
  explore::check_pool();
}

EXPLORE("call: made by each item, on more cores than threads") {
  set_eager_pool(4);
  explore::set_starts(2);
  Runs inner[2];
  call([&] {
    pt::WorkerController controller;
    controller.for_each_position(2, [&](std::size_t i) {
      call([&] {
        pt::WorkerController nested;
        nested.for_each_position(2, [&](std::size_t j) { inner[i].note(j); });
      });
    });
  });
  inner[0].check_once(2);
  inner[1].check_once(2);
  explore::check_pool();
}

EXPLORE("call: two users at once") {
  set_eager_pool(2);
  explore::set_starts(1);
  auto const user = [] { share_items(2); };
  explore::Thread other(user);
  share_items(2);
  other.join();
  explore::check_pool();
}

EXPLORE("call: an item throws while others rob") {
  set_eager_pool(2);
  explore::set_starts(1);
  Runs runs;
  bool caught = false;
  call([&] {
    try {
      pt::WorkerController controller;
      controller.for_each_position(3, [&](std::size_t i) {
        runs.note(i);
        if (i == 1) throw std::runtime_error("one");
      });
    } catch (std::runtime_error const&) {
      caught = true;
    }
  });
  check(caught, "what an item has thrown comes out of the call");
  for (auto const& each : runs.of) check(each.load(std::memory_order_relaxed) < 2, "no item has run twice");
  share_items(2);  // and the pool works on
  explore::check_pool();
}

EXPLORE("call: two items throw, by order the lower one counts") {
  set_eager_pool(2);
  explore::set_starts(1);
  auto const all = numbers(4);
  int thrown = 0;
  call([&] {
    try {
      (void)pt::parallel_iter(all).find_first([](int i) {
        if (i == 1 || i == 3) throw i;
        return false;
      });
    } catch (int i) {
      thrown = i;
    }
  });
  check(thrown == 1, "the exception that the loop would have met first");
}

EXPLORE("call: find_first finds the first") {
  set_eager_pool(2);
  explore::set_starts(1);
  auto const all = numbers(4);
  int found = -1;
  call([&] {
    auto const first = pt::parallel_iter(all).find_first([](int i) { return i >= 2; });
    found = first ? *first : -1;
  });
  check(found == 2, "the first of several");
  explore::check_pool();
}

EXPLORE("call: take_while keeps what comes before the cut, in order") {
  set_eager_pool(2);
  explore::set_starts(1);
  auto const all = numbers(4);
  std::vector<int> kept;
  call([&] { kept = pt::parallel_iter(all).take_while([](int i) { return i < 2; }).collect<std::vector<int>>(); });
  check(kept == std::vector<int>{0, 1}, "what the loop would have kept");
}

EXPLORE("call: collect joins segments in order") {
  set_eager_pool(3);
  explore::set_starts(2);
  auto const all = numbers(4);
  std::vector<int> kept;
  call([&] { kept = pt::parallel_iter(all).filter([](int i) { return i != 1; }).collect<std::vector<int>>(); });
  check(kept == std::vector<int>{0, 2, 3}, "what the loop would have kept");
}

EXPLORE("call: two threads at most, whatever it calls") {
  set_eager_pool(3);
  explore::set_starts(2);
  atomic<int> inside{0};
  auto const limited = [&] {
    pt::thread_limit const two(2);
    call([&] {
      pt::WorkerController controller;
      controller.for_each_position(3, [&](std::size_t) {
        check(inside.fetch_add(1, std::memory_order_relaxed) < 2, "two at most");
        inside.fetch_sub(1, std::memory_order_relaxed);
      });
    });
  };
  limited();
  limited();  // in the same group, which another guard had
}

EXPLORE("call: two users with a guard each") {
  set_eager_pool(3);
  explore::set_starts(1);
  auto const user = [] {
    pt::thread_limit const two(2);
    share_items(2);
  };
  explore::Thread other(user);
  user();
  other.join();
  explore::check_pool();
}

// The model's threads share one address of `this_thread`, by which a run knows whose row it is: here they have keys.
using OfTrace = pt::detail::TraceWriter<Looker>;

EXPLORE("trace: threads that come at once get a row each", .preemptions = 3) {
  pt::Trace trace;
  check(OfTrace::begin(trace), "nobody else records");
  int const keys[2] = {};
  auto const work = [&](std::uint64_t me) {
    OfTrace::record(trace, &keys[me], 10 * me);
    OfTrace::record(trace, &keys[me], 10 * me + 1);
  };
  auto const second = [&] { work(1); };
  explore::Thread other(second);
  work(0);
  other.join();
  OfTrace::end(trace);
  check(trace.rows() == 2 && trace.dropped() == 0, "each has a row");
  int events = 0;
  std::uint64_t last = 0;
  trace.for_each_event([&](pt::TraceEvent const& event) {
    if (events % 2 == 1) check(event.first == last + 1, "a row holds one thread's events, in their order");
    last = event.first;
    ++events;
  });
  check(events == 4, "no event is lost");
}

EXPLORE("trace: used by two runs, each alone or not at all", .preemptions = 3) {
  pt::Trace trace;
  auto const run = [&] {
    if (!OfTrace::begin(trace)) return;
    OfTrace::record(trace, &trace, 1);
    OfTrace::end(trace);
    check(trace.rows() == 1, "the run before is forgotten");
    OfTrace::give_back(trace);
  };
  explore::Thread other(run);
  run();
  other.join();
}
