// Whether a range certainly owns its items, so that the items of an rvalue may be moved from.
#pragma once

#include <parallel_task/core/lasting.hpp>
#include <parallel_task/platform/ranges.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

// A type does not say what it owns. Views and borrowed ranges say that they own nothing, but older and users' range
// classes are not marked: boost::iterator_range, a row of a matrix, a handle with a shared_ptr. Moving items out of
// such a range would empty another container, while copying from a container only costs time. So the items of an rvalue
// are moved only if all signs say that it owns them. One kind of range passes although it is not the only owner: a
// shared handle that gives const items when it is const itself.

/// An array: its items are parts of the object.
template <class C>
concept made_of_items = std::is_array_v<C> || (requires { requires std::tuple_size<C>::value != 0; } &&
                                               std::same_as<std::tuple_element_t<0, C>, std::ranges::range_value_t<C>>);

/// A range that owns items outside of the object has a destructor that destroys them; boost::sub_range, which is deep
/// const, has none. If its iterators have a destructor too (in a debugging standard library), that of the range may
/// only destroy iterators, so it has to show another sign.
template <class C>
concept destroys_items = !std::is_trivially_destructible_v<C> &&
                         (
                             std::is_trivially_destructible_v<std::ranges::iterator_t<C>> ||
                             requires { typename C::allocator_type; } || requires(C& c) { c.clear(); });

/// `C` is neither const nor a reference.
template <class C>
concept owns_items = std::ranges::range<C> && !std::ranges::view<C> && !std::ranges::borrowed_range<C> &&
                     is_deep_const<C>() && (made_of_items<C> || destroys_items<C>);

/// Moving items out of `C` is the same as copying them: they are values, const, or trivially copyable items of a range
/// that is deep const (such as a user's fixed array).
template <class C>
concept keeps_items_whole = std::same_as<std::ranges::range_reference_t<C>, std::ranges::range_rvalue_reference_t<C>> ||
                            (std::is_lvalue_reference_v<std::ranges::range_reference_t<C>> &&
                             std::is_const_v<std::remove_reference_t<std::ranges::range_reference_t<C>>>) ||
                            (is_deep_const<C>() && std::is_trivially_copyable_v<std::ranges::range_value_t<C>>);

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
