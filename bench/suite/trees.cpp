// What is not known before it runs: a tree, and a graph whose nodes lead to others.
#include "peers.hpp"

#if defined(BENCH_TBB)
#include <tbb/parallel_for_each.h>
#endif
#if defined(BENCH_RAYON)
extern "C" {
double rayon_tree(std::size_t nodes, std::size_t degree);
double rayon_reachable(std::uint32_t const* edges, std::size_t nodes, std::size_t degree);
}
#endif

#include <atomic>
#include <cstdint>
#include <ranges>
#include <vector>

namespace suite {

namespace {

namespace pt = parallel_task;

// The children of node i are nodes degree · i + 1 and the next ones, as in a heap.
constexpr std::size_t tree_nodes = 1'000'000;
constexpr std::size_t tree_degree = 8;

// Closures, not functions, of which the library would be given the addresses.
constexpr auto children = [](std::size_t node) {
  std::size_t const first = std::min(tree_degree * node + 1, tree_nodes);
  return std::views::iota(first, std::min(first + tree_degree, tree_nodes));
};
constexpr auto weight = [](std::size_t node) { return static_cast<double>(node % 7); };

double walk_alone(std::size_t node) {
  double all = weight(node);
  for (std::size_t const child : children(node)) all += walk_alone(child);
  return all;
}

Row tree() {
  Row row{.name = "a tree of 1 M nodes, sum of their weights", .unit = "run"};
  row.contenders.push_back({PlainLoop::name, once([] { return walk_alone(0); })});
#if defined(BENCH_TBB)
  row.contenders.push_back({TbbAuto::name, once([] {
                              // A sum for each thread would need one more of oneTBB's containers: an addition each.
                              std::atomic<std::size_t> all{0};
                              std::size_t const root = 0;
                              tbb::parallel_for_each(&root, &root + 1,
                                                     [&](std::size_t node, tbb::feeder<std::size_t>& feeder) {
                                                       all.fetch_add(node % 7, std::memory_order_relaxed);
                                                       for (std::size_t const child : children(node)) feeder.add(child);
                                                     });
                              return all.load();
                            })});
#endif
#if defined(BENCH_RAYON)
  row.contenders.push_back({Rayon::name, once([] { return rayon_tree(tree_nodes, tree_degree); })});
#endif
  add_ours(row, [] { return pt::walk_tree(std::size_t{0}, children).map(weight).sum(); });
  return row;
}

constexpr std::size_t graph_nodes = 500'000;
constexpr std::size_t graph_degree = 8;
std::vector<std::uint32_t> edges;
std::vector<std::atomic<bool>> seen;

void make_graph() {
  Random random(5);
  edges.resize(graph_nodes * graph_degree);
  for (std::uint32_t& to : edges) to = static_cast<std::uint32_t>(random() % graph_nodes);
  seen = std::vector<std::atomic<bool>>(graph_nodes);
}
void drop_graph() {
  edges = {};
  seen = std::vector<std::atomic<bool>>();
}
void forget() {
  for (auto& node : seen) node.store(false, std::memory_order_relaxed);
  seen[0].store(true, std::memory_order_relaxed);
}
/// f(to) for each node that `node` leads to and that nobody has seen.
template <class F>
void each_new(std::uint32_t node, F f) {
  for (std::size_t i = 0; i != graph_degree; ++i) {
    std::uint32_t const to = edges[node * graph_degree + i];
    if (seen[to].load(std::memory_order_relaxed)) continue;
    if (!seen[to].exchange(true, std::memory_order_relaxed)) f(to);
  }
}
std::size_t seen_nodes() {
  std::size_t count = 0;
  for (auto const& node : seen) count += node.load(std::memory_order_relaxed) ? 1U : 0U;
  return count;
}

Row reachable() {
  Row row{
      .name = "500 000 nodes of a graph reached from one", .unit = "run", .prepare = make_graph, .release = drop_graph};
  row.contenders.push_back({PlainLoop::name, once([] {
                              forget();
                              std::vector<std::uint32_t> queue{0};
                              for (std::size_t at = 0; at != queue.size(); ++at) {
                                each_new(queue[at], [&](std::uint32_t to) { queue.push_back(to); });
                              }
                              return seen_nodes();
                            })});
#if defined(BENCH_TBB)
  row.contenders.push_back({TbbAuto::name, once([] {
                              forget();
                              std::uint32_t const root = 0;
                              tbb::parallel_for_each(&root, &root + 1,
                                                     [](std::uint32_t node, tbb::feeder<std::uint32_t>& feeder) {
                                                       each_new(node, [&](std::uint32_t to) { feeder.add(to); });
                                                     });
                              return seen_nodes();
                            })});
#endif
#if defined(BENCH_RAYON)
  row.contenders.push_back({Rayon::name,
                            once([] { return rayon_reachable(edges.data(), graph_nodes, graph_degree); })});
#endif
  add_ours(row, [] {
    forget();
    pt::for_each_growing(std::vector<std::uint32_t>{0}, [](std::uint32_t node, pt::Feeder<std::uint32_t>& feeder) {
      each_new(node, [&](std::uint32_t to) { feeder.add(to); });
    });
    return seen_nodes();
  });
  return row;
}

}  // namespace

void add_trees(std::vector<Row>& rows) {
  rows.push_back(tree());
  rows.push_back(reachable());
}

}  // namespace suite
