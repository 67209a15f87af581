// What a progress callback hears of a loop that ranks share: one account of all its chunks.
#pragma once

#include <parallel_task/controller/progress.hpp>
#include <parallel_task/controller/settings.hpp>
#include <parallel_task/machines/exchange.hpp>
#include <parallel_task/platform/chrono.hpp>
#include <parallel_task/platform/clock.hpp>

#include <cstddef>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Stands in for the user's callback in the run of each chunk. On rank 0 `done` are the positions that all ranks have
/// run, as far as they have told, and `total` is known; elsewhere `done` are those of the rank, and nobody knows how
/// many it will get. Used by the calling thread.
class RankProgress : ProgressObservation {
 public:
  RankProgress(Observation const* users, Exchange const& exchange) noexcept : users_(users), exchange_(exchange) {
    if (users == nullptr) return;
    static_cast<Observation&>(*this) = *users;
    if (users->tell == nullptr) return;
    tell = &RankProgress::tell_of_chunk;
    interval = 0;  // each time that it may be told: here is decided when it is
    begun_ = detail::steady_ns();
    tell_at_ = begun_ + users->interval;
  }
  RankProgress(RankProgress const&) = delete;
  RankProgress& operator=(RankProgress const&) = delete;

  /// For the run of a chunk.
  [[nodiscard]] Settings settings(Settings of_loop) const noexcept {
    if (is_wanted()) of_loop.observation = this;
    return of_loop;
  }
  /// A chunk has run.
  void add(std::uint64_t positions) noexcept { own_ += positions; }
  /// Between chunks, and while others are waited for: tells, if it is time. Throws what the callback does.
  void look() const {
    if (is_wanted()) tell_in_time(0);
  }
  /// The loop has its result.
  void finish() const {
    if (!is_wanted()) return;
    Progress progress = progress_at(0, detail::steady_ns());
    progress.finished = true;
    if (progress.left) progress.left = std::chrono::nanoseconds(0);
    users_->tell(*users_, progress);
  }

 private:
  [[nodiscard]] bool is_wanted() const noexcept { return users_ != nullptr && users_->tell != nullptr; }
  static void tell_of_chunk(Observation const& self, Progress const& of_chunk) {
    static_cast<RankProgress const&>(static_cast<ProgressObservation const&>(self)).tell_in_time(of_chunk.done);
  }
  void tell_in_time(std::size_t of_chunk) const {
    std::int64_t const now = detail::steady_ns();
    if (now < tell_at_) return;
    users_->tell(*users_, progress_at(of_chunk, now));
    tell_at_ = detail::steady_ns() + users_->interval;
  }
  [[nodiscard]] Progress progress_at(std::size_t of_chunk, std::int64_t now) const {
    Progress progress;
    progress.done = static_cast<std::size_t>(own_) + of_chunk;
    progress.elapsed = std::chrono::nanoseconds(now - begun_);
    if (exchange_.rank() != 0) return progress;
    progress.done += static_cast<std::size_t>(exchange_.done_elsewhere());
    auto const all = static_cast<std::size_t>(exchange_.positions());
    if (progress.done > all) progress.done = all;
    progress.total = all;
    if (progress.done != 0) {
      double const left = static_cast<double>(now - begun_) / static_cast<double>(progress.done) *
                          static_cast<double>(all - progress.done);
      progress.left = std::chrono::nanoseconds(static_cast<std::int64_t>(left));
    }
    return progress;
  }

  Observation const* users_;
  Exchange const& exchange_;
  std::uint64_t own_ = 0;
  std::int64_t begun_ = 0;
  mutable std::int64_t tell_at_ = 0;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
