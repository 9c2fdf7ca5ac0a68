// What this program adds to arsia.
#pragma once

#include "mapper/search.h"
#include "models/registry.h"
#include "topologies/generators/generator.h"

namespace extension {

arsia::ModelKind dot_product();
arsia::SearchInfo one_dimension();
arsia::GeneratorKind binary_tree();

} // namespace extension
