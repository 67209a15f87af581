// A loop of all ranks whose result is joined: what the chunks have gathered goes to rank 0, which joins it in order of
// position and tells all the result.
#pragma once

#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/machines/across.hpp>
#include <parallel_task/machines/archive.hpp>
#include <parallel_task/machines/chunk_reports.hpp>
#include <parallel_task/machines/exchange.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <cstdint>
#include <exception>
#include <map>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

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

/// An empty leaf, where a source has leaves (terminal/deterministic.hpp).
template <class S>
struct EmptyLeaf {
  S const* source;
  auto operator()() const { return source->empty(); }
};

template <source S, class T>
class SharedLoop {
  using Gather = Gathering<S, T>;
  using A = typename Gather::Accumulator;

  static constexpr bool can_be_saved = requires(A& a, AccumulatorSaver& saver) {
    a.carry(saver);
  } || requires(A& a, AccumulatorSaver& saver, EmptyLeaf<S> const& leaf) { a.carry(saver, leaf); };
  static_assert(can_be_saved,
                "parallel_task: what this terminal gathers does not travel: run it on each rank without on(w), or "
                "collect<std::vector>() on the ranks, and go on from there");

 public:
  static constexpr bool cuts_all = S::cut != Cut::later && detail::cut_of<T>() != Cut::later;

  SharedLoop(S& source, T& end, Exchange& exchange)
      : source_(source), end_(end), exchange_(exchange), gather_{std::addressof(end), SourceShape<S>(source)} {}

  /// The joined accumulators of all ranks; of `everywhere` also on others than rank 0.
  std::optional<A> run(Settings const& settings, CallLine line, bool everywhere, LoopPlan plan) {
    ChunkReports reports(settings, exchange_);
    plan.cut_all = cuts_all;
    RankLoop loop(source_, exchange_, std::move(line), plan, [&] { prepare(settings); });
    loop.run(
        [&](RankPart chunk) {
          ChunkReports::Chunk const told(reports, chunk);
          run_chunk(chunk, reports.settings());
        },
        [] {}, [&] { reports.look(); });
    std::optional<A> all = exchange_.rank() == 0 ? join(everywhere) : receive(everywhere);
    reports.complete();
    return all;
  }

 private:
  void prepare([[maybe_unused]] Settings const& settings) {
    if constexpr (requires { end_.prepare(gather_.shape, settings); }) {
      end_.prepare(gather_.shape, settings);
    } else if constexpr (requires { end_.prepare(gather_.shape); }) {
      end_.prepare(gather_.shape);
    }
  }

  void run_chunk(RankPart chunk, Settings const& settings) {
    detail::run_part(exchange_, chunk, [&](Payload& payload) {
      RankChunk<S> part(source_, exchange_, chunk);
      A gathered = detail::run_terminal(part, gather_, settings);
      ChunkEnd const how = part.ended();
      if (how == ChunkEnd::abandoned) return how;
      if (exchange_.rank() == 0) {
        own_.emplace(chunk.first, std::move(gathered));
      } else {
        payload = saved(gathered);
      }
      return how;
    });
  }

  [[nodiscard]] Payload saved(A& gathered) const {
    Writer out;
    out.bytes.resize(Payload::room);
    detail::save_accumulator(out, gathered, EmptyLeaf<S>{std::addressof(source_)});
    return Payload(std::move(out.bytes));
  }
  void load(std::span<std::byte const> bytes, A& into) const {
    Reader in(bytes);
    detail::load_accumulator(in, into, EmptyLeaf<S>{std::addressof(source_)});
    if (!in.at_end()) in.refuse("what a chunk has gathered should end here");
  }

  std::optional<A> join(bool everywhere) {
    std::optional<A> all;
    std::vector<Payload> given(1);
    if (!exchange_.is_failing()) {
      detail::guarded([&] { join_chunks(all); }, [&](std::exception_ptr const& error) { exchange_.fail(error); });
    }
    if (!exchange_.is_failing() && everywhere) {
      detail::guarded([&] { given[0] = saved(*all); }, [&](std::exception_ptr const& error) { exchange_.fail(error); });
    }
    static_cast<void>(exchange_.tell(std::move(given)));
    return all;
  }
  void join_chunks(std::optional<A>& all) {
    for (auto& [first, result] : exchange_.results()) {
      if (result.how == ChunkEnd::failed) {
        exchange_.fail_with(result.payload.bytes());
        return;
      }
      if (auto const own = own_.find(first); own != own_.end()) {
        add(all, std::move(own->second));
      } else {
        A gathered = gather_.empty();
        load(result.payload.bytes(), gathered);
        result.payload = {};
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
    Payload const payload = exchange_.take_verdict();
    std::optional<A> all;
    if (!everywhere) return all;
    all.emplace(gather_.empty());
    load(payload.bytes(), *all);
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
