package parley.system.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Someone in front of the page, with a browser window of their own. */
final class Person implements AutoCloseable {
  private static final double TOOL_MILLIS = 3_000;
  private static final int TOOL_TRIES_MAX = 8;

  /** A browser and five services share a machine here, which may be a busy one. */
  private static final double PATIENCE_MS = 30_000;

  final String name;
  final Page page;
  final BrowserContext window;
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  Person(String name, int width, ColorScheme scheme) {
    this.name = name;
    window =
        Chromium.browser()
            .newContext(
                new Browser.NewContextOptions()
                    .setViewportSize(width, 800)
                    .setColorScheme(scheme)
                    .setReducedMotion(com.microsoft.playwright.options.ReducedMotion.REDUCE));
    window.setDefaultTimeout(PATIENCE_MS);
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
    page = window.newPage();
    page.onPageError(error -> complaints.add("error: " + error));
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") || message.type().equals("warning")) {
            complaints.add(message.type() + ": " + message.text() + " " + message.location());
          }
        });
  }

  static Person at(URI node, String name) {
    return new Person(name, 1280, ColorScheme.LIGHT).comeIn(node);
  }

  Person comeIn(URI node) {
    page.navigate(node.toString());
    page.getByLabel("What shall we call you?").fill(name);
    button("Come in").click();
    return this;
  }

  /** Opens a room by its address; it is created when nobody was there before. */
  Person goTo(String room) {
    page.evaluate("room => { location.hash = '#/r/' + encodeURIComponent(room) }", room);
    assertThat(page.locator(".pane-head h1")).containsText(room);
    assertThat(field()).isVisible();
    return this;
  }

  Locator field() {
    return page.locator(".composer textarea");
  }

  Locator button(String label) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(label).setExact(true));
  }

  /** The room in the list of rooms. */
  Locator roomLink(String room) {
    return page.locator(".room-link[href$='/" + room + "']");
  }

  void say(String text) {
    field().fill(text);
    field().press("Enter");
  }

  /** The message that holds this text. */
  Locator message(String text) {
    return page.locator(".row[data-seq]", new Page.LocatorOptions().setHasText(text));
  }

  void sees(String text) {
    assertThat(message(text)).hasCount(1);
  }

  void act(String text, String action) {
    Locator tool = message(text).getByLabel(action, new Locator.GetByLabelOptions().setExact(true));
    for (int tries = 1; ; tries++) {
      message(text).hover();
      try {
        tool.click(new Locator.ClickOptions().setTimeout(TOOL_MILLIS));
        return;
      } catch (TimeoutError moved) { // what came meanwhile took the row away from under the mouse
        if (tries == TOOL_TRIES_MAX) {
          throw moved;
        }
      }
    }
  }

  /** The texts of all messages on the page, in order. */
  List<String> texts() {
    return page.locator(".row .text").allInnerTexts();
  }

  /** What the browser complained about so far. */
  List<String> complaints() {
    return complaints;
  }

  @Override
  public void close() {
    window.close();
  }
}
