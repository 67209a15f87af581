#include "driver.hpp"
namespace explore {
int weaken_all(char const*, char const*) { return 2; }
}  // namespace explore
