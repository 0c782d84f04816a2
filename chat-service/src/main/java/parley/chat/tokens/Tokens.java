package parley.chat.tokens;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.chassis.token.TokenRefused;
import parley.chassis.token.TokenSigner;
import parley.chassis.token.TokenVerifier;
import parley.chassis.token.VerifiedToken;
import parley.chat.refusals.Refused;
import parley.protocol.ErrorCode;
import parley.protocol.Ids;
import parley.protocol.User;

/** Tokens of the application and our own, as this service uses them. */
public final class Tokens implements TokenMaker, Callers.TokenReader {
  /** The role in a token that makes an admin. */
  private static final String ADMIN = "admin";

  private final TokenVerifier verifier;
  private final @Nullable TokenSigner signer;

  /**
   * @param signer null where the settings have no secret to sign with
   */
  public Tokens(TokenVerifier verifier, @Nullable TokenSigner signer) {
    this.verifier = verifier;
    this.signer = signer;
  }

  @Override
  public String make(User user, Duration validFor) {
    if (signer == null) {
      throw Refused.of(ErrorCode.FORBIDDEN, "There is no PARLEY_TOKEN_SECRET to sign tokens with.");
    }
    return signer.sign(user.id(), user.name(), List.of(), Optional.empty(), validFor);
  }

  @Override
  public Callers.Token read(String text) {
    VerifiedToken token = verified(text);
    String problem = Ids.userProblem(token.userId());
    if (problem != null) {
      throw Refused.of(ErrorCode.UNAUTHORIZED, "The token's subject cannot be a user: " + problem);
    }
    return new Callers.Token(
        new User(token.userId(), token.name()),
        token.hasRole(ADMIN),
        token.rooms().orElse(null),
        token.id().isEmpty() ? null : token.id(),
        token.issuedAt().getEpochSecond());
  }

  private VerifiedToken verified(String text) {
    try {
      return Future.await(verifier.verify(text));
    } catch (TokenRefused e) {
      String why = String.valueOf(e.getMessage());
      throw switch (e.reason()) {
        case EXPIRED -> Refused.of(ErrorCode.TOKEN_EXPIRED, why);
        case KEYS_UNAVAILABLE -> Refused.of(ErrorCode.UNAVAILABLE, why);
        case MALFORMED,
            ALGORITHM_REFUSED,
            UNKNOWN_KEY,
            BAD_SIGNATURE,
            NOT_YET_VALID,
            WRONG_ISSUER,
            WRONG_AUDIENCE ->
            Refused.of(ErrorCode.UNAUTHORIZED, why);
      };
    }
  }
}
