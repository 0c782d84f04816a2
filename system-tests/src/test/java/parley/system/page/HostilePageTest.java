package parley.system.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import parley.system.LiveSystem;

/** Names and texts that want to be more than names and texts. */
class HostilePageTest {
  private static final String NAME = "<img src=x onerror=window.hit=1>\"'`";
  private static LiveSystem site;

  @BeforeAll
  static void open() {
    site = LiveSystem.open();
  }

  @Test
  void hostile_names_and_texts_are_shown_as_what_they_are() {
    String room = "hostile-" + UUID.randomUUID().toString().substring(0, 8);
    String[] texts = {
      "<script>window.hit=1</script>",
      "<img src=x onerror=window.hit=1>",
      "[x](javascript:window.hit=1) javascript:window.hit=1",
      "https://example.org/\"onmouseover=\"window.hit=1",
      "\u202Egnp.exe and \u0007 bells",
      "{{constructor.constructor('window.hit=1')()}} ${window.hit=1}",
      "@" + NAME + " look",
    };
    try (Person eve = Person.at(site.node(0), NAME).goTo(room);
        Person bo = Person.at(site.node(1), "Bo").goTo(room)) {
      for (String text : texts) {
        eve.say(text);
        assertThat(bo.page.locator(".row .text").last()).hasText(text);
      }
      assertThat(bo.page.locator(".row .byline strong").first()).hasText(NAME);
      assertThat(bo.page.locator(".rows img, .rows script, .rows [onmouseover]")).hasCount(0);
      assertThat(bo.page.locator(".rows a:not([href^='https://'])")).hasCount(0);
      assertThat(bo.page.evaluate("() => window.hit")).isNull();
      assertThat(bo.complaints()).isEmpty();
      assertThat(eve.complaints()).isEmpty();
    }
  }

  @Test
  void a_hostile_name_of_a_room_is_shown_as_what_it_is() {
    String room = "<img src=x onerror=window.hit=1>" + UUID.randomUUID().toString().substring(0, 8);
    try (Person eve = Person.at(site.node(0), "Eve").goTo(room);
        Person bo = Person.at(site.node(1), "Bo").goTo(room)) {
      eve.say("in here");
      bo.sees("in here");
      assertThat(bo.page.locator(".pane-head h1 bdi")).hasText(room);
      assertThat(bo.page.locator(".room-link[aria-current] .room-name")).hasText(room);
      assertThat(bo.page.locator("[onerror], [src=x]")).hasCount(0);
      assertThat(bo.page.evaluate("() => window.hit")).isNull();
      assertThat(bo.complaints()).isEmpty();
    }
  }

  @Test
  void the_policy_forbids_what_the_page_does_not_need() {
    try (Person ada = new Person("Ada", 1280, null)) {
      var answer = ada.page.navigate(site.node(0).toString());
      assertThat(answer.headerValue("content-security-policy"))
          .containsPattern("default-src '(none|self)'")
          .contains("script-src 'self'", "frame-ancestors 'none'")
          .doesNotContain("unsafe-inline")
          .doesNotContain("unsafe-eval");
      assertThat(answer.text()).doesNotContain("<style").doesNotContain("style=\"");
      assertThat(ada.page.locator("script:not([src])")).hasCount(0);
    }
  }

  @Test
  void the_token_is_in_no_address_and_in_no_storage() {
    try (Person ada = Person.at(site.node(0), "Ada")) {
      assertThat(ada.page.locator(".pane-head h1")).isVisible();
      var addresses = new StringBuffer();
      ada.page.onRequest(request -> addresses.append(request.url()).append('\n'));
      ada.page.onWebSocket(socket -> addresses.append(socket.url()).append('\n'));
      ada.page.reload();
      assertThat(ada.page.locator(".pane-head h1")).isVisible();
      String token =
          (String)
              ada.page.evaluate("async () => (await (await fetch('/api/session')).json()).token");
      assertThat(token).isNotBlank();
      String kept =
          (String)
              ada.page.evaluate(
                  "() => JSON.stringify([{...localStorage}, {...sessionStorage},"
                      + " document.cookie])");
      assertThat(kept).doesNotContain(token);
      assertThat(addresses.toString()).contains("/socket.io/").doesNotContain(token);
      assertThat(ada.page.url()).doesNotContain(token);
    }
  }
}
