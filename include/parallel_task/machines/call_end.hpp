// How a call of all ranks ends: what rank 0 tells them, and what each of them makes of that.
#pragma once

#include <parallel_task/machines/bytes.hpp>
#include <parallel_task/machines/errors.hpp>
#include <parallel_task/machines/messages.hpp>
#include <parallel_task/machines/wire.hpp>
#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/exceptions.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <span>
#include <string>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Used by one thread at a time: its owner's mutex sees to that (exchange.hpp).
class CallEnd {
 public:
  /// Another call begins.
  void reset() noexcept {
    told_ = come_ = Verdict::none;
    failure_.clear();
    payload_ = {};
    original_ = nullptr;
    original_bytes_.clear();
  }

  // --- rank 0 decides; the first word counts ---------------------------------------------------------------------------

  [[nodiscard]] bool is_decided() const noexcept { return told_ != Verdict::none; }
  /// All throw what `failure` holds, an exception or, of ranks at different calls, a text.
  void decide(Verdict how, std::span<std::byte const> failure) {
    told_ = how;
    failure_.assign(failure.begin(), failure.end());
  }
  /// There is a result, unless something else has been decided; says whether there is.
  bool decide_value() noexcept {
    if (told_ == Verdict::none) told_ = Verdict::value;
    return told_ == Verdict::value;
  }
  /// For another rank; `given`: its result, if there is one.
  [[nodiscard]] VerdictMessage message(Payload given) const {
    return {told_, told_ == Verdict::value ? std::move(given) : Payload::copy_of(failure_)};
  }

  // --- each rank takes it ----------------------------------------------------------------------------------------------

  [[nodiscard]] bool has_come() const noexcept { return come_ != Verdict::none; }
  /// Whether another rank has destroyed the world.
  [[nodiscard]] bool is_last() const noexcept { return come_ == Verdict::over; }
  void come(VerdictMessage verdict) noexcept {
    come_ = verdict.verdict;
    payload_ = std::move(verdict.payload);
  }
  /// An exception of this rank as bytes. It is kept, in case it is the one that all throw.
  Bytes saved(std::exception_ptr const& error, int rank) {
    original_ = error;
    return original_bytes_ = Failure::save(error, rank);
  }
  /// The result, or throws what all throw.
  [[nodiscard]] Payload take() {
    std::span<std::byte const> const bytes = payload_.bytes();
    if (come_ == Verdict::failed) {
      bool const is_own = std::ranges::equal(bytes, original_bytes_);
      Failure::rethrow(bytes, is_own ? original_ : nullptr);
    }
    if (come_ != Verdict::value) {
      Reader in(bytes);
      detail::throw_error(rank_mismatch(in.get<std::string>()));
    }
    return std::move(payload_);
  }

 private:
  Verdict told_ = Verdict::none;
  Bytes failure_;
  Verdict come_ = Verdict::none;
  Payload payload_;
  std::exception_ptr original_;
  Bytes original_bytes_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
