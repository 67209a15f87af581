// Keeping code loaded: programs stay, shared objects may be unloaded while the pool remembers functions of theirs.
#pragma once

#include <parallel_task/platform/code.hpp>
#include <parallel_task/platform/cold.hpp>
#include <parallel_task/platform/windows.hpp>

#if (defined(__unix__) || defined(__APPLE__)) && !defined(PARALLEL_TASK_SEAM_THREAD)
#include <dlfcn.h>
#endif
#if defined(__linux__) && !defined(PARALLEL_TASK_SEAM_THREAD)
#include <cstddef>
#include <cstdint>

#include <link.h>
#include <sys/auxv.h>
#endif

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

#if !defined(PARALLEL_TASK_SEAM_THREAD)

#if defined(__unix__) || defined(__APPLE__)

/// Whether `address` lies in the program itself, which is never unloaded; false also where that is not known. The
/// system has told every process where its program lies, so that nobody is asked, and no lock is taken.
PARALLEL_TASK_COLD [[nodiscard]] inline bool is_in_program([[maybe_unused]] void const* address) noexcept {
#if defined(__linux__)
  auto const* const headers = reinterpret_cast<ElfW(Phdr) const*>(::getauxval(AT_PHDR));
  std::size_t const count = ::getauxval(AT_PHNUM);
  if (headers == nullptr) return false;
  std::uintptr_t base = 0;
  for (std::size_t i = 0; i != count; ++i) {
    if (headers[i].p_type == PT_PHDR) base = reinterpret_cast<std::uintptr_t>(headers) - headers[i].p_vaddr;
  }
  auto const at = reinterpret_cast<std::uintptr_t>(address);
  for (std::size_t i = 0; i != count; ++i) {
    std::uintptr_t const begin = base + headers[i].p_vaddr;
    if (headers[i].p_type == PT_LOAD && at >= begin && at - begin < headers[i].p_memsz) return true;
  }
#endif
  return false;
}

/// Keeps the object file that contains `address` loaded until the process ends, if there is one. For a shared object it
/// takes the loader's lock, which whoever loads another holds until its constructors have run.
PARALLEL_TASK_COLD inline void pin_object_file(void const* address) noexcept {
  ::Dl_info where;
  if (address == nullptr || is_in_program(address)) return;
  if (::dladdr(address, &where) != 0 && where.dli_fname != nullptr) {
#if defined(RTLD_NODELETE) && defined(RTLD_NOLOAD) && !defined(__EMSCRIPTEN__)  // there it needs a linker's option
    (void)::dlopen(where.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
#endif
  }
}

#elif defined(_WIN32)

/// Keeps the module that contains `address` loaded until the process ends.
PARALLEL_TASK_COLD inline void pin_object_file(void const* address) noexcept {
  constexpr unsigned long for_good = 1;
  constexpr unsigned long by_address = 4;
  struct ::HINSTANCE__* module = nullptr;
  if (address == nullptr) return;
  (void)::GetModuleHandleExA(for_good | by_address, static_cast<char const*>(address), &module);
}

#else

inline void pin_object_file(void const*) noexcept {}

#endif

#endif

#if defined(__linux__) && !defined(PARALLEL_TASK_SEAM_THREAD)

/// Whether two addresses lie in the same object file; false also where that is not known. It takes a lock of the
/// loader's, but not the one that is held while constructors run.
PARALLEL_TASK_COLD [[nodiscard]] inline bool is_in_one_object_file(void const* first, void const* second) noexcept {
  struct Asked {
    std::uintptr_t at[2];
    bool together;
  } asked = {{reinterpret_cast<std::uintptr_t>(first), reinterpret_cast<std::uintptr_t>(second)}, false};
  (void)::dl_iterate_phdr(
      [](::dl_phdr_info* file, std::size_t, void* data) {
        Asked& all = *static_cast<Asked*>(data);
        bool has[2] = {};
        for (std::size_t i = 0; i != file->dlpi_phnum; ++i) {
          if (file->dlpi_phdr[i].p_type != PT_LOAD) continue;
          std::uintptr_t const begin = file->dlpi_addr + file->dlpi_phdr[i].p_vaddr;
          for (int k = 0; k != 2; ++k) {
            if (all.at[k] >= begin && all.at[k] - begin < file->dlpi_phdr[i].p_memsz) has[k] = true;
          }
        }
        all.together = has[0] && has[1];
        return has[0] || has[1] ? 1 : 0;
      },
      &asked);
  return asked.together;
}

#else

[[nodiscard]] inline bool is_in_one_object_file(void const*, void const*) noexcept { return false; }

#endif

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
