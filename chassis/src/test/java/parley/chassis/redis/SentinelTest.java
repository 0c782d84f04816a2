package parley.chassis.redis;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.backing.Backing;
import parley.backing.RedisServer;

class SentinelTest {

  private static final Duration LONG = Duration.ofSeconds(40);

  @Test
  void a_link_follows_the_master_that_the_sentinels_choose(@TempDir Path folder) throws Exception {
    Vertx vertx = Vertx.vertx();
    try (RedisServer master = Backing.redisServer().embedded().start();
        RedisServer replica = Backing.redisServer().embedded().replicaOf(master).start();
        RedisServer sentinel = Backing.redisServer().data(folder).sentinel().start()) {
      sentinel.command(
          "SENTINEL", "MONITOR", "chat", "127.0.0.1", Integer.toString(master.port()), "1");
      sentinel.command("SENTINEL", "SET", "chat", "down-after-milliseconds", "500");
      sentinel.command("SENTINEL", "SET", "chat", "failover-timeout", "3000");
      await()
          .atMost(LONG)
          .until(
              () -> sentinel.command("SENTINEL", "REPLICAS", "chat").contains("" + replica.port()));

      String url = "redis+sentinel://127.0.0.1:1,127.0.0.1:" + sentinel.port() + "/chat";
      RedisLink link = RedisLink.open(vertx, RedisLinkTest.quick(RedisAddress.of(url)));
      link.whenUp().await(10, SECONDS);
      link.send(Request.cmd(Command.SET).arg("a").arg("1")).await(5, SECONDS);
      assertThat(master.command("WAIT", "1", "5000")).isEqualTo("1");

      master.kill();
      await().atMost(LONG).until(() -> replica.command("ROLE").startsWith("master"));
      await().atMost(LONG).until(link::isUp);
      assertThat(link.send(Request.cmd(Command.INCR).arg("a")).await(5, SECONDS).toInteger())
          .isEqualTo(2);
      link.close().await(5, SECONDS);
    } finally {
      vertx.close().await(5, SECONDS);
    }
  }

  @Test
  void an_address_that_cannot_be_meant_is_told_in_a_sentence() {
    assertThatThrownBy(() -> RedisAddress.of("redis+sentinel://one:26379,two"))
        .hasMessageContaining("must end in the name of the master");
    assertThatThrownBy(() -> RedisAddress.of("redis+sentinel://one:x/chat"))
        .hasMessageContaining("is no host:port of a sentinel");
    RedisAddress both = RedisAddress.of("rediss+sentinel://:pw@one,two:3/chat");
    assertThat(both.sentinels().orElseThrow().addresses()).hasSize(2);
    assertThat(both.password()).isEqualTo("pw");
    assertThat(both.tls()).isTrue();
  }
}
