// Many machines: how the chunk rule of a run over ranks does, in virtual time. No thread runs here: a rank's threads
// take items one by one from what the rank was granted, and only the dealing between ranks is looked at. What costs
// time:
//   an item     its cost, by the speed of its rank, and a claim
//   a message   its latency one way, and time of rank 0, which answers one after the other
//   a look      rank 0 looks for messages only between items of its own, at most every 20 us; if all its items are
//   long,
//               its watchdog does
// Left out: the results' way to rank 0, the verdict's way back, and what a rank's threads cost each other.
#pragma once

#include <parallel_task/machines/chunk_rule.hpp>

#include "work.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <iterator>
#include <queue>
#include <vector>

namespace ranks {

using parallel_task::detail::AskRule;
using parallel_task::detail::ChunkRule;
using parallel_task::detail::rank_share;
using parallel_task::detail::RankPart;

/// Times in nanoseconds.
struct Cluster {
  std::size_t ranks = 64;
  unsigned threads = 64;
  double latency = 1'000;
  double message = 1'000;
  double claim = 100;
  double woken = 1'000;  ///< from an answer until threads that wait for it go on
  double look_every = 20'000;
  double watchdog = 2'000'000;
  double speed_of_third = 1;  ///< of the rank numbered 3
  double third_comes = 0;     ///< when that rank begins
};

/// The rule, and each of the mistakes that it avoids.
enum class Dealing : unsigned char { rule, each_its_share, half_by_rule, by_own_cost, asks_by_time, never_ahead };

class Run {
 public:
  Run(Cluster const& cluster, std::vector<float> const& cost, Dealing dealing)
      : cluster_(cluster),
        cost_(cost),
        dealing_(dealing),
        threads_(cluster.ranks, cluster.threads),
        rule_(cost.size(), threads_),
        ranks_(cluster.ranks) {}

  /// Returns when the last item is done.
  double time() {
    deal_first_parts();
    for (std::size_t rank = 0; rank != ranks_.size(); ++rank) {
      ranks_[rank].speed = rank == 3 ? cluster_.speed_of_third : 1;
      double const begins = rank == 3 ? cluster_.third_comes : 0;
      for (unsigned i = 0; i != cluster_.threads; ++i) at(begins, Kind::thread, rank);
    }
    while (!events_.empty()) {
      Event const e = events_.top();
      events_.pop();
      switch (e.kind) {
        case Kind::thread:
          thread(e.rank, e.time);
          break;
        case Kind::done:
          finished(ranks_[e.rank], e.cost);
          thread(e.rank, e.time);
          break;
        case Kind::want:
          inbox_.push_back({e.rank, e.cost, e.time});
          // Somebody who waits at rank 0 looks often; else the watchdog, if no item has ended in time.
          at(ranks_[0].idle != 0 ? std::max(e.time, looked_ + cluster_.look_every) : e.time + cluster_.watchdog,
             Kind::look, 0);
          break;
        case Kind::look:
          (void)look(e.time);
          break;
        case Kind::answer:
          answer(e.rank, e.part, e.time);
          break;
      }
    }
    return end_;
  }
  [[nodiscard]] std::size_t messages() const { return messages_; }

 private:
  enum class Kind : unsigned char { thread, done, want, look, answer };
  struct Event {
    double time;
    std::uint64_t number;  // of events at the same time, the one that was made first
    Kind kind;
    std::size_t rank;
    double cost;
    RankPart part;
    bool operator<(Event const& other) const {
      return time > other.time || (!(time < other.time) && number > other.number);
    }
  };
  struct Want {
    std::size_t rank;
    double cost;
    double now;
  };
  struct Rank {
    std::deque<RankPart> parts;
    std::uint64_t granted = 0;
    std::uint64_t not_begun = 0;
    double horizon = AskRule::first_horizon;
    double asked_at = 0;
    bool asked = false;
    unsigned idle = 0;
    double speed = 1;
    double spent = 0;  // on items of late, for their cost: the older half is forgotten now and then
    double ended = 0;
  };

  void at(double time, Kind kind, std::size_t rank, double cost = 0, RankPart part = {}) {
    events_.push({time, ++number_, kind, rank, cost, part});
  }

  void deal_first_parts() {
    for (std::size_t rank = 0; rank != ranks_.size(); ++rank) {
      RankPart part = rule_.first_part(rank);
      next_ = rule_.first_dealt_by_message();
      if (dealing_ == Dealing::each_its_share) {
        part = rank_share(cost_.size(), rank, ranks_.size());
        next_ = cost_.size();
      } else if (dealing_ == Dealing::half_by_rule) {
        next_ = cost_.size() / 2;
        part = rank_share(next_, rank, ranks_.size());
      }
      add(ranks_[rank], part);
    }
  }
  static void add(Rank& rank, RankPart part) {
    if (part.size() == 0) return;
    rank.parts.push_back(part);
    rank.granted = part.size();
    rank.not_begun += part.size();
  }
  static void finished(Rank& rank, double cost) {
    if (rank.ended >= 256) {
      rank.ended /= 2;
      rank.spent /= 2;
    }
    rank.ended += 1;
    rank.spent += cost;
  }
  static double cost_of(Rank const& rank) { return rank.ended > 0 ? rank.spent / rank.ended : 0; }

  /// A thread of `number` looks for an item.
  void thread(std::size_t number, double time) {
    if (number == 0 && time - looked_ >= cluster_.look_every) time = look(time);
    Rank& rank = ranks_[number];
    if (rank.not_begun == 0) {
      ++rank.idle;
    } else {
      RankPart& part = rank.parts.front();
      double const cost = static_cast<double>(cost_[part.first++]) / rank.speed;
      if (part.size() == 0) rank.parts.pop_front();
      --rank.not_begun;
      double const end = time + cluster_.claim + cost;
      end_ = std::max(end_, end);
      at(end, Kind::done, number, cost);
    }
    ask(number, time);
  }

  void ask(std::size_t number, double time) {
    Rank& rank = ranks_[number];
    AskRule const rule{rank.granted, rank.not_begun, cost_of(rank), cluster_.threads, rank.horizon, rank.asked};
    bool asks = rule.asks();
    if (dealing_ == Dealing::never_ahead) asks = !rank.asked && rank.not_begun == 0;
    if (dealing_ == Dealing::asks_by_time) {
      asks = !rank.asked && static_cast<double>(rank.not_begun) * rule.cost / cluster_.threads < rank.horizon;
    }
    if (!asks) return;
    rank.asked = true;
    rank.asked_at = time;
    if (number == 0) {
      at(time + cluster_.message, Kind::answer, 0, 0, grant({0, rule.cost, time}));
    } else {
      ++messages_;
      at(time + cluster_.latency, Kind::want, number, rule.cost);
    }
  }

  /// Rank 0 answers all that have asked; returns when it has.
  double look(double time) {
    for (; !inbox_.empty(); inbox_.pop_front()) {
      time += cluster_.message;
      at(time + cluster_.latency, Kind::answer, inbox_.front().rank, 0, grant(inbox_.front()));
    }
    looked_ = time;
    return time;
  }
  RankPart grant(Want const& want) {
    dearest_ = dealing_ == Dealing::by_own_cost ? want.cost : rule_.dearest_after(dearest_, want.cost);
    std::uint64_t const first = next_;
    next_ += rule_.grant(want.rank, next_, dearest_, want.now);
    return {first, next_};
  }
  void answer(std::size_t number, RankPart part, double time) {
    Rank& rank = ranks_[number];
    rank.horizon = AskRule::next_horizon(time - rank.asked_at);
    rank.asked = part.size() == 0;  // then for good: there is no more
    add(rank, part);
    if (part.size() == 0) return;
    for (; rank.idle != 0; --rank.idle) at(time + cluster_.woken, Kind::thread, number);
  }

  Cluster cluster_;
  std::vector<float> const& cost_;
  Dealing dealing_;
  std::vector<unsigned> threads_;
  ChunkRule rule_;
  std::vector<Rank> ranks_;
  std::priority_queue<Event> events_;
  std::uint64_t number_ = 0;
  std::deque<Want> inbox_;
  std::uint64_t next_ = 0;
  double dearest_ = 0;
  double looked_ = 0;
  double end_ = 0;
  std::size_t messages_ = 0;
};

/// Six shapes of loops that take `ideal` nanoseconds if all threads of the cluster are busy to the end.
inline std::vector<simulate::Work> loops(Cluster const& cluster, double ideal, std::size_t n = 800'000) {
  simulate::Random random{42};
  auto const position = [n](auto i) { return static_cast<double>(i) / static_cast<double>(n); };
  std::vector<simulate::Work> all;
  all.push_back({"items of one cost", simulate::costs(n, [](auto) { return 1.0; })});
  all.push_back({"jobs of 50 to 1000", simulate::costs(n, [&](auto) { return 50 + 950 * random(); })});
  all.push_back({"mandelbrot", simulate::costs(n, [&](auto i) {
                   std::size_t const rows = 400;
                   std::size_t const across = n / rows + 1;
                   double const re = -2.2 + 3.2 * double(i % across) / double(across);
                   double const im = -1.2 + 2.4 * double(i / across) / double(rows);
                   double x = 0;
                   double y = 0;
                   int steps = 10;
                   for (; steps != 500 && x * x + y * y < 4; ++steps) {
                     double const real = x * x - y * y + re;
                     y = 2 * x * y + im;
                     x = real;
                   }
                   return double(steps);
                 })});
  all.push_back({"triangular", simulate::costs(n, [&](auto i) { return position(i); })});
  all.push_back({"falling", simulate::costs(n, [&](auto i) { return 1 - position(i); })});
  all.push_back({"the last 1 % cost 100",
                 simulate::costs(n, [&](auto i) { return position(i) < 0.99 ? 1.0 : 100.0; })});
  for (simulate::Work& work : all) {
    double const scale = ideal * double(cluster.ranks) * cluster.threads / work.total({});
    for (float& each : work.cost) each = static_cast<float>(static_cast<double>(each) * scale);
  }
  return all;
}

/// The part of what the cluster's threads could do that was work.
inline double efficiency(Cluster const& cluster, simulate::Work const& work, Dealing dealing, std::size_t& messages) {
  Run run(cluster, work.cost, dealing);
  double const time = run.time();
  messages = run.messages();
  double const of_third = cluster.speed_of_third * std::max(0.0, time - cluster.third_comes);
  return work.total({}) / (cluster.threads * (double(cluster.ranks - 1) * time + of_third));
}

/// The same where each item went to whoever is free first, at no price, coming in any order (simulate::at_no_price):
/// what could be had by knowing nothing of what items cost. No rank is slow or late.
inline double limit(Cluster const& cluster, simulate::Work const& work) {
  simulate::Machine all;
  all.cores = static_cast<unsigned>(cluster.ranks) * cluster.threads;
  all.slow_part = 0;
  return work.total({}) / (all.cores * simulate::at_no_price(all, work.cost, 3));
}

struct Column {
  char const* name;
  Dealing dealing;
};
inline constexpr Column columns[] = {
    {"the rule", Dealing::rule},
    {"each its share", Dealing::each_its_share},
    {"half by rule", Dealing::half_by_rule},
    {"by own cost", Dealing::by_own_cost},
    {"asks by time", Dealing::asks_by_time},
    {"never ahead", Dealing::never_ahead},
};

/// A line: efficiencies at a latency of 1, 5 and 50 us, and how many messages are sent at 1; then the limit.
inline void print_row(Cluster cluster, simulate::Work const& work, std::size_t of_columns, bool with_limit) {
  constexpr double latencies[] = {1'000, 5'000, 50'000};
  std::printf("  %-48s", work.name.c_str());
  for (std::size_t column = 0; column != of_columns; ++column) {
    std::array<double, 3> found{};
    std::size_t messages = 0;
    for (std::size_t i = found.size(); i-- != 0;) {
      cluster.latency = latencies[i];
      found[i] = 100 * efficiency(cluster, work, columns[column].dealing, messages);
    }
    std::printf("  %3.0f/%3.0f/%3.0f (%4zu)", found[0], found[1], found[2], messages);
  }
  if (with_limit) std::printf("  %3.0f", 100 * limit(cluster, work));
  std::printf("\n");
  std::fflush(stdout);
}
inline void print_head(std::size_t of_columns, bool with_limit) {
  std::printf("  %-48s", "efficiency in % at 1, 5, 50 us (messages)");
  for (std::size_t column = 0; column != of_columns; ++column) std::printf("  %-18s", columns[column].name);
  std::printf("%s\n", with_limit ? "  at no price, in any order" : "");
}

/// 64 ranks of 64 threads, and two of one.
inline void print() {
  struct Change {
    char const* name;
    void (*make)(Cluster&, double);
  };
  constexpr Change changes[] = {
      {"all alike", [](Cluster&, double) {}},
      {"one rank at half speed", [](Cluster& c, double) { c.speed_of_third = 0.5; }},
      {"one rank comes when half of the time is over", [](Cluster& c, double time) { c.third_comes = time / 2; }},
      {"rank 0 looks every 100 us", [](Cluster& c, double) { c.look_every = 100'000; }},
      {"a message costs rank 0 3 us", [](Cluster& c, double) { c.message = 3'000; }},
  };
  for (double const ideal : {5e6, 50e6}) {
    std::vector<simulate::Work> const all = loops({}, ideal);
    for (Change const& change : changes) {
      std::size_t const of_columns = &change == &changes[0] && ideal < 10e6 ? std::size(columns) : 1;
      std::printf("64 ranks of 64 threads, loops of %.0f ms, %s\n", ideal / 1e6, change.name);
      bool const with_limit = &change == &changes[0];
      print_head(of_columns, with_limit);
      Cluster cluster;
      change.make(cluster, ideal);
      for (simulate::Work const& work : all) print_row(cluster, work, of_columns, with_limit);
    }
  }
  // Where the loop is long because it has more items, its end is a smaller part of it.
  std::printf("64 ranks of 64 threads, 8 M items in 50 ms, all alike\n");
  print_head(1, true);
  print_row({}, loops({}, 50e6, 8'000'000).back(), 1, true);
  std::printf("2 ranks of 1 thread\n");
  print_head(std::size(columns), true);
  Cluster two;
  two.ranks = 2;
  two.threads = 1;
  two.claim = 1;  // the threads of the other table compete for items
  std::vector<simulate::Work> all = simulate::workloads();
  all.push_back({"the last 1 % of 2000 cost 100",
                 simulate::costs(2000, [](auto i) { return i < 1980 ? 30'000 : 3'000'000; })});
  for (simulate::Work const& work : all) {
    if (work.bytes <= 0) print_row(two, work, std::size(columns), true);
  }
}

}  // namespace ranks
