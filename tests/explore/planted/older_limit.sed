# file: worker/call_slot.hpp
# places: 2
# Whoever comes is let in by the limit that it saw first, which may be an earlier call's in the same slot.
s|^    if ((glance & open) == 0 .. (glance & count) >= most_joined.load(detail::memory_order_relaxed)) return false;|    std::uint32_t const older = most_joined.load(detail::memory_order_relaxed);  // planted\
    if ((glance \& open) == 0 \|\| (glance \& count) >= older) return false;|
s|(seen & count) < most_joined.load(detail::memory_order_relaxed)) return true;|(seen \& count) < older) return true;  // planted|
