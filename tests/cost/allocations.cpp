// No item costs a heap allocation, a call costs few, and one over a stream keeps nothing of what has gone by: counted
// by an operator new that counts.
#include <parallel_task/parallel_task.hpp>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <forward_list>
#include <list>
#include <new>
#include <numeric>
#include <optional>
#include <ranges>
#include <vector>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace {

std::atomic<std::size_t> allocations = 0;
std::atomic<std::size_t> bytes = 0;  // that have not been freed; where the system does not tell, allocations
std::atomic<std::size_t> most_bytes = 0;

std::size_t size_of([[maybe_unused]] void* memory) {
#if defined(__GLIBC__)
  return malloc_usable_size(memory);
#else
  return 1;
#endif
}

void* counted(std::size_t size, std::size_t alignment) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  void* const memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) std::abort();
  std::size_t const got = size_of(memory);
  std::size_t const now = bytes.fetch_add(got, std::memory_order_relaxed) + got;
  std::size_t seen = most_bytes.load(std::memory_order_relaxed);
  while (seen < now && !most_bytes.compare_exchange_weak(seen, now, std::memory_order_relaxed)) {
  }
  return memory;
}

void freed(void* memory) {
  if (memory == nullptr) return;
  bytes.fetch_sub(size_of(memory), std::memory_order_relaxed);
  std::free(memory);
}

int failures = 0;

/// The first call may start threads; any other counts. On a busy machine threads may rob each other more often than
/// the limit foresees: then once more. What each item allocates is seen in all of them.
template <class Call>
void expect_at_most(std::size_t limit, char const* name, std::size_t items, Call call) {
  call();
  std::size_t made = 0;
  bool good = false;
  for (int attempt = 0; attempt != 10 && !good; ++attempt) {
    std::size_t const before = allocations;
    call();
    made = allocations - before;
    good = made <= limit;
  }
  failures += good ? 0 : 1;
  std::printf("%-28s %8zu items: %4zu allocations%s\n", name, items, made, good ? "" : "  TOO MANY");
}

/// What the call holds at once, beyond what was there before it, on machines of 1 to 8 cores. A thread that loses its
/// core with an item in hand lets the others go on, at some bytes for each item: then once more.
template <class Call>
void expect_to_hold(std::size_t limit, char const* name, std::size_t items, Call call) {
  for (unsigned const cores : {2U, 8U}) {
    parallel_task::Options options;
    options.cores = cores;
    parallel_task::set_options(options);
    std::size_t most = 0;
    for (int attempt = 0; attempt != 10 && (attempt == 0 || most > limit); ++attempt) {
      std::size_t const before = bytes;
      most_bytes = before;
      call();
      most = most_bytes - before;
    }
    failures += most <= limit ? 0 : 1;
    std::printf("%-28s %8zu items, as if on %u cores: %6zu bytes at once%s\n", name, items, cores, most,
                most <= limit ? "" : "  TOO MANY");
  }
  parallel_task::set_options({});
}

struct Stream {
  std::size_t left;
  std::size_t at = 0;
  std::optional<std::size_t> next() {
    if (at == left) return std::nullopt;
    return at++;
  }
};
struct Large {
  std::size_t number;
  char rest[248];
};
struct LargeStream {
  Stream numbers;
  std::optional<Large> next() {
    if (auto const number = numbers.next()) return Large{*number, {}};
    return std::nullopt;
  }
};

/// A list whose items are gone has little left of their memory: `for_each_ordered` has as many lists as its window has
/// items, and each of them may have been long once.
void keep_little() {
  parallel_task::detail::ChunkList<std::size_t, 256> list;
  std::size_t const before = bytes;
  for (std::size_t const size : {std::size_t{30}, std::size_t{200}, std::size_t{100'000}}) {
    for (std::size_t i = 0; i != size; ++i) list.emplace(i);
    list.clear();
    std::size_t const kept = bytes - before;
    bool const good = kept <= 1100;
    failures += good ? 0 : 1;
    std::printf("a list that was cleared      %8zu items: %6zu bytes kept%s\n", size, kept, good ? "" : "  TOO MANY");
  }
}

/// `items` that a stream gives, or that are counted out, and that are gone when they have been used.
void hold_what_waits(std::size_t items) {
  // Of so many a thread is sure to lose its core with an item in hand, again and again; a byte for each would be 10^8.
  std::size_t const limit = items > 1'000'000 ? 2'000'000 : 400'000;
  std::atomic<std::size_t> sum{0};
  auto const add = [&](std::size_t i) { sum.fetch_add(i, std::memory_order_relaxed); };
  auto const add_large = [&](Large const& each) { add(each.number); };
  auto const some_work = [](std::size_t i) {
    std::size_t volatile x = i;
    for (int k = 0; k != 30; ++k) x = x * 1664525 + 1013904223;
    return i;
  };
  expect_to_hold(limit, "for_each_ordered, a stream", items,
                 [&] { parallel_task::par_bridge(Stream{items}).map(some_work).for_each_ordered(add, 8); });
  expect_to_hold(limit, "for_each_ordered, positions", items,
                 [&] { parallel_task::indices(std::size_t{0}, items).map(some_work).for_each_ordered(add, 64); });
  expect_to_hold(4 * limit, "the same, a window of 1024", items,
                 [&] { parallel_task::indices(std::size_t{0}, items).map(some_work).for_each_ordered(add); });
  expect_to_hold(limit, "a stream, for_each", items, [&] { parallel_task::par_bridge(Stream{items}).for_each(add); });
  expect_to_hold(2 * limit, "a stream of large ones", items,
                 [&] { parallel_task::par_bridge(LargeStream{{items}}).for_each(add_large); });
}

}  // namespace

void* operator new(std::size_t size) { return counted(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, std::align_val_t alignment, std::nothrow_t const&) noexcept {
  return counted(size, static_cast<std::size_t>(alignment));
}
// Not inline: GCC 12 would see free() of what operator new gave, and warn.
[[gnu::noinline]] void operator delete(void* memory) noexcept { freed(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { freed(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept { freed(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { freed(memory); }

int main() {
  auto const twice = [](int i) { return 2 * i; };
  auto const even = [](int i) { return i % 2 == 0; };

  for (std::size_t const items : {std::size_t{10}, std::size_t{1'000}, std::size_t{100'000}, std::size_t{1'000'000}}) {
    std::vector<int> numbers(items);
    std::iota(numbers.begin(), numbers.end(), 0);
    std::list<int> const list(numbers.begin(), numbers.end());
    std::forward_list<int> const forward(numbers.begin(), numbers.end());
    // A stolen block may start a segment, a segment is one allocation; as many as steals, not as items.
    std::size_t const segments = items < 100'000 ? 8 : 64;
    // 64 KiB are the smallest chunk of a result of unknown length, 16 nodes share a checkpoint in 4 KiB of them.
    std::size_t const chunks = items * sizeof(int) / (64 * 1024) + 8;

    expect_at_most(segments, "for_each", items, [&] { pt::parallel_iter(numbers).for_each([](int& i) { i += 0; }); });
    expect_at_most(segments, "map, sum", items, [&] { (void)pt::parallel_iter(numbers).map(twice).sum(); });
    expect_at_most(segments, "filter, count", items, [&] { (void)pt::parallel_iter(numbers).filter(even).count(); });
    expect_at_most(segments + 1, "map, collect", items,
                   [&] { (void)pt::parallel_iter(numbers).map(twice).collect<std::vector>(); });
    expect_at_most(segments + chunks, "filter, collect", items,
                   [&] { (void)pt::parallel_iter(numbers).filter(even).collect<std::vector>(); });
    expect_at_most(segments + items / 1024 + 8, "a list, sum", items, [&] { (void)pt::parallel_iter(list).sum(); });
    expect_at_most(0, "a forward_list, sum, alone", items, [&] { (void)pt::parallel_iter(forward).threads(1).sum(); });
    expect_at_most(0, "a filter view, sum, alone", items,
                   [&] { (void)pt::parallel_iter(numbers | std::views::filter(even)).threads(1).sum(); });
  }
  keep_little();
  hold_what_waits(std::getenv("PARALLEL_TASK_LONG") == nullptr ? 1'000'000 : 100'000'000);
  return failures == 0 ? 0 : 1;
}
