package parley.chat.outbox;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.chassis.redis.RedisRefusal;
import parley.chat.postgres.Database;
import parley.chat.postgres.Statements;
import parley.chat.refusals.Refused;
import parley.chat.shards.Appends;
import parley.chat.shards.Past;
import parley.protocol.ErrorCode;
import parley.protocol.Limits;
import parley.protocol.Shards;
import parley.protocol.User;

/**
 * Brings the outbox into the rooms' logs. A shard is relayed by one replica at a time, which holds
 * an advisory lock of its transaction; a row goes by its key, so a death between the append and the
 * commit that deletes the row gives a repeat and no second event. Of a row so old that Redis may
 * have forgotten its key, Postgres is asked first whether it has the event. A row that cannot go
 * holds up the rows of its room behind it, and no other room.
 */
public final class Relay {
  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

  /** First half of the advisory locks' keys; the shard is the second. */
  private static final int LOCK_CLASS = 0x7061_726C;

  private static final int ROWS_IN_A_RUN = 100;

  /** How long a request waits until its event is in the log. */
  private static final long BRING_WITHIN_MS = 1_000;

  private static final long LOOK_AGAIN_MS = 10;

  /** Redis may have forgotten the key of a row that has waited for so long. */
  private static final Duration KEY_KNOWN = Limits.KEY_WINDOW.minusMinutes(2);

  private final Vertx vertx;
  private final Database database;
  private final Shards shards;
  private final Appends appends;
  private final Past past;
  private final OutboxMetrics metrics;

  public Relay(
      Vertx vertx,
      Database database,
      Shards shards,
      Appends appends,
      Past past,
      OutboxMetrics metrics) {
    this.vertx = vertx;
    this.database = database;
    this.shards = shards;
    this.appends = appends;
    this.past = past;
    this.metrics = metrics;
  }

  /**
   * A row.
   *
   * @param old whether its key may have been forgotten, if it was appended once
   */
  private record Waiting(long id, String key, boolean old, Entry entry) {
    static Waiting of(Row row) {
      return new Waiting(
          row.getLong("id"),
          row.getString("key"),
          row.getBoolean("old"),
          Entry.of(row.getString("room"), row.getLong("version"), row.getJsonObject("event")));
    }
  }

  /**
   * Sees the room's events into its log, for a bounded time; what is left then comes later. Never
   * fails: the change that is told of stands already.
   */
  public void bring(String room) {
    int shard = shards.of(room);
    long deadline = System.currentTimeMillis() + BRING_WITHIN_MS;
    try {
      while (!run(shard) && isWaiting(room) && System.currentTimeMillis() < deadline) {
        Future.await(vertx.timer(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS));
      }
    } catch (RuntimeException e) {
      LOG.warn("shard {}: relaying comes later: {}", shard, e.toString());
    }
  }

  /** Relays whatever waits in any shard; counts what has to wait on. */
  public void sweep() {
    List<Integer> waiting =
        database
            .statements()
            .list("select distinct shard from chat.outbox", row -> row.getInteger(0));
    for (int shard : waiting) {
      try {
        run(shard);
      } catch (RuntimeException e) {
        LOG.warn("shard {}: the outbox waits: {}", shard, e.toString());
      }
    }
    metrics.waiting(
        database
            .statements()
            .list(
                """
                select count(*), (coalesce(extract(epoch from now() - min(created_at)), 0) * 1000)::bigint
                from chat.outbox
                """,
                row -> new OutboxMetrics.Backlog(row.getLong(0), row.getLong(1)))
            .getFirst());
  }

  private enum Progress {
    MORE,
    DONE,
    ELSEWHERE
  }

  /** Whether all that waited is relayed, as far as it can be. False: another replica is at it. */
  boolean run(int shard) {
    Progress progress;
    do {
      progress = database.transaction(statements -> batch(statements, shard));
    } while (progress == Progress.MORE);
    return progress == Progress.DONE;
  }

  private Progress batch(Statements statements, int shard) {
    boolean mine =
        Objects.requireNonNull(
            statements.first(
                "select pg_try_advisory_xact_lock($1, $2)",
                row -> row.getBoolean(0),
                LOCK_CLASS,
                shard));
    if (!mine) {
      return Progress.ELSEWHERE;
    }
    List<Waiting> rows =
        statements.list(
            """
            select *, created_at < now() - make_interval(secs => $3) as old
            from chat.outbox where shard = $1 order by id limit $2
            """,
            Waiting::of,
            shard,
            ROWS_IN_A_RUN,
            (double) KEY_KNOWN.toSeconds());
    List<Long> done = new ArrayList<>();
    Set<String> held = new HashSet<>();
    for (Waiting row : rows) {
      if (!held.contains(row.entry().room()) && relayed(statements, row)) {
        done.add(row.id());
      } else {
        held.add(row.entry().room());
      }
    }
    if (!done.isEmpty()) {
      statements.change(
          "delete from chat.outbox where id = any($1)", (Object) done.toArray(Long[]::new));
      metrics.relayed(done.size());
    }
    return rows.size() == ROWS_IN_A_RUN && held.isEmpty() ? Progress.MORE : Progress.DONE;
  }

  private boolean relayed(Statements statements, Waiting row) {
    try {
      if (row.old() && past.has(row.entry().room(), row.key())) {
        return true;
      }
      appends.append(
          row.entry().room(), User.NOBODY, row.key(), row.entry().tail(), row.entry().change());
      return true;
    } catch (Refused e) {
      if (!e.code().retry() && e.code() != ErrorCode.CONFLICT) {
        park(statements, row, e.code().code());
        return true;
      }
      LOG.warn("room {}: its outbox waits: {}", row.entry().room(), e.getMessage());
      return false;
    } catch (RedisRefusal e) {
      park(statements, row, String.valueOf(e.getMessage()));
      return true;
    } catch (RuntimeException e) {
      LOG.warn("room {}: its outbox waits: {}", row.entry().room(), e.toString());
      return false;
    }
  }

  /** What can never be appended is kept aside, told and counted; the room goes on. */
  private void park(Statements statements, Waiting row, String why) {
    LOG.error("room {}: an event is parked: {}", row.entry().room(), why);
    metrics.parked();
    statements.change(
        """
        insert into chat.outbox_parked (id, room, version, event, why)
        select id, room, version, event, $2 from chat.outbox where id = $1 on conflict do nothing
        """,
        row.id(),
        why);
  }

  private boolean isWaiting(String room) {
    return Boolean.TRUE.equals(
        database
            .statements()
            .first(
                "select exists (select 1 from chat.outbox where room = $1)",
                row -> row.getBoolean(0),
                room));
  }
}
