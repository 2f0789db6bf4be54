#!/bin/sh
# Makes the virtual environment from the lock: with uv, or with venv and pip where uv cannot be had.
# Reads PYTHON, VENV and RESOLUTION (empty = the committed lock; lowest-direct, highest = resolved now).
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}
VENV=${VENV:-.venv}
RESOLUTION=${RESOLUTION:-}
UV=.tools/bin/uv
LOCK=requirements/lock.txt
LOG=$(mktemp "${TMPDIR:-/tmp}/nextome-setup.XXXXXX")
trap 'rm -f "$LOG"' EXIT
export UV_PYTHON_DOWNLOADS=never UV_NATIVE_TLS=true PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
unset VIRTUAL_ENV PYTHONPATH PIP_USER || true

say() { printf 'setup: %s\n' "$*"; }
quietly() { "$@" >"$LOG" 2>&1; }
stop() {
    cat "$LOG" >&2
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

command -v "$PYTHON" >/dev/null 2>&1 || stop \
    "non trovo $PYTHON: serve Python 3.11 o successivo / cannot find $PYTHON: Python 3.11 or later is needed"
PYTHON=$("$PYTHON" scripts/check_python.py) || exit 1

get_uv() {
    stamp=.tools/.made-from-$(cksum <requirements/uv.txt | tr ' ' '-')
    [ -x "$UV" ] && [ -e "$stamp" ] && return 0
    say "uv, the installer"
    rm -rf .tools
    quietly "$PYTHON" -m pip install -q --target .tools --only-binary :all: --require-hashes -r requirements/uv.txt \
        && "$UV" --version >/dev/null 2>&1 && touch "$stamp"
}

with_uv() {
    "$VENV/bin/python" scripts/check_python.py >/dev/null 2>&1 \
        || quietly "$UV" venv --clear --no-project --python "$PYTHON" "$VENV" || return 1
    if [ -n "$RESOLUTION" ]; then
        LOCK=$VENV/requirements.txt
        say "resolving, $RESOLUTION"
        quietly "$UV" pip compile -q --no-header --resolution "$RESOLUTION" --python "$VENV/bin/python" \
            $(scripts/lock.sh --groups) pyproject.toml -o "$LOCK" || return 1
    else
        hashes=--require-hashes
    fi
    say "$(grep -c '^[a-z]' "$LOCK") libraries, about 250 MB to fetch the first time"
    quietly "$UV" pip sync -q ${hashes:-} --python "$VENV/bin/python" "$LOCK" || return 1
    quietly "$UV" pip install -q --no-deps --no-build-isolation --python "$VENV/bin/python" -e .
}

with_pip() {
    [ -z "$RESOLUTION" ] || stop "RESOLUTION=$RESOLUTION needs uv"
    say "no uv here, so venv and pip: some minutes"
    "$VENV/bin/python" -m pip --version >/dev/null 2>&1 \
        || quietly "$PYTHON" -m venv --clear "$VENV" || stop "python3 -m venv did not work"
    quietly "$VENV/bin/python" -m pip install -q --require-hashes -r "$LOCK" || stop "pip did not finish"
    PATH="$PWD/$VENV/bin:$PATH" quietly "$VENV/bin/python" -m pip install -q --no-deps --no-build-isolation -e . \
        || stop "pip did not finish"
}

if get_uv; then
    with_uv || { cat "$LOG" >&2; with_pip; }
else
    with_pip
fi
touch "$VENV/.ready"
say "ready, $("$VENV/bin/python" -V) in $VENV"
