// Plain memory: what -fsanitize=thread calls at each access, the heap, and the stacks.
#include "machine.hpp"

#include <bit>
#include <cstdio>
#include <new>

#include <sys/mman.h>
#include <unistd.h>

// The first and the last byte of this program, by the linker.
extern "C" char __executable_start[];
extern "C" char _end[];

namespace explore {

namespace {

// --- the memory that is watched -------------------------------------------------------------------------------------

constexpr std::size_t guard_bytes = 4096;
constexpr std::size_t stacks_bytes = most_threads * (stack_bytes + guard_bytes);
constexpr std::size_t pool_bytes = stacks_bytes + heap_bytes;

/// Four bytes of memory, and who came here last. An epoch is a thread and its clock: thread << 27 | clock.
struct Shadow {
  std::uint32_t execution;
  std::uint32_t write;
  std::uint32_t read;  // an epoch; or `several` | which set of clocks
  std::uint32_t written_at;
  std::uint32_t read_at;  // code addresses, from the start of the program; odd ones are sites of atomic operations
};
constexpr std::uint32_t several = std::uint32_t{1} << 31;
constexpr std::uint32_t clock_bits = 27;
constexpr std::uint32_t clock_mask = (std::uint32_t{1} << clock_bits) - 1;
static_assert(most_threads <= 16);

struct Readers {
  std::uint32_t clock[most_threads];
};

unsigned char* pool = nullptr;
Shadow* pool_shadow = nullptr;
Shadow* static_shadow = nullptr;
unsigned char* pool_shared = nullptr;
unsigned char* static_shared = nullptr;
std::size_t static_bytes = 0;
unsigned char search = 1;
std::size_t heap_used = 0;
Table<Readers> readers;

void* reserve(std::size_t bytes) noexcept {
  void* const memory =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) std::abort();
  return memory;
}

void set_up() noexcept {
  pool = static_cast<unsigned char*>(reserve(pool_bytes));
  for (unsigned i = 0; i != most_threads; ++i)
    ::mprotect(pool + i * (stack_bytes + guard_bytes), guard_bytes, PROT_NONE);
  static_bytes = static_cast<std::size_t>(_end - __executable_start);
  pool_shadow = static_cast<Shadow*>(reserve(pool_bytes / 4 * sizeof(Shadow)));
  static_shadow = static_cast<Shadow*>(reserve((static_bytes / 4 + 1) * sizeof(Shadow)));
  pool_shared = static_cast<unsigned char*>(reserve(pool_bytes / 4));
  static_shared = static_cast<unsigned char*>(reserve(static_bytes / 4 + 1));
}

[[nodiscard]] std::size_t offset_in_pool(void const* address) noexcept {
  return static_cast<std::size_t>(static_cast<unsigned char const*>(address) - pool);
}
[[nodiscard]] std::size_t offset_in_statics(void const* address) noexcept {
  return static_cast<std::size_t>(static_cast<char const*>(address) - __executable_start);
}

[[nodiscard]] Shadow* shadow_of(void const* address) noexcept {
  std::size_t const offset = offset_in_pool(address);
  if (offset < pool_bytes) return pool_shadow + offset / 4;
  std::size_t const place = offset_in_statics(address);
  if (place < static_bytes) return static_shadow + place / 4;
  return nullptr;
}

[[nodiscard]] unsigned char* shared_of(void const* address) noexcept {
  std::size_t const offset = offset_in_pool(address);
  if (offset < pool_bytes) return pool_shared + offset / 4;
  std::size_t const place = offset_in_statics(address);
  if (place < static_bytes) return static_shared + place / 4;
  return nullptr;
}

// --- reports --------------------------------------------------------------------------------------------------------

/// Ends of lifetimes, where a code address would be.
constexpr std::uint32_t freed_here = 2;
constexpr std::uint32_t left_here = 4;

[[nodiscard]] std::uint32_t code_of(void const* address) noexcept {
  return static_cast<std::uint32_t>(offset_in_statics(address)) & ~1U;
}
[[nodiscard]] std::uint32_t code_of(Site const& site) noexcept { return 2 * site.number + 1; }

/// "file:line" of a code address, by addr2line where there is one.
void name_code(std::uint32_t code, char* text, std::size_t size) noexcept {
  if ((code & 1) != 0) {
    Site const& site = *sites()[code / 2];
    char const* const file = std::strstr(site.file, "parallel_task/");
    (void)std::snprintf(text, size, "%s at %s:%u", site.operation, file != nullptr ? file + 14 : site.file, site.line);
    return;
  }
  if (code == freed_here || code == left_here) {
    (void)std::snprintf(text, size, "%s", code == freed_here ? "freed" : "its frame was left");
    return;
  }
  (void)std::snprintf(text, size, "code at %#x", code);
  if (!machine.logging) return;  // only for the replay: it takes a while
  char command[512];
  (void)std::snprintf(command, sizeof command, "addr2line -s -e /proc/%d/exe %#x 2>/dev/null",
                      static_cast<int>(::getpid()), code - 1);
  if (std::FILE* const pipe = ::popen(command, "r")) {
    char line[200];
    if (std::fgets(line, sizeof line, pipe) != nullptr && line[0] != '?') {
      line[std::strcspn(line, "\n")] = '\0';
      (void)std::snprintf(text, size, "%s", line);
    }
    ::pclose(pipe);
  }
}

[[noreturn]] void report(char const* doing, void const* address, std::uint32_t code, bool other_wrote,
                         std::uint32_t other_epoch, std::uint32_t other_code) noexcept {
  char place[64];
  char here[256];
  char there[256];
  name_place(address, place, sizeof place);
  name_code(code, here, sizeof here);
  name_code(other_code, there, sizeof there);
  fail_with("a race at %s: thread %u %s (%s), thread %u %s (%s), and neither happens before the other", place,
            machine.current, doing, here, other_epoch >> clock_bits & 15U, other_wrote ? "wrote" : "read", there);
}

// --- accesses -------------------------------------------------------------------------------------------------------

[[nodiscard]] bool is_ordered(std::uint32_t epoch, Fiber const& self) noexcept {
  return (epoch & clock_mask) <= self.clock[epoch >> clock_bits & 15U];
}

[[nodiscard]] std::uint32_t epoch_of(Fiber const& self) noexcept {
  return machine.current << clock_bits | self.clock[machine.current];
}

void afresh(Shadow& shadow) noexcept { shadow = {machine.execution, 0, 0, 0, 0}; }

void check_life(Shadow const& shadow, char const* doing, void const* address, std::uint32_t code) noexcept {
  if (shadow.written_at != freed_here) return;
  report(doing, address, code, true, shadow.write, shadow.written_at);
}

void one_read(Shadow& shadow, void const* address, std::uint32_t code, char const* doing) noexcept {
  Machine& m = machine;
  Fiber const& self = m.threads[m.current];
  if (shadow.execution != m.execution) afresh(shadow);
  std::uint32_t const epoch = epoch_of(self);
  if (shadow.read == epoch) return;
  if (shadow.write != 0) {
    if (!is_ordered(shadow.write, self)) report(doing, address, code, true, shadow.write, shadow.written_at);
    check_life(shadow, doing, address, code);
  }
  if (shadow.read == 0 || ((shadow.read & several) == 0 && is_ordered(shadow.read, self))) {
    shadow.read = epoch;
  } else {
    if ((shadow.read & several) == 0) {
      Readers set{};
      set.clock[shadow.read >> clock_bits & 15U] = shadow.read & clock_mask;
      shadow.read = several | static_cast<std::uint32_t>(readers.size());
      readers.add(set);
    }
    readers[shadow.read & ~several].clock[m.current] = self.clock[m.current];
  }
  shadow.read_at = code;
}

void one_write(Shadow& shadow, void const* address, std::uint32_t code, char const* doing) noexcept {
  Machine& m = machine;
  Fiber const& self = m.threads[m.current];
  if (shadow.execution != m.execution) afresh(shadow);
  std::uint32_t const epoch = epoch_of(self);
  if (shadow.write == epoch && shadow.read == 0 && shadow.written_at != freed_here) return;
  if (shadow.write != 0) {
    if (!is_ordered(shadow.write, self)) report(doing, address, code, true, shadow.write, shadow.written_at);
    check_life(shadow, doing, address, code);
  }
  if ((shadow.read & several) != 0) {
    Readers const& set = readers[shadow.read & ~several];
    for (std::uint32_t i = 0; i != most_threads; ++i) {
      if (set.clock[i] > self.clock[i]) report(doing, address, code, false, i << clock_bits, shadow.read_at);
    }
  } else if (shadow.read != 0 && !is_ordered(shadow.read, self)) {
    report(doing, address, code, false, shadow.read, shadow.read_at);
  }
  shadow.write = epoch;
  shadow.read = 0;
  shadow.written_at = code;
}

template <void (*One)(Shadow&, void const*, std::uint32_t, char const*) noexcept>
void each(void const* address, std::size_t size, std::uint32_t code, char const* doing) noexcept {
  if (!machine.inside || size == 0) return;
  Shadow* shadow = shadow_of(address);
  if (shadow == nullptr) return;
  auto const first = reinterpret_cast<std::uintptr_t>(address);
  for (std::size_t count = (first + size - 1) / 4 - first / 4 + 1; count != 0; --count, ++shadow) {
    One(*shadow, address, code, doing);
  }
}

}  // namespace

void reads(void const* address, std::size_t size, void const* code) noexcept {
  each<one_read>(address, size, code_of(code), "reads");
}
void writes(void const* address, std::size_t size, void const* code) noexcept {
  each<one_write>(address, size, code_of(code), "writes");
}

void touch(void const* address, Site const& site) noexcept {
  Shadow* const shadow = shadow_of(address);
  if (shadow == nullptr) return;
  Machine const& m = machine;
  // As one_read, which would look the site up each time.
  if (shadow->execution == m.execution && shadow->read == epoch_of(m.threads[m.current])) return;
  one_read(*shadow, address, code_of(site), "comes to an atomic object");
}

void forget_below(void const* frame) noexcept {
  Machine const& m = machine;
  if (!m.inside) return;
  constexpr std::size_t most = 8 << 10;  // deeper frames than that are rare, and would cost
  auto const* const low = static_cast<unsigned char const*>(frame) - most;
  each<one_write>(low > stack_of(m.current) ? low : stack_of(m.current), most, left_here, "leaves a frame");
}

unsigned char* stack_of(std::uint32_t thread) noexcept {
  return pool + thread * (stack_bytes + guard_bytes) + guard_bytes;
}

void begin_shadow() noexcept {
  if (pool == nullptr) set_up();
  heap_used = 0;
  readers.cut(0);
}

// A mark is the number of the search in which it was made, so that the points of a running search stay the same.
bool is_shared(void const* address) noexcept {
  unsigned char const* const shared = shared_of(address);
  return shared == nullptr || (*shared != 0 && *shared != search);
}

bool mark_shared(void const* address) noexcept {
  unsigned char* const shared = shared_of(address);
  if (shared == nullptr || *shared != 0) return false;
  *shared = search;
  return true;
}

void heed_shared() noexcept {
  if (search != 0xFF) ++search;
}

void forget_shared() noexcept {
  search = 1;
  if (pool == nullptr) return;
  ::madvise(pool_shared, pool_bytes / 4, MADV_DONTNEED);
  std::memset(static_shared, 0, static_bytes / 4 + 1);
}

void name_place(void const* address, char* text, std::size_t size) noexcept {
  std::size_t const offset = offset_in_pool(address);
  if (offset < stacks_bytes) {
    (void)std::snprintf(text, size, "stack of thread %zu+%#zx", offset / (stack_bytes + guard_bytes),
                        offset % (stack_bytes + guard_bytes));
  } else if (offset < pool_bytes) {
    (void)std::snprintf(text, size, "heap+%#zx", offset - stacks_bytes);
  } else if (offset_in_statics(address) < static_bytes) {
    (void)std::snprintf(text, size, "static+%#zx", offset_in_statics(address));
  } else {
    (void)std::snprintf(text, size, "%p", address);
  }
}

// --- the heap of an execution: nothing is used twice, so what is freed stays dead -----------------------------------

namespace {

[[nodiscard]] void* allocate(std::size_t size, std::size_t alignment) noexcept {
  if (!machine.inside) {
    return alignment <= alignof(std::max_align_t)
               ? std::malloc(size == 0 ? 1 : size)
               : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  }
  if (alignment < 16) alignment = 16;
  // The size lies in front, for `delete`.
  auto const base = reinterpret_cast<std::uintptr_t>(pool + stacks_bytes);
  std::uintptr_t const place = (base + heap_used + 16 + alignment - 1) / alignment * alignment;
  if (place + size > base + heap_bytes) fail_with("more than %zu bytes of heap in one execution", heap_bytes);
  heap_used = place + size - base;
  std::memcpy(reinterpret_cast<void*>(place - 16), &size, sizeof size);
  return reinterpret_cast<void*>(place);
}

void release(void* memory) noexcept {
  if (memory == nullptr) return;
  if (pool == nullptr || offset_in_pool(memory) >= pool_bytes) {
    std::free(memory);
    return;
  }
  if (!machine.inside) return;
  std::size_t size = 0;
  std::memcpy(&size, static_cast<unsigned char*>(memory) - 16, sizeof size);
  each<one_write>(memory, size, freed_here, "frees");
}

}  // namespace

}  // namespace explore

void* operator new(std::size_t size) { return explore::allocate(size, 1); }
void* operator new[](std::size_t size) { return explore::allocate(size, 1); }
void* operator new(std::size_t size, std::nothrow_t const&) noexcept { return explore::allocate(size, 1); }
void* operator new[](std::size_t size, std::nothrow_t const&) noexcept { return explore::allocate(size, 1); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return explore::allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return explore::allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, std::align_val_t alignment, std::nothrow_t const&) noexcept {
  return explore::allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment, std::nothrow_t const&) noexcept {
  return explore::allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { explore::release(memory); }
void operator delete[](void* memory) noexcept { explore::release(memory); }
void operator delete(void* memory, std::size_t) noexcept { explore::release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { explore::release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { explore::release(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { explore::release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { explore::release(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { explore::release(memory); }

// --- what the compiler calls ----------------------------------------------------------------------------------------

namespace {

/// std::atomic and shared_ptr's counts in the cases: as if one lock were around each.
std::uint32_t lock_clock[explore::most_threads];
std::uint32_t lock_execution = 0;

void take_the_lock() noexcept {
  explore::Machine& m = explore::machine;
  if (!m.inside) return;
  if (lock_execution != m.execution) {
    lock_execution = m.execution;
    std::memset(lock_clock, 0, sizeof lock_clock);
  }
  std::uint32_t* const clock = m.threads[m.current].clock;
  for (unsigned i = 0; i != explore::most_threads; ++i) {
    clock[i] = lock_clock[i] = clock[i] < lock_clock[i] ? lock_clock[i] : clock[i];
  }
  ++clock[m.current];
}

}  // namespace

#define EXPLORE_CODE __builtin_return_address(0)
#define EXPLORE_ACCESS(bytes)                                                                     \
  void __tsan_read##bytes(void* p) { explore::reads(p, bytes, EXPLORE_CODE); }                    \
  void __tsan_write##bytes(void* p) { explore::writes(p, bytes, EXPLORE_CODE); }                  \
  void __tsan_unaligned_read##bytes(void* p) { explore::reads(p, bytes, EXPLORE_CODE); }          \
  void __tsan_unaligned_write##bytes(void* p) { explore::writes(p, bytes, EXPLORE_CODE); }        \
  void __tsan_volatile_read##bytes(void* p) { explore::reads(p, bytes, EXPLORE_CODE); }           \
  void __tsan_volatile_write##bytes(void* p) { explore::writes(p, bytes, EXPLORE_CODE); }         \
  void __tsan_unaligned_volatile_read##bytes(void* p) { explore::reads(p, bytes, EXPLORE_CODE); } \
  void __tsan_unaligned_volatile_write##bytes(void* p) { explore::writes(p, bytes, EXPLORE_CODE); }
#define EXPLORE_ATOMIC(bits)                                                                                         \
  std::uint##bits##_t __tsan_atomic##bits##_load(std::uint##bits##_t const volatile* p, int) {                       \
    take_the_lock();                                                                                                 \
    return *p;                                                                                                       \
  }                                                                                                                  \
  void __tsan_atomic##bits##_store(std::uint##bits##_t volatile* p, std::uint##bits##_t v, int) {                    \
    take_the_lock();                                                                                                 \
    *p = v;                                                                                                          \
  }                                                                                                                  \
  std::uint##bits##_t __tsan_atomic##bits##_exchange(std::uint##bits##_t volatile* p, std::uint##bits##_t v, int) {  \
    take_the_lock();                                                                                                 \
    std::uint##bits##_t const before = *p;                                                                           \
    *p = v;                                                                                                          \
    return before;                                                                                                   \
  }                                                                                                                  \
  std::uint##bits##_t __tsan_atomic##bits##_fetch_add(std::uint##bits##_t volatile* p, std::uint##bits##_t v, int) { \
    take_the_lock();                                                                                                 \
    std::uint##bits##_t const before = *p;                                                                           \
    *p = static_cast<std::uint##bits##_t>(before + v);                                                               \
    return before;                                                                                                   \
  }                                                                                                                  \
  std::uint##bits##_t __tsan_atomic##bits##_fetch_sub(std::uint##bits##_t volatile* p, std::uint##bits##_t v, int) { \
    take_the_lock();                                                                                                 \
    std::uint##bits##_t const before = *p;                                                                           \
    *p = static_cast<std::uint##bits##_t>(before - v);                                                               \
    return before;                                                                                                   \
  }                                                                                                                  \
  int __tsan_atomic##bits##_compare_exchange_strong(std::uint##bits##_t volatile* p, std::uint##bits##_t* expected,  \
                                                    std::uint##bits##_t v, int, int) {                               \
    take_the_lock();                                                                                                 \
    if (*p == *expected) {                                                                                           \
      *p = v;                                                                                                        \
      return 1;                                                                                                      \
    }                                                                                                                \
    *expected = *p;                                                                                                  \
    return 0;                                                                                                        \
  }

extern "C" {
void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_ignore_thread_begin() {}
void __tsan_ignore_thread_end() {}
EXPLORE_ACCESS(1)
EXPLORE_ACCESS(2)
EXPLORE_ACCESS(4)
EXPLORE_ACCESS(8)
EXPLORE_ACCESS(16)
EXPLORE_ATOMIC(8)
EXPLORE_ATOMIC(32)
EXPLORE_ATOMIC(64)
void __tsan_vptr_update(void** p, void*) { explore::writes(p, sizeof *p, EXPLORE_CODE); }
void __tsan_vptr_read(void** p) { explore::reads(p, sizeof *p, EXPLORE_CODE); }
void __tsan_read_range(void* p, std::size_t size) { explore::reads(p, size, EXPLORE_CODE); }
void __tsan_write_range(void* p, std::size_t size) { explore::writes(p, size, EXPLORE_CODE); }
void* __tsan_memcpy(void* to, void const* from, std::size_t size) {
  explore::reads(from, size, EXPLORE_CODE);
  explore::writes(to, size, EXPLORE_CODE);
  return std::memcpy(to, from, size);
}
void* __tsan_memmove(void* to, void const* from, std::size_t size) {
  explore::reads(from, size, EXPLORE_CODE);
  explore::writes(to, size, EXPLORE_CODE);
  return std::memmove(to, from, size);
}
void* __tsan_memset(void* to, int value, std::size_t size) {
  explore::writes(to, size, EXPLORE_CODE);
  return std::memset(to, value, size);
}
}
