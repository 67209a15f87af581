// Whether sharing loops has paid lately: pure functions of what was measured.
//
// What sharing costs no forecast knows. Beside a program that computes, each thread of three gets two thirds of two
// cores, and of loops that take 7 us alone one in five hundred then waits 4 ms for a helper or for the caller's own
// core (11 us on average). Two cores may be halves of one; others may use the memory that the items wait for; and of
// many loops over the same arrays each finds half of its data in the other core's cache. So sharing has to show that it
// gains, by the clock, and enough to be worth the other core's time.
//
// That is kept in two places. A *record* is of one pipeline and one length: it knows what such a loop takes alone, and
// whether sharing this one has paid. A *tally* is a thread's, of all its loops by how long they take: a new place
// begins with what the others have shown, so that a program of thirty different loops learns as fast as one of a single
// loop.
//
// What a loop takes alone is measured in rows. One loop alone between shared ones is slower than in a program that
// shares none, since the last one has left half of the data elsewhere (4.2 us and 1.3 us, in one program). So now and
// then all loops of a thread run alone for a while, and those at the beginning of a row do not count.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <parallel_task/platform/code.hpp>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What sharing has gained and lost, in nanoseconds of such loops, so that whoever has few of them loses no more of
/// their time than who has many. Zero: nothing is known.
struct SharingAccount {
  float saved = 0;      ///< by which shared loops were faster than they would have been alone, less what was lost
  float tried = 0;      ///< what shared loops took since `saved` was positive last
  float alone_for = 0;  ///< for how long loops still run alone
  float penalty = 0;    ///< by which the last loss was multiplied

  static constexpr float least_gain = 1.0F / 16;  ///< part of a loop's time that is worth the others' time
  static constexpr float least_penalty = 4;       ///< of the first loss; doubled after each trial that fails
  static constexpr float most_penalty = 64;
  static constexpr float most_saved = 10e6F;    ///< what long good times are worth against a bad one
  static constexpr float most_at_once = 5e6F;   ///< what a single loop can lose: it may have been stopped for an hour
  static constexpr float always_lost = 50'000;  ///< by chance
  static constexpr float proof = 200'000;       ///< what has to be saved to stand against what other loops show

  [[nodiscard]] constexpr bool says_alone() const noexcept { return alone_for > 0; }
  [[nodiscard]] constexpr bool has_proved_itself() const noexcept { return alone_for <= 0 && saved > proof; }

  /// What it was compared with was too high: what was saved by that was not.
  constexpr void doubt() noexcept {
    if (saved > proof) saved = proof;
  }
  /// It is shared again, whatever it has lost; if it loses again, it is alone for as long as if nothing had been.
  constexpr void begin_anew() noexcept {
    saved = 0;
    tried = 0;
    alone_for = 0;
  }

  /// A loop ran alone that would have been shared.
  constexpr void note_alone(float took) noexcept { alone_for -= took < alone_for ? took : alone_for; }

  /// A loop took `took` ns that would have taken `alone`. True if sharing has lost enough by now to be given up for a
  /// multiple of the loss, or of the time that it took to see it. `most`: that counts as lost by this loop.
  /// `by_chance`: what is lost now and then anyway.
  constexpr bool note_shared(float alone, float took, float most = most_at_once,
                             float by_chance = always_lost) noexcept {
    float const gain = alone * (1 - least_gain) - took;
    return note(gain > -most ? gain : -most, took < alone + most ? took : alone + most, by_chance + alone);
  }
  /// The same of a loop that ran alone among others that were shared, and took `took` ns because these had left its
  /// data elsewhere.
  constexpr bool note_cold(float alone, float took, float by_chance) noexcept {
    float const most = 2 * alone;  // it may have lost its core, which is nobody's fault
    float const gain = alone - took;
    return note(gain > -most ? gain : -most, took < alone + most ? took : alone + most, by_chance + alone);
  }

 private:
  constexpr bool note(float gain, float took, float most_lost) noexcept {
    if (alone_for > 0) return false;  // it began before the loss was known
    saved += gain;
    if (saved > most_saved) saved = most_saved;
    if (saved > most_saved / 2) penalty = 0;
    tried = saved > 0 ? 0 : tried + took;
    if (saved > -most_lost) return false;
    penalty = penalty <= 0 ? least_penalty : penalty < most_penalty ? 2 * penalty : most_penalty;
    alone_for = penalty * (tried > -saved ? tried : -saved);
    saved = 0;
    tried = 0;
    return true;
  }
};

/// What loops of one place and about one length have shown.
struct SharingRecord {
  float alone_ns = 0;     ///< what loops took that ran alone, and ...
  float alone_items = 0;  ///< ... how many positions they had: sums in which what is long ago fades
  float since_alone = 0;  ///< what shared loops took since one ran alone
  SharingAccount account;

  static constexpr float memory = 1 - 1.0F / 64;
  static constexpr float brief = 100'000;       ///< a loop forecast below this runs alone first, to know what it takes
  static constexpr float first_trial = 2e6F;    ///< ns of others that are shared before one runs alone by itself
  static constexpr float most_shared = 1e9F;    ///< ns ...
  static constexpr float between_trials = 256;  ///< ... and times what a loop takes alone: for a place no row meets
  static constexpr float disturbed = 2;         ///< times what is usual: nothing tells so of one that took longer

  /// Whether it is only guessed what a loop takes alone: by one that ran among shared ones, and found its data
  /// elsewhere.
  [[nodiscard]] constexpr bool is_guessed(float items) const noexcept { return alone_items < items / 4; }
  /// What a loop of `items` positions takes alone; 0: not known.
  [[nodiscard]] constexpr float alone(float items) const noexcept {
    return alone_items > 0 ? alone_ns / alone_items * items : 0;
  }
  /// Whether it has to run alone for the sake of knowing what that takes, whatever others do: one that was forecast to
  /// take `forecast` ns.
  [[nodiscard]] constexpr bool must_be_measured(float items, float forecast) const noexcept {
    if (alone_items <= 0) return forecast < brief || since_alone > first_trial;
    return since_alone > most_shared && since_alone > between_trials * alone(items);
  }
  /// How much longer a loop took than its kind does: somebody had its core, or its memory was made.
  [[nodiscard]] constexpr float disturbance(float items, float took) const noexcept {
    float const most = disturbed * alone(items);
    return is_guessed(items) || took < most ? 0 : took - most;
  }
  /// A loop ran alone, to its end, and took `took` ns, where `forecast` had been expected, as the last one took.
  /// `weight`: of what it says. Of one that was disturbed only a part counts, unless the one before was as slow; and if
  /// one takes less than a quarter, or the second less than half, those before were all disturbed, as the first ones of
  /// a program are. A mean would tell of a handful of disturbed loops for as long as loops are shared, since hardly any
  /// runs alone then. True if what was known was far too high.
  constexpr bool note_alone(float items, float took, float forecast, float weight) noexcept {
    float const usual = alone(items);
    bool const far_below = disturbed * disturbed * took < usual;
    bool const twice_below = disturbed * took < usual && disturbed * forecast < usual;
    if (is_guessed(items) || far_below || twice_below) {
      alone_ns = weight * took;
      alone_items = weight * items;
      if (took < usual) account.doubt();
      return far_below;
    }
    float const most = forecast > disturbed * usual ? forecast : disturbed * usual;
    alone_ns = alone_ns * memory + weight * (took < most ? took : most);
    alone_items = alone_items * memory + weight * items;
    return false;
  }
};

/// The time between a row of loops that took `ran` and the next one: twice what it was, `distance`, but 64 times what
/// the row took at least, and 512 at most.
[[nodiscard]] constexpr float row_distance(float distance, float ran) noexcept {
  float const least = 64 * ran;
  float const most = 512 * ran;
  float const longer = 2 * distance;
  return longer < least ? least : longer > most ? most : longer;
}

/// When all loops of a thread run alone for a while, to be compared with.
struct AloneRow {
  float since = 0;                  ///< ns of shared loops since the last row
  float distance = first_distance;  ///< ... before the next
  float ran = 0;                    ///< ns of this row
  bool on = false;

  static constexpr float first_distance = 2e6F;
  static constexpr float length = 300'000;      ///< ns of a row, ...
  static constexpr float least_loops = 4;       ///< ... and so many loops, ...
  static constexpr float alone_at_once = 2e6F;  ///< ... or one that takes so long
  static constexpr float before_first = 16;     ///< times what a loop takes alone, shared before the first row

  /// A loop was shared, and took `took` ns; alone it had been forecast to take `forecast`.
  constexpr void note_shared(float took, float forecast) noexcept {
    since += took < SharingAccount::most_at_once ? took : SharingAccount::most_at_once;
    if (since > distance && since > before_first * forecast) on = true;
  }
  constexpr void note_alone(float took) noexcept {
    if (!on) return;
    ran += took;
    if (ran < length || (took < alone_at_once && ran < least_loops * took)) return;
    distance = row_distance(distance, ran);
    since = 0;
    ran = 0;
    on = false;
  }
  /// Something has changed: look again soon.
  constexpr void come_closer() noexcept {
    if (distance > first_distance) distance = first_distance;
  }
};

/// When all brief loops of a thread are shared for a while, whatever they have lost one by one.
///
/// Loops over the same arrays may lose as long as some of them are shared and some are not, since each finds half of
/// its data in the other core's cache, and gain once all are. From one to the other leads no way on which each loop by
/// itself gains. (Conjugate gradients on two cores whose lines move slowly: 6.5 ms alone, 4.1 all shared, 7 to 10
/// between.)
struct SharedRow {
  float held = 0;  ///< ns of loops that ran alone since the last row, and may have lost by being shared
  float distance = first_distance;  ///< ... before the next
  float ran = 0;                    ///< ns of this row
  float alone = 0;                  ///< what its loops would have taken alone, but the first of them, and ...
  float gain = 0;                   ///< ... by how much less they took
  float alone_before = 0;           ///< the same of those since the last row, shared and alone, and ...
  float gain_before = 0;            ///< ... by how much less they took
  float kept = 0;                   ///< ns for which each loop forgets what it has lost, since this row has gained
  bool on = false;

  static constexpr float first_distance = 4e6F;
  static constexpr float warming = 200'000;  ///< ns before data and helpers are where they are wanted
  static constexpr float length = 300'000;   ///< ns of a row besides
  static constexpr float longest = 2e6F;     ///< ... of one in which hardly a loop was shared
  static constexpr float keep = 2e6F;

  /// A loop ran alone. `held_back`: for what it, or others, have lost.
  constexpr void note_alone(float usual, float took, bool held_back) noexcept {
    if (on) {
      ran += took;
      if (ran > longest) end();
      return;
    }
    note_before(usual, took);
    if (held_back) held += took;
    if (held > distance) on = true;
  }
  /// One was shared that would have taken `usual` alone. True if a row ends by it that has gained.
  constexpr bool note_shared(float usual, float took) noexcept {
    if (!on) {
      note_before(usual, took);
      if (kept > 0) kept -= took;
      return false;
    }
    ran += took;
    if (ran < warming) return false;
    alone += usual;
    gain += usual * (1 - SharingAccount::least_gain) - took;
    if (alone < length && ran < longest) return false;
    bool const better = alone_before <= 0 || gain * alone_before > (gain_before + alone_before * least_better) * alone;
    bool const gains = gain > 0 && better;
    end();
    if (gains) kept = keep;
    return gains;
  }

 private:
  static constexpr float least_better = 1.0F / 32;

  constexpr void note_before(float usual, float took) noexcept {
    if (usual <= 0) return;
    float const most = usual + SharingAccount::most_at_once;
    alone_before += usual;
    gain_before += usual - (took < most ? took : most);
  }
  constexpr void end() noexcept {
    distance = row_distance(distance, ran);
    held = ran = alone = gain = alone_before = gain_before = 0;
    on = false;
  }
};

/// What a thread's loops have shown, by how long they take.
struct SharingTally {
  static constexpr std::uint32_t bands = 12;       ///< 2 to 4 us, to 8 us, ... to 8 ms
  static constexpr float lost_core = 1e6F;         ///< less than for what one waits that has lost its core
  static constexpr float first_guess = 1.0F / 16;  ///< weight of a loop alone among shared ones
  static constexpr float brief = 5e5F;       ///< a loop below this is lost in the time for which one waits for a core
  static constexpr float warming = 100'000;  ///< ns for which loops run alone before their data is at home, ...
  static constexpr float warming_loops = 2;  ///< ... and so many of them: each has arrays of its own besides
  static constexpr float remembered = 2e7F;  ///< ns alone, after which half of what they were disturbed is forgotten
  SharingAccount accounts[bands];
  SharingAccount common;  ///< of all brief ones: what others on this machine do to them, and they to each other
  AloneRow row;
  SharedRow shared_row;
  float alone_since = 0;  ///< ns of loops that ran alone since one was shared
  float disturbed = 0;    ///< ns by which loops that ran alone took longer than their kind does, and ...
  float undisturbed = 0;  ///< ... what they took besides

  [[nodiscard]] static constexpr std::uint32_t band_of(float forecast) noexcept {
    auto const width = static_cast<std::uint32_t>(std::bit_width(static_cast<std::uint32_t>(forecast) / 2048));
    return width == 0 ? 0 : width - 1 < bands ? width - 1 : bands - 1;
  }

  /// Whether the next loop, forecast to take `forecast` ns for `items` positions, runs alone.
  [[nodiscard]] constexpr bool says_alone(SharingRecord const& record, float items, float forecast) const noexcept {
    if (record.must_be_measured(items, forecast)) return true;
    if (forecast < brief && shared_row.on) return false;
    return row.on || is_held_back(record, forecast);
  }
  /// The same of one of whose kind nothing is known.
  [[nodiscard]] constexpr bool says_alone(float forecast) const noexcept {
    if (forecast < brief && shared_row.on) return false;
    return row.on || is_held_back({}, forecast);
  }
  /// It ran alone, and took `took` ns. `whole`: to its end, and as forecast; others tell nothing of what sharing
  /// brings.
  constexpr void note_alone(SharingRecord& record, float items, float forecast, float took, bool whole) noexcept {
    float const most = SharingAccount::most_at_once > 2 * forecast ? SharingAccount::most_at_once : 2 * forecast;
    if (took > most) took = most;
    if (forecast < brief && !row.on) {
      bool const known = whole && !record.is_guessed(items);
      shared_row.note_alone(known ? record.alone(items) : 0, took, is_held_back(record, forecast));
    }
    record.account.note_alone(took);
    accounts[band_of(forecast)].note_alone(took);
    common.note_alone(took);
    row.note_alone(took);
    record.since_alone = 0;
    float const until_home = warming > warming_loops * took ? warming : warming_loops * took;
    bool const at_home = alone_since >= until_home || took >= AloneRow::alone_at_once;
    alone_since += took;
    if (!whole) return;
    if (at_home) {
      note_disturbance(record.disturbance(items, took), took);
      if (record.note_alone(items, took, forecast, 1)) {
        common.doubt();
        accounts[band_of(forecast)].doubt();
      }
    } else if (record.alone_items <= 0) {
      (void)record.note_alone(items, took, forecast, first_guess);
    } else if (forecast < brief && !record.is_guessed(items)) {
      if (common.note_cold(record.alone(items), took, lost_core)) row.come_closer();
    }
  }
  /// A loop was shared, of whatever kind: its data, and that of others, is elsewhere.
  constexpr void leave_home() noexcept { alone_since = 0; }
  /// It was shared.
  constexpr void note_shared(SharingRecord& record, float items, float forecast, float took) noexcept {
    leave_home();
    record.since_alone += took < SharingAccount::most_at_once ? took : SharingAccount::most_at_once;
    bool const tries = forecast < brief && shared_row.on;
    if (!tries) row.note_shared(took, forecast);
    if (record.alone_items <= 0) return;
    float const alone = record.alone(items);
    if (forecast < brief && !record.is_guessed(items) && shared_row.note_shared(alone, took)) share_anew();
    if (tries) return;
    if (forecast < brief && shared_row.kept > 0) record.account.begin_anew();
    if (took < alone && record.is_guessed(items)) return;  // too high: no gain is proved by it
    // That a thread has lost its core is nothing that this loop could tell of itself.
    float const most = forecast < brief ? 2 * alone + 20'000 : SharingAccount::most_at_once;
    bool const others = !record.account.has_proved_itself();  // it speaks for them, too
    bool changed = forecast < brief &&
                   common.note_shared(alone * (1 + disturbance()), took, SharingAccount::most_at_once, lost_core);
    changed = record.account.note_shared(alone, took, most) || changed;
    if (others) changed = accounts[band_of(forecast)].note_shared(alone, took, most) || changed;
    if (changed) row.come_closer();
  }

 private:
  [[nodiscard]] constexpr bool is_held_back(SharingRecord const& record, float forecast) const noexcept {
    if (forecast < brief && shared_row.kept > 0) return false;
    if (record.account.says_alone() || (forecast < brief && common.says_alone())) return true;
    return accounts[band_of(forecast)].says_alone() && !record.account.has_proved_itself();
  }
  /// All of them together gain: what they have lost was lost by those that ran alone between.
  constexpr void share_anew() noexcept {
    common.begin_anew();
    for (SharingAccount& each : accounts) each.begin_anew();
  }

  /// What others do to loops that run alone, as a part of what these take: no less to those that are shared. It shows
  /// in many loops together, not in the few of one place that run alone.
  [[nodiscard]] constexpr float disturbance() const noexcept { return disturbed > 0 ? disturbed / undisturbed : 0; }
  constexpr void note_disturbance(float by, float took) noexcept {
    disturbed += by;
    undisturbed += took - by;
    if (undisturbed < remembered) return;
    disturbed /= 2;
    undisturbed /= 2;
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
