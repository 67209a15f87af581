#include <parallel_task/terminal/unzip.hpp>

#include "every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <list>
#include <set>
#include <string>
#include <tuple>
#include <variant>

using namespace every;

TEST_CASE("unzip makes as many vectors as the items have parts") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    auto triples = detail::Map(make(), [](int x) { return std::tuple(x, std::to_string(x), -x); });
    auto const [first, second, third] = run(std::move(triples), detail::Unzip{});
    CHECK(first == expected);
    bool same = second.size() == expected.size() && third.size() == expected.size();
    for (std::size_t i = 0; same && i != expected.size(); ++i) {
      same = second[i] == std::to_string(expected[i]) && third[i] == -expected[i];
    }
    CHECK(same);
  });
}

TEST_CASE("unzip_into replaces the contents of containers of any kind") {
  std::vector<int> const v{3, 1, 4, 1, 5};
  for_each_schedule([&] {
    std::vector<std::size_t> places{9, 9};
    std::set<int> values{-1};
    pt::parallel_iter(v).enumerate().unzip_into(places, values);
    CHECK(places == std::vector<std::size_t>{0, 1, 2, 3, 4});
    CHECK(values == std::set<int>{1, 3, 4, 5});
    std::list<int> a;
    std::vector<int> b;
    std::vector<int> c;
    v | pt::parallel_iter | pt::zip(v, v) | pt::unzip_into(a, b, c);
    CHECK(a == std::list<int>(v.begin(), v.end()));
    CHECK(b == v);
    CHECK(c == v);
  });
}

TEST_CASE("partition_map parts the values of a variant by index, in order") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    using Same = std::variant<int, int>;
    auto const by_sign = [](int x) {
      return x < 0 ? Same(std::in_place_index<0>, x) : Same(std::in_place_index<1>, x);
    };
    std::pair<std::vector<int>, std::vector<int>> wanted;
    for (int x : expected) (x < 0 ? wanted.first : wanted.second).push_back(x);
    CHECK(run(make(), detail::PartitionMap{by_sign}) == wanted);
    CHECK((expected | pt::parallel_iter | pt::partition_map(by_sign)) == wanted);
  });
  throwing_position<Bare>([](auto source) {
    auto const either = [](Bare x) { return x.value % 2 == 0 ? std::variant<Bare, int>(x) : x.value; };
    (void)run(std::move(source), detail::PartitionMap{either});
  });
}
