package parley.protocol;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The fixed division of rooms (and user channels) into shards. A shard is the unit of ownership,
 * opening and draining; its tag stands in braces in every key, so that a Redis Cluster keeps a
 * shard's keys together. Shard i of n has a tag whose slot lies in the i-th n-th of the slots: n
 * shards spread evenly.
 */
public final class Shards {
  static final int SLOTS = 16_384;
  private final String[] tags;

  public Shards(int count) {
    if (count < 1 || count > Limits.SHARDS_MAX) {
      throw new IllegalArgumentException(
          "shards must be 1 to " + Limits.SHARDS_MAX + ", not " + count);
    }
    tags = new String[count];
    for (int i = 0; i < count; i++) {
      tags[i] = tagOf(i, count);
    }
  }

  public int count() {
    return tags.length;
  }

  /** The shard of a room, or of a user's channel. */
  public int of(String id) {
    CRC32 crc = new CRC32();
    crc.update(id.getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % tags.length);
  }

  /** The hash tag of a shard, without braces. */
  public String tag(int shard) {
    return tags[shard];
  }

  private static String tagOf(int shard, int count) {
    int from = (int) ((long) shard * SLOTS / count);
    int to = (int) ((shard + 1L) * SLOTS / count);
    String tag = Integer.toString(shard);
    for (int attempt = 0; ; attempt++) {
      int slot = slot(tag);
      if (slot >= from && slot < to) {
        return tag;
      }
      tag = shard + "." + attempt;
    }
  }

  /** The Redis Cluster slot of a tag: CRC16 (XMODEM) modulo 16384. */
  static int slot(String tag) {
    int crc = 0;
    for (byte b : tag.getBytes(StandardCharsets.UTF_8)) {
      crc ^= (b & 0xFF) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
      }
      crc &= 0xFFFF;
    }
    return crc % SLOTS;
  }
}
