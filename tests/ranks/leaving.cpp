// What becomes of the others where rank 1 comes late, leaves early, or leaves by an exception.
#include "ranks/check.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

using namespace ranks;

/// The others wait, and say for whom (PARALLEL_TASK_PATIENCE=1).
void comes_late(pt::world& w) {
  w.barrier();
  if (w.rank() == 1) std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  w.barrier();
}

/// Rank 1 is where its world ends: the others are told so now, and at each later call.
void returns_early(pt::world& w) {
  if (w.rank() == 1) return;
  auto const text = MUST_THROW(pt::rank_mismatch, w.barrier());
  MUST(text.find("(barrier)") != std::string::npos && text.find("the end of the world") != std::string::npos);
  MUST_THROW(pt::rank_mismatch, static_cast<void>(pt::indices(10).on(w).sum()));
}

}  // namespace

/// Throws where something is wrong, and on rank 1 if it is to leave by an exception.
void leave_by(parallel_task::world& w, std::string const& how) {
  if (how == "--late") return comes_late(w);
  if (how == "--early") return returns_early(w);
  if (w.rank() == 1) throw std::runtime_error("rank 1 leaves");
  w.barrier();
}
