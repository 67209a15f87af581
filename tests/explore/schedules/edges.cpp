// What a call promises at its edges: who may join it and whom its threads may help, stops, deadlines, strategies, an
// ordered consumer that ends early, the bound inside a claim, helpers that spin, and items that the caller runs alone.
#include "items.hpp"

#include <chrono>
#include <stdexcept>
#include <vector>

namespace {

using explore::atomic;
using explore::call;
using explore::check;
using explore::Runs;
using explore::set_eager_pool;
namespace pt = explore::pt;
constexpr std::memory_order relaxed = std::memory_order_relaxed;

/// Who is inside at the same time: no more than `most`.
struct Counted {
  atomic<int> inside{0};
  void pass(int most) {
    check(inside.fetch_add(1, relaxed) < most, "no more threads than the call allows");
    pt::detail::relax();
    inside.fetch_sub(1, relaxed);
  }
};

/// A call over `count` items by at most `most` threads, 0 for any number.
template <class F>
void share(std::uint32_t count, unsigned most, F const& item) {
  call([&] {
    pt::WorkerController controller;
    if (most != 0) controller.set_max_threads(most);
    controller.for_each_position(count, item);
  });
}

void rest(int turns) {
  for (int i = 0; i != turns; ++i) pt::detail::relax();
}

/// A stop token that an item raises.
struct Flag {
  atomic<bool> const* raised;
  [[nodiscard]] bool stop_requested() const { return raised->load(relaxed); }
};

/// A strategy that leaves every queue alone.
struct Nobody {
  double operator()(pt::QueueLoad const&) const noexcept { return 0; }
};

std::vector<int> const four{0, 1, 2, 3};

/// The thread that waits in a call of its own has number 0.
void check_not_the_waiting_one() {
  check(explore::this_thread_number() != 0, "who waits in a call runs no item of another user's");
}

}  // namespace

EXPLORE("threads: two at most, whoever comes") {
  set_eager_pool(3);
  explore::set_starts(2);
  Counted counted;
  Runs runs;
  share(3, 2, [&](std::size_t i) {
    runs.note(i);
    counted.pass(2);
  });
  runs.check_once(3);
  explore::check_pool();
}

// Who comes too late for the first call and is let into the second is in few schedules: more at random.
EXPLORE("threads: a slot in which three were welcome lets in two", .rounds = 5000) {
  set_eager_pool(3);
  explore::set_starts(2);
  share(2, 0, [](std::size_t) {});
  Counted counted;
  share(3, 2, [&](std::size_t) { counted.pass(2); });
}

EXPLORE("isolation: who waits in a call runs no item of another user's") {
  set_eager_pool(4);
  explore::set_starts(1);
  auto const user = [] {
    for (int round = 0; round != 2; ++round)
      share(2, 0, [](std::size_t) {
        check_not_the_waiting_one();
        pt::detail::relax();
      });
  };
  explore::Thread other(user);
  Runs inner;
  share(2, 0, [&](std::size_t i) {
    if (pt::current_worker() == 0 && i == 0) return;
    share(3, 0, [&](std::size_t j) {
      if (i == 1) inner.note(j);
      pt::detail::relax();
    });
  });
  inner.check_once(3);
  other.join();
  explore::check_pool();
}

EXPLORE("isolation: another user's call takes the slot of a nested one that has ended", .stale = 0) {
  set_eager_pool(4);
  explore::set_starts(1);
  pt::detail::thread_manager.costs.caller_spin = 1e6F;
  atomic<int> nested_over{0};
  atomic<int> user_over{0};
  auto const user = [&] {
    while (nested_over.load(relaxed) == 0) pt::detail::relax();
    share(2, 0, [](std::size_t) {
      check_not_the_waiting_one();
      pt::detail::relax();
    });
    user_over.store(1, relaxed);
  };
  explore::Thread other(user);
  share(2, 0, [&](std::size_t i) {
    if (i == 0) return;
    bool const by_helper = pt::current_worker() != 0;
    if (by_helper) share(3, 0, [](std::size_t) { rest(60); });
    nested_over.store(1, relaxed);
    while (by_helper && user_over.load(relaxed) == 0) pt::detail::relax();
  });
  other.join();
  explore::check_pool();
}

EXPLORE("isolation: who waits in a call helps with what its items call") {
  set_eager_pool(3);
  explore::set_starts(1);
  Runs inner;
  share(2, 0, [&](std::size_t i) {
    if (i == 0) return;
    share(4, 0, [&](std::size_t j) {
      inner.note(j);
      rest(2);
    });
  });
  inner.check_once(4);
  explore::check_pool();
}

EXPLORE("stop: a run that was stopped does not look finished") {
  set_eager_pool(2);
  explore::set_starts(1);
  atomic<bool> raised{false};
  Runs runs;
  bool stopped = false;
  call([&] {
    try {
      pt::parallel_iter(four).stop_token(Flag{&raised}).for_each([&](int i) {
        runs.note(static_cast<std::size_t>(i));
        if (i == 1) raised.store(true, relaxed);
      });
    } catch (pt::cancelled const& why) {
      stopped = why.reason() == pt::StopReason::stop_requested;
    }
  });
  std::uint32_t ran = 0;
  for (int i = 0; i != 4; ++i) ran += runs.of[i].load(relaxed);
  check(stopped || ran == 4, "all items have run, or it throws");
  for (int i = 0; i != 4; ++i) check(runs.of[i].load(relaxed) < 2, "no item has run twice");
  explore::check_pool();
}

EXPLORE("deadline: one that passes while items run ends the call, or all have run") {
  set_eager_pool(2);
  explore::set_starts(1);
  Runs runs;
  bool stopped = false;
  call([&] {
    try {
      auto const soon =
          std::chrono::steady_clock::time_point(std::chrono::nanoseconds(pt::detail::steady_ns() + 2'000));
      pt::parallel_iter(four).deadline(soon).for_each([&](int i) {
        runs.note(static_cast<std::size_t>(i));
        rest(8);
      });
    } catch (pt::cancelled const& why) {
      stopped = why.reason() == pt::StopReason::deadline;
    }
  });
  std::uint32_t ran = 0;
  for (int i = 0; i != 4; ++i) ran += runs.of[i].load(relaxed);
  check(stopped || ran == 4, "all items have run, or it throws");
  explore::check_pool();
}

EXPLORE("ordered: a stop leaves the beginning of the range consumed, and nothing else") {
  set_eager_pool(2);
  explore::set_starts(1);
  atomic<bool> raised{false};
  std::vector<int> seen;
  bool stopped = false;
  call([&] {
    try {
      pt::parallel_iter(four)
          .map([&](int i) {
            if (i == 2) raised.store(true, relaxed);
            return i;
          })
          .stop_token(Flag{&raised})
          .for_each_ordered([&](int i) { seen.push_back(i); });
    } catch (pt::cancelled const&) {
      stopped = true;
    }
  });
  check(stopped || seen.size() == four.size(), "all are consumed, or it throws");
  for (std::size_t i = 0; i != seen.size(); ++i) check(seen[i] == four[i], "what is consumed is a beginning");
  explore::check_pool();
}

EXPLORE("ordered: the consumer throws at the second item") {
  set_eager_pool(2);
  explore::set_starts(1);
  std::vector<int> seen;
  bool caught = false;
  call([&] {
    try {
      pt::parallel_iter(four).map([](int i) { return i; }).for_each_ordered([&](int i) {
        if (i == 1) throw i;
        seen.push_back(i);
      });
    } catch (int i) {
      caught = i == 1;
    }
  });
  check(caught && seen == std::vector<int>{0}, "as in the loop");
  explore::check_pool();
}

EXPLORE("ordered: two items throw before they are consumed, the first counts") {
  set_eager_pool(2);
  explore::set_starts(1);
  std::vector<int> seen;
  int caught = -1;
  call([&] {
    try {
      pt::parallel_iter(four)
          .map([](int i) {
            if (i == 1 || i == 3) throw i;
            return i;
          })
          .for_each_ordered([&](int i) { seen.push_back(i); }, 3);
    } catch (int i) {
      caught = i;
    }
  });
  check(caught == 1 && seen == std::vector<int>{0}, "as in the loop");
  explore::check_pool();
}

EXPLORE("strategy: nobody may be robbed, and the caller finishes alone") {
  set_eager_pool(3);
  explore::set_starts(2);
  Runs runs;
  Nobody const nobody;
  call([&] {
    pt::WorkerController controller;
    controller.set_priority_strategy(nobody);
    controller.for_each_position(3, [&](std::size_t i) { runs.note(i); });
  });
  runs.check_once(3);
  explore::check_pool();
}

EXPLORE("strategy: nobody may be robbed of a list, all may pull from it") {
  set_eager_pool(3);
  explore::set_starts(2);
  pt::detail::thread_manager.costs.slow_next = -1;
  std::vector<int> seen;
  call([&] {
    auto const kept = [](int i) { return i != 2; };
    seen = pt::parallel_iter(four).steal_from(Nobody{}).filter(kept).collect<std::vector<int>>();
  });
  check(seen == std::vector<int>{0, 1, 3}, "as in the loop");
  explore::check_pool();
}

EXPLORE("places: a thread leaves one user's call for another's") {
  set_eager_pool(2);
  explore::set_starts(2);
  pt::detail::thread_manager.costs.long_claim = -1;
  auto const user = [] {
    Runs mine;
    share(4, 0, [&](std::size_t i) {
      mine.note(i);
      pt::detail::relax();
    });
    mine.check_once(4);
  };
  explore::Thread other(user);
  user();
  other.join();
  explore::check_pool();
}

EXPLORE("bound: a hit ends what others have claimed behind it, not what lies before") {
  set_eager_pool(2);
  explore::set_starts(1);
  pt::detail::Costs& costs = pt::detail::thread_manager.costs;
  costs.most_claimed = ~std::uint32_t{0};
  costs.strip = 1e-3F;
  Runs runs;
  int found = -1;
  call([&] {
    auto const first = pt::parallel_iter(four).find_first([&](int i) {
      runs.note(static_cast<std::size_t>(i));
      return i == 1 || i == 3;
    });
    found = first ? *first : -1;
  });
  check(found == 1, "the first of several");
  check(runs.of[0].load(relaxed) == 1 && runs.of[1].load(relaxed) == 1, "what lies before a hit runs");
  explore::check_pool();
}

EXPLORE("hot: a helper that still spins comes to the next call, or leaves it alone") {
  set_eager_pool(2);
  explore::set_starts(1);
  pt::Options options;
  options.cores = 2;
  options.hot_time = std::chrono::nanoseconds(500);
  pt::set_options(options);
  for (int round = 0; round != 2; ++round) {
    Runs runs;
    share(2, 0, [&](std::size_t i) { runs.note(i); });
    runs.check_once(2);
  }
  explore::check_pool();
}

EXPLORE("alone: what the caller runs before it shares is run by nobody else") {
  set_eager_pool(2);
  explore::set_starts(1);
  pt::detail::Costs& costs = pt::detail::thread_manager.costs;
  costs.probe = 60;  // a look at the clock takes 50
  costs.last_step = 0;
  costs.few = 0;
  Runs runs;
  share(8, 0, [&](std::size_t i) {
    runs.note(i);
    pt::detail::relax();
  });
  runs.check_once(8);
  explore::check_pool();
}
