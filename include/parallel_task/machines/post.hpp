// Messages of the calls that all ranks make together: each belongs to one call, by its number. A rank that is ahead
// sends what another can't understand yet; that is kept until it comes there. What belongs to a call that has ended
// here is dropped.
#pragma once

#include <parallel_task/machines/link.hpp>
#include <parallel_task/machines/messages.hpp>
#include <parallel_task/machines/wire.hpp>
#include <parallel_task/platform/code.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A message of the call that its receiver is at, whose head has been read.
struct Letter {
  int from;
  MessageKind kind;
  Reader& in;
  Bytes& bytes;  ///< where it lies; a payload takes it along

  template <class M>
  [[nodiscard]] M as() {
    return detail::read_message<M>(in, bytes);
  }
};

/// Used by one thread at a time: its owner's mutex sees to that (exchange.hpp).
class Post {
 public:
  explicit Post(std::unique_ptr<Link> link) noexcept : link_(std::move(link)) {}

  [[nodiscard]] Link& link() noexcept { return *link_; }
  [[nodiscard]] bool is_root() const noexcept { return link_->rank() == 0; }
  [[nodiscard]] std::size_t ranks() const noexcept { return static_cast<std::size_t>(link_->size()); }

  /// This rank comes to its next call. What has come early for it waits for `receive_early`.
  void begin_call() noexcept { ++call_; }
  template <class M>
  void send(std::size_t to, M&& message) {
    link_->send(static_cast<int>(to), detail::message_bytes(call_, static_cast<M&&>(message)));
  }
  /// `handle(letter)` for each message of this call that has come. Throws what `handle` throws, and where a message
  /// can't be read.
  template <class Handle>
  void receive(Handle const& handle) {
    Parcel parcel;
    while (link_->receive(parcel)) open(parcel, handle);
  }
  /// The same for those that came before this rank was at the call.
  template <class Handle>
  void receive_early(Handle const& handle) {
    std::deque<Parcel> early;
    early.swap(early_);
    for (Parcel& parcel : early) open(parcel, handle);
  }

 private:
  template <class Handle>
  void open(Parcel& parcel, Handle const& handle) {
    Reader in(parcel.bytes);
    MessageHead const head = detail::read_head(in);
    bool const is_for_root = head.kind == MessageKind::want || head.kind == MessageKind::done;
    if (is_for_root != is_root()) in.refuse("it is a message for another rank");
    if (head.call > call_) {
      early_.push_back(std::move(parcel));
    } else if (head.call == call_) {
      Letter letter{parcel.from, head.kind, in, parcel.bytes};
      handle(letter);
    }
  }

  std::unique_ptr<Link> link_;
  std::uint64_t call_ = 0;
  std::deque<Parcel> early_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
