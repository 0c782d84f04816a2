package parley.chassis.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.chassis.token.TokenRefused.Reason;

/**
 * Decides whether a token is believed. Each key is bound to one algorithm, so neither {@code none}
 * nor a public key taken for a secret gets through. Answers at once, but for a token that names a
 * key nobody knows yet: then the key set is read again first. Usable from any thread.
 */
public final class TokenVerifier {

  private static final int TOKEN_CHARS_MAX = 8_192;
  private static final int CACHED_MAX = 4_096;
  private static final Duration BETWEEN_KEY_SET_READS = Duration.ofSeconds(10);

  private final TokenSettings settings;
  private final Clock clock;
  private final List<TrustedKey> ownKeys;
  private final @Nullable KeySet keySet;
  private final VerifiedTokens cache = new VerifiedTokens(CACHED_MAX);

  private TokenVerifier(
      Vertx vertx, TokenSettings settings, Clock clock, Duration betweenKeySetReads) {
    this.settings = settings;
    this.clock = clock;
    List<TrustedKey> keys = new ArrayList<>();
    settings.secret().ifPresent(secret -> keys.add(TrustedKey.ofSecret(secret.reveal())));
    settings.key().ifPresent(pem -> keys.add(TrustedKey.ofPublic(null, PemKey.read(pem))));
    this.ownKeys = List.copyOf(keys);
    this.keySet =
        settings
            .keySet()
            .map(address -> new KeySet(vertx, address, betweenKeySetReads, cache::clear))
            .orElse(null);
  }

  /** A verifier whose key set, if it has one, was read or at least tried once. */
  public static Future<TokenVerifier> open(Vertx vertx, TokenSettings settings) {
    return open(vertx, settings, Clock.systemUTC(), BETWEEN_KEY_SET_READS);
  }

  static Future<TokenVerifier> open(
      Vertx vertx, TokenSettings settings, Clock clock, Duration betweenKeySetReads) {
    TokenVerifier verifier = new TokenVerifier(vertx, settings, clock, betweenKeySetReads);
    return verifier.keySet == null
        ? Future.succeededFuture(verifier)
        : verifier.keySet.refresh().map(verifier);
  }

  /** What the token says; fails with {@link TokenRefused}. */
  public Future<VerifiedToken> verify(String token) {
    VerifiedToken known = cache.get(token);
    if (known != null && clock.instant().isBefore(known.expiresAt().plus(settings.skew()))) {
      return Future.succeededFuture(known);
    }
    try {
      SignedJWT parsed = parse(token);
      List<TrustedKey> candidates = candidates(parsed.getHeader());
      if (candidates.isEmpty() && keySet != null) {
        return keySet.refresh().compose(ignored -> afterRefresh(token, parsed));
      }
      return Future.succeededFuture(check(token, parsed, candidates));
    } catch (TokenRefused refused) {
      return Future.failedFuture(refused);
    }
  }

  private Future<VerifiedToken> afterRefresh(String token, SignedJWT parsed) {
    try {
      return Future.succeededFuture(check(token, parsed, candidates(parsed.getHeader())));
    } catch (TokenRefused refused) {
      return Future.failedFuture(refused);
    }
  }

  private static SignedJWT parse(String token) {
    if (token.length() > TOKEN_CHARS_MAX) {
      throw new TokenRefused(
          Reason.MALFORMED, "the token is longer than " + TOKEN_CHARS_MAX + " characters");
    }
    try {
      SignedJWT parsed = SignedJWT.parse(token);
      if (parsed.getHeader().getCriticalParams() != null
          && !parsed.getHeader().getCriticalParams().isEmpty()) {
        throw new TokenRefused(
            Reason.ALGORITHM_REFUSED, "the token demands an extension that is not known here");
      }
      return parsed;
    } catch (ParseException | IllegalArgumentException e) {
      throw new TokenRefused(Reason.MALFORMED, "this is no signed token");
    }
  }

  private List<TrustedKey> candidates(JWSHeader header) {
    String id = header.getKeyID();
    List<TrustedKey> candidates = new ArrayList<>();
    for (TrustedKey key : ownKeys) {
      if (matches(key.algorithm(), header.getAlgorithm())) {
        candidates.add(key);
      }
    }
    if (keySet != null) {
      for (TrustedKey key : keySet.keys()) {
        boolean named = id == null || id.equals(key.id());
        if (named && matches(key.algorithm(), header.getAlgorithm())) {
          candidates.add(key);
        }
      }
    }
    return candidates;
  }

  /** EdDSA has a second, newer name for the only curve that is believed here. */
  private static boolean matches(JWSAlgorithm ofKey, JWSAlgorithm inHeader) {
    return ofKey.equals(inHeader)
        || (ofKey.equals(JWSAlgorithm.EdDSA) && inHeader.equals(JWSAlgorithm.Ed25519));
  }

  private VerifiedToken check(String token, SignedJWT parsed, List<TrustedKey> candidates) {
    if (candidates.isEmpty()) {
      throw nobodySigns(parsed.getHeader());
    }
    for (TrustedKey key : candidates) {
      if (signed(parsed, key)) {
        Instant now = clock.instant();
        VerifiedToken verified = Claims.read(claims(parsed), settings, now);
        cache.put(token, verified);
        return verified;
      }
    }
    throw new TokenRefused(Reason.BAD_SIGNATURE, "the token's signature is wrong");
  }

  private TokenRefused nobodySigns(JWSHeader header) {
    boolean algorithmKnown =
        ownKeys.stream().anyMatch(key -> matches(key.algorithm(), header.getAlgorithm()));
    if (keySet != null && keySet.keys().isEmpty() && !algorithmKnown) {
      return new TokenRefused(
          Reason.KEYS_UNAVAILABLE, "the keys that tokens are signed with cannot be read now");
    }
    boolean inSet =
        keySet != null
            && keySet.keys().stream()
                .anyMatch(key -> matches(key.algorithm(), header.getAlgorithm()));
    return inSet
        ? new TokenRefused(Reason.UNKNOWN_KEY, "the token is signed with a key nobody knows")
        : new TokenRefused(
            Reason.ALGORITHM_REFUSED, "tokens signed by this algorithm are not accepted");
  }

  private static boolean signed(SignedJWT parsed, TrustedKey key) {
    try {
      return key.verifier()
          .verify(parsed.getHeader(), parsed.getSigningInput(), parsed.getSignature());
    } catch (JOSEException unusable) {
      return false;
    }
  }

  private static JWTClaimsSet claims(SignedJWT parsed) {
    try {
      return parsed.getJWTClaimsSet();
    } catch (ParseException e) {
      throw new TokenRefused(Reason.MALFORMED, "the token's claims cannot be read");
    }
  }

  public Future<Void> close() {
    return keySet == null ? Future.succeededFuture() : keySet.close();
  }
}
