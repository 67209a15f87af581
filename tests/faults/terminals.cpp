// What pipelines may end in, each behind an indexed source, and behind one that is read once and has lost the index.
#include "faults/scenarios.hpp"

#include <array>
#include <deque>
#include <forward_list>
#include <span>
#include <unordered_map>
#include <unordered_set>

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
  all.push_back({"a vector, collect_into a span", [](Input& in) {
                   std::vector<Item> into(in.items.size());
                   pt::parallel_iter(in.items).collect_into(std::span<Item>(into));
                   return digest(into);
                 }});
}

Listed const listed(&add_terminals);

}  // namespace

}  // namespace faults
