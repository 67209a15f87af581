// A state lives as long as its segment is run, not as long as what the terminal gathered there: no more states are
// alive than threads may compute, whatever the stages and the terminal, and none when the terminal has returned or
// thrown.
#include <parallel_task/stage/map_init.hpp>

#include "property/erased.hpp"
#include "stage/stages.hpp"

#include <any>
#include <array>
#include <functional>
#include <set>
#include <string>
#include <thread>

using namespace stages;

namespace {

struct Count {
  static inline std::atomic<int> alive{0};
  static inline std::atomic<int> most{0};
  static void begin() {
    int const now = ++alive;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) continue;
  }
};

/// Scratch that counts itself; `padding` makes it one that lives on the heap.
template <size_t padding>
struct Scratch {
  std::array<char, padding> room;
  int used = 0;
  Scratch() { Count::begin(); }
  Scratch(Scratch&&) noexcept { Count::begin(); }
  Scratch& operator=(Scratch&&) = default;
  ~Scratch() { --Count::alive; }
};
using Small = Scratch<8>;
using Large = Scratch<20'000>;

struct Thrown {};

/// run(n) may compute on n threads: at most `each` states for one of them.
template <class F>
void never_more_states_than_threads(int each, F run) {
  for (int n : {1, 2, 3, 4}) {
    for_each_schedule([&] {
      Count::most = 0;
      run(n);
      CHECK(Count::most <= each * n);
      CHECK(Count::alive == 0);
    });
  }
}

int use(int x, auto& scratch) {
  ++scratch.used;
  if (x % 8 == 0) std::this_thread::yield();  // so that others come in between
  return x;
}

auto small() { return Small(); }
auto large() { return Large(); }
auto const with_small = [](Small& s, int x) { return use(x, s); };
auto const with_large = [](Large& s, int x) { return use(x, s); };
auto const twice = [](int x) { return std::array<int, 2>{x, x}; };

/// f(each, pipe) for every kind of stage in front of a terminal; pipe(n) gives numbers, with a state on the way. Its
/// type does not tell of what it is made: terminals are compiled once for all of a kind.
template <class Source, class F>
void every_shape(Source source, F f) {
  auto const shape = [&](int each, auto made) {
    auto const erased = [&](int n) { return property::erase_as<int>(made(as_pipeline(source()))).threads(n); };
    f(each, std::function<decltype(erased(1))(int)>(erased));
  };
  shape(1, [](auto p) { return std::move(p).map_init(small, with_small); });
  shape(1, [](auto p) { return std::move(p).map_init(large, with_large).filter([](int x) { return x % 2 == 0; }); });
  shape(1, [](auto p) { return std::move(p).map_init(small, with_small).flat_map(twice); });
  shape(1, [](auto p) { return std::move(p).flat_map(twice).map_init(small, with_small); });
  shape(1, [](auto p) { return std::move(p).map_init(small, with_small).take_while([](int x) { return x >= 0; }); });
  shape(2, [](auto p) { return std::move(p).map_init(small, with_small).map_init(large, with_large); });
}

/// The same with fold, whose segments are whole: the type has to tell that.
template <class Source, class F>
void every_folding_shape(Source source, F f) {
  auto const add = [](Small& s, int x) { s.used += use(x, s) >= 0 ? 1 : 0; };
  auto const used = [](Small&& s) { return s.used; };
  auto const from = [&source](int n) { return as_pipeline(source()).threads(n); };
  f(1, [&](int n) {
    return from(n).map_init(small, with_small).fold([] { return 0; }, [](int a, int) { return a + 1; });
  });
  // fold's own state goes on as an item, by a move.
  f(2, [&](int n) { return from(n).fold(small, add).map(used); });
  f(2, [&](int n) {
    return from(n).fold([] { return 0; }, [](int a, int) { return a + 1; }).map_init(small, with_small);
  });
  f(3, [&](int n) { return from(n).map_init(large, with_large).fold(small, add).map(used); });
}

/// Every terminal; those behind the first five join in order.
template <class Pipe>
void every_terminal(Pipe pipe) {
  pipe().for_each([](int) {});
  (void)pipe().count();
  (void)pipe().sum();
  (void)pipe().any([](int x) { return x < 0; });
  (void)pipe().find_any([](int x) { return x < 0; });
  (void)pipe().template collect<std::vector>();
  (void)pipe().template collect<std::set>();
  ints into{1};
  pipe().append_to(into);
  pipe().for_each_ordered([](int) {}, 16);
  (void)pipe().try_for_each([](int) { return true; });
  (void)pipe().find_first([](int x) { return x < 0; });
  (void)pipe()
      .map([](int x) { return std::string(1, static_cast<char>('a' + (x < 0 ? -x : x) % 9)); })
      .reduce([](std::string&& a, std::string const& b) -> std::string&& { return std::move(a += b); });
  (void)pipe().minmax([](int a, int b) { return a < b; });
  (void)pipe().partition([](int x) { return x % 2 == 0; });
}

/// Made from anything, as std::any is.
struct MadeOfAnything {
  int from = 0;
  explicit MadeOfAnything(int i) : from(i) {}
  template <class T>
  MadeOfAnything(T&&) : from(-1) {}  // NOLINT
  MadeOfAnything(MadeOfAnything&&) = default;
  MadeOfAnything& operator=(MadeOfAnything&&) = default;
};

ints counting(int n) {
  ints v;
  for (int i = 0; i != n; ++i) v.push_back(i);
  return v;
}

}  // namespace

TEST_CASE("no more states are alive than threads may compute") {
  ints const v = counting(600);
  auto const source = [&v] { return every::detail::borrow(v); };
  every_shape(source, [](int each, auto shape) {
    never_more_states_than_threads(each, [&](int n) { every_terminal([&] { return shape(n); }); });
  });
  every_folding_shape(source, [](int each, auto shape) {
    never_more_states_than_threads(each, [&](int n) {
      (void)shape(n).count();
      (void)shape(n).template collect<std::vector>();
      shape(n).for_each_ordered([](int) {}, 16);
      (void)shape(n).find_first([](int x) { return x < 0; });
    });
  });
}

TEST_CASE("no more states are alive than threads may compute, of a source that is pulled") {
  ints const v = counting(600);
  every_shape([&v] { return every::detail::bridge(every::Generator{&v}); },
              [](int each, auto shape) {
                never_more_states_than_threads(each, [&](int n) {
                  (void)shape(n).template collect<std::vector>();
                  (void)shape(n).find_first([](int x) { return x < 0; });
                  shape(n).for_each_ordered([](int) {}, 16);
                });
              });
}

TEST_CASE("an exception in any item leaves no state, and there were no more than threads") {
  ints const v = counting(300);
  for (int at : {0, 1, 7, 150, 299}) {
    auto const source = [&v, at] {
      return every::detail::Map(every::detail::borrow(v), [at](int x) {
        if (x == at) throw Thrown{};
        return x;
      });
    };
    every_shape(source, [](int each, auto shape) {
      never_more_states_than_threads(each, [&](int n) {
        CHECK_THROWS_AS(shape(n).template collect<std::vector>(), Thrown);
        CHECK_THROWS_AS(shape(n).for_each_ordered([](int) {}), Thrown);
        CHECK_THROWS_AS(shape(n).count(), Thrown);
      });
    });
  }
}

TEST_CASE("what a fold keeps back is flushed once, by whoever ran the segment, and stops the rest by order") {
  ints const v = counting(2000);
  for_each_schedule([&] {
    auto const parts = [&v] {
      return pt::parallel_iter(v).fold([] { return ints(); }, [](ints& part, int x) { part.push_back(x); });
    };
    std::atomic<int> flushed{0};
    auto const all = parts().inspect([&](ints const&) { ++flushed; }).flatten().collect<std::vector>();
    CHECK(all == v);
    CHECK(flushed <= static_cast<int>(v.size()));
    // The segments are the run's own affair, but not whose hit is the first.
    auto const first = parts().find_first([](ints const& part) { return part.back() >= 1000; });
    REQUIRE(first);
    CHECK(first->front() <= 1000);
    CHECK(first->back() >= 1000);
    int calls = 0;
    auto const failing = [&] {
      parts()
          .map([](ints&& part) {
            if (part.back() >= 1000) throw part;
            return part;
          })
          .for_each_ordered([&](ints const& part) { calls += static_cast<int>(part.size()); });
    };
    try {
      failing();
      CHECK(false);
    } catch (ints const& part) {
      CHECK(part.front() <= 1000);
      CHECK(part.front() == calls);  // all before it, and nothing else
    }
    try {
      (void)parts().try_for_each([](ints const& part) -> bool {
        if (part.back() >= 1000) throw part;
        return true;
      });
      CHECK(false);
    } catch (ints const& part) {
      CHECK(part.front() <= 1000);
    }
  });
}

TEST_CASE("a state is what make() returns, whatever it may be constructed from") {
  ints const v = counting(10);
  auto const made = pt::parallel_iter(v)
                        .map_init([] { return MadeOfAnything(7); }, [](MadeOfAnything& g, int) { return g.from; })
                        .collect<std::vector>();
  CHECK(made == ints(10, 7));
}

TEST_CASE("an accumulator that returns itself by reference is not assigned to itself") {
  ints const v = counting(100);
  auto const all = pt::parallel_iter(v)
                       .fold([] { return ints(); },
                             [](ints&& part, int x) -> ints&& {
                               part.push_back(x);
                               return std::move(part);
                             })
                       .reduce([](ints&& left, ints const& right) -> ints&& {
                         left.insert(left.end(), right.begin(), right.end());
                         return std::move(left);
                       });
  REQUIRE(all);
  CHECK(*all == v);
}

TEST_CASE("a state that can't be moved is what make() returns, too") {
  struct Fixed {
    int from = 0;
    explicit Fixed(int i) : from(i) {}
    explicit Fixed(std::any const&) : from(-1) {}
    Fixed(Fixed&&) = delete;
  };
  ints const v = counting(10);
  auto const made = pt::parallel_iter(v)
                        .map_init([] { return Fixed(7); }, [](Fixed& f, int) { return f.from; })
                        .collect<std::vector>();
  CHECK(made == ints(10, 7));
}
