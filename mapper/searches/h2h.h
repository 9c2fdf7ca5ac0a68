// H2H's mapping of whole layers onto heterogeneous accelerators (DAC 2022), evaluated by simulation.
#pragma once

#include <memory>
#include <optional>

#include "mapper/search.h"
#include "mapper/searches/h2h_platform.h"
#include "mapper/searches/h2h_remap.h"

namespace arsia {

/// The four steps of X. Zhang, C. Hao, P. Zhou, A. Jones, J. Hu: "H2H: Heterogeneous Model to Heterogeneous System
/// Mapping with Computation and Communication Awareness", DAC 2022:
///   1. computation-prioritised: each layer in turn goes where it is done first with memories that hold nothing
///   2. weight locality: of each accelerator's weights the largest stay in local memory
///   3. activation locality: what consecutive layers on one accelerator exchange stays there
///   4. remapping: layers move to their neighbours' accelerators as long as that makes the network faster
/// Weights that fit stay, and so do activations, under any mapping: lowering sees to it. So steps 2 and 3 choose
/// nothing here; they count in the formula (h2h_makespan) by which step 4 is done first. Its result and that of step 1,
/// from two orders of the layers each, are simulated; from the fastest, step 4 goes on by simulation until no move
/// helps.
class H2hSearch final : public Search {
public:
    explicit H2hSearch(std::shared_ptr<const Scenario> scenario);
    std::vector<Mapping> propose(std::size_t most) override;
    void report(const std::vector<Candidate>& candidates) override;

private:
    H2hPlatform platform_;
    H2hRemap remap_;
};

} // namespace arsia
