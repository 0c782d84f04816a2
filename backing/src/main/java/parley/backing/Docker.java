package parley.backing;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/** Whether there is a Docker engine here that can run our servers. */
final class Docker {

  /** The images that docker-compose.yml names. */
  static final String REDIS_IMAGE = "redis:8-alpine";

  static final String POSTGRES_IMAGE = "postgres:18-alpine";

  private static final Logger LOG = LoggerFactory.getLogger(Docker.class);
  private static final int PULL_SECONDS = 120;

  private Docker() {}

  /** Costs nothing on a machine without Docker: Testcontainers is asked only if one is in sight. */
  static boolean usable() {
    if (!inSight() || !DockerClientFactory.instance().isDockerAvailable()) {
      return false;
    }
    return has(REDIS_IMAGE) && has(POSTGRES_IMAGE);
  }

  static DockerClient client() {
    return DockerClientFactory.instance().client();
  }

  private static boolean inSight() {
    String home = System.getProperty("user.home");
    return System.getenv("DOCKER_HOST") != null
        || Files.exists(Path.of("/var/run/docker.sock"))
        || Files.exists(Path.of(home, ".docker/run/docker.sock"))
        || Files.exists(Path.of(home, ".testcontainers.properties"));
  }

  private static boolean has(String image) {
    try {
      client().inspectImageCmd(image).exec();
      return true;
    } catch (DockerException absent) {
      return pull(image);
    }
  }

  private static boolean pull(String image) {
    try {
      return client().pullImageCmd(image).start().awaitCompletion(PULL_SECONDS, TimeUnit.SECONDS);
    } catch (DockerException e) {
      LOG.info("{} cannot be pulled, embedded servers are used: {}", image, e.getMessage());
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
