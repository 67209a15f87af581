// A record of a run: which thread claimed, stole, pulled, woke and slept, and when.
//
// Who does what: the thread that calls the terminal begins and ends the recording; each thread that works in the call
// writes into a row of its own, between join and leave. After the call has closed nothing touches the trace but its
// owner.
// Pairings.
//   rows_    a row is put in front (release) -> others look for theirs (acquire): they read its key and its successor
//   busy_    taken by a run (acquire) -> given back (release): runs that use one trace one after the other, on threads
//            that nothing else orders
//   row      written by its thread alone; read by the caller after the leave (release) -> close (acquire) of the slot
//   chunks_, lost_   counts, relaxed; `chunks_` may come out above the bound by one for each thread
#pragma once

#include <parallel_task/controller/run_report.hpp>
#include <parallel_task/platform/atomic.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

class WorkerController;

/// What a worker did: the value of `TraceEvent::kind`.
enum class TraceKind : unsigned char {
  claim,  ///< ran the `items` positions that begin with `first`
  steal,  ///< took the `items` positions that begin with `first` from the queue of thread `other`
  pull,   ///< fetched the `items` positions that begin with `first` from the source
  wake,   ///< woke or started a thread
  park    ///< slept until thread `other` woke it
};

/// One thing that a worker did in a run. Times are in nanoseconds from the start of the run.
struct TraceEvent {
  TraceKind kind = TraceKind::claim;  ///< what it did
  std::uint32_t row = 0;              ///< the worker: 0 is the caller, others are numbered as they arrived
  std::uint32_t thread = 0;           ///< its `current_worker()`: 0 for a thread of the user's
  std::uint32_t other = 0;            ///< the other thread's `current_worker()`
  std::uint64_t first = 0;            ///< the first of the positions
  std::uint64_t items = 0;            ///< how many positions
  double begin_ns = 0;                ///< when it began
  double end_ns = 0;                  ///< when it ended
};

namespace detail {

struct TraceRecord {
  std::uint64_t begin;  // ticks
  std::uint64_t end;
  std::uint64_t first;
  std::uint64_t items;
  std::uint32_t other;
  TraceKind kind;
};

struct TraceChunk {
  static constexpr std::uint32_t size = 1024;
  std::uint32_t used = 0;
  TraceChunk* next = nullptr;
  TraceRecord records[size];
};

/// What one thread did in the run.
struct TraceRow {
  void const* key = nullptr;  // of the thread
  std::uint32_t thread = 0;
  TraceRow* next = nullptr;
  TraceChunk* first = nullptr;
  TraceChunk* last = nullptr;
  std::uint64_t dropped = 0;
  std::uint64_t latest = 0;  // ticks: counters of two cores may differ by a little
};

class Observer;
class ChunkTraces;
template <class Stream>
struct TraceWriter;

}  // namespace detail

/// What the workers of a run did and when. A pipeline's `.trace(t)` fills it.
///
///     pt::Trace trace;
///     pt::parallel_iter(jobs).trace(trace).for_each(work);
///     trace.write_svg(picture);
///
/// `picture` is a `std::ofstream("run.svg")`, for example, and `write_svg` needs `<parallel_task/trace_writer.hpp>`.
///
/// Each run clears the trace when it begins. Up to `most_events` events are kept, 40 bytes each, in chunks that are
/// allocated as needed. Events for which there is no room or no memory are dropped and counted. Of two runs at once
/// that use the same trace the second is not recorded. The functions are called when no run uses the trace.
class Trace {
 public:
  /// A trace with room for `most_events` events. Allocates nothing yet.
  explicit Trace(std::size_t most_events = std::size_t{1} << 20) noexcept
      : most_chunks_(most_events / detail::TraceChunk::size + 1) {}
  Trace(Trace const&) = delete;
  Trace& operator=(Trace const&) = delete;
  ~Trace() { clear(); }

  /// The report of the run.
  [[nodiscard]] RunReport const& report() const noexcept { return report_; }
  /// How many events were dropped because there was no room.
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }
  /// How many threads took part, the caller included.
  [[nodiscard]] std::uint32_t rows() const noexcept { return count_; }
  /// Calls `f` with every `TraceEvent`, on the calling thread: row by row, and in each row in the order of their ends.
  template <class F>
  void for_each_event(F f) const {
    for (std::uint32_t number = 0; number != count_; ++number) {
      detail::TraceRow const& row = this->row(number);
      for (detail::TraceChunk const* chunk = row.first; chunk != nullptr; chunk = chunk->next) {
        for (std::uint32_t i = 0; i != chunk->used; ++i) {
          detail::TraceRecord const& record = chunk->records[i];
          f(TraceEvent{record.kind, number, row.thread, record.other, record.first, record.items, ns(record.begin),
                       ns(record.end)});
        }
      }
    }
  }
  /// Removes all events and frees their memory.
  void clear() noexcept {
    detail::TraceRow* row = rows_.load(detail::memory_order_relaxed);
    while (row != nullptr) {
      for (detail::TraceChunk* chunk = row->first; chunk != nullptr;) {
        detail::TraceChunk* const next = chunk->next;
        delete chunk;
        chunk = next;
      }
      detail::TraceRow* const next = row->next;
      delete row;
      row = next;
    }
    rows_.store(nullptr, detail::memory_order_relaxed);
    chunks_.store(0, detail::memory_order_relaxed);
    lost_.store(0, detail::memory_order_relaxed);
    count_ = 0;
    dropped_ = 0;
    begun_ = 0;
    report_ = RunReport{};
  }

  /// Writes a timeline with a row for each thread as an SVG picture, to any stream that takes C strings. Needs
  /// `<parallel_task/trace_writer.hpp>`.
  template <class Stream>
  void write_svg(Stream& out) const {
    static_assert(can_write<Stream>, "parallel_task: to write a trace, include <parallel_task/trace_writer.hpp>");
    detail::TraceWriter<Stream>{*this, out}.svg();
  }
  /// Writes the events as JSON that Perfetto (https://ui.perfetto.dev) and chrome://tracing open, to any stream that
  /// takes C strings. Needs `<parallel_task/trace_writer.hpp>`.
  template <class Stream>
  void write_chrome_json(Stream& out) const {
    static_assert(can_write<Stream>, "parallel_task: to write a trace, include <parallel_task/trace_writer.hpp>");
    detail::TraceWriter<Stream>{*this, out}.chrome_json();
  }

 private:
  friend class detail::Observer;
  friend class detail::ChunkTraces;
  template <class Stream>
  friend struct detail::TraceWriter;
  template <class Stream>
  static constexpr bool can_write = requires { sizeof(detail::TraceWriter<Stream>); };

  [[nodiscard]] double ns(std::uint64_t ticks) const noexcept {
    return ticks > begun_ ? static_cast<double>(ticks - begun_) * ns_per_tick_ : 0.0;
  }
  [[nodiscard]] detail::TraceRow const& row(std::uint32_t number) const noexcept {
    detail::TraceRow const* row = rows_.load(detail::memory_order_relaxed);
    for (std::uint32_t i = count_ - 1; i != number; --i) row = row->next;  // the last one to come is in front
    return *row;
  }

  /// False: another run records here.
  [[nodiscard]] bool begin() noexcept {
    if (busy_.exchange(1, detail::memory_order_acquire) != 0) return false;
    clear();
    return true;
  }
  /// The row of the thread with this `key`; null if there is no memory for it.
  [[nodiscard]] detail::TraceRow* row_of(void const* key, std::uint32_t thread) noexcept {
    detail::TraceRow* const front = rows_.load(detail::memory_order_acquire);
    for (detail::TraceRow* row = front; row != nullptr; row = row->next) {
      if (row->key == key) return row;
    }
    auto* const made = new (std::nothrow) detail::TraceRow;
    if (made == nullptr) return nullptr;
    made->key = key;
    made->thread = thread;
    made->next = front;
    while (!rows_.compare_exchange_weak(made->next, made, detail::memory_order_release, detail::memory_order_relaxed)) {
    }
    return made;
  }
  void record(detail::TraceRow* row, detail::TraceRecord record) noexcept {
    if (row == nullptr) {
      lost_.fetch_add(1, detail::memory_order_relaxed);
      return;
    }
    if (row->last == nullptr || row->last->used == detail::TraceChunk::size) {
      if (!grow(*row)) {
        ++row->dropped;
        return;
      }
    }
    if (record.end < row->latest) record.end = row->latest;
    if (record.begin > record.end) record.begin = record.end;
    row->latest = record.end;
    row->last->records[row->last->used++] = record;
  }
  /// Puts a record in front of the row's others.
  void record_first(detail::TraceRow* row, detail::TraceRecord const& record) noexcept {
    if (row == nullptr) return;
    auto* const chunk = new (std::nothrow) detail::TraceChunk;
    if (chunk == nullptr) {
      ++row->dropped;
      return;
    }
    chunk->records[chunk->used++] = record;
    chunk->next = row->first;
    row->first = chunk;
    if (row->last == nullptr) row->last = chunk;
  }
  [[nodiscard]] bool grow(detail::TraceRow& row) noexcept {
    if (chunks_.load(detail::memory_order_relaxed) >= most_chunks_) return false;
    chunks_.fetch_add(1, detail::memory_order_relaxed);
    auto* const chunk = new (std::nothrow) detail::TraceChunk;
    if (chunk == nullptr) return false;
    (row.last == nullptr ? row.first : row.last->next) = chunk;
    row.last = chunk;
    return true;
  }
  void end(std::uint64_t begun, double ns_per_tick, char const* prefix) noexcept {
    begun_ = begun;
    ns_per_tick_ = ns_per_tick;
    dropped_ = lost_.load(detail::memory_order_relaxed);
    for (detail::TraceRow const* row = rows_.load(detail::memory_order_relaxed); row != nullptr; row = row->next) {
      ++count_;
      dropped_ += row->dropped;
    }
    std::size_t size = 0;
    for (; prefix != nullptr && prefix[size] != '\0' && size + 1 < sizeof prefix_; ++size) prefix_[size] = prefix[size];
    prefix_[size] = '\0';
  }
  void give_back() noexcept { busy_.store(0, detail::memory_order_release); }

  detail::atomic<detail::TraceRow*> rows_{nullptr};
  detail::atomic<std::size_t> chunks_{0};
  detail::atomic<std::uint32_t> busy_{0};
  detail::atomic<std::uint64_t> lost_{0};  // events of threads for whose rows there was no memory
  std::size_t most_chunks_;
  std::uint32_t count_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t begun_ = 0;
  double ns_per_tick_ = 1;
  char prefix_[12] = "";
  RunReport report_;
};

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
