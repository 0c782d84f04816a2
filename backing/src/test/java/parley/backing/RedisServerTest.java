package parley.backing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisServerTest {

  @Test
  void everyone_in_a_jvm_shares_one_redis() {
    assertThat(Backing.redis()).isSameAs(Backing.redis());
    assertThat(Backing.redis().command("PING")).isEqualTo("PONG");
  }

  @Test
  void a_fresh_redis_is_empty_and_refuses_to_evict() {
    try (RedisServer redis = Backing.freshRedis()) {
      assertThat(redis.command("DBSIZE")).isEqualTo("0");
      assertThat(redis.command("CONFIG", "GET", "maxmemory-policy")).endsWith("noeviction");
      assertThat(redis.url()).isEqualTo("redis://127.0.0.1:" + redis.port());
    }
  }

  @Test
  void a_killed_redis_comes_back_on_its_port_with_what_its_append_only_file_holds() {
    try (RedisServer redis = Backing.redisServer().appendOnly().start()) {
      int port = redis.port();
      redis.command("SET", "a", "1");
      redis.kill();
      assertThatThrownBy(() -> redis.command("PING")).isInstanceOf(BackingException.class);
      redis.start();
      assertThat(redis.port()).isEqualTo(port);
      assertThat(redis.command("GET", "a")).isEqualTo("1");
    }
  }

  @Test
  void a_restarted_redis_without_an_append_only_file_has_forgotten_everything() {
    try (RedisServer redis = Backing.freshRedis()) {
      redis.command("SET", "a", "1");
      redis.restart();
      assertThat(redis.command("DBSIZE")).isEqualTo("0");
    }
  }

  @Test
  void a_paused_redis_answers_once_it_is_resumed() throws Exception {
    try (RedisServer redis = Backing.freshRedis();
        Socket socket = new Socket(redis.host(), redis.port())) {
      redis.pause();
      socket.getOutputStream().write("PING\r\n".getBytes());
      socket.setSoTimeout(200);
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(java.net.SocketTimeoutException.class);
      redis.resume();
      socket.setSoTimeout(5_000);
      assertThat(new String(socket.getInputStream().readNBytes(5))).isEqualTo("+PONG");
    }
  }

  @Test
  void a_paused_redis_can_be_killed() {
    try (RedisServer redis = Backing.freshRedis()) {
      redis.pause();
      redis.restart();
      assertThat(redis.command("PING")).isEqualTo("PONG");
    }
  }

  @Test
  void the_last_entries_of_the_append_only_file_can_be_lost() {
    // By default Redis may put off a write while it syncs an earlier one, and a kill then takes
    // more.
    try (RedisServer redis =
        Backing.redisServer().appendOnly().config("appendfsync", "always").start()) {
      redis.command("SET", "kept", "1");
      redis.command("EVAL", "redis.call('SET','x','1') redis.call('SET','y','1')", "0");
      redis.command("SET", "last", "1");
      redis.restartWithoutLastEntries(2);
      assertThat(redis.command("KEYS", "*")).isEqualTo("kept");
    }
  }

  @Test
  void an_entry_cut_in_half_is_lost_as_a_whole() {
    try (RedisServer redis = Backing.redisServer().appendOnly().start()) {
      redis.command("SET", "kept", "1");
      redis.command("EVAL", "redis.call('SET','x','1') redis.call('SET','y','1')", "0");
      redis.restartWithoutLastBytes(3);
      assertThat(redis.command("KEYS", "*")).isEqualTo("kept");
    }
  }

  @Test
  void a_replica_follows_its_master_is_promoted_and_the_old_master_demoted() {
    try (RedisServer master = Backing.freshRedis();
        RedisServer replica = Backing.redisServer().replicaOf(master).start()) {
      master.command("SET", "a", "1");
      master.command("WAIT", "1", "5000");
      assertThat(replica.command("GET", "a")).isEqualTo("1");

      replica.promote();
      replica.command("SET", "a", "2");
      master.replicate(replica);
      assertThat(master.command("GET", "a")).isEqualTo("2");
      assertThatThrownBy(() -> master.command("SET", "a", "3")).hasMessageContaining("READONLY");
    }
  }

  @Test
  void a_data_folder_outlives_the_server(@TempDir Path folder) {
    Path data = folder.resolve("redis");
    try (RedisServer redis = Backing.redisServer().data(data).appendOnly().start()) {
      redis.command("SET", "a", "1");
    }
    try (RedisServer redis = Backing.redisServer().data(data).appendOnly().start()) {
      assertThat(redis.command("GET", "a")).isEqualTo("1");
    }
  }

  @Test
  void a_full_redis_refuses_to_write() {
    try (RedisServer redis = Backing.redisServer().maxMemory("1500kb").start()) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100; i++) {
                  redis.command("SET", "k" + i, "x".repeat(50_000));
                }
              })
          .hasMessageContaining("OOM");
    }
  }

  @Test
  void a_busy_port_and_an_impossible_setting_are_told_in_a_sentence() {
    try (RedisServer redis = Backing.freshRedis()) {
      assertThatThrownBy(() -> Backing.redisServer().port(redis.port()).start())
          .hasMessageContaining("Port " + redis.port() + " for Redis is busy");
    }
    assertThatThrownBy(() -> Backing.redisServer().config("appendfsync", "perhaps").start())
        .isInstanceOf(BackingException.class)
        .hasMessageContaining("appendfsync");
    assertThatThrownBy(() -> Form.choose("dokcer")).hasMessageContaining("write 'docker' or");
  }
}
