// The fixed accelerators beside their formulas (tests/validation): bytes, refusals, errors of their files.
#include <gtest/gtest.h>

#include "base/errors.h"
#include "tests/unit/models/operators.h"

namespace arsia {
namespace {

TEST(FixedConv, MovesRealExtents) {
    // 33 channels from 33 on 17 x 15, kernel 3: edges of one channel, row and column.
    DesignPtr design = read_design("h2h_cnn_1");
    TilePlan plan = plan_whole(*design, conv({1, 33, 33, 17, 15, 3}));
    EXPECT_EQ(plan.store_bytes, 33 * 17 * 15 * 2);
    EXPECT_EQ(plan.weight_bytes, 4 * 33 * 33 * 9 * 2);             // four tiles of positions
    EXPECT_EQ(plan.input_bytes, 2 * 33 * (18 + 3) * (16 + 3) * 2); // two tiles of channels
    EXPECT_EQ(plan.tiles, 2 * 2 * 4);
}

void expect_whole_steps(const TilePlan& plan) {
    for (const TilePhase& phase : plan.phases)
        for (const TileStep& step : phase.steps) EXPECT_TRUE(step.count > 0 && step.cycles > 0);
}

TEST(FixedConv, TilesOfLessThanACycle) {
    // 365 operations and 512 bits a cycle: a tile takes 32/365 + (256 + 64)/512 = 0.7127 cycles, an output tile of four
    // of them 2.8507 and 64/512 to store; 12,544 output tiles 37,326.99.
    const std::string tile = "tile: {K: 4, C: 4, P: 1, Q: 1}\ninput_tile: {rows: 1, columns: 1}\n";
    const Operator op = conv({1, 16, 16, 56, 56, 1});
    TilePlan plan =
        plan_whole(*read_design_text(design_file("fixed_conv", tile + "throughput: 73 GOP/s\nport: 512 bit\n")), op);
    EXPECT_EQ(plan.compute_cycles, 37'327);
    // 36,500 operations and 65,536 bits a cycle: even an output tile takes less than one; all 301.3.
    TilePlan fast = plan_whole(
        *read_design_text(design_file("fixed_conv", tile + "throughput: 7300 GOP/s\nport: 65536 bit\n")), op);
    EXPECT_EQ(fast.compute_cycles, 302);
    for (const TilePlan& each : {plan, fast}) {
        EXPECT_EQ(each.store_bytes, 16 * 56 * 56 * 2);
        EXPECT_EQ(each.weight_bytes, 12'544 * 4 * 16 * 2);
        EXPECT_EQ(each.input_bytes, 12'544 * 4 * 4 * 2);
        expect_whole_steps(each);
    }
}

TEST(FixedConv, AWholeOperatorOfLessThanACycleTakesOneForEachKindOfTile) {
    // 5 channels and 5 columns in tiles of four: four kinds, each at least a cycle.
    DesignPtr design =
        read_design_text(design_file("fixed_conv", "tile: {K: 4, C: 4, P: 1, Q: 4}\ninput_tile: {rows: 1, columns: 1}\n"
                                                   "throughput: 7300 GOP/s\nport: 65536 bit\n"));
    TilePlan plan = plan_whole(*design, conv({1, 5, 4, 1, 5, 1}));
    EXPECT_EQ(plan.compute_cycles, 4);
    EXPECT_EQ(plan.store_bytes, 5 * 5 * 2);
    expect_whole_steps(plan);
}

TEST(FixedProducts, StepsOfLessThanACycle) {
    // 65,536 bits a cycle: 132 words in take 0.0322 cycles, 200 steps 6.4.
    DesignPtr design =
        read_design_text(design_file("fixed_lstm", "tile: {K: 4}\nthroughput: 73 TOP/s\nport: 65536 bit\n"));
    TilePlan plan = plan_whole(*design, recurrent(2, 4, 4, 100));
    EXPECT_EQ(plan.compute_cycles, 7);
    EXPECT_EQ(plan.weight_bytes, 200 * 128 * 2);
    EXPECT_EQ(plan.input_bytes, 200 * 4 * 2);
    EXPECT_EQ(plan.store_bytes, 200 * 4 * 2);
    expect_whole_steps(plan);
}

TEST(FixedConv, WhatItRefuses) {
    DesignPtr design = read_design("h2h_cnn_3");
    EXPECT_EQ(design->refusal(linear(1, 10, 10)),
              "design 'h2h_cnn_3' runs convolutions only, and vector operators; 'layer' is of kind linear");
    EXPECT_EQ(design->refusal(conv({1, 8, 8, 8, 8, 3})), std::nullopt);
    EXPECT_EQ(design->refusal(pool({1, 8, 1, 8, 8, 2})), std::nullopt);
}

TEST(FixedProducts, WhatTheyRefuse) {
    DesignPtr products = read_design("h2h_fc_ese"), recurrences = read_design("h2h_lstm_pynq");
    EXPECT_EQ(products->refusal(conv({1, 8, 8, 8, 8, 3})),
              "design 'h2h_fc_ese' runs matrix products only, and vector operators; 'layer' is of kind conv");
    EXPECT_EQ(products->refusal(recurrent(1, 8, 8, 8)),
              "design 'h2h_fc_ese' runs matrix products only, and vector operators; 'layer' is of kind lstm");
    EXPECT_EQ(products->refusal(matmul(1, 8, 8, 8, 8)), std::nullopt);
    EXPECT_EQ(recurrences->refusal(linear(1, 10, 10)),
              "design 'h2h_lstm_pynq' runs recurrent layers only, and vector operators; 'layer' is of kind linear");
    EXPECT_EQ(recurrences->refusal(recurrent(1, 8, 8, 8)), std::nullopt);
}

TEST(FixedProducts, FullyConnectedLayerOfABatch) {
    // 150 MHz, 282 GOP/s (940 MACs a cycle), 16 words a cycle. 4096 -> 1000 for 64 images: 262.1 M MACs take
    // 278,876.6 cycles, weights and inputs (4,096,000 + 262,144 words) 272,384.
    DesignPtr design = read_design("h2h_fc_ese");
    TilePlan plan = plan_whole(*design, linear(64, 1000, 4096));
    EXPECT_EQ(plan.compute_cycles, 278'877);
    EXPECT_EQ(plan.weight_bytes, 4'096'000 * 2);
    EXPECT_EQ(plan.input_bytes, 262'144 * 2);
    EXPECT_EQ(plan.store_bytes, 64'000 * 2);
    EXPECT_EQ(plan.tiles, 32); // of 32 features
    // For one image the port is the limit: 4,096,000 + 4,096 words.
    EXPECT_EQ(plan_whole(*design, linear(1, 1000, 4096)).compute_cycles, 4'100'096 / 16);
}

TEST(FixedProducts, RecurrentLayer) {
    // 150 MHz, 10 GOP/s: 33.33 MACs a cycle. 4*128*(128 + 34) MACs take 2,488.32 cycles, 82,978 words 5,186.125.
    DesignPtr design = read_design("h2h_lstm_vc707");
    Operator op = recurrent(2, 128, 34, 100);
    TilePlan plan = plan_whole(*design, op);
    EXPECT_EQ(plan.compute_cycles, 1'037'225);
    EXPECT_EQ(plan.weight_bytes, 200 * 82'944 * 2);
    EXPECT_EQ(plan.input_bytes, 200 * 34 * 2);
    EXPECT_EQ(plan.store_bytes, 200 * 128 * 2);
    op.sequence = false;
    plan = plan_whole(*design, op);
    EXPECT_EQ(plan.compute_cycles, 1'037'225);
    EXPECT_EQ(plan.store_bytes, 2 * 128 * 2);
}

TEST(FixedDesigns, ErrorsOfTheirFiles) {
    std::string text = design_file("fixed_conv", "throughput: 5 GB/s\nport: 512\ntile: {K: 1, C: 1, P: 1, Q: 1}\n");
    try {
        read_design_text(text, "d.yaml");
        FAIL() << "no error";
    } catch (const InputError& error) {
        EXPECT_STREQ(
            error.what(),
            "d.yaml:1: missing key 'input_tile'\n"
            "d.yaml:6: throughput: '5 GB/s' has the unknown unit 'GB/s'; a throughput is given in OP/s, MOP/s, "
            "GOP/s, TOP/s, MMAC/s, GMAC/s, TMAC/s\n"
            "d.yaml:7: port: '512' is not a port's width; write a whole number from 1 to 65536 and the unit, "
            "for example '16 bit'");
    }
}

} // namespace
} // namespace arsia
