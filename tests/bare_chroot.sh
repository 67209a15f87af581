#!/bin/sh
# Both commands of the README on a bare Debian 12: debootstrap, then g++, cmake, make and nothing else. As root.
#   sh tests/bare_chroot.sh [FOLDER]     FOLDER is kept and used again; else a temporary one
set -eu
cd "$(dirname "$0")/.."
root=${1:-$(mktemp -d)}

cleanup() {
  umount "$root/proc" 2>/dev/null || true
  [ -n "${keep:-}" ] || rm -rf --one-file-system "$root"
}
keep=${1:-}
trap cleanup EXIT

if [ ! -e "$root/etc/debian_version" ]; then
  debootstrap --variant=minbase bookworm "$root" ${MIRROR:-} # else debootstrap's own
fi
# How this machine reaches its mirror, for apt in there.
cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
cp /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || true
mount -t proc proc "$root/proc" 2>/dev/null || mount --bind /proc "$root/proc"

inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C ${CI:+CI=$CI} chroot "$root" sh -c "$1"; }
inside "apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends g++ cmake make"
rm -rf "$root/parallel_task"
git clone -q . "$root/parallel_task"
echo "== cmake --workflow --preset demo"
inside "cd parallel_task && cmake --workflow --preset demo"
echo "== sh tests/run.sh"
inside "cd parallel_task && sh tests/run.sh"
