package parley.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16, 64, 100, 1024})
  void tags_spread_evenly_over_the_slots(int count) {
    Shards shards = new Shards(count);
    Set<String> tags = new HashSet<>();
    for (int i = 0; i < count; i++) {
      tags.add(shards.tag(i));
      assertThat(Shards.slot(shards.tag(i)))
          .isGreaterThanOrEqualTo(i * Shards.SLOTS / count)
          .isLessThan((i + 1) * Shards.SLOTS / count);
    }
    assertThat(tags).hasSize(count);
  }

  @Test
  void slots_are_those_of_redis_cluster() {
    assertThat(Shards.slot("123456789")).isEqualTo(0x31C3);
    assertThat(Shards.slot("foo")).isEqualTo(12182);
  }

  @Test
  void rooms_spread_over_the_shards() {
    Shards shards = new Shards(64);
    int[] rooms = new int[64];
    for (int i = 0; i < 64_000; i++) {
      rooms[shards.of("room-" + i)]++;
    }
    assertThat(java.util.Arrays.stream(rooms).boxed())
        .allSatisfy(n -> assertThat(n).isBetween(850, 1150));
  }

  @Test
  void all_keys_of_a_room_carry_the_tag_of_its_shard() {
    RedisKeys keys = new RedisKeys(new Shards(64));
    RoomKeys room = keys.room("lobby");
    String tag = "{" + keys.shards().tag(keys.shards().of("lobby")) + "}";
    assertThat(room.hash()).isEqualTo(tag + "room:lobby");
    assertThat(
            Set.of(
                room.members(),
                room.recent(),
                room.keys0(),
                room.keys1(),
                room.retry0(),
                room.retry1(),
                room.slow(),
                room.here(),
                room.shard().shard(),
                room.shard().log(),
                room.shard().storedChannel()))
        .hasSize(11)
        .allMatch(key -> key.startsWith(tag));
  }

  @Test
  void a_number_of_shards_out_of_bounds_is_refused() {
    assertThatThrownBy(() -> new Shards(0)).hasMessageContaining("1 to 4096");
    assertThatThrownBy(() -> new Shards(4097)).isInstanceOf(IllegalArgumentException.class);
  }
}
