package parley.gateway.session;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import parley.protocol.User;

/** All users in a room, over all living nodes. */
record Crowd(int count, @Nullable Map<String, User> users) {

  static Crowd of(
      Map<String, User> here, Map<String, HereTable.Entry> others, Predicate<String> isAlive) {
    Map<String, User> users = new LinkedHashMap<>(here);
    int unnamed = 0;
    for (Map.Entry<String, HereTable.Entry> other : others.entrySet()) {
      Map<String, User> theirs = other.getValue().users();
      if (!isAlive.test(other.getKey())) {
        continue;
      }
      if (theirs == null) {
        unnamed += other.getValue().count();
      } else {
        users.putAll(theirs);
      }
    }
    int count = users.size() + unnamed;
    return new Crowd(count, count <= HereTable.USERS_MAX && unnamed == 0 ? users : null);
  }

  /** Whether changes are told one by one rather than as a count. */
  boolean isSmall() {
    return users != null;
  }
}
