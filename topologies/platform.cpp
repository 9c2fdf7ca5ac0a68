#include "topologies/platform.h"

namespace arsia {

const char* name_of(NodeKind kind) {
    switch (kind) {
    case NodeKind::accelerator: return "accelerator";
    case NodeKind::host: return "host";
    case NodeKind::switch_node: return "switch";
    }
    return "";
}

} // namespace arsia
