package parley.model;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A few people talk in a few rooms, all drawn from one seed; then everything is compared. */
final class Episode {
  private static final int PEOPLE = 4;
  private static final int ROOMS = 2;
  private static final long SETTLE_MS = 60_000;

  final long seed;
  private final House house;
  private final List<String> rooms = new ArrayList<>();
  private final List<Participant> people = new ArrayList<>();
  private final List<Talk> talks = new ArrayList<>();
  private final List<Thread> talking = new ArrayList<>();
  final Chronicle chronicle = new Chronicle();
  final List<String> breaches = Collections.synchronizedList(new ArrayList<>());
  final Map<String, Integer> counts = new TreeMap<>();

  Episode(long seed, House house, HttpClient http) {
    this.seed = seed;
    this.house = house;
    String run = Long.toString(seed, 36) + "-" + Long.toString(System.nanoTime(), 36);
    for (int i = 0; i < ROOMS; i++) {
      rooms.add("room-" + run + "-" + i);
    }
    for (int i = 0; i < PEOPLE; i++) {
      Random own = new Random(seed * 31 + i);
      String user = "user" + i + "-" + run;
      people.add(
          new Participant(
              user, house.token(user), http, () -> house.port(own), breaches, chronicle));
    }
    List<String> others = people.stream().skip(1).map(person -> person.user).toList();
    for (int i = 0; i < PEOPLE; i++) {
      Random own = new Random(seed * 37 + i);
      List<String> ruled = i == 0 ? others : List.of();
      talks.add(new Talk(people.get(i), rooms, ruled, own, breaches));
    }
  }

  /** The first of the people makes the rooms and so may ban; then all talk. */
  void start(BooleanSupplier goesOn) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SETTLE_MS);
    for (String room : rooms) {
      while (!people.getFirst().make(room) && System.nanoTime() < end) {
        Thread.sleep(50);
      }
    }
    for (Talk talk : talks) {
      talking.add(Thread.ofVirtual().start(() -> quietly(() -> talk.whilst(goesOn))));
    }
  }

  void cutClients() {
    people.forEach(Participant::cut);
  }

  /**
   * After the talk.
   *
   * @param lossy whether Redis may have forgotten something meanwhile
   */
  void finish(boolean lossy) {
    quietly(
        () -> {
          for (Thread thread : talking) {
            thread.join();
          }
          forgive();
          if (settle()) {
            compare(lossy);
          }
        });
    people.forEach(Participant::cut);
    for (Talk talk : talks) {
      talk.done.forEach(this::count);
    }
    people.forEach(person -> count("resume", person.resumes));
    people.forEach(person -> rooms.forEach(room -> count("gap", person.heard(room).gaps)));
  }

  /** Everyone may hear the last word. */
  private void forgive() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SETTLE_MS);
    for (String room : rooms) {
      for (Participant person : people.subList(1, PEOPLE)) {
        String path = "/rooms/" + room + "/bans/" + person.user;
        int status = people.getFirst().request("DELETE", path);
        while (status != 200 && status != 404 && System.nanoTime() < end) {
          Thread.sleep(50);
          status = people.getFirst().request("DELETE", path);
        }
      }
    }
  }

  /**
   * Waits until everyone has heard a last word in every room and Postgres has it; whether that came
   * about.
   */
  private boolean settle() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SETTLE_MS);
    Participant speaker = people.getFirst();
    for (String room : rooms) {
      long last = 0;
      for (int i = 0; last == 0; i++) {
        if (System.nanoTime() > end) {
          breaches.add("no last word was stored in " + room);
          return false;
        }
        if (!speaker.heard(room).joined && !speaker.join(room)) {
          Thread.sleep(50);
          continue;
        }
        JsonObject word =
            new JsonObject()
                .put("room", room)
                .put("text", "last")
                .put("ack", "stored")
                .put("key", "last");
        JsonObject answer = speaker.ask("send", word);
        last = answer != null && answer.getBoolean("ok") ? answer.getLong("seq") : 0;
        if (last == 0) {
          Thread.sleep(50);
        }
      }
      for (Participant person : people) {
        if (!hears(person, room, last, end)) {
          breaches.add(
              person.user
                  + " heard in "
                  + room
                  + " up to "
                  + person.heard(room).last()
                  + ", not the last word "
                  + last);
          return false;
        }
      }
    }
    return true;
  }

  private boolean hears(Participant person, String room, long last, long end)
      throws InterruptedException {
    while (System.nanoTime() < end) {
      Heard heard = person.heard(room);
      synchronized (person) {
        if (heard.joined && heard.last() != null && heard.last() >= last) {
          return true;
        }
      }
      if (!heard.joined) {
        person.join(room);
      }
      Thread.sleep(5);
    }
    return false;
  }

  private void compare(boolean lossy) throws InterruptedException {
    Ledger ledger;
    try {
      ledger = whole();
    } catch (SQLException e) {
      breaches.add("Postgres could not be read: " + e);
      return;
    }
    for (Talk talk : talks) {
      for (Acked acked : talk.acked) {
        boolean heard =
            people.stream()
                .anyMatch(
                    person ->
                        person.heard(acked.room()).events.containsKey(acked.seq())
                            && person.heard(acked.room()).gaps == 0);
        ledger.acked(acked, lossy, heard);
      }
    }
    if (!lossy) {
      ledger.bansHold();
    }
    for (Participant person : people) {
      for (String room : rooms) {
        ledger.heard(person.user, room, person.heard(room));
      }
    }
    count("lost unheard", ledger.lostUnheard);
  }

  /** What Postgres has, once it has what everyone heard: a change may come behind the last word. */
  private Ledger whole() throws SQLException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SETTLE_MS);
    for (String room : rooms) {
      while (Ledger.last(house.database(), room) < lastHeard(room) && System.nanoTime() < end) {
        Thread.sleep(50);
      }
    }
    return new Ledger(house.database(), rooms, breaches);
  }

  private long lastHeard(String room) {
    return people.stream()
        .map(person -> person.heard(room).last())
        .filter(Objects::nonNull)
        .mapToLong(Long::longValue)
        .max()
        .orElse(0);
  }

  private void count(String what, int times) {
    counts.merge(what, times, Integer::sum);
  }

  /** Something that the talk of one person may end by. */
  private interface Step {
    void run() throws InterruptedException;
  }

  private void quietly(Step step) {
    try {
      step.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      breaches.add("the test itself failed: " + e);
    }
  }
}
