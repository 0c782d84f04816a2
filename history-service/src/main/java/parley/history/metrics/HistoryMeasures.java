package parley.history.metrics;

import parley.chassis.metrics.Catalogue;
import parley.chassis.metrics.Label;
import parley.chassis.metrics.Measure;

/** What history-service measures. */
public final class HistoryMeasures {
  public static final Catalogue CATALOGUE = new Catalogue("history-service");

  public static final Label PAGE_KINDS =
      Label.of("kind", "latest", "before", "after", "around", "search");

  /** With more shards than this the backlog is one number. */
  public static final int SHARD_LABELS_MAX = 128;

  // Draining.
  public static final Measure.Level BACKLOG =
      CATALOGUE.level(
          "parley_log_backlog",
          Label.number("shard", SHARD_LABELS_MAX),
          "Entries of the Redis log that Postgres does not have yet; of the shards that the replica drains.");
  public static final Measure.Level SHARDS =
      CATALOGUE.level("parley_shards", "How many shards there are.");
  public static final Measure.Level SHARDS_DRAINED =
      CATALOGUE.level("parley_shards_drained", "Shards that the replica drains at present.");
  public static final Measure.Count SHARDS_TAKEN =
      CATALOGUE.count("parley_shards_taken_total", "Shards that the replica began to drain.");
  public static final Measure.Time COMMIT =
      CATALOGUE.time("parley_commit_seconds", "From a batch read to its commit in Postgres.");
  public static final Measure.Size COMMIT_ENTRIES =
      CATALOGUE.size("parley_commit_entries", "Entries of one commit.");
  public static final Measure.Count STORED =
      CATALOGUE.count("parley_events_stored_total", "Events committed that were not there before.");
  public static final Measure.Count REPEATED =
      CATALOGUE.count(
          "parley_events_repeated_total", "Events read again that were in Postgres already.");
  public static final Measure.Count FENCED =
      CATALOGUE.count(
          "parley_commits_fenced_total", "Commits refused since a shard had been taken over.");
  public static final Measure.Count DEAD_LETTERS =
      CATALOGUE.count(
          "parley_dead_letters_total", "Entries parked since they cannot be stored as they are.");
  public static final Measure.Count DRAIN_FAILURES =
      CATALOGUE.count(
          "parley_drain_failures_total", "Rounds of draining that failed and were tried again.");

  // Reading.
  public static final Measure.Time PAGE =
      CATALOGUE.time(
          "parley_page_seconds", PAGE_KINDS, "From a request for scrollback to its page.");

  private HistoryMeasures() {}
}
