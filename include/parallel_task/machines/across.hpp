// A pipeline on the ranks of a world: each chunk of positions that a rank is given is a run of its own, on all threads
// of the rank. What it has gathered goes to rank 0, which joins the chunks in order of position and tells all the
// result.
#pragma once

#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/lasting.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/core/unusable.hpp>
#include <parallel_task/machines/archive.hpp>
#include <parallel_task/machines/exchange.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/stage/take_any.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What a terminal is shown in place of the source: its types, but nothing by which it could write items in place.
template <source S>
struct SourceShape {
  using Item = typename S::Item;
  using Value = typename S::Value;
  using State = typename S::State;
  static constexpr bool pulls = true;
  static constexpr Cut cut = S::cut;
  static constexpr bool whole_segments = S::whole_segments;
  S* shown;

  void start() noexcept {}
  [[nodiscard]] Known known() const noexcept { return {0, false}; }
  [[nodiscard]] std::size_t total() const noexcept { return unknown; }
  /// Of a source of leaves (terminal/deterministic.hpp), each of which opens what it opens without ranks.
  [[nodiscard]] auto& base() noexcept
    requires requires(S& leaves) { leaves.base(); }
  {
    return shown->base();
  }
};

/// A chunk of positions of a source that has started, as a source of its own.
template <source S>
class RankChunk {
 public:
  using Item = typename S::Item;
  using Value = typename S::Value;
  using State = typename S::State;
  static constexpr bool pulls = false;
  static constexpr Cut cut = S::cut;
  static constexpr bool whole_segments = S::whole_segments;
  static constexpr bool lasting = lasting_items<S>;

  RankChunk(S const& base, Exchange& exchange, RankPart part) noexcept
      : base_(std::addressof(base)),
        exchange_(std::addressof(exchange)),
        first_(static_cast<std::size_t>(part.first)),
        size_(static_cast<std::size_t>(part.size())) {}
  RankChunk(RankChunk&& other) noexcept  // the concept asks for it; never moved once started
      : base_(other.base_), exchange_(other.exchange_), first_(other.first_), size_(other.size_) {}

  void start() noexcept {}
  [[nodiscard]] Known known() const noexcept { return {size_, true}; }
  [[nodiscard]] std::size_t total() const noexcept { return size_; }
  [[nodiscard]] State open() const { return base_->open(); }

  /// In strips of about 40 us, and looks for messages behind each.
  template <class K>
  bool feed(State& state, Block block, K& k) const {
    SharedItem const inside;
    std::size_t at = first_ + block.first;
    std::size_t const last = first_ + block.last;
    std::int64_t since = detail::steady_ns();
    while (at != last) {
      if (!exchange_->wants(at)) {
        abandoned_.store(true, std::memory_order_relaxed);
        return false;
      }
      // relaxed: a guess at how many items take so long
      std::size_t const strip = strip_.load(std::memory_order_relaxed);
      std::size_t const n = last - at < strip ? last - at : strip;
      exchange_->begin_items(n);
      if constexpr (requires { k.seek(at); }) k.seek(at);
      if (!run_strip(state, Block{at, at + n}, k)) {
        // relaxed: read when all threads have left
        cut_.store(true, std::memory_order_relaxed);
        return false;
      }
      at += n;
      std::int64_t const now = detail::steady_ns();
      if (now - since < 20'000 && n == strip) strip_.store(2 * strip, std::memory_order_relaxed);
      if (now - since > 80'000 && strip > 1) strip_.store(strip / 2, std::memory_order_relaxed);
      exchange_->poll(now);
      since = now;
    }
    return true;
  }
  template <class K>
  bool close(State& state, K& k) const {
    SharedItem const inside;
    if (base_->close(state, k)) return true;
    cut_.store(true, std::memory_order_relaxed);
    return false;
  }

  [[nodiscard]] ChunkEnd ended() const noexcept {
    return abandoned_.load(std::memory_order_relaxed) ? ChunkEnd::abandoned
           : cut_.load(std::memory_order_relaxed)     ? ChunkEnd::cut
                                                      : ChunkEnd::whole;
  }

 private:
  // A function of its own: inside of the loop over strips GCC 12 keeps in memory what belongs into registers.
  template <class K>
  PARALLEL_TASK_NOINLINE bool run_strip(State& state, Block block, K& k) const {
    return base_->feed(state, block, k);
  }

  S const* base_;
  Exchange* exchange_;
  std::size_t first_;
  std::size_t size_;
  mutable std::atomic<std::size_t> strip_{1};
  mutable std::atomic<bool> cut_{false};
  mutable std::atomic<bool> abandoned_{false};
};

/// The terminal `T` up to what has been gathered.
template <source S, class T>
struct Gathering {
  using Accumulator =
      std::remove_cvref_t<decltype(std::declval<T const&>().open(std::declval<SourceShape<S> const&>()))>;
  static constexpr Cut cut = detail::cut_of<T>();
  T const* end;
  SourceShape<S> shape;

  template <class Chunk>
  [[nodiscard]] Accumulator open(Chunk const&) const {
    return end->open(shape);
  }
  [[nodiscard]] Accumulator empty() const { return end->open(shape); }
  Accumulator finish(Accumulator&& all) const { return std::move(all); }
};

/// Whether a stage counts the items of all threads of a process (take_any), and so not those of all ranks.
template <class S>
inline constexpr bool counts_items = false;
template <template <class...> class Stage, class... Part>
inline constexpr bool counts_items<Stage<Part...>> = (counts_items<Part> || ...);
template <class Base>
inline constexpr bool counts_items<TakeAny<Base>> = true;

/// An empty leaf, where a source has leaves (terminal/deterministic.hpp).
template <class S>
struct EmptyLeaf {
  S const* source;
  auto operator()() const { return source->empty(); }
};

/// One loop of all ranks.
template <source S, class T>
class SharedLoop {
  using Gather = Gathering<S, T>;
  using A = typename Gather::Accumulator;
  static constexpr bool cuts_all = S::cut != Cut::later && detail::cut_of<T>() != Cut::later;

  static_assert(!is_read_once<S>,
                "parallel_task: on(w): a stream can be read on one rank only: read it into a container on rank 0, and "
                "broadcast that");
  static_assert(!counts_items<S>, "parallel_task: on(w): take_any(n) counts the items of one rank only: write take(n)");
  static constexpr bool can_be_saved = requires(A& a, AccumulatorSaver& saver) {
    a.carry(saver);
  } || requires(A& a, AccumulatorSaver& saver, EmptyLeaf<S> const& leaf) { a.carry(saver, leaf); };
  static_assert(can_be_saved,
                "parallel_task: what this terminal gathers does not travel yet: run it on each rank without on(w), or "
                "collect<std::vector>() on the ranks, and go on from there");

 public:
  SharedLoop(S& source, T& end, Exchange& exchange)
      : source_(source), end_(end), exchange_(exchange), gather_{std::addressof(end), {std::addressof(source)}} {}

  /// The joined accumulators of all ranks; of `everywhere` also on others than rank 0.
  std::optional<A> run(Settings const& settings, CallLine line, bool everywhere, bool split, std::uint64_t least) {
    std::exception_ptr refused;
    detail::guarded([&] { prepare(settings); }, [&](std::exception_ptr error) { refused = std::move(error); });
    std::uint64_t const n = refused ? 0 : source_.known().positions;
    line.length = n;
    Exchange::Call const call(exchange_, std::move(line));
    if (refused) {
      exchange_.refuse_loop(refused);
    } else {
      exchange_.begin_loop(n, cuts_all, split, least);
    }
    for (RankPart chunk; exchange_.next(chunk);) run_chunk(chunk, settings);
    return exchange_.rank() == 0 ? join(everywhere) : receive(everywhere);
  }

 private:
  void prepare([[maybe_unused]] Settings const& settings) {
    source_.start();
    if constexpr (S::pulls) source_.index_first(unknown);
    if constexpr (requires { end_.prepare(gather_.shape, settings); }) {
      end_.prepare(gather_.shape, settings);
    } else if constexpr (requires { end_.prepare(gather_.shape); }) {
      end_.prepare(gather_.shape);
    }
  }

  void run_chunk(RankPart chunk, Settings const& settings) {
    Exchange::Bytes bytes;
    ChunkEnd how = ChunkEnd::whole;
    detail::guarded(
        [&] {
          RankChunk<S> part(source_, exchange_, chunk);
          A gathered = detail::run_terminal(part, gather_, settings);
          how = part.ended();
          if (how == ChunkEnd::abandoned) return;
          if (exchange_.rank() == 0) {
            own_.emplace(chunk.first, std::move(gathered));
          } else {
            Writer out;
            save(out, gathered);
            bytes = std::move(out.bytes);
          }
        },
        [&](std::exception_ptr const& error) {
          how = ChunkEnd::failed;
          bytes = exchange_.saved(error);
        });
    exchange_.done(chunk, how, std::move(bytes));
  }

  void save(Writer& out, A& gathered) const {
    detail::save_accumulator(out, gathered, EmptyLeaf<S>{std::addressof(source_)});
  }
  void load(Exchange::Bytes const& bytes, A& into) const {
    Reader in(bytes);
    detail::load_accumulator(in, into, EmptyLeaf<S>{std::addressof(source_)});
    if (!in.at_end()) in.refuse("what a chunk has gathered should end here");
  }

  std::optional<A> join(bool everywhere) {
    std::optional<A> all;
    Exchange::Bytes bytes;
    if (!exchange_.is_failing()) {
      detail::guarded([&] { join_chunks(all); }, [&](std::exception_ptr const& error) { exchange_.fail(error); });
    }
    if (!exchange_.is_failing() && everywhere) {
      detail::guarded(
          [&] {
            Writer out;
            save(out, *all);
            bytes = std::move(out.bytes);
          },
          [&](std::exception_ptr const& error) { exchange_.fail(error); });
    }
    std::vector<Exchange::Bytes> given;
    given.push_back(std::move(bytes));
    static_cast<void>(exchange_.tell(std::move(given)));
    return all;
  }
  void join_chunks(std::optional<A>& all) {
    for (auto& [first, result] : exchange_.results()) {
      if (result.how == ChunkEnd::failed) {
        exchange_.fail_with(std::move(result.bytes));
        return;
      }
      if (auto const own = own_.find(first); own != own_.end()) {
        add(all, std::move(own->second));
      } else {
        A gathered = gather_.empty();
        load(result.bytes, gathered);
        result.bytes = {};
        add(all, std::move(gathered));
      }
      if (!cuts_all && result.how == ChunkEnd::cut) break;
    }
    if (!all) all.emplace(gather_.empty());
  }
  static void add(std::optional<A>& all, A&& later) {
    if (all) {
      all->join(std::move(later));
    } else {
      all.emplace(std::move(later));
    }
  }
  std::optional<A> receive(bool everywhere) {
    Exchange::Bytes const bytes = exchange_.take_verdict();
    std::optional<A> all;
    if (!everywhere) return all;
    all.emplace(gather_.empty());
    load(bytes, *all);
    return all;
  }

  S& source_;
  T& end_;
  Exchange& exchange_;
  Gather gather_;
  std::map<std::uint64_t, A> own_;  // of rank 0, by first position
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
