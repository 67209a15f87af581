// Sources whose items are found by index.
#include "stress/matrix.hpp"

#include <array>
#include <deque>
#include <ranges>
#include <span>

namespace {

// n items at the front of storage that does not move, for sources that don't own.
template <class View>
class InPlace {
 public:
  InPlace(std::vector<std::uint64_t> items, View view) : items_(std::move(items)), view_(view) {}
  [[nodiscard]] auto pipeline() const { return view_(items_); }
  [[nodiscard]] std::vector<std::uint64_t> numbers() const {
    std::vector<std::uint64_t> result;
    for (std::uint64_t x : items_) result.push_back(stress::to_number(x));
    return result;
  }

 private:
  std::vector<std::uint64_t> items_;
  View view_;
};

}  // namespace

TEST_CASE("a vector gives the sequential result on any number of cores", "[long]") {
  stress::series([](std::size_t n) { return stress::borrowed(stress::distinct(n)); });
}

TEST_CASE("a deque gives the sequential result on any number of cores", "[long]") {
  stress::series([](std::size_t n) {
    auto const items = stress::distinct(n);
    return stress::borrowed(std::deque<std::uint64_t>(items.begin(), items.end()));
  });
}

TEST_CASE("a string gives the sequential result on any number of cores", "[long]") {
  stress::series([](std::size_t n) {
    std::string text;
    for (std::uint64_t x : stress::distinct(n)) text += static_cast<char>('!' + x % 90);
    return stress::borrowed(std::move(text));
  });
}

TEST_CASE("a span gives the sequential result on any number of cores", "[long]") {
  stress::series([](std::size_t n) {
    return InPlace(stress::distinct(n),
                   [](auto const& items) { return pt::parallel_iter(std::span<std::uint64_t const>(items)); });
  });
}

TEST_CASE("a std::array, cut to size, gives the sequential result on any number of cores", "[long]") {
  // An array's size is part of its type: one of 100 000, of which n are taken.
  [[maybe_unused]] static std::array<std::uint64_t, 100'000> const array = [] {
    auto const items = stress::distinct(100'000);
    std::array<std::uint64_t, 100'000> result{};
    for (std::size_t i = 0; i != items.size(); ++i) result[i] = items[i];
    return result;
  }();
  stress::series([](std::size_t n) {
    return InPlace(stress::distinct(n), [](auto const& items) { return pt::parallel_iter(array).take(items.size()); });
  });
}

TEST_CASE("std::views::iota and transform give the sequential result on any number of cores", "[long]") {
  stress::series([](std::size_t n) {
    return stress::borrowed(std::views::iota(std::uint64_t{5}, std::uint64_t{n} + 5));
  });
  stress::series([](std::size_t n) {
    return stress::borrowed(std::views::iota(std::uint64_t{0}, std::uint64_t{n}) |
                            std::views::transform([](std::uint64_t x) { return x * x; }));
  });
}

TEST_CASE("indices give the sequential result on any number of cores", "[long]") {
  struct Indices {
    std::size_t n;
    [[nodiscard]] auto pipeline() const { return pt::indices(std::uint64_t{n}); }
    [[nodiscard]] std::vector<std::uint64_t> numbers() const {
      std::vector<std::uint64_t> result;
      for (std::uint64_t i = 0; i != n; ++i) result.push_back(stress::to_number(i));
      return result;
    }
  };
  stress::series([](std::size_t n) { return Indices{n}; });
}
