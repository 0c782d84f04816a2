package parley.chassis.token;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** Reads a public key or a certificate in PEM form. */
final class PemKey {

  private static final String KEY = "PUBLIC KEY";
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String ADVICE =
      "PARLEY_TOKEN_KEY holds no public key; write one that begins with -----BEGIN PUBLIC KEY-----,"
          + " a certificate, or the path of a file with one.";

  private PemKey() {}

  static PublicKey read(String pemOrPath) {
    String text = pemOrPath.contains("-----BEGIN") ? pemOrPath : file(pemOrPath);
    // A private key must not lie around here, and is no help.
    if (text.contains("PRIVATE KEY-----")) {
      throw new IllegalArgumentException(
          "PARLEY_TOKEN_KEY holds a private key; write the public key that belongs to it.");
    }
    try {
      if (text.contains(begin(CERTIFICATE))) {
        return CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(body(text, CERTIFICATE)))
            .getPublicKey();
      }
      return key(body(text, KEY));
    } catch (CertificateException | IllegalArgumentException e) {
      throw new IllegalArgumentException(ADVICE, e);
    }
  }

  private static PublicKey key(byte[] encoded) {
    GeneralSecurityException refused = null;
    for (String kind : List.of("RSA", "EC", "Ed25519")) {
      try {
        return KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(encoded));
      } catch (InvalidKeySpecException anotherKind) {
        refused = anotherKind;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("the JDK knows no " + kind, e);
      }
    }
    throw new IllegalArgumentException("neither RSA nor elliptic nor Ed25519", refused);
  }

  private static byte[] body(String text, String kind) {
    int from = text.indexOf(begin(kind));
    int to = text.indexOf("-----END " + kind + "-----");
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("no " + kind);
    }
    // In an environment variable line ends are often written as \n.
    String base64 = text.substring(from + begin(kind).length(), to).replace("\\n", "");
    return Base64.getMimeDecoder().decode(base64);
  }

  private static String begin(String kind) {
    return "-----BEGIN " + kind + "-----";
  }

  private static String file(String path) {
    try {
      return Files.readString(Path.of(path), StandardCharsets.UTF_8);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(ADVICE, e);
    }
  }
}
