#include <parallel_task/machines/errors.hpp>

#include "../catch.hpp"

#include "decoders.hpp"

#include <future>

namespace machines {
namespace {

struct Custom : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct WithContent {
  int code = 0;
  std::string where;
  template <class A>
  void serialize(A& ar) {
    ar(code, where);
  }
};
struct Derived : WithContent {};
struct Unsaveable {
  template <class A>
  void serialize(A& ar) {
    if constexpr (requires { ar.bytes; }) throw std::runtime_error("not now");
  }
};
struct Elsewhere : std::exception {
  int n = 4;
  [[nodiscard]] char const* what() const noexcept override { return "elsewhere"; }
};

template <class E>
std::exception_ptr thrown(E error) {
  return std::make_exception_ptr(std::move(error));
}

constexpr int origin = 3;

detail::Bytes saved(std::exception_ptr const& error) { return detail::Failure::save(error, origin); }

/// Throws `error` as another rank does.
template <class E>
void cross(E error) {
  detail::Bytes const bytes = saved(thrown(std::move(error)));
  detail::Failure::rethrow(bytes);
}

/// What arrives is exactly an `E` with the text of `error`.
template <class E>
void keeps(E const& error) {
  bool arrived = false;
  try {
    cross(error);
  } catch (E const& e) {
    arrived = true;
    CHECK(typeid(e) == typeid(E));
    CHECK(std::string(e.what()) == error.what());
  } catch (...) {
  }
  CHECK(arrived);
}

/// What arrives tells of the type and the text.
template <class E>
pt::remote_error remote(E const& error) {
  try {
    cross(error);
  } catch (pt::remote_error const& e) {
    CHECK(typeid(e) == typeid(pt::remote_error));
    CHECK(e.rank() == origin);
    return e;
  } catch (...) {
  }
  FAIL("no remote_error");
  throw error;
}

}  // namespace
}  // namespace machines

using namespace machines;

TEST_CASE("standard exceptions keep their exact type and text on other ranks") {
  keeps(std::runtime_error("a"));
  keeps(std::range_error("b"));
  keeps(std::overflow_error("c"));
  keeps(std::underflow_error("d"));
  keeps(std::logic_error("e"));
  keeps(std::invalid_argument("f"));
  keeps(std::domain_error("g"));
  keeps(std::length_error("h"));
  keeps(std::out_of_range(""));
  keeps(std::bad_alloc());
  keeps(pt::rank_mismatch("solver.cpp:57 and solver.cpp:81"));
  keeps(pt::rank_lost("positions 5 to 9"));
}

TEST_CASE("system errors keep their code") {
  auto const crosses = [](std::system_error const& error) {
    keeps(error);
    try {
      cross(error);
    } catch (std::system_error const& e) {
      CHECK(e.code() == error.code());
    }
  };
  crosses(std::system_error(std::make_error_code(std::errc::timed_out)));
  crosses(std::system_error(std::make_error_code(std::errc::timed_out), "reading"));
  crosses(std::system_error(std::make_error_code(std::errc::timed_out), ""));
  crosses(std::system_error(std::make_error_code(std::errc::timed_out), "a: b: "));
  crosses(std::system_error(2, std::system_category(), "no file"));
  crosses(std::system_error(std::make_error_code(std::io_errc::stream), "stream"));
  // A category of the program has an address of its own in each process.
  pt::remote_error const e =
      remote(std::system_error(std::make_error_code(std::future_errc::broken_promise), "promise"));
  CHECK(e.type() == "std::system_error");
}

TEST_CASE("a stopped run keeps its reason on other ranks") {
  for (pt::StopReason const reason :
       {pt::StopReason::stop_requested, pt::StopReason::deadline, pt::StopReason::forked}) {
    keeps(pt::cancelled(reason));
    try {
      cross(pt::cancelled(reason));
    } catch (pt::cancelled const& e) {
      CHECK(e.reason() == reason);
    }
  }
}

TEST_CASE("any other exception becomes a remote_error that tells rank, type and text") {
  pt::remote_error const custom = remote(Custom("it broke"));
  CHECK(custom.type().ends_with("Custom"));
  CHECK(custom.text() == "it broke");
  CHECK(std::string(custom.what()) == "parallel_task: rank 3 threw " + custom.type() + ": it broke");
  pt::remote_error const number = remote(42);
  CHECK(number.type() == "int");
  CHECK(std::string(number.what()) == "parallel_task: rank 3 threw int");
  CHECK(remote(std::string("text")).text().empty());
  CHECK(remote(std::bad_array_new_length()).type() == "std::bad_array_new_length");
}

TEST_CASE("on its own rank the original is nested in a remote_error") {
  std::exception_ptr const original = thrown(Custom("mine"));
  detail::Bytes const bytes = saved(original);
  bool found = false;
  try {
    detail::Failure::rethrow(bytes, original);
  } catch (pt::remote_error const& e) {
    CHECK(e.rank() == origin);
    try {
      std::rethrow_if_nested(e);
    } catch (Custom const& own) {
      found = std::string(own.what()) == "mine";
    }
  }
  CHECK(found);
  // What travels as itself is thrown as itself there, too.
  std::exception_ptr const plain = thrown(std::range_error("r"));
  CHECK_THROWS_AS(detail::Failure::rethrow(saved(plain), plain), std::range_error);
}

TEST_CASE("a remote_error that crosses again keeps its rank, type and text") {
  std::exception_ptr const original = thrown(Custom("mine"));
  std::exception_ptr nested;
  try {
    detail::Failure::rethrow(detail::Failure::save(original, 7), original);
  } catch (...) {
    nested = std::current_exception();
  }
  for (std::exception_ptr const& first : {nested, thrown(pt::remote_error(7, "T", "mine"))}) {
    try {
      detail::Failure::rethrow(saved(first));
    } catch (pt::remote_error const& e) {
      CHECK(e.rank() == 7);
      CHECK(e.text() == "mine");
    }
  }
}

TEST_CASE("carry_exception lets a type of the program travel with its content") {
  CHECK(remote(WithContent{1, "x"}).type().ends_with("WithContent"));
  pt::carry_exception<WithContent>();
  pt::carry_exception<WithContent>();
  pt::carry_exception<Unsaveable>();
  bool arrived = false;
  try {
    cross(WithContent{5, "here"});
  } catch (WithContent const& e) {
    arrived = e.code == 5 && e.where == "here";
  }
  CHECK(arrived);
  CHECK(remote(Derived()).type().ends_with("Derived"));
  CHECK(remote(Unsaveable()).type().ends_with("Unsaveable"));
  pt::carry_exception<int>();
  CHECK_THROWS_AS(cross(42), int);
  CHECK(remote(42L).type() == "long");
}

TEST_CASE("a type that only its own rank has registered becomes a remote_error") {
  Elsewhere const error;
  detail::Bytes bytes;
  {
    // As Failure::save writes it, under a name that nobody here has.
    detail::Writer out;
    out(std::uint8_t{4}, std::string("no such type"), detail::Bytes(4), saved(thrown(error)));
    bytes = out.bytes;
  }
  CHECK_THROWS_AS(detail::Failure::rethrow(bytes), pt::remote_error);
  CHECK_THROWS_WITH(detail::Failure::rethrow(bytes), Catch::Contains("elsewhere"));
  detail::Writer in_itself;
  in_itself(std::uint8_t{4}, std::string("no such type"), detail::Bytes(4), bytes);
  CHECK_THROWS_WITH(detail::Failure::rethrow(in_itself.bytes), Catch::Contains("an exception is in itself"));
}

TEST_CASE("damaged bytes are no failure but an error of their own", "[long]") {
  pt::carry_exception<WithContent>();
  std::vector<std::exception_ptr> const errors = {
      thrown(std::out_of_range("o")),
      thrown(std::bad_alloc()),
      thrown(std::system_error(std::make_error_code(std::errc::timed_out), "reading")),
      thrown(pt::cancelled(pt::StopReason::deadline)),
      thrown(WithContent{5, "here"}),
      thrown(Custom("it broke"))};
  for (std::exception_ptr const& error : errors) {
    detail::Bytes const bytes = saved(error);
    for (std::size_t size = 0; size != bytes.size(); ++size) {
      detail::Bytes const cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      CHECK_THROWS_WITH(detail::Failure::rethrow(cut), Catch::Contains("a message between ranks can't be read"));
    }
    detail::Bytes longer = bytes;
    longer.push_back(std::byte{0});
    CHECK_THROWS_WITH(detail::Failure::rethrow(longer), Catch::Contains("can't be read"));
    damaged(bytes, [](std::span<std::byte const> message) {
      try {
        detail::Failure::rethrow(message);
      } catch (WithContent const&) {
      } catch (int) {  // another test has registered it
      }
    });
  }
}
