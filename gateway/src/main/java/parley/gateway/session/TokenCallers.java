package parley.gateway.session;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import parley.chassis.token.TokenRefused;
import parley.chassis.token.TokenVerifier;
import parley.chassis.token.VerifiedToken;
import parley.gateway.bus.Refused;
import parley.gateway.bus.Services;
import parley.protocol.ErrorCode;
import parley.protocol.User;

/**
 * Callers by tokens of the application, checked here, or by server keys, which chat-service knows.
 */
public final class TokenCallers implements Callers {
  private static final String ADMIN = "admin";
  private static final String KEY_PREFIX = "parley_";

  /** A key is revoked by its own name; it is none of the tokens that its user was issued. */
  private static final long NEVER_TOO_OLD = Long.MAX_VALUE;

  /** The scope of a server key that this node's own operations belong to. */
  private static final String MESSAGES = "messages";

  private static final JsonArray NO_SCOPES = new JsonArray(List.of());

  private final Vertx vertx;
  private final TokenVerifier verifier;
  private final Revocations revocations;
  private final Services chat;
  private final Set<String> admins;

  public TokenCallers(
      Vertx vertx,
      TokenVerifier verifier,
      Revocations revocations,
      Services chat,
      Set<String> admins) {
    this.vertx = vertx;
    this.verifier = verifier;
    this.revocations = revocations;
    this.chat = chat;
    this.admins = Set.copyOf(admins);
  }

  @Override
  public Future<Caller> of(String token) {
    Promise<Caller> here = ((ContextInternal) vertx.getOrCreateContext()).promise();
    Future<Caller> found =
        token.startsWith(KEY_PREFIX)
            ? chat.post("/internal/callers", new JsonObject().put("token", token))
                .map(json -> ofKey(json, token))
            : verifier
                .verify(token)
                .recover(failure -> Future.failedFuture(refused(failure)))
                .map(verified -> ofPerson(verified, token));
    found.onComplete(here);
    return here.future();
  }

  @Override
  public boolean isRevoked(Caller caller) {
    return revocations.isRevoked(caller);
  }

  private Caller ofPerson(VerifiedToken verified, String token) {
    Caller caller =
        new Caller(
            new User(verified.userId(), verified.name()),
            verified.hasRole(ADMIN) || admins.contains(verified.userId()),
            true,
            verified.rooms().orElse(null),
            millis(verified.issuedAt()),
            millis(verified.expiresAt()),
            verified.id().isEmpty() ? null : verified.id(),
            token);
    if (!revocations.areKnown()) {
      throw Refused.of(
          ErrorCode.UNAVAILABLE, "this node does not know yet which tokens are revoked");
    }
    if (revocations.isRevoked(caller)) {
      throw Refused.of(ErrorCode.TOKEN_REVOKED, "the token has been revoked");
    }
    return caller;
  }

  private static long millis(Instant instant) {
    return instant.getEpochSecond() * 1_000;
  }

  private static Caller ofKey(JsonObject json, String token) {
    JsonObject user = json.getJsonObject("user");
    JsonArray rooms = json.getJsonArray("rooms");
    @Nullable Set<String> only =
        rooms == null
            ? null
            : rooms.stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet());
    return new Caller(
        new User(user.getString("id"), user.getString("name")),
        json.getBoolean("admin", false),
        json.getJsonArray("scopes", NO_SCOPES).contains(MESSAGES),
        only,
        NEVER_TOO_OLD,
        0,
        token.substring(0, Math.max(KEY_PREFIX.length(), token.lastIndexOf('_'))),
        token);
  }

  private static Throwable refused(Throwable failure) {
    if (!(failure instanceof TokenRefused refused)) {
      return failure;
    }
    ErrorCode code =
        switch (refused.reason()) {
          case EXPIRED -> ErrorCode.TOKEN_EXPIRED;
          case KEYS_UNAVAILABLE -> ErrorCode.UNAVAILABLE;
          case MALFORMED,
              ALGORITHM_REFUSED,
              UNKNOWN_KEY,
              BAD_SIGNATURE,
              NOT_YET_VALID,
              WRONG_ISSUER,
              WRONG_AUDIENCE ->
              ErrorCode.UNAUTHORIZED;
        };
    return Refused.of(code, String.valueOf(refused.getMessage()));
  }
}
