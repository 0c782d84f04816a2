package parley.system.page;

/** Opens the system that the page is tested on. */
final class Sites {
  private Sites() {}

  static Site open() {
    return new StandInSite();
  }
}
