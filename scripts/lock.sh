#!/bin/sh
# Writes the committed lock, for every system and Python at once; no host name ends up in it.
# With --groups, only says what is locked: the report's extra and the groups that a checkout works with.
set -eu
cd "$(dirname "$0")/.."
GROUPS_LOCKED="--extra report --group dev --group notebooks --group docs"
if [ "${1:-}" = "--groups" ]; then
    echo "$GROUPS_LOCKED"
    exit 0
fi
LOCK="--universal --generate-hashes --no-header --python-version 3.11 --no-emit-index-url --no-emit-find-links"
.tools/bin/uv pip compile -q $LOCK $GROUPS_LOCKED "$@" pyproject.toml -o requirements/lock.txt
echo uv | .tools/bin/uv pip compile -q $LOCK "$@" - -o requirements/uv.txt
