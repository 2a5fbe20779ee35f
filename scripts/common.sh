# shellcheck shell=bash
# What the scripts share: the folders, the tools and their versions, the Rust toolchain.
# Sourcing it changes to the root of the repository.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
[[ $CARGO_TARGET_DIR == /* ]] || CARGO_TARGET_DIR=$PWD/$CARGO_TARGET_DIR
export CARGO_TARGET_DIR
cd "$root" || exit

wasm=wasm32-unknown-unknown

say() { printf '%s\n' "$*" >&2; }
give_up() { say "error: $*"; exit 1; }

# The version of a crate in Cargo.lock.
locked_version() { sed -n "/^name = \"$1\"\$/{n;s/^version = \"\(.*\)\"\$/\1/p;}" Cargo.lock; }

# The wasm-bindgen command must have the very version of the crate.
wasm_bindgen_version=$(locked_version wasm-bindgen)
wasm_pack_version=0.15.1
geckodriver_version=0.37.1
typos_version=1.52.0
cargo_deny_version=0.20.2
cargo_public_api_version=0.52.0
binaryen_version=132.0.0
node_version=24.21.0
deno_version=2.9.6
axe_version=4.14.1
ws_version=8.23.0
websockets_version=17.4

# One folder per tool and version, kept between runs and shared between checkouts.
tools=${WASM_WEBSOCKET_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/wasm-websocket}/tools
tools_path=$tools/wasm-bindgen-cli-$wasm_bindgen_version/bin
tools_path+=:$tools/wasm-pack-$wasm_pack_version/bin
tools_path+=:$tools/geckodriver-$geckodriver_version/bin
tools_path+=:$tools/typos-cli-$typos_version/bin
tools_path+=:$tools/cargo-deny-$cargo_deny_version/bin
tools_path+=:$tools/cargo-public-api-$cargo_public_api_version/bin
tools_path+=:$tools/binaryen-$binaryen_version/node_modules/.bin
tools_path+=:$tools/node-$node_version/node_modules/.bin
tools_path+=:$tools/nginx/usr/sbin
export PATH=$tools_path:$PATH
export DENO=$tools/deno-$deno_version/node_modules/.bin/deno
export WASM_PACK_CACHE=$tools/wasm-pack-cache
# Where the servers of peers/servers find what they import; that of Go is Debian's.
go_path=/usr/share/gocode
peers_env=("NODE_PATH=$tools/ws-$ws_version/node_modules")
peers_env+=("PYTHONPATH=$tools/websockets-$websockets_version")
peers_env+=("GOPATH=$go_path" GO111MODULE=off)
# What compiles for real threads, into a folder of its own: cargo builds the standard library too.
threads_flags='-Cdebuginfo=0 -Cstrip=debuginfo -Ctarget-feature=+atomics,+bulk-memory,+mutable-globals'
threads_flags+=' -Clink-arg=--shared-memory -Clink-arg=--import-memory -Clink-arg=--max-memory=1073741824'
threads_flags+=' -Clink-arg=--export=__wasm_init_tls -Clink-arg=--export=__tls_size'
threads_flags+=' -Clink-arg=--export=__tls_align -Clink-arg=--export=__tls_base'
threads_env=(RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort "RUSTFLAGS=$threads_flags")
threads_env+=("CARGO_TARGET_DIR=$CARGO_TARGET_DIR/threads")
export AXE=$tools/axe-core-$axe_version/node_modules/axe-core/axe.min.js

has() { command -v "$1" >/dev/null; }

# The first version in what is read.
first_version() { grep -oEm1 '[0-9]+(\.[0-9]+)+[^ ]*'; }

# What `COMMAND --version` answers with.
version_of() { "$1" --version 2>/dev/null | first_version; }

# Whether that is this version.
has_version() { [[ $(version_of "$1") == "$2" ]]; }

# Whether the active Rust toolchain can build for the browser, tests too.
has_wasm_target() { rustc --test --target $wasm --emit metadata=- - <<<'' &>/dev/null; }

# The source of Rust's library, for what builds that anew; nothing where it can't be had.
has_rust_source() { [[ -f $(rustc --print sysroot)/lib/rustlib/src/rust/library/Cargo.lock ]]; }
add_rust_source() { has_rust_source || timeout 180 rustup component add rust-src || true; }

# What builds the test of panics that unwind.
unwind_env=(RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cpanic=unwind)
unwind_flags=(-Zbuild-std=std,panic_unwind --target "$wasm" --target-dir "$CARGO_TARGET_DIR/unwind")
unwind_flags+=(-p wasm-websocket --all-features --test unwind)

# Debian's own Rust, set up by scripts/setup where rustup could not get the target.
use_toolchain() {
    if ! has_wasm_target && RUSTUP_TOOLCHAIN=debian has_wasm_target; then
        export RUSTUP_TOOLCHAIN=debian
    fi
}
use_toolchain
