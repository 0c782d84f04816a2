package parley.history.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import parley.history.metrics.HistoryMeasures;
import parley.history.query.Page;
import parley.history.query.PageRequest;
import parley.history.query.PageRequest.Span;
import parley.history.query.Pages;

/** {@code GET /api/rooms/{room}/messages}. */
final class PageRoute {
  /** Named by a cursor that holds the room's version, so what it names never changes. */
  private static final String FOR_EVER = "private, max-age=31536000, immutable";

  private static final String NEVER = "no-store";

  private final Pages pages;
  private final Access access;
  private final Map<String, Timer> timers;

  PageRoute(Pages pages, Access access, MeterRegistry registry) {
    this.pages = pages;
    this.access = access;
    this.timers =
        HistoryMeasures.PAGE_KINDS.values().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    kind -> kind, kind -> HistoryMeasures.PAGE.in(registry, kind)));
  }

  void handle(RoutingContext context) {
    HttpServerResponse response = context.response();
    long started = System.nanoTime();
    PageRequest request = PageParameters.read(context.pathParam("room"), context.queryParams());
    access
        .reader(context.request().getHeader("Authorization"), request.room())
        .compose(user -> pages.page(request.askedBy(user)))
        .onComplete(
            page -> {
              Timer timer = timers.get(kind(request.span()));
              if (timer != null) {
                timer.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
              }
              send(response, page);
            },
            failure -> Failures.answer(response, failure));
  }

  private static Future<Void> send(HttpServerResponse response, Page page) {
    return response
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", page.settled() ? FOR_EVER : NEVER)
        .putHeader("Vary", "Authorization, Cookie")
        .end(page.json());
  }

  private static String kind(Span span) {
    return switch (span) {
      case Span.Latest latest -> "latest";
      case Span.Before before -> "before";
      case Span.After after -> "after";
      case Span.Around around -> "around";
      case Span.Found found -> "search";
    };
  }
}
