package parley.protocol.functions;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import parley.backing.Backing;
import parley.backing.RedisServer;
import parley.protocol.Limits;
import parley.protocol.LogEntry;
import parley.protocol.MemberState;
import parley.protocol.RedisKeys;
import parley.protocol.RoomKeys;
import parley.protocol.RoomKind;
import parley.protocol.ShardKeys;
import parley.protocol.Shards;

/** A Redis of a test's own and the moves that most tests begin with. */
final class Trial implements AutoCloseable {
  static final String TAIL = "\"type\":\"message\",\"room\":\"r\",\"text\":\"hi\"}";
  private static final AtomicInteger NAMES = new AtomicInteger();

  final RedisServer server;
  final FunctionClient client;
  final RedisKeys keys = new RedisKeys(new Shards(Limits.SHARDS_DEFAULT));

  Trial() {
    this(Backing.freshRedis());
  }

  Trial(RedisServer server) {
    this.server = server;
    this.client = new FunctionClient(server.url());
    client.load();
  }

  static RoomBuilder room(RoomKind kind) {
    return new RoomBuilder(kind);
  }

  RoomKeys newRoom() {
    return keys.room("room" + NAMES.incrementAndGet());
  }

  String fence() {
    return Clock.reply(client.call(Clock.call())).fence();
  }

  long pos() {
    return Clock.reply(client.call(Clock.call())).pos();
  }

  void open(ShardKeys shard, long epoch) {
    open(shard, epoch, Limits.LOG_ENTRIES_MAX_DEFAULT, Limits.LOG_BYTES_MAX_DEFAULT);
  }

  void open(ShardKeys shard, long epoch, long entriesMax, long bytesMax) {
    Open.Reply reply =
        openUnder(shard, new Open.Opening(fence(), epoch, 0, 0, entriesMax, bytesMax));
    if (!(reply instanceof Open.Reply.Ok)) {
      throw new IllegalStateException(reply.toString());
    }
  }

  Open.Reply openUnder(ShardKeys shard, Open.Opening opening) {
    return Open.reply(client.call(Open.call(shard, opening)));
  }

  Heads.Reply heads(RoomKeys room) {
    return Heads.reply(client.call(Heads.call(room.shard(), List.of(room))));
  }

  Load.Reply load(RoomKeys room, long epoch, Load.Snapshot snapshot) {
    return Load.reply(client.call(Load.call(room, epoch, snapshot)));
  }

  /** An open room in a shard that is opened for it if it is not yet. */
  RoomKeys openRoom() {
    return room(RoomKind.OPEN).in(this);
  }

  AppendReply append(RoomKeys room, String user, String key) {
    return Append.reply(client.call(Append.user(room, user, new Append.Key.Client(key), TAIL)));
  }

  AppendReply append(RoomKeys room) {
    return append(room, "ann", "k" + NAMES.incrementAndGet());
  }

  AppendReply.Ok appended(RoomKeys room) {
    return (AppendReply.Ok) append(room);
  }

  Enter.Reply enter(RoomKeys room, String user) {
    return Enter.reply(client.call(Enter.call(room, user)));
  }

  AppendReply service(RoomKeys room, String key, Append.Change change) {
    return Append.reply(
        client.call(Append.service(room, "ann", new Append.Key.Client(key), TAIL, change)));
  }

  /** As a drainer does that has committed all there is. */
  Trim.Reply trimAll(ShardKeys shard, RoomKeys... quiet) {
    List<?> entries = (List<?>) client.send("XRANGE", shard.log(), "-", "+");
    long first = LogEntry.pos((String) ((List<?>) entries.getFirst()).getFirst());
    long last = LogEntry.pos((String) ((List<?>) entries.getLast()).getFirst());
    long bytes =
        log(shard).stream().mapToLong(value -> value.getBytes(StandardCharsets.UTF_8).length).sum();
    Trim.Committed committed = new Trim.Committed(first, last, entries.size(), bytes);
    return Trim.reply(client.call(Trim.call(shard, committed, List.of(quiet))));
  }

  void trimIfAny(ShardKeys shard) {
    if (!log(shard).isEmpty()) {
      trimAll(shard);
    }
  }

  List<String> log(ShardKeys shard) {
    List<String> values = new ArrayList<>();
    for (Object entry : (List<?>) client.send("XRANGE", shard.log(), "-", "+")) {
      values.add((String) ((List<?>) ((List<?>) entry).get(1)).get(1));
    }
    return values;
  }

  Map<String, String> hash(String key) {
    List<?> flat = (List<?>) client.send("HGETALL", key);
    Map<String, String> hash = new TreeMap<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      hash.put((String) flat.get(i), (String) flat.get(i + 1));
    }
    return hash;
  }

  /** Everything in the shard of a room but times to live, for comparing before and after. */
  Map<String, String> dump(RoomKeys room) {
    Map<String, String> all = new TreeMap<>();
    for (Object name : (List<?>) client.send("KEYS", room.shard().tag() + "*")) {
      String key = (String) name;
      String type = (String) client.send("TYPE", key);
      Object value =
          switch (type) {
            case "hash" -> hash(key);
            case "stream" -> client.send("XRANGE", key, "-", "+");
            case "zset" -> client.send("ZRANGE", key, "0", "-1", "WITHSCORES");
            default -> client.send("GET", key);
          };
      all.put(key, String.valueOf(value));
    }
    return all;
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }

  /** A room to be loaded. */
  static final class RoomBuilder {
    private final RoomKind kind;
    private final Map<String, MemberState> members = new TreeMap<>();
    private long slowMs;
    private boolean frozen;
    private long version = 1;

    private RoomBuilder(RoomKind kind) {
      this.kind = kind;
    }

    RoomBuilder member(String user, MemberState state) {
      members.put(user, state);
      return this;
    }

    RoomBuilder slow(long ms) {
      slowMs = ms;
      return this;
    }

    RoomBuilder frozen() {
      frozen = true;
      return this;
    }

    RoomBuilder version(long wanted) {
      version = wanted;
      return this;
    }

    Load.Snapshot snapshot() {
      return snapshot(0, 0);
    }

    Load.Snapshot snapshot(long head, long pos) {
      return new Load.Snapshot(version, head, pos, kind, slowMs, frozen, members);
    }

    RoomKeys in(Trial trial) {
      RoomKeys room = trial.newRoom();
      if (!trial.heads(room).open()) {
        trial.open(room.shard(), 1);
      }
      trial.load(room, trial.heads(room).epoch(), snapshot());
      return room;
    }
  }
}
