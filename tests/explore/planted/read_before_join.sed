# file: worker/thread_runner.hpp
# places: 2
# A helper reads which call it is before it has joined, so the frame may be another call's by then.
s|^  if (!slot\.join()) {|  OpenCall* const call = slot.call.load(detail::memory_order_relaxed);  // planted\
&|
/planted/!s|^  OpenCall\* const call = slot\.call\.load(detail::memory_order_relaxed);|  // planted|
