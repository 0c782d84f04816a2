package parley.backing;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/** Whether there is a Docker engine here that can run our servers. */
final class Docker {

  /** The images that docker-compose.yml names. */
  static final String REDIS_IMAGE = "redis:8-alpine";

  static final String POSTGRES_IMAGE = "postgres:18-alpine";

  /** What Testcontainers removes containers with, of the version in use. */
  private static final String REAPER_IMAGE = "testcontainers/ryuk:0.14.0";

  private static final Logger LOG = LoggerFactory.getLogger(Docker.class);
  private static final Duration PULL_STALLED = Duration.ofSeconds(15);
  private static final Duration FAILURE_REMEMBERED = Duration.ofHours(1);

  private Docker() {}

  /**
   * Costs nothing on a machine without Docker. Images that cannot be pulled cost some seconds, once
   * an hour.
   */
  static boolean usable() {
    Optional<Engine> engine = Engine.inSight();
    return engine.isPresent() && engine.get().answers() && hasImages(engine.get());
  }

  static DockerClient client() {
    return DockerClientFactory.instance().client();
  }

  private static boolean hasImages(Engine engine) {
    List<String> missing =
        Boolean.parseBoolean(System.getenv("TESTCONTAINERS_RYUK_DISABLED"))
            ? List.of(REDIS_IMAGE, POSTGRES_IMAGE)
            : List.of(REDIS_IMAGE, POSTGRES_IMAGE, REAPER_IMAGE);
    missing = missing.stream().filter(image -> !engine.has(image)).toList();
    if (missing.isEmpty()) {
      return true;
    }
    Path failure = Folders.cache().resolve("images-cannot-be-pulled");
    if (failedLately(failure)) {
      return false;
    }
    for (String image : missing) {
      LOG.info("pulling {}", image);
      if (!engine.pull(image, PULL_STALLED)) {
        LOG.warn(
            "{} cannot be pulled, so embedded servers are used (the next try is in an hour)",
            image);
        remember(failure);
        return false;
      }
    }
    return true;
  }

  private static boolean failedLately(Path failure) {
    try {
      Instant failedAt = Files.getLastModifiedTime(failure).toInstant();
      return failedAt.isAfter(Instant.now().minus(FAILURE_REMEMBERED));
    } catch (IOException never) {
      return false;
    }
  }

  private static void remember(Path failure) {
    try {
      Files.writeString(failure, "");
    } catch (IOException e) {
      LOG.debug("{} cannot be written", failure, e);
    }
  }
}
