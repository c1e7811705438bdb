package org.consultrelay.relay.transport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.consultrelay.relay.dtls.DtlsContext;
import org.consultrelay.relay.ice.IceTimeouts;
import org.consultrelay.relay.ice.PlainBinding;
import org.consultrelay.relay.net.DatagramHandler;
import org.consultrelay.relay.net.SendBatch;
import org.consultrelay.relay.net.TimerWheel;
import org.consultrelay.relay.sfu.ForwardingTurn;
import org.consultrelay.relay.sfu.MediaCounters;
import org.consultrelay.relay.sfu.VideoCap;
import org.consultrelay.relay.srtp.SrtpCiphers;
import org.consultrelay.relay.stun.BindingCheck;
import org.consultrelay.relay.stun.UnauthenticatedBudget;
import org.consultrelay.relay.wire.SlotPool;
import org.jspecify.annotations.Nullable;

/**
 * All peer connections of one loop, and which of them a datagram is for. Media finds its connection
 * by the address that a connectivity check has validated; a check finds it by the fragment that it
 * is addressed to. Belongs to its loop, but needs no more of it than a clock, a wheel and an
 * executor.
 */
public final class Demultiplexer {
  private final SlotPool slots;
  private final TimerWheel timers;
  private final Executor loop;
  private final SrtpCiphers ciphers;
  private final DtlsContext dtls;
  private final IceTimeouts iceTimeouts;
  private final PlainBinding plainBinding;
  private final RandomGenerator random;
  private final BindingCheck check = new BindingCheck();
  private final TransportCounters counters = new TransportCounters();
  private final MediaCounters mediaCounters = new MediaCounters();
  private final ForwardingTurn turn;
  private final List<PortDemultiplexer> ports = new ArrayList<>();
  private final Map<String, PeerTransport> byUfrag = new HashMap<>();
  private final UfragDirectory directory;
  private final int index;
  private int transportCount;

  /** As the other one, for a loop that is the only one. */
  public Demultiplexer(
      SlotPool slots,
      TimerWheel timers,
      Executor loop,
      SrtpCiphers ciphers,
      DtlsContext dtls,
      IceTimeouts iceTimeouts,
      UnauthenticatedBudget budget,
      RandomGenerator random) {
    this(slots, timers, loop, ciphers, dtls, iceTimeouts, budget, random, new UfragDirectory(), 0);
  }

  /**
   * A loop without connections.
   *
   * @param slots the loop's packet slots
   * @param timers the loop's timers
   * @param loop runs tasks on the loop, in order
   * @param ciphers what SRTP runs on
   * @param dtls certificate and limits
   * @param iceTimeouts how long peers may be silent
   * @param budget for those whom we do not know
   * @param random for credentials, SSRCs and first numbers; must be a secure one outside tests
   * @param directory where other loops look for what lives here
   * @param index the loop's index
   */
  public Demultiplexer(
      SlotPool slots,
      TimerWheel timers,
      Executor loop,
      SrtpCiphers ciphers,
      DtlsContext dtls,
      IceTimeouts iceTimeouts,
      UnauthenticatedBudget budget,
      RandomGenerator random,
      UfragDirectory directory,
      int index) {
    this.directory = directory;
    this.index = index;
    this.slots = slots;
    this.timers = timers;
    this.loop = loop;
    this.ciphers = ciphers;
    this.dtls = dtls;
    this.iceTimeouts = iceTimeouts;
    this.plainBinding = new PlainBinding(budget);
    this.random = random;
    this.turn = new ForwardingTurn(slots, mediaCounters);
  }

  /** What is to receive from one port of the loop; what it sends back leaves by the batch. */
  public DatagramHandler port(SendBatch batch) {
    return path(PathSinks.of(batch));
  }

  /**
   * One more path beside the ports, such as connections: what is to receive from there. Paths have
   * the same numbers on all loops, so they are made in the same order.
   */
  public DatagramHandler path(PathSinks sinks) {
    return newPath(sinks);
  }

  PortDemultiplexer newPath(PathSinks sinks) {
    PortDemultiplexer port = new PortDemultiplexer(this, ports.size(), sinks);
    ports.add(port);
    return port;
  }

  /** The loop's index. */
  int index() {
    return index;
  }

  /** The ports are shared with other loops from now on. On the loop. */
  void shareWith(Strays strays, boolean onePort) {
    for (PortDemultiplexer port : ports) {
      if (onePort || port.isOfOneLoop()) {
        port.shareWith(strays);
      }
    }
  }

  /**
   * What another loop's media sends by a way that this loop holds. On the loop.
   *
   * @param tag as it came with the packet
   */
  public void onBack(
      int tag, long offset, int length, long remoteHigh, long remoteLow, int remotePort) {
    int path = Strays.path(tag);
    if (path < ports.size()) {
      ports.get(path).onBack(Strays.via(tag), offset, length, remoteHigh, remoteLow, remotePort);
    }
  }

  /**
   * A packet that came in on another loop. On the loop.
   *
   * @param tag as it came with the packet
   * @return true when the slot is kept
   */
  public boolean onStray(
      int tag,
      int slot,
      long offset,
      int length,
      long remoteHigh,
      long remoteLow,
      int remotePort,
      long nowNanos) {
    int path = Strays.path(tag);
    if (path >= ports.size()) {
      return false;
    }
    return ports
        .get(path)
        .onStray(
            Strays.via(tag), slot, offset, length, remoteHigh, remoteLow, remotePort, nowNanos);
  }

  /** The packets of a turn are forwarded. On the loop. */
  public void endOfTurn(long nowNanos) {
    turn.end(nowNanos);
  }

  /** A new connection, which waits for its peer. */
  public PeerTransport open(PeerTransport.Listener listener, String cname, long nowNanos) {
    PeerTransport transport = new PeerTransport(this, listener, cname, nowNanos);
    transportCount++;
    return transport;
  }

  /** What was received and dropped. Any thread may read. */
  public TransportCounters counters() {
    return counters;
  }

  /** How far video is cut down on this loop; any thread may read. */
  public VideoCap videoCap() {
    return turn.videoCap();
  }

  /** What the media did. Any thread may read. */
  public MediaCounters mediaCounters() {
    return mediaCounters;
  }

  /** How many connections there are. */
  public int transportCount() {
    return transportCount;
  }

  void register(String ufrag, PeerTransport transport) {
    byUfrag.put(ufrag, transport);
    directory.add(ufrag, index);
  }

  void unregister(String ufrag) {
    byUfrag.remove(ufrag);
    directory.remove(ufrag);
  }

  @Nullable PeerTransport addressed(@Nullable String ufrag) {
    return ufrag == null ? null : byUfrag.get(ufrag);
  }

  void ended() {
    transportCount--;
  }

  PortDemultiplexer port(int path) {
    return ports.get(path);
  }

  SlotPool slots() {
    return slots;
  }

  TimerWheel timers() {
    return timers;
  }

  Executor loop() {
    return loop;
  }

  SrtpCiphers ciphers() {
    return ciphers;
  }

  DtlsContext dtls() {
    return dtls;
  }

  IceTimeouts iceTimeouts() {
    return iceTimeouts;
  }

  /** Who answers those whom we do not know, and counts. Any thread may read the counts. */
  public PlainBinding plainBinding() {
    return plainBinding;
  }

  BindingCheck check() {
    return check;
  }

  RandomGenerator random() {
    return random;
  }

  ForwardingTurn turn() {
    return turn;
  }
}
