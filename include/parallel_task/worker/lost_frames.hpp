// In a child of fork, the stack of a lost caller: an item of its call, which the child came out of, may still use it.
//
// The C library believes that stacks of threads that are not in the child are free. It lends them to the child's new
// threads, or gives them back to the system. The first is prevented, by having new threads ask for more. The second
// can't be; but then whoever comes back from the item touches memory that is not there, and that is caught and told as
// what it is. Only the thread that forked is there when frames are noted, and the handler only reads: all accesses are
// relaxed.
#pragma once

#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/thread.hpp>

#include <cstdint>
#include <cstdlib>

#if defined(__GLIBC__) && !defined(PARALLEL_TASK_SEAM_THREAD)
#include <signal.h>
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

inline constexpr char no_way_back_text[] =
    "parallel_task: a child of fork came back from an item (or a hook) that ran on a thread of the library; the call "
    "was another thread's, and that is not in the child, which must end by itself, as by _exit\n";

#if defined(__GLIBC__) && !defined(PARALLEL_TASK_SEAM_THREAD)

class LostFrames {
 public:
  /// The stack on which `frame` lies is in use, in this process of one thread.
  PARALLEL_TASK_COLD static void keep(void const* frame) noexcept {
    Mapping const stack = keep_stack_of(frame);
    if (stack.first == stack.last) return;
    std::uint32_t const at = count_.load(detail::memory_order_relaxed) % most;
    first_[at].store(stack.first, detail::memory_order_relaxed);
    last_[at].store(stack.last, detail::memory_order_relaxed);
    count_.store(at + 1, detail::memory_order_relaxed);
    struct ::sigaction action = {};
    if (::sigaction(SIGSEGV, nullptr, &action) != 0) return;
    if ((action.sa_flags & SA_SIGINFO) != 0 && action.sa_sigaction == &handle) return;
    before_ = action;
    action = {};
    action.sa_sigaction = &handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    (void)::sigaction(SIGSEGV, &action, nullptr);
  }

 private:
  static constexpr std::uint32_t most = 8;

  static void handle(int signal, ::siginfo_t* what, void*) {
    auto const address = reinterpret_cast<std::uintptr_t>(what->si_addr);
    for (std::uint32_t i = 0; what->si_code > 0 && i != most; ++i) {
      if (address < first_[i].load(detail::memory_order_relaxed) ||
          address >= last_[i].load(detail::memory_order_relaxed)) {
        continue;
      }
      (void)!::write(2, no_way_back_text, sizeof no_way_back_text - 1);
      std::abort();
    }
    // Somebody else's: it happens again, for whoever handled it before.
    (void)::sigaction(SIGSEGV, &before_, nullptr);
    if (what->si_code <= 0) (void)::raise(signal);
  }

  static inline constinit struct ::sigaction before_ = {};
  static inline constinit atomic<std::uintptr_t> first_[most] = {};
  static inline constinit atomic<std::uintptr_t> last_[most] = {};
  static inline constinit atomic<std::uint32_t> count_{0};
};

#else

class LostFrames {
 public:
  static void keep(void const*) noexcept {}
};

#endif

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
