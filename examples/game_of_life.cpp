// Conway's Game of Life on a board whose edges meet. Each generation is computed from the last, its rows in parallel.
//
//   c++ -std=c++20 -O2 -I include examples/game_of_life.cpp -o game_of_life -pthread
//   ./game_of_life gun 60                        a glider gun after 60 generations, as text
//   ./game_of_life gun 3000 1600 1200 gun.pgm    on a large board, as a picture
//   ./game_of_life puffer.rle 500 300 300        a pattern from a file, in the format of pattern collections
//
// What to look at: there is nothing to lock. A generation reads one board and writes the other, and each row is written
// by one thread. A small board stays a plain loop, since waking a thread would cost more than it could save; you need
// not say from which size on it pays.
#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace {

struct Board {
  std::size_t width;
  std::size_t height;
  std::vector<unsigned char> cells = std::vector<unsigned char>(width * height);  // 1: alive

  unsigned char* row(std::size_t y) { return cells.data() + y % height * width; }
  unsigned char const* row(std::size_t y) const { return cells.data() + y % height * width; }
};

void next_row(Board const& now, Board& next, std::size_t y) {
  unsigned char const* const rows[] = {now.row(y + now.height - 1), now.row(y), now.row(y + 1)};
  unsigned char* const result = next.row(y);
  for (std::size_t x = 0; x != now.width; ++x) {
    std::size_t const left = x == 0 ? now.width - 1 : x - 1;
    std::size_t const right = x + 1 == now.width ? 0 : x + 1;
    int around = -rows[1][x];
    for (unsigned char const* const row : rows) around += row[left] + row[x] + row[right];
    result[x] = around == 3 || (around == 2 && rows[1][x] == 1);
  }
}

/// The board some generations later. `for_rows(n, f)` calls f(0) … f(n - 1), in any order.
template <class ForRows>
Board evolved(Board now, int generations, ForRows for_rows) {
  Board next = now;
  for (int i = 0; i != generations; ++i) {
    for_rows(now.height, [&](std::size_t y) { next_row(now, next, y); });
    std::swap(now, next);
  }
  return now;
}

/// Puts a run-length encoded pattern on the board: "3o" three cells alive, "2b" two dead, "$" the next row, "!" the
/// end.
void place(std::string_view rle, Board& board) {
  std::size_t x = 0;
  std::size_t y = 0;
  std::size_t count = 0;
  while (!rle.empty() && rle.front() != '!') {
    char const c = rle.front();
    rle.remove_prefix(1);
    if (c == '#' || c == 'x') {  // a comment, or the line that gives the size
      rle.remove_prefix(std::min(rle.find('\n'), rle.size()));
    } else if (c >= '0' && c <= '9') {
      count = 10 * count + static_cast<std::size_t>(c - '0');
    } else if (c == 'o' || c == 'b' || c == '$') {
      std::size_t const n = count == 0 ? 1 : count;
      count = 0;
      if (c == '$') {
        y += n;
        x = 0;
        continue;
      }
      for (std::size_t const end = x + n; x != end; ++x) board.row(y)[x % board.width] = c == 'o';
    } else if (c != '\n' && c != '\r' && c != ' ') {
      throw std::runtime_error(std::string("not a run-length encoded pattern: it has a '") + c + "'");
    }
  }
}

std::string pattern(std::string const& name) {
  if (name == "glider") return "bob$2bo$3o!";
  if (name == "gun") {
    return "24bo$22bobo$12b2o6b2o12b2o$11bo3bo4b2o12b2o$2o8bo5bo3b2o$2o8bo3bob2o4bobo$10bo5bo7bo$11bo3bo$12b2o!";
  }
  std::ifstream file(name);
  if (!file) throw std::runtime_error("can't read " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

int number(std::string_view text) {
  int n = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc() || end != text.data() + text.size() || n < 0) {
    throw std::runtime_error("not a number: " + std::string(text));
  }
  return n;
}

void print(Board const& board) {
  for (std::size_t y = 0; y != board.height; ++y) {
    for (std::size_t x = 0; x != board.width; ++x) std::cout << (board.row(y)[x] == 1 ? '#' : '.');
    std::cout << '\n';
  }
}

void write_picture(Board const& board, std::string const& name) {
  std::ofstream file(name, std::ios::binary);
  file << "P5\n" << board.width << ' ' << board.height << "\n1\n";  // a portable grey map of two shades
  file.write(reinterpret_cast<char const*>(board.cells.data()), static_cast<std::streamsize>(board.cells.size()));
  if (!file.flush()) throw std::runtime_error("can't write " + name);
}

template <class F>
double milliseconds(F f) {
  auto const start = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

int run(std::vector<std::string> const& words) {
  int const generations = number(words[1]);
  Board board{words.size() > 2 ? static_cast<std::size_t>(number(words[2])) : 80,
              words.size() > 2 ? static_cast<std::size_t>(number(words[3])) : 40};
  if (board.cells.empty()) throw std::runtime_error("the board has no cells");
  place(pattern(words[0]), board);

  Board parallel = board;
  double const parallel_ms = milliseconds([&] { parallel = evolved(board, generations, pt::parallel_for); });
  Board plain = board;
  double const plain_ms = milliseconds([&] {
    plain = evolved(board, generations, [](std::size_t n, auto f) {
      for (std::size_t y = 0; y != n; ++y) f(y);
    });
  });

  words.size() == 5 ? write_picture(parallel, words[4]) : print(parallel);
  std::cerr << generations << " generations: " << plain_ms << " ms in a plain loop, " << parallel_ms
            << " ms in parallel\n";
  if (parallel.cells != plain.cells) throw std::runtime_error("the two boards differ");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> const words(argv + 1, argv + argc);
  if (words.size() != 2 && words.size() != 4 && words.size() != 5) {
    std::cerr << "usage: game_of_life glider|gun|PATTERN.rle GENERATIONS [WIDTH HEIGHT [PICTURE.pgm]]\n";
    return 2;
  }
  try {
    return run(words);
  } catch (std::exception const& error) {
    std::cerr << "game_of_life: " << error.what() << '\n';
    return 1;
  }
}
