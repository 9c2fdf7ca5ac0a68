#!/usr/bin/env bash
# Lays out the C++ source as .clang-format says.
#
#   scripts/format.sh           rewrites the files that differ
#   scripts/format.sh --check   only names them; exit status 1 if there is any
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v clang-format >/dev/null || die "clang-format is missing; scripts/deps.sh --checks installs it"

mapfile -t files < <(cpp_files)
case ${1:-} in
'') clang-format -i "${files[@]}" ;;
--check) clang-format --dry-run --Werror "${files[@]}" || die "run scripts/format.sh" ;;
-h | --help) usage ;;
*) die "unknown option '$1'; legal: --check, --help" ;;
esac
