package parley.protocol;

/**
 * Names in Redis. The comment of each key says what lies under it; only the functions write shard
 * and room keys.
 */
public final class RedisKeys {
  /** Set of the ids of live gateways. */
  public static final String NODES = "nodes";

  /** Sharded channel that all gateways hear: revocations, events for everyone, canaries. */
  public static final String CONTROL = "{control}control";

  private final Shards shards;

  public RedisKeys(Shards shards) {
    this.shards = shards;
  }

  public Shards shards() {
    return shards;
  }

  public RoomKeys room(String room) {
    int shard = shards.of(room);
    return new RoomKeys(room, shard(shard));
  }

  public ShardKeys shard(int shard) {
    return new ShardKeys(shard, "{" + shards.tag(shard) + "}");
  }

  /** Sharded channel of all devices of a user. */
  public String userChannel(String user) {
    return "{" + shards.tag(shards.of(user)) + "}user:" + user;
  }

  /** Leased string of a gateway: {@code {"address","url","started"}}. */
  public static String node(String node) {
    return "node:" + node;
  }

  /** Leased hash of a Socket.IO session that can be recovered. */
  public static String session(String pid) {
    return "session:" + pid;
  }
}
