// What sorts are tested with: numbers in seven orders, comparisons that contradict themselves, items that are counted.
#pragma once

#include "catch.hpp"
#include "support/eager.hpp"

#include <parallel_task/algorithm.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace sort_tests {

namespace pt = parallel_task;

enum class Shape { random, sorted, reversed, few, organ, saw, nearly, one_value, last };

inline std::vector<std::uint32_t> numbers(Shape shape, std::size_t n) {
  std::mt19937 engine(static_cast<std::uint32_t>(n) + static_cast<std::uint32_t>(shape));
  auto const random = [&] { return static_cast<std::uint32_t>(engine()); };
  std::vector<std::uint32_t> v(n);
  std::uint32_t const step = n == 0 ? 1 : static_cast<std::uint32_t>(0xFFFFFFFFU / n);
  for (std::size_t i = 0; i != n; ++i) {
    auto const at = static_cast<std::uint32_t>(i);
    auto const back = static_cast<std::uint32_t>(n - 1 - i);
    switch (shape) {
      case Shape::random:
        v[i] = random();
        break;
      case Shape::reversed:
        v[i] = back * step;
        break;
      case Shape::few:
        v[i] = random() % 16 * 0x0FFFFFFFU;
        break;
      case Shape::organ:
        v[i] = (at < back ? at : back) * step;
        break;
      case Shape::saw:
        v[i] = at % static_cast<std::uint32_t>(n / 11 + 1) * step;
        break;
      case Shape::one_value:
        v[i] = 7;
        break;
      case Shape::sorted:
      case Shape::nearly:
      case Shape::last:
        v[i] = at * step;
        break;
    }
  }
  if (shape == Shape::nearly) {
    for (std::size_t k = 0; k < n / 100; ++k) std::swap(v[random() % n], v[random() % n]);
  }
  return v;
}

template <class F>
void for_each_shape(F f) {
  for (int shape = 0; shape != static_cast<int>(Shape::last); ++shape) f(static_cast<Shape>(shape));
}

/// On how many threads the calls of a comparison came. The first thread waits a little at each of its calls until there
/// is another: on a busy machine that takes its time.
class Threads {
 public:
  void note() const {
    seen_.fetch_or(1U << pt::current_worker() % 32, std::memory_order_relaxed);
    if (!several()) std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  [[nodiscard]] bool several() const noexcept {
    std::uint32_t const seen = seen_.load();
    return (seen & (seen - 1)) != 0;
  }

 private:
  mutable std::atomic<std::uint32_t> seen_{0};
};

/// Comparisons: a right one, and six that contradict themselves.
struct Judge {
  enum Kind { right, always, never, not_less_equal, any_answer, in_circles, changing, kinds };
  Kind kind = right;
  std::uint32_t throws_at = 0;  ///< its call that throws; 0: none
  Threads const* threads = nullptr;
  mutable std::atomic<std::uint32_t> calls{0};

  explicit Judge(Kind k, std::uint32_t at = 0, Threads const* who = nullptr) : kind(k), throws_at(at), threads(who) {}

  bool operator()(std::uint32_t a, std::uint32_t b) const {
    std::uint32_t const call = calls.fetch_add(1, std::memory_order_relaxed) + 1;
    if (threads != nullptr) threads->note();
    if (call == throws_at) throw std::runtime_error("a comparison");
    switch (kind) {
      case always:
        return true;
      case never:
        return false;
      case not_less_equal:
        return a <= b;
      case any_answer:
        return (call * 2654435761U >> 13 & 1) != 0;
      case in_circles:
        return (a % 3 + 1) % 3 == b % 3;
      case changing:
        return call % 1000 < 500 ? a < b : b < a;
      default:
        return a < b;
    }
  }
};

/// An item that owns memory, has no default constructor, can't be copied, and counts.
class Owner {
 public:
  static inline std::atomic<long> alive{0};
  explicit Owner(std::uint32_t value, std::uint32_t place = 0) : value_(new std::uint32_t(value)), place_(place) {
    ++alive;
  }
  Owner(Owner&& other) noexcept : value_(std::exchange(other.value_, nullptr)), place_(other.place_) { ++alive; }
  Owner& operator=(Owner&& other) noexcept {
    std::swap(value_, other.value_);
    std::swap(place_, other.place_);
    return *this;
  }
  ~Owner() {
    delete value_;
    --alive;
  }
  [[nodiscard]] std::uint32_t value() const { return value_ == nullptr ? 0xDEADU : *value_; }
  [[nodiscard]] std::uint32_t place() const { return place_; }

 private:
  std::uint32_t* value_;
  std::uint32_t place_;
};

/// Whose order is not that of its numbers.
enum class Level : int { low, high };
inline bool operator<(Level a, Level b) { return static_cast<int>(a) > static_cast<int>(b); }
inline bool operator>(Level a, Level b) { return b < a; }
inline bool operator<=(Level a, Level b) { return !(b < a); }
inline bool operator>=(Level a, Level b) { return !(a < b); }

}  // namespace sort_tests
