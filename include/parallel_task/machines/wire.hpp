// How a value becomes bytes and is read again on another rank; travels.hpp tells which do.
//
// Both ranks run the same program on the same kind of machine, so bytes are copied as they lie in memory. A Reader
// trusts none of them: a message may be cut off or damaged, and then it throws. It never makes room for more items than
// the bytes that are left can hold.
#pragma once

#include <parallel_task/machines/bytes.hpp>
#include <parallel_task/machines/travels.hpp>
#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/exceptions.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Values in values: more would overflow the stack of whoever reads a damaged message. It counts containers, pointers
/// and what has a way of its own, for only these can hold their like.
inline constexpr unsigned deepest_value = 1000;

class Deeper {
 public:
  explicit Deeper(unsigned& depth) : depth_(depth) {
    if (depth == deepest_value) {
      throw_error(
          std::length_error("parallel_task: a value has more than 1000 values one in another: it can't travel"));
    }
    ++depth_;
  }
  Deeper(Deeper const&) = delete;
  Deeper& operator=(Deeper const&) = delete;
  ~Deeper() { --depth_; }

 private:
  unsigned& depth_;
};

/// Whether any bytes are a value of such a type, as far as a type tells.
template <class T>
inline constexpr bool any_bytes_will_do =
    how_it_travels<T> == Travels::as_bytes && !std::is_same_v<std::remove_cv_t<T>, bool>;

/// Containers whose items are read by bytes, all at once.
template <class C>
concept flat_on_wire =
    std::ranges::contiguous_range<C&> && std::ranges::sized_range<C const&> && any_bytes_will_do<ItemOnWire<C>> &&
    std::default_initializable<ItemOnWire<C>> && std::is_trivially_copy_assignable_v<ItemOnWire<C>> && requires(C& c) {
      c.resize(std::size_t{0});
      { std::ranges::data(c) } -> std::same_as<ItemOnWire<C>*>;
    };

/// A pt::buffer has no resize, but its items lie side by side, too.
template <class C>
concept saved_at_once = std::ranges::contiguous_range<C const&> && how_it_travels<ItemOnWire<C>> == Travels::as_bytes &&
                        std::is_same_v<std::ranges::range_value_t<C const&>, ItemOnWire<C>>;

/// Writes values behind each other. Used by one thread at a time; after an exception `bytes` is to be thrown away.
class Writer {
 public:
  Bytes bytes;

  template <class... T>
  Writer& operator()(T const&... values) {
    if constexpr ((must_travel<T>() && ...)) (save(values), ...);
    return *this;
  }

 private:
  void append(void const* from, std::size_t size) {
    auto const* const first = static_cast<std::byte const*>(from);
    bytes.insert(bytes.end(), first, first + size);
  }

  /// Each item of a container takes a byte at least, so that a reader can judge how many there may be.
  template <class T>
  void save_item(T const& item) {
    std::size_t const before = bytes.size();
    save(item);
    if (bytes.size() == before) bytes.push_back(std::byte{0});
  }

  template <class T>
  void save(T const& x) {
    constexpr Travels how = how_it_travels<T>;
    if constexpr (how == Travels::as_bytes) {
      append(std::addressof(x), sizeof(T));
    } else if constexpr (how == Travels::as_parts) {
      std::apply([&](auto const&... part) { (save(part), ...); }, x);
    } else if constexpr (how == Travels::as_array) {
      save_array(x);
    } else if constexpr (how == Travels::as_optional) {
      save(x.has_value());
      if (x.has_value()) save(*x);
    } else if constexpr (how == Travels::as_variant) {
      if (x.valueless_by_exception()) throw_error(std::bad_variant_access());
      save(static_cast<std::uint32_t>(x.index()));
      std::visit([&](auto const& held) { save(held); }, x);
    } else {
      save_nested<how>(x);
    }
  }

  /// What may hold values of its own type.
  template <Travels how, class T>
  void save_nested(T const& x) {
    Deeper const deeper(depth_);
    if constexpr (how == Travels::by_wire) {
      wire<T>::save(*this, x);
    } else if constexpr (how == Travels::by_serialize) {
      // One function reads and writes, so it takes no const; a Writer changes nothing.
      if constexpr (serialized_by_member<T>) {
        const_cast<T&>(x).serialize(*this);
      } else {
        serialize(*this, const_cast<T&>(x));
      }
    } else if constexpr (how == Travels::as_pointee) {
      save(x != nullptr);
      if (x) save(*x);
    } else {
      save_container(x);
    }
  }

  template <class A>
  void save_array(A const& items) {
    using Item = std::remove_cvref_t<decltype(*std::begin(items))>;
    if constexpr (any_bytes_will_do<Item>) {
      if (std::size(items) != 0) append(std::addressof(*std::begin(items)), std::size(items) * sizeof(Item));
    } else {
      for (auto const& item : items) save(item);
    }
  }

  template <class C>
  void save_container(C const& items) {
    auto const count = static_cast<std::uint64_t>(std::ranges::distance(items));
    save(count);
    if constexpr (saved_at_once<C>) {
      if (count != 0) append(std::ranges::data(items), static_cast<std::size_t>(count) * sizeof(ItemOnWire<C>));
    } else {
      for (typename C::value_type const& item : items)
        save_item(item);  // a proxy, as vector<bool> has, becomes a value
    }
  }

  unsigned depth_ = 0;
};

/// Reads what a Writer has written, in the same order. Throws std::runtime_error where the bytes can't be that. Does
/// not own the bytes. Used by one thread at a time; after an exception it is to be thrown away.
class Reader {
 public:
  explicit Reader(std::span<std::byte const> bytes) noexcept : bytes_(bytes) {}

  template <class... T>
  Reader& operator()(T&... values) {
    if constexpr ((must_travel<T>() && ...)) (load_into(values), ...);
    return *this;
  }
  template <class T>
  [[nodiscard]] T get() {
    if constexpr (must_travel<T>()) {
      return load<T>();
    } else {
      refuse("its type does not travel");
    }
  }
  [[nodiscard]] bool at_end() const noexcept { return at_ == bytes_.size(); }

  /// Throws if there can't be so many items, of which each takes `each` bytes or more.
  void must_hold(std::uint64_t count, std::size_t each) const {
    if (count > left() / each) refuse("more items are announced than its bytes can hold");
  }
  /// The next `n` items, of a type whose bytes are copied, into memory that lacks them.
  template <class T>
  void take_all(T* items, std::size_t n) {
    static_assert(any_bytes_will_do<T>);
    take(items, n * sizeof(T));
  }

  /// Throws std::runtime_error: the message is not what its reader expects.
  [[noreturn]] void refuse(char const* what) const {
    throw_error(std::runtime_error("parallel_task: a message between ranks can't be read: at byte " +
                                   std::to_string(at_) + " of " + std::to_string(bytes_.size()) + ", " + what));
  }

 private:
  [[nodiscard]] std::size_t left() const noexcept { return bytes_.size() - at_; }

  void take(void* to, std::size_t size) {
    if (size > left()) refuse("it ends too early");
    std::memcpy(to, bytes_.data() + at_, size);
    at_ += size;
  }
  [[nodiscard]] bool take_flag() {
    unsigned char flag = 0;
    take(&flag, 1);
    if (flag > 1) refuse("something is neither false nor true");
    return flag == 1;
  }
  /// A number of items of which each takes `each` bytes or more.
  [[nodiscard]] std::size_t take_count(std::size_t each) {
    auto const count = load<std::uint64_t>();
    must_hold(count, each);
    return static_cast<std::size_t>(count);
  }

  /// The byte of an item without any.
  void take_filler() {
    std::byte filler{};
    take(&filler, 1);
  }

  template <class T>
  [[nodiscard]] T load() {
    constexpr Travels how = how_it_travels<T>;
    if constexpr (std::is_same_v<T, bool>) {
      return take_flag();
    } else if constexpr (how == Travels::as_bytes) {
      std::array<std::byte, sizeof(T)> raw;
      take(raw.data(), sizeof(T));
      return std::bit_cast<T>(raw);
    } else if constexpr (how == Travels::as_parts) {
      return load_parts(static_cast<T*>(nullptr));
    } else if constexpr (how == Travels::as_array) {
      return load_array<T>(std::make_index_sequence < std::default_initializable<T> ? 0 : std::tuple_size_v < T >> ());
    } else if constexpr (how == Travels::as_optional) {
      return take_flag() ? T(std::in_place, load<std::remove_const_t<typename T::value_type>>()) : T();
    } else if constexpr (how == Travels::as_variant) {
      return load_variant<T>(std::make_index_sequence<std::variant_size_v<T>>());
    } else {
      Deeper const deeper(depth_);
      if constexpr (how == Travels::by_wire) {
        return wire<T>::load(*this);
      } else if constexpr (how == Travels::as_pointee) {
        using Value = typename T::element_type;
        return take_flag() ? T(new Value(load<std::remove_const_t<Value>>())) : T();
      } else {
        T x = T();
        fill<how>(x);
        return x;
      }
    }
  }

  // Braces, for they evaluate from left to right.
  template <class A, class B>
  [[nodiscard]] std::pair<A, B> load_parts(std::pair<A, B>*) {
    return std::pair<A, B>{load<std::remove_const_t<A>>(), load<std::remove_const_t<B>>()};
  }
  template <class... T>
  [[nodiscard]] std::tuple<T...> load_parts(std::tuple<T...>*) {
    return std::tuple<T...>{load<std::remove_const_t<T>>()...};
  }

  template <class A, std::size_t... index>
  [[nodiscard]] A load_array(std::index_sequence<index...>) {
    if constexpr (std::default_initializable<A>) {
      A items{};
      fill_array(items);
      return items;
    } else {
      return A{(static_cast<void>(index), load<typename A::value_type>())...};
    }
  }

  template <class V, std::size_t... index>
  [[nodiscard]] V load_variant(std::index_sequence<index...>) {
    auto const held = load<std::uint32_t>();
    if (held >= sizeof...(index)) refuse("a variant holds none of its types");
    std::optional<V> made;
    static_cast<void>(
        ((held == index &&
          (made.emplace(std::in_place_index<index>, load<std::remove_const_t<std::variant_alternative_t<index, V>>>()),
           true)) ||
         ...));
    return *std::move(made);
  }

  template <class T>
  void load_into(T& x) {
    constexpr Travels how = how_it_travels<T>;
    if constexpr (how == Travels::as_array) {
      fill_array(x);
    } else if constexpr (any_bytes_will_do<T> && std::is_trivially_copy_assignable_v<T>) {
      take(std::addressof(x), sizeof(T));
    } else if constexpr (how == Travels::by_serialize || how == Travels::as_container) {
      Deeper const deeper(depth_);
      fill<how>(x);
    } else if constexpr (std::is_move_assignable_v<T>) {
      x = load<T>();
    } else {
      T made = load<T>();  // may throw, and then x is as it was
      std::destroy_at(std::addressof(x));
      std::construct_at(std::addressof(x), std::move(made));
    }
  }

  template <Travels how, class T>
  void fill(T& x) {
    if constexpr (how == Travels::as_container) {
      fill_container(x);
    } else if constexpr (serialized_by_member<T>) {
      x.serialize(*this);
    } else {
      serialize(*this, x);
    }
  }

  template <class A>
  void fill_array(A& items) {
    using Item = std::remove_reference_t<decltype(*std::begin(items))>;
    if constexpr (any_bytes_will_do<Item> && std::is_trivially_copy_assignable_v<Item>) {
      if (std::size(items) != 0) take(std::addressof(*std::begin(items)), std::size(items) * sizeof(Item));
    } else {
      for (Item& item : items) load_into(item);
    }
  }

  template <class C>
  void fill_container(C& items) {
    using Item = ItemOnWire<C>;
    constexpr std::size_t each = how_it_travels<Item> == Travels::as_bytes ? sizeof(Item) : 1;
    std::size_t const count = take_count(each);
    if constexpr (flat_on_wire<C>) {
      items.resize(count);
      if (count != 0) take(std::ranges::data(items), count * sizeof(Item));
    } else {
      items.clear();
      // Items may be bigger in memory than in the message: no more room than the message has.
      if constexpr (requires { items.reserve(count); }) {
        std::size_t const room = left() / sizeof(Item);
        items.reserve(count < room ? count : room);
      }
      for (std::size_t i = 0; i != count; ++i) {
        std::size_t const before = at_;
        if constexpr (can_push_back<C, Item>) {
          items.push_back(load<Item>());
        } else if constexpr (can_insert<C, Item>) {
          items.insert(items.end(), load<Item>());
        } else {
          items.insert(load<Item>());
        }
        if (at_ == before) take_filler();
      }
    }
  }

  std::span<std::byte const> bytes_;
  std::size_t at_ = 0;
  unsigned depth_ = 0;
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
