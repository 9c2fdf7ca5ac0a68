// The JSON form of mappings: one written out, read back, and the text of every error.
#include <gmock/gmock.h>

#include "base/errors.h"
#include "tests/support/mapper_fixtures.h"

namespace arsia {
namespace {

using namespace arsia::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* operators =
    "  - {name: conv1, type: conv, input: x, out_channels: 4, kernel: [3, 3], padding: [1, 1]}\n"
    "  - {name: relu1, type: relu, input: conv1}\n";

struct MappingJson : ::testing::Test {
    std::shared_ptr<Scenario> scenario = small_scenario(small_graph("x: [1, 3, 8, 8]", operators), small_platform(4));
    std::vector<std::string> warnings;

    Mapping read(const std::string& text) { return read_mapping_text(text, "m.json", *scenario, warnings); }
    std::vector<std::string> errors(const std::string& text) {
        std::vector<std::string> out;
        try {
            read(text);
        } catch (const InputError& error) {
            EXPECT_EQ(error.exit_status(), 2);
            for (const Problem& problem : error.problems()) out.push_back(problem.text());
        }
        return out;
    }
    /// A mapping whose one set has the given lines instead of its own.
    static std::string with_set(const std::string& set, const std::string& rest = "") {
        return R"({"format": "arsia-mapping/1", "workload": {"name": "small"}, "topology": {"name": "small"},
 "sets": [)" + set +
               "]" + rest + "}";
    }
};

TEST_F(MappingJson, IsWrittenOneOperatorALineAndReadBack) {
    Mapping mapping = one_set(*scenario, {split({{Dim::K, 2}, {Dim::P, 2}}), split({{Dim::P, 4}})});
    mapping.sets[0].operators[0].strategy.ss = Dim::C;
    mapping.sets[0].operators[0].resident = true;
    mapping.sets[0].reconfigure = true;
    mapping.collectives = CollectiveChoice::ring;
    std::string digest = scenario->graph.digest(), platform = scenario->platform.digest();
    std::string text = mapping_to_json(mapping, *scenario);
    EXPECT_EQ(text, R"({"format": "arsia-mapping/1",
 "workload": {"name": "small", "digest": ")" +
                        digest +
                        R"("},
 "topology": {"name": "small", "digest": ")" +
                        platform +
                        R"("},
 "sets": [
  {"accelerators": ["acc0", "acc1", "acc2", "acc3"], "design": "one_tile", "reconfigure": true,
   "operators": [
     {"name": "conv1", "es": {"K": 2, "P": 2}, "ss": "C", "resident": true},
     {"name": "relu1", "es": {"P": 4}}]}],
 "collectives": "ring"}
)");
    EXPECT_EQ(read(text), mapping);
    EXPECT_THAT(warnings, IsEmpty());
    EXPECT_EQ(mapping_to_json(read(text), *scenario), text);
}

TEST_F(MappingJson, WhatMayBeLeftOut) {
    Mapping mapping = read(with_set(R"({"accelerators": ["acc2"], "design": "one_tile",
   "operators": [{"name": "conv1"}, {"name": "relu1", "es": {}}]})"));
    ASSERT_EQ(mapping.sets.size(), 1u);
    EXPECT_THAT(mapping.sets[0].accelerators, ElementsAre(NodeId(2)));
    EXPECT_FALSE(mapping.sets[0].reconfigure);
    EXPECT_EQ(mapping.sets[0].operators[0].strategy, Strategy{});
    EXPECT_FALSE(mapping.sets[0].operators[0].resident);
    EXPECT_EQ(mapping.collectives, CollectiveChoice::automatic);
    EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(MappingJson, EveryCollectiveAlgorithmKeepsItsName) {
    Mapping mapping = read(with_set(R"({"accelerators": ["acc2"], "design": "one_tile", "operators": []})"));
    for (const std::string& name : collective_choice_names()) {
        std::string text = mapping_to_json(mapping, *scenario);
        std::string key = "\"collectives\": \"";
        std::size_t at = text.find(key) + key.size();
        text.replace(at, text.find('"', at) - at, name);
        Mapping again = read(text);
        EXPECT_EQ(mapping_to_json(again, *scenario), text);
        std::optional<CollectiveAlgorithm> algorithm = algorithm_of(again.collectives);
        EXPECT_EQ(algorithm ? info_of(*algorithm).name : "auto", name);
    }
}

TEST_F(MappingJson, AllProblemsAreToldAtOnceWithTheirPaths) {
    EXPECT_THAT(
        errors(with_set(R"({"accelerators": ["acc9", 3], "desing": "one_tile",
   "operators": [{"name": "conv2", "es": {"k": 2, "P": 0, "Q": "2"}, "ss": "X"}, {"es": 4, "resident": 1}, 7]})",
                        R"(, "collectives": "rings")")),
        ElementsAre(
            "m.json: sets[0].desing: unknown key; did you mean 'design'?; known: accelerators, design, designs, "
            "reconfigure, "
            "operators",
            "m.json: sets[0].accelerators[0]: unknown accelerator 'acc9'; did you mean 'acc0'?; known: acc0, acc1, "
            "acc2, acc3",
            "m.json: sets[0].accelerators[1]: must be the name of an accelerator, is 3",
            "m.json: sets[0].design: is missing",
            "m.json: sets[0].operators[0].name: unknown operator 'conv2' of workload 'small'; did you mean 'conv1'?",
            "m.json: sets[0].operators[0].es.P: a factor is a whole number from 1 to 2147483647, this is 0",
            "m.json: sets[0].operators[0].es.Q: a factor is a whole number from 1 to 2147483647, this is \"2\"",
            "m.json: sets[0].operators[0].es: unknown dimension 'k'; did you mean 'K'?; known: N, K, C, P, Q, R, S",
            "m.json: sets[0].operators[0].ss: unknown dimension 'X'; did you mean 'N'?; known: N, K, C, P, Q, R, S",
            "m.json: sets[0].operators[1].name: is missing", "m.json: sets[0].operators[1].es: must be an object, is 4",
            "m.json: sets[0].operators[1].resident: must be true or false, is 1",
            "m.json: sets[0].operators[2]: must be an object, is a number",
            "m.json: collectives: unknown algorithm 'rings'; did you mean 'ring'?; known: auto, direct, ring, "
            "ring-both, halving-doubling, hierarchical"));
}

TEST_F(MappingJson, TheRootAndTheFormat) {
    EXPECT_THAT(errors("[]"), ElementsAre("m.json: a mapping is an object {…}, this is a list"));
    EXPECT_THAT(errors("{}"), ElementsAre("m.json: format: is missing", "m.json: workload: is missing",
                                          "m.json: topology: is missing", "m.json: sets: is missing"));
    EXPECT_THAT(errors(R"({"format": "arsia-run/1", "workload": {}, "topology": {"name": "small"}, "sets": []})"),
                ElementsAre("m.json: format: is 'arsia-run/1', must be 'arsia-mapping/1'",
                            "m.json: workload.name: is missing"));
}

TEST_F(MappingJson, ListsTooDeepInEachOtherAreRefusedWithoutAWalkThroughThem) {
    for (const char* open : {"[", "{\"a\":"}) {
        std::string text = "{\"format\": ";
        for (int i = 0; i < 200'000; ++i) text += open;
        EXPECT_THAT(errors(text),
                    ElementsAre("m.json: not a mapping: lists and objects lie more than 64 deep in each other"));
    }
}

TEST_F(MappingJson, OfALongValueTheBeginningIsShown) {
    std::string name = "a"; // and letters of two bytes, so that one of them lies across the end
    for (int i = 0; i < 1000; ++i) name += "ä";
    std::string shown = "a";
    for (int i = 0; i < 38; ++i) shown += "ä";
    EXPECT_THAT(errors(R"({"format": [")" + name + R"("], "workload": {"name": "small"}, "topology": {"name": "small"},
                          "sets": []})"),
                ElementsAre("m.json: format: must be a text, is [\"" + shown + "…"));
}

TEST_F(MappingJson, WhetherWeightsStayIsNotToBeSaidOfAnOperatorWithoutAny) {
    EXPECT_THAT(errors(with_set(R"({"accelerators": ["acc2"], "design": "one_tile",
   "operators": [{"name": "conv1"}, {"name": "relu1", "resident": true}]})")),
                ElementsAre("m.json: sets[0].operators[1].resident: says whether weights stay in local memory; 'relu1' "
                            "has none"));
}

TEST_F(MappingJson, MalformedTextIsToldWithLineAndColumn) {
    std::vector<std::string> found = errors("{\"format\": \"arsia-mapping/1\",\n \"sets\": [}\n");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_THAT(found[0], ::testing::StartsWith("m.json:2: not JSON at column 11: syntax error while parsing value"));
}

TEST_F(MappingJson, AKeyGivenTwiceIsAnError) {
    EXPECT_THAT(errors(with_set(R"({"accelerators": ["acc0"], "design": "one_tile", "operators": [],
 "design": "one_tile"})")),
                ElementsAre("m.json: key 'design' is given twice in one object"));
}

TEST_F(MappingJson, AMappingForAnotherWorkloadSaysSo) {
    std::string text = R"({"format": "arsia-mapping/1", "workload": {"name": "vgg16"}, "topology": {"name": "ring8"},
 "sets": [{"accelerators": ["acc0"], "design": "one_tile", "operators": [{"name": "features.0"}]}]})";
    EXPECT_THAT(errors(text), ElementsAre("m.json: sets[0].operators[0].name: unknown operator 'features.0' of "
                                          "workload 'small' (the mapping was made for 'vgg16')"));
    EXPECT_THAT(warnings, ElementsAre("m.json: made for workload 'vgg16', used with 'small'",
                                      "m.json: made for topology 'ring8', used with 'small'"));
}

TEST_F(MappingJson, ADigestThatDiffersIsAWarning) {
    std::string text = R"({"format": "arsia-mapping/1", "workload": {"name": "small", "digest": "00"},
 "topology": {"name": "small"}, "sets": []})";
    EXPECT_TRUE(read(text).sets.empty());
    EXPECT_THAT(warnings, ElementsAre("m.json: workload 'small' has changed since the mapping was made (digest 00, "
                                      "now " +
                                      scenario->graph.digest() + ")"));
}

TEST_F(MappingJson, AMissingFileIsAnInputError) {
    try {
        read_mapping("/no/such/mapping.json", *scenario, warnings);
        FAIL() << "no error";
    } catch (const InputError& error) {
        EXPECT_THAT(error.what(), HasSubstr("/no/such/mapping.json"));
    }
}

} // namespace
} // namespace arsia
