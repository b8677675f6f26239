#!/usr/bin/env bash
# Proves the README's two commands on a bare Debian 12: debootstrap's minimal system plus git, in a
# chroot, on a fresh clone; each command twice. Needs root and debootstrap, and takes minutes.
#   tests/bare_system.sh [DIRECTORY]      the directory is kept, and used again where it exists
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[[ $(id -u) -eq 0 ]] || {
  echo "bare_system: needs root, for debootstrap and chroot" >&2
  exit 1
}
root=${1:-$(mktemp -d)/bare}
mirror=$(apt-get indextargets --format "\$(SITE)" 'Created-By: Packages' | head -n 1)

if [[ ! -e $root/etc/debian_version ]]; then
  debootstrap --variant=minbase --include=git,ca-certificates bookworm "$root" "$mirror" >/dev/null
fi
# How this machine reaches its mirror is its own business; the bare system borrows it.
cp /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || true
grep -rlZE 'Proxy|Verify|CaInfo|Check-' /etc/apt/apt.conf.d 2>/dev/null |
  xargs -r0 cp -t "$root/etc/apt/apt.conf.d/" || true
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"

rm -rf "$root/penstock"
git clone -q . "$root/penstock"
mount --bind /proc "$root/proc"
mount --bind /dev "$root/dev"
trap 'umount "$root/dev" "$root/proc"' EXIT

in_bare() {
  local started=$SECONDS
  echo "== bare: $*"
  env -i HOME=/root TERM=dumb PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    chroot "$root" bash -c "cd /penstock && $*"
  echo "== bare: $* took $((SECONDS - started)) s"
}
in_bare ./dev demo
in_bare ./dev test
in_bare ./dev demo
in_bare ./dev test
echo "bare_system: passed"
