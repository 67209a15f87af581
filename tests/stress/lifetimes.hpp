// Items that poison themselves when they die, and every way in which a pipeline may come to refer to one for no longer
// than a step.
#pragma once

#include "catch.hpp"
#include "property/erased.hpp"
#include "shuffle.hpp"
#include "support/dawdle.hpp"

#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <compare>
#include <cstddef>
#include <iterator>
#include <list>
#include <memory>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

namespace lifetimes {

inline constexpr int size = 120;

/// A number on the heap; gone (for AddressSanitizer too) when it is moved from or dies. What dies says so in its place.
class Mortal {
 public:
  static constexpr int dead = -1;
  static constexpr int moved = -2;

  Mortal() : Mortal(0) {}
  explicit Mortal(int number) : heap_(std::make_unique<int>(number)), number_(number) {}
  Mortal(Mortal const& other) : Mortal(other.number()) {}
  Mortal(Mortal&& other) noexcept : heap_(std::move(other.heap_)), number_(other.number_) { other.number_ = moved; }
  Mortal& operator=(Mortal const& other) { return *this = Mortal(other); }
  Mortal& operator=(Mortal&& other) noexcept {
    heap_ = std::move(other.heap_);
    number_ = other.number_;
    if (&other != this) other.number_ = moved;
    return *this;
  }
  ~Mortal() { number_ = dead; }

  [[nodiscard]] int number() const { return number_ < 0 ? number_ : *heap_; }
  friend bool operator==(Mortal const& a, Mortal const& b) { return a.number() == b.number(); }
  friend auto operator<=>(Mortal const& a, Mortal const& b) { return a.number() <=> b.number(); }

 private:
  std::unique_ptr<int> heap_;
  int volatile number_;  // volatile: a compiler would leave out what is written to the dying
};

/// A key that refers to its item, as a std::string_view does.
struct Reference {
  Mortal const* item;
  explicit Reference(Mortal const& x) : item(&x) {}
  friend bool operator<(Reference a, Reference b) { return *a.item < *b.item; }
};

struct Owner {
  Mortal part;
  explicit Owner(int i) : part(i) {}
  [[nodiscard]] Mortal const& getter() const { return part; }
  [[nodiscard]] Mortal& own() const { return const_cast<Owner*>(this)->part; }
};

/// An iterator that holds its item, as boost::counting_iterator does.
template <class Category>
class Stashing {
 public:
  using value_type = Mortal;
  using difference_type = std::ptrdiff_t;
  using reference = Mortal const&;
  using pointer = Mortal const*;
  using iterator_category = Category;

  Stashing() = default;
  explicit Stashing(int i) : item_(i) {}
  reference operator*() const { return item_; }
  reference operator[](difference_type) const { throw "would refer to what is gone"; }
  Stashing& operator++() { return *this += 1; }
  Stashing operator++(int) { return std::exchange(*this, Stashing(item_.number() + 1)); }
  Stashing& operator--() { return *this += -1; }
  Stashing operator--(int) { return std::exchange(*this, Stashing(item_.number() - 1)); }
  Stashing& operator+=(difference_type n) {
    item_ = Mortal(item_.number() + static_cast<int>(n));
    return *this;
  }
  Stashing& operator-=(difference_type n) { return *this += -n; }
  friend Stashing operator+(Stashing it, difference_type n) { return it += n; }
  friend Stashing operator+(difference_type n, Stashing it) { return it += n; }
  friend Stashing operator-(Stashing it, difference_type n) { return it -= n; }
  friend difference_type operator-(Stashing const& a, Stashing const& b) { return a.item_.number() - b.item_.number(); }
  friend bool operator==(Stashing const&, Stashing const&) = default;
  friend auto operator<=>(Stashing const&, Stashing const&) = default;

 private:
  Mortal item_;
};

template <class Category>
struct StashingRange {
  [[nodiscard]] Stashing<Category> begin() const { return Stashing<Category>(0); }
  [[nodiscard]] Stashing<Category> end() const { return Stashing<Category>(lifetimes::size); }
};

static_assert(std::ranges::random_access_range<StashingRange<std::random_access_iterator_tag> const>);
static_assert(!std::ranges::random_access_range<StashingRange<std::forward_iterator_tag> const>);

/// A stream.
struct Stream {
  int at = 0;
  std::optional<Owner> next() { return at == size ? std::nullopt : std::optional<Owner>(std::in_place, at++); }
};

/// f(name, make, wanted): make() is a pipeline whose items refer to Mortals that live for a step, or are such.
template <class F>
void for_each_origin(F f) {
  auto const make = [](int i) {
    support::dawdle();
    return Owner(i);
  };
  auto const getter = [](Owner const& x) -> Mortal const& { return x.part; };
  f("a value's getter", [&] { return pt::indices(size).map(make).map(&Owner::getter); });
  f("a value's getter that lets change", [&] { return pt::indices(size).map(make).map(&Owner::own); });
  f("a value's member", [&] { return pt::indices(size).map(make).map(&Owner::part); });
  f("values", [&] { return pt::indices(size).map([](int i) { return Mortal(i); }); });
  f("a reference that a closure passes on", [&] {
    return pt::indices(size).map(make).inspect([](auto const&) {}).map(getter).map([](Mortal const& x) -> auto& {
      return x;
    });
  });
  f("the state of a segment", [] {
    return pt::indices(size).map_init([] { return Mortal(); },
                                      [](Mortal& state, int i) -> Mortal& {
                                        support::dawdle();
                                        return state = Mortal(i);
                                      });
  });
  f("a thread's own", [] {
    return pt::indices(size).map([](int i) -> Mortal& {
      thread_local Mortal mine;
      support::dawdle();
      return mine = Mortal(i);
    });
  });
  f("consumed", [getter] {
    std::vector<Owner> v;
    for (int i = 0; i != size; ++i) v.emplace_back(i);
    return pt::into_parallel_iter(std::move(v)).map(getter);
  });
  f("consumed one by one", [getter] {
    std::list<Owner> v;
    for (int i = 0; i != size; ++i) v.emplace_back(i);
    return pt::into_parallel_iter(std::move(v)).map(getter);
  });
  f("read from a stream", [getter] { return pt::par_bridge(Stream{}).map(getter); });
  static StashingRange<std::random_access_iterator_tag> const jumping;
  static StashingRange<std::forward_iterator_tag> const walking;
  f("held by an iterator", [] { return pt::parallel_iter(jumping); });
  f("held by an iterator that walks", [] { return pt::parallel_iter(walking); });
  f("what a smart pointer holds", [] {
    return pt::indices(size).filter_map([](int i) {
      support::dawdle();
      return std::make_unique<Mortal>(i);
    });
  });
  f("a container made on the spot", [] {
    return pt::indices(size).flat_map([](int i) {
      support::dawdle();
      return std::vector<Mortal>(1, Mortal(i));
    });
  });
  f("a view over a container made on the spot", [] {
    return pt::indices(size).flat_map([](int i) {
      support::dawdle();
      return std::vector<Mortal>(1, Mortal(i)) | std::views::filter([](Mortal const& x) { return x.number() >= 0; });
    });
  });
  f("a view that owns its item", [] {
    return pt::indices(size).flat_map([](int i) {
      support::dawdle();
      return std::views::single(Mortal(i));
    });
  });
}

inline std::vector<Mortal> all() {
  std::vector<Mortal> result;
  for (int i = 0; i != size; ++i) result.emplace_back(i);
  return result;
}

}  // namespace lifetimes
