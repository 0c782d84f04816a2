#!/bin/sh
# with-redis.sh COMMAND …: runs the command with --redis URL of a Redis of its own, and ends both together.
port=$((20000 + $$ % 20000))
redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no >/dev/null &
redis=$!
trap 'kill $redis $server 2>/dev/null' EXIT INT TERM
"$@" --redis "redis://127.0.0.1:$port" &
server=$!
wait $server
