// Sorts what is nearly sorted: takes out the few items that stray, sorts those, and merges. Not stable.
#pragma once

#include <parallel_task/algorithm/sorting/items.hpp>
#include <parallel_task/algorithm/sorting/quick.hpp>
#include <parallel_task/algorithm/sorting/team.hpp>
#include <parallel_task/platform/atomic.hpp>

#include <cstddef>
#include <cstdint>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The idea is drop-merge sort's (E. Ask 2016), here for blocks side by side: an item that is less than the last one
/// kept strays, unless that one sticks out itself.
template <class T, class O>
class StraySort {
 public:
  /// `other` has room for n, `strays` for `most` items.
  StraySort(T* v, std::size_t n, T* other, T* strays, std::size_t most, O const& less, Team const& team)
      : v_(v), n_(n), other_(other), strays_(strays), most_(most), less_(less), team_(team) {}

  /// Sorts; or finds more strays than `most`, and returns false with v as it was.
  bool run() {
    std::size_t const size = Team::block_of(n_, 8192);
    team_.template blocks<Phase::look>(n_, size, [&](std::size_t first, std::size_t last) {
      if (failed_.load(detail::memory_order_relaxed) == 0) split(parts_[first / size], first, last);
    });
    std::size_t const blocks = Passes::blocks_of(n_, size);
    if (failed_.load(detail::memory_order_relaxed) != 0 || !join(blocks)) return false;
    // From here on the items in `other`, all of them, are those that count.
    CopiesBack<T> back(v_, other_, n_);
    detail::quick_sort(strays_, count_, v_, less_);
    place(blocks);
    team_.template each<Phase::merge>(blocks, size, [&](std::size_t b) { merge(parts_[b]); });
    back.forget();
    return true;
  }

 private:
  /// A block of `other`: items kept in [kept, end), strays before and behind.
  struct Part {
    std::size_t first, kept, end, last;
    std::size_t strays = 0, strays_end = 0;  ///< those that are merged with what is kept
    std::size_t at = 0;                      ///< where the result of that goes
  };

  void split(Part& part, std::size_t first, std::size_t last) {
    std::size_t const limit = (last - first) / 4;
    T* const kept = other_ + first;
    T* strays = other_ + last;
    std::size_t k = 0;
    std::size_t streak = 0;
    auto const stray = [&](T const& item) { detail::put(--strays, item); };
    for (std::size_t i = first; i != last; ++i) {
      T item(v_[i]);
      if (k == 0 || !less_(item, kept[k - 1])) {
        detail::put(kept + k++, item);
        streak = 0;
      } else if (k == 1 || !less_(item, kept[k - 2])) {
        stray(kept[k - 1]);
        detail::put(kept + (k - 1), item);
      } else if (++streak >= 4 && (k <= 8 || !less_(item, kept[k - 9]))) {
        // Several in a row: rather a few that were kept stick out.
        while (k != 0 && less_(item, kept[k - 1])) stray(kept[--k]);
        detail::put(kept + k++, item);
        streak = 0;
      } else {
        stray(item);
      }
      if (static_cast<std::size_t>(other_ + last - strays) > limit) {
        return failed_.store(1, detail::memory_order_relaxed);  // a hint, read again after the pass
      }
    }
    part = {first, first, first + k, last};
  }

  /// What is kept becomes one sequence: at the borders of blocks some more stray. Then all strays are collected.
  bool join(std::size_t blocks) {
    T* const o = other_;
    Part* before = nullptr;
    for (std::size_t b = 0; b != blocks; ++b) {
      Part& part = parts_[b];
      while (before != nullptr && before->kept != before->end && part.kept != part.end &&
             less_(o[part.kept], o[before->end - 1])) {
        if (before->end - before->kept > 1 && !less_(o[part.kept], o[before->end - 2])) {
          --before->end;
        } else if (part.end - part.kept > 1 && !less_(o[part.kept + 1], o[before->end - 1])) {
          ++part.kept;
        } else {
          --before->end;
          ++part.kept;
        }
      }
      if (part.kept != part.end) before = &part;
    }
    for (std::size_t b = 0; b != blocks; ++b) {
      Part const& part = parts_[b];
      if (part.last - part.first - (part.end - part.kept) > most_ - count_) return false;
      add(part.first, part.kept);
      add(part.end, part.last);
    }
    return true;
  }
  void add(std::size_t first, std::size_t last) noexcept {
    detail::copy_items(strays_ + count_, other_ + first, last - first);
    count_ += last - first;
  }

  /// Which strays go with which block: those that are less than the first item kept in the next one.
  void place(std::size_t blocks) {
    std::size_t kept = 0;
    std::size_t strays = 0;
    for (std::size_t b = 0; b != blocks; ++b) {
      Part& part = parts_[b];
      if (part.kept != part.end) {
        std::size_t low = strays;
        for (std::size_t high = count_; low < high;) {
          std::size_t const middle = low + (high - low) / 2;
          if (less_(strays_[middle], other_[part.kept])) {
            low = middle + 1;
          } else {
            high = middle;
          }
        }
        if (b != 0) parts_[b - 1].strays_end = low;
        strays = b != 0 ? low : 0;
      } else if (b != 0) {
        parts_[b - 1].strays_end = strays;
      }
      part.strays = strays;
      part.at = kept + strays;
      kept += part.end - part.kept;
    }
    parts_[blocks - 1].strays_end = count_;
  }
  void merge(Part const& part) const {
    T* kept = other_ + part.kept;
    T* const end = other_ + part.end;
    T* to = v_ + part.at;
    for (std::size_t s = part.strays; s != part.strays_end; ++s) {
      T* const from = kept;
      while (kept != end && !less_(strays_[s], *kept)) ++kept;
      detail::copy_items(to, from, static_cast<std::size_t>(kept - from));
      to += kept - from;
      detail::put(to++, strays_[s]);
    }
    detail::copy_items(to, kept, static_cast<std::size_t>(end - kept));
  }

  T* v_;
  std::size_t n_;
  T* other_;
  T* strays_;
  std::size_t most_;
  std::size_t count_ = 0;
  O const& less_;
  Team const& team_;
  atomic<std::uint32_t> failed_{0};
  Part parts_[64];
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
