#!/bin/sh
# Makes moving-pattern.ivf, the video that simulated publishers send when somebody is to see it:
# our own pattern through libvpx's encoder (Debian: apt-get install vpx-tools). The result is
# committed, so this runs only when the pattern changes.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
target=$here/../main/resources/org/consultrelay/load/media/moving-pattern.ivf
"${JAVA_HOME:?needs a JDK}/bin/java" "$here/MovingPattern.java" |
  vpxenc --codec=vp8 --ivf --good --cpu-used=0 --end-usage=cbr --target-bitrate=120 \
    --kf-min-dist=1000 --kf-max-dist=1000 --lag-in-frames=0 --error-resilient=1 --auto-alt-ref=0 \
    --quiet -o "$target" -
ls -l "$target"
