// pt::world: the ranks that share loops, whatever carries their messages.
#pragma once

#include <parallel_task/core/run.hpp>
#include <parallel_task/machines/chunk_rule.hpp>
#include <parallel_task/machines/errors.hpp>
#include <parallel_task/machines/exchange.hpp>
#include <parallel_task/machines/link.hpp>
#include <parallel_task/machines/ordered_loop.hpp>
#include <parallel_task/machines/placed_loop.hpp>
#include <parallel_task/machines/shared_item.hpp>
#include <parallel_task/machines/shared_loop.hpp>
#include <parallel_task/machines/wire.hpp>
#include <parallel_task/platform/cores.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/worker/environment.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <source_location>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

class world;

namespace detail {

/// Where a pipeline is to run: a world, and how. `root_alone`: results are wanted on rank 0 alone.
template <bool root_alone>
class Placement {
 public:
  static constexpr bool at_root_alone = root_alone;

  explicit Placement(world& where) noexcept : world_(&where) {}

  /// Results on rank 0 alone: the terminal returns a std::optional, empty elsewhere.
  [[nodiscard]] Placement<true> at_root() const { return Placement<true>(*world_, split_, least_); }
  /// Each rank runs its share of the positions, whatever they cost: no message before the end.
  [[nodiscard]] Placement split() const { return Placement(*world_, true, least_); }
  /// Never fewer than `n` positions at once. Throws std::invalid_argument if `n` is 0.
  [[nodiscard]] Placement least(std::size_t n) const {
    if (n == 0) throw_error(std::invalid_argument("parallel_task: least(n): n must be at least 1"));
    return Placement(*world_, split_, n);
  }

  // What the pipeline asks of it, see pipeline/on.hpp.

  [[nodiscard]] bool is_root() const noexcept;
  /// `settings` on a rank: no more threads than it has, and in a world of one rank as without it.
  [[nodiscard]] Settings here(Settings settings) const noexcept;
  /// Calls `f` on rank 0 with all items, in order.
  template <class S, class F>
  void run_in_order(S& source, F const& f, std::size_t window, Settings const& settings) const;
  /// Whether this is a loop of all ranks, and not of one alone.
  [[nodiscard]] bool is_shared() const noexcept;
  template <class S, class T>
  auto run(S& source, T& end, Settings const& settings) const
      -> std::remove_cvref_t<decltype(detail::run_terminal(source, end, settings))>;
  template <class S, class T>
  auto run_at_root(S& source, T& end, Settings const& settings) const
      -> std::optional<std::remove_cvref_t<decltype(detail::run_terminal(source, end, settings))>>;

  friend Placement place_of(Placement place, std::source_location const& line) {
    place.line_ = line;
    return place;
  }

 private:
  template <bool>
  friend class Placement;
  Placement(world& where, bool split, std::uint64_t least) noexcept : world_(&where), split_(split), least_(least) {}
  [[nodiscard]] CallLine line() const;
  [[nodiscard]] LoopPlan plan() const noexcept {
    LoopPlan how;
    how.least = least_;
    how.split = split_;
    return how;
  }

  world* world_;
  std::source_location line_;
  bool split_ = false;
  std::uint64_t least_ = 1;
};

}  // namespace detail

/// The ranks of a program that share its loops: each is a process that runs the same program. Base of
/// `pt::forked::world` and `pt::mpi::world`; neither copied nor moved.
///
///     auto const prices = pt::parallel_iter(jobs).on(w).map(price).collect<std::vector>();
///
/// Each rank comes to the same calls in the same order, on one thread at a time: pipelines with `.on(w)`, and the
/// functions here that exchange values. The destructor is the last of them. Where ranks come to different calls, all of
/// them throw `pt::rank_mismatch`. In an item of a pipeline `.on(w)`, other such pipelines run on that rank alone, and
/// exchanging values is a `std::logic_error`.
class world {
 public:
  world(world const&) = delete;
  world& operator=(world const&) = delete;

  /// The number of this rank, from 0.
  [[nodiscard]] int rank() const noexcept { return exchange_->rank(); }
  /// How many ranks there are.
  [[nodiscard]] int size() const noexcept { return exchange_->size(); }
  /// Whether this is rank 0.
  [[nodiscard]] bool is_root() const noexcept { return rank() == 0; }
  /// How many threads of this rank compute such pipelines.
  [[nodiscard]] unsigned threads() const noexcept { return threads_; }

  /// For `.on()`: results on rank 0 alone. The terminal returns a `std::optional`, empty on the others.
  [[nodiscard]] auto at_root() { return detail::Placement<false>(*this).at_root(); }
  /// For `.on()`: each rank runs its `share`, whatever the items cost.
  [[nodiscard]] auto split() { return detail::Placement<false>(*this).split(); }
  /// For `.on()`: a rank gets no fewer than `n` positions at once. Throws `std::invalid_argument` if `n` is 0.
  [[nodiscard]] auto least(std::size_t n) { return detail::Placement<false>(*this).least(n); }
  /// The part [first, second) of `n` positions that is this rank's, if all are to have the same number.
  [[nodiscard]] std::pair<std::size_t, std::size_t> share(std::size_t n) const noexcept {
    return share_of(n, static_cast<std::size_t>(rank()));
  }

  /// Returns when all ranks have come here.
  void barrier(std::source_location line = std::source_location::current()) {
    static_cast<void>(exchange("barrier", line, {}, [](std::vector<Bytes>&&) { return std::vector<Bytes>(1); }));
  }
  /// Returns the values of all ranks, in order of rank, on every rank.
  template <sendable T>
  [[nodiscard]] std::vector<T> all_gather(T const& value, std::source_location line = std::source_location::current()) {
    detail::Payload const together = exchange("all_gather", line, saved(value), [](std::vector<Bytes>&& given) {
      std::vector<Bytes> joined(1);
      for (Bytes const& one : given) joined[0].insert(joined[0].end(), one.begin(), one.end());
      return joined;
    });
    detail::Reader in(together.bytes());
    std::vector<T> of_ranks;
    of_ranks.reserve(static_cast<std::size_t>(size()));
    for (int r = 0; r != size(); ++r) of_ranks.push_back(in.template get<T>());
    return of_ranks;
  }
  /// Returns the values of all ranks, joined by `op(T, T)` in order of rank, on every rank the same. `op` need not
  /// commute; it is called on rank 0.
  template <sendable T, class Op>
  [[nodiscard]] T all_reduce(T const& value, Op op, std::source_location line = std::source_location::current()) {
    return loaded<T>(exchange("all_reduce", line, saved(value), [&op](std::vector<Bytes>&& given) {
                       T joined = loaded<T>(given[0]);
                       for (std::size_t r = 1; r != given.size(); ++r)
                         joined = op(std::move(joined), loaded<T>(given[r]));
                       return std::vector<Bytes>{saved(joined)};
                     }).bytes());
  }
  /// Gives `value` of the rank `from` to all. Throws `std::invalid_argument` if there is no such rank.
  template <sendable T>
  void broadcast(T& value, int from = 0, std::source_location line = std::source_location::current()) {
    must_be_a_rank("broadcast", from);
    detail::Payload const given =
        exchange("broadcast", line, rank() == from ? saved(value) : Bytes(), [from](std::vector<Bytes>&& given_by) {
          return std::vector<Bytes>{std::move(given_by[static_cast<std::size_t>(from)])};
        });
    if (rank() != from) value = loaded<T>(given.bytes());
  }
  /// Gives each rank its `share` of the values that the rank `from` has; those of others are not looked at. Throws
  /// `std::invalid_argument` if there is no such rank.
  template <sendable T>
  [[nodiscard]] std::vector<T> scatter(std::vector<T> const& whole, int from = 0,
                                       std::source_location line = std::source_location::current()) {
    must_be_a_rank("scatter", from);
    Bytes mine;
    if (rank() == from) {
      std::vector<Bytes> parts;
      for (std::size_t r = 0; r != static_cast<std::size_t>(size()); ++r) {
        auto const [from_here, to] = share_of(whole.size(), r);
        parts.push_back(saved(std::vector<T>(whole.begin() + static_cast<std::ptrdiff_t>(from_here),
                                             whole.begin() + static_cast<std::ptrdiff_t>(to))));
      }
      mine = saved(parts);
    }
    return loaded<std::vector<T>>(exchange("scatter", line, std::move(mine), [from](std::vector<Bytes>&& given) {
                                    return loaded<std::vector<Bytes>>(given[static_cast<std::size_t>(from)]);
                                  }).bytes());
  }

  friend detail::Placement<false> place_of(world& where, std::source_location const& line) {
    return place_of(detail::Placement<false>(where), line);
  }

 protected:
  using Bytes = detail::Exchange::Bytes;

  world() = default;
  ~world() = default;

  /// The first call of all ranks. `threads`: how many of this rank compute.
  void join(std::unique_ptr<detail::Link> link, unsigned threads) {
    exchange_ =
        std::make_unique<detail::Exchange>(std::move(link),
                                           detail::number_of_environment("PARALLEL_TASK_PATIENCE", 1, "seconds"));
    exceptions_ = std::uncaught_exceptions();
    threads_ = threads == 0 ? 1 : threads;
    if (long const set = detail::number_of_environment("PARALLEL_TASK_THREADS", 1, "threads"); set > 0) {
      threads_ = static_cast<unsigned>(set);
    }
    constexpr std::uint64_t magic = 0x70615f7461736b31;  // bytes as they lie in memory
    using Hello = std::pair<std::uint64_t, unsigned>;
    std::vector<unsigned> of_ranks;
    for (Hello const& hello : all_gather(Hello(magic, threads_))) {
      if (hello.first != magic) {
        detail::throw_error(
            std::runtime_error("parallel_task: ranks on machines of different kinds can't share loops"));
      }
      of_ranks.push_back(hello.second == 0 ? 1 : hello.second);
    }
    exchange_->set_threads(std::move(of_ranks));
  }
  /// The last call of all ranks, for the destructor. False: this rank leaves by an exception, and all has been ended
  /// that can be.
  bool leave() noexcept {
    if (!exchange_) return true;
    if (std::uncaught_exceptions() > exceptions_ && size() > 1) {
      std::fprintf(stderr, "parallel_task: rank %d leaves its world by an exception\n", rank());
      exchange_->link().abandon();
      return false;
    }
    if (size() == 1 || exchange_->is_over()) return true;
    detail::guarded(
        [this] {
          detail::Exchange::Call const call(*exchange_, {detail::Exchange::end_of_world, 0});
          static_cast<void>(exchange_->collective({}, [](std::vector<Bytes>&&) { return std::vector<Bytes>(1); }));
        },
        [](std::exception_ptr const&) {});  // others are elsewhere, and have been told
    return true;
  }

  std::unique_ptr<detail::Exchange> exchange_;

 private:
  template <bool>
  friend class detail::Placement;

  template <class Combine>
  detail::Payload exchange(char const* what, std::source_location const& line, Bytes mine, Combine const& combine) {
    detail::Exchange::Call const call(*exchange_, {where(line) + " (" + what + ")", 0});
    return exchange_->collective(std::move(mine), combine);
  }
  [[nodiscard]] static std::string where(std::source_location const& line) {
    std::string file = line.file_name();
    std::size_t const slash = file.find_last_of("/\\");
    if (slash != std::string::npos) file.erase(0, slash + 1);
    return file + ":" + std::to_string(line.line());
  }
  [[nodiscard]] std::pair<std::size_t, std::size_t> share_of(std::size_t n, std::size_t r) const noexcept {
    detail::RankPart const part = detail::rank_share(n, r, static_cast<std::size_t>(size()));
    return {static_cast<std::size_t>(part.first), static_cast<std::size_t>(part.last)};
  }
  void must_be_a_rank(char const* what, int from) const {
    if (from >= 0 && from < size()) return;
    detail::throw_error(std::invalid_argument("parallel_task: " + std::string(what) + ": there is no rank " +
                                              std::to_string(from) + " among " + std::to_string(size())));
  }
  template <class T>
  static Bytes saved(T const& value) {
    detail::Writer out;
    out(value);
    return std::move(out.bytes);
  }
  template <class T>
  static T loaded(std::span<std::byte const> bytes) {
    detail::Reader in(bytes);
    T value = in.template get<T>();
    if (!in.at_end()) in.refuse("a value should end here");
    return value;
  }

  unsigned threads_ = 1;
  int exceptions_ = 0;
};

namespace detail {

template <class S, class T>
using LoopOfRanks = typename std::conditional_t<is_placed_by_ranks<T, S>, std::type_identity<PlacedLoop<S, T>>,
                                                std::type_identity<SharedLoop<S, T>>>::type;

template <bool root_alone>
bool Placement<root_alone>::is_root() const noexcept {
  return world_->is_root();
}

template <bool root_alone>
CallLine Placement<root_alone>::line() const {
  return {world::where(line_) + " (loop)", 0};
}

template <bool root_alone>
bool Placement<root_alone>::is_shared() const noexcept {
  return world_->size() != 1 && !inside_shared_item;
}

template <bool root_alone>
Settings Placement<root_alone>::here(Settings settings) const noexcept {
  unsigned const most = world_->threads();
  if (world_->size() != 1 && (settings.max_threads == 0 || settings.max_threads > most)) settings.max_threads = most;
  return settings;
}

template <bool root_alone>
template <class S, class T>
auto Placement<root_alone>::run(S& source, T& end, Settings const& settings) const
    -> std::remove_cvref_t<decltype(detail::run_terminal(source, end, settings))> {
  if (!is_shared()) return detail::run_terminal(source, end, settings);
  LoopOfRanks<S, T> loop(source, end, *world_->exchange_);
  constexpr bool at_root_only = root_alone && std::is_void_v<decltype(detail::run_terminal(source, end, settings))>;
  auto all = loop.run(here(settings), line(), !at_root_only, plan());
  if constexpr (at_root_only) {
    if (is_root()) end.finish(std::move(*all));
  } else {
    return end.finish(std::move(*all));
  }
}

template <bool root_alone>
template <class S, class T>
auto Placement<root_alone>::run_at_root(S& source, T& end, Settings const& settings) const
    -> std::optional<std::remove_cvref_t<decltype(detail::run_terminal(source, end, settings))>> {
  if (world_->size() == 1) return detail::run_terminal(source, end, settings);
  if (inside_shared_item) {
    auto result = detail::run_terminal(source, end, settings);
    if (!is_root()) return std::nullopt;
    return result;
  }
  LoopOfRanks<S, T> loop(source, end, *world_->exchange_);
  auto all = loop.run(here(settings), line(), false, plan());
  if (!all || !is_root()) return std::nullopt;
  return end.finish(std::move(*all));
}

template <bool root_alone>
template <class S, class F>
void Placement<root_alone>::run_in_order(S& source, F const& f, std::size_t window, Settings const& settings) const {
  LoopPlan how = plan();
  how.window = window;
  OrderedLoop<S, F>(source, f, *world_->exchange_).run(here(settings), line(), how);
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
