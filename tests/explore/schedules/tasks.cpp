// Trees of joins and scopes: offer, take, take back, return, finish, sleep and be woken.
#include "items.hpp"

#include <parallel_task/structure.hpp>

#include <stdexcept>

namespace {

using explore::atomic;
using explore::call;
using explore::check;
using explore::Runs;
using explore::set_eager_pool;
namespace pt = explore::pt;

/// A tree of joins, each leaf of which runs once and returns its number.
struct Leaves {
  Runs& runs;
  std::uint32_t operator()(std::uint32_t first, std::uint32_t count) const {
    if (count == 1) {
      runs.note(first);
      return first;
    }
    std::uint32_t const half = count / 2;
    auto const [a, b] =
        pt::join([&] { return (*this)(first, half); }, [&] { return (*this)(first + half, count - half); });
    return a + b;
  }
};

void join_leaves(std::uint32_t count) {
  Runs runs;
  std::uint32_t sum = 0;
  call([&] { sum = Leaves{runs}(0, count); });
  runs.check_once(count);
  check(sum == count * (count - 1) / 2, "each join sees what its closures have returned");
}

}  // namespace

EXPLORE("tasks: a join of two, one helper") {
  set_eager_pool(2);
  explore::set_starts(1);
  join_leaves(2);
  explore::check_pool();
}

EXPLORE("tasks: a tree of four leaves, one helper") {
  set_eager_pool(2);
  explore::set_starts(1);
  join_leaves(4);
  explore::check_pool();
}

EXPLORE("tasks: a tree of four leaves, two helpers, one of which may have to return what it took") {
  set_eager_pool(3);
  explore::set_starts(2);
  join_leaves(4);
  explore::check_pool();
}

EXPLORE("tasks: one tree after the other in one slot") {
  set_eager_pool(2);
  explore::set_starts(1);
  join_leaves(2);
  join_leaves(3);
  explore::check_pool();
}

EXPLORE("tasks: a closure throws here or elsewhere, and both have run") {
  set_eager_pool(2);
  explore::set_starts(1);
  Runs runs;
  bool thrown = false;
  call([&] {
    try {
      pt::join([&] { runs.note(0); },
               [&] {
                 runs.note(1);
                 throw std::runtime_error("second");
               });
    } catch (std::runtime_error const&) {
      thrown = true;
    }
  });
  runs.check_once(2);
  check(thrown, "what the second throws reaches the join");
  explore::check_pool();
}

EXPLORE("tasks: a scope of three tasks, one of which spawns another, one helper") {
  set_eager_pool(2);
  explore::set_starts(1);
  Runs runs;
  call([&] {
    pt::scope([&](pt::Scope& s) {
      s.spawn([&] { runs.note(0); });
      s.spawn([&] {
        s.spawn([&] { runs.note(3); });
        runs.note(1);
      });
      s.spawn([&] { runs.note(2); });
    });
  });
  runs.check_once(4);
  explore::check_pool();
}

EXPLORE("tasks: who waits long for what was taken sleeps, and is rung") {
  set_eager_pool(2);
  explore::set_starts(1);
  Runs runs;
  int made = 0;
  call([&] {
    pt::join([&] { runs.note(0); },
             [&] {
               for (int i = 0; i != 100; ++i) explore::relax();  // for longer than the other looks
               made = 1;
               runs.note(1);
             });
    check(made == 1, "what was made elsewhere is seen");
  });
  runs.check_once(2);
  explore::check_pool();
}

EXPLORE("tasks: a thread that is no member of the scope spawns") {
  set_eager_pool(2);
  explore::set_starts(1);
  Runs runs;
  int made = 0;
  call([&] {
    pt::scope([&](pt::Scope& s) {
      explore::Thread other([&] {
        made = 1;
        s.spawn([&] {
          check(made == 1, "what was made before the task is seen");
          runs.note(0);
        });
      });
      s.spawn([&] { runs.note(1); });
      s.spawn([&] { runs.note(2); });
      other.join();
    });
  });
  runs.check_once(3);
  explore::check_pool();
}
