package parley.system.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Keyboard;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.system.LiveSystem;

/** Two people on two nodes use everything that the chat offers. */
class ChatPageTest {
  private static final Duration SCROLLED_WITHIN = Duration.ofSeconds(120);
  private static LiveSystem site;
  private static Person ada;
  private static Person bo;
  private final String room = "r-" + UUID.randomUUID().toString().substring(0, 8);

  @BeforeAll
  static void comeIn() {
    site = LiveSystem.open();
    ada = Person.at(site.node(0), "Ada Lovelace");
    bo = Person.at(site.node(1), "Bo");
  }

  @AfterAll
  static void leave() {
    ada.close();
    bo.close();
  }

  @BeforeEach
  void meet() {
    ada.goTo(room);
    bo.goTo(room);
  }

  @AfterEach
  void nothingWasComplainedAbout() {
    assertThat(ada.complaints()).isEmpty();
    assertThat(bo.complaints()).isEmpty();
  }

  @Test
  void a_message_reaches_the_other_node_and_shows_its_author_that_it_is_stored() {
    ada.say("hello from node one");
    bo.sees("hello from node one");
    assertThat(ada.message("hello from node one").locator(".tick.stored")).isVisible();
    assertThat(bo.message("hello from node one").locator(".tick")).hasCount(0);
    bo.say("hello back");
    ada.sees("hello back");
  }

  @Test
  void a_message_is_there_at_once_and_shows_how_far_it_has_come() {
    try (var history = site.pauseHistory()) {
      try (var node = site.pauseNode(0)) {
        ada.say("on its way");
        Locator pending = ada.page.locator(".row.pending");
        assertThat(pending).containsText("on its way");
        assertThat(pending.getByLabel("sending", exactly())).isVisible();
        assertThat(bo.message("on its way")).hasCount(0);
      }
      bo.sees("on its way");
      assertThat(ada.message("on its way").getByLabel("accepted", exactly())).isVisible();
      assertThat(ada.page.locator(".row.pending")).hasCount(0);
    }
    assertThat(ada.message("on its way").getByLabel("stored", exactly())).isVisible();
  }

  @Test
  void a_message_can_be_edited_and_deleted_by_its_author_only() {
    ada.say("a tpyo");
    bo.sees("a tpyo");
    ada.act("a tpyo", "Edit");
    ada.say("a typo no more");
    assertThat(bo.message("a typo no more")).containsText("(edited)");
    bo.message("a typo no more").hover();
    assertThat(bo.message("a typo no more").getByLabel("Edit")).hasCount(0);
    assertThat(bo.message("a typo no more").getByLabel("Delete")).hasCount(0);
    ada.act("a typo no more", "Delete");
    assertThat(bo.page.getByText("This message was deleted")).isVisible();
    assertThat(bo.page.getByText("a typo no more")).hasCount(0);
  }

  @Test
  void reactions_are_counted_and_taken_back() {
    ada.say("who is in?");
    bo.sees("who is in?");
    bo.act("who is in?", "React");
    bo.message("who is in?").getByLabel("React with 👍").click();
    Locator thumb = ada.message("who is in?").getByLabel("👍 1");
    assertThat(thumb).hasAttribute("aria-pressed", "false");
    thumb.click();
    assertThat(bo.message("who is in?").getByLabel("👍 2")).hasAttribute("aria-pressed", "true");
    bo.message("who is in?").getByLabel("👍 2").click();
    assertThat(ada.message("who is in?").getByLabel("👍 1")).hasAttribute("aria-pressed", "true");
    bo.page.reload();
    assertThat(bo.message("who is in?").getByLabel("👍 1")).hasAttribute("aria-pressed", "false");
    bo.message("who is in?").getByLabel("👍 1").click();
    assertThat(ada.message("who is in?").getByLabel("👍 2")).hasAttribute("aria-pressed", "true");
  }

  @Test
  void a_reply_shows_what_it_answers() {
    ada.say("tea or coffee?");
    bo.sees("tea or coffee?");
    bo.act("tea or coffee?", "Reply");
    bo.say("both");
    assertThat(ada.page.locator(".row .quote")).containsText("tea or coffee?");
    ada.page.locator(".row .quote").click();
    assertThat(ada.page.locator(".row.flash")).containsText("tea or coffee?");
  }

  @Test
  void a_mention_is_completed_and_stands_out_for_the_one_mentioned() {
    assertThat(bo.page.getByLabel("Who is here: 2")).isVisible();
    bo.field().pressSequentially("ask @lov");
    assertThat(bo.page.getByRole(AriaRole.OPTION)).hasText("ALAda Lovelace");
    bo.field().press("Tab");
    assertThat(bo.field()).hasValue("ask @Ada Lovelace ");
    bo.field().press("Enter");
    assertThat(ada.page.locator(".row.mentioned .mention.me")).hasText("@Ada Lovelace");
  }

  @Test
  void typing_and_presence_are_seen() {
    Locator link = ada.roomLink(room);
    try (Person cleo = Person.at(site.node(1), "Cleo").goTo(room)) {
      ada.page.getByLabel("Who is here: 3").click();
      assertThat(ada.page.locator(".people li"))
          .hasText(new String[] {"ALAda Lovelaceyou", "BBo", "CCleo"});
      assertThat(link.locator(".here-count")).hasText("3 here");
      cleo.field().pressSequentially("let me think");
      assertThat(ada.page.locator(".typing")).hasText("Cleo is typing");
      cleo.field().press("Enter");
      assertThat(ada.page.locator(".typing")).hasText("");
    }
    assertThat(ada.page.getByLabel("Who is here: 2"))
        .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(15_000));
    assertThat(link.locator(".here-count")).hasText("2 here");
    ada.button("Close the list of people").click();
  }

  @Test
  void a_guest_picks_a_name_and_is_forgotten_after_signing_out() {
    try (Person cleo = new Person("Cleo", 1280, ColorScheme.LIGHT)) {
      cleo.page.navigate(site.node(0).toString());
      Locator name = cleo.page.getByLabel("What shall we call you?");
      assertThat(name).isFocused();
      cleo.page.keyboard().press("Enter");
      assertThat(cleo.page.getByRole(AriaRole.ALERT)).hasText("A name has at least one letter.");
      cleo.page.keyboard().type("Cleo");
      cleo.page.keyboard().press("Enter");
      assertThat(cleo.page.locator(".myself")).containsText("Cleo");
      cleo.button("Sign out").click();
      assertThat(name).isVisible();
      cleo.page.reload();
      assertThat(name).isVisible();
      assertThat(cleo.complaints()).isEmpty();
    }
  }

  @Test
  void a_room_that_one_opens_is_in_the_others_list() {
    ada.button("New room").click();
    ada.page.getByLabel("Name of the new room").fill("Tea " + room);
    ada.page.keyboard().press("Enter");
    assertThat(ada.page.locator(".pane-head h1")).containsText("Tea " + room);
    assertThat(ada.page.locator(".beginning")).containsText("Nothing here yet");
    ada.say("kettle is on");
    ada.sees("kettle is on");
    bo.page.reload();
    Locator link = bo.roomLink("tea-" + room);
    assertThat(link).containsText("Tea " + room);
    assertThat(link).containsText("Ada: kettle is on");
    link.click();
    bo.sees("kettle is on");
  }

  @Test
  void unread_messages_are_counted_and_begin_at_a_divider() {
    ada.say("seen by both");
    bo.sees("seen by both");
    bo.goTo(room + "-other");
    String before = bo.page.title(); // with what other rooms have
    ada.say("news one");
    ada.say("news two");
    Locator link = bo.roomLink(room);
    assertThat(link.locator(".badge")).containsText("2");
    link.click();
    assertThat(bo.page.locator(".divider.new")).isVisible();
    bo.sees("news two");
    assertThat(bo.page.locator(".divider.new + .row")).containsText("news one");
    assertThat(link.locator(".badge")).hasCount(0);
    assertThat(bo.page).hasTitle(before);
  }

  @Test
  void each_day_begins_with_a_separator() {
    new Caller(site.node(0), room).saysLines(3);
    bo.sees("line 3.");
    assertThat(bo.page.locator(".divider.day")).hasText(new String[] {"Today"});
    oneDayBack("line 1.");
    oneDayBack("line 2.");
    oneDayBack("line 1.");
    bo.page.reload();
    bo.sees("line 3.");
    Locator days = bo.page.locator(".divider.day");
    assertThat(days).hasCount(3);
    assertThat(days.nth(0)).hasText(Pattern.compile("\\w+day, \\w+ \\d+"));
    assertThat(days.nth(1)).hasText("Yesterday");
    assertThat(days.nth(2)).hasText("Today");
    assertThat(bo.page.locator(".divider.day + .row .text"))
        .hasText(new String[] {"line 1.", "line 2.", "line 3."});
  }

  private void oneDayBack(String text) {
    String changed =
        "regexp_replace(json, '\"ts\":[0-9]+',"
            + " '\"ts\":' || substring(json from '\"ts\":([0-9]+)')::bigint - 86400000)";
    int rows =
        site.update(
            "update history.event set json = " + changed + " where room = ? and json like ?",
            room,
            "%\"" + text + "\"%");
    assertThat(rows).isEqualTo(1);
  }

  @Test
  void search_finds_a_message_of_long_ago_and_jumps_to_it() {
    ada.say("the needle lies here");
    ada.sees("the needle lies here");
    new Caller(site.node(0), room).saysLines(80);
    bo.sees("line 80.");
    bo.page.reload();
    bo.sees("line 80.");
    assertThat(bo.message("the needle")).not().isInViewport();
    bo.page.keyboard().press("Control+k");
    bo.page.getByRole(AriaRole.SEARCHBOX).fill("needle");
    bo.page.locator(".found button").click();
    assertThat(bo.page.locator(".row.flash")).containsText("the needle lies here");
    assertThat(bo.message("the needle lies here")).isInViewport();
    bo.button("To the newest").click();
    assertThat(bo.message("line 80.")).isInViewport();
    bo.button("Close the search").click();
    assertThat(bo.field()).isFocused();
  }

  @Test
  void everything_can_be_done_with_the_keyboard() {
    bo.say("a question");
    ada.sees("a question");
    ada.say("first");
    ada.say("second");
    bo.sees("second");
    Keyboard keys = ada.page.keyboard();
    ada.field().press("ArrowUp");
    assertThat(ada.field()).hasValue("second");
    ada.field().press("Escape");
    assertThat(ada.field()).hasValue("");
    keys.press("Shift+Tab");
    keys.press("ArrowUp");
    keys.press("ArrowUp");
    assertThat(ada.message("first")).isFocused();
    keys.press("r");
    assertThat(ada.field()).isFocused();
    keys.type("an answer");
    keys.press("Shift+Enter");
    keys.type("of two lines");
    keys.press("Enter");
    assertThat(bo.message("an answer\nof two lines").locator(".quote")).containsText("first");
    keys.press("Shift+Tab");
    assertThat(ada.page.locator(".quote")).isFocused();
    keys.press("Enter");
    assertThat(ada.message("first").and(ada.page.locator(".flash"))).isFocused();
    keys.press("+");
    assertThat(ada.message("first").getByLabel("React with 👍")).isFocused();
    keys.press("ArrowRight");
    keys.press("Enter");
    assertThat(bo.message("first").getByLabel("❤️ 1")).isVisible();
    assertThat(ada.message("first").first()).isFocused();
    keys.press("e");
    assertThat(ada.field()).hasValue("first");
    assertThat(ada.field()).isFocused();
    keys.press("End");
    keys.type(" of all");
    keys.press("Enter");
    assertThat(bo.message("first of all (edited)")).isVisible();
    keys.press("Control+k");
    assertThat(ada.page.getByRole(AriaRole.SEARCHBOX)).isFocused();
    keys.type("question");
    assertThat(ada.page.locator(".found li")).hasCount(1);
    keys.press("Tab");
    keys.press("Tab");
    keys.press("Enter");
    assertThat(ada.message("a question")).isFocused();
    keys.press("ArrowDown");
    keys.press("ArrowDown");
    assertThat(ada.message("second")).isFocused();
    keys.press("Delete");
    assertThat(bo.page.getByText("This message was deleted")).isVisible();
    keys.press("Control+k");
    keys.press("Escape");
    assertThat(ada.page.getByRole(AriaRole.SEARCHBOX)).hasCount(0);
    assertThat(ada.field()).isFocused();
    keys.press("Alt+ArrowDown");
    assertThat(ada.page.locator(".pane-head h1")).not().containsText(room);
    keys.press("Alt+ArrowUp");
    assertThat(ada.page.locator(".pane-head h1")).containsText(room);
    ada.page.locator(".scroller").focus();
    keys.press("?");
    assertThat(ada.page.getByRole(AriaRole.DIALOG)).isVisible();
    keys.press("Escape");
    assertThat(ada.page.getByRole(AriaRole.DIALOG)).hasCount(0);
  }

  @Test
  void everything_is_named_for_screen_readers() {
    ada.say("can you hear me?");
    bo.sees("can you hear me?");
    bo.act("can you hear me?", "Reply");
    bo.say("loud and clear");
    ada.sees("loud and clear");
    assertThat(ada.message("can you hear me?").first().locator(".tick.stored")).isVisible();
    ada.message("can you hear me?").first().focus();
    assertThat(ada.page.locator("#app"))
        .matchesAriaSnapshot(
            """
            - navigation "Rooms and views":
              - heading "Rooms" [level=2]
              - list "Rooms":
                - listitem:
                  - link /%1$s .* \\d+ here/
              - button "New room"
              - link "Transport lab"
              - button "Keyboard shortcuts"
              - button /Theme/
              - button "Sign out"
            - main:
              - heading "%1$s" [level=1]
              - 'button "Who is here: 2"'
              - button "Search"
              - log "Messages in %1$s":
                - list:
                  - listitem: Today
                  - 'listitem /Ada Lovelace, .*: can you hear me\\?/':
                    - text: can you hear me?
                    - img "stored"
                    - group "Message actions":
                      - button "React"
                      - button "Reply"
                      - button "Edit"
                      - button "Delete"
                  - 'listitem /Bo, .*: loud and clear/':
                    - button "In reply to Ada Lovelace can you hear me?"
                    - text: loud and clear
              - textbox "Message to %1$s"
              - button "Send" [disabled]
            """
                .formatted(room));
  }

  @Test
  void scrollback_loads_older_pages_without_moving_what_is_read() {
    new Caller(site.node(0), room).saysLines(120);
    bo.page.reload();
    bo.sees("line 120.");
    Locator scroller = bo.page.locator(".scroller");
    long until = System.nanoTime() + SCROLLED_WITHIN.toNanos();
    while (bo.message("line 1.").count() == 0 && System.nanoTime() < until) {
      scroller.evaluate("box => { box.scrollTop -= 300 }");
      double before = offsetOfFirstRow(bo.page);
      bo.page.waitForTimeout(40);
      assertThat(offsetOfFirstRow(bo.page)).isCloseTo(before, within(2.0));
    }
    assertThat(bo.texts().getFirst()).isEqualTo("line 1.");
    assertThat(bo.texts()).doesNotHaveDuplicates().hasSize(120);
    assertThat(bo.page.locator(".beginning")).containsText("This is the beginning of " + room);
  }

  @Test
  void what_is_said_below_does_not_move_who_reads_above() {
    new Caller(site.node(0), room).saysLines(40);
    bo.sees("line 40.");
    assertThat(bo.message("line 40.")).isInViewport();
    bo.page.locator(".scroller").evaluate("box => { box.scrollTop -= 500 }");
    assertThat(bo.message("line 40.")).not().isInViewport();
    double before = offsetOfFirstRow(bo.page);
    ada.say("news from below");
    bo.sees("news from below");
    Locator down = bo.page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("1 new"));
    assertThat(down).isVisible();
    assertThat(offsetOfFirstRow(bo.page)).isCloseTo(before, within(2.0));
    assertThat(bo.message("news from below")).not().isInViewport();
    down.click();
    assertThat(bo.message("news from below")).isInViewport();
    assertThat(down).hasCount(0);
  }

  private static Locator.GetByLabelOptions exactly() {
    return new Locator.GetByLabelOptions().setExact(true);
  }

  /** Height of the row that is marked at first sight, so that the same one is measured again. */
  private static double offsetOfFirstRow(Page page) {
    return ((Number)
            page.evaluate(
                """
                () => {
                  const box = document.querySelector('.scroller').getBoundingClientRect();
                  const rows = [...document.querySelectorAll('.row[data-seq]')];
                  const known = rows.find(row => row.dataset.seq === window.watched);
                  const row = known && known.getBoundingClientRect().bottom > box.top
                    ? known : rows.find(it => it.getBoundingClientRect().bottom > box.top + 5);
                  window.watched = row.dataset.seq;
                  return row.getBoundingClientRect().top - box.top;
                }
                """))
        .doubleValue();
  }
}
