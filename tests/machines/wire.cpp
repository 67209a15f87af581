#include <parallel_task/machines/wire.hpp>

#include <parallel_task/container/buffer.hpp>

#include "../catch.hpp"

#include "decoders.hpp"

#include <deque>
#include <forward_list>
#include <list>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace machines {
namespace {

struct Plain {
  int number = 0;
  double part = 0;
  friend bool operator==(Plain const&, Plain const&) = default;
};

enum class Colour : unsigned char { red, green };

struct WithMember {
  std::string name;
  std::vector<WithMember> inside;
  template <class A>
  void serialize(A& ar) {
    ar(name, inside);
  }
  friend bool operator==(WithMember const&, WithMember const&) = default;
};

struct WithFunction {
  int a = 0;
  std::optional<std::string> b;
  int left_at_home = 7;
  friend bool operator==(WithFunction const&, WithFunction const&) = default;
};
template <class A>
void serialize(A& ar, WithFunction& x) {
  ar(x.a);
  ar(x.b);
}

/// Trivially copyable, yet its own word counts: the pointer stays at home.
struct WithCache {
  int value = 0;
  int const* cached = nullptr;
  template <class A>
  void serialize(A& ar) {
    ar(value);
  }
  friend bool operator==(WithCache const& x, WithCache const& y) { return x.value == y.value; }
};

struct WithNothing {
  template <class A>
  void serialize(A&) {}
  friend bool operator==(WithNothing const&, WithNothing const&) = default;
};

class WithoutDefault {
 public:
  explicit WithoutDefault(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] std::string const& text() const { return text_; }
  friend bool operator==(WithoutDefault const&, WithoutDefault const&) = default;

 private:
  std::string text_;
};

struct Constant {
  explicit Constant(int n) : number(n) {}
  int const number;
  friend bool operator==(Constant const&, Constant const&) = default;
};

struct Base {
  virtual ~Base() = default;
  template <class A>
  void serialize(A&) {}
};
struct Last final : Base {
  int number = 0;
  template <class A>
  void serialize(A& ar) {
    ar(number);
  }
};
/// A chain of its like: only its length says how deep a message goes.
struct Chain {
  std::unique_ptr<Chain> next;
  template <class A>
  void serialize(A& ar) {
    ar(next);
  }
};
struct DefaultMissing {
  explicit DefaultMissing(int) {}
  template <class A>
  void serialize(A&) {}
};

/// An accumulator: one function for both directions.
template <class T>
struct Accumulator {
  T value{};
  std::vector<T> kept;
  template <class Ar>
  void carry(Ar& ar) {
    ar(value);
    ar(kept);
  }
};

}  // namespace
}  // namespace machines

template <>
struct parallel_task::wire<machines::WithoutDefault> {
  template <class Out>
  static void save(Out& out, machines::WithoutDefault const& x) {
    out(x.text().size(), x.text());
  }
  template <class In>
  static machines::WithoutDefault load(In& in) {
    auto const length = in.template get<std::size_t>();
    auto text = in.template get<std::string>();
    text.resize(length < text.size() ? length : text.size());
    return machines::WithoutDefault(std::move(text));
  }
};

namespace machines {
namespace {

template <class T>
detail::Bytes written(T const& x) {
  detail::Writer out;
  out(x);
  return out.bytes;
}

template <class T>
bool same(T const& x, T const& y) {
  if constexpr (requires { x == y; }) {
    return x == y;
  } else {
    return std::equal(x.begin(), x.end(), y.begin(), y.end());
  }
}
template <class T>
bool same(std::unique_ptr<T> const& x, std::unique_ptr<T> const& y) {
  return x && y ? *x == *y : !x && !y;
}

/// Both ways of reading give `x` back, and a message that is cut off anywhere throws.
template <class T>
void travels(T const& x) {
  static_assert(pt::sendable<T>);
  detail::Bytes const bytes = written(x);
  detail::Reader in(bytes);
  T const read = in.template get<T>();
  CHECK(same(read, x));
  CHECK(in.at_end());
  if constexpr (std::is_default_constructible_v<T>) {
    T into{};
    detail::Reader again(bytes);
    again(into);
    CHECK(same(into, x));
    CHECK(again.at_end());
    again = detail::Reader(bytes);
    again(into);  // what it holds is replaced
    CHECK(same(into, x));
  }
  CHECK(throws_wherever_cut(bytes, [](detail::Reader& cut) { (void)cut.template get<T>(); }));
}

/// Reads damaged bytes: any value will do, or an error.
template <class T>
void survives(T const& x) {
  damaged(written(x), [](std::span<std::byte const> bytes) { (void)detail::Reader(bytes).get<T>(); });
}

std::map<std::string, std::pair<int, std::optional<std::vector<double>>>> nested() {
  return {{"one", {1, std::vector<double>{1.5, 2.5}}}, {"two", {2, std::nullopt}}, {"", {3, std::vector<double>()}}};
}
WithMember tree() { return {"root", {{"leaf", {}}, {"branch", {{"twig", {}}}}}}; }
using Choice = std::variant<std::monostate, int, std::string, std::vector<Plain>>;

}  // namespace
}  // namespace machines

using namespace machines;

TEST_CASE("numbers, enumerations and plain classes travel by their bytes") {
  travels(0);
  travels(-1L);
  travels(2.5);
  travels('x');
  travels(true);
  travels(false);
  travels(Colour::green);
  travels(Plain{1, 2.5});
  travels(Constant(4));
  CHECK(written(Plain{}).size() == sizeof(Plain));
}

TEST_CASE("strings and standard types with parts travel, one in another") {
  travels(std::string());
  travels(std::string("text with \0 in it", 17));
  travels(std::u16string(u"text"));
  travels(std::pair(1, std::string("two")));
  travels(std::pair<int const, std::string const>(1, "two"));
  travels(std::tuple<>());
  travels(std::tuple(1, std::string("two"), 3.0));
  travels(std::optional<int>());
  travels(std::optional<std::string>("some"));
  travels(std::optional<std::optional<int>>(std::optional<int>()));
  travels(Choice());
  travels(Choice(7));
  travels(Choice("text"));
  travels(Choice(std::vector<Plain>{{1, 2}, {3, 4}}));
  travels(std::array<int, 3>{1, 2, 3});
  travels(std::array<std::string, 2>{"a", "b"});
  travels(std::array<std::array<bool, 2>, 2>{{{true, false}, {false, true}}});
  travels(std::array<int, 0>());
  travels(std::array<WithoutDefault, 2>{WithoutDefault("a"), WithoutDefault("b")});
  travels(std::unique_ptr<int>());
  travels(std::make_unique<int>(3));
  travels(std::make_unique<std::string>("three"));
}

TEST_CASE("containers with push_back or insert travel") {
  travels(std::vector<double>());
  travels(std::vector<double>{1, 2, 3});
  travels(std::vector<bool>{true, false, true});
  travels(std::vector<std::string>{"a", "", "ccc"});
  travels(std::vector<std::pair<int, double>>{{1, 2.0}, {3, 4.0}});
  travels(std::deque<int>{1, 2, 3});
  travels(pt::buffer<double>{1, 2, 3});
  travels(pt::buffer<std::string>{"a", "b"});
  travels(std::list<std::string>{"a", "b"});
  travels(std::set<int>{3, 1, 2});
  travels(std::multiset<int>{1, 1, 2});
  travels(std::map<std::string, int>{{"a", 1}, {"b", 2}});
  travels(std::multimap<int, std::string>{{1, "z"}, {1, "a"}});
  travels(std::unordered_set<std::string>{"x", "y", "z"});
  travels(std::unordered_map<int, std::vector<int>>{{1, {1}}, {2, {2, 2}}});
  travels(std::vector<std::unordered_map<std::string, std::list<Choice>>>{{{"k", {1, "x"}}}, {}});
  travels(nested());
  travels(std::vector<WithoutDefault>{WithoutDefault("a"), WithoutDefault("bc")});
}

TEST_CASE("a type of the program travels by serialize or by wire") {
  travels(tree());
  travels(WithFunction{1, "two", 7});
  travels(WithoutDefault("text"));
  travels(std::optional<WithoutDefault>("text"));
  travels(std::map<int, WithoutDefault>{{1, WithoutDefault("x")}});
  int const here = 3;
  travels(WithCache{3, &here});
  detail::Writer out;
  out(WithCache{3, &here});
  CHECK(detail::Reader(out.bytes).get<WithCache>().cached == nullptr);

  out = {};
  auto const last = std::make_unique<Last>();
  last->number = 5;
  out(last);
  CHECK(detail::Reader(out.bytes).get<std::unique_ptr<Last>>()->number == 5);
}

TEST_CASE("items without bytes are counted by the message too") {
  travels(std::vector<std::tuple<>>(5));
  travels(std::vector<WithNothing>(3));
  travels(std::list<std::array<int, 0>>(4));
}

TEST_CASE("what refers to memory of its rank does not travel") {
  STATIC_REQUIRE_FALSE(pt::sendable<int*>);
  STATIC_REQUIRE_FALSE(pt::sendable<char const*>);
  STATIC_REQUIRE_FALSE(pt::sendable<int Plain::*>);
  STATIC_REQUIRE_FALSE(pt::sendable<void (*)()>);
  STATIC_REQUIRE_FALSE(pt::sendable<std::nullptr_t>);
  STATIC_REQUIRE_FALSE(pt::sendable<int&>);
  STATIC_REQUIRE_FALSE(pt::sendable<void>);
  STATIC_REQUIRE_FALSE(pt::sendable<int[3]>);
  STATIC_REQUIRE_FALSE(pt::sendable<std::string_view>);
  STATIC_REQUIRE_FALSE(pt::sendable<std::span<int>>);
  STATIC_REQUIRE_FALSE(pt::sendable<std::span<int, 3>>);
  STATIC_REQUIRE_FALSE(pt::sendable<std::reference_wrapper<int>>);
  STATIC_REQUIRE_FALSE(pt::sendable<std::error_code>);
  STATIC_REQUIRE_FALSE(pt::sendable<std::vector<int>::iterator>);
  STATIC_REQUIRE_FALSE(pt::sendable<std::shared_ptr<int>>);
  STATIC_REQUIRE_FALSE(pt::sendable<std::unique_ptr<int[]>>);
  STATIC_REQUIRE_FALSE(pt::sendable<std::unique_ptr<Base>>);
  STATIC_REQUIRE_FALSE(pt::sendable<std::forward_list<int>>);
  STATIC_REQUIRE_FALSE(pt::sendable<DefaultMissing>);
  STATIC_REQUIRE_FALSE(pt::sendable<std::pair<int, int*>>);
  STATIC_REQUIRE_FALSE(pt::sendable<std::tuple<int, int&>>);
  STATIC_REQUIRE_FALSE(pt::sendable<std::optional<std::string_view>>);
  STATIC_REQUIRE_FALSE(pt::sendable<std::variant<int, int*>>);
  STATIC_REQUIRE_FALSE(pt::sendable<std::array<int*, 2>>);
  STATIC_REQUIRE_FALSE(pt::sendable<std::vector<std::map<int, std::string_view>>>);
}

TEST_CASE("an accumulator carries itself by one function") {
  Accumulator<std::map<int, std::string>> from;
  from.value = {{1, "a"}};
  from.kept = {{{2, "b"}}, {}};
  detail::Writer out;
  from.carry(out);
  Accumulator<std::map<int, std::string>> to;
  to.kept.resize(5);
  detail::Reader in(out.bytes);
  to.carry(in);
  CHECK(to.value == from.value);
  CHECK(to.kept == from.kept);
  CHECK(in.at_end());
}

TEST_CASE("several values and C arrays are one message") {
  detail::Writer out;
  int const sent[2][2] = {{1, 2}, {3, 4}};
  out(1, std::string("two"))(sent);
  detail::Reader in(out.bytes);
  int one = 0;
  std::string two;
  int got[2][2] = {};
  in(one, two)(got);
  CHECK(one == 1);
  CHECK(two == "two");
  CHECK(std::equal(&got[0][0], &got[0][0] + 4, &sent[0][0]));
  CHECK(in.at_end());
}

TEST_CASE("a value that can't be assigned is made anew") {
  detail::Writer out;
  out(std::pair<int const, std::string>(1, "x"));
  std::pair<int const, std::string> into(0, "");
  detail::Reader(out.bytes)(into);
  CHECK(into.first == 1);
  CHECK(into.second == "x");
}

TEST_CASE("a length that the bytes can't hold allocates nothing and throws") {
  for (std::uint64_t const length : {std::uint64_t{9}, std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
    detail::Writer out;
    out(length, 1);
    auto const refuses = [&](auto* type) {
      using T = std::remove_pointer_t<decltype(type)>;
      detail::Reader in(out.bytes);
      CHECK_THROWS_WITH(in.get<T>(), Catch::Contains("more items are announced than its bytes can hold"));
    };
    refuses(static_cast<std::string*>(nullptr));
    refuses(static_cast<std::vector<double>*>(nullptr));
    refuses(static_cast<std::vector<bool>*>(nullptr));
    refuses(static_cast<std::vector<std::tuple<>>*>(nullptr));
    refuses(static_cast<std::list<WithNothing>*>(nullptr));
    refuses(static_cast<std::map<int, std::string>*>(nullptr));
  }
}

TEST_CASE("a message that is no value of its type is refused by a sentence") {
  auto const message = [](auto... values) {
    detail::Writer out;
    out(values...);
    return out.bytes;
  };
  auto const two = message(std::uint8_t{2});
  CHECK_THROWS_WITH(detail::Reader(two).get<bool>(), Catch::Contains("neither false nor true"));
  CHECK_THROWS_WITH(detail::Reader(two).get<std::optional<int>>(), Catch::Contains("neither false nor true"));
  auto const fourth = message(std::uint32_t{4});
  CHECK_THROWS_WITH(detail::Reader(fourth).get<Choice>(), Catch::Contains("a variant holds none of its types"));
  CHECK_THROWS_WITH(detail::Reader(two).get<int>(),
                    "parallel_task: a message between ranks can't be read: at byte 0 of 1, it ends too early");
}

TEST_CASE("values may be in each other a thousand deep, for a reader as for a writer") {
  auto const chain = [](int length) {
    auto first = std::make_unique<Chain>();
    for (int i = 1; i < length; ++i) {
      auto before = std::make_unique<Chain>();
      before->next = std::move(first);
      first = std::move(before);
    }
    return first;
  };
  detail::Writer out;
  out(chain(499));  // two levels each: the pointer and what it points to
  CHECK(detail::Reader(out.bytes).get<std::unique_ptr<Chain>>() != nullptr);
  CHECK_THROWS_AS(detail::Writer()(chain(501)), std::length_error);
  detail::Bytes const deep(1'000'000, std::byte{1});
  CHECK_THROWS_AS(detail::Reader(deep).get<std::unique_ptr<Chain>>(), std::length_error);
}

TEST_CASE("damaged bytes give a value or an error and never a crash", "[long]") {
  survives(true);
  survives(std::string("some text"));
  survives(std::vector<double>{1, 2, 3});
  survives(std::vector<bool>{true, false, true});
  survives(std::vector<std::tuple<>>(3));
  survives(nested());
  survives(tree());
  survives(WithFunction{1, "two", 7});
  survives(std::vector<WithoutDefault>{WithoutDefault("a"), WithoutDefault("bc")});
  survives(std::vector<Choice>{1, "x", std::vector<Plain>(2)});
  survives(std::unordered_map<std::string, std::list<std::optional<int>>>{{"k", {1, {}}}});
  survives(std::array<std::unique_ptr<std::string>, 2>{nullptr, std::make_unique<std::string>("x")});
  survives(std::tuple<std::multimap<int, bool>, std::deque<Colour>>{{{1, true}}, {Colour::red}});
}
