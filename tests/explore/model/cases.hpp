// What cases and the driver both know: the cases' names and plans, and what a body may ask of the model. Nothing of the
// library, which only instrumented files may include: the linker takes one copy of each inline function.
#pragma once

#include "model.hpp"

#include <cstddef>
#include <cstdint>

namespace explore {

/// How thoroughly a case is explored.
struct Plan {
  std::uint32_t preemptions = 2;      ///< in one execution of the exhaustive search, at most
  std::uint32_t stale = 1;            ///< loads that read an old value, in one execution of it, at most
  std::uint32_t executions = 10'000;  ///< of the exhaustive search, at most
  std::uint32_t rounds = 500;         ///< of random exploration
  bool fresh = false;                 ///< no old values at random, no more of them in long runs: it hangs on hints
  bool complete = false;              ///< the exhaustive search must come to its end
  char const* outcomes = nullptr;     ///< exactly these may be noted, and each must be: "0 1 3"
  char const* must_fail = nullptr;    ///< some execution fails and says this
};

struct Case {
  Case(char const* its_name, void (*its_body)(), Plan const& its_plan) noexcept;
  char const* name;
  void (*body)();
  Plan plan;
  Case* next = nullptr;
};

#define EXPLORE_JOINED(a, b) a##b
#define EXPLORE_NAMED(a, b) EXPLORE_JOINED(a, b)
#define EXPLORE(name, ...)                                                                                   \
  static void EXPLORE_NAMED(explore_body_, __LINE__)();                                                      \
  static explore::Case EXPLORE_NAMED(explore_case_, __LINE__)(name, &EXPLORE_NAMED(explore_body_, __LINE__), \
                                                              explore::Plan{__VA_ARGS__});                   \
  static void EXPLORE_NAMED(explore_body_, __LINE__)()

/// The execution fails if it doesn't hold.
inline void check(bool holds, char const* sentence) noexcept {
  if (!holds) fail(sentence);
}

/// One of the things that may come out of a litmus test: 0 … 63.
void note_outcome(unsigned outcome) noexcept;

/// One of `count` ways, all explored.
[[nodiscard]] std::uint32_t either(std::uint32_t count) noexcept;

/// As many cores as the library finds.
void set_cores(unsigned cores) noexcept;
/// Threads that the library can still start from now on; then the system has none to give.
void set_starts(unsigned count) noexcept;

/// An environment variable, for this execution.
void set_environment(char const* name, char const* value) noexcept;

[[nodiscard]] std::uint32_t start_user_thread(void* (*body)(void*), void* argument) noexcept;

/// Says where the library's thread_local object lies. In static initialisation: as it is now, each thread gets it.
bool swap_with_threads(void* object, std::size_t size) noexcept;

/// Everything in the frames below this one is gone: what touches it from now on fails as a race.
void forget_frames() noexcept;

/// A thread of the case's own.
class Thread {
 public:
  template <class F>
  explicit Thread(F const& body)
      : number_(start_user_thread(
            [](void* what) -> void* {
              (*static_cast<F const*>(what))();
              return nullptr;
            },
            const_cast<void*>(static_cast<void const*>(&body)))) {}
  Thread(Thread const&) = delete;
  Thread& operator=(Thread const&) = delete;
  void join() noexcept { join_thread(number_); }

 private:
  std::uint32_t number_;
};

}  // namespace explore
