// STAND-IN: runs serially until the engine lands; same interface.
#pragma once
#include <parallel_task/controller/job.hpp>
#include <parallel_task/controller/memo.hpp>
#include <parallel_task/controller/settings.hpp>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>
namespace parallel_task {
inline namespace v1 {
namespace detail {
inline bool stand_in_shuffle = false;
inline std::size_t stand_in_block = 1024;
inline std::uint64_t stand_in_seed = 88172645463325252ull;
inline std::uint64_t stand_in_random() { auto& x = stand_in_seed; x ^= x << 13; x ^= x >> 7; x ^= x << 17; return x; }
}
class WorkerController {
  struct Node { std::size_t first, last; void* where; };
  Job job_{}; void* home_ = nullptr; std::vector<Node> nodes_; std::size_t bound_ = unknown;
 public:
  explicit WorkerController(Settings const& = {}) {}
  WorkerController(WorkerController const&) = delete;
  WorkerController& operator=(WorkerController const&) = delete;
  ~WorkerController() { for (auto& n : nodes_) if (n.where != home_) { job_.close(n.where); ::operator delete(n.where, std::align_val_t(job_.alignment)); } }
  [[nodiscard]] std::size_t bound() const { return bound_; }
  void run(Job const& job, void* home, Memo&) {
    job_ = job; home_ = home; nodes_.push_back({0, 0, home});
    Pulled known = job.known; std::size_t at = 0;
    if (detail::stand_in_shuffle) {
      // like the real thing: some positions on the caller alone, then share, then blocks in random order in several segments
      std::size_t solo = known.positions ? detail::stand_in_random() % (known.positions + 1) : 0;
      if (solo) { nodes_[0].last = solo; if (!job.run(job.self, home, {0, solo})) { cut({0, solo}); return; } }
      at = solo;
      if (job.share) known = job.share(job.self, home);
    }
    for (;;) {
      if (at >= known.positions) { if (known.ended) break; known = job.pull(job.self, 1 + detail::stand_in_random() % 64); continue; }
      if (!detail::stand_in_shuffle) {
        Block b{at, known.positions < at + detail::stand_in_block ? known.positions : at + detail::stand_in_block};
        nodes_[0].last = b.last; at = b.last;
        if (!job.run(job.self, home, b)) { cut(b); return; }
      } else {
        std::vector<Block> blocks;
        while (at < known.positions) { std::size_t k = 1 + detail::stand_in_random() % 37; if (k > known.positions - at) k = known.positions - at; blocks.push_back({at, at + k}); at += k; }
        for (std::size_t i = blocks.size(); i > 1; --i) if (detail::stand_in_random() % 3) std::swap(blocks[i - 1], blocks[detail::stand_in_random() % i]);
        std::size_t current = unknown;
        for (Block b : blocks) {
          if (b.first >= bound_) { current = unknown; continue; }
          if (current == unknown || nodes_[current].last != b.first) {
            std::size_t bytes = (job.bytes + job.alignment - 1) / job.alignment * job.alignment;
            void* p = ::operator new(bytes, std::align_val_t(job.alignment)); job.open(job.self, p);
            nodes_.push_back({b.first, b.first, p}); current = nodes_.size() - 1;
          }
          nodes_[current].last = b.last;
          if (!job.run(job.self, nodes_[current].where, b)) { cut(b); current = unknown; }
        }
        if (bound_ != unknown) break;
      }
    }
  }
  template <class F> void for_each_segment(F f) {
    for (std::size_t i = 1; i < nodes_.size(); ++i) for (std::size_t j = i; j > 1 && nodes_[j - 1].first > nodes_[j].first; --j) std::swap(nodes_[j - 1], nodes_[j]);
    for (auto& n : nodes_) if (n.where == home_ || n.first < bound_ || job_.cut == Cut::everything) f(n.where);
  }
 private:
  void cut(Block b) { auto to = job_.cut == Cut::later ? b.last : 0; if (to < bound_) bound_ = to; }
};
}
}
