package parley.system.page;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The one system that all tests of the page use, since it takes a while to start: the page's
 * stand-in, or with {@code -Dparley.page.site=processes} the real services.
 */
final class Sites {
  private static final boolean PROCESSES =
      System.getProperty("parley.page.site", "stand-in").equals("processes");
  private static @Nullable Site shared;

  private Sites() {}

  /** Closing what is returned starts nodes again that were killed; the rest ends with this JVM. */
  static synchronized Site open() {
    if (shared == null) {
      shared = PROCESSES ? new ProcessSite() : new StandInSite();
    }
    return new Borrowed(shared);
  }

  private record Borrowed(Site site) implements Site {
    @Override
    public URI node(int index) {
      return site.node(index);
    }

    @Override
    public void kill(int index) {
      site.kill(index);
    }

    @Override
    public void start(int index) {
      site.start(index);
    }

    @Override
    public void close() {
      start(0);
      start(1);
    }
  }
}
