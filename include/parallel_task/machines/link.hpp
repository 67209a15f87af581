// What carries bytes between ranks: the one thing that a kind of world brings along.
#pragma once

#include <parallel_task/machines/bytes.hpp>
#include <parallel_task/platform/code.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <span>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct Parcel {
  int from = 0;
  Bytes bytes;
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
  virtual void send(int to, Bytes bytes) = 0;
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

  static void frame(std::deque<Bytes>& queue, Bytes bytes) {
    std::uint64_t const length = bytes.size();
    Bytes start;
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
        if (have_ == head) begin_body();
        continue;
      }
      std::size_t const wanted = length_ - filled_;
      std::span<std::byte> const to = room(bytes.size() < wanted ? bytes.size() : wanted);
      std::memcpy(to.data(), bytes.data(), to.size());
      bytes = bytes.subspan(to.size());
      took(to.size());
    }
  }
  /// Where the next `n` bytes go, if all of them belong to the message that has begun: then who receives them writes
  /// them there, and says so (`took`). Else empty, and they are for `take`.
  [[nodiscard]] std::span<std::byte> room(std::size_t n) {
    if (!in_body_ || n > length_ - filled_) return {};
    if (body_.size() - filled_ < n) {
      std::size_t const more = length_ / 4 < body_.size() ? length_ : 4 * body_.size();
      body_.resize(more < filled_ + n ? filled_ + n : more);
    }
    return std::span<std::byte>(body_).subspan(filled_, n);
  }
  void took(std::size_t n) {
    filled_ += n;
    complete();
  }
  [[nodiscard]] bool has_one() const noexcept { return !whole_.empty(); }
  [[nodiscard]] Bytes next() {
    Bytes bytes = std::move(whole_.front());
    whole_.pop_front();
    return bytes;
  }

 private:
  static constexpr std::size_t most_copied = std::size_t{1} << 14;  // a second message or call costs more
  static constexpr std::size_t most_at_once = std::size_t{1} << 26;

  void begin_body() {
    std::uint64_t length = 0;
    std::memcpy(&length, start_, head);
    length_ = static_cast<std::size_t>(length);
    in_body_ = true;
    filled_ = 0;
    // No more room than bytes that are there: a damaged length must not ask for all memory.
    body_.resize(length_ < most_at_once ? length_ : most_at_once);
    complete();
  }
  void complete() {
    if (filled_ != length_) return;
    whole_.push_back(std::move(body_));
    body_ = {};
    in_body_ = false;
    have_ = 0;
  }

  std::byte start_[head] = {};
  std::size_t have_ = 0;
  std::size_t length_ = 0;
  std::size_t filled_ = 0;  // of the body
  bool in_body_ = false;
  Bytes body_;
  std::deque<Bytes> whole_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
