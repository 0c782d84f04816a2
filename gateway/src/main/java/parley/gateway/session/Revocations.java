package parley.gateway.session;

import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.gateway.bus.Services;
import parley.protocol.Ephemeral;

/**
 * This node's copy of the versioned list of revoked users and tokens. Each entry is heard on the
 * control channel; what was missed there is read from chat-service every few seconds. Safe from
 * several threads.
 */
public final class Revocations {
  private static final String NOTICE = "revoked";
  private static final Duration READ_EVERY = Duration.ofSeconds(5);

  /** Until it was read once, nobody is let in. */
  private static final Duration READ_AGAIN = Duration.ofMillis(200);

  private static final Logger log = LoggerFactory.getLogger(Revocations.class);

  private final Vertx vertx;
  private final Services chat;
  private final Map<String, Long> users = new ConcurrentHashMap<>();
  private final Map<String, Long> tokens = new ConcurrentHashMap<>();
  private volatile long version;
  private volatile Consumer<Entry> listener = entry -> {};
  private volatile boolean known;
  private long timer = -1;

  public Revocations(Vertx vertx, Services chat) {
    this.vertx = vertx;
    this.chat = chat;
  }

  /**
   * {@code user} or {@code token} by its {@code subject}; of a user the tokens issued before a
   * second.
   */
  record Entry(boolean ofUser, String subject, long beforeSeconds) {}

  /** Reads the list as soon as chat-service answers, and goes on reading. */
  public void start() {
    read();
    timer = vertx.setPeriodic(READ_AGAIN.toMillis(), tick -> readFirst());
  }

  private void readFirst() {
    if (known) {
      vertx.cancelTimer(timer);
      timer = vertx.setPeriodic(READ_EVERY.toMillis(), tick -> read());
    } else {
      read();
    }
  }

  /** Whether the whole list was read once; before that no token can be told from a revoked one. */
  public boolean areKnown() {
    return known;
  }

  public void stop() {
    vertx.cancelTimer(timer);
  }

  void onEntry(Consumer<Entry> heard) {
    listener = heard;
  }

  boolean isRevoked(Caller caller) {
    String tokenId = caller.tokenId();
    return caller.issuedAtMs() / 1_000 < users.getOrDefault(caller.user().id(), 0L)
        || (tokenId != null && tokens.containsKey(tokenId));
  }

  /** Whether this was an entry of the list, heard on the control channel. */
  public boolean claim(Ephemeral event) {
    if (!event.event().equals(NOTICE)) {
      return false;
    }
    try {
      note(new JsonObject(event.json()));
    } catch (DecodeException | ClassCastException e) {
      log.warn("a revocation could not be read; the list is read again in a moment");
    }
    return true;
  }

  private void read() {
    chat.get("/internal/revocations?after=" + version)
        .onSuccess(
            page -> {
              page.getJsonArray("entries")
                  .forEach(
                      entry -> {
                        if (entry instanceof JsonObject fields) {
                          note(fields);
                        }
                      });
              version = Math.max(version, page.getLong("version", 0L));
              if (page.getBoolean("more", false)) {
                read();
              } else {
                known = true;
              }
            })
        .onFailure(
            failure -> log.debug("the revocations could not be read: {}", failure.toString()));
  }

  private void note(JsonObject fields) {
    Entry entry =
        new Entry(
            "user".equals(fields.getString("kind")),
            fields.getString("subject"),
            fields.getLong("before", 0L));
    Map<String, Long> list = entry.ofUser() ? users : tokens;
    Long before = list.put(entry.subject(), entry.beforeSeconds());
    if (before == null || before != entry.beforeSeconds()) {
      listener.accept(entry);
    }
  }
}
