#include <parallel_task/stage/interleave.hpp>

#include "stage/stages.hpp"

#include <algorithm>
#include <list>
#include <optional>

using namespace stages;

namespace {

ints by_turns(ints const& a, ints const& b) {
  ints result;
  for (size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    if (i < a.size()) result.push_back(a[i]);
    if (i < b.size()) result.push_back(b[i]);
  }
  return result;
}

struct Upwards {
  int* read;
  int end;
  int at = 0;
  std::optional<int> next() { return at == end ? std::nullopt : (++*read, std::optional(at++)); }
};

}  // namespace

TEST_CASE("interleave gives items by turns, from every source with an index") {
  ints const other{-1, -2, -3, -4, -5};
  std::list<int> const list(other.begin(), other.end());
  over_every_index([&](auto pipe, ints const& expected) {
    ints const wanted = by_turns(expected, other);
    CHECK(pipe().copied().interleave(other).template collect<std::vector>() == wanted);
    CHECK(pipe().copied().interleave(list).template collect<std::vector>() == wanted);
    CHECK(pt::parallel_iter(list).copied().interleave(pipe().copied()).template collect<std::vector>() ==
          by_turns(other, expected));
    CHECK(pipe().copied().interleave(list).reverse().template collect<std::vector>() ==
          ints(wanted.rbegin(), wanted.rend()));
  });
}

TEST_CASE("interleave with an empty range is the other one") {
  ints const v{1, 2, 3};
  ints const none;
  for_each_schedule([&] {
    CHECK(pt::parallel_iter(v).interleave(none).collect<std::vector>() == v);
    CHECK(pt::parallel_iter(none).interleave(v).collect<std::vector>() == v);
    CHECK(pt::parallel_iter(none).interleave(none).count() == 0);
  });
}

TEST_CASE("interleave reads no more of a stream than its share") {
  for_each_schedule([] {
    int read = 0;
    CHECK(pt::par_bridge(Upwards{&read, 1000}).interleave(ints{-1, -2, -3}).take(5).collect<std::vector>() ==
          ints{0, -1, 1, -2, 2});
    CHECK(read == 3);
  });
}

TEST_CASE("interleave, piped") {
  ints const v{1, 2, 3};
  ints const w{4};
  CHECK((v | pt::parallel_iter | pt::interleave(w) | pt::collect<std::vector>()) == ints{1, 4, 2, 3});
}
