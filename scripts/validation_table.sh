#!/usr/bin/env bash
# Runs the validation tests and writes the table of their errors into docs/models.md, between its two marks.
#
#   scripts/validation_table.sh                    builds what is needed in build/release first
#   scripts/validation_table.sh --build FOLDER     takes the tests from this build folder as they are
#   scripts/validation_table.sh --check            changes nothing; exit status 1 if the table is not current
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

page=docs/models.md
first='<!-- validation table: scripts/validation_table.sh writes it -->'
last='<!-- end of the validation table -->'

check=false
folder=
while [[ $# -gt 0 ]]; do
    case $1 in
    --check) check=true ;;
    --build)
        folder=${2:?--build needs a folder}
        shift
        ;;
    -h | --help) usage && exit 0 ;;
    *) die "unknown option '$1'; legal: --build FOLDER, --check, --help" ;;
    esac
    shift
done

if [[ -z $folder ]]; then
    folder=build/release
    build release validation_tests
fi
for mark in "$first" "$last"; do
    grep -qxF -- "$mark" "$page" || die "$page has lost the mark '$mark'"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export ARSIA_VALIDATION_TABLE=$work/rows
touch "$ARSIA_VALIDATION_TABLE"
for test in "$folder"/tests/validation_*; do
    [[ -x $test && -f $test ]] || continue
    "$test" --gtest_brief=1 >"$work/log" 2>&1 || { cat "$work/log" >&2 && die "${test##*/} fails"; }
done
[[ -s $ARSIA_VALIDATION_TABLE ]] || die "no validation test of $folder wrote a row"

{
    awk -v mark="$first" '{ print } $0 == mark { exit }' "$page"
    printf '\n| case | compared with | error | asked for |\n|---|---|--:|--:|\n'
    cat "$ARSIA_VALIDATION_TABLE"
    printf '\n'
    awk -v mark="$last" '$0 == mark { found = 1 } found' "$page"
} >"$work/page"

if cmp -s "$work/page" "$page"; then
    echo "The table is current." >&2
elif $check; then
    diff -u "$page" "$work/page" >&2 || true
    die "the table in $page is not current; run scripts/validation_table.sh"
else
    cp "$work/page" "$page"
    echo "$page: table written." >&2
fi
