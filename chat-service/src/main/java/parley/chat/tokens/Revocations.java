package parley.chat.tokens;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import parley.chat.postgres.Database;
import parley.chat.redis.Notices;

/**
 * The versioned list of tokens that are not valid any more. Postgres has it; every replica keeps a
 * copy and reads on from its version, and gateways are told each entry on the control channel and
 * read on themselves after a reconnect.
 */
public final class Revocations {
  /** The notice on the control channel; its JSON is an entry. */
  public static final String NOTICE = "revoked";

  /** No token of ours is valid for longer; a token that says so is refused (see the settings). */
  private static final Duration KEPT_FOR = Duration.ofDays(400);

  private static final int PAGE = 1_000;

  private final Database database;
  private final Notices notices;
  private volatile Copy copy = new Copy(0, Map.of(), Map.of());

  public Revocations(Database database, Notices notices) {
    this.database = database;
    this.notices = notices;
  }

  /**
   * What is known up to a version: user to the second before which tokens are void, and token ids.
   */
  private record Copy(long version, Map<String, Long> users, Map<String, Long> tokens) {}

  /** Ends all tokens that were issued to a user before now; answers the version. */
  public long revokeUser(String user) {
    return revoke("user", user, System.currentTimeMillis() / 1_000 + 1);
  }

  /** Ends one token; answers the version. */
  public long revokeToken(String tokenId) {
    return revoke("token", tokenId, 0);
  }

  private long revoke(String kind, String subject, long beforeSeconds) {
    JsonObject entry =
        database.transaction(
            statements -> {
              // The row of the counter is locked until the commit: versions appear in their order.
              long version =
                  Objects.requireNonNull(
                      statements.first(
                          "update chat.meta set value = value + 1 where name = 'revocations'"
                              + " returning value",
                          row -> row.getLong(0)));
              return Objects.requireNonNull(
                  statements.first(
                      """
                      insert into chat.revocations (version, kind, subject, before_s, until)
                      values ($1, $2, $3, $4, now() + make_interval(secs => $5)) returning *
                      """,
                      Revocations::json,
                      version,
                      kind,
                      subject,
                      beforeSeconds,
                      (double) KEPT_FOR.toSeconds()));
            });
    refresh();
    notices.gateways(NOTICE, entry);
    return entry.getLong("version");
  }

  /** Whether a token is void: its user and the second it was issued at, or its id. */
  public boolean isRevoked(String user, long issuedAtSeconds, @Nullable String tokenId) {
    Copy now = copy;
    return issuedAtSeconds < now.users().getOrDefault(user, 0L)
        || (tokenId != null && now.tokens().containsKey(tokenId));
  }

  /** Entries after a version, oldest first; {@code more} if there are others behind them. */
  public JsonObject after(long version) {
    List<JsonObject> entries = read(version);
    return new JsonObject()
        .put("version", entries.isEmpty() ? version : entries.getLast().getLong("version"))
        .put("entries", new JsonArray(entries))
        .put("more", entries.size() == PAGE);
  }

  private List<JsonObject> read(long version) {
    return database
        .statements()
        .list(
            "select * from chat.revocations where version > $1 and until > now() order by version"
                + " limit $2",
            Revocations::json,
            version,
            PAGE);
  }

  /** Reads on from what this replica has. */
  public void refresh() {
    List<JsonObject> entries;
    do {
      Copy old = copy;
      entries = read(old.version());
      if (!entries.isEmpty()) {
        Map<String, Long> users = new HashMap<>(old.users());
        Map<String, Long> tokens = new HashMap<>(old.tokens());
        for (JsonObject entry : entries) {
          (entry.getString("kind").equals("user") ? users : tokens)
              .merge(entry.getString("subject"), entry.getLong("before"), Math::max);
        }
        advance(new Copy(entries.getLast().getLong("version"), users, tokens));
      }
    } while (entries.size() == PAGE);
  }

  private synchronized void advance(Copy fresh) {
    if (fresh.version() > copy.version()) {
      copy = fresh;
    }
  }

  public void forgetOld() {
    database.statements().change("delete from chat.revocations where until < now()");
  }

  private static JsonObject json(Row row) {
    return new JsonObject()
        .put("version", row.getLong("version"))
        .put("kind", row.getString("kind"))
        .put("subject", row.getString("subject"))
        .put("before", row.getLong("before_s"));
  }
}
