// Numbers as people read them: at most six digits, then units.
#pragma once

#include <parallel_task/platform/code.hpp>

#include <cstdint>
#include <cstdio>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A number's text: what `count` and `time` make.
struct Figure {
  char text[32] = "";

  /// "7", "12 345", "1.23 M". Whole below a million; from there on three digits are enough to compare runs by.
  [[nodiscard]] static Figure count(std::uint64_t n) noexcept {
    Figure figure;
    if (n < 1'000) {
      figure.print("%.0f", static_cast<double>(n), "");
    } else if (n < 1'000'000) {
      std::snprintf(figure.text, sizeof figure.text, "%u %03u", static_cast<unsigned>(n / 1'000),
                    static_cast<unsigned>(n % 1'000));
    } else {
      static constexpr char const* units[] = {" M", " G", " T", " P", " E"};
      double value = static_cast<double>(n) / 1e6;
      char const* const* unit = units;
      for (; value >= 999.5; ++unit) value /= 1e3;  // what would be printed as 1000 is 1.00 of the next
      figure.print_three_digits(value, *unit);
    }
    return figure;
  }

  /// "7.00 ns", "45.6 us", "518 ms", "12.3 s", "2.78 h"
  [[nodiscard]] static Figure time(double ns) noexcept {
    struct Unit {
      char const* name;
      double in_next;
    };
    static constexpr Unit units[] = {{" ns", 1e3}, {" us", 1e3}, {" ms", 1e3}, {" s", 3600}, {" h", 0}};
    Figure figure;
    double value = ns;
    Unit const* unit = units;
    for (; unit->in_next > 0 && value >= 999.5; ++unit) value /= unit->in_next;
    figure.print_three_digits(value, unit->name);
    return figure;
  }

 private:
  void print(char const* format, double value, char const* unit) noexcept {
    int const length = std::snprintf(text, sizeof text, format, value);
    if (length > 0) std::snprintf(text + length, sizeof text - static_cast<unsigned>(length), "%s", unit);
  }
  void print_three_digits(double value, char const* unit) noexcept {
    if (value <= 0) return print("%.0f", 0, unit);
    if (value >= 1e6) return print("%.2e", value, unit);  // hours upon hours
    print(value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value, unit);
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
