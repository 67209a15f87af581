// The code of docs/tutorial.md, index.md, performance.md and scheduler.md. The text
// between `// cut:` and `// end` is shown there (docs/cut.sh); the assertions around
// it check what the page says of it.
#include "catch.hpp"

#include <parallel_task/parallel_task.hpp>
#include <parallel_task/trace_writer.hpp>

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <ranges>
#include <set>
#include <span>
#include <sstream>
#include <stdexcept>
#if __has_include(<stop_token>)
#include <stop_token>
#endif
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "first_program.hpp"

namespace {

std::vector<double> some_numbers() {
  std::vector<double> numbers(1'000);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    numbers[i] = static_cast<double>(i % 7) - 3.0;
  return numbers;
}

struct Job {
  int id = 0;
  [[nodiscard]] int operator()() const { return 3 * id; }
};

}  // namespace

TEST_CASE("docs: the first program counts the primes") {
  std::ostringstream printed;
  auto* const before = std::cout.rdbuf(printed.rdbuf());
  int const status = first_program();
  std::cout.rdbuf(before);
  REQUIRE(status == 0);
  REQUIRE(printed.str().starts_with("78498 primes\n1.00 M items in "));
}

TEST_CASE("docs: the pipeline on the front page gives the loop's result") {
  auto const numbers = some_numbers();
  // cut: front_loop
  std::vector<double> loop;
  for (double x : numbers) {
    if (x > 0) loop.push_back(std::sqrt(x));
  }
  // end
  // cut: front_pipeline
  auto const roots = pt::parallel_iter(numbers)
                         .filter([](double x) { return x > 0; })
                         .map([](double x) { return std::sqrt(x); })
                         .collect<std::vector>();
  // end
  REQUIRE(roots == loop);
}

TEST_CASE("docs: a loop over indices") {
  std::vector<double> const numbers = some_numbers();
  // cut: parallel_for
  std::vector<double> squares(numbers.size());
  pt::parallel_for(numbers.size(),
                   [&](std::size_t i) { squares[i] = numbers[i] * numbers[i]; });
  // end
  REQUIRE(squares[5] == numbers[5] * numbers[5]);

  std::vector<double> copy = numbers;
  // cut: for_each_item
  pt::for_each(copy, [](double& x) { x *= 2; });
  // end
  REQUIRE(copy[4] == 2 * numbers[4]);
}

TEST_CASE("docs: stages and terminals") {
  std::vector<double> const numbers = some_numbers();
  // cut: stages
  std::vector<double> const magnitudes = pt::parallel_iter(numbers)
                                             .map([](double x) { return std::abs(x); })
                                             .filter([](double x) { return x >= 1; })
                                             .collect<std::vector>();
  // end
  REQUIRE(magnitudes.size() == numbers.size() - (numbers.size() + 3) / 7);

  // cut: zip
  std::vector<double> const weights(numbers.size(), 0.5);
  double const weighted = pt::parallel_iter(numbers)
                              .zip(weights)
                              .map([](double x, double w) { return x * w; })
                              .sum();
  // end
  double const all = std::accumulate(numbers.begin(), numbers.end(), 0.0);
  REQUIRE(std::abs(weighted - all / 2) < 1e-9);

  // cut: containers
  auto const as_set = pt::parallel_iter(numbers).collect<std::set>();
  auto const by_position = pt::parallel_iter(numbers).enumerate().collect<std::map>();
  std::vector<double> reused;
  pt::parallel_iter(numbers).collect_into(reused);  // keeps the capacity of `reused`
  pt::parallel_iter(numbers).append_to(reused);
  // end
  REQUIRE(as_set.size() == 7);
  REQUIRE(by_position.at(3) == numbers[3]);
  REQUIRE(reused.size() == 2 * numbers.size());
}

TEST_CASE("docs: ranges are borrowed, or consumed") {
  std::vector<Job> jobs(100);
  for (int i = 0; i < 100; ++i) jobs[static_cast<std::size_t>(i)].id = i;
  // cut: borrow_or_consume
  std::vector<int> const results = pt::parallel_iter(jobs)
                                       .map([](Job const& job) { return job(); })
                                       .collect<std::vector>();

  std::vector<Job> const odd =
      pt::into_parallel_iter(std::move(jobs))
          .filter([](Job const& job) { return job.id % 2 == 1; })
          .collect<std::vector>();
  // end
  REQUIRE(results[33] == 99);
  REQUIRE(odd.size() == 50);

  std::unordered_map<std::string, double> accounts{
      {"me", 100.0}, {"you", 200.0}, {"the bank", 1e9}};
  // cut: hash_map
  pt::parallel_iter(accounts).for_each([](std::string const& owner, double& balance) {
    if (owner != "the bank") balance *= 1.01;
  });
  // end
  REQUIRE(accounts.at("me") == 101.0);
  REQUIRE(accounts.at("the bank") == 1e9);

  std::vector<int> const numbers{1, 2, 3, 4, 5, 6};
  // cut: view
  auto const odd_ones = std::views::filter([](int i) { return i % 2 == 1; });
  auto const sum_of_odd = pt::parallel_iter(numbers | odd_ones).sum();
  // end
  REQUIRE(sum_of_odd == 9);
}

TEST_CASE("docs: reductions") {
  std::vector<double> const temperatures{21.5, 19.0, 23.25, 18.5};
  std::vector<std::string> const words{"to", "be", "or", "not", "to", "be"};
  // cut: reductions
  double const total = pt::parallel_iter(temperatures).sum();
  std::optional<double> const mean = pt::parallel_iter(temperatures).mean();
  std::optional<double> const hottest = pt::parallel_iter(temperatures).max();
  std::size_t const warm =
      pt::parallel_iter(temperatures).count_if([](double t) { return t > 20; });
  bool const frost =
      pt::parallel_iter(temperatures).any([](double t) { return t < 0; });
  // end
  REQUIRE(total == 82.25);
  REQUIRE(mean == 82.25 / 4);
  REQUIRE(hottest == 23.25);
  REQUIRE(warm == 2);
  REQUIRE(!frost);

  // cut: reduce
  auto const joined = [](std::string left, std::string const& right) {
    return std::move(left) + right;
  };
  std::string const sentence = pt::parallel_iter(words).reduce(std::string(), joined);
  // end
  REQUIRE(sentence == "tobeornottobe");

  // cut: find
  std::optional<long> const first =
      pt::indices(2L, 1'000'000L).find_first([](long i) { return i * i > 5'000; });
  // end
  REQUIRE(first == 71);
}

TEST_CASE("docs: state for each segment") {
  std::vector<std::string> const lines(200, "a line of text");
  // cut: map_init
  auto const buffer = [] { return std::vector<char>(4096); };
  auto const letters = [](std::vector<char>& scratch, std::string const& line) {
    scratch.assign(line.begin(), line.end());
    std::erase(scratch, ' ');
    return scratch.size();
  };
  std::size_t const all = pt::parallel_iter(lines).map_init(buffer, letters).sum();
  // end
  REQUIRE(all == 200 * 11);

  // cut: fold
  using Counts = std::map<char, int>;
  auto const count = [](Counts& counts, std::string const& line) {
    for (char c : line) ++counts[c];
  };
  auto const add = [](Counts left, Counts const& right) {
    for (auto const& [c, n] : right) left[c] += n;
    return left;
  };
  auto const occurrences = pt::parallel_iter(lines)
                               .fold([] { return Counts(); }, count)
                               .reduce(Counts(), add);
  // end
  REQUIRE(occurrences.at('e') == 400);
}

TEST_CASE("docs: streams") {
  std::istringstream input("one two three four");
  std::ostringstream output;
  auto const translate = [](std::string const& word) { return "<" + word + ">"; };
  // cut: stream
  pt::par_bridge(std::views::istream<std::string>(input))
      .map(translate)
      .for_each_ordered([&](std::string const& word) { output << word << '\n'; }, 100);
  // end
  REQUIRE(output.str() == "<one>\n<two>\n<three>\n<four>\n");

  // cut: next
  struct Countdown {
    int left;
    std::optional<int> next() {
      return left == 0 ? std::nullopt : std::optional(left--);
    }
  };
  auto const numbers = pt::par_bridge(Countdown{3}).collect<std::vector>();  // 3, 2, 1
  // end
  REQUIRE(numbers == std::vector<int>{3, 2, 1});
}

TEST_CASE("docs: a stream of pointers") {
  struct Shape {
    virtual ~Shape() = default;
    virtual double area() const = 0;
  };
  struct Square : Shape {
    double side;
    explicit Square(double a) : side(a) {}
    double area() const override { return side * side; }
  };
  // cut: next_pointer
  struct Shapes {
    int left;
    std::unique_ptr<Shape> next() {
      if (left == 0) return nullptr;
      return std::make_unique<Square>(left--);
    }
  };
  auto const area = pt::par_bridge(Shapes{3})
                        .map([](Shape const& shape) { return shape.area(); })
                        .sum();  // 9 + 4 + 1
  // end
  REQUIRE(area == 14);
}

TEST_CASE("docs: errors") {
  std::vector<std::string> const texts{"1", "2", "three", "4"};
  // cut: exception
  std::string message;
  try {
    auto const numbers = pt::parallel_iter(texts)
                             .map([](std::string const& t) { return std::stoi(t); })
                             .collect<std::vector>();
  } catch (std::invalid_argument const& error) {
    message = error.what();  // thrown by stoi, on some thread
  }
  // end
  REQUIRE(!message.empty());

  // cut: try_for_each
  std::atomic<int> sum = 0;
  bool const all_numbers =
      pt::parallel_iter(texts).try_for_each([&](std::string const& t) {
        if (t.find_first_not_of("0123456789") != std::string::npos) return false;
        sum += std::stoi(t);
        return true;
      });
  // end
  REQUIRE(!all_numbers);
  REQUIRE(sum >= 3);
}

TEST_CASE("docs: stopping") {
  using namespace std::chrono_literals;
  std::vector<int> const items(1'000'000, 1);
  auto const never_ends = [](int i) {
    std::this_thread::sleep_for(1ms);
    return i;
  };
  // cut: deadline
  bool in_time = true;
  try {
    (void)pt::parallel_iter(items).map(never_ends).deadline(20ms).sum();
  } catch (pt::cancelled const& stopped) {
    in_time = stopped.reason() != pt::StopReason::deadline;
  }
  // end
  REQUIRE(!in_time);

#if defined(__cpp_lib_jthread)
  // cut: stop_token
  std::stop_source source;
  // A button, a signal, a client that disconnected:
  std::jthread const impatient([&] { source.request_stop(); });
  bool finished = true;
  try {
    pt::parallel_iter(items)
        .map(never_ends)
        .stop_token(source.get_token())
        .for_each([](int) {});
  } catch (pt::cancelled const&) {
    finished = false;
  }
  // end
  REQUIRE(!finished);
#endif
}

TEST_CASE("docs: limits") {
  std::vector<int> const items(10'000, 2);
  auto const work = [](int i) { return i + 1; };
  // cut: threads
  auto const at_most_two = pt::parallel_iter(items).map(work).threads(2).sum();
  // end
  REQUIRE(at_most_two == 30'000);

  // cut: thread_limit
  {
    pt::thread_limit const three(3);  // calls that `work` makes are included
    pt::parallel_iter(items).for_each(work);
  }
  // end

  // cut: options
  pt::Options options;
  options.threads = 4;  // for the whole process; PARALLEL_TASK_THREADS=4 does the same
  options.thread_name_prefix = "render-";
  options.stack_size = 8 << 20;
  pt::set_options(options);
  // end
  REQUIRE(pt::max_threads() <= 4);
  pt::set_options(pt::Options());
}

TEST_CASE("docs: a report") {
  std::ostringstream log;
  std::vector<int> const items(10'000, 2);
  auto const work = [](int i) { return i + 1; };
  // cut: report
  pt::RunReport report;
  auto const sum = pt::parallel_iter(items).map(work).report(report).sum();
  if (report.threads == 1) log << report.why() << '\n';
  // end
  REQUIRE(sum == 30'000);
  REQUIRE(report.items == items.size());
}

TEST_CASE("docs: a trace") {
  std::vector<int> const jobs(10'000, 2);
  auto const work = [](int) {};
  // cut: trace
  pt::Trace trace;
  pt::parallel_iter(jobs).trace(trace).for_each(work);
  std::ostringstream picture;  // or a std::ofstream("run.svg")
  trace.write_svg(picture);    // a timeline for any browser
  std::ostringstream events;
  trace.write_chrome_json(events);  // for ui.perfetto.dev or chrome://tracing
  // end
  REQUIRE(picture.str().find("<svg") != std::string::npos);
  REQUIRE(events.str().find("traceEvents") != std::string::npos);
}

TEST_CASE("docs: pipes") {
  std::vector<int> const integers{1, 2, 3, 4};
  // cut: pipes
  auto const evens = pt::filter([](int i) { return i % 2 == 0; });
  long const sum = integers | pt::parallel_iter | evens |
                   pt::map([](int i) { return 3L * i; }) | pt::sum();
  // end
  REQUIRE(sum == 18);
}

// ---- what closures may share
// -----------------------------------------------------------------------------------------

TEST_CASE("docs: three ways to count") {
  std::vector<int> const items(10'000, 2);
  // cut: shared_atomic
  std::atomic<long> evens = 0;
  pt::parallel_iter(items).for_each([&](int i) {
    if (i % 2 == 0) evens.fetch_add(1, std::memory_order_relaxed);
  });
  // end
  REQUIRE(evens == 10'000);

  // cut: shared_nothing
  auto const same = pt::parallel_iter(items).count_if([](int i) { return i % 2 == 0; });
  // end
  REQUIRE(same == 10'000);
}

// ---- docs/performance.md, docs/scheduler.md
// ---------------------------------------------------------------------------

TEST_CASE("docs: one pass instead of two, and memory that is used again") {
  std::vector<double> const numbers = some_numbers();
  // cut: one_pass
  double const norm =
      std::sqrt(pt::parallel_iter(numbers).map([](double x) { return x * x; }).sum());
  // end
  REQUIRE(norm > 60);

  auto const root = [](double x) { return std::sqrt(std::abs(x)); };
  // cut: buffer
  pt::buffer<double> roots = pt::parallel_iter(numbers).map(root).collect<pt::buffer>();
  for (int step = 0; step < 3; ++step)
    pt::parallel_iter(numbers).map(root).collect_into(roots);
  // end
  REQUIRE(roots.size() == numbers.size());
}

TEST_CASE("docs: captures") {
  struct Settings {
    double scale = 2;
  };
  auto const settings = std::make_unique<Settings>();
  std::vector<double> numbers = some_numbers();
  double const before = numbers[5];
  // cut: by_reference
  pt::for_each(numbers, [&](double& x) { x *= settings->scale; });
  // end
  // cut: by_value
  pt::for_each(numbers, [scale = settings->scale](double& x) { x *= scale; });
  // end
  std::vector<std::vector<double>> rows{numbers, numbers};
  // cut: local_copy
  pt::for_each(rows, [&](std::vector<double>& row) {
    double const scale = settings->scale;
    for (double& x : row) x *= scale;
  });
  // end
  REQUIRE(rows[1][5] == 2 * numbers[5]);
  REQUIRE(numbers[5] == 4 * before);
}

TEST_CASE("docs: tasks that sleep") {
  using namespace std::chrono_literals;
  std::vector<int> const requests(20, 1);
  auto const fetch = [](int request) {
    std::this_thread::sleep_for(1ms);
    return request;
  };
  // cut: blocking
  auto const replies = pt::parallel_iter(requests).map(fetch).collect<std::vector>();
  // end
  REQUIRE(replies == requests);
}

TEST_CASE("docs: a strategy of one's own") {
  std::vector<int> const items(10'000, 2);
  // cut: strategy
  struct Longest {
    double operator()(pt::QueueLoad const& load) const noexcept {
      return static_cast<double>(load.items);
    }
  };
  auto const sum = pt::parallel_iter(items).steal_from(Longest{}).sum();
  // end
  REQUIRE(sum == 20'000);
}
