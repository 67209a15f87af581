// As many positions as can be counted, and a few fewer: nothing wraps, and what would is refused.
#include <parallel_task/parallel_task.hpp>

#include "catch.hpp"

#include <cstddef>
#include <list>
#include <optional>
#include <stdexcept>
#include <vector>

namespace pt = parallel_task;

namespace {

constexpr std::size_t most = ~std::size_t{0};

/// Around 2^31, 2^32 and half of what there is, and up to all of it.
std::vector<std::size_t> edges() {
  std::vector<std::size_t> all;
  auto const around = [&all](std::size_t middle) {
    for (std::size_t n = middle - 3; n != middle + 4; ++n) all.push_back(n);
  };
  around(std::size_t{1} << 31);
  if constexpr (sizeof(std::size_t) == 8) {
    around(most / 0xFFFFFFFF);  // 2^32 + 1
    around(most / 2 + 1);
  }
  for (std::size_t n = most - 4; n != 0; ++n) all.push_back(n);
  return all;
}

std::optional<std::size_t> sum_of(std::size_t a, std::size_t b) {
  return a > most - b ? std::nullopt : std::optional(a + b);
}

/// A pipeline has `size` positions, the last item is `last`, and the three at the end can be had by their positions.
template <class Make>
void ends_with(char const* name, std::size_t n, std::optional<std::size_t> size, std::size_t last, Make const& make) {
  CAPTURE(name, n);
  if (!size) {
    CHECK_THROWS_AS(make().size(), std::length_error);
    CHECK_THROWS_AS(make().any([](std::size_t) { return true; }), std::length_error);
    return;
  }
  CHECK(make().size() == *size);
  std::size_t const three = *size < 3 ? *size : 3;
  std::vector<std::size_t> const tail = make().drop(*size - three).template collect<std::vector<std::size_t>>();
  CHECK(tail.size() == three);
  CHECK((!tail.empty() && tail.back() == last));
}

}  // namespace

TEST_CASE("stages count right up to as many positions as there can be, and refuse more") {
  for (std::size_t const n : edges()) {
    auto const all = [n] { return pt::indices(std::size_t{0}, n); };
    auto const some = [](std::size_t k) { return pt::indices(std::size_t{0}, k); };
    ends_with("indices", n, n, n - 1, all);
    ends_with("indices by three", n, n / 3 + (n % 3 != 0 ? 1 : 0), (n - 1) / 3 * 3,
              [n] { return pt::indices(std::size_t{0}, n, 3); });
    ends_with("drop", n, n - 5, n - 1, [&] { return all().drop(5); });
    ends_with("take", n, n - 1, n - 2, [&] { return all().take(n - 1); });
    ends_with("take a few", n, 4, 3, [&] { return all().take(4); });
    ends_with("reverse", n, n, 0, [&] { return all().reverse(); });
    ends_with("reverse, stride", n, n / 7 + (n % 7 != 0 ? 1 : 0), (n - 1) % 7,
              [&] { return all().reverse().stride(7); });
    ends_with("stride by all", n, 1, 0, [&] { return all().stride(n); });
    ends_with("zip", n, n, n - 1,
              [&] { return all().zip(some(most)).map([](std::size_t, std::size_t i) { return i; }); });
    ends_with("a few zipped", n, 4, 3,
              [&] { return some(4).zip(all()).map([](std::size_t, std::size_t i) { return i; }); });
    ends_with("chain", n, sum_of(n, 3), 2, [&] { return all().chain(some(3)); });
    ends_with("chained", n, sum_of(3, n), n - 1, [&] { return some(3).chain(all()); });
    ends_with("chain of both", n, sum_of(n, n), n - 1, [&] { return all().chain(all()); });
    ends_with("intersperse", n, sum_of(n, n - 1), n - 1, [&] { return all().intersperse(std::size_t{7}); });
  }
}

TEST_CASE("a walked range goes before more positions than both together can have, and is refused") {
  std::list<std::size_t> const three{1, 2, 3};
  auto const with = [&](std::size_t n) { return pt::parallel_iter(three).chain(pt::indices(std::size_t{0}, n)); };
  CHECK(with(most - 3).size() == most);
  CHECK(with(most - 3).find_first([](std::size_t i) { return i == 77; }) == std::size_t{77});
  CHECK_THROWS_AS(with(most - 2).size(), std::length_error);
  CHECK_THROWS_AS(with(most).any([](std::size_t) { return true; }), std::length_error);
}

TEST_CASE("a container for all positions that there can be is refused, not written to") {
  CHECK_THROWS(pt::indices(std::size_t{0}, most).collect<std::vector>());
  std::vector<std::size_t> some(3);
  CHECK_THROWS(pt::indices(std::size_t{0}, most).collect_into(some));
}
