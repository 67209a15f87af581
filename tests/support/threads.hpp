// What tests need to know of this process's threads and time.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <thread>

#if defined(__linux__)
#include <dirent.h>
#endif

namespace support {

using Clock = std::chrono::steady_clock;

/// Computes for about that long.
inline void spin_for(std::chrono::nanoseconds time) {
  auto const end = Clock::now() + time;
  while (Clock::now() < end) {
  }
}

/// Tries until `attempt()` says that it has come off: what a machine that is busy elsewhere may keep away for a while,
/// but not for two minutes. What can't come off fails.
template <class F>
bool sooner_or_later(F const& attempt) {
  auto const end = Clock::now() + std::chrono::minutes(2);
  do {
    if (attempt()) return true;
  } while (Clock::now() < end);
  return false;
}

/// Threads of this process whose name begins with `prefix`; 0 where the system does not say.
inline unsigned threads_called([[maybe_unused]] char const* prefix) {
  unsigned count = 0;
#if defined(__linux__)
  DIR* const tasks = ::opendir("/proc/self/task");
  if (tasks == nullptr) return 0;
  while (dirent const* const entry = ::readdir(tasks)) {
    if (entry->d_name[0] == '.') continue;
    char path[300];
    std::snprintf(path, sizeof path, "/proc/self/task/%s/comm", entry->d_name);
    if (std::FILE* const file = std::fopen(path, "r")) {
      char name[64] = "";
      if (std::fgets(name, sizeof name, file) != nullptr && std::strncmp(name, prefix, std::strlen(prefix)) == 0)
        ++count;
      std::fclose(file);
    }
  }
  ::closedir(tasks);
#endif
  return count;
}

/// The same once they are gone: the system lists a thread for a moment after it has been joined.
inline unsigned threads_left(char const* prefix) {
  unsigned count = threads_called(prefix);
  for (int i = 0; i != 5000 && count != 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    count = threads_called(prefix);
  }
  return count;
}

}  // namespace support
