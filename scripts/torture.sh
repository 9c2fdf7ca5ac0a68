#!/usr/bin/env bash
# Runs random systems, or ends commands at random moments, for as long as one likes.
#
#   scripts/torture.sh 3600          an hour of random mappings on random platforms
#   scripts/torture.sh 60 17         a minute, from seed 17 on
#   scripts/torture.sh kills 1000    a thousand SIGKILLs, and other signals, to map and simulate while they write
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage="usage: scripts/torture.sh SECONDS [SEED] | scripts/torture.sh kills N [SEED]"
kills=0
if [[ ${1:-} == kills ]]; then
    kills=1
    shift
fi
[[ ${1:-} =~ ^[1-9][0-9]*$ && ${2:-1} =~ ^[0-9]+$ && $# -le 2 ]] || die "$usage"

build=${ARSIA_BUILD:-build/release}
step "Building in $build"
[[ -f $build/CMakeCache.txt ]] || cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$build" --target torture arsia

if ((kills)); then
    step "Killing $1 times"
    /usr/bin/python3 tests/torture/kills.py --arsia "$build/arsia" --seed "${2:-1}" "$1"
else
    step "Torturing for $1 s"
    "$build/tests/torture/torture" "$@"
fi
