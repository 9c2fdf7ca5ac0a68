// The twelve fixed designs of the heterogeneous benchmark against the formulas that it gives, for every layer of its
// six models on every design that runs the layer's kind: tests/data/heterogeneous.json. Designs round an operator's
// exact time up once, to whole cycles, so that a layer may take less than one cycle more than the formula, and nothing
// less.
#include <cmath>
#include <fstream>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "models/design.h"
#include "tests/unit/models/operators.h"

namespace arsia {
namespace {

using Json = nlohmann::json;

const std::map<std::string, std::string> catalog_name = {
    {"cnn_acc_1", "h2h_cnn_1"},       {"cnn_acc_2", "h2h_cnn_2"},         {"cnn_acc_3", "h2h_cnn_3"},
    {"cnn_acc_4", "h2h_cnn_4"},       {"cnn_acc_6", "h2h_cnn_6"},         {"cnn_acc_7", "h2h_cnn_7"},
    {"cnn_acc_8", "h2h_cnn_8"},       {"cnn_acc_9", "h2h_cnn_9"},         {"FCAccESE", "h2h_fc_ese"},
    {"FCAccDeeper", "h2h_fc_deeper"}, {"LSTMAccPYNQZ1", "h2h_lstm_pynq"}, {"LSTMAccVC707", "h2h_lstm_vc707"},
};

std::int64_t whole(const Json& of, const char* key) { return of.at(key).get<std::int64_t>(); }

Operator operator_of(const Json& layer) {
    if (layer.at("LayerType") == "LSTM")
        return recurrent(1, whole(layer, "Hidden"), whole(layer, "Dimen"), whole(layer, "Iter"));
    if (layer.at("LayerType") == "FC") return linear(whole(layer, "K"), whole(layer, "M"), whole(layer, "N"));
    return conv({1, whole(layer, "M"), whole(layer, "N"), whole(layer, "R"), whole(layer, "C"), whole(layer, "K")});
}

/// The benchmark's formulas, in seconds, without the terms of the host.
long double formula(const Json& acc, const Json& layer) {
    auto real = [](const Json& of, const char* key) { return static_cast<long double>(of.at(key).get<double>()); };
    const long double ops = real(acc, "Th") * 1e9L, bits = real(acc, "Bandwidth") * real(acc, "Freq") * 1e6L;
    const long double word = real(acc, "Dtype") / bits;
    if (layer.at("LayerType") == "CNN") {
        const long double Tm = real(acc, "Tm"), Tn = real(acc, "Tn"), Tr = real(acc, "Tr"), Tc = real(acc, "Tc"),
                          K = real(layer, "K");
        const long double compute = 2 * Tr * Tc * Tm * K * K * Tn / ops, weights = Tm * Tn * K * K * word,
                          inputs = Tn * real(acc, "Tr_") * real(acc, "Tc_") * word, out = Tm * Tr * Tc * word;
        return std::ceil(real(layer, "R") / Tr) * std::ceil(real(layer, "C") / Tc) * std::ceil(real(layer, "M") / Tm) *
               (std::ceil(real(layer, "N") / Tn) * (weights + inputs + compute) + out);
    }
    if (layer.at("LayerType") == "FC") {
        const long double M = real(layer, "M"), N = real(layer, "N"), K = real(layer, "K");
        return std::max({2 * M * N * K / ops, (M * N + N * K) * word, M * K * word});
    }
    const long double H = real(layer, "Hidden"), D = real(layer, "Dimen");
    return real(layer, "Iter") *
           std::max({(8 * H * D + 8 * H * H) / ops, (4 * H * D + 4 * H * H + D) * word, H * word});
}

Json benchmark() {
    std::ifstream file(ARSIA_TEST_DATA "/heterogeneous.json");
    return Json::parse(file);
}

TEST(Heterogeneous, EveryLayerTakesTheTimeOfTheFormula) {
    const Json data = benchmark();
    std::size_t layers = 0, compared = 0;
    for (const auto& [model, list] : data.at("models").items()) layers += list.size();
    for (const Json& acc : data.at("accelerators")) {
        DesignPtr design = read_design(catalog_name.at(acc.at("accName")));
        for (const auto& [model, list] : data.at("models").items())
            for (const Json& layer : list) {
                Operator op = operator_of(layer);
                bool runs = layer.at("LayerType") == acc.at("accType");
                ASSERT_EQ(design->refusal(op).has_value(), !runs) << design->name << " " << model;
                if (!runs) continue;
                TilePlan plan = design->plan(op, op.extents, 32);
                const long double cycles = formula(acc, layer) * static_cast<long double>(design->clock.hertz);
                // 1e-12 of the formula is the rounding of its own arithmetic.
                const auto found = static_cast<long double>(plan.compute_cycles);
                EXPECT_GE(found, cycles * (1 - 1e-12L)) << design->name << " " << model << " " << layer;
                EXPECT_LT(found, cycles * (1 + 1e-12L) + 1) << design->name << " " << model << " " << layer;
                ++compared;
            }
    }
    EXPECT_EQ(layers, 358u);
    EXPECT_EQ(compared, 8u * 333 + 2u * 18 + 2u * 7);
}

TEST(Heterogeneous, FormulasHoldForBatchGroupsAndShards) {
    const Json data = benchmark();
    const Json& acc = data.at("accelerators").at(0);
    DesignPtr design = read_design(catalog_name.at(acc.at("accName")));
    auto cycles_of = [&](std::int64_t m, std::int64_t n, std::int64_t r, std::int64_t c, std::int64_t k) {
        Json layer = {{"LayerType", "CNN"}, {"M", m}, {"N", n}, {"R", r}, {"C", c}, {"K", k}};
        return formula(acc, layer) * static_cast<long double>(design->clock.hertz);
    };
    auto expect = [](const TilePlan& plan, long double cycles) {
        EXPECT_GE(static_cast<long double>(plan.compute_cycles), cycles * (1 - 1e-12L));
        EXPECT_LT(static_cast<long double>(plan.compute_cycles), cycles * (1 + 1e-12L) + 1);
    };
    expect(plan_whole(*design, conv({3, 100, 50, 30, 30, 3})), 3 * cycles_of(100, 50, 30, 30, 3));
    // Four groups of 32 to 64 channels.
    ConvShape grouped{2, 256, 32, 28, 28, 3};
    grouped.groups = 4;
    expect(plan_whole(*design, conv(grouped)), 2 * 4 * cycles_of(64, 32, 28, 28, 3));
    // A shard with half of the output channels and a third of the rows.
    expect(design->plan(conv({1, 128, 64, 60, 28, 3}), {1, 64, 64, 20, 28, 3, 3}, 32), cycles_of(64, 64, 20, 28, 3));
}

TEST(Heterogeneous, AConvolutionByHand) {
    // h2h_cnn_2: 100 MHz, 61.62 GOP/s, 16 words a cycle. 64 channels of 16x14 from 64, kernel 1: 2 · 2 tiles of
    // 32*32/16 = 64 cycles of weights, 32*16*16/16 = 512 of input and 2*16*14*32*32 / 616.2 = 744.485… of computing,
    // and two stores of 32*16*14/16 = 448: 4 · 1,320.485… + 896 = 6,177.94…
    DesignPtr design = read_design("h2h_cnn_2");
    EXPECT_EQ(plan_whole(*design, conv({1, 64, 64, 16, 14, 1})).compute_cycles, 6'178);
}

} // namespace
} // namespace arsia
