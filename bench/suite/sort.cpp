// Sorts: numbers, pairs by a key, records, strings and keys that cost much, in seven orders, beside those whose sorts
// are installed.
#include "peers.hpp"

#include <parallel_task/algorithm.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#if defined(BENCH_TBB)
#include <tbb/parallel_sort.h>
#endif
#if defined(BENCH_GNU)
#include <parallel/algorithm>
#endif
#if defined(BENCH_BOOST_SORT)
#include <boost/sort/sort.hpp>
#endif
#if defined(BENCH_VQSORT)
#include <hwy/contrib/sort/vqsort.h>
#endif

#if defined(BENCH_RAYON)
extern "C" {
void rayon_sort_u64(std::uint64_t* values, std::size_t n);
void rayon_sort_u32(std::uint32_t* values, std::size_t n);
void rayon_sort_doubles(double* values, std::size_t n);
void rayon_sort_pairs(void* values, std::size_t n);
void rayon_stable_sort_pairs(void* values, std::size_t n);
void rayon_sort_records(void* values, std::size_t n);
void rayon_stable_sort_records(void* values, std::size_t n);
void rayon_sort_by_cached_key(double* values, std::size_t n);
}
#endif

namespace suite {

namespace {

namespace pt = parallel_task;

enum class Shape { random, sorted, reversed, few, organ, nearly, saw };

std::string name_of(Shape shape) {
  constexpr char const* names[] = {"random",     "sorted",      "reversed", "of 16 values",
                                   "organ pipe", "1 % swapped", "sawtooth"};
  return names[static_cast<int>(shape)];
}

std::uint64_t mixed(std::uint64_t x) {  // splitmix64
  x += 0x9E3779B97F4A7C15U;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

std::vector<std::uint64_t> ranks(Shape shape, std::size_t n, std::uint64_t seed) {
  constexpr auto largest = ~std::uint64_t{0};
  std::uint64_t state = mixed(seed * 7919 + n);
  auto const random = [&state] { return mixed(state++); };
  std::uint64_t const step = largest / n;
  std::vector<std::uint64_t> v(n);
  for (std::size_t i = 0; i != n; ++i) {
    switch (shape) {
      case Shape::random:
        v[i] = random();
        break;
      case Shape::reversed:
        v[i] = (n - 1 - i) * step;
        break;
      case Shape::few:
        v[i] = random() % 16 * (largest / 16) + 5;
        break;
      case Shape::organ:
        v[i] = (i < n / 2 ? 2 * i : 2 * (n - 1 - i) + 1) * step;
        break;
      case Shape::saw:
        v[i] = i % (n / 16) * (largest / (n / 16));
        break;
      case Shape::sorted:
      case Shape::nearly:
        v[i] = i * step;
        break;
    }
  }
  if (shape == Shape::nearly) {
    for (std::size_t i = 0; i != n / 200; ++i) std::swap(v[random() % n], v[random() % n]);
  }
  return v;
}

struct Pair {
  std::uint32_t first;
  std::uint32_t second;
};
struct Record {
  std::uint64_t key;
  std::uint64_t rest[7];
};

template <class T>
T made(std::uint64_t x) {
  if constexpr (std::is_same_v<T, Pair>) {
    return {static_cast<std::uint32_t>(x >> 32), static_cast<std::uint32_t>(x)};
  } else if constexpr (std::is_same_v<T, Record>) {
    return {x, {x, x, x, x, x, x, x}};
  } else if constexpr (std::is_same_v<T, double>) {
    return static_cast<double>(static_cast<std::int64_t>(x ^ (std::uint64_t{1} << 63))) * 0x1p-30;
  } else if constexpr (std::is_same_v<T, std::uint32_t>) {
    return static_cast<std::uint32_t>(x >> 32);
  } else {
    return x;
  }
}
std::string word(std::uint64_t x) {
  std::string s(12, 'a');
  for (char& c : s) {
    c = static_cast<char>('a' + (x >> 59) % 26);
    x <<= 5;
  }
  return s;
}
std::string address(std::uint64_t x) {
  std::string s = "https://www.example.org/a/path/";
  for (int i = 0; i != 18; ++i) {
    s += "0123456789abcdef"[x >> 60];
    x = x << 4 | x >> 60;
  }
  return s;
}

double number(std::string const& s) { return static_cast<double>(s.back()) + static_cast<double>(s.size()); }
double number(Pair const& p) { return static_cast<double>(p.first); }
double number(Record const& r) { return static_cast<double>(r.key); }
template <class T>
double number(T x) {
  return static_cast<double>(x);
}

/// Arrays that are sorted one after the other: small ones many, each with data of its own, which no branch predictor
/// learns.
template <class T>
struct Arrays {
  static inline std::vector<std::vector<T>> from;
  static inline std::vector<std::vector<T>> work;

  static void drop() {
    from = {};
    work = {};
  }
  template <class Make>
  static void make(Shape shape, std::size_t n, Make item) {
    std::size_t const count = n < 100'000 ? 64 : 1;
    from.resize(count);
    for (std::size_t k = 0; k != count; ++k) {
      from[k].clear();
      for (std::uint64_t x : ranks(shape, n, k + 1)) from[k].push_back(item(x));
    }
    work = from;
  }
  template <class Sort>
  static Sample run(Sort const& sort) {
    for (std::size_t k = 0; k != from.size(); ++k) std::copy(from[k].begin(), from[k].end(), work[k].begin());
    auto const begin = Clock::now();
    for (auto& v : work) sort(v);
    double const ns = nanoseconds_since(begin) / static_cast<double>(work.size());
    double digest = 0;
    for (auto const& v : work) {
      for (std::size_t i = 0; i < v.size(); i += 1 + v.size() / 1000)
        digest += number(v[i]) * static_cast<double>(i + 1);
    }
    return {ns, digest, static_cast<double>(work.size())};
  }
};

template <class T>
class SortRow {
 public:
  template <class Make>
  SortRow(std::string const& what, Shape shape, std::size_t n, Make item) {
    row_.name = what + ", " + name_of(shape);
    row_.unit = "sort";
    row_.prepare = [shape, n, item] { Arrays<T>::make(shape, n, item); };
    row_.release = [] { Arrays<T>::drop(); };
  }
  template <class Sort>
  SortRow& add(char const* peer, Sort sort) {
    row_.contenders.push_back({peer, [sort] { return Arrays<T>::run(sort); }});
    return *this;
  }
  /// The standard library's, ours, and all peers that sort by a comparison. `stable`: those that are.
  template <class Sort, class Less>
  SortRow& add_all(bool stable, Sort ours, Less less) {
    add(PlainLoop::name, [=](std::vector<T>& v) {
      stable ? std::stable_sort(v.begin(), v.end(), less) : std::sort(v.begin(), v.end(), less);
    });
    add(Ours::name, ours);
#if defined(BENCH_STD)
    add("std par", [=](std::vector<T>& v) {
      if (stable) {
        std::stable_sort(std::execution::par, v.begin(), v.end(), less);
      } else {
        std::sort(std::execution::par, v.begin(), v.end(), less);
      }
    });
#endif
#if defined(BENCH_TBB)
    if (!stable) add("oneTBB", [=](std::vector<T>& v) { tbb::parallel_sort(v.begin(), v.end(), less); });
#endif
#if defined(BENCH_GNU)
    add("gnu parallel", [=](std::vector<T>& v) {
      stable ? __gnu_parallel::stable_sort(v.begin(), v.end(), less) : __gnu_parallel::sort(v.begin(), v.end(), less);
    });
#endif
#if defined(BENCH_BOOST_SORT)
    auto const threads = std::thread::hardware_concurrency();
    if (!stable) {
      add("Boost block_indirect",
          [=](std::vector<T>& v) { boost::sort::block_indirect_sort(v.begin(), v.end(), less, threads); });
      add("Boost pdqsort", [=](std::vector<T>& v) { boost::sort::pdqsort(v.begin(), v.end(), less); });
    }
    add("Boost parallel_stable",
        [=](std::vector<T>& v) { boost::sort::parallel_stable_sort(v.begin(), v.end(), less, threads); });
    add("Boost sample", [=](std::vector<T>& v) { boost::sort::sample_sort(v.begin(), v.end(), less, threads); });
#endif
    return *this;
  }
  SortRow& add_vqsort() {
#if defined(BENCH_VQSORT)
    add("vqsort", [](std::vector<T>& v) {
      hwy::Sorter sorter;
      sorter(v.data(), v.size(), hwy::SortAscending());
    });
#endif
    return *this;
  }
  /// By Rayon; not strings, which are other ones there.
  SortRow& add_rayon([[maybe_unused]] bool stable) {
#if defined(BENCH_RAYON)
    add("Rayon", [stable](std::vector<T>& v) {
      if constexpr (std::is_same_v<T, std::uint64_t>) {
        rayon_sort_u64(v.data(), v.size());
      } else if constexpr (std::is_same_v<T, std::uint32_t>) {
        rayon_sort_u32(v.data(), v.size());
      } else if constexpr (std::is_same_v<T, double>) {
        rayon_sort_doubles(v.data(), v.size());
      } else if constexpr (std::is_same_v<T, Pair>) {
        (stable ? rayon_stable_sort_pairs : rayon_sort_pairs)(v.data(), v.size());
      } else {
        (stable ? rayon_stable_sort_records : rayon_sort_records)(v.data(), v.size());
      }
    });
#endif
    return *this;
  }
  void put_into(std::vector<Row>& rows) { rows.push_back(std::move(row_)); }

 private:
  Row row_;
};

std::string count(std::size_t n) {
  return n >= 1'000'000 ? std::to_string(n / 1'000'000) + " M" : std::to_string(n / 1000) + " k";
}

template <class T>
void add_numbers(std::vector<Row>& rows, std::string const& type, std::size_t n, std::initializer_list<Shape> shapes) {
  for (Shape const shape : shapes) {
    SortRow<T>("sort " + count(n) + " " + type, shape, n, made<T>)
        .add_all(
            false, [](std::vector<T>& v) { pt::sort(v); }, std::less<>())
        .add_vqsort()
        .add_rayon(false)
        .put_into(rows);
  }
}
void add_compared(std::vector<Row>& rows, std::size_t n, std::initializer_list<Shape> shapes) {
  auto const less = [](std::uint64_t a, std::uint64_t b) { return a < b; };
  for (Shape const shape : shapes) {
    SortRow<std::uint64_t>("sort " + count(n) + " u64 by a comparison", shape, n, made<std::uint64_t>)
        .add_all(
            false, [=](std::vector<std::uint64_t>& v) { pt::sort(v, less); }, less)
        .add_rayon(false)
        .put_into(rows);
  }
}
template <class T, class Key>
void add_keyed(std::vector<Row>& rows, std::string const& type, bool stable, std::size_t n, Key key,
               std::initializer_list<Shape> shapes) {
  for (Shape const shape : shapes) {
    auto const less = [key](T const& a, T const& b) { return a.*key < b.*key; };
    SortRow<T>((stable ? "stable_sort " : "sort ") + count(n) + " " + type, shape, n, made<T>)
        .add_all(
            stable, [=](std::vector<T>& v) { stable ? pt::stable_sort(v, {}, key) : pt::sort(v, {}, key); }, less)
        .add_rayon(stable)
        .put_into(rows);
  }
}
void add_strings(std::vector<Row>& rows, std::string const& type, bool stable, std::string (*make)(std::uint64_t),
                 std::initializer_list<Shape> shapes) {
  constexpr std::size_t n = 500'000;
  for (Shape const shape : shapes) {
    SortRow<std::string>((stable ? "stable_sort 500 k " : "sort 500 k ") + type, shape, n, make)
        .add_all(
            stable, [=](std::vector<std::string>& v) { stable ? pt::stable_sort(v) : pt::sort(v); }, std::less<>())
        .put_into(rows);
  }
}
void add_cached_key(std::vector<Row>& rows) {
  auto const key = [](double x) { return std::sin(x) + std::cos(x) * std::sqrt(std::abs(x)); };
  auto const less = [key](double a, double b) { return key(a) < key(b); };
  SortRow<double> row("sort 200 k doubles by a key of sines", Shape::random, 200'000, made<double>);
  row.add_all(
      true, [=](std::vector<double>& v) { pt::sort_by_cached_key(v, key); }, less);
#if defined(BENCH_RAYON)
  row.add("Rayon", [](std::vector<double>& v) { rayon_sort_by_cached_key(v.data(), v.size()); });
#endif
  row.put_into(rows);
}

}  // namespace

void add_sorts(std::vector<Row>& rows) {
  using enum Shape;
  auto const all = {random, sorted, reversed, few, organ, nearly, saw};
  add_numbers<std::uint64_t>(rows, "u64", 10'000, {random});
  add_numbers<std::uint64_t>(rows, "u64", 100'000, {random});
  add_numbers<std::uint64_t>(rows, "u64", 1'000'000, all);
  add_numbers<std::uint64_t>(rows, "u64", 10'000'000, {random});
  add_numbers<std::uint32_t>(rows, "u32", 10'000, {random});
  add_numbers<std::uint32_t>(rows, "u32", 1'000'000, {random});
  add_numbers<double>(rows, "doubles", 10'000, {random});
  add_numbers<double>(rows, "doubles", 1'000'000, {random, nearly});
  add_numbers<double>(rows, "doubles", 10'000'000, {random});
  add_compared(rows, 10'000, {random});
  add_compared(rows, 100'000, {random});
  add_compared(rows, 1'000'000, all);
  add_keyed<Pair>(rows, "pairs by u32", false, 1'000'000, &Pair::first, {random, few});
  add_keyed<Pair>(rows, "pairs by u32", true, 10'000, &Pair::first, {random});
  add_keyed<Pair>(rows, "pairs by u32", true, 1'000'000, &Pair::first, all);
  add_keyed<Pair>(rows, "pairs by u32", true, 10'000'000, &Pair::first, {random});
  add_keyed<Record>(rows, "records of 64 bytes", false, 100'000, &Record::key, {random});
  add_keyed<Record>(rows, "records of 64 bytes", false, 1'000'000, &Record::key, {random, sorted});
  add_keyed<Record>(rows, "records of 64 bytes", true, 1'000'000, &Record::key, {random});
  add_strings(rows, "strings of 12 letters", false, word, {random, few});
  add_strings(rows, "addresses of 49 letters", false, address, {random});
  add_strings(rows, "addresses of 49 letters", true, address, {random});
  add_cached_key(rows);
}

}  // namespace suite
