// What becomes of a target's comparator, hasher and allocator, of its room, and of one that the pipeline reads.
#include <parallel_task/parallel_task.hpp>

#include "catch.hpp"
#include "shuffle.hpp"

#include <atomic>
#include <chrono>
#include <complex>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory_resource>
#include <queue>
#include <ranges>
#include <set>
#include <span>
#include <stack>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <valarray>
#include <vector>

namespace collect_targets {

namespace pt = parallel_task;

namespace {

using Numbers = std::vector<int>;

Numbers counted(int n, int first = 0) {
  Numbers v;
  for (int i = 0; i != n; ++i) v.push_back(first + i);
  return v;
}

struct ByDigits {
  int modulus = 1'000'000;
  bool operator()(int a, int b) const { return a % modulus < b % modulus; }
};
struct SameDigits {
  int modulus = 1'000'000;
  bool operator()(int a, int b) const { return a % modulus == b % modulus; }
  std::size_t operator()(int a) const { return static_cast<std::size_t>(a % modulus); }
};

/// A view of a range and something to call, as std::views::transform is, but at other positions than the range.
template <class V, class Key = std::identity>
class Mirrored : public std::ranges::view_interface<Mirrored<V, Key>> {
 public:
  class Iterator {
   public:
    using value_type = int;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(Mirrored const* view, difference_type i) : view_(view), i_(i) {}
    int& operator*() const { return view_->below_[std::ssize(view_->below_) - 1 - i_]; }
    int& operator[](difference_type i) const { return *(*this + i); }
    Iterator& operator+=(difference_type i) { return i_ += i, *this; }
    Iterator& operator-=(difference_type i) { return i_ -= i, *this; }
    Iterator& operator++() { return ++i_, *this; }
    Iterator& operator--() { return --i_, *this; }
    Iterator operator++(int) { return {view_, i_++}; }
    Iterator operator--(int) { return {view_, i_--}; }
    friend Iterator operator+(Iterator it, difference_type i) { return it += i; }
    friend Iterator operator+(difference_type i, Iterator it) { return it += i; }
    friend Iterator operator-(Iterator it, difference_type i) { return it -= i; }
    friend difference_type operator-(Iterator a, Iterator b) { return a.i_ - b.i_; }
    friend auto operator<=>(Iterator a, Iterator b) { return a.i_ <=> b.i_; }
    friend bool operator==(Iterator a, Iterator b) { return a.i_ == b.i_; }
    [[nodiscard]] auto base() const { return view_->below_.end() - i_; }

   private:
    Mirrored const* view_ = nullptr;
    difference_type i_ = 0;
  };
  explicit Mirrored(V below) : below_(below) {}
  [[nodiscard]] Iterator begin() const { return {this, 0}; }
  [[nodiscard]] Iterator end() const { return {this, std::ssize(below_)}; }
  [[nodiscard]] V base() const { return below_; }

 private:
  V below_;
};

template <class Q>
Numbers popped(Q q) {
  Numbers result;
  for (; !q.empty(); q.pop()) {
    if constexpr (requires { q.top(); }) {
      result.push_back(q.top());
    } else {
      result.push_back(q.front());
    }
  }
  return result;
}

/// A loop's and a pipeline's content of a copy of `target`, replaced and extended.
template <class C, class Insert, class Content>
void same_as_loop(C const& target, Insert insert, Content content) {
  Numbers v = counted(300, 7);
  for (int x : counted(50, 7)) v.push_back(x);
  C extended = target;
  for (int x : v) insert(extended, x);
  for_each_schedule([&] {
    auto check = [&](auto make) {
      C mine = target;
      make().append_to(mine);
      CHECK(content(mine) == content(extended));
      make().append_to(mine);
      C replaced = target;
      for (int x : v) insert(replaced, x);
      make().collect_into(replaced);
      C empty = target;
      if constexpr (requires { empty.clear(); }) {
        empty.clear();
      } else {
        while (!empty.empty()) empty.pop();
      }
      make().append_to(empty);
      CHECK(content(empty) == content(replaced));
      for (int x : v) insert(replaced, x);
      for (int x : v) insert(empty, x);
      CHECK(content(empty) == content(replaced));
    };
    check([&v] { return pt::parallel_iter(v); });
    check([&v] { return pt::parallel_iter(v).filter([](int) { return true; }); });
  });
}

constexpr auto insert = [](auto& c, int x) { c.insert(c.end(), x); };
constexpr auto push = [](auto& c, int x) { c.push(x); };
constexpr auto ordered = [](auto const& c) { return Numbers(c.begin(), c.end()); };
constexpr auto sorted = [](auto const& c) {
  std::multiset<int> const all(c.begin(), c.end());
  return Numbers(all.begin(), all.end());
};
constexpr auto pops = [](auto const& c) { return popped(c); };

/// Memory of one thread's own.
class OneThread : public std::pmr::memory_resource {
 public:
  std::atomic<int> others = 0;
  std::size_t bytes = 0;

 private:
  void* do_allocate(std::size_t size, std::size_t alignment) override {
    if (std::this_thread::get_id() != owner_) ++others;
    bytes += size;
    return std::pmr::new_delete_resource()->allocate(size, alignment);
  }
  void do_deallocate(void* memory, std::size_t size, std::size_t alignment) override {
    if (std::this_thread::get_id() != owner_) ++others;
    std::pmr::new_delete_resource()->deallocate(memory, size, alignment);
  }
  [[nodiscard]] bool do_is_equal(std::pmr::memory_resource const& other) const noexcept override {
    return this == &other;
  }
  std::thread::id owner_ = std::this_thread::get_id();
};

std::string text(int i) { return "a string that needs memory of its own: " + std::to_string(i); }

}  // namespace

TEST_CASE("a target keeps its comparator and hasher") {
  std::priority_queue<int, Numbers, ByDigits> queue(ByDigits{10});
  same_as_loop(queue, push, pops);
  queue.push(38);
  same_as_loop(queue, push, pops);
  same_as_loop(std::priority_queue<int, Numbers, std::function<bool(int, int)>>([](int a, int b) { return a > b; }),
               push, pops);
  same_as_loop(std::stack<int>(std::deque<int>{1, 2}), push, pops);
  same_as_loop(std::queue<int, std::list<int>>(std::list<int>{1, 2}), push, pops);
  std::set<int, ByDigits> set(ByDigits{100});
  same_as_loop(set, insert, ordered);
  set.insert({12, 34});
  same_as_loop(set, insert, ordered);
  same_as_loop(std::multiset<int, ByDigits>({12, 34, 112}, ByDigits{100}), insert, ordered);
  same_as_loop(std::unordered_set<int, SameDigits, SameDigits>({12, 34}, 5, SameDigits{100}, SameDigits{100}), insert,
               sorted);
  same_as_loop(std::unordered_multiset<int>{12, 34}, insert, sorted);
  same_as_loop(std::set<int, std::greater<>>{12, 34}, insert, ordered);
  same_as_loop(std::unordered_set<int>{12, 34}, insert, sorted);
}

TEST_CASE("a target's memory is used by the calling thread alone") {
  for_each_schedule([] {
    OneThread memory;
    std::pmr::vector<std::pmr::string> strings(&memory);
    std::pmr::vector<std::pair<int, std::pmr::string>> pairs(&memory);
    std::pmr::list<std::pmr::string> list(&memory);
    std::pmr::unordered_map<int, std::pmr::string> map(&memory);
    std::pmr::vector<int> numbers(&memory);
    std::pmr::set<int> set(&memory);
    auto make = [] { return pt::indices(300).map([](int i) { return std::pmr::string(text(i)); }); };
    auto make_pairs = [] {
      return pt::indices(300).map([](int i) { return std::pair(i, std::pmr::string(text(i))); });
    };
    for (int round = 0; round != 2; ++round) {
      make().collect_into(strings);
      make().append_to(strings);
      make().filter([](auto&) { return true; }).append_to(strings);
      make_pairs().collect_into(pairs);
      make().collect_into(list);
      make().append_to(list);
      make_pairs().collect_into(map);
      make_pairs().append_to(map);
      pt::indices(300).collect_into(numbers);
      pt::indices(300).collect_into(set);
    }
    REQUIRE(strings.size() == 900);
    bool right = map.size() == 300 && numbers.size() == 300 && set.size() == 300;
    for (std::size_t i = 0; i != 900; ++i) {
      right = right && std::string_view(strings[i]) == text(static_cast<int>(i % 300)) &&
              strings[i].get_allocator().resource() == &memory;
    }
    for (std::size_t i = 0; i != 300; ++i) {
      right = right && std::string_view(pairs[i].second) == text(static_cast<int>(i)) &&
              pairs[i].second.get_allocator().resource() == &memory;
    }
    for (auto const& s : list) right = right && s.get_allocator().resource() == &memory;
    for (auto const& [key, s] : map)
      right = right && std::string_view(s) == text(key) && s.get_allocator().resource() == &memory;
    CHECK(right);
    CHECK(memory.others == 0);
    CHECK(memory.bytes != 0);
  });
}

TEST_CASE("a set is given no room for items that it has already") {
  constexpr int n = 200'000;
  auto const ten = [](int i) { return i % 10; };
  auto const most = [](int i) { return i < n / 10 ? i : 0; };
  auto const fits = [](auto const& c, std::size_t size) {
    return c.size() == size && c.bucket_count() <= 8 * size + 512;
  };
  CHECK(fits(pt::indices(n).map(ten).collect<std::unordered_set>(), 10));
  CHECK(fits(pt::indices(n).map(most).collect<std::unordered_set>(), n / 10));
  CHECK(fits(pt::indices(n).map(ten).filter([](int) { return true; }).collect<std::unordered_set>(), 10));
  CHECK(fits(pt::indices(n).map([](int i) { return std::pair(i % 10, i); }).collect<std::unordered_map>(), 10));
  std::unordered_set<int, SameDigits, SameDigits> other;
  pt::indices(n).map(ten).append_to(other);
  CHECK(fits(other, 10));
  std::unordered_set<int> same;
  pt::indices(n).map(ten).append_to(same);
  CHECK(fits(same, 10));
  CHECK(pt::indices(n).collect<std::unordered_set>().size() == n);
}

TEST_CASE("of equal keys the first is kept, whatever keeps them") {
  struct Key {
    int key;
    int position;
    bool operator==(Key const& other) const { return key == other.key; }
    bool operator<(Key const& other) const { return key < other.key; }
  };
  struct Hash {
    std::size_t operator()(Key const& k) const { return static_cast<std::size_t>(k.key); }
  };
  auto right = [](auto const& c, std::size_t size, int shift) {
    bool all = c.size() == size;
    for (auto const& k : c) all = all && k.position == k.key + shift;
    return all;
  };
  for_each_schedule([&] {
    auto make = [] { return pt::indices(500).map([](int i) { return Key{i % 50, i}; }); };
    CHECK(right(make().collect<std::set<Key>>(), 50, 0));
    CHECK(right(make().collect<std::unordered_set<Key, Hash>>(), 50, 0));
    CHECK(right(make().filter([](Key) { return true; }).collect<std::set<Key>>(), 50, 0));
    std::unordered_set<Key, Hash> hashed;
    for (int i = 0; i != 60; ++i) hashed.insert(Key{i, i - 1});
    make().append_to(hashed);
    CHECK(right(hashed, 60, -1));
    make().collect_into(hashed);
    CHECK(right(hashed, 50, 0));
    CHECK(right(make().take(0).collect<std::unordered_set<Key, Hash>>(), 0, 0));
  });
}

TEST_CASE("after a throw a set or map that was appended to is what it was") {
  for_each_schedule([] {
    auto check = [](auto target) {
      auto const before = target;
      using V = typename decltype(target)::value_type;
      auto failing = [](int i) {
        if (i == 150) throw 150;
        if constexpr (std::is_same_v<V, int>) {
          return i;
        } else {
          return std::pair<int, int>(i, -i);
        }
      };
      CHECK_THROWS_AS(pt::indices(300).map(failing).append_to(target), int);
      CHECK(target == before);
    };
    check(std::set<int>{1, 500});
    check(std::unordered_set<int>{1, 500});
    check(std::map<int, int>{{1, 1}, {500, 500}});
  });
  // A comparison that throws while the calling thread puts them in.
  struct Throwing {
    int* left;
    bool operator()(int a, int b) const {
      if (--*left == 0) throw 1;
      return a < b;
    }
    std::size_t operator()(int a) const {
      if (--*left == 0) throw 1;
      return static_cast<std::size_t>(a);
    }
  };
  for (int n = 1; n < 3000; n += 97) {
    int left = 0;
    std::set<int, Throwing> ordered_set(Throwing{&left});
    std::unordered_set<int, Throwing> hashed_set(1, Throwing{&left});
    for (int x : {3, 5, 1000}) {
      ordered_set.insert(x);
      hashed_set.insert(x);
    }
    left = n;
    bool thrown = false;
    try {
      pt::indices(300).append_to(ordered_set);
    } catch (int) {
      thrown = true;
    }
    CHECK(ordered_set.size() == (thrown ? 3 : 301));
    left = n;
    thrown = false;
    try {
      pt::indices(300).append_to(hashed_set);
    } catch (int) {
      thrown = true;
    }
    left = 0;
    CHECK(hashed_set.size() == (thrown ? 3 : 301));
    CHECK(hashed_set.count(1000) == 1);
  }
}

TEST_CASE("a valarray is written, never added to") {
  auto content = [](std::valarray<int> const& a) { return Numbers(std::begin(a), std::end(a)); };
  Numbers const v = counted(300);
  for_each_schedule([&] {
    CHECK(content(pt::parallel_iter(v).collect<std::valarray<int>>()) == v);
    CHECK(content(pt::parallel_iter(v).collect<std::valarray>()) == v);
    CHECK(content(pt::parallel_iter(v).filter([](int) { return true; }).collect<std::valarray>()) == v);
    std::valarray<int> target(7, 20);
    pt::parallel_iter(v).collect_into(target);
    CHECK(content(target) == v);
    pt::parallel_iter(v).filter([](int x) { return x < 5; }).collect_into(target);
    CHECK(content(target) == counted(5));
  });
  namespace detail = parallel_task::detail;
  static_assert(!detail::appendable<std::valarray<double>, double>);
  static_assert(!detail::appendable<std::complex<double>, double>);
  static_assert(!detail::appendable<std::chrono::seconds, std::chrono::seconds>);
  static_assert(!detail::appendable<double, double>);
  static_assert(detail::appendable<std::string, std::string_view>);
}

TEST_CASE("collecting into what the pipeline reads is refused, unless each item is made of the one in its place") {
  auto const twice = [](int x) { return 2 * x; };
  Numbers const before = counted(300);
  Numbers doubled = before;
  for (int& x : doubled) x *= 2;
  for_each_schedule([&] {
    auto refused = [&](auto run) {
      Numbers v = before;
      v.reserve(1000);
      CHECK_THROWS_AS(run(v), std::invalid_argument);
      CHECK(v == before);
    };
    auto iter = [](Numbers& v) { return pt::parallel_iter(v); };
    refused([&](Numbers& v) { iter(v).append_to(v); });
    refused([&](Numbers& v) { iter(v).map(twice).append_to(v); });
    refused([&](Numbers& v) { iter(v).reverse().collect_into(v); });
    refused([&](Numbers& v) { iter(v).drop(1).collect_into(v); });
    refused([&](Numbers& v) { iter(v).slice(1, 5).map(twice).collect_into(v); });
    refused([&](Numbers& v) { iter(v).stride(2).collect_into(v); });
    refused([&](Numbers& v) { iter(v).chain(before).collect_into(v); });
    refused([&](Numbers& v) { pt::parallel_iter(before).chain(v).collect_into(v); });
    refused([&](Numbers& v) { pt::parallel_iter(before).chain(v).append_to(v); });
    refused([&](Numbers& v) {
      iter(v).zip(iter(v).reverse()).map([](int a, int b) { return a + b; }).collect_into(v);
    });
    refused([&](Numbers& v) { pt::indices(300).zip(v).map([](int, int b) { return b; }).append_to(v); });
    refused([&](Numbers& v) { iter(v).enumerate().reverse().values().collect_into(v); });
    refused([&](Numbers& v) { pt::parallel_iter(std::span(v).subspan(1)).collect_into(v); });
    refused([&](Numbers& v) { pt::parallel_iter(v | std::views::reverse).collect_into(v); });
    refused([&](Numbers& v) {
      pt::parallel_iter(v | std::views::drop(1) | std::views::transform(twice)).collect_into(v);
    });
    refused([&](Numbers& v) { iter(v).drop(1).collect_into(std::span(v).first(299)); });
    refused([&](Numbers& v) { iter(v).take(100).collect_into(std::span(v).subspan(1, 100)); });
    refused([&](Numbers& v) { iter(v).reverse().collect_into(std::span(v)); });
    refused([&](Numbers& v) { pt::parallel_iter(Mirrored(std::views::all(v))).collect_into(v); });
    std::vector<Numbers> rows(300, before);
    CHECK_THROWS_AS(pt::parallel_iter(rows).map([](Numbers const& row) { return row[1]; }).collect_into(rows[7]),
                    std::invalid_argument);
    CHECK(rows[7] == before);
    pt::buffer<int> buffer{1, 2, 3};
    CHECK_THROWS_AS(pt::parallel_iter(buffer).map(twice).collect_into(buffer), std::invalid_argument);
    CHECK_THROWS_AS(pt::parallel_iter(buffer).map(twice).append_to(buffer), std::invalid_argument);

    auto in_place = [&](auto run, Numbers const& wanted) {
      Numbers v = before;
      run(v);
      CHECK(v == wanted);
    };
    in_place([&](Numbers& v) { iter(v).collect_into(v); }, before);
    in_place([&](Numbers& v) { iter(v).map(twice).collect_into(v); }, doubled);
    in_place([&](Numbers& v) { iter(v).map(twice).collect_into(std::span(v)); }, doubled);
    in_place([&](Numbers& v) { iter(v).zip(v, before).map([](int a, int, int b) { return a + b; }).collect_into(v); },
             doubled);
    in_place([&](Numbers& v) { iter(v).enumerate().map([](std::size_t, int x) { return 2 * x; }).collect_into(v); },
             doubled);
    in_place([&](Numbers& v) { pt::parallel_iter(v | std::views::transform(twice)).collect_into(v); }, doubled);
    in_place([&](Numbers& v) { iter(v).take(10).collect_into(v); }, counted(10));
    in_place([&](Numbers& v) { iter(v).drop(290).collect_into(std::span(v).subspan(290)); }, before);
    // Kept aside first: the target is not touched before all has been read.
    in_place([&](Numbers& v) { iter(v).filter([](int x) { return x < 10; }).collect_into(v); }, counted(10));
    std::deque<int> deque(before.begin(), before.end());
    pt::parallel_iter(deque).reverse().collect_into(deque);
    CHECK(Numbers(deque.begin(), deque.end()) == Numbers(before.rbegin(), before.rend()));
    std::list<int> list(before.begin(), before.end());
    pt::parallel_iter(list).append_to(list);
    CHECK(list.size() == 600);
    std::vector<std::string> strings(300, std::string(50, 'x'));
    auto const same = strings;
    pt::parallel_iter(strings).collect_into(strings);
    CHECK(strings == same);
  });
  Numbers v;
  v.reserve(10);
  pt::parallel_iter(v).append_to(v);
  CHECK(v.empty());
}

TEST_CASE("what refers to the items of its target is made before they go") {
  using Three = std::tuple<std::shared_ptr<int>, std::shared_ptr<int>, std::shared_ptr<int>>;
  auto const swapped = [](Three& t) { return std::tie(std::get<1>(t), std::get<0>(t), std::get<2>(t)); };
  for_each_schedule([&] {
    std::vector<Three> v;
    for (int i = 0; i != 300; ++i) v.emplace_back(std::make_shared<int>(i), std::make_shared<int>(-i), nullptr);
    pt::parallel_iter(v).map(swapped).collect_into(v);
    for (int i = 0; i != 300; ++i) {
      CHECK(*std::get<0>(v[static_cast<std::size_t>(i)]) == -i);
      CHECK(*std::get<1>(v[static_cast<std::size_t>(i)]) == i);
    }
  });
}

TEST_CASE("a subrange of reverse iterators is seen to read its target") {
  Numbers v = counted(300);
  CHECK_THROWS_AS(
      pt::parallel_iter(std::ranges::subrange(v.rbegin(), v.rend())).map([](int x) { return x; }).collect_into(v),
      std::invalid_argument);
  std::deque<int> const deque(300, 1);
  pt::parallel_iter(deque).collect_into(v);
  CHECK(v == Numbers(300, 1));
}

TEST_CASE("a hash that goes on throwing ends the run by its exception") {
  struct Tired {
    int* left;
    std::size_t operator()(int x) const { return --*left < 0 ? throw 1 : static_cast<std::size_t>(x); }
  };
  int left = 900;
  std::unordered_set<int, Tired> set(16, Tired{&left});
  CHECK_THROWS_AS(pt::indices(2000).append_to(set), int);
}

}  // namespace collect_targets
