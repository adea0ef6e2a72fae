# Shared by the scripts in this folder: packages, Python, the locked libraries. Source it.
# Every function prints what it does and stops the script with one clear sentence when it cannot.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
PY="$ROOT/.venv/bin/python"

say() { printf '== %s\n' "$*"; }

die() {
    printf '错误：%s\nError: %s\n' "$1" "$2" >&2
    exit 1
}

# as_root COMMAND… runs it as root, or tells that it cannot (status 127).
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        sudo "$@"
    else
        return 127
    fi
}

# need_packages PACKAGE… installs the Debian/Ubuntu packages that are not installed yet.
need_packages() {
    local missing=() name
    for name in "$@"; do
        dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
    done
    [ ${#missing[@]} = 0 ] && return 0
    say "系统软件包 system packages: ${missing[*]}"
    command -v apt-get >/dev/null 2>&1 ||
        die "本机不是 Debian/Ubuntu，请先安装：${missing[*]}" "not Debian/Ubuntu; first install: ${missing[*]}"
    if ! as_root true; then
        die "缺少系统软件包，请用管理员权限执行：apt-get install -y ${missing[*]}" \
            "packages are missing; as root run: apt-get install -y ${missing[*]}"
    fi
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update -q >/dev/null || true
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null ||
        die "系统软件包安装失败：${missing[*]}" "could not install: ${missing[*]}"
}

# PDF rendering needs these at run time: without the last one it works but is ten times slower.
need_runtime_packages() {
    need_packages libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 poppler-utils
}

find_python() {
    local name
    for name in python3.11 python3 python3.12 python3.13; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return 0
        fi
    done
    die "需要 Python 3.11 或更高版本" "Python 3.11 or newer is needed"
}

# need_libraries brings .venv to exactly what requirements.lock says; does nothing when it is.
need_libraries() {
    local want stamp="$ROOT/.venv/.lock"
    want=$(sha256sum requirements.lock | cut -d' ' -f1)
    [ -x "$PY" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && return 0
    if [ ! -x "$PY" ]; then
        local python
        python=$(find_python)
        say "虚拟环境 virtual environment (.venv, $($python --version))"
        "$python" -c 'import ensurepip, venv' 2>/dev/null || need_packages python3-venv
        "$python" -m venv .venv || die "无法建立虚拟环境" "could not make a virtual environment"
    fi
    say "安装锁定的依赖 locked libraries"
    "$PY" -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock ||
        die "依赖安装失败，请检查网络或软件源设置" "could not install the libraries; check network or index"
    echo "$want" >"$stamp"
}
