// The queue: claim, steal and give-back against each other, on one word and on several.
#include "items.hpp"

namespace {

using explore::atomic;
using explore::check;
using explore::Runs;
namespace pt = explore::pt;
constexpr std::memory_order relaxed = std::memory_order_relaxed;

}  // namespace

EXPLORE("queue: an item is claimed or stolen, never both, down to the last one", .preemptions = 3) {
  pt::LimitedAccessQueue queue;
  Runs runs;
  pt::SecondaryAccessor worker = queue.secondary();
  (void)worker.push({0, 3});
  auto const rob = [&] {
    pt::PrimaryAccessor thief = queue.primary();
    for (pt::QueueBlock block = thief.steal_half(); !block.empty(); block = thief.steal_half())
      explore::note_block(runs, block);
  };
  explore::Thread other(rob);
  for (pt::QueueBlock block = worker.pop(1); !block.empty(); block = worker.pop(1)) explore::note_block(runs, block);
  other.join();
  runs.check_once(3);
}

EXPLORE("queue: what is given back is claimed or stolen again, once", .preemptions = 3) {
  pt::LimitedAccessQueue queue;
  Runs runs;
  pt::SecondaryAccessor worker = queue.secondary();
  (void)worker.push({0, 4});
  auto const rob = [&] {
    pt::PrimaryAccessor thief = queue.primary();
    explore::note_block(runs, thief.steal_half());
    explore::note_block(runs, thief.steal());
  };
  explore::Thread other(rob);
  pt::QueueBlock const claim = worker.pop(2);
  if (!claim.empty()) {
    runs.note(claim.first);
    if (!worker.give_back(claim, claim.first + 1)) explore::note_block(runs, {claim.first + 1, claim.last});
  }
  for (pt::QueueBlock block = worker.pop(2); !block.empty(); block = worker.pop(2)) explore::note_block(runs, block);
  other.join();
  runs.check_once(4);
}

EXPLORE("queue: what was written before a push is seen by whoever claims or steals") {
  pt::LimitedAccessQueue queue;
  int items[4] = {};
  atomic<std::uint32_t> runs{0};
  auto const use = [&](pt::QueueBlock block) {
    for (std::uint32_t i = block.first; i != block.last; ++i) {
      check(items[i] == 1, "the item is there");
      runs.fetch_add(1, relaxed);
    }
  };
  auto const rob = [&] {
    pt::PrimaryAccessor thief = queue.primary();
    for (int tries = 0; tries != 2; ++tries) use(thief.steal_half());
  };
  explore::Thread other(rob);
  {
    pt::SecondaryAccessor worker = queue.secondary();
    for (std::uint32_t i = 0; i != 4; i += 2) {  // the second block goes into a word that was in use
      items[i] = items[i + 1] = 1;
      (void)worker.push({i, i + 2});
      use(worker.pop(1));
    }
    for (pt::QueueBlock block = worker.pop(1); !block.empty(); block = worker.pop(1)) use(block);
  }
  other.join();
  check(runs.load(relaxed) == 4, "each item was used once");
}

EXPLORE("queue: two thieves, one accessor, no item twice") {
  pt::LimitedAccessQueue queue;
  Runs runs;
  pt::SecondaryAccessor worker = queue.secondary();
  (void)worker.push({0, 3});
  auto const rob = [&] {
    pt::PrimaryAccessor thief = queue.primary();
    if (thief) explore::note_block(runs, thief.steal_half());
  };
  explore::Thread one(rob);
  explore::Thread two(rob);
  for (pt::QueueBlock block = worker.pop(1); !block.empty(); block = worker.pop(1)) explore::note_block(runs, block);
  one.join();
  two.join();
  runs.check_once(3);
}

EXPLORE("queue: one holder of an accessor sees what the one before has left", .preemptions = 3, .stale = 2) {
  pt::LimitedAccessQueue queue;
  int primary_uses = 0;
  int secondary_uses = 0;
  auto const use = [&] {
    if (pt::PrimaryAccessor thief = queue.primary()) ++primary_uses;
    if (pt::SecondaryAccessor worker = queue.secondary()) ++secondary_uses;
  };
  explore::Thread other(use);
  use();
  other.join();
  check(primary_uses >= 1 && secondary_uses >= 1, "somebody had each");
}

EXPLORE("queue: what the controller's end has pushed is seen by the worker that claims it") {
  pt::LimitedAccessQueue queue;
  int items[2] = {};
  auto const bring = [&] {
    pt::PrimaryAccessor controller = queue.primary();
    items[0] = items[1] = 1;
    (void)controller.push({0, 2});
  };
  explore::Thread other(bring);
  {
    pt::SecondaryAccessor worker = queue.secondary();
    for (int tries = 0; tries != 3; ++tries) {
      pt::QueueBlock const claim = worker.pop(1);
      if (!claim.empty()) check(items[claim.first] == 1, "the item is there");
    }
  }
  other.join();
}

EXPLORE("queue: what a thief gives back to its own queue is seen by the next thief") {
  pt::LimitedAccessQueue first;
  pt::LimitedAccessQueue second;
  int items[2] = {};
  auto const look = [&](pt::QueueBlock block) {
    for (std::uint32_t i = block.first; i != block.last; ++i) check(items[i] == 1, "the item is there");
  };
  auto const rob_first = [&] {
    pt::SecondaryAccessor own = second.secondary();
    pt::QueueBlock const stolen = first.primary().steal();
    if (!own.give_back(stolen, stolen.first)) look(stolen);
  };
  auto const rob_second = [&] { look(second.primary().steal()); };
  explore::Thread one(rob_first);
  explore::Thread two(rob_second);
  items[0] = items[1] = 1;
  (void)first.secondary().push({0, 2});
  one.join();
  two.join();
}
