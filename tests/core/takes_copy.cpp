#include <parallel_task/core/takes_copy.hpp>

#include "catch.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace {

using parallel_task::detail::takes_copy;

template <class T, class... Rest>
constexpr bool copies(auto closure) {
  return takes_copy<decltype(closure), T, Rest...>();
}

void takes_a_number(int, int) {}
void takes_a_reference(int&, int) noexcept {}

struct Overloaded {
  void operator()(int&, int) const {}
  void operator()(long&, int) const {}
};
struct Final final {
  void operator()(auto, int) const {}
};
struct Stats {
  double total = 0;
  void add(double x) { total += x; }
};
struct Convertible {
  operator int() const { return 0; }  // NOLINT
};

template <class First, class... Rest>
struct Takes {
  void operator()(First, Rest...) const {}
};
template <class... Rest>
struct GenericFirst {
  void operator()(auto, Rest...) const {}
};
template <class... Rest>
struct GenericReferenceFirst {
  void operator()(auto&, Rest...) const {}
};
template <class... Rest>
struct GenericConstFirst {
  void operator()(auto const&, Rest...) const {}
};
template <class... Rest>
struct ForwardedFirst {
  void operator()(auto&&, Rest...) const {}
};

// As the second argument may be taken: exactly, by reference, const, and generic.
template <class T, class Item, class Second>
constexpr void first_of_two() {
  static_assert(takes_copy<Takes<T, Second>, T, Item>());
  static_assert(takes_copy<Takes<T const, Second>, T, Item>());
  static_assert(takes_copy<GenericFirst<Second>, T, Item>());
  static_assert(!takes_copy<Takes<T&, Second>, T, Item>());
  static_assert(!takes_copy<Takes<T const&, Second>, T, Item>());
  static_assert(!takes_copy<GenericReferenceFirst<Second>, T, Item>());
  static_assert(!takes_copy<GenericConstFirst<Second>, T, Item>());
  static_assert(!takes_copy<ForwardedFirst<Second>, T, Item>());
}
constexpr auto value_and_value = [](auto, auto) {};
constexpr auto value_and_any = [](auto, auto&&) {};
constexpr auto value_and_const = [](auto, auto const&) {};
constexpr auto value_and_more = [](auto, auto...) {};
constexpr auto reference_and_value = [](auto&, auto) {};
constexpr auto reference_and_any = [](auto&, auto&&) {};
constexpr auto reference_and_const = [](auto&, auto const&) {};
constexpr auto any_and_value = [](auto&&, auto) {};
constexpr auto any_and_any = [](auto&&, auto&&) {};
constexpr auto const_and_value = [](auto const&, auto) {};
constexpr auto const_and_any = [](auto const&, auto&&) {};
constexpr auto const_and_const = [](auto const&, auto const&) {};

template <class T, class Item>
constexpr void all_kinds_of_parameters() {
  first_of_two<T, Item, std::remove_cvref_t<Item>>();
  first_of_two<T, Item, std::remove_cvref_t<Item> const&>();
  first_of_two<T, Item, Item>();
  first_of_two<T, Item, Item&&>();

  static_assert(copies<T, Item>(value_and_value));
  static_assert(copies<T, Item>(value_and_any));
  static_assert(copies<T, Item>(value_and_const));
  static_assert(copies<T, Item>(value_and_more));
  static_assert(!copies<T, Item>(reference_and_value));
  static_assert(!copies<T, Item>(reference_and_any));
  static_assert(!copies<T, Item>(reference_and_const));
  static_assert(!copies<T, Item>(any_and_value));
  static_assert(!copies<T, Item>(any_and_any));
  static_assert(!copies<T, Item>(const_and_value));
  static_assert(!copies<T, Item>(const_and_any));
  static_assert(!copies<T, Item>(const_and_const));
}

template <class T>
constexpr void one_parameter() {
  static_assert(takes_copy<Takes<T>, T>());
  static_assert(takes_copy<GenericFirst<>, T>());
  static_assert(!takes_copy<Takes<T&>, T>());
  static_assert(!takes_copy<Takes<T const&>, T>());
  static_assert(!takes_copy<GenericReferenceFirst<>, T>());
  static_assert(!takes_copy<GenericConstFirst<>, T>());
  static_assert(!takes_copy<ForwardedFirst<>, T>());
}

}  // namespace

TEST_CASE("a closure that takes a copy is known by its parameter, also where that is generic") {
  all_kinds_of_parameters<int, int>();
  all_kinds_of_parameters<int, int&>();
  all_kinds_of_parameters<int, std::string const&>();
  all_kinds_of_parameters<std::vector<int>, std::string>();
  all_kinds_of_parameters<Stats, double const&>();
  all_kinds_of_parameters<std::optional<int>, std::shared_ptr<int>&>();
  one_parameter<int>();
  one_parameter<bool>();
  one_parameter<std::string>();
  one_parameter<Stats>();

  // where the item is converted on its way
  static_assert(copies<int, short>([](int, long) {}));
  static_assert(copies<int, short>([](auto, long) {}));
  static_assert(!copies<int, short>([](auto&, long) {}));
  static_assert(!copies<int, short>([](auto&&, double) {}));
  static_assert(!copies<int, Convertible>([](auto&, int) {}));
  static_assert(!copies<int, Convertible>([](auto const&, int) {}));
  static_assert(copies<int, Convertible>([](auto, int) {}));

  // a number that becomes another one is a copy; what becomes a view of itself is not
  static_assert(copies<int, int>([](double, int) {}));
  static_assert(!copies<std::string, int>([](std::string_view, int) {}));
  static_assert(!copies<std::vector<int>, int>([](std::span<int>, int) {}));

  static_assert(copies<int, int>(&takes_a_number));
  static_assert(!copies<int, int>(&takes_a_reference));
  static_assert(!copies<Stats, double>(&Stats::add));
  static_assert(!copies<int, int>(Overloaded{}));
  static_assert(!copies<int, int>(Final{}));  // nobody can stand beside it
  SUCCEED();
}

TEST_CASE("a copy of what refers to something else is as good as the original") {
  static_assert(!copies<int*, int>([](int*, int) {}));
  static_assert(!copies<int*, int>([](auto, auto) {}));
  static_assert(!copies<std::shared_ptr<int>, int>([](std::shared_ptr<int>, int) {}));
  static_assert(!copies<std::reference_wrapper<int>, int>([](std::reference_wrapper<int>, int) {}));
  static_assert(!copies<std::span<int>, int>([](std::span<int>, int) {}));
  static_assert(!copies<std::vector<int>::iterator, int>([](auto, int) {}));
  static_assert(!copies<std::pair<int&, int>>([](auto) {}));
  static_assert(!copies<std::tuple<int, int const&, int&>>([](auto) {}));

  static_assert(copies<std::pair<int, int>>([](auto) {}));
  static_assert(copies<std::pair<int const&, int>>([](auto) {}));
  SUCCEED();
}

TEST_CASE("a generic closure's body is looked into only with what the program calls it with") {
  auto const only_lvalues = [](auto&& total, auto&& x) {
    static_assert(std::is_same_v<decltype(total), int&>);
    static_assert(std::is_same_v<decltype(x), short&>);
    total += x;
  };
  static_assert(!copies<int, short&>(only_lvalues));
  auto const only_numbers = [](auto total, auto x) {
    static_assert(std::is_same_v<decltype(total), int>);
    static_assert(std::is_same_v<decltype(x), short>);
  };
  static_assert(copies<int, short&>(only_numbers));
  SUCCEED();
}
