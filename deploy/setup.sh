#!/usr/bin/env bash
# Sets up all that this checkout needs, in .venv beside it. Run again, it does only what is missing.
#   deploy/setup.sh run   to run it        deploy/setup.sh s3   … with objects on an S3 server
#   deploy/setup.sh elastic   … and with the index on an Elasticsearch server too
#   deploy/setup.sh cluster   … and with PostgreSQL and RabbitMQ, for many machines
#   deploy/setup.sh dev   to test it: the above, the tools and a browser
# System packages come through apt when root; otherwise the line to run is printed. Addresses of package registries are the
# machine's own settings (pip, npm, apt), never ours.
set -euo pipefail
cd "$(dirname "$0")/.."
level=${1:-run}
ranks=(run s3 elastic cluster dev)
say() { printf '%s\n' "$@" >&2; }
stop() { say "$@"; exit 2; }

lock_of() { if [ "$1" = run ]; then echo requirements.lock; else echo "requirements-$1.lock"; fi; }
rank_of() { local i; for i in "${!ranks[@]}"; do [ "${ranks[$i]}" = "$1" ] && echo "$i"; done; return 0; }
digest_of() { sha256sum "$@" | sha256sum | cut -d' ' -f1; }
[ -n "$(rank_of "$level")" ] || stop "setup.sh: run | s3 | elastic | cluster | dev"

# --- system packages -------------------------------------------------------------------------------------------------
find_python() {
    local name
    for name in ${PYTHON:-} python3.11 python3 python3.12 python3.13; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then command -v "$name"; return; fi
    done
}
has_font() { [ -n "$(find /usr/share/fonts /usr/local/share/fonts -name "$1" -print -quit 2>/dev/null)" ]; }

# Each line: the package, and the question whether what we need of it is there already, wherever it came from.
missing_packages() {
    local python; python=$(find_python)
    [ -n "$python" ] || echo python3
    { [ -n "$python" ] && "$python" -c 'import ensurepip, venv' 2>/dev/null; } || echo python3-venv
    command -v pdftoppm >/dev/null || echo poppler-utils
    [ -d /usr/share/poppler ] || echo poppler-data
    has_font 'NotoSansCJK-Regular.*' || echo fonts-noto-cjk
    has_font 'ukai.*' || echo fonts-arphic-ukai
    has_font 'uming.*' || echo fonts-arphic-uming
    has_font 'wqy-zenhei.*' || echo fonts-wqy-zenhei
    if [ "$level" = dev ]; then
        command -v chromium >/dev/null || echo chromium
        command -v mutool >/dev/null || echo mupdf-tools
    fi
}

packages=$(missing_packages | tr '\n' ' ')
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
python=$(find_python)
[ -n "$python" ] || stop "需要 Python 3.11 或更高版本。/ Python 3.11 or newer is needed."

# --- Python packages, by hash ------------------------------------------------------------------------------------------
if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    say "创建 .venv / making .venv"
    "$python" -m venv --clear .venv
fi
stamp=.venv/juanzong-packages
read -r have_level have_digest 2>/dev/null <"$stamp" || { have_level=run; have_digest=none; }
# An environment that holds more than is asked for stays as it is: its versions are the same.
if [ "$(rank_of "$have_level")" -gt "$(rank_of "$level")" ]; then level=$have_level; fi
lock=$(lock_of "$level")
if [ "$have_level $have_digest" != "$level $(digest_of "$lock")" ]; then
    say "安装 Python 软件包 / installing Python packages: $lock"
    [ -z "${PIP_CERT:-}" ] || export SSL_CERT_FILE=${SSL_CERT_FILE:-$PIP_CERT}
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/uv.lock
    # uv does not read pip's settings; a site that has set its own index there means it for us too.
    index=$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)
    index=${PIP_INDEX_URL:-$index}
    [ -z "$index" ] || export UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$index}
    .venv/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes "$lock"
    printf '%s %s\n' "$level" "$(digest_of "$lock")" >"$stamp"
fi

# --- script fonts of the sample dossiers ---------------------------------------------------------------------------------
fonts=deploy/fonts
fonts_stamp=$fonts/node_modules/.juanzong-fonts
if [ "$(cat "$fonts_stamp" 2>/dev/null)" != "$(digest_of $fonts/package-lock.json)" ]; then
    say "安装样例字体 / installing the fonts of the samples"
    if command -v npm >/dev/null; then
        npm=(npm)
    else
        # A copy of node from the Python index, for this one step.
        rm -rf .cache/npm
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
            --target .cache/npm -r deploy/npm.lock
        npm=(env "PYTHONPATH=$PWD/.cache/npm" "PATH=$PWD/.cache/npm/bin:$PATH" .cache/npm/bin/npm)
    fi
    "${npm[@]}" ci --prefix $fonts --no-audit --no-fund --loglevel=error >&2 || stop \
        "字体没有装上：npm 连不上软件源，或设置不对。修好后重新运行本命令。" \
        "The fonts could not be installed: npm does not reach its registry. Mend its settings, then run this again."
    rm -rf .cache/npm
    digest_of $fonts/package-lock.json >"$fonts_stamp"
fi

# --- the command ---------------------------------------------------------------------------------------------------------
# The project is run from its checkout (docs/decisions/0001): this file puts it on the path of .venv's Python.
site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
printf '%s\n' "$PWD" >"$site/juanzong.pth"
install -m 755 deploy/juanzong.sh .venv/bin/juanzong
