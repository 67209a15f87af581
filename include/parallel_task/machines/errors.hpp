// Exceptions that cross ranks: what was thrown on one is thrown on all, of the same type, so that no rank alone leaves
// the line that they share.
//
// Standard exceptions keep their exact type and text, system errors their code, pt::cancelled its reason. A type of the
// program travels after `pt::carry_exception<E>()`. All others become a pt::remote_error, which tells rank, type and
// text.
#pragma once

#include <parallel_task/controller/cancelled.hpp>
#include <parallel_task/machines/wire.hpp>
#include <parallel_task/platform/code.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <ios>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#if __has_include(<cxxabi.h>)
#include <cxxabi.h>
#define PARALLEL_TASK_TYPE_NAMES
#endif

#if !defined(__cpp_exceptions) || !defined(__cpp_rtti)
#error "parallel_task: runs over several machines need exceptions and RTTI"
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_VALUES {

/// An exception of another rank whose type does not travel. Every rank throws it; on the rank where it was thrown, the
/// original is nested in it (`std::rethrow_if_nested`).
class remote_error : public std::runtime_error {
 public:
  PARALLEL_TASK_BY_FLAGS remote_error(int rank, std::string const& type, std::string const& text)
      : std::runtime_error("parallel_task: rank " + std::to_string(rank) + " threw " + type +
                           (text.empty() ? "" : ": " + text)),
        rank_(rank),
        type_and_text_(std::make_shared<std::pair<std::string, std::string> const>(type, text)) {}
  /// Where it was thrown.
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] int rank() const noexcept { return rank_; }
  /// The name of the type that was thrown.
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] std::string const& type() const noexcept { return type_and_text_->first; }
  /// What its `what()` said; empty if it was no `std::exception`.
  PARALLEL_TASK_BY_FLAGS [[nodiscard]] std::string const& text() const noexcept { return type_and_text_->second; }

 private:
  int rank_;
  std::shared_ptr<std::pair<std::string, std::string> const> type_and_text_;  // exceptions are copied without throwing
};

/// The ranks are not at the same call: another line, another length, a loop on one and a collective on another. The
/// text names both. (`pt::mismatch` is the algorithm.)
class rank_mismatch : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// In forked worlds: positions that ended three workers. The text tells which.
class rank_lost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace PARALLEL_TASK_VALUES

inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// An exception type of the program that travels.
struct CarriedException {
  char const* name;
  bool (*save)(std::exception_ptr const& thrown, Writer& out);  // false: it is another type
  void (*raise)(Reader& in);
};

/// All of them. They are added before the first run, and may be added at any time.
class CarriedExceptions {
 public:
  void add(CarriedException const& carried) {
    std::lock_guard const lock(mutex_);
    for (CarriedException const& known : all_) {
      if (known.save == carried.save) return;
    }
    all_.push_back(carried);
  }
  /// A copy, since what it points to runs code of the program.
  [[nodiscard]] std::vector<CarriedException> all() {
    std::lock_guard const lock(mutex_);
    return all_;
  }

 private:
  std::mutex mutex_;
  std::vector<CarriedException> all_;
};
inline CarriedExceptions carried_exceptions;

/// The name of the exception that is being handled.
inline std::string caught_type_name() {
#if defined(PARALLEL_TASK_TYPE_NAMES)
  std::type_info const* const type = abi::__cxa_current_exception_type();
  if (type == nullptr) return "an unknown type";
  int status = 0;
  std::unique_ptr<char, void (*)(void*)> const readable(abi::__cxa_demangle(type->name(), nullptr, nullptr, &status),
                                                        std::free);
  return readable ? readable.get() : type->name();
#else
  try {
    throw;
  } catch (std::exception const& e) {
    return typeid(e).name();
  } catch (...) {
    return "an unknown type";
  }
#endif
}

/// Whether the exception that is being handled, caught as `e`, is an E and nothing that derives from it: that would
/// lose its own type. Without virtual functions only the system knows.
template <class E>
bool caught_exactly([[maybe_unused]] E const& e) {
#if defined(PARALLEL_TASK_TYPE_NAMES)
  std::type_info const* const type = abi::__cxa_current_exception_type();
  if (type != nullptr) return *type == typeid(E);
#endif
  return typeid(e) == typeid(E);
}

/// Exceptions that are made of a text. Which of them it is travels as its place in this list.
template <class... E>
struct TextErrors {
  static constexpr std::size_t count = sizeof...(E);

  static std::optional<std::uint8_t> place_of(std::exception const& e) {
    std::uint8_t place = 0;
    if (((typeid(e) == typeid(E) || (++place, false)) || ...)) return place;
    return std::nullopt;
  }
  static void raise(std::uint8_t which, std::string const& text) {
    std::uint8_t place = 0;
    ((place++ == which ? throw E(text) : void()), ...);
  }
};
using PlainErrors = TextErrors<std::runtime_error, std::range_error, std::overflow_error, std::underflow_error,
                               std::logic_error, std::invalid_argument, std::domain_error, std::length_error,
                               std::out_of_range, rank_mismatch, rank_lost>;

/// An exception as bytes.
class Failure {
 public:
  /// `thrown` is not null; `rank`: this one.
  static Bytes save(std::exception_ptr const& thrown, int rank) {
    Writer out;
    if (!save_registered(thrown, rank, out)) save_known(thrown, rank, out);
    return std::move(out.bytes);
  }

  /// Throws what was saved. `original`, on the rank where it was thrown, is nested in what can't be thrown as itself.
  /// Bytes that are no failure: std::runtime_error.
  [[noreturn]] static void rethrow(std::span<std::byte const> bytes, std::exception_ptr const& original = nullptr) {
    Reader in(bytes);
    switch (in.get<Kind>()) {
      case Kind::text: {
        auto const which = in.get<std::uint8_t>();
        auto const text = in.get<std::string>();
        must_end(in);
        PlainErrors::raise(which, text);
        in.refuse("it is an exception of no known type");
      }
      case Kind::bad_alloc:
        must_end(in);
        throw std::bad_alloc();
      case Kind::system:
        raise_system_error(in);
      case Kind::stopped: {
        auto const reason = in.get<StopReason>();
        must_end(in);
        if (reason > StopReason::forked) in.refuse("a run was stopped for no known reason");
        throw cancelled(reason);
      }
      case Kind::registered:
        raise_registered(in, original);
      case Kind::other: {
        remote_error const error = read_remote(in);
        must_end(in);
        raise_remote(error, original);
      }
    }
    in.refuse("it is an exception of no known kind");
  }

 private:
  enum class Kind : std::uint8_t { text, bad_alloc, system, stopped, registered, other };
  enum class Category : std::uint8_t { generic, system, iostream };

  static void must_end(Reader const& in) {
    if (!in.at_end()) in.refuse("an exception should end here");
  }

  static void save_known(std::exception_ptr const& thrown, int rank, Writer& out) {
    try {
      std::rethrow_exception(thrown);
    } catch (remote_error const& e) {  // it has crossed ranks before, in another world
      if (typeid(e) == typeid(remote_error) || dynamic_cast<std::nested_exception const*>(&e) != nullptr) {
        out(Kind::other, e.rank(), e.type(), e.text());
      } else {
        out(Kind::other, rank, caught_type_name(), text_of(e));
      }
    } catch (std::exception const& e) {
      std::optional<std::uint8_t> const place = PlainErrors::place_of(e);
      if (place) {
        out(Kind::text, *place, text_of(e));
      } else if (typeid(e) == typeid(std::bad_alloc)) {
        out(Kind::bad_alloc);
      } else if (typeid(e) == typeid(cancelled)) {
        out(Kind::stopped, static_cast<cancelled const&>(e).reason());
      } else if (typeid(e) != typeid(std::system_error) ||
                 !save_system_error(static_cast<std::system_error const&>(e), out)) {
        out(Kind::other, rank, caught_type_name(), text_of(e));
      }
    } catch (...) {
      out(Kind::other, rank, caught_type_name(), std::string());
    }
  }
  static std::string text_of(std::exception const& e) {
    char const* const text = e.what();
    return text == nullptr ? "" : text;
  }

  // --- system errors: a category is known by its address, which is another in each process

  static bool save_system_error(std::system_error const& e, Writer& out) {
    std::optional<Category> category;
    if (e.code().category() == std::generic_category()) category = Category::generic;
    if (e.code().category() == std::system_category()) category = Category::system;
    if (e.code().category() == std::iostream_category()) category = Category::iostream;
    if (!category) return false;
    // The constructor appends the code's message to its text; here it is taken away again.
    std::string text = e.what();
    std::string const message = e.code().message();
    std::string const behind = ": " + message;
    if (text == message) {
      out(Kind::system, *category, e.code().value(), false, std::string());
      return true;
    }
    if (text.ends_with(behind)) text.resize(text.size() - behind.size());
    out(Kind::system, *category, e.code().value(), true, text);
    return true;
  }
  [[noreturn]] static void raise_system_error(Reader& in) {
    auto const category = in.get<Category>();
    auto const value = in.get<int>();
    auto const has_text = in.get<bool>();
    auto const text = in.get<std::string>();
    must_end(in);
    if (category > Category::iostream) in.refuse("a system error is of no known category");
    std::error_code const code(value, category == Category::generic  ? std::generic_category()
                                      : category == Category::system ? std::system_category()
                                                                     : std::iostream_category());
    if (has_text) throw std::system_error(code, text);
    throw std::system_error(code);
  }

  // --- types of the program

  static bool save_registered(std::exception_ptr const& thrown, int rank, Writer& out) {
    for (CarriedException const& carried : carried_exceptions.all()) {
      Writer content;
      try {
        if (!carried.save(thrown, content)) continue;
      } catch (...) {
        return false;  // its content could not be saved: every rank throws a remote_error
      }
      Writer as_other;
      save_known(thrown, rank, as_other);
      out(Kind::registered, std::string(carried.name), content.bytes, as_other.bytes);
      return true;
    }
    return false;
  }
  [[noreturn]] static void raise_registered(Reader& in, std::exception_ptr const& original) {
    auto const name = in.get<std::string>();
    auto const content = in.get<Bytes>();
    auto const as_other = in.get<Bytes>();
    must_end(in);
    for (CarriedException const& carried : carried_exceptions.all()) {
      if (name != carried.name) continue;
      Reader read(content);
      carried.raise(read);
    }
    // Registered on the other rank only. What is inside is of the other kinds, unless somebody has tampered with it.
    if (!as_other.empty() && Reader(as_other).get<Kind>() == Kind::registered) in.refuse("an exception is in itself");
    rethrow(as_other, original);
  }

  // --- all others

  static remote_error read_remote(Reader& in) {
    auto const rank = in.get<int>();
    auto const type = in.get<std::string>();
    auto const text = in.get<std::string>();
    return remote_error(rank, type, text);
  }
  [[noreturn]] static void raise_remote(remote_error const& error, std::exception_ptr const& original) {
    if (!original) throw error;
    try {
      std::rethrow_exception(original);
    } catch (...) {
      std::throw_with_nested(error);
    }
  }
};

}  // namespace detail

/// From here on, an exception that is exactly an `E` is thrown as such on every rank, with its content: `E` must travel
/// (`pt::sendable`). Called once on every rank, before the first run that may throw it; a second call does nothing.
/// Thread-safe.
template <class E>
void carry_exception() {
  static_assert(std::is_copy_constructible_v<E>, "parallel_task: carry_exception<E>(): an exception must be copyable");
  if constexpr (detail::must_travel<E>()) {
    detail::carried_exceptions.add({typeid(E).name(),
                                    [](std::exception_ptr const& thrown, detail::Writer& out) {
                                      try {
                                        std::rethrow_exception(thrown);
                                      } catch (E const& e) {
                                        if (!detail::caught_exactly(e)) return false;
                                        out(e);
                                        return true;
                                      } catch (...) {
                                        return false;
                                      }
                                    },
                                    [](detail::Reader& in) {
                                      E const e = in.get<E>();
                                      if (!in.at_end()) in.refuse("an exception should end here");
                                      throw e;
                                    }});
  }
}

}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
