#include <parallel_task/terminal/groups.hpp>

#include "every.hpp"

#include <parallel_task/parallel_task.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

using namespace every;

namespace {

/// The keys in the order in which they came first.
template <class Key>
std::vector<int> keys_in_order(std::vector<int> const& items, Key key) {
  std::vector<int> keys;
  std::unordered_set<int> seen;
  for (int x : items) {
    if (seen.insert(key(x)).second) keys.push_back(key(x));
  }
  return keys;
}
template <class G>
std::vector<int> keys_of(G const& groups) {
  std::vector<int> keys;
  for (auto const& [key, value] : groups) keys.push_back(key);
  return keys;
}

}  // namespace

TEST_CASE("group_by, count_by and to_map are what the loop makes, with the keys in order") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    for (int keys : {3, 100'000}) {
      auto const key = [keys](int x) { return x % keys; };
      std::map<int, std::vector<int>> groups;
      std::map<int, std::size_t> counts;
      std::map<int, std::string> texts;
      for (int x : expected) {
        groups[key(x)].push_back(x);
        ++counts[key(x)];
        texts[key(x)] += std::to_string(x) + ",";
      }
      auto const in_order = keys_in_order(expected, key);
      auto const grouped = run(make(), detail::make_group_by(key));
      CHECK(grouped.template to<std::map>() == groups);
      CHECK(keys_of(grouped) == in_order);
      auto const counted = run(make(), detail::make_count_by(key));
      CHECK(counted.template to<std::map>() == counts);
      CHECK(keys_of(counted) == in_order);
      auto const text = [](int x) { return std::to_string(x) + ","; };
      CHECK(run(make(), detail::make_to_map(key, text, std::plus<>())).template to<std::map>() == texts);
    }
    CHECK(run(make(), detail::Distinct{}) == keys_in_order(expected, [](int x) { return x; }));
  });
}

TEST_CASE("groups of more keys than fit into one table are the same, in order, and can be found") {
  std::vector<int> v;
  for (std::int64_t i = 0; i != 200'000; ++i) v.push_back(static_cast<int>(i * 7919 % 100'003));
  auto const itself = [](int x) { return x; };
  auto const in_order = keys_in_order(v, itself);
  std::unordered_map<int, std::size_t> counts;
  for (int x : v) ++counts[x];
  auto const check = [&] {
    auto const counted = pt::parallel_iter(v).count_by(itself);
    CHECK(counted.size() == 100'003);
    CHECK((keys_of(counted) == in_order));
    bool all_found = true;
    for (auto const& [key, n] : counts) all_found = all_found && counted.at(key) == n;
    CHECK(all_found);
    CHECK(!counted.contains(100'003));
    CHECK(pt::parallel_iter(v).distinct() == in_order);
    auto const grouped = pt::parallel_iter(v).group_by(itself);
    CHECK((keys_of(grouped) == in_order));
    bool right = true;
    for (auto const& [key, items] : grouped) {
      right = right && items == std::vector<int>(counts[key], key) && grouped.find(key)->first == key;
    }
    CHECK(right);
    auto const small = [](int x) { return x < 5000; };  // no segment has many, all together have
    CHECK(pt::parallel_iter(v).filter(small).distinct().size() == 5000);
    bool small_right = true;
    auto const small_groups = pt::parallel_iter(v).filter(small).group_by(itself);
    for (auto const& [key, items] : small_groups) {
      small_right = small_right && items == std::vector<int>(counts[key], key);
    }
    CHECK((small_right && small_groups.size() == 5000));
    CHECK(counted == (v | pt::parallel_iter | pt::count_by(itself)));
  };
  for_each_schedule(check, 1);
}

TEST_CASE("the result of group_by is a range for pipelines, and gives its items away") {
  std::vector<std::string> const words{"to", "be", "or", "not", "to", "be"};
  auto groups = pt::parallel_iter(words).group_by(&std::string::size);
  CHECK(pt::parallel_iter(groups).map([](std::size_t, auto const& items) { return items.size(); }).sum() == 6);
  CHECK(groups.at(3) == std::vector<std::string>{"not"});
  CHECK_THROWS_AS(groups.at(7), std::out_of_range);
  auto const copy = groups;
  auto const pairs = std::move(groups).to<std::vector>();
  CHECK(pairs[0].second.size() == 5);
  CHECK(copy.to<std::unordered_map>().size() == 2);
  CHECK((pt::grouped<int, int>().find(1) == pt::grouped<int, int>().end()));
}

TEST_CASE("keys may be pairs, refer to their items, and be such as can only be moved") {
  std::vector<std::string> const words{"to", "be", "or", "not", "to", "be"};
  auto const ends = [](std::string const& w) { return std::pair(w.front(), w.back()); };
  for_each_schedule([&] {
    auto const counts = pt::parallel_iter(words).count_by(ends);
    CHECK(counts.at({'t', 'o'}) == 2);
    CHECK(counts.size() == 4);
    CHECK((words | pt::parallel_iter | pt::count_by([](auto const& w) { return std::tuple(w.size(), w); })).size() ==
          4);
    auto const same = [](std::string const& w) -> std::string const& { return w; };
    auto groups = pt::into_parallel_iter(std::vector<std::string>(words)).group_by(same);
    CHECK(groups.at("be") == std::vector<std::string>{"be", "be"});
    CHECK((words | pt::parallel_iter | pt::group_by(same)).size() == 4);
    CHECK((words | pt::parallel_iter | pt::to_map(same, &std::string::size, std::plus<>())).at("be") == 4);
    auto const owner = [](std::string const& w) { return std::make_unique<std::string>(w); };
    auto const owners = pt::parallel_iter(words).map(owner).group_by([](auto const& p) { return p->size(); });
    CHECK(*owners.at(3)[0] == "not");
  });
}

TEST_CASE("groups hand on what a closure throws, and leave no item alive") {
  throwing_position<Bare>([](auto source) {
    (void)run(std::move(source), detail::make_group_by([](Bare const& x) { return x.value % 3; }));
  });
  throwing_position<Bare>([](auto source) {
    (void)run(std::move(source), detail::make_to_map([](Bare const& x) { return x.value % 3; },
                                                     [](Bare x) { return x; }, [](Bare a, Bare const&) { return a; }));
  });
}
