// A machine of any number of cores in virtual time, for the library's own queues, slots and policies to run on.
//
// Each thread is a fiber with a clock of its own; whoever is earliest goes on, so that what threads do to shared memory
// happens in the order of virtual time. What costs time:
//   a cache line   a load of a line that another core has written fetches it; a store or read-modify-write makes the
//                  core its only holder; transfers of one line queue behind each other, so a word that all want
//                  becomes as slow as it would be
//   a wake         the caller's system call, and a delay with a heavy tail until the woken one runs
//   a thread       is made in some tens of microseconds, one after the other
//   a core         may be taken away for milliseconds, may be slower than others, runs one thread at a time
//   memory         bytes that a job streams share one bandwidth
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace simulate {

/// What the machine is like. Times in nanoseconds; the defaults were measured on two cores of a Zen 4, except that the
/// transfers between many cores are those of a server with cores in groups of eight.
struct Machine {
  unsigned cores = 2;
  double slow_part = 0;  ///< of the cores, this part runs at `slow_speed`
  double slow_speed = 0.5;
  double hit = 1;             ///< access to a line that the core has
  double update = 6;          ///< a read-modify-write on top of it
  double transfer_near = 40;  ///< a line from a core of the same group
  double transfer_far = 110;  ///< from another group
  unsigned group = 8;         ///< cores that share a cache, or a socket
  double clock_look = 15;
  double pause = 40;    ///< one `relax`
  double ring = 4'700;  ///< futex wake, for the caller
  double ring_nobody = 240;
  double wake = 4'000;      ///< until the woken thread runs; half to one and a half of it …
  double late_wake = 0.01;  ///< … or, this often, up to `late_wake_ns`
  double late_wake_ns = 200'000;
  double pull = 2'000;               ///< a core that has become idle takes over a thread that waits for another core
  double start = 38'000;             ///< making a thread, one at a time
  double preempted_every = 0;        ///< a core is taken away this often on average, 0: never …
  double preempted_for = 2'000'000;  ///< … for up to this long
  double core_bytes_per_ns = 12;     ///< what one core can stream
  double bytes_per_ns = 40;          ///< what all can
  std::uint64_t seed = 1;
};

/// Runs `body(argument)` on a thread of a fresh machine; returns the virtual time that it took.
double run(Machine const& machine, void (*body)(void*), void* argument);

// --- for the code that runs on it -----------------------------------------------------------------------------------

enum class Access : unsigned char { load, store, update };
void access(void const* address, Access kind) noexcept;
/// The running thread computes for `ns` of a full-speed core's time.
void compute(double ns) noexcept;
/// … and streams so many bytes meanwhile.
void stream(double bytes) noexcept;
[[nodiscard]] double now() noexcept;
[[nodiscard]] unsigned cores() noexcept;
[[nodiscard]] std::uint64_t random() noexcept;

[[nodiscard]] double look_at_clock() noexcept;
void relax() noexcept;
void wait_on(std::uint32_t const& word, std::uint32_t seen) noexcept;
void wake(std::uint32_t const& word, unsigned most) noexcept;
void sleep_for(double ns) noexcept;
[[nodiscard]] std::uint32_t start_thread(void* (*body)(void*), void* argument) noexcept;
void join_thread(std::uint32_t thread) noexcept;
[[nodiscard]] unsigned current_core() noexcept;
[[nodiscard]] double transfer_between(unsigned from, unsigned to) noexcept;  ///< nanoseconds for a line
void leave_core() noexcept;

/// The library's thread_local record: swapped with the fibers.
void set_local(void* place, std::size_t size) noexcept;

}  // namespace simulate
