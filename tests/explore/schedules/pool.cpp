// The pool: which threads park and are woken, start and end, and look after those that are blocked.
#include "items.hpp"

namespace {

using explore::atomic;
using explore::call;
using explore::check;
using explore::Runs;
using explore::set_eager_pool;
namespace pt = explore::pt;

/// Two threads that wait for each other: no single one gets past it.
class Meeting {
 public:
  void arrive() {
    if (here_.fetch_add(1, std::memory_order_acq_rel) != 0) {
      pt::detail::wake_one(here_);
      return;
    }
    while (here_.load(std::memory_order_acquire) == 1) pt::detail::wait_on(here_, 1);
  }

 private:
  atomic<std::uint32_t> here_{0};
};

/// A call whose two items meet: it ends only if somebody comes. No program may count on that; here it tells whether the
/// wakeup arrives.
void meet() {
  call([&] {
    Meeting meeting;
    pt::WorkerController controller;
    controller.for_each_position(2, [&](std::size_t) { meeting.arrive(); });
  });
}

void share_items(std::uint32_t count) {
  Runs runs;
  call([&] {
    pt::WorkerController controller;
    controller.for_each_position(count, [&](std::size_t i) { runs.note(i); });
  });
  runs.check_once(count);
}

}  // namespace

EXPLORE("wakeup: a thread that parks while a call opens comes all the same") {
  set_eager_pool(2);
  explore::set_starts(0);
  auto& stopping = pt::detail::thread_manager.starter.stopping;
  auto const helper = [&] {
    while (!stopping.load(std::memory_order_seq_cst)) {
      (void)pt::detail::park();
      (void)pt::detail::join_any();
    }
  };
  explore::Thread other(helper);
  meet();
  stopping.store(true, std::memory_order_seq_cst);
  pt::detail::thread_manager.wakeups.notify_all();
  other.join();
}

EXPLORE("wakeup: a thread of the library's own, hot or parked, comes to the next call", .stale = 0, .fresh = true) {
  set_eager_pool(2);
  explore::set_starts(1);
  meet();
  meet();
}

EXPLORE("shutdown: every thread has gone when it returns") {
  set_eager_pool(2);
  explore::set_starts(1);
  share_items(2);
  pt::shutdown();
  check(pt::detail::thread_manager.starter.made.load(std::memory_order_relaxed) == 0, "no thread is left");
}

EXPLORE("shutdown: while a call runs on another thread") {
  set_eager_pool(2);
  explore::set_starts(2);
  auto const user = [] { share_items(3); };
  explore::Thread other(user);
  pt::shutdown();
  other.join();
  pt::shutdown();
  check(pt::detail::thread_manager.starter.made.load(std::memory_order_relaxed) == 0, "no thread is left");
}

EXPLORE("shutdown: two at once, then a call") {
  set_eager_pool(2);
  explore::set_starts(2);
  share_items(2);
  auto const end = [] { pt::shutdown(); };
  explore::Thread other(end);
  pt::shutdown();
  check(pt::detail::thread_manager.starter.made.load(std::memory_order_relaxed) == 0, "no thread is left");
  other.join();
  share_items(2);
}

EXPLORE("monitor: a spare thread sees that all are asleep in their items, and joins in") {
  set_eager_pool(2);
  explore::set_starts(3);
  pt::detail::Costs& costs = pt::detail::thread_manager.costs;
  costs.blocked_after = -1;
  costs.long_claim = -1;
  Runs runs;
  atomic<std::uint32_t> released{0};
  auto const release = [&] {
    released.store(1, std::memory_order_release);
    pt::detail::wake_all(released);
  };
  // Should nobody come, which no program may count on. Meanwhile another call is opened, in a new slot.
  auto const patience = [&] {
    for (int i = 0; i != 40; ++i) {
      if (i == 5) share_items(2);
      pt::detail::sleep_ns(1'000'000);
    }
    release();
  };
  explore::Thread other(patience);
  call([&] {
    pt::WorkerController controller;
    controller.for_each_position(4, [&](std::size_t i) {
      runs.note(i);
      if (i == 3) release();
      if (i == 0 || i == 2) {
        while (released.load(std::memory_order_acquire) == 0) pt::detail::wait_on(released, 0);
      }
    });
  });
  other.join();
  runs.check_once(4);
  explore::check_pool();
}

EXPLORE("budget: whoever finds the pool set up finds its budget") {
  explore::set_cores(2);
  explore::set_environment("PARALLEL_TASK_THREADS", "1");
  auto const user = [] { check(pt::max_threads() == 1, "the budget is one thread"); };
  explore::Thread other(user);
  user();
  other.join();
}
