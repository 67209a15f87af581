#include <parallel_task/machines/chunk_rule.hpp>

#include "../catch.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace machines {
namespace {

namespace detail = parallel_task::detail;
using detail::AskRule;
using detail::ChunkRule;
using detail::RankPart;

/// Deals out all of a loop to ranks that ask in turn, each with this cost. The sizes of the grants, after the parts
/// that are dealt by rule.
std::vector<std::uint64_t> dealt(std::uint64_t positions, std::vector<unsigned> const& threads, std::uint64_t least,
                                 double cost) {
  ChunkRule const rule(positions, threads, least);
  std::uint64_t next = 0;
  for (std::size_t rank = 0; rank != threads.size(); ++rank) {
    RankPart const part = rule.first_part(rank);
    if (part.size() == 0) continue;
    CHECK(part.first == next);
    next = part.last;
  }
  CHECK(next == rule.first_dealt_by_message());
  std::vector<std::uint64_t> sizes;
  for (std::size_t rank = 0; next < positions; rank = (rank + 1) % threads.size()) {
    std::uint64_t const size = rule.grant(rank, next, cost);
    if (size == 0 || size > positions - next) {
      FAIL("a grant of " << size << " of " << positions - next);
    }
    sizes.push_back(size);
    next += size;
  }
  CHECK(rule.grant(0, positions, cost) == 0);
  return sizes;
}

}  // namespace
}  // namespace machines

using namespace machines;

TEST_CASE("every position is dealt to one rank, whatever the loop and the ranks") {
  for (std::vector<unsigned> const& threads :
       {std::vector<unsigned>{1}, {1, 1}, {3, 1, 2}, {64, 4}, std::vector<unsigned>(64, 64)}) {
    for (std::uint64_t const positions : {0U, 1U, 2U, 7U, 64U, 1000U, 123'457U}) {
      for (std::uint64_t const least : {0U, 1U, 10U, 2000U}) {
        for (double const cost : {0.0, 1e-9, 50.0, 1e6, 1e300, std::numeric_limits<double>::infinity(),
                                  std::numeric_limits<double>::quiet_NaN(), -1.0}) {
          std::vector<std::uint64_t> const sizes = dealt(positions, threads, least, cost);
          if (positions < least || sizes.empty()) continue;
          CHECK(*std::min_element(sizes.begin(), sizes.end()) >= least);
        }
      }
    }
  }
}

TEST_CASE("dealing takes few messages") {
  // A third of a rank's share each: after as many grants as there are ranks, about a third is gone.
  CHECK(dealt(1'000'000, {1, 1}, 1, 0).size() < 75);
  CHECK(dealt(100'000'000, std::vector<unsigned>(64, 64), 1, 0).size() < 64 * 36);
  // Once a cost is known, nobody asks for less than 100 us of work but near the end.
  CHECK(dealt(1'000'000, {1, 1}, 1, 100.0).size() < 48);
}

TEST_CASE("nothing overflows at 2^64 positions") {
  std::vector<unsigned> const threads = {1024, 4096, 1};
  std::uint64_t const all = std::numeric_limits<std::uint64_t>::max();
  ChunkRule const rule(all, threads);
  CHECK(rule.first_dealt_by_message() == all / 8);
  CHECK(rule.first_part(2).last == all / 8);
  CHECK(rule.first_part(1).size() / rule.first_part(2).size() >= 4095);
  CHECK(rule.grant(1, 0, 0) < all / 3);
  CHECK(rule.grant(1, 0, 0) > all / 5);
  CHECK(detail::rank_share(all, 0, 1) == RankPart{0, all});
  CHECK(detail::rank_share(all, 2, 3).last == all);
}

TEST_CASE("split gives each rank its share whatever it costs") {
  for (std::uint64_t const n : {0U, 1U, 5U, 64U, 1000U}) {
    std::uint64_t next = 0;
    for (std::size_t rank = 0; rank != 7; ++rank) {
      RankPart const part = detail::rank_share(n, rank, 7);
      CHECK(part.first == next);
      CHECK(part == RankPart{n * rank / 7, n * (rank + 1) / 7});
      next = part.last;
    }
    CHECK(next == n);
  }
}

TEST_CASE("an eighth is dealt by rule and no more, for dear items may lie close together") {
  std::vector<unsigned> const threads(64, 64);
  ChunkRule const rule(1'000'000, threads);
  CHECK(rule.first_dealt_by_message() == 125'000);
  CHECK(rule.first_part(0) == RankPart{0, 1953});
  CHECK(rule.first_part(63).last == 125'000);
}

TEST_CASE("ranks get first parts by their threads, all of them or none") {
  std::vector<unsigned> const threads = {4, 1, 3};
  ChunkRule const rule(6400, threads);
  CHECK(rule.first_part(0) == RankPart{0, 400});
  CHECK(rule.first_part(1) == RankPart{400, 500});
  CHECK(rule.first_part(2) == RankPart{500, 800});
  // The second rank's part would be too small: a hole between the others' would be nobody's.
  ChunkRule const coarse(6400, threads, 101);
  CHECK(coarse.first_part(0) == RankPart{});
  CHECK(coarse.first_part(2) == RankPart{});
  CHECK(coarse.first_dealt_by_message() == 0);
  // Half of a rank's threads would have nothing to do.
  std::vector<unsigned> const many(2, 64);
  CHECK(ChunkRule(511, many).first_part(0).size() == 0);
  CHECK(ChunkRule(512, many).first_part(0).size() == 32);
}

TEST_CASE("a grant is a third of the share, weighed by threads, at least half the threads") {
  std::vector<unsigned> const threads = {6, 3};
  ChunkRule const rule(9000, threads);
  CHECK(rule.grant(0, 0, 0) == 2000);
  CHECK(rule.grant(1, 0, 0) == 1000);
  CHECK(rule.grant(0, 8996, 0) == 3);
  CHECK(rule.grant(1, 8996, 0) == 1);
  CHECK(rule.grant(0, 8999, 0) == 1);
}

TEST_CASE("what would be less than the least goes to who asks") {
  std::vector<unsigned> const threads = {1, 1};
  ChunkRule const rule(100, threads, 40);
  CHECK(rule.grant(0, 0, 0) == 40);
  CHECK(rule.grant(1, 40, 0) == 60);
  CHECK(rule.grant(1, 70, 0) == 30);
}

TEST_CASE("a grant that is to last is never more than the rank's share of what is left") {
  // The first items of a triangular loop cost nothing. Were grants as long as 100 us at that cost, the first who asks
  // would get all the rest, the dearest items with it.
  std::vector<unsigned> const threads = {1, 1};
  ChunkRule const rule(2000, threads);
  std::uint64_t const next = rule.first_dealt_by_message();
  CHECK(rule.grant(0, next, 1e-3) == (2000 - next) / 2);
  CHECK(rule.grant(1, 1000, 1e-3) == 500);
}

TEST_CASE("the dearest cost that is known makes grants small again") {
  // A rank in cheap rows asks when another has told of dear ones: not its own cost counts.
  std::vector<unsigned> const threads = {2, 2};
  ChunkRule const rule(3000, threads);
  CHECK(rule.grant(0, 0, 400.0) == 500);     // 100 us of them, as many as a third of the share
  CHECK(rule.grant(0, 0, 50'000.0) == 500);  // the third counts
  CHECK(rule.grant(0, 2400, 1000.0) == 200);
  CHECK(rule.grant(0, 2400, 50'000.0) == 100);
  CHECK(rule.grant(0, 2994, 1000.0) == 3);  // half of what is left, not six
}

TEST_CASE("among few ranks a grant lasts a part of the time that the loop has run") {
  std::vector<unsigned> const two(2, 1);
  ChunkRule const rule(6000, two);
  // A sixth of what is left by number, 1000 items of 1 ms; an eighth of the time that two ranks have run.
  CHECK(rule.grant(0, 0, 1e6, 0) == 1000);
  CHECK(rule.grant(0, 0, 1e6, 80e6) == 10);
  CHECK(rule.grant(0, 0, 1e6, 80e9) == 1000);
  CHECK(rule.grant(0, 0, 0, 80e6) == 1000);  // nobody knows a cost
  CHECK(rule.grant(0, 0, 1e3, 8e3) == 100);  // what is worth a message, however early
  std::vector<unsigned> const many(64, 1);
  CHECK(ChunkRule(64 * 6000, many).grant(0, 0, 1e6, 500e6) == 2000);  // no grant is so large that time bounds it
}

TEST_CASE("what seemed dear once is forgotten") {
  std::vector<unsigned> const two(2, 1);
  ChunkRule const rule(1000, two);
  CHECK(rule.dearest_after(0, 5) == 5);
  CHECK(rule.dearest_after(5, 7) == 7);
  double dearest = 1000;  // a core was lost
  CHECK(rule.dearest_after(dearest, 10) > 900);
  int told = 0;
  for (; dearest > 10; ++told) dearest = rule.dearest_after(dearest, 10);
  CHECK(dearest == 10);
  CHECK(told < 100);
}

TEST_CASE("nobody asks before three quarters of the grant have begun, however cheap the items are") {
  AskRule rank;
  rank.granted = 400;
  rank.cost = 1;  // all of it would last less than a microsecond
  rank.not_begun = 101;
  CHECK_FALSE(rank.asks());
  rank.not_begun = 100;
  CHECK(rank.asks());
}

TEST_CASE("nobody asks for more than a horizon ahead") {
  AskRule rank;
  rank.granted = 400;
  rank.threads = 4;
  rank.cost = 100'000;
  rank.not_begun = 100;  // 2.5 ms
  CHECK_FALSE(rank.asks());
  rank.not_begun = 12;  // 0.3 ms
  CHECK_FALSE(rank.asks());
  rank.not_begun = 11;
  CHECK(rank.asks());
  rank.not_begun = 100;
  rank.horizon = AskRule::next_horizon(1'000'000);
  CHECK(rank.asks());
}

TEST_CASE("nobody asks twice while an answer is under way") {
  AskRule rank;
  rank.granted = 400;
  rank.not_begun = 0;
  CHECK(rank.asks());
  rank.asked = true;
  CHECK_FALSE(rank.asks());
}

TEST_CASE("who has nothing left asks, whatever it knows") {
  CHECK(AskRule{}.asks());
  AskRule rank;
  rank.granted = 3;
  rank.cost = 1e12;
  CHECK(rank.asks());
}

TEST_CASE("the horizon is four times the last delay, at most 20 ms") {
  CHECK(AskRule{}.horizon == 300'000.0);
  CHECK(AskRule::next_horizon(8'000) == 32'000.0);
  CHECK(AskRule::next_horizon(4'500'000) == 18'000'000.0);
  CHECK(AskRule::next_horizon(5'500'000) == 20'000'000.0);
}
