#!/usr/bin/env bash
# Installs what is missing, builds everything and runs all tests. Arguments go to ctest.
#
#   scripts/test.sh              all tests
#   scripts/test.sh -L unit      one tier: unit, timing, property, validation, cli,
#                                analysis, docs, structure, fuzz, torture
#   scripts/test.sh -R Platform  tests whose name matches
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
case ${1:-} in
-h | --help) usage && exit 0 ;;
esac

scripts/deps.sh --tests
build release

step "Testing"
ctest --preset release --parallel "$(nproc)" "$@"
