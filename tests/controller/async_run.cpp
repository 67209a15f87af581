// async: a terminal that returns a handle at once, and the call that runs meanwhile.
#include <parallel_task/async.hpp>

#include "catch.hpp"
#include "support/eager.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

namespace pt = parallel_task;

std::vector<int> async_numbers(int n) {
  std::vector<int> v(static_cast<std::size_t>(n));
  std::iota(v.begin(), v.end(), 0);
  return v;
}

template <class F>
std::optional<pt::StopReason> async_stopped_by(F&& f) {
  try {
    static_cast<F&&>(f)();
  } catch (pt::cancelled const& error) {
    return error.reason();
  }
  return std::nullopt;
}

/// Holds items until it is opened.
class AsyncGate {
 public:
  void open() { open_.store(true, std::memory_order_release); }
  void pass() const {
    arrived_.store(true, std::memory_order_release);
    while (!open_.load(std::memory_order_acquire)) std::this_thread::yield();
  }
  void wait_for_somebody() const {
    while (!arrived_.load(std::memory_order_acquire)) std::this_thread::yield();
  }

 private:
  std::atomic<bool> open_{false};
  mutable std::atomic<bool> arrived_{false};
};

#if defined(__cpp_impl_coroutine)
/// A coroutine that begins at once, and whose result another thread waits for.
struct AsyncCoroutine {
  struct promise_type {
    AsyncCoroutine get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct Tell {
        bool await_ready() noexcept { return false; }
        void await_suspend(std::coroutine_handle<promise_type> of) noexcept {
          of.promise().ended.store(true, std::memory_order_release);
        }
        void await_resume() noexcept {}
      };
      return Tell{};
    }
    void return_value(std::int64_t x) { value = x; }
    void unhandled_exception() { error = std::current_exception(); }

    std::int64_t value = 0;
    std::exception_ptr error;
    std::atomic<bool> ended{false};
  };

  std::int64_t get() {
    promise_type& promise = coroutine.promise();
    while (!promise.ended.load(std::memory_order_acquire)) std::this_thread::yield();
    std::int64_t const value = promise.value;
    std::exception_ptr const error = promise.error;
    coroutine.destroy();
    if (error) std::rethrow_exception(error);
    return value;
  }

  std::coroutine_handle<promise_type> coroutine;
};

AsyncCoroutine async_total_of(int n) {
  std::int64_t const sum = co_await pt::into_parallel_iter(async_numbers(n)).async().sum();
  std::int64_t const count =
      co_await pt::into_parallel_iter(async_numbers(n)).async().map([](int x) { return x; }).sum();
  co_await pt::indices(10).async().for_each([](int) {});
  co_return sum + count;
}
AsyncCoroutine async_failure() {
  co_return co_await pt::indices(100)
      .async()
      .map([](int i) -> int { throw std::out_of_range(std::to_string(i)); })
      .sum();
}
#endif

}  // namespace

TEST_CASE("async: the handle gives what the call gives") {
  for (unsigned cores : {1U, 2U, 3U, 8U}) {
    support::Eager const eager(cores);
    pt::Async<std::int64_t> sum = pt::into_parallel_iter(async_numbers(1000)).async().sum();
    pt::Async<std::vector<std::unique_ptr<int>>> moved = pt::into_parallel_iter(async_numbers(100))
                                                             .filter([](int x) { return x % 2 == 0; })
                                                             .async()
                                                             .map([](int x) { return std::make_unique<int>(x); })
                                                             .collect<std::vector>();
    std::atomic<int> ran{0};
    pt::Async<void> each = pt::indices(100).async().for_each([&](int) { ran.fetch_add(1); });
    auto piped = pt::indices(10) | pt::map([](int i) { return 2 * i; }) | pt::async() | pt::reduce(1, std::plus<>());
    CHECK(sum.get() == 499'500);
    CHECK_FALSE(sum.valid());
    auto const pointers = moved.get();
    REQUIRE(pointers.size() == 50);
    CHECK(*pointers[49] == 98);
    each.get();
    CHECK(ran.load() == 100);
    piped.wait();
    CHECK(piped.is_done());
    CHECK(piped.get() == 91);
  }
}

TEST_CASE("async: all that the pipeline owns is there until the call has ended and no longer") {
  struct Counted {
    explicit Counted(std::atomic<int>& n) : alive(&n) { ++*alive; }
    Counted(Counted const& other) : alive(other.alive) { ++*alive; }
    Counted& operator=(Counted const&) = default;
    ~Counted() { --*alive; }
    std::atomic<int>* alive;
  };
  std::atomic<int> alive{0};
  std::vector<Counted> items;
  for (int i = 0; i != 10; ++i) items.emplace_back(alive);
  AsyncGate gate;
  auto call = pt::into_parallel_iter(std::move(items))
                  .zip(pt::indices(10))
                  .chain(pt::into_parallel_iter(std::list<Counted>(3, Counted(alive))).zip(pt::indices(3)))
                  .map([&gate, held = Counted(alive)](auto const&) { return gate.pass(), held.alive->load(); })
                  .async()
                  .min();
  gate.open();
  call.wait();
  CHECK(alive.load() == 0);
  CHECK(call.get().value() >= 13);
}

TEST_CASE("async: what the call throws arrives where the result is asked for") {
  support::Eager const eager(3);
  auto fails = pt::indices(1000).async().for_each([](int i) {
    if (i == 700) throw std::runtime_error("item 700");
  });
  fails.wait();
  CHECK_THROWS_AS(fails.get(), std::runtime_error);
  CHECK_THROWS_AS(fails.get(), std::logic_error);
  auto dropped = pt::indices(10).async().for_each([](int) { throw 1; });
  dropped = pt::indices(10).async().for_each([](int) {});
  dropped.get();
  pt::Async<int> const none;
  none.wait();
  none.request_stop();
  CHECK(none.is_done());
}

TEST_CASE("async: a call that is stopped throws as every stopped call does") {
  support::Eager const eager(2);
  AsyncGate gate;
  auto call = pt::indices(1'000'000).async().for_each([&](int) { gate.pass(); });
  gate.wait_for_somebody();
  CHECK_FALSE(call.is_done());
  call.request_stop();
  gate.open();
  CHECK(async_stopped_by([&] { call.get(); }) == pt::StopReason::stop_requested);

  struct Token {
    std::atomic<bool> const* stop;
    bool stop_requested() const { return stop->load(); }
  };
  std::atomic<bool> stop{true};
  auto by_token = pt::indices(10).stop_token(Token{&stop}).async().for_each([](int) {});
  CHECK(async_stopped_by([&] { by_token.get(); }) == pt::StopReason::stop_requested);
  auto late = pt::indices(10).async().deadline(std::chrono::nanoseconds(1)).for_each([](int) {});
  CHECK(async_stopped_by([&] { late.get(); }) == pt::StopReason::deadline);
  auto tried = pt::indices(10).async().deadline(std::chrono::hours(1)).sum();
  tried.request_stop();
  auto const reason = async_stopped_by([&] { (void)tried.get(); });
  CHECK((!reason || reason == pt::StopReason::stop_requested));  // it may have ended before
}

TEST_CASE("async: a handle that goes waits for its call") {
  for (unsigned cores : {1U, 2U, 8U}) {
    support::Eager const eager(cores);
    std::atomic<int> ran{0};
    {
      auto const call = pt::indices(100).async().for_each([&](int) { ran.fetch_add(1, std::memory_order_relaxed); });
    }
    CHECK(ran.load(std::memory_order_relaxed) == 100);
  }
}

TEST_CASE("async: it is safe to wait inside an item on any number of cores") {
  for (unsigned cores : {1U, 2U, 3U, 8U}) {
    support::Eager const eager(cores);
    std::vector<pt::Async<std::int64_t>> calls(40);
    for (auto& call : calls) call = pt::indices(50).async().map([](int i) { return std::int64_t{i}; }).sum();
    std::int64_t const all = pt::parallel_iter(calls).map([](auto& call) { return call.get(); }).sum();
    CHECK(all == 40 * 1225);
    std::int64_t const nested =
        pt::indices(30)
            .map([](int) {
              auto inner =
                  pt::indices(20)
                      .async()
                      .map([](int i) { return pt::indices(i).async().map([](int k) { return k; }).sum().get(); })
                      .sum();
              return inner.get();
            })
            .sum();
    CHECK(nested == 30 * 1140);
  }
}

TEST_CASE("async: a call gets a thread although all others wait for it without making it") {
  for (unsigned cores : {1U, 2U, 4U}) {
    support::Eager const eager(cores);
    for (int round = 0; round != 50; ++round) {
      auto call = pt::indices(10).async().map([](int i) { return i; }).sum();
      while (!call.is_done()) std::this_thread::yield();
      CHECK(call.get() == 45);
      std::atomic<int> done{0};
      pt::parallel_for(8, [&](int) {
        auto inner = pt::indices(10).async().for_each([&](int) { done.fetch_add(1, std::memory_order_relaxed); });
        while (!inner.is_done()) std::this_thread::yield();
      });
      CHECK(done.load(std::memory_order_relaxed) == 80);
    }
  }
}

TEST_CASE("async: thousands may wait at once") {
  support::Eager const eager(2);
  AsyncGate gate;
  auto first = pt::indices(2).async().for_each([&](int) { gate.pass(); });
  auto second = pt::indices(2).async().for_each([&](int) { gate.pass(); });
  gate.wait_for_somebody();
  std::atomic<int> ran{0};
  std::vector<pt::Async<void>> calls;
  for (int i = 0; i != 2000; ++i) {
    calls.push_back(pt::indices(3).async().for_each([&](int) { ran.fetch_add(1, std::memory_order_relaxed); }));
  }
  gate.open();
  for (auto& call : calls) call.get();
  CHECK(ran.load(std::memory_order_relaxed) == 6000);
  first.get();
  second.get();
}

TEST_CASE("async: no more calls are under way than threads may compute") {
  for (unsigned threads : {1U, 2U, 3U}) {
    support::Eager const eager(4, support::Claims::single, threads);
    std::atomic<unsigned> under_way{0};
    std::atomic<unsigned> most{0};
    std::vector<pt::Async<void>> calls;
    for (int i = 0; i != 40; ++i) {
      calls.push_back(pt::indices(3).threads(1).async().for_each([&](int) {
        unsigned const now = under_way.fetch_add(1) + 1;
        for (unsigned seen = most.load(); seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        std::this_thread::yield();
        under_way.fetch_sub(1);
      }));
    }
    for (auto& call : calls) {
      while (!call.is_done()) std::this_thread::yield();
    }
    CHECK(most.load() >= 1);
    CHECK(most.load() <= threads);
  }
}

TEST_CASE("async: a limit around the terminal holds for the call") {
  support::Eager const eager(8);
  for (int round = 0; round != 10; ++round) {
    pt::RunReport report;
    pt::Async<void> call;
    {
      pt::thread_limit const two(2);
      call = pt::indices(200).report(report).async().for_each([](int) { std::this_thread::yield(); });
    }
    call.get();
    CHECK(report.threads <= 2);
    CHECK(report.items == 200);
  }
}

TEST_CASE("async: shutdown makes what waits and later calls work") {
  support::Eager const eager(2);
  for (int round = 0; round != 20; ++round) {
    std::atomic<int> ran{0};
    std::vector<pt::Async<void>> calls;
    for (int i = 0; i != 20; ++i) {
      calls.push_back(pt::indices(5).async().for_each([&](int) { ran.fetch_add(1, std::memory_order_relaxed); }));
    }
    pt::shutdown();
    auto later = pt::indices(5).async().for_each([&](int) { ran.fetch_add(1, std::memory_order_relaxed); });
    while (!later.is_done()) std::this_thread::yield();
    for (auto& call : calls) {
      while (!call.is_done()) std::this_thread::yield();
      call.get();
    }
    CHECK(ran.load(std::memory_order_relaxed) == 105);
  }
}

#if defined(__cpp_impl_coroutine)
TEST_CASE("async: a coroutine can await the handle") {
  for (unsigned cores : {1U, 2U, 8U}) {
    support::Eager const eager(cores);
    for (int round = 0; round != 20; ++round) {
      std::vector<AsyncCoroutine> all;
      for (int i = 0; i != 10; ++i) all.push_back(async_total_of(100 * i));
      std::int64_t sum = 0;
      for (auto& each : all) sum += each.get();
      std::int64_t expected = 0;
      for (std::int64_t i = 0; i != 10; ++i) expected += 100 * i * (100 * i - 1);
      CHECK(sum == expected);
      CHECK_THROWS_AS(async_failure().get(), std::out_of_range);
    }
  }
}
#endif
