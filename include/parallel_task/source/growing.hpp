// for_each_growing: items to which the closure that gets them adds more.
//
// Invariant: `left_` counts the items that were added and are not yet done; what an item adds is counted before the
// item is done. So when it is 0, nothing runs, nothing waits, and nothing will be added. Pairings.
//   left_     counted down with release when items are done, read by the puller with acquire: at 0 all is done.
//             Counted up relaxed, by who has an item that is not done.
//   pending_  a batch is put on by compare-and-swap (release), all are taken by exchange (acquire) of the puller.
#pragma once

#include <parallel_task/core/stage_base.hpp>
#include <parallel_task/platform/light_atomic.hpp>
#include <parallel_task/platform/owner.hpp>
#include <parallel_task/source/bridged.hpp>

#include <cstddef>
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
    fresh_.push_back(std::move(item));
    if (fresh_.size() == most) publish();
  }

  Feeder(Feeder const&) = delete;
  Feeder& operator=(Feeder const&) = delete;

 private:
  friend struct detail::Growing<T>;
  static constexpr std::size_t most = 256;

  explicit Feeder(detail::Growing<T> const& source) : source_(source) {}
  void publish() {
    if (fresh_.empty()) return;
    source_.add(std::move(fresh_));
    fresh_ = std::vector<T>();
  }

  detail::Growing<T> const& source_;
  std::vector<T> fresh_;
};

namespace detail {

/// A position is an item, in the order in which items were pulled. Who has run a block and finds nothing in its queue
/// pulls what was added, mostly by itself, into its queue, from where others take half of it.
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
  ~Growing() {
    for (Batch* batch = pending_.load(detail::memory_order_acquire); batch != nullptr;) {
      delete std::exchange(batch, batch->next);
    }
  }

  void start() {
    conveyor_ = Owner(new Conveyor<T>);
    take(first_);
    ended_ = known_ == 0;
  }
  [[nodiscard]] static std::size_t total() { return unknown; }
  [[nodiscard]] Known known() const { return {known_, ended_}; }
  Known pull(std::size_t want) {
    if (want == 0 || ended_) return known();
    ended_ = left_.load(detail::memory_order_acquire) == 0;
    Batch* batch = pending_.exchange(nullptr, detail::memory_order_acquire);
    while (batch != nullptr) {
      Owner<Batch> const taken(std::exchange(batch, batch->next));
      rest_.put(batch);  // so that it is freed if an item throws when it is moved
      take(taken->items);
      batch = rest_.take();
    }
    return known();
  }
  Known begin_sharing(State&, std::size_t) { return known(); }
  void index_first(std::size_t n) { (void)pull(n); }
  [[nodiscard]] State open() const { return {}; }
  template <class K>
  bool feed(State&, Block block, K& k) const {
    Feeder<T> feeder(*this);
    Giving<K> giving{k, feeder};
    bool const more = conveyor_->feed(block, giving);
    feeder.publish();
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
  struct Batch {
    Batch* next;
    std::vector<T> items;
  };
  /// Batches that wait while one before them is moved.
  class Rest {
   public:
    Rest() = default;
    ~Rest() {
      while (first_ != nullptr) delete std::exchange(first_, first_->next);
    }
    Rest(Rest const&) = delete;
    Rest& operator=(Rest const&) = delete;
    void put(Batch* batch) noexcept { first_ = batch; }
    [[nodiscard]] Batch* take() noexcept { return std::exchange(first_, nullptr); }

   private:
    Batch* first_ = nullptr;
  };
  template <class K>
  struct Giving {
    K& next;
    Feeder<T>& feeder;
    bool operator()(T&& x) const { return next(Item(std::move(x), feeder)); }
  };
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
  Rest rest_;
  std::size_t known_ = 0;
  bool ended_ = false;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
