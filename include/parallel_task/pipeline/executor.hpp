// on(executor) as a setting of a pipeline.
#pragma once

#include <parallel_task/controller/hosted.hpp>
#include <parallel_task/core/problem.hpp>
#include <parallel_task/pipeline/on.hpp>

#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// A setting: whose threads help.
template <class E>
struct HostStage {
  static constexpr bool is_setting = true;
  E executor;
  static consteval Problem problem() { return Problem::none; }
  template <class H>
  auto set(H settings) && {
    return std::move(settings).with_host(HostOf<E>(static_cast<E&&>(executor)));
  }
};

/// For `on(e)`: an lvalue is referred to, an rvalue held.
template <executor E>
HostStage<E> host_of(HostRequest, E&& given) {
  return {static_cast<E&&>(given)};
}

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
