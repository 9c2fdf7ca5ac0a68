// What must come from the host, and how fast a result can be back there.
#pragma once

#include "mapper/scenario.h"

namespace arsia {

/// Whether the host sends the tensor: an input of the graph; parameters and caches are with those that read them.
inline bool sent_by_host(const Tensor& tensor) { return tensor.is_input() && tensor.residence == Residence::host; }

/// Least time for one element from any accelerator back to the host; 0 if there is no accelerator.
TimePs least_return(const Scenario& scenario);

} // namespace arsia
