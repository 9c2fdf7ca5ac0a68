// `arsia man`: the manual page.
#include "cli/command.h"
#include "cli/man_page.h"

namespace arsia {
namespace {

int run(const Arguments&, Console& console, const CommandLine&) {
    std::string page = man_page(all_commands(), ARSIA_VERSION);
    console.print(page);
    console.result({{"page", page}});
    return 0;
}

} // namespace

Command man_command() {
    return {{"man", {}, {}},
            "Print the manual page",
            "Prints arsia(1) in the language of man. An installed arsia has it where man finds it.",
            "arsia man > arsia.1 && man ./arsia.1 | head -20",
            run};
}

} // namespace arsia
