package parley.verify;

import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import parley.verify.check.Kept;

/** Reads from Postgres what history-service has kept. */
final class Archive {
  private final String url;

  Archive(String postgresUrl) {
    url =
        postgresUrl.replaceFirst(
            "^postgresql://([^:]+):([^@]+)@(.*)$", "jdbc:postgresql://$3?user=$1&password=$2");
  }

  /** How many events there are so far. */
  long count() {
    return reading(
        "SELECT count(*) FROM history.event",
        rows -> {
          rows.next();
          return rows.getLong(1);
        });
  }

  Kept read() {
    List<Kept.Event> events =
        reading(
            "SELECT json FROM history.event",
            rows -> {
              var all = new ArrayList<Kept.Event>();
              while (rows.next()) {
                all.add(event(new JsonObject(rows.getString(1))));
              }
              return all;
            });
    Map<Kept.Reacted, Long> counts =
        reading(
            "SELECT room, target, emoji, n FROM history.reaction_count",
            rows -> {
              var all = new HashMap<Kept.Reacted, Long>();
              while (rows.next()) {
                all.put(
                    new Kept.Reacted(rows.getString(1), rows.getLong(2), rows.getString(3)),
                    rows.getLong(4));
              }
              return all;
            });
    return new Kept(events, counts);
  }

  private interface Reader<T> {
    T read(ResultSet rows) throws SQLException;
  }

  private <T> T reading(String query, Reader<T> reader) {
    try (Connection connection = DriverManager.getConnection(url);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      return reader.read(rows);
    } catch (SQLException e) {
      throw new IllegalStateException("Postgres cannot be read: " + e.getMessage(), e);
    }
  }

  private static Kept.Event event(JsonObject event) {
    JsonObject from = event.getJsonObject("from", new JsonObject());
    return new Kept.Event(
        event.getString("room"),
        event.getLong("seq"),
        event.getLong("prev"),
        event.getLong("pos"),
        event.getString("type"),
        from.getString("id", ""),
        event.getString("key", ""),
        event.getString("text", ""),
        event.getLong("target", 0L),
        event.getString("emoji", ""),
        event.getBoolean("on", false));
  }
}
