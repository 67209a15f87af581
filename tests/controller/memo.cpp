#include <parallel_task/controller/memo.hpp>

#include "catch.hpp"

#include <cstddef>
#include <cstring>

namespace pt = parallel_task;
using pt::Memo;

TEST_CASE("a memo knows what a position has cost by lengths, each from a power of two to the next") {
  Memo memo;
  CHECK(memo.find(100) == nullptr);
  memo.learn(100, 7, 0);
  REQUIRE(memo.find(100) != nullptr);
  CHECK(memo.find(64)->cost() == 7);
  CHECK(memo.find(127)->cost() == 7);
  CHECK(memo.find(63) == nullptr);
  CHECK(memo.find(128) == nullptr);
  memo.learn(200, 5, 0);
  CHECK(memo.find(128)->cost() == 5);
  CHECK(memo.find(127)->cost() == 7);
}

TEST_CASE("a memo keeps two of every fourth length, and the one that came first makes room for a third") {
  Memo memo;
  std::size_t const lengths[] = {1, 16, 256};  // widths 1, 5, 9
  for (float cost = 1; std::size_t const length : lengths) memo.learn(length, cost++, 0);
  CHECK(memo.find(1) == nullptr);
  CHECK(memo.find(16)->cost() == 2);
  CHECK(memo.find(256)->cost() == 3);
  memo.learn(2, 4, 0);  // of another set: nobody has to go
  CHECK(memo.find(2)->cost() == 4);
  CHECK(memo.find(16)->cost() == 2);
  CHECK(memo.find(256)->cost() == 3);
}

TEST_CASE("a length that takes another's place knows nothing of it") {
  Memo memo;
  pt::detail::SharingRecord record;
  record.alone_ns = 1;
  record.since_alone = 3;
  memo.of(1).remember(record);
  for (int i = 0; i != 3; ++i) memo.of(1).learn(i % 2 == 0 ? 10'000.0F : 1.0F, i % 2 == 0 ? 1.0F : 10'000.0F, 100);
  CHECK_FALSE(memo.of(1).is_settled());
  memo.learn(16, 1, 0);
  Memo::Length& made = memo.of(256);
  CHECK(memo.find(1) == nullptr);
  CHECK(made.cost() == 0);
  CHECK(made.is_settled());
  CHECK(made.sharing_record().alone_ns == 0);
  CHECK(made.sharing_record().since_alone == 0);
}

TEST_CASE("what sharing has brought is remembered, word for word") {
  Memo memo;
  pt::detail::SharingRecord record;
  record.alone_ns = 1;
  record.alone_items = 2;
  record.since_alone = 3;
  record.account.saved = 4;
  record.account.tried = 5;
  record.account.alone_for = 6;
  record.account.penalty = 7;
  memo.of(100).remember(record);
  pt::detail::SharingRecord const seen = memo.of(100).sharing_record();
  CHECK(seen.alone_ns == 1);
  CHECK(seen.alone_items == 2);
  CHECK(seen.since_alone == 3);
  CHECK(seen.account.saved == 4);
  CHECK(seen.account.tried == 5);
  CHECK(seen.account.alone_for == 6);
  CHECK(seen.account.penalty == 7);
}

TEST_CASE("a length is doubted once a forecast was wrong, and for as many right ones as that counts") {
  Memo memo;
  Memo::Length& length = memo.of(1000);
  CHECK(length.is_settled());
  length.learn(100, 0, 1000);  // nothing was forecast
  CHECK(length.is_settled());
  length.learn(100, 101, 1000);
  CHECK(length.is_settled());
  length.learn(10, 100, 1000);
  CHECK_FALSE(length.is_settled());
  CHECK(length.cost() == 10);
  length.learn(10, 10, 1000);
  CHECK(length.is_settled());
  length.learn(10, 100, 1000);
  CHECK_FALSE(length.is_settled());
  for (int wrong = 0; wrong != 20; ++wrong) length.learn(10, 100, 1000);
  for (int right = 0; right != 8; ++right) {
    length.learn(10, 10, 1000);
    CHECK_FALSE(length.is_settled());
  }
  length.learn(10, 10, 1000);
  CHECK(length.is_settled());
  for (int right = 0; right != 3; ++right) length.learn(10, 10, 1000);
  length.learn(100, 10, 1000);
  CHECK_FALSE(length.is_settled());  // from no doubt at all
  length.learn(100, 100, 1000);
  CHECK(length.is_settled());
}

TEST_CASE("loops of less than a microsecond tell nothing of their forecast") {
  Memo memo;
  Memo::Length& length = memo.of(10);
  length.learn(10, 99, 10);
  CHECK(length.is_settled());
  length.learn(99, 10, 10);
  CHECK(length.is_settled());
  length.learn(10, 101, 10);
  CHECK_FALSE(length.is_settled());
  Memo::Length& dearer = memo.of(100);
  dearer.learn(101, 10, 10);
  CHECK_FALSE(dearer.is_settled());
}

TEST_CASE("what is dear by the forecast and by what it took is not doubted") {
  Memo memo;
  Memo::Length& length = memo.of(8);
  length.learn(100'000, 10'000'000, 8);
  CHECK(length.is_settled());
  length.learn_shared(10'000'000, 100'000, 8);
  CHECK(length.is_settled());
  length.learn(99'000, 10'000'000, 8);
  CHECK_FALSE(length.is_settled());
}

TEST_CASE("of lengths not seen the longest tells, up to eight times as long") {
  Memo memo;
  CHECK(memo.guess(1000) == 0);
  memo.cost.store(9);
  CHECK(memo.guess(1'000'000) == 9);  // somebody has said so
  memo.learn(100, 7, 0);              // 64 to 127
  CHECK(memo.guess(1) == 7);
  CHECK(memo.guess(511) == 7);
  CHECK(memo.guess(512) == 0);
  memo.learn(10, 50, 0);  // shorter ones don't
  CHECK(memo.guess(511) == 7);
  memo.learn(120, 8, 0);
  CHECK(memo.guess(511) == 8);
  memo.learn(1000, 3, 0);
  CHECK(memo.guess(511) == 3);
  CHECK(memo.guess(4095) == 3);
  CHECK(memo.guess(4096) == 0);
}

TEST_CASE("what a position costs alone stays known as long as shared runs take what they took, and no longer") {
  Memo memo;
  Memo::Length& length = memo.of(1000);
  length.learn_shared(100, 0, 1000);  // nobody else has told
  CHECK(length.cost() == 100);
  length.learn_shared(150, 100, 1000);
  CHECK(length.cost() == 150);
  length.learn(50, 150, 1000);
  CHECK(length.cost() == 50);
  for (float const now : {200.0F, 700.0F, 199.0F}) {  // like the last one each, and not sixteen times as much
    length.learn_shared(now, 50, 1000);
    CHECK(length.cost() == 50);
    CHECK(length.is_settled());
  }
  length.learn_shared(900, 50, 1000);
  CHECK(length.cost() == 900);
  CHECK_FALSE(length.is_settled());
  // Without a forecast the shared run tells.
  Memo::Length& other = memo.of(10'000);
  other.learn_shared(100, 0, 10'000);
  other.learn(50, 0, 10'000);
  other.learn_shared(120, 0, 10'000);
  CHECK(other.cost() == 120);
  // What costs less than a nanosecond is known as well.
  Memo::Length& cheap = memo.of(100'000);
  cheap.learn_shared(0.75F, 0, 100'000);
  cheap.learn(0.5F, 0.75F, 100'000);
  cheap.learn_shared(0.8F, 0.5F, 100'000);
  CHECK(cheap.cost() == 0.5F);
}

TEST_CASE("a length that takes another's place does not know what that took shared, and the longest shared run tells") {
  Memo memo;
  memo.learn_shared(1, 1'000, 0);
  CHECK(memo.guess(1) == 1'000);
  memo.learn(16, 1, 0);
  memo.learn_shared(256, 100, 0);  // where 1 was
  CHECK(memo.find(1) == nullptr);
  CHECK(memo.guess(256) == 100);
  memo.learn(256, 50, 100);
  memo.learn_shared(256, 120, 50);
  CHECK(memo.find(256)->cost() == 50);
}

TEST_CASE("a memo begins with nothing but zeros") {
  // In compiled mode a file has no more of it than room that begins so, which the library takes for a memo.
  static Memo memo;
  unsigned char bytes[sizeof(Memo)];
  std::memcpy(bytes, static_cast<void const*>(&memo), sizeof bytes);
  std::size_t others = 0;
  for (unsigned char const byte : bytes) others += byte != 0 ? 1U : 0U;
  CHECK(others == 0);
  memo.learn(100, 7, 0);
  std::memcpy(bytes, static_cast<void const*>(&memo), sizeof bytes);
  for (unsigned char const byte : bytes) others += byte != 0 ? 1U : 0U;
  CHECK(others != 0);
}
