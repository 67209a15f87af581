#include <parallel_task/controller/segments.hpp>

#include "catch.hpp"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

namespace pt = parallel_task;
namespace detail = parallel_task::detail;

namespace {

int alive = 0;
bool open_throws = false;

template <std::size_t bytes, std::size_t alignment>
struct Payload {
  alignas(alignment) unsigned char filler[bytes];
};

template <std::size_t bytes, std::size_t alignment = 8>
pt::Job job() {
  pt::Job j;
  j.bytes = sizeof(Payload<bytes, alignment>);
  j.alignment = alignof(Payload<bytes, alignment>);
  j.open = [](void*, void* where) {
    if (open_throws) throw std::runtime_error("open");
    ::new (where) Payload<bytes, alignment>;
    ++alive;
  };
  j.close = [](void*) noexcept { --alive; };
  return j;
}

void close_all(detail::Member& member, pt::Job const& j) {
  for (detail::SegmentNode* node = member.segments; node != nullptr;) {
    detail::SegmentNode* const next = node->next;
    detail::close_segment(node, j);
    node = next;
  }
  member.segments = nullptr;
}

bool aligned(void const* where, std::size_t alignment) {
  return reinterpret_cast<std::uintptr_t>(where) % alignment == 0;
}

}  // namespace

TEST_CASE("a member's first small segment needs no heap, later ones and large ones do") {
  detail::Member member;
  pt::Job const small = job<64>();
  detail::SegmentNode& first = detail::open_segment(member, small, 10);
  CHECK(first.memory == nullptr);
  CHECK(first.first == 10);
  CHECK(first.last == 10);
  CHECK(aligned(first.where, 8));
  detail::SegmentNode& second = detail::open_segment(member, small, 5);
  CHECK(second.memory != nullptr);
  CHECK(member.segments == &second);
  CHECK(second.next == &first);
  CHECK(member.counts.segments == 2);
  CHECK(alive == 2);
  close_all(member, small);
  CHECK(alive == 0);

  detail::Member other;
  pt::Job const large = job<1000>();
  CHECK(detail::open_segment(other, large, 0).memory != nullptr);
  close_all(other, large);
  CHECK(alive == 0);
}

TEST_CASE("a segment is aligned as its payload wants it") {
  detail::Member member;
  pt::Job const j = job<64, 256>();
  for (std::size_t i = 0; i != 5; ++i) CHECK(aligned(detail::open_segment(member, j, i).where, 256));
  close_all(member, j);
  detail::Member other;
  pt::Job const k = job<64, 64>();
  for (std::size_t i = 0; i != 2; ++i) CHECK(aligned(detail::open_segment(other, k, i).where, 64));
  close_all(other, k);
  CHECK(alive == 0);
}

TEST_CASE("where opening throws nothing is left behind") {
  detail::Member member;
  for (pt::Job const& j : {job<64>(), job<1000>()}) {
    open_throws = true;
    CHECK_THROWS_AS(detail::open_segment(member, j, 0), std::runtime_error);
    open_throws = false;
    CHECK(member.segments == nullptr);
    CHECK(member.counts.segments == 0);
    CHECK_FALSE(member.storage_used);
  }
  pt::Job const j = job<64>();
  CHECK(detail::open_segment(member, j, 0).memory == nullptr);  // the member's own storage is still free
  close_all(member, j);
  CHECK(alive == 0);
}

TEST_CASE("segments are sorted by position, equal ones keep their order") {
  std::mt19937 random(5);
  for (std::size_t n : std::initializer_list<std::size_t>{0, 1, 2, 3, 10, 255, 256, 257, 5000}) {
    std::vector<detail::SegmentNode> nodes(n);
    detail::SegmentNode* list = nullptr;
    for (std::size_t i = n; i-- != 0;) {
      nodes[i].first = random() % (n + 1);
      nodes[i].next = list;
      list = &nodes[i];
    }
    std::size_t count = 0;
    detail::SegmentNode const* before = nullptr;
    bool sorted = true;
    for (detail::SegmentNode* node = detail::sort_by_position(list); node != nullptr; node = node->next, ++count) {
      if (before != nullptr) {
        sorted = sorted && (before->first < node->first || (before->first == node->first && before < node));
      }
      before = node;
    }
    CHECK(sorted);
    CHECK(count == n);
  }
}

TEST_CASE("sorting a hundred thousand segments takes no stack") {
  std::vector<detail::SegmentNode> nodes(100'000);
  detail::SegmentNode* list = nullptr;
  for (detail::SegmentNode& node : nodes) {
    node.first = static_cast<std::size_t>(&node - nodes.data());
    node.next = list;
    list = &node;
  }
  list = detail::sort_by_position(list);
  CHECK(list == nodes.data());
}

TEST_CASE("sizes are rounded up to the next multiple of the alignment") {
  std::size_t const expected[][2] = {{0, 0}, {1, 64}, {63, 64}, {64, 64}, {65, 128}, {200, 256}};
  for (auto const& [size, rounded] : expected) CHECK(parallel_task::detail::round_up(size, 64) == rounded);
}

TEST_CASE("a segment that just fits is in the member, and one that does not leaves that to the next") {
  constexpr std::size_t header = 64;
  constexpr std::size_t room = sizeof(detail::Member::storage) - header;
  static_assert(sizeof(detail::SegmentNode) <= header);
  alive = 0;
  detail::Member member;
  pt::Job const fits = job<room>();
  pt::Job const too_large = job<room + 1, 1>();
  CHECK(detail::open_segment(member, too_large, 0).memory != nullptr);
  CHECK_FALSE(member.storage_used);
  CHECK(detail::open_segment(member, fits, 1).memory == nullptr);
  CHECK(member.storage_used);
  CHECK(detail::open_segment(member, fits, 2).memory != nullptr);
  CHECK(alive == 3);
  close_all(member, fits);
  CHECK(alive == 0);
}

TEST_CASE("a segment knows by what its memory was aligned") {
  detail::Member member;
  pt::Job const wide = job<8, 256>();
  detail::SegmentNode& node = detail::open_segment(member, wide, 0);
  CHECK(node.alignment == 256);
  CHECK(reinterpret_cast<std::uintptr_t>(node.where) % 256 == 0);
  close_all(member, wide);
}
