package parley.model;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What one participant does in an episode, drawn from its seed. */
final class Talk {
  private static final Set<String> AGAIN =
      Set.of(
          "unavailable",
          "overloaded",
          "full",
          "internal",
          "not_stored_yet",
          "rate_limited",
          "conflict");
  private static final int TRIES_MAX = 12;
  private static final int PAUSE_MS_MAX = 200;

  private final Participant participant;
  private final List<String> rooms;
  private final Random random;
  private final List<String> breaches;
  final List<Acked> acked = new ArrayList<>();
  final Map<String, Integer> done = new ConcurrentHashMap<>();
  private final List<String> others;
  private int keys;

  /**
   * @param others whom this one may ban, if it owns the rooms
   */
  Talk(
      Participant participant,
      List<String> rooms,
      List<String> others,
      Random random,
      List<String> breaches) {
    this.participant = participant;
    this.others = others;
    this.rooms = rooms;
    this.random = random;
    this.breaches = breaches;
  }

  void whilst(BooleanSupplier goesOn) throws InterruptedException {
    while (goesOn.getAsBoolean()) {
      Thread.sleep(random.nextInt(PAUSE_MS_MAX));
      String room = rooms.get(random.nextInt(rooms.size()));
      if (!participant.heard(room).joined && !participant.join(room)) {
        Thread.sleep(20);
        continue;
      }
      int dice = random.nextInt(100);
      if (dice < 60) {
        send(room);
      } else if (dice < 66) {
        own(room, "edit", new JsonObject().put("text", "edited " + dice));
      } else if (dice < 71) {
        own(room, "delete", new JsonObject());
      } else if (dice < 75) {
        own(room, "react", new JsonObject().put("emoji", "x").put("on", true));
      } else if (dice < 80) {
        count("leave");
        participant.leave(room);
      } else if (dice < 84) {
        count("cut");
        participant.cut();
      } else if (dice < 88) {
        own(room, "read", new JsonObject());
      } else if (!others.isEmpty()) {
        moderate(room);
      }
    }
  }

  private void moderate(String room) throws InterruptedException {
    String user = others.get(random.nextInt(others.size()));
    boolean ban = random.nextBoolean();
    int status = participant.request(ban ? "PUT" : "DELETE", "/rooms/" + room + "/bans/" + user);
    count(status == 200 ? ban ? "ban" : "unban" : "moderation refused");
  }

  /** Sends with a key until there is a definite answer; sometimes again after it. */
  @Nullable Acked send(String room) throws InterruptedException {
    String key = "k" + keys++;
    String text = participant.user + " " + key;
    JsonObject data = new JsonObject().put("room", room).put("text", text).put("key", key);
    Acked first = null;
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      JsonObject answer = participant.ask("send", data);
      if (answer != null && answer.getBoolean("ok")) {
        Acked now = new Acked(participant.user, room, key, text, answer.getLong("seq"));
        if (first != null && first.seq() != now.seq()) {
          breaches.add(
              "key "
                  + key
                  + " of "
                  + participant.user
                  + " gave "
                  + first.seq()
                  + " and "
                  + now.seq());
        }
        if (first == null) {
          acked.add(now);
        }
        first = now;
        count("send");
        if (random.nextInt(10) > 0) {
          return now;
        }
        count("repeat");
      } else if (answer != null && code(answer).equals("banned")) {
        count("send while banned");
        return first;
      } else if (answer != null && !AGAIN.contains(code(answer))) {
        breaches.add("send of " + participant.user + " was answered " + answer);
        return first;
      } else {
        count("retry");
        Thread.sleep(20 + random.nextInt(60));
      }
    }
    return first;
  }

  private static String code(JsonObject answer) {
    return answer.getJsonObject("error").getString("code");
  }

  private void own(String room, String event, JsonObject data) throws InterruptedException {
    List<Acked> mine = acked.stream().filter(a -> a.room().equals(room)).toList();
    if (!mine.isEmpty()) {
      Acked target = mine.get(random.nextInt(mine.size()));
      JsonObject answer = participant.ask(event, data.put("room", room).put("seq", target.seq()));
      count(answer != null && answer.getBoolean("ok") ? event : event + " refused");
    }
  }

  private void count(String what) {
    done.merge(what, 1, Integer::sum);
  }
}
