package parley.model;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What is done to the house while people talk. */
enum Fault {
  LOSE_MESSAGES(Part.REDIS),
  CUT_REDIS_CONNECTIONS(Part.REDIS),
  CUT_CLIENTS(Part.SERVICES),
  KILL_GATEWAY(Part.SERVICES),
  KILL_DRAINER(Part.SERVICES),
  PAUSE_POSTGRES(Part.POSTGRES),
  SLOW_POSTGRES(Part.POSTGRES),
  NO_POSTGRES(Part.POSTGRES),
  RESTART_REDIS(Part.REDIS),
  TRUNCATE_REDIS(Part.REDIS),
  FAIL_OVER(Part.REDIS);

  /** After these Redis may have forgotten what it had accepted. */
  static final Set<Fault> LOSSY = EnumSet.of(RESTART_REDIS, TRUNCATE_REDIS, FAIL_OVER);

  /** What suffers it: one part suffers one fault at a time, others theirs in the same moment. */
  enum Part {
    REDIS,
    SERVICES,
    POSTGRES
  }

  final Part part;

  Fault(Part part) {
    this.part = part;
  }

  /** So many of each kind that over four waves, two of them lossy, each kind comes 20 times. */
  static List<Fault> ofWave(boolean lossy) {
    List<Fault> faults = new ArrayList<>();
    for (Fault fault : values()) {
      int times = !LOSSY.contains(fault) ? 5 : lossy ? 10 : 0;
      for (int i = 0; i < times; i++) {
        faults.add(fault);
      }
    }
    return faults;
  }
}
