#!/usr/bin/env bash
# Static analysis with clang-tidy, as .clang-tidy says. Any finding is an error.
#
#   scripts/tidy.sh             all C++ files that are compiled
#   scripts/tidy.sh FILE…       these
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
case ${1:-} in
-h | --help) usage && exit 0 ;;
esac
command -v clang-tidy >/dev/null || die "clang-tidy is missing; scripts/deps.sh --checks installs it"

cmake --preset release --log-level=WARNING >&2
files=("$@")
[[ $# -gt 0 ]] || mapfile -t files < <(cpp_files | grep '\.cpp$')
printf '%s\0' "${files[@]}" |
    xargs -0 -n 1 -P "$(nproc)" clang-tidy -p build/release --quiet --warnings-as-errors='*'
