#include <parallel_task/platform/exceptions.hpp>

#include "catch.hpp"

#include <stdexcept>
#include <string>

namespace detail = parallel_task::detail;

TEST_CASE("guarded hands over what the body throws, and nothing else") {
  bool ran = false;
  bool failed = false;
  detail::guarded([&] { ran = true; }, [&](std::exception_ptr const&) { failed = true; });
  CHECK(ran);
  CHECK_FALSE(failed);

  std::exception_ptr caught;
  detail::guarded([] { throw std::runtime_error("lost"); },
                  [&](std::exception_ptr error) { caught = std::move(error); });
  REQUIRE(caught);
  std::string what;
  try {
    std::rethrow_exception(caught);
  } catch (std::runtime_error const& error) {
    what = error.what();
  }
  CHECK(what == "lost");

  detail::guarded([] { throw 7; }, [&](std::exception_ptr error) { caught = std::move(error); });
  CHECK_THROWS_AS(std::rethrow_exception(caught), int);
}

TEST_CASE("throw_error throws the error itself") {
  CHECK_THROWS_AS(detail::throw_error(std::out_of_range("far")), std::out_of_range);
}
