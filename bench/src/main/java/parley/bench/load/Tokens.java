package parley.bench.load;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs a token for each client, as an application's own backend would. */
final class Tokens {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final String HEADER = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
  private static final long VALID_SECONDS = 24 * 3600;

  private final String secret;

  Tokens(String secret) {
    this.secret = secret;
  }

  String of(int client) {
    long now = System.currentTimeMillis() / 1000;
    String claims =
        "{\"sub\":\"bench-%d\",\"name\":\"Bench %d\",\"iat\":%d,\"exp\":%d}"
            .formatted(client, client, now, now + VALID_SECONDS);
    String signed = HEADER + "." + encode(claims);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return signed
          + "."
          + BASE64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encode(String json) {
    return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
