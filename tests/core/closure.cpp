#include <parallel_task/core/closure.hpp>

#include "catch.hpp"

#include <functional>
#include <memory>
#include <string>
#include <tuple>

namespace detail = parallel_task::detail;
using parallel_task::concurrently_callable;

namespace {

struct Person {
  std::string name;
  int age;
  int plus(int years) const { return age + years; }
  void rename(std::string n) { name = std::move(n); }
};

auto const add = [](int a, int b) { return a + b; };
[[maybe_unused]] auto counts = [n = 0](int) mutable { return ++n; };

static_assert(concurrently_callable<decltype(add), std::pair<int, int>>);
static_assert(concurrently_callable<decltype(add), std::tuple<int, long> const&>);
static_assert(!concurrently_callable<decltype(add), int>);
static_assert(!concurrently_callable<decltype(counts), int>);
static_assert(concurrently_callable<decltype(add), int, int&>);  // a state in front
static_assert(concurrently_callable<int Person::*, Person&>);
static_assert(std::same_as<detail::call_t<int Person::*, Person&>, int&>);
static_assert(std::same_as<detail::call_t<int Person::*, Person const&>, int const&>);

using detail::Problem;
static_assert(detail::closure_problem<decltype(counts), int>() == Problem::closure_changes_itself);
static_assert(detail::closure_problem<decltype(add), int>() == Problem::closure_does_not_fit);
static_assert(detail::closure_problem<decltype(add), std::pair<int, int>>() == Problem::none);

}  // namespace

TEST_CASE("a closure gets the item, or its parts where it does not take the item") {
  CHECK(detail::call(add, std::pair(1, 2)) == 3);
  CHECK(detail::call(add, std::tuple(1, 2)) == 3);
  CHECK(detail::call([](std::pair<int, int> p) { return p.first; }, std::pair(1, 2)) == 1);
  CHECK(detail::call([](auto&&... parts) { return sizeof...(parts); }, std::pair(1, 2)) == 1);
}

TEST_CASE("parts are handed on as what they are") {
  int x = 1;
  std::pair<int&, std::unique_ptr<int>> item(x, std::make_unique<int>(2));
  detail::call([](int& a, std::unique_ptr<int> b) { a = *b; }, std::move(item));
  CHECK(x == 2);
}

TEST_CASE("members are called as std::invoke does, on objects, pointers and wrappers") {
  Person ada{"Ada", 36};
  auto const smart = std::make_unique<Person>(ada);
  int Person::*const age = &Person::age;
  int (Person::*const plus)(int) const = &Person::plus;
  CHECK(detail::invoke(age, ada) == 36);
  CHECK(detail::invoke(age, &ada) == 36);
  CHECK(detail::invoke(age, smart) == 36);
  CHECK(detail::invoke(age, std::ref(ada)) == 36);
  CHECK(detail::invoke(plus, ada, 1) == 37);
  CHECK(detail::invoke(plus, &ada, 1) == 37);
  CHECK(detail::invoke(plus, std::ref(ada), 1) == 37);
  void (Person::*const rename)(std::string) = &Person::rename;
  detail::invoke(rename, ada, "Countess");
  CHECK(ada.name == "Countess");
}

TEST_CASE("a closure that takes neither the item nor its parts gets the parts of the parts") {
  using Nested = std::pair<std::size_t, std::tuple<int, std::pair<char, long>>>;
  Nested const item{1, {2, {'c', 4}}};
  auto const flat = [](std::size_t i, int a, char b, long c) { return static_cast<long>(i) + a + (b == 'c') + c; };
  CHECK(detail::call(flat, item) == 8);
  CHECK(detail::call([](auto const& all) { return all.first; }, item) == 1);
  CHECK(detail::call([](std::size_t i,
                        auto const& rest) { return i + std::tuple_size_v<std::remove_cvref_t<decltype(rest)>>; },
                     item) == 3);  // one level comes before all
  CHECK(detail::call([](auto&&... parts) { return sizeof...(parts); }, item) == 1);
  int state = 10;
  CHECK(detail::call([](int& s, std::size_t, int, char, long) { return ++s; }, item, state) == 11);

  static_assert(concurrently_callable<decltype(flat), Nested>);
  static_assert(!concurrently_callable<decltype(flat), std::tuple<int, std::pair<int, int>>>);  // too few
  static_assert(!concurrently_callable<decltype(flat), std::tuple<int, int, int>>);
  auto changing = [n = 0](int, int, int) mutable { return ++n; };
  static_assert(detail::closure_problem<decltype(changing), std::pair<int, std::pair<int, int>>>() ==
                Problem::closure_changes_itself);
  (void)changing;
}

TEST_CASE("innermost parts are handed on as what they are") {
  int x = 1;
  std::pair<int&, std::pair<std::unique_ptr<int>, int const&>> item(
      x, std::pair<std::unique_ptr<int>, int const&>(std::make_unique<int>(2), x));
  detail::call(
      [](int& a, std::unique_ptr<int> b, int const& c) {
        a = *b;
        CHECK(&a == &c);
      },
      std::move(item));
  CHECK(x == 2);
  CHECK(item.second.first == nullptr);
}
