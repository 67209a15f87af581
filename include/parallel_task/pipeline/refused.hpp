// What a pipeline answers to calls that are wrong: one sentence for each, instead of a list of candidates.
#pragma once

#include <parallel_task/core/unusable.hpp>
#include <parallel_task/pipeline/elsewhere.hpp>
#include <parallel_task/pipeline/usage.hpp>

#include <cstddef>
#include <type_traits>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A template as a type.
template <template <class...> class C>
struct TemplateOf;

template <std::size_t>
struct Sized;

/// A sentence as a template argument: GCC shows it in the first line of an error about a deleted function.
template <std::size_t size>
struct Sentence {
  char text[size]{};
  consteval Sentence(char const (&words)[size]) noexcept {
    for (std::size_t i = 0; i != size; ++i) text[i] = words[i];
  }
};

/// What a program that has forgotten the terminal may want to make of a pipeline: a container or a number. Characters,
/// pointers and lists are left out, since they would make the assignment to a string or a container ambiguous; other
/// classes, since what a pipeline can be put into (std::variant, std::function) would be warned of by -Wconversion.
template <class T>
concept wanted_result = (std::is_class_v<T> && requires {
                          typename T::value_type;
                          typename T::iterator;
                          typename T::allocator_type;
                        }) || (std::is_arithmetic_v<T> && (sizeof(T) > 1 || std::is_same_v<T, bool>));

/// The base of every pipeline, whose functions are overloads of the pipeline's own. Those for lvalues (`const&`) are
/// chosen if the pipeline has a name, those for rvalues (`const&&`) if none of the pipeline's own (`&&`) fits. It is no
/// template, so that it is read once; a correct expression instantiates none of its bodies.
class Refused : public Elsewhere {
  template <class... T>
  static constexpr Unusable named() {
    static_assert(never<T...>,
                  "parallel_task: a pipeline is consumed by what follows, and this one has a name: write "
                  "std::move(pipeline).map(...), with the pipeline declared without const, or go on in the same "
                  "expression");
    return {};
  }

 public:
#define PARALLEL_TASK_REFUSE(name)                \
  template <class... A>                           \
  constexpr Unusable(name)(A const&...) const& {  \
    return named<A...>();                         \
  }                                               \
  template <class... A>                           \
  constexpr Unusable(name)(A const&...) const&& { \
    return usage_of_##name::say<A...>();          \
  }
  PARALLEL_TASK_OPERATIONS(PARALLEL_TASK_REFUSE)
  PARALLEL_TASK_TYPED_OPERATIONS(PARALLEL_TASK_REFUSE)
#undef PARALLEL_TASK_REFUSE

  // Without a type, with one, with a template of types, and of another kind, such as std::array.
#define PARALLEL_TASK_REFUSE(name, usage)            \
  template <int = 0, class... A>                     \
  constexpr Unusable name(A const&...) const& {      \
    return named<void, A...>();                      \
  }                                                  \
  template <class C, class... A>                     \
  constexpr Unusable name(A const&...) const& {      \
    return named<C, A...>();                         \
  }                                                  \
  template <template <class...> class C, class... A> \
  constexpr Unusable name(A const&...) const& {      \
    return named<TemplateOf<C>, A...>();             \
  }                                                  \
  template <int = 0, class... A>                     \
  constexpr Unusable name(A const&...) const&& {     \
    return usage::say<void, A...>();                 \
  }                                                  \
  template <class C, class... A>                     \
  constexpr Unusable name(A const&...) const&& {     \
    return usage::say<C, A...>();                    \
  }                                                  \
  template <template <class...> class C, class... A> \
  constexpr Unusable name(A const&...) const&& {     \
    return usage::say<TemplateOf<C>, A...>();        \
  }                                                  \
  template <template <class, std::size_t> class C>   \
  constexpr Unusable name() const {                  \
    return usage::say_of_array<C<int, 1>>();         \
  }
  PARALLEL_TASK_REFUSE(collect, usage_of_collect)
  PARALLEL_TASK_REFUSE(to, usage_of_collect)
  PARALLEL_TASK_REFUSE(try_collect, usage_of_try_collect)
#undef PARALLEL_TASK_REFUSE

  template <class I>
  Unusable operator[](I const&) const {
    static_assert(never<I>,
                  "parallel_task: a pipeline computes its items when it runs, and has none to index: "
                  "collect<std::vector>() first");
    return {};
  }
  template <class Stream>
  friend constexpr Stream&& operator<<(Stream&& stream, Refused const&) {
    static_assert(never<Stream>,
                  "parallel_task: a pipeline has no result before a terminal has run it: end it with sum(), "
                  "collect<std::vector>() or another terminal");
    return static_cast<Stream&&>(stream);
  }

  // A result without a terminal. Deleted, so that no trait says that a pipeline converts to anything. Of a deleted
  // function GCC shows the template arguments; Clang cuts them short, and shows the words of this attribute instead.
#define PARALLEL_TASK_NO_RESULT                                                               \
  "parallel_task: a pipeline has no result before a terminal has run it: end it with sum(), " \
  "collect<std::vector>() or another terminal"
#if defined(__clang__)
  template <class T>
    requires wanted_result<T>
  [[clang::unavailable(PARALLEL_TASK_NO_RESULT)]] operator T() const;
#else
  template <class T, Sentence = PARALLEL_TASK_NO_RESULT>
    requires wanted_result<T>
  operator T() const = delete;
#endif
#undef PARALLEL_TASK_NO_RESULT
#undef PARALLEL_TASK_REFUSE
};

/// What a stage answers if it is taken for a pipeline, as in `pt::zip(a, b).map(f)`.
struct WithoutPipeline {
  template <class... T>
  static constexpr Unusable say() {
    static_assert(never<T...>,
                  "parallel_task: a stage has no operations: write pt::parallel_iter(a).zip(b).map(f) instead of "
                  "pt::zip(a, b).map(f), and join stages by |, as in pt::map(f) | pt::filter(p)");
    return {};
  }
  struct Operation {
    template <class... A>
    constexpr Unusable operator()(A const&...) const {
      return say<A...>();
    }
  };
#define PARALLEL_TASK_REFUSE(name) static constexpr Operation name{};
  PARALLEL_TASK_OPERATIONS(PARALLEL_TASK_REFUSE)
#undef PARALLEL_TASK_REFUSE
#define PARALLEL_TASK_REFUSE(name)  \
  template <class... T>             \
  constexpr Unusable name() const { \
    return say<T...>();             \
  }
  PARALLEL_TASK_TYPED_OPERATIONS(PARALLEL_TASK_REFUSE)
  PARALLEL_TASK_REFUSE(collect)
  PARALLEL_TASK_REFUSE(to)
  PARALLEL_TASK_REFUSE(try_collect)
#undef PARALLEL_TASK_REFUSE
  template <std::size_t n>
  constexpr Unusable elements() const {
    return say<Sized<n>>();
  }
  template <template <class...> class C>
  constexpr Unusable collect() const {
    return say<TemplateOf<C>>();
  }
  template <template <class...> class C>
  constexpr Unusable try_collect() const {
    return say<TemplateOf<C>>();
  }
  template <template <class...> class C>
  constexpr Unusable to() const {
    return say<TemplateOf<C>>();
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
