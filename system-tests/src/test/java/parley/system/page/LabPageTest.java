package parley.system.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.system.LiveSystem;

/** The transport lab: one room over five transports. */
class LabPageTest {
  private static final List<String> LANES =
      List.of("Short polling", "Long polling", "Server-sent events", "WebSocket", "Socket.IO");
  private static final LocatorAssertions.HasCountOptions SOON =
      new LocatorAssertions.HasCountOptions().setTimeout(15_000);
  private static LiveSystem site;
  private static Chromium chromium;
  private Person ada;

  @BeforeAll
  static void open() {
    site = LiveSystem.open();
    chromium = new Chromium();
  }

  @AfterAll
  static void close() {
    chromium.close();
  }

  @BeforeEach
  void enter() {
    ada = Person.at(chromium.browser(), site.node(0), "Ada");
    ada.page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Transport lab")).click();
    assertThat(ada.page.locator(".lane .state.open")).hasCount(5, SOON);
  }

  @AfterEach
  void leave() {
    ada.close();
  }

  @Test
  void each_transport_can_send_and_all_hear_it_once() {
    int sent = 0;
    for (String lane : LANES) {
      ada.page.getByLabel("Send by").selectOption(lane);
      ada.button("Send one").click();
      sent++;
      for (String other : LANES) {
        assertThat(heard(other).getByText("Ada: ping " + sent, exact())).hasCount(1, SOON);
      }
    }
    for (String lane : LANES) {
      assertThat(lane(lane)).containsText("0 missing, 0 twice");
      assertThat(lane(lane).locator(".costs")).not().containsText("Median latency—");
    }
    assertThat(ada.complaints()).isEmpty();
  }

  @Test
  void a_cut_connection_comes_back_and_has_what_it_missed() {
    for (String lane : LANES) {
      ada.page.getByLabel("Cut " + lane, new Page.GetByLabelOptions().setExact(true)).click();
    }
    ada.page.getByLabel("Send by").selectOption("Short polling");
    ada.button("Send one").click();
    for (String lane : LANES) {
      assertThat(heard(lane).getByText("Ada: ping 1", exact())).hasCount(1, SOON);
      assertThat(lane(lane)).containsText("0 missing, 0 twice");
    }
  }

  @Test
  void every_transport_goes_on_at_another_node() {
    ada.button("Send one").click();
    for (String lane : LANES) {
      assertThat(heard(lane).getByText("Ada: ping 1", exact())).hasCount(1, SOON);
      lane(lane).getByRole(AriaRole.COMBOBOX).selectOption(site.node(1).toString());
    }
    assertThat(ada.page.locator(".lane .state.open")).hasCount(5, SOON);
    ada.button("Send one").click();
    for (String lane : LANES) {
      assertThat(heard(lane).getByText("Ada: ping 2", exact())).hasCount(1, SOON);
      assertThat(lane(lane)).containsText("0 missing, 0 twice");
    }
    assertThat(ada.complaints()).isEmpty();
  }

  @Test
  void emissions_reach_whom_they_are_meant_for() {
    try (Person bo = Person.at(chromium.browser(), site.node(1), "Bo")) {
      bo.page.evaluate("() => { location.hash = '#/lab' }");
      assertThat(bo.page.locator(".lane .state.open")).hasCount(5, SOON);
      ada.button("To me").click();
      assertThat(heard("Socket.IO").getByText("→ Ada: to me")).hasCount(1);
      ada.button("To the room").click();
      assertThat(heard("Socket.IO").getByText("→ Ada: to the room")).hasCount(1);
      ada.button("To all but me").click();
      Locator bosSocket = bo.page.getByLabel("Heard over Socket.IO");
      assertThat(bosSocket.getByText("→ Ada: to all but me")).hasCount(1);
      assertThat(bosSocket.getByText("→ Ada: to the room")).hasCount(1);
      assertThat(bosSocket.getByText("→ Ada: to me")).hasCount(0);
      assertThat(heard("WebSocket").getByText("→ Ada: to all but me")).hasCount(1);
      assertThat(heard("Socket.IO").getByText("→ Ada: to all but me")).hasCount(0);
      ada.button("To everyone").click();
      assertThat(bosSocket.getByText("→ Ada: to everyone")).hasCount(1);
      assertThat(heard("Socket.IO").getByText("→ Ada: to everyone")).hasCount(1);
    }
  }

  private Locator lane(String name) {
    return ada.page.getByRole(
        AriaRole.REGION, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private Locator heard(String lane) {
    return ada.page.getByLabel("Heard over " + lane, new Page.GetByLabelOptions().setExact(true));
  }

  private static Locator.GetByTextOptions exact() {
    return new Locator.GetByTextOptions().setExact(true);
  }
}
