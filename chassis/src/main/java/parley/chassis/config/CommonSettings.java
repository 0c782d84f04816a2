package parley.chassis.config;

import java.time.Duration;

/** What every process of Parley is told, whatever it does. */
public record CommonSettings(
    @Setting(
            name = "PARLEY_HOST",
            means = "The address that the process listens on; 0.0.0.0 in a container.",
            otherwise = "127.0.0.1")
        String host,
    @Setting(
            name = "PARLEY_OPS_PORT",
            means = "The port of /health/live, /health/ready and /metrics; 0 takes any free one.",
            otherwise = "0",
            example = "9090",
            min = 0,
            max = 65_535)
        int opsPort,
    @Setting(
            name = "PARLEY_LOG",
            means = "How log lines are written: plain for people, json for a log store.",
            otherwise = "plain")
        LogForm log,
    @Setting(
            name = "PARLEY_LOG_LEVEL",
            means = "From which level on log lines are written.",
            otherwise = "info")
        LogLevel logLevel,
    @Setting(
            name = "PARLEY_REDIS",
            means =
                "Where Redis is: redis://user:password@host:6379, rediss:// for TLS, or"
                    + " redis+sentinel://one:26379,two:26379/mymaster where sentinels know the"
                    + " master.",
            otherwise = "redis://127.0.0.1:6379")
        ServerUrl redis,
    @Setting(
            name = "PARLEY_SHARDS",
            means = "Into how many shards the rooms are divided; can never be changed later.",
            otherwise = "64",
            min = 1,
            max = 4_096)
        int shards,
    @Setting(
            name = "PARLEY_CLUSTER_SECRET",
            means = "What Parley's processes show each other; the same everywhere.",
            example = "at-least-sixteen-characters",
            min = 16)
        Secret clusterSecret,
    @Setting(
            name = "PARLEY_STOP_WITHIN",
            means = "How long a stop may take as a whole before the process ends anyway.",
            otherwise = "30s",
            min = 0)
        Duration stopWithin) {

  /** How a log line is written. */
  public enum LogForm {
    PLAIN,
    JSON
  }

  /** From which level on. */
  public enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR
  }
}
