// Containers that are consumed, and input that can be read only once.
#include "stress/matrix.hpp"

#include <map>
#include <ranges>
#include <sstream>

namespace {

// A container that is made anew for every round. `fill(n)` gives it.
template <class Fill>
struct Consumed {
  std::size_t n;
  Fill fill;
  [[nodiscard]] auto pipeline() const { return pt::into_parallel_iter(fill(n)); }
  [[nodiscard]] std::vector<std::uint64_t> numbers() const {
    std::vector<std::uint64_t> result;
    auto container = fill(n);
    for (auto& x : container) result.push_back(stress::to_number(std::move(x)));
    return result;
  }
};

std::vector<std::unique_ptr<std::uint64_t>> pointers(std::size_t n) {
  std::vector<std::unique_ptr<std::uint64_t>> result;
  for (std::uint64_t x : stress::distinct(n)) result.push_back(std::make_unique<std::uint64_t>(x));
  return result;
}

std::map<std::uint64_t, std::string> texts(std::size_t n) {
  std::map<std::uint64_t, std::string> map;
  for (std::uint64_t x : stress::distinct(n)) map.emplace(x, std::string(static_cast<std::size_t>(x % 40 + 1), 'b'));
  return map;
}

struct Stream {
  std::string text;
  std::vector<std::uint64_t> items;
  mutable std::istringstream in{};

  explicit Stream(std::size_t n) : items(stress::distinct(n)) {
    for (std::uint64_t x : items) text += std::to_string(x) + ' ';
  }
  [[nodiscard]] auto pipeline() const {
    in = std::istringstream(text);
    return pt::par_bridge(std::views::istream<std::uint64_t>(in));
  }
  [[nodiscard]] std::vector<std::uint64_t> numbers() const {
    std::vector<std::uint64_t> result;
    for (std::uint64_t x : items) result.push_back(stress::to_number(x));
    return result;
  }
};

struct Generator {
  std::uint64_t at;
  std::uint64_t end;
  std::optional<std::string> next() {
    if (at == end) return std::nullopt;
    ++at;
    return std::string(static_cast<std::size_t>(at % 50 + 1), static_cast<char>('a' + at % 26));
  }
};

struct Generated {
  std::size_t n;
  [[nodiscard]] auto pipeline() const { return pt::par_bridge(Generator{0, n}); }
  [[nodiscard]] std::vector<std::uint64_t> numbers() const {
    std::vector<std::uint64_t> result;
    Generator generator{0, n};
    while (auto x = generator.next()) result.push_back(stress::to_number(*x));
    return result;
  }
};

}  // namespace

TEST_CASE("a consumed vector of move-only items gives the sequential result on any number of cores", "[long]") {
  stress::series([](std::size_t n) { return Consumed<decltype(&pointers)>{n, &pointers}; });
}

TEST_CASE("a consumed map gives the sequential result on any number of cores", "[long]") {
  stress::series([](std::size_t n) { return Consumed<decltype(&texts)>{n, &texts}; });
}

TEST_CASE("a bridged stream gives the sequential result on any number of cores", "[long]") {
  stress::series([](std::size_t n) { return Stream(n); });
}

TEST_CASE("a bridged generator gives the sequential result on any number of cores", "[long]") {
  stress::series([](std::size_t n) { return Generated{n}; });
}
