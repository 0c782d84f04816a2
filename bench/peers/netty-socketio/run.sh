#!/bin/sh
# run.sh PORT: netty-socketio with its own class path.
here=$(dirname "$0")
classes=$here/target/classpath
[ -f "$classes" ] || { mkdir -p "$here/target"; mvn -q -f "$here/pom.xml" dependency:build-classpath -Dmdep.outputFile="$PWD/$classes" || exit 1; }
exec "${PARLEY_JAVA:-java}" --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED -cp "$(cat "$classes")" "$here/Server.java" "$1"
