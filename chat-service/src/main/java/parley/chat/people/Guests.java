package parley.chat.people;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.UUID;
import parley.chat.postgres.Database;
import parley.chat.refusals.Refused;
import parley.chat.tokens.TokenMaker;
import parley.protocol.ErrorCode;
import parley.protocol.Ids;
import parley.protocol.User;

/** People without an account: a name, an id of our own, and a token for a while. */
public final class Guests {
  /** How long a guest's token is valid. */
  private static final Duration TOKEN_FOR = Duration.ofDays(7);

  private final Database database;
  private final TokenMaker tokens;
  private final boolean allowed;

  public Guests(Database database, TokenMaker tokens, boolean allowed) {
    this.database = database;
    this.tokens = tokens;
    this.allowed = allowed;
  }

  public JsonObject make(JsonObject wish) {
    if (!allowed) {
      throw Refused.of(ErrorCode.FORBIDDEN, "There are no guests here.");
    }
    String name = wish.getString("name").strip();
    String problem = Ids.nameProblem(name);
    if (problem != null) {
      throw Refused.of(ErrorCode.INVALID, problem);
    }
    User user = new User("guest." + UUID.randomUUID().toString().replace("-", ""), name);
    database
        .statements()
        .change("insert into chat.users (id, name, guest) values ($1, $2, true)", user.id(), name);
    return new JsonObject()
        .put("token", tokens.make(user, TOKEN_FOR))
        .put("expires", System.currentTimeMillis() + TOKEN_FOR.toMillis())
        .put("user", new JsonObject().put("id", user.id()).put("name", name));
  }
}
