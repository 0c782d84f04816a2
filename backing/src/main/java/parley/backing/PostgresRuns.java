package parley.backing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command lines of Postgres as a process and as a container. */
final class PostgresRuns {

  /** The same order and the same letters on every machine. */
  private static final List<String> LOCALE =
      List.of(
          "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8");

  private PostgresRuns() {}

  static ServerRun process(Path folder, boolean temporary, int port, Map<String, String> config) {
    Path binaries = Binaries.postgres();
    Path cluster = folder.resolve("cluster");
    if (!Files.exists(cluster.resolve("PG_VERSION"))) {
      initialize(binaries, folder, cluster, temporary);
    }
    List<String> command = new ArrayList<>(Unprivileged.command());
    command.addAll(
        List.of(
            binaries.resolve("bin/postgres").toString(),
            "-D",
            cluster.toString(),
            "-p",
            Integer.toString(port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories="));
    config.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    return new ChildProcess("Postgres", command, folder, folder.resolve("postgres.log"), temporary);
  }

  /** Beside and then renamed, so that a start cut short does not leave half a cluster. */
  private static void initialize(Path binaries, Path folder, Path cluster, boolean temporary) {
    Path part = folder.resolve("cluster.part");
    Path password = folder.resolve("password");
    try {
      Folders.delete(part);
      Files.writeString(password, PostgresServer.PASSWORD);
      Unprivileged.give(folder);
      List<String> command = new ArrayList<>(Unprivileged.command());
      command.addAll(
          List.of(
              binaries.resolve("bin/initdb").toString(),
              "--pgdata=" + part,
              "--username=" + PostgresServer.USER,
              "--pwfile=" + password,
              "--auth=scram-sha-256",
              "--no-instructions"));
      command.addAll(LOCALE);
      if (temporary) {
        command.add("--no-sync");
      }
      Commands.mustRun("Making the Postgres cluster in " + folder, command);
      makeDatabase(binaries, part);
      Files.move(part, cluster);
      Files.delete(password);
    } catch (IOException e) {
      throw new BackingException("The Postgres cluster in " + folder + " cannot be made.", e);
    }
  }

  /** In single-user mode, since the server does not run yet. */
  private static void makeDatabase(Path binaries, Path cluster) {
    List<String> command = new ArrayList<>(Unprivileged.command());
    command.addAll(
        List.of(
            "/bin/sh",
            "-c",
            "echo 'CREATE DATABASE "
                + PostgresServer.DATABASE
                + "' | \"$0\" --single -D \"$1\" postgres",
            binaries.resolve("bin/postgres").toString(),
            cluster.toString()));
    Commands.mustRun("Making the database " + PostgresServer.DATABASE, command);
  }

  static ServerRun container(Path folder, boolean temporary, int port, Map<String, String> config) {
    List<String> command = new ArrayList<>(List.of("postgres"));
    config.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    Map<String, String> environment =
        Map.of(
            "POSTGRES_USER", PostgresServer.USER,
            "POSTGRES_PASSWORD", PostgresServer.PASSWORD,
            "POSTGRES_DB", PostgresServer.DATABASE,
            "POSTGRES_INITDB_ARGS", String.join(" ", LOCALE),
            "LANG", "C.UTF-8");
    return new Container(
        new Container.Description(
            "postgres",
            Docker.POSTGRES_IMAGE,
            command,
            environment,
            port,
            5432,
            folder,
            temporary ? "" : "/var/lib/postgresql",
            temporary));
  }
}
