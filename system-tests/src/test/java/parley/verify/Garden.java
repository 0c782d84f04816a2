package parley.verify;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  private Garden() {}

  static Path plant(Plant plant, Path folder) {
    try {
      Files.createDirectories(folder);
      for (Map.Entry<String, String> changed : changed(plant.edits()).entrySet()) {
        String file = changed.getKey();
        if (file.contains(JAVA)) {
          Path source = folder.resolve("source").resolve(after(file, JAVA));
          write(source, changed.getValue());
          compile(source, folder);
        } else {
          write(folder.resolve(after(file, RESOURCES)), changed.getValue());
        }
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> changed(List<Edit> edits) throws IOException {
    var sources = new LinkedHashMap<String, String>();
    for (Edit edit : edits) {
      String source = sources.get(edit.file());
      if (source == null) {
        source = Files.readString(Checkout.root().resolve(edit.file()));
      }
      sources.put(edit.file(), edit.apply(source));
    }
    return sources;
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
