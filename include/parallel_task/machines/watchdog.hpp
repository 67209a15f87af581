// A thread that sleeps most of the time, and looks for messages where an item is so long that nobody else does.
#pragma once

#include <parallel_task/platform/code.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// `on()` and `look()`, which says whether it was needed, are called under the mutex of its owner, who tells when it
/// may be on.
class Watchdog {
 public:
  explicit Watchdog(std::mutex& mutex) noexcept : mutex_(mutex) {}
  Watchdog(Watchdog const&) = delete;
  Watchdog& operator=(Watchdog const&) = delete;
  ~Watchdog() { stop(); }

  /// From here on `look()` is called every two milliseconds while `on()`, and up to four times less often while it says
  /// that others look: each time, a core that computes is taken from its thread. The first call starts the thread.
  template <class On, class Look>
  void wake(On const& on, Look const& look) {
    if (!thread_.joinable()) thread_ = std::thread([this, on, look] { watch(on, look); });
    wakes_.notify_one();
  }
  /// Before what `on` and `look` use is gone.
  void stop() {
    if (!thread_.joinable()) return;
    {
      std::lock_guard const lock(mutex_);
      ends_ = true;
    }
    wakes_.notify_one();
    thread_.join();
  }

 private:
  template <class On, class Look>
  void watch(On const& on, Look const& look) {
    constexpr std::chrono::milliseconds shortest(2);
    constexpr std::chrono::milliseconds longest(8);
    std::chrono::milliseconds nap = shortest;
    std::unique_lock lock(mutex_);
    for (;;) {
      wakes_.wait(lock, [&] { return ends_ || on(); });
      if (ends_) return;
      wakes_.wait_for(lock, nap, [this] { return ends_; });
      if (!on()) continue;
      nap = look() ? shortest : nap < longest ? 2 * nap : longest;
    }
  }

  std::mutex& mutex_;
  std::condition_variable wakes_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
