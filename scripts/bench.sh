#!/usr/bin/env bash
# Builds the benchmarks (release) and prints each with its CPU time, its events a second beside those of the bare SystemC
# kernel, its peak memory, and figures of other simulators for the same work.
#
#   scripts/bench.sh             all of them, about a minute
#   scripts/bench.sh SECONDS     runs each for at least so long (0.5)
#   scripts/bench.sh --write     also measures two processes, where time goes and how cost grows, and writes
#                                docs/performance.md; about ten minutes
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
case ${1:-} in
-h | --help) usage && exit 0 ;;
'' | [0-9]* | --write) ;;
*) die "expected a number of seconds or --write, not '$1'" ;;
esac

if [[ ${1:-} == --write ]]; then scripts/deps.sh --bench; else scripts/deps.sh; fi
build release bench arsia

step "Running (CPU time; leave the machine alone meanwhile)"
if [[ ${1:-} == --write ]]; then
    exec /usr/bin/python3 scripts/performance.py --arsia build/release/arsia --bench build/release/tests/bench/bench
fi
/usr/bin/python3 tests/bench/table.py build/release/tests/bench/bench "${1:-0.5}"
