// The headers survive what windows.h, Qt and X11 define; the library then works, whatever the standard library.
#include "foreign_macros.hpp"

#include <parallel_task/parallel_task.hpp>

#include "no_foreign_macros.hpp"

#include <algorithm>
#include <cstdio>
#include <list>
#include <numeric>
#include <span>
#include <unordered_map>
#include <vector>

#define REQUIRE(...) \
  if (!(__VA_ARGS__)) return std::printf("line %d: " #__VA_ARGS__ "\n", __LINE__), 1

// The functions that pt:: has for a sentence only (pipeline/other_libraries.hpp) change the meaning of no other call:
// neither by a using-directive nor by argument-dependent lookup.
namespace theirs {
using namespace std;
using namespace pt;
int total(vector<int> numbers) {
  sort(numbers.begin(), numbers.end());
  transform(numbers.begin(), numbers.end(), numbers.begin(), [](int x) { return 2 * x; });
  return accumulate(numbers.begin(), numbers.end(), 0);
}
}  // namespace theirs
namespace others {
std::size_t find_if(std::span<pt::RunReport> reports) { return reports.size(); }
std::size_t found(std::vector<pt::RunReport>& reports) {
  sort(reports.begin(), reports.end(), [](auto const& a, auto const& b) { return a.items < b.items; });
  return find_if(reports);
}
}  // namespace others

int main() {
  std::vector<int> numbers(10'000);
  std::iota(numbers.begin(), numbers.end(), 0);
  auto const even = [](int i) { return i % 2 == 0; };
  auto const twice = [](int i) { return 2 * i; };

  std::vector<int> const doubled = pt::parallel_iter(numbers).filter(even).map(twice).collect<std::vector>();
  REQUIRE(doubled.size() == 5'000);
  for (std::size_t i = 0; i != doubled.size(); ++i) REQUIRE(doubled[i] == static_cast<int>(4 * i));

  REQUIRE(pt::parallel_iter(numbers).sum() == 49'995'000);
  REQUIRE((pt::parallel_iter(numbers).max)() == 9'999);
  REQUIRE((numbers | pt::parallel_iter | pt::map(twice) | pt::sum()) == 2 * 49'995'000);
  // Of the piped terminals that take a closure one made Clang 16 crash.
  REQUIRE((numbers | pt::parallel_iter | pt::try_for_each([](int i) { return i >= 0; })));
  REQUIRE((numbers | pt::parallel_iter | pt::any([](int i) { return i > 9'998; })));
  REQUIRE((numbers | pt::parallel_iter | pt::find_first(even)) == 0);

  std::list<int> const list(numbers.begin(), numbers.end());
  REQUIRE(pt::parallel_iter(list).map(twice).collect<std::vector>() ==
          pt::parallel_iter(numbers).map(twice).collect<std::vector>());

  REQUIRE(theirs::total({3, 1, 2}) == 12);
  std::vector<pt::RunReport> reports(2);
  REQUIRE(others::found(reports) == 2);

  std::unordered_map<int, int> map;
  for (int i : numbers) map[i] = i;
  pt::parallel_iter(map).for_each([](int const& key, int& value) { value += key; });
  for (auto const& [key, value] : map) REQUIRE(value == 2 * key);
}
