// A value for each thread that asks for one; it stays with its thread from call to call.
//
// A thread finds its value by its number, if it is the library's, else by where its own variables lie. So one that
// begins after another has ended may go on with the other's value.
// Pairings.
//   storage_  set by compare-and-swap (release), once; read with acquire by who asks for its value
//   heads     a thread puts its node on a list by compare-and-swap (release); others walk past it (acquire)
// Only a node's own thread touches its value, until others have to do with all values: then no thread asks for its own,
// which the caller sees to. Whatever has happened in `local` happens before that, so there all is read relaxed.
#pragma once

#include <parallel_task/platform/atomic.hpp>
#include <parallel_task/platform/attributes.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/worker/process.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {

PARALLEL_TASK_PADDED_BEGIN
namespace detail {

template <class T>
struct MakeDefault {
  T operator()() const { return T(); }
};

struct NoValue {};
template <class Make>
struct MadeBy {
  using type = NoValue;
};
template <std::invocable Make>
  requires(!std::is_void_v<std::invoke_result_t<Make>>)
struct MadeBy<Make> {
  using type = std::remove_cvref_t<std::invoke_result_t<Make>>;
};

}  // namespace detail

/// A `T` for each thread that asks for it, made by that thread when it first asks: by `make()`, or else `T()`. Values
/// stay with their thread from call to call, for queues, bins, generators and sums that are put together in the end.
///
///     pt::per_thread<std::vector<int>> odd;
///     pt::parallel_iter(v).for_each([&](int x) {
///       if (x % 2 != 0) odd.local().push_back(x);
///     });
///     std::size_t count = 0;
///     for (std::vector<int> const& part : odd) count += part.size();
///
/// A thread that begins after another has ended may take over its value. What an item's nested call runs on the same
/// thread finds the same value.
///
/// As the argument of `map_init`, `for_each_init` and `try_for_each_init` it asks for one state for each thread that
/// computes in the call, instead of one for each stretch of items: made by `make()`, at most once by each of them, and
/// ended when the terminal has returned. Values that the object holds itself have no part in that.
///
///     auto const scratch = pt::per_thread([] { return std::string(); });
///     auto const lengths = pt::parallel_iter(words)
///                              .map_init(scratch, [](std::string& s, std::string const& word) {
///                                return s.assign(word).size();
///                              })
///                              .sum();  // 13
///
/// Thread-safety: `local` may be called by all threads at once. Whatever looks at all values may not run at the same
/// time as another function of the object. The name is in lower case, as those of the standard library's adaptors are.
template <class T, class Make = detail::MakeDefault<T>>
class per_thread {
  // On lines of its own: each is written by another thread.
  struct alignas(alignof(T) < 64 ? 64 : alignof(T)) Node {
    explicit Node(Make const& make) : value(make()) {}
    T value;
    std::uintptr_t thread = 0;
    Node* next = nullptr;
  };
  struct Storage {
    static constexpr std::size_t size = 64;
    detail::atomic<Node*> heads[size] = {};
    ~Storage() {
      for (auto& head : heads) {
        for (Node* node = head.load(detail::memory_order_relaxed); node != nullptr;)
          delete std::exchange(node, node->next);
      }
    }
  };

 public:
  constexpr per_thread()
    requires std::default_initializable<Make>
  = default;
  constexpr explicit per_thread(Make maker) : make(std::move(maker)) {}
  /// A copy has the same maker, and no values yet.
  constexpr per_thread(per_thread const& other)
    requires std::copy_constructible<Make>
      : make(other.make) {}
  constexpr per_thread(per_thread&& other) noexcept(std::is_nothrow_move_constructible_v<Make>)
      : make(std::move(other.make)), storage_(other.storage_.exchange(nullptr, detail::memory_order_relaxed)) {}
  per_thread& operator=(per_thread const&) = delete;
  constexpr ~per_thread() { delete storage_.load(detail::memory_order_relaxed); }

  /// The calling thread's value. Takes a few nanoseconds; the first time, what `make()` and an allocation take, and
  /// what these throw is thrown.
  [[nodiscard]] T& local() {
    std::uintptr_t const key = detail::key_of_this_thread();
    auto& head = storage().heads[(key < 4096 ? key : key >> 6) % Storage::size];
    for (Node* node = head.load(detail::memory_order_acquire); node != nullptr; node = node->next) {
      if (node->thread == key) return node->value;
    }
    auto* const made = new Node(make);
    made->thread = key;
    Node* first = head.load(detail::memory_order_relaxed);
    do {
      made->next = first;
    } while (!head.compare_exchange_weak(first, made, detail::memory_order_release, detail::memory_order_relaxed));
    return made->value;
  }

  /// A forward iterator over the values of all threads, in no order.
  template <class V>
  class Iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using reference = V&;
    Iterator() = default;
    [[nodiscard]] V& operator*() const noexcept { return node_->value; }
    [[nodiscard]] V* operator->() const noexcept { return std::addressof(node_->value); }
    Iterator& operator++() noexcept {
      node_ = node_->next;
      find();
      return *this;
    }
    Iterator operator++(int) noexcept {
      Iterator const before = *this;
      ++*this;
      return before;
    }
    [[nodiscard]] friend bool operator==(Iterator const& a, Iterator const& b) noexcept { return a.node_ == b.node_; }

   private:
    friend class per_thread;
    explicit Iterator(Storage const* storage) noexcept : storage_(storage) {
      if (storage_ != nullptr) find();
    }
    void find() noexcept {
      while (node_ == nullptr && at_ != Storage::size)
        node_ = storage_->heads[at_++].load(detail::memory_order_relaxed);
    }
    Storage const* storage_ = nullptr;
    std::size_t at_ = 0;
    Node* node_ = nullptr;
  };
  using iterator = Iterator<T>;
  using const_iterator = Iterator<T const>;

  [[nodiscard]] iterator begin() noexcept { return iterator(storage_.load(detail::memory_order_relaxed)); }
  [[nodiscard]] const_iterator begin() const noexcept {
    return const_iterator(storage_.load(detail::memory_order_relaxed));
  }
  [[nodiscard]] iterator end() noexcept { return {}; }
  [[nodiscard]] const_iterator end() const noexcept { return {}; }
  /// How many threads have a value.
  [[nodiscard]] std::size_t size() const noexcept {
    std::size_t count = 0;
    for (const_iterator at = begin(); at != end(); ++at) ++count;
    return count;
  }
  /// All values folded by `op(T, T const&)`, in no order; empty if no thread has one.
  template <class Op>
  [[nodiscard]] std::optional<T> combine(Op op) const {
    std::optional<T> all;
    for (T const& value : *this) {
      if (all) {
        all = op(std::move(*all), value);
      } else {
        all.emplace(value);
      }
    }
    return all;
  }
  /// Ends all values.
  void clear() noexcept { delete storage_.exchange(nullptr, detail::memory_order_relaxed); }

  /// What the maker makes: for stages that keep a state.
  decltype(auto) operator()() const
    requires std::invocable<Make const&>
  {
    return make();
  }

  PARALLEL_TASK_NO_UNIQUE_ADDRESS Make make;  ///< makes a thread's value

 private:
  [[nodiscard]] Storage& storage() {
    Storage* there = storage_.load(detail::memory_order_acquire);
    if (there != nullptr) [[likely]]
      return *there;
    auto* const made = new Storage;
    if (storage_.compare_exchange_strong(there, made, detail::memory_order_release, detail::memory_order_relaxed))
      return *made;
    // Another was quicker. Read again: not all compilers let a failure acquire where success does not.
    delete made;
    return *storage_.load(detail::memory_order_acquire);
  }

  detail::atomic<Storage*> storage_{nullptr};
};

template <class Make>
per_thread(Make) -> per_thread<typename detail::MadeBy<Make const&>::type, Make>;

namespace detail {

template <class Make>
inline constexpr bool is_per_thread = false;
template <class T, class Make>
inline constexpr bool is_per_thread<per_thread<T, Make>> = true;

}  // namespace detail
PARALLEL_TASK_PADDED_END

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
