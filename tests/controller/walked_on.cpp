// Runs of a source that is walked, whose helpers are refused and admitted all the time.
//
// What the source knows is a plain number, so that ThreadSanitizer sees it if two threads are in it.
#include <parallel_task/controller/worker_controller.hpp>

#include "catch.hpp"
#include "support/eager.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <new>
#include <vector>

namespace pt = parallel_task;

namespace {

using Positions = std::vector<std::size_t>;

struct Line {
  std::size_t total = 0;
  std::size_t known = 0;  // by who holds the pull role
  std::size_t cut_at = pt::unknown;
  std::size_t throw_at = pt::unknown;
  std::size_t walked = 0;
  std::size_t pulled = 0;

  bool take(void* where, pt::Block block) const {
    for (std::size_t i = block.first; i != block.last; ++i) {
      if (i == throw_at) throw i;
      static_cast<Positions*>(where)->push_back(i);
      if (i == cut_at) return false;
    }
    return true;
  }
  pt::Job job() {
    pt::Job made;
    made.self = this;
    made.bytes = sizeof(Positions);
    made.alignment = alignof(Positions);
    made.least_cost = 1e6F;  // it is one that may do harm to share
    made.open = [](void*, void* where) { ::new (where) Positions; };
    made.close = [](void* where) noexcept { std::destroy_at(static_cast<Positions*>(where)); };
    made.run = [](void* self, void* where, pt::Block block) { return static_cast<Line*>(self)->take(where, block); };
    made.pull = [](void* self, std::size_t want) {
      Line& line = *static_cast<Line*>(self);
      std::size_t const count = std::min(want, line.total - line.known);
      line.known += count;
      line.pulled += count;
      return pt::Known{line.known, line.known == line.total};
    };
    made.walk_on = [](void* self, void* where, std::size_t want, bool& more) {
      Line& line = *static_cast<Line*>(self);
      std::size_t const count = std::min(want, line.total - line.known);
      more = line.take(where, {line.known, line.known + count});
      if (more) line.known += count;
      line.walked += count;
      return count;
    };
    made.known = {0, false};
    return made;
  }
};

Positions walk_all(pt::Job const& job) {
  pt::Memo memo;
  Positions home;
  pt::WorkerController controller;
  controller.run(job, &home, memo);
  Positions all;
  controller.for_each_segment([&](void* where) {
    Positions const& part = *static_cast<Positions*>(where);
    all.insert(all.end(), part.begin(), part.end());
  });
  return all;
}

bool is_up_to(std::size_t n, Positions const& all) {
  for (std::size_t i = 0; i != all.size(); ++i) {
    if (all[i] != i) return false;
  }
  return all.size() == n;
}

}  // namespace

TEST_CASE("each position runs once and in order, whether it was pulled or run as the source was walked") {
  std::size_t walked = 0;
  std::size_t pulled = 0;
  std::size_t wrong = 0;
  for (unsigned const cores : {2U, 8U}) {
    support::Eager const eager(cores);
    for (std::size_t round = 0; round != 150; ++round) {
      Line line;
      line.total = 2000 + 37 * round;
      wrong += is_up_to(line.total, walk_all(line.job())) ? 0U : 1U;
      walked += line.walked;
      pulled += line.pulled;
    }
  }
  CHECK(wrong == 0);
  CHECK(walked > 0);
  CHECK(pulled > 0);
}

TEST_CASE("a hit or an exception among positions that are walked on ends the run there") {
  support::Eager const eager(8);
  std::size_t wrong = 0;
  for (std::size_t round = 0; round != 300; ++round) {
    Line line;
    line.total = 5000;
    bool const throws = round % 2 == 0;
    std::size_t const at = round * 97 % line.total;
    (throws ? line.throw_at : line.cut_at) = at;
    pt::Job job = line.job();
    job.cut = round % 4 < 2 ? pt::Cut::later : pt::Cut::everything;
    try {
      Positions all = walk_all(job);
      if (throws) ++wrong;
      if (all.size() <= at || job.cut == pt::Cut::everything) continue;
      all.resize(at + 1);
      if (!is_up_to(at + 1, all)) ++wrong;
    } catch (std::size_t error) {
      if (!throws || error != at) ++wrong;
    }
  }
  CHECK(wrong == 0);
}
