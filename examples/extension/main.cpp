// arsia with a design model, a search and a topology generator more.
#include "cli/run.h"
#include "extension.h"

int main(int argc, char** argv) {
    arsia::add_model_kind(extension::dot_product());
    arsia::add_search(extension::one_dimension());
    arsia::add_generator_kind(extension::binary_tree());
    return arsia::run_command_line(argc, argv);
}
