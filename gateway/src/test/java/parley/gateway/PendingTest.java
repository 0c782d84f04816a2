package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who asks on and on while nothing is answered is refused past a bound, and nobody else is. */
class PendingTest {
  private static final int BOUND = 256;
  private static final int TOO_MANY = 40;

  private static Town town;

  @BeforeAll
  static void start() {
    town = Town.with(2, "PARLEY_LIMITS", "off");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  @Test
  void requests_of_one_session_that_wait_are_bounded_and_answered_when_it_goes_on() {
    RawSocketIo eager = connect(0, "eve");
    RawSocketIo calm = connect(0, "cal");
    RawSocketIo elsewhere = connect(1, "eve");
    double before = town.counted(0, "parley_limited_total", "limit", "session_pending");

    List<CompletableFuture<JsonObject>> answers = new ArrayList<>();
    List<CompletableFuture<JsonObject>> others;
    town.redis.pause();
    try {
      for (int i = 0; i < BOUND + TOO_MANY; i++) {
        answers.add(eager.later("send", message("m" + i)));
      }
      // What is refused is refused at once, before anything else has been answered.
      for (CompletableFuture<JsonObject> refused : answers.subList(BOUND, answers.size())) {
        JsonObject error = refused.orTimeout(10, TimeUnit.SECONDS).join().getJsonObject("error");
        assertThat(error.getString("code")).isEqualTo("overloaded");
        assertThat(error.getLong("retryAfterMs")).isPositive();
      }
      assertThat(answers.subList(0, BOUND)).noneMatch(CompletableFuture::isDone);
      others =
          Stream.of(calm, elsewhere).map(other -> other.later("send", message("calm"))).toList();
    } finally {
      town.redis.resume();
    }
    assertThat(answers.subList(0, BOUND))
        .allMatch(answer -> answer.orTimeout(20, TimeUnit.SECONDS).join().getBoolean("ok"));
    assertThat(others)
        .allMatch(answer -> answer.orTimeout(20, TimeUnit.SECONDS).join().getBoolean("ok"));
    assertThat(town.counted(0, "parley_limited_total", "limit", "session_pending") - before)
        .isEqualTo(TOO_MANY);
    assertThat(eager.ask("send", message("again")).getBoolean("ok")).isTrue();
    assertThat(eager.closed).isNotDone();
  }

  private static JsonObject message(String text) {
    return new JsonObject().put("room", "queue").put("text", text).put("key", text);
  }

  private static RawSocketIo connect(int gateway, String user) {
    RawSocketIo client = RawSocketIo.connect(town.http, town.port(gateway), town.token(user));
    assertThat(client.ask("join", new JsonObject().put("room", "queue")).getBoolean("ok")).isTrue();
    return client;
  }
}
