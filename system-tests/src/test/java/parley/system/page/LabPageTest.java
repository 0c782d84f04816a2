package parley.system.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import parley.system.LiveSystem;

/** The transport lab: one room over five transports. */
class LabPageTest {
  private static final List<String> LANES =
      List.of("Short polling", "Long polling", "Server-sent events", "WebSocket", "Socket.IO");
  private static final LocatorAssertions.HasCountOptions SOON =
      new LocatorAssertions.HasCountOptions().setTimeout(15_000);
  private static final Pattern NUMBER = Pattern.compile("([\\d.]+)( k)?");
  private static LiveSystem site;
  private static Person ada;
  private static int pings;

  @BeforeAll
  static void enter() {
    site = LiveSystem.open();
    ada = Person.at(site.node(0), "Ada");
    ada.page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Transport lab")).click();
    assertThat(ada.page.locator(".lane .state.open")).hasCount(5, SOON);
  }

  @AfterAll
  static void leave() {
    ada.close();
  }

  /** Sends one and gives what the lanes show of it. */
  private static String send(String lane) {
    ada.page.getByLabel("Send by").selectOption(lane);
    ada.button("Send one").click();
    return "Ada: ping " + ++pings;
  }

  private static void allHearOnce(String text) {
    for (String lane : LANES) {
      assertThat(heard(lane).getByText(text, exact())).hasCount(1, SOON);
      assertThat(lane(lane)).containsText("0 missing, 0 twice");
    }
  }

  @Test
  void each_transport_can_send_and_all_hear_it_once() {
    List<String> sent = LANES.stream().map(LabPageTest::send).toList();
    sent.forEach(LabPageTest::allHearOnce);
    assertThat(ada.complaints()).isEmpty();
  }

  @Test
  void each_transport_says_what_it_is_and_what_it_costs() {
    allHearOnce(send("WebSocket"));
    assertThat(lane("Short polling")).containsText("Plain HTTP can do no more");
    for (String lane : LANES) {
      assertThat(lane(lane).locator(".state")).hasText("connected");
      assertThat(lane(lane).locator(".says")).hasText(Pattern.compile(".{100,}"));
      assertThat(figure(lane, "Node")).hasText(Pattern.compile("[a-z0-9]{8,}"));
      assertThat(figure(lane, "Median latency")).hasText(Pattern.compile("[\\d.]+ ms"));
      assertThat(number(lane, "Messages")).isPositive();
      assertThat(number(lane, "Bytes in")).isPositive();
      assertThat(number(lane, "Bytes out ≈")).isPositive();
    }
    assertThat(number("Short polling", "Requests")).isGreaterThan(1);
    assertThat(figure("Short polling", "TCP connection")).containsText("reused");
    assertThat(figure("WebSocket", "TCP connection")).containsText("kept open");
    assertThat(figure("Socket.IO", "TCP connection")).containsText("over websocket");
    for (String series : List.of("short", "long", "sse", "ws", "socketio")) {
      assertThat(ada.page.locator(".plot ." + series + " circle").first()).isVisible();
    }
  }

  @Test
  void what_it_counts_is_what_the_browser_counts() {
    var polls = new AtomicInteger();
    var payloads = new AtomicInteger();
    var frames = new AtomicInteger();
    try (Person bo = new Person("Bo", 1280, null)) {
      bo.page.onRequest(request -> polls.addAndGet(request.url().contains("lane=short") ? 1 : 0));
      bo.page.onWebSocket(
          socket -> {
            if (socket.url().endsWith("/ws")) {
              socket.onFrameReceived(
                  frame -> {
                    frames.incrementAndGet();
                    payloads.addAndGet(frame.text().getBytes(StandardCharsets.UTF_8).length);
                  });
            }
          });
      bo.comeIn(site.node(0));
      bo.page.evaluate("() => { location.hash = '#/lab' }");
      assertThat(bo.page.locator(".lane .state.open")).hasCount(5, SOON);
      bo.button("Send one").click();
      assertThat(bo.page.getByLabel("Heard over WebSocket").getByText("Bo: ping 1")).hasCount(1);
      Locator costs = bo.page.locator(".lane.short .costs");
      bo.page.waitForCondition(() -> number(costs, "Requests") == polls.get());
      Locator ws = bo.page.locator(".lane.ws .costs");
      // Besides the payloads: the answer to the upgrade, and two or four bytes before each frame.
      int beside = number(ws, "Bytes in") - payloads.get();
      assertThat(beside).isBetween(250 + 2 * frames.get(), 250 + 4 * frames.get());
    }
  }

  @Test
  void a_cut_connection_comes_back_and_has_what_it_missed() {
    for (String lane : LANES) {
      ada.page.getByLabel("Cut " + lane, new Page.GetByLabelOptions().setExact(true)).click();
    }
    allHearOnce(send("Short polling"));
    assertThat(heard("Socket.IO").getByText("recovered")).hasCount(1, SOON);
    assertThat(ada.page.locator(".lane .state.open")).hasCount(5, SOON);
  }

  @Test
  void every_transport_goes_on_at_another_node() {
    String home = figure("WebSocket", "Node").innerText();
    moveTo(site.node(1).toString());
    allHearOnce(send("Socket.IO"));
    for (String lane : LANES) {
      assertThat(figure(lane, "Node")).not().hasText(home);
    }
    // The other node lets the browser tell of its connections too.
    String reused = figure("Short polling", "TCP connection").innerText();
    assertThat(figure("Short polling", "TCP connection")).not().hasText(reused);
    moveTo("");
    allHearOnce(send("Socket.IO"));
    for (String lane : LANES) {
      assertThat(figure(lane, "Node")).hasText(home);
    }
    assertThat(ada.complaints()).isEmpty();
  }

  private static void moveTo(String node) {
    for (String lane : LANES) {
      lane(lane).getByRole(AriaRole.COMBOBOX).selectOption(node);
    }
    assertThat(ada.page.locator(".lane .state.open")).hasCount(5, SOON);
  }

  @Test
  void emissions_reach_whom_they_are_meant_for() {
    try (Person bo = Person.at(site.node(1), "Bo")) {
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

  private static Locator figure(String lane, String name) {
    return figure(lane(lane).locator(".costs"), name);
  }

  private static Locator figure(Locator costs, String name) {
    return costs
        .locator("div")
        .filter(new Locator.FilterOptions().setHasText(Pattern.compile("^" + name)))
        .locator("dd");
  }

  private static int number(String lane, String name) {
    return number(lane(lane).locator(".costs"), name);
  }

  private static int number(Locator costs, String name) {
    Matcher number = NUMBER.matcher(figure(costs, name).innerText());
    assertThat(number.find()).as(name).isTrue();
    return (int) (Double.parseDouble(number.group(1)) * (number.group(2) == null ? 1 : 1_000));
  }

  private static Locator lane(String name) {
    return ada.page.getByRole(
        AriaRole.REGION, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private static Locator heard(String lane) {
    return ada.page.getByLabel("Heard over " + lane, new Page.GetByLabelOptions().setExact(true));
  }

  private static Locator.GetByTextOptions exact() {
    return new Locator.GetByTextOptions().setExact(true);
  }
}
