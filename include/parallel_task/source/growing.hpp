// for_each_growing: items to which the closure that gets them adds more.
//
// What an item adds stays with the worker that runs it, on a stack that nobody else sees, and is run next while items
// are cheap. What is left after a slice of that, or what is not cheap, is put out: to a list of the call, from where
// the next who has nothing to do fetches it into its queue, mostly the same worker; others take half of that.
//
// Invariant: `left_` counts the items that were put out, and the first ones, and are not yet done; a block is done when
// all that its items have added has either run, or was put out and counted. So when it is 0, nothing runs, nothing
// waits, and nothing will be added. Pairings.
//   pending_  a batch is put on by compare-and-swap (release), all are taken by exchange (acquire) of the puller.
//   left_     relaxed: it is counted up by who has a block that is not yet counted down, so it is 0 only after all
//             other changes of it, and then each batch has been taken. That tells the puller to ask no more; what the
//             items have done reaches the caller as the call ends.
#pragma once

#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/atomic.hpp>
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
  [[nodiscard]] std::size_t size() const noexcept { return own_.size(); }
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
  // relaxed: the call has ended, after all that was done in it
  ~Growing() { Batches const nobodys(pending_.load(detail::memory_order_relaxed)); }

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
      ended_ = left_.load(detail::memory_order_relaxed) == 0;
      fetched_ = Batches(pending_.exchange(nullptr, detail::memory_order_acquire));
    }
    std::size_t const most = want < least_fetched ? least_fetched : want;
    for (std::size_t const had = known_; known_ - had < most && !fetched_.empty();) take(fetched_.take()->items);
    return known();
  }
  Known begin_sharing(State&, std::size_t) { return known(); }
  void index_first(std::size_t n) { (void)pull(n); }
  [[nodiscard]] State open() const { return {}; }
  template <class K>
  bool feed(State&, Block block, K& k) const {
    Feeder<T> feeder(*this);
    Stay<K> stay(k, feeder);
    bool more = conveyor_->feed(block, stay);
    if (!feeder.empty()) {
      more = more && stay.run_added();
      feeder.put_out();
    }
    left_.fetch_sub(block.size(), detail::memory_order_relaxed);
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
  static constexpr std::size_t most_at_once = 8;
  // Items that may wait while a block goes on.
  static constexpr std::size_t few = 64;
  // Items, if there are so many, that are fetched though fewer are wanted. Who runs dry takes half of what another has:
  // little would be halved so often that items of 1 us took a third longer.
  static constexpr std::size_t least_fetched = 4096;

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
  /// Runs a block, and with it what its items add: until there is no more, they are not cheap, or a slice is over.
  template <class K>
  class Stay {
   public:
    Stay(K& next, Feeder<T>& feeder) : next_(next), feeder_(feeder) {}
    /// An item of the block. What more than a few have added is run before the next: all that a block adds may be a
    /// level of a tree.
    bool operator()(T&& x) {
      ++ran_;
      return give(x) && (feeder_.size() < few || run_added());
    }
    /// The newest first. False: `next` wants no more.
    bool run_added() {
      std::vector<T> batch;
      look(std::exchange(ran_, 0));
      for (std::size_t ran = 0; !over_ && !feeder_.empty();) {
        feeder_.take_last(at_once_ - ran, batch);
        for (T& x : batch) {
          if (!give(x)) return false;
        }
        ran += batch.size();
        batch.clear();
        if (ran < at_once_) continue;
        look(std::exchange(ran, 0));
        if (at_once_ != most_at_once) at_once_ *= 2;
      }
      return true;
    }

   private:
    bool give(T& x) const { return next_(Item(std::move(x), feeder_)); }
    /// `ran`: items since the last look.
    void look(std::size_t ran) {
      if (over_) return;
      std::int64_t const now = detail::steady_ns();
      over_ = now - looked_ > cheap * static_cast<std::int64_t>(ran) || now - begun_ >= slice;
      looked_ = now;
    }

    K& next_;
    Feeder<T>& feeder_;
    std::int64_t const begun_ = detail::steady_ns();
    std::int64_t looked_ = begun_;
    std::size_t ran_ = 0;      // items of the block since then
    std::size_t at_once_ = 1;  // items before the next look
    bool over_ = false;
  };
  void take(std::vector<T>& items) {
    for (T& x : items) {
      conveyor_->add(std::move(x));
      ++known_;
    }
  }

  mutable detail::atomic<std::size_t> left_;
  mutable detail::atomic<Batch*> pending_{nullptr};
  Owner<Conveyor<T>> conveyor_;
  std::vector<T> first_;
  Batches fetched_;  // by the puller, who has not taken them all yet
  std::size_t known_ = 0;
  bool ended_ = false;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
