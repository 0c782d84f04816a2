package parley.history.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.history.query.Pages;
import parley.history.query.Refusal;
import parley.history.query.Rooms;
import parley.protocol.ErrorCode;
import parley.protocol.Ids;
import parley.protocol.Seq;

/**
 * What Parley's other processes ask: heads at opening, events for repair, counts for room lists.
 */
final class InternalRoutes {
  /** Events in one answer. */
  private static final int EVENTS_MAX = 500;

  private static final int EVENTS_DEFAULT = 200;

  private final Pages pages;
  private final Rooms rooms;

  InternalRoutes(Pages pages, Rooms rooms) {
    this.pages = pages;
    this.rooms = rooms;
  }

  void mount(Router router) {
    router.get("/internal/shards/:shard/heads").handler(answers(this::shardHeads));
    router.post("/internal/rooms/heads").handler(answers(this::heads));
    router.get("/internal/rooms/:room/events").handler(answers(this::events));
    router.get("/internal/rooms/:room/anchor").handler(answers(this::anchor));
    router.get("/internal/rooms/:room/messages/:seq").handler(answers(this::message));
    router.get("/internal/rooms/:room/keys").handler(answers(this::keys));
    router.get("/internal/rooms/:room/changes/:key").handler(answers(this::change));
    router.post("/internal/users/:user/unread").handler(answers(this::unread));
  }

  /**
   * The floor of a shard that is being opened; commits that are under way are refused from here on.
   */
  private Future<String> shardHeads(RoutingContext context) {
    long shard = number(context.pathParam("shard"));
    List<String> wanted =
        context.queryParam("rooms").stream()
            .flatMap(list -> List.of(list.split(",", -1)).stream())
            .filter(room -> !room.isEmpty())
            .toList();
    return rooms
        .floorForOpening((int) Math.min(shard, Integer.MAX_VALUE))
        .compose(
            floor ->
                rooms
                    .heads(checked(wanted))
                    .map(
                        heads ->
                            new JsonObject()
                                .put("heads", heads)
                                .put("floor", floor.stored())
                                .put("clock", floor.clock())
                                .encode()));
  }

  private Future<String> heads(RoutingContext context) {
    return rooms
        .heads(roomsOf(context))
        .map(heads -> new JsonObject().put("heads", heads).encode());
  }

  private Future<String> events(RoutingContext context) {
    MultiMap parameters = context.queryParams();
    String room = PageParameters.room(context.pathParam("room"));
    long after = PageParameters.number(parameters, "after", 0);
    long until = PageParameters.number(parameters, "until", Seq.MAX);
    long limit = PageParameters.number(parameters, "limit", EVENTS_DEFAULT);
    int most = Math.clamp(limit, 1, EVENTS_MAX);
    return pages
        .events(room, after, until, most)
        .map(
            events ->
                "{\"events\":["
                    + String.join(",", events)
                    + "],\"more\":"
                    + (events.size() == most)
                    + "}");
  }

  /** {@code {seq}} of the last event up to a {@code pos}, {@code {}} if that is not known. */
  private Future<String> anchor(RoutingContext context) {
    String room = PageParameters.room(context.pathParam("room"));
    return pages
        .anchor(room, PageParameters.number(context.queryParams(), "pos", 0))
        .map(seq -> (seq == null ? new JsonObject() : new JsonObject().put("seq", seq)).encode());
  }

  private Future<String> message(RoutingContext context) {
    String room = PageParameters.room(context.pathParam("room"));
    return pages
        .message(room, number(context.pathParam("seq")))
        .map(
            message -> {
              if (message == null) {
                throw new Refusal(ErrorCode.NOT_FOUND, "There is no such message.");
              }
              return message;
            });
  }

  private Future<String> keys(RoutingContext context) {
    String room = PageParameters.room(context.pathParam("room"));
    return rooms
        .keyed(room, PageParameters.number(context.queryParams(), "since", 0))
        .map(keys -> new JsonObject().put("keys", keys).encode());
  }

  private Future<String> change(RoutingContext context) {
    String room = PageParameters.room(context.pathParam("room"));
    return rooms
        .seqOfChange(room, context.pathParam("key"))
        .map(
            seq -> {
              if (seq == null) {
                throw new Refusal(ErrorCode.NOT_FOUND, "There is no such change.");
              }
              return new JsonObject().put("seq", seq).encode();
            });
  }

  private Future<String> unread(RoutingContext context) {
    String user = context.pathParam("user");
    String problem = Ids.userProblem(user);
    if (problem != null) {
      throw PageParameters.invalid(problem);
    }
    return rooms
        .unread(
            user, roomsOf(context), Objects.requireNonNullElse(named(context, "direct"), List.of()))
        .map(found -> new JsonObject().put("rooms", found).encode());
  }

  private static List<String> roomsOf(RoutingContext context) {
    List<String> rooms = named(context, "rooms");
    if (rooms == null) {
      throw PageParameters.invalid("rooms must be given as a list");
    }
    return rooms;
  }

  /** A list of rooms in the body, null if it is not there. */
  private static @Nullable List<String> named(RoutingContext context, String list) {
    try {
      JsonObject body = context.body().asJsonObject();
      JsonArray named = body == null ? null : body.getJsonArray(list);
      if (named == null) {
        return null;
      }
      List<String> all = new ArrayList<>(named.size());
      for (int i = 0; i < named.size(); i++) {
        all.add(named.getString(i));
      }
      return checked(all);
    } catch (DecodeException | ClassCastException e) {
      throw new Refusal(ErrorCode.INVALID, "the body must be an object with a list of rooms");
    }
  }

  private static List<String> checked(List<String> named) {
    if (named.size() > Rooms.ROOMS_MAX) {
      throw new Refusal(ErrorCode.TOO_LARGE, "at most " + Rooms.ROOMS_MAX + " rooms at once");
    }
    named.forEach(PageParameters::room);
    return named;
  }

  private static long number(String text) {
    return PageParameters.number(MultiMap.caseInsensitiveMultiMap().add("n", text), "n", 0);
  }

  private static Handler<RoutingContext> answers(
      Function<RoutingContext, Future<String>> question) {
    return context ->
        question
            .apply(context)
            .onComplete(
                json -> context.response().putHeader("Content-Type", "application/json").end(json),
                failure -> Failures.answer(context.response(), failure));
  }
}
