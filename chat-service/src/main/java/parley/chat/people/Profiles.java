package parley.chat.people;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.chat.postgres.Database;
import parley.chat.postgres.Statements;
import parley.chat.refusals.Refused;
import parley.chat.tokens.Caller;
import parley.protocol.ErrorCode;
import parley.protocol.Ids;
import parley.protocol.User;

/** Names, pictures and status of people. */
public final class Profiles {
  private final Database database;

  public Profiles(Database database) {
    this.database = database;
  }

  /** Makes sure that there is a profile, with the name of the token if it is new. */
  public static void remember(Statements statements, User user) {
    statements.change(
        "insert into chat.users (id, name) values ($1, $2) on conflict do nothing",
        user.id(),
        user.name());
  }

  /** Someone whose token we do not have: named as in the profile, else by id. */
  public static User user(Statements statements, String id) {
    String name =
        statements.first("select name from chat.users where id = $1", row -> row.getString(0), id);
    return new User(id, name == null ? id : name);
  }

  public JsonObject me(Caller caller) {
    JsonObject profile = find(caller.id());
    return profile == null
        ? new JsonObject().put("id", caller.id()).put("name", caller.user().name())
        : profile;
  }

  public JsonObject read(String id) {
    JsonObject profile = find(id);
    if (profile == null) {
      throw Refused.of(ErrorCode.NOT_FOUND, "There is no such user.");
    }
    return profile;
  }

  public JsonObject change(Caller caller, JsonObject wish) {
    String name = wish.getString("name");
    String problem = wish.containsKey("name") ? Ids.nameProblem(name) : null;
    for (String field : List.of("picture", "status")) {
      String value = wish.getString(field);
      if (value != null && !Ids.isStorable(value)) {
        problem = field + " must not hold NUL or lone surrogates";
      }
    }
    if (problem != null) {
      throw Refused.of(ErrorCode.INVALID, problem);
    }
    return database.transaction(
        statements -> {
          remember(statements, caller.user());
          List<String> assignments = new ArrayList<>();
          List<@Nullable Object> values = new ArrayList<>();
          values.add(caller.id());
          for (String column : List.of("name", "picture", "status")) {
            if (wish.containsKey(column)) {
              values.add(wish.getString(column));
              assignments.add(column + " = $" + values.size());
            }
          }
          JsonObject changed =
              statements.first(
                  "update chat.users set "
                      + String.join(", ", assignments)
                      + " where id = $1 returning *",
                  row -> json(row.getString("id"), row),
                  values.toArray());
          return java.util.Objects.requireNonNull(changed);
        });
  }

  private @Nullable JsonObject find(String id) {
    return database
        .statements()
        .first("select * from chat.users where id = $1", row -> json(row.getString("id"), row), id);
  }

  /** From a row with the columns of users, which may be null. */
  public static JsonObject json(String id, Row row) {
    String name = row.getString("name");
    JsonObject json = new JsonObject().put("id", id).put("name", name == null ? id : name);
    put(json, "picture", row.getString("picture"));
    put(json, "status", row.getString("status"));
    if (Boolean.TRUE.equals(row.getBoolean("guest"))) {
      json.put("guest", true);
    }
    return json;
  }

  /** The other one of a direct room, from columns that begin with {@code with_}. */
  public static JsonObject other(Row row) {
    JsonObject json =
        new JsonObject()
            .put("id", row.getString("with_id"))
            .put("name", row.getString("with_name"));
    put(json, "picture", row.getString("with_picture"));
    put(json, "status", row.getString("with_status"));
    return json;
  }

  private static void put(JsonObject json, String field, @Nullable String value) {
    if (value != null) {
      json.put(field, value);
    }
  }
}
