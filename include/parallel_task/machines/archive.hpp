// What a terminal has gathered, as bytes: accumulators name their parts (`carry`), and these two write or read them.
// What is no value of the user's goes here; values go by a Writer or Reader (wire.hpp).
#pragma once

#include <parallel_task/container/chunk_list.hpp>
#include <parallel_task/core/maybe.hpp>
#include <parallel_task/machines/wire.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

class AccumulatorSaver;
class AccumulatorLoader;

/// An accumulator, or a part of one.
template <class A>
concept carried = requires(A& a, AccumulatorSaver& out) { a.carry(out); };

template <class T>
inline constexpr bool travels_in_blocks =
    how_it_travels<T> == Travels::as_bytes && !std::is_same_v<T, bool> && std::default_initializable<T>;

class AccumulatorSaver {
 public:
  explicit AccumulatorSaver(Writer& out) noexcept : out_(out) {}

  template <class... T>
  void operator()(T&... parts) {
    (save(parts), ...);
  }
  /// What is made of two values: an optional of it, or a vector.
  template <class C, class Entry, class A, class B>
  void parts(C& entries, A Entry::*first, B Entry::*second) {
    if constexpr (requires { entries.has_value(); }) {
      out_(entries.has_value());
      if (entries) save(*entries.*first), save(*entries.*second);
    } else {
      out_(static_cast<std::uint64_t>(entries.size()));
      for (Entry& entry : entries) save(entry.*first), save(entry.*second);
    }
  }
  /// Each item of a vector, by `carry(item)`.
  template <class T, class Make, class Carry>
  void each(std::vector<T>& items, Make const&, Carry const& carry) {
    out_(static_cast<std::uint64_t>(items.size()));
    for (T& item : items) carry(item);
  }

 private:
  template <class T>
  void save(T& x) {
    if constexpr (requires { x.carry(*this); }) {
      x.carry(*this);
    } else {
      out_(x);
    }
  }
  template <class T, std::size_t n>
  void save(T (&items)[n]) {
    for (T& item : items) save(item);
  }
  template <class T>
  void save(Maybe<T>& x) {
    out_(static_cast<bool>(x));
    if (x) out_(*x);
  }
  template <class T, std::size_t n>
  void save(ChunkList<T, n>& items) {
    std::size_t const count = items.size();
    out_(static_cast<std::uint64_t>(count));
    if constexpr (travels_in_blocks<T>) {
      out_.bytes.reserve(out_.bytes.size() + count * sizeof(T));
      items.for_each_chunk([this](T* item, T* last) {
        auto const* const from = reinterpret_cast<std::byte const*>(item);
        out_.bytes.insert(out_.bytes.end(), from, from + static_cast<std::size_t>(last - item) * sizeof(T));
      });
    } else {
      items.for_each_chunk([this](T* item, T* last) {
        for (; item != last; ++item) out_(*item);
      });
    }
  }

  Writer& out_;
};

class AccumulatorLoader {
 public:
  explicit AccumulatorLoader(Reader& in) noexcept : in_(in) {}

  template <class... T>
  void operator()(T&... parts) {
    (load(parts), ...);
  }
  template <class C, class Entry, class A, class B>
  void parts(C& entries, A Entry::*, B Entry::*) {
    if constexpr (requires { entries.has_value(); }) {
      if (!in_.template get<bool>()) return;
      auto first = in_.template get<A>();
      entries.emplace(std::move(first), in_.template get<B>());
    } else {
      for (auto n = in_.template get<std::uint64_t>(); n != 0; --n) {
        auto first = in_.template get<A>();
        entries.push_back(Entry{std::move(first), in_.template get<B>()});
      }
    }
  }
  template <class T, class Make, class Carry>
  void each(std::vector<T>& items, Make const& make, Carry const& carry) {
    for (auto n = in_.template get<std::uint64_t>(); n != 0; --n) {
      items.push_back(make());
      carry(items.back());
    }
  }

 private:
  template <class T>
  void load(T& x) {
    if constexpr (requires { x.carry(*this); }) {
      x.carry(*this);
    } else {
      in_(x);
    }
  }
  template <class T, std::size_t n>
  void load(T (&items)[n]) {
    for (T& item : items) load(item);
  }
  template <class T>
  void load(Maybe<T>& x) {
    if (in_.template get<bool>()) x.put([this]() -> T { return in_.template get<T>(); });
  }
  template <class T, std::size_t n>
  void load(ChunkList<T, n>& items) {
    auto count = in_.template get<std::uint64_t>();
    if constexpr (travels_in_blocks<T> && std::is_trivially_copyable_v<T>) {
      if (count == 0) return;
      in_.must_hold(count, sizeof(T));
      auto const all = static_cast<std::size_t>(count);
      in_.take_all(items.extend(all), all);
    } else {
      for (; count != 0; --count) items.emplace(in_.template get<T>());
    }
  }

  Reader& in_;
};

/// Writes what `accumulator` holds. `make()`: an empty part, of a tree of accumulators.
template <class A, class Make>
void save_accumulator(Writer& out, A& accumulator, Make const& make) {
  AccumulatorSaver saver(out);
  if constexpr (requires { accumulator.carry(saver); }) {
    accumulator.carry(saver);
  } else {
    accumulator.carry(saver, make);
  }
}
/// Reads it into one that has been opened and is empty.
template <class A, class Make>
void load_accumulator(Reader& in, A& accumulator, Make const& make) {
  AccumulatorLoader loader(in);
  if constexpr (requires { accumulator.carry(loader); }) {
    accumulator.carry(loader);
  } else {
    accumulator.carry(loader, make);
  }
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
