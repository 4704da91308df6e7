#!/usr/bin/env bash
# Sets up the second engine, PaddleOCR, in .venv-paddle: its packages by hash, its model folders from the networks that
# .venv holds already. Needs .venv (deploy/setup.sh). Run again, it does only what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
home=.venv-paddle
lock=requirements-paddle.lock
say() { printf '%s\n' "$@" >&2; }
stop() { say "$@"; exit 2; }
[ -x .venv/bin/uv ] || stop "请先运行 make setup。/ Run make setup first."

# OpenCV's full build, which PaddleOCR asks for by name, loads these.
has_library() { ldconfig -p 2>/dev/null | grep -q "$1" || [ -n "$(find /usr/lib /lib -name "$1*" -print -quit 2>/dev/null)" ]; }
missing() {
    has_library libGL.so.1 || echo libgl1
    has_library libglib-2.0.so.0 || has_library libgthread-2.0.so.0 || echo libglib2.0-0
}
packages=$(missing | tr '\n' ' ')
if [ -n "${packages// /}" ]; then
    command -v apt-get >/dev/null || stop "缺少系统软件包,请先安装 / please install first: $packages"
    if [ "$(id -u)" != 0 ]; then
        stop "缺少系统软件包。请运行下面一行,然后重新运行本命令。" \
             "System packages are missing. Run this line, then this command again:" \
             "" "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $packages" ""
    fi
    say "安装系统软件包 / installing system packages: $packages"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086 # a list of words
    apt-get install -y -qq --no-install-recommends $packages >/dev/null
fi

# What is there is there for this lock, these recipes and these networks; the stamp is written last.
wanted=$(cat "$lock" ocr/paddle_models.py requirements.lock | sha256sum | cut -d' ' -f1)
if [ "$(cat $home/juanzong-paddle 2>/dev/null)" = "$wanted" ] && [ -x $home/bin/python ]; then exit 0; fi
rm -f $home/juanzong-paddle
say "安装 PaddleOCR / installing PaddleOCR: $lock"
[ -x $home/bin/python ] || "$(readlink -f .venv/bin/python)" -m venv --clear --without-pip $home
[ -z "${PIP_CERT:-}" ] || export SSL_CERT_FILE=${SSL_CERT_FILE:-$PIP_CERT}
# uv does not read pip's settings; a site that has set its own index there means it for us too.
index=$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)
index=${PIP_INDEX_URL:-$index}
[ -z "$index" ] || export UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$index}
.venv/bin/uv pip sync --quiet --python $home/bin/python --require-hashes "$lock"
# Its home folder: what the package would leave in the user's own. Then the models, from RapidOCR's files.
mkdir -p $home/home/func_ret
.venv/bin/python -m ocr.paddle_models $home/models
printf '%s\n' "$wanted" >$home/juanzong-paddle
# Started once: what is still missing is said here, and the next start finds its modules compiled.
.venv/bin/python -c 'from ocr.paddle import PaddleOcrEngine; PaddleOcrEngine().close()' || { rm -f $home/juanzong-paddle; exit 2; }
