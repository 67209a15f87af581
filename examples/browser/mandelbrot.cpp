// The Mandelbrot set in the reader's browser, drawn while threads compute it: docs/browser.md has a picture of it.
//
//   sh docs/browser.sh          builds it, and serves it on this machine
//
// What to look at: the program is one pipeline over rows, as it would be outside a browser. `main` runs on a thread of
// its own (-sPROXY_TO_PTHREAD), since a page must not block. The page's script (page.js) shares the program's memory:
// it asks for a picture, and at each frame shows what has been written so far. Nothing here knows of pixels on a
// screen.
#include <parallel_task/parallel_task.hpp>
#include <parallel_task/trace_writer.hpp>

#include <emscripten/emscripten.h>
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t width = 960;
constexpr std::size_t height = 600;
constexpr int depth = 2'000;

struct View {
  double re = -0.65;  // of the middle
  double im = 0;
  double span = 3.8;  // how much of the plane the width shows
};

/// Who has computed a row, and when. The page reads it once `done` is set.
struct Row {
  float begin_ms = 0;
  float end_ms = 0;
  std::uint32_t thread = 0;
  std::atomic<std::uint32_t> done{0};
};

using Pixel = std::uint32_t;  // red in the lowest byte, as the canvas wants it

/// What the page has asked for. `main` waits here.
class Requests {
 public:
  void ask(View const& view) {
    std::lock_guard const lock(mutex_);
    view_ = view;
    asked_ = true;
    changed_.notify_one();
  }
  View next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return asked_; });
    asked_ = false;
    return view_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  View view_;
  bool asked_ = false;
};

Requests requests;
std::array<Pixel, width * height> pixels;
std::array<Row, height> rows;
std::string words;                       // about the last picture
std::string timeline;                    // of the last picture, an SVG
std::atomic<std::uint32_t> shown{0};     // pictures that are complete, and said in `words` and `timeline`
std::atomic<std::uint32_t> mistakes{0};  // pictures that the plain loop computes otherwise

double now_ms() {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration<double, std::milli>(Clock::now().time_since_epoch()).count();
}

/// A wave through the colours, in which neighbours differ little.
Pixel palette(double x) {
  auto const wave = [x](double shift) { return static_cast<Pixel>(127.5 + 127.5 * std::cos(0.25 * x + shift)); };
  return wave(3.0) | wave(3.6) << 8 | wave(4.4) << 16 | 0xFF000000;
}

Pixel colour(View const& view, std::size_t column, std::size_t row) {
  double const scale = view.span / width;
  double const re = view.re + scale * (static_cast<double>(column) - width / 2.0);
  double const im = view.im - scale * (static_cast<double>(row) - height / 2.0);
  double x = 0;
  double y = 0;
  for (int n = 0; n != depth; ++n) {
    double const square = x * x + y * y;
    if (square > 256) return palette(n - std::log2(std::log2(square)));  // how soon it left, without steps
    double const next = x * x - y * y + re;
    y = 2 * x * y + im;
    x = next;
  }
  return 0xFF000000;
}

void compute_row(View const& view, std::size_t row, Pixel* out) {
  for (std::size_t column = 0; column != width; ++column) out[column] = colour(view, column, row);
}

void draw(View const& view) {
  pt::Trace trace;
  double const start = now_ms();
  pt::indices(height).trace(trace).for_each([&](std::size_t i) {
    Row& row = rows[i];
    row.begin_ms = static_cast<float>(now_ms() - start);
    compute_row(view, i, &pixels[i * width]);
    row.end_ms = static_cast<float>(now_ms() - start);
    row.thread = pt::current_worker();
    row.done.store(1, std::memory_order_release);  // publishes the row to the page, which reads it with Atomics.load
  });
  double const parallel_ms = now_ms() - start;

  std::vector<Pixel> plain(pixels.size());
  double const plain_start = now_ms();
  for (std::size_t i = 0; i != height; ++i) compute_row(view, i, &plain[i * width]);
  double const plain_ms = now_ms() - plain_start;
  bool const same = std::equal(plain.begin(), plain.end(), pixels.begin());
  if (!same) mistakes.fetch_add(1);

  std::ostringstream text;
  text << "plain loop: " << std::lround(plain_ms) << " ms; parallel: " << std::lround(parallel_ms) << " ms; "
       << (same ? "the same pixels" : "DIFFERENT pixels") << "\n\n"
       << trace.report();
  std::ostringstream picture;
  trace.write_svg(picture);
  words = text.str();
  timeline = picture.str();
  shown.fetch_add(1, std::memory_order_release);  // publishes both strings
}

}  // namespace

// What the page calls, on its own thread; nothing here waits for a picture.
extern "C" {
EMSCRIPTEN_KEEPALIVE void ask(double re, double im, double span) {
  for (Row& row : rows) row.done.store(0, std::memory_order_relaxed);
  requests.ask({re, im, span});
}
EMSCRIPTEN_KEEPALIVE Pixel const* picture() { return pixels.data(); }
EMSCRIPTEN_KEEPALIVE Row const* table() { return rows.data(); }
EMSCRIPTEN_KEEPALIVE std::size_t columns() { return width; }
EMSCRIPTEN_KEEPALIVE std::size_t lines() { return height; }
EMSCRIPTEN_KEEPALIVE std::uint32_t complete() { return shown.load(std::memory_order_acquire); }
EMSCRIPTEN_KEEPALIVE std::uint32_t wrong() { return mistakes.load(); }
EMSCRIPTEN_KEEPALIVE char const* report() { return words.c_str(); }
EMSCRIPTEN_KEEPALIVE char const* svg() { return timeline.c_str(); }
}

int main() {
  pt::Options options;
  options.cores = std::min(std::thread::hardware_concurrency(), 16u);  // the page has workers ready for so many
  pt::set_options(options);
  for (;;) draw(requests.next());
}
