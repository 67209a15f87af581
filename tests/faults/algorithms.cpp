// Algorithms on ranges, with items all of whose operations may throw.
#include "faults/scenarios.hpp"

#include <parallel_task/algorithm.hpp>

#include <functional>

namespace faults {

namespace {

bool odd(Item const& x) { return step(), x.value() % 2 == 1; }
Item next_of(Item const& x) { return step(), Item(x.value() + 1); }

/// What has come out of an algorithm that writes to another range.
template <class F>
Digest written(Input& in, F const& f) {
  std::vector<Item> out(in.items.size());
  f(out);
  return digest(out);
}

void add_algorithms(std::vector<Scenario>& all) {
  auto const add = [&all](char const* name, Digest (*run)(Input&), bool may_hide = false) {
    all.push_back({std::string("algorithm ") + name, run, may_hide, false});
  };
  auto const changing = [&all](char const* name, Digest (*run)(Input&)) {
    all.push_back({std::string("algorithm ") + name, run, false, true});
  };

  // --- writing
  add("copy", [](Input& in) { return written(in, [&](auto& out) { pt::copy(in.items, out); }); });
  add("copy of a list", [](Input& in) { return written(in, [&](auto& out) { pt::copy(in.list, out); }); });
  add("transform", [](Input& in) { return written(in, [&](auto& out) { pt::transform(in.items, out, next_of); }); });
  add("transform of a list",
      [](Input& in) { return written(in, [&](auto& out) { pt::transform(in.list, out, next_of); }); });
  add("transform of two", [](Input& in) {
    return written(in, [&](auto& out) {
      pt::transform(in.items, in.list, out, [](Item const& x, Item const& y) { return Item(x.value() + y.value()); });
    });
  });
  add("adjacent_difference", [](Input& in) {
    return written(in, [&](auto& out) {
      pt::adjacent_difference(in.items, out, [](Item const& x, Item const& y) { return Item(x.value() * y.value()); });
    });
  });
  add("fill", [](Input& in) { return written(in, [&](auto& out) { pt::fill(out, in.items[3]); }); });
  add("generate", [](Input& in) { return written(in, [&](auto& out) { pt::generate(out, [] { return Item(3); }); }); });
  changing("replace_if", [](Input& in) {
    pt::replace_if(in.given, odd, in.items[0]);
    return digest(in.given);
  });
  changing("move", [](Input& in) { return written(in, [&](auto& out) { pt::move(in.given, out); }); });
  changing("reverse", [](Input& in) {
    pt::reverse(in.given);
    return digest(in.given);
  });
  changing("rotate", [](Input& in) {
    pt::rotate(in.given, in.given.begin() + 7);
    return digest(in.given);
  });
  changing("shuffle", [](Input& in) {
    pt::shuffle(in.given, 7);
    return digest(in.given);
  });

  // --- reading
  add(
      "find_if",
      [](Input& in) {
        return digest(pt::find_if(in.items, [](Item const& x) { return step(), x.value() == 17; })->value());
      },
      true);
  add("find, in vain", [](Input& in) { return digest(pt::find(in.items, Item(-1)) == in.items.end()); });
  add("find of a list, in vain", [](Input& in) { return digest(pt::find(in.list, Item(-1)) == in.list.end()); });
  add(
      "search",
      [](Input& in) {
        std::vector<Item> const pattern(in.items.begin() + 9, in.items.begin() + 12);
        return digest(static_cast<int>(pt::search(in.items, pattern).begin() - in.items.begin()));
      },
      true);
  add("equal", [](Input& in) { return digest(pt::equal(in.items, in.items)); });
  add("equal of a list", [](Input& in) { return digest(pt::equal(in.list, in.items)); });
  add("min_element and max_element",
      [](Input& in) { return digest(*pt::min_element(in.items)) * 100 + digest(*pt::max_element(in.items)); });
  add("minmax_element", [](Input& in) { return digest(*pt::minmax_element(in.items).max); });
  add("is_sorted", [](Input& in) { return digest(pt::is_sorted(in.items)); });
  add(
      "count_if and all",
      [](Input& in) { return digest(pt::count_if(in.items, odd)) + digest(pt::all(in.items, std::not_fn(odd))); },
      true);
  add("transform_reduce", [](Input& in) {
    auto const join = [](Item x, Item const& y) { return x += y, x; };
    return digest(pt::transform_reduce(in.items, Item(1), join, next_of));
  });
}

Listed const listed(&add_algorithms);

}  // namespace

}  // namespace faults
