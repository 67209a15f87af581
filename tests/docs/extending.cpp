// The code of docs/extending.md.
#include "catch.hpp"

#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace extending {

// cut: extending_stage_object
// Without a source: what follows a pipeline, or another stage.
auto const roots_of_positive = pt::filter([](double x) { return x > 0; }) |
                               pt::map([](double x) { return std::sqrt(x); });
// end

// cut: extending_stage_function
// A function from pipeline to pipeline: with arguments, and with whatever a pipeline
// has.
template <class Pipeline, class F>
auto map_every(std::size_t step, Pipeline pipeline, F f) {
  return std::move(pipeline).stride(step).map(std::move(f)).min_len(16);
}
// end

// cut: extending_accumulator
// What is gathered of a part of the items; parts are joined in the order of the items.
class Moments {
 public:
  void add(double x) {
    ++count_;
    double const before = x - mean_;
    mean_ += before / static_cast<double>(count_);
    squares_ += before * (x - mean_);
  }
  void merge(Moments const& later) {
    if (later.count_ == 0) return;
    double const n = static_cast<double>(count_);
    double const m = static_cast<double>(later.count_);
    double const apart = later.mean_ - mean_;
    squares_ += later.squares_ + apart * apart * n * m / (n + m);
    mean_ += apart * m / (n + m);
    count_ += later.count_;
  }
  [[nodiscard]] double mean() const { return mean_; }
  [[nodiscard]] double variance() const {
    return count_ == 0 ? 0 : squares_ / static_cast<double>(count_);
  }

 private:
  std::size_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

auto moments() {
  return pt::aggregate([] { return Moments(); },
                       [](Moments& part, double x) { part.add(x); },
                       [](Moments& left, Moments const& right) { left.merge(right); });
}
// end

// cut: extending_view
// A range with random access and a size is cut anywhere; begin() and end() must be
// const.
class Powers {
 public:
  class Iterator {
   public:
    using value_type = double;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(double base, std::ptrdiff_t at) : base_(base), at_(at) {}
    double operator*() const { return std::pow(base_, static_cast<double>(at_)); }
    double operator[](std::ptrdiff_t n) const { return *(*this + n); }
    Iterator& operator+=(std::ptrdiff_t n) { return at_ += n, *this; }
    Iterator& operator-=(std::ptrdiff_t n) { return at_ -= n, *this; }
    Iterator& operator++() { return *this += 1; }
    Iterator& operator--() { return *this -= 1; }
    Iterator operator++(int) { return std::exchange(*this, *this + 1); }
    Iterator operator--(int) { return std::exchange(*this, *this - 1); }
    friend Iterator operator+(Iterator i, std::ptrdiff_t n) { return i += n; }
    friend Iterator operator+(std::ptrdiff_t n, Iterator i) { return i += n; }
    friend Iterator operator-(Iterator i, std::ptrdiff_t n) { return i -= n; }
    friend std::ptrdiff_t operator-(Iterator a, Iterator b) { return a.at_ - b.at_; }
    friend bool operator==(Iterator a, Iterator b) { return a.at_ == b.at_; }
    friend auto operator<=>(Iterator a, Iterator b) { return a.at_ <=> b.at_; }

   private:
    double base_ = 1;
    std::ptrdiff_t at_ = 0;
  };
  Powers(double base, std::ptrdiff_t count) : base_(base), count_(count) {}
  [[nodiscard]] Iterator begin() const { return {base_, 0}; }
  [[nodiscard]] Iterator end() const { return {base_, count_}; }

 private:
  double base_;
  std::ptrdiff_t count_;
};
// end

// cut: extending_generator
// Read by one thread at a time, in order, while the others work.
struct Sentences {
  std::string_view text;
  std::optional<std::string> next() {
    if (text.empty()) return std::nullopt;
    std::size_t const end = std::min(text.find('.'), text.size());
    std::string sentence(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return sentence;
  }
};
// end

}  // namespace extending

using namespace extending;

TEST_CASE("docs: stages, terminals and sources of one's own") {
  std::vector<double> const numbers{4, -1, 9, 16};
  // cut: extending_use
  auto const roots =
      numbers | pt::parallel_iter | roots_of_positive | pt::collect<std::vector>();
  auto const every_second =
      map_every(2, pt::parallel_iter(numbers), [](double x) { return x + 1; }).sum();
  Moments const all = numbers | pt::parallel_iter | moments();
  // Stages and a terminal make a terminal.
  auto const moments_of_roots = roots_of_positive | moments();
  Moments const of_roots = numbers | pt::parallel_iter | moments_of_roots;
  // end
  CHECK(roots == std::vector<double>{2, 3, 4});
  CHECK(every_second == 15);
  CHECK(all.mean() == 7);
  CHECK(std::abs(all.variance() - 39.5) < 1e-9);
  CHECK(std::abs(of_roots.mean() - 3) < 1e-9);
  // cut: extending_use_sources
  double const sum = pt::parallel_iter(Powers(0.5, 20)).sum();
  auto const lengths =
      pt::par_bridge(Sentences{"To be. Or not."})
          .map([](std::string const& sentence) { return sentence.size(); })
          .collect<std::vector>();
  // end
  CHECK(std::abs(sum - 2) < 1e-5);
  CHECK(lengths == std::vector<std::size_t>{5, 7});
}
