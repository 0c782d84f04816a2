package parley.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ErrorPageTest {
  private static final Path PAGE = Path.of("..", "docs", "errors.md");

  @Test
  void the_page_of_errors_is_the_catalogue() throws Exception {
    if (Boolean.getBoolean("parley.docs.write")) {
      Files.writeString(PAGE, ErrorPage.render());
    }
    assertThat(PAGE)
        .as("write it anew with -Dparley.docs.write=true")
        .hasContent(ErrorPage.render());
  }

  @Test
  void every_code_is_found_by_its_name_on_the_wire() {
    for (ErrorCode error : ErrorCode.values()) {
      assertThat(ErrorCode.of(error.code())).isEqualTo(error);
    }
    assertThat(ErrorCode.of("nonsense")).isNull();
  }
}
