package parley.chassis.token;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import parley.chassis.config.Secret;
import parley.chassis.config.Setting;

/** Which tokens are believed. At least one of secret, key and key set is given. */
public record TokenSettings(
    @Setting(
            name = "PARLEY_TOKEN_SECRET",
            means = "The secret that tokens are signed with by HS256; guests need it.",
            example = "at-least-thirty-two-characters-of-it",
            min = 32)
        Optional<Secret> secret,
    @Setting(
            name = "PARLEY_TOKEN_KEY",
            means =
                "A public key or certificate in PEM form, or the path of a file with it, for tokens"
                    + " signed by RS256, ES256 or EdDSA.",
            example = "/etc/parley/token.pem")
        Optional<String> key,
    @Setting(
            name = "PARLEY_TOKEN_JWKS",
            means =
                "Where the public keys of your login are published as a JWK set; it is read again"
                    + " when a token names a key that is not known yet.",
            example = "https://login.example.com/.well-known/jwks.json")
        Optional<URI> keySet,
    @Setting(
            name = "PARLEY_TOKEN_ISSUER",
            means = "Tokens must name this as their issuer (iss); not checked when empty.",
            example = "https://login.example.com/")
        Optional<String> issuer,
    @Setting(
            name = "PARLEY_TOKEN_AUDIENCE",
            means = "Tokens must name this among their audience (aud); not checked when empty.",
            example = "parley")
        Optional<String> audience,
    @Setting(
            name = "PARLEY_TOKEN_SKEW",
            means = "How far the clocks of those who sign tokens may be off.",
            otherwise = "30s",
            min = 0,
            max = 600_000)
        Duration skew,
    @Setting(
            name = "PARLEY_ADMINS",
            means = "Ids of users who are admins whatever their tokens say.",
            otherwise = "")
        Set<String> admins) {

  /** What docker-compose.yml falls back to. */
  private static final String KNOWN_TO_ALL = "for-development-only-32-characters";

  public TokenSettings {
    boolean others = key.isPresent() || keySet.isPresent();
    if (others && secret.map(Secret::reveal).filter(KNOWN_TO_ALL::equals).isPresent()) {
      throw new IllegalArgumentException(
          "Everybody could sign a token: PARLEY_TOKEN_SECRET is the one of docker-compose.yml. Set"
              + " it to nothing, since you have a key or key set, or to a secret of your own"
              + " (openssl rand -hex 24).");
    }
    if (secret.isEmpty() && key.isEmpty() && keySet.isEmpty()) {
      throw new IllegalArgumentException(
          "Nobody could sign a token: set PARLEY_TOKEN_SECRET to a secret of at least 32 characters"
              + " (or PARLEY_TOKEN_KEY, or PARLEY_TOKEN_JWKS).");
    }
  }
}
