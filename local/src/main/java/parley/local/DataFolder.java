package parley.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * Where a local system keeps what must outlive it: the data of Redis and Postgres, and its secrets.
 */
final class DataFolder {
  private static final int SECRET_BYTES = 32;
  private static final String MARK = "lock";

  /** What tokens are signed with. */
  static final String TOKEN_SECRET = "secret";

  /** What the processes of a cluster show each other. */
  static final String CLUSTER_SECRET = "cluster-secret";

  private final Path path;

  DataFolder(Path path) {
    this.path = path.toAbsolutePath().normalize();
  }

  Path redis() {
    return path.resolve("redis");
  }

  Path postgres() {
    return path.resolve("postgres");
  }

  Path log() {
    return path.resolve("parley.log");
  }

  /** Makes the folder and takes it for this process until the lock is closed. */
  FileLock take() {
    try {
      Files.createDirectories(path);
      FileLock lock =
          FileChannel.open(path.resolve(MARK), StandardOpenOption.CREATE, StandardOpenOption.WRITE)
              .tryLock();
      if (lock != null) {
        return lock;
      }
    } catch (OverlappingFileLockException e) {
      // Said below.
    } catch (IOException e) {
      throw new Refusal(
          "The folder " + path + " cannot be written; choose another one with --data.");
    }
    throw new Refusal(
        "Another Parley already uses " + path + "; stop it, or choose another folder with --data.");
  }

  /** The secret of this name; made at the first call, readable by its owner alone. */
  String secret(String name) {
    Path file = path.resolve(name);
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(path);
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, HexFormat.of().formatHex(random) + "\n");
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new Refusal("The secret " + file + " cannot be read or made: " + e.getMessage() + ".");
    }
  }

  /** Removes everything, if it is a data folder of ours that nobody uses. */
  void remove() {
    if (!Files.exists(path)) {
      return;
    }
    if (!Files.exists(path.resolve(MARK))) {
      throw new Refusal(path + " was not made by Parley; remove it yourself if it should go.");
    }
    FileLock lock = take();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
      lock.channel().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
