# Bare Debian roots for the scripts beside this one. Source it; needs root and debootstrap.

die() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

[ "$(id -u)" -eq 0 ] || die "run it as root (chroot and mount need it)"
command -v debootstrap >/dev/null || die "debootstrap is missing: apt-get install debootstrap"

clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# make_root SUITE ROOT: a minbase system, from the mirror that this machine uses.
make_root() {
  local suite=$1 root=$2 start=$SECONDS mirror
  [ -e "$root/.complete" ] && return
  # shellcheck disable=SC2016  # apt's own variable
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Component: main' |
    head -n 1)
  [ -n "$mirror" ] || die "apt knows no mirror"
  rm -rf --one-file-system "$root" && mkdir -p "$root"
  [ -e "/usr/share/debootstrap/scripts/$suite" ] ||
    ln -s sid "/usr/share/debootstrap/scripts/$suite"
  debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$root.log" 2>&1 ||
    die "debootstrap failed; see $root.log"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"  # start no services
  chmod +x "$root/usr/sbin/policy-rc.d"
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
  : >"$root/.complete"
  echo "a bare $suite root in $root: $(clock $((SECONDS - start)))"
}

# in_root ROOT [--bind FROM TO]... COMMAND...: runs a command there with /proc, /sys and /dev and
# read-only binds, all of which vanish with it, and with nothing of this environment.
in_root() {
  local root=$1 setup="set -e; mount --bind /proc $1/proc; mount --bind /sys $1/sys; mount --rbind /dev $1/dev"
  shift
  while [ "$1" = --bind ]; do
    mkdir -p "$root$3"
    setup="$setup; mount --bind '$2' '$root$3'; mount -o remount,bind,ro '$root$3'"
    shift 3
  done
  # shellcheck disable=SC2016  # "$@" is the inner shell's
  unshare --mount --propagation private bash -c \
    "$setup"'; root=$1; shift; exec chroot "$root" env -i HOME=/root LC_ALL=C.UTF-8 \
      PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"' in_root "$root" "$@"
}
