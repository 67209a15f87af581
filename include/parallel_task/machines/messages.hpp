// What ranks tell each other while they share a loop, or exchange values. All messages go between rank 0 and another:
//
//   want     to rank 0     at which call and line a rank is, and that it has nothing left; a collective's value
//   chunk    from rank 0   positions to run
//   bound    from rank 0   positions from there on are no longer wanted
//   done     to rank 0     what a chunk has gathered, or how it failed
//   verdict  from rank 0   the result of the call, which ends it
//
// Each begins with its kind and the number of the call. Whoever reads one trusts nothing in it: what can't be a value
// throws (see Reader), what is none that a rank would send is refused.
#pragma once

#include <parallel_task/machines/bytes.hpp>
#include <parallel_task/machines/chunk_rule.hpp>
#include <parallel_task/machines/wire.hpp>
#include <parallel_task/platform/code.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

enum class MessageKind : std::uint8_t { want, chunk, bound, done, verdict };

/// How a chunk ended.
enum class ChunkEnd : std::uint8_t { whole, cut, failed, abandoned };

/// How a call ends for all ranks.
enum class Verdict : std::uint8_t { none, value, failed, differs, over };

/// What every message begins with.
struct MessageHead {
  MessageKind kind = MessageKind::want;
  std::uint64_t call = 0;
};

struct WantMessage {
  static constexpr MessageKind kind = MessageKind::want;
  std::string where;
  std::uint64_t length = 0;
  double cost = 0;  ///< nanoseconds of one thread for an item; 0: not known
  Bytes value;
  template <class Archive>
  void parts(Archive& ar) {
    ar(where, length, cost, value);
  }
  [[nodiscard]] bool is_sensible() const noexcept { return cost >= 0; }
};

struct ChunkMessage {
  static constexpr MessageKind kind = MessageKind::chunk;
  RankPart chunk;
  template <class Archive>
  void parts(Archive& ar) {
    ar(chunk.first, chunk.last);
  }
  [[nodiscard]] bool is_sensible() const noexcept { return chunk.first < chunk.last; }
};

struct BoundMessage {
  static constexpr MessageKind kind = MessageKind::bound;
  std::uint64_t bound = 0;
  template <class Archive>
  void parts(Archive& ar) {
    ar(bound);
  }
  [[nodiscard]] bool is_sensible() const noexcept { return true; }
};

/// An empty chunk: the loop could not begin there.
struct DoneMessage {
  static constexpr MessageKind kind = MessageKind::done;
  RankPart chunk;
  ChunkEnd how = ChunkEnd::whole;
  double cost = 0;
  Payload payload;
  template <class Archive>
  void parts(Archive& ar) {
    ar(chunk.first, chunk.last, how, cost);
  }
  [[nodiscard]] bool is_sensible() const noexcept {
    return chunk.first <= chunk.last && how <= ChunkEnd::abandoned && cost >= 0;
  }
};

struct VerdictMessage {
  static constexpr MessageKind kind = MessageKind::verdict;
  Verdict verdict = Verdict::none;
  Payload payload;
  template <class Archive>
  void parts(Archive& ar) {
    ar(verdict);
  }
  [[nodiscard]] bool is_sensible() const noexcept { return verdict != Verdict::none && verdict <= Verdict::over; }
};

template <class M>
inline constexpr bool has_payload = requires(M& message) { message.payload; };

/// A message as bytes.
template <class M>
[[nodiscard]] Bytes message_bytes(std::uint64_t call, M&& message) {
  Writer out;
  out(message.kind, call);
  message.parts(out);
  if constexpr (has_payload<M>) {
    out(static_cast<std::uint64_t>(message.payload.bytes().size()));
    Bytes all = std::move(message.payload).take();
    std::memcpy(all.data(), out.bytes.data(), out.bytes.size());  // longer than the room is none: see the tests
    std::memset(all.data() + out.bytes.size(), 0, Payload::room - out.bytes.size());
    return all;
  } else {
    return std::move(out.bytes);
  }
}

[[nodiscard]] inline MessageHead read_head(Reader& in) {
  MessageHead head;
  in(head.kind, head.call);
  if (head.kind > MessageKind::verdict) in.refuse("it is a message of no known kind");
  return head;
}
/// What follows the head of a message of that kind, which lies in `memory`; a payload takes that along.
template <class M>
[[nodiscard]] M read_message(Reader& in, Bytes& memory) {
  M message;
  message.parts(in);
  if constexpr (has_payload<M>) {
    auto const size = in.get<std::uint64_t>();
    if (memory.size() < Payload::room || memory.size() - Payload::room != size) in.refuse("it has another length");
    message.payload = Payload(std::move(memory));
  } else {
    if (!in.at_end()) in.refuse("a message should end here");
  }
  if (!message.is_sensible()) in.refuse("it tells what no rank would");
  return message;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
