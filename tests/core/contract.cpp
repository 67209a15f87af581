// Every source and every stage keeps the contract, at every number of positions that run alone: a line each.
#include "core/contract.hpp"

#include "catch.hpp"

#include <deque>
#include <forward_list>
#include <list>
#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace {

using contract::Items;
using contract::Like;
using contract::Number;
using contract::Witness;
namespace pt = parallel_task;

Items numbers(std::size_t n) {
  Items result;
  for (std::size_t i = 0; i != n; ++i) result.push_back(static_cast<Number>(i));
  return result;
}

/// `make()` gives a new pipeline each time.
template <class Make>
void keeps(std::string const& name, Make make) {
  std::string const breach = contract::breach(contract::of(make));
  INFO(name);
  CHECK(breach == "");
}

/// A stage over every kind of source with an index: `add(pipeline)` puts it on.
template <class Add>
void over_every_index(std::string const& name, Add add) {
  for (std::size_t n : {0U, 1U, 2U, 9U}) {
    std::string const of = " of " + std::to_string(n);
    auto const witness = [add, n](Like like) {
      return [add, n, like] { return add(pt::detail::as_pipeline(Witness(like, n))); };
    };
    keeps(name + " on a list" + of, witness(Like::list));
    keeps(name + " on a forward_list" + of, witness(Like::forward_list));
    keeps(name + " on a stream" + of, witness(Like::stream));
    Items const v = numbers(n);
    keeps(name + " on a vector" + of, [add, &v] { return add(pt::parallel_iter(v)); });
  }
}

/// The same, also where a stage before has lost the index.
template <class Add>
void over_every_source(std::string const& name, Add add) {
  over_every_index(name, add);
  for (Like const like : {Like::list, Like::forward_list, Like::stream}) {
    keeps(name + " after a filter", [add, like] {
      return add(pt::detail::as_pipeline(Witness(like, 9)).filter([](Number x) { return x % 3 != 1; }));
    });
  }
}

struct Generator {
  Number n;
  Number at = 0;
  std::optional<Number> next() { return at == n ? std::nullopt : std::optional<Number>(at++); }
};
struct Pointers {
  struct Kept {
    Number value;
    explicit Kept(Number x) : value(x) {}
    Kept(Kept const&) = delete;
    Kept& operator=(Kept const&) = delete;
    virtual ~Kept() { value = -1; }
    operator Number() const { return value; }
  };
  Number n;
  Number at = 0;
  std::unique_ptr<Kept> next() { return at == n ? nullptr : std::make_unique<Kept>(at++); }
};

/// Sums of three items each, the last of those that are left: a position that the end of the base completes.
template <pt::indexed_source Base>
struct Threes : pt::detail::ByPosition<Threes<Base>, Base> {
  using Item = Number;
  using Value = Number;
  using State = typename Base::State;
  using pt::detail::ByPosition<Threes, Base>::ByPosition;
  [[nodiscard]] std::size_t ours(std::size_t n) const { return n / 3; }
  [[nodiscard]] std::size_t ours_at_end(std::size_t n) const { return n / 3 + (n % 3 != 0 ? 1 : 0); }
  [[nodiscard]] std::size_t theirs(std::size_t n) const { return pt::detail::times(n, 3); }
  template <class Next>
  bool at(State& state, std::size_t i, Next&& next) const {
    Number total = 0;
    for (std::size_t j = 3 * i; j != 3 * i + 3 && j < this->base_.known().positions; ++j) {
      this->base_.at(state, j, [&total](Number x) { return total += x, true; });
    }
    return next(std::move(total));
  }
};

/// Separators between the items: positions that use up none of the base, but need the item after them.
template <pt::indexed_source Base>
struct Separated : pt::detail::ByPosition<Separated<Base>, Base> {
  using Item = Number;
  using Value = Number;
  using State = typename Base::State;
  using pt::detail::ByPosition<Separated, Base>::ByPosition;
  [[nodiscard]] std::size_t ours(std::size_t n) const { return n == 0 ? 0 : pt::detail::times(n, 2) - 1; }
  [[nodiscard]] std::size_t theirs(std::size_t n) const { return n == 0 ? 0 : n / 2 + 1; }
  [[nodiscard]] std::size_t spent(std::size_t n) const { return n / 2 + n % 2; }
  template <class Next>
  bool at(State& state, std::size_t i, Next&& next) const {
    if (i % 2 != 0) return next(Number{-1});
    return this->base_.at(state, i / 2, [&next](Number x) { return next(std::move(x)); });
  }
};
template <template <class> class Stage>
auto const put_on = [](auto p) {
  using S = std::remove_cvref_t<decltype(pt::detail::Access::source(p))>;
  return pt::detail::as_pipeline(Stage<S>(pt::detail::Access::source(p)));
};

bool even(Number x) { return x % 2 == 0; }
Number sum(Number a, Number b) { return 100 * a + b; }
std::vector<Number> repeated(Number x) { return std::vector<Number>(static_cast<std::size_t>(x % 3), x); }

}  // namespace

TEST_CASE("every source keeps the contract") {
  for (std::size_t n : {0U, 1U, 2U, 5U, 17U, 40U}) {
    Items const v = numbers(n);
    auto const m = static_cast<Number>(n);
    std::list<Number> const list(v.begin(), v.end());
    std::forward_list<Number> const forward(v.begin(), v.end());
    std::deque<Number> const deque(v.begin(), v.end());
    std::set<Number> const set(v.begin(), v.end());
    std::unordered_set<Number> const hashed(v.begin(), v.end());
    auto odd = v | std::views::filter([](Number x) { return x % 2 != 0; });
    std::string const of = " of " + std::to_string(n);
    keeps("vector" + of, [&] { return pt::parallel_iter(v); });
    keeps("deque" + of, [&] { return pt::parallel_iter(deque); });
    keeps("vector, owned" + of, [&] { return pt::into_parallel_iter(Items(v)); });
    keeps("list" + of, [&] { return pt::parallel_iter(list); });
    keeps("list, owned" + of, [&] { return pt::into_parallel_iter(std::list<Number>(list)); });
    keeps("forward_list" + of, [&] { return pt::parallel_iter(forward); });
    keeps("unordered_set" + of, [&] { return pt::parallel_iter(hashed); });
    keeps("filter view" + of, [&] { return pt::parallel_iter(odd); });
    keeps("set, owned" + of, [&] { return pt::into_parallel_iter(std::set<Number>(set)); });
    keeps("input range" + of, [&] { return pt::par_bridge(v); });
    keeps("generator" + of, [m] { return pt::par_bridge(Generator{m}); });
    keeps("generator of pointers" + of, [m] { return pt::par_bridge(Pointers{m}); });
    keeps("indices" + of, [m] { return pt::indices(m); });
    keeps("indices by steps" + of, [m] { return pt::indices(m, Number{0}, Number{-3}); });
  }
}

TEST_CASE("sources of parts and of pairs keep the contract") {
  auto const total = [](auto const& part) {
    Number all = 0;
    for (Number x : part) all = 10 * all + x;
    return all;
  };
  auto const ends = [](Number x) { return x % 3 == 1; };
  auto const near = [](Number x, Number y) { return (x + y) % 5 != 0; };
  for (std::size_t n : {0U, 1U, 2U, 5U, 17U}) {
    Items const v = numbers(n);
    std::list<Number> const list(v.begin(), v.end());
    std::forward_list<Number> const forward(v.begin(), v.end());
    std::string const of = " of " + std::to_string(n);
    auto const over_each = [&](std::string const& name, auto cut) {
      keeps(name + " of a vector" + of, [&v, cut] { return cut(v); });
      keeps(name + " of a list" + of, [&list, cut] { return cut(list); });
      keeps(name + " of a forward_list" + of, [&forward, cut] { return cut(forward); });
    };
    for (std::size_t length : {1U, 2U, 3U, 100U}) {
      over_each("chunk", [=](auto const& r) { return pt::chunk(r, length).map(total); });
      over_each("chunk_exact", [=](auto const& r) { return pt::chunk_exact(r, length).map(total); });
      over_each("slide", [=](auto const& r) { return pt::slide(r, length).map(total); });
    }
    over_each("adjacent", [=](auto const& r) { return pt::adjacent<2>(r).map(sum); });
    over_each("chunk_by", [=](auto const& r) { return pt::chunk_by(r, near).map(total); });
    over_each("split", [=](auto const& r) { return pt::split(r, ends).map(total); });
    over_each("split_after", [=](auto const& r) { return pt::split_after(r, ends).map(total); });
    over_each("cartesian_product", [=, &v](auto const& r) { return pt::cartesian_product(r, v).map(sum); });
    over_each("cartesian_product", [=, &list](auto const& r) { return pt::cartesian_product(r, list).map(sum); });
    auto const m = static_cast<Number>(n);
    keeps("indices2" + of, [m] { return pt::indices2(m, Number{3}).map(sum); });
    keeps("indices3" + of, [m] {
      return pt::indices3(Number{2}, m, Number{2}).map([](Number x, Number y, Number z) { return sum(sum(x, y), z); });
    });
    keeps("repeat_n" + of, [n] { return pt::repeat_n(Number{7}, n); });
  }
  for (Number top : {Number{0}, Number{1}, Number{4}, Number{6}}) {
    auto const below = [](Number x) { return Items(static_cast<std::size_t>(x / 2), x - 1); };
    keeps("walk_tree_prefix", [=] { return pt::walk_tree_prefix(top, below).copied(); });
    keeps("walk_tree_postfix", [=] { return pt::walk_tree_postfix(top, below).copied(); });
  }
  keeps("once", [] { return pt::once(Number{7}); });
  keeps("empty", [] { return pt::empty<Number>(); });
}

TEST_CASE("sources of text keep the contract") {
  auto const size = [](std::string_view piece) { return static_cast<Number>(piece.size()); };
  auto const place = [](std::size_t i) { return static_cast<Number>(i); };
  for (std::string const& text :
       {std::string(), std::string("a"), std::string("\n"), std::string(" to be\r\n\nor  not"),
        std::string("aaaabaaaaaaab"), std::string("ab,ab,,b")}) {
    keeps("lines of " + text, [&, size] { return pt::lines(text).map(size); });
    keeps("words of " + text, [&, size] { return pt::words(text).map(size); });
    for (char const* pattern : {"a", "aa", "aab", "ab", ",", "aabaa"}) {
      keeps("split of " + text + " at " + pattern, [&, size, pattern] { return pt::split(text, pattern).map(size); });
      keeps("find_all of " + text + " at " + pattern,
            [&, place, pattern] { return pt::find_all(text, pattern).map(place); });
    }
    keeps("split of " + text, [&, size] { return pt::split(text, 'a').map(size); });
    keeps("split of " + text, [&, size] { return pt::split(text, [](char c) { return c < 'b'; }).map(size); });
  }
}

TEST_CASE("every stage keeps the contract") {
  over_every_source("map", [](auto p) { return std::move(p).map([](Number x) { return x + 1; }); });
  over_every_source("inspect", [](auto p) { return std::move(p).inspect([](Number) {}); });
  over_every_source("update", [](auto p) { return std::move(p).copied().update([](Number& x) { ++x; }); });
  over_every_source("filter", [](auto p) { return std::move(p).filter(even); });
  over_every_source("filter_map", [](auto p) {
    return std::move(p).filter_map([](Number x) { return even(x) ? std::optional<Number>(x) : std::nullopt; });
  });
  over_every_source("flat_map", [](auto p) { return std::move(p).flat_map(repeated); });
  over_every_source("flatten", [](auto p) { return std::move(p).map(repeated).flatten(); });
  over_every_index("enumerate", [](auto p) {
    return std::move(p).enumerate().map([](std::size_t i, Number x) { return sum(static_cast<Number>(i), x); });
  });
  over_every_index("keys", [](auto p) { return std::move(p).enumerate().keys(); });
  over_every_index("values", [](auto p) { return std::move(p).enumerate().values(); });
  over_every_source("map_init", [](auto p) {
    return std::move(p).map_init([] { return Number{1}; }, [](Number const& one, Number x) { return x + one; });
  });
  over_every_source("take_while", [](auto p) { return std::move(p).take_while([](Number x) { return x != 6; }); });
  over_every_source("map_while", [](auto p) {
    return std::move(p).map_while([](Number x) { return x != 6 ? std::optional<Number>(x) : std::nullopt; });
  });
  for (Number const least : {Number{0}, Number{1}, Number{5}, Number{100}}) {
    over_every_source("drop_while",
                      [least](auto p) { return std::move(p).drop_while([least](Number x) { return x < least; }); });
    over_every_source("drop_while after flat_map", [least](auto p) {
      return std::move(p).flat_map(repeated).drop_while([least](Number x) { return x < least; });
    });
    over_every_source("drop_while after take_while", [least](auto p) {
      return std::move(p).take_while([](Number x) { return x != 6; }).drop_while([least](Number x) {
        return x < least;
      });
    });
  }
  over_every_source("inclusive_scan", [](auto p) { return std::move(p).inclusive_scan(std::plus<>()); });
  over_every_source("exclusive_scan after flat_map",
                    [](auto p) { return std::move(p).flat_map(repeated).exclusive_scan(Number{3}, std::plus<>()); });
  over_every_source("inclusive_scan after take_while", [](auto p) {
    return std::move(p).take_while([](Number x) { return x != 6; }).inclusive_scan(std::plus<>());
  });
  over_every_source("take_any", [](auto p) { return std::move(p).take_any(100); });
  over_every_source("flat_map to optionals", [](auto p) {
    return std::move(p).flat_map([](Number x) { return even(x) ? std::optional<Number>(x) : std::nullopt; });
  });
  over_every_source("map_init, a state a thread", [](auto p) {
    return std::move(p).map_init(pt::per_thread([] { return Number{1}; }),
                                 [](Number const& one, Number x) { return x + one; });
  });
  over_every_source("cast", [](auto p) { return std::move(p).template cast<double>().template cast<Number>(); });
  over_every_index("elements", [](auto p) { return std::move(p).enumerate().template elements<1>(); });
  over_every_index("positions", [](auto p) { return std::move(p).positions(even).template cast<Number>(); });
  for (std::size_t n : {1U, 2U, 3U, 100U}) {
    std::string const many = " " + std::to_string(n);
    auto const total = [](Items const& items) {
      Number all = 0;
      for (Number x : items) all = 10 * all + x;
      return all;
    };
    over_every_index("chunk" + many, [=](auto p) { return std::move(p).chunk(n).map(total); });
    over_every_index("fold_chunks" + many, [=](auto p) {
      return std::move(p).fold_chunks(
          n, [] { return Number{0}; }, [](Number all, Number x) { return 10 * all + x; });
    });
    over_every_index("chunk, reversed" + many, [=](auto p) { return std::move(p).chunk(n).map(total).reverse(); });
  }
  over_every_source("try_fold", [](auto p) {
    return std::move(p)
        .try_fold([] { return Items(); },
                  [](Items kept, Number x) { return kept.push_back(x), std::optional<Items>(std::move(kept)); })
        .map([](std::optional<Items> kept) { return *std::move(kept); })
        .flatten();
  });
  over_every_source("fold", [](auto p) {
    return std::move(p).fold([] { return Items(); }, [](Items& kept, Number x) { kept.push_back(x); }).flatten();
  });
  over_every_index("reverse", [](auto p) { return std::move(p).reverse(); });
  over_every_index("intersperse", [](auto p) { return std::move(p).intersperse(Number{-1}); });
  for (std::size_t n : {0U, 1U, 2U, 5U, 100U}) {
    std::string const many = " " + std::to_string(n);
    over_every_index("take" + many, [n](auto p) { return std::move(p).take(n); });
    over_every_index("drop" + many, [n](auto p) { return std::move(p).drop(n); });
    over_every_index("stride" + many, [n](auto p) { return std::move(p).stride(n + 1); });
    over_every_index("slice" + many, [n](auto p) { return std::move(p).slice(2, 2 + n); });
  }
}

TEST_CASE("stages of other positions keep the contract") {
  over_every_index("sums of three", put_on<Threes>);
  over_every_index("separated", put_on<Separated>);
  over_every_index("sums of three, separated",
                   [](auto p) { return put_on<Separated>(put_on<Threes>(std::move(p))).stride(2).drop(1); });
  over_every_index("chain after sums of three", [](auto p) {
    return put_on<Threes>(std::move(p)).chain(pt::detail::as_pipeline(Witness(Like::list, 4)));
  });
}

TEST_CASE("stages that join others keep the contract") {
  for (std::size_t n : {0U, 1U, 5U, 12U}) {
    std::string const other = " " + std::to_string(n);
    Items const v = numbers(n);
    for (Like const like : {Like::list, Like::forward_list, Like::stream}) {
      auto const second = [like, n] { return pt::detail::as_pipeline(Witness(like, n)); };
      over_every_index("chain" + other, [second](auto p) { return std::move(p).chain(second()); });
      over_every_index("zip" + other, [second](auto p) { return std::move(p).zip(second()).map(sum); });
      over_every_index("interleave" + other, [second](auto p) { return std::move(p).interleave(second()); });
    }
    over_every_source("chain after drop_while" + other,
                      [&v](auto p) { return std::move(p).drop_while([](Number x) { return x < 5; }).chain(v); });
    over_every_index("chain a vector" + other, [&v](auto p) { return std::move(p).chain(v); });
    over_every_index("interleave a vector" + other, [&v](auto p) { return std::move(p).interleave(v).drop(1); });
    over_every_index("zip a vector" + other, [&v](auto p) { return std::move(p).zip(v).map(sum); });
  }
  for (std::size_t n : {0U, 1U, 7U}) {
    for (Like const like : {Like::list, Like::forward_list, Like::stream}) {
      auto const witness = [n](Like what) { return pt::detail::as_pipeline(Witness(what, n)); };
      keeps("zip_equal", [=] { return witness(like).zip_equal(witness(Like::forward_list)).map(sum); });
      keeps("zip_equal", [=] { return witness(like).zip_equal(numbers(n)).map(sum); });
    }
  }
}
