# Shared by the scripts of this folder; to be sourced. Leaves the shell in the project's root.
# shellcheck shell=bash
set -euo pipefail

script=$(realpath "$0")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Property tests draw the same inputs in every run, so that a build is green or red for a reason in the change. To look for
# new cases: RC_PARAMS="max_success=5000" scripts/test.sh -L property
export RC_PARAMS=${RC_PARAMS:-seed=1}

step() { printf '\n== %s\n' "$*" >&2; }

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# Prints the comment at the head of the calling script (its usage text).
usage() { sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$script"; }

# Compilers need up to about 1 GB each; do not start more than fit into the memory that is there.
build_jobs() {
    local cores memory_gb
    cores=$(nproc)
    memory_gb=$(awk '/^MemAvailable:/ {print int($2 / 1048576)}' /proc/meminfo)
    if ((memory_gb < 1)); then memory_gb=1; fi
    echo $((cores < memory_gb ? cores : memory_gb))
}

# build PRESET [TARGET…]: configures once, then builds the targets (all of them if none is named).
build() {
    local preset=$1
    shift
    step "Configuring (build/$preset)"
    cmake --preset "$preset" --log-level=WARNING >&2
    step "Building"
    cmake --build "build/$preset" --parallel "$(build_jobs)" ${1:+--target "$@"} >&2
}

# All C++ files of the project: the tracked ones, or in an unpacked archive all that are there.
cpp_files() {
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files '*.h' '*.cpp'
    else
        find . -path ./build -prune -o '(' -name '*.h' -o -name '*.cpp' ')' -print | sort
    fi
}
