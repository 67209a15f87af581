#include <parallel_task/source/trail.hpp>

#include "catch.hpp"

#include <array>
#include <vector>

namespace {

using parallel_task::Block;
using parallel_task::detail::Trail;

/// Stands for an iterator, and is counted. The larger, the fewer share a chunk: 256, 64 or 8.
template <std::size_t bytes>
struct Mark {
  static inline int alive = 0;
  std::size_t position = 0;
  std::array<char, bytes - sizeof(std::size_t)> rest{};
  Mark() { ++alive; }
  explicit Mark(std::size_t at) : position(at) { ++alive; }
  Mark(Mark const& other) : position(other.position) { ++alive; }
  Mark& operator=(Mark const&) = default;
  ~Mark() { --alive; }
};

template <std::size_t bytes>
void finds_and_frees(std::size_t first, unsigned shift, std::size_t in_chunk) {
  using M = Mark<bytes>;
  std::size_t const n = 5 * (in_chunk << shift) + 3;
  {
    Trail<M> trail(first, shift);
    for (std::size_t i = first; i != first + n; ++i) trail.pass(M(i));
    CHECK(M::alive == static_cast<int>(6 * in_chunk));
    for (std::size_t i = first; i != first + n; ++i) {
      std::size_t const at = trail.checkpoint(i);
      if (at > i || i - at >= std::size_t{1} << shift || trail[at].position != at) FAIL("position " << i);
    }
    // A block that reaches over three chunks; the last chunk of the three is the only one that is done with.
    std::size_t const span = in_chunk << shift;
    trail.release({first + span - 1, first + 2 * span + 2});
    CHECK(M::alive == static_cast<int>(5 * in_chunk));
    trail.release({first, first});
    CHECK(trail[trail.checkpoint(first + span - 2)].position == trail.checkpoint(first + span - 2));
    trail.release({first, first + span - 1});
    CHECK(M::alive == static_cast<int>(4 * in_chunk));
    for (std::size_t i = first + n; i != first + 2 * span + 2; --i) trail.release({i - 1, i});
    CHECK(M::alive == static_cast<int>(in_chunk));  // its last positions were never passed
  }
  CHECK(M::alive == 0);
}

}  // namespace

TEST_CASE("a trail finds each position, and frees what has been run") {
  for (std::size_t first : {std::size_t{0}, std::size_t{7}, std::size_t{1} << 40}) {
    for (unsigned shift : {0U, 4U}) {
      finds_and_frees<16>(first, shift, 256);
      finds_and_frees<24>(first, shift, 64);
      finds_and_frees<136>(first, shift, 8);
    }
  }
}

TEST_CASE("what a trail skips is never looked up, and what follows is found") {
  using M = Mark<16>;
  constexpr std::size_t span = 256 * 16;
  for (std::size_t const first : {std::size_t{0}, std::size_t{7}}) {
    for (std::size_t const before : {std::size_t{0}, std::size_t{16}, span - 16, span}) {
      for (std::size_t const skipped : {std::size_t{16}, span - 16, span, 3 * span, 3 * span + 32}) {
        CAPTURE(first, before, skipped);
        {
          Trail<M> trail(first, 4);
          for (std::size_t i = 0; i != before; ++i) trail.pass(M(first + i));
          trail.skip(skipped);
          std::size_t const next = first + before + skipped;
          for (std::size_t i = 0; i != span; ++i) trail.pass(M(next + i));
          for (std::size_t i = 0; i != before; ++i) {
            std::size_t const at = trail.checkpoint(first + i);
            if (trail[at].position != at) FAIL("position " << i);
          }
          for (std::size_t i = next; i != next + span; ++i) {
            std::size_t const at = trail.checkpoint(i);
            if (at < next || trail[at].position != at) FAIL("position " << i);
          }
          trail.release({first, first + before});
          trail.release({next, next + span});
          // The last chunk, if its last positions were never passed.
          CHECK(M::alive == ((before + skipped) % span == 0 ? 0 : 256));
        }
        CHECK(M::alive == 0);
      }
    }
  }
}
