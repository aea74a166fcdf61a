# What `npm start` and `npm test` have in common. Sourced, from the project's root.

step() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# The shell's colours only where a person looks.
[ -t 2 ] && [ -z "${NO_COLOR:-}" ] || step() { printf '==> %s\n' "$*" >&2; }

need_node() {
  command -v node >/dev/null || fail "Node.js is missing: install Node.js 20.19 or later"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "Node.js $(node --version) is too old: 20.19 or later is needed"
}

# need_modules [FOLDER]: installs what the lock file says, unless that is what is there. A linked node_modules belongs
# to another checkout.
need_modules() {
  local folder=${1:-.}
  local stamp=$folder/node_modules/.package-lock.json
  [ -L "$folder/node_modules" ] && return
  [ -f "$stamp" ] && [ ! "$folder/package-lock.json" -nt "$stamp" ] && return
  step "Installing npm packages${1:+ of $1}"
  npm --prefix "$folder" ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2 || return
  touch "$stamp"
}

# without_servers COMMAND...: runs it while Debian starts no server that is installed. Tests start their own, at their ports.
without_servers() (
  policy=/usr/sbin/policy-rc.d
  [ -e "$policy" ] && { "$@"; return; }
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
  "$@"
)

# need_debian PACKAGE...: as root installs those that are missing, else names them and returns 1.
need_debian() {
  local missing=() package
  for package; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    printf 'missing Debian packages: %s\n' "${missing[*]}" >&2
    return 1
  fi
  step "Installing Debian packages: ${missing[*]}"
  local install=(without_servers apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 "${missing[@]}")
  export DEBIAN_FRONTEND=noninteractive
  "${install[@]}" >/dev/null 2>&1 || { apt-get update -qq >&2 && "${install[@]}" >/dev/null; }
}
