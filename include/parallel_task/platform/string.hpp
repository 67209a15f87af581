// std::string as a name, without <string>: who makes one has included that.
#pragma once

#include <cstddef>  // tells which library it is

#if defined(__GLIBCXX__) || defined(_LIBCPP_VERSION)
#include <iosfwd>
#else
#include <string>
#endif
