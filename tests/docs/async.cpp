// The code of docs/async.md, and of the docstrings of what it tells of: see
// tutorial.cpp.
#include "catch.hpp"

#include <parallel_task/async.hpp>
#include <parallel_task/executor.hpp>

#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#if __has_include(<boost/asio/thread_pool.hpp>)
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#define DOCS_HAVE_ASIO
#endif
#if defined(DOCS_WITH_TBB)  // and links it
#include <tbb/task_arena.h>
#define DOCS_HAVE_ARENA
#endif

namespace {

std::int64_t square(int x) { return std::int64_t{x} * x; }
[[maybe_unused]] double root(int x) { return std::sqrt(static_cast<double>(x)); }
std::atomic<int> drawn{0};
void draw() { ++drawn; }

std::vector<int> numbers_up_to(int n) {
  std::vector<int> v(static_cast<std::size_t>(n));
  std::iota(v.begin(), v.end(), 0);
  return v;
}

#if defined(__cpp_impl_coroutine)
/// A task that begins at once; another thread waits for its result.
template <class T>
struct Task {
  struct promise_type {
    Task get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
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
    void return_value(T x) { value = std::move(x); }
    void unhandled_exception() { std::terminate(); }
    T value{};
    std::atomic<bool> ended{false};
  };
  T get() {
    while (!coroutine.promise().ended.load(std::memory_order_acquire))
      std::this_thread::yield();
    T value = std::move(coroutine.promise().value);
    coroutine.destroy();
    return value;
  }
  std::coroutine_handle<promise_type> coroutine;
};

std::vector<std::string> split(std::string const& text) {
  return pt::words(text)
      .map([](std::string_view word) { return std::string(word); })
      .collect<std::vector>();
}
bool is_long(std::string const& word) { return word.size() > 3; }

// cut: await
Task<std::size_t> words_in(std::string text) {
  std::vector<std::string> words = split(text);
  std::size_t const long_ones =
      co_await pt::into_parallel_iter(std::move(words)).async().count_if(is_long);
  co_return long_ones;  // on the thread that has counted
}
// end
#endif

}  // namespace

TEST_CASE("async: go on meanwhile") {
  std::vector<int> numbers = numbers_up_to(1000);
  // cut: async
  pt::Async<std::int64_t> total =
      pt::into_parallel_iter(std::move(numbers)).map(square).async().sum();
  draw();  // meanwhile
  std::int64_t const sum = total.get();
  // end
  CHECK(sum == 332'833'500);
  CHECK(drawn.load() == 1);
#if defined(__cpp_impl_coroutine)
  CHECK(words_in("to be or not to be that is the question").get() == 2);
#endif
}

TEST_CASE("async: docstrings") {
  std::vector<int> v{3, 1, 4, 1, 5};
  auto const f = [](int x) { return x + 1; };
  pt::Async<std::int64_t> total =
      pt::into_parallel_iter(std::move(v)).map(f).async().sum();
  std::int64_t const sum = total.get();
  CHECK(sum == 19);
}

TEST_CASE("async: the threads of the host") {
  std::vector<int> const numbers = numbers_up_to(1000);
#if defined(__cpp_lib_jthread)
  {
    // cut: on_closure
    std::vector<std::jthread> threads;
    auto const start = [&](pt::HostWork work) { threads.emplace_back(work); };
    std::int64_t const sum = pt::parallel_iter(numbers).on(start).map(square).sum();
    // end
    CHECK(sum == 332'833'500);
  }
#endif
#if defined(DOCS_HAVE_ASIO)
  {
    // cut: on_asio
    boost::asio::thread_pool pool(4);
    auto const roots = pt::parallel_iter(numbers)
                           .on(pool.get_executor())
                           .map(root)
                           .collect<std::vector>();
    // end
    CHECK(roots.size() == 1000);
  }
#endif
#if defined(DOCS_HAVE_ARENA)
  {
    // cut: on_arena
    tbb::task_arena arena(4);
    auto const on_arena = [&](pt::HostWork work) { arena.enqueue(work); };
    auto const roots =
        pt::parallel_iter(numbers).on(on_arena).map(root).collect<std::vector>();
    // end
    CHECK(roots.size() == 1000);
  }
#endif
}
