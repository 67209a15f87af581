// One trace of all the chunks that a rank has run in a loop.
#pragma once

#include <parallel_task/controller/run_report.hpp>
#include <parallel_task/controller/trace.hpp>
#include <parallel_task/platform/atomic.hpp>

#include <cstdint>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Each chunk is a run, which records into the user's trace as any run does. Behind it, its events are added to those
/// before; in the end all of them are the user's. Used by the calling thread, while no run uses the trace.
class ChunkTraces {
 public:
  explicit ChunkTraces(Trace* users) noexcept : users_(users) {
    if (users_ != nullptr && users_->begin()) {
      whole_.most_chunks_ = users_->most_chunks_;
      users_->give_back();
    } else {
      users_ = nullptr;  // another run records there
    }
  }
  ChunkTraces(ChunkTraces const&) = delete;
  ChunkTraces& operator=(ChunkTraces const&) = delete;
  ~ChunkTraces() { hand_over(); }

  /// Where each run writes its report; null if there is no trace.
  [[nodiscard]] RunReport* report() const noexcept { return users_ == nullptr ? nullptr : &users_->report_; }
  /// The chunk that begins with position `first` has run: to a run it began with 0.
  void add(std::uint64_t first) noexcept {
    if (users_ == nullptr) return;
    if (whole_.begun_ == 0) whole_.begun_ = users_->begun_;
    for (std::uint32_t number = 0; number != users_->count_; ++number) {
      TraceRow const& from = users_->row(number);
      TraceRow* const to = whole_.row_of(from.key, from.thread);
      if (to != nullptr) to->dropped += from.dropped;
      for (TraceChunk const* chunk = from.first; chunk != nullptr; chunk = chunk->next) {
        for (std::uint32_t i = 0; i != chunk->used; ++i) {
          TraceRecord record = chunk->records[i];
          if (record.items != 0) record.first += first;
          whole_.record(to, record);
        }
      }
    }
  }

 private:
  void hand_over() noexcept {
    if (users_ == nullptr) return;
    double const rate = users_->ns_per_tick_;
    RunReport report = std::move(users_->report_);
    if (!users_->begin()) return;
    users_->rows_.store(whole_.rows_.exchange(nullptr, detail::memory_order_relaxed), detail::memory_order_relaxed);
    users_->lost_.store(whole_.lost_.load(detail::memory_order_relaxed), detail::memory_order_relaxed);
    users_->end(whole_.begun_, rate, users_->prefix_);
    users_->report_ = std::move(report);
    users_->give_back();
  }

  Trace* users_;
  Trace whole_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
