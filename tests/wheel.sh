#!/bin/sh
# The built wheel in an empty environment, away from the checkout: it imports, answers and runs the case.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$root/.venv/bin/python" -m pip wheel --quiet --no-deps --wheel-dir "$work/dist" "$root"
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --upgrade pip
wheel=$(echo "$work"/dist/sankofa-*.whl)
"$work/venv/bin/python" -m pip install --quiet --only-binary :all: "$wheel[demo,vision,pdf]"
cd "$work"
"$work/venv/bin/python" -c 'import crawlers, index, reports, sankofa, verify'
"$work/venv/bin/sankofa" --help >/dev/null
"$work/venv/bin/sankofa" --json names find 'سقوط أجلهوك' | grep -q '"ml-aguelhok"'
SANKOFA_READ_TEXT=false "$work/venv/bin/sankofa" --home "$work/home" demo --no-serve  # reading words takes half of its time
"$work/venv/bin/sankofa" --home "$work/home" --json search 'tunnels de Kidal' | grep -q '"claim_id"'
echo "wheel: imports, command line and demonstration work"
