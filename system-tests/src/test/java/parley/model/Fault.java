package parley.model;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What is done to the house while people talk. */
enum Fault {
  LOSE_MESSAGES,
  CUT_REDIS_CONNECTIONS,
  CUT_CLIENTS,
  KILL_GATEWAY,
  KILL_DRAINER,
  PAUSE_POSTGRES,
  SLOW_POSTGRES,
  NO_POSTGRES,
  RESTART_REDIS,
  TRUNCATE_REDIS,
  FAIL_OVER;

  /** After these Redis may have forgotten what it had accepted. */
  static final Set<Fault> LOSSY = EnumSet.of(RESTART_REDIS, TRUNCATE_REDIS, FAIL_OVER);

  /** So many of each kind that over ten waves, half of them lossy, each kind comes 20 times. */
  static List<Fault> ofWave(boolean lossy) {
    List<Fault> faults = new ArrayList<>();
    for (Fault fault : values()) {
      int times = LOSSY.contains(fault) ? lossy ? 4 : 0 : lossy ? 1 : 3;
      for (int i = 0; i < times; i++) {
        faults.add(fault);
      }
    }
    return faults;
  }
}
