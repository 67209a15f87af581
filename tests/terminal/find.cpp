#include <parallel_task/terminal/find.hpp>

#include "every.hpp"
#include "support/eager.hpp"

#include <algorithm>
#include <memory>

using namespace every;

TEST_CASE("find_first gives the first by order, find_any some, both nothing where there is none") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    for (int divisor : {1, 3, 7, 100, 10007}) {
      auto hit = [divisor](int x) { return x % divisor == 0 && x != 0; };
      auto const it = std::ranges::find_if(expected, hit);
      std::optional<int> const first = run(make(), detail::make_find_first(hit));
      std::optional<int> const any = run(make(), detail::make_find_any(hit));
      CHECK(first == (it == expected.end() ? std::nullopt : std::optional(*it)));
      CHECK(any.has_value() == first.has_value());
      if (any) CHECK(hit(*any));
    }
  });
}

TEST_CASE("find_first is the first of items that are equal in what is looked for") {
  std::vector<std::pair<int, int>> v;
  for (int i = 0; i != 1000; ++i) v.emplace_back(i % 100, i);
  for_each_schedule([&v] {
    auto const found = run(detail::borrow(v), detail::make_find_first([](int key, int) { return key == 77; }));
    REQUIRE(found);
    CHECK(found->second == 77);
  });
}

TEST_CASE("find_first does not see an exception behind its answer") {
  std::vector<int> v(1000);
  for (std::size_t i = 0; i != v.size(); ++i) v[i] = static_cast<int>(i);
  for_each_schedule([&v] {
    auto const found = run(detail::borrow(v), detail::make_find_first([](int x) { return x >= 500; }));
    CHECK(found == 500);
  });
}

TEST_CASE("find moves items that can't be copied") {
  std::vector<std::unique_ptr<int>> v;
  for (int i = 0; i != 100; ++i) v.push_back(std::make_unique<int>(i));
  auto const found = run(detail::own(std::move(v)), detail::make_find_first([](auto const& p) { return *p == 50; }));
  REQUIRE(found);
  CHECK(**found == 50);
}

TEST_CASE("find_any hands on what a closure throws, and leaves no item alive") {
  throwing_position<Bare>([](auto source) {
    run(std::move(source), detail::make_find_any([](Bare const&) { return false; }));
  });
  throwing_position<Bare>([](auto source) {
    run(std::move(source), detail::make_find_first([](Bare const&) { return false; }));
  });
}

TEST_CASE("a search by order deals its positions out from the front, others hand them out at once") {
  std::vector<int> const v(4'000);
  auto const never = [](int x) { return x != 0; };
  support::Eager const eager(4);
  for (int round = 0; round != 20; ++round) {
    pt::RunReport first;
    pt::RunReport any;
    pt::Settings settings;
    auto source = detail::borrow(v);
    auto find_first = detail::make_find_first(never);
    auto find_any = detail::make_find_any(never);
    detail::Observation observation{&detail::run_observed<true>, &first, nullptr, nullptr, 0};
    settings.observation = &observation;
    CHECK(!detail::run_terminal(source, find_first, settings));
    observation.report = &any;
    CHECK(!detail::run_terminal(source, find_any, settings));
    CHECK(first.pulls > 1);
    CHECK(any.pulls == 0);
    CHECK(first.items == v.size());
  }
}
