package parley.verify;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Bugs that a chat backend could well have, each as a small change of Parley's sources, and the
 * faults under which it does harm.
 */
enum Plant {
  /** The sender is told a number that the gateway guesses, before Redis has answered. */
  ACK_BEFORE_APPEND(
      EnumSet.of(Fault.KILL_GATEWAY, Fault.CUT_LINK),
      new Edit(
          "gateway/src/main/java/parley/gateway/bus/Appends.java",
          "private boolean stopped;",
          "private boolean stopped; private final Map<String, Long> heads = new HashMap<>();"),
      new Edit(
          "gateway/src/main/java/parley/gateway/bus/Appends.java",
          "done(call, new Appended(ok.seq(), ok.prev(), ok.pos(), ok.ts(), false));",
          """
          { heads.put(line.keys.room(), ok.seq());
            done(call, new Appended(ok.seq(), ok.prev(), ok.pos(), ok.ts(), false)); }
          """),
      new Edit(
          "gateway/src/main/java/parley/gateway/bus/Appends.java",
          "return call.promise.future();",
          """
          Long head = heads.get(tail.room());
          if (head == null) {
            return call.promise.future();
          }
          heads.put(tail.room(), head + 1);
          return Future.succeededFuture(
              new Appended(head + 1, head, 0, System.currentTimeMillis(), false));
          """)),

  /** The drainer takes entries out of the log before Postgres has them. */
  TRIM_BEFORE_COMMIT(
      EnumSet.of(Fault.RESTART_POSTGRES, Fault.KILL_HISTORY),
      new Edit(
          "history-service/src/main/java/parley/history/drain/Lane.java",
          """
          if (!commit(runs, fences)) {
            whenFenced.run();
            return;
          }
          if (!trimmer.trim(runs)) {
            return;
          }
          """,
          """
          if (!trimmer.trim(runs)) {
            return;
          }
          if (!commit(runs, fences)) {
            whenFenced.run();
            return;
          }
          """)),

  /** Who comes back is given what lies behind the event after its last one. */
  RESUME_OFF_BY_ONE(
      EnumSet.of(Fault.KILL_GATEWAY, Fault.CUT_LINK),
      new Edit(
          "gateway/src/main/java/parley/gateway/room/Ring.java",
          "return seq < floorSeq ? null : copy(indexAfter(seq), max);",
          "return seq < floorSeq ? null : copy(Math.min(size, indexAfter(seq) + 1), max);")),

  /** A gateway that misses a link of the chain goes on as if nothing were. */
  NO_GAP_REPAIR(
      EnumSet.of(Fault.CUT_OFF_GATEWAY, Fault.PAUSE_REDIS),
      new Edit(
          "gateway/src/main/java/parley/gateway/room/Room.java",
          "repair(event.prev, event.pos - 1);",
          "backlog.clear(); accept(event);"),
      new Edit(
          "gateway/src/main/java/parley/gateway/room/Room.java",
          "repair(head.seq(), head.pos());",
          "")),

  /** A Redis that was demoted and promoted again counts as the same. */
  FENCE_BY_RUN_ID_ALONE(
      EnumSet.of(Fault.DEMOTE_REDIS),
      new Edit(
          "protocol/src/main/resources/parley/functions/fence.lua",
          "hex_behind(info, 'run_id:') .. ':' .. hex_behind(info, 'master_replid:') .. ':' .."
              + " birth",
          "hex_behind(info, 'run_id:')")),

  /** A shard takes new events before what Redis lost is back. */
  HEAL_AFTER_OPEN(
      EnumSet.of(Fault.TRUNCATE_REDIS),
      new Edit(
          "chat-service/src/main/java/parley/chat/shards/Opener.java",
          "Healing.Healed found = healing.heal(shard, now);",
          """
          Healing.Healed found =
              healing.heal(
                  shard,
                  new Heads.Reply(
                      true,
                      now.fence(),
                      now.openedUnder(),
                      now.epoch(),
                      now.stored(),
                      now.lastPos(),
                      now.rooms()));
          """),
      new Edit(
          "chat-service/src/main/java/parley/chat/shards/Opener.java",
          "tellRedis(shardKeys, row);",
          """
          Heads.Reply was = heads(shardKeys);
          tellRedis(shardKeys, row);
          try {
            healing.heal(shardKeys, was);
          } catch (Refused tooLate) {
            LOG.warn("healing comes too late");
          }
          """)),

  /** Reactions are counted for every entry that is read, committed before or not. */
  PROJECTION_TWICE(
      EnumSet.of(Fault.TRUNCATE_REDIS),
      new Edit(
          "history-service/src/main/resources/parley/history/migrations/V3__store.sql",
          "if fresh_room is not null and cardinality(c_room) > 0 then",
          "if cardinality(c_room) > 0 then"),
      new Edit(
          "history-service/src/main/resources/parley/history/migrations/V3__store.sql",
          "from unnest(fresh_room, fresh_seq) as f (room, seq)",
          "from unnest(c_room, c_seq) as f (room, seq)"),
      new Edit(
          "history-service/src/main/resources/parley/history/migrations/V3__store.sql",
          "select room, target, emoji, 1 as d from added",
          "select room, target, emoji, 1 as d from last where is_on")),

  /** Whoever lost a right since is not told any more that his message was accepted. */
  RIGHTS_BEFORE_KEY(
      EnumSet.noneOf(Fault.class),
      new Edit(
          "protocol/src/main/resources/parley/functions/append.lua",
          "if known then return known end",
          ""),
      new Edit(
          "protocol/src/main/resources/parley/functions/append.lua",
          "local prev, before = room[1], tonumber(room[2])",
          """
          if known then
            return known
          end
          local prev, before = room[1], tonumber(room[2])
          """));

  private final Set<Fault> faults;
  private final List<Edit> edits;

  Plant(Set<Fault> faults, Edit... edits) {
    this.faults = faults;
    this.edits = List.of(edits);
  }

  Set<Fault> faults() {
    return faults;
  }

  List<Edit> edits() {
    return edits;
  }
}
