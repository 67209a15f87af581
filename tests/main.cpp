// The tests' own main: the same for both versions of Catch2.
#if __has_include(<catch2/catch_session.hpp>)
#include <catch2/catch_session.hpp>
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#endif

// ThreadSanitizer asks for it at start. By itself it sleeps for a second at every exit, for races of threads that
// nobody has joined; with a process for each test that is minutes. process/sanitized.sh and the soak leave it so.
extern "C" char const* __tsan_default_options();  // NOLINT: its name
extern "C" char const* __tsan_default_options() { return "atexit_sleep_ms=0"; }

int main(int argc, char* argv[]) { return Catch::Session().run(argc, argv); }
