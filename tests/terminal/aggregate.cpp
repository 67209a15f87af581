#include <parallel_task/terminal/aggregate.hpp>

#include "every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <functional>
#include <map>
#include <string>

using namespace every;

TEST_CASE("aggregate adds all items in order, by returned and by changed accumulators") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    std::string wanted;
    for (int x : expected) wanted += std::to_string(x) + ",";
    auto const empty = [] { return std::string(); };
    auto const returned = [](std::string a, int x) { return std::move(a) + std::to_string(x) + ","; };
    auto const changed = [](std::string& a, int x) { a += std::to_string(x) + ","; };
    auto const append = [](std::string& a, std::string const& b) { a += b; };
    CHECK(run(make(), detail::Aggregate{empty, returned, std::plus<>()}) == wanted);
    CHECK(run(make(), detail::Aggregate{empty, changed, append}) == wanted);
  });
}

TEST_CASE("aggregate of nothing is what make returns, and takes the parts of pairs") {
  std::vector<int> const none;
  CHECK(pt::parallel_iter(none).aggregate([] { return 7; }, std::plus<>(), std::plus<>()) == 7);
  std::map<std::string, int> const map{{"a", 1}, {"bc", 2}};
  for_each_schedule([&] {
    auto const add = [](std::size_t total, std::string const& key, int n) {
      return total + key.size() * static_cast<std::size_t>(n);
    };
    CHECK((map | pt::parallel_iter | pt::aggregate([] { return std::size_t{0}; }, add, std::plus<>())) == 5);
  });
}

TEST_CASE("aggregate hands on what its closures throw, and leaves no item alive") {
  throwing_position<Bare>([](auto source) {
    (void)run(std::move(source), detail::Aggregate{[] { return std::vector<Bare>(); },
                                                   [](std::vector<Bare>& a, Bare x) { a.push_back(x); },
                                                   [](std::vector<Bare>& a, std::vector<Bare> const&) { a.clear(); }});
  });
}
