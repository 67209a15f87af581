// The Mandelbrot set, row by row: rows through the middle cost a hundred times more than those at the rim.
#include "stories.hpp"

#include <vector>

namespace demo {

namespace {

constexpr int width = 800;
constexpr std::size_t height = 600;
constexpr int depth = 1'000;

int escape_time(double re, double im) {
  double x = 0;
  double y = 0;
  int n = 0;
  for (; n != depth && x * x + y * y < 4.0; ++n) {
    double const next = x * x - y * y + re;
    y = 2 * x * y + im;
    x = next;
  }
  return n;
}

std::vector<int> row(std::size_t number) {
  std::vector<int> pixels;
  pixels.reserve(width);
  double const im = 2.4 * static_cast<double>(number) / height - 1.2;
  for (int column = 0; column != width; ++column) pixels.push_back(escape_time(3.2 * column / width - 2.2, im));
  return pixels;
}

}  // namespace

void mandelbrot(Table& table) {
  table.compare(
      "mandelbrot, rows of 800 pixels", height, nothing,
      [](Nothing) {
        std::vector<std::vector<int>> picture;
        for (std::size_t i = 0; i != height; ++i) picture.push_back(row(i));
        return picture;
      },
      [](Nothing, pt::RunReport& report) {
        return pt::indices(height).map(row).report(report).collect<std::vector>();
      });
}

}  // namespace demo
