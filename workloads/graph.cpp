#include "workloads/graph.h"

namespace arsia {

const char* name_of(OperatorKind kind) {
    switch (kind) {
    case OperatorKind::conv: return "conv";
    case OperatorKind::linear: return "linear";
    case OperatorKind::pool: return "pool";
    case OperatorKind::elementwise: return "elementwise";
    case OperatorKind::activation: return "activation";
    case OperatorKind::concat: return "concat";
    }
    return "";
}

} // namespace arsia
