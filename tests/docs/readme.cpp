// The code of README.md: see tutorial.cpp.
#include "catch.hpp"

#include <parallel_task/parallel_task.hpp>

#include <chrono>
#include <cmath>
#include <cstddef>
#include <optional>
#include <ranges>
#include <sstream>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

TEST_CASE("README: a pipeline") {
  std::vector<double> const numbers{4, -1, 9, -4, 16};
  // cut: readme_pipeline
  std::vector<double> const roots = pt::parallel_iter(numbers)
                                        .filter([](double x) { return x > 0; })
                                        .map([](double x) { return std::sqrt(x); })
                                        .collect<std::vector>();
  // end
  REQUIRE(roots == std::vector<double>{2, 3, 4});
}

TEST_CASE("README: a range is borrowed or consumed") {
  std::vector<int (*)()> const jobs(100, [] { return 7; });
  std::vector<std::string> names{"a", "a long name"};
  auto const is_long = [](std::string const& name) { return name.size() > 4; };
  std::vector<std::size_t> squares(1'000);
  // cut: readme_sources
  auto const results = pt::parallel_iter(jobs)
                           .map([](auto const& job) { return job(); })
                           .collect<std::vector>();
  auto const moved =
      pt::into_parallel_iter(std::move(names)).filter(is_long).collect<std::vector>();
  pt::parallel_for(squares.size(), [&](std::size_t i) { squares[i] = i * i; });
  // end
  REQUIRE(results == std::vector<int>(100, 7));
  REQUIRE(moved == std::vector<std::string>{"a long name"});
  REQUIRE(squares[999] == 998'001);
}

TEST_CASE("README: a hash map, a stream") {
  std::unordered_map<std::string, double> accounts{{"me", 100.0}, {"the bank", 1e9}};
  // cut: readme_hash_map
  pt::parallel_iter(accounts).for_each([](std::string const& owner, double& balance) {
    if (owner != "the bank") balance *= 1.01;
  });
  // end
  REQUIRE(accounts.at("me") == 101.0);
  REQUIRE(accounts.at("the bank") == 1e9);

  std::istringstream input("one two three");
  std::ostringstream output;
  auto const translate = [](std::string const& word) { return "<" + word + ">"; };
  // cut: readme_stream
  pt::par_bridge(std::views::istream<std::string>(input))
      .map(translate)
      .for_each_ordered([&](std::string const& word) { output << word << '\n'; }, 100);
  // end
  REQUIRE(output.str() == "<one>\n<two>\n<three>\n");
}

TEST_CASE("README: reductions and pipes") {
  std::vector<std::string> const words{"in ", "this ", "order"};
  std::vector<double> const temperatures{21.5, 19.0, 23.25};
  // cut: readme_reductions
  auto const joined = [](std::string left, std::string const& right) {
    return std::move(left) + right;
  };
  std::string const sentence = pt::parallel_iter(words).reduce(std::string(), joined);
  std::optional<double> const hottest = pt::parallel_iter(temperatures).max();
  std::optional<long> const first =
      pt::indices(2L, 1'000'000L).find_first([](long i) { return i * i > 5'000; });
  // end
  REQUIRE(sentence == "in this order");
  REQUIRE(hottest == 23.25);
  REQUIRE(first == 71);

  std::vector<int> const integers{1, 2, 3, 4};
  // cut: readme_pipes
  auto const evens = pt::filter([](int i) { return i % 2 == 0; });
  long const sum = integers | pt::parallel_iter | evens |
                   pt::map([](int i) { return 3L * i; }) | pt::sum();
  // end
  REQUIRE(sum == 18);
}

TEST_CASE("README: limits") {
  std::vector<int> const integers(1'000, 4);
  auto const slow = [](int i) { return std::sqrt(i); };
  auto const consume = [](double) {};
  // cut: readme_limits
  pt::RunReport report;
  pt::parallel_iter(integers)
      .map(slow)
      .threads(4)
      .deadline(std::chrono::seconds(10))  // after that: throws pt::cancelled
      .report(report)
      .for_each(consume);
  // end
  REQUIRE(report.items == integers.size());
}
