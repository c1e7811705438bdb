#!/usr/bin/env bash
# Builds the image without a container engine and runs the relay from its root file system: buildah
# with chroot isolation, bases made here by debootstrap. As root, on Debian or Ubuntu, with a JDK 25
# and `./relay build` done before. Some minutes and 2 GB under $WORK; too heavy for CI.
#
#   deploy/image-test.sh [WORK]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=${1:-$(mktemp -d)}
suite=${SUITE:-trixie}
# shellcheck disable=SC2016 # apt-get's own word, not a command
mirror=${MIRROR:-$(apt-get indextargets --format '$(SITE)' 2>/dev/null | head -n 1)}
mkdir -p "$work/storage" "$work/run"
buildah() { command buildah --storage-driver vfs --root "$work/storage" --runroot "$work/run" "$@"; }
say() { echo "image-test: $*"; }
fail() { say "FAILED: $*"; exit 1; }

[ "$(id -u)" -eq 0 ] || fail "root is needed"
[ -f relay-server/target/relay-server.jar ] || fail "run ./relay build first"
: "${JAVA_HOME:?the JDK 25 that the image gets its runtime from}"

# --- bases: Debian with libcrypto, and the same with a JDK ----------------------------------------
if [ ! -f "$work/base/usr/bin/bash" ]; then
  say "debootstrap $suite"
  debootstrap --variant=minbase --include=libssl3t64 "$suite" "$work/base" "$mirror" >"$work/debootstrap.log"
  rm -rf "$work"/base/var/cache/apt/* "$work"/base/var/lib/apt/lists/* "$work"/base/usr/share/{doc,man,locale}/*
fi
import() { # NAME DIRECTORY [JDK]
  local container
  container=$(buildah from scratch)
  buildah copy -q "$container" "$2" / >/dev/null
  if [ -n "${3:-}" ]; then
    # Its links resolved: a distribution's JDK points to certificates outside it.
    [ -d "$work/jdk" ] || cp -rL "$3" "$work/jdk"
    buildah copy -q "$container" "$work/jdk" /jdk >/dev/null
    buildah config --env JAVA_HOME=/jdk "$container"
  fi
  buildah commit -q "$container" "$1" >/dev/null
  buildah rm "$container" >/dev/null
}
say "bases"
import localhost/base "$work/base"
import localhost/jdk "$work/base" "$JAVA_HOME"

# --- the image -------------------------------------------------------------------------------------
say "build"
buildah bud --isolation chroot --pull-never --format docker -t localhost/consult-relay \
  --build-arg BUILD_IMAGE=localhost/jdk --build-arg BASE_IMAGE=localhost/base --build-arg PREBUILT=yes . \
  >"$work/build.log" 2>&1 || { tail -30 "$work/build.log"; fail "the build"; }

container=$(buildah from --pull-never localhost/consult-relay)
root=$(buildah mount "$container")
command=$(buildah inspect --type image --format '{{.OCIv1.Config.Entrypoint}}' localhost/consult-relay | tr -d '[]')
[ "$(buildah inspect --type image --format '{{.OCIv1.Config.User}}' localhost/consult-relay)" = 10001:10001 ] \
  || fail "the image runs as root"
say "size: $(du -sm "$root" | cut -f1) MiB, of which the base $(du -sm "$work/base" | cut -f1)," \
  "runtime $(du -sm "$root/opt/java" | cut -f1), relay $(du -sm "$root/opt/relay" | cut -f1)"

# --- run: read-only root, a /tmp of its own, nobody's user --------------------------------------
view=$work/view
mkdir -p "$view"
pid=
# shellcheck disable=SC2317 # called by the trap
clean() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  wait 2>/dev/null || true
  umount -q "$view/tmp" "$view/proc" "$view/dev" "$view" || true
  buildah umount "$container" >/dev/null
  buildah rm "$container" >/dev/null
}
trap clean EXIT
mount --bind "$root" "$view"
mount -o remount,bind,ro "$view"
mount -t tmpfs -o size=64m,mode=1777 tmpfs "$view/tmp"
mount -t proc proc "$view/proc"
mount --bind /dev "$view/dev"

inside=(chroot --userspec=10001:10001 "$view" /usr/bin/env -i PATH=/usr/bin:/bin)
ready() { "${inside[@]}" RELAY_OPS_PORT=28789 /opt/relay/healthcheck "$1" 2>/dev/null; }
began=$(date +%s%N)
# shellcheck disable=SC2086 # the entry point is several words
"${inside[@]}" $command run --dev --set http.port=28880 --set ops.port=28789 --set net.mediaPort=28882 \
  --set tcp.icePort=28881 --set turn.udpPort=24478 --set turn.tcpPort=24478 >"$work/relay.log" 2>&1 &
pid=$!
until ready /health/ready; do
  kill -0 "$pid" 2>/dev/null || { cat "$work/relay.log"; fail "the relay ended"; }
  [ $(($(date +%s%N) - began)) -lt 60000000000 ] || fail "not ready after 60 s"
  sleep 0.02
done
say "ready after $((($(date +%s%N) - began) / 1000000)) ms"
ready /health/live || fail "not alive"
# The page, through the HTTP door, from outside.
exec 3<>/dev/tcp/127.0.0.1/28880
printf 'GET /consult/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
grep -q '<title' <&3 || fail "no page"
grep -q 'AEAD_AES_128_GCM' "$work/relay.log" || fail "libcrypto is not used"
grep -q 'media sockets: epoll' "$work/relay.log" || fail "not epoll"
[ "$(stat -c %u "/proc/$pid")" = 10001 ] || fail "not the user of the image"
sleep "${IDLE_SECONDS:-20}"
say "idle: $(awk '/VmRSS/ { print int($2 / 1024) }' "/proc/$pid/status") MiB resident"
kill "$pid"
code=0
wait "$pid" || code=$?
pid=
say "stopped with exit code $code"
[ "$code" -eq 0 ] || [ "$code" -eq 143 ] || fail "exit code $code"
say passed
