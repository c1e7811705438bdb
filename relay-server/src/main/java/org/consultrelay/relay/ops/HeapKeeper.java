package org.consultrelay.relay.ops;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.ThreadMXBean;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the collector once a second how large the heap should be, see {@link HeapGoal}. It needs
 * ZGC, which has a limit that may be moved and passed ({@code SoftMaxHeapSize}); with another
 * collector nothing is done.
 */
public final class HeapKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(HeapKeeper.class);
  private static final long PERIOD_MILLIS = 1_000;
  private static final String OPTION = "SoftMaxHeapSize";

  private final HotSpotDiagnosticMXBean machine;
  private final ThreadMXBean threads;
  private final List<MemoryPoolMXBean> pools;
  private final HeapGoal goal;
  private final long step;
  private long told;

  private HeapKeeper(
      HotSpotDiagnosticMXBean machine, ThreadMXBean threads, List<MemoryPoolMXBean> pools) {
    this.machine = machine;
    this.threads = threads;
    this.pools = pools;
    long most = Runtime.getRuntime().maxMemory();
    this.goal = new HeapGoal(most, threads.getTotalThreadAllocatedBytes(), System.nanoTime());
    this.step = Math.max(1L << 20, most / 256);
  }

  /** Begins, where there is ZGC. */
  public static void start(Vertx vertx) {
    HotSpotDiagnosticMXBean machine =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    List<MemoryPoolMXBean> pools =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .filter(pool -> pool.getName().startsWith("ZGC"))
            .toList();
    if (machine == null
        || pools.isEmpty()
        || !(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)) {
      return;
    }
    HeapKeeper keeper = new HeapKeeper(machine, threads, pools);
    vertx.setPeriodic(
        PERIOD_MILLIS,
        _ -> {
          Future<?> _ =
              vertx.executeBlocking(() -> {
                keeper.look();
                return null;
              });
        });
  }

  private synchronized void look() {
    long live = 0;
    for (MemoryPoolMXBean pool : pools) {
      MemoryUsage left = pool.getCollectionUsage();
      live += left == null ? 0 : left.getUsed();
    }
    long now = goal.next(live, threads.getTotalThreadAllocatedBytes(), System.nanoTime());
    if (Math.abs(now - told) < step) {
      return;
    }
    told = now;
    try {
      machine.setVMOption(OPTION, Long.toString(now));
    } catch (IllegalArgumentException e) {
      LOG.debug("the heap's goal stays where it was", e);
    }
  }
}
