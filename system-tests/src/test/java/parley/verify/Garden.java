package parley.verify;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import parley.verify.cluster.Checkout;

/**
 * Makes a folder of classes and resources that stands before the shipped ones: the sources that a
 * {@link Plant} changes, changed and compiled. The shipped code holds no switch for that.
 */
final class Garden {
  private static final String JAVA = "/src/main/java/";
  private static final String RESOURCES = "/src/main/resources/";
  private static final String LATER = "V99__planted.sql";
  private static final String FUNCTION = "(?m)^(?=create function )";

  private Garden() {}

  static Path plant(Plant plant, Path folder) {
    try {
      clear(folder);
      for (Map.Entry<String, String> changed : changed(plant.edits()).entrySet()) {
        String file = changed.getKey();
        if (file.contains(JAVA)) {
          Path source = folder.resolve("source").resolve(after(file, JAVA));
          write(source, changed.getValue());
          compile(source, folder);
        } else {
          Path migration = folder.resolve(after(file, RESOURCES)).resolveSibling(LATER);
          write(migration, changedFunctions(original(file), changed.getValue()));
        }
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void clear(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path old : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(old);
      }
    }
    Files.createDirectories(folder);
  }

  private static Map<String, String> changed(List<Edit> edits) throws IOException {
    var sources = new LinkedHashMap<String, String>();
    for (Edit edit : edits) {
      String source = sources.get(edit.file());
      if (source == null) {
        source = original(edit.file());
      }
      sources.put(edit.file(), edit.apply(source));
    }
    return sources;
  }

  /** Flyway takes no version twice: what is planted comes after the shipped migrations. */
  private static String changedFunctions(String original, String changed) {
    String[] before = original.split(FUNCTION);
    String[] now = changed.split(FUNCTION);
    return IntStream.range(0, now.length)
        .filter(i -> !now[i].equals(before[i]))
        .mapToObj(i -> now[i].replaceFirst("create function", "create or replace function"))
        .collect(joining());
  }

  private static String original(String file) throws IOException {
    return Files.readString(Checkout.root().resolve(file));
  }

  private static String after(String file, String part) {
    return file.substring(file.indexOf(part) + part.length());
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static void compile(Path source, Path folder) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of("-proc:none", "-d", folder.toString(), "-cp", Checkout.classPath()),
                  null,
                  files.getJavaFileObjects(source))
              .call();
      if (!compiled) {
        throw new IllegalStateException("a planted bug does not compile: " + messages);
      }
    }
  }
}
