package parley.gateway.bus;

/**
 * An accepted event's numbers.
 *
 * @param repeat the same key had been accepted before; the numbers are those of that time
 */
public record Appended(long seq, long prev, long pos, long ts, boolean repeat) {}
