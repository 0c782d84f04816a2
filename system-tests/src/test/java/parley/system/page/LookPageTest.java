package parley.system.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import parley.system.LiveSystem;

/** How the page looks and how quickly it is there; its pictures are written to target/page. */
class LookPageTest {
  private static final Path AXE = Path.of("..", "web", "node_modules", "axe-core", "axe.min.js");
  private static final int FIRST_PAINT_MS_MAX = 1_000;

  /** The machine may be a busy one, which the slowed down browser feels most. */
  private static final int TRIES_MAX = 10;

  private static final int GZIP_BYTES_MAX = 150_000;
  private static LiveSystem site;

  @BeforeAll
  static void open() {
    site = LiveSystem.open();
  }

  private record Look(int width, ColorScheme scheme) {
    boolean isNarrow() {
      return width < 500;
    }

    @Override
    public String toString() {
      return (isNarrow() ? "narrow-" : "wide-") + scheme.toString().toLowerCase(Locale.ROOT);
    }
  }

  private static final List<Look> LOOKS =
      List.of(
          new Look(1280, ColorScheme.LIGHT),
          new Look(1280, ColorScheme.DARK),
          new Look(390, ColorScheme.DARK),
          new Look(390, ColorScheme.LIGHT));

  @Test
  void every_view_fits_and_is_accessible_wide_and_narrow_light_and_dark() {
    String room = "look-" + UUID.randomUUID().toString().substring(0, 8);
    try (Person ada = new Person("Ada Lovelace", 1280, ColorScheme.LIGHT);
        Person bo = Person.at(site.node(1), "Grace Hopper").goTo(room)) {
      ada.page.navigate(site.node(0).toString());
      assertThat(ada.button("Come in")).isVisible();
      inEveryLook(ada.page, "welcome");
      ada.comeIn(site.node(0)).goTo(room);
      talk(ada, bo);
      inEveryLook(ada.page, "chat");
      ada.page.getByLabel("Open the list of rooms").click();
      assertThat(ada.page.locator(".side")).isInViewport();
      inEveryLook(ada.page, "rooms", LOOKS.stream().filter(Look::isNarrow).toList());
      ada.page.keyboard().press("Escape");
      ada.page.getByLabel("Keyboard shortcuts").first().dispatchEvent("click");
      inEveryLook(ada.page, "keys");
      ada.page.keyboard().press("Escape");
      ada.page.getByLabel("Search", new Page.GetByLabelOptions().setExact(true)).first().click();
      ada.page.locator(".panel input").fill("prev");
      assertThat(ada.page.locator(".found li")).hasCount(1);
      inEveryLook(ada.page, "search");
      ada.page.evaluate("() => { location.hash = '#/lab' }");
      assertThat(ada.page.locator(".lane .state.open")).hasCount(5);
      ada.button("Send one").click();
      assertThat(ada.page.locator(".series circle")).hasCount(5);
      inEveryLook(ada.page, "lab");
      assertThat(ada.complaints()).isEmpty();
    }
  }

  private static void talk(Person ada, Person bo) {
    bo.say("Did the deploy go through?");
    ada.sees("Did the deploy go through?");
    ada.say("Yes. I killed node 2 while typing this, and nothing is missing.");
    ada.say("Every event names its predecessor: `event.prev === last`");
    bo.sees("Every event names");
    bo.act("Every event names", "React");
    bo.message("Every event names").getByLabel("React with 🚀").click();
    bo.act("Yes. I killed", "Reply");
    bo.say("@Ada Lovelace lovely. The numbers: https://example.org/notes");
    // For longer than the three seconds in which no second note is passed on.
    bo.field()
        .pressSequentially(
            "And one more thing to look at before",
            new Locator.PressSequentiallyOptions().setDelay(120));
    assertThat(ada.page.locator(".typing")).containsText("is typing");
    assertThat(ada.page.locator(".reactions")).isVisible();
  }

  private static void inEveryLook(Page page, String view) {
    inEveryLook(page, view, LOOKS);
  }

  /** No view scrolls sideways, and axe finds nothing serious in it. */
  private static void inEveryLook(Page page, String view, List<Look> looks) {
    for (Look look : looks) {
      page.setViewportSize(look.width(), 800);
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(look.scheme()));
      fitsAndIsAccessible(page, view + "-" + look);
    }
  }

  private static void fitsAndIsAccessible(Page page, String name) {
    page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "page", name + ".png")));
    assertThat((Integer) page.evaluate("() => document.documentElement.scrollWidth - innerWidth"))
        .as("%s is wider than the window", name)
        .isLessThanOrEqualTo(0);
    // axe is evaluated by the debugger, which the page's policy does not bind.
    if (Boolean.FALSE.equals(page.evaluate("() => 'axe' in window"))) {
      page.evaluate(readString(AXE));
    }
    @SuppressWarnings("unchecked")
    var found =
        (List<String>)
            page.evaluate(
                """
                async () => {
                  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
                  return violations.filter(it => ['serious', 'critical'].includes(it.impact))
                    .map(it => it.id + ': ' + it.nodes.map(node => node.html + ' ' + node.failureSummary).join(' | '));
                }
                """);
    assertThat(found).as(name).isEmpty();
  }

  @Test
  void the_theme_can_be_chosen_and_stays() {
    try (Person ada = Person.at(site.node(0), "Ada")) {
      var dark = Pattern.compile("rgb\\(22, 23, 29\\)");
      Locator body = ada.page.locator("body");
      assertThat(body).not().hasCSS("background-color", dark);
      ada.button("Theme: like the system").click();
      assertThat(body).hasCSS("background-color", dark);
      ada.page.reload();
      assertThat(ada.button("Theme: dark")).isVisible();
      assertThat(body).hasCSS("background-color", dark);
      ada.page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
      ada.button("Theme: dark").click();
      assertThat(body).not().hasCSS("background-color", dark);
      ada.button("Theme: light").click();
      assertThat(body).hasCSS("background-color", dark);
      assertThat(ada.complaints()).isEmpty();
    }
  }

  @Test
  void the_first_paint_comes_within_a_second_on_a_slow_machine() {
    try (Person ada = new Person("Ada", 1280, ColorScheme.LIGHT)) {
      CDPSession session = ada.window.newCDPSession(ada.page);
      var slow = new JsonObject();
      slow.addProperty("rate", 4);
      session.send("Emulation.setCPUThrottlingRate", slow);
      double best = Double.MAX_VALUE;
      for (int tries = 0; tries < TRIES_MAX && best >= FIRST_PAINT_MS_MAX; tries++) {
        ada.page.navigate(site.node(0).toString());
        ada.page.waitForFunction(
            "() => performance.getEntriesByName('first-contentful-paint').length > 0");
        best =
            Math.min(
                best,
                ((Number)
                        ada.page.evaluate(
                            "() =>"
                                + " performance.getEntriesByName('first-contentful-paint')[0].startTime"))
                    .doubleValue());
      }
      assertThat(best).isLessThan(FIRST_PAINT_MS_MAX);
    }
  }

  @Test
  void the_page_is_small() {
    try (Person ada = new Person("Ada", 1280, ColorScheme.LIGHT)) {
      int[] bytes = {0};
      ada.page.onResponse(response -> bytes[0] += gzipped(response.body()));
      ada.page.navigate(site.node(0).toString());
      Locator come = ada.button("Come in");
      assertThat(come).isVisible();
      assertThat(bytes[0]).isBetween(1, GZIP_BYTES_MAX);
    }
  }

  private static int gzipped(byte[] body) {
    var packed = new java.io.ByteArrayOutputStream();
    try (var gzip = new java.util.zip.GZIPOutputStream(packed)) {
      gzip.write(body);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return packed.size();
  }

  private static String readString(Path file) {
    try {
      return java.nio.file.Files.readString(file);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException("The build of web installs it", e);
    }
  }
}
