#include <parallel_task/machines/post.hpp>

#include "../catch.hpp"

#include "link_by_hand.hpp"

#include <memory>

namespace machines {
namespace {

using detail::BoundMessage;
using detail::Letter;
using detail::MessageKind;
using detail::Post;
using detail::WantMessage;

struct Office {
  explicit Office(int rank)
      : post(std::make_unique<LinkByHand>(rank, 3)), link(static_cast<LinkByHand&>(post.link())) {}
  std::vector<std::uint64_t> bounds() {
    std::vector<std::uint64_t> all;
    post.receive([&](Letter& letter) { all.push_back(letter.as<BoundMessage>().bound); });
    return all;
  }
  std::vector<std::uint64_t> early_bounds() {
    std::vector<std::uint64_t> all;
    post.receive_early([&](Letter& letter) { all.push_back(letter.as<BoundMessage>().bound); });
    return all;
  }
  Post post;
  LinkByHand& link;
};

TEST_CASE("a message of another call waits for that or is dropped") {
  Office office(1);
  office.post.begin_call();
  office.link.come(0, 3, BoundMessage{30});
  office.link.come(0, 1, BoundMessage{10});
  office.link.come(0, 0, BoundMessage{1});
  office.link.come(0, 2, BoundMessage{20});
  CHECK(office.bounds() == std::vector<std::uint64_t>{10});
  CHECK(office.bounds().empty());
  CHECK(office.early_bounds().empty());  // not before its call has begun
  office.post.begin_call();
  CHECK(office.early_bounds() == std::vector<std::uint64_t>{20});
  office.link.come(0, 1, BoundMessage{11});
  CHECK(office.bounds().empty());
  office.post.begin_call();
  CHECK(office.early_bounds() == std::vector<std::uint64_t>{30});
}

TEST_CASE("a message says who has sent it and of which kind it is") {
  Office office(0);
  CHECK((office.post.is_root() && office.post.ranks() == 3));
  office.post.begin_call();
  office.link.come(2, 1, WantMessage{"here", 7, 1.5, {}});
  int letters = 0;
  office.post.receive([&](Letter& letter) {
    ++letters;
    CHECK(letter.from == 2);
    CHECK(letter.kind == MessageKind::want);
    CHECK(letter.as<WantMessage>().where == "here");
  });
  CHECK(letters == 1);
}

TEST_CASE("what is sent belongs to the call at which its sender is") {
  Office office(0);
  office.post.begin_call();
  office.post.begin_call();
  office.post.send(2, BoundMessage{5});
  REQUIRE(office.link.sent.size() == 1);
  detail::Reader in(office.link.sent[0].bytes);
  CHECK(detail::read_head(in).call == 2);
  CHECK(office.link.sent[0].to == 2);
}

TEST_CASE("a message that is none for this rank is refused and those behind it can be read") {
  Office root(0);
  root.post.begin_call();
  root.link.come(1, 1, BoundMessage{5});
  CHECK_THROWS(root.bounds());
  Office other(1);
  other.post.begin_call();
  other.link.come(2, 1, WantMessage{});
  other.link.come(0, 1, BoundMessage{5});
  CHECK_THROWS(other.bounds());
  CHECK(other.bounds() == std::vector<std::uint64_t>{5});
}

}  // namespace
}  // namespace machines
