// for_each_growing: items to which the closure that gets them adds more.
//
// What an item adds stays with the worker that runs it, on a stack that nobody else sees, and is run next while items
// are cheap. What is left after a slice of that, or what is not cheap, is put out: to a list of the call, from where
// the next who has nothing to do fetches it into its queue, mostly the same worker; others take half of that.
//
// Invariant: `left_` counts the items that were put out, and the first ones, and are not yet done; a block is done when
// all that its items have added has either run, or was put out and counted. So when it is 0, nothing runs, nothing
// waits, and nothing will be added. Pairings.
//   left_     counted down with release when a block is done, read by the puller with acquire: at 0 all is done.
//             Counted up relaxed, by who has a block that is not done.
//   pending_  a batch is put on by compare-and-swap (release), all are taken by exchange (acquire) of the puller.
#pragma once

#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/light_atomic.hpp>
#include <parallel_task/platform/monotonic.hpp>
#include <parallel_task/platform/owner.hpp>
#include <parallel_task/source/bridged.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <class T>
struct Growing;

}  // namespace detail

/// What the closure of `for_each_growing` adds items with.
template <class T>
class Feeder {
 public:
  /// Adds an item, for which the closure is called as well, by this or another thread.
  void add(T item) {
    own_.push_back(std::move(item));
    if (own_.size() == most) put_out();
  }

  Feeder(Feeder const&) = delete;
  Feeder& operator=(Feeder const&) = delete;

 private:
  friend struct detail::Growing<T>;
  static constexpr std::size_t most = 256;

  explicit Feeder(detail::Growing<T> const& source) : source_(source) {}
  [[nodiscard]] bool empty() const noexcept { return own_.empty(); }
  /// The last `n` items, or all of fewer, in the order in which they were added. `batch` is empty.
  void take_last(std::size_t n, std::vector<T>& batch) {
    if (own_.size() <= n) return std::swap(batch, own_);
    for (std::size_t i = own_.size() - n; i != own_.size(); ++i) batch.push_back(std::move(own_[i]));
    for (; n != 0; --n) own_.pop_back();  // no erase: items need not be assignable
  }
  void put_out() {
    if (own_.empty()) return;
    source_.add(std::move(own_));
    own_ = std::vector<T>();
  }

  detail::Growing<T> const& source_;
  std::vector<T> own_;
};

namespace detail {

/// A position is an item, in the order in which items were pulled, and all that it has added and its worker has run
/// with it.
template <class T>
struct Growing {
  using Value = T;
  using Item = std::pair<T, Feeder<T>&>;
  using State = Stateless;
  static constexpr bool pulls = true;
  static constexpr Cut cut = Cut::everything;
  static constexpr bool whole_segments = false;

  explicit Growing(std::vector<T> items) : left_(items.size()), first_(std::move(items)) {}
  Growing(Growing&& other) noexcept
      : left_(other.left_.load(detail::memory_order_relaxed)), first_(std::move(other.first_)) {}
  ~Growing() { Batches const nobodys(pending_.load(detail::memory_order_acquire)); }

  void start() {
    conveyor_ = Owner(new Conveyor<T>);
    take(first_);
    ended_ = known_ == 0;
  }
  [[nodiscard]] static std::size_t total() { return unknown; }
  [[nodiscard]] Known known() const { return {known_, ended_}; }
  Known pull(std::size_t want) {
    if (want == 0 || ended_) return known();
    if (fetched_.empty()) {
      ended_ = left_.load(detail::memory_order_acquire) == 0;
      fetched_ = Batches(pending_.exchange(nullptr, detail::memory_order_acquire));
    }
    for (std::size_t const had = known_; known_ - had < want && !fetched_.empty();) take(fetched_.take()->items);
    return known();
  }
  Known begin_sharing(State&, std::size_t) { return known(); }
  void index_first(std::size_t n) { (void)pull(n); }
  [[nodiscard]] State open() const { return {}; }
  template <class K>
  bool feed(State&, Block block, K& k) const {
    Feeder<T> feeder(*this);
    Giving<K> giving{k, feeder};
    std::int64_t const begun = detail::steady_ns();
    bool more = conveyor_->feed(block, giving);
    if (!feeder.empty()) {
      std::int64_t const now = detail::steady_ns();
      if (more && were_cheap(block.size(), now - begun)) more = run_added(giving, now);
      feeder.put_out();
    }
    left_.fetch_sub(block.size(), detail::memory_order_release);
    return more;
  }
  template <class K>
  bool close(State&, K&) const {
    return true;
  }
  void add(std::vector<T> items) const {
    std::size_t const n = items.size();
    Batch* first = pending_.load(detail::memory_order_relaxed);
    auto* const batch = new Batch{first, std::move(items)};
    left_.fetch_add(n, detail::memory_order_relaxed);
    // Expected in a variable of its own: a compiler may write that after the exchange, when others have the batch.
    while (!pending_.compare_exchange_weak(first, batch, detail::memory_order_release, detail::memory_order_relaxed)) {
      batch->next = first;
    }
  }

 private:
  // Nanoseconds. To put an item out and to fetch it costs about a twentieth of what is cheap. For no longer than a
  // slice does nobody else get what a worker has added, and does it not look at what it looks at between blocks.
  static constexpr std::int64_t cheap = 1'000;
  static constexpr std::int64_t slice = 20'000;
  // Items between two looks at the clock; so many are run in the order in which they were added, since a processor
  // begins with what the next one reads before the last has ended.
  static constexpr std::size_t at_once = 8;

  struct Batch {
    Batch* next;
    std::vector<T> items;
  };
  /// A list of batches, one thread's.
  class Batches {
   public:
    Batches() = default;
    /// In the order in which they were put out, of which `last` was the last.
    explicit Batches(Batch* last) noexcept {
      while (last != nullptr) {
        Batch* const batch = std::exchange(last, last->next);
        batch->next = std::exchange(first_, batch);
      }
    }
    Batches& operator=(Batches&& other) noexcept {
      std::swap(first_, other.first_);
      return *this;
    }
    ~Batches() {
      while (!empty()) (void)take();
    }
    [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
    [[nodiscard]] Owner<Batch> take() noexcept { return Owner(std::exchange(first_, first_->next)); }

   private:
    Batch* first_ = nullptr;
  };
  template <class K>
  struct Giving {
    K& next;
    Feeder<T>& feeder;
    bool operator()(T&& x) const { return next(Item(std::move(x), feeder)); }
  };
  [[nodiscard]] static bool were_cheap(std::size_t items, std::int64_t took) noexcept {
    return took <= cheap * static_cast<std::int64_t>(items);
  }
  /// Runs what was added, the newest first, and what that adds: until there is no more, or it is time to share it.
  template <class K>
  bool run_added(Giving<K> const& giving, std::int64_t begun) const {
    std::vector<T> batch;
    std::int64_t looked = begun;
    std::size_t ran = 0;
    for (std::size_t most = 1; !giving.feeder.empty();) {
      giving.feeder.take_last(most - ran, batch);
      for (T& x : batch) {
        if (!giving(std::move(x))) return false;
      }
      ran += batch.size();
      batch.clear();
      if (ran < most) continue;
      std::int64_t const now = detail::steady_ns();
      if (!were_cheap(ran, now - looked) || now - begun >= slice) break;
      looked = now;
      ran = 0;
      if (most != at_once) most *= 2;
    }
    return true;
  }
  void take(std::vector<T>& items) {
    for (T& x : items) {
      conveyor_->add(std::move(x));
      ++known_;
    }
  }

  mutable detail::light_atomic<std::size_t> left_;
  mutable detail::light_atomic<Batch*> pending_{nullptr};
  Owner<Conveyor<T>> conveyor_;
  std::vector<T> first_;
  Batches fetched_;  // by the puller, who has not taken them all yet
  std::size_t known_ = 0;
  bool ended_ = false;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
