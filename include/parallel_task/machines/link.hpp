// What carries bytes between ranks: the one thing that a kind of world brings along.
#pragma once

#include <parallel_task/platform/code.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <span>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct Parcel {
  int from = 0;
  std::vector<std::byte> bytes;
};

/// Messages go between rank 0 and the others, whole and in the order in which they were sent. One thread at a time.
class Link {
 public:
  Link() = default;
  Link(Link const&) = delete;
  Link& operator=(Link const&) = delete;
  virtual ~Link() = default;

  [[nodiscard]] virtual int rank() const noexcept = 0;
  [[nodiscard]] virtual int size() const noexcept = 0;
  /// Never waits: what can't leave at once leaves during later calls of `receive`.
  virtual void send(int to, std::vector<std::byte> bytes) = 0;
  /// Moves bytes both ways, and returns whether a message has come, which is then in `parcel`.
  [[nodiscard]] virtual bool receive(Parcel& parcel) = 0;
  /// Whether all that was sent has left.
  [[nodiscard]] virtual bool is_idle() const noexcept = 0;
  /// Whether that rank has died, and all its messages have been received.
  [[nodiscard]] virtual bool is_lost(int rank) const noexcept = 0;
  /// Whether only the thread that calls may touch it, and no other one of the process.
  [[nodiscard]] virtual bool is_for_caller_alone() const noexcept { return false; }
  /// Ends what can't go on: this rank leaves by an exception, outside of a call.
  virtual void abandon() noexcept = 0;
};

/// A stream of bytes that was cut anywhere, as messages again: each begins with its length, in eight bytes.
class Frames {
 public:
  static constexpr std::size_t head = sizeof(std::uint64_t);

  static void frame(std::deque<std::vector<std::byte>>& queue, std::vector<std::byte> bytes) {
    std::uint64_t const length = bytes.size();
    std::vector<std::byte> start;
    bool const in_one = bytes.size() <= most_copied;
    start.reserve(head + (in_one ? bytes.size() : 0));
    start.resize(head);
    std::memcpy(start.data(), &length, head);
    if (in_one) start.insert(start.end(), bytes.begin(), bytes.end());
    queue.push_back(std::move(start));
    if (!in_one) queue.push_back(std::move(bytes));
  }

  void take(std::span<std::byte const> bytes) {
    while (!bytes.empty()) {
      if (!in_body_) {
        std::size_t const wanted = head - have_;
        std::size_t const n = bytes.size() < wanted ? bytes.size() : wanted;
        std::memcpy(start_ + have_, bytes.data(), n);
        have_ += n;
        bytes = bytes.subspan(n);
        if (have_ != head) return;
        std::uint64_t length = 0;
        std::memcpy(&length, start_, head);
        length_ = static_cast<std::size_t>(length);
        in_body_ = true;
        body_.clear();
        // No more room than bytes that are there: a damaged length must not ask for all memory.
        body_.reserve(length_ < most_at_once ? length_ : most_at_once);
      }
      std::size_t const wanted = length_ - body_.size();
      std::size_t const n = bytes.size() < wanted ? bytes.size() : wanted;
      body_.insert(body_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n));
      bytes = bytes.subspan(n);
      complete();
    }
    complete();
  }
  [[nodiscard]] bool has_one() const noexcept { return !whole_.empty(); }
  [[nodiscard]] std::vector<std::byte> next() {
    std::vector<std::byte> bytes = std::move(whole_.front());
    whole_.pop_front();
    return bytes;
  }

 private:
  static constexpr std::size_t most_copied = std::size_t{1} << 14;  // a second message or call costs more
  static constexpr std::size_t most_at_once = std::size_t{1} << 26;

  void complete() {
    if (!in_body_ || body_.size() != length_) return;
    whole_.push_back(std::move(body_));
    body_ = {};
    in_body_ = false;
    have_ = 0;
  }

  std::byte start_[head] = {};
  std::size_t have_ = 0;
  std::size_t length_ = 0;
  bool in_body_ = false;
  std::vector<std::byte> body_;
  std::deque<std::vector<std::byte>> whole_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
