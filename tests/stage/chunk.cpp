#include <parallel_task/stage/chunk.hpp>

#include "stage/stages.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>

using namespace stages;

namespace {

std::vector<ints> in_chunks(ints const& items, size_t n) {
  std::vector<ints> result;
  for (size_t i = 0; i != items.size(); ++i) {
    if (i % n == 0) result.emplace_back();
    result.back().push_back(items[i]);
  }
  return result;
}

struct CountUp {
  int* read;
  int at = 0;
  std::optional<int> next() { return ++*read, at++; }
};

}  // namespace

TEST_CASE("chunk gives neighbouring items in vectors, from every source with an index") {
  over_every_index([](auto pipe, ints const& expected) {
    for (size_t n : {1U, 3U, 64U, 5000U}) {
      auto wanted = in_chunks(expected, n);
      CHECK(pipe().chunk(n).template collect<std::vector>() == wanted);
      CHECK(pipe().chunk(n).size() == wanted.size());
      std::reverse(wanted.begin(), wanted.end());
      CHECK(pipe().chunk(n).reverse().template collect<std::vector>() == wanted);
    }
  });
}

TEST_CASE("fold_chunks joins neighbouring items, from every source with an index") {
  over_every_index([](auto pipe, ints const& expected) {
    for (size_t n : {1U, 3U, 64U, 5000U}) {
      ints wanted;
      for (ints const& part : in_chunks(expected, n)) wanted.push_back(std::accumulate(part.begin(), part.end(), 0));
      CHECK(pipe()
                .fold_chunks(
                    n, [] { return 0; }, std::plus<>())
                .template collect<std::vector>() == wanted);
      CHECK(pipe()
                .fold_chunks(
                    n, [] { return 0; }, [](int& a, int x) { a += x; })
                .template collect<std::vector>() == wanted);
    }
  });
}

TEST_CASE("chunk moves items that are the pipeline's, and copies those of a range") {
  std::vector<std::unique_ptr<int>> given;
  for (int i = 0; i != 5; ++i) given.push_back(std::make_unique<int>(i));
  auto const parts = pt::into_parallel_iter(std::move(given)).chunk(2).collect<std::vector>();
  REQUIRE(parts.size() == 3);
  CHECK(*parts[2][0] == 4);
  std::vector<std::string> const words{"to", "be", "or"};
  auto const copied = pt::parallel_iter(words).chunk(2).collect<std::vector>();
  CHECK(copied == std::vector<std::vector<std::string>>{{"to", "be"}, {"or"}});
}

TEST_CASE("chunk reads no more of a stream than the chunks that are taken") {
  for_each_schedule([] {
    int read = 0;
    CHECK(pt::par_bridge(CountUp{&read}).chunk(3).take(2).collect<std::vector>() ==
          std::vector<ints>{{0, 1, 2}, {3, 4, 5}});
    CHECK(read == 6);
  });
}

TEST_CASE("a chunk of 0 items is std::invalid_argument where it is made") {
  ints const v{1};
  CHECK_THROWS_AS((void)pt::parallel_iter(v).chunk(0), std::invalid_argument);
  CHECK_THROWS_AS((void)pt::parallel_iter(v).chunk(-1), std::invalid_argument);
  CHECK_THROWS_AS((void)pt::chunk(0), std::invalid_argument);
  CHECK_THROWS_AS((void)pt::chunk(v, 0), std::invalid_argument);
  CHECK_THROWS_AS((void)pt::parallel_iter(v).fold_chunks(
                      0, [] { return 0; }, std::plus<>()),
                  std::invalid_argument);
}

TEST_CASE("chunk and fold_chunks, piped") {
  ints const v{1, 2, 3};
  CHECK((v | pt::parallel_iter | pt::chunk(2) | pt::collect<std::vector>()) == std::vector<ints>{{1, 2}, {3}});
  CHECK((v | pt::parallel_iter |
         pt::fold_chunks(
             2, [] { return 0; }, std::plus<>()) |
         pt::collect<std::vector>()) == ints{3, 3});
}
