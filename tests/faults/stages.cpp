// What pipelines may be made of.
#include "faults/scenarios.hpp"

#include <array>

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
  add("inspect and update", [](Input& in) {
    return collected(pt::parallel_iter(in.list).copied().inspect([](Item const&) { step(); }).update([](Item& x) {
      x += Item(1);
    }));
  });
  add("enumerate", [](Input& in) { return collected(pt::parallel_iter(in.list).copied().enumerate()); });
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
