#!/bin/sh
# Builds the site into build/docs/site: open index.html there. Installs by apt what it needs and this machine lacks:
# mkdocs-material and Doxygen. A warning, a dead link or a code block that no test compiles is an error.
set -eu
cd "$(dirname "$0")/.."

has() { command -v "$1" >/dev/null 2>&1; }
missing=
has doxygen || missing="$missing doxygen"
has mkdocs && mkdocs build --help | grep -q '\[.*material' || missing="$missing mkdocs-material"
if [ -n "$missing" ]; then
  as_root=
  [ "$(id -u)" = 0 ] || as_root=sudo
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $missing
fi

sh docs/cut.sh --check
mkdir -p build/docs/doxygen
doxygen docs/site/Doxyfile
python3 docs/site/prepare.py
mkdocs -q build --strict --clean -f docs/site/mkdocs.yml
python3 docs/site/check_links.py build/docs/site
