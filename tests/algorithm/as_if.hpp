// What the tests of algorithms share: inputs of many sizes, and as many cores as a test likes.
#pragma once

#include "catch.hpp"
#include "support/eager.hpp"

#include <parallel_task/algorithm.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace as_if {

namespace pt = parallel_task;

/// Around what an algorithm may treat in a way of its own.
inline constexpr std::size_t sizes[] = {0, 1, 2, 3, 7, 64, 65, 1000, 4097};

/// Numbers below `most`, in no order.
inline std::vector<int> numbers(std::size_t n, std::uint32_t most = 1000, std::uint32_t seed = 1) {
  std::vector<int> result;
  result.reserve(n);
  std::uint32_t state = 2463534242U + static_cast<std::uint32_t>(n) + seed * 7919;
  for (std::size_t i = 0; i != n; ++i) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    result.push_back(static_cast<int>(state % most));
  }
  return result;
}

/// Calls f(context) as if on 1, 2, 3, 8 and 32 cores, on each with claims of a single position and with others. The
/// context writes a report; on several cores other threads must have taken part in some of the calls.
template <class F>
void cores(F const& f) {
  for (unsigned const count : {1U, 2U, 3U, 8U, 32U}) {
    for (auto const claims : {support::Claims::single, support::Claims::given_back}) {
      support::Eager const eager(count, claims);
      INFO("as if on " << count << " cores");
      std::uint32_t most = 0;
      auto const run = [&most](auto const& call) {
        pt::RunReport report;
        if constexpr (std::is_void_v<decltype(call(pt::with(pt::report(report))))>) {
          call(pt::with(pt::report(report)));
          if (report.threads > most) most = report.threads;
        } else {
          auto result = call(pt::with(pt::report(report)));
          if (report.threads > most) most = report.threads;
          return result;
        }
      };
      // Again where the machine was too busy for another thread to come.
      for (int round = 0; round == 0 || (count > 1 && most < 2 && round < 200); ++round) f(run);
      CHECK((most > 1) == (count > 1));
    }
  }
}

/// An item without a default value that can only be moved, and compared by `<` and `==`.
class Moved {
 public:
  explicit Moved(int value) : value_(value) {}
  Moved(Moved&& other) noexcept : value_(other.value_) { other.value_ = -1; }
  Moved& operator=(Moved&& other) noexcept {
    value_ = other.value_;
    if (&other != this) other.value_ = -1;
    return *this;
  }
  [[nodiscard]] int value() const noexcept { return value_; }
  friend bool operator<(Moved const& a, Moved const& b) noexcept { return a.value_ < b.value_; }
  friend bool operator==(Moved const& a, Moved const& b) noexcept { return a.value_ == b.value_; }

 private:
  int value_;
};

}  // namespace as_if
