// A controller that runs everything on the calling thread, as if many had, beside the real one: see tests/shuffle.hpp.
#pragma once

#define PARALLEL_TASK_SEAM_CONTROLLER ShuffledOr

#include <parallel_task/controller/job.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <optional>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

struct Settings;
class Memo;

namespace detail {

enum class Controllers { real, in_order, shuffled };

/// Which controller the next calls get: written by the main thread while no call is open.
struct Shuffle {
  Controllers controller = Controllers::real;
  std::uint64_t seed = 88172645463325252U;
  std::size_t random(std::size_t below) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return below == 0 ? 0 : static_cast<std::size_t>(seed % below);
  }
};
inline Shuffle shuffle;

/// Some positions on the caller alone, then shared, then blocks in random order: a block that begins where the last one
/// ended goes on with its segment, any other begins a new one, and the one before has no more to come. What an
/// exception cuts off is decided as Cut says.
class ShuffledController {
 public:
  ShuffledController() = default;
  ShuffledController(ShuffledController const&) = delete;
  ShuffledController& operator=(ShuffledController const&) = delete;
  ~ShuffledController() {
    for (Segment const& s : segments_) {
      if (s.where == home_) continue;
      job_.close(s.where);
      ::operator delete(s.where, std::align_val_t(job_.alignment));
    }
  }

  void run(Job const& job, void* home, Memo&) {
    job_ = job;
    home_ = home;
    segments_.push_back({0, 0, home});
    if (shuffle.controller == Controllers::shuffled) {
      in_random_order();
      retire(current_, true);
    } else {
      in_order();
    }
    if (failure_) std::rethrow_exception(failure_);
  }

  template <class F>
  void for_each_segment(F f) {
    std::stable_sort(segments_.begin() + 1, segments_.end(),
                     [](auto const& a, auto const& b) { return a.first < b.first; });
    for (Segment const& s : segments_) {
      if (s.where == home_ || s.first < bound_ || job_.cut == Cut::everything) f(s.where);
    }
  }

 private:
  struct Segment {
    std::size_t first;
    std::size_t last;
    void* where;
  };

  void in_order() {
    Known known = job_.known;
    bool const tries = job_.open_ended && shuffle.random(4) != 0;
    for (std::size_t at = 0;;) {
      if (at >= known.positions) {
        if (known.ended) return;
        if (tries) {
          if (!try_some(known)) return;
          at = known.positions;
          continue;
        }
        known = job_.pull(job_.self, 1 + shuffle.random(64));
        continue;
      }
      Block const block{at, known.positions};
      at = block.last;
      if (!go(segments_[0], block)) return;
    }
  }

  void in_random_order() {
    Known known = job_.known;
    std::size_t at = known.positions == 0 ? 0 : shuffle.random(known.positions + 1);
    if (at != 0 && !go(segments_[0], {0, at})) return;
    while (job_.open_ended && !known.ended && shuffle.random(3) != 0) {
      if (!try_some(known)) return;
      at = known.positions;
    }
    if (at == known.positions && known.ended) return;
    if (job_.begin_sharing != nullptr) known = job_.begin_sharing(job_.self, home_, at);
    std::size_t const most = 1 + shuffle.random(37);
    for (;;) {
      if (at >= known.positions) {
        if (known.ended) return;
        known = job_.pull(job_.self, 1 + shuffle.random(64));
        continue;
      }
      std::vector<Block> blocks;
      while (at < known.positions) {
        std::size_t n = 1 + shuffle.random(most);
        if (n > known.positions - at) n = known.positions - at;
        blocks.push_back({at, at + n});
        at += n;
      }
      for (std::size_t i = blocks.size(); i > 1; --i) {
        if (shuffle.random(3) != 0) std::swap(blocks[i - 1], blocks[shuffle.random(i)]);
      }
      for (Block const block : blocks) {
        if (block.first >= bound_) continue;
        if (job_.ordered && (stuck_ || segments_[current_].last != block.first)) {
          retire(current_, true);
          if (block.first >= bound_) continue;
          current_ = segments_.size();
          segments_.push_back({block.first, block.first, open()});
        }
        stuck_ = !go(segments_[current_], block);
        if (bound_ == 0) return;
      }
      if (bound_ != unknown) return;
    }
  }

  /// Of an open-ended source, as many as there are of some.
  bool try_some(Known& known) {
    std::size_t const last = shuffle.random(16) == 0 ? unknown : known.positions + 1 + shuffle.random(64);
    if (!go(segments_[0], {known.positions, last})) return false;
    if (last == unknown) {
      known = {unknown, true};
    } else {
      known = job_.pull(job_.self, 0);
      segments_[0].last = known.positions;
    }
    return true;
  }

  [[nodiscard]] void* open() {
    std::size_t const bytes = (job_.bytes + job_.alignment - 1) / job_.alignment * job_.alignment;
    void* const where = ::operator new(bytes, std::align_val_t(job_.alignment));
    job_.open(job_.self, where);
    return where;
  }

  bool go(Segment& segment, Block block) {
    segment.last = block.last;
    bool more = false;
    try {
      more = job_.run(job_.self, segment.where, block);
    } catch (...) {
      fail(block);
      retire(segment, false);
      return false;
    }
    if (more) return true;
    cut(block);
    retire(segment, true);
    return false;
  }

  void retire(std::size_t segment, bool whole) { retire(segments_[segment], whole); }
  void retire(Segment const& segment, bool whole) {
    if (job_.retire == nullptr || !job_.ordered) return;
    Block const behind{segment.first, segment.first + 1};
    try {
      if (!job_.retire(job_.self, segment.where, whole && segment.first < bound_)) cut(behind);
    } catch (...) {
      fail(behind);
    }
  }

  void fail(Block block) {
    // The rest of an open-ended source has no end that could be below the bound.
    bool const first = block.last < bound_ || (block.last == unknown && bound_ == unknown);
    if (job_.cut == Cut::everything ? !failure_ : first) failure_ = std::current_exception();
    if (job_.cut == Cut::later && block.last < bound_) bound_ = block.last;
    if (job_.cut == Cut::everything) bound_ = 0;
  }
  void cut(Block block) {
    if (job_.cut == Cut::later && block.last < bound_) failure_ = nullptr;
    std::size_t const to = job_.cut == Cut::later ? block.last : 0;
    if (to < bound_) bound_ = to;
  }

  Job job_{};
  void* home_ = nullptr;
  std::vector<Segment> segments_;
  std::size_t current_ = 0;  // the segment that ran last
  bool stuck_ = false;       // it has said that nothing later is wanted, or has thrown
  std::size_t bound_ = unknown;
  std::exception_ptr failure_;
};

/// What pipelines run on in a binary that has both. `Real` is WorkerController, which is not known yet.
template <class Real>
class ShuffledOr {
 public:
  explicit ShuffledOr(Settings const& settings) {
    if (shuffle.controller == Controllers::real) {
      real_.emplace(settings);
    } else {
      shuffled_.emplace();
    }
  }
  void run(Job const& job, void* home, Memo& memo) {
    if (real_) {
      real_->run(job, home, memo);
    } else {
      shuffled_->run(job, home, memo);
    }
  }
  template <class F>
  void for_each_segment(F f) {
    if (real_) {
      real_->for_each_segment(f);
    } else {
      shuffled_->for_each_segment(f);
    }
  }

 private:
  std::optional<Real> real_;
  std::optional<ShuffledController> shuffled_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
