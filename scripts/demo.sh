#!/usr/bin/env bash
# From nothing to a mapping: installs what is missing, builds arsia, and maps ResNet-34 onto eight FPGAs with a search
# whose every candidate is simulated. Leaves build/demo/mapping.json, build/demo/run.h5 and build/demo/report.html.
#
#   scripts/demo.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
case ${1:-} in
'') ;;
-h | --help) usage && exit 0 ;;
*) die "takes no arguments" ;;
esac

scripts/deps.sh
build release arsia

step "Mapping ResNet-34 onto f1_16xlarge"
mkdir -p build/demo
command=(build/release/arsia map --workload resnet34 --topology f1_16xlarge --search auto --seed 1
    --evaluations 2000 -o build/demo/mapping.json --run build/demo/run.h5)
printf '$ %s\n\n' "${command[*]}"
"${command[@]}"

step "A report of the run, for a browser"
build/release/arsia report build/demo/run.h5 -o build/demo/report.html
