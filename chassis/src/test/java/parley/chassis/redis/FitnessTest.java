package parley.chassis.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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

  private static RedisLink open(RedisServer redis) {
    return RedisLink.open(
        VERTX, RedisOptions.of(RedisAddress.of(redis.url())).prepare(Fitness::check));
  }
}
