// The Mandelbrot set on several ranks, written row by row as it comes.
//
//   c++ -std=c++20 -O2 -I include examples/ranks/mandelbrot.cpp -o mandelbrot -pthread    forked processes, no MPI
//   RANKS=4 ./mandelbrot set.pgm 900
//   mpicxx -std=c++20 -O2 -DEXAMPLE_WITH_MPI -I include examples/ranks/mandelbrot.cpp -o mandelbrot -pthread
//   mpirun -n 4 ./mandelbrot set.pgm 900
//
// What to look at: all ranks compute, rank 0 writes (`for_each_ordered`), and no more than 64 rows wait for those
// before them, whatever the size of the picture. Rows in the middle cost a hundred times as much as those at the edge.
#include "world.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Row = std::vector<unsigned char>;

Row row(std::size_t y, std::size_t size) {
  Row pixels(size);
  auto const place = [size](std::size_t i) { return 3.0 * static_cast<double>(i) / static_cast<double>(size); };
  double const im = place(y) - 1.5;
  for (std::size_t x = 0; x != size; ++x) {
    double const re = place(x) - 2.2;
    double a = 0;
    double b = 0;
    int n = 0;
    for (; n != 1000 && a * a + b * b < 4; ++n) {
      double const next = a * a - b * b + re;
      b = 2 * a * b + im;
      a = next;
    }
    pixels[x] = static_cast<unsigned char>(n == 1000 ? 0 : 255 - n % 200);
  }
  return pixels;
}

void run(pt::world& w, std::string const& name, std::size_t size) {
  std::ofstream picture;
  if (w.is_root()) {
    picture.open(name, std::ios::binary);
    picture << "P5\n" << size << ' ' << size << "\n255\n";
    if (!picture) throw std::runtime_error("can't write " + name);
  }
  std::size_t rows = 0;
  double const ms = milliseconds([&] {
    pt::indices(size)
        .on(w)
        .map([size](std::size_t y) { return row(y, size); })
        .for_each_ordered(
            [&](Row const& pixels) {
              if (rows++ % 97 == 0 && pixels != row(rows - 1, size))
                throw std::runtime_error("a row is not the loop's");
              picture.write(reinterpret_cast<char const*>(pixels.data()), static_cast<std::streamsize>(size));
            },
            64);
  });
  if (!w.is_root()) return;
  std::printf("%zu rows\n", rows);
  std::fprintf(stderr, "%d ranks of %u threads: %.1f ms\n", w.size(), w.threads(), ms);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 2 || argc > 3) throw std::invalid_argument("file");
  std::size_t const size = argc > 2 ? std::stoul(argv[2]) : 600;
  if (size == 0 || size > 100'000) throw std::invalid_argument("size");
  World w(argc, argv);
  run(w, argv[1], size);
  return 0;
} catch (std::invalid_argument const&) {
  std::fprintf(stderr, "usage: mandelbrot FILE.pgm [SIZE]    at most 100000 pixels\n");
  return 2;
} catch (std::exception const& error) {
  std::fprintf(stderr, "mandelbrot: %s\n", error.what());
  return 1;
}
