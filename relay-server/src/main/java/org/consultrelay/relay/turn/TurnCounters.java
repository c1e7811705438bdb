package org.consultrelay.relay.turn;

/**
 * What the TURN server of one loop did. Written by the loop with plain stores; any thread may read,
 * and sees values that were true a moment ago.
 */
public final class TurnCounters {
  /** What became of an Allocate request of somebody known. A metric's label. */
  public enum AllocateOutcome {
    /** There is an allocation. */
    ALLOCATED,
    /** The user has enough. */
    USER_QUOTA,
    /** The host has enough. */
    SOURCE_QUOTA,
    /** The tenant has enough. */
    TENANT_QUOTA,
    /** The relay has enough, or drains. */
    NO_CAPACITY,
    /** There is no port. */
    NO_PORT,
    /** It asks for what there is not. */
    REFUSED
  }

  /** Why a packet was not relayed. A metric's label. */
  public enum Drop {
    /** Not STUN, nor channel data, or cut short. */
    MALFORMED,
    /** From a client without an allocation. */
    NO_ALLOCATION,
    /** On a channel that is not bound. */
    NO_CHANNEL,
    /** To or from a peer without a permission. */
    NO_PERMISSION,
    /** Of more peers at once than an allocation may have. */
    TOO_MANY_PEERS,
    /** Beyond the allocation's bandwidth. */
    ALLOCATION_BANDWIDTH,
    /** Beyond the loop's bandwidth. */
    TOTAL_BANDWIDTH,
    /** With a wish that cannot be granted, such as DONT-FRAGMENT. */
    NOT_POSSIBLE
  }

  /** Why a stranger got no answer. A metric's label. */
  public enum Unanswered {
    /** It would have been too long. */
    AMPLIFIES,
    /** The network has had its share. */
    SOURCE_SPENT,
    /** The loop has given what it gives. */
    LOOP_SPENT,
    /** It was no request. */
    NO_REQUEST
  }

  final long[][] allocates =
      new long[TurnTransport.values().length][AllocateOutcome.values().length];
  final long[] drops = new long[Drop.values().length];
  final long[] denied = new long[PeerVerdict.values().length];
  final long[] unanswered = new long[Unanswered.values().length];
  final int[] active = new int[TurnTransport.values().length];
  long bindings;
  long challenged;
  long staleNonces;
  long badRequests;
  long refreshes;
  long permissions;
  long channelBinds;
  long expired;
  long idleClosed;
  long toPeerPackets;
  long toPeerBytes;
  long toClientPackets;
  long toClientBytes;
  long toMediaPackets;
  long toMediaBytes;
  long fromMediaPackets;
  long fromMediaBytes;
  long icmp;

  TurnCounters() {}

  /** Allocate requests of known users. */
  public long allocates(TurnTransport transport, AllocateOutcome outcome) {
    return allocates[transport.ordinal()][outcome.ordinal()];
  }

  /** Allocations that there are now. */
  public int active(TurnTransport transport) {
    return active[transport.ordinal()];
  }

  /** Packets that were not relayed. */
  public long drops(Drop reason) {
    return drops[reason.ordinal()];
  }

  /** Peers that were refused. */
  public long denied(PeerVerdict verdict) {
    return denied[verdict.ordinal()];
  }

  /** Messages of strangers that got no answer. */
  public long unanswered(Unanswered reason) {
    return unanswered[reason.ordinal()];
  }

  /** Binding requests answered. */
  public long bindings() {
    return bindings;
  }

  /** Answers 401. */
  public long challenged() {
    return challenged;
  }

  /** Answers 438. */
  public long staleNonces() {
    return staleNonces;
  }

  /** Answers 400 and 420 to strangers. */
  public long badRequests() {
    return badRequests;
  }

  /** Refresh requests granted. */
  public long refreshes() {
    return refreshes;
  }

  /** Permissions installed or renewed. */
  public long permissions() {
    return permissions;
  }

  /** Channels bound or renewed. */
  public long channelBinds() {
    return channelBinds;
  }

  /** Allocations that nobody ended: their client has vanished. */
  public long expired() {
    return expired;
  }

  /** Connections closed because they came to nothing. */
  public long idleClosed() {
    return idleClosed;
  }

  /** Packets from clients to peers, to this relay's media not among them. */
  public long toPeerPackets() {
    return toPeerPackets;
  }

  /** Their bytes of payload. */
  public long toPeerBytes() {
    return toPeerBytes;
  }

  /** Packets from peers to clients, from this relay's media not among them. */
  public long toClientPackets() {
    return toClientPackets;
  }

  /** Their bytes of payload. */
  public long toClientBytes() {
    return toClientBytes;
  }

  /** Packets from clients to this relay's media. */
  public long toMediaPackets() {
    return toMediaPackets;
  }

  /** Their bytes of payload. */
  public long toMediaBytes() {
    return toMediaBytes;
  }

  /** Packets from this relay's media to clients. */
  public long fromMediaPackets() {
    return fromMediaPackets;
  }

  /** Their bytes of payload. */
  public long fromMediaBytes() {
    return fromMediaBytes;
  }

  /** ICMP messages told to clients. */
  public long icmp() {
    return icmp;
  }

  void drop(Drop reason) {
    drops[reason.ordinal()]++;
  }

  void allocate(TurnTransport transport, AllocateOutcome outcome) {
    allocates[transport.ordinal()][outcome.ordinal()]++;
  }
}
