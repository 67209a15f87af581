#include <parallel_task/source/owns_items.hpp>

#include "property/erased.hpp"
#include "stage/stages.hpp"

#include <array>
#include <deque>
#include <forward_list>
#include <initializer_list>
#include <iterator>
#include <list>
#include <map>
#include <memory>
#include <ranges>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#if __has_include(<boost/range/sub_range.hpp>)
#include <boost/range/adaptor/transformed.hpp>
#include <boost/range/irange.hpp>
#include <boost/range/iterator_range.hpp>
#include <boost/range/sub_range.hpp>
#define WITH_BOOST
#endif

using namespace stages;

namespace {

using pt::detail::borrow_problem;
using pt::detail::keeps_items_whole;
using pt::detail::own_problem;
using pt::detail::owns_items;
using pt::detail::Problem;
using strings = std::vector<std::string>;

// --- ranges that refer to somebody else's strings, none of them marked as a view --------------------------------------

struct PointerPair {
  std::string* first;
  std::string* last;
  explicit PointerPair(strings& v) : first(v.data()), last(v.data() + v.size()) {}
  std::string* begin() const { return first; }
  std::string* end() const { return last; }
};

struct NeverConst {
  std::string* first;
  std::string* last;
  explicit NeverConst(strings& v) : first(v.data()), last(v.data() + v.size()) {}
  std::string* begin() { return first; }
  std::string* end() { return last; }
};

// Const when it is const itself, but it has nothing to destroy.
struct DeepPointers {
  std::string* first;
  std::string* last;
  explicit DeepPointers(strings& v) : first(v.data()), last(v.data() + v.size()) {}
  std::string* begin() { return first; }
  std::string* end() { return last; }
  std::string const* begin() const { return first; }
  std::string const* end() const { return last; }
};

// An iterator with a destructor, as those of a debugging standard library.
struct Checked {
  using difference_type = std::ptrdiff_t;
  using value_type = std::string;
  std::string* at = nullptr;
  std::shared_ptr<int> bookkeeping{};
  std::string& operator*() const { return *at; }
  Checked& operator++() {
    ++at;
    return *this;
  }
  Checked operator++(int) {
    Checked before = *this;
    ++at;
    return before;
  }
  friend bool operator==(Checked const& a, Checked const& b) { return a.at == b.at; }
};
struct CheckedConst : Checked {
  std::string const& operator*() const { return *at; }
  CheckedConst& operator++() {
    ++at;
    return *this;
  }
  CheckedConst operator++(int) {
    CheckedConst before = *this;
    ++at;
    return before;
  }
};
struct DeepChecked {
  Checked first;
  Checked last;
  explicit DeepChecked(strings& v) : first{v.data()}, last{v.data() + v.size()} {}
  Checked begin() { return first; }
  Checked end() { return last; }
  CheckedConst begin() const { return {first}; }
  CheckedConst end() const { return {last}; }
};

struct SharedHandle {
  std::shared_ptr<strings> all;
  explicit SharedHandle(strings& v) : all(std::shared_ptr<void>(), &v) {}
  auto begin() const { return all->begin(); }
  auto end() const { return all->end(); }
};

// Walked rather than indexed.
struct Forward {
  Checked first;
  Checked last;
  explicit Forward(strings& v) : first{v.data()}, last{v.data() + v.size()} {}
  Checked begin() const { return first; }
  Checked end() const { return last; }
};

// What a generator yields by reference; read once.
struct Generator {
  struct Iterator {
    using difference_type = std::ptrdiff_t;
    using value_type = std::string;
    std::string* at = nullptr;
    std::string& operator*() const { return *at; }
    Iterator& operator++() {
      ++at;
      return *this;
    }
    void operator++(int) { ++at; }
    bool operator==(std::string* end) const { return at == end; }
  };
  std::string* first;
  std::string* last;
  std::unique_ptr<int> frame = std::make_unique<int>();
  explicit Generator(strings& v) : first(v.data()), last(v.data() + v.size()) {}
  Iterator begin() { return {first}; }
  std::string* end() { return last; }
};

// --- containers of one's own --------------------------------------------------------------------------------------------

template <class T>
struct Bag {  // no member type, no member function but these
  std::vector<T> items;
  auto begin() { return items.begin(); }
  auto end() { return items.end(); }
  auto begin() const { return items.begin(); }
  auto end() const { return items.end(); }
};

struct ThreeNumbers {
  int numbers[3] = {1, 2, 3};
  int* begin() { return numbers; }
  int* end() { return numbers + 3; }
  int const* begin() const { return numbers; }
  int const* end() const { return numbers + 3; }
};

template <class... R>
constexpr bool all_own = (owns_items<R> && ...);
template <class... R>
constexpr bool none_owns = !(owns_items<R> || ...);

static_assert(all_own<strings, std::deque<std::string>, std::list<std::string>, std::forward_list<std::string>>);
static_assert(all_own<std::set<int>, std::map<int, int>, std::unordered_set<std::string>, std::string>);
static_assert(all_own<std::vector<bool>, std::array<std::string, 2>, std::array<int, 2>, int[2], std::string[2]>);
static_assert(all_own<Bag<std::string>, Bag<std::unique_ptr<int>>, std::vector<std::unique_ptr<int>>>);
static_assert(none_owns<PointerPair, NeverConst, DeepPointers, DeepChecked, SharedHandle, Forward, Generator>);
static_assert(none_owns<std::span<std::string>, std::string_view, std::initializer_list<std::string>>);
static_assert(none_owns<std::ranges::subrange<std::string*>, std::ranges::ref_view<strings>>);
static_assert(none_owns<ThreeNumbers> && keeps_items_whole<ThreeNumbers>);

// Refused where they would be moved out of, with a remedy that destroys nothing.
template <class... R>
constexpr bool may_not_be_consumed = ((own_problem<R>() == Problem::owner_unknown) && ...);
static_assert(may_not_be_consumed<PointerPair, NeverConst, DeepPointers, DeepChecked, SharedHandle, Forward>);
static_assert(own_problem<std::initializer_list<std::string>>() == Problem::none);  // const: they are copied
static_assert(own_problem<std::ranges::ref_view<strings>>() == Problem::owns_view);
// Only what surely owns its items is told to be consumed.
template <class... R>
constexpr bool held = ((borrow_problem<R>() == Problem::none) && ...);
static_assert(held<PointerPair, NeverConst, DeepPointers, DeepChecked, SharedHandle, Forward, ThreeNumbers>);
static_assert(borrow_problem<Bag<int>>() == Problem::borrows_temporary);
static_assert(borrow_problem<std::array<int, 2>>() == Problem::borrows_temporary);
static_assert(borrow_problem<int[2]>() == Problem::borrows_temporary);
struct Pinned : PointerPair {
  Pinned(Pinned&&) = delete;
};
static_assert(borrow_problem<Pinned>() == Problem::owner_unknown);

strings names() {
  strings result;
  for (int i = 0; i != 60; ++i) result.push_back("a name too long for a short string, " + std::to_string(i));
  return result;
}

// f(make): make(v) is a range of the strings of v, which belong to v.
template <class F>
void over_every_light_range(F f) {
  f([](strings& v) { return PointerPair(v); });
  f([](strings& v) { return NeverConst(v); });
  f([](strings& v) { return DeepPointers(v); });
  f([](strings& v) { return DeepChecked(v); });
  f([](strings& v) { return SharedHandle(v); });
  f([](strings& v) { return Forward(v); });
  f([](strings& v) { return std::ranges::subrange(v.begin(), v.end()); });
  f([](strings& v) { return v | std::views::filter([](std::string const&) { return true; }); });
  f([](strings& v) { return v | std::views::transform([](std::string& s) -> std::string& { return s; }); });
#if defined(WITH_BOOST)
  f([](strings& v) { return boost::make_iterator_range(v); });
  f([](strings& v) { return boost::sub_range<strings>(v); });
  f([](strings& v) {
    auto same = [](std::string& s) -> std::string& { return s; };
    return boost::adaptors::transform(v, same);
  });
#endif
}

std::string taken(std::string s) { return s; }

}  // namespace

namespace {

/// What a pipeline of strings gives to whoever takes them by value. Erased: compiled once for all of a kind.
template <class P>
strings taken_of(P pipeline) {
  return property::erase_as<std::string>(std::move(pipeline).map(taken)).template collect<std::vector>();
}

}  // namespace

TEST_CASE("no way in takes items out of a range that may not own them") {
  strings const original = names();
  ints const numbers(original.size(), 1);
  over_every_light_range([&](auto make) {
    for_each_schedule([&] {
      strings v = original;
      auto const is_whole = [&](strings const& got, strings const& wanted) {
        CHECK(got == wanted);
        CHECK(v == original);
      };
      strings twice = original;
      twice.insert(twice.end(), original.begin(), original.end());

      auto const inner = [&](int) { return make(v); };
      is_whole(taken_of(pt::indices(2).flat_map(inner)), twice);
      is_whole(taken_of(pt::indices(2).map(inner).flatten()), twice);
      is_whole(taken_of(pt::parallel_iter(numbers).zip(make(v)).map([](int, std::string s) { return s; })), original);
      is_whole(taken_of(pt::parallel_iter(numbers).zip_equal(make(v)).values()), original);
      is_whole(taken_of(pt::parallel_iter(original).chain(make(v))), twice);
      is_whole(taken_of(pt::parallel_iter(make(v)).chain(make(v))), twice);
      is_whole(taken_of(make(v) | pt::parallel_iter), original);
      is_whole(taken_of(pt::parallel_iter(make(v)).reverse().reverse()), original);
      pt::for_each(make(v), [](std::string s) { s.clear(); });
      is_whole(v, original);

      using Light = decltype(make(v));
      if constexpr (std::copyable<Light>) {
        std::vector<Light> const two(2, make(v));
        is_whole(taken_of(pt::parallel_iter(two).copied().flatten()), twice);
        is_whole(taken_of(pt::into_parallel_iter(std::vector<Light>(two)).flatten()), twice);
      }
    });
  });
}

TEST_CASE("items are not moved out on their way into a container either") {
  strings const original = names();
  for_each_schedule([&] {
    strings v = original;
    CHECK(pt::indices(1).flat_map([&](int) { return PointerPair(v); }).collect<std::vector>() == original);
    CHECK(pt::parallel_iter(PointerPair(v)).collect<std::vector>() == original);
    CHECK(v == original);
  });
}

TEST_CASE("what a range that may not own its items refers to can be written, as in a loop") {
  for_each_schedule([] {
    strings v = names();
    pt::parallel_iter(PointerPair(v)).for_each([](std::string& s) { s = "written"; });
    CHECK(v == strings(v.size(), "written"));
    pt::indices(1).flat_map([&](int) { return SharedHandle(v); }).for_each([](std::string& s) { s = "again"; });
    CHECK(v == strings(v.size(), "again"));
  });
}

TEST_CASE("a range that is read once is flattened without taking from what it yields") {
  strings const original = names();
  for_each_schedule([&] {
    strings v = original;
    CHECK(pt::indices(1).flat_map([&](int) { return Generator(v); }).map(taken).collect<std::vector>() == original);
    CHECK(v == original);
  });
}

TEST_CASE("an rvalue that may own its items lives until the run has ended") {
  struct Unsure {  // no const begin(): it could be a handle
    std::vector<every::Live> items;
    auto begin() { return items.begin(); }
    auto end() { return items.end(); }
  };
  static_assert(!owns_items<Unsure>);
  for_each_schedule([] {
    ints const numbers(100, 1);
    auto const make = [] { return Unsure{std::vector<every::Live>(100, every::Live(3))}; };
    CHECK(pt::parallel_iter(make()).map([](every::Live const& x) { return x.value; }).sum() == 300);
    CHECK(pt::parallel_iter(numbers).zip(make()).map([](int n, every::Live const& x) { return n * x.value; }).sum() ==
          300);
    CHECK(
        pt::indices(3).flat_map([&](int) { return make(); }).map([](every::Live const& x) { return x.value; }).sum() ==
        900);
    CHECK(every::Live::alive == 0);
  });
}

namespace {

/// An item that counts its copies.
struct Original {
  static inline std::atomic<int> copies{0};
  int value = 0;
  Original() = default;
  explicit Original(int v) : value(v) {}
  Original(Original const& other) : value(other.value) { ++copies; }
  Original(Original&& other) noexcept : value(std::exchange(other.value, -1)) {}
  Original& operator=(Original const& other) {
    ++copies;
    value = other.value;
    return *this;
  }
  Original& operator=(Original&& other) noexcept {
    value = std::exchange(other.value, -1);
    return *this;
  }
  friend bool operator==(Original const&, Original const&) = default;
};

// f(make): make() is a container of four Originals, of which it is the only owner.
template <class F>
void over_every_container(F f) {
  auto fill = [](auto container) {
    for (int i = 0; i != 4; ++i) container.insert(container.end(), Original(i));
    return container;
  };
  f([&] { return fill(std::vector<Original>()); });
  f([&] { return fill(std::deque<Original>()); });
  f([&] { return fill(std::list<Original>()); });
  f([&] { return Bag<Original>{fill(std::vector<Original>())}; });
  f([] {
    std::forward_list<Original> list;
    for (int i = 4; i-- != 0;) list.emplace_front(i);
    return list;
  });
}

}  // namespace

TEST_CASE("a container that surely owns its items gives them up, none is copied") {
  std::vector<Original> wanted;
  for (int i = 0; i != 4; ++i) wanted.emplace_back(i);
  ints const numbers(4, 1);
  std::vector<Original> const none;
  over_every_container([&](auto make) {
    for_each_schedule([&] {
      Original::copies = 0;
      auto const inner = [&](int) { return make(); };
      CHECK(pt::into_parallel_iter(make()).template collect<std::vector>() == wanted);
      CHECK(pt::indices(1).flat_map(inner).template collect<std::vector>() == wanted);
      CHECK(pt::indices(1).map(inner).flatten().template collect<std::vector>() == wanted);
      CHECK(pt::parallel_iter(numbers)
                .zip(make())
                .map([](int, Original x) { return x; })
                .template collect<std::vector>() == wanted);
      CHECK(pt::into_parallel_iter(std::vector<Original>()).chain(make()).template collect<std::vector>() == wanted);
      std::atomic<int> sum{0};
      pt::for_each(make(), [&](Original x) { sum += x.value; });
      CHECK(sum == 6);
      CHECK(Original::copies == 0);
    });
  });
}

TEST_CASE("an array's items, and those that can't be copied, are given up too") {
  ints const numbers(2, 1);
  auto const value = [](std::unique_ptr<int> p) { return *p; };
  auto const make = [](int i) {
    return std::array<std::unique_ptr<int>, 2>{std::make_unique<int>(i), std::make_unique<int>(i + 1)};
  };
  for_each_schedule([&] {
    CHECK(pt::into_parallel_iter(make(1)).map(value).collect<std::vector>() == ints{1, 2});
    CHECK(pt::indices(2).flat_map(make).map(value).collect<std::vector>() == ints{0, 1, 1, 2});
    CHECK(pt::parallel_iter(numbers)
              .zip(make(5))
              .map([](int, std::unique_ptr<int> p) { return *p; })
              .collect<std::vector>() == ints{5, 6});
    CHECK(pt::into_parallel_iter(ThreeNumbers()).map([](int&& x) { return x; }).sum() == 6);
    CHECK(pt::into_parallel_iter(std::array<int, 3>{1, 2, 3}).sum() == 6);
    CHECK(pt::parallel_iter(ThreeNumbers()).sum() == 6);
#if defined(WITH_BOOST)
    CHECK(pt::into_parallel_iter(boost::irange(0, 5)).sum() == 10);
    CHECK(pt::parallel_iter(boost::irange(0, 5)).sum() == 10);
#endif
  });
}
