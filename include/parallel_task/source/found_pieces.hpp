// Pieces of a range that begin where something is found: chunk_by, split, split_after. Many threads look for them, in
// items that nobody changes meanwhile.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/source/cut_up.hpp>
#include <parallel_task/source/holder.hpp>

#include <cstddef>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Where a piece ends, and where to go on behind it.
struct PieceEnd {
  std::size_t last;
  std::size_t next;
};

/// A position is a place in the range, and gives the piece that begins there, if one does. So each block finds the
/// pieces that begin in it, to their ends, which may lie behind the block.
///
/// `Finder` has, about the `size` items from `begin` on:
///
/// - `positions(size)`: how many places there are at which a piece may begin.
/// - `seek(begin, i, limit, size)`: the first place from i up to `limit` where a piece begins; if there is none,
/// `limit`
///   or, unless the next piece `next_begins`, any place behind it from which to go on. What is before i is not known.
/// - `piece(begin, i, size)`: the end of the piece that begins at i, and the place from which to look for the next one.
/// - `next_begins`: whether the next piece begins just there; if not, `go_on(begin, i, limit, size)`, as `seek` from
///   such a place.
/// - `give(range, begin, first, last, next)`: gives `next` the piece as an item, an `Item<Range>`.
template <class Holder, class Finder>
struct FoundPieces {
  using Range = typename Holder::Range;
  using Item = typename Finder::template Item<Range>;
  using Value = Item;
  static constexpr bool pulls = false;
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;

  /// Between `at` and `next` no piece begins, so a segment that goes on at `at` looks from `next` on. If the next piece
  /// `next_begins`, it does so at `next`.
  struct State {
    std::size_t at = unknown;
    std::size_t next = 0;
  };

  FoundPieces(Holder holder, Finder finder) : holder_(std::move(holder)), finder_(std::move(finder)) {}

  void start() {
    begin_ = std::ranges::begin(holder_.get());
    size_ = static_cast<std::size_t>(std::ranges::size(holder_.get()));
  }
  [[nodiscard]] std::size_t total() const { return finder_.positions(size_); }
  [[nodiscard]] Known known() const { return {total(), true}; }
  [[nodiscard]] Overlap overlap(Written const& written) {
    return detail::overlap_of_range(holder_.get(), written).scattered();
  }
  [[nodiscard]] State open() const { return {}; }
  template <class K>
  bool feed(State& state, Block block, K& k) const {
    std::size_t const limit = block.last;
    bool const went_on = block.first == state.at;
    std::size_t i = went_on ? go_on(state.next, limit) : finder_.seek(begin_, block.first, limit, size_);
    state.at = unknown;  // until it is known again
    if (Finder::next_begins && !went_on && i >= limit) return true;
    while (i < limit) {
      PieceEnd const end = finder_.piece(begin_, i, size_);
      if (!finder_.template give<Range>(begin_, i, end.last, k)) return false;
      i = go_on(end.next, limit);
    }
    state.next = i;
    state.at = limit;
    return true;
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }

 private:
  [[nodiscard]] std::size_t go_on(std::size_t from, std::size_t limit) const {
    if constexpr (Finder::next_begins) {
      return from;
    } else {
      return from < limit ? finder_.go_on(begin_, from, limit, size_) : from;
    }
  }

  Holder holder_;
  Finder finder_;
  std::ranges::iterator_t<Range> begin_{};
  std::size_t size_ = 0;
};

/// What finders of parts share: an item is a span or a `part`.
struct GivesParts {
  template <class R>
  using Item = typename PartType<R>::type;
  static constexpr bool next_begins = true;

  template <class R, class Iterator, class Next>
  static bool give(Iterator const& begin, std::size_t first, std::size_t last, Next& next) {
    return next(PartType<R>::make(GivesParts::to(begin, first), GivesParts::to(begin, last)));
  }
  template <class Iterator>
  [[nodiscard]] static Iterator to(Iterator const& begin, std::size_t i) {
    return begin + static_cast<std::iter_difference_t<Iterator>>(i);
  }
};

/// The first of the items from i up to `limit` that satisfies `p`, or `limit`.
template <class P, class Iterator>
[[nodiscard]] std::size_t find_item(P const& p, Iterator const& begin, std::size_t i, std::size_t limit) {
  if (i >= limit) return limit;
  for (Iterator it = GivesParts::to(begin, i); i != limit; ++i, static_cast<void>(++it)) {
    if (static_cast<bool>(detail::call(p, detail::look(*it)))) return i;
  }
  return limit;
}

/// `split(r, p)`: a piece begins at the front and behind each separator, also at the end.
template <class P>
struct SplitAt : GivesParts {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS P separates;
  [[nodiscard]] static std::size_t positions(std::size_t size) noexcept { return detail::plus(size, 1); }
  template <class Iterator>
  [[nodiscard]] std::size_t seek(Iterator const& begin, std::size_t i, std::size_t limit, std::size_t) const {
    return i == 0 ? 0 : detail::find_item(separates, begin, i - 1, limit - 1) + 1;
  }
  template <class Iterator>
  [[nodiscard]] PieceEnd piece(Iterator const& begin, std::size_t i, std::size_t size) const {
    std::size_t const last = detail::find_item(separates, begin, i, size);
    return {last, last + 1};
  }
};

/// `split_after(r, p)`: a piece begins at the front and behind each separator that is not the last item.
template <class P>
struct SplitAfter : GivesParts {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS P separates;
  [[nodiscard]] static std::size_t positions(std::size_t size) noexcept { return size; }
  template <class Iterator>
  [[nodiscard]] std::size_t seek(Iterator const& begin, std::size_t i, std::size_t limit, std::size_t) const {
    return i == 0 ? 0 : detail::find_item(separates, begin, i - 1, limit - 1) + 1;
  }
  template <class Iterator>
  [[nodiscard]] PieceEnd piece(Iterator const& begin, std::size_t i, std::size_t size) const {
    std::size_t const at = detail::find_item(separates, begin, i, size);
    std::size_t const last = at == size ? size : at + 1;
    return {last, last};
  }
};

/// `chunk_by(r, p)`: a piece begins at the front and wherever `p` is false of two neighbours.
template <class P>
struct ChunkBy : GivesParts {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS P together;
  [[nodiscard]] static std::size_t positions(std::size_t size) noexcept { return size; }
  template <class Iterator>
  [[nodiscard]] std::size_t seek(Iterator const& begin, std::size_t i, std::size_t limit, std::size_t) const {
    if (i == 0) return 0;
    for (Iterator it = to(begin, i); i != limit; ++i, static_cast<void>(++it)) {
      if (!detail::invoke(together, detail::look(*(it - 1)), detail::look(*it))) return i;
    }
    return limit;
  }
  template <class Iterator>
  [[nodiscard]] PieceEnd piece(Iterator const& begin, std::size_t i, std::size_t size) const {
    std::size_t const last = seek(begin, i + 1, size, size);
    return {last, last};
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
