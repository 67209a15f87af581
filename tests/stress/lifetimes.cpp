// What outlives the step must not refer to what doesn't: every origin of short-lived items before every stage, and
// before every terminal.
#include "lifetimes.hpp"

#include <atomic>
#include <functional>
#include <ranges>
#include <tuple>

using namespace lifetimes;

namespace {

template <class P>
std::vector<Mortal> ordered(P pipeline) {
  std::vector<Mortal> seen;
  std::move(pipeline).for_each_ordered([&seen](Mortal const& x) { seen.push_back(x); }, 16);
  return seen;
}

/// By three terminals, of which one keeps items waiting and one keeps keys of them.
template <class P>
void come_out_of(std::function<P()> const& pipe, std::vector<Mortal> const& wanted) {
  CHECK(pipe().template collect<std::vector>() == wanted);
  CHECK(ordered(pipe()) == wanted);
  auto const best = pipe().max_by_key([](Mortal const& x) { return Reference(x); });
  REQUIRE(best.has_value());
  CHECK(*best == *std::max_element(wanted.begin(), wanted.end()));
}

/// Items as they come out of a pipeline. Its type is erased, so that terminals are compiled once for all of a kind.
template <class F>
void come_out(F pipeline, std::vector<Mortal> const& wanted) {
  auto const erased = [&pipeline] { return property::erase_as<Mortal const&>(pipeline()); };
  come_out_of(std::function<decltype(erased())()>(erased), wanted);
}

/// f(pipe) with pipe() a pipeline of short-lived items of every origin, whose type does not tell the origin.
template <class F>
void for_each_erased_origin(F f) {
  for_each_origin([&f](char const* name, auto make) {
    INFO(name);
    auto const erased = [&make] { return property::erase_as<Mortal const&>(make()); };
    for_each_schedule([&] { f(std::function<decltype(erased())()>(erased)); });
  });
}

}  // namespace

TEST_CASE("items that live for a step come whole out of every stage") {
  for_each_erased_origin([](auto pipe) {
    std::vector<Mortal> const expected = all();
    auto const yes = [](Mortal const&) { return true; };
    come_out(pipe, expected);
    come_out([&] { return pipe().filter(yes); }, expected);
    come_out([&] { return pipe().take_while(yes); }, expected);
    come_out([&] { return pipe().inspect([](Mortal const&) {}); }, expected);
    come_out([&] { return pipe().copied(); }, expected);
    come_out([&] { return pipe().map([](Mortal const& x) -> Mortal const& { return x; }); }, expected);
    come_out(
        [&] { return pipe().map_init([] { return 0; }, [](int&, Mortal const& x) -> Mortal const& { return x; }); },
        expected);
    come_out([&] { return pipe().filter_map([](Mortal const& x) { return &x; }); }, expected);
    come_out([&] { return pipe().flat_map([](Mortal const& x) { return std::views::single(x); }); }, expected);
    come_out([&] { return pipe().map([](Mortal const& x) { return std::list<Mortal>(1, x); }).flatten(); }, expected);
    std::vector<Mortal> twice = expected;
    twice.insert(twice.end(), expected.begin(), expected.end());
    come_out([&] { return pipe().chain(pipe()); }, twice);
  });
}

TEST_CASE("items that live for a step come whole out of every stage that asks for positions") {
  for_each_erased_origin([](auto pipe) {
    if constexpr (property::indexed<decltype(pipe())>) {
      std::vector<Mortal> const expected = all();
      std::vector<Mortal> const backwards(expected.rbegin(), expected.rend());
      std::vector<Mortal> thirds;
      for (std::size_t i = 0; i < expected.size(); i += 3) thirds.push_back(expected[i]);
      std::vector<Mortal> const few(expected.begin() + 5, expected.begin() + 50);
      auto const first = [](Mortal const& x, Mortal const& y) -> Mortal const& { return x == y ? x : throw 1; };
      come_out([&] { return pipe().enumerate().values(); }, expected);
      come_out([&] { return pipe().zip(expected).map(first); }, expected);
      come_out([&] { return pt::parallel_iter(expected).zip(pipe()).values(); }, expected);
      come_out([&] { return pipe().zip(pipe(), pipe()).keys(); }, expected);
      come_out([&] { return pipe().zip_equal(pipe()).map(first); }, expected);
      come_out([&] { return pipe().reverse(); }, backwards);
      come_out([&] { return pipe().stride(3); }, thirds);
      come_out([&] { return pipe().slice(5, 50); }, few);
      come_out([&] { return pipe().drop(5).take(45); }, few);
      come_out([&] { return pipe().chain(pipe()).reverse().drop(expected.size()); }, backwards);
      auto const numbered = pipe().enumerate().template collect<std::vector>();
      REQUIRE(numbered.size() == expected.size());
      for (std::size_t i = 0; i != numbered.size(); ++i) CHECK(numbered[i] == std::pair(i, expected[i]));
      std::vector<Mortal> waited;
      pipe().zip(expected, pipe()).for_each_ordered([&](Mortal const& x, Mortal const& y, Mortal const& z) {
        waited.push_back(x == y && y == z ? x : throw 1);
      });
      CHECK(waited == expected);
    }
  });
}

TEST_CASE("every terminal keeps values of items that live for a step") {
  for_each_erased_origin([](auto pipe) {
    std::vector<Mortal> const expected = all();
    auto const half = [](Mortal const& x) { return x.number() < size / 2; };
    auto const larger = [](Mortal const& a, Mortal const& b) { return std::max(a, b); };
    auto const key = [](Mortal const& x) { return Reference(x); };
    std::list<Mortal> const list = pipe().template collect<std::list>();
    CHECK(std::equal(list.begin(), list.end(), expected.begin(), expected.end()));
    std::vector<Mortal> into(3);
    pipe().append_to(into);
    CHECK(std::equal(into.begin() + 3, into.end(), expected.begin(), expected.end()));
    CHECK(pipe().reduce(larger) == Mortal(size - 1));
    CHECK(pipe().reduce(Mortal(size), larger) == Mortal(size));
    auto const [low, high] = pipe().partition(half);
    CHECK(low == std::vector<Mortal>(expected.begin(), expected.begin() + size / 2));
    CHECK(high == std::vector<Mortal>(expected.begin() + size / 2, expected.end()));
    auto const [left, right] = pipe().map([](Mortal const& x) { return std::tie(x, x); }).unzip();
    CHECK(left == expected);
    CHECK(right == expected);
    CHECK(pipe().find_first([](Mortal const& x) { return x.number() == 70; }) == Mortal(70));
    CHECK(pipe().find_any([](Mortal const& x) { return x.number() == 70; }) == Mortal(70));
    CHECK(pipe().contains(Mortal(70)));
    CHECK(pipe().count_if(half) == size / 2);
    CHECK(pipe().min() == Mortal(0));
    CHECK((pipe().max)() == Mortal(size - 1));
    CHECK(pipe().minmax() == std::pair(Mortal(0), Mortal(size - 1)));
    CHECK(pipe().min_by_key(key) == Mortal(0));
    CHECK(pipe().minmax_by_key(key) == std::pair(Mortal(0), Mortal(size - 1)));
    CHECK(pipe().map([](Mortal const& x) { return x.number(); }).sum() == size * (size - 1) / 2);
    CHECK(pipe().try_for_each([](Mortal const& x) { return x.number() >= 0; }));
    std::atomic<int> sum{0};
    pipe().for_each([&sum](Mortal const& x) { sum += x.number(); });
    CHECK(sum == size * (size - 1) / 2);
    auto const folded =
        pipe().fold([] { return 0; }, [](int so_far, Mortal const& x) { return so_far + x.number(); }).sum();
    CHECK(folded == size * (size - 1) / 2);
  });
}

TEST_CASE("what waits or is compared is kept by what the pipeline itself is made of") {
  for_each_origin([](char const* name, auto make) {
    INFO(name);
    std::vector<Mortal> const expected = all();
    auto const key = [](Mortal const& x) { return Reference(x); };
    for_each_schedule([&] {
      CHECK(ordered(make()) == expected);
      CHECK(ordered(make().filter([](Mortal const&) { return true; })) == expected);
      CHECK(make().min_by_key(key) == Mortal(0));
      CHECK(make().max_by_key(key) == Mortal(size - 1));
      CHECK(make().minmax_by_key(key) == std::pair(Mortal(0), Mortal(size - 1)));
    });
  });
}
