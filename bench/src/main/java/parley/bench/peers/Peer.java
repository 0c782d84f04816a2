package parley.bench.peers;

import java.util.List;
import parley.bench.load.Load;

/**
 * A server to be measured: how it is started, and how the generator speaks to it.
 *
 * @param command a shell command that runs the server on {@code $PORT} until it is killed
 * @param needs commands or files that must exist; a peer that lacks one is left out, and that is
 *     said
 * @param padding characters that its texts are longer by than Parley's
 * @param path for {@link Load.Kind#PLAIN}: where a room's connections are opened
 */
record Peer(
    String name, Load.Kind kind, String path, String command, int padding, List<String> needs) {

  /**
   * What a frame of Parley's is longer by than the text in it, for peers that send the text alone.
   */
  private static final int ENVELOPE = 240;

  /**
   * On the Redis that is installed, as a peer with Redis is, if one is; its clients are not given
   * time to go when it ends.
   */
  private static final String PARLEY =
      """
      export PARLEY_DRAIN=0ms
      if redis=$(command -v redis-server); then export PARLEY_REDIS_SERVER=$redis; fi
      exec ./parley up --port $PORT --gateways 1 --data $DATA --limits off
      """;

  private static final String BUN =
      "exec bench/peers/node_modules/.bin/bun bench/peers/bun.js --port $PORT";

  /**
   * The servers that {@code ./parley bench peers} knows; the working directory is the project's
   * root.
   */
  static List<Peer> all() {
    return List.of(
        new Peer("Parley /ws", Load.Kind.WS, "", PARLEY, 0, List.of()),
        new Peer("Parley Socket.IO", Load.Kind.SOCKETIO, "", PARLEY, 0, List.of()),
        new Peer(
            "Bun",
            Load.Kind.PLAIN,
            "/{room}",
            BUN,
            0,
            List.of("bench/peers/node_modules/.bin/bun")),
        new Peer(
            "Bun, as long frames",
            Load.Kind.PLAIN,
            "/{room}",
            BUN,
            ENVELOPE,
            List.of("bench/peers/node_modules/.bin/bun")),
        new Peer(
            "nchan",
            Load.Kind.PLAIN,
            "/{room}",
            "bench/peers/nchan.sh $PORT $DATA",
            0,
            List.of("/usr/lib/nginx/modules/ngx_nchan_module.so")),
        new Peer(
            "Socket.IO",
            Load.Kind.SOCKETIO,
            "",
            "exec node bench/peers/socketio.mjs --port $PORT",
            0,
            List.of("bench/peers/node_modules/socket.io")),
        new Peer(
            "Socket.IO + Redis",
            Load.Kind.SOCKETIO,
            "",
            "bench/peers/with-redis.sh node bench/peers/socketio.mjs --port $PORT",
            0,
            List.of("bench/peers/node_modules/socket.io", "/usr/bin/redis-server")),
        new Peer(
            "netty-socketio",
            Load.Kind.SOCKETIO,
            "",
            "bench/peers/netty-socketio/run.sh $PORT",
            0,
            List.of("/usr/bin/mvn")));
  }
}
