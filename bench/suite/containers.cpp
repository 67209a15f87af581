// Containers without random access, text, and sources of a single pass.
#include "peers.hpp"

#include <cctype>
#include <list>
#include <map>
#include <mutex>
#include <ranges>
#include <string_view>
#include <unordered_map>

#if defined(BENCH_RAYON)
extern "C" {
void* rayon_containers(std::size_t n, std::size_t words);
void rayon_free_containers(void* containers);
void rayon_hash_map(void* containers, std::size_t steps);
void rayon_map(void* containers, std::size_t steps);
void rayon_list(void* containers, std::size_t steps);
double rayon_upper_case(void* containers);
double rayon_word_count(char const* text, std::size_t const* ends, std::size_t lines);
double rayon_bridge(std::size_t n, std::size_t steps);
}
#endif

namespace suite {

namespace {

namespace pt = parallel_task;

constexpr std::size_t n = 1'000'000;
constexpr std::size_t steps = 20;

[[maybe_unused]] void* rust = nullptr;  // the same containers, of Rust's standard library

void make_rust([[maybe_unused]] std::size_t items, [[maybe_unused]] std::size_t words) {
#if defined(BENCH_RAYON)
  rust = rayon_containers(items, words);
#endif
}
void drop_rust() {
#if defined(BENCH_RAYON)
  rayon_free_containers(rust);
  rust = nullptr;
#endif
}

/// Peers whose loops want positions write the elements' addresses down first, as their users do; that is timed.
template <class Container, class Touch>
void add_walks(Row& row, Container& container, Touch touch) {
  for_each_peer(true, [&](auto peer) {
    using Peer = decltype(peer);
    row.contenders.push_back({Peer::name, once([&container, touch] {
                                std::vector<typename Container::value_type*> all;
                                all.reserve(container.size());
                                for (auto& element : container) all.push_back(&element);
                                Peer::loop(all.size(), [&](std::size_t i) { touch(*all[i]); });
                                return 0.0;
                              })});
  });
  row.contenders[0].run = once([&container, touch] {
    for (auto& element : container) touch(element);
    return 0.0;
  });
#if defined(BENCH_STD)
  for (auto& contender : row.contenders) {
    if (contender.peer == StdPar::name) {
      contender.run = once([&container, touch] {
        std::for_each(StdPar::policy, container.begin(), container.end(), touch);
        return 0.0;
      });
    }
  }
#endif
  row.contenders[1].run = once([&container, touch] {
    pt::parallel_iter(container).for_each([touch](auto& element) { touch(element); });
    return 0.0;
  });
}

/// `on_rayon`: the same walk over the map of Rust's standard library that is like it.
template <class Map>
Row map_of(std::string name, [[maybe_unused]] void (*on_rayon)(void*, std::size_t)) {
  static Map map;
  Row row{.name = std::move(name), .unit = "run", .weighs = true};
  row.prepare = [] {
    for (std::size_t i = 0; i != n; ++i) map.emplace_hint(map.end(), i, static_cast<double>(i));
    make_rust(n, 0);
  };
  row.release = [] {
    map = {};
    drop_rust();
  };
  add_walks(row, map, [](auto& element) { element.second += work(steps); });
#if defined(BENCH_RAYON)
  row.contenders.back().run = once([on_rayon] { return on_rayon(rust, steps), 0.0; });
#endif
  return row;
}

#if defined(BENCH_RAYON)
constexpr auto on_rust_hash_map = &rayon_hash_map;
constexpr auto on_rust_map = &rayon_map;
#else
constexpr void (*on_rust_hash_map)(void*, std::size_t) = nullptr;
constexpr void (*on_rust_map)(void*, std::size_t) = nullptr;
#endif

Row list() {
  static std::list<double> numbers;
  Row row{.name = "std::list of 1 M, 20 steps each", .unit = "run"};
  row.prepare = [] {
    for (std::size_t i = 0; i != n; ++i) numbers.push_back(static_cast<double>(i));
    make_rust(n, 0);
  };
  row.release = [] {
    numbers = {};
    drop_rust();
  };
  add_walks(row, numbers, [](double& element) { element += work(steps); });
#if defined(BENCH_RAYON)
  row.contenders.back().run = once([] { return rayon_list(rust, steps), 0.0; });
#endif
  return row;
}

// Every C++ contender's vectors are of 16 letters here, as those of Rust's library are (see CMakeLists.txt).
constexpr auto upper = [](std::string const& word) {
  std::string result = word;
  for (char& c : result) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return result;
};

Row upper_case() {
  static std::vector<std::string> words;
  Row row{.name = "500 000 strings to upper case", .unit = "run", .weighs = true};
  row.prepare = [] {
    for (std::size_t i = 0; i != n / 2; ++i) words.push_back("the quick brown fox " + std::to_string(i));
    make_rust(0, n / 2);
  };
  row.release = [] {
    words = {};
    drop_rust();
  };
  for_each_peer(true, [&](auto peer) {
    using Peer = decltype(peer);
    row.contenders.push_back({Peer::name, once([] {
                                std::vector<std::string> result(words.size());
                                Peer::loop(words.size(), [&](std::size_t i) { result[i] = upper(words[i]); });
                                return result.size();
                              })});
  });
  row.contenders[1].run = once([] { return pt::parallel_iter(words).map(upper).collect<std::vector>().size(); });
#if defined(BENCH_RAYON)
  row.contenders.back().run = once([] { return rayon_upper_case(rust); });
#endif
  return row;
}

using Counts = std::unordered_map<std::string_view, std::size_t>;

std::string text;
std::vector<std::size_t> ends;  // of lines

void make_text() {
  char const* const words[] = {"parallel", "task",  "queue", "worker", "steal", "half",  "of",    "the",  "heaviest",
                               "and",      "order", "is",    "kept",   "by",    "first", "place", "that", "is"};
  Random random(3);
  while (text.size() < 8'000'000) {
    for (int i = 0; i != 12; ++i) {
      text += words[random() % std::size(words)];
      if (random() % 8 == 0) text += static_cast<char>('a' + random() % 26);
      text += ' ';
    }
    text += '\n';
    ends.push_back(text.size());
  }
}

std::string_view line(std::size_t i) {
  std::size_t const begin = i == 0 ? 0 : ends[i - 1];
  return std::string_view(text).substr(begin, ends[i] - begin);
}

void count_words(Counts& counts, std::string_view in) {
  auto const letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  for (std::size_t at = 0; at != in.size();) {
    std::size_t end = at;
    while (end != in.size() && letter(in[end])) ++end;
    if (end != at) ++counts[in.substr(at, end - at)];
    at = end == in.size() ? end : end + 1;
  }
}

void merge(Counts& into, Counts const& from) {
  for (auto const& [word, count] : from) into[word] += count;
}

Row word_count() {
  Row row{.name = "word count of 8 MB", .unit = "run", .weighs = true, .prepare = make_text};
  row.release = [] {
    text = {};
    ends = {};
  };
  row.contenders.push_back({PlainLoop::name, once([] {
                              Counts counts;
                              for (std::size_t i = 0; i != ends.size(); ++i) count_words(counts, line(i));
                              return counts.size();
                            })});
#if defined(BENCH_TBB)
  auto const tbb_counts = [](auto partitioner) {
    return tbb::parallel_reduce(
               tbb::blocked_range<std::size_t>(0, ends.size()), Counts{},
               [](tbb::blocked_range<std::size_t> const& part, Counts counts) {
                 for (std::size_t i = part.begin(); i != part.end(); ++i) count_words(counts, line(i));
                 return counts;
               },
               [](Counts x, Counts const& y) {
                 merge(x, y);
                 return x;
               },
               partitioner)
        .size();
  };
  row.contenders.push_back({TbbAuto::name, once([tbb_counts] { return tbb_counts(tbb::auto_partitioner{}); })});
  row.contenders.push_back({TbbStatic::name, once([tbb_counts] { return tbb_counts(tbb::static_partitioner{}); })});
#endif
#if defined(BENCH_OPENMP)
  row.contenders.push_back({OmpStatic::name, once([] {
                              Counts counts;
#pragma omp parallel
                              {
                                Counts mine;
#pragma omp for schedule(static) nowait
                                for (std::size_t i = 0; i < ends.size(); ++i) count_words(mine, line(i));
#pragma omp critical
                                merge(counts, mine);
                              }
                              return counts.size();
                            })});
#endif
  add_ours(row, [] {
    return pt::indices(ends.size())
        .fold([] { return Counts(); }, [](Counts& counts, std::size_t i) { count_words(counts, line(i)); })
        .reduce([](Counts x, Counts const& y) {
          merge(x, y);
          return x;
        })
        ->size();
  });
#if defined(BENCH_RAYON)
  row.contenders.push_back({Rayon::name, once([] { return rayon_word_count(text.data(), ends.data(), ends.size()); })});
#endif
  return row;
}

/// A generator is drawn from by one thread at a time; C++ peers have oneTBB's pipeline or a lock around it.
Row bridge() {
  static constexpr std::size_t items = 200'000;
  static constexpr std::size_t each = 500;
  Row row{.name = "par_bridge: a generator of 200 000, 500 steps each", .unit = "run", .weighs = true};
  auto const generator = [] {
    return std::views::iota(std::size_t{0}, items) |
           std::views::transform([](std::size_t i) { return static_cast<double>(i); });
  };
  row.contenders.push_back({PlainLoop::name, once([generator] {
                              double sum = 0;
                              for (double x : generator()) sum += x + work(each);
                              return sum;
                            })});
  row.contenders.push_back({Ours::name, once([generator] {
                              return pt::par_bridge(generator()).map([](double x) { return x + work(each); }).sum();
                            })});
#if defined(BENCH_OPENMP)
  row.contenders.push_back({"OpenMP, a lock", once([generator] {
                              auto numbers = generator();
                              auto at = numbers.begin();
                              double sum = 0;
#pragma omp parallel reduction(+ : sum)
                              for (;;) {
                                double x = 0;
                                bool more = false;
#pragma omp critical(draw)
                                if (at != numbers.end()) {
                                  x = *at;
                                  ++at;
                                  more = true;
                                }
                                if (!more) break;
                                sum += x + work(each);
                              }
                              return sum;
                            })});
#endif
#if defined(BENCH_RAYON)
  row.contenders.push_back({Rayon::name, once([] { return rayon_bridge(items, each); })});
#endif
  return row;
}

}  // namespace

void add_containers(std::vector<Row>& rows) {
  rows.push_back(map_of<std::unordered_map<std::uint64_t, double>>("hash map of 1 M, 20 steps each", on_rust_hash_map));
  rows.push_back(map_of<std::map<std::uint64_t, double>>("std::map of 1 M, 20 steps each", on_rust_map));
  rows.push_back(list());
  rows.push_back(upper_case());
  rows.push_back(word_count());
  rows.push_back(bridge());
}

}  // namespace suite
