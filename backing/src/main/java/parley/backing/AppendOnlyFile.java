package parley.backing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The incremental append-only file of a stopped Redis: what a lost disk write takes away. */
final class AppendOnlyFile {

  private final Path file;

  private AppendOnlyFile(Path file) {
    this.file = file;
  }

  /** The newest incremental file in a Redis' data folder. */
  static AppendOnlyFile newest(Path data) {
    Path folder = data.resolve("appendonlydir");
    try (Stream<Path> files = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".incr.aof"))
          .max(Comparator.comparingLong(file -> generation(file.getFileName().toString())))
          .map(AppendOnlyFile::new)
          .orElseThrow(
              () ->
                  new BackingException(
                      "There is no append-only file in " + data + "; start with appendOnly()."));
    } catch (IOException e) {
      throw new BackingException("The append-only folder " + folder + " cannot be read.", e);
    }
  }

  /** {@code appendonly.aof.12.incr.aof} is of generation 12. */
  private static long generation(String name) {
    String number = name.replaceAll(".*\\.(\\d+)\\.incr\\.aof$", "$1");
    return Long.parseLong(number);
  }

  void cutBytes(long count) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(Math.max(0, channel.size() - count));
    } catch (IOException e) {
      throw new BackingException(file + " cannot be cut.", e);
    }
  }

  /**
   * Cuts the last {@code count} entries, or all that there are; what one transaction or function
   * wrote is one entry. Gives what was cut off, in Redis' notation.
   */
  String cutEntries(int count) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      List<Integer> starts = entryStarts(bytes);
      int left = Math.max(0, starts.size() - count);
      int from = left == starts.size() ? bytes.length : starts.get(left);
      cutBytes(bytes.length - from);
      return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new BackingException(file + " cannot be read.", e);
    }
  }

  private static List<Integer> entryStarts(byte[] bytes) {
    List<Integer> starts = new ArrayList<>();
    boolean inTransaction = false;
    for (int at = 0; at < bytes.length; ) {
      int start = at;
      int arguments = Math.toIntExact(number(bytes, at + 1));
      at = afterLine(bytes, at);
      String name = "";
      for (int i = 0; i < arguments; i++) {
        int length = Math.toIntExact(number(bytes, at + 1));
        at = afterLine(bytes, at);
        if (i == 0) {
          name = new String(bytes, at, length, StandardCharsets.UTF_8);
        }
        at += length + 2;
      }
      if (!inTransaction) {
        starts.add(start);
      }
      inTransaction =
          name.equalsIgnoreCase("MULTI") || (inTransaction && !name.equalsIgnoreCase("EXEC"));
    }
    return starts;
  }

  private static long number(byte[] bytes, int from) {
    long value = 0;
    for (int i = from; bytes[i] != '\r'; i++) {
      value = value * 10 + (bytes[i] - '0');
    }
    return value;
  }

  private static int afterLine(byte[] bytes, int from) {
    int at = from;
    while (bytes[at] != '\n') {
      at++;
    }
    return at + 1;
  }
}
