package parley.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PingsTest {
  private final Pings pings = new Pings(Duration.ofSeconds(5));

  @Test
  void nothing_is_told_of_pings_that_nobody_counts() {
    var tally = new Tally();
    tally.pinged(5_000_000_000L);
    assertThat(tally.pings()).isEqualTo(Pings.Figures.NONE);
    tally.countPings(Duration.ofSeconds(5));
    tally.pinged(5_001_000_000L);
    assertThat(tally.pings().latest()).isEqualTo(1);
  }

  private void came(double millisAfterLast) {
    pings.came((long) (millisAfterLast * 1e6));
  }

  @Test
  void what_is_early_and_what_is_late_is_both_off_its_time() {
    came(5000);
    came(4991);
    came(5012.5);
    came(4979); // farther off than is allowed
    came(5020.5);
    Pings.Figures figures = pings.figures();
    assertThat(figures.count()).isEqualTo(5);
    assertThat(figures.beyond()).isEqualTo(2);
    assertThat(figures.earliest()).isEqualTo(-21);
    assertThat(figures.latest()).isEqualTo(20.5);
    assertThat(figures.p50()).isEqualTo(12.5, within(0.02));
    assertThat(figures.p999()).isEqualTo(21, within(0.02));
  }

  @Test
  void the_lateness_of_the_loop_that_listens_is_told_apart() {
    came(5000);
    pings.listenerLate(7_000_000);
    assertThat(pings.figures().listenerMax()).isEqualTo(7, within(0.01));
    assertThat(pings.figures().latest()).isZero();
  }
}
