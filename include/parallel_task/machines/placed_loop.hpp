// A loop of all ranks that fills a container by position with items that are copied by bytes: each item is written once
// where it is computed, into the result on rank 0 and into a message elsewhere, and once more where the message comes.
#pragma once

#include <parallel_task/container/filler.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/run.hpp>
#include <parallel_task/machines/across.hpp>
#include <parallel_task/machines/bytes.hpp>
#include <parallel_task/machines/chunk_reports.hpp>
#include <parallel_task/machines/exchange.hpp>
#include <parallel_task/machines/wire.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/terminal/collect.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Whether a `C` is filled in place, with items of which any bytes are a value.
template <class C, class S>
concept filled_by_bytes =
    indexed_source<S> && S::cut != Cut::later && std::ranges::contiguous_range<C&> &&
    fill_method<C, S, Filled::fresh>() != FillMethod::gathered && any_bytes_will_do<std::ranges::range_value_t<C&>> &&
    std::is_trivially_copyable_v<std::ranges::range_value_t<C&>> &&
    alignof(std::ranges::range_value_t<C&>) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__;

template <class T, class S>
inline constexpr bool is_placed_by_ranks = false;
template <class C, class S>
  requires filled_by_bytes<C, S>
inline constexpr bool is_placed_by_ranks<Collect<C>, S> = true;

/// What such a terminal is shown in place of the source: all its positions, and that an item can be had by position.
template <source S>
struct PositionsOf : TypesOf<S> {
  static constexpr bool pulls = false;
  std::size_t positions = 0;

  void start() noexcept {}
  [[nodiscard]] Known known() const noexcept { return {positions, true}; }
  [[nodiscard]] std::size_t total() const noexcept { return positions; }
  template <class K>
  bool at(typename S::State& state, std::size_t i, K& next) const;  // tells what it is, and is not called
};

/// The items of a chunk, in a message that is to be sent. Position `first` of the loop comes first.
template <class V>
class PlacedInMessage {
 public:
  PlacedInMessage(std::byte* items, RankPart chunk) noexcept
      : items_(items), first_(chunk.first), size_(chunk.size()) {}

  void seek(std::size_t position) noexcept {
    // A run counts from 0 before the chunk tells where that is.
    std::uint64_t const at = position - first_;
    if (at < size_) out_ = items_ + static_cast<std::size_t>(at) * sizeof(V);
  }
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
    Construct::put(reinterpret_cast<V*>(out_), static_cast<X&&>(x));
    out_ += sizeof(V);
    return true;
  }
  void join(PlacedInMessage&&) const noexcept {}

 private:
  std::byte* items_;
  std::uint64_t first_;
  std::uint64_t size_;
  std::byte* out_ = nullptr;
};

/// A terminal that writes by position: `open()` makes who does so.
template <class Open>
struct Placing {
  Open opened;

  template <class Chunk>
  [[nodiscard]] auto open(Chunk const&) const {
    return opened();
  }
  template <class A>
  void finish(A&&) const noexcept {}
};
template <class Open>
Placing(Open) -> Placing<Open>;

template <source S, class T>
class PlacedLoop final : Placer {
  using Shape = PositionsOf<S>;
  using A = std::remove_cvref_t<decltype(std::declval<T const&>().open(std::declval<Shape const&>()))>;
  using V = std::ranges::range_value_t<decltype(std::declval<T&>().result)&>;

 public:
  PlacedLoop(S& source, T& end, Exchange& exchange) : source_(source), end_(end), exchange_(exchange) {}

  /// What `end` finishes with, where it has the result: on rank 0, and if `everywhere` on all ranks.
  std::optional<A> run(Settings const& settings, CallLine line, bool everywhere, LoopPlan plan) {
    ChunkReports reports(settings, exchange_);
    plan.cut_all = true;
    bool const is_root = exchange_.rank() == 0;
    RankLoop loop(
        source_, exchange_, std::move(line), plan,
        [&] {
          shape_.positions = source_.known().positions;
          if (is_root) make_room(settings);
        },
        this);
    loop.run(
        [&](RankPart chunk) {
          ChunkReports::Chunk const told(reports, chunk);
          run_chunk(chunk, reports.settings());
        },
        [] {}, [&] { reports.look(); });
    if (is_root) {
      tell(everywhere);
    } else {
      Payload const all = exchange_.take_verdict();
      if (everywhere) {
        make_room(settings);
        place(RankPart{0, shape_.positions}, all.bytes());
      }
    }
    reports.complete();
    if (!is_root && !everywhere) return std::nullopt;
    return end_.open(shape_);
  }

 private:
  void make_room(Settings const& settings) { end_.prepare(shape_, settings); }
  [[nodiscard]] V* items() noexcept { return std::ranges::data(end_.result); }

  void run_chunk(RankPart chunk, Settings const& settings) {
    detail::run_part(exchange_, chunk, [&](Payload& payload) {
      RankChunk<S> part(source_, exchange_, chunk);
      if (exchange_.rank() == 0) {
        Placing gather{[this] { return end_.open(shape_); }};
        detail::run_terminal(part, gather, settings);
      } else {
        Bytes bytes(Payload::room + static_cast<std::size_t>(chunk.size()) * sizeof(V));
        Placing gather{[&bytes, chunk] { return PlacedInMessage<V>(bytes.data() + Payload::room, chunk); }};
        detail::run_terminal(part, gather, settings);
        payload = Payload(std::move(bytes));
      }
      return part.ended();
    });
  }

  void place(RankPart chunk, std::span<std::byte const> bytes) override {
    Reader in(bytes);
    if (bytes.size() / sizeof(V) != chunk.size() || bytes.size() % sizeof(V) != 0 || chunk.last > shape_.positions) {
      in.refuse("it has not as many items as positions");
    }
    if (!bytes.empty())
      in.take_all(items() + static_cast<std::size_t>(chunk.first), static_cast<std::size_t>(chunk.size()));
  }

  void tell(bool everywhere) {
    std::vector<Payload> given(1);
    if (!exchange_.is_failing() && everywhere) {
      detail::guarded(
          [&] {
            auto const* const first = reinterpret_cast<std::byte const*>(items());
            given[0] = Payload::copy_of({first, shape_.positions * sizeof(V)});
          },
          [&](std::exception_ptr const& error) { exchange_.fail(error); });
    }
    static_cast<void>(exchange_.tell(std::move(given)));
  }

  S& source_;
  T& end_;
  Exchange& exchange_;
  Shape shape_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
