// Numbers that complain of every stage that asks them something against the contract (core/concepts.hpp).
#pragma once

#include <parallel_task/core/concepts.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace contract {

namespace pt = parallel_task;
using Number = std::int64_t;
using pt::Block;
using pt::Known;
using pt::unknown;

/// The first complaint of a Witness since it was emptied.
inline std::string complaint;
inline void complain(std::string const& what) {
  if (complaint.empty()) complaint = what;
}
inline std::string shown(std::size_t n) { return n == unknown ? "unknown" : std::to_string(n); }
inline std::string shown(Known k) { return shown(k.positions) + (k.ended ? " and no more" : " so far"); }

/// What a Witness behaves like.
enum class Like {
  list,    ///< its size is known; alone it is walked, and after begin_sharing() only what has been walked is known
  stream,  ///< its size is not known, and it is read by pull()
  forward_list,  ///< its size is not known, and alone it is walked beyond what is known (open-ended)
};

/// The numbers 0 … n - 1, indexed and pulled, which complain of everything that the contract forbids their caller.
class Witness {
 public:
  using Item = Number;
  using Value = Number;
  struct State {
    std::size_t ran = 0;
  };
  static constexpr bool pulls = true;
  static constexpr pt::Cut cut = pt::Cut::everything;
  static constexpr bool whole_segments = false;
  static constexpr bool read_once = true;  // the strictest: a stage must not read too far

  Witness(Like like, std::size_t n) : like_(like), n_(n) {}

  void start() {
    expect(!started_, "start() once");
    started_ = alone_ = true;
    has_run_.assign(n_, false);
    released_.assign(n_, false);
    if (like_ == Like::list) known_ = {n_, true};
    if (like_ != Like::list) known_ = {0, n_ == 0 && like_ == Like::forward_list};
  }
  [[nodiscard]] Known known() const { return known_; }
  [[nodiscard]] std::size_t total() const { return like_ == Like::list ? n_ : unknown; }
  [[nodiscard]] bool is_open_ended() const { return like_ == Like::forward_list; }
  Known pull(std::size_t want) {
    expect(started_, "start() before pull()");
    expect(want == 0 || !known_.ended, "no pull() after the end");
    expect(want == 0 || !is_over_, "no pull() after a sink has said false while one thread was alone");
    if (want != 0) laid_ = true;
    know(want);
    return known_;
  }
  Known begin_sharing(State& state, std::size_t ran) {
    expect(started_ && !shared_ && !indexed_, "begin_sharing() once, after start() and without index_first()");
    expect(ran >= state.ran, "begin_sharing(ran) with no less than has run: " + shown(ran) + " of " + shown(state.ran));
    expect(!is_over_, "no begin_sharing() after its sink has said false");
    expect(ran <= n_, "begin_sharing(ran) with no more than there are: " + shown(ran));
    shared_ = true;
    alone_ = false;
    if (laid_) return known_;
    for (std::size_t i = 0; i != ran && i < n_; ++i) has_run_[i] = true;  // what was skipped is behind, too
    if (like_ == Like::list) known_ = {ran, ran == n_};
    return known_;
  }
  void index_first(std::size_t n) {
    expect(started_ && !shared_ && !indexed_ && run_ == 0, "index_first() once, before anything runs");
    indexed_ = true;
    alone_ = false;
    if (!laid_ && like_ == Like::list) known_ = {0, n_ == 0};
    laid_ = true;
    know(n);
  }
  [[nodiscard]] State open() const { return {}; }
  template <class K>
  bool feed(State& state, Block block, K& k) const {
    expect(!block.empty(), "no empty block");
    bool const walks = alone_ && !laid_;
    if (walks) expect(block.first >= state.ran, "blocks in order while one thread is alone");
    if (walks && like_ == Like::forward_list) return walk(state, block, k);
    for (std::size_t i = block.first; i != block.last; ++i) {
      if (!use(i)) return false;
      if (walks) state.ran = i + 1;
      if (!k(static_cast<Number>(i))) {
        is_over_ = alone_;
        return false;
      }
    }
    return true;
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }
  template <class K>
  bool at(State& state, std::size_t i, K&& k) const {
    bool const walks = alone_ && !laid_;
    if (walks) expect(i >= state.ran, "positions in order while one thread is alone");
    if (!use(i)) return false;
    if (walks) state.ran = i + 1;
    return k(static_cast<Number>(i));
  }
  void release(Block block) const noexcept {
    if (alone_ && !laid_) return;
    for (std::size_t i = block.first; i < block.last; ++i) {
      if (i >= known_.positions) return complain("release() of position " + shown(i) + ", which is not known");
      if (released_[i]) return complain("release() of position " + shown(i) + " twice");
      released_[i] = true;
    }
  }

 private:
  static void expect(bool holds, std::string const& what) {
    if (!holds) complain("asks its base against the contract: " + what);
  }
  void know(std::size_t want) {
    if (want == 0 || known_.ended) return;
    std::size_t const left = n_ - known_.positions;
    bool const asks_beyond = want > left;
    known_.positions += asks_beyond ? left : want;
    // A stream says that it has ended when it is asked for more.
    known_.ended = like_ == Like::stream ? asks_beyond : known_.positions == n_;
  }
  bool use(std::size_t i) const {
    bool const is_known = i < known_.positions;
    expect(is_known, "position " + shown(i) + ", of " + shown(known_));
    if (!is_known) return false;
    expect(!has_run_[i], "position " + shown(i) + " again, or after it was left behind");
    expect(!released_[i], "position " + shown(i) + " after its release()");
    has_run_[i] = true;
    ++run_;
    return true;
  }
  /// Alone, on a range of unknown size: what is passed by becomes known.
  template <class K>
  bool walk(State& state, Block block, K& k) const {
    std::size_t const last = block.last < n_ ? block.last : n_;
    for (std::size_t i = block.first; i < last; ++i) {
      known_.positions = i + 1;
      use(i);
      state.ran = i + 1;
      if (!k(static_cast<Number>(i))) return !(is_over_ = true);
    }
    if (last > known_.positions) known_.positions = last;
    if (known_.positions < block.first) known_.positions = block.first < n_ ? block.first : n_;
    known_.ended = known_.positions == n_;
    return true;
  }

  Like like_;
  std::size_t n_;
  mutable Known known_;
  bool started_ = false;
  bool alone_ = false;
  bool laid_ = false;  // pulled before it was shared: nothing is walked any more
  bool shared_ = false;
  bool indexed_ = false;
  mutable bool is_over_ = false;  // a sink has said false while one thread was alone
  mutable std::size_t run_ = 0;
  mutable std::vector<bool> has_run_;
  mutable std::vector<bool> released_;
};

}  // namespace contract
