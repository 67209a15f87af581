// What a user would write, with nothing of the tests in it; built with sanitizers by sanitized.sh. Ends with the
// library's threads alive, or after `shutdown`, or with a leak of its own, to see that leaks are found.
#include <parallel_task/parallel_task.hpp>

#include <chrono>
#include <cstdlib>
#include <mutex>
#include <numeric>
#include <ranges>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace {

int slow_square(int i) {
  auto const end = std::chrono::steady_clock::now() + std::chrono::microseconds(5);
  while (std::chrono::steady_clock::now() < end) {
  }
  return i * i;
}

long call_all() {
  std::vector<int> numbers(2'000);
  std::iota(numbers.begin(), numbers.end(), 0);
  auto const squares = pt::parallel_iter(numbers).map(slow_square).collect<std::vector>();
  auto const evens = pt::parallel_iter(squares).filter([](int i) { return i % 2 == 0; }).collect<std::vector>();
  long total = pt::parallel_iter(evens).map([](int i) { return static_cast<long>(slow_square(i % 10)); }).sum();

  std::string const text =
      pt::parallel_iter(numbers)
          .map([](int i) { return std::to_string(slow_square(i) % 10); })
          .reduce(std::string(), [](std::string left, std::string const& right) { return std::move(left) + right; });
  total += static_cast<long>(text.size());

  std::unordered_map<int, int> table;
  for (int i = 0; i != 500; ++i) table[i] = i;
  std::mutex mutex;
  pt::parallel_iter(table).for_each([&](int key, int& value) {
    value = slow_square(key) - value;
    std::lock_guard const guard(mutex);
    ++total;
  });

  std::istringstream stream(text + " " + text);
  pt::par_bridge(std::views::istream<std::string>(stream))
      .map([](std::string word) { return word.size(); })
      .for_each_ordered([&](std::size_t size) { total += static_cast<long>(size); }, 10);

  pt::parallel_iter(numbers).for_each([](int i) {
    if (i % 100 == 0) pt::parallel_for(0, 20, [](int k) { (void)slow_square(k); });
  });
  if (pt::parallel_iter(numbers).find_first([](int i) { return slow_square(i) > 1'000'000; }) != 1'001) return -1;
  try {
    pt::parallel_iter(numbers).for_each([](int i) {
      if (slow_square(i) == 400) throw std::runtime_error("an item throws");
    });
    return -1;
  } catch (std::runtime_error const&) {
  }
  return total;
}

}  // namespace

int main(int argc, char* argv[]) {
  std::string const end = argc > 1 ? argv[1] : "";
  std::vector<long> totals(2);
  std::thread user([&] { totals[1] = call_all(); });
  totals[0] = call_all();
  user.join();
  if (end == "shutdown") pt::shutdown();
  if (end == "leak" && std::malloc(1) == nullptr) return 2;
  return totals[0] == totals[1] && totals[0] > 0 ? 0 : 1;
}
