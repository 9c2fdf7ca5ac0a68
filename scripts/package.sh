#!/usr/bin/env bash
# Makes the Debian packages arsia and libarsia-dev from the release build; they are left in build/packages.
#
#   scripts/package.sh               both packages
#   scripts/package.sh --clean-root  also installs arsia by apt into a fresh Debian made by debootstrap, runs the demo's
#                                    commands there, and builds an example there with libarsia-dev (root, network)
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
clean_root=false
case ${1:-} in
'') ;;
--clean-root) clean_root=true ;;
-h | --help) usage && exit 0 ;;
*) die "unknown option '$1'; legal: --clean-root, --help" ;;
esac

scripts/deps.sh
build release arsia
step "Packaging"
rm -rf build/packages
cpack -G DEB --config build/release/CPackConfig.cmake -B build/packages >&2
rm -rf build/packages/_CPack_Packages
ls build/packages/*.deb
$clean_root || exit 0

[[ $(id -u) -eq 0 ]] || die "--clean-root needs root, for chroot"
command -v debootstrap >/dev/null || die "debootstrap is missing: apt-get install debootstrap"
root=$(mktemp -d)
trap 'rm -rf --one-file-system "$root"' EXIT
step "A fresh Debian in $root"
debootstrap --variant=minbase bookworm "$root" >&2
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive "$@"; }
# Where this machine gets packages from, the new one does, too.
cp -r /etc/apt/sources.list.d /etc/apt/apt.conf.d "$root/etc/apt/"
cp build/packages/*.deb "$root/tmp/"
inside apt-get update -q >&2

step "Installing arsia, and the demo"
inside sh -c 'apt-get install -y -q --no-install-recommends /tmp/arsia_*.deb' >&2
inside sh -euc 'cd /tmp
arsia list workloads
arsia show topology f1_16xlarge
arsia map --workload resnet34 --topology f1_16xlarge --search mars --seed 1 --evaluations 200 -o m.json --run run.h5 --quiet
arsia simulate --workload resnet34 --topology f1_16xlarge --mapping m.json -o again.h5
arsia report run.h5 -o report.html'

step "Building an example with libarsia-dev"
inside sh -c 'apt-get install -y -q --no-install-recommends /tmp/libarsia-dev_*.deb g++ cmake make' >&2
inside sh -euc 'cp -r /usr/share/doc/libarsia-dev/examples /tmp
cmake -S /tmp/examples/simulate -B /tmp/build >/dev/null
cmake --build /tmp/build
/tmp/build/simulate_example alexnet f1_16xlarge'
