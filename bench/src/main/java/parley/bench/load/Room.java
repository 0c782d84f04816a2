package parley.bench.load;

import java.util.ArrayList;
import java.util.List;

/** A room of the run; its first client sends. Owned by the generator's event loop. */
final class Room {
  private final String id;
  private final List<Client> clients = new ArrayList<>();
  private int sent;

  Room(String id) {
    this.id = id;
  }

  String id() {
    return id;
  }

  List<Client> clients() {
    return clients;
  }

  int size() {
    return clients.size();
  }

  /** Sends the next numbered text, stamped as due at {@code due}. */
  void send(long due, int textLength) {
    clients.getFirst().send(due, ++sent, textLength);
  }

  int sent() {
    return sent;
  }
}
