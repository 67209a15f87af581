// Programs rather than loops: many short parallel loops one after another over the same arrays, with something between
// them. What a loop costs beside its items, and where its data lies when the next one begins, shows here only.
#include "programs.hpp"

#include <atomic>
#include <cmath>
#include <cstdint>

namespace suite {

namespace {

// --- a time step ----------------------------------------------------------------------------------------------------

/// The k-th loop of a time step: each its own code, as in a program.
template <class Peer, std::size_t k>
void one_loop(std::size_t n) {
  constexpr double c = 0.5 + 0.01 * static_cast<double>(k);
  if constexpr (k % 3 == 0) {
    Peer::loop(n, [](std::size_t i) { x[i] = c * x[i] + (1 - c) * y[i]; });
  } else if constexpr (k % 3 == 1) {
    Peer::loop(n, [](std::size_t i) { y[i] = std::sqrt(x[i] * z[i] + c); });
  } else {
    Peer::loop(n, [](std::size_t i) { z[i] = z[i] > c ? z[i] - 0.25 * y[i] : z[i] + 0.25 * x[i]; });
  }
}

/// 30 different loops over the same arrays; each over a region whose length changes from step to step.
template <class Peer, std::size_t... k>
double steps_of_loops(std::size_t n, std::size_t steps, std::index_sequence<k...>) {
  for (std::size_t step = 0; step != steps; ++step) {
    (one_loop<Peer, k>(n / 4 + (n / 2 * ((k * 7 + step) % 13)) / 13 + n / 4), ...);
  }
  return 0;
}

Row time_step(std::string name, std::size_t n, std::size_t steps) {
  return program_row(
      std::move(name), [n] { fill(n); },
      [n, steps]<class Peer>() { return steps_of_loops<Peer>(n, steps, std::make_index_sequence<30>()); });
}

// --- levels of a frontier -------------------------------------------------------------------------------------------

/// Breadth-first search from a corner of a grid of 700 by 700: 1399 levels of 1 to 700 items.
struct Grid {
  static constexpr std::uint32_t side = 700;
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  std::vector<std::atomic<std::uint32_t>> parent = std::vector<std::atomic<std::uint32_t>>(side * side);
  std::vector<std::uint32_t> frontier;
  std::vector<std::uint32_t> found = std::vector<std::uint32_t>(4 * side);

  void visit(std::size_t i) {
    std::uint32_t const here = frontier[i];
    std::uint32_t const column = here % side;
    std::uint32_t const next[4] = {column == 0 ? none : here - 1, column == side - 1 ? none : here + 1,
                                   here < side ? none : here - side, here >= side * (side - 1) ? none : here + side};
    for (std::size_t k = 0; k != 4; ++k) {
      std::uint32_t expected = none;
      bool const mine = next[k] != none && parent[next[k]].load(std::memory_order_relaxed) == none &&
                        parent[next[k]].compare_exchange_strong(expected, here, std::memory_order_relaxed);
      found[4 * i + k] = mine ? next[k] : none;
    }
  }
};
Grid* grid = nullptr;

Row frontier() {
  Row row = program_row(
      "levels of a frontier: 1399 of 1 to 700 items", [] { grid = new Grid; },
      []<class Peer>() {
        Grid& g = *grid;
        for (auto& each : g.parent) each.store(Grid::none, std::memory_order_relaxed);
        g.parent[0].store(0, std::memory_order_relaxed);
        g.frontier.assign(1, 0);
        std::size_t levels = 0;
        for (; !g.frontier.empty(); ++levels) {
          std::size_t const n = g.frontier.size();
          Peer::loop(n, [&g](std::size_t i) { g.visit(i); });
          g.frontier.clear();
          for (std::size_t i = 0; i != 4 * n; ++i) {
            if (g.found[i] != Grid::none) g.frontier.push_back(g.found[i]);
          }
        }
        return levels;
      });
  row.release = [] {
    delete grid;
    grid = nullptr;
  };
  return row;
}

// --- conjugate gradients --------------------------------------------------------------------------------------------

std::vector<double> r;
std::vector<double> q;

Row conjugate_gradients() {
  constexpr std::size_t side = 192;
  constexpr std::size_t n = side * side;
  Row row = program_row(
      "conjugate gradients on 192^2, 50 iterations", [] { fill(n); },
      []<class Peer>() {
        x.assign(n, 0);
        r = y;
        z = r;  // the direction
        q.assign(n, 0);
        double rr = sum<Peer>(n, [](std::size_t i) { return r[i] * r[i]; });
        for (int iteration = 0; iteration != 50; ++iteration) {
          Peer::loop(n, [](std::size_t i) {
            std::size_t const column = i % side;
            double const left = column == 0 ? 0 : z[i - 1];
            double const right = column == side - 1 ? 0 : z[i + 1];
            double const above = i < side ? 0 : z[i - side];
            double const below = i >= n - side ? 0 : z[i + side];
            q[i] = 4.1 * z[i] - left - right - above - below;
          });
          double const alpha = rr / sum<Peer>(n, [](std::size_t i) { return z[i] * q[i]; });
          Peer::loop(n, [alpha](std::size_t i) { x[i] += alpha * z[i]; });
          Peer::loop(n, [alpha](std::size_t i) { r[i] -= alpha * q[i]; });
          double const now = sum<Peer>(n, [](std::size_t i) { return r[i] * r[i]; });
          double const beta = now / rr;
          rr = now;
          Peer::loop(n, [beta](std::size_t i) { z[i] = r[i] + beta * z[i]; });
        }
        return x[n / 2];
      });
  row.tolerance = 1e-6;
  row.release = [] { x = y = z = r = q = {}; };
  return row;
}

// --- a transformer's token ------------------------------------------------------------------------------------------

std::vector<float> weights;
std::vector<float> activations;
std::vector<float> products;

template <class Peer>
void multiply(std::size_t rows, std::size_t columns, float const* matrix) {
  Peer::loop(rows, [columns, matrix](std::size_t i) {
    float const* const from = matrix + i * columns;
    float total = 0;
    for (std::size_t k = 0; k != columns; ++k) total += from[k] * activations[k];
    products[i] = total;
  });
}

/// The 43 matrix-vector products of a token: six layers of four 288 × 288 and three 768 × 288, then 32 000 × 288.
Row token() {
  constexpr std::size_t dim = 288;
  constexpr std::size_t hidden = 768;
  constexpr std::size_t vocabulary = 32'000;
  Row row = program_row(
      "a transformer's token: 43 matrix-vector products",
      [] {
        Random random(3);
        weights.resize(6 * (4 * dim * dim + 3 * hidden * dim) + vocabulary * dim);
        for (float& w : weights) w = static_cast<float>(random.uniform() - 0.5);
        activations.assign(hidden, 0.01F);
        products.assign(vocabulary, 0);
      },
      []<class Peer>() {
        float const* at = weights.data();
        for (int layer = 0; layer != 6; ++layer) {
          for (int k = 0; k != 4; ++k, at += dim * dim) multiply<Peer>(dim, dim, at);
          for (int k = 0; k != 2; ++k, at += hidden * dim) multiply<Peer>(hidden, dim, at);
          multiply<Peer>(dim, hidden, at);
          at += hidden * dim;
        }
        multiply<Peer>(vocabulary, dim, at);
        return products[vocabulary / 2];
      });
  row.tolerance = 1e-4;
  row.release = [] {
    weights = {};
    activations = products = {};
  };
  return row;
}

// --- graphs and clusters --------------------------------------------------------------------------------------------

std::vector<std::uint32_t> edges;
std::vector<std::uint32_t> begins;

Row pagerank() {
  constexpr std::size_t n = 100'000;
  Row row = program_row(
      "pagerank: 100 000 vertices, 1.6 M edges, 10 iterations",
      [] {
        Random random(11);
        begins.assign(n + 1, 0);
        for (std::size_t v = 0; v != n; ++v) begins[v + 1] = begins[v] + static_cast<std::uint32_t>(random() % 33);
        edges.resize(begins[n]);
        for (std::uint32_t& e : edges) e = static_cast<std::uint32_t>(random() % n);
        x.assign(n, 0);
        y.assign(n, 0);
      },
      []<class Peer>() {
        Peer::loop(n, [](std::size_t v) { x[v] = 1.0 / n; });
        double error = 0;
        for (int iteration = 0; iteration != 10; ++iteration) {
          Peer::loop(n, [](std::size_t v) {
            double in = 0;
            for (std::uint32_t e = begins[v]; e != begins[v + 1]; ++e) in += x[edges[e]];
            y[v] = 0.15 / n + 0.85 / 16 * in;
          });
          error = sum<Peer>(n, [](std::size_t v) { return std::abs(x[v] - y[v]); });
          std::swap(x, y);
        }
        return error;
      });
  row.tolerance = 1e-6;
  row.release = [] {
    edges = begins = {};
    x = y = {};
  };
  return row;
}

/// Points are assigned in a loop over all of them, centres moved by a loop over 64 parts of them.
Row clusters() {
  constexpr std::size_t n = 50'000;
  constexpr std::size_t dim = 4;
  constexpr std::size_t k = 12;
  constexpr std::size_t parts = 64;
  using Sums = std::array<double, k*(dim + 1)>;
  static std::vector<std::uint32_t> nearest;
  static std::vector<Sums> partial;
  static std::array<double, k * dim> centres;
  Row row = program_row(
      "k-means: 50 000 points, 12 centres, 10 iterations",
      [] {
        Random random(21);
        x.resize(n * dim);
        for (double& each : x) each = random.uniform();
        nearest.assign(n, 0);
        partial.resize(parts);
      },
      []<class Peer>() {
        std::copy_n(x.begin(), k * dim, centres.begin());
        for (int iteration = 0; iteration != 10; ++iteration) {
          Peer::loop(n, [](std::size_t i) {
            double least = 1e300;
            for (std::uint32_t c = 0; c != k; ++c) {
              double distance = 0;
              for (std::size_t d = 0; d != dim; ++d) {
                double const apart = x[i * dim + d] - centres[c * dim + d];
                distance += apart * apart;
              }
              if (distance < least) least = distance, nearest[i] = c;
            }
          });
          Peer::loop(parts, [](std::size_t part) {
            Sums sums{};
            for (std::size_t i = n * part / parts; i != n * (part + 1) / parts; ++i) {
              double* const to = sums.data() + nearest[i] * (dim + 1);
              for (std::size_t d = 0; d != dim; ++d) to[d] += x[i * dim + d];
              to[dim] += 1;
            }
            partial[part] = sums;
          });
          for (std::size_t c = 0; c != k; ++c) {
            for (std::size_t d = 0; d != dim; ++d) {
              double total = 0;
              double count = 0;
              for (Sums const& sums : partial) total += sums[c * (dim + 1) + d], count += sums[c * (dim + 1) + dim];
              if (count > 0) centres[c * dim + d] = total / count;
            }
          }
        }
        return centres[0];
      });
  row.release = [] {
    x = {};
    nearest = {};
    partial = {};
  };
  return row;
}

/// A blur by rows, again and again.
Row blur(std::string name, std::size_t side, std::size_t times) {
  Row row = program_row(
      std::move(name), [side] { fill(side * side); },
      [side, times]<class Peer>() {
        for (std::size_t t = 0; t != times; ++t) {
          Peer::loop(side - 2, [side](std::size_t i) {
            double const* const from = x.data() + (i + 1) * side;
            double* const to = y.data() + (i + 1) * side;
            for (std::size_t k = 1; k != side - 1; ++k) {
              to[k] = (from[k - 1] + from[k] + from[k + 1] + from[k - side] + from[k + side]) * 0.2;
            }
          });
          std::swap(x, y);
        }
        return 0.0;
      });
  row.release = [] { x = y = z = {}; };
  return row;
}

}  // namespace

void add_programs(std::vector<Row>& rows) {
  rows.push_back(time_step("a time step of 30 loops of 2 to 15 us, 100 times", 16'000, 100));
  rows.push_back(time_step("a time step of 30 loops of 10 to 300 us, 5 times", 250'000, 5));
  rows.push_back(frontier());
  rows.push_back(conjugate_gradients());
  rows.push_back(token());
  rows.push_back(pagerank());
  rows.push_back(clusters());
  rows.push_back(blur("blur of 128^2, 500 times", 128, 500));
  rows.push_back(blur("blur of 512^2, 50 times", 512, 50));
}

}  // namespace suite
