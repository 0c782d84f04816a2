package parley.system.page;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The page's stand-in for the backend. */
final class StandInSite implements Site {
  private final Process process;
  private final BufferedReader said;
  private final boolean[] killed = new boolean[2];
  private final List<URI> nodes = new ArrayList<>();

  StandInSite() {
    Path web = Path.of("..", "web").toAbsolutePath().normalize();
    var builder = new ProcessBuilder("node", web.resolve("dev/server.mjs").toString(), "0");
    builder
        .environment()
        .put("PARLEY_PAGE", web.resolve("target/classes/META-INF/resources/parley").toString());
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      process = builder.start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
      said = process.inputReader();
      for (int index = 0; index < 2; index++) {
        nodes.add(URI.create(said.readLine().split(": ", 2)[1]));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public URI node(int index) {
    return nodes.get(index);
  }

  @Override
  public void kill(int index) {
    killed[index] = true;
    tell("kill " + (index + 1));
  }

  @Override
  public void start(int index) {
    if (killed[index]) {
      killed[index] = false;
      tell("start " + (index + 1));
    }
  }

  private void tell(String order) {
    try {
      var to = process.outputWriter();
      to.write(order + "\n");
      to.flush();
      said.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
