// inclusive_scan and exclusive_scan as stages: running results flow on as items.
//
// How it works. The positions of the source below are cut into groups, whose borders depend on nothing but their
// number: small ones first, since items may be dear, then larger ones. Each group has two positions here: at the first
// its items are computed and joined by themselves, at the second what comes before is joined to these, and the results
// flow on. One thread alone does all of that at the second, and keeps nothing. Once there are more, positions become
// known bit by bit: those that compute are handed out as far as there is room in a ring of groups; those that pass on
// when all groups before have been computed, in order. Whoever pulls joins what the groups come to: one operation a
// group. So nobody waits for anybody, and what has been computed and not been passed on is bounded.
//
// As results are joined in the same way whoever computes them, they have the same bits for any number of threads.
//
// States of a group in the ring, and who brings it there:
//
//   room --> computing   whoever pulls: the first position is handed out
//        --> computed    whoever runs that
//        --> passing     whoever pulls: `before` is known, the second position is handed out
//        --> room        whoever runs that
//
// Invariants: a group is in one thread's hands at a time. A position's entry in `kinds` is written again only when the
// group that it tells of has gone on: of the positions handed out behind it, fewer than `ring` compute, since its own
// group takes a place, and fewer than `ring` pass on.
// Pairings: `state` <- computed (release) -> the pull (acquire): what the group comes to; `state` <- room (release) ->
// the pull (acquire): the group is nobody's. What the pull writes reaches who runs the position through the queue.
// `cut` is relaxed: it only saves work.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/number.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/platform/owner.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Groups of neighbouring positions, in tiers: the groups of a tier are of one size.
struct ScanGroups {
  struct Tier {
    std::size_t group;     // the first of the tier
    std::size_t position;  // where it begins
    std::size_t size;
  };
  static constexpr Tier tiers[] = {{0, 0, 1}, {256, 256, 8}, {512, 2304, 32}, {1024, 18688, 128}};

  /// Where a group begins.
  [[nodiscard]] static constexpr std::size_t first_of(std::size_t group) noexcept {
    Tier const* tier = tiers + 3;
    while (group < tier->group) --tier;
    return detail::plus(tier->position, detail::times(group - tier->group, tier->size));
  }
  /// How many groups `n` positions fill; with what is left over if `ended`.
  [[nodiscard]] static constexpr std::size_t of(std::size_t n, bool ended) noexcept {
    Tier const* tier = tiers + 3;
    while (n < tier->position) --tier;
    std::size_t const in_tier = n - tier->position;
    return tier->group + in_tier / tier->size + (ended && in_tier % tier->size != 0 ? 1 : 0);
  }
};

/// A result, or none yet. Of simple types there is always a value, or GCC 12 would warn that it may not be there.
template <class T>
class MaybeResult {
 public:
  MaybeResult() = default;
  explicit MaybeResult(T&& value) : value_(std::move(value)) {}
  [[nodiscard]] explicit operator bool() const noexcept { return value_.has_value(); }
  [[nodiscard]] T& operator*() noexcept { return *value_; }
  [[nodiscard]] T const& operator*() const noexcept { return *value_; }
  PARALLEL_TASK_ALWAYS_INLINE void set(T value) { value_.emplace(std::move(value)); }
  void clear() noexcept { value_.reset(); }

 private:
  std::optional<T> value_;
};
template <class T>
  requires(std::is_trivially_copyable_v<T> && std::is_default_constructible_v<T> && std::is_copy_assignable_v<T>)
class MaybeResult<T> {
 public:
  MaybeResult() = default;
  explicit MaybeResult(T value) : value_(value), is_there_(true) {}
  [[nodiscard]] explicit operator bool() const noexcept { return is_there_; }
  [[nodiscard]] T& operator*() noexcept { return value_; }
  [[nodiscard]] T const& operator*() const noexcept { return value_; }
  PARALLEL_TASK_ALWAYS_INLINE void set(T value) {
    value_ = value;
    is_there_ = true;
  }
  void clear() noexcept { is_there_ = false; }

 private:
  T value_{};
  bool is_there_ = false;
};

/// `ring`: groups that may be computed and not yet passed on.
template <bool inclusive, source Base, class T, class Op, std::size_t ring = 1024>
class Scanned : public Over<Base> {
 public:
  using Item = T;
  using Value = T;
  using State = typename Base::State;
  static constexpr bool pulls = true;
  static constexpr bool two_turns = true;
  /// Nanoseconds a position: of cheaper items, keeping them costs more than a second thread could save.
  static constexpr float least_cost = 40;

  Scanned(Base base, Op op, MaybeResult<T>&& init)
      : Over<Base>(std::move(base)), op_(std::move(op)), before_(std::move(init)) {}

  [[nodiscard]] Known known() const {
    if (shared_) return handed_;
    Known const base = this->base_.known();
    return {2 * ScanGroups::of(base.positions, base.ended || failure_), base.ended};
  }
  [[nodiscard]] std::size_t total() const {
    std::size_t all = 0;
    if (Base::cut == Cut::later || !detail::knows_total(this->base_, all)) return unknown;
    return detail::times(2, ScanGroups::of(all, true));
  }
  Known pull(std::size_t want) {
    if (!shared_) return pull_alone(want);
    if (want == 0 || handed_.ended) return handed_;
    if (!pass_on(want)) compute_more(want);
    return handed_;
  }
  Known begin_sharing(State& state, std::size_t ran) {
    share(ring);
    handed_.positions = ran;
    next_ = to_pass_on_ = ran / 2;
    if (ran % 2 != 0) {  // the first position of a group, which is nothing to one thread
      Group& group = at(next_);
      take_group(group);
      compute(state, group);
      if (!group.more) return handed_;  // nothing is computed behind it, so the base is not shared
    }
    if constexpr (Base::pulls) {
      std::size_t const base = this->base_.known().positions;
      std::size_t const first = ScanGroups::first_of(next_);
      static_cast<void>(this->base_.begin_sharing(state, first < base ? first : base));
    }
    note_end();
    return handed_;
  }
  /// All of it is computed at once, so that results can be asked for in any order.
  void index_first(std::size_t n) {
    if constexpr (Base::pulls) this->base_.index_first(n == unknown ? n : ScanGroups::first_of(n / 2 + n % 2));
    Known const base = this->base_.known();
    std::size_t const groups = ScanGroups::of(base.positions, base.ended);
    share(groups);
    State state = this->base_.open();
    while (next_ != groups) {
      Group& group = at(next_);
      take_group(group);
      compute(state, group);
#if defined(__cpp_exceptions)
      if (group.failure) std::rethrow_exception(group.failure);
#endif
      step(group);
      if (!group.more) break;
    }
    handed_ = {2 * groups, base.ended};  // behind a cut they give nothing
    is_computed_ = true;
  }
  [[nodiscard]] Overlap overlap(Written const& written) {
    return detail::overlap_of(this->base_, written).scattered();  // items are read long before results are written
  }

  template <class K>
  bool feed(State& state, Block block, K& k) const {
    if (shared_) return feed_shared(state, block, k);
    return feed_alone(state, block.first / 2, block.last / 2, k);
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }
  void release(Block) const noexcept = delete;

 private:
  /// However they are grouped, integers come to the same.
  static constexpr bool exact = std::integral<T>;

  enum Progress : std::uint32_t { room, computing, computed, passing };
  struct Result {  // vectors of bool are none
    T value;
  };
  struct Group {
    atomic<std::uint32_t> state{room};
    bool more = true;  // false: a stage below wants no more
    Block block{0, 0};
    std::vector<Result> results;  // of its items alone
    MaybeResult<T> before;
    MaybeResult<T> all;  // what comes before the next group
    std::exception_ptr failure;
  };
  struct Shared {
    explicit Shared(std::size_t n) : count(n), groups(new Group[n]), kinds(2 * n) {}
    std::size_t count;
    Owner<Group[]> groups;
    std::vector<std::size_t> kinds;  // of a position: its group, times two, and one if it passes on
    atomic<bool> cut{false};         // a group has failed, or has had the last item
  };

  [[nodiscard]] T join(T const& a, T const& b) const { return static_cast<T>(detail::invoke(op_, a, b)); }

  // --- one thread alone ---

  Known pull_alone(std::size_t want) {
    std::size_t const before = known().positions;
    read(ScanGroups::first_of(detail::plus(before, want) / 2 + want % 2));
    Known const now = known();
#if defined(__cpp_exceptions)
    if (failure_ && now.positions == before && want != 0) std::rethrow_exception(failure_);
#endif
    return now;
  }
  /// Makes so many positions of the base known, if it has them. What it gave before it threw comes before that.
  Known read([[maybe_unused]] std::size_t positions) {
    Known base = this->base_.known();
    if constexpr (Base::pulls) {
      detail::guarded(
          [&] {
            while (!failure_ && !base.ended && base.positions < positions) {
              base = this->base_.pull(positions - base.positions);
            }
          },
          [&](std::exception_ptr failure) {
            failure_ = std::move(failure);
            base = this->base_.known();
          });
    }
    return base;
  }
  /// The plain loop, where that is how results are grouped anyway.
  template <class K>
  struct InLine {
    Scanned const& stage;
    MaybeResult<T>& all;
    K& k;
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) const {
      if constexpr (inclusive) {
        if (all) [[likely]] {
          all.set(stage.join(*all, static_cast<T>(static_cast<X&&>(x))));
        } else {
          all.set(static_cast<T>(static_cast<X&&>(x)));
        }
        return k(T(*all));
      } else {
        if (!k(T(*all))) return false;
        all.set(stage.join(*all, static_cast<T>(static_cast<X&&>(x))));
        return true;
      }
    }
  };
  /// A group, whose items are joined by themselves as well.
  template <class K>
  struct InGroup {
    Scanned const& stage;
    MaybeResult<T> const& before;
    MaybeResult<T>& all;
    K& k;
    MaybeResult<T> own{};
    template <class X>
    PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
      if (own) {
        own.set(stage.join(*own, static_cast<T>(static_cast<X&&>(x))));
      } else {
        own.set(static_cast<T>(static_cast<X&&>(x)));
      }
      if constexpr (inclusive) {
        all.set(before ? stage.join(*before, *own) : T(*own));
        return k(T(*all));
      } else {
        if (!k(T(*all))) return false;
        all.set(stage.join(*before, *own));
        return true;
      }
    }
  };
  template <class K>
  bool feed_alone(State& state, std::size_t group, std::size_t last, K& k) const {
    while (group < last) {
      bool const as_loop = exact || (indexed_source<Base> && group < ScanGroups::tiers[1].group);
      std::size_t const single = ScanGroups::tiers[1].group;
      std::size_t const end = !as_loop ? group + 1 : exact || last < single ? last : single;
      Block const block = positions_of(group, end);
      if (as_loop) {
        if (!feed_in_line(state, block, k)) return false;
      } else {
        MaybeResult<T> const before(before_);
        InGroup<K> in_group{*this, before, before_, k};
        if (!this->base_.feed(state, block, in_group)) return false;
      }
      release_base(block);
      group = end;
    }
    return true;
  }
  template <class K>
  PARALLEL_TASK_ALWAYS_INLINE bool feed_in_line(State& state, Block block, K& k) const {
    if constexpr (std::is_trivially_copyable_v<T>) {
      MaybeResult<T> all(before_);  // a local variable, which may be in a register
      InLine<K> in_line{*this, all, k};
      bool const more = this->base_.feed(state, block, in_line);
      if (all) before_.set(*all);
      return more;
    } else {
      InLine<K> in_line{*this, before_, k};
      return this->base_.feed(state, block, in_line);
    }
  }
  [[nodiscard]] Block positions_of(std::size_t group, std::size_t end) const {
    std::size_t const last = ScanGroups::first_of(end);
    std::size_t const known = this->base_.known().positions;  // nobody pulls now
    return {ScanGroups::first_of(group), last < known ? last : known};
  }
  void release_base([[maybe_unused]] Block block) const noexcept {
    if constexpr (releasing<Base>) this->base_.release(block);
  }

  // --- all together ---

  void share(std::size_t groups) { shared_ = Owner<Shared>(new Shared(groups)); }
  [[nodiscard]] Group& at(std::size_t group) const noexcept { return shared_->groups[group % shared_->count]; }
  [[nodiscard]] bool is(std::size_t group, Progress progress) const noexcept {
    // acquire: what whoever brought it there has done to the group
    return at(group).state.load(detail::memory_order_acquire) == progress;
  }
  void hand_out(std::size_t kind) noexcept {
    shared_->kinds[handed_.positions % shared_->kinds.size()] = kind;
    ++handed_.positions;
  }
  void take_group(Group& group) {
    group.block = positions_of(next_, next_ + 1);
    group.state.store(computing, detail::memory_order_relaxed);  // relaxed: the queue publishes it
    ++next_;
  }
  void note_end() {
    Known const base = this->base_.known();
    if (to_pass_on_ == next_ && base.ended && ScanGroups::first_of(next_) >= base.positions) handed_.ended = true;
  }
  /// What comes before a group is known, and so is what comes before the next.
  void step(Group& group) {
    if (before_) group.before.set(*before_);
    if (group.results.empty()) return;
    T const& own = group.results.back().value;
    before_.set(before_ ? join(*before_, own) : T(own));
    if constexpr (inclusive) group.all.set(*before_);
  }
  /// Hands out positions that pass results on; false if there are none.
  bool pass_on(std::size_t want) {
    std::size_t const first = to_pass_on_;
    while (to_pass_on_ != next_ && to_pass_on_ - first != want && is(to_pass_on_, computed)) {
      Group& group = at(to_pass_on_);
      detail::guarded([&] { step(group); },
                      [&](std::exception_ptr failure) {
                        group.failure = std::move(failure);
                        group.results.clear();  // what comes before them is not known
                      });
      group.state.store(passing, detail::memory_order_relaxed);  // relaxed: the queue publishes it
      hand_out(2 * to_pass_on_ + 1);
      ++to_pass_on_;
      if (!group.more || group.failure) {
        handed_.ended = true;  // it will say that nothing later is wanted, or throw
        return true;
      }
    }
    if (to_pass_on_ == first) return false;
    note_end();
    return true;
  }
  /// Hands out positions that compute, if there are any and there is room. The base is read no further than that.
  void compute_more(std::size_t want) {
    if (shared_->cut.load(detail::memory_order_relaxed)) return;  // relaxed: only saves work
    std::size_t groups = 0;
    while (groups != want && groups != shared_->count && is(next_ + groups, room)) ++groups;
    if (groups == 0) return;
    Known const base = read(ScanGroups::first_of(next_ + groups));
    std::size_t const last = ScanGroups::of(base.positions, base.ended || failure_);
    for (; groups != 0 && next_ != last; --groups) {
      hand_out(2 * next_);
      take_group(at(next_));
    }
    note_end();
#if defined(__cpp_exceptions)
    if (failure_ && next_ == last && to_pass_on_ == next_) std::rethrow_exception(failure_);
#endif
  }
  void compute(State& state, Group& group) const {
    group.more = false;
    detail::guarded(
        [&] {
          auto gather = [this, &group](auto&& x) {
            T item = static_cast<T>(static_cast<decltype(x)&&>(x));
            if (group.results.empty()) {
              group.results.push_back({std::move(item)});
            } else {
              group.results.push_back({join(group.results.back().value, item)});
            }
            return true;
          };
          group.more = this->base_.feed(state, group.block, gather);
        },
        [&](std::exception_ptr failure) { group.failure = std::move(failure); });
    if (group.more) {
      release_base(group.block);
    } else {
      shared_->cut.store(true, detail::memory_order_relaxed);  // relaxed: only saves work
    }
    // release: pairs with the acquire of whoever pulls
    group.state.store(computed, detail::memory_order_release);
  }
  template <class K>
  bool feed_shared(State& state, Block block, K& k) const {
    Shared const& shared = *shared_;
    for (std::size_t i = block.first; i != block.last; ++i) {
      std::size_t const kind = is_computed_ ? i : shared.kinds[i % shared.kinds.size()];
      Group& group = at(kind / 2);
      if (kind % 2 != 0) {
        if (!pass(group, k)) return false;
      } else if (!is_computed_) {
        compute(state, group);
      }
    }
    return true;
  }
  template <class K>
  bool pass(Group& group, K& k) const {
    if (!pass_results(group, k)) return false;
#if defined(__cpp_exceptions)
    if (group.failure) std::rethrow_exception(group.failure);
#endif
    if (!group.more) return false;
    if (group.results.capacity() > 256) group.results = std::vector<Result>();
    group.results.clear();
    group.before.clear();
    group.all.clear();
    // release: pairs with the acquire of whoever pulls
    group.state.store(room, detail::memory_order_release);
    return true;
  }
  template <class K>
  bool pass_results(Group& group, K& k) const {
    if (group.results.empty()) return true;
    std::size_t const last = group.results.size() - 1;
    if constexpr (inclusive) {
      for (std::size_t i = 0; i != last; ++i) {
        if (!k(group.before ? join(*group.before, group.results[i].value) : std::move(group.results[i].value)))
          return false;
      }
      return !group.all || k(std::move(*group.all));
    } else {
      if (!k(T(*group.before))) return false;
      for (std::size_t i = 0; i != last; ++i) {
        if (!k(join(*group.before, group.results[i].value))) return false;
      }
      return true;
    }
  }

  PARALLEL_TASK_NO_UNIQUE_ADDRESS Op op_;
  // What has come so far: of the one thread alone, then of whoever pulls, as all below.
  mutable MaybeResult<T> before_;
  Owner<Shared> shared_;
  Known handed_{0, false};
  std::size_t next_ = 0;        // the group that is to be computed next
  std::size_t to_pass_on_ = 0;  // the group that is to be passed on next
  std::exception_ptr failure_;  // what the base has thrown when it was pulled
  bool is_computed_ = false;    // all of it, see index_first
};

/// Why a scan with results of type `T` can't be put on a source.
template <class T, class Op, source Base>
consteval Problem scan_problem() {
  using Item = typename Base::Item;
  if constexpr (Base::whole_segments) {
    return Problem::scan_after_fold;
  } else if constexpr (runs_in_two_turns<Base>) {
    return Problem::scan_after_scan;
  } else if constexpr (!called_with<Op const&, T const&, T const&>) {
    return called_with<Op&, T const&, T const&> ? Problem::closure_changes_itself : Problem::scan_does_not_fit;
  } else if constexpr (!requires(Item item) { static_cast<T>(static_cast<Item>(item)); }) {
    return Problem::scan_other_items;
  } else {
    using Made = std::invoke_result_t<Op const&, T const&, T const&>;
    if constexpr (!std::constructible_from<T, Made>) {
      return Problem::scan_does_not_fit;
    } else if constexpr (loses<std::remove_cvref_t<Item>, T> || loses<std::remove_cvref_t<Made>, T>) {
      return Problem::scan_loses;
    } else {
      return std::copy_constructible<T> ? Problem::none : Problem::scan_not_copyable;
    }
  }
}

/// `inclusive_scan(op)`, `inclusive_scan(op, init)`, `exclusive_scan(init, op)`. Results are of the type of `init`, or
/// of the items' values.
template <bool inclusive, class Op, class... Init>
struct ScanStage {
  static constexpr bool is_stage = true;
  Op op;
  std::tuple<Init...> init;

  template <source Base>
  using Result = std::tuple_element_t<0, std::tuple<Init..., typename Base::Value>>;
  template <source Base>
  static consteval Problem problem() {
    return detail::scan_problem<Result<Base>, Op, Base>();
  }
  template <source Base>
  auto operator()(Base base) && {
    using T = Result<Base>;
    return Scanned<inclusive, Base, T, Op>(std::move(base), std::move(op),
                                           std::make_from_tuple<MaybeResult<T>>(std::move(init)));
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
