// Accumulators, states and items of 64 bytes and of 256 KiB, to compare what a block of one item costs with each; and
// pipelines of some that are larger than the stack. usage: large blocks, or large whole
#include <parallel_task/parallel_task.hpp>

#include <array>
#include <cstdio>
#include <cstring>
#include <vector>

namespace {

namespace detail = parallel_task::detail;
constexpr std::size_t items = 1000;

template <std::size_t bytes>
struct Record {
  std::array<unsigned, bytes / sizeof(unsigned)> data;
  Record& operator+=(Record const& other) {
    data[1] += other.data[1];
    return *this;
  }
};

// Closures that look at a word or two, whatever the size.
struct Key {
  template <class R>
  unsigned operator()(R const& record) const {
    return record.data[0];
  }
};
struct Wanted {
  template <class R>
  bool operator()(R const& record) const {
    return record.data[0] == 7;
  }
};
struct Add {
  template <class R>
  R&& operator()(R&& left, R const& right) const {
    left.data[1] += right.data[1];
    return static_cast<R&&>(left);
  }
};
struct Count {
  template <class R>
  void operator()(R& record, unsigned i) const {
    ++record.data[i % 16];
  }
};
struct Use {
  template <class R>
  unsigned operator()(R& scratch, unsigned i) const {
    return ++scratch.data[i % 16];
  }
};
template <class R>
struct Make {
  R operator()() const { return R{}; }
};
struct Succeed {
  template <class R>
  bool operator()(R const& record) const {
    return record.data[0] != 7;
  }
};

}  // namespace

// Named as the linker sees it, so that callgrind can be told to count inside it alone.
extern "C" [[gnu::noinline]] void run_blocks(parallel_task::Job const& job, void* home) {
  for (std::size_t i = 1; i != items; ++i) (void)job.run(job.self, home, {i, i + 1});
}

namespace {

template <class S, class T>
void measure(S source, T end) {
  source.start();
  using Run = detail::Run<S, T>;
  Run run{source, end, detail::Home<typename Run::Segment>([&] { return Run::opened(source, end); })};
  parallel_task::Job const job = run.job();
  (void)job.run(job.self, &*run.home, {0, 1});  // makes the state, and takes the first item
  run_blocks(job, &*run.home);
}

template <class R>
int run(char const* name) {
  std::vector<R> const records(1);
  std::vector<R const*> const places(items, records.data());
  auto const refer = [](R const* place) -> R const& { return *place; };
  auto const by_reference = [&] { return detail::Map(detail::borrow(places), refer); };
  std::vector<unsigned> const counts(items);
  auto const numbers = [&] { return detail::borrow(counts); };
  if (std::strcmp(name, "fold") == 0) {
    measure(detail::Fold<decltype(numbers()), Make<R>, Count>(numbers(), {}, {}), detail::Reduce<Add>{});
  } else if (std::strcmp(name, "map_init") == 0) {
    measure(detail::MapInit<decltype(numbers()), Make<R>, Use>(numbers(), {}, {}), detail::Sum<>{});
  } else if (std::strcmp(name, "reduce") == 0) {
    measure(by_reference(), detail::Reduce<Add>{});
  } else if (std::strcmp(name, "sum") == 0) {
    measure(by_reference(), detail::Sum<>{});
  } else if (std::strcmp(name, "find_first") == 0) {
    measure(by_reference(), detail::make_find_first(Wanted{}));
  } else if (std::strcmp(name, "find_any") == 0) {
    measure(by_reference(), detail::make_find_any(Wanted{}));
  } else if (std::strcmp(name, "min_by_key") == 0) {
    measure(by_reference(), detail::make_min_by_key(Key{}));
  } else if (std::strcmp(name, "minmax_by_key") == 0) {
    measure(by_reference(), detail::make_minmax_by_key(Key{}));
  } else if (std::strcmp(name, "try_for_each") == 0) {
    measure(by_reference(), detail::TryForEach{Succeed{}});
  } else {
    return 2;
  }
  return 0;
}

/// Results lie in static storage, so that nothing of this program is on the stack.
template <class R>
bool searches() {
  static std::vector<R> records(20);
  for (unsigned i = 0; i != 20; ++i) records[i].data[0] = 20 - i;
  static auto const first = pt::parallel_iter(records).find_first(Wanted{});
  static auto const any = pt::parallel_iter(records).find_any(Wanted{});
  static auto const least = pt::parallel_iter(records).min_by_key(Key{});
  static auto const lower =
      pt::parallel_iter(records).max([](R const& a, R const& b) { return a.data[0] < b.data[0]; });
  static auto const sum = pt::parallel_iter(records).sum();
  bool const failed = pt::parallel_iter(records).try_for_each(Succeed{});
  unsigned seen = 0;
  pt::parallel_iter(records).for_each_ordered([&seen](R const& record) { seen += record.data[0]; });
  return first && first->data[0] == 7 && any && any->data[0] == 7 && least && least->data[0] == 1 && lower &&
         lower->data[0] == 20 && sum.data[1] == 0 && !failed && seen == 210;
}

template <class R>
bool folds() {
  static auto const by_reference =
      pt::indices(0U, 10'000U).fold(Make<R>{}, Count{}).reduce([](R&& left, R const& right) -> R&& {
        for (std::size_t i = 0; i != 16; ++i) left.data[i] += right.data[i];
        return std::move(left);
      });
  static auto const by_value = pt::indices(0U, 100U).fold(Make<R>{}, Count{}).reduce([](R const& left, R const& right) {
    R all = left;  // where the result stays
    for (std::size_t i = 0; i != 16; ++i) all.data[i] += right.data[i];
    return all;
  });
  unsigned const made = pt::indices(0U, 1'000U).map_init(Make<R>{}, Use{}).max().value_or(0);
  return by_reference && by_reference->data[0] == 625 && by_value && by_value->data[3] == 7 && made >= 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "whole") == 0) {
    bool const good = searches<Record<4 << 20>>() && folds<Record<64 << 20>>();
    std::puts(good ? "right" : "WRONG");
    return good ? 0 : 1;
  }
  for (char const* const block :
       {"fold", "map_init", "reduce", "sum", "find_first", "find_any", "min_by_key", "minmax_by_key", "try_for_each"}) {
    if (run<Record<64>>(block) != 0 || run<Record<262'144>>(block) != 0) return 2;
    std::puts(block);
  }
  return 0;
}
