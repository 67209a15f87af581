// How many cache lines change cores for one loop that is shared with one hot helper, there and back: counted from what
// the engine really touches (touched_lines.hpp), on two simulated cores, so that it is the same in every run.
//
//   lines MOST    prints each line that moves, and how often; fails if the engine's move more often than MOST times
//
// A line is *fetched* by a core that has no copy of it, and *taken* by one that has one, as the other has: most words
// are looked at before they are written. The loop is known, takes 20 us, and its two parts are dealt out; each period
// of counting begins before a loop and ends when the helper looks for the next one.
#define PARALLEL_TASK_SEAM "platform.hpp"
#include <parallel_task/parallel_task.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {
inline ThreadUsage this_thread_usage() noexcept { return {}; }
}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task

#include "ours.hpp"
#include "touched_lines.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

namespace {

namespace pt = parallel_task;
using touched_lines::Move;

constexpr int calls = 400;
constexpr int looked_at = 101;  // the last ones

struct Part {
  std::string name;
  void const* place;
  std::size_t size;
};
/// What a line belongs to, and which of its lines it is; empty: to nothing of the engine's.
std::string name_of(std::uintptr_t address, std::vector<Part> const& parts) {
  for (Part const& part : parts) {
    auto const first = reinterpret_cast<std::uintptr_t>(part.place) / 64;
    auto const last = (reinterpret_cast<std::uintptr_t>(part.place) + part.size - 1) / 64;
    if (address / 64 < first || address / 64 > last) continue;
    return first == last ? part.name : part.name + ", line " + std::to_string(address / 64 - first);
  }
  return {};
}
std::vector<Part> engine_parts() {
  auto& manager = pt::detail::thread_manager;
  auto& slot = manager.call_slots[0];
  pt::detail::Member const* const members = slot.members.plain()->all;
  return {
      {"the call", slot.call.plain(), sizeof(pt::detail::Call)},
      {"slot: word", &slot.word, 64},
      {"slot: what helpers look at", &slot.call, 64},
      {"slot: taken members", &slot.taken_members, 64},
      {"the caller's member", members, sizeof *members},
      {"the helper's member", members + 1, sizeof *members},
      {"open calls", &manager.places.wanting, 64},
      {"threads that compute", &manager.places.computing, 64},
      {"hot helpers", &manager.wakeups.spinning, 64},
      {"the pool", &manager, sizeof manager},
      {"the tables", &pt::detail::tables, sizeof pt::detail::tables},
  };
}

using Moves = std::vector<Move>;

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  simulate::set_local(&pt::detail::this_thread, sizeof(pt::detail::ThreadState));
  simulate::Work const work{"", std::vector<float>(256, 80.0F)};
  simulate::forget_everything();
  std::vector<Moves> loops;
  struct Program {
    simulate::Run run;
    std::vector<Moves>& loops;
  } program{{}, loops};
  program.run.work = &work;
  program.run.items = work.cost.size();
  program.run.observed = false;
  (void)simulate::run(
      simulate::Machine{},
      [](void* argument) {
        touched_lines::watch(&pt::detail::this_thread, sizeof(pt::detail::ThreadState));
        Program& p = *static_cast<Program*>(argument);
        for (int i = 0; i != calls; ++i) {
          simulate::compute(2'000);  // between two loops: the helper is hot, and looks for the next one
          touched_lines::begin();
          simulate::call(p.run);
          simulate::compute(2'000);
          Moves moves = touched_lines::end();
          if (i >= calls - looked_at) p.loops.push_back(std::move(moves));
        }
        touched_lines::watch_no_more();
      },
      &program);
  // The median: now and then a worker looks at itself, or a loop runs alone.
  std::sort(loops.begin(), loops.end(), [](Moves const& a, Moves const& b) { return a.size() < b.size(); });
  std::vector<Part> const parts = engine_parts();
  struct Count {
    int fetched = 0;
    int taken = 0;
  };
  std::map<std::string, Count> lines;
  int all = 0;
  for (Move const& move : loops[loops.size() / 2]) {
    std::string const name = name_of(move.address, parts);
    if (name.empty()) continue;  // the loop's own
    ++(move.had_copy ? lines[name].taken : lines[name].fetched);
    ++all;
  }
  for (auto const& [name, count] : lines) {
    std::printf("%-28s fetched %d, taken %d\n", name.c_str(), count.fetched, count.taken);
  }
  std::printf("%d moves of %zu lines\n", all, lines.size());
  return lines.empty() || all > std::atoi(argv[1]) ? 1 : 0;
}
