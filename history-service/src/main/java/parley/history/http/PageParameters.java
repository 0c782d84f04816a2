package parley.history.http;

import io.vertx.core.MultiMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.history.query.Cursor;
import parley.history.query.PageRequest;
import parley.history.query.PageRequest.Span;
import parley.history.query.Refusal;
import parley.history.search.SearchQuery;
import parley.protocol.ErrorCode;
import parley.protocol.Ids;
import parley.protocol.Limits;

/** From {@code ?before=&after=&around=&limit=&q=} to what is wanted, or the refusal. */
final class PageParameters {
  private static final int NUMBER_CHARS_MAX = 16;

  private PageParameters() {}

  static PageRequest read(String room, MultiMap parameters) {
    Cursor before = cursor(parameters, "before");
    Cursor after = cursor(parameters, "after");
    Cursor around = cursor(parameters, "around");
    String q = one(parameters, "q");
    long limit = number(parameters, "limit", Limits.PAGE_EVENTS_DEFAULT);
    if (limit < 1 || limit > Limits.PAGE_EVENTS_MAX) {
      throw invalid("limit must be 1 to " + Limits.PAGE_EVENTS_MAX);
    }
    int cursors = (before == null ? 0 : 1) + (after == null ? 0 : 1) + (around == null ? 0 : 1);
    if (cursors > 1 || (q != null && (after != null || around != null))) {
      throw invalid("only one of before, after and around can be given, and with q only before");
    }
    Span span;
    if (q != null) {
      span = new Span.Found(query(q), before);
    } else if (before != null) {
      span = new Span.Before(before);
    } else if (after != null) {
      span = new Span.After(after);
    } else {
      span = around == null ? new Span.Latest() : new Span.Around(around);
    }
    return new PageRequest(room(room), span, (int) limit);
  }

  static String room(@Nullable String room) {
    String problem = Ids.roomProblem(room);
    if (problem != null || room == null) {
      throw invalid(problem == null ? "room must be given" : problem);
    }
    return room;
  }

  /** A number from 0 on. */
  static long number(MultiMap parameters, String name, long otherwise) {
    String text = one(parameters, name);
    if (text == null) {
      return otherwise;
    }
    if (text.isEmpty()
        || text.length() > NUMBER_CHARS_MAX
        || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw invalid(name + " must be a number from 0 on");
    }
    return Long.parseLong(text);
  }

  static Refusal invalid(String why) {
    return new Refusal(ErrorCode.INVALID, why);
  }

  private static SearchQuery query(String q) {
    if (q.length() > SearchQuery.CHARS_MAX) {
      throw new Refusal(
          ErrorCode.TOO_LARGE, "q must be at most " + SearchQuery.CHARS_MAX + " characters long");
    }
    SearchQuery query = SearchQuery.parse(q);
    if (query == null) {
      throw invalid("q holds no word to look for");
    }
    return query;
  }

  private static @Nullable Cursor cursor(MultiMap parameters, String name) {
    String text = one(parameters, name);
    if (text == null) {
      return null;
    }
    Cursor cursor = Cursor.parse(text);
    if (cursor == null) {
      throw invalid(name + " must be a cursor of a page before, or the seq of a message");
    }
    return cursor;
  }

  private static @Nullable String one(MultiMap parameters, String name) {
    List<String> values = parameters.getAll(name);
    if (values.size() > 1) {
      throw invalid(name + " was given twice");
    }
    return values.isEmpty() ? null : values.getFirst();
  }
}
