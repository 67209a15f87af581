# file: worker/call_slot.hpp
# places: 1
# The last to leave clears the mark of a caller that sleeps, and does not wake it.
s|^\( *\)if ((word.fetch_and(~waiting, detail::memory_order_relaxed) & waiting) != 0) wake_one(word);|\1(void)word.fetch_and(~waiting, detail::memory_order_relaxed);  // planted|
