// What the platform for the seam (platform.hpp) asks of the model: one function for each thing that threads do to each
// other. How they are answered is told in machine.hpp.
#pragma once

#include <atomic>
#include <cstdint>
#include <source_location>

namespace explore {

using Where = std::source_location;
using Word = std::uint64_t;

/// What the model keeps inside an atomic object: its number in this execution. A cell that another execution has left
/// behind, or that was made anew, has none.
struct Cell {
  std::uint32_t number = 0;
  std::uint32_t execution = 0;
};

/// An atomic object: its cell, and its value at the start of the execution. What is stored later lives in the model
/// alone, so static objects need no putting back.
struct Object {
  Cell& cell;
  void const* initial;
  unsigned size;
};

enum class Update : unsigned char { exchange, add, subtract, bit_and, bit_or };

Word load(Object object, std::memory_order order, Where where) noexcept;
void store(Object object, Word value, std::memory_order order, Where where) noexcept;
Word update(Object object, Update kind, Word operand, std::memory_order order, Where where) noexcept;
bool compare_exchange(Object object, Word& expected, Word desired, std::memory_order success, std::memory_order failure,
                      bool weak, Where where) noexcept;

/// Sleeps if the newest value is `seen`; a sleeper may also wake for no reason, in random exploration.
void wait_on(Object object, Word seen, Where where) noexcept;
void wake(Object object, unsigned most, Where where) noexcept;

/// The running thread can't go on by itself for now: others first.
void relax() noexcept;
void sleep_for(std::int64_t ns) noexcept;
/// The virtual clock, in nanoseconds; each look moves it on.
[[nodiscard]] std::uint64_t look_at_clock() noexcept;

/// A thread of the library; false where the case says that there is none to be had.
[[nodiscard]] bool start_thread(std::uint32_t& handle, void* (*body)(void*), void* argument) noexcept;
void join_thread(std::uint32_t handle) noexcept;
[[nodiscard]] std::uint32_t this_thread_number() noexcept;
[[nodiscard]] bool is_asleep(std::uint32_t thread) noexcept;

/// What a case has set up.
[[nodiscard]] unsigned cores() noexcept;

/// Ends the execution: it has failed.
[[noreturn]] void fail(char const* text) noexcept;

}  // namespace explore
