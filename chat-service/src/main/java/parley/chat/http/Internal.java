package parley.chat.http;

import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import parley.chat.moderation.Mentions;
import parley.chat.refusals.Refused;
import parley.chat.rooms.RoomLoader;
import parley.chat.rooms.Rooms;
import parley.chat.shards.Nodes;
import parley.chat.shards.Opener;
import parley.chat.tokens.Callers;
import parley.chat.tokens.Revocations;
import parley.protocol.ErrorCode;
import parley.protocol.Ids;

/** What gateways and history-service ask. Every request shows the cluster's secret. */
public record Internal(
    Predicate<String> secret,
    int shards,
    Opener opener,
    RoomLoader loader,
    Rooms rooms,
    Nodes nodes,
    Mentions mentions,
    Revocations revocations,
    Callers callers) {

  private static final String HEADER = "Parley-Cluster";
  private static final long LOOK_AGAIN_MS = 50;

  Router router(Vertx vertx) {
    Router router = Router.router(vertx);
    router.route().handler(this::mustKnowSecret);
    router.post("/shards/:shard/open").handler(does(this::open));
    router.post("/rooms/load").handler(does(this::load));
    router.get("/rooms/:room/access").handler(does(this::access));
    router.put("/nodes/:node").handler(does(this::nodeSeen));
    router.delete("/nodes/:node").handler(does(this::nodeGone));
    router.get("/nodes").handler(does(context -> nodes.json()));
    router.post("/mentions").handler(does(this::mention));
    router.get("/revocations").handler(does(this::revoked));
    router.post("/callers").handler(does(this::caller));
    return router;
  }

  private void mustKnowSecret(RoutingContext context) {
    String shown = context.request().getHeader(HEADER);
    if (shown == null || !secret.test(shown)) {
      throw Refused.of(ErrorCode.UNAUTHORIZED, "The cluster's secret is wanted here.");
    }
    context.next();
  }

  private JsonObject open(RoutingContext context) {
    int shard = number(context.pathParam("shard"));
    if (shard >= shards) {
      throw Refused.of(ErrorCode.NOT_FOUND, "There is no such shard.");
    }
    try {
      return done().put("epoch", opener.open(shard, text(body(context), "fence")));
    } catch (Refused e) {
      // An outdated fence is no fault of whoever waits behind the gateway: it asks with the new
      // one.
      throw e.code() == ErrorCode.CONFLICT
          ? Refused.until(ErrorCode.UNAVAILABLE, LOOK_AGAIN_MS)
          : e;
    }
  }

  private JsonObject load(RoutingContext context) {
    JsonObject body = body(context);
    loader.load(text(body, "room"), body.getString("user"), body.getBoolean("create", false));
    return done();
  }

  private JsonObject access(RoutingContext context) {
    String user = context.request().getParam("user");
    good(Ids.userProblem(user));
    return rooms.access(context.pathParam("room"), Objects.requireNonNull(user));
  }

  private JsonObject nodeSeen(RoutingContext context) {
    JsonObject body = body(context);
    nodes.seen(
        new Nodes.Node(
            context.pathParam("node"), text(body, "address"), body.getString("url", "")));
    return done();
  }

  private JsonObject nodeGone(RoutingContext context) {
    nodes.gone(context.pathParam("node"));
    return done();
  }

  private JsonObject mention(RoutingContext context) {
    JsonObject body = body(context);
    JsonObject event = body.getJsonObject("event");
    if (event == null) {
      throw Refused.of(ErrorCode.INVALID, "event is missing");
    }
    return done().put("notified", mentions.notify(text(body, "room"), event));
  }

  private JsonObject revoked(RoutingContext context) {
    String after = context.request().getParam("after");
    return revocations.after(after == null ? 0 : number(after));
  }

  private JsonObject caller(RoutingContext context) {
    return callers.of("Bearer " + text(body(context), "token")).json();
  }

  private static io.vertx.core.Handler<RoutingContext> does(
      Function<RoutingContext, JsonObject> action) {
    return context -> {
      JsonObject answer;
      try {
        answer = action.apply(context);
      } catch (ClassCastException | DecodeException e) {
        throw Refused.of(ErrorCode.INVALID, "The body is no object of the expected form.");
      }
      context.response().putHeader("Content-Type", "application/json").end(answer.toBuffer());
    };
  }

  private static JsonObject done() {
    return new JsonObject().put("ok", true);
  }

  private static JsonObject body(RoutingContext context) {
    JsonObject body = context.body().asJsonObject();
    if (body == null) {
      throw Refused.of(ErrorCode.INVALID, "A JSON object is wanted.");
    }
    return body;
  }

  private static String text(JsonObject body, String field) {
    String text = body.getString(field);
    if (text == null || text.isEmpty()) {
      throw Refused.of(ErrorCode.INVALID, field + " is missing");
    }
    return text;
  }

  private static int number(String text) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw Refused.of(ErrorCode.INVALID, "not a number: " + text);
  }

  private static void good(@Nullable String problem) {
    if (problem != null) {
      throw Refused.of(ErrorCode.INVALID, problem);
    }
  }
}
