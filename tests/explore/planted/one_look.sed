# file: worker/call_slot.hpp
# places: 1
# Whoever comes to an open call is let in, however many have come since it looked.
s|^    if ((seen & open) != 0 && (seen & count) < most_joined.load(detail::memory_order_relaxed)) return true;|    if ((seen \& open) != 0) return true;  // planted|
