// What the platform's parts need of Windows, without <windows.h>, which defines min, max, near, small and ten thousand
// other names as macros. Each declaration is the SDK's own, so a program may read both, in any order.
#pragma once

#include <parallel_task/platform/code.hpp>

#if defined(_WIN32)

#include <process.h>  // _beginthreadex

#if defined(_MSC_VER)
#pragma comment(lib, "synchronization")  // MinGW: the CMake target and the .pc file bring it
#endif

#if defined(_WIN64)
#define PARALLEL_TASK_ULONG_PTR unsigned long long
#define PARALLEL_TASK_INT_PTR long long
#else
#define PARALLEL_TASK_ULONG_PTR unsigned long
#define PARALLEL_TASK_INT_PTR int
#endif
#define PARALLEL_TASK_WINDOWS extern "C" __declspec(dllimport)

struct HINSTANCE__;
struct _PROCESSOR_NUMBER;

// waiting
PARALLEL_TASK_WINDOWS int __stdcall WaitOnAddress(void volatile*, void*, PARALLEL_TASK_ULONG_PTR, unsigned long);
PARALLEL_TASK_WINDOWS void __stdcall WakeByAddressSingle(void*);
PARALLEL_TASK_WINDOWS void __stdcall WakeByAddressAll(void*);
PARALLEL_TASK_WINDOWS void __stdcall Sleep(unsigned long);
// threads
PARALLEL_TASK_WINDOWS unsigned long __stdcall GetCurrentThreadId(void);
PARALLEL_TASK_WINDOWS void* __stdcall GetCurrentThread(void);
PARALLEL_TASK_WINDOWS void* __stdcall OpenThread(unsigned long, int, unsigned long);
PARALLEL_TASK_WINDOWS unsigned long __stdcall WaitForSingleObject(void*, unsigned long);
PARALLEL_TASK_WINDOWS int __stdcall CloseHandle(void*);
PARALLEL_TASK_WINDOWS int __stdcall QueryThreadCycleTime(void*, unsigned long long*);
// processors
PARALLEL_TASK_WINDOWS void* __stdcall GetCurrentProcess(void);
PARALLEL_TASK_WINDOWS int __stdcall GetProcessAffinityMask(void*, PARALLEL_TASK_ULONG_PTR*, PARALLEL_TASK_ULONG_PTR*);
PARALLEL_TASK_WINDOWS unsigned short __stdcall GetActiveProcessorGroupCount(void);
PARALLEL_TASK_WINDOWS unsigned long __stdcall GetActiveProcessorCount(unsigned short);
PARALLEL_TASK_WINDOWS void __stdcall GetCurrentProcessorNumberEx(struct _PROCESSOR_NUMBER*);
// modules
PARALLEL_TASK_WINDOWS struct HINSTANCE__* __stdcall GetModuleHandleA(char const*);
PARALLEL_TASK_WINDOWS int __stdcall GetModuleHandleExA(unsigned long, char const*, struct HINSTANCE__**);
PARALLEL_TASK_WINDOWS PARALLEL_TASK_INT_PTR(__stdcall* __stdcall GetProcAddress(struct HINSTANCE__*, char const*))();

#undef PARALLEL_TASK_WINDOWS
#undef PARALLEL_TASK_INT_PTR

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail::windows {

using Word = PARALLEL_TASK_ULONG_PTR;
inline constexpr unsigned long forever = 0xFFFFFFFFUL;

/// A function of kernel32 that older Windows does not have, or whose parameters have types of <windows.h>; null if
/// there is none.
template <class Function>
[[nodiscard]] Function* kernel_function(char const* name) noexcept {
  return reinterpret_cast<Function*>(reinterpret_cast<void*>(::GetProcAddress(::GetModuleHandleA("kernel32"), name)));
}

}  // namespace detail::windows
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task

#undef PARALLEL_TASK_ULONG_PTR

#endif
