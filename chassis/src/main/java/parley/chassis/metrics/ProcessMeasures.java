package parley.chassis.metrics;

/** What every process measures. */
public final class ProcessMeasures {
  public static final Catalogue CATALOGUE = new Catalogue("Every process");

  public static final Measure.Time LOOP_DELAY =
      CATALOGUE.time(
          "parley_loop_delay_seconds",
          "How much later than asked for an event loop ran a task; what a loop is busy with, everyone on it waits for.");
  public static final Measure.Count REDIS_RECONNECTS =
      CATALOGUE.count(
          "parley_redis_reconnects_total", "Connections to Redis that broke and are made again.");
  public static final Measure.Level DIRECT_MEMORY =
      CATALOGUE.level(
          "parley_direct_memory_bytes",
          "Memory outside the heap that buffers of the network take.");
  public static final Measure.Level RESIDENT_MEMORY =
      CATALOGUE.level("parley_resident_memory_bytes", "Memory of the process that is in RAM.");

  private ProcessMeasures() {}
}
