// Calls in the background and on a host's threads that mean something else, or nothing.
#include <parallel_task/async.hpp>
#include <parallel_task/executor.hpp>
#include <parallel_task/structure.hpp>

#include <source_location>
#include <utility>
#include <vector>

namespace {

namespace pt = parallel_task;

struct AsyncElsewhere {
  static constexpr bool at_root_alone = false;
  template <class S, class T>
  auto run(S& source, T& end, pt::Settings const& settings) const {
    return pt::detail::run_terminal(source, end, settings);
  }
  friend AsyncElsewhere place_of(AsyncElsewhere here, std::source_location const&) { return here; }
};
struct StartsNothing {
  void execute(int) {}
};

}  // namespace

void wrong(std::vector<int>& v) {
  // expect: the pipeline must own what it reads, and this one refers to a range
  (void)pt::parallel_iter(v).map([](int x) { return x; }).async().sum();
  // expect: the pipeline must own what it reads, and this one refers to a range
  (void)pt::into_parallel_iter(std::vector<int>(v)).zip(v).async().for_each([](int, int) {});
  // expect: a pipeline runs on the ranks of a world or in the background, not both
  (void)pt::indices(3).on(AsyncElsewhere()).async().map([](int x) { return x; }).sum();
  // expect: async is called as async()
  pt::async(3);
  // expect: an executor: anything with e.execute(f) or e(f)
  (void)pt::indices(3).on(StartsNothing()).map([](int x) { return x + 1; }).sum();
  // expect: join and scope take of the settings threads(n), stop_token(t), deadline(t) and report(r)
  pt::scope(pt::with(pt::deterministic()), [](pt::Scope&) {});
  // expect: join and scope take of the settings threads(n), stop_token(t), deadline(t) and report(r)
  (void)pt::join(
      pt::with(pt::on([](pt::HostWork) {})), [] {}, [] {});
  // expect: with(...) takes settings
  pt::with(pt::async());
}
