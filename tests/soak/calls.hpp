// What a user of the library may do at any place: each drawn at random, each with an answer that a plain loop gives
// too.
#pragma once

#include "property/random.hpp"
#include "soak/algorithms.hpp"
#include "soak/watchdog.hpp"
#include "support/eager.hpp"
#include "support/threads.hpp"

#include <parallel_task/async.hpp>
#include <parallel_task/parallel_task.hpp>
#include <parallel_task/structure.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace soak {

using std::chrono::microseconds;

/// The wrong answers of a round: the first one is told.
class Verdict {
 public:
  void wrong(char const* what) {
    char const* none = nullptr;
    (void)first_.compare_exchange_strong(none, what);
  }
  void check(bool right, char const* what) {
    if (!right) wrong(what);
  }
  [[nodiscard]] char const* first() const { return first_.load(); }

 private:
  std::atomic<char const*> first_{nullptr};
};

/// How long an item takes.
struct Work {
  enum Kind { none, dawdles, spins, one_is_long, sleeps } kind;
  std::size_t items;

  static Work draw(Random& random, std::size_t part = 1) {
    static constexpr std::size_t most[] = {4000, 1000, 200, 200, 40};
    auto const kind = static_cast<Kind>(random.below(5));
    return {kind, random.one_in(20) ? 0 : random.below(most[kind] / part + 1)};
  }
  void operator()(std::size_t i) const {
    switch (kind) {
      case none:
        break;
      case dawdles:
        support::dawdle();
        break;
      case spins:
        support::spin_for(std::chrono::nanoseconds(i * 7919 % 8000));
        break;
      case one_is_long:
        if (i == items / 2) support::spin_for(microseconds(300));
        break;
      case sleeps:
        if (i % 4 == 1) std::this_thread::sleep_for(microseconds(30));
        break;
    }
  }
};

/// Who is inside of a thread_limit, nested items not counted twice.
class Crowd {
 public:
  template <class F>
  void with(F f) {
    Crowd* const before = std::exchange(here_, this);
    if (before != this) {
      int const now = inside_.fetch_add(1) + 1;
      int seen = most_.load();
      while (seen < now && !most_.compare_exchange_weak(seen, now)) {
      }
    }
    f();
    if (before != this) inside_.fetch_sub(1);
    here_ = before;
  }
  [[nodiscard]] int most() const { return most_.load(); }

 private:
  static inline thread_local Crowd* here_ = nullptr;
  std::atomic<int> inside_{0};
  std::atomic<int> most_{0};
};

class User {
 public:
  User(Watchdog& dog, Verdict& verdict, Doing* doing, std::uint64_t seed, int depth)
      : dog_(dog), verdict_(verdict), doing_(doing), seed_(seed), random_(seed), depth_(depth) {}

  /// Makes one call, with all that it draws inside.
  void call() {
    struct Kind {
      char const* name;
      void (User::*run)();
    };
    static constexpr Kind kinds[] = {
      {"positions, each once", &User::positions},
      {"calls inside items", &User::nests},
      {"calls inside items", &User::nests},
      {"a mutex held across calls", &User::nests_locked},
      {"an item throws", &User::throws},
      {"a call is stopped", &User::stops},
      {"a deadline passes", &User::has_a_deadline},
      {"a bridge", &User::bridges},
      {"for_each_ordered over a list", &User::orders},
      {"filter and collect", &User::collects},
      {"find_first beside an exception", &User::finds},
      {"groups", &User::groups},
      {"items that add others", &User::grows},
      {"words and windows", &User::cuts_up},
      {"a thread_limit", &User::limits},
      {"a thread inside an item", &User::starts_a_thread},
      {"an algorithm", &User::algorithm},
      {"an algorithm", &User::algorithm},
      {"an algorithm", &User::algorithm},
      {"a tree of joins", &User::joins},
      {"tasks that spawn tasks", &User::spawns},
      {"a call in the background", &User::goes_on_meanwhile},
#if defined(SOAK_RANDOM_PIPELINES)
      {"a random pipeline", &User::random_pipeline},
      {"a random pipeline", &User::random_pipeline},
      {"a random pipeline", &User::random_pipeline},
#endif
    };
    Kind const& kind = kinds[random_.below(sizeof kinds / sizeof kinds[0])];
    if (doing_ != nullptr) {
      doing_->what.store(kind.name, std::memory_order_relaxed);
      doing_->seed.store(seed_, std::memory_order_relaxed);
    }
    (this->*kind.run)();
    dog_.tick();
  }

 private:
  using Controller = pt::WorkerController;

  void draw_settings(Controller& controller) {
    if (random_.one_in(4)) controller.set_max_threads(static_cast<unsigned>(1 + random_.below(5)));
    static constexpr pt::RateOfChange rate;
    static constexpr pt::ChangeFromLastPoll change;
    if (random_.one_in(6)) controller.set_priority_strategy(rate);
    if (random_.one_in(6)) controller.set_priority_strategy(change);
  }
  template <class F>
  void each(std::size_t n, F const& f) {
    Controller controller;
    draw_settings(controller);
    controller.for_each_position(n, f);
  }
  /// Another call, drawn from this one's seed and `i`; items make it at the same time.
  void call_inside(std::size_t i) { User(dog_, verdict_, nullptr, seed_ * 31 + i + 1, depth_ + 1).call(); }

  void positions() {
    Work const work = Work::draw(random_);
    std::vector<std::atomic<unsigned char>> ran(work.items);
    pt::RunReport report;
    bool const reports = random_.one_in(3);
    Controller controller;
    draw_settings(controller);
    if (reports) controller.set_report(report);
    controller.for_each_position(work.items, [&](std::size_t i) {
      work(i);
      ran[i].fetch_add(1, std::memory_order_relaxed);
    });
    bool right = true;
    for (auto const& times : ran) right = right && times.load(std::memory_order_relaxed) == 1;
    verdict_.check(right, "a position did not run exactly once");
    if (reports) verdict_.check(report.items == work.items, "the report counts other items");
  }

  void nests() {
    if (depth_ == 3) return positions();
    std::size_t const n = random_.below(7);
    std::atomic<std::size_t> ran{0};
    each(n, [&](std::size_t i) {
      call_inside(i);
      ran.fetch_add(1, std::memory_order_relaxed);
    });
    verdict_.check(ran == n, "an item with a call inside was lost");
  }

  void nests_locked() {
    if (depth_ == 3) return positions();
    std::size_t const n = random_.below(5);
    std::mutex mutex;
    std::size_t ran = 0;
    each(n, [&](std::size_t i) {
      std::lock_guard const guard(mutex);
      call_inside(i);
      ++ran;
    });
    verdict_.check(ran == n, "a locked item was lost");
  }

  void throws() {
    Work const work = Work::draw(random_);
    std::size_t const a = random_.below(work.items + 2);
    std::size_t const b = random_.below(work.items + 2);
    std::atomic<std::size_t> ran{0};
    bool thrown = false;
    try {
      each(work.items, [&](std::size_t i) {
        work(i);
        if (i == a || i == b) throw Thrown{i};
        ran.fetch_add(1, std::memory_order_relaxed);
      });
    } catch (Thrown const& error) {
      thrown = true;
      verdict_.check(error.position == a || error.position == b, "another exception came out");
    }
    verdict_.check(thrown == (a < work.items || b < work.items), "an exception was lost, or came from nowhere");
    if (!thrown) verdict_.check(ran == work.items, "a run without an exception lost items");
  }

  /// f makes a run of `n` items that may be cut short; it must not look finished then.
  template <class F>
  void cut_short(std::size_t n, F f, char const* what) {
    std::atomic<std::size_t> ran{0};
    bool ended = true;
    try {
      f(ran);
    } catch (pt::cancelled const&) {
      ended = false;
    }
    if (ended) verdict_.check(ran == n, what);
  }

  void stops() {
    Work const work = Work::draw(random_);
    std::size_t const at = random_.below(work.items + 2);
    bool const by_another = random_.one_in(3);
    std::atomic<bool> raised{false};
    std::optional<std::thread> other;
    if (by_another) {
      std::size_t const pause = random_.below(300);
      other.emplace([&raised, pause] {
        std::this_thread::sleep_for(microseconds(pause));
        raised = true;
      });
    }
    cut_short(
        work.items,
        [&](std::atomic<std::size_t>& ran) {
          pt::indices(work.items).stop_token(Flag{&raised}).for_each([&](std::size_t i) {
            work(i);
            if (i == at && !by_another) raised = true;
            ran.fetch_add(1, std::memory_order_relaxed);
          });
        },
        "a stopped run looked finished");
    if (other) other->join();
  }

  void has_a_deadline() {
    Work const work = Work::draw(random_);
    microseconds const time(random_.below(500));
    cut_short(
        work.items,
        [&](std::atomic<std::size_t>& ran) {
          pt::indices(work.items).deadline(time).for_each([&](std::size_t i) {
            work(i);
            ran.fetch_add(1, std::memory_order_relaxed);
          });
        },
        "a run that was late looked finished");
  }

  struct Generator {
    std::size_t at;
    std::size_t end;
    std::size_t throw_at;
    Work work;
    std::optional<std::size_t> next() {
      if (at == throw_at) throw Thrown{at};
      if (at == end) return std::nullopt;
      work(at);
      return at++;
    }
  };

  void bridges() {
    Work const work = Work::draw(random_, 2);
    Work const pulled = Work::draw(random_, 4);
    std::size_t const throw_at = random_.one_in(3) ? random_.below(work.items + 1) : work.items + 1;
    try {
      auto const result = pt::par_bridge(Generator{0, work.items, throw_at, pulled})
                              .map([&](std::size_t i) {
                                work(i);
                                return 3 * i;
                              })
                              .collect<std::vector>();
      bool right = result.size() == work.items && throw_at > work.items;
      for (std::size_t i = 0; right && i != result.size(); ++i) right = result[i] == 3 * i;
      verdict_.check(right, "a bridge gave other items");
    } catch (Thrown const& error) {
      verdict_.check(error.position == throw_at, "a bridge threw something else");
    }
  }

  void orders() {
    Work const work = Work::draw(random_, 2);
    std::list<std::size_t> list;
    for (std::size_t i = 0; i != work.items; ++i) list.push_back(i);
    std::vector<std::size_t> seen;
    pt::parallel_iter(list).inspect(work).for_each_ordered([&](std::size_t i) { seen.push_back(i); },
                                                           1 + random_.below(30));
    bool right = seen.size() == work.items;
    for (std::size_t i = 0; right && i != seen.size(); ++i) right = seen[i] == i;
    verdict_.check(right, "for_each_ordered lost the order");
  }

  void collects() {
    Work const work = Work::draw(random_);
    std::size_t const divisor = 2 + random_.below(5);
    std::vector<std::unique_ptr<std::size_t>> owned;
    std::vector<std::size_t> twin;
    for (std::size_t i = 0; i != work.items; ++i) {
      owned.push_back(std::make_unique<std::size_t>(i));
      if (i % divisor != 0) twin.push_back(i);
    }
    auto const result = pt::into_parallel_iter(std::move(owned))
                            .filter([divisor](std::unique_ptr<std::size_t> const& x) { return *x % divisor != 0; })
                            .map([work](std::unique_ptr<std::size_t> x) {
                              work(*x);
                              return *x;
                            })
                            .collect<std::vector>();
    verdict_.check(result == twin, "filter and collect gave other items");
  }

  void finds() {
    Work const work = Work::draw(random_);
    std::size_t const hit = random_.below(work.items + 2);
    std::size_t const thrower = random_.below(work.items + 2);
    try {
      auto const found = pt::indices(work.items).find_first([&](std::size_t i) {
        work(i);
        if (i == thrower && i != hit) throw Thrown{i};
        return i == hit;
      });
      verdict_.check(thrower >= hit || thrower >= work.items, "find_first did not throw what came first");
      verdict_.check(found.has_value() == (hit < work.items) && (!found || *found == hit), "find_first found another");
    } catch (Thrown const&) {
      verdict_.check(thrower < hit && thrower < work.items, "find_first threw what lies behind its answer");
    }
  }

  void groups() {
    Work const work = Work::draw(random_);
    std::size_t const keys = 1 + random_.below(random_.one_in(2) ? 5 : 1000);
    auto const of = [keys](std::size_t i) { return i % keys; };
    auto const groups = pt::indices(work.items).inspect(work).group_by(of);
    bool right = groups.size() == (work.items < keys ? work.items : keys);
    for (auto const& [key, items] : groups) {
      for (std::size_t i = 0; right && i != items.size(); ++i) right = items[i] == key + i * keys;
    }
    verdict_.check(right, "group_by gave other groups");
    auto const counts = pt::indices(work.items).map(of).count_by([](std::size_t key) { return key; });
    right = counts.size() == groups.size();
    for (auto const& [key, n] : counts) right = right && groups.at(key).size() == n;
    verdict_.check(right, "count_by counts otherwise than group_by");
  }

  void grows() {
    Work const work = Work::draw(random_, 8);
    std::atomic<std::size_t> sum{0};
    std::size_t expected = 0;
    std::vector<std::size_t> roots;
    for (std::size_t i = 0; i != work.items; ++i) roots.push_back(i);
    for (std::size_t x : roots) {
      for (; x != 0; x /= 2) expected += x;
    }
    pt::for_each_growing(std::move(roots), [&](std::size_t x, pt::Feeder<std::size_t>& feeder) {
      work(x);
      sum.fetch_add(x, std::memory_order_relaxed);
      if (x != 0) feeder.add(x / 2);
    });
    verdict_.check(sum == expected, "what items have added was lost");
  }

  void cuts_up() {
    Work const work = Work::draw(random_, 2);
    std::string text;
    for (std::size_t i = 0; i != work.items; ++i) text += i % 7 == 3 ? ' ' : 'a';
    std::size_t letters = 0;
    for (char const c : text) letters += c == 'a' ? 1U : 0U;
    auto const found = pt::words(text).map([](std::string_view word) { return word.size(); }).sum();
    verdict_.check(found == letters, "words lost letters");
    std::size_t const length = 1 + random_.below(9);
    auto windows = pt::slide(text, length).enumerate().map([&](std::size_t i, std::span<char const> window) {
      work(i);
      return window.data() == text.data() + i && window.size() == length;
    });
    std::size_t const expected = text.size() < length ? 0 : text.size() - length + 1;
    verdict_.check(std::move(windows).count_if([](bool right) { return right; }) == expected, "a window is elsewhere");
  }

  void limits() {
    auto const most = static_cast<std::uint32_t>(1 + random_.below(4));
    pt::thread_limit const limit(most);
    Work const outer = Work::draw(random_, 4);
    Work const inner = Work::draw(random_, 10);
    Crowd crowd;
    std::atomic<std::size_t> ran{0};
    each(outer.items, [&](std::size_t i) {
      crowd.with([&] {
        outer(i);
        if (i % 16 != 3) return;
        Controller().for_each_position(inner.items, [&](std::size_t k) {
          crowd.with([&] { inner(k); });
          ran.fetch_add(1, std::memory_order_relaxed);
        });
      });
    });
    verdict_.check(ran == (outer.items + 12) / 16 * inner.items, "items inside a thread_limit were lost");
    verdict_.check(crowd.most() <= static_cast<int>(most), "more threads than the thread_limit allows");
  }

  void starts_a_thread() {
    if (depth_ == 3) return positions();
    Work const work = Work::draw(random_, 8);
    std::atomic<std::size_t> ran{0};
    each(work.items, [&](std::size_t i) {
      work(i);
      if (i == work.items / 2) std::thread([&] { call_inside(i); }).join();
      ran.fetch_add(1, std::memory_order_relaxed);
    });
    verdict_.check(ran == work.items, "items beside a thread were lost");
  }

  void algorithm() {
    if (char const* const wrong = Algorithm(random_).run(); wrong != nullptr) verdict_.wrong(wrong);
  }

  /// What the nodes of a binary tree do: some call something else, one may throw.
  struct Tree {
    Work work;
    std::size_t call_at;
    std::size_t throw_at;
    std::atomic<std::size_t> ran{0};
  };
  void visit(Tree& tree, std::size_t i) {
    tree.work(i);
    if (i == tree.call_at && depth_ < 3) call_inside(i);
    tree.ran.fetch_add(1, std::memory_order_relaxed);
    if (i == tree.throw_at) throw Thrown{i};
  }
  void draw_places(Tree& tree) {
    tree.call_at = random_.below(2 * tree.work.items + 1);
    tree.throw_at = random_.one_in(3) ? random_.below(tree.work.items + 1) : tree.work.items;
  }
  std::size_t sum_of(Tree& tree, std::size_t first, std::size_t last) {
    if (last - first < 2) {
      if (first != last) visit(tree, first);
      return first == last ? 0 : first;
    }
    std::size_t const middle = first + (last - first) / 2;
    auto const [left, right] = pt::join([&] { return sum_of(tree, first, middle); },  //
                                        [&] { return sum_of(tree, middle, last); });
    return left + right;
  }
  void joins() {
    Tree tree{Work::draw(random_), 0, 0};
    draw_places(tree);
    std::size_t const n = tree.work.items;
    try {
      std::size_t const sum = sum_of(tree, 0, n);
      verdict_.check(tree.throw_at >= n, "joins lost an exception");
      verdict_.check(sum == (n == 0 ? 0 : n * (n - 1) / 2), "joins gave another sum");
    } catch (Thrown const& error) {
      verdict_.check(error.position == tree.throw_at, "joins threw something else");
    }
    verdict_.check(tree.ran == n, "a join did not run both closures once");
  }

  void spawn_below(pt::Scope& scope, Tree& tree, std::size_t i) {
    for (std::size_t const child : {2 * i + 1, 2 * i + 2}) {
      if (child < tree.work.items) scope.spawn([this, &scope, &tree, child] { spawn_below(scope, tree, child); });
    }
    visit(tree, i);
  }
  void spawns() {
    Tree tree{Work::draw(random_), 0, 0};
    draw_places(tree);
    std::size_t const n = tree.work.items;
    bool thrown = false;
    try {
      pt::scope([&](pt::Scope& scope) {
        if (n != 0) spawn_below(scope, tree, 0);
      });
    } catch (Thrown const& error) {
      thrown = true;
      verdict_.check(error.position == tree.throw_at, "a scope threw something else");
    }
    verdict_.check(thrown == (tree.throw_at < n), "a scope lost an exception, or made one");
    verdict_.check(tree.ran == n, "a task did not run once");
  }

  void goes_on_meanwhile() {
    Work const work = Work::draw(random_);
    Work const meanwhile = Work::draw(random_, 4);
    std::size_t const throw_at = random_.one_in(4) ? random_.below(work.items + 1) : work.items;
    std::size_t const then = random_.below(4);
    std::atomic<std::size_t> ran{0};
    auto handle = pt::indices(work.items)
                      .inspect([&](std::size_t i) {
                        work(i);
                        ran.fetch_add(1, std::memory_order_relaxed);
                        if (i == throw_at) throw Thrown{i};
                      })
                      .async()
                      .sum();
    if (then == 0) return;  // its destructor waits
    each(meanwhile.items, meanwhile);
    if (then == 1) handle.request_stop();
    try {
      auto const sum = handle.get();
      verdict_.check(ran == work.items && throw_at == work.items, "a call in the background looked finished");
      verdict_.check(sum == (work.items == 0 ? 0 : work.items * (work.items - 1) / 2), "another sum in the background");
    } catch (Thrown const& error) {
      verdict_.check(error.position == throw_at, "a call in the background threw something else");
    } catch (pt::cancelled const&) {
      verdict_.check(then == 1, "a call in the background was stopped by nobody");
    }
  }

#if defined(SOAK_RANDOM_PIPELINES)
  void random_pipeline() {
    std::string story;
    std::string const wrong = property::run_case(seed_, story);
    if (wrong.empty()) return;
    std::fprintf(stderr, "soak: random pipeline of seed %llu: %s -> %s\n", static_cast<unsigned long long>(seed_),
                 story.c_str(), wrong.c_str());
    verdict_.wrong("a random pipeline gave another result");
  }
#endif

  Watchdog& dog_;
  Verdict& verdict_;
  Doing* doing_;
  std::uint64_t seed_;
  Random random_;
  int depth_;
};

}  // namespace soak
