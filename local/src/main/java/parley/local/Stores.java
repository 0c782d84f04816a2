package parley.local;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.backing.Backing;
import parley.backing.BackingException;
import parley.backing.PostgresServer;
import parley.backing.RedisServer;

/** Redis and Postgres for a local system: servers of its own with durable data, or the user's. */
final class Stores {
  private final String redis;
  private final String postgres;
  private final List<AutoCloseable> own = new ArrayList<>();

  private Stores(String redis, String postgres) {
    this.redis = redis;
    this.postgres = postgres;
  }

  /** Starts what was not given. */
  static Stores start(UpOptions options) {
    try {
      RedisServer redisServer = null;
      PostgresServer postgresServer = null;
      String redisUrl = options.redis();
      if (redisUrl == null) {
        redisServer = startRedis(options.data());
        redisUrl = redisServer.url();
      }
      String postgresUrl = options.postgres();
      if (postgresUrl == null) {
        postgresServer =
            Backing.postgresServer().embedded().data(options.data().postgres()).start();
        postgresUrl = postgresServer.url();
      }
      var stores = new Stores(redisUrl, postgresUrl);
      stores.keep(redisServer);
      stores.keep(postgresServer);
      return stores;
    } catch (BackingException e) {
      throw new Refusal(String.valueOf(e.getMessage()));
    }
  }

  private static RedisServer startRedis(DataFolder data) {
    return Backing.redisServer()
        .embedded()
        .data(data.redis())
        .appendOnly()
        .config("maxmemory-policy", "noeviction")
        .start();
  }

  private void keep(@Nullable AutoCloseable server) {
    if (server != null) {
      own.add(server);
    }
  }

  String redis() {
    return redis;
  }

  String postgres() {
    return postgres;
  }

  /** Stops the servers that were started here; their data stays. */
  void stop() {
    for (AutoCloseable server : own) {
      try {
        server.close();
      } catch (Exception e) {
        System.err.println("parley: " + e.getMessage());
      }
    }
  }
}
