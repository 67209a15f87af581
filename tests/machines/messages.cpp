#include <parallel_task/machines/messages.hpp>

#include "../catch.hpp"

#include "decoders.hpp"

namespace machines {
namespace {

template <class M>
void check_message(M const& sent, std::size_t head_bytes) {
  auto const bytes = detail::message_bytes(17, M(sent));
  auto const decode = [](detail::Reader& in) {
    detail::MessageHead const head = detail::read_head(in);
    if (head.kind != M::kind) in.refuse("another kind");
    return detail::read_message<M>(in);
  };
  {
    detail::Reader in(bytes);
    CHECK(detail::message_bytes(17, decode(in)) == bytes);
    detail::Reader again(bytes);
    CHECK(detail::read_head(again).call == 17);
    CHECK(bytes.size() > head_bytes);
  }
  CHECK(throws_wherever_cut(bytes, decode));
  damaged(bytes, [&](std::span<std::byte const> message) {
    detail::Reader in(message);
    static_cast<void>(decode(in));
  });
  auto longer = bytes;
  longer.push_back(std::byte{0});
  detail::Reader in(longer);
  CHECK_THROWS_AS(decode(in), std::runtime_error);
}

TEST_CASE("messages are read as they were written or refused") {
  std::vector<std::byte> const some(20, std::byte{7});
  constexpr std::size_t head = 9;
  check_message(detail::WantMessage{"solver.cpp:81 (loop)", 1000, 12.5, some}, head);
  check_message(detail::ChunkMessage{{10, 20}}, head);
  check_message(detail::BoundMessage{10}, head);
  check_message(detail::DoneMessage{{10, 20}, detail::ChunkEnd::cut, 3.5, some}, head);
  check_message(detail::VerdictMessage{detail::Verdict::value, some}, head);
}

TEST_CASE("what no rank would send is refused") {
  auto const is_refused = [](auto message) {
    auto const bytes = detail::message_bytes(1, message);
    detail::Reader in(bytes);
    static_cast<void>(detail::read_head(in));
    try {
      static_cast<void>(detail::read_message<decltype(message)>(in));
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
  std::vector<std::byte> const unknown(9, std::byte{5});
  detail::Reader in(unknown);
  CHECK_THROWS_AS(detail::read_head(in), std::runtime_error);
}

}  // namespace
}  // namespace machines
