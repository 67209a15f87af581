// One loop, again and again, that takes one thread 30 us, 170 us or a millisecond: between what is never worth sharing
// and what always is. Each size is code of its own, as in a program.
#include "programs.hpp"

#include <cmath>
#include <cstdint>

namespace suite {

namespace {

/// Times `count` calls back to back; the time is that of one, the digest what the last returned.
auto again_and_again(std::size_t count) {
  return [count](auto body) -> std::function<Sample()> {
    return [count, body] {
      double digest = 0;
      auto const begin = Clock::now();
      for (std::size_t i = 0; i != count; ++i) digest = body();
      return Sample{nanoseconds_since(begin) / static_cast<double>(count), digest, static_cast<double>(count)};
    };
  };
}

template <class Program>
void add(std::vector<Row>& rows, std::string const& kernel, int us, std::function<void()> prepare, Program program) {
  std::string const time = us < 1000 ? std::to_string(us) + " us" : std::to_string(us / 1000) + " ms";
  std::size_t const count = std::max(std::size_t{3}, 4000 / static_cast<std::size_t>(us));
  Row row = program_row<false>(kernel + " alone, " + time, std::move(prepare), program, again_and_again(count));
  row.unit = "loop";
  row.small = us < 50;
  row.tolerance = 1e-6;
  row.release = [] { x = y = z = {}; };
  rows.push_back(std::move(row));
}

template <std::size_t n>
void add_roots(std::vector<Row>& rows, int us) {
  add(
      rows, "roots", us, [] { fill(n); },
      []<class Peer>() {
        Peer::loop(n, [](std::size_t i) { y[i] = std::sqrt(y[i] + 1); });
        return 0.0;  // every run changes what the last one left
      });
}

template <std::size_t n>
void add_sum(std::vector<Row>& rows, int us) {
  add(
      rows, "a sum", us, [] { fill(n); },
      []<class Peer>() { return sum<Peer>(n, [](std::size_t i) { return std::sqrt(x[i]); }); });
}

/// How much the four values on each side differ.
template <std::size_t n>
void add_stencil(std::vector<Row>& rows, int us) {
  add(
      rows, "a stencil", us, [] { fill(n + 8); },
      []<class Peer>() {
        Peer::loop(n, [](std::size_t i) {
          double total = 0;
          for (std::size_t k = 0; k != 4; ++k) total += (x[i + k] - x[i + 8 - k]) * (x[i + k] - x[i + 8 - k]);
          y[i] = std::sqrt(total);
        });
        return y[n / 2];
      });
}

template <std::size_t side>
void add_blur(std::vector<Row>& rows, int us) {
  add(
      rows, "blur", us, [] { fill(side * side); },
      []<class Peer>() {
        Peer::loop(side - 2, [](std::size_t i) {
          double const* const from = x.data() + (i + 1) * side;
          double* const to = y.data() + (i + 1) * side;
          for (std::size_t k = 1; k != side - 1; ++k) {
            to[k] = (from[k - 1] + from[k] + from[k + 1] + from[k - side] + from[k + side]) * 0.2;
          }
        });
        return y[side * side / 2];
      });
}

/// A vertex's rank from its neighbours': up to 32 of them, anywhere.
template <std::size_t n>
void add_pagerank(std::vector<Row>& rows, int us) {
  static std::vector<std::uint32_t> begins;
  static std::vector<std::uint32_t> edges;
  auto const prepare = [] {
    fill(n);
    Random random(11);
    begins.assign(n + 1, 0);
    for (std::size_t v = 0; v != n; ++v) begins[v + 1] = begins[v] + static_cast<std::uint32_t>(random() % 33);
    edges.resize(begins[n]);
    for (std::uint32_t& e : edges) e = static_cast<std::uint32_t>(random() % n);
  };
  add(rows, "pagerank", us, prepare, []<class Peer>() {
    Peer::loop(n, [](std::size_t v) {
      double in = 0;
      for (std::uint32_t e = begins[v]; e != begins[v + 1]; ++e) in += x[edges[e]];
      y[v] = 0.15 / n + 0.85 / 16 * in;
    });
    return y[n / 2];
  });
  rows.back().release = [] {
    x = y = z = {};
    begins = edges = {};
  };
}

/// The nearest of twelve centres to each point.
template <std::size_t n>
void add_k_means(std::vector<Row>& rows, int us) {
  constexpr std::size_t dim = 4;
  constexpr std::size_t k = 12;
  add(
      rows, "k-means", us, [] { fill(n * dim); },
      []<class Peer>() {
        Peer::loop(n, [](std::size_t i) {
          double least = 1e300;
          double nearest = 0;
          for (std::size_t c = 0; c != k; ++c) {
            double distance = 0;
            for (std::size_t d = 0; d != dim; ++d) {
              double const apart = x[i * dim + d] - z[c * dim + d];
              distance += apart * apart;
            }
            nearest = distance < least ? static_cast<double>(c) : nearest;  // no branch: nobody could predict it
            least = distance < least ? distance : least;
          }
          y[i] = nearest;
        });
        return y[n / 2];
      });
}

}  // namespace

void add_single(std::vector<Row>& rows) {
  add_roots<55'000>(rows, 30);
  add_roots<310'000>(rows, 170);
  add_roots<1'800'000>(rows, 1000);
  add_sum<55'000>(rows, 30);
  add_sum<310'000>(rows, 170);
  add_sum<1'800'000>(rows, 1000);
  add_stencil<54'000>(rows, 30);
  add_stencil<300'000>(rows, 170);
  add_stencil<1'800'000>(rows, 1000);
  add_blur<280>(rows, 30);
  add_blur<690>(rows, 170);
  add_blur<1150>(rows, 1000);
  add_pagerank<4'000>(rows, 30);
  add_pagerank<16'000>(rows, 170);
  add_pagerank<78'000>(rows, 1000);
  add_k_means<2'400>(rows, 30);
  add_k_means<14'000>(rows, 170);
  add_k_means<70'000>(rows, 1000);
}

}  // namespace suite
