package parley.chassis.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/** Refuses a database in another encoding: it could not keep every text as it was sent. */
final class Utf8Only implements Callback {
  @Override
  public boolean supports(Event event, Context context) {
    return event == Event.BEFORE_MIGRATE;
  }

  @Override
  public boolean canHandleInTransaction(Event event, Context context) {
    return true;
  }

  @Override
  public void handle(Event event, Context context) {
    try (Statement statement = context.getConnection().createStatement();
        ResultSet encoding = statement.executeQuery("SHOW server_encoding")) {
      encoding.next();
      if (!encoding.getString(1).equals("UTF8")) {
        throw new FlywayException(
            "the database is in %s and must be in UTF8: make it with ENCODING 'UTF8' TEMPLATE template0"
                .formatted(encoding.getString(1)));
      }
    } catch (SQLException e) {
      throw new FlywayException("the database's encoding cannot be asked for", e);
    }
  }

  @Override
  public String getCallbackName() {
    return "UTF-8 only";
  }
}
