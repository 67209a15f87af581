// Whatever bytes arrive, a decoder gives a value or an error.
#pragma once

#include <parallel_task/machines/wire.hpp>

#include <cstddef>
#include <cstdlib>
#include <exception>
#include <random>
#include <span>
#include <vector>

namespace machines {

namespace pt = parallel_task;
namespace detail = parallel_task::detail;

/// Whether `decode(reader)` throws on every part of `bytes` from the front that lacks some.
template <class Decode>
bool throws_wherever_cut(detail::Bytes const& bytes, Decode decode) {
  for (std::size_t size = 0; size != bytes.size(); ++size) {
    // A copy of its own, so that AddressSanitizer sees a byte read behind it.
    detail::Bytes const cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    detail::Reader in(cut);
    try {
      decode(in);
      return false;
    } catch (std::exception const&) {
    }
  }
  return true;
}

/// 2000 messages, in long rounds 100 000, of random bytes or, one in two, of `bytes` with some bits changed.
template <class Decode>
void damaged(detail::Bytes const& bytes, Decode decode) {
  std::mt19937 random(17);
  detail::Bytes message;
  int const rounds = std::getenv("PARALLEL_TASK_LONG") != nullptr ? 100'000 : 2'000;
  for (int round = 0; round != rounds; ++round) {
    if (round % 2 == 0) {
      message.resize(random() % 40);
      // Bytes of lengths and flags are low as a rule: with all values, hardly one message would get beyond its first.
      unsigned const values = round % 4 == 0 ? 256 : 3;
      for (std::byte& each : message) each = static_cast<std::byte>(random() % values);
    } else {
      message = bytes;
      for (auto flips = 1 + random() % 3; flips != 0 && !message.empty(); --flips) {
        message[random() % message.size()] ^= static_cast<std::byte>(1U << random() % 8);
      }
    }
    detail::Bytes const exact(message.begin(), message.end());
    try {
      decode(std::span<std::byte const>(exact));
    } catch (std::exception const&) {
    }
  }
}

}  // namespace machines
