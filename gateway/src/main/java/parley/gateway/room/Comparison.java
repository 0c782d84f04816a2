package parley.gateway.room;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import parley.protocol.Limits;
import parley.protocol.functions.Heads;

/**
 * Compares what rooms have heard with their heads in Redis: all that were deaf after a reconnect,
 * and slowly all others, to find a lost last event. Bus thread only.
 */
final class Comparison {
  private static final long TRY_AGAIN_MS = 200;

  /** How long an event that Redis has may still be on its way. */
  private static final long UNDER_WAY_MS = 300;

  private final Rooms rooms;
  private final Feeds feeds;

  Comparison(Rooms rooms, Feeds feeds) {
    this.rooms = rooms;
    this.feeds = feeds;
  }

  /** For rooms whose subscription was interrupted. */
  void deaf(Collection<Room> all) {
    byShard(all).forEach(chunk -> deafChunk(chunk, feeds.generation()));
  }

  private void deafChunk(List<Room> chunk, long generation) {
    rooms
        .lane()
        .call(Heads.call(chunk.getFirst().keys.shard(), chunk.stream().map(r -> r.keys).toList()))
        .onComplete(
            answer -> {
              if (generation != feeds.generation()) {
                return; // interrupted again: compared again when that is over
              }
              if (answer.failed()) {
                rooms.later(TRY_AGAIN_MS, () -> deaf(chunk.stream().filter(Room::isDeaf).toList()));
                return;
              }
              Heads.Reply reply = Heads.reply(answer.result());
              for (int i = 0; i < chunk.size(); i++) {
                chunk.get(i).compared(reply.rooms().get(i), reply.epoch());
              }
            });
  }

  /** For rooms that seem well. */
  void sweep(Collection<Room> all) {
    for (List<Room> chunk : byShard(all)) {
      rooms
          .lane()
          .call(Heads.call(chunk.getFirst().keys.shard(), chunk.stream().map(r -> r.keys).toList()))
          .onSuccess(answer -> suspect(chunk, Heads.reply(answer)));
    }
  }

  private void suspect(List<Room> chunk, Heads.Reply reply) {
    for (int i = 0; i < chunk.size(); i++) {
      Room room = chunk.get(i);
      Heads.Head head = reply.rooms().get(i);
      if (!room.isSteady() || head.seq() == room.last()) {
        continue;
      }
      if (head.seq() < room.last()) {
        room.compared(head, reply.epoch());
      } else {
        rooms.later(
            UNDER_WAY_MS,
            () -> {
              if (room.isSteady() && room.last() < head.seq()) {
                room.repair(head.seq(), head.pos());
              }
            });
      }
    }
  }

  private static List<List<Room>> byShard(Collection<Room> all) {
    Map<Integer, List<Room>> byShard = new HashMap<>();
    for (Room room : all) {
      byShard.computeIfAbsent(room.keys.shard().index(), ignored -> new ArrayList<>()).add(room);
    }
    List<List<Room>> chunks = new ArrayList<>();
    for (List<Room> shard : byShard.values()) {
      for (int i = 0; i < shard.size(); i += Limits.HEADS_ROOMS_MAX) {
        chunks.add(
            List.copyOf(shard.subList(i, Math.min(shard.size(), i + Limits.HEADS_ROOMS_MAX))));
      }
    }
    return chunks;
  }
}
