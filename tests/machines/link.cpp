#include <parallel_task/machines/link.hpp>

#include "../catch.hpp"

#include <algorithm>
#include <random>

namespace machines {
namespace {

namespace detail = parallel_task::detail;

detail::Bytes bytes_of(std::size_t size, unsigned seed) {
  detail::Bytes bytes(size);
  for (std::size_t i = 0; i != size; ++i) bytes[i] = static_cast<std::byte>(i * 7 + seed);
  return bytes;
}

TEST_CASE("messages that were cut anywhere are whole again however they are received") {
  std::mt19937 random(3);
  for (int round = 0; round != 200; ++round) {
    detail::Bytes stream;
    std::vector<detail::Bytes> sent;
    for (unsigned i = 0; i != 5; ++i) {
      sent.push_back(bytes_of(random() % 3 == 0 ? random() % 60'000 : random() % 20, i));
      std::deque<detail::Bytes> framed;
      detail::Frames::frame(framed, sent.back());
      for (detail::Bytes const& part : framed) stream.insert(stream.end(), part.begin(), part.end());
    }
    detail::Frames frames;
    std::vector<detail::Bytes> received;
    for (std::size_t at = 0; at != stream.size();) {
      std::size_t const n = (std::min)(1 + random() % (random() % 2 == 0 ? 10 : 30'000), stream.size() - at);
      std::span<std::byte const> const piece(stream.data() + at, n);
      at += n;
      if (std::span<std::byte> const direct = frames.room(n); !direct.empty()) {
        std::copy(piece.begin(), piece.end(), direct.begin());
        frames.took(n);
      } else {
        frames.take(piece);
      }
      while (frames.has_one()) received.push_back(frames.next());
    }
    CHECK(received == sent);
  }
}

TEST_CASE("there is room for what belongs to the message that has begun and for nothing else") {
  detail::Frames frames;
  CHECK(frames.room(1).empty());
  std::deque<detail::Bytes> framed;
  detail::Frames::frame(framed, bytes_of(100'000, 1));
  CHECK(framed.size() == 2);
  frames.take(std::span(framed.front()).first(3));
  CHECK(frames.room(1).empty());
  frames.take(std::span(framed.front()).subspan(3));
  CHECK(frames.room(100'001).empty());
  CHECK(frames.room(100'000).size() == 100'000);
  frames.took(99'999);  // fewer have come
  CHECK_FALSE(frames.has_one());
  CHECK(frames.room(2).empty());
  CHECK(frames.room(1).size() == 1);
  frames.took(1);
  CHECK(frames.has_one());
  CHECK(frames.room(1).empty());
}

TEST_CASE("a damaged length asks for no more memory than bytes that come") {
  detail::Frames frames;
  detail::Bytes const damaged(8, std::byte{0x3f});
  frames.take(damaged);
  detail::Bytes const some(1000, std::byte{1});
  frames.take(some);
  CHECK_FALSE(frames.has_one());
}

}  // namespace
}  // namespace machines
