// Where the items of each block go, by how many of them each bucket gets.
#pragma once

#include <parallel_task/platform/code.hpp>

#include <cstddef>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// How many items of each block go to each bucket, then where they go.
class BucketPlaces {
 public:
  BucketPlaces(std::size_t* counts, std::size_t blocks, std::size_t buckets) noexcept
      : counts_(counts), blocks_(blocks), buckets_(buckets) {
    for (std::size_t i = 0; i != blocks * buckets; ++i) counts_[i] = 0;
  }
  [[nodiscard]] std::size_t* of_block(std::size_t block) const noexcept { return counts_ + block * buckets_; }
  /// Counts become places: by bucket, then by block, hence stable. `starts` has room for a bucket more.
  void arrange(std::size_t* starts) const noexcept {
    std::size_t at = 0;
    for (std::size_t bucket = 0; bucket != buckets_; ++bucket) {
      starts[bucket] = at;
      for (std::size_t block = 0; block != blocks_; ++block) {
        std::size_t const count = of_block(block)[bucket];
        of_block(block)[bucket] = at;
        at += count;
      }
    }
    starts[buckets_] = at;
  }

 private:
  std::size_t* counts_;
  std::size_t blocks_;
  std::size_t buckets_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
