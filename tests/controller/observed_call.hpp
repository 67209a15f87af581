// A call that is observed by an observer which the test calls as the caller and as its workers would.
#pragma once

#include <parallel_task/controller/observer.hpp>

#include "catch.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <stdexcept>
#include <vector>

namespace observed {

namespace pt = parallel_task;
using pt::RunReason;
using pt::detail::Observer;

/// A call that is observed, and what it has told.
class Observed {
 public:
  struct Asked : pt::detail::ProgressObservation {
    std::vector<pt::Progress>* told = nullptr;
    bool throws = false;
  };
  std::vector<pt::Progress> told;
  Asked asked;
  pt::RunReport report;
  pt::Trace trace;
  pt::detail::Call call;
  Observer observer{asked, call};
  std::size_t next = 0;
  pt::Known known{1000, true};

  /// `shared`: it has a slot and three members.
  explicit Observed(bool shared = false) {
    asked.told = &told;
    if (!shared) return;
    members_.reset(new pt::detail::Member[3]);
    table_.all = members_.get();
    table_.size = 3;
    slot_ = std::make_unique<pt::detail::CallSlot>();
    slot_->high.store(3, pt::detail::memory_order_relaxed);
    call.slot = slot_.get();
    call.members = &table_;
    call.published = pt::detail::ticks();
    call.units = pt::detail::Units::of(1000, 0);
  }
  void ask_for_progress() {
    asked.tell = [](pt::detail::Observation const& self, pt::Progress const& progress) {
      auto const& mine = static_cast<Asked const&>(self);
      mine.told->push_back(progress);
      if (mine.throws) throw std::runtime_error("the callback");
    };
  }
  void begin() { observer.begin(next, known); }
  std::exception_ptr end(RunReason reason = RunReason::too_cheap) {
    std::exception_ptr thrown;
    observer.end(reason, thrown);
    return thrown;
  }
  /// As at a claim boundary.
  bool ask() { return call.settings.stop_requested(call.settings.stop_token); }
  std::vector<pt::TraceEvent> events() const {
    std::vector<pt::TraceEvent> all;
    trace.for_each_event([&](pt::TraceEvent const& event) { all.push_back(event); });
    return all;
  }

 private:
  std::unique_ptr<pt::detail::Member[]> members_;
  pt::detail::Members table_{};
  std::unique_ptr<pt::detail::CallSlot> slot_;
};

}  // namespace observed
