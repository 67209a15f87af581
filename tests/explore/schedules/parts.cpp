// Parts in which one thread finds what another has left, each by itself: the values of threads, the ring of a scan, the
// calls of a world.
#include "items.hpp"

#include <parallel_task/machines/one_at_a_time.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace {

using explore::atomic;
using explore::call;
using explore::check;
using explore::set_eager_pool;
namespace pt = explore::pt;

}  // namespace

EXPLORE("a value a thread: two whose values are on one list find each their own", .complete = true) {
  pt::per_thread<int> values;
  auto const use = [&](std::uint32_t thread) {
    pt::detail::this_thread.thread = thread;  // as if it were the library's: of 64 lists it is told its own by that
    values.local() += static_cast<int>(thread);
    values.local() += 100;
  };
  explore::Thread other([&] { use(1); });
  use(65);
  other.join();
  check(values.size() == 2, "a value for each");
  for (int const value : values) check(value == 101 || value == 165, "nobody has touched another's");
  check(values.combine([](int a, int b) { return a + b; }) == 266, "and both are there");
  values.clear();
  check(values.size() == 0, "none is left");
}

EXPLORE("scan: running results are those of the loop") {
  set_eager_pool(2);
  explore::set_starts(1);
  std::vector<int> sums;
  call([&] { sums = pt::indices(1, 5).inclusive_scan(std::plus<>()).collect<std::vector<int>>(); });
  check(sums == std::vector<int>{1, 3, 6, 10}, "what the loop would have summed");
}

EXPLORE("scan: a group that one thread has passed on is filled again by another", .complete = true) {
  // A ring of one group. Who has it is told here by `told`, elsewhere by the queue: release and acquire.
  pt::detail::Scanned<true, pt::detail::Indices<int>, int, std::plus<>, 1> scan(pt::detail::Indices<int>(1, 3), {}, {});
  scan.start();
  pt::detail::Stateless state = scan.open();
  static_cast<void>(scan.begin_sharing(state, 0));
  atomic<std::size_t> told{0};
  auto const run = [&scan](std::size_t position) {
    int result = 0;
    auto sink = [&](int x) {
      result = x;
      return true;
    };
    pt::detail::Stateless own;
    check(scan.feed(own, {position, position + 1}, sink), "more is wanted");
    return result;
  };
  explore::Thread other([&] {
    for (std::size_t i = 0; i != 2; ++i) {
      while (told.load(std::memory_order_acquire) <= i) pt::detail::relax();
      int const result = run(i);
      check(result == (i == 0 ? 0 : 1), "the first group computes, and passes its result on");
    }
  });
  for (std::size_t i = 1; i != 5; ++i) {
    while (scan.pull(1).positions != i) pt::detail::relax();
    told.store(i, std::memory_order_release);
    if (i < 3) continue;  // the other's
    int const result = run(i - 1);
    check(result == (i == 3 ? 0 : 3), "and so does the second");
  }
  check(scan.known().ended, "there is no third");
  other.join();
}

EXPLORE("ranks: the next call of a world finds what the one before has left", .complete = true) {
  pt::detail::OneAtATime calls;
  int made = 0;
  auto const make_one = [&] {
    if (!calls.enter()) return 0;
    ++made;
    calls.leave();
    return 1;
  };
  int others = 0;
  explore::Thread other([&] { others = make_one(); });
  int const mine = make_one();
  other.join();
  check(made == mine + others && made != 0, "who was let in has made a call");
}
