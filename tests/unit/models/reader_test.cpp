// The catalog, and the text of every error of a design file.
#include <gtest/gtest.h>

#include "base/catalog.h"
#include "base/errors.h"
#include "models/registry.h"
#include "tests/unit/models/operators.h"

namespace arsia {
namespace {

std::string error_of(const std::string& text) {
    try {
        read_design_text(text, "d.yaml");
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

/// A file that has nothing wrong but what the test changes.
const std::string head = "format: arsia-design/1\nname: test\nclock: 200 MHz\nvector: {width: 16, tile: 4096}\n";
const std::string loop = "model: tiled_loop\ntile: {K: 64, C: 7, P: 7, Q: 14}\n";
const std::string winograd = "model: winograd\noutput_tile: 4\nkernel: 3\nparallelism: {K: 8, C: 4}\n"
                             "fallback: direct\n";

TEST(DesignCatalog, HoldsTheThreeDesigns) {
    struct Expected {
        const char* name;
        const char* kind;
        std::int64_t multipliers;
    };
    for (const Expected& expected :
         {Expected{"superlip_64_7_7_14", "tiled_loop", 448}, Expected{"systolic_11_13_8", "systolic_simd", 1'144},
          Expected{"winograd_4_3", "winograd", 1'152}}) {
        SCOPED_TRACE(expected.name);
        DesignPtr design = read_design(expected.name);
        EXPECT_EQ(design->name, expected.name);
        EXPECT_EQ(design->kind, expected.kind);
        EXPECT_EQ(design->multipliers, expected.multipliers);
        EXPECT_EQ(design->resources.dsp, expected.multipliers);
        EXPECT_EQ(design->clock, Frequency{200'000'000});
        EXPECT_EQ(design->element_bits, 16);
        EXPECT_EQ(design->vector_width, 16);
        EXPECT_EQ(design->vector_tile, 4'096);
        EXPECT_FALSE(design->description.empty());
        EXPECT_TRUE(design->energy.is_stated());
        EXPECT_FALSE(design->parameters.empty());
    }
}

TEST(DesignCatalog, EveryEntryReadsAndIsNamedLikeItsFile) {
    for (const std::string& name : catalog_names(CatalogKind::design)) EXPECT_EQ(read_design(name)->name, name);
}

TEST(DesignCatalog, UnknownNameSuggests) {
    try {
        read_design("winograd_4_4");
        FAIL() << "no error";
    } catch (const InputError& error) {
        std::string text = error.what();
        EXPECT_NE(text.find("unknown design 'winograd_4_4'; did you mean 'winograd_4_3'?"), std::string::npos) << text;
    }
}

TEST(DesignReader, LeastFile) {
    DesignPtr design = read_design_text(head + loop);
    EXPECT_EQ(design->name, "test");
    EXPECT_EQ(design->multipliers, 448);
    EXPECT_EQ(design->element_bits, 16);
    EXPECT_EQ(design->reconfiguration, 0);
    EXPECT_EQ(design->energy.pj_per_mac, 0);
    EXPECT_EQ(design->resources.dsp, -1);
    ASSERT_EQ(design->parameters.size(), 1u);
    EXPECT_EQ(design->parameters[0].name, "tile");
    EXPECT_EQ(design->parameters[0].value, "K 64, C 7, P 7, Q 14");
}

TEST(DesignReader, ExampleOfTheDocumentation) {
    std::string page = read_text_file(ARSIA_SOURCE_DIR "/docs/formats/design.md");
    const std::string fence = "```yaml\n";
    std::size_t begin = page.find(fence);
    ASSERT_NE(begin, std::string::npos);
    begin += fence.size();
    DesignPtr design = read_design_text(page.substr(begin, page.find("```", begin) - begin));
    EXPECT_EQ(design->name, "small_loop");
    EXPECT_EQ(design->multipliers, 256);
    EXPECT_EQ(design->resources.bram, 320);
}

TEST(DesignReader, EverythingStated) {
    DesignPtr design = read_design_text(head + loop +
                                        "description: d\nelement: 8 bit\nreconfiguration: 2 ms\n"
                                        "energy: {per_mac: 4.5 pJ, per_memory_byte: 1 nJ, static: 300 mW, source: s}\n"
                                        "resources: {dsp: 900, bram: 512}\nports: {input: 4, output: 2}\n");
    EXPECT_EQ(design->description, "d");
    EXPECT_EQ(design->element_bits, 8);
    EXPECT_EQ(design->reconfiguration, 2'000'000'000);
    EXPECT_DOUBLE_EQ(design->energy.pj_per_mac, 4.5);
    EXPECT_DOUBLE_EQ(design->energy.pj_per_memory_byte, 1000);
    EXPECT_DOUBLE_EQ(design->energy.static_w, 0.3);
    EXPECT_EQ(design->energy.source, "s");
    EXPECT_EQ(design->resources.dsp, 900);
    EXPECT_EQ(design->resources.bram, 512);
    ASSERT_EQ(design->parameters.size(), 3u);
    EXPECT_EQ(design->parameters[1].name, "input port");
    EXPECT_EQ(design->parameters[1].value, "4 words a cycle");
    EXPECT_EQ(design->parameters[2].name, "output port");
}

TEST(DesignReader, UnknownModel) {
    // The parameters of an unknown model cannot be judged; what all designs share is.
    EXPECT_EQ(error_of(head + "model: tiled_lop\ntile: {K: 64}\nelement: 16\n"),
              "d.yaml:5: model: 'tiled_lop' is unknown; did you mean 'tiled_loop'?; legal: fixed_conv, fixed_linear, "
              "fixed_lstm, roofline, systolic_2d, systolic_simd, table, tiled_loop, winograd\n"
              "d.yaml:7: element: '16' is not an element width; write a whole number from 1 to 64 and the unit, for "
              "example '16 bit'");
}

TEST(DesignReader, ModelThatIsNoName) {
    EXPECT_EQ(error_of(head + "model: [tiled_loop]\n"),
              "d.yaml:5: model: a list is unknown; legal: fixed_conv, fixed_linear, fixed_lstm, roofline, "
              "systolic_2d, systolic_simd, table, tiled_loop, winograd");
}

TEST(DesignReader, MissingKeys) {
    EXPECT_EQ(error_of("format: arsia-design/1\nmodel: winograd\n"), "d.yaml:1: missing key 'output_tile'\n"
                                                                     "d.yaml:1: missing key 'kernel'\n"
                                                                     "d.yaml:1: missing key 'parallelism'\n"
                                                                     "d.yaml:1: missing key 'fallback'\n"
                                                                     "d.yaml:1: missing key 'tile'\n"
                                                                     "d.yaml:1: missing key 'name'\n"
                                                                     "d.yaml:1: missing key 'clock'\n"
                                                                     "d.yaml:1: missing key 'vector'");
    EXPECT_EQ(error_of(head), "d.yaml:1: missing key 'model'");
    EXPECT_EQ(error_of(head + "model: systolic_simd\ntile: {K: 1, C: 1, P: 1, Q: 1}\n"),
              "d.yaml:1: missing key 'array'");
}

TEST(DesignReader, TileSizes) {
    EXPECT_EQ(error_of(head + "model: tiled_loop\ntile: {K: 0, C: -1, P: x, rows: 2}\n"),
              "d.yaml:6: tile.K: 0 is out of range; it must be from 1 to 65536\n"
              "d.yaml:6: tile.C: -1 is out of range; it must be from 1 to 65536\n"
              "d.yaml:6: tile.P: expected a whole number, found 'x'\n"
              "d.yaml:6: tile: missing key 'Q'\n"
              "d.yaml:6: tile.rows: unknown key 'rows'; legal: C, K, P, Q");
    EXPECT_EQ(error_of(head + "model: tiled_loop\ntile: 64\n"), "d.yaml:6: tile: expected a map, found '64'");
}

TEST(DesignReader, WinogradTilesAreWholePieces) {
    EXPECT_EQ(error_of(head + winograd + "tile: {K: 12, C: 6, P: 7, Q: 14}\n"),
              "d.yaml:10: tile.K: 12 is not a multiple of 8, the output channels done at once (parallelism.K)\n"
              "d.yaml:10: tile.C: 6 is not a multiple of 4, the input channels done at once (parallelism.C)\n"
              "d.yaml:10: tile.P: 7 is not a multiple of 4, the rows done at once (output_tile)\n"
              "d.yaml:10: tile.Q: 14 is not a multiple of 4, the columns done at once (output_tile)");
    // A size that is wrong anyway is reported once.
    EXPECT_EQ(error_of(head + winograd + "tile: {K: 0, C: 4, P: 4, Q: 4}\n"),
              "d.yaml:10: tile.K: 0 is out of range; it must be from 1 to 65536");
}

TEST(DesignReader, WinogradParameters) {
    EXPECT_EQ(error_of(head + "model: winograd\noutput_tile: 0\nkernel: 1\nparallelism: {K: 8}\nfallback: refuze\n"
                              "tile: {K: 8, C: 4, P: 4, Q: 4}\n"),
              "d.yaml:6: output_tile: 0 is out of range; it must be from 1 to 16\n"
              "d.yaml:7: kernel: 1 is out of range; it must be from 2 to 16\n"
              "d.yaml:8: parallelism: missing key 'C'\n"
              "d.yaml:9: fallback: 'refuze' is unknown; did you mean 'refuse'?; legal: direct, refuse");
}

TEST(DesignReader, Ports) {
    EXPECT_EQ(error_of(head + loop + "ports: {input: 0, outputs: 2}\n"),
              "d.yaml:7: ports.input: 0 is out of range; it must be from 1 to 65536\n"
              "d.yaml:7: ports.outputs: unknown key 'outputs'; did you mean 'output'?; legal: input, output, weight");
}

TEST(DesignReader, UnknownKeysOfOtherModels) {
    EXPECT_EQ(error_of(head + loop + "array: {rows: 2, columns: 2, simd: 2}\nenergie: {}\n"),
              "d.yaml:7: array: unknown key 'array'; legal: clock, description, element, energy, format, model, name, "
              "ports, reconfiguration, resources, tile, vector\n"
              "d.yaml:8: energie: unknown key 'energie'; did you mean 'energy'?; legal: clock, description, element, "
              "energy, format, model, name, ports, reconfiguration, resources, tile, vector");
}

TEST(DesignReader, Quantities) {
    std::string text = error_of("format: arsia-design/1\nname: ''\nclock: 200\nvector: {width: 0, tile: 0}\n" + loop +
                                "energy: {per_mac: 4.5, per_memory_byte: 1 pJ, static: 1 W}\n");
    EXPECT_EQ(text.find("d.yaml:2: name: the name is empty\nd.yaml:3: clock: '200' has no unit"), 0u) << text;
    EXPECT_NE(text.find("d.yaml:4: vector.width: 0 is out of range; it must be from 1 to 65536\n"
                        "d.yaml:4: vector.tile: 0 is out of range; it must be from 1 to 1073741824\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("d.yaml:7: energy.per_mac: '4.5' has no unit"), std::string::npos) << text;
    EXPECT_NE(text.find("d.yaml:7: energy: missing key 'source'"), std::string::npos) << text;
    for (const char* nothing : {"''", "'  '"})
        EXPECT_EQ(error_of(head + loop +
                           "energy: {per_mac: 1 pJ, per_memory_byte: 1 pJ, static: 1 W, source: " + nothing + "}\n"),
                  "d.yaml:7: energy.source: the source is empty; say where the figures come from, or that they are "
                  "assumed");
    EXPECT_EQ(error_of("format: arsia-design/1\nname: a\nclock: 0 Hz\nvector: {width: 1, tile: 1}\n" + loop),
              "d.yaml:3: clock: '0 Hz': a frequency must be above zero, like '200 MHz'");
}

TEST(DesignReader, ElementWidths) {
    for (const char* wrong : {"16", "0 bit", "65 bit", "16 B", "1.5 bit", "bit", "-8 bit"})
        EXPECT_EQ(error_of(head + loop + "element: " + wrong + "\n"),
                  std::string("d.yaml:7: element: '") + wrong +
                      "' is not an element width; write a whole number from 1 to 64 and the unit, for example "
                      "'16 bit'");
}

TEST(DesignReader, Format) {
    EXPECT_EQ(error_of("format: arsia-design/2\nname: test\nclock: 1 MHz\nvector: {width: 1, tile: 1}\n" + loop),
              "d.yaml:1: format: format 'arsia-design/2' is not understood; expected 'arsia-design/1'");
}

TEST(DesignReader, MissingFile) {
    try {
        read_design("./no/such/design.yaml");
        FAIL() << "no error";
    } catch (const InputError& error) {
        EXPECT_STREQ(error.what(), "./no/such/design.yaml: no such design file");
    }
}

TEST(ModelKinds, SortedWithSummaries) {
    const std::vector<ModelKind>& kinds = model_kinds();
    ASSERT_EQ(kinds.size(), 9u);
    for (std::size_t i = 1; i < kinds.size(); ++i) EXPECT_LT(kinds[i - 1].name, kinds[i].name);
    for (const ModelKind& kind : kinds) EXPECT_FALSE(kind.summary.empty());
}

} // namespace
} // namespace arsia
