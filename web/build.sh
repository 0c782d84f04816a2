#!/bin/sh
# The Maven build's way into Node: says how to get it where it is missing, else hands over to build.mjs.
if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
  echo "The page is built with Node.js 20.19 or newer and npm, and one of them is not on the PATH." >&2
  echo "Install them, for example: apt-get install nodejs npm" >&2
  exit 1
fi
exec node "$(dirname "$0")/build.mjs" "$@"
