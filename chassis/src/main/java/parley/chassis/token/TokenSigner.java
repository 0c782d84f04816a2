package parley.chassis.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import parley.chassis.config.Secret;

/** Makes tokens by HS256: for guests, and for trying things out. */
public final class TokenSigner {

  private final JWSSigner signer;
  private final Optional<String> issuer;
  private final Optional<String> audience;

  private TokenSigner(JWSSigner signer, Optional<String> issuer, Optional<String> audience) {
    this.signer = signer;
    this.issuer = issuer;
    this.audience = audience;
  }

  /** Empty where the settings have no secret, only keys of somebody else. */
  public static Optional<TokenSigner> of(TokenSettings settings) {
    return settings
        .secret()
        .map(secret -> new TokenSigner(signer(secret), settings.issuer(), settings.audience()));
  }

  private static JWSSigner signer(Secret secret) {
    try {
      return new MACSigner(secret.reveal().getBytes(StandardCharsets.UTF_8));
    } catch (JOSEException e) {
      throw new IllegalArgumentException("the secret cannot be used for HS256", e);
    }
  }

  /** A token; {@code rooms} where given are the only ones that its bearer may enter. */
  public String sign(
      String userId,
      String name,
      List<String> roles,
      Optional<List<String>> rooms,
      Duration lifetime) {
    Instant now = Instant.now();
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .subject(userId)
            .claim("name", name)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(lifetime)))
            .jwtID(UUID.randomUUID().toString());
    if (!roles.isEmpty()) {
      claims.claim("roles", roles);
    }
    rooms.ifPresent(list -> claims.claim("rooms", list));
    issuer.ifPresent(claims::issuer);
    audience.ifPresent(claims::audience);
    SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
    try {
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("a token cannot be signed", e);
    }
    return token.serialize();
  }
}
