package parley.chat.tokens;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.chat.refusals.Refused;
import parley.protocol.ErrorCode;
import parley.protocol.User;

/** Finds out whom a request comes from. */
public final class Callers {
  private static final String BEARER = "Bearer ";

  private final TokenReader reader;
  private final ServerKeys keys;
  private final Revocations revocations;
  private final Set<String> admins;

  /**
   * @param admins ids of users who are admins whatever their token says: the first one is named so
   */
  public Callers(TokenReader reader, ServerKeys keys, Revocations revocations, Set<String> admins) {
    this.reader = reader;
    this.keys = keys;
    this.revocations = revocations;
    this.admins = Set.copyOf(admins);
  }

  /** Checks a token; a bad one is refused with a code of the catalogue. */
  @FunctionalInterface
  public interface TokenReader {
    Token read(String token);
  }

  /**
   * What a valid token says.
   *
   * @param rooms the only rooms it allows, or null for all
   * @param id what it can be revoked by alone, or null
   */
  public record Token(
      User user,
      boolean admin,
      @Nullable Set<String> rooms,
      @Nullable String id,
      long issuedAtSeconds) {}

  public Caller of(@Nullable String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw Refused.of(ErrorCode.UNAUTHORIZED);
    }
    String bearer = authorization.substring(BEARER.length()).strip();
    return ServerKeys.isKey(bearer) ? keys.caller(bearer) : person(bearer);
  }

  private Caller person(String bearer) {
    Token token = reader.read(bearer);
    if (revocations.isRevoked(token.user().id(), token.issuedAtSeconds(), token.id())) {
      throw Refused.of(ErrorCode.TOKEN_REVOKED);
    }
    boolean admin = token.admin() || admins.contains(token.user().id());
    return new Caller(token.user(), admin, token.rooms(), null, token.id());
  }
}
