package org.consultrelay.relay.net;

import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Closeable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.consultrelay.relay.wire.SlotPool;
import org.consultrelay.relay.wire.TransportAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A media loop: one Vert.x event-loop context, the UDP ports that its event loop watches, their
 * packet slots and a timer wheel. All that belongs to a room happens on one loop, so nothing there
 * is locked. Whatever runs through the loop (a port's turn, the timers of a tick, a task given to
 * {@link #execute}) ends with every port's send batch flushed.
 *
 * <p>Methods are for the loop's thread except {@link #execute}, {@link #onLoop}, {@link #close},
 * and the getters that say so.
 */
public final class MediaLoop implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(MediaLoop.class);
  private static final int TICKS_A_SECOND = (int) (1_000_000_000 / TimerWheel.TICK_NANOS);

  private final ContextInternal context;
  private final LoopOptions options;
  private final Thread thread = Thread.currentThread();
  private final Arena arena = Arena.ofShared();
  private final SlotPool slots;
  private final LoopCounters counters;
  private final TimerWheel timers;
  private final FailureLog failures = new FailureLog("a media loop");
  private final Closeable closeHook = done -> close().onComplete(done);
  private final Map<LoopPort, Arena> guests = new HashMap<>();
  private LoopPort[] ports = {};
  private Runnable[] flushes = {};
  private @Nullable PortOpener opener;
  private @Nullable ScheduledFuture<?> ticking;
  private @Nullable Handovers handovers;
  private long nowNanos;
  private long busySince;
  private long nextTickNanos;
  private int ticksToSample = TICKS_A_SECOND;
  private volatile boolean closed;

  private MediaLoop(ContextInternal context, LoopOptions options) {
    this.context = context;
    this.options = options;
    this.slots = new SlotPool(PacketMemory.reserve(options.slotBytes(), arena));
    this.counters = new LoopCounters(thread.threadId());
    this.nowNanos = System.nanoTime();
    this.timers = new TimerWheel(nowNanos);
  }

  /**
   * Starts a loop on the next of the Vert.x instance's event loops and opens its ports.
   *
   * @param handlers makes what receives; called on the loop for each port
   * @return the loop; fails with an {@link IOException} of one line when an address cannot be bound
   *     or the sockets that {@link LoopOptions#io} demands are not to be had
   */
  public static Future<MediaLoop> start(
      Vertx vertx, LoopOptions options, DatagramHandler.Factory handlers) {
    ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();
    Promise<MediaLoop> started = context.promise();
    context.runOnContext(_ -> {
      try {
        started.complete(open(context, options, handlers));
      } catch (IOException | RuntimeException | Error e) {
        started.fail(e);
      }
    });
    return started.future();
  }

  private static MediaLoop open(
      ContextInternal context, LoopOptions options, DatagramHandler.Factory handlers)
      throws IOException {
    MediaLoop loop = new MediaLoop(context, options);
    try {
      loop.open(handlers);
      return loop;
    } catch (IOException | RuntimeException | Error e) {
      loop.closeNow();
      throw e;
    }
  }

  private void open(DatagramHandler.Factory handlers) throws IOException {
    IoEventLoop eventLoop = (IoEventLoop) context.nettyEventLoop();
    PortOpener chosen = PortOpener.choose(options.io(), eventLoop);
    opener = chosen;
    List<LoopPort> opened = new ArrayList<>();
    int port = options.port();
    for (TransportAddress local : chosen.locals(options)) {
      LoopPort bound = chosen.open(this, eventLoop, local.withPort(port), options, arena);
      opened.add(bound);
      // All ports of a loop share one number, also when the system chose it.
      port = bound.localAddress().port();
      ports = opened.toArray(LoopPort[]::new);
    }
    for (LoopPort bound : ports) {
      bound.start(handlers.handler(this, bound));
    }
    // In step with the wheel, or every timer would be late by the difference.
    long now = System.nanoTime();
    nextTickNanos = timers.tickAt(now + 1);
    ticking =
        eventLoop.scheduleAtFixedRate(
            this::tick, nextTickNanos - now, TimerWheel.TICK_NANOS, TimeUnit.NANOSECONDS);
    context.owner().addCloseHook(closeHook);
    if (options.index() == 0) {
      logGranted(ports[0]);
    }
  }

  /**
   * Opens one more port, for which the loop does nothing but to receive: who opened it flushes it
   * and closes it with {@link #closePort}. For those who need sockets by the thousand.
   *
   * @param local the address to bind; port 0 lets the system choose
   * @throws IOException with one line, when the address cannot be bound
   */
  public DatagramPort openPort(TransportAddress local, DatagramHandler.Factory handlers)
      throws IOException {
    return openPort(local, options.withSharedPort(false), handlers);
  }

  /**
   * As {@link #openPort}, on a port that other loops open too: the kernel spreads what comes in
   * over them by the sender's address (SO_REUSEPORT), and stays with that as long as they are the
   * same.
   *
   * @param local the address to bind, with its port
   * @throws IOException with one line, when the address cannot be bound
   */
  public DatagramPort openSharedPort(TransportAddress local, DatagramHandler.Factory handlers)
      throws IOException {
    return openPort(local, options.withSharedPort(true), handlers);
  }

  @SuppressWarnings("MustBeClosedChecker") // closePort closes the port's memory
  private DatagramPort openPort(
      TransportAddress local, LoopOptions how, DatagramHandler.Factory handlers)
      throws IOException {
    PortOpener kind = opener;
    if (closed || kind == null) {
      throw new IOException("the loop is closed");
    }
    // Confined, because it is used and closed here alone; to close a shared one costs every thread.
    Arena memory = Arena.ofConfined();
    try {
      LoopPort port = kind.open(this, (IoEventLoop) context.nettyEventLoop(), local, how, memory);
      guests.put(port, memory);
      port.start(handlers.handler(this, port));
      return port;
    } catch (IOException | RuntimeException e) {
      memory.close();
      throw e;
    }
  }

  /**
   * Closes a port that {@link #openPort} gave and frees its memory. Not to be called by its own
   * handler while it receives.
   */
  public void closePort(DatagramPort port) {
    if (port instanceof LoopPort guest) {
      Arena memory = guests.remove(guest);
      if (memory != null) {
        guest.sample();
        guest.close();
        memory.close();
      }
    }
  }

  /** Memory that lives as long as the loop. */
  Arena memory() {
    return arena;
  }

  private void logGranted(DatagramPort port) {
    SocketBuffers granted = port.granted();
    LOG.info(
        "media sockets: {}, segmentation offload {}, buffers {} B receive, {} B send",
        port.io(),
        port.segmentation() ? "on" : "off",
        granted.receiveBytes(),
        granted.sendBytes());
    if (granted.lessThan(options.buffers())) {
      LOG.warn(
          "the system gave smaller socket buffers than the {} B and {} B asked for; raise"
              + " net.core.rmem_max and net.core.wmem_max",
          options.buffers().receiveBytes(),
          options.buffers().sendBytes());
    }
  }

  /** The loop's number. Any thread. */
  public int index() {
    return options.index();
  }

  /** The loop's ports, in the order of the bind addresses. Any thread, once started. */
  public List<DatagramPort> ports() {
    return List.of(ports);
  }

  /** The slots that all ports of the loop receive into. */
  public SlotPool slots() {
    return slots;
  }

  /** The loop's timers; ticked every {@link TimerWheel#TICK_NANOS}. */
  public TimerWheel timers() {
    return timers;
  }

  /** How the loop is doing. Any thread. */
  public LoopCounters counters() {
    return counters;
  }

  /** The Vert.x context that everything runs on. Any thread. */
  public ContextInternal context() {
    return context;
  }

  /**
   * The time on {@link System#nanoTime()}'s clock, read once for each batch received, tick and
   * task; elsewhere on the loop (a Vert.x handler) it is up to a tick old.
   */
  public long nowNanos() {
    return nowNanos;
  }

  /** Whether the calling thread is the loop's. Any thread. */
  public boolean onLoop() {
    return Thread.currentThread() == thread;
  }

  /**
   * Runs the task on the loop, later, also when called on the loop; then flushes the ports. A task
   * that comes when the loop is closed is dropped. Any thread. Allocates: hand over events, not
   * packets.
   */
  @Override
  public void execute(Runnable task) {
    context.runOnContext(_ -> {
      if (!closed) {
        run(task);
      }
    });
  }

  private void run(Runnable task) {
    long since = readClock();
    try {
      task.run();
    } catch (Throwable failure) {
      failures.add(failure);
    }
    flush();
    counters.task(System.nanoTime() - since);
  }

  /** Sends what all ports have in their batches, and what goes to other loops. */
  public void flush() {
    for (Runnable each : flushes) {
      each.run();
    }
    for (LoopPort port : ports) {
      port.flush();
    }
    if (handovers != null) {
      handovers.flush(options.index());
    }
  }

  /** Is run whenever the loop flushes its ports: for those who send by something else. */
  public void onFlush(Runnable flush) {
    Runnable[] more = Arrays.copyOf(flushes, flushes.length + 1);
    more[flushes.length] = flush;
    flushes = more;
  }

  /** The loop takes part in handing packets over between loops. */
  void joined(Handovers rings) {
    handovers = rings;
  }

  /** Reads the clock into {@link #nowNanos()}. */
  long readClock() {
    nowNanos = System.nanoTime();
    return nowNanos;
  }

  /**
   * A port, or something else on this loop, begins to receive. Returns what {@link #endTurn} wants
   * back.
   */
  public ContextInternal beginTurn() {
    busySince = readClock();
    return context.beginDispatch();
  }

  /** A port has handed over all that it received. */
  void endTurn(ContextInternal outer, DatagramHandler handler, PortCounters port, int received) {
    try {
      if (received > 0) {
        handler.endOfTurn(nowNanos);
      }
    } catch (Throwable failure) {
      port.handlerFailures++;
      failures.add(failure);
    }
    flush();
    context.endDispatch(outer);
    counters.turn(received, System.nanoTime() - busySince);
  }

  /** Something that is no port has handed over all that it received. */
  public void endTurn(ContextInternal outer, int received) {
    flush();
    context.endDispatch(outer);
    counters.turn(received, System.nanoTime() - busySince);
  }

  /** All that other loops handed over has been received. */
  void endTurn(
      ContextInternal outer, HandoverHandler handler, int received, FailureLog handoverFailures) {
    try {
      if (received > 0) {
        handler.endOfTurn(nowNanos);
      }
    } catch (Throwable failure) {
      handoverFailures.add(failure);
    }
    flush();
    context.endDispatch(outer);
    counters.turn(received, System.nanoTime() - busySince);
  }

  private void tick() {
    long now = readClock();
    long late = now - nextTickNanos;
    if (closed || late < 0) {
      // After a stall the executor makes up for missed ticks; one was enough.
      return;
    }
    nextTickNanos += TimerWheel.TICK_NANOS * (1 + late / TimerWheel.TICK_NANOS);
    ContextInternal outer = context.beginDispatch();
    timers.advance(now);
    flush();
    if (--ticksToSample == 0) {
      ticksToSample = TICKS_A_SECOND;
      for (LoopPort port : ports) {
        port.sample();
      }
    }
    context.endDispatch(outer);
    counters.tick(late);
    counters.busy(System.nanoTime() - now);
  }

  /** Closes the ports and gives the memory back, after what is queued. Any thread, any number. */
  public Future<Void> close() {
    if (closed) {
      return Future.succeededFuture();
    }
    Promise<Void> done = context.promise();
    try {
      context.runOnContext(_ -> {
        closeNow();
        done.complete();
      });
    } catch (RejectedExecutionException e) {
      // The event loops are gone, and with them whatever used the memory.
      return Future.failedFuture(e);
    }
    return done.future();
  }

  private void closeNow() {
    if (closed) {
      return;
    }
    closed = true;
    context.owner().removeCloseHook(closeHook);
    if (handovers != null) {
      handovers.left(options.index());
      handovers = null;
    }
    if (ticking != null) {
      ticking.cancel(false);
    }
    for (LoopPort guest : List.copyOf(guests.keySet())) {
      closePort(guest);
    }
    for (LoopPort port : ports) {
      port.close();
    }
    arena.close();
  }
}
