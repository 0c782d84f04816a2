package parley.chassis.postgres;

import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.util.Locale;
import parley.chassis.config.ServerUrl;
import parley.chassis.config.Setting;

/** Where a database is: {@code postgresql://user:password@host:5432/parley?sslmode=require}. */
public record PostgresAddress(
    @Setting(
            name = "PARLEY_POSTGRES",
            means = "Where the database is.",
            otherwise = "postgresql://parley:parley@127.0.0.1:5432/parley")
        ServerUrl url) {

  public PostgresAddress {
    String scheme = url.uri().getScheme();
    if (!scheme.equals("postgresql") && !scheme.equals("postgres")) {
      throw new IllegalArgumentException(
          url + " is no address of a Postgres; write postgresql://user:password@host:5432/name.");
    }
  }

  public static PostgresAddress of(String url) {
    return new PostgresAddress(ServerUrl.of(url));
  }

  /** For a connection of one's own beside the pool. */
  public PgConnectOptions connectOptions() {
    String text = url.reveal();
    return PgConnectOptions.fromUri("postgresql" + text.substring(text.indexOf(':')));
  }

  String jdbcUrl() {
    PgConnectOptions options = connectOptions();
    SslMode mode = options.getSslMode() == null ? SslMode.DISABLE : options.getSslMode();
    return "jdbc:postgresql://%s:%d/%s?sslmode=%s&connectTimeout=5&tcpKeepAlive=true"
        .formatted(
            options.getHost(),
            options.getPort(),
            options.getDatabase(),
            mode.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  @Override
  public String toString() {
    return url.toString();
  }
}
