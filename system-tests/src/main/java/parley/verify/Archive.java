package parley.verify;

import io.vertx.core.json.JsonObject;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import parley.verify.check.Archived;

/** Reads from Postgres what history-service has kept. */
final class Archive {
  private Archive() {}

  static List<Archived> read(String postgresUrl) {
    var events = new ArrayList<Archived>();
    String url =
        postgresUrl.replaceFirst(
            "^postgresql://([^:]+):([^@]+)@(.*)$", "jdbc:postgresql://$3?user=$1&password=$2");
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT json FROM history.event")) {
      while (rows.next()) {
        events.add(event(new JsonObject(rows.getString(1))));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("Postgres cannot be read: " + e.getMessage(), e);
    }
    return events;
  }

  private static Archived event(JsonObject event) {
    JsonObject from = event.getJsonObject("from", new JsonObject());
    return new Archived(
        event.getString("room"),
        event.getLong("seq"),
        event.getLong("prev"),
        event.getLong("pos"),
        event.getString("type"),
        from.getString("id", ""),
        event.getString("key", ""),
        event.getString("text", ""));
  }
}
