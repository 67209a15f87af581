// Items and comparisons for the algorithms that move, merge and select.
#pragma once

#include "catch.hpp"
#include "support/eager.hpp"

#include <parallel_task/algorithm.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ordered {

namespace pt = parallel_task;

/// Large, so that a block is of 256 of them.
struct Fat {
  int key = 0;
  int number = 0;
  char room[248] = {};
  friend bool operator==(Fat const& a, Fat const& b) { return a.key == b.key && a.number == b.number; }
  friend bool operator<(Fat const& a, Fat const& b) { return a.key < b.key; }
};

/// Moved only, not trivially, and no default constructor.
class Owned {
 public:
  explicit Owned(int key) : key_(new int(key)) {}
  [[nodiscard]] int key() const { return key_ ? *key_ : -1; }
  friend bool operator<(Owned const& a, Owned const& b) { return a.key() < b.key(); }
  friend bool operator==(Owned const& a, Owned const& b) { return a.key() == b.key(); }

 private:
  std::unique_ptr<int> key_;
  [[maybe_unused]] char room_[504] = {};
};

/// Moves that may throw, as far as anybody knows.
class Reluctant {
 public:
  explicit Reluctant(int key = 0) : key_(key) {}
  Reluctant(Reluctant const&) = default;
  Reluctant(Reluctant&& other) : key_(std::exchange(other.key_, -1)) {}  // NOLINT: not noexcept
  Reluctant& operator=(Reluctant const&) = default;
  Reluctant& operator=(Reluctant&& other) {  // NOLINT: not noexcept
    key_ = std::exchange(other.key_, -1);
    return *this;
  }
  [[nodiscard]] int key() const { return key_; }

 private:
  int key_;
};

inline std::vector<std::uint64_t> numbers(std::size_t n, std::uint64_t below, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed + n * 31 + below);
  std::vector<std::uint64_t> v(n);
  for (auto& x : v) x = random() % below;
  return v;
}
inline std::vector<Fat> fat(std::size_t n, std::uint64_t below, std::uint64_t seed = 1) {
  std::vector<Fat> v(n);
  int i = 0;
  auto const keys = numbers(n, below, seed);
  for (Fat& x : v) {
    x.key = static_cast<int>(keys[static_cast<std::size_t>(i)]);
    x.number = i++;
  }
  return v;
}
inline std::vector<Owned> owned(std::size_t n, std::uint64_t below) {
  std::vector<Owned> v;
  for (std::uint64_t const key : numbers(n, below)) v.emplace_back(static_cast<int>(key));
  return v;
}
template <class T>
std::vector<int> keys_of(std::vector<T> const& v) {
  std::vector<int> keys;
  for (T const& x : v) keys.push_back(x.key());
  return keys;
}
template <class T>
std::vector<T> sorted(std::vector<T> v) {
  std::stable_sort(v.begin(), v.end());
  return v;
}
/// By number, which no two have.
inline std::vector<int> numbers_of(std::vector<Fat> const& v) {
  std::vector<int> all;
  for (Fat const& x : v) all.push_back(x.number);
  std::sort(all.begin(), all.end());
  return all;
}

/// Comparisons that contradict themselves.
inline std::vector<std::function<bool(Fat const&, Fat const&)>> contradictory() {
  static std::atomic<unsigned> calls{0};
  return {
      [](Fat const&, Fat const&) { return true; },
      [](Fat const&, Fat const&) { return false; },
      [](Fat const& a, Fat const& b) { return a.key <= b.key; },
      [](Fat const&, Fat const&) {
        return (calls.fetch_add(1, std::memory_order_relaxed) * 2654435761U >> 16 & 1) != 0;
      },
      [](Fat const& a, Fat const& b) { return (a.key - b.key + 3) % 3 == 1; },
      [](Fat const& a, Fat const& b) { return ((a.key * 31 ^ b.key * 17) & 4) != 0; },
  };
}

/// Sizes about the borders of blocks of `size` items.
inline std::vector<std::size_t> sizes(std::size_t size) {
  return {0, 1, 2, 65, size - 1, size, size + 1, 2 * size + 1, 13 * size + 5};
}

template <class F>
void on_cores(F const& f) {
  f();
  for (unsigned cores : {1U, 2U, 3U, 8U, 32U}) {
    support::Eager const eager(cores);
    f();
  }
}
/// Whether f(context) has ever been shared, in some rounds: what isn't shared tests nothing.
template <class F>
bool is_shared(F const& f) {
  support::Eager const eager(4);
  for (int round = 0; round != 300; ++round) {
    pt::RunReport report;
    f(pt::with(pt::report(report)));
    if (report.threads > 1) return true;
  }
  return false;
}

/// Calls run(fail) with fail() throwing at its k-th call, for k = 1, 2, 3, 5, 8 … until it does not throw any more;
/// `check` is called after each. Returns how often it has thrown.
template <class Run, class Check>
int with_each_call_failing(Run const& run, Check const& check) {
  int thrown = 0;
  for (long k = 1, next = 2;; k = std::exchange(next, k + next)) {
    std::atomic<long> left{k};
    bool threw = false;
    try {
      run([&left] {
        if (left.fetch_sub(1, std::memory_order_relaxed) == 1) throw std::runtime_error("as wished");
      });
    } catch (std::runtime_error const&) {
      threw = true;
      ++thrown;
    }
    check();
    if (!threw) return thrown;
  }
}

}  // namespace ordered
