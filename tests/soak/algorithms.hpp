// Algorithms on ranges, drawn at random, each beside its twin of the standard library; some are stopped, or a closure
// throws: what is moved about in place must be all there then.
#pragma once

#include "property/random.hpp"
#include "support/dawdle.hpp"

#include <parallel_task/algorithm.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace soak {

namespace pt = parallel_task;
using property::Random;

struct Thrown {
  std::size_t position;
};

struct Flag {
  std::atomic<bool> const* raised;
  [[nodiscard]] bool stop_requested() const { return raised->load(std::memory_order_relaxed); }
};

/// One algorithm's input, settings and interruption, and what is wrong with its result.
class Algorithm {
 public:
  explicit Algorithm(Random& random)
      : random_(random), size_(draw_size(random)), threads_(static_cast<unsigned>(1 + random.below(8))) {
    if (random.one_in(3)) {
      throws_ = random.one_in(2);
      at_ = static_cast<long>(random.below(3 * size_ + 1));
    }
  }

  /// Runs it; what was wrong, or a null pointer.
  char const* run() {
    using Kind = char const* (Algorithm::*)();
    static constexpr Kind kinds[] = {&Algorithm::sort_numbers,   &Algorithm::sort_pairs,
                                     &Algorithm::sort_texts,     &Algorithm::sort_owned,
                                     &Algorithm::sort_by_key,    &Algorithm::sort_by_cached_key,
                                     &Algorithm::sort_positions, &Algorithm::sort_together,
                                     &Algorithm::select,         &Algorithm::merge,
                                     &Algorithm::merge_in_place, &Algorithm::merge_texts,
                                     &Algorithm::unite,          &Algorithm::scan,
                                     &Algorithm::choose,         &Algorithm::divide,
                                     &Algorithm::part_texts,     &Algorithm::rearrange,
                                     &Algorithm::compare,        &Algorithm::look};
    return (this->*kinds[random_.below(sizeof kinds / sizeof kinds[0])])();
  }

 private:
  using Numbers = std::vector<std::uint32_t>;
  struct Pair {
    std::uint32_t key;
    std::uint32_t place;
    bool operator==(Pair const&) const = default;
  };

  static std::size_t draw_size(Random& random) {
    static constexpr std::size_t most[] = {70, 3000, 20000};
    return random.below(most[random.below(3)]);
  }

  /// In any order, or in runs, or nearly sorted, of few values or many.
  Numbers numbers(std::size_t n) {
    auto const values = std::size_t{1} << random_.below(33);
    std::size_t const shape = random_.below(5);
    std::size_t const run = 1 + random_.below(n + 1);
    Numbers v(n);
    for (std::uint32_t& x : v) x = static_cast<std::uint32_t>(random_.below(values));
    if (shape == 1) std::sort(v.begin(), v.end());
    if (shape == 2) std::sort(v.begin(), v.end(), std::greater<>());
    if (shape == 3) {
      for (std::size_t at = 0; at < n; at += run) sort_part(v, at, at + run);
    }
    if (shape == 4) {
      std::sort(v.begin(), v.end());
      for (std::size_t left = n / 50; left != 0; --left) std::swap(v[random_.below(n)], v[random_.below(n)]);
    }
    return v;
  }
  static void sort_part(Numbers& v, std::size_t first, std::size_t last) {
    using Step = Numbers::difference_type;
    std::sort(v.begin() + static_cast<Step>(first), v.begin() + static_cast<Step>(std::min(last, v.size())));
  }
  static std::vector<Pair> pairs(Numbers const& keys) {
    std::vector<Pair> v;
    for (std::uint32_t const key : keys) v.push_back({key, static_cast<std::uint32_t>(v.size())});
    return v;
  }
  template <class V>
  static typename V::iterator at(V& v, std::size_t i) {
    return v.begin() + static_cast<typename V::difference_type>(i);
  }

  auto settings() { return pt::with(pt::threads(threads_), pt::stop_token(Flag{&raised_})); }

  /// Every closure comes here: others get a turn, and the call may be ended.
  void disturb() {
    long const call = calls_.fetch_add(1, std::memory_order_relaxed);
    if (call % 64 == 5) support::dawdle();
    if (call != at_) return;
    if (throws_) throw Thrown{0};
    raised_.store(true, std::memory_order_relaxed);
  }
  auto by_key() {
    return [this](Pair const& a, Pair const& b) {
      disturb();
      return a.key < b.key;
    };
  }
  /// Whether f came to its end; where it did not, an interruption was drawn.
  template <class F>
  bool ends(F f) {
    try {
      f();
      return true;
    } catch (Thrown const&) {
      lied_ = !throws_ || at_ < 0;
    } catch (pt::cancelled const&) {
      lied_ = throws_ || at_ < 0;
    }
    return false;
  }
  char const* judge(bool right, char const* what) const {
    if (lied_) return "an algorithm ended by what nobody asked for";
    return right ? nullptr : what;
  }
  static bool same_items(std::vector<Pair> a, std::vector<Pair> b) {
    auto const place = [](Pair const& x, Pair const& y) { return x.place < y.place; };
    std::sort(a.begin(), a.end(), place);
    std::sort(b.begin(), b.end(), place);
    return a == b;
  }

  char const* sort_numbers() {
    Numbers v = numbers(size_);
    Numbers twin = v;
    std::sort(twin.begin(), twin.end());
    pt::sort(settings(), v);
    return judge(v == twin, "sort gave other numbers");
  }
  char const* sort_pairs() {
    std::vector<Pair> const before = pairs(numbers(size_));
    std::vector<Pair> v = before;
    if (!ends([&] { pt::stable_sort(settings(), v, by_key()); })) {
      return judge(same_items(v, before), "an interrupted sort has lost items");
    }
    std::vector<Pair> twin = before;
    std::stable_sort(twin.begin(), twin.end(), [](Pair const& a, Pair const& b) { return a.key < b.key; });
    return judge(v == twin, "stable_sort gave another order");
  }
  using Texts = std::vector<std::string>;
  Texts texts(std::size_t n) {
    static constexpr char const* beginnings[] = {"", "the same for all, ", "01234567"};
    std::string const beginning = beginnings[random_.below(3)];
    Texts v;
    for (std::uint32_t const x : numbers(n)) v.push_back(beginning + std::to_string(x));
    return v;
  }
  static Texts sorted(Texts v) {
    std::sort(v.begin(), v.end());
    return v;
  }
  char const* sort_texts() {
    Texts v = texts(size_ / 4);
    Texts const twin = sorted(v);
    pt::sort(settings(), v);
    return judge(v == twin, "sort gave other texts");
  }
  char const* sort_by_cached_key() {
    Texts v = texts(size_);
    Texts twin = v;
    auto const tail = [](std::string const& x) { return x.substr(x.size() / 2); };
    bool const ended = ends([&] {
      pt::sort_by_cached_key(settings(), v, [&](std::string const& x) {
        disturb();
        return tail(x);
      });
    });
    if (!ended) return judge(sorted(v) == sorted(twin), "an interrupted sort by cached keys has lost texts");
    std::stable_sort(twin.begin(), twin.end(), [&](auto const& x, auto const& y) { return tail(x) < tail(y); });
    return judge(v == twin, "sort_by_cached_key gave another order");
  }
  char const* sort_positions() {
    Texts v = texts(size_ / 4);
    Texts const twin = sorted(v);
    auto const order = pt::argsort(settings(), v);
    pt::permute(settings(), v, order);
    return judge(v == twin, "argsort and permute gave another order");
  }
  /// Two arrays as one.
  char const* sort_together() {
    Numbers const before = numbers(size_);
    Numbers keys = before;
    Numbers places(size_);
    std::iota(places.begin(), places.end(), 0U);
    bool const ended = ends([&] {
      pt::stable_sort(settings(), pt::together(keys, places), [this](auto const& a, auto const& b) {
        disturb();
        return std::get<0>(a) < std::get<0>(b);
      });
    });
    bool right = true;
    for (std::size_t i = 0; i != size_; ++i) {
      right = right && keys[i] == before[places[i]];
      if (ended && i != 0)
        right = right && (keys[i - 1] != keys[i] ? keys[i - 1] < keys[i] : places[i - 1] < places[i]);
    }
    std::sort(places.begin(), places.end());
    for (std::size_t i = 0; i != size_; ++i) right = right && places[i] == i;
    return judge(right, "arrays that are sorted together were torn apart");
  }
  char const* merge_texts() {
    Texts const a = sorted(texts(size_ / 4));
    Texts const b = sorted(texts(random_.below(size_ / 4 + 1)));
    Texts out(a.size() + b.size());
    auto const less = [this](std::string const& x, std::string const& y) {
      disturb();
      return x < y;
    };
    if (!ends([&] { out.erase(pt::set_union(settings(), a, b, out, less).out, out.end()); }))
      return judge(true, nullptr);
    Texts twin;
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(twin));
    return judge(out == twin, "united texts are others");
  }
  char const* part_texts() {
    Texts v = texts(size_ / 2);
    Texts const before = v;
    auto const is_odd = [](std::string const& x) { return x.back() % 2 != 0; };
    bool const ended = ends([&] {
      pt::stable_partition(settings(), v, [&](std::string const& x) {
        disturb();
        return is_odd(x);
      });
    });
    if (!ended) return judge(sorted(v) == sorted(before), "an interrupted stable_partition has lost texts");
    Texts twin = before;
    std::stable_partition(twin.begin(), twin.end(), is_odd);
    return judge(v == twin, "stable_partition gave another order of texts");
  }
  char const* sort_owned() {
    std::vector<std::unique_ptr<std::uint32_t>> v;
    Numbers twin = numbers(size_);
    for (std::uint32_t const x : twin) v.push_back(std::make_unique<std::uint32_t>(x));
    bool const ended = ends([&] {
      pt::sort(settings(), v, [this](auto const& a, auto const& b) {
        disturb();
        return *a < *b;
      });
    });
    Numbers found;
    for (auto const& x : v) {
      if (x == nullptr) return "a sort left an item empty";
      found.push_back(*x);
    }
    if (!ended) std::sort(found.begin(), found.end());
    std::sort(twin.begin(), twin.end());
    return judge(found == twin, "a sort of what can only be moved gave other items");
  }
  char const* sort_by_key() {
    std::vector<Pair> const before = pairs(numbers(size_));
    std::vector<Pair> v = before;
    bool const ended = ends([&] {
      pt::sort_by_key(settings(), v, [this](Pair const& x) {
        disturb();
        return x.key;
      });
    });
    if (!ended) return judge(same_items(v, before), "an interrupted sort_by_key has lost items");
    std::vector<Pair> twin = before;
    std::stable_sort(twin.begin(), twin.end(), [](Pair const& a, Pair const& b) { return a.key < b.key; });
    return judge(v == twin, "sort_by_key gave another order");
  }
  char const* select() {
    std::vector<Pair> const before = pairs(numbers(size_));
    std::vector<Pair> v = before;
    std::size_t const middle = random_.below(size_ + 1);
    bool const partly = random_.one_in(2);
    bool const ended = ends([&] {
      if (partly) {
        pt::partial_sort(settings(), v, at(v, middle), by_key());
      } else {
        pt::nth_element(settings(), v, at(v, middle), by_key());
      }
    });
    if (!same_items(v, before)) return judge(false, "a selection has lost items");
    if (!ended) return judge(true, nullptr);
    std::vector<Pair> twin = before;
    std::sort(twin.begin(), twin.end(), [](Pair const& a, Pair const& b) { return a.key < b.key; });
    bool right = partly || middle == size_ || v[middle].key == twin[middle].key;
    for (std::size_t i = 0; right && i != size_; ++i) {
      if (i < middle) right = partly ? v[i].key == twin[i].key : middle == size_ || v[i].key <= twin[middle].key;
      if (i > middle) right = v[i].key >= twin[middle].key;
    }
    return judge(right, "a selection gave another order");
  }

  std::vector<Pair> sorted_pairs(std::size_t n, std::uint32_t place) {
    Numbers keys = numbers(n);
    std::sort(keys.begin(), keys.end());
    std::vector<Pair> v = pairs(keys);
    for (Pair& x : v) x.place += place;
    return v;
  }
  char const* merge() {
    std::vector<Pair> const a = sorted_pairs(size_, 0);
    std::vector<Pair> const b = sorted_pairs(random_.below(size_ + 1), 1U << 20);
    std::vector<Pair> out(random_.one_in(3) ? random_.below(a.size() + b.size() + 1) : a.size() + b.size());
    std::size_t written = 0;
    if (!ends([&] {
          auto const end = pt::merge(settings(), a, b, out, by_key());
          written = static_cast<std::size_t>(end.out - out.begin());
        })) {
      return judge(true, nullptr);
    }
    std::vector<Pair> twin;
    std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(twin),
               [](Pair const& x, Pair const& y) { return x.key < y.key; });
    return judge(written == out.size() && std::equal(out.begin(), out.end(), twin.begin()), "merge gave other items");
  }
  char const* merge_in_place() {
    std::vector<Pair> before = sorted_pairs(size_, 0);
    std::vector<Pair> const b = sorted_pairs(random_.below(size_ + 1), 1U << 20);
    before.insert(before.end(), b.begin(), b.end());
    std::vector<Pair> v = before;
    if (!ends([&] { pt::inplace_merge(settings(), v, at(v, size_), by_key()); })) {
      return judge(same_items(v, before), "an interrupted inplace_merge has lost items");
    }
    std::inplace_merge(before.begin(), at(before, size_), before.end(),
                       [](Pair const& x, Pair const& y) { return x.key < y.key; });
    return judge(v == before, "inplace_merge gave another order");
  }
  char const* unite() {
    Numbers a = numbers(size_);
    Numbers b = numbers(random_.below(size_ + 1));
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    Numbers out(a.size() + b.size());
    Numbers twin;
    auto const into = std::back_inserter(twin);
    Numbers::iterator end;
    if (random_.one_in(2)) {
      std::set_union(a.begin(), a.end(), b.begin(), b.end(), into);
      end = pt::set_union(settings(), a, b, out).out;
    } else {
      std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(), into);
      end = pt::set_symmetric_difference(settings(), a, b, out).out;
    }
    out.erase(end, out.end());
    return judge(out == twin, "a set operation gave other items");
  }

  char const* scan() {
    Numbers v = numbers(size_);
    Numbers out(size_);
    Numbers twin(size_);
    std::partial_sum(v.begin(), v.end(), twin.begin());
    bool const in_place = random_.one_in(2);
    auto const add = [this](std::uint32_t a, std::uint32_t b) {
      disturb();
      return a + b;
    };
    if (!ends([&] { pt::inclusive_scan(settings(), v, in_place ? v : out, add); })) return judge(true, nullptr);
    return judge((in_place ? v : out) == twin, "inclusive_scan gave other sums");
  }

  auto odd_key() {
    return [this](Pair const& x) {
      disturb();
      return x.key % 2 != 0;
    };
  }
  static bool has_odd_key(Pair const& x) { return x.key % 2 != 0; }

  char const* choose() {
    std::vector<Pair> v = pairs(numbers(size_));
    std::vector<Pair> twin;
    std::vector<Pair> out(size_);
    if (random_.one_in(2)) {
      std::copy_if(v.begin(), v.end(), std::back_inserter(twin), &has_odd_key);
      if (!ends([&] { out.erase(pt::copy_if(settings(), v, out, odd_key()).out, out.end()); })) {
        return judge(true, nullptr);
      }
      return judge(out == twin, "copy_if gave other items");
    }
    std::unique_copy(v.begin(), v.end(), std::back_inserter(twin),
                     [](Pair const& a, Pair const& b) { return a.key == b.key; });
    auto const same = [this](Pair const& a, Pair const& b) {
      disturb();
      return a.key == b.key;
    };
    if (!ends([&] { v.erase(pt::unique(settings(), v, same).begin(), v.end()); })) {
      return judge(v.size() == size_, "an interrupted unique has lost items");
    }
    return judge(v == twin, "unique gave other items");
  }
  char const* divide() {
    std::vector<Pair> const before = pairs(numbers(size_));
    std::vector<Pair> v = before;
    bool const keeps_order = random_.one_in(2);
    std::size_t middle = 0;
    bool const ended = ends([&] {
      auto const behind = keeps_order ? pt::stable_partition(settings(), v, odd_key()).begin()
                                      : pt::partition(settings(), v, odd_key()).begin();
      middle = static_cast<std::size_t>(behind - v.begin());
    });
    if (!same_items(v, before)) return judge(false, "a partition has lost items");
    if (!ended) return judge(true, nullptr);
    std::vector<Pair> twin = before;
    auto const behind = std::stable_partition(twin.begin(), twin.end(), &has_odd_key);
    bool const right = middle == static_cast<std::size_t>(behind - twin.begin()) &&
                       std::all_of(v.begin(), at(v, middle), &has_odd_key) && (!keeps_order || v == twin);
    return judge(right, "a partition gave another order");
  }
  char const* rearrange() {
    Numbers v = numbers(size_);
    Numbers twin = v;
    std::size_t const what = random_.below(3);
    std::size_t const middle = random_.below(size_ + 1);
    if (what == 0) {
      std::reverse(twin.begin(), twin.end());
      pt::reverse(settings(), v);
    } else if (what == 1) {
      std::rotate(twin.begin(), at(twin, middle), twin.end());
      pt::rotate(settings(), v, at(v, middle));
    } else {
      pt::shuffle(pt::with(pt::threads(1), pt::stop_token(Flag{&raised_})), twin, 7);
      pt::shuffle(settings(), v, 7);
    }
    return judge(v == twin, "a rearrangement gave another order");
  }
  char const* compare() {
    Numbers const a = numbers(size_);
    Numbers b = a;
    if (size_ != 0 && random_.one_in(2)) b[random_.below(size_)] ^= 1;
    if (random_.one_in(3)) b.resize(random_.below(size_ + 1));
    auto const places = pt::mismatch(settings(), a, b);
    auto const twin = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    bool right = places.in1 == twin.first && places.in2 == twin.second;
    right = right && pt::equal(settings(), a, b) == (a == b);
    right = right && pt::is_sorted_until(settings(), b) == std::is_sorted_until(b.begin(), b.end());
    Numbers whole = a;
    Numbers part = b;
    std::sort(whole.begin(), whole.end());
    std::sort(part.begin(), part.end());
    right = right && pt::includes(settings(), whole, part) ==
                         std::includes(whole.begin(), whole.end(), part.begin(), part.end());
    return judge(right, "ranges were compared otherwise");
  }
  char const* look() {
    std::vector<Pair> const v = pairs(numbers(size_));
    std::uint32_t const wanted = v.empty() ? 0 : v[random_.below(size_)].key;
    auto const is_it = [this, wanted](Pair const& x) {
      disturb();
      return x.key == wanted;
    };
    auto const twin = std::find_if(v.begin(), v.end(), [wanted](Pair const& x) { return x.key == wanted; });
    bool right = true;
    if (!ends([&] { right = pt::find_if(settings(), v, is_it) == twin; })) return judge(true, nullptr);
    return judge(right, "find_if found another item");
  }

  Random& random_;
  std::size_t size_;
  unsigned threads_;
  bool throws_ = false;
  long at_ = -1;  // the call of a closure that throws, or raises the flag
  bool lied_ = false;
  std::atomic<long> calls_{0};
  std::atomic<bool> raised_{false};
};

}  // namespace soak
