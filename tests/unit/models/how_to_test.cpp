// docs/how-to-add-a-design.md: the class that it shows is built here, and does what the page says.
#include <gtest/gtest.h>

#include "tests/unit/models/dot_product.h"
#include "tests/unit/models/operators.h"

namespace arsia {
namespace {

TEST(HowToAddADesign, ShowsTheClassThatIsBuilt) {
    std::string page = read_text_file(ARSIA_SOURCE_DIR "/docs/how-to-add-a-design.md");
    std::string source = read_text_file(ARSIA_SOURCE_DIR "/tests/unit/models/dot_product.h");
    std::size_t begin = source.find("class DotProduct"), end = source.find("} // namespace arsia");
    ASSERT_NE(begin, std::string::npos);
    ASSERT_NE(end, std::string::npos);
    std::string shown = source.substr(begin, end - begin);
    shown.erase(shown.find_last_not_of('\n') + 1);
    EXPECT_NE(page.find(shown), std::string::npos) << "the page does not show\n" << shown;
}

TEST(HowToAddADesign, TheClassIsADesign) {
    Problems problems("d.yaml");
    YamlMap file = load_yaml_text("{units: 16, length: 8, tile: {K: 32, C: 64, P: 7, Q: 7}}", problems).map();
    std::unique_ptr<Design> design = make_dot_product(file);
    file.finish();
    EXPECT_NO_THROW(problems.throw_if_any());
    design->clock = {100'000'000};
    design->vector_width = 16;
    design->vector_tile = 4096;
    // 64 channels from 64 on 14x14, kernel 3: 2 * 4 tiles of 2 * 8 * 49 * 9 cycles.
    TilePlan plan = plan_whole(*design, conv({1, 64, 64, 14, 14, 3, 1, 1}));
    EXPECT_EQ(plan.compute_cycles, 8 * 2 * 8 * 49 * 9);
    EXPECT_EQ(plan.compute_cycles, design->least_cycles(conv({1, 64, 64, 14, 14, 3, 1, 1}), {1, 64, 64, 14, 14, 3, 3}));
    EXPECT_EQ(plan_whole(*design, recurrent(1, 64, 64, 3)).compute_cycles, 3 * 8 * 2 * 2 * 8);
    EXPECT_EQ(plan_whole(*design, pool({1, 64, 1, 8, 8, 2, 2})).compute_cycles, 64 * 64 * 4 / 16);
}

} // namespace
} // namespace arsia
