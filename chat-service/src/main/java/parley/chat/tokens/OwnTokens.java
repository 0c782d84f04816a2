package parley.chat.tokens;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import parley.chat.refusals.Refused;
import parley.protocol.ErrorCode;
import parley.protocol.User;

/** Tokens signed with the secret that all processes share. */
public final class OwnTokens implements TokenMaker, Callers.TokenReader {
  private final byte[] secret;

  public OwnTokens(String secret) {
    this.secret = secret.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String make(User user, Duration validFor) {
    Instant now = Instant.now();
    SignedJWT token =
        new SignedJWT(
            new JWSHeader(JWSAlgorithm.HS256),
            new JWTClaimsSet.Builder()
                .subject(user.id())
                .claim("name", user.name())
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(validFor)))
                .build());
    try {
      token.sign(new MACSigner(secret));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Callers.Token read(String text) {
    try {
      SignedJWT token = SignedJWT.parse(text);
      JWTClaimsSet claims = token.getJWTClaimsSet();
      if (!token.verify(new MACVerifier(secret)) || claims.getSubject() == null) {
        throw Refused.of(ErrorCode.UNAUTHORIZED);
      }
      if (claims.getExpirationTime() == null
          || claims.getExpirationTime().toInstant().isBefore(Instant.now())) {
        throw Refused.of(ErrorCode.TOKEN_EXPIRED);
      }
      String name = claims.getStringClaim("name");
      return new Callers.Token(
          new User(claims.getSubject(), name == null ? claims.getSubject() : name),
          "admin".equals(claims.getStringClaim("role")),
          null,
          claims.getJWTID(),
          claims.getIssueTime().toInstant().getEpochSecond());
    } catch (ParseException | JOSEException e) {
      throw Refused.of(ErrorCode.UNAUTHORIZED);
    }
  }
}
