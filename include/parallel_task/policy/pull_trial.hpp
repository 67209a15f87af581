// Whether it pays to share what one thread at a time pulls from a source: pure functions of what was measured.
#pragma once

#include <parallel_task/policy/costs.hpp>
#include <parallel_task/policy/sharing_record.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// Compares a shared run of a source that is walked, while it goes on, with one thread that does all. Where nodes lie
/// in memory, walking is most of what an item takes, and two threads that follow each other along them may be three
/// times as slow as one: how much that costs is known to no forecast, nor what the nodes to come take from those
/// behind. So where pulling takes a good part of the time, helpers are refused after a while, and it is seen what the
/// caller does alone. If that was as fast, it goes on so for some time, longer each time, before helpers are tried
/// again.
///
/// Belongs to whoever holds the pull role.
class PullTrial {
 public:
  enum class Verdict : unsigned char { go_on, refuse, admit };

  /// `walks_on`: alone, the caller runs what comes as it is walked, so that it is faster without a trail though nobody
  /// has come to help.
  constexpr void begin(bool walks_on, Costs const& costs) noexcept {
    walks_on_ = walks_on;
    length_ = costs.trial;
    pause_ = costs.trial_pause;
  }
  [[nodiscard]] constexpr bool refused() const noexcept { return refused_; }
  /// `positions` were pulled, which took `pulled` of the `lap` ns since the last ones. `helped`: others than the caller
  /// are in the call.
  [[nodiscard]] constexpr Verdict note(float positions, float lap, float pulled, bool helped,
                                       Costs const& costs) noexcept {
    if (positions <= 0) return Verdict::go_on;
    if (refused_ && (helped || fresh_)) {  // what has been begun, or pulled, is run first
      fresh_ = helped;
      restart();
      return Verdict::go_on;
    }
    time_ += lap;
    pulled_ += pulled;
    positions_ += positions;
    helped_ = helped_ || helped;
    return refused_ ? judge_alone(lap, positions, costs) : judge_shared();
  }

 private:
  constexpr Verdict judge_shared() noexcept {
    if (time_ < length_) return Verdict::go_on;
    shared_ = time_ / positions_;
    bool const cheap = shared_ < 2 * Costs::most_walked;
    bool const tells = cheap && (helped_ || walks_on_) && pulled_ > time_ / Costs::pulled_part;
    if (helped_ && length_ < Costs::longest_trial) length_ *= 2;
    restart();
    if (!tells || (alone_ > 0 && pays())) return Verdict::go_on;
    refused_ = fresh_ = true;
    compared_ = false;
    return Verdict::refuse;
  }
  /// The last `positions` took `lap` ns.
  constexpr Verdict judge_alone(float lap, float positions, Costs const& costs) noexcept {
    if (compared_ && lap > costs.trial / 2 && lap > 4 * alone_ * positions) return admit();  // they have become dear
    if (!compared_ && time_ >= costs.trial) {
      alone_ = time_ / positions_;
      compared_ = true;
      if (pays()) return admit();
    }
    if (time_ < pause_) return Verdict::go_on;
    if (pause_ < Costs::longest_trial_pause) pause_ *= 2;
    length_ = costs.trial;
    return admit();
  }
  constexpr Verdict admit() noexcept {
    refused_ = false;
    restart();
    return Verdict::admit;
  }
  [[nodiscard]] constexpr bool pays() const noexcept { return shared_ < alone_ * (1 - SharingAccount::least_gain); }
  constexpr void restart() noexcept {
    time_ = pulled_ = positions_ = 0;
    helped_ = false;
  }

  float alone_ = 0;   // ns a position that the caller took by itself, the last time; 0: not known
  float shared_ = 0;  // ... and that all took together
  float time_ = 0;    // of this trial so far, ...
  float pulled_ = 0;  // ... in which somebody pulled ...
  float positions_ = 0;
  float length_ = 0;  // of this trial
  float pause_ = 0;   // before the next, if this one fails
  bool walks_on_ = false;
  bool helped_ = false;
  bool refused_ = false;   // helpers are, ...
  bool fresh_ = false;     // ... as of now, ...
  bool compared_ = false;  // ... and it is known what the caller takes alone
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
