// A call that is no run, for tests of the threads that join it; and a pool in which nobody else is.
#pragma once

#include <parallel_task/worker/thread_runner.hpp>

#include "support/eager.hpp"

#include <chrono>
#include <cstdint>
#include <functional>

namespace fake {

using namespace parallel_task::detail;
inline constexpr std::uint32_t none = ThreadGroups::none;
inline constexpr std::uint32_t no_parent = CallSlot::no_parent;

/// An open call in a slot that nobody else uses; whoever enters it runs one claim, or none.
class FakeCall : public OpenCall {
 public:
  explicit FakeCall(std::uint32_t index, std::uint32_t parent = no_parent)
      : slot(thread_manager.call_slots[index]), index_(index) {
    enter = [](OpenCall& self, std::uint32_t member) { static_cast<FakeCall&>(self).run(member); };
    members_.size = 2;
    members_.all = all_;
    before_ = slot.members.load();
    slot.call.store(this);
    slot.members.store(&members_);
    slot.parent.store(parent);
    slot.group.store(none);
    slot.most_joined.store(2);
    slot.high.store(0);
    slot.pull.store(CallSlot::ready);
    slot.word.store(CallSlot::open);
  }
  ~FakeCall() {
    if (offered_) thread_manager.places.close_call(index_);
    slot.word.store(0);
    slot.pull.store(CallSlot::ended);
    slot.members.store(before_);
    slot.call.store(nullptr);
  }
  FakeCall(FakeCall const&) = delete;
  FakeCall& operator=(FakeCall const&) = delete;

  /// All threads find it from now on.
  FakeCall& offer() {
    thread_manager.places.open_call(index_);
    offered_ = true;
    return *this;
  }
  /// Work waits in a member's queue, and no source may be pulled from.
  void hold_units() {
    slot.pull.store(CallSlot::ended);
    all_[1].queue.fill({0, 5});
    slot.high.store(2);
  }
  void clear_units() { all_[1].queue.fill({}); }

  [[nodiscard]] bool is_left() const { return slot.word.load() == CallSlot::open && !slot.is_held(0); }

  CallSlot& slot;
  int entered = 0;
  bool has_work = true;
  std::uint32_t inside = 0;
  std::uint32_t group = 0;
  std::uint32_t depth = 0;
  std::uint32_t spinning = 0;
  int busy = 0;
  int turn = 0;          ///< of all that were entered
  bool refused = false;  ///< what it found may not be robbed
  bool throws = false;
  std::function<void()> in_it;  ///< what it does
  static inline int turns = 0;

 private:
  void run(std::uint32_t member) {
    ++entered;
    inside = this_thread.inside;
    group = this_thread.group;
    depth = this_thread.depth;
    spinning = thread_manager.wakeups.spinning.load();
    busy = thread_manager.places.computing.load();
    turn = ++turns;
    all_[member].refused = refused;
    if (in_it) in_it();
    if (throws) throw 1;
    if (has_work) ++all_[member].counts.claims;
  }
  std::uint32_t index_;
  bool offered_ = false;

  Member all_[2];
  Members members_;
  Members* before_;
};

/// A pool of so many cores, in which nobody computes and nobody spins.
struct Quiet {
  explicit Quiet(unsigned cores, std::chrono::nanoseconds hot = std::chrono::microseconds(50)) : with(of(cores, hot)) {
    thread_manager.wakeups.patience.store(1);
  }
  static parallel_task::Options of(unsigned cores, std::chrono::nanoseconds hot) {
    parallel_task::Options options;
    options.cores = cores;
    options.hot_time = hot;
    return options;
  }
  /// The calling thread becomes again what it was.
  ~Quiet() {
    this_thread = before;
    thread_manager.wakeups.patience.store(1);
  }
  support::WithOptions with;
  ThreadState before = this_thread;
};

[[nodiscard]] inline int computing() { return thread_manager.places.computing.load(); }

}  // namespace fake
