// Random pipelines, and the same computed by plain loops.
#pragma once

#include "property/erased.hpp"
#include "support/dawdle.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace property {

/// Draws of one test case: everything in it follows from the seed.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15U + 0xD1342543DE82EF95U) {}
  std::uint64_t next() {
    // splitmix64 (Steele, Lea, Flood 2014)
    std::uint64_t x = (state_ += 0x9E3779B97F4A7C15U);
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9U;
    x = (x ^ x >> 27) * 0x94D049BB133111EBU;
    return x ^ x >> 31;
  }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  Number number(Number low, Number high) {
    return low + static_cast<Number>(below(static_cast<std::size_t>(high - low + 1)));
  }
  bool one_in(std::size_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

/// A pipeline, its sequential twin, how it came about, and what it borrows.
struct Case {
  Pipeline pipeline;
  std::vector<Number> twin;
  std::string story;
  std::vector<std::shared_ptr<void>> borrowed;
  bool scanned = false;
};

/// A random source of about `size` items (sets have fewer).
Case random_source(Random& random, std::size_t size);
/// The case with one more random stage.
Case with_random_stage(Random& random, Case before);
/// Runs it into a random terminal; an empty text if the result is that of the twin. Three files, for the compiler's
/// sake.
std::string check_containers(Random& random, Case c);
std::string check_folds(Random& random, Case c);
std::string check_searches(Random& random, Case c);
/// All of that, drawn from a seed: an empty text if the result is the twin's. `story` tells what was drawn.
std::string run_case(std::uint64_t seed, std::string& story);

/// Numbers that stay small, whatever is done to them.
inline Number small(Number x) { return x % 10'007; }

/// What the last run of a pipeline by this thread was like, where it was asked for.
inline thread_local pt::RunReport last_report;

/// Whether it may have been stopped: then it says so, or gives the whole result.
inline thread_local bool may_be_late = false;
inline thread_local std::uint64_t stopped_runs = 0;

/// What is recorded where it was asked for; nobody looks at it.
inline thread_local pt::Trace last_trace;

/// Settings that change how a pipeline is run, not what it computes.
template <class P>
P with_random_settings(Random& random, P pipeline) {
  last_report = {};
  if (!random.one_in(3)) pipeline = std::move(pipeline).report(last_report);
  if (random.one_in(3)) pipeline = std::move(pipeline).threads(1 + random.below(6));
  if (random.one_in(12)) pipeline = std::move(pipeline).max_len(1 + random.below(20));
  if (random.one_in(12)) pipeline = std::move(pipeline).min_len(1 + random.below(100));
  if (random.one_in(24)) pipeline = std::move(pipeline).trace(last_trace);
  may_be_late = random.one_in(8);
  if (may_be_late) {
    pipeline = std::move(pipeline).deadline(std::chrono::microseconds(random.below(300)));
  } else if (random.one_in(8)) {
    pipeline = std::move(pipeline).deadline(std::chrono::hours(1));
  }
  return pipeline;
}

/// What a thread has for itself, and with_context is to take along.
inline thread_local Number log_id = 0;

/// The calling thread's context while it lives, and whether anybody computed in another.
class InContext {
 public:
  explicit InContext(Random& random) : id_(random.number(1, 1'000'000)) { log_id = id_; }
  InContext(InContext const&) = delete;
  InContext& operator=(InContext const&) = delete;
  ~InContext() { log_id = 0; }

  /// The same items, looked at by whoever computes them.
  template <class P>
  auto carried(P pipeline) {
    return std::move(pipeline)
        .with_context([] { return log_id; }, [](Number id) { return As(id); })
        .map([this](Number x) {
          if (log_id != id_) elsewhere_.fetch_add(1, std::memory_order_relaxed);
          return x;
        });
  }
  [[nodiscard]] bool kept() const { return elsewhere_ == 0 && log_id == id_; }

 private:
  struct As {
    Number before = log_id;
    explicit As(Number id) { log_id = id; }
    As(As const&) = delete;
    As& operator=(As const&) = delete;
    ~As() { log_id = before; }
  };
  Number id_;
  std::atomic<std::uint64_t> elsewhere_{0};
};

}  // namespace property
