#!/usr/bin/env bash
# Fuzzes readers, each for some time, with clang's libFuzzer and its sanitizers of addresses and signed overflow.
#
#   scripts/fuzz.sh 600                 ten minutes for each reader; finds are left in build/fuzz/finds
#   scripts/fuzz.sh 60 mapping design   a minute each for two of them
#   scripts/fuzz.sh 0                   only builds them
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage="usage: scripts/fuzz.sh [SECONDS] [READER...]"
all=(onnx workload sweep topology design mapping run checkpoint)
seconds=${1:-60}
[[ $seconds =~ ^(0|[1-9][0-9]*)$ ]] || die "'$seconds' is no number of seconds; $usage"
readers=("${@:2}")
[[ ${#readers[@]} -gt 0 ]] || readers=("${all[@]}")
for reader in "${readers[@]}"; do
    [[ " ${all[*]} " == *" $reader "* ]] || die "unknown reader '$reader'; there are: ${all[*]}"
done
command -v clang++ >/dev/null || die "clang++ is missing; scripts/deps.sh --checks installs it"

build=${ARSIA_FUZZ_BUILD:-build/fuzz}
step "Building the fuzzers"
cmake -S . -B "$build" -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_C_COMPILER=clang \
    -DCMAKE_BUILD_TYPE=RelWithDebInfo -DARSIA_FUZZ=ON \
    -DARSIA_SANITIZE=fuzzer-no-link,address,signed-integer-overflow >/dev/null
cmake --build "$build" --target "${readers[@]/#/fuzz_}"
[[ $seconds -gt 0 ]] || exit 0

# An overflow is a find, not a note.
export UBSAN_OPTIONS=halt_on_error=1:abort_on_error=1:print_stacktrace=1
for reader in "${readers[@]}"; do
    step "Fuzzing the $reader reader for $seconds s"
    mkdir -p "$build/corpus/$reader" "$build/finds"
    "$build/tests/fuzz/fuzz_$reader" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=131072 \
        -artifact_prefix="$build/finds/$reader-" "$build/corpus/$reader" "tests/fuzz/corpus/$reader"
done
