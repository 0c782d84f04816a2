package parley.chassis.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A key together with the one algorithm that it is believed for, so that a token's header never
 * decides how a key is used.
 */
record TrustedKey(@Nullable String id, JWSAlgorithm algorithm, JWSVerifier verifier) {

  private static final int RSA_BITS_MIN = 2048;

  /** What comes before the 32 bytes of an Ed25519 key in its X.509 form. */
  private static final byte[] ED25519_LEAD = HexFormat.of().parseHex("302a300506032b6570032100");

  static TrustedKey ofSecret(String secret) {
    try {
      return new TrustedKey(
          null, JWSAlgorithm.HS256, new MACVerifier(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (JOSEException e) {
      throw new IllegalArgumentException("the secret cannot be used for HS256", e);
    }
  }

  static TrustedKey ofPublic(@Nullable String id, PublicKey key) {
    try {
      return switch (key) {
        case RSAPublicKey rsa -> {
          if (rsa.getModulus().bitLength() < RSA_BITS_MIN) {
            throw new IllegalArgumentException(
                "an RSA key needs at least " + RSA_BITS_MIN + " bits");
          }
          yield new TrustedKey(id, JWSAlgorithm.RS256, new RSASSAVerifier(rsa));
        }
        case ECPublicKey ec -> {
          if (!Curve.P_256.equals(Curve.forECParameterSpec(ec.getParams()))) {
            throw new IllegalArgumentException("an elliptic key for ES256 is on the curve P-256");
          }
          yield new TrustedKey(id, JWSAlgorithm.ES256, new ECDSAVerifier(ec));
        }
        case EdECPublicKey ed -> new TrustedKey(id, JWSAlgorithm.EdDSA, new Ed25519Check(ed));
        default -> throw new IllegalArgumentException("a key is RSA, elliptic (P-256) or Ed25519");
      };
    } catch (JOSEException e) {
      throw new IllegalArgumentException("the key cannot be used", e);
    }
  }

  /** Empty for keys of a set that are for something else. */
  static Optional<TrustedKey> of(JWK jwk) {
    if (jwk.getKeyUse() != null && !KeyUse.SIGNATURE.equals(jwk.getKeyUse())) {
      return Optional.empty();
    }
    try {
      PublicKey key =
          switch (jwk) {
            case RSAKey rsa -> rsa.toRSAPublicKey();
            case ECKey ec -> ec.toECPublicKey();
            case OctetKeyPair pair -> ed25519(pair);
            default -> null;
          };
      if (key == null) {
        return Optional.empty();
      }
      TrustedKey trusted = ofPublic(jwk.getKeyID(), key);
      boolean meantForIt =
          jwk.getAlgorithm() == null
              || jwk.getAlgorithm().getName().equals(trusted.algorithm.getName());
      return meantForIt ? Optional.of(trusted) : Optional.empty();
    } catch (JOSEException | GeneralSecurityException | IllegalArgumentException unusable) {
      return Optional.empty();
    }
  }

  private static @Nullable PublicKey ed25519(OctetKeyPair pair) throws GeneralSecurityException {
    if (!Curve.Ed25519.equals(pair.getCurve())) {
      return null;
    }
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    encoded.writeBytes(ED25519_LEAD);
    encoded.writeBytes(pair.getDecodedX());
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(new X509EncodedKeySpec(encoded.toByteArray()));
  }
}
