# file: worker/call_slot.hpp
# places: 1
# The last to leave clears the mark of a caller that sleeps, and does not wake it.
s|^\( *\)if ((seen & waiting) != 0 && (next & waiting) == 0) wake_one(word);|\1// planted|
