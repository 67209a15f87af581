#include <parallel_task/core/feed.hpp>

#include "catch.hpp"

#include <utility>
#include <vector>

namespace detail = parallel_task::detail;
using parallel_task::Block;

namespace {

struct Plain {
  std::vector<std::size_t> seen;
  bool operator()(std::size_t i) {
    seen.push_back(i);
    return i != 20;
  }
};
struct Laned {
  static constexpr std::size_t lanes = 4;
  std::vector<std::size_t> seen;
  std::vector<std::size_t> in_lane[lanes];
  bool operator()(std::size_t i) {
    seen.push_back(i);
    return true;
  }
  bool lane(std::size_t j, std::size_t i) {
    in_lane[j].push_back(i);
    return true;
  }
};

auto const itself = [](std::size_t i, auto&& next) { return next(std::move(i)); };

}  // namespace

TEST_CASE("a block is fed in order, up to the sink's false") {
  Plain all;
  CHECK(detail::feed_by_index(itself, Block{3, 6}, all));
  CHECK(all.seen == std::vector<std::size_t>{3, 4, 5});
  Plain cut;
  CHECK_FALSE(detail::feed_by_index(itself, Block{19, 30}, cut));
  CHECK(cut.seen == std::vector<std::size_t>{19, 20});
  CHECK(detail::feed_by_index(itself, Block{5, 5}, cut));
}

TEST_CASE("neighbours go to neighbouring lanes, the rest to none") {
  Laned k;
  CHECK(detail::feed_by_index(itself, Block{10, 20}, k));
  CHECK(k.in_lane[0] == std::vector<std::size_t>{10, 14});
  CHECK(k.in_lane[3] == std::vector<std::size_t>{13, 17});
  CHECK(k.seen == std::vector<std::size_t>{18, 19});
}
