// Says where everybody is when nothing moves any more.
#pragma once

#include <parallel_task/state_dump.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace soak {

/// What somebody of the round is doing, for the dump. A name is a literal.
struct Doing {
  std::atomic<char const*> what{nullptr};
  std::atomic<std::uint64_t> seed{0};
};

constexpr int most_users = 8;

/// Looks every tenth of a second whether `tick` was called; where it was not for `patience` seconds, prints what the
/// users do and what the pool looks like, and aborts. Looks are counted, not time: a machine that was stopped meanwhile
/// does no harm.
class Watchdog {
 public:
  explicit Watchdog(int patience) : patience_(patience), thread_([this] { watch(); }) {}
  Watchdog(Watchdog const&) = delete;
  Watchdog& operator=(Watchdog const&) = delete;
  ~Watchdog() {
    ended_.store(true, std::memory_order_relaxed);
    thread_.join();
  }

  void tick() { progress_.fetch_add(1, std::memory_order_relaxed); }
  void begin_round(std::uint64_t seed) {
    round_.store(seed, std::memory_order_relaxed);
    tick();
  }
  [[nodiscard]] std::uint64_t ticks() const { return progress_.load(std::memory_order_relaxed); }

  /// Prints all that one can know.
  void tell() const {
    unsigned long long const seed = round_.load(std::memory_order_relaxed);
    std::fprintf(stderr, "soak: in the round of seed %llu; again: soak 0 %llu\n", seed, seed);
    for (int i = 0; i != most_users; ++i) {
      char const* const what = users[i].what.load(std::memory_order_relaxed);
      if (what == nullptr) continue;
      std::fprintf(stderr, "user %d: %s, its seed %llu\n", i, what,
                   static_cast<unsigned long long>(users[i].seed.load(std::memory_order_relaxed)));
    }
    parallel_task::dump_state(stderr);
  }

  Doing users[most_users];

 private:
  void watch() {
    std::uint64_t last = 0;
    for (int looks = 0; !ended_.load(std::memory_order_relaxed); ++looks) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      std::uint64_t const now = progress_.load(std::memory_order_relaxed);
      if (now != last) looks = 0;
      last = now;
      if (looks < 10 * patience_) continue;
      std::fprintf(stderr, "soak: nothing has moved for %d s\n", patience_);
      tell();
      std::signal(SIGABRT, SIG_DFL);
      std::abort();
    }
  }

  int const patience_;
  std::atomic<std::uint64_t> progress_{0};
  std::atomic<std::uint64_t> round_{0};
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

}  // namespace soak
