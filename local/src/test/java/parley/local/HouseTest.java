package parley.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The allowed edges between packages: who may call whom, and that nothing calls backwards. */
class HouseTest {
  /**
   * Each house and the houses it may enter besides itself. A new edge is a decision: write it down
   * here.
   */
  private static final Map<String, Set<String>> ALLOWED =
      Map.ofEntries(
          Map.entry("parley.protocol", Set.of()),
          Map.entry("parley.backing", Set.of()),
          Map.entry("parley.chassis", Set.of("parley.protocol")),
          Map.entry("parley.timing", Set.of()),
          Map.entry("parley.websocket", Set.of("parley.timing")),
          Map.entry("parley.engineio", Set.of("parley.websocket", "parley.timing")),
          Map.entry("parley.socketio", Set.of("parley.engineio", "parley.websocket")),
          Map.entry(
              "parley.gateway.metrics",
              Set.of("parley.engineio", "parley.protocol", "parley.chassis")),
          Map.entry(
              "parley.gateway.bus",
              Set.of("parley.gateway.metrics", "parley.protocol", "parley.chassis")),
          Map.entry(
              "parley.gateway.room",
              Set.of(
                  "parley.gateway.bus",
                  "parley.gateway.metrics",
                  "parley.protocol",
                  "parley.chassis",
                  "parley.websocket")),
          Map.entry(
              "parley.gateway.session",
              Set.of(
                  "parley.gateway.room",
                  "parley.gateway.bus",
                  "parley.gateway.metrics",
                  "parley.protocol",
                  "parley.chassis")),
          Map.entry(
              "parley.gateway.transport",
              Set.of(
                  "parley.gateway.session",
                  "parley.gateway.room",
                  "parley.gateway.bus",
                  "parley.gateway.metrics",
                  "parley.protocol",
                  "parley.chassis",
                  "parley.socketio",
                  "parley.engineio",
                  "parley.timing",
                  "parley.websocket")),
          Map.entry(
              "parley.gateway",
              Set.of(
                  "parley.gateway.transport",
                  "parley.gateway.session",
                  "parley.gateway.room",
                  "parley.gateway.bus",
                  "parley.gateway.metrics",
                  "parley.protocol",
                  "parley.chassis",
                  "parley.socketio",
                  "parley.engineio",
                  "parley.timing",
                  "parley.websocket")),
          Map.entry("parley.chat", Set.of("parley.protocol", "parley.chassis")),
          Map.entry("parley.history", Set.of("parley.protocol", "parley.chassis")),
          Map.entry(
              "parley.local",
              Set.of(
                  "parley.backing",
                  "parley.chassis",
                  "parley.protocol",
                  "parley.gateway",
                  "parley.chat",
                  "parley.history")));

  private static final Set<String> EMPTY_WORDS =
      Set.of("util", "utils", "common", "helper", "helpers", "misc", "base", "impl");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("parley");

  @Test
  void nobody_enters_a_house_that_is_not_open_to_them() {
    var refused = new TreeSet<String>();
    for (JavaClass from : CLASSES) {
      String here = house(from);
      for (var dependency : from.getDirectDependenciesFromSelf()) {
        JavaClass to = dependency.getTargetClass().getBaseComponentType();
        if (to.getPackageName().startsWith("parley.")) {
          String there = house(to);
          if (!here.equals(there) && !allowed(here).contains(there)) {
            refused.add(from.getName() + " must not use " + to.getName());
          }
        }
      }
    }
    assertThat(refused).isEmpty();
  }

  @Test
  void every_package_belongs_to_a_house_and_says_what_it_is() {
    var packages = new TreeMap<String, Boolean>();
    for (JavaClass one : CLASSES) {
      packages.merge(
          one.getPackageName(), one.getSimpleName().equals("package-info"), Boolean::logicalOr);
    }
    assertThat(packages).isNotEmpty();
    packages.forEach(
        (name, described) -> {
          assertThat(described).as(name + " has a package-info with @NullMarked").isTrue();
          assertThat(List.of(name.split("\\."))).as(name).doesNotContainAnyElementsOf(EMPTY_WORDS);
        });
  }

  @Test
  void no_class_has_a_name_that_explains_nothing() {
    assertThat(CLASSES.stream().map(JavaClass::getSimpleName))
        .isNotEmpty()
        .noneMatch(name -> name.matches(".*(Util|Utils|Helper|Manager|Impl)"));
  }

  private static Set<String> allowed(String house) {
    return ALLOWED.getOrDefault(house, Set.of());
  }

  /** The longest entry of the table that the class' package lies in. */
  private static String house(JavaClass one) {
    String name = one.getPackageName();
    while (!ALLOWED.containsKey(name)) {
      int dot = name.lastIndexOf('.');
      assertThat(dot).as(one.getName() + " belongs to no house").isPositive();
      name = name.substring(0, dot);
    }
    return name;
  }
}
