// The six multi-modal networks of the catalog against the layer lists that they come from:
// tests/data/heterogeneous.json. Every listed layer is there with its own loop sizes, and nothing else multiplies but
// what joins the modalities, named `fusion.…`. Sums of all listed layers, in weights and multiply-accumulates: as
// published with the list.
#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "workloads/reader.h"

namespace arsia {
namespace {

using Json = nlohmann::json;

struct MultiModal {
    const char* workload;
    const char* list;
    std::int64_t weights, macs;                        ///< of the list
    std::int64_t fusion_weights;                       ///< added by the fusion
    std::size_t modalities;                            ///< inputs
    std::vector<std::pair<Extents, Extents>> mended{}; ///< loop sizes of layers: listed, here
};

void PrintTo(const MultiModal& tested, std::ostream* out) { *out << tested.workload; }

Extents extents_of(const Json& layer) {
    auto size = [&](const char* key) { return layer.at(key).get<std::int64_t>(); };
    if (layer.at("LayerType") == "LSTM")
        return {1, size("Hidden"), size("Hidden") + size("Dimen"), size("Iter"), 1, 1, 1};
    if (layer.at("LayerType") == "FC") return {1, size("M"), size("N"), 1, 1, 1, 1};
    return {1, size("M"), size("N"), size("R"), size("C"), size("K"), size("K")};
}

/// A fully connected layer lists all that it reads as inputs; a convolution whose kernel covers its input is the same.
Extents listed_form(const Operator& op) {
    Extents out = op.extents;
    if (op.kind != OperatorKind::linear) return out;
    at(out, Dim::C) *= at(out, Dim::R) * at(out, Dim::S);
    at(out, Dim::R) = at(out, Dim::S) = 1;
    return out;
}

class MultiModalNetworks : public testing::TestWithParam<MultiModal> {
protected:
    Json list() const {
        std::ifstream file(ARSIA_TEST_DATA "/heterogeneous.json");
        return Json::parse(file).at("models").at(GetParam().list);
    }
    static bool is_fusion(const Operator& op) { return op.name.rfind("fusion.", 0) == 0; }
};

TEST_P(MultiModalNetworks, EveryListedLayerIsThereWithItsOwnSizes) {
    Graph graph = read_workload(GetParam().workload);
    EXPECT_EQ(graph.element_bits, 32);
    using Layer = std::pair<OperatorKind, Extents>;
    std::vector<Layer> found, listed;
    for (const Operator& op : graph.operators) {
        if (!op.multiplies() || is_fusion(op)) continue;
        found.emplace_back(op.kind, listed_form(op));
        EXPECT_FALSE(op.has_bias) << op.name;
        EXPECT_EQ(op.groups, 1) << op.name;
    }
    for (const Json& layer : list()) {
        Extents sizes = extents_of(layer);
        for (const auto& [wrong, right] : GetParam().mended)
            if (sizes == wrong) sizes = right;
        OperatorKind kind = layer.at("LayerType") == "LSTM" ? OperatorKind::lstm
                            : layer.at("LayerType") == "FC" ? OperatorKind::linear
                                                            : OperatorKind::conv;
        listed.emplace_back(kind, sizes);
    }
    std::sort(found.begin(), found.end());
    std::sort(listed.begin(), listed.end());
    EXPECT_EQ(found, listed);
}

TEST_P(MultiModalNetworks, WeightsAndMultiplyAccumulatesAreTheListsButForWhatIsMended) {
    Graph graph = read_workload(GetParam().workload);
    std::int64_t weights = 0, macs = 0, fusion_weights = 0;
    for (const Operator& op : graph.operators) {
        (is_fusion(op) ? fusion_weights : weights) += op.weight_elements();
        if (!is_fusion(op)) macs += op.macs(op.extents);
    }
    for (const auto& [wrong, right] : GetParam().mended) {
        weights += at(wrong, Dim::K) * (at(wrong, Dim::C) - at(right, Dim::C));
        macs += at(wrong, Dim::K) * (at(wrong, Dim::C) - at(right, Dim::C));
    }
    EXPECT_EQ(weights, GetParam().weights);
    EXPECT_EQ(macs, GetParam().macs);
    EXPECT_EQ(fusion_weights, GetParam().fusion_weights);
}

TEST_P(MultiModalNetworks, EveryResultDependsOnAModalityAndEveryModalityIsRead) {
    Graph graph = read_workload(GetParam().workload);
    std::size_t modalities = 0;
    for (const Tensor& tensor : graph.tensors) {
        if (tensor.is_input() && tensor.residence == Residence::host) {
            ++modalities;
            EXPECT_FALSE(tensor.consumers.empty()) << tensor.name;
        }
        EXPECT_EQ(tensor.is_output, tensor.consumers.empty()) << tensor.name << " is computed and then left alone";
    }
    EXPECT_EQ(modalities, GetParam().modalities);
}

// Fusion: two layers of squeeze and excitation for each of three streams and a classifier; a classifier; a 1x1
// convolution; classifiers. Faces: 1,024 channels on 3x3 are 9,216 inputs, not 92,146.
INSTANTIATE_TEST_SUITE_P(
    Catalog, MultiModalNetworks,
    testing::Values(MultiModal{"vlocnet", "VLocNet", 191982144, 130234791936, 0, 2},
                    MultiModal{"casia_surf", "CASIA-SURF", 13239360, 7752794112, 3 * 2 * 128 * 8 + 512 * 2, 3},
                    MultiModal{"vfs", "VFS", 365666360, 31574228432, (1000 + 4096 + 1000 + 21717) * 3, 4},
                    MultiModal{"facebag",
                               "FaceBag",
                               24738294,
                               1529855958,
                               768 * 256,
                               3,
                               {{{1, 3, 92146, 1, 1, 1, 1}, {1, 3, 9216, 1, 1, 1, 1}}}},
                    MultiModal{"cnn_lstm", "CNN-LSTM", 17815136, 1614239744, 3 * 512 * 6, 3},
                    MultiModal{"mocap", "MoCap", 31008224, 45762740608, (256 + 2048) * 4, 4}),
    [](const auto& tested) { return std::string(tested.param.workload); });

TEST(MultiModal, ModalitiesMeetWhereTheFilesSay) {
    auto inputs = [](const Graph& graph, const char* name) {
        std::vector<std::string> out;
        for (TensorId id : graph.operators[graph.find_operator(name)].inputs) out.push_back(graph.tensors[id].name);
        return out;
    };
    using Names = std::vector<std::string>;
    Graph vlocnet = read_workload("vlocnet");
    EXPECT_EQ(inputs(vlocnet, "fusion"), (Names{"before.stage4.4.add", "now.stage4.4.add"}));
    EXPECT_EQ(inputs(vlocnet, "odometry.pool"), (Names{"fusion"}));
    EXPECT_EQ(inputs(vlocnet, "pose.rotation"), (Names{"pose.features"}));
    Graph faces = read_workload("casia_surf");
    EXPECT_EQ(inputs(faces, "stage4.0.conv1"), (Names{"fusion.concat"}));
    Graph mocap = read_workload("mocap");
    EXPECT_EQ(inputs(mocap, "joint"), (Names{"joint.concat"}));
    EXPECT_EQ(inputs(mocap, "joint.concat"), (Names{"speech.fc", "text.fc", "motion.fc"}));
}

} // namespace
} // namespace arsia
