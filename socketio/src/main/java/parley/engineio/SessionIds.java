package parley.engineio;

import java.util.Base64;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** How session ids are made, and which of them are this node's. Safe for use by several threads. */
public interface SessionIds {

  /** A new id that nobody can guess, made of URL-safe characters. */
  String next();

  /** Whether a session of that id would live on this node. */
  boolean isLocal(String sid);

  /** 120 random bits; every id counts as local. */
  static SessionIds random() {
    return of(SessionIds::randomId, sid -> true);
  }

  /** {@code <node>.<random>}: any node can tell from an id where its session lives. */
  static SessionIds ofNode(String node) {
    String prefix = node + ".";
    return of(() -> prefix + randomId(), sid -> sid.startsWith(prefix));
  }

  static SessionIds of(Supplier<String> next, Predicate<String> isLocal) {
    return new SessionIds() {
      @Override
      public String next() {
        return next.get();
      }

      @Override
      public boolean isLocal(String sid) {
        return isLocal.test(sid);
      }
    };
  }

  /** 120 random bits in 20 URL-safe characters. */
  static String randomId() {
    byte[] bytes = new byte[15];
    RandomHolder.RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().encodeToString(bytes);
  }
}
