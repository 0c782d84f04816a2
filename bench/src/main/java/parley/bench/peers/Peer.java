package parley.bench.peers;

import java.util.List;
import parley.bench.load.Load;

/**
 * A server to be measured: how it is started, and how the generator speaks to it.
 *
 * @param command a shell command that runs the server on {@code $PORT} until it is killed
 * @param needs commands or files that must exist; a peer that lacks one is left out, and that is
 *     said
 * @param path for {@link Load.Kind#PLAIN}: where a room's connections are opened
 */
record Peer(String name, Load.Kind kind, String path, String command, List<String> needs) {

  /**
   * The servers that {@code ./parley bench peers} knows; the working directory is the project's
   * root.
   */
  static List<Peer> all() {
    return List.of(
        new Peer(
            "Parley /ws",
            Load.Kind.WS,
            "",
            "./parley up --port $PORT --gateways 1 --data $DATA --limits off",
            List.of()),
        new Peer(
            "Parley Socket.IO",
            Load.Kind.SOCKETIO,
            "",
            "./parley up --port $PORT --gateways 1 --data $DATA --limits off",
            List.of()),
        new Peer(
            "Bun",
            Load.Kind.PLAIN,
            "/{room}",
            "exec bench/peers/node_modules/.bin/bun bench/peers/bun.js --port $PORT",
            List.of("bench/peers/node_modules/.bin/bun")),
        new Peer(
            "nchan",
            Load.Kind.PLAIN,
            "/{room}",
            "bench/peers/nchan.sh $PORT $DATA",
            List.of("/usr/lib/nginx/modules/ngx_nchan_module.so")),
        new Peer(
            "Socket.IO",
            Load.Kind.SOCKETIO,
            "",
            "exec node bench/peers/socketio.mjs --port $PORT",
            List.of("bench/peers/node_modules/socket.io")),
        new Peer(
            "Socket.IO + Redis",
            Load.Kind.SOCKETIO,
            "",
            "bench/peers/with-redis.sh node bench/peers/socketio.mjs --port $PORT",
            List.of("bench/peers/node_modules/socket.io", "/usr/bin/redis-server")),
        new Peer(
            "netty-socketio",
            Load.Kind.SOCKETIO,
            "",
            "bench/peers/netty-socketio/run.sh $PORT",
            List.of("/usr/bin/mvn")));
  }
}
