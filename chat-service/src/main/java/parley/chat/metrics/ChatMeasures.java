package parley.chat.metrics;

import parley.chassis.metrics.Catalogue;
import parley.chassis.metrics.Label;
import parley.chassis.metrics.Measure;
import parley.protocol.ErrorCode;

/** What chat-service measures. */
public final class ChatMeasures {
  public static final Catalogue CATALOGUE = new Catalogue("chat-service");

  public static final Measure.Count SHARDS_OPENED =
      CATALOGUE.count("parley_shards_opened_total", "Shards opened under a new epoch.");
  public static final Measure.Count EVENTS_HEALED =
      CATALOGUE.count("parley_events_healed_total", "Events put back that Redis had lost.");
  public static final Measure.Count TAILS_MISSED =
      CATALOGUE.count(
          "parley_tails_missed_total", "Healings for which a gateway did not tell what it heard.");
  public static final Measure.Count ROOMS_LOADED =
      CATALOGUE.count("parley_rooms_loaded_total", "Rooms loaded into Redis.");

  public static final Measure.Count OUTBOX_RELAYED =
      CATALOGUE.count(
          "parley_outbox_relayed_total", "Events that went from Postgres into a room's log.");
  public static final Measure.Count OUTBOX_PARKED =
      CATALOGUE.count(
          "parley_outbox_parked_total", "Events that can never be appended and were put aside.");
  public static final Measure.Level OUTBOX_WAITING =
      CATALOGUE.level("parley_outbox_waiting", "Events that wait in the outbox.");
  public static final Measure.Level OUTBOX_AGE =
      CATALOGUE.level(
          "parley_outbox_age_seconds", "How long the oldest event of the outbox has waited.");

  public static final Measure.Count REFUSALS =
      CATALOGUE.count(
          "parley_chat_refusals_total",
          Label.of("code", ErrorCode.class, ErrorCode::code),
          "Requests that were refused; most of them are counted by a gateway too.");

  private ChatMeasures() {}
}
