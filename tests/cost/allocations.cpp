// No item costs a heap allocation, and a call costs few: counted by an operator new that counts.
#include <parallel_task/parallel_task.hpp>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <new>
#include <numeric>
#include <vector>

namespace {

std::atomic<std::size_t> allocations = 0;

void* counted(std::size_t size, std::size_t alignment) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  void* const memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) std::abort();
  return memory;
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

}  // namespace

void* operator new(std::size_t size) { return counted(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, std::align_val_t alignment, std::nothrow_t const&) noexcept {
  return counted(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

int main() {
  auto const twice = [](int i) { return 2 * i; };
  auto const even = [](int i) { return i % 2 == 0; };

  for (std::size_t const items : {std::size_t{10}, std::size_t{1'000}, std::size_t{100'000}, std::size_t{1'000'000}}) {
    std::vector<int> numbers(items);
    std::iota(numbers.begin(), numbers.end(), 0);
    std::list<int> const list(numbers.begin(), numbers.end());
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
  }
  return failures == 0 ? 0 : 1;
}
