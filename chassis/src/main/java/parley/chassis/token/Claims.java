package parley.chassis.token;

import com.nimbusds.jwt.JWTClaimsSet;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.chassis.token.TokenRefused.Reason;
import parley.protocol.Ids;
import parley.protocol.Limits;

/** From the claims of a token with a good signature to what they say, or why not. */
final class Claims {

  private static final int ROLES_MAX = 32;
  private static final int ROOMS_MAX = 256;

  private Claims() {}

  static VerifiedToken read(JWTClaimsSet claims, TokenSettings settings, Instant now) {
    try {
      checkParties(claims, settings);
      String user = user(claims);
      String name = claims.getStringClaim("name");
      Date expires = claims.getExpirationTime();
      if (expires == null) {
        throw malformed("the token does not say when it expires (exp)");
      }
      checkTime(expires.toInstant(), notBefore(claims), settings.skew(), now);
      Date issued = claims.getIssueTime();
      String id = claims.getJWTID();
      return new VerifiedToken(
          user,
          name(name, user),
          texts(claims, "roles", ROLES_MAX).orElse(Set.of()),
          texts(claims, "rooms", ROOMS_MAX),
          expires.toInstant(),
          issued == null ? Instant.EPOCH : issued.toInstant(),
          id == null ? "" : id);
    } catch (ParseException e) {
      throw malformed("a claim of the token is of a wrong type");
    }
  }

  static void checkTime(Instant expires, @Nullable Instant notBefore, Duration skew, Instant now) {
    if (!now.isBefore(expires.plus(skew))) {
      throw new TokenRefused(Reason.EXPIRED, "the token has expired");
    }
    if (notBefore != null && now.isBefore(notBefore.minus(skew))) {
      throw new TokenRefused(Reason.NOT_YET_VALID, "the token is not valid yet");
    }
  }

  private static @Nullable Instant notBefore(JWTClaimsSet claims) {
    Date notBefore = claims.getNotBeforeTime();
    return notBefore == null ? null : notBefore.toInstant();
  }

  private static void checkParties(JWTClaimsSet claims, TokenSettings settings) {
    if (settings.issuer().isPresent() && !settings.issuer().get().equals(claims.getIssuer())) {
      throw new TokenRefused(Reason.WRONG_ISSUER, "the token is from another issuer");
    }
    if (settings.audience().isPresent()
        && !claims.getAudience().contains(settings.audience().get())) {
      throw new TokenRefused(Reason.WRONG_AUDIENCE, "the token is for another audience");
    }
  }

  private static String user(JWTClaimsSet claims) {
    String user = claims.getSubject();
    String problem = Ids.userProblem(user);
    if (user == null || problem != null) {
      throw malformed("the token's subject (sub) is no user id: " + problem);
    }
    return user;
  }

  private static Optional<Set<String>> texts(JWTClaimsSet claims, String name, int most)
      throws ParseException {
    List<String> list = claims.getStringListClaim(name);
    if (list == null) {
      return Optional.empty();
    }
    if (list.size() > most) {
      throw malformed("the token has more than %d %s".formatted(most, name));
    }
    return Optional.of(Set.copyOf(new HashSet<>(list)));
  }

  /** Names come from elsewhere: what cannot be shown is left out, what is too long is cut. */
  private static String name(@Nullable String claimed, String user) {
    if (claimed == null) {
      return user;
    }
    String shown =
        claimed
            .codePoints()
            .filter(c -> !Character.isISOControl(c))
            .limit(Limits.USER_NAME_CHARACTERS_MAX)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString()
            .strip();
    return Ids.nameProblem(shown) == null ? shown : user;
  }

  private static TokenRefused malformed(String why) {
    return new TokenRefused(Reason.MALFORMED, why);
  }
}
