#include "stage/stages.hpp"
#include "support/eager.hpp"
#include "support/threads.hpp"

#include <parallel_task/algorithm.hpp>

#include <atomic>
#include <stdexcept>
#include <thread>

using namespace stages;

namespace {

thread_local int log_id = 0;

// What a context consists of, and how often it was used.
struct Context {
  std::atomic<int> captured{0};
  std::atomic<int> entered{0};
  std::atomic<int> left{0};
  std::atomic<int> wrong{0};

  struct As {
    Context& context;
    int before;
    As(Context& whose, int id) : context(whose), before(log_id) {
      ++context.entered;
      log_id = id;
    }
    As(As const&) = delete;
    As& operator=(As const&) = delete;
    ~As() {
      log_id = before;
      ++context.left;
    }
  };
  auto capture() {
    return [this] { return ++captured, log_id; };
  }
  auto enter() {
    return [this](int id) { return As(*this, id); };
  }
  auto look(int wanted) {
    return [this, wanted](int) {
      if (log_id != wanted) ++wrong;
      support::spin_for(std::chrono::microseconds(20));
    };
  }
};

// Runs until a helper has come, which a busy machine may keep away for a while.
template <class F>
void until_helped(Context& context, F f) {
  int captured = 0;
  CHECK(support::sooner_or_later([&] {
    f();
    ++captured;
    CHECK(context.wrong == 0);
    CHECK(context.captured == captured);
    CHECK(context.left == context.entered);
    return context.entered != 0;
  }));
}

}  // namespace

TEST_CASE("helpers have the caller's context while they work in its call, and theirs afterwards") {
  EngineOnly const engine;
  support::Eager const eager(3);
  log_id = 7;
  Context context;
  until_helped(context,
               [&] { pt::indices(200).with_context(context.capture(), context.enter()).for_each(context.look(7)); });
  Context other;
  log_id = 8;
  until_helped(other, [&] {
    pt::RunReport report;
    int told = 0;
    (pt::indices(100) | pt::with_context(other.capture(), other.enter()) | pt::report(report) |
     pt::progress([&told](pt::Progress const&) { ++told; }) | pt::for_each(other.look(8)));
    CHECK(report.items == 100);
    CHECK(told != 0);
  });
  // A call that carries nothing finds none.
  std::atomic<int> strange{0};
  pt::indices(200).for_each([&](int) {
    if (log_id != 8 && log_id != 0) ++strange;
    support::spin_for(std::chrono::microseconds(10));
  });
  CHECK(strange == 0);
  log_id = 0;
}

TEST_CASE("algorithms carry a context through all of their passes, and pipelines through zip and chain") {
  EngineOnly const engine;
  support::Eager const eager(3);
  log_id = 9;
  Context context;
  std::atomic<int> wrong{0};
  CHECK(support::sooner_or_later([&] {
    ints v = every::numbers(20000);
    pt::sort(pt::with(pt::with_context(context.capture(), context.enter())), v, [&wrong](int a, int b) {
      if (log_id != 9) wrong.fetch_add(1, std::memory_order_relaxed);
      return a < b;
    });
    CHECK(std::is_sorted(v.begin(), v.end()));
    return context.entered != 0;
  }));
  CHECK(wrong == 0);
  CHECK(context.left == context.entered);
  Context joined;
  until_helped(joined, [&] {
    pt::indices(100).zip(pt::indices(100).with_context(joined.capture(), joined.enter())).for_each([&](int x, int) {
      joined.look(9)(x);
    });
  });
  log_id = 0;
}

TEST_CASE("a context that cannot be captured or entered ends the call and one thread alone asks for none") {
  EngineOnly const engine;
  Context context;
  {
    support::Eager const eager(3);
    auto const no_capture = []() -> int { throw std::runtime_error("capture"); };
    CHECK_THROWS_AS(pt::indices(100).with_context(no_capture, context.enter()).for_each(context.look(0)),
                    std::runtime_error);
    auto const no_enter = [](int) { throw std::runtime_error("enter"); };
    CHECK(support::sooner_or_later([&] {
      try {
        pt::indices(300).with_context(context.capture(), no_enter).for_each(context.look(0));
      } catch (std::runtime_error const&) {
        return true;
      }
      return false;
    }));
    context.captured = 0;
    pt::indices(300).threads(1).with_context(context.capture(), context.enter()).for_each(context.look(0));
  }
  CHECK(context.captured == 0);
  CHECK(context.entered == 0);
  CHECK(pt::Settings().carried == nullptr);
}
