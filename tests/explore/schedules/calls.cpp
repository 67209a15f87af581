// Whole calls: publish, join, rob, leave, close, and the slot used again.
#include "items.hpp"

namespace {

using explore::atomic;
using explore::check;
using explore::Runs;
namespace pt = explore::pt;

void share_items(std::uint32_t count) {
  Runs runs;
  int results[Runs::most] = {};
  explore::call([&] {
    pt::WorkerController controller;
    controller.for_each_position(count, [&](std::size_t i) {
      runs.note(i);
      results[i] = static_cast<int>(i) + 1;
    });
  });
  runs.check_once(count);
  for (std::uint32_t i = 0; i != count; ++i)
    check(results[i] == static_cast<int>(i) + 1, "the caller sees each result");
  explore::check_pool();
}

}  // namespace

EXPLORE("call: one helper, two items", .preemptions = 2, .stale = 0) {
  explore::set_eager_pool(2);
  share_items(2);
}

EXPLORE("call: one helper, two items, one old value read", .preemptions = 1, .stale = 1) {
  explore::set_eager_pool(2);
  share_items(2);
}

EXPLORE("call: two helpers, four items", .preemptions = 1, .stale = 0, .rounds = 1'000) {
  explore::set_eager_pool(3);
  share_items(4);
}
