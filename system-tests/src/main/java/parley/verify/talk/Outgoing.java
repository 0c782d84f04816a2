package parley.verify.talk;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.verify.check.Sent;

/** A client's numbered messages: those not acked yet, in order, and those that are. */
final class Outgoing {
  /** A message under way. */
  record Message(String room, String key, String text) {}

  private static final int WAITING_MAX = 20;

  private final String user;
  private final List<String> rooms;
  private final boolean stored;
  private final Deque<Message> waiting = new ArrayDeque<>();
  private final List<Sent> done = new ArrayList<>();
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
      waiting.add(new Message(room, user + "-" + number, user + " says " + number));
    }
  }

  synchronized @Nullable Message next() {
    return waiting.peek();
  }

  synchronized void acked(Message message, long seq) {
    if (message.equals(waiting.peek())) {
      waiting.remove();
    }
    done.add(new Sent(user, message.room(), message.key(), message.text(), List.of(seq), stored));
  }

  synchronized int open() {
    return waiting.size();
  }

  synchronized List<Sent> sent() {
    var all = new ArrayList<>(done);
    for (Message message : waiting) {
      all.add(new Sent(user, message.room(), message.key(), message.text(), List.of(), stored));
    }
    return all;
  }
}
