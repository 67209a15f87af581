// What a run leaves behind: partial results, one for each contiguous stretch that one worker ran.
#pragma once

#include <parallel_task/controller/job.hpp>
#include <parallel_task/worker/call_slot.hpp>

#include <cstddef>
#include <new>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A segment: where its payload is, and which positions are in it. Belongs to the member that opened it.
struct SegmentNode {
  std::size_t first = 0;
  std::size_t last = 0;  ///< where it may go on; `unknown`: nowhere any more
  SegmentNode* next = nullptr;
  void* where = nullptr;
  void* memory = nullptr;  ///< the heap block that holds node and payload; null: the member's own storage
  std::size_t alignment = 0;
};

[[nodiscard]] constexpr std::size_t round_up(std::size_t size, std::size_t alignment) noexcept {
  return (size + alignment - 1) / alignment * alignment;
}

/// Opens a segment at `first` in front of the member's others. A member's first small one needs no heap.
/// Throws what `open` or the allocation throws; then nothing is left behind.
inline SegmentNode& open_segment(Member& member, Job const& job, std::size_t first) {
  std::size_t const alignment = job.alignment < 64 ? 64 : job.alignment;
  std::size_t const header = round_up(sizeof(SegmentNode), alignment);
  std::size_t const bytes = header + job.bytes;
  struct Memory {
    void* block;
    std::size_t alignment;
    ~Memory() {
      if (block != nullptr) ::operator delete(block, std::align_val_t{alignment});
    }
  } memory{nullptr, alignment};
  std::byte* place = member.storage;
  bool const fits = !member.storage_used && bytes <= sizeof member.storage && alignment == 64;
  if (!fits) {
    memory.block = ::operator new(bytes, std::align_val_t{alignment});
    place = static_cast<std::byte*>(memory.block);
  }
  void* const where = place + header;
  job.open(job.self, where);
  auto* const node = ::new (static_cast<void*>(place)) SegmentNode;
  node->first = first;
  node->last = first;
  node->next = member.segments;
  node->where = where;
  node->memory = memory.block;
  node->alignment = alignment;
  memory.block = nullptr;
  if (fits) member.storage_used = true;
  member.segments = node;
  ++member.counts.segments;
  return *node;
}

/// Destroys a segment and frees its memory.
inline void close_segment(SegmentNode* node, Job const& job) noexcept {
  void* const memory = node->memory;
  std::size_t const alignment = node->alignment;
  job.close(node->where);
  if (memory != nullptr) ::operator delete(memory, std::align_val_t{alignment});
}

/// Merges two lists that are in order of position.
[[nodiscard]] inline SegmentNode* merge_in_order(SegmentNode* a, SegmentNode* b) noexcept {
  SegmentNode* merged = nullptr;
  SegmentNode** end = &merged;
  while (a != nullptr && b != nullptr) {
    SegmentNode*& lower = b->first < a->first ? b : a;
    *end = lower;
    end = &lower->next;
    lower = lower->next;
  }
  *end = a != nullptr ? a : b;
  return merged;
}

/// Sorts a list by position (bottom-up merge sort; nothing is allocated, nothing recurses).
[[nodiscard]] inline SegmentNode* sort_by_position(SegmentNode* list) noexcept {
  SegmentNode* bins[64] = {};  // bins[i] holds 2^i segments in order, or none
  while (list != nullptr) {
    SegmentNode* carry = list;
    list = list->next;
    carry->next = nullptr;
    std::size_t i = 0;
    for (; bins[i] != nullptr; ++i) {
      carry = merge_in_order(bins[i], carry);
      bins[i] = nullptr;
    }
    bins[i] = carry;
  }
  SegmentNode* all = nullptr;
  for (SegmentNode* bin : bins) all = merge_in_order(bin, all);
  return all;
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
