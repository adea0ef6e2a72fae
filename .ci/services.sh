# A private PostgreSQL and Redis for one test run. Source it after lib.sh, then start_services.
# Sets DATABASE_URL and TEST_REDIS_URL; both servers go away with the script.

SERVICES_DIR=""

# The data lie outside the tree: PostgreSQL refuses to run as root, and its own user can often not
# enter the folder a root checked the tree out into.
start_services() {
    SERVICES_DIR=$(mktemp -d "${TMPDIR:-/tmp}/portal-services.XXXXXX")
    chmod 755 "$SERVICES_DIR"
    trap stop_services EXIT
    trap 'exit 130' INT TERM
    start_postgres
    start_redis
}

pg_bin() {
    local found
    found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    [ -n "$found" ] || found=$(dirname "$(command -v initdb 2>/dev/null)" 2>/dev/null)
    [ -n "$found" ] || die "找不到 PostgreSQL" "PostgreSQL not found"
    echo "$found"
}

# as_pg COMMAND… runs it as the user that owns the private cluster.
as_pg() {
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

start_postgres() {
    local bin data="$SERVICES_DIR/pg"
    bin=$(pg_bin)
    mkdir -p "$data"
    [ "$(id -u)" = 0 ] && chown postgres: "$data"
    say "PostgreSQL ($("$bin/postgres" --version | grep -o '[0-9.]*' | head -n 1))"
    (cd / && as_pg "$bin/initdb" -D "$data/data" -U portal -A trust -E UTF8 --locale=C.UTF-8 \
        --no-sync >"$SERVICES_DIR/initdb.log" 2>&1) || { cat "$SERVICES_DIR/initdb.log"; die "数据库初始化失败" "initdb failed"; }
    # Nothing here outlives the run, so it need not survive a power cut.
    (cd / && as_pg "$bin/pg_ctl" -D "$data/data" -w -s -l "$data/log" -o \
        "-c listen_addresses='' -k $data -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c jit=off" start) ||
        { cat "$data/log"; die "数据库启动失败" "PostgreSQL did not start"; }
    export DATABASE_URL="postgres://portal@/postgres?host=$data"
}

# Migrates once and copies the result for each parallel test process, which then reuses it:
# building the tables by every process for itself takes half a minute each.
make_test_databases() {
    local bin data="$SERVICES_DIR/pg" first=test_postgres_gw0
    bin=$(pg_bin)
    "$bin/createdb" -h "$data" -U portal "$first" &&
        DATABASE_URL="postgres://portal@/$first?host=$data" DJANGO_SETTINGS_MODULE=tests.settings \
            "$PY" manage.py migrate --verbosity 0 &&
        "$bin/createdb" -h "$data" -U portal -T "$first" test_postgres_gw1
}

start_redis() {
    local port
    port=$("$PY" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    say "Redis (127.0.0.1:$port)"
    redis-server --bind 127.0.0.1 --port "$port" --save '' --appendonly no --dir "$SERVICES_DIR" \
        --daemonize yes --pidfile "$SERVICES_DIR/redis.pid" --logfile "$SERVICES_DIR/redis.log" >/dev/null
    export TEST_REDIS_URL="redis://127.0.0.1:$port"
}

stop_services() {
    [ -n "$SERVICES_DIR" ] || return 0
    [ -f "$SERVICES_DIR/redis.pid" ] && kill "$(cat "$SERVICES_DIR/redis.pid")" 2>/dev/null
    (cd / && as_pg "$(pg_bin)/pg_ctl" -D "$SERVICES_DIR/pg/data" -m immediate -s stop 2>/dev/null)
    rm -rf "$SERVICES_DIR"
    SERVICES_DIR=""
}
