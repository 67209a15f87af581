// Calls in the background and on a host's threads: taken up by the pool or by who waits, awaited, asked; in time or
// late.
#include "items.hpp"

#include <parallel_task/async.hpp>
#include <parallel_task/executor.hpp>

#include <optional>

namespace {

using explore::atomic;
using explore::call;
using explore::check;
using explore::Runs;
using explore::set_eager_pool;
namespace pt = explore::pt;

auto noting(Runs& runs, std::size_t first, std::size_t last) {
  return pt::indices(first, last).async().for_each([&](std::size_t i) { runs.note(i); });
}

/// As who waits without helping.
void wait_until_done(pt::Async<void> const& handle) {
  while (!handle.is_done()) pt::detail::sleep_ns(1'000'000);
}

/// Goes on with a number that its call has left.
struct Follower {
  struct promise_type {
    Follower get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { check(false, "nothing was thrown"); }
  };
};
Follower follow(pt::Async<int> handle, atomic<std::uint32_t>& came) {
  int const sum = co_await handle;
  check(sum == 1, "who is resumed finds the result");
  came.store(1, std::memory_order_release);
  pt::detail::wake_all(came);
}

}  // namespace

EXPLORE("background: a call that is waited for, one thread") {
  set_eager_pool(2);
  explore::set_starts(1);
  Runs runs;
  int plain = 0;
  call([&] {
    auto handle = pt::indices(std::size_t{1}).async().for_each([&](std::size_t i) {
      runs.note(i);
      plain = 7;
    });
    handle.get();
    check(plain == 7, "who waits sees what the call has left");
  });
  runs.check_once(1);
  explore::check_pool();
}

EXPLORE("background: a call that is asked time and again, after another one has left the thread") {
  set_eager_pool(2);
  explore::set_starts(1);
  Runs runs;
  int plain = 0;
  call([&] {
    auto const first = pt::indices(1).async().for_each([&](int) {
      runs.note(0);
      plain = 7;
    });
    wait_until_done(first);
    check(plain == 7, "who has asked sees what the call has left");
    auto const second = noting(runs, 1, 2);
    wait_until_done(second);
  });
  runs.check_once(2);
  explore::check_pool();
}

EXPLORE("background: who adds a call wakes whoever is about to park, or is seen by it") {
  pt::detail::Wakeups& wakeups = pt::detail::thread_manager.wakeups;
  pt::detail::BackgroundRun run;
  auto const parks = [&] {
    pt::detail::BackgroundRun* found = nullptr;
    while ((found = pt::detail::background.begin(1)) == nullptr) {
      std::uint32_t const seen = wakeups.prepare_wait();
      if (!pt::detail::background.keeps_awake(1)) wakeups.wait(seen);
      wakeups.finish_wait();
    }
    check(found == &run, "what was added is taken");
    pt::detail::background.end();
  };
  explore::Thread other(parks);
  check(pt::detail::background.add(run), "there is room");
  (void)wakeups.wake_parked(pt::detail::ticks(), 0);
  other.join();
}

EXPLORE("background: two calls, of which one may be under way at once") {
  set_eager_pool(2);
  pt::Options options = pt::detail::thread_manager.options();
  options.threads = 1;
  pt::set_options(options);
  explore::set_starts(2);
  Runs runs;
  call([&] {
    auto const first = noting(runs, 0, 1);
    auto const second = noting(runs, 1, 2);
    wait_until_done(second);
  });
  runs.check_once(2);
  explore::check_pool();
}

EXPLORE("background: a coroutine awaits a call") {
  set_eager_pool(2);
  explore::set_starts(1);
  atomic<std::uint32_t> came{0};
  call([&] {
    (void)follow(pt::indices(2).async().reduce(0, [](int a, int b) { return a + b; }), came);
    while (came.load(std::memory_order_acquire) == 0) pt::detail::wait_on(came, 0);
  });
  explore::check_pool();
}

EXPLORE("background: shutdown beside a call that waits") {
  set_eager_pool(2);
  explore::set_starts(2);
  Runs runs;
  call([&] {
    auto const handle = noting(runs, 0, 1);
    pt::shutdown();
    wait_until_done(handle);
  });
  runs.check_once(1);
  explore::check_pool();
}

EXPLORE("hosted: a host's thread comes in time or late, and then finds another call in the slot") {
  set_eager_pool(2);
  explore::set_starts(0);
  Runs runs;
  Runs others;
  std::optional<pt::HostWork> work;
  atomic<std::uint32_t> given{0};
  auto const host = [&] {
    while (given.load(std::memory_order_acquire) == 0) pt::detail::wait_on(given, 0);
    (*work)();
    work.reset();  // the last one, or not
  };
  explore::Thread other(host);
  int sum = 0;
  call([&] {
    auto const start = [&](pt::HostWork w) {
      work.emplace(w);
      given.store(1, std::memory_order_release);
      pt::detail::wake_all(given);
    };
    sum = pt::indices(3)
              .on(start)
              .map([&](int i) { return runs.note(static_cast<std::size_t>(i)), i; })
              .reduce(0, [](int a, int b) { return a + b; });
  });
  check(sum == 3, "what the host's thread has computed is seen");
  call([&] { pt::parallel_for(std::size_t{2}, [&](std::size_t i) { others.note(i); }); });
  other.join();
  runs.check_once(3);
  others.check_once(2);
  explore::check_pool();
}
