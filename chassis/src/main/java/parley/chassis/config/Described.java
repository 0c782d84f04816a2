package parley.chassis.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A setting together with the type of its component. */
record Described(Setting setting, Type type) {

  /** All settings of a record in the order of its components, nested records in their place. */
  static List<Described> all(Class<? extends Record> record) {
    List<Described> all = new ArrayList<>();
    for (Component component : Component.of(record)) {
      switch (component) {
        case Component.Value value -> all.add(value.described());
        case Component.Nested nested -> all.addAll(all(nested.type()));
      }
    }
    return all;
  }

  boolean isOptional() {
    return type instanceof ParameterizedType generic && generic.getRawType() == Optional.class;
  }

  /** The class of the value; of the elements for a list, a set or an optional. */
  Class<?> valueClass() {
    if (type instanceof ParameterizedType generic) {
      return (Class<?>) generic.getActualTypeArguments()[0];
    }
    return (Class<?>) type;
  }

  /** Whether its value is or may hold a secret, so that it is not printed and may be in a file. */
  boolean isConfidential() {
    return valueClass() == Secret.class || valueClass() == ServerUrl.class;
  }

  Class<?> rawClass() {
    return type instanceof ParameterizedType generic
        ? (Class<?>) generic.getRawType()
        : (Class<?>) type;
  }
}
