package parley.chassis.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One setting: a component of a settings record that is read from an environment variable. A
 * component without a value, a default or {@code Optional} around its type is asked for at the
 * start.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {

  /** The environment variable: {@code PARLEY_PORT}. */
  String name();

  /** What it means, as one sentence for the settings page. */
  String means();

  /** The value when none is given, written as in the environment; empty for none. */
  String otherwise() default "";

  /** A value as an example, for messages and {@code .env.example}. */
  String example() default "";

  /** The least number, milliseconds or bytes; also the least length of a secret. */
  long min() default Long.MIN_VALUE;

  long max() default Long.MAX_VALUE;
}
