#include "property/random.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <forward_list>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <ranges>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

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

// Of which a copy might not be all: it is kept by its pointer.
struct Kept {
  Number value;
  explicit Kept(Number x) : value(x) {}
  Kept(Kept const&) = delete;
  Kept& operator=(Kept const&) = delete;
  virtual ~Kept() { value = -1; }
  operator Number() const { return value; }
};
struct PointerGenerator {
  std::vector<Number> items;
  std::size_t at = 0;
  std::unique_ptr<Kept> next() { return at == items.size() ? nullptr : std::make_unique<Kept>(items[at++]); }
};

// Refers to somebody's numbers, and is not marked as a view.
struct Row {
  Number* first;
  Number* last;
  [[nodiscard]] Number* begin() const { return first; }
  [[nodiscard]] Number* end() const { return last; }
};

auto const total_of = [](auto const& part) {
  Number total = 0;
  for (Number x : part) total += x;
  return total;
};

/// f(node, true) before the children of each node, f(node, false) behind them.
template <class Children, class F>
void walk_nodes(Children const& children, std::size_t node, F const& f) {
  f(node, true);
  for (std::size_t const below : children(node)) walk_nodes(children, below, f);
  f(node, false);
}

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
  switch (random.below(31)) {
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
    case 18:
      c.story = "bridged generator of pointers" + n;
      c.pipeline = erase(pt::par_bridge(PointerGenerator{std::move(items)}));
      break;
    case 20: {
      std::size_t const length = 1 + random.below(9);
      bool const whole = random.one_in(2);
      c.story = (whole ? "whole chunks of " : "chunks of ") + std::to_string(length) + n;
      auto& v = keep(c, items);
      c.twin.clear();
      for (std::size_t i = 0; i < v.size(); i += length) {
        if (whole && i + length > v.size()) break;
        Number total = 0;
        for (std::size_t j = i; j != std::min(i + length, v.size()); ++j) total += v[j];
        c.twin.push_back(total);
      }
      c.pipeline = whole ? erase(pt::chunk_exact(v, length).map(total_of)) : erase(pt::chunk(v, length).map(total_of));
      break;
    }
    case 21: {
      std::size_t const length = 1 + random.below(9);
      c.story = "windows of " + std::to_string(length) + n;
      auto& list = keep(c, std::list<Number>(items.begin(), items.end()));
      c.twin.clear();
      for (std::size_t i = 0; i + length <= size; ++i) {
        Number total = 0;
        for (std::size_t j = i; j != i + length; ++j) total += items[j];
        c.twin.push_back(total);
      }
      c.pipeline = erase(pt::slide(list, length).map(total_of));
      break;
    }
    case 22: {
      c.story = "neighbours" + n;
      auto& v = keep(c, items);
      c.twin.clear();
      for (std::size_t i = 1; i < size; ++i) c.twin.push_back(items[i] - items[i - 1]);
      c.pipeline = erase(pt::adjacent<2>(v).map([](Number x, Number y) { return y - x; }));
      break;
    }
    case 23:
    case 24: {
      Number const by = random.number(2, 9);
      bool const after = random.one_in(2);
      c.story = std::string(after ? "split after " : "split at ") + std::to_string(by) + n;
      auto const separates = [by](Number x) { return x % by == 0; };
      auto& v = keep(c, items);
      c.twin.clear();
      Number total = 0;
      bool open = !after;
      for (Number x : items) {
        if (after || !separates(x)) total += x;
        open = true;
        if (!separates(x)) continue;
        c.twin.push_back(total);
        total = 0;
        open = !after;
      }
      if (open) c.twin.push_back(total);
      c.pipeline =
          after ? erase(pt::split_after(v, separates).map(total_of)) : erase(pt::split(v, separates).map(total_of));
      break;
    }
    case 25: {
      c.story = "ascending" + n;
      auto& v = keep(c, items);
      c.twin.clear();
      for (std::size_t i = 0; i != size; ++i) {
        if (i == 0 || items[i] < items[i - 1]) c.twin.push_back(0);
        c.twin.back() += items[i];
      }
      c.pipeline = erase(pt::chunk_by(v, [](Number x, Number y) { return x <= y; }).map(total_of));
      break;
    }
    case 26: {
      c.story = "pieces of text" + n;
      auto& text = keep(c, std::string());
      for (Number x : items) text += "aab \n"[(x % 5 + 5) % 5];
      c.twin.clear();
      auto const size_of = [](std::string_view piece) { return static_cast<Number>(piece.size()); };
      std::size_t const kind = random.below(4);
      std::string_view left = text;
      if (kind == 0) {
        for (std::size_t at = 0; (at = left.find("aa", at)) != left.npos; at += 2) {
          c.twin.push_back(static_cast<Number>(at));
        }
        c.pipeline = erase(pt::find_all(text, "aa").map([](std::size_t i) { return static_cast<Number>(i); }));
      } else {
        std::string const ends = kind == 1 ? "\n" : kind == 2 ? " \n" : "b";
        while (true) {
          std::size_t const end = left.find_first_of(ends);
          bool const last = end == left.npos;
          std::string_view const piece = left.substr(0, end);
          if (kind == 3 || (kind == 1 && !(last && piece.empty())) || (kind == 2 && !piece.empty())) {
            c.twin.push_back(size_of(piece));
          }
          if (last) break;
          left.remove_prefix(end + 1);
        }
        c.pipeline = kind == 1   ? erase(pt::lines(text).map(size_of))
                     : kind == 2 ? erase(pt::words(text).map(size_of))
                                 : erase(pt::split(text, 'b').map(size_of));
      }
      break;
    }
    case 27: {
      Number const side = random.number(0, 70);
      Number const rows = static_cast<Number>(size) / (side + 1);
      c.story = "nested loops of " + std::to_string(rows) + " by " + std::to_string(side);
      c.twin.clear();
      for (Number i = 0; i != rows; ++i) {
        for (Number j = 0; j != side; ++j) c.twin.push_back(3 * i + j);
      }
      auto const f = [](Number i, Number j) { return 3 * i + j; };
      std::size_t const kind = random.below(3);
      if (kind == 0) {
        c.pipeline = erase(pt::indices2(rows, side).map(f));
      } else if (kind == 1) {
        c.story += " by 2";
        std::vector<Number> const once = std::exchange(c.twin, {});
        for (Number x : once) c.twin.insert(c.twin.end(), {x, x + 5});
        c.pipeline = erase(pt::indices3(rows, side, Number{2}).map([](Number i, Number j, Number k) {
          return 3 * i + j + 5 * k;
        }));
      } else {
        c.pipeline =
            erase(pt::cartesian_product(std::views::iota(Number{0}, rows), std::views::iota(Number{0}, side)).map(f));
      }
      break;
    }
    case 29: {
      // Of degree 1 a tree is a list, as deep as there are nodes.
      std::size_t const degree = 1 + random.below(6);
      bool const prefix = random.one_in(2);
      c.story = std::string("a tree, ") + (prefix ? "prefix" : "postfix") + ", of degree " + std::to_string(degree) + n;
      if (items.empty()) items.push_back(1);
      auto& nodes = keep(c, items);
      auto const children = [&nodes, degree](std::size_t i) {
        std::vector<std::size_t> below;
        for (std::size_t k = degree * i + 1; k <= degree * i + degree && k < nodes.size(); ++k) below.push_back(k);
        return below;
      };
      c.twin.clear();
      walk_nodes(children, std::size_t{0}, [&](std::size_t i, bool before) {
        if (before == prefix) c.twin.push_back(nodes[i]);
      });
      auto const value = [&nodes](std::size_t i) { return nodes[i]; };
      c.pipeline = prefix ? erase(pt::walk_tree_prefix(std::size_t{0}, children).map(value))
                          : erase(pt::walk_tree_postfix(std::size_t{0}, children).map(value));
      break;
    }
    case 28:
      c.story = "one value" + n;
      c.twin.assign(size, 7);
      c.twin.push_back(8);
      c.pipeline = erase(pt::repeat_n(Number{7}, size).copied().chain(pt::once(Number{8})).chain(pt::empty<Number>()));
      break;
    case 19: {
      c.story = "temporary row" + n;
      auto& v = keep(c, items);
      c.pipeline = erase(pt::parallel_iter(Row{v.data(), v.data() + v.size()}));
      break;
    }
    default: {
      c.story = "bridged list" + n;
      c.pipeline = erase(pt::par_bridge(keep(c, std::list<Number>(items.begin(), items.end()))));
      break;
    }
  }
  return c;
}

}  // namespace property
