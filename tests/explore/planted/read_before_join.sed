# file: worker/thread_runner.hpp
# places: 4
# A helper reads which call it is before it has joined, so the frame may be another call's by then.
s|^\( *std::uint32_t group\)) {|\1, OpenCall* early = nullptr) {  // planted|
s|^  OpenCall\* const call = slot\.call\.load(detail::memory_order_relaxed);|  OpenCall* const call = early != nullptr ? early : slot.call.load(detail::memory_order_relaxed);  // planted|
s|^  if (!slot\.join()) {|  OpenCall* const early = slot.call.load(detail::memory_order_relaxed);  // planted\
&|
s|\(work_as_member(slot, index, above, slot\.group\.load(detail::memory_order_relaxed)\));|\1, early);  // planted|
