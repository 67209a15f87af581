// Accumulators that write into the result in place: position i of the pipeline is item i of the result.
#pragma once

#include <parallel_task/container/chunk_list.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// An existing item can be replaced by one made from an `X`, and if that throws there is still an item in its place.
/// `inside`: the `X` may refer to the item that is replaced.
template <class T, class X, bool inside>
concept replaceable =
    std::is_nothrow_move_constructible_v<T> ||
    (!inside && (std::is_nothrow_constructible_v<T, X> || std::is_nothrow_default_constructible_v<T>));

/// Puts each item into its place by `Put::put(place, item)`. Places need no owner here: either the container owns the
/// items in them all the time, or they need no destructor, so nobody has to know which exist.
template <class T, class Put>
struct Placed {
  T* base;
  T* out;

  explicit Placed(T* result) noexcept : base(result), out(result) {}
  void seek(std::size_t position) noexcept { out = base + position; }
  template <class X>
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
    Put::put(out, static_cast<X&&>(x));
    ++out;
    return true;
  }
  void join(Placed&&) const noexcept {}
  void release() const noexcept {}
};

/// Assigns to the existing item. For types whose assignment gives what construction would give, because it is trivial,
/// and for spans, whose caller asks for assignment.
struct Assign {
  template <class T, class X>
  PARALLEL_TASK_ALWAYS_INLINE static void put(T* out, X&& x) {
    constexpr bool trivial = std::is_trivially_move_assignable_v<T>;
    constexpr bool direct = trivial ? std::is_trivially_assignable_v<T&, X&&> : std::is_assignable_v<T&, X&&>;
    if constexpr (std::is_same_v<std::remove_cvref_t<X>, T> && direct) {
      *out = static_cast<X&&>(x);
    } else if constexpr (std::is_move_assignable_v<T>) {
      *out = static_cast<T>(static_cast<X&&>(x));
    } else {
      T const made(static_cast<X&&>(x));
      *out = made;
    }
  }
};

/// Destroys the existing item and constructs a new one. Assignment might do something else: to a matrix that keeps its
/// shape, to a reference, or to an item that can't be assigned at all.
template <bool inside>
struct Replace {
  template <class T, class X>
  PARALLEL_TASK_ALWAYS_INLINE static void put(T* out, X&& x) {
    if constexpr (!inside && std::is_nothrow_constructible_v<T, X&&>) {
      std::destroy_at(out);
      ::new (static_cast<void*>(out)) T(static_cast<X&&>(x));
    } else if constexpr (!inside && std::is_nothrow_default_constructible_v<T>) {
      std::destroy_at(out);
      Substitute<T> substitute{out};
      ::new (static_cast<void*>(out)) T(static_cast<X&&>(x));
      substitute.out = nullptr;
    } else {
      T made(static_cast<X&&>(x));
      std::destroy_at(out);
      ::new (static_cast<void*>(out)) T(std::move(made));
    }
  }

 private:
  /// Leaves a default item after a throw, since the container will destroy one.
  template <class T>
  struct Substitute {
    T* out;
    ~Substitute() {
      if (out != nullptr) ::new (static_cast<void*>(out)) T();
    }
  };
};

/// Constructs an item in raw memory.
struct Construct {
  template <class T, class X>
  PARALLEL_TASK_ALWAYS_INLINE static void put(T* out, X&& x) {
    ::new (static_cast<void*>(out)) T(static_cast<X&&>(x));
  }
};

/// How the items of a container are written over, given `X`s.
template <class T, class X, bool inside>
using PutOver = std::conditional_t<std::is_trivially_move_assignable_v<T> && std::is_trivially_copyable_v<T>, Assign,
                                   Replace<inside>>;

/// Constructs items in raw memory and owns them until `release`. A segment is contiguous, so two pointers are enough.
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
  PARALLEL_TASK_ALWAYS_INLINE bool operator()(X&& x) {
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
  /// From here on the result owns the items.
  void release() noexcept { first_ = out_ = nullptr; }

 private:
  T* base_;
  T* first_ = nullptr;
  T* out_ = nullptr;
};

/// For a source whose number of items may be known only after the run (a walked range without a size): items are put in
/// place if the number was known before the run, otherwise into chunks.
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
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
