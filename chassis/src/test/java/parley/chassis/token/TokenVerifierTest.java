package parley.chassis.token;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.chassis.config.Secret;
import parley.chassis.token.TokenRefused.Reason;

class TokenVerifierTest {

  private static Vertx VERTX;
  private static final String SECRET = "a secret of more than thirty-two characters";
  private static final KeyPair RSA = pair("RSA", 2048);
  private static final KeyPair OTHER_RSA = pair("RSA", 2048);
  private static final KeyPair EC = ellipticPair();
  private static final KeyPair ED = pair("Ed25519", 255);

  /** A clock that a test sets. */
  private static final class SetClock extends Clock {
    private Instant now = Instant.now();

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneId.of("UTC");
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private final SetClock clock = new SetClock();

  @BeforeAll
  static void open() {
    VERTX = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  @Test
  void a_signed_guest_token_says_who_its_bearer_is() throws Exception {
    TokenSettings settings = settings().withSecret().build();
    String token =
        TokenSigner.of(settings)
            .orElseThrow()
            .sign(
                "ann",
                "Ann B.",
                List.of("admin"),
                Optional.of(List.of("lobby")),
                Duration.ofHours(1));
    VerifiedToken verified = verifier(settings).verify(token).await(5, SECONDS);
    assertThat(verified.userId()).isEqualTo("ann");
    assertThat(verified.name()).isEqualTo("Ann B.");
    assertThat(verified.hasRole("admin")).isTrue();
    assertThat(verified.allows("lobby")).isTrue();
    assertThat(verified.allows("other")).isFalse();
    assertThat(verified.id()).isNotEmpty();
    assertThat(verified.expiresAt()).isAfter(verified.issuedAt());
  }

  @Test
  void a_token_without_name_roles_and_rooms_is_a_plain_user_of_every_room() throws Exception {
    VerifiedToken verified =
        verifier(settings().withSecret().build())
            .verify(hs256(SECRET, claims().build()))
            .await(5, SECONDS);
    assertThat(verified.name()).isEqualTo("ann");
    assertThat(verified.roles()).isEmpty();
    assertThat(verified.allows("anything")).isTrue();
    assertThat(verified.issuedAt()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void public_keys_of_each_kind_are_read_from_pem(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("key.pem");
    Files.writeString(file, pem(EC.getPublic()));
    believes(settings().withKey(pem(RSA.getPublic())), rs256(RSA, null));
    believes(settings().withKey(file.toString()), es256());
    believes(settings().withKey(pem(ED.getPublic()).replace("\n", "\\n")), eddsa(null));
  }

  @Test
  void another_key_of_the_same_kind_is_not_believed() {
    refuses(
        settings().withSecret(),
        hs256("another secret of thirty-two characters or more", claims().build()),
        Reason.BAD_SIGNATURE);
    refuses(settings().withKey(pem(RSA.getPublic())), rs256(OTHER_RSA, null), Reason.BAD_SIGNATURE);
    String[] parts = es256().split("\\.");
    String zeros = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);
    refuses(
        settings().withKey(pem(EC.getPublic())),
        parts[0] + "." + parts[1] + "." + zeros,
        Reason.BAD_SIGNATURE);
    String[] ed = eddsa(null).split("\\.");
    refuses(
        settings().withKey(pem(ED.getPublic())),
        ed[0] + "." + ed[1] + "." + zeros,
        Reason.BAD_SIGNATURE);
  }

  @Test
  void no_signature_and_a_public_key_taken_for_a_secret_are_refused() throws Exception {
    refuses(settings().withSecret(), new PlainJWT(claims().build()).serialize(), Reason.MALFORMED);
    String none = "eyJhbGciOiJub25lIn0." + hs256(SECRET, claims().build()).split("\\.")[1] + ".";
    refuses(settings().withSecret(), none, Reason.MALFORMED);
    String confused = hs256(pem(RSA.getPublic()), claims().build());
    refuses(settings().withKey(pem(RSA.getPublic())), confused, Reason.ALGORITHM_REFUSED);
    String encoded = new String(RSA.getPublic().getEncoded(), StandardCharsets.ISO_8859_1);
    refuses(
        settings().withKey(pem(RSA.getPublic())),
        hs256(encoded, claims().build()),
        Reason.ALGORITHM_REFUSED);
    SignedJWT longer = new SignedJWT(new JWSHeader(JWSAlgorithm.HS512), claims().build());
    longer.sign(new MACSigner(SECRET.repeat(2)));
    refuses(settings().withSecret(), longer.serialize(), Reason.ALGORITHM_REFUSED);
  }

  @Test
  void an_extension_that_must_be_understood_is_refused() throws Exception {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256)
                .criticalParams(Set.of("x"))
                .customParam("x", 1)
                .build(),
            claims().build());
    Base64URL signature = new MACSigner(SECRET).sign(token.getHeader(), token.getSigningInput());
    String text = new String(token.getSigningInput(), StandardCharsets.UTF_8) + "." + signature;
    refuses(settings().withSecret(), text, Reason.ALGORITHM_REFUSED);
  }

  @Test
  void time_issuer_and_audience_are_checked_with_some_skew() throws Exception {
    Settings strict = settings().withSecret().issuer("us").audience("parley");
    JWTClaimsSet.Builder good = claims().issuer("us").audience(List.of("other", "parley"));
    believes(strict, hs256(SECRET, good.build()));
    refuses(strict, hs256(SECRET, claims().audience("parley").build()), Reason.WRONG_ISSUER);
    refuses(strict, hs256(SECRET, claims().issuer("us").build()), Reason.WRONG_AUDIENCE);

    Settings plain = settings().withSecret();
    believes(plain, hs256(SECRET, claims().expirationTime(in(-29)).build()));
    refuses(plain, hs256(SECRET, claims().expirationTime(in(-31)).build()), Reason.EXPIRED);
    believes(plain, hs256(SECRET, claims().notBeforeTime(in(29)).build()));
    refuses(plain, hs256(SECRET, claims().notBeforeTime(in(40)).build()), Reason.NOT_YET_VALID);
    refuses(
        plain, hs256(SECRET, new JWTClaimsSet.Builder().subject("a").build()), Reason.MALFORMED);
  }

  @Test
  void a_token_expires_although_it_was_verified_before() throws Exception {
    TokenVerifier verifier = verifier(settings().withSecret().build());
    String token = hs256(SECRET, claims().expirationTime(in(60)).build());
    verifier.verify(token).await(5, SECONDS);
    clock.now = clock.now.plusSeconds(91);
    assertThatThrownBy(() -> verifier.verify(token).await(5, SECONDS))
        .isInstanceOfSatisfying(
            TokenRefused.class, e -> assertThat(e.reason()).isEqualTo(Reason.EXPIRED));
  }

  @Test
  void what_is_no_token_is_malformed() throws Exception {
    for (String text : List.of("", ".", "..", "a.b.c", "x".repeat(9_000), "{}", "e30.e30.e30")) {
      refuses(settings().withSecret(), text, Reason.MALFORMED);
    }
    for (String user : Arrays.asList("", "a:b", "{a}", "a\nb", "x".repeat(65), null)) {
      refuses(
          settings().withSecret(), hs256(SECRET, claims().subject(user).build()), Reason.MALFORMED);
    }
    refuses(
        settings().withSecret(),
        hs256(SECRET, claims().claim("roles", "admin").build()),
        Reason.MALFORMED);
    List<String> many = java.util.stream.IntStream.range(0, 300).mapToObj(i -> "r" + i).toList();
    refuses(
        settings().withSecret(),
        hs256(SECRET, claims().claim("rooms", many).build()),
        Reason.MALFORMED);
  }

  @Test
  void a_name_is_cut_and_cleaned() throws Exception {
    String name = "\u001b" + "ü".repeat(63) + "\uD83D\uDE00tail";
    VerifiedToken verified =
        verifier(settings().withSecret().build())
            .verify(hs256(SECRET, claims().claim("name", name).build()))
            .await(5, SECONDS);
    assertThat(verified.name()).isEqualTo("ü".repeat(63) + "\uD83D\uDE00");
  }

  @Test
  void keys_of_a_published_set_rotate() throws Exception {
    AtomicReference<String> published =
        new AtomicReference<>(jwks(rsaJwk("one", RSA), edJwk("ed")));
    AtomicInteger reads = new AtomicInteger();
    HttpServer server = serve(published, reads);
    TokenVerifier verifier =
        TokenVerifier.open(
                VERTX, settings().withKeySet(server).build(), clock, Duration.ofMillis(300))
            .await(5, SECONDS);
    verifier.verify(rs256(RSA, "one")).await(5, SECONDS);
    verifier.verify(eddsa("ed")).await(5, SECONDS);
    assertThat(reads).hasValue(1);

    published.set(jwks(rsaJwk("two", OTHER_RSA)));
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(
            () ->
                verifier
                    .verify(rs256(OTHER_RSA, "two"))
                    .transform(io.vertx.core.Future::succeededFuture)
                    .await()
                    .succeeded());
    assertThatThrownBy(() -> verifier.verify(rs256(RSA, "one")).await(5, SECONDS))
        .isInstanceOfSatisfying(
            TokenRefused.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_KEY));
    verifier.close().await(5, SECONDS);
    server.close().await(5, SECONDS);
  }

  @Test
  void tokens_with_made_up_keys_do_not_make_the_set_be_read_without_end() throws Exception {
    AtomicInteger reads = new AtomicInteger();
    HttpServer server = serve(new AtomicReference<>(jwks(rsaJwk("one", RSA))), reads);
    TokenVerifier verifier =
        TokenVerifier.open(
                VERTX, settings().withKeySet(server).build(), clock, Duration.ofMinutes(1))
            .await(5, SECONDS);
    for (int i = 0; i < 50; i++) {
      String token = rs256(OTHER_RSA, "made-up-" + i);
      assertThatThrownBy(() -> verifier.verify(token).await(5, SECONDS))
          .isInstanceOfSatisfying(
              TokenRefused.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_KEY));
    }
    assertThat(reads).hasValue(1);
    verifier.close().await(5, SECONDS);
    server.close().await(5, SECONDS);
  }

  @Test
  void while_the_set_cannot_be_read_the_last_one_stays_in_use() throws Exception {
    AtomicReference<String> published = new AtomicReference<>(jwks(rsaJwk("one", RSA)));
    HttpServer server = serve(published, new AtomicInteger());
    TokenVerifier verifier =
        TokenVerifier.open(
                VERTX, settings().withKeySet(server).build(), clock, Duration.ofMillis(1))
            .await(5, SECONDS);
    published.set("no json");
    assertThatThrownBy(() -> verifier.verify(rs256(OTHER_RSA, "two")).await(5, SECONDS))
        .isInstanceOf(TokenRefused.class);
    verifier.verify(rs256(RSA, "one")).await(5, SECONDS);
    verifier.close().await(5, SECONDS);
    server.close().await(5, SECONDS);
  }

  @Test
  void without_any_readable_key_tokens_may_be_believed_later() throws Exception {
    HttpServer server = serve(new AtomicReference<>("no json"), new AtomicInteger());
    TokenVerifier verifier =
        TokenVerifier.open(
                VERTX, settings().withKeySet(server).build(), clock, Duration.ofMillis(1))
            .await(5, SECONDS);
    assertThatThrownBy(() -> verifier.verify(rs256(RSA, "one")).await(5, SECONDS))
        .isInstanceOfSatisfying(
            TokenRefused.class, e -> assertThat(e.reason()).isEqualTo(Reason.KEYS_UNAVAILABLE));
    verifier.close().await(5, SECONDS);
    server.close().await(5, SECONDS);
  }

  @Test
  void a_weak_or_private_key_stops_the_start_with_a_sentence() {
    String weak = pem(pair("RSA", 1024).getPublic());
    assertThatThrownBy(() -> verifier(settings().withKey(weak).build()))
        .hasMessageContaining("2048 bits");
    String secret = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";
    assertThatThrownBy(() -> verifier(settings().withKey(secret).build()))
        .hasMessageContaining("holds a private key");
    assertThatThrownBy(() -> verifier(settings().withKey("/no/such/file").build()))
        .hasMessageContaining("PARLEY_TOKEN_KEY holds no public key");
  }

  // ---- what the tests are made of

  private void believes(Settings settings, String token) throws Exception {
    assertThat(verifier(settings.build()).verify(token).await(5, SECONDS).userId())
        .isEqualTo("ann");
  }

  private void refuses(Settings settings, String token, Reason reason) {
    assertThatThrownBy(() -> verifier(settings.build()).verify(token).await(5, SECONDS))
        .isInstanceOfSatisfying(TokenRefused.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private TokenVerifier verifier(TokenSettings settings) throws Exception {
    return TokenVerifier.open(VERTX, settings, clock, Duration.ofSeconds(1)).await(5, SECONDS);
  }

  private static Settings settings() {
    return new Settings();
  }

  private static final class Settings {
    private Optional<Secret> secret = Optional.empty();
    private Optional<String> key = Optional.empty();
    private Optional<URI> keySet = Optional.empty();
    private Optional<String> issuer = Optional.empty();
    private Optional<String> audience = Optional.empty();

    Settings withSecret() {
      secret = Optional.of(new Secret(SECRET));
      return this;
    }

    Settings withKey(String pem) {
      key = Optional.of(pem);
      return this;
    }

    Settings withKeySet(HttpServer server) {
      keySet = Optional.of(URI.create("http://127.0.0.1:" + server.actualPort() + "/keys"));
      return this;
    }

    Settings issuer(String name) {
      issuer = Optional.of(name);
      return this;
    }

    Settings audience(String name) {
      audience = Optional.of(name);
      return this;
    }

    TokenSettings build() {
      return new TokenSettings(
          secret, key, keySet, issuer, audience, Duration.ofSeconds(30), Set.of());
    }
  }

  private JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder().subject("ann").expirationTime(in(600));
  }

  private Date in(int seconds) {
    return Date.from(clock.now.plusSeconds(seconds));
  }

  private static String hs256(String secret, JWTClaimsSet claims) {
    try {
      SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
      token.sign(new MACSigner(secret.getBytes(StandardCharsets.UTF_8)));
      return token.serialize();
    } catch (com.nimbusds.jose.JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private String rs256(KeyPair pair, @Nullable String keyId) {
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.RS256)
                  .type(JOSEObjectType.JWT)
                  .keyID(keyId)
                  .build(),
              claims().build());
      token.sign(new RSASSASigner(pair.getPrivate()));
      return token.serialize();
    } catch (com.nimbusds.jose.JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private String es256() {
    try {
      SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.ES256), claims().build());
      token.sign(new ECDSASigner((ECPrivateKey) EC.getPrivate()));
      return token.serialize();
    } catch (com.nimbusds.jose.JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private String eddsa(@Nullable String keyId) {
    try {
      JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.EdDSA).keyID(keyId).build();
      String signed = header.toBase64URL() + "." + Base64URL.encode(claims().build().toString());
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(ED.getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + Base64URL.encode(signature.sign());
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(PublicKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(key.getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  private static String jwks(String... keys) {
    return "{\"keys\":[" + String.join(",", keys) + "]}";
  }

  private static String rsaJwk(String id, KeyPair pair) {
    return new com.nimbusds.jose.jwk.RSAKey.Builder((RSAPublicKey) pair.getPublic())
        .keyID(id)
        .build()
        .toJSONString();
  }

  private static String edJwk(String id) {
    byte[] encoded = ((EdECPublicKey) ED.getPublic()).getEncoded();
    Base64URL x =
        Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    return new com.nimbusds.jose.jwk.OctetKeyPair.Builder(com.nimbusds.jose.jwk.Curve.Ed25519, x)
        .keyID(id)
        .build()
        .toJSONString();
  }

  private static HttpServer serve(AtomicReference<String> published, AtomicInteger reads)
      throws Exception {
    return VERTX
        .createHttpServer()
        .requestHandler(
            request -> {
              reads.incrementAndGet();
              request.response().end(published.get());
            })
        .listen(0, "127.0.0.1")
        .await(5, SECONDS);
  }

  private static KeyPair pair(String kind, int size) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
      generator.initialize(size);
      return generator.generateKeyPair();
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair ellipticPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
