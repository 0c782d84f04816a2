package parley.chassis.postgres;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import parley.backing.Backing;
import parley.backing.PostgresServer;

class PostgresTest {

  private static final String MIGRATIONS = "parley/chassis/postgres";
  private static Vertx VERTX;

  @BeforeAll
  static void open() {
    VERTX = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  @Test
  void a_schema_is_made_by_several_processes_at_once_and_is_there_for_the_pool() throws Exception {
    PostgresAddress address = PostgresAddress.of(Backing.freshDatabase());
    Future.all(
            Postgres.migrate(VERTX, address, "own", MIGRATIONS),
            Postgres.migrate(VERTX, address, "own", MIGRATIONS))
        .await(30, SECONDS);
    Postgres.migrate(VERTX, address, "own", MIGRATIONS).await(30, SECONDS);

    Pool pool = Postgres.pool(VERTX, address, Postgres.Options.of("test"));
    pool.preparedQuery("INSERT INTO own.things VALUES ($1)").execute(Tuple.of("a")).await();
    assertThat(pool.query("SELECT name FROM own.things").execute().await().iterator().next())
        .matches(row -> row.getString(0).equals("a"));
    pool.close().await();
  }

  @Test
  void only_a_schema_that_has_had_the_last_migration_and_no_failed_one_needs_none()
      throws Exception {
    PostgresAddress address = PostgresAddress.of(Backing.freshDatabase());
    assertThat(areDone(address)).isFalse();
    Postgres.migrate(VERTX, address, "own", MIGRATIONS).await(30, SECONDS);
    assertThat(areDone(address)).isTrue();

    Pool pool = Postgres.pool(VERTX, address, Postgres.Options.of("test"));
    pool.query("UPDATE own.flyway_schema_history SET success = false").execute().await(30, SECONDS);
    assertThat(areDone(address)).isFalse();
    pool.query("DELETE FROM own.flyway_schema_history WHERE version = '1'")
        .execute()
        .await(30, SECONDS);
    assertThat(areDone(address)).isFalse();
    pool.close().await();
  }

  @Test
  void a_postgres_that_stands_still_is_not_asked_for_ever() throws Exception {
    try (PostgresServer server = Backing.postgresServer().start()) {
      PostgresAddress address = PostgresAddress.of(server.url());
      Postgres.migrate(VERTX, address, "own", MIGRATIONS).await(30, SECONDS);
      server.pause();
      assertThat(areDone(address)).isFalse();
      server.resume();
      assertThat(areDone(address)).isTrue();
    }
  }

  private static boolean areDone(PostgresAddress address) throws Exception {
    return Migrations.areDone(VERTX, address, "own", MIGRATIONS).await(30, SECONDS);
  }

  @Test
  void migrations_are_found_in_a_folder_and_in_a_jar() throws Exception {
    assertThat(Migrations.last(MIGRATIONS)).isEqualTo(1);
    // Where JUnit's own jar stands in for one with migrations, there is none to be found.
    assertThatThrownBy(() -> Migrations.last("org/junit/jupiter/api"))
        .hasMessageContaining("no migration at org/junit/jupiter/api");
  }

  @Test
  void text_is_utf_8_whatever_a_database_would_send_by_itself() throws Exception {
    try (PostgresServer server = Backing.postgresServer().start()) {
      Pool pool =
          Postgres.pool(VERTX, PostgresAddress.of(server.url()), Postgres.Options.of("test"));
      pool.query("ALTER ROLE CURRENT_USER SET client_encoding TO 'LATIN1'")
          .execute()
          .await(30, SECONDS);
      pool.close().await(30, SECONDS);

      Pool later =
          Postgres.pool(VERTX, PostgresAddress.of(server.url()), Postgres.Options.of("test"));
      assertThat(
              later
                  .preparedQuery("SELECT $1::text")
                  .execute(Tuple.of("schön 🎉"))
                  .await(30, SECONDS)
                  .iterator()
                  .next()
                  .getString(0))
          .isEqualTo("schön 🎉");
      later.close().await(30, SECONDS);
    }
  }

  @Test
  void a_database_that_cannot_keep_every_text_is_refused() throws Exception {
    String elsewhere = Backing.freshDatabase();
    Pool pool = Postgres.pool(VERTX, PostgresAddress.of(elsewhere), Postgres.Options.of("test"));
    pool.query("CREATE DATABASE narrow ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
        .execute()
        .await(30, SECONDS);
    pool.close().await(30, SECONDS);

    PostgresAddress narrow =
        PostgresAddress.of(elsewhere.substring(0, elsewhere.lastIndexOf('/')) + "/narrow");
    assertThatThrownBy(() -> Postgres.migrate(VERTX, narrow, "own", MIGRATIONS).await(30, SECONDS))
        .hasMessageContaining("the database is in SQL_ASCII and must be in UTF8");
  }

  @Test
  void the_first_answer_may_come_later_than_a_caller_would_wait_for_a_connection()
      throws Exception {
    try (PostgresServer server = Backing.postgresServer().start()) {
      Pool pool = Postgres.pool(VERTX, PostgresAddress.of(server.url()), impatient());
      server.pause();
      assertThatThrownBy(() -> pool.query("SELECT 1").execute().await(10, SECONDS))
          .hasMessageContaining("Timeout");
      Future<Void> answer = Postgres.firstAnswer(VERTX, pool);
      server.resume();
      answer.await(30, SECONDS);
      pool.close().await();
    }
  }

  @Test
  void a_first_answer_that_never_comes_is_given_up_in_time() throws Exception {
    try (PostgresServer server = Backing.postgresServer().start()) {
      Pool pool = Postgres.pool(VERTX, PostgresAddress.of(server.url()), impatient());
      server.pause();
      long until = System.nanoTime() + Duration.ofSeconds(1).toNanos();
      assertThatThrownBy(() -> Postgres.firstAnswer(VERTX, pool, until).await(30, SECONDS))
          .hasMessageContaining("Timeout");
      server.resume();
      pool.close().await();
    }
  }

  private static Postgres.Options impatient() {
    return new Postgres.Options(
        "test", 1, 10, Duration.ofMillis(300), Duration.ofSeconds(10), Map.of());
  }

  @Test
  void a_statement_that_takes_too_long_is_given_up() {
    Pool pool =
        Postgres.pool(
            VERTX,
            PostgresAddress.of(Backing.postgres().url()),
            Postgres.Options.of("test").statementWithin(Duration.ofMillis(200)));
    assertThatThrownBy(() -> pool.query("SELECT pg_sleep(20)").execute().await(10, SECONDS))
        .hasMessageContaining("statement timeout");
    pool.close().await();
  }

  @Test
  void a_pool_outlives_a_restart_of_postgres() throws Exception {
    try (PostgresServer server = Backing.postgresServer().start()) {
      Pool pool =
          Postgres.pool(VERTX, PostgresAddress.of(server.url()), Postgres.Options.of("test"));
      pool.query("SELECT 1").execute().await(10, SECONDS);
      server.kill();
      assertThatThrownBy(() -> pool.query("SELECT 1").execute().await(10, SECONDS)).isNotNull();
      server.start();
      pool.query("SELECT 1").execute().await(10, SECONDS);
      pool.close().await();
    }
  }

  @Test
  void what_is_wrong_is_told_without_the_password() {
    PostgresAddress nobody = PostgresAddress.of("postgresql://parley:hidden@127.0.0.1:1/db");
    assertThat(nobody.toString()).isEqualTo("postgresql://127.0.0.1:1/db");
    assertThatThrownBy(() -> PostgresAddress.of("mysql://a:hidden@b/c"))
        .hasMessageContaining("postgresql://user:password@host")
        .hasMessageNotContaining("hidden");
  }
}
