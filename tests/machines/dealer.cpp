#include <parallel_task/machines/dealer.hpp>

#include "../catch.hpp"

#include "link_by_hand.hpp"

#include <memory>
#include <stdexcept>
#include <string>

namespace machines {
namespace {

using detail::BoundMessage;
using detail::ChunkEnd;
using detail::ChunkMessage;
using detail::DoneMessage;
using detail::MessageKind;
using detail::Payload;
using detail::RankPart;
using detail::Verdict;

/// Rank 0 of three, of one thread each, in a loop of 100 positions of which nothing is dealt by rule.
struct Desk {
  explicit Desk(bool cut_all = true, detail::Placer* placer = nullptr)
      : post(std::make_unique<LinkByHand>(0, 3)),
        link(static_cast<LinkByHand&>(post.link())),
        roll(3),
        dealer(post, roll, end),
        threads(3, 1) {
    post.begin_call();
    roll.begin_call();
    dealer.reset();
    detail::LoopPlan plan;
    plan.positions = 100;
    plan.least = 10;
    plan.cut_all = cut_all;
    dealer.begin(plan, threads, placer);
  }
  /// What `rank` is dealt when it asks.
  RankPart asks(std::size_t rank) {
    roll[rank].asks = true;
    dealer.grant();
    return read<ChunkMessage>(link.sent.back()).chunk;
  }
  static DoneMessage done(RankPart chunk, ChunkEnd how = ChunkEnd::whole, Payload payload = {}) {
    return DoneMessage{chunk, how, 100, std::move(payload)};
  }
  Payload failure(char const* text) {
    return Payload::copy_of(end.saved(std::make_exception_ptr(std::out_of_range(text)), 1));
  }
  /// What the call's end throws here, once it has been told.
  std::string thrown() {
    end.come(end.message({}));
    try {
      static_cast<void>(end.take());
    } catch (std::exception const& error) {
      return error.what();
    }
    return "";
  }

  detail::Post post;
  LinkByHand& link;
  detail::Roll roll;
  detail::CallEnd end;
  detail::Dealer dealer;
  std::vector<unsigned> threads;
};

TEST_CASE("who asks is dealt positions once") {
  Desk desk;
  CHECK(desk.link.sent.empty());
  RankPart const first = desk.asks(1);
  CHECK((first.first == 0 && first.size() >= 10));
  CHECK(desk.link.sent.back().to == 1);
  CHECK_FALSE(desk.roll[1].asks);
  desk.dealer.grant();
  CHECK(desk.link.sent.size() == 1);
  RankPart const second = desk.asks(2);
  CHECK((second.first == first.last && desk.link.sent.back().to == 2));
  RankPart own;
  REQUIRE(desk.dealer.take(own));
  CHECK(own.first == second.last);
  CHECK(desk.link.sent.size() == 2);
}

TEST_CASE("the loop is over when all that was dealt has come back") {
  Desk desk;
  std::uint64_t elsewhere = 0;
  for (RankPart chunk; desk.dealer.take(chunk);) {
    desk.dealer.note(0, Desk::done(chunk));
    if (chunk.last == 100) break;
    RankPart const of_other = desk.asks(1);
    CHECK_FALSE(desk.dealer.book().is_complete());
    desk.dealer.note(1, Desk::done(of_other));
    elsewhere += of_other.size();
    CHECK(desk.dealer.done_elsewhere() == elsewhere);
    if (of_other.last == 100) break;
  }
  CHECK(desk.dealer.book().is_complete());
  CHECK_FALSE(desk.end.is_decided());
}

TEST_CASE("what a rank has died with is dealt to who waits") {
  Desk desk;
  RankPart const first = desk.asks(1);
  for (RankPart chunk; desk.dealer.take(chunk);) desk.dealer.note(0, Desk::done(chunk));
  desk.roll[2].asks = true;
  desk.dealer.grant();
  CHECK(desk.link.sent.size() == 1);
  desk.roll[1].lost = true;
  desk.dealer.deal_again(1, "a loop");
  REQUIRE(desk.link.sent.size() == 2);
  CHECK(desk.link.sent.back().to == 2);
  CHECK(read<ChunkMessage>(desk.link.sent.back()).chunk == first);
  desk.dealer.note(2, Desk::done(first));
  CHECK(desk.dealer.book().is_complete());
}

TEST_CASE("positions that have ended three ranks fail the call and say so") {
  Desk desk;
  RankPart const deadly = desk.asks(1);
  for (int deaths = 0; deaths != 3; ++deaths) {
    CHECK_FALSE(desk.end.is_decided());
    desk.dealer.deal_again(1, "this loop");
    if (deaths != 2) CHECK(desk.asks(1) == deadly);
  }
  CHECK(desk.end.is_decided());
  CHECK(desk.thrown().find("positions 0 to " + std::to_string(deadly.last) + " of this loop") != std::string::npos);
}

TEST_CASE("an exception ends a loop without order and is told to those who run") {
  Desk desk;
  RankPart const first = desk.asks(1);
  static_cast<void>(desk.asks(2));
  desk.link.sent.clear();
  desk.dealer.note(1, Desk::done(first, ChunkEnd::failed, desk.failure("at 3")));
  CHECK(desk.end.is_decided());
  CHECK_FALSE(desk.dealer.wants(0));
  REQUIRE(desk.link.sent.size() == 1);  // rank 1 runs nothing
  CHECK(desk.link.sent[0].to == 2);
  CHECK(read<BoundMessage>(desk.link.sent[0]).bound == 0);
  desk.dealer.end(Verdict::differs, {});  // the first word counts
  CHECK(desk.thrown() == "at 3");
}

TEST_CASE("in a loop with an order only what lies behind an exception is given up") {
  Desk desk(false);
  RankPart const first = desk.asks(1);
  RankPart const second = desk.asks(2);
  desk.dealer.note(2, Desk::done(second, ChunkEnd::failed, desk.failure("behind")));
  CHECK_FALSE(desk.end.is_decided());
  CHECK(desk.dealer.wants(second.last - 1));
  CHECK_FALSE(desk.dealer.wants(second.last));
  CHECK_FALSE(desk.dealer.book().is_complete());
  desk.dealer.note(1, Desk::done(first));
  CHECK(desk.dealer.book().is_complete());
  CHECK(desk.dealer.book().results().at(second.first).how == ChunkEnd::failed);
}

TEST_CASE("a bound only falls") {
  Desk desk(false);
  CHECK(desk.dealer.wants(99));
  desk.dealer.lower_bound(50);
  desk.dealer.lower_bound(70);
  CHECK((desk.dealer.wants(49) && !desk.dealer.wants(50)));
  desk.dealer.reset();
  CHECK(desk.dealer.wants(99));
}

TEST_CASE("a rank that could not begin fails the call") {
  Desk desk;
  desk.dealer.note(2, Desk::done({}, ChunkEnd::failed, desk.failure("no range")));
  CHECK(desk.thrown() == "no range");
}

TEST_CASE("results of other ranks are placed as they come and not kept") {
  struct Places final : detail::Placer {
    void place(RankPart chunk, std::span<std::byte const> items) override {
      chunks.push_back(chunk);
      bytes += items.size();
    }
    std::vector<RankPart> chunks;
    std::size_t bytes = 0;
  } places;
  Desk desk(true, &places);
  RankPart const first = desk.asks(1);
  RankPart own;
  REQUIRE(desk.dealer.take(own));
  desk.dealer.note(0, Desk::done(own));
  desk.dealer.note(1, Desk::done(first, ChunkEnd::whole, Payload::copy_of(detail::Bytes(5))));
  CHECK((places.chunks == std::vector<RankPart>{first} && places.bytes == 5));
  CHECK(desk.dealer.book().results().empty());
  desk.dealer.note(1, Desk::done(first));  // nobody has it: it comes from another loop
  CHECK(places.chunks.size() == 1);
}

}  // namespace
}  // namespace machines
