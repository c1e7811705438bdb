package org.consultrelay.relay.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.consultrelay.relay.config.AdmissionConfig;
import org.consultrelay.relay.room.Admission;
import org.consultrelay.relay.room.RoomLoop;
import org.consultrelay.relay.room.RoomRefusal;
import org.jspecify.annotations.Nullable;

/**
 * Who is let in, by what is measured and not by a count. A new room goes to the loop that has most
 * to spare, so that loop's headroom is the relay's, unless handshakes pile up; a room that exists
 * stays on its loop, and takes people until that loop has nothing left at all. Usual rooms stop
 * first, urgent ones later, people of rooms that exist last, each with hysteresis. What a loop
 * gains by making pictures smaller is no headroom: it belongs to the calls that gave it.
 *
 * <p>One thread observes, in virtual time; any thread asks.
 */
public final class Headroom implements Admission {
  /** By how much more there must be before what was stopped for want of anything starts again. */
  private static final double STEP = 0.05;

  /** By how much less than what new rooms need a loop has at most while pictures are cut. */
  private static final double LITTLE = 0.01;

  private volatile boolean enabled;
  private final double maxHandshakes;
  private double smoothingNanos;
  private double whileCut;
  private final List<RoomLoop> loops;
  private final List<LoopUse> uses = new ArrayList<>();
  private final List<Threshold> people = new ArrayList<>();
  private final List<Threshold> spare = new ArrayList<>();
  private final Threshold usual;
  private final Threshold urgent;
  private volatile boolean draining;
  private volatile double left = 1;
  private volatile String fullest = "nothing";
  private double handshakeUse;
  private long lastNanos;
  private boolean begun;

  /**
   * All is at rest.
   *
   * @param loops in the order of the readings
   * @param maxHandshakes how many DTLS handshakes may run at one time
   */
  public Headroom(AdmissionConfig config, List<RoomLoop> loops, int maxHandshakes) {
    this.enabled = config.enabled();
    this.maxHandshakes = maxHandshakes;
    this.smoothingNanos = config.smoothing().toNanos();
    this.loops = List.copyOf(loops);
    double stop = config.stopBelow() / 100.0;
    double start = config.startAbove() / 100.0;
    whileCut = Math.max(0, stop - LITTLE);
    double share = config.urgentShare() / 100.0;
    for (int i = 0; i < loops.size(); i++) {
      uses.add(
          new LoopUse(
              config.busyLimit() / 100.0,
              config.latenessLimit().toNanos(),
              config.memoryLimit() / 100.0,
              smoothingNanos));
      people.add(new Threshold(Double.MIN_VALUE, STEP));
      spare.add(new Threshold(stop, start));
    }
    usual = new Threshold(stop, start);
    urgent = new Threshold(Math.max(share, Double.MIN_VALUE), share + STEP);
  }

  /** Other marks and limits from the next reading on; on the thread that observes. */
  public void configure(AdmissionConfig config) {
    double stop = config.stopBelow() / 100.0;
    double start = config.startAbove() / 100.0;
    double share = config.urgentShare() / 100.0;
    smoothingNanos = config.smoothing().toNanos();
    whileCut = Math.max(0, stop - LITTLE);
    for (LoopUse use : uses) {
      use.limits(
          config.busyLimit() / 100.0,
          (double) config.latenessLimit().toNanos(),
          config.memoryLimit() / 100.0,
          smoothingNanos);
    }
    spare.forEach(each -> each.marks(stop, start));
    usual.marks(stop, start);
    urgent.marks(Math.max(share, Double.MIN_VALUE), share + STEP);
    enabled = config.enabled();
  }

  /**
   * Takes a reading of each loop, a fraction of a second after the last.
   *
   * @param handshakes DTLS handshakes going on
   * @return whether usual rooms are refused from now on, or taken again
   */
  public boolean observe(List<LoopReading> readings, int handshakes, long nowNanos) {
    double best = 0;
    String worst = "nothing";
    for (int i = 0; i < uses.size(); i++) {
      LoopUse use = uses.get(i);
      use.observe(readings.get(i), nowNanos);
      double headroom = headroom(use, readings.get(i));
      people.get(i).observe(headroom);
      spare.get(i).observe(headroom);
      loops.get(i).busy(!spare.get(i).isOn());
      if (headroom >= best) {
        best = headroom;
        worst = use.fullest().name().toLowerCase(Locale.ROOT);
      }
    }
    observeHandshakes(handshakes, nowNanos);
    double beside = Math.max(0, 1 - handshakeUse);
    left = Math.min(best, beside);
    fullest = beside < best ? "handshakes" : worst;
    urgent.observe(left);
    return usual.observe(left);
  }

  private double headroom(LoopUse use, LoopReading reading) {
    return reading.videoCut() ? Math.min(use.headroom(), whileCut) : use.headroom();
  }

  private void observeHandshakes(int handshakes, long nowNanos) {
    if (begun) {
      double weight = 1 - Math.exp((lastNanos - nowNanos) / smoothingNanos);
      handshakeUse += (Math.min(1, handshakes / maxHandshakes) - handshakeUse) * weight;
    }
    begun = true;
    lastNanos = nowNanos;
  }

  /** No new rooms from now on, or new ones again. */
  public void draining(boolean now) {
    draining = now;
  }

  @Override
  public @Nullable RoomRefusal room(boolean isUrgent) {
    if (draining) {
      return RoomRefusal.DRAINING;
    }
    Threshold asked = isUrgent ? urgent : usual;
    return enabled && !asked.isOn() ? RoomRefusal.OVERLOADED : null;
  }

  @Override
  public @Nullable RoomRefusal participant(RoomLoop loop) {
    return enabled && !people.get(loops.indexOf(loop)).isOn() ? RoomRefusal.OVERLOADED : null;
  }

  /** What the relay has left for new rooms: 1 at rest, 0 at a limit. */
  public double left() {
    return left;
  }

  /** What one loop has left. Any thread, a moment late. */
  public double left(int loop) {
    return uses.get(loop).headroom();
  }

  /** What of the relay is the fullest: busy, late, drops, memory, handshakes. */
  public String fullest() {
    return fullest;
  }

  /** Whether usual rooms are taken. */
  public boolean takesRooms() {
    return room(false) == null;
  }

  /** Whether it says anything at all, or only measures. */
  public boolean isEnabled() {
    return enabled;
  }
}
