package parley.chassis.metrics;

import io.netty.util.internal.PlatformDependent;

/**
 * The memory outside the heap that Netty's buffers take. Netty gets it past the JVM's own count
 * ({@code jvm_buffer_memory_used_bytes}), so it must be asked itself.
 */
final class DirectMemory {
  private DirectMemory() {}

  static double bytes() {
    long bytes = PlatformDependent.usedDirectMemory();
    return bytes < 0 ? Double.NaN : bytes;
  }
}
