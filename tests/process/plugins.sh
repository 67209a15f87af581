#!/bin/sh
# Shared objects that compute in parallel, loaded and unloaded: one pool for all, or one each. plugins.sh COMPILER
set -eu
compiler=$1
here=$(cd "$(dirname "$0")" && pwd)
include=$here/../../include
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

flags="-std=c++20 -O0 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Werror -pthread -fPIC"
plugin() {  # NAME HEADERS FLAGS...: an object file
  name=$1 headers=$2
  shift 2
  $compiler $flags -I"$headers" -I"$here/.." "$@" -c "$here/plugin.cpp" -o "$name.o"
}
link() {  # OBJECT NAME FLAGS...: a shared object
  object=$1 name=$2
  shift 2
  $compiler -shared -pthread "$@" "$object.o" -o "$name.so" -ldl
}
run() {
  echo "== $*"
  ./host "$@"
}
both() {  # shared|apart local|global FIRST SECOND: what must hold however they are loaded
  run "$1" "$2" budget "./$3.so" "./$4.so"
  run "$1" "$2" unload "./$3.so" "./$4.so"
  run "$1" "$2" options "./$3.so" "./$4.so"
}

$compiler -std=c++20 -O0 -Wall -Wextra -Werror -pthread -rdynamic "$here/host.cpp" -o host -ldl

# Clang has no symbols that are unique over the process: what is loaded RTLD_LOCAL has a pool of its own there.
plugin default "$include"
link default one
link default two
if nm -D one.so | grep -q ' u '; then local=shared; else local=apart; fi
both "$local" local one two
both shared global one two

# A program shares its pool with what it loads if its symbols can be seen.
$compiler $flags -I"$include" -I"$here/.." -c "$here/own_plugin.cpp" -o own_plugin.o
$compiler -pthread -rdynamic own_plugin.o -o own_plugin -ldl
[ "$(./own_plugin ./one.so)" = shared ] || { echo "the program and its plugin have a pool each" && exit 1; }

# -fvisibility says what a program exports; the pool is shared all the same.
for visibility in -fvisibility=hidden -fvisibility-inlines-hidden; do
  plugin hidden "$include" $visibility
  link hidden one
  link hidden two
  both "$local" local one two
  both shared global one two
done

# Who hides the symbols themselves has a pool of its own.
echo '{ global: call; pool; made; end; set_up; set_options; local: *; };' >only.map
link default one -Wl,--version-script=only.map
link default two -Wl,--version-script=only.map
both apart local one two
both apart global one two

# Two versions of the library in one process know nothing of each other.
cp -r "$include" later
sed -i 's/\(VERSION_MINOR\) .*/\1 99/' later/parallel_task/version.hpp
plugin later later
link default one
link later two
both apart local one two
both apart global one two

# A shared object whose constructor computes.
plugin at_load "$include" -DPLUGIN_COMPUTES_AT_LOAD
link default one
link at_load two
# Whose call comes first, the constructor's or a helper's, is luck: often.
for round in 1 2 3 4 5 6 7 8 9 10; do run "$local" local at_load ./one.so ./two.so; done
run shared global at_load ./one.so ./two.so

# One whose constructor waits for threads that compute: here, elsewhere, and in the program itself.
plugin joins "$include" -DPLUGIN_JOINS_AT_LOAD
link joins three
run "$local" local joins ./one.so ./three.so
run shared global joins ./one.so ./three.so
timeout 120 ./own_plugin ./three.so
