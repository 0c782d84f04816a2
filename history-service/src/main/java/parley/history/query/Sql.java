package parley.history.query;

/**
 * Every query of the reading side. Each walks an index from a key on, never counts, never skips; a
 * test asserts their plans.
 */
final class Sql {
  /**
   * What a page shows of an event: its JSON, its last edit, its reactions (the 20 most used, each
   * with its count and 20 of its users: first the one who asks, if among them, then by id). The
   * limits of one keep the planner from joining all edits of the room at once.
   */
  private static final String FOLDED =
      """
        LEFT JOIN LATERAL (
          SELECT body FROM history.edit WHERE room = $1 AND target = e.seq LIMIT 1) d ON true
        LEFT JOIN LATERAL (
          SELECT json_agg(json_build_object('emoji', c.emoji, 'count', c.n, 'users', (
                   SELECT coalesce(json_agg(u.user_id ORDER BY u.place, u.user_id), '[]') FROM (
                     SELECT user_id, 0 AS place FROM history.reaction
                     WHERE room = $1 AND target = e.seq AND emoji = c.emoji AND user_id = :asker
                     UNION ALL (
                     SELECT user_id, 1 AS place FROM history.reaction
                     WHERE room = $1 AND target = e.seq AND emoji = c.emoji AND user_id <> :asker
                     ORDER BY user_id LIMIT 20)
                     ORDER BY place, user_id LIMIT 20) u))
                   ORDER BY c.n DESC, c.emoji)::text AS counts
          FROM (SELECT emoji, n FROM (
                  SELECT emoji, n FROM history.reaction_count
                  WHERE room = $1 AND target = e.seq AND n > 0 ORDER BY emoji LIMIT 100) k
                ORDER BY n DESC, emoji LIMIT 20) c) r ON true
      """;

  /** How far the room is stored, and its last change: one row, whatever the page holds. */
  private static final String STANDING =
      """
        SELECT
          greatest(
            (SELECT seq FROM history.event WHERE room = $1 ORDER BY seq DESC LIMIT 1),
            (SELECT seq FROM history.forgotten WHERE room = $1)) AS head,
          (SELECT seq FROM history.event WHERE room = $1 AND kind IN (4, 5, 6) ORDER BY seq DESC LIMIT 1) AS version
      """;

  private static final String PAGE =
      """
      WITH standing AS MATERIALIZED (%s)
      SELECT s.head, s.version, p.seq, p.json, p.body, p.counts
      FROM standing s LEFT JOIN LATERAL (
        SELECT e.seq, e.json, d.body, r.counts
        FROM (SELECT seq, json FROM history.event
              WHERE room = $1 AND kind < 4 AND seq %s $2 ORDER BY seq %s LIMIT $3) e
      %s) p ON true ORDER BY p.seq
      """;

  static final String OLDER = PAGE.formatted(STANDING, "<", "DESC", folded("$4"));
  static final String NEWER = PAGE.formatted(STANDING, ">", "ASC", folded("$4"));

  /** The best of the newest matches: how many are ranked is bounded, whatever the word. */
  static final String FOUND =
      """
      WITH standing AS MATERIALIZED (%s)
      SELECT s.head, s.version, p.seq, p.json, p.body, p.counts, p.matches, p.oldest
      FROM standing s LEFT JOIN LATERAL (
        SELECT e.seq, e.json, d.body, r.counts, e.matches, e.oldest, e.rank
        FROM (SELECT m.seq, m.json, ts_rank(m.search, $5::text::tsquery, 1) AS rank,
                count(*) OVER () AS matches, min(m.seq) OVER () AS oldest
              FROM (SELECT seq, json, search FROM history.event
                    WHERE room = $1 AND kind < 4 AND seq < $2 AND search @@ $4::text::tsquery
                    ORDER BY seq DESC LIMIT $6) m
              ORDER BY rank DESC, m.seq DESC LIMIT $3) e
      %s) p ON true ORDER BY p.rank DESC, p.seq DESC
      """
          .formatted(STANDING, folded("$7"));

  static final String MESSAGE =
      """
      SELECT e.json, d.body, r.counts
      FROM (SELECT seq, json FROM history.event WHERE room = $1 AND seq = $2 AND kind < 4) e
      """
          + folded("$3");

  /**
   * The seq of a room's last event up to a pos, 0 if all of the room came later; null if it cannot
   * be told from so many of its last events. It may be the last that retention has removed, where
   * all that is left came later.
   */
  static final String ANCHOR =
      """
      with last as materialized (
        select seq, prev, pos from history.event where room = $1 order by seq desc limit $3
      )
      select coalesce(
        (select max(seq) from last where pos <= $2),
        (select 0::bigint from last where prev = 0 limit 1),
        (select f.seq from history.forgotten f where f.room = $1 and f.pos <= $2
          and not exists (select from last having min(prev) > f.seq))
      )
      """;

  static final String EVENTS =
      "SELECT json FROM history.event WHERE room = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT"
          + " $4";

  static final String STORED =
      """
      SELECT greatest(
        (SELECT seq FROM history.event WHERE room = $1 ORDER BY seq DESC LIMIT 1),
        (SELECT seq FROM history.forgotten WHERE room = $1))
      """;

  static final String HEADS =
      """
      SELECT w.room, greatest(e.seq, f.seq, 0), greatest(e.pos, f.pos, 0)
      FROM unnest($1::text[]) w (room)
      LEFT JOIN LATERAL (
        SELECT seq, pos FROM history.event WHERE room = w.room ORDER BY seq DESC LIMIT 1) e ON true
      LEFT JOIN history.forgotten f ON f.room = w.room
      """;

  /** Refuses every commit that is under way: what it read may come from a Redis of before. */
  static final String FLOOR_AND_FENCE =
      """
      UPDATE history.shard SET fence = fence + 1 WHERE shard = $1
      RETURNING pos, (SELECT max(pos) FROM history.shard)
      """;

  static final String KEYED = "SELECT * FROM history.keyed($1, $2, $3)";

  static final String SEQ_OF_CHANGE =
      "SELECT seq FROM history.event WHERE room = $1 AND kind IN (7, 8) AND history.key_of(json) ="
          + " $2 LIMIT 1";

  static final String UNREAD =
      """
      SELECT w.room, u.unread, l.json, d.body, m.seq, o.seq
      FROM unnest($2::text[]) w (room)
      LEFT JOIN history.read_mark m ON m.room = w.room AND m.user_id = $1
      LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE n.kind < 3 AND n.author IS DISTINCT FROM $1) AS unread
        FROM (SELECT kind, author FROM history.event
              WHERE room = w.room AND kind < 4 AND seq > coalesce(m.seq, 0)
              ORDER BY seq DESC LIMIT $3) n) u ON true
      LEFT JOIN LATERAL (
        SELECT seq, json FROM history.event WHERE room = w.room AND kind < 4
        ORDER BY seq DESC LIMIT 1) l ON true
      LEFT JOIN LATERAL (
        SELECT body FROM history.edit WHERE room = w.room AND target = l.seq LIMIT 1) d ON true
      LEFT JOIN LATERAL (
        SELECT max(seq) AS seq FROM history.read_mark
        WHERE room = w.room AND user_id <> $1) o ON w.room = any ($4)
      """;

  /** The id of the one who asks is one more parameter of the query. */
  private static String folded(String asker) {
    return FOLDED.replace(":asker", asker);
  }

  private Sql() {}
}
