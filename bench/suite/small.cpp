// Loops so short that waking a thread costs more than they do.
#include "peers.hpp"

#include <cmath>

#if defined(BENCH_RAYON)
extern "C" void rayon_roots(double* values, std::size_t n);
#endif

namespace suite {

namespace {

std::vector<double> values;

struct Root {
  void operator()(std::size_t i) const { values[i] = std::sqrt(values[i] + 1); }
};

/// `timed` makes a contender's run of a body.
template <class Timed>
void add_roots(Row& row, std::size_t n, Timed timed) {
  row.prepare = [n] { values.assign(n, 2.0); };
  row.release = [] { values = {}; };
  for_each_peer(true, [&](auto peer) {
    using Peer = decltype(peer);
#if defined(BENCH_RAYON)
    if constexpr (std::is_same_v<Peer, Rayon>) {
      row.contenders.push_back({Peer::name, timed([n] { rayon_roots(values.data(), n); })});
      return;
    }
#endif
    row.contenders.push_back({Peer::name, timed([n] { Peer::loop(n, Root{}); })});
  });
}

Row back_to_back(std::string name, std::size_t n, std::size_t count) {
  Row row{.name = std::move(name), .unit = "loop", .small = n <= 50'000};
  add_roots(row, n, [count](auto body) { return batch(count, body); });
  return row;
}

Row burst(std::string name, std::size_t n, int pause_ms) {
  Row row{.name = std::move(name), .unit = "loop", .small = true, .idles = true};
  add_roots(row, n, [pause_ms](auto body) { return bursts(std::chrono::milliseconds(pause_ms), 100, body); });
  return row;
}

/// Eight of the user's threads, each with an array of its own, 100 loops each. The time is that of one loop, by the
/// wall.
Row eight_users() {
  static std::vector<std::vector<double>> arrays;
  Row row{.name = "8 user threads, each 100 loops of 20 000 roots", .unit = "loop", .small = true};
  row.prepare = [] { arrays.assign(8, std::vector<double>(20'000, 2.0)); };
  row.release = [] { arrays = {}; };
  for_each_peer(true, [&](auto peer) {
    using Peer = decltype(peer);
    row.contenders.push_back({Peer::name, [] {
                                auto const begin = Clock::now();
                                std::vector<std::thread> users;
                                for (auto& array : arrays) {
                                  users.emplace_back([data = array.data()] {
                                    for (int i = 0; i != 100; ++i) {
#if defined(BENCH_RAYON)
                                      if constexpr (std::is_same_v<Peer, Rayon>) {
                                        rayon_roots(data, 20'000);
                                        continue;
                                      }
#endif
                                      Peer::loop(20'000, [data](std::size_t k) { data[k] = std::sqrt(data[k] + 1); });
                                    }
                                  });
                                }
                                for (auto& user : users) user.join();
                                return Sample{nanoseconds_since(begin) / 800, 0, 800};
                              }});
  });
  return row;
}

}  // namespace

void add_small(std::vector<Row>& rows) {
  rows.push_back(back_to_back("100 roots, back to back", 100, 20'000));
  rows.push_back(back_to_back("1 000 roots, back to back", 1'000, 5'000));
  rows.push_back(back_to_back("10 000 roots, back to back", 10'000, 1'000));
  rows.push_back(back_to_back("100 000 roots, back to back", 100'000, 100));
  rows.push_back(burst("100 loops of 100 roots after 3 ms of idling", 100, 3));
  rows.push_back(burst("100 loops of 1 000 roots after 3 ms of idling", 1'000, 3));
  for (int const pause : {3, 30, 300}) {
    std::string const behind = " after " + std::to_string(pause) + " ms of idling";
    rows.push_back(burst("100 loops of 10 000 roots" + behind, 10'000, pause));
    rows.push_back(burst("100 loops of 100 000 roots" + behind, 100'000, pause));
  }
  rows.push_back(eight_users());
}

}  // namespace suite
