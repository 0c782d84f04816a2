package parley.gateway.room;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import parley.gateway.bus.Speaker;
import parley.protocol.User;

/** A client that keeps what it hears, and stops reading when told. */
final class Client implements Outlet {
  private static final AtomicInteger IDS = new AtomicInteger();

  /** One durable event as it was heard. */
  record Heard(String room, long seq, long prev, long pos, String type, String text) {}

  final Loop loop;
  final Speaker user;
  final Hearing hearing;
  final List<Heard> heard = new CopyOnWriteArrayList<>();
  final List<String> whispers = new CopyOnWriteArrayList<>();
  final List<Gap> gaps = new CopyOnWriteArrayList<>();
  final List<String> endings = new CopyOnWriteArrayList<>();
  final List<Long> offsets = new CopyOnWriteArrayList<>();
  final List<String> raw = new CopyOnWriteArrayList<>();
  final AtomicInteger writes = new AtomicInteger();
  final AtomicInteger flushes = new AtomicInteger();

  /** Bytes that it takes before it is full; loop thread. */
  private int room = Integer.MAX_VALUE;

  private final String id = "socket" + IDS.incrementAndGet();

  Client(Loop loop, User user) {
    this.loop = loop;
    this.user = Speaker.of(user);
    this.hearing = Node.get(Node.on(loop, () -> Future.succeededFuture(Hearing.open(loop, this))));
  }

  Joined join(String room) {
    return Node.get(Node.on(loop, () -> hearing.join(room, user, null)));
  }

  Joined join(String room, long after) {
    return Node.get(Node.on(loop, () -> hearing.join(room, user, after)));
  }

  Resumed resume(long pos, Map<String, Long> joins) {
    return resume(Place.at(pos), joins);
  }

  Resumed resume(Place place, Map<String, Long> joins) {
    return Node.get(Node.on(loop, () -> hearing.resume(user, place, joins)));
  }

  void hearUser() {
    Node.get(Node.on(loop, () -> hearing.hearUser(user.user().id())));
  }

  void leave(String room) {
    run(() -> hearing.leave(room));
  }

  void run(Runnable action) {
    Node.get(
        Node.on(
            loop,
            () -> {
              action.run();
              return Future.succeededFuture();
            }));
  }

  /** Takes no more than this many bytes from now on. */
  void takeOnly(int bytes) {
    run(() -> room = bytes);
  }

  void readOn(int bytes) {
    run(
        () -> {
          room = bytes;
          hearing.drained();
        });
  }

  List<Heard> of(String room) {
    return heard.stream().filter(event -> event.room().equals(room)).toList();
  }

  List<String> texts(String room) {
    return of(room).stream().map(Heard::text).toList();
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public WireFormat format() {
    return WireFormat.SSE;
  }

  @Override
  public boolean writable() {
    return room > 0;
  }

  @Override
  public void write(ByteBuf frames) {
    room = Math.max(0, room - frames.readableBytes());
    writes.incrementAndGet();
    String text = frames.toString(StandardCharsets.UTF_8);
    frames.release();
    List<Heard> run = new ArrayList<>();
    List<String> jsons = new ArrayList<>();
    List<Long> positions = new ArrayList<>();
    for (String frame : text.split("\n\n")) {
      String data = frame.substring(frame.indexOf("data: ") + 6);
      if (frame.startsWith("id: ")) {
        positions.add(Place.parse(frame.substring(4, frame.indexOf('\n'))).pos());
        JsonObject json = new JsonObject(data);
        jsons.add(data);
        run.add(
            new Heard(
                json.getString("room"),
                json.getLong("seq"),
                json.getLong("prev"),
                json.getLong("pos"),
                json.getString("type"),
                json.getString("text", "")));
      } else {
        whispers.add(data);
      }
    }
    raw.addAll(jsons);
    offsets.addAll(positions);
    heard.addAll(run);
  }

  @Override
  public void flush() {
    flushes.incrementAndGet();
  }

  @Override
  public void gap(Gap gap) {
    gaps.add(gap);
  }

  @Override
  public void ended(String room, Ended why) {
    endings.add(room + " " + why);
  }
}
