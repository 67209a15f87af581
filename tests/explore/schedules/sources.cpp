// Sources that are pulled, one thread at a time, and the terminal that has a role of its own.
#include "items.hpp"

#include <forward_list>
#include <list>
#include <optional>
#include <vector>

namespace {

using explore::atomic;
using explore::call;
using explore::check;
using explore::Runs;
using explore::set_eager_pool;
namespace pt = explore::pt;

struct Countdown {
  int left;
  int throws_at = -1;
  std::optional<int> next() {
    if (left == throws_at) throw left;
    if (left == 0) return std::nullopt;
    return left--;
  }
};

/// So large that a chunk holds eight: it is freed by whoever takes the last.
struct Large {
  int value = 0;
  char bytes[156] = {};
};
struct LargeCountdown {
  int left;
  std::optional<Large> next() {
    if (left == 0) return std::nullopt;
    return Large{--left, {}};
  }
};

}  // namespace

EXPLORE("pull: par_bridge hands each value out once, in order") {
  set_eager_pool(2);
  explore::set_starts(1);
  std::vector<int> seen;
  call([&] { seen = pt::par_bridge(Countdown{3}).map([](int i) { return 10 * i; }).collect<std::vector<int>>(); });
  check(seen == std::vector<int>{30, 20, 10}, "what the loop would have collected");
  explore::check_pool();
}

EXPLORE("pull: who takes a chunk's last value frees it") {
  set_eager_pool(2);
  explore::set_starts(1);
  Runs runs;
  call([&] {
    pt::par_bridge(LargeCountdown{9}).for_each([&](Large const& each) {
      if (each.value < 8) runs.note(static_cast<std::size_t>(each.value));
    });
  });
  runs.check_once(8);
}

EXPLORE("pull: a list is walked by one while the others compute") {
  set_eager_pool(2);
  explore::set_starts(1);
  std::list<int> const all{0, 1, 2};
  Runs runs;
  call([&] { pt::parallel_iter(all).for_each([&](int i) { runs.note(static_cast<std::size_t>(i)); }); });
  runs.check_once(3);
}

EXPLORE("pull: a list is read ahead while a worker still has something to run") {
  set_eager_pool(2);
  explore::set_starts(1);
  pt::detail::thread_manager.costs.slow_next = -1;  // one item a turn
  std::list<int> const all{0, 1, 2, 3};
  Runs runs;
  call([&] { pt::parallel_iter(all).for_each([&](int i) { runs.note(static_cast<std::size_t>(i)); }); });
  runs.check_once(4);
}

EXPLORE("pull: a forward_list, whose length nobody knows") {
  set_eager_pool(3);
  explore::set_starts(2);
  std::forward_list<int> const all{0, 1, 2};
  std::vector<int> seen;
  call([&] { seen = pt::parallel_iter(all).map([](int i) { return i + 1; }).collect<std::vector<int>>(); });
  check(seen == std::vector<int>{1, 2, 3}, "what the loop would have collected");
}

EXPLORE("pull: a source that throws ends the call") {
  set_eager_pool(2);
  explore::set_starts(1);
  bool caught = false;
  Runs runs;
  call([&] {
    try {
      pt::par_bridge(Countdown{3, 1}).for_each([&](int i) { runs.note(static_cast<std::size_t>(i)); });
    } catch (int) {
      caught = true;
    }
  });
  check(caught, "what the source has thrown comes out of the call");
  for (auto const& each : runs.of) check(each.load(std::memory_order_relaxed) < 2, "no item has run twice");
}

EXPLORE("pull: nobody asks a source for more than was wanted") {
  set_eager_pool(2);
  explore::set_starts(1);
  pt::detail::thread_manager.costs.pull = -1;  // one item a turn
  std::vector<int> kept;
  call([&] {
    kept = pt::par_bridge(Countdown{5})
               .take_while([](int i) {
                 pt::detail::relax();  // somebody else's turn
                 return i > 4;
               })
               .collect<std::vector<int>>();
  });
  check(kept == std::vector<int>{5}, "what the loop would have kept");
}

EXPLORE("pull: a helper that comes late finds a call that was opened again") {
  set_eager_pool(2);
  explore::set_starts(1);
  call([] {
    pt::WorkerController controller;
    controller.for_each_position(2, [](std::size_t) {});
  });
  // A source that has nothing to give for a while: the caller, alone, closes its call and opens it again.
  struct Hesitant {
    int asked = 0;
    atomic<int> ran{0};
    static pt::Pulled pull(void* self, std::size_t) {
      return ++static_cast<Hesitant*>(self)->asked < 3 ? pt::Pulled{1, false} : pt::Pulled{2, true};
    }
    static void open(void*, void*) {}
    static bool run(void* self, void*, pt::Block block) {
      if (block.last == 2) pt::detail::relax();  // somebody else's turn
      static_cast<Hesitant*>(self)->ran.fetch_add(static_cast<int>(block.size()), std::memory_order_relaxed);
      return true;
    }
    static void close(void*) noexcept {}
  };
  explore::deeper([] {
    Hesitant source;
    call([&] {
      pt::Job job;
      job.self = &source;
      job.bytes = 1;
      job.alignment = 1;
      job.pull = &Hesitant::pull;
      job.open = &Hesitant::open;
      job.run = &Hesitant::run;
      job.close = &Hesitant::close;
      job.known = {1, false};
      pt::Memo memo;
      std::byte home{};
      pt::WorkerController controller;
      controller.run(job, &home, memo);
    });
    check(source.ran.load(std::memory_order_relaxed) == 2, "each position has run");
  });
}

EXPLORE("ordered: for_each_ordered gives each item in its turn") {
  set_eager_pool(2);
  explore::set_starts(1);
  std::vector<int> const all{0, 1, 2, 3};
  std::vector<int> seen;
  call([&] {
    pt::parallel_iter(all).map([](int i) { return i + 1; }).for_each_ordered([&](int i) { seen.push_back(i); });
  });
  check(seen == std::vector<int>{1, 2, 3, 4}, "one after the other, in order");
}

EXPLORE("ordered: a window of two, used again and again") {
  set_eager_pool(3);
  explore::set_starts(2);
  std::vector<int> const all{0, 1, 2, 3, 4};
  std::vector<int> seen;
  call([&] {
    pt::parallel_iter(all).map([](int i) { return i + 1; }).for_each_ordered([&](int i) { seen.push_back(i); }, 2);
  });
  check(seen == std::vector<int>{1, 2, 3, 4, 5}, "one after the other, in order");
}

EXPLORE("ordered: a window of one: the entry is used again at once") {
  set_eager_pool(2);
  explore::set_starts(1);
  std::vector<int> const all{0, 1, 2};
  std::vector<int> seen;
  call([&] {
    pt::parallel_iter(all).map([](int i) { return i + 1; }).for_each_ordered([&](int i) { seen.push_back(i); }, 1);
  });
  check(seen == std::vector<int>{1, 2, 3}, "one after the other, in order");
}
