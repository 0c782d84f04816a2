package parley.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import parley.protocol.EventTail;
import parley.protocol.Seq;
import parley.protocol.User;
import parley.protocol.functions.Append;
import parley.protocol.functions.AppendReply;
import parley.protocol.functions.Clock;
import parley.protocol.functions.Enter;

class FirstStepsTest {
  private static final Trial TRIAL = new Trial(2);

  @AfterAll
  static void close() {
    TRIAL.close();
  }

  @Test
  void a_guest_gets_a_token_that_is_good_for_the_api() {
    Trial.Answer guest =
        TRIAL.at(0, "", "", "POST", "/api/guests", new JsonObject().put("name", "Ada"));
    assertThat(guest.status()).isEqualTo(200);
    Trial.Answer me =
        TRIAL.at(1, "Authorization", "Bearer " + guest.json().getString("token"), "GET", "/api/me");
    assertThat(me.json().getString("id"))
        .isEqualTo(guest.json().getJsonObject("user").getString("id"));
    assertThat(me.json().getBoolean("guest")).isTrue();
  }

  @Test
  void a_room_that_is_joined_first_is_made_and_loaded_into_an_opened_shard() {
    String room = "lobby 1.5";
    User ann = new User("ann", "Ann");
    assertThat(TRIAL.inside("POST", "/rooms/load", new JsonObject().put("room", room)).code())
        .isEqualTo("not_found");
    Trial.Answer loaded =
        TRIAL.inside(
            "POST",
            "/rooms/load",
            new JsonObject().put("room", room).put("user", "ann").put("create", true));
    assertThat(loaded.status()).isEqualTo(200);

    Enter.Reply entered = Enter.reply(TRIAL.call(Enter.call(TRIAL.room(room), "ann")));
    assertThat(entered).isInstanceOf(Enter.Reply.Ok.class);
    AppendReply sent =
        Append.reply(
            TRIAL.call(
                Append.user(
                    TRIAL.room(room),
                    "ann",
                    new Append.Key.Client("k"),
                    new EventTail.Message(room, ann, "hello", null, null, "k").json())));
    assertThat(((AppendReply.Ok) sent).seq()).isEqualTo(Seq.of(1, 1));
    assertThat(TRIAL.inside("GET", "/rooms/lobby%201.5/access?user=ann").json().getString("kind"))
        .isEqualTo("open");
  }

  @Test
  void many_who_ask_for_a_room_at_once_have_it_loaded_once() throws Exception {
    JsonObject room = new JsonObject().put("room", "crowd").put("user", "ann").put("create", true);
    assertThat(TRIAL.inside("POST", "/rooms/load", room).status()).isEqualTo(200);
    SqlConnection holder = Trial.await(TRIAL.pool.getConnection());
    Transaction transaction = Trial.await(holder.begin());
    Trial.await(holder.query("SELECT 1 FROM chat.rooms WHERE id = 'crowd' FOR UPDATE").execute());
    double before = TRIAL.meters.get("parley_rooms_loaded_total").counter().count();
    List<CompletableFuture<Trial.Answer>> asked = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 40; i++) {
        asked.add(
            CompletableFuture.supplyAsync(
                () -> TRIAL.inside("POST", "/rooms/load", room), threads));
      }
      Thread.sleep(Duration.ofMillis(500)); // all of them are waiting for the row, or for who does
      Trial.await(transaction.rollback());
      Trial.await(holder.close());
      assertThat(asked).allMatch(answer -> answer.join().status() == 200);
    }
    assertThat(TRIAL.meters.get("parley_rooms_loaded_total").counter().count() - before)
        .isLessThan(asked.size() / 4.0);
  }

  @Test
  void an_outdated_fence_opens_nothing() {
    Trial.Answer stale =
        TRIAL.inside("POST", "/shards/1/open", new JsonObject().put("fence", "another"));
    assertThat(stale.code()).isEqualTo("unavailable");
    String fence = Clock.reply(TRIAL.call(Clock.call())).fence();
    JsonObject question = new JsonObject().put("fence", fence);
    Trial.Answer opened = TRIAL.inside("POST", "/shards/1/open", question);
    assertThat(opened.json().getLong("epoch")).isPositive();
    Trial.Answer again =
        TRIAL.at(1, "Parley-Cluster", Trial.SECRET, "POST", "/internal/shards/1/open", question);
    assertThat(again.json()).isEqualTo(opened.json());
  }

  @Test
  void without_the_secret_of_the_cluster_nothing_inside_is_answered() {
    assertThat(TRIAL.at(0, "Parley-Cluster", "wrong", "GET", "/internal/nodes").status())
        .isEqualTo(401);
    assertThat(TRIAL.at(0, "", "", "GET", "/internal/nodes").status()).isEqualTo(401);
  }

  @Test
  void gateways_are_known_by_what_they_tell() {
    TRIAL.inside(
        "PUT",
        "/nodes/n1",
        new JsonObject().put("address", "127.0.0.1:1").put("url", "http://one"));
    assertThat(TRIAL.inside("GET", "/nodes").json().getJsonArray("nodes"))
        .anyMatch(node -> ((JsonObject) node).getString("id").equals("n1"));
  }
}
