// A program that uses the library and loads a shared object that does. Says whether they share a pool. It makes its
// first call while the shared object's constructor runs, if that waits for it.
#include "process/scenario.hpp"

#include <cstdio>
#include <cstring>

#include <dlfcn.h>

extern "C" {
__attribute__((visibility("default"))) void (*meanwhile)() = [] { std::thread([] { process::engage(); }).join(); };
}

int main(int, char* arguments[]) {
  void* const plugin = ::dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  void* const found = plugin == nullptr ? nullptr : ::dlsym(plugin, "pool");
  if (found == nullptr) return std::puts("the shared object can't be loaded"), 1;
  void* (*pool)() = nullptr;
  std::memcpy(&pool, &found, sizeof found);
  process::engage();
  std::puts(pool() == &parallel_task::detail::thread_manager ? "shared" : "apart");
}
