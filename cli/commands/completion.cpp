// `arsia completion`: the script that lets a shell complete words.
#include <fmt/format.h>

#include "base/errors.h"
#include "base/suggest.h"
#include "cli/command.h"
#include "cli/completion.h"

namespace arsia {
namespace {

int run(const Arguments& arguments, Console& console, const CommandLine&) {
    const std::string& shell = arguments.text("SHELL");
    const std::vector<std::string> shells = {"bash", "zsh"};
    if (shell != "bash" && shell != "zsh")
        throw InputError(fmt::format("no completion for '{}'; there are: {}", shell, name_list(shells)));
    std::string script = shell == "bash" ? bash_completion(all_commands()) : zsh_completion(all_commands());
    console.print(script);
    console.result({{"shell", shell}, {"script", script}});
    return 0;
}

} // namespace

Command completion_command() {
    return {{"completion", {{"SHELL", "bash or zsh", true, Values::one_of({"bash", "zsh"})}}, {}},
            "Print a script that lets a shell complete commands, options, names",
            "An installed arsia completes by itself. For another one:\n"
            "  bash: add  source <(arsia completion bash)  to ~/.bashrc\n"
            "  zsh:  add  source <(arsia completion zsh)  to ~/.zshrc, after compinit",
            "arsia completion bash > arsia.bash && source ./arsia.bash && complete -p arsia",
            run};
}

} // namespace arsia
