# What the scripts share: where tools are kept, and how to say something. Sourced by bash.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Tools that a package manager does not give: one folder per user, outside the clone. The server
# looks for a privately unpacked PostgreSQL here too (server/src/embedded/binaries.rs).
tools=${XDG_CACHE_HOME:-$HOME/.cache}/tokendesk
wasm_bindgen_version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock)
cargo_leptos_version=0.3.11
wasm_bindgen=$tools/wasm-bindgen-$wasm_bindgen_version/bin
cargo_leptos=$tools/cargo-leptos-$cargo_leptos_version/bin
node=$tools/node-24
PATH=$wasm_bindgen:$cargo_leptos:$node/bin:$PATH
export PATH

say() { printf '\033[1m== %s\033[0m\n' "$*"; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
