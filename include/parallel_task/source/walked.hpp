// All other forward ranges: walked by one thread at a time, first alone, then ahead of the threads that compute.
#pragma once

#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/owner.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/source/holder.hpp>
#include <parallel_task/source/trail.hpp>

#include <cstddef>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Iterators that contain their item, so that it ends with the iterator. No forward iterator may do that, but those of
/// <regex> claim to be forward iterators.
template <class I>
concept stashing = requires { typename I::regex_type; } || (std::is_reference_v<std::iter_reference_t<I>> && requires {
                     requires std::same_as<typename I::iterator_category, std::input_iterator_tag>;
                   });

/// A range is first walked *alone*: one thread feeds items as it walks, and no iterator is kept, which would cost 3 ns
/// per item and often more memory than the item. `begin_sharing` ends that: from then on `pull` walks ahead and leaves
/// a trail, whose positions are freed when they have been run.
///
/// - Known size (list, set, map, hash map): a checkpoint every 16 positions, so the first position of a block is at
/// most 15
///   steps from one. Each `++` is done twice, the second time by the thread that computes.
/// - Unknown size (forward_list, filter views): each iterator is kept until its item has been run, so that no `++`,
/// which
///   may call a user's predicate or change the view, is done twice. While a thread is alone, a block may extend past
///   the end: see `is_open_ended`. A stage that has to know the number of positions before they run pulls instead,
///   which leaves a trail too.
///
/// Who calls what: `start`, `begin_sharing`, `index_first`, and `feed` until there is a trail, on the calling thread
/// while it is alone; `pull` by one thread at a time; `at`, `feed` and `release` by any thread, for positions that the
/// engine has given it. The queue through which it gave them publishes the trail.
template <class Holder>
struct Walked {
  using Range = typename Holder::Range;
  using Iterator = std::ranges::iterator_t<Range>;
  using Item = typename Holder::Item;
  using Value = std::ranges::range_value_t<Range>;
  static constexpr bool pulls = true;
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;
  static constexpr bool lasting = std::is_lvalue_reference_v<Item> && lasting_range<Range>;
  static constexpr bool owns = owns_data<Holder>;
  static constexpr bool sized = std::ranges::sized_range<Range>;

  /// Where a segment is: at the next item that it can give without a lookup.
  struct State {
    Iterator it{};
    std::size_t position = unknown;
  };

  explicit Walked(Holder holder) : holder_(std::move(holder)) {}

  void start() {
    front_ = std::ranges::begin(holder_.get());
    if constexpr (sized) {
      total_ = known_ = static_cast<std::size_t>(std::ranges::size(holder_.get()));
      ended_ = true;
    } else {
      end_ = std::ranges::end(holder_.get());
      ended_ = front_ == end_;
    }
  }
  [[nodiscard]] Known known() const { return {known_, ended_}; }
  [[nodiscard]] std::size_t total() const { return total_; }
  [[nodiscard]] static constexpr bool is_open_ended() { return !sized && !stashing<Iterator>; }

  Known pull(std::size_t want) {
    if (want != 0 && !ended_) {
      if (!trail_) lay_trail(0, trail_shift);
      if constexpr (sized) {
        if (walked_on_ != 0) trail_->skip(std::exchange(walked_on_, 0));
      }
    }
    pass_by(want);
    return known();
  }

  Known begin_sharing(State& state, std::size_t ran) {
    if (trail_) return known();
    if constexpr (sized) {
      front_ = state.it;
      known_ = state.position;
      for (; known_ < ran; ++known_) ++front_;  // skipped by a stage, so not walked yet
      ended_ = known_ == total_;
    } else {
      if (ended_) return known();
      front_ = state.it;
    }
    lay_trail(known_, trail_shift);
    return known();
  }

  void index_first(std::size_t n) {
    if (!trail_) {
      lay_trail(0, 0);
      known_ = 0;
      if constexpr (sized) ended_ = total_ == 0;
    }
    (void)pull(n);
  }

  [[nodiscard]] State open() const {
    if (trail_) return {};
    return {front_, 0};
  }

  /// Up to `n` steps beyond where `state` has come, which are forgotten; how many there were. Tells what walking costs
  /// before others join, who would walk, too.
  [[nodiscard]] std::size_t walk(State const& state, std::size_t n) const
    requires sized
  {
    if (trail_ || state.position == unknown) return 0;
    if (n > total_ - state.position) n = total_ - state.position;
    Iterator it = state.it;
    for (std::size_t left = n; left != 0; --left) ++it;
    return n != 0 && it == state.it ? 0 : n;  // asked so that no compiler leaves the steps out
  }

  /// Where there is a trail: `state` goes on from where it ends, without leaving one. How many of `n` positions there
  /// are to run so: the next one that is passed by is to begin at a checkpoint.
  [[nodiscard]] std::size_t join_walk(State& state, std::size_t n) const
    requires sized
  {
    if (keeps_all_) return 0;
    state.it = front_;
    state.position = known_;
    if (n >= total_ - known_) return total_ - known_;
    std::size_t const last = trail_->checkpoint(known_ + n);
    return last > known_ ? last - known_ : 0;
  }
  /// The walk has come to where `state` is.
  void leave_walk(State const& state)
    requires sized
  {
    walked_on_ += state.position - known_;
    front_ = state.it;
    known_ = state.position;
    ended_ = known_ == total_;
  }

  template <class Next>
  PARALLEL_TASK_ALWAYS_INLINE bool at(State& state, std::size_t i, Next&& next) const {
    if (!sized || keeps_all_) return next(Holder::item((*trail_)[i]));
    if (i != state.position) go_to(state, i);
    Iterator const here = state.it;  // it may contain its item
    ++state.it;
    ++state.position;
    return next(Holder::item(here));
  }

  // Inlined, so that the sink is kept in registers.
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed(State& state, Block block, K& k) const {
    if constexpr (sized) {
      if (keeps_all_) return detail::feed_by_index(At<Walked>{*this, state}, block, k);
      if (block.first != state.position) go_to(state, block.first);
      Iterator it = state.it;
      for (std::size_t n = block.size(); n; --n, static_cast<void>(++it)) {
        if (!k(Holder::item(it))) {
          state.position = unknown;
          return false;
        }
      }
      state.it = it;
      state.position = block.last;
      return true;
    } else {
      if (!trail_) return block.last == unknown ? walk_to_end(state, block.first, k) : walk(state, block, k);
      for (std::size_t i = block.first; i < block.last; ++i) {
        if (!k(Holder::item((*trail_)[i]))) return false;
      }
      return true;
    }
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

  void release(Block block) const noexcept {
    if constexpr (!stashing<Iterator>) {
      if (trail_) trail_->release(block);
    }
  }

 private:
  static constexpr unsigned trail_shift = sized ? 4 : 0;

  void lay_trail(std::size_t first, unsigned shift) {
    trail_ = Owner(new Trail<Iterator>(first, shift));
    keeps_all_ = shift == 0;
  }

  void pass_by(std::size_t want) {
    // Counted here and not in *this, since other threads read parts of that. If an iterator throws, the count is
    // written back all the same. The iterator is not, since assigning it may throw as well; there is no pull after
    // that.
    struct Pace {
      Walked& of;
      std::size_t known;
      bool ended;
      ~Pace() {
        of.known_ = known;
        of.ended_ = ended;
      }
    } pace{*this, known_, ended_};
    Iterator front = front_;
    for (; want != 0 && !pace.ended; --want) {
      trail_->pass(front);
      ++pace.known;
      ++front;
      if constexpr (sized) {
        pace.ended = pace.known == total_;
      } else {
        pace.ended = front == end_;
      }
    }
    front_ = std::move(front);
  }

  PARALLEL_TASK_NOINLINE void go_to(State& state, std::size_t i) const {
    constexpr std::size_t spacing = std::size_t{1} << trail_shift;
    bool const is_close = state.position != unknown && state.position <= i && i - state.position <= spacing;
    if (!is_close && trail_) {
      state.position = trail_->checkpoint(i);
      state.it = (*trail_)[state.position];
    }
    for (; state.position != i; ++state.position) ++state.it;
  }

  // Alone on a range of unknown size. Each iterator is compared with the end once, after the `++` that made it, since
  // the comparison may call a user's predicate too.

  /// Walks past what a stage skips; false if the range ends there.
  bool skip_to(State& state, std::size_t position) const {
    while (state.position < position && !ended_) {
      ++state.it;
      known_ = ++state.position;
      ended_ = state.it == end_;
    }
    return !ended_;
  }

  /// A block that the end of the range may cut short.
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool walk(State& state, Block block, K& k) const {
    if (!skip_to(state, block.first) || block.empty()) return true;
    Iterator it = state.it;
    auto const end = end_;
    std::size_t left = block.size();
    bool ended = false;
    while (left != 0 && !ended) {
      if (!k(Holder::item(it))) return false;
      ++it;
      --left;
      ended = it == end;
    }
    state.it = it;
    known_ = state.position = block.last - left;
    ended_ = ended;
    return true;
  }

  /// Everything that is left, without counting: in a loop over a list, counting would be every fourth instruction.
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool walk_to_end(State& state, std::size_t first, K& k) const {
    if (!skip_to(state, first)) return true;
    Iterator it = state.it;
    auto const end = end_;
    do {
      if (!k(Holder::item(it))) return false;
      ++it;
    } while (!(it == end));
    ended_ = true;
    return true;
  }

  using Sentinel = std::ranges::sentinel_t<Range>;
  struct Nothing {};

  Holder holder_;
  Iterator front_{};  // the first position that is not known; while alone, the first of all
  PARALLEL_TASK_NO_UNIQUE_ADDRESS std::conditional_t<sized, Nothing, Sentinel> end_{};
  Owner<Trail<Iterator>> trail_;  // null while a thread is alone
  PARALLEL_TASK_NO_UNIQUE_ADDRESS std::conditional_t<sized, std::size_t, Nothing> walked_on_{};  // not in the trail yet
  bool keeps_all_ = false;  // the trail has every iterator; read by all threads, so not next to what the puller writes
  std::size_t total_ = unknown;
  mutable std::size_t known_ = 0;  // mutable: `feed`, alone on a range of unknown size, learns its length
  mutable bool ended_ = false;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
