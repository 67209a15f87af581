// Pipelines whose every part may fail: items that are counted while they live and whose operations throw when told to,
// ranges and generators of the same kind, and a list of what is done with them.
#pragma once

#include "support/faults.hpp"

#include <parallel_task/parallel_task.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faults {

namespace pt = parallel_task;
using support::Faults;

/// Whatever a user's code does.
inline void step() { Faults::operation(); }

/// An item all of whose operations, but not its end, may throw.
class Item {
 public:
  static inline std::atomic<long> alive{0};
  static inline std::atomic<long> wrong{0};  ///< uses of what was not alive, targets that did not stay as they were

  Item() : Item(0) {}
  explicit Item(int value) : value_((step(), value)), self_(this) { ++alive; }
  Item(Item const& other) : value_((step(), other.value())), factor_(other.factor_), self_(this) { ++alive; }
  Item(Item&& other) noexcept(false) : Item(static_cast<Item const&>(other)) {}
  Item& operator=(Item const& other) {
    step();
    value_ = other.value();
    factor_ = other.factor_;
    check();
    return *this;
  }
  Item& operator=(Item&& other) noexcept(false) { return *this = static_cast<Item const&>(other); }
  ~Item() {
    check();
    self_ = nullptr;
    --alive;
  }

  [[nodiscard]] int value() const noexcept {
    check();
    return value_;
  }
  friend bool operator==(Item const& a, Item const& b) { return step(), a.value() == b.value(); }
  friend bool operator<(Item const& a, Item const& b) { return step(), a.value() < b.value(); }
  /// Associative, but does not commute: an item is a line, x → factor · x + value, and lines are put one behind
  /// another.
  Item& operator+=(Item const& other) {
    step();
    value_ = (other.factor_ * value() + other.value()) % prime;
    factor_ = factor_ * other.factor_ % prime;
    return *this;
  }

 private:
  void check() const noexcept {
    if (self_ != this) ++wrong;
  }
  static constexpr int prime = 10007;
  int value_;
  int factor_ = 31;
  Item const* self_;
  [[maybe_unused]] std::uint64_t room_ = 0;  // more than 16 bytes: a conveyor's chunk is filled by few
};

struct Hash {
  std::size_t operator()(Item const& x) const { return step(), static_cast<std::size_t>(x.value()) % 7; }
};
}  // namespace faults
template <>
struct std::hash<faults::Item> {
  std::size_t operator()(faults::Item const& x) const { return faults::Hash()(x); }
};
namespace faults {
struct Equal {
  bool operator()(Item const& a, Item const& b) const { return a == b; }
};

/// A view that gives nothing away without a step: begin, end, ++, *, == and copies of iterators may throw.
template <bool sized>
class Steps : public std::ranges::view_base {
 public:
  class Iterator {
   public:
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    Iterator() : Iterator(nullptr) {}
    explicit Iterator(Item const* at) : at_((step(), at)) {}
    Iterator(Iterator const& other) : at_((step(), other.at_)) {}
    Iterator& operator=(Iterator const& other) { return step(), at_ = other.at_, *this; }
    ~Iterator() = default;
    Item const& operator*() const { return step(), *at_; }
    Iterator& operator++() { return step(), ++at_, *this; }
    Iterator operator++(int) {
      Iterator const before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(Iterator const& a, Iterator const& b) { return step(), a.at_ == b.at_; }

   private:
    Item const* at_;
  };
  explicit Steps(std::vector<Item> const& items) : items_(&items) {}
  [[nodiscard]] Iterator begin() const { return Iterator(items_->data()); }
  [[nodiscard]] Iterator end() const { return Iterator(items_->data() + items_->size()); }
  [[nodiscard]] std::size_t size() const
    requires sized
  {
    return step(), items_->size();
  }

 private:
  std::vector<Item> const* items_;
};

/// A range of the same kind, read once.
class Once {
 public:
  class Iterator {
   public:
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    explicit Iterator(Once& once) : once_(&once) {}
    Item operator*() const { return Item((*once_->items_)[once_->at_].value()); }
    Iterator& operator++() { return step(), ++once_->at_, *this; }
    void operator++(int) { ++*this; }
    friend bool operator==(Iterator const& i, std::default_sentinel_t) { return step(), i.once_->ended(); }

   private:
    Once* once_;
  };
  explicit Once(std::vector<Item> const& items) : items_(&items) {}
  [[nodiscard]] Iterator begin() { return step(), Iterator(*this); }
  [[nodiscard]] std::default_sentinel_t end() const { return step(), std::default_sentinel; }
  [[nodiscard]] bool ended() const noexcept { return at_ == items_->size(); }

 private:
  std::vector<Item> const* items_;
  std::size_t at_ = 0;
};

class Generator {
 public:
  explicit Generator(std::vector<Item> const& items) : items_(&items) {}
  std::optional<Item> next() {
    step();
    if (at_ == items_->size()) return std::nullopt;
    return (*items_)[at_++];
  }

 private:
  std::vector<Item> const* items_;
  std::size_t at_ = 0;
};

/// What the scenarios work on: the same `n` items, several times. What one of them consumes is made anew.
struct Input {
  std::vector<Item> items;  // 0 … n - 1
  std::list<Item> list;
  std::vector<Item> given;   // to be consumed
  std::set<Item> set;        // to be consumed
  std::map<Item, Item> map;  // to be consumed

  explicit Input(int n) : n_(n) {
    for (int i = 0; i != n; ++i) items.emplace_back(i);
    list.assign(items.begin(), items.end());
    refill();
  }
  void refill();
  /// Whether what was only lent is as it was.
  [[nodiscard]] bool whole() const;

 private:
  int n_;
};

/// Of a result, to be compared; looks at items without a step.
using Digest = std::uint64_t;

struct Scenario {
  std::string name;
  Digest (*run)(Input& input);
  bool may_hide = false;  ///< it ends early: an exception that lies behind the answer is not seen
  bool consumes = false;
};

/// Lists of scenarios, in files of their own, for the compiler's sake; a binary sweeps those that it is linked with.
using List = void (*)(std::vector<Scenario>& all);
inline std::vector<List>& lists() {
  static std::vector<List> all;
  return all;
}
struct Listed {
  explicit Listed(List list) { lists().push_back(list); }
};

inline Digest digest(int x) { return static_cast<Digest>(x); }
inline Digest digest(bool x) { return x ? 1 : 2; }
inline Digest digest(std::size_t x) { return x; }
inline Digest digest(Item const& x) { return static_cast<Digest>(x.value()); }
template <class A, class B>
Digest digest(std::pair<A, B> const& x);
template <class T>
Digest digest(std::optional<T> const& x) {
  return x ? 7 + digest(*x) : 3;
}
template <std::ranges::input_range R>
Digest digest(R const& range) {
  Digest all = 17;
  for (auto const& x : range) all = 1'000'003 * all + digest(x) + 1;
  return all;
}
template <class A, class B>
Digest digest(std::pair<A, B> const& x) {
  return 131 * digest(x.first) + digest(x.second);
}
/// Of hashed containers, whose order is nobody's business.
template <class R>
Digest unordered(R const& range) {
  Digest all = 17;
  for (auto const& x : range) all += (digest(x) + 5) * (digest(x) + 11);
  return all;
}

}  // namespace faults
