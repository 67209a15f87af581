// The Mandelbrot set as a PNG. Every pixel is an item; a black one costs a hundred times as much as most others.
//
//   c++ -std=c++20 -O2 -I include examples/mandelbrot.cpp -o mandelbrot -pthread -lpng
//   ./mandelbrot set.png                              the whole set
//   ./mandelbrot seahorses.png 1600 -0.743 0.127 0.02   WIDTH in pixels; RE and IM of the middle; the part's width
//
// What to look at: the pipeline is one line, knows the number of pixels beforehand, and writes each colour straight to
// its place in the vector. No chunk size is chosen anywhere, although the work is very uneven: compare the threads'
// busy times in the report. The PNG (by libpng) is read back and compared with the pixels of the plain loop.
#include <parallel_task/parallel_task.hpp>

#include <png.h>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Colour {
  unsigned char red = 0;
  unsigned char green = 0;
  unsigned char blue = 0;
  bool operator==(Colour const&) const = default;
};

struct View {
  std::size_t width = 900;  // pixels
  double re = -0.65;        // of the middle
  double im = 0;
  double span = 3.2;  // how much of the plane the width shows

  std::size_t height() const { return width * 3 / 4; }
  std::size_t pixels() const { return width * height(); }
};

/// A wave through the colours, in which neighbours differ little.
Colour palette(double x) {
  auto const wave = [x](double shift) {
    return static_cast<unsigned char>(127.5 + 127.5 * std::cos(0.25 * x + shift));
  };
  return {wave(3.0), wave(3.6), wave(4.4)};
}

Colour colour(View const& view, std::size_t pixel) {
  double const scale = view.span / static_cast<double>(view.width);
  auto const from_middle = [](std::size_t i, std::size_t n) {
    return static_cast<double>(i) - static_cast<double>(n) / 2;
  };
  double const re = view.re + scale * from_middle(pixel % view.width, view.width);
  double const im = view.im - scale * from_middle(pixel / view.width, view.height());
  double x = 0;
  double y = 0;
  for (int n = 0; n != 1'000; ++n) {
    double const square = x * x + y * y;
    if (square > 256) return palette(n - std::log2(std::log2(square)));  // how soon it left, without steps
    double const next = x * x - y * y + re;
    y = 2 * x * y + im;
    x = next;
  }
  return {};
}

void write_png(std::string const& name, View const& view, std::vector<Colour> const& pixels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.format = PNG_FORMAT_RGB;
  image.width = static_cast<png_uint_32>(view.width);
  image.height = static_cast<png_uint_32>(view.height());
  if (png_image_write_to_file(&image, name.c_str(), 0, pixels.data(), 0, nullptr) == 0) {
    throw std::runtime_error(name + ": " + image.message);
  }
}

std::vector<Colour> read_png(std::string const& name) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  std::vector<Colour> pixels;
  if (png_image_begin_read_from_file(&image, name.c_str()) != 0) {
    image.format = PNG_FORMAT_RGB;
    pixels.resize(std::size_t{image.width} * image.height);
    if (png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr) != 0) return pixels;
  }
  throw std::runtime_error(name + ": " + image.message);
}

void run(std::string const& name, View const& view) {
  pt::RunReport report;
  std::vector<Colour> const picture = pt::indices(view.pixels())
                                          .map([&](std::size_t pixel) { return colour(view, pixel); })
                                          .report(report)
                                          .collect<std::vector>();
  write_png(name, view, picture);

  auto const start = std::chrono::steady_clock::now();
  std::vector<Colour> plain;
  plain.reserve(view.pixels());
  for (std::size_t pixel = 0; pixel != view.pixels(); ++pixel) plain.push_back(colour(view, pixel));
  std::chrono::duration<double, std::milli> const plain_ms = std::chrono::steady_clock::now() - start;

  std::cerr << "plain loop: " << plain_ms.count() << " ms; parallel: " << report;
  if (read_png(name) != plain) throw std::runtime_error(name + " does not show what the plain loop computes");
}

}  // namespace

int main(int argc, char** argv) try {
  View view;
  if (argc != 2 && argc != 3 && argc != 6) throw std::invalid_argument("a file's name, a width, or a width and a part");
  if (argc > 2) view.width = std::stoul(argv[2]);
  if (argc > 3) {
    view.re = std::stod(argv[3]);
    view.im = std::stod(argv[4]);
    view.span = std::stod(argv[5]);
  }
  if (view.width < 2 || view.width > 30'000) throw std::invalid_argument("a width from 2 to 30000");
  run(argv[1], view);
  return 0;
} catch (std::invalid_argument const&) {
  std::cerr << "usage: mandelbrot FILE.png [WIDTH [RE IM SPAN]]\n";
  return 2;
} catch (std::exception const& error) {
  std::cerr << "mandelbrot: " << error.what() << '\n';
  return 1;
}
