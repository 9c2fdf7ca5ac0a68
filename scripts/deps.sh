#!/usr/bin/env bash
# Installs the Debian 12 packages that arsia needs and that are missing; does nothing if none is.
#
#   scripts/deps.sh            for building and the demo
#   scripts/deps.sh --tests    also what the tests and the Python package need (a browser among it)
#   scripts/deps.sh --checks   also what the checks of style and the scripts need
#   scripts/deps.sh --bench    also what docs/performance.md is made with
#   scripts/deps.sh --list     the packages, and what each is for
#   scripts/deps.sh --check    only says which are missing; exit status 1 if any is
#
# Needs root or sudo if something is missing.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# package: what it is for
build_packages='
g++: compiler
cmake: build system
ninja-build: build tool of the presets
pkg-config: finds SystemC
ccache: builds the same thing once
git: list of source files
libsystemc-dev: simulation kernel
libboost-program-options-dev: command line
libhdf5-dev: run files
libisal-dev: compressing them
zlib1g-dev: their checksum
libopenmpi-dev: searches on many machines
openmpi-bin: mpirun, which starts them
libyaml-cpp-dev: workload, topology and design files
nlohmann-json3-dev: mappings and --json
libfmt-dev: messages and tables
libpagmo-dev: ranks of mappings by several objectives (nsga2)
libonnx-dev: ONNX models
libprotobuf-dev: ONNX models
dpkg-dev: Debian packages (scripts/package.sh)
libgtest-dev: tests
libgmock-dev: matchers of the tests
librapidcheck-dev: property tests
libbenchmark-dev: benchmarks
python3: finds tests, makes the table of benchmarks
'
test_packages='
python3-pytest: tests of the command line and of the documentation
python3-h5py: reads run files in tests and the tutorial
python3-onnx: makes ONNX models in tests
python3-pandas: tables from run files
python3-matplotlib: figures from run files
python3-plotly: interactive timelines in notebooks
protobuf-compiler: reads exported traces back in tests
python3-protobuf: reads exported traces back in tests
chromium: shows reports in tests
python3-websocket: drives the browser in tests
zsh: completes words in tests
groff-base: sets the manual page in tests
'
check_packages='
clang: fuzzers (scripts/fuzz.sh)
libclang-rt-dev: libFuzzer and sanitizers for clang
clang-format: layout of the source (scripts/format.sh)
clang-tidy: static analysis (scripts/tidy.sh)
shellcheck: checks the scripts
'

bench_packages='
linux-perf: where time goes (scripts/bench.sh --write)
'

mode=install
wanted=$build_packages
for argument in "$@"; do
    case $argument in
    --tests) wanted+=$test_packages ;;
    --checks) wanted+=$check_packages ;;
    --bench) wanted+=$bench_packages ;;
    --list) mode=list ;;
    --check) mode=check ;;
    -h | --help) usage && exit 0 ;;
    *) die "unknown option '$argument'; legal: --tests, --checks, --bench, --list, --check, --help" ;;
    esac
done

if [[ $mode == list ]]; then
    sed '/^$/d' <<<"$build_packages$test_packages$check_packages$bench_packages"
    exit 0
fi

command -v dpkg-query >/dev/null ||
    die "this script knows Debian packages only; install what '${0} --list' names by hand"

installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p')
missing=()
while IFS=: read -r package _; do
    [[ -z $package ]] || grep -qxF "$package" <<<"$installed" || missing+=("$package")
done <<<"$wanted"

if [[ ${#missing[@]} -eq 0 ]]; then
    echo "All packages are installed." >&2
    exit 0
fi
if [[ $mode == check ]]; then
    printf '%s\n' "${missing[@]}"
    exit 1
fi

as_root=()
if [[ $(id -u) -ne 0 ]]; then
    command -v sudo >/dev/null ||
        die "packages are missing and there is neither root nor sudo; as root, run: apt-get install ${missing[*]}"
    as_root=(sudo)
fi
# env, because sudo drops variables.
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 "$@"; }

step "Installing ${#missing[@]} packages: ${missing[*]}"
# One broken source among several is no reason to stop: what is missing is said by the installation.
apt update -q >&2 || echo "apt-get update reported problems; trying with what is there" >&2
apt install -y -q --no-install-recommends "${missing[@]}" >&2 ||
    die "the installation failed; see the messages of apt-get above"
