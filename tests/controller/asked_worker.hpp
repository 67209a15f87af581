// A worker whose decisions can be asked for one by one, in a call in which nobody else is.
#pragma once

#include <parallel_task/controller/worker_base.hpp>

#include "support/eager.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace asked {

using namespace parallel_task::detail;
namespace pt = parallel_task;

/// A worker whose decisions can be asked for.
struct Asked : WorkerBase {
  using WorkerBase::begin;
  using WorkerBase::cost_;
  using WorkerBase::elsewhere_;
  using WorkerBase::end;
  using WorkerBase::end_unwound;
  using WorkerBase::expect_cost;
  using WorkerBase::farthest_behind;
  using WorkerBase::heaviest;
  using WorkerBase::hot_since_;
  using WorkerBase::is_time_to_read_ahead;
  using WorkerBase::leaving_;
  using WorkerBase::limit_;
  using WorkerBase::long_items;
  using WorkerBase::look_around;
  using WorkerBase::look_is_due;
  using WorkerBase::note_look;
  using WorkerBase::now_;
  using WorkerBase::pace_;
  using WorkerBase::retire_segment;
  using WorkerBase::Tried;
  using WorkerBase::unusual_;

  Asked(Call& call, std::uint32_t index) : WorkerBase(call, index) { leaves_ = true; }

  /// It has run so many units, each of so many ns, until now.
  void run(std::uint64_t units, float each) {
    units_ += units;
    busy_ += ticks_in(static_cast<float>(units) * each);
    now_ = ticks();
  }
  [[nodiscard]] bool looks_always() const { return (unusual_ & always_look) != 0; }
  [[nodiscard]] bool has_long_items() const { return (unusual_ & long_items) != 0; }
  [[nodiscard]] bool is_to_look() const { return (unusual_ & look_is_due) != 0; }
  /// The last look was long ago.
  void age() {
    around_ = now_ - ticks_in(1e9F);
    looked_ = around_;
  }
};

/// A shared call of three members, in which nobody is, on a pool of four cores of which none computes.
struct Scene {
  Call call;
  CallSlot& slot;
  std::unique_ptr<Member[]> members{new Member[3]};
  Members table{3, nullptr, members.get()};

  explicit Scene(unsigned cores = 4)
      : slot(thread_manager.call_slots[30]), with_(of(cores)), before_(slot.members.load()) {
    clock::calibrate();
    thread_manager.costs.blocked_after = 1e15F;  // nobody looks whether it is blocked, nor calls a monitor
    call.job.known = {1000, true};
    call.units = Units::of(1000, 0);
    call.slot = &slot;
    slot.most_joined.store(3, pt::detail::memory_order_relaxed);
    call.index = 30;
    call.members = &table;
    call.published = ticks();
    slot.members.store(&table);
    slot.high.store(3);
    slot.parent.store(CallSlot::no_parent);
    slot.word.store(CallSlot::open);
    slot.pull.store(CallSlot::ended);
    slot.left_behind.store(0);
    for (auto& word : slot.taken_members) word.store(0);
    slot.taken_members[0].store(7);
    thread_manager.places.open_call(30);
  }
  Scene(Scene const&) = delete;
  Scene& operator=(Scene const&) = delete;
  ~Scene() {
    thread_manager.places.close_call(30);
    slot.word.store(0);
    slot.high.store(0);
    slot.left_behind.store(0);
    slot.taken_members[0].store(0);
    slot.members.store(before_);
    this_thread = thread_;
  }
  static pt::Options of(unsigned cores) {
    pt::Options options;
    options.cores = cores;
    return options;
  }

 private:
  support::WithOptions with_;
  Members* before_;
  ThreadState thread_ = this_thread;
};

inline pt::Known pulls_none(void*, std::size_t) { return {0, true}; }

}  // namespace asked
