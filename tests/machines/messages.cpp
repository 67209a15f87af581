#include <parallel_task/machines/messages.hpp>

#include "../catch.hpp"

#include "decoders.hpp"

namespace machines {
namespace {

template <class M>
M decoded(detail::Bytes memory) {
  detail::Reader in(memory);
  detail::MessageHead const head = detail::read_head(in);
  if (head.kind != M::kind || head.call != 17) in.refuse("another message");
  return detail::read_message<M>(in, memory);
}

template <class M>
void check_message(M sent) {
  auto const bytes = detail::message_bytes(17, std::move(sent));
  CHECK(detail::message_bytes(17, decoded<M>(bytes)) == bytes);
  for (std::size_t size = 0; size != bytes.size(); ++size) {
    // A copy of its own, so that AddressSanitizer sees a byte read behind it.
    CHECK_THROWS_AS(decoded<M>(detail::Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size))),
                    std::runtime_error);
  }
  damaged(bytes, [](std::span<std::byte const> message) {
    static_cast<void>(decoded<M>(detail::Bytes(message.begin(), message.end())));
  });
  auto longer = bytes;
  longer.push_back(std::byte{0});
  CHECK_THROWS_AS(decoded<M>(longer), std::runtime_error);
}

TEST_CASE("messages are read as they were written or refused") {
  detail::Bytes const some(20, std::byte{7});
  check_message(detail::WantMessage{"solver.cpp:81 (loop)", 1000, 12.5, some});
  check_message(detail::ChunkMessage{{10, 20}});
  check_message(detail::BoundMessage{10});
  check_message(detail::DoneMessage{{10, 20}, detail::ChunkEnd::cut, 3.5, detail::Payload::copy_of(some)});
  check_message(detail::DoneMessage{{10, 20}, detail::ChunkEnd::whole, 3.5, {}});
  check_message(detail::VerdictMessage{detail::Verdict::value, detail::Payload::copy_of(some)});
}

TEST_CASE("a payload stays where it is in a message") {
  detail::Bytes memory(detail::Payload::room, std::byte{1});
  memory.insert(memory.end(), 1000, std::byte{7});
  std::byte const* const where = memory.data();
  auto sent =
      detail::message_bytes(17, detail::VerdictMessage{detail::Verdict::value, detail::Payload(std::move(memory))});
  CHECK(sent.data() == where);
  detail::Reader in(sent);
  static_cast<void>(detail::read_head(in));
  auto const received = detail::read_message<detail::VerdictMessage>(in, sent);
  CHECK(received.payload.bytes().data() == where + detail::Payload::room);
  CHECK(received.payload.bytes().size() == 1000);
}

TEST_CASE("what no rank would send is refused") {
  auto const is_refused = [](auto message) {
    using M = decltype(message);
    auto bytes = detail::message_bytes(1, std::move(message));
    detail::Reader in(bytes);
    static_cast<void>(detail::read_head(in));
    try {
      static_cast<void>(detail::read_message<M>(in, bytes));
      return false;
    } catch (std::runtime_error const&) {
      return true;
    }
  };
  CHECK(is_refused(detail::ChunkMessage{{20, 20}}));
  CHECK(is_refused(detail::ChunkMessage{{20, 10}}));
  CHECK(is_refused(detail::DoneMessage{{20, 10}, detail::ChunkEnd::whole, 1, {}}));
  CHECK(is_refused(detail::DoneMessage{{10, 20}, static_cast<detail::ChunkEnd>(4), 1, {}}));
  CHECK(is_refused(detail::DoneMessage{{10, 20}, detail::ChunkEnd::whole, -1, {}}));
  CHECK_FALSE(is_refused(detail::DoneMessage{{0, 0}, detail::ChunkEnd::failed, 0, {}}));
  CHECK(is_refused(detail::VerdictMessage{detail::Verdict::none, {}}));
  CHECK(is_refused(detail::VerdictMessage{static_cast<detail::Verdict>(9), {}}));
  detail::Bytes const unknown(9, std::byte{5});
  detail::Reader in(unknown);
  CHECK_THROWS_AS(detail::read_head(in), std::runtime_error);
}

}  // namespace
}  // namespace machines
