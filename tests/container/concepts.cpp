#include <parallel_task/container/concepts.hpp>
#include <parallel_task/container/filler.hpp>

#include "terminal/every.hpp"

#include <array>
#include <deque>
#include <map>
#include <queue>
#include <set>
#include <span>
#include <stack>
#include <string>
#include <unordered_map>

namespace detail = parallel_task::detail;

TEST_CASE("a container template is completed with the items' type, a map with their parts") {
  static_assert(std::is_same_v<detail::Deduced<std::vector, int>::type, std::vector<int>>);
  static_assert(std::is_same_v<detail::Deduced<std::set, int>::type, std::set<int>>);
  static_assert(std::is_same_v<detail::Deduced<std::basic_string, char>::type, std::string>);
  static_assert(
      std::is_same_v<detail::Deduced<std::vector, std::pair<int, char>>::type, std::vector<std::pair<int, char>>>);
  static_assert(std::is_same_v<detail::Deduced<std::map, std::pair<int, char>>::type, std::map<int, char>>);
  static_assert(std::is_same_v<detail::Deduced<std::map, std::pair<int const, char>>::type, std::map<int, char>>);
  static_assert(
      std::is_same_v<detail::Deduced<std::unordered_map, std::tuple<int, char>>::type, std::unordered_map<int, char>>);
  static_assert(std::is_void_v<detail::Deduced<std::map, int>::type>);
  SUCCEED();
}

TEST_CASE("containers are recognised by what they can do") {
  static_assert(detail::spliceable<std::list<int>, int>);
  static_assert(!detail::spliceable<std::vector<int>, int>);
  static_assert(detail::appendable<std::vector<int>, int>);
  static_assert(!detail::appendable<std::vector<int>, std::string>);
  static_assert(detail::appendable<std::map<int, char>, std::pair<int, char>>);
  static_assert(detail::appendable<std::forward_list<int>, int>);
  static_assert(detail::appendable<std::priority_queue<int>, int>);
  static_assert(detail::array_like<std::array<int, 3>>);
  static_assert(detail::array_like<std::span<int>>);
  static_assert(!detail::array_like<std::vector<int>>);
  SUCCEED();
}
