// What a user may say to the process's pool and ask of it.
#pragma once

#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/worker/thread_manager.hpp>

#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace parallel_task {
inline namespace v0_1 {

namespace detail {

struct SetOptions {
  /// Sets the options of the process's pool. Best called before the first parallel call; a call that runs meanwhile
  /// may see some of them. Threads that exist keep their name and stack.
  ///
  /// Throws std::invalid_argument for a negative hot_time or a thread_name_prefix of more than 11 characters.
  void operator()(Options const& options) const {
    if (options.hot_time.count() < 0) {
      throw_error(std::invalid_argument("parallel_task::set_options: hot_time is negative"));
    }
    if (options.thread_name_prefix == nullptr || std::strlen(options.thread_name_prefix) > 11) {
      throw_error(std::invalid_argument(
          "parallel_task::set_options: thread_name_prefix has more than 11 characters or is null"));
    }
    thread_manager.set(options);
  }
};

struct Shutdown {
  /// Ends every thread of the library and returns when all are gone; a later call starts anew. Calls that run on other
  /// threads are finished by those alone. Waits for the items that the library's threads are in. Thread-safe.
  ///
  /// Throws std::logic_error when called by an item of a call that has been offered to other threads, or by one of the
  /// library's threads: it would wait for itself. (An item that runs before its call is offered may end them.)
  void operator()() const {
    if (this_thread.depth != 0 || this_thread.thread != 0) {
      throw_error(std::logic_error("parallel_task::shutdown: called from inside a parallel call"));
    }
    thread_manager.shut_down();
  }
};

struct CurrentWorker {
  /// The number of the calling thread: 0 for a thread of the user's, 1 … for the library's own. Constant time.
  [[nodiscard]] std::uint32_t operator()() const noexcept { return this_thread.thread; }
};

struct MaxThreads {
  /// Most threads that can compute one call made here, the caller included. Constant time; thread-safe.
  [[nodiscard]] std::uint32_t operator()() const noexcept {
    std::uint32_t const most = thread_manager.most_computing();
    std::uint32_t const here = thread_manager.group_limit(this_thread.group);
    return here < most ? here : most;
  }
};

}  // namespace detail

/// `set_options(options)`: sets the options of the process's pool.
inline constexpr detail::SetOptions set_options{};
/// `shutdown()`: ends every thread of the library; a later call starts anew.
inline constexpr detail::Shutdown shutdown{};
/// `current_worker()`: 0 on a user's thread, 1 … on the library's.
inline constexpr detail::CurrentWorker current_worker{};
/// `max_threads()`: most threads that can compute a call made here, the caller included.
inline constexpr detail::MaxThreads max_threads{};

/// While it lives, no parallel call made in its extent uses more than `n` threads, all of them together: nested calls
/// and the workers of this thread's calls included. Guards nest; the tightest holds.
///
///     pt::thread_limit const two(2);
///     pt::parallel_iter(v).for_each(f);  // at most two threads, whatever f calls
///
/// Throws std::invalid_argument for 0 and std::length_error when more than 256 guards live at once. To be destroyed on
/// the thread that made it, in reverse order.
class [[nodiscard]] thread_limit {
 public:
  explicit thread_limit(std::uint32_t n) : before_(detail::this_thread.group) {
    if (n == 0)
      detail::throw_error(std::invalid_argument("parallel_task::thread_limit: 0 threads can compute nothing"));
    (void)detail::prepare();  // a child of fork gives the places of others' guards back
    auto& groups = detail::thread_manager.groups;
    for (std::uint32_t i = 0; i != detail::ThreadManager::group_count; ++i) {
      // acquire: pairs with the release in the destructor; whoever was counted by the guard before has left by then.
      // relaxed below: the words are counters; slots that name the group are opened, with a release, after this.
      if (groups[i].taken.exchange(1, std::memory_order_acquire) != 0) continue;
      groups[i].outer.store(before_, std::memory_order_relaxed);
      groups[i].limit.store(n, std::memory_order_relaxed);
      groups[i].used.store(1, std::memory_order_relaxed);
      detail::this_thread.group = group_ = i;
      return;
    }
    detail::throw_error(std::length_error("parallel_task::thread_limit: more than 256 guards at once"));
  }
  thread_limit(thread_limit const&) = delete;
  thread_limit& operator=(thread_limit const&) = delete;
  ~thread_limit() {
    detail::this_thread.group = before_;
    // release: pairs with the acquire of the index's next owner. The guard's calls are closed: all left its group
    // before.
    detail::thread_manager.groups[group_].taken.store(0, std::memory_order_release);
  }

 private:
  std::uint32_t before_;
  std::uint32_t group_ = 0;
};

}  // namespace v0_1
}  // namespace parallel_task
