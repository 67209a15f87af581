// Mirrors and marbles on a chessboard, ray traced to a PNG. Ctrl-C stops it.
//
//   c++ -std=c++20 -O2 -I include examples/ray_tracer.cpp -o ray_tracer -pthread -lpng
//   ./ray_tracer marbles.png              480 pixels wide, 16 rays for each pixel
//   ./ray_tracer large.png 1920 256       takes a while: press Ctrl-C
//
// What to look at: the pixels are in a vector that exists already, as a window's buffer would, and are written in
// place, each together with its number. Every ray's random numbers follow from its pixel and its own number, so the
// picture is the same on any number of threads. A stop token is any object with stop_requested(); a run that it stops
// throws pt::cancelled, so half a picture is never taken for a whole one.
#include <parallel_task/parallel_task.hpp>

#include <png.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Vector {
  double x = 0, y = 0, z = 0;
  friend Vector operator+(Vector a, Vector b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
  friend Vector operator-(Vector a, Vector b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
  friend Vector operator*(double s, Vector a) { return {s * a.x, s * a.y, s * a.z}; }
  friend double dot(Vector a, Vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
};
Vector unit(Vector a) { return 1 / std::sqrt(dot(a, a)) * a; }

struct Sphere {
  Vector centre;
  double radius;
  Vector colour;
  double mirrors;  // the part of the light that it throws back as a mirror does
};

constexpr Sphere spheres[] = {{{0, 1, 0}, 1, {0.9, 0.9, 0.9}, 0.8},
                              {{-2.1, 0.7, 0.6}, 0.7, {0.9, 0.2, 0.15}, 0.15},
                              {{1.9, 0.6, 0.9}, 0.6, {0.15, 0.35, 0.9}, 0.15},
                              {{0.6, 0.35, 2.0}, 0.35, {0.2, 0.75, 0.3}, 0.1},
                              {{-0.9, 0.3, 1.9}, 0.3, {0.95, 0.75, 0.2}, 0.3}};
Vector const sun = unit({-0.5, 0.8, 0.6});

struct Hit {
  double distance = std::numeric_limits<double>::infinity();
  Vector normal, colour;
  double mirrors = 0;
};

Hit closest(Vector from, Vector towards) {
  Hit hit;
  if (towards.y < 0) {  // the ground
    hit.distance = -from.y / towards.y;
    Vector const at = from + hit.distance * towards;
    bool const white = (static_cast<int>(std::floor(at.x)) + static_cast<int>(std::floor(at.z))) % 2 == 0;
    hit = {hit.distance, {0, 1, 0}, white ? Vector{0.85, 0.85, 0.8} : Vector{0.15, 0.15, 0.18}, 0.05};
  }
  for (Sphere const& sphere : spheres) {
    Vector const to = sphere.centre - from;
    double const along = dot(to, towards);
    double const below_root = sphere.radius * sphere.radius - dot(to, to) + along * along;
    if (below_root < 0) continue;
    double const distance = along - std::sqrt(below_root);
    if (distance < 1e-6 || distance > hit.distance) continue;
    hit = {distance, unit(from + distance * towards - sphere.centre), sphere.colour, sphere.mirrors};
  }
  return hit;
}

Vector light(Vector from, Vector towards, int bounces) {
  Vector const sky = Vector{0.9, 0.95, 1} - std::max(0.0, towards.y) * Vector{0.65, 0.45, 0.1};
  Hit const hit = closest(from, towards);
  if (!std::isfinite(hit.distance)) return sky;
  Vector const at = from + hit.distance * towards + 1e-4 * hit.normal;
  bool const shaded = std::isfinite(closest(at, sun).distance);
  Vector seen = (0.25 + (shaded ? 0 : 0.75 * std::max(0.0, dot(hit.normal, sun)))) * hit.colour;
  if (bounces != 0) {
    Vector const mirrored = towards - 2 * dot(towards, hit.normal) * hit.normal;
    seen = (1 - hit.mirrors) * seen + hit.mirrors * light(at, mirrored, bounces - 1);
  }
  double const clear = std::exp(-0.012 * hit.distance);
  return clear * seen + (1 - clear) * sky;
}

/// From 0 to 1, from the number of the call alone (splitmix64): no generator is shared, and none is made per thread.
double random_at(std::uint64_t i) {
  std::uint64_t x = (i + 1) * 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return static_cast<double>((x ^ (x >> 31)) >> 11) * 0x1p-53;
}

struct Colour {
  unsigned char red, green, blue;
  bool operator==(Colour const&) const = default;
};

struct Frame {
  std::size_t width = 480;
  std::size_t samples = 16;  // rays for each pixel
  std::size_t height() const { return width * 5 / 8; }

  Colour operator()(std::size_t pixel) const {
    Vector sum;
    for (std::size_t i = pixel * samples; i != (pixel + 1) * samples; ++i) {
      double const x = static_cast<double>(pixel % width) + random_at(2 * i);
      double const y = static_cast<double>(pixel / width) + random_at(2 * i + 1);
      double const size = static_cast<double>(width);
      sum = sum + light({0, 1.9, 7.5}, unit({x / size - 0.5, 0.2 - y / size, -1.2}), 4);
    }
    auto const shade = [this](double total) {  // as screens want it: gamma 2
      return static_cast<unsigned char>(255 * std::sqrt(std::min(1.0, total / static_cast<double>(samples))));
    };
    return {shade(sum.x), shade(sum.y), shade(sum.z)};
  }
};

std::atomic<bool> interrupted = false;
struct CtrlC {
  bool stop_requested() const { return interrupted; }
};

void write_png(std::string const& name, Frame const& frame, std::vector<Colour> const& pixels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.format = PNG_FORMAT_RGB;
  image.width = static_cast<png_uint_32>(frame.width);
  image.height = static_cast<png_uint_32>(frame.height());
  if (png_image_write_to_file(&image, name.c_str(), 0, pixels.data(), 0, nullptr) == 0) {
    throw std::runtime_error(name + ": " + image.message);
  }
}

void run(std::string const& name, Frame const& render) {
  std::vector<Colour> picture(render.width * render.height());
  std::signal(SIGINT, [](int) { interrupted = true; });
  std::cerr << picture.size() << " pixels, " << render.samples << " rays each; Ctrl-C stops it\n";
  pt::RunReport report;
  pt::parallel_iter(picture).enumerate().stop_token(CtrlC()).report(report).for_each(
      [&](std::size_t number, Colour& pixel) { pixel = render(number); });
  std::signal(SIGINT, SIG_DFL);
  write_png(name, render, picture);

  auto const start = std::chrono::steady_clock::now();
  std::vector<Colour> plain;
  for (std::size_t number = 0; number != picture.size(); ++number) plain.push_back(render(number));
  std::chrono::duration<double, std::milli> const plain_ms = std::chrono::steady_clock::now() - start;
  std::cerr << "plain loop: " << plain_ms.count() << " ms; parallel: " << report;
  if (picture != plain) throw std::runtime_error("the plain loop's picture is another");
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 2 || argc > 4) throw std::invalid_argument("a file's name, a width, a number of rays");
  Frame frame;
  if (argc > 2) frame.width = std::stoul(argv[2]);
  if (argc > 3) frame.samples = std::stoul(argv[3]);
  if (frame.width < 2 || frame.width > 30'000 || frame.samples < 1)
    throw std::invalid_argument("a width from 2 to 30000");
  run(argv[1], frame);
  return 0;
} catch (std::invalid_argument const&) {
  std::cerr << "usage: ray_tracer FILE.png [WIDTH [RAYS]]\n";
  return 2;
} catch (pt::cancelled const&) {
  std::cerr << "ray_tracer: stopped; no picture was written\n";
  return 130;
} catch (std::exception const& error) {
  std::cerr << "ray_tracer: " << error.what() << '\n';
  return 1;
}
