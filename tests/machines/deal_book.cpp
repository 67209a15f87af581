#include <parallel_task/machines/deal_book.hpp>

#include "../catch.hpp"

#include <algorithm>
#include <random>

namespace machines {
namespace {

namespace detail = parallel_task::detail;
using detail::DealBook;
using detail::RankPart;

std::vector<unsigned> const three_ranks(3, 1);

detail::LoopPlan plan_of(std::uint64_t positions) {
  detail::LoopPlan plan;
  plan.positions = positions;
  return plan;
}

TEST_CASE("each position is dealt once whoever asks") {
  std::mt19937 random(5);
  for (std::uint64_t const n : {0U, 1U, 5U, 100U, 3000U}) {
    for (bool const split : {false, true}) {
      DealBook book;
      auto plan = plan_of(n);
      plan.split = split;
      book.begin(plan, three_ranks);
      std::vector<RankPart> ran;
      for (std::size_t rank = 0; rank != 3; ++rank) {
        RankPart const first = plan.first_part(three_ranks, rank);
        if (first.size() == 0) continue;
        CHECK(book.has_open(rank));
        CHECK(book.take_back(rank, first));
        ran.push_back(first);
      }
      for (RankPart part; book.deal(random() % 3, part);) {
        for (std::size_t rank = 0; rank != 3; ++rank) {
          if (book.take_back(rank, part)) ran.push_back(part);
        }
        book.note_cost(static_cast<double>(random() % 1000));
      }
      CHECK(book.is_complete());
      std::sort(ran.begin(), ran.end(), [](RankPart const& a, RankPart const& b) { return a.first < b.first; });
      std::uint64_t next = 0;
      for (RankPart const& part : ran) {
        CHECK(part.first == next);
        next = part.last;
      }
      CHECK(next == n);
    }
  }
}

TEST_CASE("what a rank that died had is dealt again and three deaths are told") {
  DealBook book;
  book.begin(plan_of(4), three_ranks);  // too short to be dealt by rule
  RankPart part;
  REQUIRE(book.deal(1, part));
  RankPart const first = part;
  CHECK_FALSE(book.lose(1).has_value());
  CHECK_FALSE(book.is_complete());
  REQUIRE(book.deal(2, part));
  CHECK(part == first);
  CHECK_FALSE(book.lose(2).has_value());
  REQUIRE(book.deal(0, part));
  CHECK(book.lose(0) == first);
}

TEST_CASE("nothing is dealt behind the bound and what came from elsewhere is told") {
  DealBook book;
  book.begin(plan_of(1000), three_ranks);
  RankPart part;
  REQUIRE(book.deal(1, part));
  CHECK_FALSE(book.take_back(2, part));
  CHECK_FALSE(book.take_back(1, RankPart{part.first, part.last + 1}));
  book.lower_bound(0);
  CHECK_FALSE(book.deal(2, part));
  CHECK_FALSE(book.is_complete());
  for (std::size_t rank = 0; rank != 3; ++rank) book.forget(rank);
  CHECK(book.is_complete());
}

TEST_CASE("with a window nothing is dealt further ahead and results come in order") {
  DealBook book;
  auto plan = plan_of(1000);
  plan.window = 24;
  CHECK(plan.first_part(three_ranks, 0) == RankPart{});
  book.begin(plan, three_ranks);
  std::uint64_t delivered = 0;
  std::vector<std::pair<std::size_t, RankPart>> open;
  std::mt19937 random(7);
  while (delivered != 1000) {
    RankPart part;
    for (std::size_t rank = 0; rank != 3; ++rank) {
      if (!book.deal(rank, part)) continue;
      CHECK(part.last <= delivered + 24);
      CHECK(part.size() <= 4);
      open.emplace_back(rank, part);
    }
    REQUIRE(!open.empty());
    std::swap(open[random() % open.size()], open.back());
    auto const [rank, done] = open.back();
    open.pop_back();
    CHECK(book.take_back(rank, done));
    book.keep(done, detail::ChunkEnd::whole, {});
    while (book.is_due()) {
      auto const [first, result] = book.take_due();
      CHECK(first == delivered);
      delivered = result.last;
      book.delivered(delivered);
    }
  }
  CHECK(book.is_complete());
  CHECK(book.results().empty());
}

}  // namespace
}  // namespace machines
