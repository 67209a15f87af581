// Whether sharing a pipeline's small loops has paid lately: pure functions of what was measured.
#pragma once

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// What small loops of one pipeline and about one length took, shared and alone. The cost model forecasts what sharing
/// costs, and it can't know all: beside a program that computes, each thread of three gets two thirds of two cores, and
/// of loops that take 7 us alone one in five hundred then waits 4 ms for a helper or for the caller's own core (11 us
/// on average); two cores may be halves of one; others may use the memory that the items wait for. So sharing has to
/// show that it pays. Now and then a loop that would be shared runs alone, to know what that takes. Once shared ones
/// have lost more than they had saved, the next run alone, for a multiple of the loss. All in nanoseconds of such
/// loops, so that whoever has few of them loses no more of their time than who has many. Zero: nothing is known.
struct Comparison {
  float alone_ns = 0;     ///< what loops took that ran alone, and …
  float alone_items = 0;  ///< … how many positions they had: sums in which what is long ago fades
  float since_trial = 0;  ///< what shared loops took since one ran alone
  float saved = 0;        ///< by which shared loops were faster than they would have been alone, less what was lost
  float alone_for = 0;    ///< for how long loops still run alone
  float penalty = 0;      ///< by which the last loss was multiplied

  static constexpr float memory = 1 - 1.0F / 64;
  static constexpr float first_trial = 2e6F;    // ns of shared loops before the first trial
  static constexpr float between_trials = 64;   // times what a loop takes alone
  static constexpr float least_penalty = 4;     // the loss of the first time; doubled after each trial that fails
  static constexpr float most_penalty = 64;
  static constexpr float most_saved = 10e6F;    // what long good times are worth against a bad one
  static constexpr float most_at_once = 5e6F;   // what a single loop can lose: it may have been stopped for an hour
  static constexpr float always_lost = 50'000;  // by chance

  /// Whether the next loop, of `items` positions, runs alone.
  [[nodiscard]] constexpr bool says_alone(float items) const noexcept {
    return alone_for > 0 || since_trial > (alone_items > 0 ? between_trials * forecast(items) : first_trial);
  }

  /// A loop that would have been shared ran alone, and took `took` ns. `whole`: it ran to its end, and as forecast;
  /// others tell nothing of what sharing brings.
  constexpr void note_alone(float items, float took, bool whole) noexcept {
    if (took > most_at_once) took = most_at_once;
    alone_for -= took < alone_for ? took : alone_for;
    since_trial = 0;
    if (!whole) return;
    // Long sums: some loops may be dear, and some lose their core, alone as well as shared. Means are compared.
    alone_ns = alone_ns * memory + took;
    alone_items = alone_items * memory + items;
  }

  /// A loop was shared, and took `took` ns.
  constexpr void note_shared(float items, float took) noexcept {
    since_trial += took < most_at_once ? took : most_at_once;
    if (alone_items <= 0 || alone_for > 0) return;  // the second: it began before the loss was known
    float const alone = forecast(items);
    float const gain = alone - took;
    saved += gain > -most_at_once ? gain : -most_at_once;
    if (saved > most_saved) saved = most_saved;
    if (saved > most_saved / 2) penalty = 0;
    if (saved > -(always_lost + alone)) return;
    penalty = penalty <= 0 ? least_penalty : penalty < most_penalty ? 2 * penalty : most_penalty;
    alone_for = penalty * -saved;
    saved = 0;
  }

 private:
  [[nodiscard]] constexpr float forecast(float items) const noexcept {
    float const alone = alone_ns / alone_items * items;
    return alone < most_at_once ? alone : most_at_once;
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
