// The YAML reader's messages: file, line, key path, value, what is legal.
#include <cmath>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/yaml.h"

namespace arsia {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

/// All messages of reading `text` with `read`; empty if there is none.
std::string messages(const std::string& text, const std::function<void(YamlMap&)>& read) {
    Problems problems("f.yaml");
    try {
        YamlMap root = load_yaml_text(text, problems).map();
        read(root);
        root.finish();
        problems.throw_if_any();
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

std::string value_message(const std::string& value, const std::function<void(const YamlValue&)>& read) {
    return messages("\nk: " + value, [&](YamlMap& root) { read(*root.required("k")); });
}

TEST(Yaml, ReadsValues) {
    Problems problems;
    YamlMap root = load_yaml_text("{a: 5, b: yes, c: 64 KiB, d: [1, 2], e: text, f: 2.5, g: one, h: [x, y], i: 8 Gbps,"
                                  " j: 1 us, k: 1 GHz, l: 2 pJ, m: 3 W}",
                                  problems)
                       .map();
    EXPECT_EQ(root.required("a")->integer(0), 5);
    EXPECT_TRUE(root.required("b")->boolean());
    EXPECT_EQ(root.required("c")->bytes(), 65536);
    EXPECT_THAT(root.required("d")->integers(0), ElementsAre(1, 2));
    EXPECT_EQ(root.required("e")->text(), "text");
    EXPECT_DOUBLE_EQ(root.required("f")->real(0, 3), 2.5);
    EXPECT_EQ(root.required("g")->one_of({"none", "one"}), "one");
    EXPECT_THAT(root.required("h")->texts(), ElementsAre("x", "y"));
    EXPECT_EQ(root.required("i")->bandwidth().bits_per_second, 8000000000u);
    EXPECT_EQ(root.required("j")->duration(), 1000000);
    EXPECT_EQ(root.required("k")->frequency().hertz, 1000000000u);
    EXPECT_DOUBLE_EQ(root.required("l")->energy_pj(), 2);
    EXPECT_DOUBLE_EQ(root.required("m")->power_w(), 3);
    EXPECT_THAT(root.required("e")->texts(), ElementsAre("text"));
    root.finish();
    EXPECT_TRUE(problems.empty());
    EXPECT_FALSE(root.optional("z").has_value());
}

TEST(Yaml, ConversionsThatFail) {
    auto integer = [](const YamlValue& value) { EXPECT_EQ(value.integer(1, 9), 1); };
    EXPECT_EQ(value_message("x", integer), "f.yaml:2: k: expected a whole number, found 'x'");
    EXPECT_EQ(value_message("1.5", integer), "f.yaml:2: k: expected a whole number, found '1.5'");
    EXPECT_EQ(value_message("[1]", integer), "f.yaml:2: k: expected a whole number, found a list");
    EXPECT_EQ(value_message("10", integer), "f.yaml:2: k: 10 is out of range; it must be from 1 to 9");
    EXPECT_EQ(value_message("99999999999999999999", integer),
              "f.yaml:2: k: expected a whole number, found '99999999999999999999'");
    EXPECT_EQ(value_message("0", [](const YamlValue& value) { value.integer(1); }),
              "f.yaml:2: k: 0 is out of range; it must be at least 1");
    EXPECT_EQ(value_message("", [](const YamlValue& value) { value.text(); }),
              "f.yaml:2: k: expected a text, found nothing");
    EXPECT_EQ(value_message(".nan", [](const YamlValue& value) { value.real(0, 1); }),
              "f.yaml:2: k: expected a number, found '.nan'");
    EXPECT_EQ(value_message("1.5", [](const YamlValue& value) { value.real(0, 1); }),
              "f.yaml:2: k: 1.5 is out of range; it must be from 0 to 1");
    EXPECT_EQ(value_message("perhaps", [](const YamlValue& value) { EXPECT_FALSE(value.boolean()); }),
              "f.yaml:2: k: expected true or false, found 'perhaps'");
    EXPECT_EQ(value_message("{}", [](const YamlValue& value) { EXPECT_TRUE(value.items().empty()); }),
              "f.yaml:2: k: expected a list, found a map");
    EXPECT_EQ(value_message("3", [](const YamlValue& value) { value.map(); }),
              "f.yaml:2: k: expected a map, found '3'");
    EXPECT_EQ(value_message("[1, x, 3]", [](const YamlValue& value) { value.integers(0); }),
              "f.yaml:2: k[1]: expected a whole number, found 'x'");
    EXPECT_EQ(value_message("blu",
                            [](const YamlValue& value) {
                                EXPECT_EQ(value.one_of({"red", "blue"}), "red");
                            }),
              "f.yaml:2: k: 'blu' is unknown; did you mean 'blue'?; legal: red, blue");
}

TEST(Yaml, QuantitiesThatFail) {
    EXPECT_EQ(value_message("64", [](const YamlValue& value) { EXPECT_EQ(value.duration(), 0); }),
              "f.yaml:2: k: '64' has no unit; a duration needs one of ps, ns, us, ms, s, like '500 ns'");
    EXPECT_EQ(value_message("0 Gbps", [](const YamlValue& value) { EXPECT_EQ(value.bandwidth().bits_per_second, 1u); }),
              "f.yaml:2: k: '0 Gbps': a bandwidth must be above zero, like '8 Gbps'");
    EXPECT_EQ(value_message("[1]", [](const YamlValue& value) { EXPECT_EQ(value.bytes(), 1); }),
              "f.yaml:2: k: expected a number with a unit, found a list");
}

TEST(Yaml, UnknownAndMissingKeys) {
    auto read = [](YamlMap& root) {
        root.required("latency");
        root.optional("burst");
    };
    EXPECT_EQ(messages("latncy: 1\nburst: 2", read),
              "f.yaml:1: missing key 'latency'\n"
              "f.yaml:1: latncy: unknown key 'latncy'; did you mean 'latency'?; legal: burst, latency");
    EXPECT_EQ(messages("latency: 1\nzzz: 2", read), "f.yaml:2: zzz: unknown key 'zzz'; legal: burst, latency");
}

TEST(Yaml, PathsOfNestedValues) {
    EXPECT_EQ(messages("nodes:\n  - {memory: {size: x}}\n",
                       [](YamlMap& root) {
                           for (const YamlValue& node : root.required("nodes")->items()) {
                               YamlMap map = node.map();
                               map.required("memory")->map().required("size")->integer(0);
                           }
                       }),
              "f.yaml:2: nodes[0].memory.size: expected a whole number, found 'x'");
}

TEST(Yaml, EntriesOfFreeNames) {
    std::vector<std::string> names;
    EXPECT_EQ(messages("b: 1\na: 2\n",
                       [&](YamlMap& root) {
                           for (auto& [name, value] : root.entries()) names.push_back(name + "=" + value.text());
                       }),
              "");
    EXPECT_THAT(names, ElementsAre("b=1", "a=2"));
}

TEST(Yaml, DuplicateKeysAreErrors) {
    EXPECT_EQ(messages("a: 1\nb:\n  - {c: 1, c: 2}\na: 3\n", [](YamlMap&) {}),
              "f.yaml:3: b[0].c: key 'c' appears twice\nf.yaml:4: a: key 'a' appears twice");
}

TEST(Yaml, MalformedDocuments) {
    EXPECT_THAT(messages("a: [1, 2", [](YamlMap&) {}), StartsWith("f.yaml:"));
    EXPECT_THAT(messages("a: [1, 2", [](YamlMap&) {}), HasSubstr("malformed YAML: "));
    EXPECT_THAT(messages("a: *nothing", [](YamlMap&) {}), HasSubstr("malformed YAML: "));
    EXPECT_EQ(messages("- 1", [](YamlMap&) {}), "f.yaml: expected a map at the top of the file, found a list");
    EXPECT_EQ(messages("", [](YamlMap&) {}), "f.yaml: expected a map at the top of the file, found nothing");
    EXPECT_EQ(messages("{[1]: 2}", [](YamlMap&) {}), "f.yaml:1: ?: a key must be a text");
}

TEST(Yaml, DocumentsWithoutEndAreRefused) {
    EXPECT_THAT(messages("a: &x {b: *x}", [](YamlMap&) {}), HasSubstr("f.yaml"));
    std::string deep(100, '[');
    EXPECT_EQ(messages("a: " + deep + std::string(100, ']'), [](YamlMap&) {}), "f.yaml:1: nested more than 64 deep");
    EXPECT_EQ(messages("a:\n  " + std::string(200'000, '['), [](YamlMap&) {}), "f.yaml:2: nested more than 64 deep");
}

TEST(Yaml, TextThatIsNotUtf8IsRefused) {
    EXPECT_EQ(messages("a: 1\nname: gr\xf6\xdf"
                       "e\n",
                       [](YamlMap&) {}),
              "f.yaml:2: the byte 0xF6 at column 9 is not UTF-8; names and all other text must be");
    EXPECT_EQ(messages("a: \"größe\xff\"", [](YamlMap&) {}),
              "f.yaml:1: the byte 0xFF at column 10 is not UTF-8; names and all other text must be")
        << "columns count letters, not bytes";
    EXPECT_EQ(messages("\xff\xfe"
                       "a\0:\0",
                       [](YamlMap&) {}),
              "f.yaml:1: the byte 0xFF at column 1 is not UTF-8; names and all other text must be");
    EXPECT_EQ(messages("\xef\xbb\xbf{}", [](YamlMap&) {}), "") << "a byte order mark is";
}

TEST(Yaml, ASecondDocumentIsRefused) {
    auto read = [](YamlMap& root) { root.optional("a"); };
    EXPECT_EQ(messages("a: 1\n---\na: 2\n", read), "f.yaml:2: a second document begins here; a file holds one");
    EXPECT_EQ(messages("---\na: 1\n...\n# more\n---\n", read),
              "f.yaml:5: a second document begins here; a file holds one");
    EXPECT_EQ(messages("a: 1\n---\na: [\n", read), "f.yaml:2: a second document begins here; a file holds one");
    EXPECT_EQ(messages("a: 1\n...\na: 2\n", read), "f.yaml:3: a second document begins here; a file holds one");
    EXPECT_EQ(messages("---\na: 1\n", read), "");
    EXPECT_EQ(messages("# first\n---\na: 1\n...\n", read), "");
    EXPECT_EQ(messages("a: |\n  --- x\n  ...\n", read), "") << "within a text";
}

TEST(Yaml, Names) {
    auto name = [](const YamlValue& value) { value.name(); };
    EXPECT_EQ(value_message("größe", name), "");
    EXPECT_EQ(value_message("''", name), "f.yaml:2: k: the name is empty");
    EXPECT_EQ(value_message("\"a\\0b\"", name),
              "f.yaml:2: k: the name 'a\\x00b' holds the control character U+0000, which a name cannot");
    EXPECT_EQ(value_message("[a]", name), "f.yaml:2: k: expected a text, found a list");
}

TEST(Yaml, ControlCharactersInMessagesAreShown) {
    EXPECT_EQ(value_message("\"\\e[31m\"", [](const YamlValue& value) { value.integer(1); }),
              "f.yaml:2: k: expected a whole number, found '\\x1b[31m'");
    EXPECT_EQ(messages("\"a\\0\": 1", [](YamlMap&) {}), "f.yaml:1: a\\x00: unknown key 'a\\x00'; legal: ");
}

TEST(Yaml, FormatIsChecked) {
    EXPECT_EQ(messages("format: arsia-topology/9", [](YamlMap& root) { expect_format(root, "arsia-topology/1"); }),
              "f.yaml:1: format: format 'arsia-topology/9' is not understood; expected 'arsia-topology/1'");
    EXPECT_EQ(messages("{}", [](YamlMap& root) { expect_format(root, "arsia-topology/1"); }),
              "f.yaml:1: missing key 'format'");
    EXPECT_EQ(
        messages("a: 1\nformat: arsia-mapping/1\nb: 2", [](YamlMap& root) { expect_format(root, "arsia-topology/1"); }),
        "f.yaml:2: format: format 'arsia-mapping/1' is not understood; expected 'arsia-topology/1'")
        << "what else a file of another format holds is not said";
}

TEST(Yaml, ProblemsComeInOrderOfLineAndOnce) {
    Problems problems("f.yaml");
    problems.add(9, "z", "late");
    problems.add(2, "a", "early");
    problems.add(9, "z", "late");
    problems.add(0, "", "no line");
    try {
        problems.throw_if_any();
        FAIL() << "no error";
    } catch (const InputError& error) {
        EXPECT_STREQ(error.what(), "f.yaml: no line\nf.yaml:2: a: early\nf.yaml:9: z: late");
        EXPECT_EQ(error.problems().size(), 3u);
        EXPECT_EQ(error.exit_status(), 2);
    }
}

TEST(Yaml, FilesThatCannotBeRead) {
    auto message = [](const std::string& file) -> std::string {
        try {
            read_text_file(file);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(message("/nonexistent/f.yaml"), "/nonexistent/f.yaml: cannot be opened: No such file or directory");
    std::string folder = std::filesystem::temp_directory_path().string();
    EXPECT_EQ(message(folder), folder + ": is a folder, not a file");
}

} // namespace
} // namespace arsia
