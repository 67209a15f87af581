#include <parallel_task/terminal/histogram.hpp>

#include "every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <cstdint>
#include <stdexcept>

using namespace every;

TEST_CASE("histogram counts what the loop counts, with few bins and many") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    for (int bins : {5, 10'000}) {
      std::vector<std::size_t> wanted(static_cast<std::size_t>(bins));
      for (int x : expected) ++wanted[static_cast<std::size_t>((x + 3) % bins)];
      CHECK(run(make(), detail::make_histogram(bins, [bins](int x) { return (x + 3) % bins; })) == wanted);
    }
  });
}

TEST_CASE("histogram of bytes and of answers, and what is in no bin") {
  std::vector<std::uint8_t> bytes(1000);
  for (std::size_t i = 0; i != bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  for_each_schedule([&] {
    auto const counts = bytes | pt::parallel_iter | pt::histogram(256);
    CHECK(counts.size() == 256);
    CHECK((counts[0] == 4 && counts[255] == 3));
    CHECK(pt::parallel_iter(bytes).histogram(2, [](int x) { return x < 100; }) == std::vector<std::size_t>{600, 400});
    CHECK_THROWS_AS(pt::parallel_iter(bytes).histogram(255), std::out_of_range);
    auto const few = [](int x) { return static_cast<std::uint8_t>(x < 999 ? x % 2 : 2); };
    CHECK(pt::indices(999).histogram(2, few) == std::vector<std::size_t>{500, 499});
    CHECK_THROWS_AS(pt::indices(1000).histogram(2, few), std::out_of_range);
    auto const twice = [](int x) { return std::vector<std::uint8_t>(2, static_cast<std::uint8_t>(x)); };
    CHECK(pt::indices(3).flat_map(twice).histogram(5000)[2] == 2);
    CHECK(pt::indices(3).flat_map(twice).histogram(3) == std::vector<std::size_t>{2, 2, 2});
    CHECK_THROWS_AS(pt::indices(4).flat_map(twice).histogram(3), std::out_of_range);
    CHECK_THROWS_AS(pt::indices(4).map([](int x) { return x == 2; }).histogram(1), std::out_of_range);
    CHECK_THROWS_AS(pt::indices(-1, 5).histogram(5), std::out_of_range);
    CHECK_THROWS_AS(pt::parallel_iter(bytes).histogram(-1), std::invalid_argument);
    CHECK(pt::parallel_iter(bytes).take(0).histogram(0).empty());
  });
}
