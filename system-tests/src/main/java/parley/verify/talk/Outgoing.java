package parley.verify.talk;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.verify.check.Sent;

/**
 * A client's numbered messages: those not acked yet, in order, and those that are. Every eighth is
 * sent once more after its ack, under the same key.
 */
final class Outgoing {
  /** A message under way. */
  record Message(String room, String key, String text, long writtenNanos) {}

  private static final int WAITING_MAX = 20;
  private static final int REPEATED = 8;

  private final String user;
  private final List<String> rooms;
  private final boolean stored;
  private final Deque<Message> waiting = new ArrayDeque<>();
  private final Map<String, Message> messages = new HashMap<>();
  private final Map<String, List<Sent.Ack>> acks = new HashMap<>();
  private int number;

  Outgoing(String user, List<String> rooms, boolean stored) {
    this.user = user;
    this.rooms = rooms;
    this.stored = stored;
  }

  boolean stored() {
    return stored;
  }

  /** One more, unless too many wait already. */
  synchronized void write() {
    if (waiting.size() < WAITING_MAX) {
      String room = rooms.get(number % rooms.size());
      number++;
      String key = user + "-" + number;
      var message = new Message(room, key, user + " says " + number, System.nanoTime());
      waiting.add(message);
      messages.put(key, message);
    }
  }

  synchronized @Nullable Message next() {
    return waiting.peek();
  }

  synchronized void acked(Message message, long seq) {
    List<Sent.Ack> known = acks.computeIfAbsent(message.key(), key -> new ArrayList<>());
    known.add(new Sent.Ack(seq, System.nanoTime()));
    boolean again = known.size() == 1 && message.key().hashCode() % REPEATED == 0;
    if (message.equals(waiting.peek()) && !again) {
      waiting.remove();
    }
  }

  synchronized int open() {
    return waiting.size();
  }

  synchronized List<Sent> sent() {
    return messages.values().stream()
        .map(
            message ->
                new Sent(
                    user,
                    message.room(),
                    message.key(),
                    message.text(),
                    stored,
                    message.writtenNanos(),
                    List.copyOf(acks.getOrDefault(message.key(), List.of()))))
        .toList();
  }
}
