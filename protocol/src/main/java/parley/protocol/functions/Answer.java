package parley.protocol.functions;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads the array that a function answers: integers as Long, text as String or bytes. */
final class Answer {
  private final String function;
  private final List<?> items;

  Answer(String function, List<?> items) {
    this.function = function;
    this.items = items;
  }

  int size() {
    return items.size();
  }

  String word() {
    return text(0);
  }

  String text(int i) {
    Object item = i < items.size() ? items.get(i) : null;
    if (item instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    if (item == null) {
      throw unexpected();
    }
    return item.toString();
  }

  byte[] bytes(int i) {
    return i < items.size() && items.get(i) instanceof byte[] bytes
        ? bytes
        : text(i).getBytes(StandardCharsets.UTF_8);
  }

  long number(int i) {
    Object item = i < items.size() ? items.get(i) : null;
    return item instanceof Number number ? number.longValue() : Long.parseLong(text(i));
  }

  IllegalStateException unexpected() {
    return new IllegalStateException("the function " + function + " answered " + items);
  }
}
