#include <parallel_task/pipeline/pipe.hpp>

#include "stage/stages.hpp"

#include <map>

using namespace stages;

namespace {
auto const odd = [](int x) { return x % 2 != 0; };
auto const twice = [](int x) { return 2 * x; };
}  // namespace

TEST_CASE("the piped spelling does what the fluent one does") {
  over_every_source([](auto pipe, ints const& expected) {
    auto const fluent = pipe().filter(odd).map(twice).template collect<std::vector>();
    CHECK((pipe() | pt::filter(odd) | pt::map(twice) | pt::collect<std::vector>()) == fluent);
    auto const both = pt::filter(odd) | pt::map(twice);
    CHECK((pipe() | both | pt::collect<ints>()) == fluent);
    auto const whole = both | pt::count();
    CHECK((pipe() | whole) == fluent.size());
    CHECK((pipe() | (pt::inspect([](int) {}) | both | pt::to<std::vector>())) == fluent);
    CHECK(pipe().then(pt::filter(odd)).then(pt::count()) == fluent.size());
    (void)expected;
  });
}

TEST_CASE("every stage has its pipe") {
  ints v{3, 1, 2, 4};
  auto all = pt::collect<std::vector>();
  CHECK((v | pt::parallel_iter | pt::update([](int& x) { x += 1; }) | pt::copied() | all) == ints{4, 2, 3, 5});
  CHECK((v | pt::parallel_iter | pt::filter_map([](int x) { return x > 3 ? std::optional(x) : std::nullopt; }) | all) ==
        ints{4, 5});
  CHECK((v | pt::parallel_iter | pt::flat_map([](int x) { return ints(1, x); }) | all) == v);
  CHECK((v | pt::parallel_iter | pt::map([](int x) { return ints(2, x); }) | pt::flatten() | pt::count()) == 8);
  CHECK((v | pt::parallel_iter | pt::enumerate() | pt::keys() | pt::sum()) == 6);
  CHECK((v | pt::parallel_iter | pt::enumerate() | pt::values() | all) == v);
  CHECK((v | pt::parallel_iter | pt::zip(v, ints{1, 2}) | pt::count()) == 2);
  CHECK((v | pt::parallel_iter | pt::zip_equal(pt::parallel_iter(v)) | pt::count()) == 4);
  CHECK((v | pt::parallel_iter | pt::chain(v) | pt::count()) == 8);
  CHECK((v | pt::parallel_iter | pt::reverse() | pt::take(3) | pt::drop(1) | all) == ints{3, 2});
  CHECK((v | pt::parallel_iter | pt::stride(2) | all) == ints{4, 3});
  CHECK((v | pt::parallel_iter | pt::slice(1, 3) | all) == ints{2, 3});
  CHECK((v | pt::parallel_iter | pt::take_while([](int x) { return x != 3; }) | all) == ints{4, 2});
  CHECK((v | pt::parallel_iter | pt::map_init([] { return 1; }, [](int& s, int x) { return s * x; }) | all) == v);
  CHECK((v | pt::parallel_iter | pt::fold([] { return 0; }, [](int a, int x) { return a + x; }) | pt::sum()) == 14);
  struct Never {
    bool stop_requested() const { return false; }
  };
  CHECK((v | pt::parallel_iter | pt::stop_token(Never{}) | pt::deadline(std::chrono::hours(1)) | all) == v);
  pt::RunReport report;
  CHECK((v | pt::parallel_iter | pt::threads(2) | pt::max_len(1) | pt::steal_from(pt::Remaining{}) |
         pt::report(report) | pt::sum()) == 14);
}

TEST_CASE("every terminal has its pipe") {
  ints v{3, 1, 2};
  auto p = [&v] { return v | pt::parallel_iter; };
  std::atomic<int> seen{0};
  p() | pt::for_each([&seen](int x) { seen += x; });
  pt::for_each(v, [&seen](int x) { seen += x; });
  CHECK(seen == 12);
  ints order;
  p() | pt::for_each_ordered([&order](int x) { order.push_back(x); });
  CHECK(order == v);
  CHECK((p() | pt::try_for_each([](int x) { return x > 0; })));
  ints into;
  p() | pt::collect_into(into);
  p() | pt::append_to(into);
  CHECK(into.size() == 6);
  CHECK((p() | pt::reduce(0, [](int a, int b) { return a + b; })) == 6);
  CHECK((p() | pt::reduce([](int a, int b) { return a + b; })) == 6);
  CHECK((p() | pt::sum<double>()) == 6.0);
  CHECK((p() | pt::product()) == 6);
  CHECK((p() | pt::mean()) == 2.0);
  CHECK((p() | pt::count_if(odd)) == 2);
  CHECK((p() | pt::size()) == 3);
  CHECK((p() | (pt::min)()) == 1);
  CHECK((p() | (pt::max)()) == 3);
  CHECK((p() | pt::minmax()) == std::pair(1, 3));
  CHECK((p() | pt::min_by_key([](int x) { return -x; })) == 3);
  CHECK((p() | pt::max_by_key([](int x) { return -x; })) == 1);
  CHECK((p() | pt::minmax_by_key([](int x) { return -x; })) == std::pair(3, 1));
  CHECK((p() | pt::any(odd)));
  CHECK_FALSE((p() | pt::all(odd)));
  CHECK_FALSE((p() | pt::none(odd)));
  CHECK((p() | pt::contains(2)));
  CHECK((p() | pt::find_any(odd)).has_value());
  CHECK((p() | pt::find_first(odd)) == 3);
  CHECK((p() | pt::partition(odd)).second == ints{2});
  CHECK((p() | pt::enumerate() | pt::unzip()).second == v);
  CHECK((p() | pt::map([](int x) { return std::pair(x, 1); }) | pt::collect<std::map>()).size() == 3);
}
