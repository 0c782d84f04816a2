package parley.backing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command lines of Redis as a process and as a container. */
final class RedisRuns {

  private RedisRuns() {}

  static ServerRun process(
      Path binary, Path data, boolean temporary, int port, Map<String, String> config) {
    List<String> command = new ArrayList<>();
    command.add(binary.toString());
    command.addAll(arguments(port, "127.0.0.1", data.toString(), config));
    return new ChildProcess("Redis", command, data, data.resolve("redis.log"), temporary);
  }

  /** A sentinel keeps what it knows in a file that it rewrites. */
  static ServerRun sentinel(Path data, boolean temporary, int port) {
    Path file = data.resolve("sentinel.conf");
    try {
      if (!Files.exists(file)) {
        Files.writeString(file, "sentinel resolve-hostnames no\n");
      }
    } catch (IOException e) {
      throw new BackingException(file + " cannot be written.", e);
    }
    List<String> command = new ArrayList<>();
    command.addAll(List.of(Binaries.redisServer().toString(), file.toString()));
    command.addAll(arguments(port, "127.0.0.1", data.toString(), Map.of()));
    command.add("--sentinel");
    return new ChildProcess("Sentinel", command, data, data.resolve("sentinel.log"), temporary);
  }

  /** The same port inside as outside, so that a replica finds its master by name and port. */
  static ServerRun container(Path data, boolean temporary, int port, Map<String, String> config) {
    List<String> command = new ArrayList<>();
    command.add("redis-server");
    command.addAll(arguments(port, "0.0.0.0", "/data", config));
    command.add("--protected-mode");
    command.add("no");
    return new Container(
        new Container.Description(
            "redis", Docker.REDIS_IMAGE, command, Map.of(), port, port, data, "/data", temporary));
  }

  private static List<String> arguments(
      int port, String bind, String folder, Map<String, String> config) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--port", Integer.toString(port), "--bind", bind, "--dir", folder));
    config.forEach((name, value) -> arguments.addAll(List.of("--" + name, value)));
    return arguments;
  }
}
