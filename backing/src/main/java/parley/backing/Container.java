package parley.backing;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.Volume;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/**
 * A server run as a container. Its port is published on 127.0.0.1 under a fixed number, since a
 * number that Docker chooses changes with each start. Testcontainers' reaper removes it when this
 * JVM ends.
 */
final class Container implements ServerRun {

  private static final int STOP_SECONDS = 20;
  private static final int LOG_CHARS = 2_000;

  /** What to run; an empty {@code dataInside} keeps the data in the container. */
  record Description(
      String role,
      String image,
      List<String> command,
      Map<String, String> environment,
      int port,
      int portInside,
      Path data,
      String dataInside,
      boolean temporary) {

    private String name() {
      return "parley-%s-%d-%d".formatted(role, ProcessHandle.current().pid(), port);
    }
  }

  private static @Nullable Network network;

  private final Description wanted;
  private @Nullable GenericContainer<?> container;

  Container(Description wanted) {
    this.wanted = wanted;
    if (wanted.temporary()) {
      Watchdog.removeAtEnd(wanted.data());
    }
  }

  /** By which other containers reach this one. */
  String name() {
    return wanted.name();
  }

  @Override
  public synchronized void start() {
    if (container == null) {
      container = create();
    } else if (!alive()) {
      Docker.client().startContainerCmd(id()).exec();
    }
  }

  private GenericContainer<?> create() {
    PortBinding binding =
        new PortBinding(
            Ports.Binding.bindIpAndPort("127.0.0.1", wanted.port()),
            ExposedPort.tcp(wanted.portInside()));
    GenericContainer<?> created =
        new GenericContainer<>(wanted.image())
            .withCommand(wanted.command().toArray(String[]::new))
            .withEnv(wanted.environment())
            .withExposedPorts(wanted.portInside())
            .withNetwork(network())
            .withCreateContainerCmdModifier(
                command -> {
                  HostConfig host = Objects.requireNonNull(command.getHostConfig());
                  host.withPortBindings(binding);
                  if (!wanted.dataInside().isEmpty()) {
                    // Not by Testcontainers' own way, which first pulls an image to try it out.
                    host.withBinds(
                        new Bind(wanted.data().toString(), new Volume(wanted.dataInside())));
                  }
                  command.withName(wanted.name()).withHostConfig(host);
                })
            .waitingFor(new NoWait());
    created.start();
    return created;
  }

  private static synchronized Network network() {
    Network known = network;
    if (known == null) {
      known = Network.newNetwork();
      network = known;
    }
    return known;
  }

  @Override
  public synchronized void stop() {
    if (container != null && alive()) {
      resume();
      try {
        Docker.client().stopContainerCmd(id()).withTimeout(STOP_SECONDS).exec();
      } catch (NotModifiedException alreadyStopped) {
        return;
      }
    }
  }

  @Override
  public synchronized void kill() {
    if (container != null && alive()) {
      Docker.client().killContainerCmd(id()).withSignal("KILL").exec();
      Docker.client()
          .waitContainerCmd(id())
          .start()
          .awaitStatusCode(STOP_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public synchronized void pause() {
    if (!Boolean.TRUE.equals(state().getPaused())) {
      Docker.client().pauseContainerCmd(id()).exec();
    }
  }

  @Override
  public synchronized void resume() {
    if (Boolean.TRUE.equals(state().getPaused())) {
      Docker.client().unpauseContainerCmd(id()).exec();
    }
  }

  @Override
  public synchronized boolean alive() {
    try {
      return container != null && Boolean.TRUE.equals(state().getRunning());
    } catch (NotFoundException gone) {
      return false;
    }
  }

  @Override
  public String lastWords() {
    GenericContainer<?> running = container;
    if (running == null) {
      return "(no container)";
    }
    try {
      String text = running.getLogs();
      return text.substring(Math.max(0, text.length() - LOG_CHARS));
    } catch (DockerException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  @Override
  public Path data() {
    return wanted.data();
  }

  @Override
  public synchronized void remove() {
    GenericContainer<?> running = container;
    if (running != null) {
      running.stop();
      container = null;
    }
    if (wanted.temporary()) {
      Folders.delete(wanted.data());
    }
  }

  private String id() {
    return Objects.requireNonNull(container, "the container was never started").getContainerId();
  }

  private ContainerState state() {
    return Docker.client().inspectContainerCmd(id()).exec().getState();
  }

  /** Readiness is asked for by protocol, as with a process. */
  private static final class NoWait extends AbstractWaitStrategy {
    @Override
    protected void waitUntilReady() {}
  }
}
