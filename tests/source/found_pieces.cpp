#include <parallel_task/source/found_pieces.hpp>

#include "parts.hpp"
#include "shuffle.hpp"

#include <cstdlib>
#include <string>

namespace {

using parts::Ints;
using parts::Parts;

bool separates(int x) { return x == 3 || x == 10; }
bool near(int x, int y) { return std::abs(x - y) < 5; }

Parts split_at(Ints const& v) {
  Parts result{{}};
  for (int x : v) {
    if (separates(x)) {
      result.emplace_back();
    } else {
      result.back().push_back(x);
    }
  }
  return result;
}
Parts split_behind(Ints const& v) {
  Parts result;
  bool fresh = true;
  for (int x : v) {
    if (fresh) result.emplace_back();
    result.back().push_back(x);
    fresh = separates(x);
  }
  return result;
}
Parts grouped(Ints const& v) {
  Parts result;
  for (std::size_t i = 0; i != v.size(); ++i) {
    if (i == 0 || !near(v[i - 1], v[i])) result.emplace_back();
    result.back().push_back(v[i]);
  }
  return result;
}

}  // namespace

TEST_CASE("split gives what is between separators, of every kind of range") {
  parts::over_every_range([](auto&& r) { return pt::split(static_cast<decltype(r)&&>(r), separates); }, split_at);
}

TEST_CASE("split_after gives what ends with a separator, of every kind of range") {
  parts::over_every_range([](auto&& r) { return pt::split_after(static_cast<decltype(r)&&>(r), separates); },
                          split_behind);
}

TEST_CASE("chunk_by gives what belongs together, of every kind of range") {
  parts::over_every_range([](auto&& r) { return pt::chunk_by(static_cast<decltype(r)&&>(r), near); }, grouped);
}

TEST_CASE("pieces longer than any block are found once, and can be written to") {
  Ints v(5000, 1);
  v[3000] = 3;
  for_each_schedule([&v] {
    CHECK(pt::split(v, separates).map([](auto piece) { return piece.size(); }).collect<std::vector>() ==
          std::vector<std::size_t>{3000, 1999});
    CHECK(pt::split(std::as_const(v), separates).map([](auto piece) { return piece.size(); }).collect<std::vector>() ==
          std::vector<std::size_t>{3000, 1999});
    CHECK(pt::chunk_by(std::as_const(v), [](int x, int y) { return x == y; }).count() == 3);
    pt::split_after(v, separates).for_each([](auto piece) { piece.front() += 3 - 3; });
    CHECK(pt::chunk_by(v, [](int x, int y) { return x == y; }).count() == 3);
  });
}

TEST_CASE("pieces are where they were before any of them was changed") {
  Ints whole;
  for (int i = 0; i != 3000; ++i) whole.push_back(i * 7 % 11);
  std::vector<Ints> const between = split_at(whole);
  std::vector<Ints> const behind = split_behind(whole);
  std::vector<Ints> const together = grouped(whole);
  // Each piece becomes separators, or none, or what goes with its neighbours.
  auto const becomes = [](int x) {
    return [x](auto piece) {
      for (int& item : piece) item = x;
      return static_cast<std::size_t>(piece.size());
    };
  };
  auto const sizes = [](std::vector<Ints> const& pieces) {
    std::vector<std::size_t> result;
    for (Ints const& piece : pieces) result.push_back(piece.size());
    return result;
  };
  for (int const x : {0, 1, 3, 6}) {
    for_each_schedule([&] {
      Ints v = whole;
      CHECK(pt::split(v, separates).map(becomes(x)).collect<std::vector>() == sizes(between));
      v = whole;
      CHECK(pt::split_after(v, separates).map(becomes(x)).collect<std::vector>() == sizes(behind));
      std::deque<int> deque(whole.begin(), whole.end());
      CHECK(pt::chunk_by(deque, near).map(becomes(x)).collect<std::vector>() == sizes(together));
    });
  }
}
