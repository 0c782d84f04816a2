package parley.chat.shards;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.chat.peers.Gateways;
import parley.chat.peers.History;
import parley.chat.redis.Functions;
import parley.chat.refusals.Refused;
import parley.protocol.ErrorCode;
import parley.protocol.Limits;
import parley.protocol.RedisKeys;
import parley.protocol.RoomKeys;
import parley.protocol.ShardKeys;
import parley.protocol.functions.Heads;
import parley.protocol.functions.Heal;

/**
 * Puts back what Redis lost of a shard: what the gateways' rings hold above Redis' heads, checked
 * against what history has committed, under its own numbers and in the order of its positions.
 */
public final class Healing {
  private static final Logger LOG = LoggerFactory.getLogger(Healing.class);
  private static final Heads.Head NO_HEAD = new Heads.Head(0, 0);

  private final Functions functions;
  private final RedisKeys keys;
  private final Nodes nodes;
  private final Gateways gateways;
  private final History history;
  private final ClockFloor clockFloor;
  private final ShardMetrics metrics;

  public Healing(
      Functions functions,
      RedisKeys keys,
      Nodes nodes,
      Gateways gateways,
      History history,
      ClockFloor clockFloor,
      ShardMetrics metrics) {
    this.functions = functions;
    this.keys = keys;
    this.nodes = nodes;
    this.gateways = gateways;
    this.history = history;
    this.clockFloor = clockFloor;
    this.metrics = metrics;
  }

  /**
   * What opening must know.
   *
   * @param floor the highest pos that anyone has seen
   * @param stored the highest pos of the shard that is in Postgres
   */
  record Healed(long floor, long stored) {}

  /** A shard that is open has lost nothing since, but may need a higher epoch all the same. */
  Healed heal(ShardKeys shard, Heads.Reply before) {
    History.Floor archived = history.floor(shard.index());
    long stored = archived.stored();
    long floor = Math.max(before.lastPos(), archived.clock());
    if (before.open()) {
      return new Healed(floor, stored);
    }
    floor = Math.max(floor, clockFloor.under(before.fence()));
    Map<String, NavigableMap<Long, LostEvent>> byRoom = new HashMap<>();
    for (Tail tail : tails(shard, before.fence())) {
      floor = Math.max(floor, tail.floor());
      for (LostEvent event : tail.events()) {
        byRoom.computeIfAbsent(event.room(), room -> new TreeMap<>()).put(event.seq(), event);
      }
    }
    List<LostEvent> lost = new ArrayList<>();
    Map<String, Heads.Head> heads = heads(shard, byRoom.keySet());
    Map<String, History.Head> committed = history.committed(byRoom.keySet());
    byRoom.forEach(
        (room, known) ->
            lost.addAll(
                lostOf(
                    room,
                    heads.getOrDefault(room, NO_HEAD),
                    known,
                    committed.getOrDefault(room, History.Head.NONE).seq())));
    lost.sort(Comparator.comparingLong(event -> event.head().pos()));
    for (LostEvent event : lost) {
      putBack(before.fence(), event, deletedBy(event, byRoom));
      floor = Math.max(floor, event.head().pos());
    }
    metrics.healed(lost.size());
    if (!lost.isEmpty()) {
      LOG.warn("shard {}: put back {} events that Redis had lost", shard.index(), lost.size());
    }
    return new Healed(floor, stored);
  }

  /** What all live gateways say within the time that healing has. */
  private List<Tail> tails(ShardKeys shard, String fence) {
    List<String> addresses = nodes.live().stream().map(Nodes.Node::address).toList();
    List<Tail> tails = new ArrayList<>();
    for (Gateways.Answer answer : gateways.tails(addresses, shard.index(), fence)) {
      try {
        tails.add(Tail.of(answer.json()));
      } catch (RuntimeException e) {
        metrics.tailMissed();
        LOG.warn("the tail of {} cannot be read: {}", answer.address(), e.toString());
      }
    }
    int missed = addresses.size() - tails.size();
    if (missed > 0) {
      metrics.tailMissed();
      LOG.warn("shard {}: {} gateways told no tail in time", shard.index(), missed);
    }
    return tails;
  }

  private Map<String, Heads.Head> heads(ShardKeys shard, Collection<String> rooms) {
    List<String> all = List.copyOf(rooms);
    Map<String, Heads.Head> heads = new HashMap<>();
    for (int from = 0; from < all.size(); from += Limits.HEADS_ROOMS_MAX) {
      List<String> some = all.subList(from, Math.min(all.size(), from + Limits.HEADS_ROOMS_MAX));
      List<RoomKeys> roomKeys = some.stream().map(keys::room).toList();
      Heads.Reply reply = Heads.reply(functions.call(Heads.call(shard, roomKeys)));
      for (int i = 0; i < some.size(); i++) {
        heads.put(some.get(i), reply.rooms().get(i));
      }
    }
    return heads;
  }

  /**
   * The events of one room above Redis' head. What history has committed of them counts more than
   * what a ring holds: a message may have been deleted since.
   */
  private Collection<LostEvent> lostOf(
      String room, Heads.Head head, NavigableMap<Long, LostEvent> known, long committed) {
    NavigableMap<Long, LostEvent> lost = new TreeMap<>(known.tailMap(head.seq(), false));
    if (lost.isEmpty()) {
      return List.of();
    }
    if (committed > head.seq()) {
      long after = Math.max(head.seq(), lost.firstKey() - 1);
      for (String event : history.events(room, after, committed)) {
        LostEvent stored = LostEvent.of(event);
        lost.put(stored.seq(), stored);
      }
    }
    for (LostEvent event : List.copyOf(lost.values())) {
      lost.computeIfPresent(event.deletes(), (seq, target) -> target.tombstone());
    }
    return lost.values();
  }

  private void putBack(String fence, LostEvent event, @Nullable LostEvent tombstone) {
    Heal.Lost lost =
        new Heal.Lost(
            event.head(),
            event.user(),
            event.key(),
            event.text(),
            tombstone == null ? 0 : tombstone.seq(),
            tombstone == null ? "" : tombstone.text());
    Heal.Reply reply = Heal.reply(functions.call(Heal.call(keys.room(event.room()), fence, lost)));
    switch (reply) {
      case Heal.Reply.Ok ok -> {}
      case Heal.Reply.Present present -> {}
      case Heal.Reply.Fence other ->
          throw Refused.of(ErrorCode.CONFLICT, "Redis has another fence by now.");
      case Heal.Reply.Opened opened ->
          throw Refused.of(ErrorCode.CONFLICT, "Someone else has opened the shard.");
    }
  }

  /** What takes the place of the message that this event deletes, if Redis may still hold that. */
  private @Nullable LostEvent deletedBy(
      LostEvent event, Map<String, NavigableMap<Long, LostEvent>> byRoom) {
    long target = event.deletes();
    if (target == 0) {
      return null;
    }
    NavigableMap<Long, LostEvent> known = byRoom.get(event.room());
    LostEvent inRing = known == null ? null : known.get(target);
    if (inRing != null) {
      return inRing.tombstone();
    }
    String slot = Long.toString(target % Limits.RECENT_EVENTS);
    String recent = functions.text("HGET", keys.room(event.room()).recent(), slot);
    if (recent == null) {
      return null;
    }
    LostEvent inRecent = LostEvent.of(recent);
    return inRecent.seq() == target ? inRecent.tombstone() : null;
  }
}
