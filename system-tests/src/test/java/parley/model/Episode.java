package parley.model;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A few people talk in a few rooms for a moment, all drawn from one seed, while the house suffers;
 * then everything is compared.
 */
final class Episode {
  private static final int PEOPLE = 4;
  private static final int ROOMS = 2;
  private static final long TALK_MS = 500;
  private static final long SETTLE_MS = 20_000;
  private static final Set<Fault> LOSES =
      EnumSet.of(Fault.RESTART_REDIS, Fault.TRUNCATE_REDIS, Fault.FAIL_OVER);

  private final long seed;
  private final House house;
  private final List<Fault> faults;
  private final HttpClient http;
  private final List<String> rooms = new ArrayList<>();
  private final List<Participant> people = new ArrayList<>();
  private final List<Talk> talks = new ArrayList<>();
  final List<String> breaches = Collections.synchronizedList(new ArrayList<>());
  final Map<String, Integer> counts = new TreeMap<>();

  Episode(long seed, House house, List<Fault> faults, HttpClient http) {
    this.seed = seed;
    this.house = house;
    this.faults = faults;
    this.http = http;
    String run = Long.toString(seed, 36) + "-" + Long.toString(System.nanoTime(), 36);
    for (int i = 0; i < ROOMS; i++) {
      rooms.add("room-" + run + "-" + i);
    }
    for (int i = 0; i < PEOPLE; i++) {
      Random own = new Random(seed * 31 + i);
      String user = "user" + i + "-" + run;
      Participant participant =
          new Participant(user, house.token(user), http, () -> house.port(own), breaches);
      people.add(participant);
      talks.add(new Talk(participant, rooms, new Random(seed * 37 + i), breaches));
    }
  }

  void run() throws Exception {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TALK_MS);
    List<Thread> threads = new ArrayList<>();
    for (Talk talk : talks) {
      threads.add(Thread.ofVirtual().start(() -> quietly(() -> talk.until(end))));
    }
    Random random = new Random(seed * 41);
    for (Fault fault : faults) {
      Thread.sleep(random.nextInt((int) TALK_MS / 2));
      if (fault == Fault.CUT_CLIENTS) {
        people.forEach(Participant::cut);
      } else {
        house.suffer(fault, random);
      }
      count(fault.name(), 1);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (settle()) {
      compare();
    }
    people.forEach(Participant::cut);
    for (Talk talk : talks) {
      talk.done.forEach(this::count);
    }
    people.forEach(person -> count("resume", person.resumes));
    people.forEach(person -> rooms.forEach(room -> count("gap", person.heard(room).gaps)));
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

  private void compare() throws Exception {
    Ledger ledger = new Ledger(house.database(), rooms, breaches);
    boolean lost = faults.stream().anyMatch(LOSES::contains);
    for (Talk talk : talks) {
      for (Acked acked : talk.acked) {
        boolean heard =
            people.stream()
                .anyMatch(
                    person ->
                        person.heard(acked.room()).events.containsKey(acked.seq())
                            && person.heard(acked.room()).gaps == 0);
        ledger.acked(acked, lost, heard);
      }
    }
    for (Participant person : people) {
      for (String room : rooms) {
        ledger.heard(person.user, room, person.heard(room));
      }
    }
    count("lost unheard", ledger.lostUnheard);
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
