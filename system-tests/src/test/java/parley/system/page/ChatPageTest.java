package parley.system.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import java.util.UUID;
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
  private static Chromium chromium;
  private final String room = "r-" + UUID.randomUUID().toString().substring(0, 8);
  private Person ada;
  private Person bo;

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
  void comeIn() {
    ada = Person.at(chromium.browser(), site.node(0), "Ada Lovelace").goTo(room);
    bo = Person.at(chromium.browser(), site.node(1), "Bo").goTo(room);
  }

  @AfterEach
  void nothingWasComplainedAbout() {
    try (Person one = ada;
        Person other = bo) {
      assertThat(one.complaints()).isEmpty();
      assertThat(other.complaints()).isEmpty();
    }
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
    assertThat(ada.page.getByLabel("Who is here: 2")).isVisible();
    ada.page.getByLabel("Who is here: 2").click();
    assertThat(ada.page.locator(".people")).containsText("Bo");
    bo.field().pressSequentially("let me think");
    assertThat(ada.page.locator(".typing")).containsText("Bo is typing");
    bo.field().press("Enter");
    assertThat(ada.page.locator(".typing")).hasText("");
    bo.close();
    assertThat(ada.page.getByLabel("Who is here: 1"))
        .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(15_000));
  }

  @Test
  void unread_messages_are_counted_and_begin_at_a_divider() {
    ada.say("seen by both");
    bo.sees("seen by both");
    bo.goTo(room + "-other");
    ada.say("news one");
    ada.say("news two");
    Locator link = bo.page.locator(".room-link[href$='" + room + "']");
    assertThat(link.locator(".badge")).containsText("2");
    link.click();
    assertThat(bo.page.locator(".divider.new")).isVisible();
    bo.sees("news two");
    assertThat(bo.page.locator(".divider.new + .row")).containsText("news one");
    assertThat(bo.page.locator(".divider.day").last()).hasText("Today");
    assertThat(link.locator(".badge")).hasCount(0);
  }

  @Test
  void search_finds_a_message_of_long_ago_and_jumps_to_it() {
    ada.say("the needle lies here");
    ada.sees("the needle lies here");
    assertThat(ada.message("the needle lies here").locator(".tick.stored")).isVisible();
    for (int i = 1; i <= 80; i++) {
      ada.say("hay " + i + ".");
    }
    bo.sees("hay 80.");
    bo.page.reload();
    bo.sees("hay 80.");
    assertThat(bo.message("the needle")).not().isInViewport();
    bo.page.keyboard().press("Control+k");
    bo.page.getByRole(AriaRole.SEARCHBOX).fill("needle");
    bo.page.locator(".found button").click();
    assertThat(bo.page.locator(".row.flash")).containsText("the needle lies here");
    assertThat(bo.message("the needle lies here")).isInViewport();
    bo.button("To the newest").click();
    assertThat(bo.message("hay 80.")).isInViewport();
  }

  @Test
  void everything_can_be_done_with_the_keyboard() {
    ada.say("first");
    ada.say("second");
    bo.sees("second");
    ada.field().press("ArrowUp");
    assertThat(ada.field()).hasValue("second");
    ada.field().press("Escape");
    ada.page.locator(".scroller").focus();
    ada.page.keyboard().press("ArrowUp");
    ada.page.keyboard().press("ArrowUp");
    assertThat(ada.message("first")).isFocused();
    ada.page.keyboard().press("r");
    ada.page.keyboard().type("an answer");
    ada.page.keyboard().press("Enter");
    assertThat(bo.page.locator(".quote")).containsText("first");
    ada.page.keyboard().press("Alt+ArrowDown");
    assertThat(ada.page.locator(".pane-head h1")).not().containsText(room);
    ada.page.keyboard().press("Alt+ArrowUp");
    assertThat(ada.page.locator(".pane-head h1")).containsText(room);
    ada.page.locator(".scroller").focus();
    ada.page.keyboard().press("?");
    assertThat(ada.page.getByRole(AriaRole.DIALOG)).isVisible();
    ada.page.keyboard().press("Escape");
    assertThat(ada.page.getByRole(AriaRole.DIALOG)).hasCount(0);
  }

  @Test
  void scrollback_loads_older_pages_without_moving_what_is_read() {
    for (int i = 1; i <= 120; i++) {
      ada.say("line " + i + ".");
    }
    assertThat(ada.message("line 120.").locator(".tick.stored")).isVisible();
    bo.sees("line 120.");
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
