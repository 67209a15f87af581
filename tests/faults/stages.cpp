// What pipelines may be made of.
#include "faults/scenarios.hpp"

#include <array>
#include <chrono>
#include <string_view>

namespace faults {

namespace {

/// A closure that may throw when it is moved, too.
struct Twice {
  Item two{2};
  Item operator()(Item const& x) const { return Item(two.value() * x.value()); }
};

struct Token {
  [[nodiscard]] bool stop_requested() const { return step(), false; }
};

template <class Pipeline>
Digest collected(Pipeline&& pipeline) {
  return digest(std::forward<Pipeline>(pipeline).template collect<std::vector>());
}

void add_stages_and_sources(std::vector<Scenario>& all) {
  auto const add = [&all](char const* name, Digest (*run)(Input&), bool may_hide = false) {
    all.push_back({name, run, may_hide, false});
  };
  auto const consuming = [&all](char const* name, Digest (*run)(Input&)) { all.push_back({name, run, false, true}); };

  // --- stages
  add("map, by a closure that may throw when it is moved",
      [](Input& in) { return collected(pt::parallel_iter(in.items).map(Twice{})); });
  add("filter", [](Input& in) {
    return collected(pt::parallel_iter(in.items).filter([](Item const& x) { return step(), x.value() % 2 == 0; }));
  });
  add("filter_map", [](Input& in) {
    return collected(pt::parallel_iter(in.items).filter_map([](Item const& x) {
      return step(), x.value() % 2 == 0 ? std::optional<Item>(x) : std::nullopt;
    }));
  });
  add("flat_map", [](Input& in) {
    return collected(pt::parallel_iter(in.items).flat_map([](Item const& x) { return std::vector<Item>{x, x}; }));
  });
  add("flat_map to a range that may throw", [](Input& in) {
    return collected(pt::indices(3).flat_map([&in](int) { return step(), Steps<false>(in.items); }));
  });
  add("flatten", [](Input& in) {
    return collected(pt::parallel_iter(in.items).map([](Item const& x) { return std::vector<Item>{x, x}; }).flatten());
  });
  add("inspect and update", [](Input& in) {
    return collected(pt::parallel_iter(in.list).copied().inspect([](Item const&) { step(); }).update([](Item& x) {
      x += Item(1);
    }));
  });
  add("enumerate", [](Input& in) { return collected(pt::parallel_iter(in.list).copied().enumerate()); });
  add("slice, keys and values", [](Input& in) {
    auto const pairs = [&in] { return pt::parallel_iter(in.list).copied().zip_equal(in.items).slice(3, 20); };
    return collected(pairs().keys()) + 31 * collected(pairs().values());
  });
  add("zip", [](Input& in) {
    return collected(pt::parallel_iter(in.items)
                         .zip(in.list, Steps<true>(in.items))
                         .map([](Item const& x, Item const& y, Item const& z) {
                           return Item(x.value() + 2 * y.value() + 3 * z.value());
                         }));
  });
  add("chain", [](Input& in) { return collected(pt::parallel_iter(in.items).chain(in.list).map(Twice{})); });
  add("reverse", [](Input& in) { return collected(pt::parallel_iter(in.list).reverse().map(Twice{})); });
  add("take, drop and stride", [](Input& in) {
    return collected(pt::parallel_iter(Steps<false>(in.items)).drop(3).stride(2).take(12).copied());
  });
  add("chunk and fold_chunks", [](Input& in) {
    return collected(pt::parallel_iter(in.list).copied().chunk(3).map([](std::vector<Item> const& part) {
             return Item(part.front().value() + part.back().value());
           })) +
           31 * collected(pt::parallel_iter(in.items).fold_chunks(
                    4, [] { return step(), Item(0); }, [](Item& sum, Item const& x) { sum += x; }));
  });
  add("interleave", [](Input& in) {
    return collected(pt::parallel_iter(in.items).interleave(in.list)) +
           31 * collected(pt::parallel_iter(Steps<false>(in.items)).interleave(in.list).map(Twice{}));
  });
  add("positions, cast and elements", [](Input& in) {
    auto const odd = [](Item const& x) { return step(), x.value() % 2 != 0; };
    return collected(pt::parallel_iter(in.list).positions(odd).cast<int>().map([](int i) { return Item(i); })) +
           collected(pt::parallel_iter(in.items).copied().enumerate().elements<1>());
  });
  add("drop_while", [](Input& in) {
    auto const small = [](Item const& x) { return step(), x.value() < 12; };
    return collected(pt::parallel_iter(in.list).drop_while(small)) +
           31 * collected(pt::parallel_iter(in.items).map(Twice{}).drop_while(small));
  });
  add("scans", [](Input& in) {
    auto const plus = [](Item const& x, Item const& y) { return step(), Item(x.value() + y.value()); };
    return collected(pt::parallel_iter(in.list).inclusive_scan(plus)) +
           31 * collected(pt::parallel_iter(in.items).map(Twice{}).exclusive_scan(Item(1), plus));
  });
  add("take_any of more than there are",
      [](Input& in) { return collected(pt::parallel_iter(in.items).take_any(1000).map(Twice{})); });
  add(
      "map_while",
      [](Input& in) {
        return collected(pt::parallel_iter(in.items).map_while([](Item const& x) {
          return step(), x.value() < 25 ? std::optional<Item>(x) : std::nullopt;
        }));
      },
      true);
  add("map_init, a state a thread", [](Input& in) {
    return collected(pt::parallel_iter(in.items).map_init(pt::per_thread([] { return step(), Item(1); }),
                                                          [](Item& one, Item const& x) {
                                                            return step(), Item(one.value() + x.value());
                                                          }));
  });
  add("parts of ranges", [](Input& in) {
    auto const ends = [](auto const& part) {
      step();
      Item result(1);
      for (Item const& x : part) result += x;
      return result;
    };
    auto const odd = [](Item const& x) { return step(), x.value() % 2 != 0; };
    auto const near = [](Item const& x, Item const& y) { return step(), (x.value() + y.value()) % 3 != 0; };
    return collected(pt::chunk(in.items, 4).map(ends)) + 3 * collected(pt::chunk_exact(in.list, 4).map(ends)) +
           5 * collected(pt::slide(Steps<false>(in.items), 4).map(ends)) +
           7 * collected(pt::split(in.items, odd).map(ends)) + 11 * collected(pt::split_after(in.list, odd).map(ends)) +
           13 * collected(pt::chunk_by(in.items, near).map(ends));
  });
  add("neighbours, pairs and nested loops", [](Input& in) {
    auto const sum = [](Item const& x, Item const& y) { return Item(x.value() + 2 * y.value()); };
    auto const numbers = [](int i, int j) { return step(), Item(i + 7 * j); };
    return collected(pt::adjacent<2>(in.list).map(sum)) +
           3 * collected(pt::cartesian_product(in.items, in.list).take_any(10000).map(sum)) +
           5 * collected(pt::indices2(5, 6).map(numbers)) +
           11 * digest(
                    pt::indices3(3, 4, 2).map([](int i, int j, int k) { return step(), Item(i + 7 * j + k); }).sum()) +
           7 * collected(pt::repeat_n(Item(3), 20).map(Twice{}).chain(pt::once(Item(4))).chain(pt::empty<Item>()));
  });
  add("trees", [](Input&) {
    auto const below = [](Item const& x) {
      step();
      return std::vector<Item>(static_cast<std::size_t>(x.value() / 2), Item(x.value() - 2));
    };
    return collected(pt::walk_tree_prefix(Item(6), below)) + 31 * collected(pt::walk_tree_postfix(Item(7), below)) +
           digest(pt::walk_tree(Item(6), below).sum());
  });
  add("for_each_growing", [](Input& in) {
    std::atomic<Digest> sum{0};
    pt::for_each_growing(in.items, [&sum](Item const& x, pt::Feeder<Item>& feeder) {
      step();
      sum += digest(x);
      if (x.value() > 0 && x.value() % 2 == 0) feeder.add(Item(x.value() / 2));
    });
    return sum.load();
  });
  add("pieces of text", [](Input&) {
    auto const size = [](std::string_view piece) { return step(), Item(static_cast<int>(piece.size())); };
    auto const place = [](std::size_t i) { return step(), Item(static_cast<int>(i)); };
    std::string_view const text = "to be, or not to be,\nthat is\nthe question, and no other";
    return collected(pt::lines(text).map(size)) + 3 * collected(pt::words(text).map(size)) +
           5 * collected(pt::split(text, [](char c) { return step(), c == ','; }).map(size)) +
           7 * collected(pt::find_all(text, "e").map(place));
  });
  add("intersperse", [](Input& in) {
    return collected(pt::parallel_iter(in.list).intersperse(Item(7))) +
           31 * collected(pt::parallel_iter(in.items).map(Twice{}).intersperse(Item(7)));
  });
  add(
      "take_while",
      [](Input& in) {
        return collected(
            pt::parallel_iter(in.items).take_while([](Item const& x) { return step(), x.value() < 25; }).copied());
      },
      true);
  add("map_init", [](Input& in) {
    return collected(pt::parallel_iter(in.items).map_init(
        [] { return Item(1); }, [](Item& one, Item const& x) { return step(), Item(one.value() + x.value()); }));
  });
  add("a state that needs the heap", [](Input& in) {
    // Larger than what a worker's place holds: each segment is an allocation, and opening it may throw behind that.
    return collected(pt::parallel_iter(Steps<true>(in.items))
                         .map_init([] { return std::array<int, 100>{1}; },
                                   [](std::array<int, 100> const& one, Item const& x) {
                                     return Item(one[0] + x.value());
                                   }));
  });
  add("fold", [](Input& in) {
    return digest(pt::parallel_iter(in.items)
                      .fold([] { return std::vector<Item>(); },
                            [](std::vector<Item>& kept, Item const& x) { kept.push_back(x); })
                      .reduce([](std::vector<Item> a, std::vector<Item> const& b) {
                        a.insert(a.end(), b.begin(), b.end());
                        return a;
                      }));
  });
  add("fold, in order", [](Input& in) {
    Digest sum = 0;
    pt::parallel_iter(in.list)
        .fold([] { return std::list<Item>(); }, [](std::list<Item>& kept, Item const& x) { kept.push_back(x); })
        .for_each_ordered([&sum](std::list<Item> const& kept) {
          step();
          for (Item const& x : kept) sum = 31 * sum + digest(x);
        });
    return sum;
  });
  add("a report", [](Input& in) {
    pt::RunReport report;
    return collected(pt::parallel_iter(in.items).report(report).map(Twice{}));
  });
  add(
      "a trace, which does without the memory that it does not get",
      [](Input& in) {
        pt::Trace trace;
        return collected(pt::parallel_iter(in.items).trace(trace).map(Twice{}));
      },
      true);
  add("a context that is captured, entered and left", [](Input& in) {
    struct Entered {
      Item own;
      explicit Entered(Item const& captured) : own((step(), captured)) {}
    };
    auto const capture = [] { return step(), Item(7); };
    auto const enter = [](Item const& captured) { return Entered(captured); };
    return collected(pt::parallel_iter(in.items).with_context(capture, enter).map(Twice{})) +
           31 * digest(pt::parallel_iter(in.list).copied().with_context(capture, enter).sum());
  });
  add("settings that call a user's code", [](Input& in) {
    auto const tell = [](pt::Progress const&) { step(); };
    auto const strategy = [](pt::QueueLoad const& load) noexcept { return static_cast<double>(load.items); };
    return collected(pt::parallel_iter(in.items)
                         .min_len(2)
                         .max_len(3)
                         .threads(3)
                         .steal_from(strategy)
                         .progress(tell, std::chrono::seconds(0))
                         .map(Twice{}));
  });
  add("the same bits on any number of threads", [](Input& in) {
    auto total = pt::parallel_iter(in.list).map([](Item const& x) { return step(), 0.5 * x.value(); });
    return static_cast<Digest>(2 * std::move(total).deterministic().sum()) +
           digest(pt::parallel_iter(in.items).deterministic().reduce(Item(5),
                                                                     [](Item a, Item const& b) { return a += b; }));
  });
  add("parallel_for", [](Input& in) {
    std::vector<Item> doubled(in.items.size());
    pt::parallel_for(in.items.size(), [&](std::size_t i) { doubled[i] = Item(2 * in.items[i].value()); });
    return digest(doubled);
  });
  add("a stop token that may throw",
      [](Input& in) { return collected(pt::parallel_iter(in.items).stop_token(Token{}).map(Twice{})); });
  add("a nested call", [](Input& in) {
    return collected(pt::parallel_iter(in.items).take(6).map([&in](Item const& x) {
      return Item(x.value() + pt::parallel_iter(in.items).take(6).map(Twice{}).sum().value());
    }));
  });

  // --- sources
  add("a list", [](Input& in) { return collected(pt::parallel_iter(in.list)); });
  add("a forward range", [](Input& in) { return collected(pt::parallel_iter(Steps<false>(in.items))); });
  add("a forward range of known size", [](Input& in) {
    return collected(pt::parallel_iter(Steps<true>(in.items)).filter([](Item const&) { return true; }));
  });
  add("an input range", [](Input& in) { return collected(pt::par_bridge(Once(in.items))); });
  consuming("a vector, consumed",
            [](Input& in) { return collected(pt::into_parallel_iter(std::move(in.given)).map(Twice{})); });
  consuming("a set, consumed", [](Input& in) { return collected(pt::into_parallel_iter(std::move(in.set))); });
  consuming("a map, consumed", [](Input& in) {
    return collected(pt::into_parallel_iter(std::move(in.map)).map([](Item const& key, Item const& value) {
      return Item(key.value() + value.value());
    }));
  });
}

Listed const listed(&add_stages_and_sources);

}  // namespace

}  // namespace faults
