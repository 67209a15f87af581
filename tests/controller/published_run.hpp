// What the caller does around a shared call, in which the worker is a function of the test.
#pragma once

#include <parallel_task/controller/shared_run.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace published {

namespace pt = parallel_task;
using pt::detail::CallSlot;
using pt::detail::SharedRun;
using pt::detail::SoloRun;

/// A run that is shared. In place of a worker, `work` is called with how often it was entered before.
class Published {
 public:
  std::vector<pt::Block> ran;
  std::function<void(int times)> work;
  SoloRun run;
  SharedRun shared{run};

  explicit Published(std::size_t total, std::size_t alone = 0, unsigned max_threads = 0) {
    run.settings.max_threads = max_threads;
    pt::Job job;
    job.self = this;
    job.known = {total, true};
    job.open = [](void*, void*) {};
    job.close = [](void*) noexcept {};
    job.run = [](void* self, void*, pt::Block block) {
      static_cast<Published*>(self)->ran.push_back(block);
      return true;
    };
    run.begin(job, nullptr);
    if (alone != 0) (void)run.step(alone);
    published_ = shared.publish();
    current = this;
    run.enter = [](pt::detail::OpenCall&, std::uint32_t) { current->work(current->entered_++); };
  }
  Published(Published const&) = delete;
  Published& operator=(Published const&) = delete;
  ~Published() {
    if (run.slot != nullptr) SharedRun::put_slot_back(run);
  }

  [[nodiscard]] bool is_published() const { return published_; }
  [[nodiscard]] int entered() const { return entered_; }
  pt::detail::Member& member(std::size_t index) { return run.members->all[index]; }
  std::uint32_t word() { return run.slot->word.load(); }
  bool is_wanting() { return (pt::detail::thread_manager.places.wanting.load() >> run.index & 1) != 0; }
  /// Takes all that waits as this member, and counts it as run.
  pt::QueueBlock take(std::size_t index) {
    pt::QueueBlock const block = member(index).queue.secondary().claim([](std::uint32_t all) { return all; });
    member(index).counts.items += block.size();
    return block;
  }
  void open_segment(std::size_t index, std::size_t first) {
    (void)pt::detail::open_segment(member(index), run.job, first);
  }

 private:
  static inline Published* current = nullptr;
  bool published_ = false;
  int entered_ = 0;
};

}  // namespace published
