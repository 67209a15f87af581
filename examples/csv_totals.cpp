// Totals for each product from a large CSV file.
//
//   c++ -std=c++20 -O2 -I include examples/csv_totals.cpp -o csv_totals -pthread
//   ./csv_totals make 300 sales.csv      makes a file of 300 MB
//   ./csv_totals sales.csv
//
// What to look at: the text is not cut into lines beforehand, which would take one thread as long as everything else.
// An item is a number; its closure finds the lines that begin in that megabyte of the text. Keys are views of the text,
// so a row allocates nothing. Numbers are parsed by std::from_chars, and money is counted in cents: the sum of whole
// numbers is the same in any order. The first wrong line is reported, since pieces are joined in text order. The file
// is also made in parallel: pieces are written in order (`for_each_ordered`), and at most 64 wait in memory.
#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>

namespace {

constexpr std::size_t piece_size = std::size_t{1} << 20;

struct Total {
  std::int64_t rows = 0;
  std::int64_t quantity = 0;
  std::int64_t cents = 0;
  bool operator==(Total const&) const = default;
};

struct Totals {
  std::unordered_map<std::string_view, Total> by_product;
  std::string_view wrong_line;  // the first
};

/// Reads a whole number and what must follow it; false if they are not there.
bool read(std::string_view& text, std::int64_t& number, char then) {
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() + text.size() || *end != then) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return true;
}

/// date,product,quantity,price such as 2024-05-17,P0042,3,12.50
bool add_row(Totals& totals, std::string_view line) {
  std::size_t const first = line.find(',');
  std::size_t const second = line.find(',', first + 1);
  if (first == line.npos || second == line.npos) return false;
  std::string_view const product = line.substr(first + 1, second - first - 1);
  std::int64_t quantity = 0, whole = 0, hundredths = 0;
  line.remove_prefix(second + 1);
  if (!read(line, quantity, ',') || !read(line, whole, '.') || !read(line, hundredths, '\n')) return false;
  Total& total = totals.by_product[product];
  total.rows += 1;
  total.quantity += quantity;
  total.cents += quantity * (100 * whole + hundredths);
  return true;
}

void add_rows(Totals& totals, std::string_view lines) {
  while (!lines.empty()) {
    std::string_view const line = lines.substr(0, lines.find('\n') + 1);  // all of them end in one
    if (!add_row(totals, line) && totals.wrong_line.empty()) totals.wrong_line = line;
    lines.remove_prefix(line.size());
  }
}

/// The lines that begin in a piece of the text.
std::string_view lines_of_piece(std::string_view text, std::size_t number) {
  auto const line_from = [text](std::size_t offset) {
    if (offset == 0 || offset >= text.size()) return std::min(offset, text.size());
    return text.find('\n', offset - 1) + 1;
  };
  std::size_t const first = line_from(number * piece_size);
  return text.substr(first, line_from((number + 1) * piece_size) - first);
}

Totals joined(Totals left, Totals const& right) {
  for (auto const& [product, total] : right.by_product) {
    Total& sum = left.by_product[product];
    sum.rows += total.rows;
    sum.quantity += total.quantity;
    sum.cents += total.cents;
  }
  if (left.wrong_line.empty()) left.wrong_line = right.wrong_line;
  return left;
}

Totals totals_of(std::string_view text) {
  return pt::indices(text.size() / piece_size + 1)
      .map([text](std::size_t number) { return lines_of_piece(text, number); })
      .fold([] { return Totals(); }, add_rows)
      .reduce(Totals(), joined);
}

std::string made_lines(std::size_t number) {
  std::string lines;
  for (std::uint64_t row = 0; lines.size() < piece_size; ++row) {
    std::uint64_t const x = ((number << 24 | row) + 1) * 0x9e3779b97f4a7c15;  // scattered, but always the same
    std::uint64_t const r = (x ^ (x >> 29)) * 0xbf58476d1ce4e5b9 >> 16;
    char line[64];
    int const length = std::snprintf(line, sizeof line, "2024-%02u-%02u,P%04u,%u,%u.%02u\n", unsigned(r % 12 + 1),
                                     unsigned(r / 16 % 28 + 1), unsigned(r / 512 % 100 * (r / 65536 % 100)),
                                     unsigned(r / 4096 % 9 + 1), unsigned(r / 256 % 200), unsigned(r / 1024 % 100));
    lines.append(line, static_cast<std::size_t>(length));
  }
  return lines;
}

void make(std::size_t megabytes, std::string const& name) {
  std::ofstream file(name, std::ios::binary);
  pt::indices(megabytes).map(made_lines).for_each_ordered([&](std::string const& lines) { file << lines; }, 64);
  if (!file.flush()) throw std::runtime_error("can't write " + name);
}

template <class F>
Totals timed(char const* what, std::size_t bytes, F f) {
  auto const start = std::chrono::steady_clock::now();
  Totals totals = f();
  std::chrono::duration<double> const seconds = std::chrono::steady_clock::now() - start;
  std::cerr << what << ": " << static_cast<double>(bytes) / 1e6 / seconds.count() << " MB/s\n";
  return totals;
}

void print(std::string const& name) {
  std::ifstream file(name, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file) throw std::runtime_error("can't read " + name);
  if (!text.empty() && text.back() != '\n') text += '\n';

  Totals const totals = timed("in parallel", text.size(), [&] { return totals_of(text); });
  Totals const plain = timed("plain loop", text.size(), [&] {
    Totals all;
    add_rows(all, text);
    return all;
  });
  if (totals.by_product != plain.by_product || totals.wrong_line.data() != plain.wrong_line.data()) {
    throw std::runtime_error("the plain loop's totals are others");
  }
  if (totals.wrong_line.data() != nullptr) throw std::runtime_error("not a row: " + std::string(totals.wrong_line));
  for (auto const& [product, total] : std::map(totals.by_product.begin(), totals.by_product.end())) {
    std::cout << product << ' ' << total.rows << ' ' << total.quantity << ' ' << total.cents << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc == 2) {
    print(argv[1]);
  } else if (argc == 4 && std::string_view(argv[1]) == "make") {
    make(std::stoul(argv[2]), argv[3]);
  } else {
    throw std::invalid_argument("a file, or make, a size and a file");
  }
  return 0;
} catch (std::invalid_argument const&) {
  std::cerr << "usage: csv_totals FILE.csv | csv_totals make MEGABYTES FILE.csv\n";
  return 2;
} catch (std::exception const& error) {
  std::cerr << "csv_totals: " << error.what() << '\n';
  return 1;
}
