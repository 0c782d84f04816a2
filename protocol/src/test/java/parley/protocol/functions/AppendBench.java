package parley.protocol.functions;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import parley.backing.Backing;
import parley.backing.RedisServer;
import parley.protocol.Limits;
import parley.protocol.RedisKeys;
import parley.protocol.RoomKeys;
import parley.protocol.RoomKind;
import parley.protocol.Shards;

/**
 * What an append costs Redis: pipelined appends on one connection, append-only file on, trimmed as
 * they go. Arguments: appends, appends per batch, rooms, bytes of text, {@code keyless} for keys in
 * short windows. Prints appends per second and Redis' own microseconds per call.
 *
 * <p>{@code mvn -q -pl protocol -am test-compile exec:java -Dexec.classpathScope=test
 * -Dexec.mainClass=parley.protocol.functions.AppendBench -Dexec.args="500000 256 1000 100"}
 */
final class AppendBench {
  private AppendBench() {}

  public static void main(String[] args) throws IOException {
    int appends = args.length > 0 ? Integer.parseInt(args[0]) : 500_000;
    int batch = args.length > 1 ? Integer.parseInt(args[1]) : 256;
    int rooms = args.length > 2 ? Integer.parseInt(args[2]) : 1_000;
    int text = args.length > 3 ? Integer.parseInt(args[3]) : 100;
    boolean keyless = args.length > 4;
    String other = System.getProperty("redis.port");
    try (RedisServer server =
            other == null ? Backing.redisServer().embedded().appendOnly().start() : null;
        Socket socket =
            new Socket("127.0.0.1", server == null ? Integer.parseInt(other) : server.port())) {
      socket.setTcpNoDelay(true);
      Wire wire = new Wire(socket);
      wire.call("FLUSHALL");
      wire.call("FUNCTION", "LOAD", "REPLACE", FunctionLibrary.source());
      List<RoomKeys> all = openRooms(wire, rooms);
      run(wire, all, appends / 5, batch, text, keyless);
      wire.call("CONFIG", "RESETSTAT");
      long cpu = cpuMicros(wire);
      long start = System.nanoTime();
      run(wire, all, appends, batch, text, keyless);
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "%d appends in batches of %d over %d rooms: %.0f a second, Redis %.2f µs CPU each%n",
          appends, batch, rooms, appends / seconds, (double) (cpuMicros(wire) - cpu) / appends);
      for (String line : wire.call("INFO", "commandstats").split("\r\n")) {
        if (line.startsWith("cmdstat_")) {
          System.out.println("  " + line);
        }
      }
    }
  }

  private static List<RoomKeys> openRooms(Wire wire, int rooms) throws IOException {
    RedisKeys keys = new RedisKeys(new Shards(Limits.SHARDS_DEFAULT));
    String fence = wire.call(Clock.call()).split("\n")[1];
    for (int shard = 0; shard < Limits.SHARDS_DEFAULT; shard++) {
      wire.call(
          Open.call(keys.shard(shard), new Open.Opening(fence, 1, 0, 0, 10_000_000, 1L << 40)));
    }
    List<RoomKeys> all = new ArrayList<>();
    for (int i = 0; i < rooms; i++) {
      RoomKeys room = keys.room("room-" + i);
      wire.call(Load.call(room, 1, new Load.Snapshot(1, 0, 0, RoomKind.OPEN, 0, false, Map.of())));
      all.add(room);
    }
    return all;
  }

  private static void run(
      Wire wire, List<RoomKeys> rooms, int appends, int batch, int text, boolean keyless)
      throws IOException {
    String tail =
        "\"type\":\"message\",\"room\":\"r\",\"from\":{\"id\":\"user-1\",\"name\":\"User"
            + " One\"},\"text\":\""
            + "x".repeat(text)
            + "\"}";
    long run = System.nanoTime();
    int pending = 0;
    for (int i = 0; i < appends; ) {
      int end = Math.min(appends, i + batch);
      int size = end - i;
      for (; i < end; i++) {
        Append.Key key =
            keyless
                ? new Append.Key.Own("~n." + run + "." + i, true)
                : new Append.Key.Client("k" + run + "." + i);
        wire.write(
            Append.user(
                rooms.get((int) ((i * 7919L) % rooms.size())), "user-" + i % 1000, key, tail));
      }
      wire.flush();
      // One batch is always under way while the next is written, as from a gateway.
      wire.read(pending);
      pending = size;
      if (i % (batch * 64) < batch) {
        wire.read(pending);
        pending = 0;
        for (int shard = 0; shard < Limits.SHARDS_DEFAULT; shard++) {
          wire.call(
              "XTRIM",
              rooms
                  .getFirst()
                  .shard()
                  .log()
                  .replaceAll("\\{.*}", "{" + new Shards(64).tag(shard) + "}"),
              "MAXLEN",
              "100");
        }
      }
    }
    wire.read(pending);
  }

  private static long cpuMicros(Wire wire) throws IOException {
    double seconds = 0;
    for (String line : wire.call("INFO", "cpu").split("\r\n")) {
      if (line.startsWith("used_cpu_sys:") || line.startsWith("used_cpu_user:")) {
        seconds += Double.parseDouble(line.substring(line.indexOf(':') + 1));
      }
    }
    return Duration.ofNanos((long) (seconds * 1e9)).toNanos() / 1000;
  }

  /** RESP2 on a socket, as bare as can be. */
  private static final class Wire {
    private final Socket socket;
    private final InputStream in;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Wire(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    }

    void write(FunctionCall call) {
      List<String> all = new ArrayList<>();
      all.addAll(List.of("FCALL", call.name(), Integer.toString(call.keys().size())));
      all.addAll(call.keys());
      all.addAll(call.args());
      write(all);
    }

    private void write(List<String> command) {
      ascii("*" + command.size() + "\r\n");
      for (String part : command) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        ascii("$" + bytes.length + "\r\n");
        out.writeBytes(bytes);
        ascii("\r\n");
      }
    }

    private void ascii(String text) {
      out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    void flush() throws IOException {
      out.writeTo(socket.getOutputStream());
      out.reset();
    }

    String call(FunctionCall call) throws IOException {
      write(call);
      flush();
      return answer();
    }

    String call(String... command) throws IOException {
      write(List.of(command));
      flush();
      return answer();
    }

    /** Reads answers of append, all of which have to be ok. */
    void read(int answers) throws IOException {
      for (int i = 0; i < answers; i++) {
        String answer = answer();
        if (!answer.startsWith("ok\n")) {
          throw new IllegalStateException(answer);
        }
      }
    }

    private String answer() throws IOException {
      String line = line();
      String rest = line.substring(1);
      return switch (line.charAt(0)) {
        case '+', ':' -> rest;
        case '$' -> {
          int length = Integer.parseInt(rest);
          String bulk = length < 0 ? "" : new String(in.readNBytes(length), StandardCharsets.UTF_8);
          line();
          yield bulk;
        }
        case '*' -> {
          List<String> items = new ArrayList<>();
          for (int left = Integer.parseInt(rest); left > 0; left--) {
            items.add(answer());
          }
          yield String.join("\n", items);
        }
        default -> throw new IllegalStateException(line);
      };
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\r'; c = in.read()) {
        line.append((char) c);
      }
      in.read();
      return line.toString();
    }
  }
}
