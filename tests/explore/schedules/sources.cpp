// Sources that are pulled, one thread at a time, and the terminal that has a role of its own.
#include "items.hpp"

#include <forward_list>
#include <list>
#include <optional>
#include <ranges>
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

EXPLORE("pull: chunks are filled again while another thread takes from those after them") {
  pt::detail::Conveyor<int, 1, 1> conveyor;  // a chunk for each value, and a ring that is full at once
  atomic<std::uint32_t> told{0};
  int taken = 0;
  explore::Thread other([&] {
    for (std::uint32_t i = 0; i != 4; ++i) {
      // acquire and release: a queue tells by them
      if (told.load(std::memory_order_acquire) <= i) return;
      check(conveyor.take(i) == static_cast<int>(i), "a value is taken as it was added");
      ++taken;
    }
  });
  for (std::uint32_t i = 0; i != 4; ++i) {
    conveyor.add(static_cast<int>(i));
    told.store(i + 1, std::memory_order_release);
  }
  other.join();
  for (int i = taken; i != 4; ++i) check(conveyor.take(static_cast<std::size_t>(i)) == i, "and so are the others");
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

EXPLORE("pull: who has run the last positions of a walked chunk frees it") {
  set_eager_pool(2);
  explore::set_starts(1);
  // Iterators so large that eight are a chunk.
  struct Large {
    using value_type = int;
    using difference_type = std::ptrdiff_t;
    int const* at = nullptr;
    char bytes[136] = {};
    int const& operator*() const { return *at; }
    Large& operator++() { return ++at, *this; }
    Large operator++(int) {
      Large const before = *this;
      ++at;
      return before;
    }
    bool operator==(Large const& other) const { return at == other.at; }
  };
  int const all[9] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  std::ranges::subrange<Large> const range(Large{all}, Large{all + 9});
  Runs runs;
  call([&] {
    pt::parallel_iter(range).for_each([&](int i) {
      if (i < 8) runs.note(static_cast<std::size_t>(i));
    });
  });
  runs.check_once(8);
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
    static pt::Known pull(void* self, std::size_t) {
      return ++static_cast<Hesitant*>(self)->asked < 3 ? pt::Known{1, false} : pt::Known{2, true};
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

EXPLORE("pull: items that items have added are each run once") {
  set_eager_pool(2);
  explore::set_starts(1);
  Runs runs;
  call([&] {
    pt::for_each_growing(std::vector<int>{0}, [&](int i, pt::Feeder<int>& feeder) {
      runs.note(static_cast<std::size_t>(i));
      if (i > 1) return;
      feeder.add(2 * i + 1);
      feeder.add(2 * i + 2);
    });
  });
  runs.check_once(5);
}

EXPLORE("pull: what an item has added and its worker does not run goes to whoever pulls") {
  set_eager_pool(2);
  explore::set_starts(1);
  Runs runs;
  call([&] {
    pt::for_each_growing(std::vector<int>{0, 1}, [&](int i, pt::Feeder<int>& feeder) {
      runs.note(static_cast<std::size_t>(i));
      pt::detail::sleep_ns(2'000);  // none is cheap, so that what it adds is put out
      if (i < 2) feeder.add(i + 2);
    });
  });
  runs.check_once(4);
}

EXPLORE("a state a thread: each thread makes one, and uses its own") {
  set_eager_pool(2);
  explore::set_starts(1);
  atomic<int> made{0};
  Runs runs;
  call([&] {
    auto const make = pt::per_thread([&] { return made.fetch_add(1, std::memory_order_relaxed); });
    pt::indices(4).for_each_init(make, [&](int& state, int i) {
      ++state;
      runs.note(static_cast<std::size_t>(i));
    });
  });
  runs.check_once(4);
  check(made.load(std::memory_order_relaxed) <= 2, "no more states than threads");
}

EXPLORE("take_any: no more items are taken than are asked for, and none is lost") {
  set_eager_pool(2);
  explore::set_starts(1);
  std::vector<int> taken;
  call([&] { taken = pt::indices(4).take_any(2).collect<std::vector<int>>(); });
  check(taken.size() == 2 && taken[0] < taken[1], "two, in their order");
}

EXPLORE("chunk: the last one of a list is as long as what is left") {
  set_eager_pool(2);
  explore::set_starts(1);
  std::list<int> const all{0, 1, 2, 3, 4};
  std::vector<std::vector<int>> parts;
  call([&] { parts = pt::parallel_iter(all).chunk(2).collect<std::vector<std::vector<int>>>(); });
  check(parts == std::vector<std::vector<int>>{{0, 1}, {2, 3}, {4}}, "what the loop would have collected");
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
