package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tokens of a login that signs with keys of its own, published as a set or given as PEM. */
class ForeignTokensTest {
  private static final KeyPair RSA = pair("RSA", 2_048);
  private static final KeyPair NEXT_RSA = pair("RSA", 2_048);
  private static final KeyPair ED = pair("Ed25519", 255);
  private static final KeyPair EC = ellipticPair();

  private static HttpServer login;
  private static Town town;

  /** What the login publishes now. */
  private static volatile List<String> published;

  @BeforeAll
  static void start() throws IOException {
    login = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    login.createContext(
        "/keys",
        exchange -> {
          byte[] set =
              ("{\"keys\":[" + String.join(",", published) + "]}").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, set.length);
          try (var body = exchange.getResponseBody()) {
            body.write(set);
          }
        });
    login.start();
    published = List.of(rsaKey("rsa", RSA), ecKey(), edKey());
    town =
        Town.with(
            2,
            "PARLEY_LIMITS",
            "off",
            "PARLEY_TOKEN_JWKS",
            "http://127.0.0.1:" + login.getAddress().getPort() + "/keys");
  }

  @AfterAll
  static void stop() {
    town.close();
    login.stop(0);
  }

  @Test
  void each_kind_of_signature_opens_every_transport_of_every_node_and_its_claims_count() {
    Map<String, String> byKind =
        Map.of(
            "RS256", token("RS256", "rsa", RSA, claims("rita")),
            "ES256", token("ES256", "ec", EC, claims("erin")),
            "EdDSA", token("EdDSA", "ed", ED, claims("eddy")));
    byKind.forEach(
        (kind, token) -> {
          for (int node = 0; node < 2; node++) {
            RawSocketIo client = RawSocketIo.connect(town.http, town.port(node), token);
            assertThat(client.refusal()).as(kind).isNull();
            PlainClient plain = PlainClient.connect(town.http, town.port(node), token);
            assertThat(code(client.ask("join", in("court")))).as(kind).isEqualTo("ok");
            assertThat(code(plain.ask("join", in("court")))).as(kind).isEqualTo("ok");
            assertThat(code(client.ask("join", in("cellar")))).as(kind).isEqualTo("forbidden");
            assertThat(code(client.ask("emit", toAll())))
                .as("an admin by its roles")
                .isEqualTo("ok");
            client.ask("send", in("court").put("text", kind + node));
            String text = kind + node;
            await().atMost(Town.SOON).until(() -> plain.texts().contains(text));
            assertThat(plain.heard("message").getLast().getJsonObject("from").getString("name"))
                .isEqualTo("Somebody");
            assertThat(town.rest(node, "GET", "/me", token, null).getString("name"))
                .isEqualTo("Somebody");
            assertThat(town.refusal(node, "GET", "/rooms/court/messages", token, null))
                .isEqualTo("ok");
            assertThat(town.refusal(node, "GET", "/rooms/cellar/messages", token, null))
                .isEqualTo("forbidden");
            assertThat(town.refusal(node, "GET", "/rooms/cellar/events", token, null))
                .isEqualTo("forbidden");
            assertThat(town.refusal(node, "GET", "/keys", token, null)).isEqualTo("ok");
          }
        });
  }

  @Test
  void what_the_login_did_not_sign_is_refused_everywhere() {
    String good = token("RS256", "rsa", RSA, claims("mallory"));
    String none = part(new JsonObject().put("alg", "none")) + "." + part(claims("mallory")) + ".";
    List<String> bad =
        List.of(
            token("RS256", "rsa", NEXT_RSA, claims("mallory")),
            token("RS256", "ec", RSA, claims("mallory")),
            token("ES256", "ed", EC, claims("mallory")),
            good.substring(0, good.lastIndexOf('.')) + ".AAAA",
            good.replaceFirst("\\.[^.]*\\.", "." + part(claims("root")) + "."),
            signedWithThePublicKeyAsSecret(),
            none);
    for (int node = 0; node < 2; node++) {
      for (String token : bad) {
        assertThat(refusal(node, token)).as(token).isEqualTo("unauthorized");
        assertThat(town.refusal(node, "GET", "/me", token, null)).isEqualTo("unauthorized");
        assertThat(town.refusal(node, "GET", "/rooms/court/events", token, null))
            .isEqualTo("unauthorized");
        assertThat(
                code(
                    PlainClient.connect(town.http, town.port(node))
                        .ask("auth", new JsonObject().put("token", token))))
            .isEqualTo("unauthorized");
      }
      String late = token("ES256", "ec", EC, claims("lara").put("exp", now() - 90));
      assertThat(refusal(node, late)).isEqualTo("token_expired");
    }
  }

  @Test
  void a_key_that_was_rotated_out_opens_no_more_and_its_successor_does() {
    String old = token("RS256", "rsa", RSA, claims("olga"));
    String next = token("RS256", "next", NEXT_RSA, claims("nina"));
    RawSocketIo before = RawSocketIo.connect(town.http, town.port(0), old);
    assertThat(before.refusal()).isNull();
    published = List.of(rsaKey("next", NEXT_RSA), ecKey(), edKey());
    try {
      for (int node = 0; node < 2; node++) {
        int asked = node;
        // A set that has just been read is not read again for ten seconds.
        await().atMost(Town.SOON).until(() -> refusal(asked, next) == null);
        await()
            .atMost(Town.SOON)
            .until(() -> town.refusal(asked, "GET", "/me", next, null).equals("ok"));
        assertThat(refusal(node, old)).isEqualTo("unauthorized");
        assertThat(town.refusal(node, "GET", "/me", old, null)).isEqualTo("unauthorized");
        assertThat(town.refusal(node, "GET", "/rooms/court/events", old, null))
            .isEqualTo("unauthorized");
        assertThat(refusal(node, token("EdDSA", "ed", ED, claims("eddy")))).isNull();
      }
      assertThat(code(before.ask("auth", new JsonObject().put("token", old))))
          .isEqualTo("unauthorized");
      assertThat(code(before.ask("join", in("court")))).as("what is open stays").isEqualTo("ok");
    } finally {
      published = List.of(rsaKey("rsa", RSA), rsaKey("next", NEXT_RSA), ecKey(), edKey());
      for (int node = 0; node < 2; node++) {
        int asked = node;
        await().atMost(Town.SOON).until(() -> refusal(asked, old) == null);
      }
    }
  }

  @Test
  void a_key_of_each_kind_can_be_given_as_pem() {
    Map<String, String> pemByToken =
        Map.of(
            token("RS256", null, RSA, claims("rita")), pem(RSA),
            token("ES256", null, EC, claims("erin")), pem(EC),
            token("EdDSA", null, ED, claims("eddy")), pem(ED));
    pemByToken.forEach(
        (token, pem) -> {
          int node = town.startGateway(Map.of("PARLEY_TOKEN_KEY", pem, "PARLEY_TOKEN_JWKS", ""));
          await().atMost(Town.SOON).until(() -> refusal(node, token) == null);
          RawSocketIo client = RawSocketIo.connect(town.http, town.port(node), token);
          assertThat(code(client.ask("join", in("court")))).isEqualTo("ok");
          assertThat(refusal(node, token("RS256", null, NEXT_RSA, claims("mallory"))))
              .isEqualTo("unauthorized");
          town.cutOff(node);
        });
  }

  private static JsonObject in(String room) {
    return new JsonObject().put("room", room);
  }

  private static JsonObject toAll() {
    return new JsonObject().put("to", "all").put("event", "notice").put("data", 1);
  }

  private static String code(JsonObject answer) {
    return answer.getBoolean("ok") ? "ok" : answer.getJsonObject("error").getString("code");
  }

  /** Why a connection is refused; null if it is not. */
  private static String refusal(int node, String token) {
    JsonObject refused = RawSocketIo.connect(town.http, town.port(node), token).refusal();
    return refused == null ? null : refused.getJsonObject("data").getString("code");
  }

  private static long now() {
    return System.currentTimeMillis() / 1_000;
  }

  /** An admin who may enter one room. */
  private static JsonObject claims(String user) {
    return new JsonObject()
        .put("sub", user)
        .put("name", "Somebody")
        .put("roles", new JsonArray().add("admin"))
        .put("rooms", new JsonArray().add("court"))
        .put("iat", now() - 1)
        .put("exp", now() + 3_600);
  }

  private static String part(JsonObject json) {
    return Base64URL.encode(json.encode()).toString();
  }

  private static String token(String algorithm, String keyId, KeyPair pair, JsonObject claims) {
    JsonObject header = new JsonObject().put("alg", algorithm).put("typ", "JWT");
    if (keyId != null) {
      header.put("kid", keyId);
    }
    String signed = part(header) + "." + part(claims);
    String name =
        switch (algorithm) {
          case "RS256" -> "SHA256withRSA";
          case "ES256" -> "SHA256withECDSAinP1363Format";
          default -> "Ed25519";
        };
    try {
      Signature signature = Signature.getInstance(name);
      signature.initSign(pair.getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + Base64URL.encode(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The oldest trick: what everybody may know, taken for what nobody may. */
  private static String signedWithThePublicKeyAsSecret() {
    String signed =
        part(new JsonObject().put("alg", JWSAlgorithm.HS256.getName()).put("kid", "rsa"))
            + "."
            + part(claims("mallory"));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(RSA.getPublic().getEncoded(), "HmacSHA256"));
      return signed
          + "."
          + Base64URL.encode(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String rsaKey(String id, KeyPair pair) {
    return new RSAKey.Builder((RSAPublicKey) pair.getPublic()).keyID(id).build().toJSONString();
  }

  private static String ecKey() {
    return new ECKey.Builder(Curve.P_256, (ECPublicKey) EC.getPublic())
        .keyID("ec")
        .build()
        .toJSONString();
  }

  private static String edKey() {
    byte[] encoded = ED.getPublic().getEncoded();
    Base64URL x =
        Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    return new OctetKeyPair.Builder(Curve.Ed25519, x).keyID("ed").build().toJSONString();
  }

  private static String pem(KeyPair pair) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(pair.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  private static KeyPair pair(String kind, int size) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
      generator.initialize(size);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair ellipticPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
