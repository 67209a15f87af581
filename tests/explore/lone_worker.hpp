// A worker in a call in which nobody else is, on the hand clock (support/hand_clock.hpp): tests of what it decides by
// time.
#pragma once

#include <parallel_task/controller/worker.hpp>
#include <parallel_task/worker/process.hpp>

#include "catch.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace lone {

namespace pt = parallel_task;
using pt::detail::CallSlot;
using pt::detail::thread_manager;
using support::HandClock;

using Sizes = std::vector<std::size_t>;

/// A call of three members that is shared on four cores, with nobody in it, of which nobody else is called.
class Alone {
 public:
  std::vector<pt::Block> ran;
  std::function<std::int64_t(pt::Block)> takes = [](pt::Block block) {
    return 100 * static_cast<std::int64_t>(block.size());
  };
  pt::detail::Call call;

  explicit Alone(std::size_t total) {
    pt::Options four;
    four.cores = 4;
    pt::set_options(four);
    thread_manager.costs.least_shared = 1e30F;
    pt::Job& job = call.job;
    job.self = this;
    job.known = {total, true};
    job.open = [](void*, void*) {};
    job.close = [](void*) noexcept {};
    job.run = [](void* self, void*, pt::Block block) {
      Alone& alone = *static_cast<Alone*>(self);
      alone.ran.push_back(block);
      HandClock::ns += alone.takes(block);
      return true;
    };
    call.slot = slot_.get();
    call.members = &table_;
    call.units = pt::detail::Units::of(total, 0);
    call.published = pt::detail::ticks();
    slot_->high.store(3, pt::detail::memory_order_relaxed);
    slot_->most_joined.store(3, pt::detail::memory_order_relaxed);
    slot_->pull.store(CallSlot::ended, pt::detail::memory_order_relaxed);
  }
  Alone(Alone const&) = delete;
  Alone& operator=(Alone const&) = delete;
  ~Alone() {
    for (std::uint32_t i = 0; i != 3; ++i) {
      for (auto* segment = members_[i].segments; segment != nullptr;) {
        auto* const next = segment->next;
        pt::detail::close_segment(segment, call.job);
        segment = next;
      }
    }
    thread_manager.costs = costs_;
    pt::set_options(options_);
  }

  pt::detail::Member& member(std::uint32_t index) { return members_[index]; }
  void give(std::uint32_t index, pt::QueueBlock block) { CHECK(member(index).queue.secondary().push(block)); }
  void work(std::uint32_t index) { pt::detail::Worker<false>::work(call, index); }
  [[nodiscard]] Sizes sizes() const {
    Sizes all;
    for (pt::Block const block : ran) all.push_back(block.size());
    return all;
  }
  /// Whether [first, last) has run, in order.
  [[nodiscard]] bool has_run(std::size_t first, std::size_t last) const {
    for (pt::Block const block : ran) {
      if (block.first != first) return false;
      first = block.last;
    }
    return first == last;
  }

 private:
  pt::Options options_ = thread_manager.options();
  pt::detail::Costs costs_ = thread_manager.costs;
  std::unique_ptr<pt::detail::Member[]> members_{new pt::detail::Member[3]};
  pt::detail::Members table_{3, nullptr, members_.get()};
  std::unique_ptr<CallSlot> slot_{new CallSlot};
};

/// A call in which one thread of the pool is parked, as it seems, that can be woken and never comes.
class Calling : public Alone {
 public:
  Sizes called_at;      // for each that member 1 has called, ns since the worker began
  bool arrives = true;  // who was called is not waited for any more
  std::int64_t each = 100;
  std::function<void()> between = [] {};  // before each block

  explicit Calling(std::size_t total) : Alone(total) {
    thread_manager.costs.least_shared = pt::detail::Costs{}.least_shared;
    thread_manager.wakeups.parked = 1;
    call.slot->most_joined = 3;
    call.slot->parent = CallSlot::no_parent;
    call.slot->group = pt::detail::ThreadGroups::none;
    takes = [this](pt::Block block) {
      note();
      between();
      return each * static_cast<std::int64_t>(block.size());
    };
  }
  Calling(Calling const&) = delete;
  Calling& operator=(Calling const&) = delete;
  ~Calling() {
    arrive();
    thread_manager.wakeups.parked = 0;
    thread_manager.wakeups.spinning = 0;
    thread_manager.places.computing = 0;
    thread_manager.places.asleep = 0;
    thread_manager.monitor_wanted = 0;
    pt::detail::this_thread = thread_;
  }
  /// What is called while it works as member 1, which is told what a unit costs.
  Sizes const& work_at(float cost) {
    member(1).cost = cost;
    begun_ = HandClock::ns;
    work(1);
    note();
    return called_at;
  }

 private:
  void note() {
    while (called_at.size() != member(1).counts.wakes) {
      called_at.push_back(static_cast<std::size_t>(HandClock::ns - begun_));
    }
    if (arrives) arrive();
  }
  static void arrive() {
    while (thread_manager.wakeups.in_flight() != 0) (void)thread_manager.wakeups.expect_one_less();
  }
  std::int64_t begun_ = 0;
  pt::detail::ThreadState thread_ = pt::detail::this_thread;
};

/// The strategy that answers as `priority` does.
inline pt::detail::Strategy as(double (*priority)(void const*, pt::QueueLoad const&) noexcept) {
  pt::detail::Strategy strategy;
  strategy.priority = priority;
  strategy.self = &thread_manager;
  return strategy;
}

inline Sizes head(Sizes const& all, std::size_t count) {
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count < all.size() ? count : all.size())};
}
inline Sizes tail(Sizes const& all, std::size_t count) {
  return {all.end() - static_cast<std::ptrdiff_t>(count < all.size() ? count : all.size()), all.end()};
}

}  // namespace lone
