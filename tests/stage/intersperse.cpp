#include <parallel_task/stage/intersperse.hpp>

#include "stage/stages.hpp"

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

using namespace stages;

namespace {

ints spaced(ints const& items, int between) {
  ints result;
  for (int x : items) {
    if (!result.empty()) result.push_back(between);
    result.push_back(x);
  }
  return result;
}

struct Endless {
  int* read;
  int at = 0;
  std::optional<int> next() { return ++*read, at++; }
};

struct OnlyMoved {
  int value = 0;
  OnlyMoved(int x) : value(x) {}
  OnlyMoved(OnlyMoved&&) = default;
  OnlyMoved& operator=(OnlyMoved&&) = default;
};

}  // namespace

TEST_CASE("intersperse gives a value between any two items, from every source with an index") {
  over_every_index([](auto pipe, ints const& expected) {
    ints const wanted = spaced(expected, -9);
    CHECK(pipe().intersperse(-9).template collect<std::vector>() == wanted);
    CHECK(pipe().copied().intersperse(-9).template collect<std::vector>() == wanted);
    CHECK(pipe().intersperse(-9).size() == wanted.size());
    CHECK(pipe().intersperse(-9).filter([](int x) { return x == -9; }).count() == wanted.size() / 2);
  });
}

TEST_CASE("intersperse keeps the index") {
  over_every_index([](auto pipe, ints const& expected) {
    ints const wanted = spaced(expected, -9);
    CHECK(pipe().intersperse(-9).reverse().template collect<std::vector>() == ints(wanted.rbegin(), wanted.rend()));
    ints const twice = spaced(wanted, -8);
    CHECK(pipe().intersperse(-9).intersperse(-8).template collect<std::vector>() == twice);
    for (size_t n : {0U, 1U, 2U, 3U, 100U}) {
      size_t const at = n < wanted.size() ? n : wanted.size();
      auto const cut = wanted.begin() + static_cast<long>(at);
      CHECK(pipe().intersperse(-9).take(n).template collect<std::vector>() == ints(wanted.begin(), cut));
      CHECK(pipe().intersperse(-9).drop(n).template collect<std::vector>() == ints(cut, wanted.end()));
    }
  });
}

TEST_CASE("intersperse leaves items where they are, as const, and puts one value between them") {
  std::vector<std::string> words{"to", "be", "or"};
  for_each_schedule([&words] {
    auto const pointers = pt::parallel_iter(words)
                              .intersperse(" ")
                              .map([](std::string const& x) { return &x; })
                              .map([&words](std::string const* at) {
                                return at >= words.data() && at < words.data() + words.size() ? at : nullptr;
                              })
                              .collect<std::vector>();
    CHECK(pointers == std::vector<std::string const*>{&words[0], nullptr, &words[1], nullptr, &words[2]});
    CHECK(pt::parallel_iter(words).intersperse(" ").reduce(std::plus<>()) == "to be or");
  });
  auto pipe = pt::parallel_iter(words).intersperse(" ");
  CHECK(std::is_same_v<decltype(pipe)::item_type, std::string const&>);
  std::string kept;
  std::move(pipe).for_each_ordered([&kept](std::string const& x) { kept += x; });
  CHECK(kept == "to be or");
}

TEST_CASE("intersperse moves items that are the pipeline's") {
  for_each_schedule([] {
    std::vector<std::string> words{std::string(100, 'a'), std::string(100, 'b')};
    char const* const first = words[0].data();
    auto const all = pt::into_parallel_iter(std::move(words)).intersperse("-").collect<std::vector>();
    REQUIRE(all.size() == 3);
    CHECK(all[0].data() == first);
    CHECK(all[1] == "-");
  });
  std::list<OnlyMoved> list;
  for (int i = 0; i != 3; ++i) list.emplace_back(i);
  CHECK(pt::parallel_iter(list).intersperse(OnlyMoved(7)).map(&OnlyMoved::value).sum() == 17);
}

TEST_CASE("intersperse over pairs of references gives pairs of values") {
  ints const v{1, 2};
  auto const pairs = pt::parallel_iter(v).enumerate().intersperse(std::pair<size_t, int>(9, 9)).collect<std::vector>();
  CHECK(pairs == std::vector<std::pair<size_t, int>>{{0, 1}, {9, 9}, {1, 2}});
}

TEST_CASE("intersperse reads no more of a stream than the items that are taken need") {
  for_each_schedule([] {
    int read = 0;
    auto const taken = [&read](size_t n) {
      read = 0;
      return pt::par_bridge(Endless{&read}).intersperse(-1).take(n).collect<std::vector>();
    };
    CHECK(taken(3) == ints{0, -1, 1});
    CHECK(read == 2);
    CHECK(taken(4) == ints{0, -1, 1, -1});
    CHECK(read == 3);
    CHECK(taken(0).empty());
    CHECK(read == 0);
  });
}

TEST_CASE("intersperse, piped") {
  ints const v{1, 2, 3};
  CHECK((v | pt::parallel_iter | pt::intersperse(0) | pt::collect<std::vector>()) == ints{1, 0, 2, 0, 3});
}
