package parley.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What parsing makes of packets, good, bad and mutated. */
@Isolated("measures times")
class PacketFuzzTest {
  private static final int MUTATIONS = 1_000_000;
  private static final String[] SEEDS = {
    "0",
    "0{\"token\":\"123\"}",
    "0/admin,{\"pid\":\"abc\",\"offset\":\"5\"}",
    "1",
    "1/admin,",
    "2[\"hello\",1,\"two\",{\"three\":[true,null,-1.5e3]}]",
    "2/chat,12[\"send\",{\"text\":\"h\u00e4llo \\u0041\"}]",
    "312[]",
    "3/admin,7[{\"ok\":true}]",
    "52-[\"m\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]",
    "61-/admin,9[{\"a\":[{\"_placeholder\":true,\"num\":0}]}]",
    "2[\"deep\"," + "[".repeat(50) + "]".repeat(50) + "]",
  };

  private final PacketParser parser = new PacketParser(10, 100);

  private Packet parse(String text) throws MalformedPacket {
    byte[] bytes = text.getBytes(UTF_8);
    return parser.parse(bytes, 0, bytes.length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0                       | CONNECT      | /      | -1 | 0",
        "0/admin,                | CONNECT      | /admin | -1 | 0",
        "0/admin                 | CONNECT      | /admin | -1 | 0",
        "1/admin,                | DISCONNECT   | /admin | -1 | 0",
        "2[\"a\"]                | EVENT        | /      | -1 | 0",
        "2/admin,12[\"a\",1]     | EVENT        | /admin | 12 | 0",
        "30[]                    | ACK          | /      |  0 | 0",
        "51-[\"a\"]              | BINARY_EVENT | /      | -1 | 1",
        "610-/admin,456[null]    | BINARY_ACK   | /admin | 456 | 10",
        "2[5]                    | EVENT        | /      | -1 | 0",
      })
  void well_formed_packets(
      String text, PacketType type, String namespace, long ackId, int attachments)
      throws MalformedPacket {
    Packet packet = parse(text);
    assertThat(packet.type()).isEqualTo(type);
    assertThat(packet.namespace()).isEqualTo(namespace);
    assertThat(packet.ackId()).isEqualTo(ackId);
    assertThat(packet.attachments()).isEqualTo(attachments);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "a",
        "abc",
        "999",
        "0[]",
        "0\"x\"",
        "0{",
        "0 {} {}",
        "1{}",
        "1[]",
        "2",
        "2{}",
        "2[]",
        "2[{}]",
        "2[null]",
        "2\"a\"",
        "2[\"a\"",
        "2[\"a\"]x",
        "2[\"a\",]",
        "2abc[\"a\"]",
        "2[\"a\",1e999]",
        "2[\"connect\"]",
        "2[\"disconnect\"]",
        "2[\"connect_error\"]",
        "2[\"disconnecting\"]",
        "2[\"newListener\"]",
        "2[\"removeListener\"]",
        "21234567890123456[\"a\"]",
        "3[]",
        "3",
        "31",
        "31{}",
        "4",
        "4{}",
        "4\"no\"",
        "5[\"a\"]",
        "5-[\"a\"]",
        "50-[\"a\"]",
        "511-[\"a\"]",
        "51[\"a\"]",
        "5a-[\"a\"]",
        "599999999-[\"a\"]",
        "61-[]",
        "2[\"a\",{\"a\":1,}]",
        "2[NaN]",
        "2['a']",
      })
  void malformed_packets(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(MalformedPacket.class);
  }

  @Test
  void json_nested_too_deep_and_namespaces_too_long_are_malformed() {
    assertThatThrownBy(() -> parse("2[\"a\"," + "[".repeat(200) + "]".repeat(200) + "]"))
        .isInstanceOf(MalformedPacket.class);
    assertThatThrownBy(() -> parse("2[\"a\"," + "{\"a\":".repeat(100_000)))
        .isInstanceOf(MalformedPacket.class);
    assertThatThrownBy(() -> parse("0/" + "x".repeat(300))).isInstanceOf(MalformedPacket.class);
    assertThatThrownBy(() -> parse("2[\"a\"," + "9".repeat(100_000) + "]"))
        .isInstanceOf(MalformedPacket.class);
  }

  @Test
  void a_million_mutated_packets_throw_nothing_but_that_they_are_malformed() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    byte[][] seeds = Arrays.stream(SEEDS).map(text -> text.getBytes(UTF_8)).toArray(byte[][]::new);
    int wellFormed = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = mutated(seeds[random.nextInt(seeds.length)], random);
      try {
        Packet packet = parser.parse(bytes, 0, bytes.length);
        wellFormed++;
        if (packet.type().isBinary()) {
          fill(packet);
        }
      } catch (MalformedPacket expected) {
        // what most of them are
      } catch (RuntimeException | StackOverflowError escaped) {
        throw new AssertionError("seed " + seed + ": " + new String(bytes, UTF_8), escaped);
      }
    }
    assertThat(wellFormed).isBetween(MUTATIONS / 100, MUTATIONS);
  }

  private static void fill(Packet packet) throws MalformedPacket {
    var attachments = new Attachments(packet);
    while (!attachments.add(new byte[3], 1000)) {}
    JsonArray filled = attachments.fill();
    assertThat(filled).isNotNull();
  }

  private static byte[] mutated(byte[] seed, Random random) {
    byte[] bytes = seed.clone();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes && bytes.length > 0; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = (byte) "0123456789[]{}\",:-/".charAt(random.nextInt(19));
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> { // a part again
          byte[] longer = Arrays.copyOf(bytes, bytes.length + bytes.length - at);
          System.arraycopy(bytes, at, longer, bytes.length, bytes.length - at);
          bytes = longer;
        }
        default ->
            System.arraycopy(bytes, at / 2, bytes, at, Math.min(at - at / 2, bytes.length - at));
      }
    }
    return bytes;
  }

  @Test
  void parsing_takes_time_in_proportion_to_length() throws MalformedPacket {
    for (String unit :
        new String[] {
          "1,", "\"x\",", "{\"a\":{}},", "[[]],", "\"\\u0041\",", "{\"_placeholder\":true},"
        }) {
      parseTimes(unit, 2_000); // warm up
      long small = parseTimes(unit, 2_000);
      long large = parseTimes(unit, 200_000);
      // a hundred times as much; ten times that for a busy machine, where a square would be ten
      // thousand times
      assertThat(large).as(unit).isLessThan(Math.max(small, 500_000) * 1000);
    }
  }

  /** The best of several, in nanoseconds. */
  private long parseTimes(String unit, int count) throws MalformedPacket {
    String text = "2[\"a\"," + unit.repeat(count) + "0]";
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      long start = System.nanoTime();
      parse(text);
      best = Math.min(best, System.nanoTime() - start);
    }
    return best;
  }
}
