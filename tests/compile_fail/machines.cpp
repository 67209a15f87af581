// Values that mean nothing on another rank.
#include <parallel_task/parallel_task.hpp>

#include <parallel_task/machines/errors.hpp>
#include <parallel_task/machines/wire.hpp>

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace {

struct Opaque {
  explicit Opaque(std::string s) : text(std::move(s)) {}
  std::string text;
};
struct Base {
  virtual ~Base() = default;
  template <class A>
  void serialize(A&) {}
};
struct DefaultMissing {
  explicit DefaultMissing(int) {}
  template <class A>
  void serialize(A&) {}
};
struct CarriedOpaque : std::runtime_error {
  using std::runtime_error::runtime_error;
};

parallel_task::detail::Writer out;

}  // namespace

void wrong() {
  // expect: pointers and iterators mean nothing on another rank
  out(static_cast<int*>(nullptr));
  // expect: pointers and iterators mean nothing on another rank
  out(std::pair<int, char const*>(1, "text"));
  // expect: pointers and iterators mean nothing on another rank
  (void)parallel_task::detail::Reader({}).get<std::vector<std::optional<double*>>>();
  // expect: references mean nothing on another rank
  out(std::tuple<int, std::string const&>(1, std::string()));
  // expect: a string_view, span or other view refers to memory of its own rank
  out(std::string_view("text"));
  // expect: a string_view, span or other view refers to memory of its own rank
  (void)parallel_task::detail::Reader({}).get<std::map<int, std::span<int>>>();
  // expect: a std::unique_ptr to a type that others may derive from
  out(std::make_unique<Base>());
  // expect: a type with serialize(ar) also needs a default constructor
  (void)parallel_task::detail::Reader({}).get<DefaultMissing>();
  // expect: values of this type can't travel to another rank
  out(Opaque("text"));
  // expect: values of this type can't travel to another rank
  parallel_task::carry_exception<CarriedOpaque>();
}
