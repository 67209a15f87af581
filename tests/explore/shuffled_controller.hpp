// A controller that runs everything on the calling thread, as if many had: see tests/shuffle.hpp.
#pragma once

#define PARALLEL_TASK_SEAM_CONTROLLER

#include <parallel_task/controller/job.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace v0_1 {

struct Settings;
class Memo;

namespace detail {

struct Shuffle {
  bool on = false;
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
/// ended goes on with its segment, any other begins a new one. What an exception cuts off is decided as Cut says.
class Controller {
 public:
  explicit Controller(Settings const&) {}
  Controller(Controller const&) = delete;
  Controller& operator=(Controller const&) = delete;
  ~Controller() {
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
    if (shuffle.on) {
      in_random_order();
    } else {
      in_order();
    }
    if (failure_) std::rethrow_exception(failure_);
  }
  [[nodiscard]] std::size_t bound() const { return bound_; }

  template <class F>
  void for_each_segment(F f) {
    for (std::size_t i = 1; i < segments_.size(); ++i) {
      for (std::size_t j = i; j > 1 && segments_[j - 1].first > segments_[j].first; --j) {
        std::swap(segments_[j - 1], segments_[j]);
      }
    }
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
    Pulled known = job_.known;
    for (std::size_t at = 0;;) {
      if (at >= known.positions) {
        if (known.ended) return;
        known = job_.pull(job_.self, 1 + shuffle.random(64));
        continue;
      }
      Block const block{at, known.positions};
      at = block.last;
      if (!go(segments_[0], block)) return;
    }
  }

  void in_random_order() {
    Pulled known = job_.known;
    std::size_t at = known.positions == 0 ? 0 : shuffle.random(known.positions + 1);
    if (at != 0 && !go(segments_[0], {0, at})) return;
    if (at == known.positions && known.ended) return;
    if (job_.share != nullptr) known = job_.share(job_.self, home_, at);
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
      std::size_t current = job_.ordered ? unknown : 0;
      for (Block const block : blocks) {
        if (block.first >= bound_) continue;
        if (job_.ordered && (current == unknown || segments_[current].last != block.first)) {
          current = segments_.size();
          segments_.push_back({block.first, block.first, open()});
        }
        if (!go(segments_[current], block)) current = unknown;
        if (bound_ == 0) return;
      }
      if (bound_ != unknown) return;
    }
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
      if (job_.cut == Cut::everything ? !failure_ : block.last < bound_) failure_ = std::current_exception();
      if (job_.cut == Cut::later && block.last < bound_) bound_ = block.last;
      if (job_.cut == Cut::everything) bound_ = 0;
      return false;
    }
    if (more) return true;
    if (job_.cut == Cut::later && block.last < bound_) failure_ = nullptr;
    std::size_t const to = job_.cut == Cut::later ? block.last : 0;
    if (to < bound_) bound_ = to;
    return false;
  }

  Job job_{};
  void* home_ = nullptr;
  std::vector<Segment> segments_;
  std::size_t bound_ = unknown;
  std::exception_ptr failure_;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
