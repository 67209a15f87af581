// What pipelines may end in, each behind an indexed source, and behind one that is read once and has lost the index.
#include "faults/scenarios.hpp"

#include <array>
#include <deque>
#include <forward_list>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <variant>

namespace faults {

namespace {

int constexpr middle = 17;  // among the first half of the items

struct Indexed {
  static constexpr char const* name = "a vector";
  static auto begin(Input& in) { return pt::parallel_iter(in.items); }
};
struct Read {
  static constexpr char const* name = "a filtered generator";
  static auto begin(Input& in) {
    return pt::par_bridge(Generator(in.items)).filter([](Item const& x) { return step(), x.value() % 5 != 3; });
  }
};

/// Appends to a container that holds two items. After an exception it must be as it was.
template <class C, class From>
Digest appended(Input& in) {
  C into;
  if constexpr (requires { into.push_front(Item()); }) {
    into.push_front(Item(-1));
    into.push_front(Item(-2));
  } else {
    into.insert(into.end(), Item(-2));
    into.insert(into.end(), Item(-1));
  }
  Digest const before = unordered(into);
  try {
    From::begin(in).append_to(into);
  } catch (...) {
    if (unordered(into) != before) ++Item::wrong;
    throw;
  }
  if constexpr (requires { typename C::hasher; }) {
    return unordered(into);
  } else {
    return digest(into);
  }
}

/// Those that tell an index from none, or cut.
template <class From>
void add_after(std::vector<Scenario>& all) {
  auto const add = [&all](char const* name, Digest (*run)(Input&), bool may_hide = false) {
    all.push_back({std::string(From::name) + ", " + name, run, may_hide, false});
  };
  add("for_each", [](Input& in) {
    std::atomic<Digest> sum{0};
    From::begin(in).for_each([&](Item const& x) { step(), sum += digest(x) * digest(x); });
    return sum.load();
  });
  add("for_each_ordered", [](Input& in) {
    Digest sum = 0;
    From::begin(in).for_each_ordered([&](Item const& x) { step(), sum = 31 * sum + digest(x); }, 5);
    return sum;
  });
  add(
      "try_for_each",
      [](Input& in) {
        return digest(From::begin(in).try_for_each([](Item const& x) {
          return step(), x.value() == middle ? std::optional<Item>() : std::optional<Item>(x);
        }));
      },
      true);
  add("for_each_init", [](Input& in) {
    std::atomic<Digest> sum{0};
    From::begin(in).for_each_init([] { return step(), Item(1); },
                                  [&sum](Item& one, Item const& x) {
                                    step();
                                    sum += static_cast<Digest>(one.value() * x.value());
                                  });
    return sum.load();
  });
  add(
      "try_for_each_init",
      [](Input& in) {
        return digest(From::begin(in).try_for_each_init([] { return step(), Item(1); },
                                                        [](Item& one, Item const& x) {
                                                          return step(), x.value() == middle * one.value()
                                                                             ? std::optional<Item>()
                                                                             : std::optional<Item>(x);
                                                        }));
      },
      true);
  add("collect a vector", [](Input& in) { return digest(From::begin(in).template collect<std::vector<Item>>()); });
  add("collect a buffer", [](Input& in) { return digest(From::begin(in).template collect<pt::buffer<Item>>()); });
  add("collect a list", [](Input& in) { return digest(From::begin(in).template collect<std::list<Item>>()); });
  add("collect_into a vector", [](Input& in) {
    std::vector<Item> into(3);
    From::begin(in).collect_into(into);
    return digest(into);
  });
  add("collect_into a list", [](Input& in) {
    std::list<Item> into(3);
    From::begin(in).collect_into(into);
    return digest(into);
  });
  add("append_to a vector", &appended<std::vector<Item>, From>);
  add("append_to a list", &appended<std::list<Item>, From>);
  add("reduce from a value",
      [](Input& in) { return digest(From::begin(in).reduce(Item(5), [](Item a, Item const& b) { return a += b; })); });
  add("reduce", [](Input& in) { return digest(From::begin(in).reduce([](Item a, Item const& b) { return a += b; })); });
  add("sum", [](Input& in) { return digest(From::begin(in).sum()); });
  add("max by an order", [](Input& in) {
    return digest((From::begin(in).max)([](Item const& a, Item const& b) {
      return step(), a.value() % 7 < b.value() % 7;
    }));
  });
  add(
      "any",
      [](Input& in) { return digest(From::begin(in).any([](Item const& x) { return step(), x.value() == middle; })); },
      true);
  add(
      "find_any",
      [](Input& in) {
        return digest(From::begin(in).find_any([](Item const& x) { return step(), x.value() == middle; }));
      },
      true);
  add(
      "find_first",
      [](Input& in) {
        return digest(From::begin(in).find_first([](Item const& x) { return step(), x.value() >= middle; }));
      },
      true);
  add("unzip", [](Input& in) {
    return digest(From::begin(in).map([](Item const& x) { return std::pair<Item, Item>(x, x.value() / 2); }).unzip());
  });
}

/// Those to which all pipelines are the same.
template <class From>
void add_once(std::vector<Scenario>& all) {
  auto const add = [&all](char const* name, Digest (*run)(Input&), bool may_hide = false) {
    all.push_back({std::string(From::name) + ", " + name, run, may_hide, false});
  };
  add("collect a deque", [](Input& in) { return digest(From::begin(in).template collect<std::deque<Item>>()); });
  add("collect a forward_list",
      [](Input& in) { return digest(From::begin(in).template collect<std::forward_list<Item>>()); });
  add("collect a set", [](Input& in) { return digest(From::begin(in).template collect<std::set<Item>>()); });
  add("collect an unordered_set",
      [](Input& in) { return unordered(From::begin(in).template collect<std::unordered_set<Item, Hash, Equal>>()); });
  add("collect a map", [](Input& in) {
    return digest(From::begin(in)
                      .map([](Item const& x) { return std::pair<Item, Item>(x.value() / 2, x); })
                      .template collect<std::map<Item, Item>>());
  });
  add("collect an unordered_map", [](Input& in) {
    return unordered(From::begin(in)
                         .map([](Item const& x) { return std::pair<Item, Item>(x.value() / 2, x); })
                         .template collect<std::unordered_map<Item, Item, Hash, Equal>>());
  });
  add("collect a string", [](Input& in) {
    std::string const text = From::begin(in)
                                 .map([](Item const& x) { return std::string(40, static_cast<char>(x.value())); })
                                 .template collect<std::string>();
    Digest sum = 0;
    for (char const c : text) sum = 31 * sum + static_cast<Digest>(c);
    return sum;
  });
  add("append_to a set", &appended<std::set<Item>, From>);
  add("count_if", [](Input& in) {
    return digest(From::begin(in).count_if([](Item const& x) { return step(), x.value() % 3 == 0; }));
  });
  add("collect a vector, by the name of C++23",
      [](Input& in) { return digest(From::begin(in).template to<std::vector>()); });
  add("count", [](Input& in) { return digest(From::begin(in).count()); });
  add("product and mean", [](Input& in) {
    auto const numbers = [&in] {
      return From::begin(in).map([](Item const& x) { return step(), 1.0 + x.value() % 2; });
    };
    return static_cast<Digest>(numbers().product()) + static_cast<Digest>(1000 * numbers().mean().value());
  });
  add("minmax", [](Input& in) { return digest(From::begin(in).minmax()); });
  add("min_by_key and max_by_key", [](Input& in) {
    auto const key = [](Item const& x) { return Item((x.value() * 37) % 101); };
    return digest(From::begin(in).min_by_key(key)) + 31 * digest(From::begin(in).max_by_key(key));
  });
  add(
      "none",
      [](Input& in) { return digest(From::begin(in).none([](Item const& x) { return step(), x.value() < 0; })); },
      true);
  add("min", [](Input& in) { return digest((From::begin(in).min)()); });
  add("minmax_by_key", [](Input& in) {
    return digest(From::begin(in).minmax_by_key([](Item const& x) { return Item((x.value() * 37) % 101); }));
  });
  add(
      "all",
      [](Input& in) { return digest(From::begin(in).all([](Item const& x) { return step(), x.value() >= 0; })); },
      true);
  add(
      "contains", [](Input& in) { return digest(From::begin(in).contains(Item(middle))); }, true);
  add(
      "find_last",
      [](Input& in) {
        return digest(From::begin(in).find_last([](Item const& x) { return step(), x.value() <= middle; }));
      },
      true);
  add(
      "find_map_first, find_map_any and find_map_last",
      [](Input& in) {
        auto const half = [](Item const& x) {
          return step(), x.value() == middle ? std::optional<Item>(middle / 2) : std::nullopt;
        };
        return digest(From::begin(in).find_map_first(half)) + 31 * digest(From::begin(in).find_map_any(half)) +
               961 * digest(From::begin(in).find_map_last(half));
      },
      true);
  add(
      "first and last", [](Input& in) { return digest(From::begin(in).first()) + 31 * digest(From::begin(in).last()); },
      true);
  add(
      "is_sorted and is_partitioned",
      [](Input& in) {
        auto const small = [](Item const& x) { return step(), x.value() < middle; };
        return digest(From::begin(in).is_sorted()) + 31 * digest(From::begin(in).is_partitioned(small));
      },
      true);
  add(
      "try_reduce and try_fold",
      [](Input& in) {
        auto const maybe = [](Item const& x) {
          return step(), x.value() > 30 ? std::optional<Item>() : std::optional<Item>(x);
        };
        auto const plus = [](Item a, Item const& b) { return std::optional<Item>(a += b); };
        return digest(From::begin(in).map(maybe).try_reduce(Item(3), plus)) +
               digest(From::begin(in).map(maybe).try_reduce(plus).has_value()) +
               digest(From::begin(in).try_fold([] { return Item(1); }, plus).count() != 0);
      },
      true);
  add(
      "try_collect",
      [](Input& in) {
        return digest(From::begin(in)
                          .map([](Item const& x) { return step(), std::optional<Item>(x); })
                          .template try_collect<std::vector>());
      },
      true);
  add("aggregate and collect_segments", [](Input& in) {
    auto const joined = From::begin(in).aggregate([] { return step(), std::vector<Item>(); },
                                                  [](std::vector<Item>& part, Item const& x) { part.push_back(x); },
                                                  [](std::vector<Item>& left, std::vector<Item> const& right) {
                                                    left.insert(left.end(), right.begin(), right.end());
                                                  });
    Digest sum = 17;
    for (auto const& part : From::begin(in).collect_segments()) {
      for (Item const& x : part) sum = 1'000'003 * sum + digest(x) + 1;
    }
    return digest(joined) + 3 * sum;
  });
  add("join_with", [](Input& in) {
    return static_cast<Digest>(
        From::begin(in).map([](Item const& x) { return step(), std::to_string(x.value()); }).join_with(", ").size());
  });
  add("partition_map and unzip_into", [](Input& in) {
    using Either = std::variant<Item, std::pair<Item, Item>>;
    auto const either = [](Item const& x) { return x.value() % 2 == 0 ? Either(x) : Either(std::pair(x, x)); };
    std::vector<Item> first(2);
    std::list<Item> second;
    From::begin(in)
        .map([](Item const& x) { return std::pair<Item, Item>(x, x.value() / 2); })
        .unzip_into(first, second);
    return digest(From::begin(in).partition_map(either)) + digest(first) + 7 * digest(second);
  });
  add("group_by and count_by", [](Input& in) {
    auto const key = [](Item const& x) { return step(), Item(x.value() % 5); };
    return digest(From::begin(in).group_by(key)) + 31 * digest(From::begin(in).count_by(key));
  });
  add("to_map and distinct", [](Input& in) {
    auto const key = [](Item const& x) { return step(), x.value() % 5; };
    auto const value = [](Item const& x) { return x; };
    auto const plus = [](Item a, Item const& b) { return a += b; };
    return digest(From::begin(in).to_map(key, value, plus)) +
           31 * digest(From::begin(in).map([](Item const& x) { return Item(x.value() / 2); }).distinct());
  });
  add("collect a map, merging", [](Input& in) {
    return digest(From::begin(in)
                      .map([](Item const& x) { return std::pair<Item, Item>(x.value() / 3, x); })
                      .template collect<std::map>([](Item a, Item const& b) { return a += b; }));
  });
  add("histogram", [](Input& in) {
    return digest(From::begin(in).histogram(5, [](Item const& x) { return step(), x.value() % 5; }));
  });
  add("smallest, largest and top_k", [](Input& in) {
    auto const less = [](Item const& a, Item const& b) { return step(), a.value() % 7 < b.value() % 7; };
    return digest(From::begin(in).smallest(4)) + 31 * digest(From::begin(in).largest(4, less)) +
           961 * digest(From::begin(in).top_k(2, less));
  });
  add("partition", [](Input& in) {
    return digest(From::begin(in).partition([](Item const& x) { return step(), x.value() % 3 == 0; }));
  });
}

void add_terminals(std::vector<Scenario>& all) {
  add_after<Indexed>(all);
  add_after<Read>(all);
  add_once<Read>(all);
  all.push_back({"a vector, append_to an unordered_set", &appended<std::unordered_set<Item, Hash, Equal>, Indexed>});
  all.push_back({"a vector, append_to a multiset", &appended<std::multiset<Item>, Indexed>});
  all.push_back({"a vector, append_to a deque", &appended<std::deque<Item>, Indexed>});
  all.push_back({"a vector, append_to a forward_list", &appended<std::forward_list<Item>, Indexed>});
  all.push_back({"a vector, position_first",
                 [](Input& in) {
                   auto const hit = [](Item const& x) { return step(), x.value() >= middle; };
                   return static_cast<Digest>(pt::parallel_iter(in.items).position_first(hit).value());
                 },
                 true});
  all.push_back({"a generator, position_first",
                 [](Input& in) {
                   auto const hit = [](Item const& x) { return step(), x.value() >= middle; };
                   return static_cast<Digest>(pt::par_bridge(Generator(in.items)).position_first(hit).value());
                 },
                 true});
  all.push_back({"a vector, find_last and last",
                 [](Input& in) {
                   auto const hit = [](Item const& x) { return step(), x.value() <= middle; };
                   return digest(pt::parallel_iter(in.items).find_last(hit)) +
                          digest(pt::parallel_iter(in.list).last());
                 },
                 true});
  all.push_back({"a vector, position_last, position_any and nth",
                 [](Input& in) {
                   auto const hit = [](Item const& x) { return step(), x.value() == middle; };
                   return static_cast<Digest>(pt::parallel_iter(in.items).position_last(hit).value()) +
                          31 * static_cast<Digest>(pt::parallel_iter(in.list).position_any(hit).value()) +
                          961 * digest(pt::parallel_iter(in.list).nth(middle));
                 },
                 true});
  all.push_back({"a vector and a list, equal and compare",
                 [](Input& in) {
                   auto const same = [](Item const& x) { return Item(x.value()); };
                   auto const alike = [](Item const& a, Item const& b) { return step(), a.value() == b.value(); };
                   auto const order = pt::parallel_iter(in.items).map(same).compare(in.list);
                   return digest(pt::parallel_iter(in.items).map(same).equal(in.list, alike)) + Digest{order == 0};
                 },
                 true});
  all.push_back({"a vector, collect_into a span", [](Input& in) {
                   std::vector<Item> into(in.items.size());
                   pt::parallel_iter(in.items).collect_into(std::span<Item>(into));
                   return digest(into);
                 }});
}

Listed const listed(&add_terminals);

}  // namespace

}  // namespace faults
