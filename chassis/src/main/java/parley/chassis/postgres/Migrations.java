package parley.chassis.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether a schema has had every migration already, asked with one statement. Nearly every start
 * finds it so, and Flyway's own way to the same answer takes a good part of a service's start.
 */
final class Migrations {
  /** A Postgres that stands still takes a connection and then says nothing. */
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

  private static final Pattern NAME = Pattern.compile("V(\\d+)__\\w+\\.sql");

  private Migrations() {}

  /** False as well when it cannot be told: then Flyway is asked, and says what is wrong. */
  static Future<Boolean> areDone(
      Vertx vertx, PostgresAddress address, String schema, String location) {
    return vertx
        .executeBlocking(() -> last(location))
        .compose(last -> isLast(vertx, address, schema, last))
        .timeout(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
        .otherwise(false);
  }

  private static Future<Boolean> isLast(
      Vertx vertx, PostgresAddress address, String schema, int last) {
    return PgConnection.connect(vertx, address.connectOptions())
        .compose(
            connection ->
                connection
                    .preparedQuery(
                        """
                        SELECT bool_and(success) AND coalesce(bool_or(version = $1), false)
                        FROM "%s".flyway_schema_history
                        """
                            .formatted(schema))
                    .execute(Tuple.of(Integer.toString(last)))
                    .map(rows -> Boolean.TRUE.equals(rows.iterator().next().getBoolean(0)))
                    .eventually(connection::close));
  }

  /** The number of the last migration below a place on the class path. */
  static int last(String location) throws IOException {
    URL folder = Migrations.class.getClassLoader().getResource(location);
    if (folder == null) {
      throw new IOException("there is nothing at " + location);
    }
    URLConnection connection = folder.openConnection();
    if (connection instanceof JarURLConnection jar) {
      try (FileSystem files =
          FileSystems.newFileSystem(Path.of(URI.create(jar.getJarFileURL().toString())))) {
        return last(files.getPath(location));
      }
    }
    return last(Path.of(URI.create(folder.toString())));
  }

  private static int last(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> NAME.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(name -> Integer.valueOf(name.group(1)))
          .max(Comparator.naturalOrder())
          .orElseThrow(() -> new IOException("there is no migration at " + folder));
    }
  }
}
