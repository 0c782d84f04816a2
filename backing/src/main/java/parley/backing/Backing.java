package parley.backing;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The way in: Redis and Postgres for tests and local runs.
 *
 * <p>An explicit address comes first ({@code PARLEY_REDIS}, {@code PARLEY_POSTGRES}); then
 * containers, when a Docker engine answers and has or can pull the images; else binaries that come
 * with the build. {@code PARLEY_BACKING=docker} or {@code embedded} forces one of the last two;
 * {@code PARLEY_REDIS_SERVER} names a redis-server to be started instead of the one in the build.
 * What is started listens on 127.0.0.1 only and ends with this JVM, however that ends.
 */
public final class Backing {

  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static @Nullable RedisServer sharedRedis;
  private static @Nullable PostgresServer sharedPostgres;

  private Backing() {}

  /**
   * One Redis for everyone in this JVM. It may be somebody else's server, so a test uses keys of
   * its own here and neither flushes nor kills it; see {@link #freshRedis()}.
   */
  public static synchronized RedisServer redis() {
    RedisServer known = sharedRedis;
    if (known == null) {
      String address = System.getenv("PARLEY_REDIS");
      known =
          address == null || address.isBlank()
              ? redisServer().start()
              : RedisServer.external(address.strip());
      sharedRedis = known;
    }
    return known;
  }

  /** A Redis of the caller's own, empty, in memory only, to be killed, flushed and closed. */
  public static RedisServer freshRedis() {
    return redisServer().start();
  }

  /** A Redis of the caller's own, described in detail. */
  public static RedisServer.Builder redisServer() {
    return new RedisServer.Builder();
  }

  /** One Postgres for everyone in this JVM; take a database of your own from it. */
  public static synchronized PostgresServer postgres() {
    PostgresServer known = sharedPostgres;
    if (known == null) {
      String address = System.getenv("PARLEY_POSTGRES");
      known =
          address == null || address.isBlank()
              ? postgresServer().start()
              : PostgresServer.external(address.strip());
      sharedPostgres = known;
    }
    return known;
  }

  /** The address of a new, empty database on the shared Postgres. */
  public static String freshDatabase() {
    String name =
        "test_%d_%d".formatted(ProcessHandle.current().pid(), DATABASES.incrementAndGet());
    return postgres().createDatabase(name);
  }

  /** A Postgres of the caller's own, described in detail. */
  public static PostgresServer.Builder postgresServer() {
    return new PostgresServer.Builder();
  }
}
