// collect, collect_into, append_to, partition and unzip take whatever a loop with push_back takes.
#include <parallel_task/parallel_task.hpp>

#include "catch.hpp"
#include "shuffle.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace collect_items {

namespace pt = parallel_task;

namespace {

/// A type with operators that nobody may use by accident.
struct Guarded {
  void operator&() const = delete;
  template <class T>
  void operator,(T&&) const = delete;
};

struct ConstMember {
  int const v;
  explicit ConstMember(int i) : v(i) {}
};
struct ConstMemberWithDefault {
  int const v = -1;
  ConstMemberWithDefault() = default;
  explicit ConstMemberWithDefault(int i) : v(i) {}
};
std::array<int, 300> const table = [] {
  std::array<int, 300> t{};
  for (int i = 0; i != 300; ++i) t[static_cast<std::size_t>(i)] = i;
  return t;
}();
struct ReferenceMember {
  int const& v;
  explicit ReferenceMember(int i) : v(table[static_cast<std::size_t>(i)]) {}
};
struct MoveOnly {
  int v;
  explicit MoveOnly(int i) : v(i) {}
  MoveOnly(MoveOnly&&) = default;
  MoveOnly& operator=(MoveOnly&&) = default;
};
static_assert(std::is_trivially_copyable_v<MoveOnly>);
struct CopyOnly {
  int v = -1;
  CopyOnly() = default;
  explicit CopyOnly(int i) : v(i) {}
  CopyOnly(CopyOnly const& other) : v(other.v) {}
  CopyOnly(CopyOnly&&) = delete;
  CopyOnly& operator=(CopyOnly const&) = default;
};
/// By the rule of three, with copies that may throw; a default constructor that can't.
struct OldStyle {
  int v = -1;
  OldStyle() noexcept = default;
  explicit OldStyle(int i) : v(i) {}
  OldStyle(OldStyle const& other) : v(other.v) {}
  OldStyle& operator=(OldStyle const&) {
    v = -2;  // assignment is not construction
    return *this;
  }
  ~OldStyle() { v = -3; }
};
/// Keeps its shape: what is assigned must have the same, as with boost::multi_array.
struct Shaped : Guarded {
  int v = -1;
  std::vector<int> shape;
  Shaped() = default;
  explicit Shaped(int i) : v(i), shape(static_cast<std::size_t>(i % 3 + 1)) {}
  Shaped(Shaped const&) = default;
  Shaped(Shaped&&) noexcept = default;
  Shaped& operator=(Shaped const& other) {
    v = shape.size() == other.shape.size() ? other.v : -2;
    return *this;
  }
};
struct alignas(256) Aligned : Guarded {
  int v = -1;
  Aligned() = default;
  explicit Aligned(int i) : v(i) {}
  [[nodiscard]] bool right() const { return reinterpret_cast<std::uintptr_t>(this) % 256 == 0; }
};
struct Huge {
  int v = -1;
  std::array<char, 100'000> rest;
  Huge() = default;
  explicit Huge(int i) : v(i) {}
};
constexpr auto closure = [](int i) { return [i] { return i; }; };
using Closure = decltype(closure(0));

template <class T>
T made(int i) {
  if constexpr (std::is_same_v<T, Closure>) {
    return closure(i);
  } else {
    return T(i);
  }
}
template <class T>
int value(T const& x) {
  if constexpr (std::is_same_v<T, Closure>) {
    return x();
  } else {
    if constexpr (requires { x.right(); }) {
      if (!x.right()) return -4;
    }
    return x.v;
  }
}

/// Some standard libraries have no vector of items that forbid to move them, even where they can be copied.
#if defined(__GLIBCXX__)
template <class T>
constexpr bool fits_in_vector = true;
#else
template <class T>
constexpr bool fits_in_vector = std::is_move_constructible_v<T>;
#endif

template <class C>
std::vector<int> values(C const& c) {
  std::vector<int> result;
  for (auto const& x : c) result.push_back(value(x));
  return result;
}

using Ints = std::vector<int>;

/// Into containers of every way: in place, in raw memory, joined by nodes, gathered. `make()` is a pipeline of T.
template <class T, class Make>
void containers(Make make, Ints const& wanted) {
  Ints appended{1, 2};
  appended.insert(appended.end(), wanted.begin(), wanted.end());
  auto each = [&]<class C>(C* /*type*/) {
    CHECK(values(make().template collect<C>()) == wanted);
    C c;
    c.emplace_back(1);
    c.emplace_back(2);
    make().append_to(c);
    CHECK(values(c) == appended);
    make().collect_into(c);
    CHECK(values(c) == wanted);
    make().collect_into(c);
    CHECK(values(c) == wanted);
  };
  if constexpr (std::is_same_v<T, Closure>) {
    CHECK(values(make().template collect<std::vector>()) == wanted);
    CHECK(values(make().template to<pt::buffer>()) == wanted);
    CHECK(values(make().template collect<std::list>()) == wanted);
  } else {
    if constexpr (fits_in_vector<T>) each(static_cast<std::vector<T>*>(nullptr));
    each(static_cast<pt::buffer<T>*>(nullptr));
    each(static_cast<std::list<T>*>(nullptr));
    if constexpr (std::is_move_constructible_v<T>) each(static_cast<std::deque<T>*>(nullptr));
  }
  if constexpr (fits_in_vector<T>) {
    auto const parts = make().partition([](T const& x) { return value(x) % 2 == 0; });
    Ints even;
    Ints odd;
    for (int i : wanted) (i % 2 == 0 ? even : odd).push_back(i);
    CHECK(values(parts.first) == even);
    CHECK(values(parts.second) == odd);
  }
}

template <class T>
void items() {
  static constexpr int n = sizeof(T) > 1000 ? 20 : 200;
  Ints wanted;
  std::deque<T> source;
  for (int i = 0; i != n; ++i) {
    wanted.push_back(i);
    if constexpr (!std::is_same_v<T, Closure>) source.emplace_back(i);
  }
  for_each_schedule([&] {
    if constexpr (std::is_move_constructible_v<T>) {
      containers<T>([] { return pt::indices(n).map(made<T>); }, wanted);
      auto const parts = pt::indices(n).map([](int i) { return std::pair<int, T>(i, made<T>(i)); }).unzip();
      CHECK(parts.first == wanted);
      CHECK(values(parts.second) == wanted);
    }
    if constexpr (std::is_copy_constructible_v<T> && !std::is_same_v<T, Closure>) {
      containers<T>([&source] { return pt::parallel_iter(source).filter([](T const&) { return true; }); }, wanted);
    }
  });
}

}  // namespace

TEST_CASE("collect takes items that can't be assigned") {
  items<ConstMember>();
  items<ConstMemberWithDefault>();
  items<ReferenceMember>();
  items<Closure>();
}

TEST_CASE("collect takes items that can only be moved, or only copied") {
  items<MoveOnly>();
  items<CopyOnly>();
}

TEST_CASE("collect constructs items whose assignment is something else") {
  items<OldStyle>();
  items<Shaped>();
}

TEST_CASE("collect takes items that are over-aligned or huge") {
  items<Aligned>();
  items<Huge>();
}

TEST_CASE("collect_into a span assigns, as the loop would") {
  std::vector<Shaped> target;
  for (int i = 0; i != 100; ++i) target.emplace_back(3 * i);  // all of shape 1
  pt::indices(100).map([](int i) { return Shaped(3 * i + 3); }).collect_into(std::span(target));
  CHECK(target[7].v == 24);
  pt::indices(100)
      .map([](int i) { return Shaped(i); })
      .filter([](auto&) { return true; })
      .collect_into(std::span(target));
  CHECK(target[6].v == 6);
  CHECK(target[7].v == -2);
}

TEST_CASE("what throws while an item is replaced leaves one in its place") {
  static std::atomic<int> alive{0};
  static std::atomic<int> copies{0};
  static std::atomic<int> fails_at{0};
  struct Fragile {
    Fragile() noexcept { ++alive; }
    explicit Fragile(int) { ++alive; }
    Fragile(Fragile const&) {
      if (++copies == fails_at) throw 1;
      ++alive;
    }
    Fragile& operator=(Fragile const&) = default;
    ~Fragile() { --alive; }
  };
  for_each_schedule([] {
    for (int n = 1; n < 40; n += 3) {
      for (int into = 0; into != 3; ++into) {
        {
          std::vector<Fragile> target(static_cast<std::size_t>(5 * into));
          target.reserve(200);
          copies = 0;
          fails_at = n;
          CHECK_THROWS_AS(pt::indices(64).map([](int i) { return Fragile(i); }).collect_into(target), int);
          CHECK(alive == static_cast<int>(target.size()));
          fails_at = 0;
          target.resize(7);
          copies = 0;
          fails_at = n;
          CHECK_THROWS_AS(pt::indices(64).map([](int i) { return Fragile(i); }).append_to(target), int);
          fails_at = 0;
          CHECK(target.size() == 7);
          CHECK(alive == 7);
        }
        CHECK(alive == 0);
      }
    }
  });
}

namespace {

struct Positive : Guarded {
  bool operator()(int x) const { return x > 0; }
};
struct Twice : Guarded {
  int operator()(int x) const { return 2 * x; }
};
struct Plus : Guarded {
  int operator()(int const& a, int b) const { return a + b; }
};
struct Less : Guarded {
  bool operator()(int a, int b) const { return a < b; }
};
struct Nothing : Guarded {
  template <class... T>
  void operator()(T const&...) const {}
};
struct Yes : Guarded {
  template <class... T>
  bool operator()(T const&...) const {
    return true;
  }
};
struct Zero : Guarded {
  int operator()() const { return 0; }
};
struct Pair : Guarded {
  std::vector<int> operator()(int x) const { return {x, x}; }
};
struct Maybe : Guarded {
  std::optional<int> operator()(int x) const { return x; }
};
struct Key : Guarded {
  int operator()(int x) const { return -x; }
};

/// A container whose iterators and itself are guarded: a vector's, and a list's that has to be walked.
template <class Base>
struct GuardedRange : Guarded {
  struct iterator : Base::const_iterator, Guarded {
    using Of = typename Base::const_iterator;
    iterator() = default;
    explicit iterator(Of it) : Of(it) {}
    iterator& operator++() {
      Of::operator++();
      return *this;
    }
    iterator operator++(int) {
      iterator const old = *this;
      Of::operator++();
      return old;
    }
    friend bool operator==(iterator const& a, iterator const& b) {
      return static_cast<Of const&>(a) == static_cast<Of const&>(b);
    }
  };
  using value_type = int;
  Base base;
  [[nodiscard]] iterator begin() const { return iterator(base.begin()); }
  [[nodiscard]] iterator end() const { return iterator(base.end()); }
  [[nodiscard]] std::size_t size() const { return base.size(); }
  void push_back(int x) { base.push_back(x); }
  void clear() { base.clear(); }
};

}  // namespace

TEST_CASE("closures, ranges and targets may have their own & and comma") {
  Ints const v{1, 2, 3};
  GuardedRange<std::list<int>> list;
  for (int x : v) list.push_back(x);
  auto iter = [&v] { return pt::parallel_iter(v); };
  for_each_schedule([&] {
    CHECK(iter().count_if(Positive{}) == 3);
    CHECK(iter().any(Positive{}));
    CHECK(iter().all(Positive{}));
    CHECK_FALSE(iter().none(Positive{}));
    CHECK(iter().find_first(Positive{}) == 1);
    CHECK(iter().find_any(Positive{}).has_value());
    CHECK(iter().reduce(0, Plus{}) == 6);
    CHECK(iter().reduce(Plus{}) == 6);
    CHECK(iter().max(Less{}) == 3);
    CHECK(iter().minmax(Less{}).has_value());
    CHECK(iter().min_by_key(Key{}) == 3);
    CHECK(iter().partition(Positive{}).first == v);
    iter().for_each(Nothing{});
    iter().for_each_ordered(Nothing{});
    CHECK(iter().try_for_each(Yes{}));
    CHECK(iter().map(Twice{}).filter(Positive{}).inspect(Nothing{}).take_while(Positive{}).sum() == 12);
    CHECK(iter().flat_map(Pair{}).count() == 6);
    CHECK(iter().filter_map(Maybe{}).count() == 3);
    CHECK(iter().map_init(Zero{}, Plus{}).sum() == 6);
    CHECK(iter().fold(Zero{}, Plus{}).sum() == 6);
    CHECK(iter().zip(list, v).chain(iter().zip(v, v)).enumerate().reverse().count() == 6);
    CHECK(pt::parallel_iter(list).chain(list).collect<std::vector>() == Ints{1, 2, 3, 1, 2, 3});
    GuardedRange<std::list<int>> target;
    pt::parallel_iter(list).collect_into(target);
    iter().append_to(target);
    CHECK(target.size() == 6);
    CHECK(pt::parallel_iter(list).map(Twice{}).collect<GuardedRange<std::list<int>>>().size() == 3);
  });
}

}  // namespace collect_items
