// The functions that code compiled with -fsanitize=thread calls, of GCC and Clang: each access is looked up in a table
// of lines. This file itself is compiled without. On the simulated machine one thread runs at a time, and its atomics
// are plain values, so nothing here needs to be safe among threads.
#include "touched_lines.hpp"

#include "machine.hpp"

#include <cstring>
#include <unordered_map>
#include <utility>

namespace touched_lines {
namespace {

struct Line {
  std::uint64_t holders = 0;  // a bit for each core
};
struct State {
  std::unordered_map<std::uintptr_t, Line> lines;
  std::vector<Move> moves;
  std::uintptr_t out_first = 0;
  std::uintptr_t out_last = 0;
  bool on = false;
  bool running = false;
};
State state;

void touch(void const* place, std::size_t size, bool write) noexcept {
  if (!state.running) return;
  auto const first = reinterpret_cast<std::uintptr_t>(place);
  if (first >= state.out_first && first < state.out_last) return;
  unsigned const core = simulate::current_core();
  std::uint64_t const me = std::uint64_t{1} << core;
  for (std::uintptr_t line = first / 64; line * 64 < first + size; ++line) {
    std::uint64_t& holders = state.lines[line].holders;
    bool const moves = holders != 0 && (write ? holders != me : (holders & me) == 0);
    if (moves && state.on) state.moves.push_back({line * 64 < first ? first : line * 64, core, (holders & me) != 0});
    holders = write ? me : holders | me;
  }
}

}  // namespace

void watch(void const* local, std::size_t size) noexcept {
  state.out_first = reinterpret_cast<std::uintptr_t>(local);
  state.out_last = state.out_first + size;
  state.running = true;
}
void watch_no_more() noexcept { state.running = false; }
void begin() noexcept {
  state.moves.clear();
  state.on = true;
}
std::vector<Move> end() {
  state.on = false;
  return std::exchange(state.moves, {});
}

}  // namespace touched_lines

using touched_lines::touch;

// NOLINTBEGIN: the compilers choose these names.
#define PARALLEL_TASK_TEST_ACCESS(size)                                             \
  void __tsan_read##size(void* place) { touch(place, size, false); }                \
  void __tsan_write##size(void* place) { touch(place, size, true); }                \
  void __tsan_unaligned_read##size(void* place) { touch(place, size, false); }      \
  void __tsan_unaligned_write##size(void* place) { touch(place, size, true); }      \
  void __tsan_read_write##size(void* place) { touch(place, size, true); }           \
  void __tsan_unaligned_read_write##size(void* place) { touch(place, size, true); } \
  void __tsan_volatile_read##size(void* place) { touch(place, size, false); }       \
  void __tsan_volatile_write##size(void* place) { touch(place, size, true); }
extern "C" {
PARALLEL_TASK_TEST_ACCESS(1)
PARALLEL_TASK_TEST_ACCESS(2)
PARALLEL_TASK_TEST_ACCESS(4)
PARALLEL_TASK_TEST_ACCESS(8)
PARALLEL_TASK_TEST_ACCESS(16)
void __tsan_read_range(void* place, std::size_t size) { touch(place, size, false); }
void __tsan_write_range(void* place, std::size_t size) { touch(place, size, true); }
void __tsan_vptr_update(void** place, void*) { touch(place, sizeof(void*), true); }
void __tsan_vptr_read(void** place) { touch(place, sizeof(void*), false); }
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_init() {}
void* __tsan_memcpy(void* to, void const* from, std::size_t size) {
  touch(from, size, false);
  touch(to, size, true);
  return std::memcpy(to, from, size);
}
void* __tsan_memmove(void* to, void const* from, std::size_t size) {
  touch(from, size, false);
  touch(to, size, true);
  return std::memmove(to, from, size);
}
void* __tsan_memset(void* to, int value, std::size_t size) {
  touch(to, size, true);
  return std::memset(to, value, size);
}
}
// NOLINTEND
