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
sha256() { if have sha256sum; then sha256sum; else shasum -a 256; fi; }

# A server with sample data in a folder of its own, for what runs in a browser (end2end/support/desk.ts).
# Whoever starts it stops it, also when interrupted.
server='' work=''
start_sample() { # tokendesk
  local port waited=0
  work=$(mktemp -d); chmod 711 "$work"
  port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
  export E2E_URL=http://localhost:$port E2E_DATA_DIR=$work/data E2E_SERVER_LOG=$work/server.log E2E_TOKENDESK=$PWD/$1
  TOKENDESK_LISTEN=127.0.0.1:$port TOKENDESK_PUBLIC_URL=$E2E_URL TOKENDESK_DATA_DIR=$E2E_DATA_DIR \
    "$E2E_TOKENDESK" serve --demo >"$E2E_SERVER_LOG" 2>&1 &
  server=$!
  until curl -fsS -o /dev/null --max-time 5 "$E2E_URL/" 2>/dev/null; do
    waited=$((waited + 1))
    if ! kill -0 "$server" 2>/dev/null || [ $waited -gt 300 ]; then cat "$E2E_SERVER_LOG"; return 1; fi
    sleep 0.2
  done
}
stop_sample() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  [ -z "$work" ] || rm -rf "$work"
  server='' work=''
}
stop_sample_at_exit() {
  trap stop_sample EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}
