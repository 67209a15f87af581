// The tests' own main: the same for both versions of Catch2.
#if __has_include(<catch2/catch_session.hpp>)
#include <catch2/catch_session.hpp>
constexpr auto fails_if_none_matches = Catch::WarnAbout::UnmatchedTestSpec;
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
constexpr auto fails_if_none_matches = Catch::WarnAbout::NoTests;
#endif

// ThreadSanitizer asks for it at start. By itself it sleeps for a second at every exit, for races of threads that
// nobody has joined; with a process for each test that is minutes. process/sanitized.sh and the soak leave it so.
extern "C" char const* __tsan_default_options();  // NOLINT: its name
extern "C" char const* __tsan_default_options() { return "atexit_sleep_ms=0"; }

// What is asked for and not there fails, each word of it: a renamed test must not pass by not being run.
int main(int argc, char* argv[]) {
  Catch::Session session;
  if (int const wrong = session.applyCommandLine(argc, argv)) return wrong;
  Catch::WarnAbout::What& warnings = session.configData().warnings;
  warnings = static_cast<Catch::WarnAbout::What>(warnings | fails_if_none_matches);
  return session.run();
}
