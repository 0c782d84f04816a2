package parley.chat.tokens;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import parley.chat.postgres.Database;
import parley.chat.refusals.Refused;
import parley.protocol.ErrorCode;
import parley.protocol.Ids;
import parley.protocol.User;

/**
 * Keys of other servers: {@code parley_<id>_<secret>} as a bearer token. A key acts as one user,
 * who is an admin within the key's scopes.
 */
public final class ServerKeys {
  private static final String PREFIX = "parley_";
  private static final int ID_BYTES = 8;
  private static final int SECRET_BYTES = 32;
  private static final int KEYS_MAX = 1_000;

  private final Database database;
  private final Revocations revocations;
  private final SecureRandom random = new SecureRandom();

  public ServerKeys(Database database, Revocations revocations) {
    this.database = database;
    this.revocations = revocations;
  }

  static boolean isKey(String bearer) {
    return bearer.startsWith(PREFIX);
  }

  /** Makes a key; its secret is in this answer and nowhere else. */
  public JsonObject make(JsonObject wish) {
    String user = wish.getString("user");
    String name = wish.getString("name", user);
    String problem = Ids.userProblem(user) == null ? Ids.nameProblem(name) : Ids.userProblem(user);
    if (problem != null) {
      throw Refused.of(ErrorCode.INVALID, problem);
    }
    String id = randomHex(ID_BYTES);
    String secret = randomHex(SECRET_BYTES);
    JsonObject key =
        database.transaction(
            statements -> {
              Long count =
                  statements.first("select count(*) from chat.server_keys", row -> row.getLong(0));
              if (count != null && count >= KEYS_MAX) {
                throw Refused.of(ErrorCode.CONFLICT, "There are at most 1,000 keys.");
              }
              return Objects.requireNonNull(
                  statements.first(
                      """
                      insert into chat.server_keys (id, hash, user_id, name, scopes)
                      values ($1, $2, $3, $4, $5) returning *
                      """,
                      ServerKeys::json,
                      id,
                      Buffer.buffer(hash(secret)),
                      user,
                      name,
                      wish.getJsonArray("scopes").stream().toArray(String[]::new)));
            });
    return new JsonObject().put("key", key).put("token", PREFIX + id + "_" + secret);
  }

  public JsonObject list() {
    List<JsonObject> keys =
        database
            .statements()
            .list(
                "select * from chat.server_keys order by created_at limit $1",
                ServerKeys::json,
                KEYS_MAX);
    return new JsonObject().put("keys", new JsonArray(keys));
  }

  public void revoke(String id) {
    int changed =
        database
            .statements()
            .change(
                "update chat.server_keys set revoked_at = coalesce(revoked_at, now()) where id ="
                    + " $1",
                id);
    if (changed == 0) {
      throw Refused.of(ErrorCode.NOT_FOUND, "There is no such key.");
    }
    // Requests ask for the key each time; connections that it has opened end by this.
    revocations.revokeToken(PREFIX + id);
  }

  /** Whom a key stands for; asked of Postgres each time, so that its end is at once. */
  Caller caller(String bearer) {
    String[] parts = bearer.substring(PREFIX.length()).split("_", -1);
    Row row = parts.length == 2 ? find(parts[0]) : null;
    byte[] known = row == null ? new byte[0] : row.getBuffer("hash").getBytes();
    boolean right = MessageDigest.isEqual(known, hash(parts[parts.length - 1]));
    if (row == null || !right) {
      throw Refused.of(ErrorCode.UNAUTHORIZED);
    }
    if (row.getOffsetDateTime("revoked_at") != null) {
      throw Refused.of(ErrorCode.TOKEN_REVOKED);
    }
    Set<Scope> scopes =
        Arrays.stream(row.getArrayOfStrings("scopes"))
            .map(Scope::of)
            .collect(Collectors.toUnmodifiableSet());
    User user = new User(row.getString("user_id"), row.getString("name"));
    return new Caller(user, true, null, scopes, null);
  }

  private @Nullable Row find(String id) {
    return database
        .statements()
        .first("select * from chat.server_keys where id = $1", row -> row, id);
  }

  private static JsonObject json(Row row) {
    return new JsonObject()
        .put("id", row.getString("id"))
        .put("user", row.getString("user_id"))
        .put("name", row.getString("name"))
        .put("scopes", new JsonArray(List.of(row.getArrayOfStrings("scopes"))))
        .put("created", row.getOffsetDateTime("created_at").toInstant().toEpochMilli())
        .put("revoked", row.getOffsetDateTime("revoked_at") != null);
  }

  private String randomHex(int bytes) {
    byte[] fresh = new byte[bytes];
    random.nextBytes(fresh);
    return HexFormat.of().formatHex(fresh);
  }

  /** The secret is random and long, so one round of a plain hash is enough. */
  private static byte[] hash(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
