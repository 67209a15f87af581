// Who is there: what rank 0 knows of each rank in a call. The others know of rank 0 alone, and only whether it is lost.
#pragma once

#include <parallel_task/machines/bytes.hpp>
#include <parallel_task/platform/code.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

struct Peer {
  bool has_come = false;  ///< to this call
  bool asks = false;      ///< for positions
  bool lost = false;      ///< it has died
  Bytes value;            ///< what it gives to a collective call
  std::string seen = "nowhere yet";
};

/// Used by one thread at a time: its owner's mutex sees to that (exchange.hpp).
class Roll {
 public:
  explicit Roll(std::size_t ranks) : peers_(ranks) {}

  [[nodiscard]] std::size_t size() const noexcept { return peers_.size(); }
  [[nodiscard]] Peer& operator[](std::size_t rank) noexcept { return peers_[rank]; }
  [[nodiscard]] Peer const& operator[](std::size_t rank) const noexcept { return peers_[rank]; }

  /// Another call, to which only this rank has come.
  void begin_call() noexcept {
    for (Peer& peer : peers_) {
      peer.has_come = peer.asks = false;
      peer.value.clear();
    }
    peers_[0].has_come = true;
  }
  [[nodiscard]] bool all_have_come() const noexcept {
    for (Peer const& peer : peers_) {
      if (!peer.has_come && !peer.lost) return false;
    }
    return true;
  }

 private:
  std::vector<Peer> peers_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
