// Parts of ranges, tiles and text: chunks and windows, a blur, a transposition, lines and words.
#include "peers.hpp"

#if defined(BENCH_TBB)
#include <tbb/blocked_range2d.h>
#endif
#if defined(BENCH_RAYON)
extern "C" {
double rayon_chunks(double* values, std::size_t n, std::size_t length);
double rayon_windows(double const* values, std::size_t n, std::size_t length);
double rayon_lines(char const* text, std::size_t size);
double rayon_words(char const* text, std::size_t size);
}
#endif

#include <span>
#include <string>
#include <string_view>

namespace suite {

namespace {

namespace pt = parallel_task;

std::vector<double> from;
std::vector<double> to;
std::string text;

void drop() {
  from = {};
  to = {};
  text = {};
}
void fill(std::size_t n) {
  Random random(11);
  from.resize(n);
  for (double& x : from) x = random.uniform();
  to.assign(n, 0);
}

/// Each chunk's sum becomes its first item.
Row chunks() {
  constexpr std::size_t n = 10'000'000;
  constexpr std::size_t length = 1000;
  Row row{.name = "10 M doubles in chunks of 1000, summed in place", .unit = "run", .release = drop};
  row.prepare = [] { fill(n); };
  auto const digest = [] {
    double all = 0;
    for (std::size_t i = 0; i < n; i += length) all += from[i];
    return all;
  };
  auto const sum = [](std::span<double> part) {
    // The first item is made anew, so that each run does the same.
    part[0] = 0.5;
    part[0] = std::accumulate(part.begin(), part.end(), 0.0);
  };
  for_each_peer(true, [&](auto peer) {
    using Peer = decltype(peer);
    row.contenders.push_back({Peer::name, [=] {
                                auto const begin = Clock::now();
                                if constexpr (std::is_same_v<Peer, Ours>) {
                                  pt::chunk(from, length).for_each(sum);
                                } else {
                                  Peer::loop(n / length,
                                             [=](std::size_t i) { sum(std::span(from).subspan(i * length, length)); });
                                }
                                return Sample{nanoseconds_since(begin), digest()};
                              }});
  });
#if defined(BENCH_RAYON)
  row.contenders.back().run = [=] {
    auto const begin = Clock::now();
    rayon_chunks(from.data(), n, length);
    return Sample{nanoseconds_since(begin), digest()};
  };
#endif
  return row;
}

double highest(double const* first, std::size_t length) {
  double most = first[0];
  for (std::size_t i = 1; i != length; ++i) most = most < first[i] ? first[i] : most;
  return most;
}

Row windows() {
  constexpr std::size_t n = 10'000'000;
  constexpr std::size_t length = 8;
  Row row{.name = "windows of 8 over 10 M doubles, sum of the highest", .unit = "run", .release = drop};
  row.prepare = [] { fill(n); };
  row.contenders.push_back({PlainLoop::name, once([] {
                              double all = 0;
                              for (std::size_t i = 0; i + length <= n; ++i) all += highest(&from[i], length);
                              return all;
                            })});
  row.contenders.push_back(
      {Ours::name, once([] {
         return pt::slide(from, length).map([](std::span<double> part) { return highest(part.data(), length); }).sum();
       })});
#if defined(BENCH_TBB)
  row.contenders.push_back({TbbAuto::name, once([] {
                              using Range = tbb::blocked_range<std::size_t>;
                              return tbb::parallel_reduce(
                                  Range(0, n - length + 1), 0.0,
                                  [](Range const& part, double all) {
                                    for (std::size_t i = part.begin(); i != part.end(); ++i)
                                      all += highest(&from[i], length);
                                    return all;
                                  },
                                  std::plus<>());
                            })});
#endif
#if defined(BENCH_RAYON)
  row.contenders.push_back({Rayon::name, once([] { return rayon_windows(from.data(), n, length); })});
#endif
  return row;
}

/// `cell(i, j)` for all, in a nested loop, by ours in tiles, and by oneTBB's blocked_range2d.
template <class Cell>
void add_loops2(Row& row, std::size_t rows, std::size_t columns, Cell cell) {
  auto const digest = [] { return to[to.size() / 3] + to[to.size() / 2] + to.back(); };
  auto const add = [&](char const* peer, auto run) {
    row.contenders.push_back({peer, [=] {
                                auto const begin = Clock::now();
                                run();
                                return Sample{nanoseconds_since(begin), digest()};
                              }});
  };
  add(PlainLoop::name, [=] {
    for (std::size_t i = 0; i != rows; ++i) {
      for (std::size_t j = 0; j != columns; ++j) cell(i, j);
    }
  });
  add(Ours::name, [=] { pt::indices2(rows, columns).for_each(cell); });
#if defined(BENCH_TBB)
  add(TbbAuto::name, [=] {
    using Range = tbb::blocked_range2d<std::size_t>;
    tbb::parallel_for(Range(0, rows, 32, 0, columns, 32), [=](Range const& part) {
      for (std::size_t i = part.rows().begin(); i != part.rows().end(); ++i) {
        for (std::size_t j = part.cols().begin(); j != part.cols().end(); ++j) cell(i, j);
      }
    });
  });
#endif
}

Row transposition() {
  constexpr std::size_t side = 4000;
  Row row{.name = "a matrix of 4000^2 transposed, by tiles", .unit = "run", .release = drop};
  row.prepare = [] { fill(side * side); };
  add_loops2(row, side, side, [](std::size_t i, std::size_t j) { to[j * side + i] = from[i * side + j]; });
  return row;
}

Row blur() {
  constexpr std::size_t side = 2000;
  Row row{.name = "3 by 3 blur of 2000^2, by tiles", .unit = "run", .release = drop};
  row.prepare = [] { fill(side * side); };
  add_loops2(row, side - 2, side - 2, [](std::size_t i, std::size_t j) {
    double const* const at = from.data() + i * side + j;
    double all = 0;
    for (std::size_t k = 0; k != 3; ++k) all += at[k * side] + at[k * side + 1] + at[k * side + 2];
    to[(i + 1) * side + j + 1] = all / 9;
  });
  return row;
}

void write_text() {
  constexpr std::size_t size = 200'000'000;
  Random random(3);
  text.clear();
  text.reserve(size + 20);
  for (std::size_t words = 1; text.size() < size; ++words) {
    for (std::size_t letters = 1 + random() % 9; letters != 0; --letters)
      text += static_cast<char>('a' + random() % 26);
    text += words % 12 == 0 ? '\n' : ' ';
  }
}

Row text_lines() {
  Row row{.name = "lines of 200 MB of text, the sum of squared lengths", .unit = "run", .release = drop};
  row.prepare = write_text;
  auto const square = [](std::string_view line) { return static_cast<double>(line.size() * line.size()); };
  row.contenders.push_back({PlainLoop::name, once([=] {
                              double all = 0;
                              std::string_view left = text;
                              while (!left.empty()) {
                                std::size_t const end = std::min(left.find('\n'), left.size());
                                all += square(left.substr(0, end));
                                left.remove_prefix(std::min(end + 1, left.size()));
                              }
                              return all;
                            })});
  row.contenders.push_back({Ours::name, once([=] { return pt::lines(text).map(square).sum(); })});
#if defined(BENCH_RAYON)
  row.contenders.push_back({Rayon::name, once([] { return rayon_lines(text.data(), text.size()); })});
#endif
  return row;
}

Row text_words() {
  Row row{.name = "words of 200 MB of text, counted", .unit = "run", .release = drop};
  row.prepare = write_text;
  row.contenders.push_back({PlainLoop::name, once([] {
                              std::size_t count = 0;
                              bool inside = false;
                              for (char c : text) {
                                bool const space = c == ' ' || (c >= '\t' && c <= '\r');
                                count += !space && !inside;
                                inside = !space;
                              }
                              return count;
                            })});
  row.contenders.push_back({Ours::name, once([] { return pt::words(text).count(); })});
#if defined(BENCH_RAYON)
  row.contenders.push_back({Rayon::name, once([] { return rayon_words(text.data(), text.size()); })});
#endif
  return row;
}

}  // namespace

void add_parts(std::vector<Row>& rows) {
  rows.push_back(chunks());
  rows.push_back(windows());
  rows.push_back(blur());
  rows.push_back(transposition());
  rows.push_back(text_lines());
  rows.push_back(text_words());
}

}  // namespace suite
