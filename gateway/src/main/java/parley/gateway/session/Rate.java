package parley.gateway.session;

/** So many per second in the long run, and so many at once. */
public record Rate(double perSecond, int burst) {

  /** A rate that lets three seconds' worth pass at once. */
  public static Rate perSecond(int perSecond) {
    return new Rate(perSecond, 3 * perSecond);
  }
}
