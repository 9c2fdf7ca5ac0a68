// The examples of docs/formats/workload.md are read as they stand there.
#include <set>
#include <sstream>
#include <vector>

#include "base/yaml.h"
#include "tests/unit/workloads/support.h"
#include "workloads/operator_types.h"

namespace arsia {
namespace {

std::vector<std::string> yaml_examples() {
    std::istringstream page(read_text_file(std::string(ARSIA_SOURCE_DIR) + "/docs/formats/workload.md"));
    std::vector<std::string> examples;
    bool inside = false;
    for (std::string line; std::getline(page, line);) {
        if (line == "```yaml") {
            inside = true;
            examples.emplace_back();
        } else if (line == "```") {
            inside = false;
        } else if (inside) {
            examples.back() += line + "\n";
        }
    }
    return examples;
}

TEST(Documentation, TheLeastForm) {
    ASSERT_EQ(yaml_examples().size(), 4u);
    EXPECT_EQ(read_workload_text(yaml_examples()[0]).operators.size(), 4u);
}

TEST(Documentation, OneExampleOfEachType) {
    Graph graph = read_workload_text("format: arsia-workload/1\nname: t\n"
                                     "inputs: {x: [1, 8, 32, 32], y: [1, 8, 32, 32], gate: [1, 8, 1, 1]}\n"
                                     "operators:\n" +
                                     yaml_examples()[1]);
    std::vector<std::string> types;
    for (const Operator& op : graph.operators) types.push_back(op.type);
    EXPECT_EQ(types, (std::vector<std::string>{"conv", "linear", "max_pool", "global_avg_pool", "add", "mul", "concat",
                                               "sigmoid"}));
}

TEST(Documentation, ExamplesOfSequencesAndMoves) {
    Graph graph = read_workload_text("format: arsia-workload/1\nname: t\n"
                                     "inputs: {t: [1, 96, 16], ids: [1, 1, 16], image: [1, 96, 8, 8]}\n"
                                     "caches: {past_keys: [1, 96, 32], past_values: [1, 96, 32]}\n"
                                     "operators:\n" +
                                     yaml_examples()[2]);
    std::set<OperatorKind> kinds;
    for (const Operator& op : graph.operators) kinds.insert(op.kind);
    EXPECT_EQ(kinds.size(), 12u) << "all but conv and pool";
    EXPECT_EQ(test::shape_of(graph, "scores"), (TensorShape{1, 12 * 48, 16, 1}));
    EXPECT_EQ(test::shape_of(graph, "norm"), (TensorShape{1, 96, 16, 1}));
    EXPECT_EQ(test::shape_of(graph, "swapped"), (TensorShape{1, 8, 8, 96}));
}

// Every type has its place in the table.
TEST(Documentation, NamesAllTypes) {
    std::string page = read_text_file(std::string(ARSIA_SOURCE_DIR) + "/docs/formats/workload.md");
    for (const std::string& type : operator_types()) EXPECT_NE(page.find("`" + type + "`"), std::string::npos) << type;
}

TEST(Documentation, Blocks) {
    Graph graph = read_workload_text(yaml_examples()[3]);
    EXPECT_EQ(graph.operators.size(), 1u + 3 * 3 + 1);
    EXPECT_TRUE(graph.find_operator("layer1.2.add").valid());
}

} // namespace
} // namespace arsia
