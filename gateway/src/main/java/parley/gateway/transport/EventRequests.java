package parley.gateway.transport;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Refused;
import parley.gateway.room.Loop;
import parley.gateway.session.Caller;
import parley.gateway.session.Sessions;
import parley.protocol.ErrorCode;
import parley.protocol.Ids;
import parley.protocol.Seq;

/** Requests for events by HTTP: polls, long and short, and streams of server-sent events. */
final class EventRequests {
  private static final long WAIT_SECONDS_MAX = 30;
  private static final int STREAM_ROOMS_MAX = 50;

  private final Vertx vertx;
  private final Loops loops;
  private final Sessions sessions;
  private final Credentials credentials;
  private final Clients clients;
  private final AtomicLong made = new AtomicLong();

  EventRequests(
      Vertx vertx, Loops loops, Sessions sessions, Credentials credentials, Clients clients) {
    this.clients = clients;
    this.vertx = vertx;
    this.loops = loops;
    this.sessions = sessions;
    this.credentials = credentials;
  }

  /** {@code GET /api/rooms/{room}/events?after=&wait=}. */
  void poll(HttpServerRequest request, String room) {
    HttpServerResponse response = request.response();
    Long after = number(request, "after", Seq.MAX);
    Long wait = number(request, "wait", WAIT_SECONDS_MAX);
    checkRoom(room);
    Loop loop = loops.current(vertx);
    caller(request)
        .onSuccess(
            caller -> {
              try {
                Sessions.checkScope(caller, room);
                new EventPoll(
                        vertx,
                        clients,
                        loop,
                        nextId("p"),
                        room,
                        response,
                        sessions.openPoll(caller),
                        () -> sessions.isRevoked(caller))
                    .begin(caller, after, wait == null ? 0 : wait * 1_000);
              } catch (Refused refused) {
                HttpAnswers.refuse(response, refused);
              }
            })
        .onFailure(failure -> HttpAnswers.refuse(response, failure));
  }

  /** {@code GET /sse?room=&room=&after=}, with {@code Last-Event-ID}. */
  void stream(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    List<String> rooms = request.params().getAll("room");
    if (rooms.isEmpty() || rooms.size() > STREAM_ROOMS_MAX) {
      throw Refused.of(
          ErrorCode.INVALID, "name 1 to " + STREAM_ROOMS_MAX + " rooms: /sse?room=lobby");
    }
    rooms.forEach(EventRequests::checkRoom);
    sessions.allowance().takeHandshake(credentials.address(request));
    Long after = number(request, "after", Seq.MAX);
    String last = request.getHeader("Last-Event-ID");
    String accepted = request.getHeader(HttpHeaders.ACCEPT);
    boolean comesAgain = accepted != null && accepted.contains("text/event-stream");
    String address = credentials.address(request);
    Loop loop = loops.current(vertx);
    caller(request)
        .onSuccess(
            caller -> {
              try {
                rooms.forEach(room -> Sessions.checkScope(caller, room));
                new EventStream(
                        vertx,
                        sessions,
                        clients,
                        loop,
                        nextId("e"),
                        address,
                        caller,
                        comesAgain,
                        response)
                    .begin(rooms, last, after);
              } catch (Refused refused) {
                HttpAnswers.refuse(response, refused);
              }
            })
        .onFailure(failure -> HttpAnswers.refuse(response, failure));
  }

  /** The request stays as it is until its caller is known. */
  private Future<Caller> caller(HttpServerRequest request) {
    return credentials.ofRequest(request);
  }

  private String nextId(String kind) {
    return kind + made.incrementAndGet() + "@" + sessions.nodeId();
  }

  private static @Nullable Long number(HttpServerRequest request, String name, long max) {
    String given = request.getParam(name);
    if (given == null || given.isEmpty()) {
      return null;
    }
    if (!given.matches("\\d{1,16}") || Long.parseLong(given) > max) {
      throw Refused.of(ErrorCode.INVALID, name + " must be a whole number from 0 to " + max);
    }
    return Long.valueOf(given);
  }

  private static void checkRoom(String room) {
    String problem = Ids.roomProblem(room);
    if (problem != null) {
      throw Refused.of(ErrorCode.INVALID, problem);
    }
  }
}
