#include <parallel_task/terminal/join_with.hpp>

#include "every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <list>
#include <string>
#include <string_view>

using namespace every;

TEST_CASE("join_with puts the separator between any two items") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    std::string wanted;
    for (std::size_t i = 0; i != expected.size(); ++i) wanted += (i == 0 ? "" : ", ") + std::to_string(expected[i]);
    auto const text = [](int x) { return std::to_string(x); };
    CHECK(run(detail::Map(make(), text), detail::JoinWith{", "}) == wanted);
  });
}

TEST_CASE("join_with takes characters, views and empty texts") {
  std::list<std::string_view> const list{"", "a", "", ""};
  std::string const word = "abc";
  for_each_schedule([&] {
    CHECK((list | pt::parallel_iter | pt::join_with(',')) == ",a,,");
    CHECK(pt::parallel_iter(word).join_with(std::string("--")) == "a--b--c");
    CHECK(pt::parallel_iter(word).join_with("") == "abc");
    CHECK(pt::parallel_iter(word).take(0).join_with('x').empty());
  });
}
