// The examples of the headers' docstrings: docs/cut.sh finds each of them here, where
// its result is asserted.
#include "catch.hpp"

#include <parallel_task/parallel_task.hpp>
#include <parallel_task/state_dump.hpp>
#include <parallel_task/trace_writer.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ranges>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace {

std::vector<int> const v{3, 1, 4, 1, 5};
std::vector<std::string> const words{"to", "be", "or", "not", "to", "be"};
int f(int x) { return x + 1; }

thread_local int log_id = 0;
class LogIdAs {
 public:
  explicit LogIdAs(int id) : before_(std::exchange(log_id, id)) {}
  LogIdAs(LogIdAs const&) = delete;
  LogIdAs& operator=(LogIdAs const&) = delete;
  ~LogIdAs() { log_id = before_; }

 private:
  int before_;
};

struct Picture {
  std::string name;
};

}  // namespace

TEST_CASE("docstrings: where pipelines begin") {
  auto const squares =
      pt::parallel_iter(v).map([](int x) { return x * x; }).collect<std::vector>();
  REQUIRE(squares == std::vector<int>{9, 1, 16, 1, 25});

  std::vector<Picture> pictures{{"one"}, {"two"}};
  auto names = pt::into_parallel_iter(std::move(pictures))
                   .map([](Picture picture) { return std::move(picture.name); })
                   .collect<std::vector>();
  REQUIRE(names == std::vector<std::string>{"one", "two"});

  std::istringstream input("12 30");
  auto const sum = pt::par_bridge(std::views::istream<int>(input)).map(f).sum();
  REQUIRE(sum == 44);

  auto const odd = pt::indices(1, 10, 2).collect<std::vector>();  // 1, 3, 5, 7, 9
  REQUIRE(odd == std::vector<int>{1, 3, 5, 7, 9});

  std::vector<std::size_t> cubes(100);
  pt::parallel_for(cubes.size(), [&](std::size_t i) { cubes[i] = i * i * i; });
  REQUIRE(cubes[99] == 970'299);
}

TEST_CASE("docstrings: stages of one item each") {
  auto const texts = pt::parallel_iter(v)
                         .map([](int x) { return std::to_string(x); })
                         .collect<std::vector>();
  REQUIRE(texts == std::vector<std::string>{"3", "1", "4", "1", "5"});

  auto const by_position = pt::parallel_iter(v)
                               .enumerate()
                               .collect<std::map>();  // {0, 3}, {1, 1}, {2, 4}, ...
  REQUIRE(by_position.at(2) == 4);

  std::vector<int> const w{1, 2, 3, 4};
  auto const times = [](int x, int y) { return x * y; };
  auto const product = pt::parallel_iter(v).zip(w).map(times).sum();  // 3 + 2 + 12 + 4
  REQUIRE(product == 21);

  auto const both = pt::parallel_iter(v)
                        .chain(w)
                        .collect<std::vector>();  // 3, 1, 4, 1, 5, 1, 2, 3, 4
  REQUIRE(both == std::vector<int>{3, 1, 4, 1, 5, 1, 2, 3, 4});

  auto const every_second =
      pt::parallel_iter(v).stride(2).collect<std::vector>();  // 3, 4, 5
  REQUIRE(every_second == std::vector<int>{3, 4, 5});

  auto const spaced = pt::parallel_iter(v)
                          .intersperse(0)
                          .collect<std::vector>();  // 3, 0, 1, 0, 4, 0, 1, 0, 5
  REQUIRE(spaced == std::vector<int>{3, 0, 1, 0, 4, 0, 1, 0, 5});

  auto const buffer = [] { return std::string(); };
  auto const reversed = [](std::string& scratch, std::string const& word) {
    scratch.assign(word.rbegin(), word.rend());
    return scratch == word;
  };
  auto const palindromes =
      pt::parallel_iter(words).map_init(buffer, reversed).count_if(std::identity());
  REQUIRE(palindromes == 0);
}

TEST_CASE("docstrings: stages that leave items out, or make more of them") {
  auto const above_2 = [](int x) { return x > 2; };
  auto const large =
      pt::parallel_iter(v).filter(above_2).collect<std::vector>();  // 3, 4, 5
  REQUIRE(large == std::vector<int>{3, 4, 5});

  auto const half = [](int x) {
    return x % 2 == 0 ? std::optional(x / 2) : std::nullopt;
  };
  auto const halves =
      pt::parallel_iter(v).filter_map(half).collect<std::vector>();  // 2
  REQUIRE(halves == std::vector<int>{2});

  auto const letters = pt::parallel_iter(words)
                           .flat_map([](std::string const& word) { return word; })
                           .count();  // 13
  REQUIRE(letters == 13);

  auto const not_4 = [](int x) { return x != 4; };
  auto const before_4 =
      pt::parallel_iter(v).take_while(not_4).collect<std::vector>();  // 3, 1
  REQUIRE(before_4 == std::vector<int>{3, 1});

  using Counts = std::map<std::string, int>;
  auto const count = [](Counts& counts, std::string const& word) { ++counts[word]; };
  auto const merge = [](Counts left, Counts const& right) {
    for (auto const& [word, n] : right) left[word] += n;
    return left;
  };
  auto const counts =
      pt::parallel_iter(words).fold([] { return Counts(); }, count).reduce(merge);
  REQUIRE(counts->at("be") == 2);
}

TEST_CASE("docstrings: parts, pairs and text") {
  std::vector<int> const w{1, 2, 3};
  std::vector<int> numbers{1, 2, 3, 4, 5};
  pt::chunk(numbers, 2).for_each([](std::span<int> part) {
    std::ranges::reverse(part);
  });  // 2, 1, 4, 3, 5
  REQUIRE(numbers == std::vector<int>{2, 1, 4, 3, 5});
  {
    auto const sums = pt::chunk_exact(v, 2)
                          .map([](auto pair) { return pair[0] + pair[1]; })
                          .collect<std::vector>();
    // 4, 5
    REQUIRE(sums == std::vector<int>{4, 5});
  }
  auto const highest = pt::slide(v, 3)
                           .map([](auto three) { return std::ranges::max(three); })
                           .collect<std::vector>();
  // 4, 4, 5
  REQUIRE(highest == std::vector<int>{4, 4, 5});
  auto const steps =
      pt::adjacent<2>(v).map([](int x, int y) { return y - x; }).collect<std::vector>();
  // -2, 3, -3, 4
  REQUIRE(steps == std::vector<int>{-2, 3, -3, 4});
  auto const ascending = pt::chunk_by(v, std::less<>())
                             .map(std::ranges::size)
                             .collect<std::vector>();  // 1, 2, 2
  REQUIRE(ascending == std::vector<std::size_t>{1, 2, 2});
  {
    auto const parts = pt::split(v, [](int x) { return x == 1; })
                           .map(std::ranges::size)
                           .collect<std::vector>();
    // 1, 1, 1
    REQUIRE(parts == std::vector<std::size_t>{1, 1, 1});
  }
  auto const fields =
      pt::split("to,be,,or", ',').collect<std::vector>();  // "to", "be", "", "or"
  REQUIRE(fields == std::vector<std::string_view>{"to", "be", "", "or"});
  {
    auto const parts = pt::split_after(v, [](int x) { return x == 1; })
                           .map(std::ranges::size)
                           .collect<std::vector>();
    // 2, 2, 1
    REQUIRE(parts == std::vector<std::size_t>{2, 2, 1});
  }
  auto const longest = pt::lines("to be\nor not\n").map(std::ranges::size).max();  // 6
  REQUIRE(longest == 6U);
  {
    auto const count = pt::words("  to be\nor not").count();  // 4
    REQUIRE(count == 4);
  }
  auto const found =
      pt::find_all("to be or not to be", "be").collect<std::vector>();  // 3, 16
  REQUIRE(found == std::vector<std::size_t>{3, 16});

  std::vector<int> transposed(2 * 3);
  std::vector<int> const table{1, 2, 3, 4, 5, 6};  // 2 rows of 3
  pt::indices2(2, 3).for_each([&](int row, int column) {
    transposed[static_cast<std::size_t>(column * 2 + row)] =
        table[static_cast<std::size_t>(row * 3 + column)];
  });  // 1, 4, 2, 5, 3, 6
  REQUIRE(transposed == std::vector<int>{1, 4, 2, 5, 3, 6});
  auto const sums =
      pt::cartesian_product(v, w).map([](int x, int y) { return x + y; }).sum();
  REQUIRE(sums == 3 * 14 + 5 * 6);
  auto const zeros =
      pt::repeat_n(0, 3).chain(v).collect<std::vector>();  // 0, 0, 0, 3, 1, 4, 1, 5
  REQUIRE(zeros.size() == 8);
  auto const all =
      pt::once(0).chain(pt::indices(1, 3)).collect<std::vector>();  // 0, 1, 2
  REQUIRE(all == std::vector<int>{0, 1, 2});
}

TEST_CASE("docstrings: trees, and what grows") {
  struct Folder {
    int files;
    std::vector<Folder> inside;
  };
  Folder const root{1, {{2, {{3, {}}}}, {4, {}}}};
  auto const files = pt::walk_tree_prefix(root, &Folder::inside)
                         .map(&Folder::files)
                         .collect<std::vector>();  // 1, 2, 3, 4
  REQUIRE(files == std::vector<int>{1, 2, 3, 4});
  auto const upwards = pt::walk_tree_postfix(root, &Folder::inside)
                           .map(&Folder::files)
                           .collect<std::vector>();  // 3, 2, 4, 1
  REQUIRE(upwards == std::vector<int>{3, 2, 4, 1});
  auto const all_files =
      pt::walk_tree(root, &Folder::inside).map(&Folder::files).sum();  // 10
  REQUIRE(all_files == 10);
  std::atomic<int> sum = 0;
  pt::for_each_growing(std::vector<int>{10}, [&sum](int x, pt::Feeder<int>& feeder) {
    sum += x;
    if (x > 1) feeder.add(x / 2);
  });  // 10 + 5 + 2 + 1
  REQUIRE(sum == 18);
}

TEST_CASE("docstrings: stages that cut, group and join") {
  std::vector<int> const w{1, 2, 3};
  auto const second = pt::parallel_iter(v).zip(w, v).elements<1>().sum();  // of 1, 2, 3
  REQUIRE(second == 6);
  auto const precise = pt::parallel_iter(v)
                           .cast<double>()
                           .collect<std::vector>();  // 3.0, 1.0, 4.0, 1.0, 5.0
  REQUIRE(precise == std::vector<double>{3, 1, 4, 1, 5});
  auto const both = pt::parallel_iter(v)
                        .interleave(w)
                        .collect<std::vector>();  // 3, 1, 1, 2, 4, 3, 1, 5
  REQUIRE(both == std::vector<int>{3, 1, 1, 2, 4, 3, 1, 5});
  auto const pairs = pt::parallel_iter(v)
                         .map(f)
                         .chunk(2)
                         .collect<std::vector>();  // {4, 2}, {5, 2}, {6}
  REQUIRE(pairs == std::vector<std::vector<int>>{{4, 2}, {5, 2}, {6}});
  auto const by_twos = pt::parallel_iter(v)
                           .fold_chunks(
                               2, [] { return 0; }, std::plus<>())
                           .collect<std::vector>();  // 4, 5, 5
  REQUIRE(by_twos == std::vector<int>{4, 5, 5});
  auto const below_4 = [](int x) {
    return x < 4 ? std::optional(10 * x) : std::nullopt;
  };
  auto const tens =
      pt::parallel_iter(v).map_while(below_4).collect<std::vector>();  // 30, 10
  REQUIRE(tens == std::vector<int>{30, 10});
  auto const not_4 = [](int x) { return x != 4; };
  auto const from_4 =
      pt::parallel_iter(v).drop_while(not_4).collect<std::vector>();  // 4, 1, 5
  REQUIRE(from_4 == std::vector<int>{4, 1, 5});
  auto const balances = pt::parallel_iter(v)
                            .inclusive_scan(std::plus())
                            .collect<std::vector>();  // 3, 4, 8, 9, 14
  REQUIRE(balances == std::vector<int>{3, 4, 8, 9, 14});
  auto const begins = pt::parallel_iter(words)
                          .map(&std::string::size)
                          .exclusive_scan(std::size_t{0}, std::plus())
                          .collect<std::vector>();  // 0, 2, 4, 6, 9, 11
  REQUIRE(begins == std::vector<std::size_t>{0, 2, 4, 6, 9, 11});
  auto const three = pt::parallel_iter(v)
                         .filter([](int x) { return x > 0; })
                         .take_any(3)
                         .count();  // 3
  REQUIRE(three == 3);
  auto const ones = pt::parallel_iter(v)
                        .positions([](int x) { return x == 1; })
                        .collect<std::vector>();  // 1, 3
  REQUIRE(ones == std::vector<std::size_t>{1, 3});
  auto const sum_by_hundreds = pt::parallel_iter(v).map(f).min_len(100).sum();
  REQUIRE(sum_by_hundreds == 19);
  {
    auto const scratch = pt::per_thread([] { return std::string(); });
    auto const lengths = pt::parallel_iter(words)
                             .map_init(scratch,
                                       [](std::string& s, std::string const& word) {
                                         return s.assign(word).size();
                                       })
                             .sum();  // 13
    REQUIRE(lengths == 13);
  }
  auto const scratch = [] { return std::string(); };
  pt::parallel_iter(words).for_each_init(
      scratch, [](std::string& s, std::string const& word) { s = word; });
  auto const fits = [](std::string& s, std::string const& word) {
    return s.assign(word).size() < 3;
  };
  bool const all_fit =
      pt::parallel_iter(words).try_for_each_init([] { return std::string(); },
                                                 fits);  // false
  REQUIRE(!all_fit);
}

TEST_CASE("docstrings: settings") {
  auto const sum = pt::parallel_iter(v).map(f).threads(2).sum();
  REQUIRE(sum == 19);

  std::ostringstream log;
  pt::RunReport report;
  pt::parallel_iter(v).map(f).report(report).for_each([](int) {});
  log << report;  // a small table
  REQUIRE(log.str().find("cores used") != std::string::npos);

  auto const tell = [&](pt::Progress const& p) { log << p.done << " done\n"; };
  auto const all =
      pt::parallel_iter(v).map(f).progress(tell, std::chrono::seconds(1)).sum();
  REQUIRE(all == 19);
  REQUIRE(log.str().ends_with("5 done\n"));

  try {
    pt::parallel_iter(v).deadline(std::chrono::seconds(10)).for_each(f);
  } catch (pt::cancelled const& stopped) {
    log << stopped.what();
  }
  REQUIRE(log.str().ends_with("5 done\n"));

  LogIdAs const seven(7);
  auto const capture = [] { return log_id; };
  auto const enter = [](int id) { return LogIdAs(id); };
  auto const ids = pt::parallel_iter(v)
                       .with_context(capture, enter)
                       .map([](int) { return log_id; })
                       .distinct();
  REQUIRE(ids == std::vector<int>{7});

  auto const same = pt::parallel_iter(v).steal_from(pt::RateOfChange{}).sum();
  REQUIRE(same == 14);
}

TEST_CASE("docstrings: a trace, the pool") {
  std::vector<int> jobs(1'000);
  auto const work = [](int& job) { ++job; };
  std::ostringstream picture;
  pt::Trace trace;
  pt::parallel_iter(jobs).trace(trace).for_each(work);
  trace.write_svg(picture);
  REQUIRE(picture.str().starts_with("<svg"));

  {
    pt::thread_limit const two(2);
    pt::parallel_iter(jobs).for_each(work);  // at most two threads, whatever work calls
  }
  REQUIRE(jobs == std::vector<int>(1'000, 2));

  pt::Options options;
  options.threads = 2;
  pt::set_options(options);
  REQUIRE(pt::max_threads() <= 2);
  pt::set_options(pt::Options());

  if (std::FILE* const out = std::tmpfile(); out != nullptr) {
    pt::dump_state(out);
    REQUIRE(std::ftell(out) > 0);
    std::fclose(out);
  }
}

TEST_CASE("docstrings: terminals that call") {
  std::vector<int> w{1, 2, 3};
  pt::parallel_iter(w).for_each([](int& x) { x *= 2; });  // w: 2, 4, 6
  REQUIRE(w == std::vector<int>{2, 4, 6});

  std::ostringstream out;
  pt::parallel_iter(v).map(f).for_each_ordered([&](int x) {
    out << x << ' ';
  });  // writes 4 2 5 2 6
  REQUIRE(out.str() == "4 2 5 2 6 ");

  bool const all_small =
      pt::parallel_iter(v).try_for_each([](int x) { return x < 4; });  // false
  REQUIRE(!all_small);
}

TEST_CASE("docstrings: terminals that collect") {
  auto const set = pt::parallel_iter(v).collect<std::set<int>>();  // 1, 3, 4, 5
  REQUIRE(set == std::set<int>{1, 3, 4, 5});
  auto const results =
      pt::parallel_iter(v)
          .map(f)
          .collect<std::vector>();  // a std::vector<int>: 4, 2, 5, 2, 6
  REQUIRE(results == std::vector<int>{4, 2, 5, 2, 6});

  std::vector<int> reused;
  for (int step = 0; step != 3; ++step)
    pt::parallel_iter(v).map(f).collect_into(reused);
  REQUIRE(reused == results);
  pt::parallel_iter(v).append_to(reused);  // reused: 4, 2, 5, 2, 6, 3, 1, 4, 1, 5
  REQUIRE(reused == std::vector<int>{4, 2, 5, 2, 6, 3, 1, 4, 1, 5});

  auto const [ones, others] =
      pt::parallel_iter(v).partition([](int x) { return x == 1; });  // 1, 1; 3, 4, 5
  REQUIRE(ones == std::vector<int>{1, 1});
  REQUIRE(others == std::vector<int>{3, 4, 5});

  pt::buffer<int> const kept = pt::parallel_iter(v).map(f).collect<pt::buffer>();
  REQUIRE(kept.size() == 5);
}

TEST_CASE("docstrings: terminals that give one value") {
  auto const joined = [](std::string left, std::string const& right) {
    return std::move(left) + right;
  };
  std::string const sentence =
      pt::parallel_iter(words).reduce(std::string(">"), joined);  // ">tobeornottobe"
  REQUIRE(sentence == ">tobeornottobe");
  std::optional<std::string> const same =
      pt::parallel_iter(words).reduce(joined);  // "tobeornottobe"
  REQUIRE(same == "tobeornottobe");

  std::int64_t const sum = pt::parallel_iter(v).sum();  // 14
  REQUIRE(sum == 14);
  std::optional<double> const mean = pt::parallel_iter(v).mean();  // 2.8
  REQUIRE(mean == 2.8);
  std::size_t const ones =
      pt::parallel_iter(v).count_if([](int x) { return x == 1; });  // 2
  REQUIRE(ones == 2);
  std::optional<int> const largest = pt::parallel_iter(v).max();  // 5
  REQUIRE(largest == 5);
  auto const longest = pt::parallel_iter(words).max_by_key([](auto const& w) {
    return w.size();
  });  // "not"
  REQUIRE(longest == "not");
}

TEST_CASE("docstrings: terminals that search") {
  bool const negative = pt::parallel_iter(v).any([](int x) { return x < 0; });  // false
  REQUIRE(!negative);
  bool const has_four = pt::parallel_iter(v).contains(4);  // true
  REQUIRE(has_four);
  std::optional<int> const first =
      pt::parallel_iter(v).find_first([](int x) { return x > 3; });  // 4
  REQUIRE(first == 4);
  std::optional<std::size_t> const where =
      pt::parallel_iter(v).position_first([](int x) { return x > 3; });  // 2
  REQUIRE(where == 2);
}

TEST_CASE("docstrings: the engine") {
  pt::LimitedAccessQueue queue;
  pt::SecondaryAccessor worker = queue.secondary();
  pt::PrimaryAccessor controller = queue.primary();
  worker.push({0, 100});
  pt::QueueBlock mine = worker.pop(8);              // [0, 8)
  pt::QueueBlock stolen = controller.steal_half();  // [54, 100)
  REQUIRE((mine == pt::QueueBlock{0, 8} && stolen == pt::QueueBlock{54, 100}));
}

TEST_CASE("docstrings: a controller on its own") {
  std::size_t const n = 1'000;
  std::vector<int> const in(n, 2);
  std::vector<int> out(n);
  pt::WorkerController controller;
  controller.set_max_threads(4);
  controller.set_priority_strategy(pt::RateOfChange{});
  controller.for_each_position(n, [&](std::size_t i) { out[i] = f(in[i]); });
  REQUIRE(out == std::vector<int>(n, 3));
}

TEST_CASE("docstrings: pipes") {
  auto const odd_squares = pt::filter([](int x) { return x % 2 == 1; }) |
                           pt::map([](int x) { return x * x; });
  auto const sum = v | pt::parallel_iter | odd_squares | pt::sum();  // 9 + 1 + 1 + 25
  REQUIRE(sum == 36);
  std::vector<int> w{1, 2, 3};
  pt::for_each(w, [](int& x) { x += 1; });  // w: 2, 3, 4
  REQUIRE(w == std::vector<int>{2, 3, 4});
}

TEST_CASE("docstrings: others of their kind") {
  auto const total = pt::parallel_iter(v).max_len(1).sum();  // 14
  REQUIRE(total == 14);
  auto const a_third = [](int x) {
    return x % 3 == 0 ? std::optional(x / 3) : std::nullopt;
  };
  auto const some_third = pt::parallel_iter(v).find_map_any(a_third);  // 1
  REQUIRE(some_third == 1);
  auto const last_third = pt::parallel_iter(v).find_map_last(a_third);  // 1
  REQUIRE(last_third == 1);
  std::optional<std::size_t> const last_small =
      pt::parallel_iter(v).position_last([](int x) { return x < 4; });  // 3
  REQUIRE(last_small == 3U);
  auto const some_large =
      pt::parallel_iter(v).position_any([](int x) { return x > 3; });  // 2, or 4
  bool const is_large = some_large == 2U || some_large == 4U;
  REQUIRE(is_large);
  auto const [at, items] =
      pt::parallel_iter(v).enumerate().unzip();  // 0, 1, 2, 3, 4; v
  REQUIRE(at[4] == 4);
  REQUIRE(items == v);
  std::vector<int> const least_2 = pt::parallel_iter(v).smallest(2);  // 1, 1
  REQUIRE(least_2 == std::vector<int>{1, 1});
  bool const small_first =
      pt::parallel_iter(v).is_partitioned([](int x) { return x < 4; });  // false: 4, 1
  REQUIRE(!small_first);
  std::optional<int> const begin = pt::parallel_iter(v).first();  // 3
  REQUIRE(begin == 3);
  auto const pieces = pt::parallel_iter(v).collect_segments();
  std::vector<int> joined;
  for (auto const& piece : pieces)
    joined.insert(joined.end(), piece.begin(), piece.end());
  REQUIRE(joined == v);
  auto const volume =
      pt::indices3(2, 3, 4).map([](int x, int y, int z) { return x * y * z; }).sum();
  REQUIRE(volume == 18);
}

TEST_CASE("docstrings: one item") {
  std::vector<int> const w{1, 2, 3, 4};
  std::optional<int> const late =
      pt::parallel_iter(v).find_last([](int x) { return x < 4; });  // 1
  REQUIRE(late == 1);
  auto const a_third = [](int x) {
    return x % 3 == 0 ? std::optional(x / 3) : std::nullopt;
  };
  auto const third = pt::parallel_iter(v).find_map_first(a_third);  // 1, which is 3 / 3
  REQUIRE(third == 1);
  std::optional<std::string> const end = pt::parallel_iter(words).last();  // "be"
  REQUIRE(end == "be");
  std::optional<int> const third_item = pt::parallel_iter(v).nth(2);  // 4
  REQUIRE(third_item == 4);
  bool const sorted = pt::parallel_iter(v).is_sorted();  // false
  REQUIRE(!sorted);
  bool const same_items = pt::parallel_iter(v).equal(w);  // false
  REQUIRE(!same_items);
  auto const both_odd = [](int x, int y) { return x % 2 == y % 2; };
  bool const alike =
      pt::parallel_iter(v).take(2).equal(std::vector{7, 5}, both_odd);  // true
  REQUIRE(alike);
  bool const smaller = pt::parallel_iter(v).compare(w) < 0;  // false
  REQUIRE(!smaller);
  auto const by_size = [](auto const& a, auto const& b) { return a.size() < b.size(); };
  std::vector<std::string> const two{"aa", "abc"};
  bool const shorter = pt::parallel_iter(words).compare(two, by_size) < 0;  // true
  REQUIRE(shorter);
}

TEST_CASE("docstrings: what may fail") {
  auto const add_small = [](int total, int x) {
    return x < 9 ? std::optional(total + x) : std::nullopt;
  };
  auto const plus = [](int a, int b) { return std::optional(a + b); };
  auto const small_sum = pt::parallel_iter(v)
                             .try_fold([] { return 0; }, add_small)
                             .try_reduce(0, plus);  // 14
  REQUIRE(small_sum == 14);
  auto const checked = [](int a, int b) {
    return a + b < 100 ? std::optional(a + b) : std::nullopt;
  };
  auto const maybe = [](int x) { return x < 5 ? std::optional(x) : std::nullopt; };
  auto const no_sum =
      pt::parallel_iter(v).map(maybe).try_reduce(0,
                                                 checked);  // empty, since 5 gave none
  REQUIRE(!no_sum);
  auto const sum_or_none = pt::parallel_iter(v).map(maybe).try_reduce(checked);
  bool const failed =
      sum_or_none && !*sum_or_none;  // true: there are items, and 5 gave none
  REQUIRE(failed);
  auto const all_of_them =
      pt::parallel_iter(v).map(maybe).try_collect<std::set<int>>();  // empty
  REQUIRE(!all_of_them);
}

TEST_CASE("docstrings: several parts in one, one in several") {
  auto const add_length = [](std::size_t& total, std::string const& word) {
    total += word.size();
  };
  std::size_t const length =
      pt::parallel_iter(words).aggregate([] { return std::size_t{0}; }, add_length,
                                         std::plus<>());  // 13
  REQUIRE(length == 13);
  std::string const listed = pt::parallel_iter(words).join_with(", ");  // "to, be, ..."
  REQUIRE(listed == "to, be, or, not, to, be");
  using Either = std::variant<int, std::string>;
  auto const split = [](int x) {
    return x < 4 ? Either(x) : Either(std::to_string(x));
  };
  auto const [numbers, texts] =
      pt::parallel_iter(v).partition_map(split);  // 3, 1, 1; "4", "5"
  REQUIRE(numbers == std::vector<int>{3, 1, 1});
  REQUIRE(texts == std::vector<std::string>{"4", "5"});
  std::vector<std::size_t> places;
  std::set<int> values;
  pt::parallel_iter(v).enumerate().unzip_into(places, values);
  REQUIRE(places == std::vector<std::size_t>{0, 1, 2, 3, 4});
  REQUIRE(values == std::set<int>{1, 3, 4, 5});
}

TEST_CASE("docstrings: groups") {
  std::ostringstream log;
  auto const counts =
      pt::parallel_iter(words).count_by([](auto const& word) { return word; });
  for (auto const& [word, n] : counts) log << word << ' ' << n << '\n';
  auto const sorted_counts = counts.to<std::map>();
  REQUIRE(log.str() == "to 2\nbe 2\nor 1\nnot 1\n");
  REQUIRE(sorted_counts.begin()->first == "be");
  auto const by_size = pt::parallel_iter(words).group_by(&std::string::size);
  std::vector<std::string> const of_two = by_size.at(2);  // to, be, or, to, be
  REQUIRE(of_two.size() == 5);
  auto const ones_and_others =
      pt::parallel_iter(v).count_by([](int x) { return x == 1; });
  std::size_t const how_many = ones_and_others.at(true);  // 2
  REQUIRE(how_many == 2);
  auto const letter = [](std::string const& word) { return word[0]; };
  auto const letters =
      pt::parallel_iter(words).to_map(letter, &std::string::size, std::plus<>());
  std::size_t const of_t = letters.at('t');  // 4: to, to
  REQUIRE(of_t == 4);
  std::vector<int> const different = pt::parallel_iter(v).distinct();  // 3, 1, 4, 5
  REQUIRE(different == std::vector<int>{3, 1, 4, 5});
  std::vector<std::size_t> const tally = pt::parallel_iter(v).histogram(6);
  REQUIRE(tally == std::vector<std::size_t>{0, 2, 0, 1, 1, 1});
  std::vector<int> const top_2 = pt::parallel_iter(v).largest(2);  // 5, 4
  REQUIRE(top_2 == std::vector<int>{5, 4});
  std::vector<int> const best_2 = pt::parallel_iter(v).top_k(2);  // 5, 4
  REQUIRE(best_2 == top_2);
  auto const length_of = [](std::string const& word) {
    return std::pair(word.size(), word);
  };
  auto const append_word = [](std::string a, std::string const& b) {
    return std::move(a) + ' ' + b;
  };
  auto const by_length =
      pt::parallel_iter(words).map(length_of).collect<std::map>(append_word);
  REQUIRE(by_length.at(2) == "to be or to be");
  double const same_bits =
      pt::parallel_iter(v).map([](int x) { return 1.0 / x; }).deterministic().sum();
  REQUIRE(same_bits > 2.78);
}
