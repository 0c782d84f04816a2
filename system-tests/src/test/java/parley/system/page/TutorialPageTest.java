package parley.system.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The classic tutorial page as it stands under docs/examples, on {@code ./parley up}. */
class TutorialPageTest {
  private static final String FOLDER = Path.of("..", "docs", "examples", "tutorial").toString();

  @TempDir private static Path data;
  private static UpProcess up;

  @BeforeAll
  static void open() throws IOException {
    up =
        UpProcess.start(
            data, Map.of("PARLEY_RELAY", "msg_send>msg_rec@lobby", "PARLEY_PAGE", FOLDER));
  }

  @AfterAll
  static void close() {
    up.close();
  }

  private static Person at(String name, URI node) {
    Person person = new Person(name, 800, ColorScheme.LIGHT);
    person.page.navigate(node.toString());
    return person;
  }

  private static void say(Person person, String text) {
    person.page.locator("#input").fill(text);
    person.button("Send").click();
  }

  private static void sees(Person person, String... texts) {
    assertThat(person.page.locator("#messages li")).hasText(texts);
  }

  @Test
  void what_is_said_is_heard_on_both_nodes_in_one_order_and_survives_a_refresh() {
    try (Person ann = at("Ann", up.node(0));
        Person ben = at("Ben", up.node(1))) {
      say(ann, "hello");
      sees(ben, "hello");
      say(ben, "<b>hi</b> Ann");
      sees(ann, "hello", "<b>hi</b> Ann");
      ann.page.reload();
      sees(ann, "hello", "<b>hi</b> Ann");
      say(ann, "back again");
      sees(ben, "hello", "<b>hi</b> Ann", "back again");
      sees(ann, "hello", "<b>hi</b> Ann", "back again");
      try (Person late = at("Late", up.node(1))) {
        sees(late, "hello", "<b>hi</b> Ann", "back again");
      }
      assertThat(ann.complaints()).isEmpty();
      assertThat(ben.complaints()).isEmpty();
    }
  }
}
