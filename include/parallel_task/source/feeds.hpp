// What a bridged source reads: input ranges, objects with next(), and the nodes of sets and maps.
#pragma once

#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/source/owns_items.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// An object whose `next()` gives an optional value, which is empty at the end.
template <class G>
concept generator_like = requires(G& g) {
  { static_cast<bool>(g.next()) };
  { *g.next() };
};

// The items of a stream wait to be computed while more are read, which may overwrite them. So each is made a value.
// Where that is impossible, or would slice an object of a derived class, the pointer that owns the object is kept
// instead.

/// Whether a reference to a `T` may refer to an object of a derived class.
template <class T>
inline constexpr bool may_be_derived = std::is_polymorphic_v<T> && !std::is_final_v<T>;

/// Contains the object that dereferencing gives, like an optional and unlike a pointer.
template <class P>
concept contains_object = requires(P& p, P const& c) {
  requires !std::is_const_v<std::remove_reference_t<decltype(*p)>>;
  requires std::is_const_v<std::remove_reference_t<decltype(*c)>>;
};

/// What `next()` returns, and how it is kept. A `unique_ptr` or a `shared_ptr` keeps its object alive. A raw pointer,
/// like everything without a destructor, may point to an object that the next call overwrites.
template <class Next>
struct NextResult {
  using Pointer = std::remove_cvref_t<Next>;
  using Reference = decltype(*std::declval<Next>());
  using Value = std::remove_cvref_t<Reference>;
  static constexpr bool contains = !std::is_lvalue_reference_v<Reference> || contains_object<Pointer>;
  static constexpr bool is_value = std::constructible_from<Value, Reference> && (contains || !may_be_derived<Value>);
  static constexpr bool is_kept = !is_value && !std::is_trivially_destructible_v<Pointer> &&
                                  std::is_lvalue_reference_v<decltype(*std::declval<Pointer&>())> &&
                                  std::constructible_from<Pointer, Next>;
};
template <class G>
using NextOf = NextResult<decltype(std::declval<std::remove_reference_t<G>&>().next())>;

/// Whether the items of `R`, a range that is read once, can be made values. The items of a range that can be read again
/// belong to the caller: they are not moved out, and may be of derived classes.
template <class R>
consteval bool gives_values() {
  using Range = std::remove_reference_t<R>;
  using Reference = std::ranges::range_reference_t<Range>;
  using Value = std::ranges::range_value_t<Range>;
  constexpr bool owned = !std::is_lvalue_reference_v<R> && owns_items<Range>;
  constexpr bool copied = std::constructible_from<Value, Reference>;
  if constexpr (std::ranges::forward_range<Range> && std::is_lvalue_reference_v<Reference> && !owned) {
    return copied && !may_be_derived<Value>;
  } else {
    return copied || std::constructible_from<Value, std::ranges::range_rvalue_reference_t<Range>>;
  }
}

/// An object that the pipeline holds, or one of the caller's (a reference type).
template <class T>
struct Input {
  T object;
  [[nodiscard]] T& get() { return object; }
};
template <class T>
struct Input<T&> {
  T* object;
  explicit Input(T& t) : object(std::addressof(t)) {}
  [[nodiscard]] T& get() { return *object; }
};

/// Reads exactly as many items as it is asked for, none in advance.
template <class R>
class RangeFeed {
  using Range = std::remove_reference_t<R>;
  using Iterator = std::ranges::iterator_t<Range>;

 public:
  using Value = std::ranges::range_value_t<Range>;

  explicit RangeFeed(Input<R> range) : range_(std::move(range)) {}

  std::optional<Value> next() {
    if (it_) {
      ++*it_;
    } else {
      it_.emplace(std::ranges::begin(range_.get()));
    }
    if (*it_ == std::ranges::end(range_.get())) return std::nullopt;
    if constexpr (std::constructible_from<Value, std::ranges::range_reference_t<Range>>) {
      return std::optional<Value>(std::in_place, **it_);
    } else {
      return std::optional<Value>(std::in_place, std::ranges::iter_move(*it_));
    }
  }

 private:
  Input<R> range_;
  std::optional<Iterator> it_;
};

/// Reads an object with `next()`.
template <class G>
class GeneratorFeed {
 public:
  using Value = typename NextOf<G>::Value;
  static constexpr bool owns = !std::is_reference_v<G>;

  explicit GeneratorFeed(Input<G> generator) : generator_(std::move(generator)) {}

  std::optional<Value> next() {
    auto&& got = generator_.get().next();
    if (!static_cast<bool>(got)) return std::nullopt;
    return std::optional<Value>(std::in_place, *static_cast<decltype(got)&&>(got));
  }

 private:
  Input<G> generator_;
};

/// The same for objects that can't be made values: gives the pointers that own them, which are also its `Value`.
/// Objects that can't be copied can't be stored, and an operation that would store them says so.
template <class G>
class PointerFeed {
 public:
  using Value = typename NextOf<G>::Pointer;
  using Item = decltype(*std::declval<Value&>());

  static constexpr bool owns = !std::is_reference_v<G>;

  explicit PointerFeed(Input<G> generator) : generator_(std::move(generator)) {}

  std::optional<Value> next() {
    auto&& got = generator_.get().next();
    if (!static_cast<bool>(got)) return std::nullopt;
    return std::optional<Value>(std::in_place, static_cast<decltype(got)&&>(got));
  }

 private:
  Input<G> generator_;
};

/// A container of nodes, such as std::map and std::unordered_set: only nodes allow keys to be moved out.
template <class C>
concept node_container = requires(C& c) {
  typename C::node_type;
  c.extract(c.begin());
};

/// Extracts the nodes of a set or map, in order.
template <node_container C>
class NodeFeed {
  /// Of a map, the pair without the const of the key.
  template <class Container>
  struct NodeValue {
    using type = typename Container::value_type;
  };
  template <class Container>
    requires requires { typename Container::mapped_type; }
  struct NodeValue<Container> {
    using type = std::pair<typename Container::key_type, typename Container::mapped_type>;
  };

 public:
  static constexpr bool owns = true;
  using Value = typename NodeValue<C>::type;

  explicit NodeFeed(C container) : container_(std::move(container)) {}

  [[nodiscard]] std::size_t size() const { return container_.size(); }
  std::optional<Value> next() {
    if (container_.begin() == container_.end()) return std::nullopt;
    auto node = container_.extract(container_.begin());
    if constexpr (requires { node.mapped(); }) {
      return std::optional<Value>(std::in_place, std::move(node.key()), std::move(node.mapped()));
    } else {
      return std::optional<Value>(std::in_place, std::move(node.value()));
    }
  }

 private:
  C container_;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
