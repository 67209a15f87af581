// A progress bar for the terminal that prints plain lines into a pipe.
//
//   c++ -std=c++20 -O2 -I include examples/progress_bar.cpp -o progress_bar -pthread
//   ./progress_bar                  a bar in one line, with the time that is left
//   ./progress_bar 3 | cat          3 seconds of work; in a pipe or a file: a line every ten per cent
//   ./progress_bar 3 always         the bar even there
//
// The callback is called by the thread that runs the pipeline, so it needs no lock, and at most ten times a second, so
// it costs nothing. The last call says that everything is done: in either form the output ends with a whole line.
#include <parallel_task/parallel_task.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#if defined(_WIN32)
#include <io.h>
#else
#include <unistd.h>
#endif

namespace {

bool is_terminal(std::FILE* stream) {
#if defined(_WIN32)
  return _isatty(_fileno(stream)) != 0;
#else
  return isatty(fileno(stream)) != 0;
#endif
}

class ProgressBar {
 public:
  ProgressBar(std::FILE* out, bool terminal) : out_(out), terminal_(terminal) {}

  void operator()(pt::Progress const& progress) {
    std::size_t const total = progress.total.value_or(0);
    unsigned const percent = total == 0 ? 0U : static_cast<unsigned>(progress.done * 100 / total);
    if (terminal_) {
      std::string bar(percent * width / 100, '#');
      bar.resize(width, ' ');
      std::fprintf(out_, "\r[%s] %3u %%%s", bar.c_str(), progress.finished ? 100 : percent, left(progress).c_str());
      if (progress.finished) std::fputc('\n', out_);
      std::fflush(out_);
    } else if (progress.finished || percent / 10 > told_ / 10) {
      told_ = percent;
      std::fprintf(out_, "%u %%\n", progress.finished ? 100 : percent / 10 * 10);
      std::fflush(out_);
    }
  }

 private:
  static constexpr std::size_t width = 40;

  static std::string left(pt::Progress const& progress) {
    if (progress.finished) return "            ";  // over what stood there
    if (!progress.left) return "";
    auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(*progress.left).count() + 1;
    return ", " + std::to_string(seconds) + " s left  ";
  }

  std::FILE* out_;
  bool terminal_;
  unsigned told_ = 0;
};

}  // namespace

int main(int argc, char* argv[]) {
  double const seconds = argc > 1 ? std::atof(argv[1]) : 5;
  bool const always = argc > 2 && std::strcmp(argv[2], "always") == 0;
  if (seconds <= 0 || argc > 3 || (argc == 3 && !always)) {
    std::fputs("usage: progress_bar [SECONDS [always]]\n", stderr);
    return 2;
  }
  int const items = 500;
  std::chrono::duration<double> const each(seconds * pt::max_threads() / items);
  pt::indices(items).progress(ProgressBar(stdout, always || is_terminal(stdout))).for_each([each](int) {
    std::this_thread::sleep_for(each);
  });
}
