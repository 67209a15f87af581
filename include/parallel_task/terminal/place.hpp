// Accumulators that write into the result in place: position i of the pipeline is item i of the result.
#pragma once

#include <parallel_task/core/concepts.hpp>
#include <parallel_task/terminal/chunks.hpp>

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Assigns to items that exist.
template <class T>
struct Assigned {
  T* base;
  T* out;

  explicit Assigned(T* result) noexcept : base(result), out(result) {}
  void seek(std::size_t position) noexcept { out = base + position; }
  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) {
    if constexpr (std::is_same_v<std::remove_cvref_t<X>, T> && std::is_assignable_v<T&, X&&>) {
      *out = static_cast<X&&>(x);
    } else {
      *out = static_cast<T>(static_cast<X&&>(x));
    }
    ++out;
    return true;
  }
  void join(Assigned&&) const noexcept {}
  void release() const noexcept {}
};

/// Constructs items in raw memory; they need no destructor, so nobody need know which are there.
template <class T>
struct ConstructedTrivially {
  T* base;
  T* out;

  explicit ConstructedTrivially(T* result) noexcept : base(result), out(result) {}
  void seek(std::size_t position) noexcept { out = base + position; }
  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) {
    ::new (static_cast<void*>(out)) T(static_cast<X&&>(x));
    ++out;
    return true;
  }
  void join(ConstructedTrivially&&) const noexcept {}
  void release() const noexcept {}
};

/// Constructs items in raw memory and owns them until all are there. A segment is contiguous: two pointers know it all.
template <class T>
class Constructed {
 public:
  explicit Constructed(T* result) noexcept : base_(result) {}
  Constructed(Constructed&& other) noexcept
      : base_(other.base_), first_(std::exchange(other.first_, nullptr)), out_(std::exchange(other.out_, nullptr)) {}
  Constructed& operator=(Constructed&&) = delete;
  ~Constructed() {
    if (first_ != nullptr) std::destroy(first_, out_);
  }

  void seek(std::size_t position) noexcept {
    if (first_ == nullptr) first_ = out_ = base_ + position;
  }
  template <class X>
  [[gnu::always_inline]] bool operator()(X&& x) {
    ::new (static_cast<void*>(out_)) T(static_cast<X&&>(x));
    ++out_;
    return true;
  }
  void join(Constructed&& later) noexcept {
    if (later.first_ == nullptr) return;
    if (first_ == nullptr) first_ = later.first_;
    out_ = later.out_;
    later.release();
  }
  /// The items belong to the result now.
  void release() noexcept { first_ = out_ = nullptr; }

 private:
  T* base_;
  T* first_ = nullptr;
  T* out_ = nullptr;
};

/// Where only the run knows how many items there are (an unsized range, walked): in place if that was known before it
/// began, else in chunks.
template <class Place, class T>
struct PlacedOrKept {
  Place place;
  bool placed;
  ChunkList<T> kept;

  void seek(std::size_t position) noexcept {
    if (placed) place.seek(position);
  }
  template <class X>
  bool operator()(X&& x) {
    if (placed) return place(static_cast<X&&>(x));
    kept.emplace(static_cast<X&&>(x));
    return true;
  }
  void join(PlacedOrKept&& later) noexcept {
    place.join(std::move(later.place));
    kept.join(std::move(later.kept));
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
