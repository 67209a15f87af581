#include "property/random.hpp"

#include <array>
#include <deque>
#include <forward_list>
#include <list>
#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <span>
#include <unordered_map>
#include <unordered_set>

namespace property {

namespace {

struct Generator {
  std::vector<Number> items;
  std::size_t at = 0;
  std::optional<Number> next() {
    if (at == items.size()) return std::nullopt;
    return items[at++];
  }
};

// A range that lives as long as the case.
template <class R>
R& keep(Case& c, R range) {
  auto kept = std::make_shared<R>(std::move(range));
  c.borrowed.push_back(kept);
  return *kept;
}

}  // namespace

Case random_source(Random& random, std::size_t size) {
  std::vector<Number> items(size);
  Number const most = random.one_in(2) ? 20 : 5000;
  for (Number& x : items) x = random.number(-most, most);
  Case c{erase(pt::indices(Number{0})), {}, "", {}};
  c.twin = items;
  std::string const n = " of " + std::to_string(size);
  switch (random.below(19)) {
    case 0:
      c.story = "vector" + n;
      c.pipeline = erase(pt::parallel_iter(keep(c, items)));
      break;
    case 1:
      c.story = "const vector, copied" + n;
      c.pipeline = erase(pt::parallel_iter(std::as_const(keep(c, items))).copied());
      break;
    case 2:
      c.story = "deque" + n;
      c.pipeline = erase(pt::parallel_iter(keep(c, std::deque<Number>(items.begin(), items.end()))));
      break;
    case 3:
      c.story = "list" + n;
      c.pipeline = erase(pt::parallel_iter(keep(c, std::list<Number>(items.begin(), items.end()))));
      break;
    case 4:
      c.story = "forward_list" + n;
      c.pipeline = erase(pt::parallel_iter(keep(c, std::forward_list<Number>(items.begin(), items.end()))));
      break;
    case 5: {
      c.story = "set" + n;
      auto& set = keep(c, std::set<Number>(items.begin(), items.end()));
      c.twin.assign(set.begin(), set.end());
      c.pipeline = erase(pt::parallel_iter(set));
      break;
    }
    case 6: {
      c.story = "values of a map" + n;
      auto& map = keep(c, std::map<Number, Number>());
      for (Number x : items) map.emplace(x, x * 2);
      c.twin.clear();
      for (auto const& [key, value] : map) c.twin.push_back(value);
      c.pipeline = erase(pt::parallel_iter(map).values());
      break;
    }
    case 7: {
      c.story = "keys of an unordered_map" + n;
      auto& map = keep(c, std::unordered_map<Number, int>());
      for (Number x : items) map.emplace(x, 1);
      c.twin.clear();
      for (auto const& [key, value] : map) c.twin.push_back(key);
      c.pipeline = erase(pt::parallel_iter(map).keys());
      break;
    }
    case 8: {
      c.story = "span" + n;
      auto& v = keep(c, items);
      c.pipeline = erase(pt::parallel_iter(std::span<Number>(v)));
      break;
    }
    case 9: {
      c.story = "std::views::iota" + n;
      for (std::size_t i = 0; i != size; ++i) c.twin[i] = static_cast<Number>(i) + 3;
      c.pipeline = erase(pt::parallel_iter(std::views::iota(Number{3}, static_cast<Number>(size) + 3)));
      break;
    }
    case 10: {
      c.story = "std::views::transform" + n;
      auto& v = keep(c, items);
      for (Number& x : c.twin) x = x * 3 - 1;
      c.pipeline = erase(pt::parallel_iter(v | std::views::transform([](Number x) { return x * 3 - 1; })));
      break;
    }
    case 11: {
      c.story = "std::views::filter" + n;
      auto& v = keep(c, items);
      std::erase_if(c.twin, [](Number x) { return x % 3 == 0; });
      c.pipeline = erase(pt::parallel_iter(v | std::views::filter([](Number x) { return x % 3 != 0; })));
      break;
    }
    case 12: {
      Number const step = random.one_in(2) ? random.number(1, 5) : random.number(-5, -1);
      c.story = "indices by " + std::to_string(step) + n;
      for (std::size_t i = 0; i != size; ++i) c.twin[i] = 10 + static_cast<Number>(i) * step;
      c.pipeline = erase(pt::indices(Number{10}, 10 + static_cast<Number>(size) * step, step));
      break;
    }
    case 13:
      c.story = "consumed vector" + n;
      c.pipeline = erase(pt::into_parallel_iter(std::move(items)));
      break;
    case 14:
      c.story = "consumed list" + n;
      c.pipeline = erase(pt::into_parallel_iter(std::list<Number>(items.begin(), items.end())));
      break;
    case 15: {
      c.story = "consumed set" + n;
      std::set<Number> set(items.begin(), items.end());
      c.twin.assign(set.begin(), set.end());
      c.pipeline = erase(pt::into_parallel_iter(std::move(set)));
      break;
    }
    case 16: {
      c.story = "keys of a consumed unordered_map" + n;
      std::unordered_map<Number, Number> map;
      for (Number x : items) map.emplace(x, 1);
      c.twin.clear();
      for (auto const& [key, value] : map) c.twin.push_back(key);
      c.pipeline = erase(pt::into_parallel_iter(std::move(map)).keys());
      break;
    }
    case 17:
      c.story = "bridged generator" + n;
      c.pipeline = erase(pt::par_bridge(Generator{std::move(items)}));
      break;
    default: {
      c.story = "bridged list" + n;
      c.pipeline = erase(pt::par_bridge(keep(c, std::list<Number>(items.begin(), items.end()))));
      break;
    }
  }
  return c;
}

}  // namespace property
