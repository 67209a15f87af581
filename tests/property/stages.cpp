#include "property/random.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <ranges>
#include <tuple>
#include <utility>

namespace property {

namespace {

// f(pipeline) gives a pipeline, whatever the kind of the one before.
template <class F>
void on_any(Case& c, F f) {
  c.pipeline = std::visit([&f](auto&& p) -> Pipeline { return erase(f(std::move(p))); }, std::move(c.pipeline));
}

// The same for stages that need an index; false, and nothing done, where there is none.
template <class F>
bool on_indexed(Case& c, F f) {
  bool done = false;
  c.pipeline = std::visit(
      [&](auto&& p) -> Pipeline {
        if constexpr (indexed<std::remove_cvref_t<decltype(p)>>) {
          done = true;
          return erase(f(std::move(p)));
        } else {
          return std::move(p);
        }
      },
      std::move(c.pipeline));
  return done;
}

template <class T>
void cut(std::vector<T>& items, std::size_t first, std::size_t last) {
  last = std::min(last, items.size());
  first = std::min(first, last);
  items = std::vector<T>(items.begin() + static_cast<std::ptrdiff_t>(first),
                         items.begin() + static_cast<std::ptrdiff_t>(last));
}

// Another source, indexed, to be joined: known at once, or walked.
Case other_source(Random& random, std::size_t size) {
  for (;;) {
    Case other = random_source(random, size);
    if (other.pipeline.index() < 2) return other;
  }
}

template <class F>
Pipeline join(Pipeline& pipeline, Pipeline& other, F f) {
  return std::visit(
      [&f](auto& a, auto& b) -> Pipeline {
        using A = std::remove_cvref_t<decltype(a)>;
        using B = std::remove_cvref_t<decltype(b)>;
        if constexpr (indexed<A> && indexed<B>) {
          return erase(f(std::move(a), std::move(b)));
        } else {
          return std::move(a);
        }
      },
      pipeline, other);
}

}  // namespace

Case with_random_stage(Random& random, Case c) {
  std::size_t const n = c.twin.size();
  auto& twin = c.twin;
  Number const a = random.number(1, 7);
  Number const b = random.number(-5, 5);
  auto const told = [&](std::string const& what) { c.story += " | " + what; };
  std::string const numbers = std::to_string(a) + "," + std::to_string(b);
  switch (random.below(35)) {
    case 0:
    case 1:
      told("map " + numbers);
      on_any(c, [a, b](auto p) { return std::move(p).map([a, b](Number x) { return small(x * a + b); }); });
      for (Number& x : twin) x = small(x * a + b);
      break;
    case 2:
    case 3: {
      told("filter " + numbers);
      auto const keeps = [a, b](Number x) { return (x + b) % (a + 1) != 0; };
      on_any(c, [keeps](auto p) { return std::move(p).filter(keeps); });
      std::erase_if(twin, [keeps](Number x) { return !keeps(x); });
      break;
    }
    case 4: {
      told("filter_map " + numbers);
      auto const f = [a, b](Number x) { return x % a == 0 ? std::optional<Number>(x + b) : std::nullopt; };
      on_any(c, [f](auto p) { return std::move(p).filter_map(f); });
      std::vector<Number> result;
      for (Number x : twin) {
        if (auto const y = f(x)) result.push_back(*y);
      }
      twin = std::move(result);
      break;
    }
    case 5: {
      if (n > 3000) break;
      told("flat_map " + numbers);
      auto const f = [a](Number x) { return std::vector<Number>(static_cast<std::size_t>((x % a + a) % a), x); };
      on_any(c, [f](auto p) { return std::move(p).flat_map(f); });
      std::vector<Number> result;
      for (Number x : twin) {
        for (Number y : f(x)) result.push_back(y);
      }
      twin = std::move(result);
      break;
    }
    case 6: {
      if (n > 3000) break;
      told("map to arrays, flatten");
      on_any(c, [b](auto p) {
        return std::move(p).map([b](Number x) { return std::array<Number, 2>{x, small(x + b)}; }).flatten();
      });
      std::vector<Number> result;
      for (Number x : twin) {
        result.push_back(x);
        result.push_back(small(x + b));
      }
      twin = std::move(result);
      break;
    }
    case 7:
      told("inspect");
      on_any(c, [](auto p) { return std::move(p).inspect([](Number const&) { support::dawdle(); }); });
      break;
    case 8:
      told("update " + numbers);
      on_any(c, [a](auto p) { return std::move(p).update([a](Number& x) { x = small(x - a); }); });
      for (Number& x : twin) x = small(x - a);
      break;
    case 9:
      if (!on_indexed(c, [a](auto p) {
            return std::move(p).enumerate().map([a](std::size_t i, Number x) {
              return small(x + static_cast<Number>(i) * a);
            });
          })) {
        break;
      }
      told("enumerate " + numbers);
      for (std::size_t i = 0; i != n; ++i) twin[i] = small(twin[i] + static_cast<Number>(i) * a);
      break;
    case 10: {
      std::size_t const most = random.below(n + n / 4 + 2);
      if (!on_indexed(c, [most](auto p) { return std::move(p).take(most); })) break;
      told("take " + std::to_string(most));
      cut(twin, 0, most);
      break;
    }
    case 11: {
      std::size_t const first = random.below(n + n / 4 + 2) / 2;
      if (!on_indexed(c, [first](auto p) { return std::move(p).drop(first); })) break;
      told("drop " + std::to_string(first));
      cut(twin, first, n);
      break;
    }
    case 12: {
      std::size_t const step = 1 + random.below(5);
      if (!on_indexed(c, [step](auto p) { return std::move(p).stride(step); })) break;
      told("stride " + std::to_string(step));
      std::vector<Number> result;
      for (std::size_t i = 0; i < n; i += step) result.push_back(twin[i]);
      twin = std::move(result);
      break;
    }
    case 13: {
      std::size_t const first = random.below(n + 2);
      std::size_t const last = first + random.below(n + 2);
      if (!on_indexed(c, [first, last](auto p) { return std::move(p).slice(first, last); })) break;
      told("slice " + std::to_string(first) + "," + std::to_string(last));
      cut(twin, first, last);
      break;
    }
    case 14:
    case 15:
      if (!on_indexed(c, [](auto p) { return std::move(p).reverse(); })) break;
      told("reverse");
      std::ranges::reverse(twin);
      break;
    case 16: {
      // Cuts somewhere, nowhere or at once.
      Number const end = random.one_in(4) || n == 0 ? 1'000'000 : twin[random.below(n)];
      told("take_while not " + std::to_string(end));
      on_any(c, [end](auto p) { return std::move(p).take_while([end](Number x) { return x != end; }); });
      std::vector<Number> result;
      for (Number x : twin) {
        if (x == end) break;
        result.push_back(x);
      }
      twin = std::move(result);
      break;
    }
    case 17:
    case 18: {
      if (c.pipeline.index() >= 2) break;
      bool const equal = random.one_in(2);
      Case other = other_source(random, equal ? n : random.below(n + n / 2 + 2));
      if (equal && other.twin.size() != n) break;
      told(std::string(equal ? "zip_equal" : "zip") + " (" + other.story + ")");
      c.pipeline =
          equal ? join(c.pipeline, other.pipeline,
                       [](auto p, auto q) {
                         return std::move(p).zip_equal(std::move(q)).map([](Number x, Number y) {
                           return small(x * 2 + y);
                         });
                       })
                : join(c.pipeline, other.pipeline, [](auto p, auto q) {
                    return std::move(p).zip(std::move(q)).map([](Number x, Number y) { return small(x * 2 + y); });
                  });
      cut(twin, 0, other.twin.size());
      for (std::size_t i = 0; i != twin.size(); ++i) twin[i] = small(twin[i] * 2 + other.twin[i]);
      for (auto& kept : other.borrowed) c.borrowed.push_back(std::move(kept));
      break;
    }
    case 19: {
      if (n > 5000 || c.pipeline.index() >= 4) break;
      Case other = other_source(random, random.below(200));
      told("chain (" + other.story + ")");
      c.pipeline = std::visit(
          [](auto& p, auto& q) -> Pipeline {
            using P = std::remove_cvref_t<decltype(p)>;
            using Q = std::remove_cvref_t<decltype(q)>;
            if constexpr (cuts_by_order<P> || !indexed<Q>) {
              return std::move(p);
            } else {
              return erase(std::move(p).chain(std::move(q)));
            }
          },
          c.pipeline, other.pipeline);
      twin.insert(twin.end(), other.twin.begin(), other.twin.end());
      for (auto& kept : other.borrowed) c.borrowed.push_back(std::move(kept));
      break;
    }
    case 20:
      told("map_init " + numbers);
      on_any(c, [a](auto p) {
        return std::move(p).map_init([] { return std::vector<Number>(); },
                                     [a](std::vector<Number>& scratch, Number x) {
                                       scratch.assign(3, x);
                                       return small(scratch[0] + scratch[1] + a);
                                     });
      });
      for (Number& x : twin) x = small(2 * x + a);
      break;
    case 21:
      told("keys of pairs");
      on_any(c, [a](auto p) {
        return std::move(p).map([a](Number x) { return std::pair<Number, Number>(small(x + a), x); }).keys();
      });
      for (Number& x : twin) x = small(x + a);
      break;
    case 22:
      told("values of tuples");
      on_any(c, [a](auto p) {
        return std::move(p).map([a](Number x) { return std::tuple<int, Number, char>(1, small(x - a), 'x'); }).values();
      });
      for (Number& x : twin) x = small(x - a);
      break;
    case 25: {
      std::size_t const length = 1 + random.below(9);
      bool const in_vectors = random.one_in(2);
      auto const add = [](Number total, Number x) { return total + x; };
      bool const done = in_vectors
                            ? on_indexed(c,
                                         [length](auto p) {
                                           return std::move(p).chunk(length).map([](std::vector<Number> const& items) {
                                             Number total = 0;
                                             for (Number x : items) total += x;
                                             return small(total);
                                           });
                                         })
                            : on_indexed(c, [length, add](auto p) {
                                return std::move(p)
                                    .fold_chunks(
                                        length, [] { return Number{0}; }, add)
                                    .map(small);
                              });
      if (!done) break;
      told((in_vectors ? "chunk " : "fold_chunks ") + std::to_string(length));
      std::vector<Number> result;
      for (std::size_t i = 0; i < n; i += length) {
        Number total = 0;
        for (std::size_t j = i; j != std::min(i + length, n); ++j) total += twin[j];
        result.push_back(small(total));
      }
      twin = std::move(result);
      break;
    }
    case 26: {
      if (c.pipeline.index() >= 2) break;
      Case other = other_source(random, random.below(n + n / 2 + 2));
      told("interleave (" + other.story + ")");
      c.pipeline =
          join(c.pipeline, other.pipeline, [](auto p, auto q) { return std::move(p).interleave(std::move(q)); });
      std::vector<Number> result;
      for (std::size_t i = 0; i < std::max(n, other.twin.size()); ++i) {
        if (i < n) result.push_back(twin[i]);
        if (i < other.twin.size()) result.push_back(other.twin[i]);
      }
      twin = std::move(result);
      for (auto& kept : other.borrowed) c.borrowed.push_back(std::move(kept));
      break;
    }
    case 27: {
      Number const end = random.one_in(4) || n == 0 ? 1'000'000 : twin[random.below(n)];
      told("map_while not " + std::to_string(end));
      auto const f = [end, b](Number x) { return x != end ? std::optional<Number>(small(x + b)) : std::nullopt; };
      on_any(c, [f](auto p) { return std::move(p).map_while(f); });
      std::vector<Number> result;
      for (Number x : twin) {
        if (x == end) break;
        result.push_back(small(x + b));
      }
      twin = std::move(result);
      break;
    }
    case 28: {
      Number const first = n == 0 ? 0 : twin[random.below(n)];
      auto const before = [first](Number x) { return x != first; };
      bool done = false;
      c.pipeline = std::visit(
          [&](auto&& p) -> Pipeline {
            if constexpr (!std::remove_cvref_t<decltype(pt::detail::Access::source(p))>::whole_segments) {
              done = true;
              return erase(std::move(p).drop_while(before));
            } else {
              return std::move(p);
            }
          },
          std::move(c.pipeline));
      if (!done) break;
      told("drop_while not " + std::to_string(first));
      twin.erase(twin.begin(), std::find(twin.begin(), twin.end(), first));
      break;
    }
    case 29:
      c.pipeline = std::visit(
          [n](auto&& p) -> Pipeline {
            if constexpr (cuts_by_order<std::remove_cvref_t<decltype(p)>>) {
              return std::move(p);
            } else {
              return erase(std::move(p).take_any(n + 1));
            }
          },
          std::move(c.pipeline));
      told("take_any of more, unless behind a cut");
      break;
    case 30: {
      if (!on_indexed(c, [a](auto p) {
            return std::move(p).positions([a](Number x) { return x % (a + 1) == 0; }).map([](std::size_t i) {
              return small(static_cast<Number>(i));
            });
          })) {
        break;
      }
      told("positions " + numbers);
      std::vector<Number> result;
      for (std::size_t i = 0; i != n; ++i) {
        if (twin[i] % (a + 1) == 0) result.push_back(small(static_cast<Number>(i)));
      }
      twin = std::move(result);
      break;
    }
    case 31:
      told("cast there and back");
      on_any(c, [](auto p) { return std::move(p).template cast<double>().template cast<Number>(); });
      break;
    case 32:
      told("elements of tuples");
      on_any(c, [a](auto p) {
        return std::move(p).map([a](Number x) { return std::tuple(1, 'x', small(x - a)); }).template elements<2>();
      });
      for (Number& x : twin) x = small(x - a);
      break;
    case 33:
      told("map_init per_thread " + numbers);
      on_any(c, [a](auto p) {
        return std::move(p).map_init(pt::per_thread([] { return Number{0}; }), [a](Number& scratch, Number x) {
          scratch = x + a;
          return small(scratch);
        });
      });
      for (Number& x : twin) x = small(x + a);
      break;
    case 34: {
      if (std::exchange(c.scanned, true)) break;  // two of them would be refused, if the types told
      auto const latter = [a](Number x, Number y) { return y % (a + 1) == 0 ? x : y; };
      if (random.below(2) == 0) {
        told("inclusive_scan " + numbers);
        on_any(c, [&](auto p) { return std::move(p).inclusive_scan(latter, b); });
        std::inclusive_scan(twin.begin(), twin.end(), twin.begin(), latter, b);
      } else {
        told("exclusive_scan " + numbers);
        on_any(c, [&](auto p) { return std::move(p).exclusive_scan(b, latter); });
        std::exclusive_scan(twin.begin(), twin.end(), twin.begin(), b, latter);
      }
      break;
    }
    case 23: {
      if (n > 3000 || !on_indexed(c, [b](auto p) { return std::move(p).intersperse(b); })) break;
      told("intersperse " + std::to_string(b));
      std::vector<Number> result;
      for (Number x : twin) {
        if (!result.empty()) result.push_back(b);
        result.push_back(x);
      }
      twin = std::move(result);
      break;
    }
    default: {
      told("piped filter and map " + numbers);
      auto const keeps = [a](Number x) { return x % (a + 2) != 1; };
      auto const f = [b](Number x) { return small(x + b); };
      on_any(c, [=](auto p) { return std::move(p) | (pt::filter(keeps) | pt::map(f)); });
      std::erase_if(twin, [keeps](Number x) { return !keeps(x); });
      for (Number& x : twin) x = f(x);
      break;
    }
  }
  return c;
}

}  // namespace property
