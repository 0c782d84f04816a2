package parley.chat.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import parley.chat.tokens.Callers;

/** The server: {@code /api} for people, {@code /internal} for peers. */
public final class ChatHttp {
  private static final int BODY_BYTES_MAX = 64 * 1024;
  private static final String DOCUMENT = "/parley/chat/openapi.yaml";
  private static final String ELSEWHERE = "/parley/chat/openapi-elsewhere.yaml";

  /** The document of our operations, and what requests are validated from. */
  public record Contract(JsonObject document, OpenAPIContract parsed) {

    /** It takes a while: best while something else is waited for. */
    public static Future<Contract> load(Vertx vertx) {
      return vertx
          .executeBlocking(ChatHttp::document)
          .compose(
              document ->
                  OpenAPIContract.from(vertx, forValidation(document))
                      .map(parsed -> new Contract(document, parsed)));
    }
  }

  private final Contract contract;
  private final Operations operations;
  private final Internal internal;
  private final Callers callers;
  private final MeterRegistry registry;

  public ChatHttp(
      Contract contract,
      Operations operations,
      Internal internal,
      Callers callers,
      MeterRegistry registry) {
    this.contract = contract;
    this.operations = operations;
    this.internal = internal;
    this.callers = callers;
    this.registry = registry;
  }

  public Future<HttpServer> listen(Vertx vertx, String host, int port) {
    return vertx
        .createHttpServer(new HttpServerOptions().setHandle100ContinueAutomatically(true))
        .requestHandler(router(vertx))
        .listen(port, host);
  }

  /** The library wants a server with a host; the document that is served rightly has none. */
  static JsonObject forValidation(JsonObject document) {
    JsonArray servers = new JsonArray().add(new JsonObject().put("url", "http://parley/api"));
    return document.copy().put("servers", servers);
  }

  private Router router(Vertx vertx) {
    Failures failures = new Failures(registry);
    Router router = Router.router(vertx);
    router
        .route()
        .handler(BodyHandler.create(false).setBodyLimit(BODY_BYTES_MAX))
        .failureHandler(failures::answer);
    router
        .route("/api/*")
        .subRouter(
            Api.router(
                vertx, contract.parsed(), callers, operations.all(served(contract.document()))));
    router.route("/internal/*").subRouter(internal.router(vertx));
    for (int status : new int[] {404, 405, 413, 415}) {
      router.errorHandler(status, failures::answer);
    }
    return router;
  }

  /** What is served: our own operations, and those that other processes serve under /api. */
  static JsonObject served(JsonObject own) {
    JsonObject whole = own.copy();
    whole.getJsonObject("paths").mergeIn(read(ELSEWHERE));
    return whole;
  }

  /** Our own operations; written as YAML because people read it. */
  static JsonObject document() {
    return read(DOCUMENT);
  }

  private static JsonObject read(String name) {
    try (InputStream in = Objects.requireNonNull(ChatHttp.class.getResourceAsStream(name), name)) {
      Map<String, Object> yaml =
          new Yaml(new SafeConstructor(new LoaderOptions()))
              .load(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      return new JsonObject(new JsonObject(yaml).encode());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
