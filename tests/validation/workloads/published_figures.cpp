// The catalog against published figures. Sources: `num_params` and `_ops` in the weights' metadata of
// torchvision.models (there one multiply-accumulate counts as one operation, in billions, rounded to the decimals given
// here), and the layer tables of the papers that each file names.
#include <gtest/gtest.h>

#include "base/catalog.h"
#include "workloads/reader.h"

namespace arsia {
namespace {

struct Published {
    const char* name;
    std::int64_t parameters; ///< exact, batch normalisation with two parameters a channel
    double gmacs;            ///< billions of multiply-accumulates
    double rounding;         ///< half of the last published decimal
    bool batch_norm;         ///< after every convolution
    std::int64_t convolutions, linears, pools, adds;
};

void PrintTo(const Published& published, std::ostream* out) { *out << published.name; }

class PublishedFigures : public testing::TestWithParam<Published> {};

std::int64_t count(const Graph& graph, OperatorKind kind) {
    std::int64_t out = 0;
    for (const Operator& op : graph.operators) out += op.kind == kind;
    return out;
}

TEST_P(PublishedFigures, ParametersAreExact) {
    Graph graph = read_workload(GetParam().name);
    // Folding leaves the shift of each channel as a bias; the published count has the scale too.
    std::int64_t scales = 0;
    if (GetParam().batch_norm)
        for (const Operator& op : graph.operators)
            if (op.kind == OperatorKind::conv) scales += at(op.extents, Dim::K);
    EXPECT_EQ(graph.parameters() + scales, GetParam().parameters);
}

TEST_P(PublishedFigures, MultiplyAccumulatesAgreeToTheirRounding) {
    Graph graph = read_workload(GetParam().name);
    EXPECT_NEAR(static_cast<double>(graph.macs()) * 1e-9, GetParam().gmacs, GetParam().rounding);
}

TEST_P(PublishedFigures, OperatorCounts) {
    Graph graph = read_workload(GetParam().name);
    EXPECT_EQ(count(graph, OperatorKind::conv), GetParam().convolutions);
    EXPECT_EQ(count(graph, OperatorKind::linear), GetParam().linears);
    EXPECT_EQ(count(graph, OperatorKind::pool), GetParam().pools);
    EXPECT_EQ(count(graph, OperatorKind::elementwise), GetParam().adds);
    EXPECT_EQ(static_cast<std::int64_t>(graph.operators.size()),
              GetParam().convolutions + GetParam().linears + GetParam().pools + GetParam().adds);
}

// A ResNet has 1 + (layers − 2) convolutions in its main path and one for each of its down-sampling shortcuts: three
// where the first stage keeps 64 channels (18, 34), four with bottlenecks.
INSTANTIATE_TEST_SUITE_P(Catalog, PublishedFigures,
                         testing::Values(Published{"alexnet", 61100840, 0.714, 0.0005, false, 5, 3, 3, 0},
                                         Published{"vgg16", 138357544, 15.47, 0.005, false, 13, 3, 5, 0},
                                         Published{"resnet18", 11689512, 1.814, 0.0005, true, 17 + 3, 1, 2, 8},
                                         Published{"resnet34", 21797672, 3.664, 0.0005, true, 33 + 3, 1, 2, 16},
                                         Published{"resnet50", 25557032, 4.089, 0.0005, true, 49 + 4, 1, 2, 16},
                                         Published{"resnet101", 44549160, 7.801, 0.0005, true, 100 + 4, 1, 2, 33},
                                         Published{"wrn50_2", 68883240, 11.398, 0.0005, true, 49 + 4, 1, 2, 16},
                                         // Three convolutions in each of 16 blocks, two in the first, stem and head.
                                         Published{"mobilenet_v2", 3504872, 0.301, 0.0005, true, 16 * 3 + 4, 1, 1, 10}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(Catalog, EveryFileIsReadAndNamedAsItsFile) {
    std::vector<std::string> names = catalog_names(CatalogKind::workload);
    EXPECT_GE(names.size(), 19u);
    for (const std::string& name : names) {
        Graph graph = read_workload(name);
        EXPECT_EQ(graph.name, name);
        EXPECT_TRUE(graph.element_bits == 16 || graph.element_bits == 32) << name;
        EXPECT_GT(graph.macs(), 0) << name;
    }
}

// Layer by layer, from the papers: k·k·c·m·p·q, and the sum with the fully connected layers.
TEST(Catalog, AlexNetLayerByLayer) {
    Graph graph = read_workload("alexnet");
    struct Row {
        const char* name;
        std::int64_t macs;
        std::int64_t weights;
    };
    const Row rows[] = {{"conv1", 11LL * 11 * 3 * 64 * 55 * 55, 11LL * 11 * 3 * 64},
                        {"conv2", 5LL * 5 * 64 * 192 * 27 * 27, 5LL * 5 * 64 * 192},
                        {"conv3", 3LL * 3 * 192 * 384 * 13 * 13, 3LL * 3 * 192 * 384},
                        {"conv4", 3LL * 3 * 384 * 256 * 13 * 13, 3LL * 3 * 384 * 256},
                        {"conv5", 3LL * 3 * 256 * 256 * 13 * 13, 3LL * 3 * 256 * 256},
                        {"fc6", 256LL * 6 * 6 * 4096, 256LL * 6 * 6 * 4096},
                        {"fc7", 4096LL * 4096, 4096LL * 4096},
                        {"fc8", 4096LL * 1000, 4096LL * 1000}};
    std::int64_t macs = 0;
    std::int64_t weights = 0;
    for (const Row& row : rows) {
        OperatorId id = graph.find_operator(row.name);
        ASSERT_TRUE(id.valid()) << row.name;
        const Operator& op = graph.operators[id];
        EXPECT_EQ(op.macs(op.extents), row.macs) << row.name;
        EXPECT_EQ(op.weight_elements(), row.weights) << row.name;
        macs += row.macs;
        weights += row.weights;
    }
    EXPECT_EQ(graph.macs(), macs);
    EXPECT_EQ(graph.weights(), weights);
}

TEST(Catalog, Vgg16ByStage) {
    // Two 3x3 convolutions a stage, then three; 64 … 512 channels on 224 … 14 rows and columns.
    const std::int64_t channels[] = {64, 128, 256, 512, 512};
    const std::int64_t depth[] = {2, 2, 3, 3, 3};
    std::int64_t macs = 0;
    std::int64_t in = 3;
    std::int64_t size = 224;
    for (int stage = 0; stage < 5; ++stage, size /= 2)
        for (std::int64_t i = 0; i < depth[stage]; ++i) {
            macs += 9 * in * channels[stage] * size * size;
            in = channels[stage];
        }
    macs += 512LL * 7 * 7 * 4096 + 4096LL * 4096 + 4096LL * 1000;
    EXPECT_EQ(read_workload("vgg16").macs(), macs);
}

TEST(Catalog, Resnet34Shapes) {
    Graph graph = read_workload("resnet34");
    auto shape = [&](const char* name) {
        OperatorId id = graph.find_operator(name);
        EXPECT_TRUE(id.valid()) << name;
        return id.valid() ? graph.output_of(graph.operators[id]).shape : TensorShape{};
    };
    EXPECT_EQ(shape("conv1"), (TensorShape{1, 64, 112, 112}));
    EXPECT_EQ(shape("maxpool"), (TensorShape{1, 64, 56, 56}));
    EXPECT_EQ(shape("layer1.2.add"), (TensorShape{1, 64, 56, 56}));
    EXPECT_EQ(shape("layer2.0.downsample"), (TensorShape{1, 128, 28, 28}));
    EXPECT_EQ(shape("layer3.5.conv2"), (TensorShape{1, 256, 14, 14}));
    EXPECT_EQ(shape("layer4.2.add"), (TensorShape{1, 512, 7, 7}));
    EXPECT_EQ(shape("avgpool"), (TensorShape{1, 512, 1, 1}));
    EXPECT_EQ(shape("fc"), (TensorShape{1, 1000, 1, 1}));
}

TEST(Catalog, ResidualEdgesOfResnet50) {
    Graph graph = read_workload("resnet50");
    auto inputs = [&](const char* name) {
        std::vector<std::string> out;
        for (TensorId id : graph.operators[graph.find_operator(name)].inputs) out.push_back(graph.tensors[id].name);
        return out;
    };
    using Names = std::vector<std::string>;
    EXPECT_EQ(inputs("layer1.0.add"), (Names{"layer1.0.conv3", "layer1.0.downsample"}));
    EXPECT_EQ(inputs("layer1.0.downsample"), (Names{"maxpool"}));
    EXPECT_EQ(inputs("layer3.4.add"), (Names{"layer3.4.conv3", "layer3.3.add"}));
    EXPECT_EQ(inputs("layer4.0.conv1"), (Names{"layer3.5.add"}));
    EXPECT_EQ(inputs("avgpool"), (Names{"layer4.2.add"}));
    // The stride of torchvision's bottleneck is in the 3x3 convolution.
    EXPECT_EQ(graph.operators[graph.find_operator("layer2.0.conv1")].window.stride_h, 1);
    EXPECT_EQ(graph.operators[graph.find_operator("layer2.0.conv2")].window.stride_h, 2);
}

// BertModel of bert-base-uncased: 109,482,240 parameters, pooler included. TinyBERT (arXiv 1909.10351, table 1) states
// 22.5 G operations for 128 tokens, two a multiply-accumulate, with what is not multiplied as well.
TEST(Catalog, BertBase) {
    Graph graph = read_workload("bert_base");
    EXPECT_EQ(graph.parameters(), 109482240);
    EXPECT_NEAR(2e-9 * static_cast<double>(graph.macs()), 22.5, 0.01 * 22.5);
    // Per layer: four products of 768 x 768 and two of 768 x 3072 a token, scores and context of all pairs of tokens.
    const std::int64_t tokens = 128;
    std::int64_t layer = tokens * (4LL * 768 * 768 + 2LL * 768 * 3072) + 2 * tokens * tokens * 768;
    EXPECT_EQ(graph.macs(), 12 * layer + 768 * 768);
    EXPECT_EQ(count(graph, OperatorKind::linear), 12 * 6 + 1);
    EXPECT_EQ(count(graph, OperatorKind::matmul), 12 * 2);
    EXPECT_EQ(count(graph, OperatorKind::normalization), 12 * 3 + 1);
    EXPECT_EQ(count(graph, OperatorKind::embedding), 3);
    const Operator& scores = graph.operators[graph.find_operator("layer.11.scores")];
    EXPECT_EQ(graph.output_of(scores).shape, (TensorShape{1, 12 * tokens, tokens, 1}));
}

// ViT_B_16_Weights of torchvision: 86,567,656 parameters, 17.56 G multiply-accumulates.
TEST(Catalog, VitB16) {
    Graph graph = read_workload("vit_b16");
    EXPECT_EQ(graph.parameters(), 86567656);
    EXPECT_NEAR(static_cast<double>(graph.macs()) * 1e-9, 17.56, 0.005);
    EXPECT_EQ(count(graph, OperatorKind::linear), 12 * 6 + 1);
    EXPECT_EQ(graph.output_of(graph.operators[graph.find_operator("placed")]).shape, (TensorShape{1, 768, 197, 1}));
}

// gpt2 of Hugging Face: 124,439,808 parameters, the head being the table of words turned round; here it counts as well.
TEST(Catalog, Gpt2) {
    Graph graph = read_workload("gpt2");
    const std::int64_t head = 50257LL * 768;
    EXPECT_EQ(graph.parameters() - head, 124439808);
    const std::int64_t tokens = 512;
    std::int64_t layer = tokens * (4LL * 768 * 768 + 2LL * 768 * 3072) + 2 * tokens * tokens * 768;
    EXPECT_EQ(graph.macs(), 12 * layer + head);
}

// Llama-2-7b of Hugging Face: 6,738,415,616 parameters.
TEST(Catalog, Llama2) {
    const std::int64_t width = 4096, inner = 11008, words = 32000;
    const std::int64_t matrices = 4 * width * width + 3 * width * inner; // of a layer
    auto macs = [&](std::int64_t tokens, std::int64_t seen) {
        return 32 * (tokens * matrices + 2 * tokens * seen * width) + words * width;
    };
    Graph prefill = read_workload("llama2_7b");
    EXPECT_EQ(prefill.parameters(), 6738415616);
    EXPECT_EQ(prefill.macs(), macs(512, 512));
    EXPECT_EQ(prefill.cache_elements(), 0);
    Graph decode = read_workload("llama2_7b_decode");
    EXPECT_EQ(decode.parameters(), 6738415616);
    EXPECT_EQ(decode.macs(), macs(1, 512));
    EXPECT_EQ(decode.cache_elements(), 32 * 2 * 511 * width);
    for (const Tensor& tensor : decode.tensors)
        if (tensor.residence == Residence::cache) {
            EXPECT_EQ(tensor.consumers.size(), 1u) << tensor.name << " is the cache of one layer";
        }
}

} // namespace
} // namespace arsia
