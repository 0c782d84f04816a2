package parley.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.backing.Backing;
import parley.backing.RedisServer;
import parley.protocol.RedisCheck.Finding;

class RedisCheckTest {
  private static final String GOOD_INFO =
      "# Server\r\nredis_version:7.0.15\r\nconnected_slaves:0\r\n";
  private static final Map<String, String> GOOD =
      Map.of("maxmemory-policy", "noeviction", "appendonly", "yes", "min-replicas-to-write", "0");

  @Test
  void a_durable_redis_that_does_not_evict_has_nothing_to_find() {
    assertThat(RedisCheck.findings(GOOD_INFO, GOOD)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"allkeys-lru", "volatile-ttl", "allkeys-random"})
  void a_redis_that_evicts_is_refused(String policy) {
    assertThat(RedisCheck.findings(GOOD_INFO, with("maxmemory-policy", policy)))
        .singleElement()
        .isInstanceOf(Finding.Refusal.class)
        .extracting(Finding::sentence)
        .asString()
        .contains(policy, "noeviction");
  }

  @ParameterizedTest
  @ValueSource(strings = {"6.2.14", "5.0.0", "2.8.1"})
  void a_redis_below_seven_is_refused(String version) {
    assertThat(RedisCheck.findings("redis_version:" + version + "\r\n", GOOD))
        .singleElement()
        .isInstanceOf(Finding.Refusal.class);
  }

  @Test
  void a_valkey_and_a_later_redis_are_taken() {
    assertThat(RedisCheck.findings("redis_version:7.2.4\r\nvalkey_version:8.0.1\r\n", GOOD))
        .isEmpty();
    assertThat(RedisCheck.findings("redis_version:10.0.0\r\n", GOOD)).isEmpty();
  }

  @Test
  void no_append_only_file_and_masters_that_may_write_alone_are_warned_of() {
    assertThat(RedisCheck.findings(GOOD_INFO, with("appendonly", "no")))
        .singleElement()
        .isInstanceOf(Finding.Warning.class);
    assertThat(RedisCheck.findings(GOOD_INFO.replace("slaves:0", "slaves:1"), GOOD))
        .singleElement()
        .isInstanceOf(Finding.Warning.class);
    assertThat(RedisCheck.findings("", Map.of()))
        .hasOnlyElementsOfType(Finding.Warning.class)
        .hasSize(2);
  }

  @Test
  void it_reads_what_a_real_redis_answers() {
    try (RedisServer server =
        Backing.redisServer().config("maxmemory-policy", "allkeys-lru").start()) {
      List<Finding> findings =
          RedisCheck.findings(
              server.command("INFO", "server") + "\n" + server.command("INFO", "replication"),
              config(server));
      assertThat(findings).hasSize(2).hasAtLeastOneElementOfType(Finding.Refusal.class);
    }
  }

  private static Map<String, String> config(RedisServer server) {
    Map<String, String> config = new LinkedHashMap<>();
    for (String name : RedisCheck.CONFIG) {
      config.put(name, server.command("CONFIG", "GET", name).split("\n")[1]);
    }
    return config;
  }

  private static Map<String, String> with(String name, String value) {
    Map<String, String> config = new LinkedHashMap<>(GOOD);
    config.put(name, value);
    return config;
  }
}
