#!/bin/sh
# Bundles livekit-client for the consult page into the directory given, with the licences of all that is in
# it. Does nothing when nothing changed since; builds the rest without it when npm is missing.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=$1
bundle=$out/livekit-client.js
worker=$out/livekit-client.e2ee.worker.js

if [ -f "$bundle" ] && [ -z "$(find "$here/package.json" "$here/package-lock.json" "$here/bundle.sh" "$here/entry.js" -newer "$bundle")" ]; then
  exit 0
fi
if ! command -v npm >/dev/null 2>&1; then
  echo "consult page: npm is missing, so /consult is built without calls; install nodejs and npm and build again" >&2
  exit 0
fi

cd "$here"
if [ ! -d node_modules ] || [ -n "$(find package-lock.json -newer node_modules)" ]; then
  npm ci --ignore-scripts --no-audit --no-fund --silent >&2
  touch node_modules
fi
mkdir -p "$out"
esbuild=node_modules/.bin/esbuild
"$esbuild" entry.js --bundle --minify --format=esm --target=es2022 --legal-comments=none --log-level=warning --outfile="$bundle.part.js" >&2
mv "$bundle.part.js" "$bundle"
"$esbuild" node_modules/livekit-client/dist/livekit-client.e2ee.worker.mjs --bundle --minify --format=iife --target=es2022 \
  --legal-comments=none --log-level=warning --outfile="$worker" >&2
{
  echo "The consult page contains the following software, unchanged but for bundling."
  for licence in $(find node_modules -maxdepth 3 -iname 'licen[cs]e*' | sort); do
    package=$(dirname "$licence")
    case $package in */esbuild | */@esbuild/* | */@types/* | */typed-emitter | */typescript) continue ;; esac
    version=$(sed -n 's/^ *"version": *"\([^"]*\)".*/\1/p' "$package/package.json" | head -n 1)
    printf '\n%s\n%s %s\n%s\n\n' "----------------------------------------------------------------" \
      "${package#node_modules/}" "$version" "----------------------------------------------------------------"
    cat "$licence"
  done
} > "$out/NOTICE.txt"
touch "$bundle"
