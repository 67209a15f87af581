// Sources that one thread walks ahead while the others compute.
#include "stress/matrix.hpp"

#include <forward_list>
#include <list>
#include <map>
#include <ranges>
#include <set>
#include <unordered_map>

TEST_CASE("a list gives the sequential result on any number of cores", "[long]") {
  stress::series([](std::size_t n) {
    auto const items = stress::distinct(n);
    return stress::borrowed(std::list<std::uint64_t>(items.begin(), items.end()));
  });
}

TEST_CASE("a forward_list gives the sequential result on any number of cores", "[long]") {
  stress::series([](std::size_t n) {
    auto const items = stress::distinct(n);
    return stress::borrowed(std::forward_list<std::uint64_t>(items.begin(), items.end()));
  });
}

TEST_CASE("a set gives the sequential result on any number of cores", "[long]") {
  stress::series([](std::size_t n) {
    auto const items = stress::distinct(n);
    return stress::borrowed(std::set<std::uint64_t>(items.begin(), items.end()));
  });
}

TEST_CASE("a map gives the sequential result on any number of cores", "[long]") {
  stress::series([](std::size_t n) {
    std::map<std::uint64_t, std::string> map;
    for (std::uint64_t x : stress::distinct(n)) map.emplace(x, std::string(static_cast<std::size_t>(x % 7 + 1), 'a'));
    return stress::borrowed(std::move(map));
  });
}

TEST_CASE("an unordered_map gives the sequential result on any number of cores", "[long]") {
  stress::series([](std::size_t n) {
    std::unordered_map<std::uint64_t, std::uint64_t> map;
    for (std::uint64_t x : stress::distinct(n)) map.emplace(x, x % 1000);
    return stress::borrowed(std::move(map));
  });
}

TEST_CASE("a std::views::filter gives the sequential result on any number of cores", "[long]") {
  stress::series([](std::size_t n) {
    return stress::borrowed(std::views::iota(std::uint64_t{0}, std::uint64_t{2 * n}) |
                            std::views::filter([](std::uint64_t x) { return x % 2 != 0; }));
  });
}
