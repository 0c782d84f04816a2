package parley.verify.probe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import parley.verify.check.Verdict;
import parley.verify.check.Verdict.Promise;
import parley.verify.cluster.Cluster;

/**
 * People who come into a room, and vanish without a word while something is broken. In the end
 * nobody may be shown as present who is not there.
 */
public final class Visitors {
  private static final long GONE_SECONDS_MAX = 120;

  private final Cluster cluster;
  private final List<String> rooms;
  private final List<Onlooker> here = new ArrayList<>();
  private int came;

  public Visitors(Cluster cluster, List<String> rooms) {
    this.cluster = cluster;
    this.rooms = List.copyOf(rooms);
  }

  /** One more on each gateway; a gateway that lets nobody in is passed over. */
  public void come() {
    for (int gateway = 0; gateway < cluster.gateways().size(); gateway++) {
      try {
        Onlooker visitor =
            Onlooker.connect(cluster.port(gateway), "ghost-" + came++, 0, (event, data) -> {});
        here.add(visitor);
        visitor.tell("join", new JsonObject().put("room", rooms.get(came % rooms.size())));
      } catch (IOException e) {
        // Broken on purpose just now.
      }
    }
  }

  public void vanish() {
    here.forEach(Onlooker::close);
    here.clear();
  }

  /** Everything is whole again: who is shown in each room? */
  public void judge(Verdict verdict) {
    vanish();
    Set<String> ghosts = new HashSet<>();
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(GONE_SECONDS_MAX);
    int shown = 0;
    do {
      ghosts.clear();
      shown = 0;
      try (Onlooker asking =
          Onlooker.connect(cluster.port(0), "ghost-hunter", 0, (event, data) -> {})) {
        for (String room : rooms) {
          shown += look(asking, room, ghosts);
        }
      } catch (IOException e) {
        ghosts.add("nobody answers: " + e.getMessage());
      }
      if (!ghosts.isEmpty()) {
        LockSupport.parkNanos(1_000_000_000);
      }
    } while (!ghosts.isEmpty() && System.nanoTime() < until);
    verdict.check(Promise.P5, ghosts.isEmpty(), "shown as present though long gone: " + ghosts);
    verdict.check(Promise.P5, shown > 0, "nobody is shown as present");
    verdict.remark(
        Promise.P5,
        "%,d visitors vanished without a word; presence shows %,d people and no ghost among them"
            .formatted(came, shown)
            .replace("no ghost", ghosts.isEmpty() ? "no ghost" : ghosts.size() + " ghosts"));
  }

  private static int look(Onlooker asking, String room, Set<String> ghosts) throws IOException {
    asking.ask("join", new JsonObject().put("room", room));
    JsonObject answer = asking.ask("who", new JsonObject().put("room", room));
    JsonArray users = answer.getJsonArray("users", new JsonArray());
    for (int i = 0; i < users.size(); i++) {
      String id = users.getJsonObject(i).getString("id");
      if (id.startsWith("ghost-") && !id.equals("ghost-hunter")) {
        ghosts.add(id + " in " + room);
      }
    }
    return users.size();
  }
}
