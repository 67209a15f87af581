// What happens to the items that were appended if a later one throws.
#pragma once

#include <parallel_task/container/concepts.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <cstddef>
#include <exception>
#include <type_traits>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Keeps them: the container is destroyed by the exception, or its content is unspecified then.
struct KeepAll {
  template <class C>
  explicit KeepAll(C&) noexcept {}
  void keep() const noexcept {}
};

/// Removes them again, where the container can: from the end of a sequence, and from sets and maps, but not from a
/// queue.
template <class C>
class AllOrNothing {
 public:
  explicit AllOrNothing(C& c) noexcept : c_(std::addressof(c)) {
    if constexpr (requires { c.size(); }) before_ = c.size();
  }
  AllOrNothing(AllOrNothing const&) = delete;
  AllOrNothing& operator=(AllOrNothing const&) = delete;
  ~AllOrNothing() {
    if constexpr (requires {
                    c_->pop_back();
                    c_->size();
                  }) {
      if (c_ == nullptr) return;
      while (c_->size() > before_) c_->pop_back();
    }
  }
  void keep() noexcept { c_ = nullptr; }

 private:
  C* c_;
  std::size_t before_ = 0;
};

/// Sets and maps: new items may be anywhere, so each is noted. Nodes never move, but rehashing invalidates the
/// iterators of hashed containers, so their items are found again by key.
template <class C>
  requires requires(C& c) {
    typename C::node_type;
    c.erase(c.begin());
    c.size();
  }
class AllOrNothing<C> {
 public:
  explicit AllOrNothing(C& c) noexcept : c_(std::addressof(c)), size_(c.size()) {}
  AllOrNothing(AllOrNothing const&) = delete;
  AllOrNothing& operator=(AllOrNothing const&) = delete;
  ~AllOrNothing() {
    if (c_ == nullptr) return;
    // If a hash or a comparison throws here too, the rest stays in.
    detail::guarded(
        [&] {
          for (auto const& item : fresh_) {
            if constexpr (by_key) {
              c_->erase(c_->find(*item));
            } else {
              c_->erase(item);
            }
          }
        },
        [](std::exception_ptr) {});
  }
  /// Makes room for one more note, before the item is inserted.
  void expect() {
    if (fresh_.size() == fresh_.capacity()) fresh_.reserve(fresh_.empty() ? 16 : 2 * fresh_.size());
  }
  void note(typename C::iterator item) noexcept {
    if (c_->size() == size_) return;  // it was refused: there was an equal one
    ++size_;
    if constexpr (!by_key) {
      fresh_.push_back(item);
    } else if constexpr (requires { typename C::mapped_type; }) {
      fresh_.push_back(std::addressof(item->first));
    } else {
      fresh_.push_back(std::addressof(*item));
    }
  }
  void keep() noexcept { c_ = nullptr; }

 private:
  static constexpr bool by_key = hashed<C> && requires { typename C::insert_return_type; };
  template <class Container, bool>
  struct Note {
    using type = typename Container::iterator;
  };
  template <class Container>
  struct Note<Container, true> {
    using type = typename Container::key_type const*;
  };
  C* c_;
  std::size_t size_;
  std::vector<typename Note<C, by_key>::type> fresh_;
};

/// Singly linked lists.
template <class C>
  requires requires(C& c) { c.erase_after(c.before_begin(), c.end()); }
class AllOrNothing<C> {
 public:
  explicit AllOrNothing(C& c) noexcept : c_(std::addressof(c)), last_(c.before_begin()) {
    for (auto next = c.begin(); next != c.end(); ++next) last_ = next;
  }
  AllOrNothing(AllOrNothing const&) = delete;
  AllOrNothing& operator=(AllOrNothing const&) = delete;
  ~AllOrNothing() {
    if (c_ != nullptr) c_->erase_after(last_, c_->end());
  }
  void keep() noexcept { c_ = nullptr; }

 private:
  C* c_;
  typename C::iterator last_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
