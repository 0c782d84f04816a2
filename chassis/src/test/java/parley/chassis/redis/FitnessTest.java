package parley.chassis.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.backing.Backing;
import parley.backing.RedisServer;

class FitnessTest {
  private static Vertx VERTX;
  private static final Duration SOON = Duration.ofSeconds(10);

  @BeforeAll
  static void open() {
    VERTX = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  @Test
  void a_redis_that_evicts_is_refused_until_it_does_not() {
    try (RedisServer redis =
        Backing.redisServer().config("maxmemory-policy", "allkeys-lru").start()) {
      RedisLink link = open(redis);
      await()
          .during(Duration.ofMillis(500))
          .atMost(SOON)
          .untilAsserted(() -> assertThat(link.isUp()).isFalse());
      redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
      await().atMost(SOON).until(link::isUp);
      link.close().await();
    }
  }

  @Test
  void a_redis_without_an_append_only_file_is_used_all_the_same() {
    try (RedisServer redis = Backing.freshRedis()) {
      RedisLink link = open(redis);
      await().atMost(SOON).until(link::isUp);
      link.close().await();
    }
  }

  @Test
  void a_redis_of_an_older_line_is_refused(@TempDir Path folder) throws IOException {
    try (RedisServer redis = Backing.redisServer().binary(olderRedis(folder)).start()) {
      var why = new AtomicReference<Throwable>();
      RedisLink link = open(redis, connection -> Fitness.check(connection).onFailure(why::set));
      await().atMost(SOON).until(() -> why.get() != null);
      assertThat(why.get())
          .isInstanceOf(RedisUnfit.class)
          .hasMessageContaining("6.2")
          .hasMessageContaining("7.0");
      assertThat(link.isUp()).isFalse();
      link.close().await();
    }
  }

  /** The last line before functions came, for this machine. */
  private static Path olderRedis(Path folder) throws IOException {
    boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    String name =
        mac
            ? "redis-server-6.2.6-v5-darwin-" + (arm ? "arm64" : "amd64")
            : arm ? "redis-server-6.2.7-linux-arm64" : "redis-server-6.2.6-v5-linux-amd64";
    Path file = folder.resolve("redis-server");
    try (InputStream in = FitnessTest.class.getResourceAsStream("/" + name)) {
      Files.copy(Objects.requireNonNull(in, name), file);
    }
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private static RedisLink open(RedisServer redis) {
    return open(redis, Fitness::check);
  }

  private static RedisLink open(RedisServer redis, Preparation preparation) {
    return RedisLink.open(
        VERTX, RedisOptions.of(RedisAddress.of(redis.url())).prepare(preparation));
  }
}
