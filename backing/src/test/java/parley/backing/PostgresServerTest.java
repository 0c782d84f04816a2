package parley.backing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTest {

  @Test
  void each_fresh_database_is_empty_and_apart_from_the_others() throws Exception {
    String one = Backing.freshDatabase();
    String two = Backing.freshDatabase();
    assertThat(one).isNotEqualTo(two);
    execute(one, "CREATE TABLE t (n int)");
    execute(two, "CREATE TABLE t (n int)");
  }

  @Test
  void text_is_unicode() throws Exception {
    assertThat(query(Backing.freshDatabase(), "SELECT length('ÄÖÜÉ')")).isEqualTo("4");
  }

  @Test
  void a_killed_postgres_comes_back_with_what_was_committed_and_can_be_paused() throws Exception {
    try (PostgresServer postgres = Backing.postgresServer().start()) {
      execute(postgres.url(), "CREATE TABLE t (n int); INSERT INTO t VALUES (1)");
      try (Connection open = connect(postgres.url())) {
        postgres.kill();
        assertThatThrownBy(() -> open.createStatement().execute("SELECT 1"))
            .isInstanceOf(SQLException.class);
      }
      postgres.start();
      assertThat(query(postgres.url(), "SELECT n FROM t")).isEqualTo("1");

      try (Connection open = connect(postgres.url())) {
        postgres.pause();
        open.setNetworkTimeout(Runnable::run, 300);
        assertThatThrownBy(() -> open.createStatement().execute("SELECT 1"))
            .isInstanceOf(SQLException.class);
        postgres.resume();
      }
      assertThat(query(postgres.url(), "SELECT n FROM t")).isEqualTo("1");
    }
  }

  @Test
  void a_data_folder_outlives_the_server(@TempDir Path folder) throws Exception {
    try (PostgresServer postgres = Backing.postgresServer().data(folder).start()) {
      execute(postgres.url(), "CREATE TABLE t (n int); INSERT INTO t VALUES (7)");
    }
    try (PostgresServer postgres = Backing.postgresServer().data(folder).start()) {
      assertThat(query(postgres.url(), "SELECT n FROM t")).isEqualTo("7");
    }
  }

  private static Connection connect(String url) throws SQLException {
    URI uri = URI.create(url);
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + uri.getPort() + uri.getPath(), "parley", "parley");
  }

  private static void execute(String url, String sql) throws SQLException {
    try (Connection connection = connect(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(String url, String sql) throws SQLException {
    try (Connection connection = connect(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
