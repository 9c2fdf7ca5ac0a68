#!/usr/bin/env bash
# Runs the two experiments of the MARS paper (DAC 2023, arXiv 2307.12234) on the simulator, with fixed seeds, and writes
# docs/results.md: (a) five networks on f1_16xlarge, (b) two multi-modal networks on twelve fixed accelerators at five
# rates to the host. Takes five to ten minutes on two cores.
#
#   scripts/reproduce.sh             builds, runs both, writes docs/results.md
#   scripts/reproduce.sh --quick     a tenth of the budgets; prints the page instead of writing it
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
case ${1:-} in
-h | --help) usage && exit 0 ;;
'' | --quick) ;;
*) die "expected --quick or nothing, not '$1'" ;;
esac

scripts/deps.sh
build release arsia

step "Searching (progress below; the page is written at the end)"
/usr/bin/python3 scripts/reproduce.py --arsia build/release/arsia ${1:+"$1"}
