package parley.model;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Holds what Postgres has against what clients were told. */
final class Ledger {
  private final List<String> breaches;
  private final Map<String, NavigableMap<Long, JsonObject>> rooms = new HashMap<>();

  /** Events that Redis lost before anyone heard of them. */
  int lostUnheard;

  Ledger(String database, List<String> names, List<String> breaches) throws SQLException {
    this.breaches = breaches;
    try (Connection connection = DriverManager.getConnection(jdbc(database));
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT seq, prev, json FROM history.event WHERE room = ? ORDER BY seq")) {
      for (String room : names) {
        query.setString(1, room);
        rooms.put(room, read(room, query));
      }
    }
  }

  /** The last event of a room that is stored; 0 if there is none. */
  static long last(String database, String room) throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbc(database));
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT coalesce(max(seq), 0) FROM history.event WHERE room = ?")) {
      query.setString(1, room);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private NavigableMap<Long, JsonObject> read(String room, PreparedStatement query)
      throws SQLException {
    NavigableMap<Long, JsonObject> events = new TreeMap<>();
    Map<String, Long> keys = new HashMap<>();
    long last = 0;
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        long seq = rows.getLong(1);
        JsonObject json = new JsonObject(rows.getString(3));
        if (rows.getLong(2) != last) {
          breaches.add(
              "Postgres, "
                  + room
                  + ": "
                  + seq
                  + " follows "
                  + last
                  + " but names "
                  + rows.getLong(2));
        }
        if (json.getString("key") instanceof String key) {
          JsonObject from = json.getJsonObject("from", new JsonObject());
          Long before = keys.put(from.getString("id", "*") + ":" + key, seq);
          if (before != null) {
            breaches.add("Postgres, " + room + ": key " + key + " at " + before + " and " + seq);
          }
        }
        last = seq;
        events.put(seq, json);
      }
    }
    return events;
  }

  /** Nobody's message stands between his ban and the end of it. */
  void bansHold() {
    rooms.forEach(
        (room, events) -> {
          Set<String> banned = new HashSet<>();
          events.forEach(
              (seq, event) -> {
                String about = event.getJsonObject("user", new JsonObject()).getString("id", "");
                if ("banned".equals(event.getString("action"))) {
                  banned.add(about);
                } else if ("unbanned".equals(event.getString("action"))) {
                  banned.remove(about);
                } else if (event.getString("type").equals("message")
                    && banned.contains(event.getJsonObject("from").getString("id"))) {
                  breaches.add("Postgres, " + room + ": banned and yet heard: " + event);
                }
              });
        });
  }

  void acked(Acked acked, boolean redisLostSomething, boolean heardByAnyone) {
    JsonObject stored = rooms.get(acked.room()).get(acked.seq());
    if (stored == null) {
      if (redisLostSomething && !heardByAnyone) {
        lostUnheard++;
      } else {
        breaches.add("acked but not in Postgres: " + acked);
      }
    } else if (!stored.getBoolean("deleted", false)
        && (!acked.text().equals(stored.getString("text"))
            || !acked.key().equals(stored.getString("key")))) {
      breaches.add("acked as " + acked + " but stored as " + stored);
    }
  }

  void heard(String who, String room, Heard heard) {
    NavigableMap<Long, JsonObject> stored = rooms.get(room);
    heard.events.forEach(
        (seq, event) -> {
          JsonObject is = stored.get(seq);
          if (is == null) {
            if (heard.gaps == 0) {
              breaches.add(who + " heard in " + room + " what Postgres does not have: " + event);
            }
          } else if (!same(is, event)) {
            breaches.add(who + " heard in " + room + " " + event + " but Postgres has " + is);
          }
        });
  }

  /** The same event, apart from a text that was deleted since. */
  private static boolean same(JsonObject one, JsonObject other) {
    for (String field : List.of("prev", "pos", "ts", "type", "from", "target")) {
      if (!Objects.equals(one.getValue(field), other.getValue(field))) {
        return false;
      }
    }
    if (!"message".equals(one.getString("type"))) {
      return true; // the text of an edit goes when its message is deleted
    }
    boolean deleted = one.getBoolean("deleted", false) || other.getBoolean("deleted", false);
    return deleted || Objects.equals(one.getValue("text"), other.getValue("text"));
  }

  private static String jdbc(String database) {
    URI uri = URI.create(database);
    String[] login = uri.getUserInfo().split(":", 2);
    return "jdbc:postgresql://%s:%d%s?user=%s&password=%s"
        .formatted(
            uri.getHost(),
            uri.getPort(),
            uri.getPath(),
            login[0],
            login.length > 1 ? login[1] : "");
  }
}
