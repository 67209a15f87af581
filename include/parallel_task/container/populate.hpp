// Populates the pages of a large result by all workers: one thread would take longer than the run that fills them.
#pragma once

#include <parallel_task/core/run.hpp>
#include <parallel_task/platform/memory.hpp>

#include <cstddef>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A run that populates [memory, memory + bytes), one huge page per position.
class Populate {
 public:
  Populate(void* memory, std::size_t bytes) noexcept : memory_(static_cast<unsigned char*>(memory)), bytes_(bytes) {}

  void run(Settings settings) {
    settings.observation = nullptr;  // reports, traces and progress are about the user's run, which follows
    Job job;
    job.self = this;
    job.bytes = 1;
    job.alignment = 1;
    job.open = [](void*, void*) {};
    job.run = [](void* self, void*, Block block) {
      static_cast<Populate*>(self)->pieces(block);
      return true;
    };
    job.close = [](void*) noexcept {};
    job.known = {(bytes_ + huge_page - 1) / huge_page, true};
    job.ordered = false;
    unsigned char home = 0;
    detail::run_and_join(job, &home, detail::memo_of(memo<Populate>), settings, [](void*, void*) { return true; });
  }

 private:
  void pieces(Block block) const noexcept {
    std::size_t const first = block.first * huge_page;
    std::size_t const last = block.last * huge_page < bytes_ ? block.last * huge_page : bytes_;
    populate(memory_ + first, last - first);
  }

  unsigned char* memory_;
  std::size_t bytes_;
};

/// Populates memory that nobody has touched yet, if it is large.
inline void prepare_memory(void* memory, std::size_t bytes, Settings const& settings) {
  if (bytes < large_memory) return;
  advise_huge(memory, bytes);
  Populate(memory, bytes).run(settings);
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
