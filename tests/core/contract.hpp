// The contract of sources and stages (core/concepts.hpp) as a check without an engine: every way a source may be run.
//
// `contract::breach(of(make))` is the first sentence that sources made by `make()` break, or "". It puts a source
// through every life that the engine may give it, once for each number of positions that one thread runs alone before
// others come in, and compares what comes out. Where the source stands on `Witness` numbers, these complain of what a
// stage asks of its base against the contract.
#pragma once

#include "core/witness.hpp"
#include "property/erased.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace contract {

using Items = std::vector<Number>;

struct Breach {
  std::string what;
};
inline void require(bool holds, std::string const& what) {
  if (!complaint.empty()) throw Breach{std::exchange(complaint, "")};
  if (!holds) throw Breach{what};
}

/// Sources of one kind, whatever they are made of.
struct Subject {
  bool pulls;
  bool indexed;
  bool cuts;
  bool whole_segments;
  std::function<std::unique_ptr<property::AnySource<Number>>()> make;
};

/// `make()` gives a new pipeline of numbers each time.
template <class Make>
Subject of(Make make) {
  using S = std::remove_cvref_t<decltype(pt::detail::Access::source(std::declval<decltype(make())&>()))>;
  static_assert(pt::complete_source<S>);
  return {S::pulls, pt::indexed_source<S>, S::cut == pt::Cut::later, S::whole_segments,
          [make]() -> std::unique_ptr<property::AnySource<Number>> {
            auto pipeline = make();
            return std::unique_ptr<property::AnySource<Number>>(
                new property::Model<S, Number>(pt::detail::Access::source(pipeline)));
          }};
}

/// How the positions run that are known to all threads.
enum class Way { in_order, backwards, backwards_in_segments, by_at };
inline constexpr Way ways[] = {Way::in_order, Way::backwards, Way::backwards_in_segments, Way::by_at};

/// A source and what has come out of it so far.
class Life {
 public:
  explicit Life(Subject const& subject, std::size_t indexed_first = 0) : subject_(subject), source_(subject.make()) {
    source_->start();
    total_ = source_->total();
    if (!subject_.pulls) require(source_->known().ended, "a source that does not pull knows all after start()");
    if (indexed_first != 0) source_->index_first(indexed_first);
    open();
  }

  [[nodiscard]] std::size_t next() const { return next_; }
  [[nodiscard]] bool more() const { return more_; }
  /// What is known, and the promises about it.
  Known known() {
    Known const k = source_->known();
    require(source_->total() == total_, "total() changes");
    require(!k.ended || total_ == unknown || k.positions == total_,
            "known() has ended at " + shown(k.positions) + ", total() is " + shown(total_));
    return k;
  }
  Known pull(std::size_t want) {
    Known const before = known();
    Known const now = source_->pull(want);
    require(now.positions == known().positions && now.ended == known().ended, "pull() returns known()");
    require(now.positions >= before.positions, "pull() makes less known: " + shown(now));
    require(want == 0 || now.ended || now.positions > before.positions, "pull(" + shown(want) + ") gives nothing");
    return now;
  }
  /// Runs positions in order, by the first state, up to `last` or the end.
  void alone(std::size_t last, std::size_t pulled, std::size_t block) {
    while (next_ < last && more_) {
      Known const k = known();
      if (next_ < k.positions) {
        feed({next_, std::min({k.positions, last, next_ + block})});
      } else {
        if (k.ended) return;
        (void)pull(pulled);
      }
    }
  }
  /// Tries steps that are forgotten: what runs later is the same.
  void walk() {
    for (std::size_t const n : {std::size_t{1}, std::size_t{1000}}) {
      std::size_t const steps = source_->walk(*segments_.front().state, n);
      if (steps == unknown) return;
      require(steps == std::min(n, total_ - next_), "walk(" + shown(n) + ") makes " + shown(steps) + " steps");
    }
  }
  void begin_sharing() {
    walk();
    Known const k = source_->begin_sharing(*segments_.front().state, next_);
    std::string const call = "begin_sharing(" + shown(next_) + ") answers " + shown(k);
    require(k.positions >= next_, call + ": fewer than have run");
    require(k.positions == source_->known().positions && k.ended == source_->known().ended, call + ", not known()");
    (void)known();
  }
  /// Runs the rest, as all threads may.
  void rest(Way way, std::size_t pulled, std::size_t block) {
    while (more_) {
      Known const k = known();
      if (next_ < k.positions) {
        run({next_, k.positions}, way, block);
        next_ = k.positions;
      } else {
        if (k.ended) return;
        if (walks_on_ && walk_on(k.positions, pulled)) continue;
        (void)pull(pulled);
      }
    }
  }
  /// Runs the next positions as the source is walked, by a new state, and leaves no trail.
  bool walk_on(std::size_t first, std::size_t n) {
    open(first);
    std::size_t const count = source_->join_walk(*segments_.back().state, n);
    require(known().positions == first, "join_walk() changes what is known");
    if (count == 0) return false;
    bool const releases = std::exchange(releases_, false);
    feed({first, first + count});
    releases_ = releases;
    if (!more_) return true;
    source_->leave_walk(*segments_.back().state);
    next_ = known().positions;
    require(next_ == first + count || (next_ < first + count && known().ended),
            "leave_walk() makes known " + shown(known()));
    return true;
  }
  void run(Block all, Way way, std::size_t block) {
    if (way == Way::by_at && !subject_.indexed) way = Way::backwards;
    bool const in_segments = way == Way::backwards_in_segments || subject_.whole_segments || subject_.cuts;
    std::size_t const n = (all.size() + block - 1) / block;
    for (std::size_t j = 0; j != n; ++j) {
      std::size_t const first = all.first + (way == Way::in_order ? j : n - 1 - j) * block;
      Block const piece{first, std::min(first + block, all.last)};
      if (in_segments && way != Way::in_order) open(piece.first);
      if (way == Way::by_at) {
        at(piece);
      } else {
        feed(piece);
      }
      if (!more_ && !subject_.cuts) return;
      if (!more_ && way == Way::in_order) return;
    }
  }
  /// A block by the last state.
  void feed(Block block) {
    auto sink = [this](Number x) { return take(x); };
    bool const more = source_->feed(*segments_.back().state, block, property::AnySink<Number>::of(sink));
    require(more || full_ || subject_.cuts, "feed() says false, but the sink did not");
    require(!(more && full_), "feed() says true, but the sink said false");
    ended(block, more);
  }
  void at(Block block) {
    auto sink = [this](Number x) { return take(x); };
    for (std::size_t i = block.last; i-- > block.first;) {
      std::size_t const before = segments_.back().items.size();
      bool const more = source_->at(*segments_.back().state, i, property::AnySink<Number>::of(sink));
      require(segments_.back().items.size() == before + 1, "at(" + shown(i) + ") gives not one item");
      require(more == !full_, "at() does not return what its sink says");
    }
    std::reverse(segments_.back().items.end() - static_cast<std::ptrdiff_t>(block.size()),
                 segments_.back().items.end());
    ended(block, true);
  }
  /// As far as pull(0) has told, after a block beyond the end.
  void stands_at(std::size_t position) { next_ = position; }
  /// From here on another state runs, which begins at `first`.
  void open(std::size_t first = 0) { segments_.push_back({first, source_->open(), {}, {}, true}); }
  /// The sink wants so many items in all.
  void limit(std::size_t items) { wanted_ = items; }
  void releases() { releases_ = true; }
  void walks_on() { walks_on_ = true; }

  /// All items, in order of position.
  [[nodiscard]] Items items() {
    std::stable_sort(segments_.begin(), segments_.end(),
                     [](auto const& a, auto const& b) { return a.first < b.first; });
    Items all;
    for (Segment& s : segments_) {
      if (subject_.whole_segments && !full_) close(s);
      std::sort(s.blocks.begin(), s.blocks.end());
      for (auto const& [first, begin, end] : s.blocks) {
        all.insert(all.end(), s.items.begin() + begin, s.items.begin() + end);
      }
      if (!s.more) break;
    }
    require(true, "");
    return all;
  }

 private:
  struct Segment {
    std::size_t first;
    std::unique_ptr<property::AnyState> state;
    Items items;
    std::vector<std::tuple<std::size_t, std::ptrdiff_t, std::ptrdiff_t>> blocks;  // first position, and its items
    bool more;
  };
  bool take(Number x) {
    require(!full_, "an item comes after the sink has said false");
    segments_.back().items.push_back(x);
    full_ = ++taken_ == wanted_;
    return !full_;
  }
  void ended(Block block, bool more) {
    require(true, "");
    Segment& s = segments_.back();
    std::ptrdiff_t const begin = s.blocks.empty() ? 0 : std::get<2>(s.blocks.back());
    s.blocks.emplace_back(block.first, begin, static_cast<std::ptrdiff_t>(s.items.size()));
    next_ = std::max(next_, block.last);
    if (!more) s.more = more_ = false;
    if (more && releases_) source_->release(block);
    require(true, "");
  }
  void close(Segment& s) {
    auto sink = [&s](Number x) { return s.items.push_back(x), true; };
    require(source_->close(*s.state, property::AnySink<Number>::of(sink)), "close() says false, but the sink did not");
    std::ptrdiff_t const begin = s.blocks.empty() ? 0 : std::get<2>(s.blocks.back());
    s.blocks.emplace_back(unknown, begin, static_cast<std::ptrdiff_t>(s.items.size()));
  }

  Subject const& subject_;
  std::unique_ptr<property::AnySource<Number>> source_;
  std::size_t total_ = 0;
  std::size_t next_ = 0;  // positions below have run
  std::size_t taken_ = 0;
  std::size_t wanted_ = unknown;
  bool full_ = false;  // the sink has said false
  bool more_ = true;   // neither it nor the source has
  bool releases_ = false;
  bool walks_on_ = false;
  std::vector<Segment> segments_;
};

inline constexpr std::size_t block_sizes[] = {1, 2, 5};

/// One thread alone up to `ran`, then all.
inline Items shared_after(Subject const& subject, std::size_t ran, std::size_t pulled, Way way, std::size_t block,
                          bool releases, bool walks_on) {
  Life life(subject);
  if (releases) life.releases();
  if (walks_on) life.walks_on();
  life.alone(ran, pulled, block);
  if (life.more() && subject.pulls) life.begin_sharing();
  life.rest(way, pulled, block);
  return life.items();
}

inline void check_shared(Subject const& subject, std::size_t positions, Items const& items) {
  std::size_t turn = 0;
  for (std::size_t ran = 0; ran <= positions; ++ran) {
    for (Way const way : ways) {
      ++turn;  // blocks and pulls of other sizes each time, with release() and without
      std::size_t const block = block_sizes[turn % 3];
      std::size_t const pulled = turn % 5 == 0 ? unknown : 1 + turn % 5 / 2;
      std::string const how = way == Way::in_order ? "" : way == Way::by_at ? " by at()" : " backwards";
      require(shared_after(subject, ran, pulled, way, block, turn % 7 > 2, turn % 2 != 0) == items,
              "other items when " + shown(ran) + " of " + shown(positions) + " ran alone, then blocks of " +
                  shown(block) + how);
    }
  }
}

inline void check_indexed_first(Subject const& subject, std::size_t positions) {
  for (std::size_t n = 1; n <= positions + 2; ++n) {
    std::size_t const asked = n == positions + 2 ? unknown : n;
    std::size_t const first = std::min(asked, positions);
    Life in_order(subject);
    in_order.alone(first, 3, 2);
    if (first == 0) continue;
    Items const items = in_order.items();
    for (Way const way : ways) {
      Life life(subject, asked);
      std::size_t const known = life.known().positions;
      require(known >= first, "index_first(" + shown(asked) + ") makes known " + shown(known));
      life.run({0, first}, way, block_sizes[n % 3]);
      require(life.items() == items, "other items after index_first(" + shown(asked) + ")");
    }
  }
}

inline void check_stops(Subject const& subject, Items const& items) {
  for (std::size_t wanted = 1; wanted <= items.size(); ++wanted) {
    for (bool const shared : {false, true}) {
      Life life(subject);
      life.limit(wanted);
      if (shared && subject.pulls) life.begin_sharing();
      life.rest(Way::in_order, 3, block_sizes[wanted % 3]);
      Items const got = life.items();
      require(got.size() >= wanted &&
                  std::equal(got.begin(), got.begin() + static_cast<std::ptrdiff_t>(wanted), items.begin()),
              "other items where the sink wants " + shown(wanted));
    }
  }
}

inline void check_open_ended(Subject const& subject, std::size_t positions, Items const& items) {
  for (std::size_t ran = 0; ran <= positions; ++ran) {
    for (std::size_t const beyond : {std::size_t{1}, positions + 3, unknown}) {
      Life life(subject);
      if (ran != 0) life.feed({0, ran});
      if (!life.more()) continue;
      (void)life.pull(0);
      std::size_t const last = beyond == unknown ? unknown : ran + beyond;
      std::string const after = "after an open-ended block to " + shown(last) + " of " + shown(positions);
      life.feed({ran, last});
      if (!life.more()) continue;
      if (last != unknown) {
        Known const k = life.pull(0);
        require(k.positions == std::min(last, positions), "pull(0) tells " + shown(k) + " " + after);
        require(k.ended || k.positions == last, "pull(0) does not tell the end " + after);
        life.stands_at(k.positions);
        life.begin_sharing();
        life.rest(Way::backwards, 1, 2);
      }
      require(life.items() == items, "other items " + after);
    }
  }
}

/// The first sentence of the contract that is broken, or "".
inline std::string breach(Subject const& subject) {
  complaint.clear();
  try {
    Life whole(subject);
    whole.alone(unknown, 3, unknown / 2);
    std::size_t const positions = whole.next();
    Items const items = whole.items();
    check_shared(subject, positions, items);
    if (subject.pulls) check_indexed_first(subject, positions);
    check_stops(subject, items);
    if (subject.make()->is_open_ended()) check_open_ended(subject, positions, items);
  } catch (Breach const& found) {
    return found.what;
  }
  return std::exchange(complaint, "");
}

}  // namespace contract
