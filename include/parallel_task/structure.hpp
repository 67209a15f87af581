// Tasks in the shape of the program's own calls: join and scope, and values that stay with their thread.
#pragma once

#include <parallel_task/core/per_thread.hpp>
#include <parallel_task/structure/join.hpp>
#include <parallel_task/structure/scope.hpp>
