// A picture of spheres, traced by a quadtree: where a square shows one thing, few rays are enough.
//
//   c++ -std=c++20 -O2 -I include examples/quadtree.cpp -o quadtree -pthread
//   ./quadtree spheres.pgm 1024        a square of WIDTH pixels, a power of two, in shades of grey
//
// What to look at: a square is traced at its corners and its middle; where these see different things, it is cut in
// four, by one `join`. So the tree is deep along edges and shallow elsewhere, which nobody knows beforehand: a thread
// that is done takes the largest square that another has not begun. The picture is compared with that of the same
// recursion on one thread.
#include <parallel_task/structure.hpp>

#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <vector>

namespace {

struct Sphere {
  double x, y, z, radius, shade;
};

/// 7 × 7 × 3 of them, no two alike.
std::vector<Sphere> scene() {
  std::vector<Sphere> spheres;
  for (int layer = 0; layer != 3; ++layer) {
    for (int i = 0; i != 49; ++i) {
      double const turn = 0.7 * i + 2.1 * layer;
      spheres.push_back({(i % 7 - 3) * 0.33 + 0.05 * std::sin(turn), (i / 7 - 3) * 0.33 + 0.05 * std::cos(2 * turn),
                         2.0 + layer + 0.3 * std::sin(3 * turn), 0.08 + 0.05 * std::cos(turn), 0.4 + 0.006 * i});
    }
  }
  return spheres;
}

/// What a ray meets: which sphere (−1: none), and how bright it is there.
struct Hit {
  int sphere = -1;
  double light = 0;
};

class Picture {
 public:
  Picture(std::vector<Sphere> const& spheres, std::size_t width)
      : spheres_(spheres), width_(width), pixels_(width * width) {}

  /// Traces the square of `size` pixels at (x, y); `all_four(a, b, c, d)` calls the four.
  template <class AllFour>
  void trace_square(std::size_t x, std::size_t y, std::size_t size, AllFour const& all_four) {
    std::size_t const last = size - 1;
    Hit const middle = trace(x + size / 2, y + size / 2);
    std::array<Hit, 4> const corners{trace(x, y), trace(x + last, y), trace(x, y + last), trace(x + last, y + last)};
    bool one_thing = size <= 16;
    for (Hit const& corner : corners) one_thing = one_thing && corner.sphere == middle.sphere;
    if (size == 1 || one_thing) return fill(x, y, size, corners);
    std::size_t const half = size / 2;
    all_four([&, x, y] { trace_square(x, y, half, all_four); },
             [&, x, y] { trace_square(x + half, y, half, all_four); },
             [&, x, y] { trace_square(x, y + half, half, all_four); },
             [&, x, y] { trace_square(x + half, y + half, half, all_four); });
  }
  void write(std::ostream& out) const {
    out << "P2\n" << width_ << ' ' << width_ << "\n255\n";
    for (std::size_t i = 0; i != pixels_.size(); ++i) {
      out << static_cast<int>(pixels_[i]) << ((i + 1) % width_ == 0 ? '\n' : ' ');
    }
  }
  bool operator==(Picture const& other) const { return pixels_ == other.pixels_; }

 private:
  Hit trace(std::size_t column, std::size_t row) const {
    double const scale = 2.0 / static_cast<double>(width_);
    double const x = scale * static_cast<double>(column) - 1;
    double const y = 1 - scale * static_cast<double>(row);
    double const length = std::sqrt(x * x + y * y + 4);  // the eye is at 0, the picture at z = 2
    double const u = x / length;
    double const v = y / length;
    double const w = 2 / length;
    Hit hit;
    double nearest = 1e9;
    for (std::size_t i = 0; i != spheres_.size(); ++i) {
      Sphere const& s = spheres_[i];
      double const along = u * s.x + v * s.y + w * s.z;
      double const inside = along * along - (s.x * s.x + s.y * s.y + s.z * s.z) + s.radius * s.radius;
      if (inside < 0) continue;
      double const at = along - std::sqrt(inside);
      if (at >= nearest) continue;
      nearest = at;
      double const facing = ((u * at - s.x) * -0.5 + (v * at - s.y) * 0.6 + (w * at - s.z) * -0.6) / s.radius;
      hit = {static_cast<int>(i), s.shade * (0.25 + 0.75 * std::max(0.0, facing))};
    }
    return hit;
  }
  void fill(std::size_t x, std::size_t y, std::size_t size, std::array<Hit, 4> const& corners) {
    double const whole = size > 1 ? static_cast<double>(size - 1) : 1;
    for (std::size_t row = 0; row != size; ++row) {
      for (std::size_t column = 0; column != size; ++column) {
        double const right = static_cast<double>(column) / whole;
        double const down = static_cast<double>(row) / whole;
        double const light = (1 - down) * ((1 - right) * corners[0].light + right * corners[1].light) +
                             down * ((1 - right) * corners[2].light + right * corners[3].light);
        pixels_[(y + row) * width_ + x + column] = static_cast<unsigned char>(255 * light);
      }
    }
  }

  std::vector<Sphere> const& spheres_;
  std::size_t width_;
  std::vector<unsigned char> pixels_;
};

}  // namespace

int main(int argc, char* argv[]) {
  auto const width = static_cast<std::size_t>(argc == 3 ? std::atol(argv[2]) : argc == 2 ? 512 : 0);
  if (width == 0 || width > 8192 || (width & (width - 1)) != 0) {
    std::cerr << "usage: quadtree FILE [WIDTH], WIDTH a power of two up to 8192\n";
    return 2;
  }
  std::vector<Sphere> const spheres = scene();
  Picture joined(spheres, width);
  Picture alone(spheres, width);
  auto const begin = std::chrono::steady_clock::now();
  joined.trace_square(0, 0, width, [](auto const&... parts) { pt::join(parts...); });
  auto const middle = std::chrono::steady_clock::now();
  alone.trace_square(0, 0, width, [](auto const&... parts) { (parts(), ...); });
  auto const end = std::chrono::steady_clock::now();
  using Milliseconds = std::chrono::duration<double, std::milli>;
  std::cerr << Milliseconds(end - middle).count() << " ms alone, " << Milliseconds(middle - begin).count()
            << " ms with join\n";
  std::ofstream file(argv[1]);
  joined.write(file);
  if (!file.flush()) {
    std::cerr << "quadtree: cannot write " << argv[1] << '\n';
    return 1;
  }
  if (joined == alone) return 0;
  std::cerr << "quadtree: the two pictures differ\n";
  return 1;
}
