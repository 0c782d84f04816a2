package parley.gateway.room;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.gateway.bus.Bus;
import parley.gateway.bus.BusListener;

/**
 * The channels that a node has subscribed, each while some loop hears it and some time longer. Bus
 * thread only.
 */
final class Feeds implements BusListener {
  /** How long a subscription is kept that nobody hears, and how many of them. */
  static final Duration LINGER = Duration.ofSeconds(10);

  static final int LINGERING_MAX = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(Feeds.class);
  private static final long RESUBSCRIBE_MS = 1_000;

  private final Rooms rooms;
  private final Bus bus;
  private final Comparison comparison;
  private final Map<String, Feed> feeds = new HashMap<>();
  private long generation;

  Feeds(Rooms rooms, Bus bus) {
    this.rooms = rooms;
    this.bus = bus;
    this.comparison = new Comparison(rooms, this);
  }

  /** Raised by each interruption of the subscriptions. */
  long generation() {
    return generation;
  }

  List<Room> rooms() {
    return feeds.values().stream().filter(Room.class::isInstance).map(Room.class::cast).toList();
  }

  void attach(Share share) {
    Feed feed = feeds.get(share.channel);
    if (feed == null) {
      feed =
          share.room == null
              ? new Feed(rooms, share.channel)
              : new Room(rooms, rooms.keys().room(share.room));
      feeds.put(share.channel, feed);
      subscribe(feed);
    }
    feed.attach(share);
  }

  void detach(Share share) {
    if (share.feed != null) {
      share.feed.detach(share, System.nanoTime());
    }
  }

  /** For rooms whose subscription was interrupted: compares what they heard with Redis. */
  void compare(Collection<Room> deaf) {
    comparison.deaf(deaf);
  }

  /** Compares all others too, to find a lost last event. */
  void sweep() {
    comparison.sweep(
        rooms().stream()
            .filter(r -> r.isSteady() && r.confirmed && r.last() != Room.UNKNOWN)
            .toList());
  }

  /** Gives up what nobody has heard for a while. */
  void dropIdle(long nowNanos) {
    List<Feed> idle = new ArrayList<>();
    for (Feed feed : feeds.values()) {
      if (feed.isIdle()) {
        idle.add(feed);
      }
    }
    idle.sort((a, b) -> Long.compare(a.idleSinceNanos, b.idleSinceNanos));
    for (int i = 0; i < idle.size(); i++) {
      boolean tooMany = idle.size() - i > LINGERING_MAX;
      if (tooMany || nowNanos - idle.get(i).idleSinceNanos > LINGER.toNanos()) {
        drop(idle.get(i));
      }
    }
  }

  private void drop(Feed feed) {
    feeds.remove(feed.channel);
    if (feed instanceof Room room) {
      room.close();
    }
    bus.unsubscribe(feed.channel);
  }

  private void subscribe(Feed feed) {
    bus.subscribe(feed.channel)
        .onComplete(
            outcome -> {
              if (feeds.get(feed.channel) != feed) {
                return;
              }
              if (outcome.succeeded()) {
                feed.confirm();
                if (feed instanceof Room room && room.isDeaf()) {
                  compare(List.of(room));
                }
              } else if (bus.isUp()) { // else it is asked for again when the bus is up
                rooms.later(RESUBSCRIBE_MS, () -> resubscribe(feed));
              }
            });
  }

  private void resubscribe(Feed feed) {
    if (feeds.get(feed.channel) == feed && !feed.confirmed) {
      subscribe(feed);
    }
  }

  private @Nullable Room room(String channel) {
    return feeds.get(channel) instanceof Room room ? room : null;
  }

  // what the bus tells

  @Override
  public void heard(String channel, byte[] payload) {
    Feed feed = feeds.get(channel);
    if (feed != null) {
      feed.heard(payload, System.nanoTime());
    }
  }

  @Override
  public void up() {
    List<Feed> unconfirmed = feeds.values().stream().filter(feed -> !feed.confirmed).toList();
    unconfirmed.forEach(this::subscribe);
    compare(rooms().stream().filter(Room::isDeaf).toList());
  }

  @Override
  public void down() {
    generation++;
    rooms().forEach(Room::deafen);
    LOG.warn("the subscriptions are interrupted; {} rooms are held", feeds.size());
  }

  @Override
  public void lost(String channel) {
    Room room = room(channel);
    if (room != null) {
      room.deafen();
    }
  }

  @Override
  public void refused(String channel) {
    Feed feed = feeds.get(channel);
    if (feed != null) {
      lost(channel);
      feed.confirmed = false;
      rooms.later(RESUBSCRIBE_MS, () -> resubscribe(feed));
    }
  }

  @Override
  public void regained(String channel) {
    Room room = room(channel);
    if (room != null) {
      compare(List.of(room));
    }
  }
}
