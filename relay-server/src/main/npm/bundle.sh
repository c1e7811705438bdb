#!/bin/sh
# Bundles livekit-client and the styles of nhsuk-frontend for the consult page into the directory given, with the
# licences of all that is in it. Does nothing when nothing changed since; builds the rest without it when npm is missing.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=$1
bundle=$out/livekit-client.js
worker=$out/livekit-client.e2ee.worker.js
styles=$out/nhsuk.css

if [ -f "$bundle" ] && [ -f "$styles" ] && [ -z "$(find "$here" -path "$here/node_modules" -prune -o -type f -newer "$bundle" -print)" ]; then
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
# Nothing on the page may come from elsewhere, and its images are its own.
node_modules/.bin/sass --load-path=node_modules --style=compressed --no-source-map --quiet-deps page.scss \
  | sed 's/url("[^"]*")/none/g' > "$styles.part"
if grep -q 'https\{0,1\}:' "$styles.part"; then
  echo "consult page: the styles would fetch something from elsewhere" >&2
  exit 1
fi
mv "$styles.part" "$styles"
licence() {
  version=$(sed -n 's/^ *"version": *"\([^"]*\)".*/\1/p' "node_modules/$1/package.json" | head -n 1)
  printf '\n%s\n%s %s\n%s\n\n' "----------------------------------------------------------------" \
    "$1" "$version" "----------------------------------------------------------------"
  cat "$2"
}
{
  echo "The consult page contains the following software, unchanged but for bundling."
  for file in $(find node_modules -maxdepth 3 -iname 'licen[cs]e*' | sort); do
    package=$(dirname "$file")
    case $package in
      */esbuild | */@esbuild/* | */@types/* | */typed-emitter | */typescript) continue ;;
      */axe-core | */sass | */immutable | */chokidar | */readdirp | */source-map-js | */@parcel/* | */detect-libc) continue ;;
      */is-extglob | */is-glob | */picomatch | */node-addon-api) continue ;;
    esac
    licence "${package#node_modules/}" "$file"
  done
  # Its package brings no licence file.
  licence nhsuk-frontend licences/nhsuk-frontend.txt
} > "$out/NOTICE.txt"
touch "$bundle"
