package parley.system.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.assertions.LocatorAssertions;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.system.LiveSystem;

/** Reloads, lost networks and dead nodes: nothing is lost by them and nothing is shown twice. */
class AwayPageTest {
  private static final LocatorAssertions.ContainsTextOptions SOON =
      new LocatorAssertions.ContainsTextOptions().setTimeout(30_000);
  private final String room = "away-" + UUID.randomUUID().toString().substring(0, 8);
  private LiveSystem site;
  private FrontDoor door;

  @BeforeEach
  void open() {
    site = LiveSystem.open();
    door = new FrontDoor(List.of(site.node(0), site.node(1)));
  }

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void a_reload_shows_the_same_person_the_same_messages_once() {
    try (Person ada = Person.at(site.node(0), "Ada").goTo(room)) {
      ada.say("one");
      ada.say("two");
      ada.sees("two");
      assertThat(ada.message("two").locator(".tick.stored")).isVisible();
      ada.page.reload();
      ada.sees("two");
      assertThat(ada.page.locator(".myself")).containsText("Ada");
      assertThat(ada.texts()).containsExactly("one", "two");
      assertThat(ada.message("two").locator(".tick.stored")).isVisible();
      assertThat(ada.complaints()).isEmpty();
    }
  }

  @Test
  void what_is_written_offline_waits_and_goes_out_once() {
    try (Person ada = Person.at(door.url(), "Ada").goTo(room);
        Person bo = Person.at(site.node(1), "Bo").goTo(room)) {
      ada.say("before");
      bo.sees("before");
      ada.window.setOffline(true);
      door.cut();
      assertThat(ada.page.locator(".banner")).containsText("You are offline", SOON);
      ada.say("offline one");
      ada.say("offline two");
      assertThat(ada.page.locator(".banner")).containsText("2 messages wait");
      assertThat(ada.page.locator(".row.pending .tick.waiting")).hasCount(2);
      bo.say("meanwhile");
      bo.sees("meanwhile");
      door.mend();
      ada.window.setOffline(false);
      assertThat(bo.page.locator(".rows")).containsText("offline two", SOON);
      assertThat(ada.page.locator(".banner")).hasCount(0);
      assertThat(ada.page.locator(".row.pending")).hasCount(0);
      var all = List.of("before", "meanwhile", "offline one", "offline two");
      ada.sees("meanwhile");
      assertThat(bo.texts()).containsExactlyElementsOf(all);
      assertThat(ada.texts()).containsExactlyElementsOf(all);
      assertThat(ada.message("offline two").locator(".tick.stored")).isVisible();
    }
  }

  @Test
  void unsent_messages_survive_a_reload_and_go_out_once() {
    try (Person ada = Person.at(door.url(), "Ada").goTo(room);
        Person bo = Person.at(site.node(1), "Bo").goTo(room)) {
      ada.say("before");
      ada.sees("before");
      // Only the way to the backend is cut, the page itself can still be loaded.
      var blocked = new AtomicBoolean(true);
      ada.window.route(
          "**/socket.io/**",
          route -> {
            if (blocked.get()) {
              route.abort();
            } else {
              route.resume();
            }
          });
      ada.window.routeWebSocket(
          "**/socket.io/**",
          socket -> {
            if (blocked.get()) {
              socket.close();
            } else {
              socket.connectToServer();
            }
          });
      door.cut();
      assertThat(ada.page.locator(".banner")).containsText("You are offline", SOON);
      ada.say("not yet sent");
      door.mend();
      ada.page.reload();
      assertThat(ada.page.locator(".row.pending")).containsText("not yet sent", SOON);
      assertThat(bo.message("not yet sent")).hasCount(0);
      blocked.set(false);
      assertThat(ada.page.locator(".row.pending")).hasCount(0);
      bo.sees("not yet sent");
      ada.page.reload();
      ada.sees("not yet sent");
      assertThat(ada.texts()).containsExactly("before", "not yet sent");
      assertThat(bo.texts()).containsExactly("before", "not yet sent");
    }
  }

  @Test
  void the_death_of_a_node_loses_nothing_and_shows_nothing_twice() {
    try (Person ada = Person.at(door.url(), "Ada").goTo(room);
        Person bo = Person.at(door.url(), "Bo").goTo(room)) {
      for (int i = 0; i < 30; i++) {
        ada.say("m" + i + ".");
        if (i == 8) {
          site.kill(0);
        } else if (i == 16) {
          site.start(0);
        } else if (i == 20) {
          site.kill(1);
        }
      }
      assertThat(bo.page.locator(".rows")).containsText("m29.", SOON);
      assertThat(ada.page.locator(".rows")).containsText("m29.", SOON);
      assertThat(ada.page.locator(".row.pending")).hasCount(0);
      var all = IntStream.range(0, 30).mapToObj(i -> "m" + i + ".").toList();
      assertThat(bo.texts()).containsExactlyElementsOf(all);
      assertThat(ada.texts()).containsExactlyElementsOf(all);
    }
  }
}
