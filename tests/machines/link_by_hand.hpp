// A link by hand: what a rank sends is kept for the test to read, and the test says what comes, and who has died.
#pragma once

#include <parallel_task/machines/link.hpp>
#include <parallel_task/machines/messages.hpp>
#include <parallel_task/machines/wire.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <utility>
#include <vector>

namespace machines {

namespace detail = parallel_task::detail;

class LinkByHand final : public detail::Link {
 public:
  struct Sent {
    int to;
    detail::Bytes bytes;
  };

  LinkByHand(int rank, int size) : rank_(rank), size_(size) {}

  /// `message` of that call is the next one to come.
  template <class M>
  void come(int from, std::uint64_t call, M message) {
    coming.push_back({from, detail::message_bytes(call, std::move(message))});
  }

  [[nodiscard]] int rank() const noexcept override { return rank_; }
  [[nodiscard]] int size() const noexcept override { return size_; }
  void send(int to, detail::Bytes bytes) override { sent.push_back({to, std::move(bytes)}); }
  [[nodiscard]] bool receive(detail::Parcel& parcel) override {
    if (coming.empty()) return false;
    parcel = std::move(coming.front());
    coming.pop_front();
    return true;
  }
  [[nodiscard]] bool is_idle() const noexcept override { return true; }
  [[nodiscard]] bool is_lost(int rank) const noexcept override { return lost.count(rank) != 0; }
  void abandon() noexcept override {}

  std::vector<Sent> sent;
  std::deque<detail::Parcel> coming;
  std::set<int> lost;

 private:
  int rank_;
  int size_;
};

inline detail::MessageKind kind_of(LinkByHand::Sent const& sent) {
  detail::Reader in(sent.bytes);
  return detail::read_head(in).kind;
}
/// What was sent, which must be an `M`.
template <class M>
M read(LinkByHand::Sent const& sent) {
  detail::Bytes copy = sent.bytes;
  detail::Reader in(copy);
  static_cast<void>(detail::read_head(in));
  return detail::read_message<M>(in, copy);
}

}  // namespace machines
