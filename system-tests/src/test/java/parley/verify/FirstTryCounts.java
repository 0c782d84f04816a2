package parley.verify;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What failed once fails whenever it is tried again: a promise that was broken once is broken. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(FirstTryCounts.Memory.class)
public @interface FirstTryCounts {
  /** Of this JVM, in which failed tests are tried again. */
  final class Memory implements BeforeTestExecutionCallback, AfterTestExecutionCallback {
    private static final Set<String> FAILED = ConcurrentHashMap.newKeySet();

    @Override
    public void beforeTestExecution(ExtensionContext context) {
      if (FAILED.contains(context.getUniqueId())) {
        throw new AssertionError("it failed at the first try, which counts");
      }
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
      if (context.getExecutionException().isPresent()) {
        FAILED.add(context.getUniqueId());
      }
    }
  }
}
