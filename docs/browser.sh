#!/bin/sh
# The page on which the reader's browser draws the Mandelbrot set: builds it into build/docs/browser, and into the site
# if that has been built, and serves it on this machine.
#   sh docs/browser.sh              then open the address that it prints
#   sh docs/browser.sh --build      builds only
#   sh docs/browser.sh --test       opens it in Chromium without a window, and compares what it computes with a plain loop
# Installs Emscripten, and for --test Chromium, on Debian, as root or with sudo. Any server will do for the folder that
# sends Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.
set -eu
cd "$(dirname "$0")/.."
work=${PORTS_FOLDER:-$PWD/build/ports}
mkdir -p "$work"
. tests/ports/tools.sh

folder=$PWD/build/docs/browser
mkdir -p "$folder"
# The threads are there before the program asks for them: one that is made later starts when the page's thread has time.
emscripten "-O2 -pthread -Iinclude" examples/browser/mandelbrot.cpp "$folder/mandelbrot.js" -sPROXY_TO_PTHREAD \
  -sPTHREAD_POOL_SIZE='2*Math.min(navigator.hardwareConcurrency,16)+2' -sINITIAL_MEMORY=134217728 \
  -sEXPORTED_RUNTIME_METHODS=UTF8ToString
rm -f "$folder/mandelbrot.js.o"
cp docs/browser/index.html docs/browser/page.js "$folder"
if [ -d build/docs/site ]; then
  mkdir -p build/docs/site/browser
  cp "$folder"/* build/docs/site/browser
fi
case ${1:-} in
  --build) ;;
  --test)
    need chromium chromium
    need python3 python3
    python3 docs/browser/serve.py "$folder" --test chromium "${SCREENSHOT:-$work/browser.png}"
    ;;
  *) exec python3 docs/browser/serve.py "$folder" "${1:-8000}" ;;
esac
