// for_each_ordered on the ranks of a world: all of them compute, rank 0 calls f, in order.
//
// A chunk's items travel to rank 0 as values and wait there for those before them. No chunk is dealt that lies further
// than the window ahead of f, so that memory is bounded whatever the ranks' speeds. Between two calls of f, rank 0
// looks for messages; between two chunks of its own it calls f for what has come.
#pragma once

#include <parallel_task/container/chunk_list.hpp>
#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/machines/across.hpp>
#include <parallel_task/machines/archive.hpp>
#include <parallel_task/machines/chunk_reports.hpp>
#include <parallel_task/machines/exchange.hpp>
#include <parallel_task/machines/shared_item.hpp>
#include <parallel_task/platform/clock.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/terminal/waiting_item.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Gathers the items of a chunk, up to an exception.
template <class Value>
struct ItemsInOrder {
  static constexpr Cut cut = Cut::later;

  struct Accumulator {
    ChunkList<Value> items;
    std::exception_ptr failure;

    template <class X>
    bool operator()(X&& x) {
      items.emplace(static_cast<X&&>(x));
      return true;
    }
    /// What comes before the exception is wanted, see RankChunk.
    void thrown(std::exception_ptr error) noexcept { failure = std::move(error); }
    void join(Accumulator&& later) noexcept {
      if (failure) return;  // a stage that is closed at the end of a segment has thrown
      items.join(std::move(later.items));
      failure = std::move(later.failure);
    }
    template <class Archive>
    void carry(Archive& ar) {
      ar(items);
    }
  };
  template <class S>
  Accumulator open(S const&) const {
    return {};
  }
  Accumulator finish(Accumulator&& all) const { return std::move(all); }
};

template <source S, class F>
class OrderedLoop {
  using Wait = Waiting<S, false>;
  using Value = typename Wait::Stored;
  using Gather = ItemsInOrder<Value>;
  using Items = typename Gather::Accumulator;
  using Bytes = Exchange::Bytes;

 public:
  OrderedLoop(S& source, F const& f, Exchange& exchange) : source_(source), f_(f), exchange_(exchange) {}

  void run(Settings const& settings, CallLine line, LoopPlan plan) {
    ChunkReports reports(settings, exchange_);
    plan.cut_all = false;
    RankLoop loop(source_, exchange_, std::move(line), plan, [] {});
    loop.run(
        [&](RankPart chunk) {
          ChunkReports::Chunk const told(reports, chunk);
          run_chunk(chunk, reports.settings());
        },
        [&] { deliver(); }, [&] { reports.look(); });
    if (exchange_.rank() == 0) {
      static_cast<void>(exchange_.tell(std::vector<Payload>(1)));
    } else {
      static_cast<void>(exchange_.take_verdict());
    }
    reports.complete();
  }

 private:
  void run_chunk(RankPart chunk, Settings const& settings) {
    detail::run_part(exchange_, chunk, [&](Payload& payload) {
      RankChunk<S> part(source_, exchange_, chunk);
      Gather gather;
      Items gathered = detail::run_terminal(part, gather, settings);
      ChunkEnd const how = gathered.failure ? ChunkEnd::cut : part.ended();
      if (how == ChunkEnd::abandoned) return how;
      if (exchange_.rank() == 0) {
        own_.emplace(chunk.first, std::move(gathered));
      } else {
        Writer out;
        out.bytes.resize(Payload::room);
        AccumulatorSaver saver(out);
        gathered.carry(saver);
        out(gathered.failure ? std::optional(exchange_.saved(gathered.failure)) : std::nullopt);
        payload = Payload(std::move(out.bytes));
      }
      return how;
    });
  }

  /// Calls f with the items of the chunk whose turn it is. What is thrown ends the loop on all ranks.
  void deliver() {
    auto [first, result] = exchange_.take_due();
    detail::guarded(
        [&, at = first, how = result.how, &payload = result.payload] {
          if (how == ChunkEnd::failed) {
            exchange_.fail_with(payload.bytes());
          } else if (auto const own = own_.find(at); own != own_.end()) {
            Items items = std::move(own->second);
            own_.erase(own);
            consume(items);
          } else {
            consume(payload.bytes());
          }
        },
        [&](std::exception_ptr const& error) { exchange_.fail(error); });
    exchange_.delivered(result.last);
  }
  void consume(Items& items) {
    items.items.for_each([this](Value& item) { call(item); });
    if (items.failure) exchange_.fail(items.failure);
  }
  void consume(std::span<std::byte const> bytes) {
    Reader in(bytes);
    for (auto left = in.get<std::uint64_t>(); left != 0; --left) {
      auto item = in.get<Value>();
      call(item);
    }
    auto failure = in.get<std::optional<Bytes>>();
    if (!in.at_end()) in.refuse("the items of a chunk should end here");
    if (failure) exchange_.fail_with(*failure);
  }
  void call(Value& item) {
    {
      SharedItem const inside;
      static_cast<void>(detail::call(f_, Wait::unwrap(item)));
    }
    exchange_.poll(detail::steady_ns());
  }

  S& source_;
  F const& f_;
  Exchange& exchange_;
  std::map<std::uint64_t, Items> own_;  // of rank 0, by first position
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
