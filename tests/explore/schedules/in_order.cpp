// The primitive "in order": blocks computed at once, stepped one after the other, emitted or left. And the memory in
// which they are packed.
#include "items.hpp"

#include <parallel_task/algorithm/buffers.hpp>
#include <parallel_task/algorithm/in_order.hpp>

#include <cstddef>

namespace {

using explore::call;
using explore::check;
using explore::set_eager_pool;
namespace pt = explore::pt;

/// What passes through three blocks, in plain memory: the model sees who has read too early.
struct Sums {
  static constexpr std::size_t blocks = 3;
  std::size_t own[blocks] = {};
  std::size_t before[blocks + 1] = {};
  std::size_t out[blocks] = {};

  void compute(std::size_t b) { own[b] = b + 1; }
  void step(std::size_t b) { before[b + 1] = before[b] + own[b]; }
  void emit(std::size_t b) { out[b] += 1 + before[b]; }
  /// All blocks, by the caller and one helper.
  template <class Emit>
  void run(Emit const& emitting) {
    set_eager_pool(2);
    explore::set_starts(1);
    call([&] {
      pt::detail::Passes passes(pt::detail::Context<>{}, blocks);
      pt::detail::InOrder in_order(blocks);
      in_order.run(
          passes, 1, [&](std::size_t b) { compute(b); }, [&](std::size_t b) { step(b); }, emitting);
    });
    check(before[blocks] == 6, "each block has had its step, once");
  }
};

}  // namespace

EXPLORE("in order: a step sees what was computed and the step before, and what is emitted sees its step") {
  Sums sums;
  sums.run([&](std::size_t b) { sums.emit(b); });
  check(sums.out[0] == 1 && sums.out[1] == 2 && sums.out[2] == 4, "each block is emitted once, behind its step");
  explore::check_pool();
}

EXPLORE("in order: where nothing is emitted, whoever comes later does the step") {
  Sums sums;
  sums.run(pt::detail::NothingToEmit{});
  explore::check_pool();
}

EXPLORE("in order: a piece of memory goes from one thread to the next") {
  pt::detail::Buffers<int> buffers(1);
  auto const use = [&] {
    {
      pt::detail::LentBuffer<int> const one(buffers);
      *one.get() = 1;
    }
    pt::detail::LentBuffer<int> const one(buffers);
    pt::detail::LentBuffer<int> const another(buffers);
    *one.get() = 2;
    *another.get() = 3;
    check(*one.get() == 2, "nobody else has it");
  };
  explore::Thread other(use);
  use();
  other.join();
}
