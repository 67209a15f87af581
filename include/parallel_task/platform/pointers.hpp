// std::addressof, to_address, construct_at, destroy and the like without <memory>, which includes <ostream> in
// libstdc++ 12: a sixth of the compile time of the umbrella header. <vector> needs them itself there.
#pragma once

#include <cstddef>  // tells which library it is

#if defined(__GLIBCXX__) || defined(_LIBCPP_VERSION)
#include <vector>
#else
#include <memory>
#endif
