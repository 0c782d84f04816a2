package parley.chassis.redis;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Which channels go into one SSUBSCRIBE: in a cluster those of one hash tag only. */
final class Chunks {

  private Chunks() {}

  /** Takes the next chunk out of {@code waiting}. */
  static <C> List<C> next(Set<C> waiting, Function<C, String> name, boolean inCluster) {
    List<C> chunk = new ArrayList<>();
    String tag = null;
    Iterator<C> each = waiting.iterator();
    while (each.hasNext() && chunk.size() < RedisSubscriptions.CHUNK_CHANNELS_MAX) {
      C channel = each.next();
      String ownTag = inCluster ? tag(name.apply(channel)) : "";
      if (tag == null || tag.equals(ownTag)) {
        tag = ownTag;
        chunk.add(channel);
        each.remove();
      }
    }
    return chunk;
  }

  /** The part of a name that a cluster hashes. */
  static String tag(String name) {
    int open = name.indexOf('{');
    int close = name.indexOf('}', open + 1);
    return open >= 0 && close > open + 1 ? name.substring(open + 1, close) : name;
  }
}
