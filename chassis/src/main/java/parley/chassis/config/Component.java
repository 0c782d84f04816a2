package parley.chassis.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One component of a settings record: a value, or a settings record of its own. */
sealed interface Component {

  record Value(Described described) implements Component {}

  record Nested(Class<? extends Record> type) implements Component {}

  static List<Component> of(Class<? extends Record> type) {
    List<Component> components = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      Setting setting = component.getAnnotation(Setting.class);
      if (setting != null) {
        components.add(new Value(new Described(setting, component.getGenericType())));
      } else if (component.getType().isRecord()) {
        components.add(new Nested(component.getType().asSubclass(Record.class)));
      } else {
        throw new IllegalStateException(
            type.getSimpleName() + "." + component.getName() + " has no @Setting");
      }
    }
    return components;
  }

  static Constructor<? extends Record> constructor(Class<? extends Record> type)
      throws NoSuchMethodException {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return constructor;
  }
}
