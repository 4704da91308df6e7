#!/bin/sh
# The command `juanzong`, put beside .venv's Python by deploy/setup.sh; works from any folder and through a link.
here=$(dirname -- "$(readlink -f -- "$0")")
# -P: a folder named `search` or `web` where somebody stands must not be taken for ours.
exec "$here/python" -P -c 'from cli.main import run; run()' "$@"
