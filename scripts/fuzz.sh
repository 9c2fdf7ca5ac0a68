#!/usr/bin/env bash
# Fuzzes the readers of workloads and sweeps, each for some time, with clang's libFuzzer and address sanitizer.
#
#   scripts/fuzz.sh 600    ten minutes for each reader; finds are left in build/fuzz/finds
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

seconds=${1:-60}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || die "'$seconds' is no number of seconds; usage: scripts/fuzz.sh SECONDS"
command -v clang++ >/dev/null || die "clang++ is missing; scripts/deps.sh --checks installs it"

build=build/fuzz
step "Building the fuzzers"
cmake -S . -B "$build" -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_C_COMPILER=clang \
    -DCMAKE_BUILD_TYPE=RelWithDebInfo -DARSIA_FUZZ=ON -DARSIA_SANITIZE=fuzzer-no-link,address >/dev/null
cmake --build "$build" --target fuzz_onnx fuzz_yaml fuzz_sweep

for reader in onnx yaml sweep; do
    step "Fuzzing the $reader reader for $seconds s"
    mkdir -p "$build/corpus/$reader" "$build/finds"
    "$build/tests/fuzz/fuzz_$reader" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=16384 \
        -artifact_prefix="$build/finds/$reader-" "$build/corpus/$reader" "tests/fuzz/corpus/$reader"
done
