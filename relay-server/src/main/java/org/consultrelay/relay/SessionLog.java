package org.consultrelay.relay;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.consultrelay.relay.ops.AuditLog;
import org.consultrelay.relay.room.Participant;
import org.consultrelay.relay.room.PeerSession;
import org.consultrelay.relay.room.Room;
import org.consultrelay.relay.room.RoomEvents;
import org.consultrelay.relay.room.Tenant;
import org.consultrelay.relay.sfu.LineSummary;
import org.consultrelay.relay.transport.PathSinks;
import org.consultrelay.relay.transport.TransportEnd;
import org.consultrelay.relay.wire.Distribution;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each thing that happens to a session, and a count. Names of people and rooms stay
 * out of it; sessions are told apart by the first letters of their id.
 */
final class SessionLog implements RoomEvents {
  private static final Logger LOG = LoggerFactory.getLogger(SessionLog.class);
  private static final int ID_LETTERS = 6;

  /** What {@link #scores} counts in. */
  static final int SCORE_PARTS = 100;

  private final BiConsumer<String, String> began;
  private final Consumer<String> left;
  private final Joins joins = new Joins();
  private final AuditLog audit;
  private final LongAdder roomsOpened = new LongAdder();
  private final LongAdder joined = new LongAdder();
  private final LongAdder opened = new LongAdder();
  private final LongAdder connected = new LongAdder();
  private final LongAdder[] ended = new LongAdder[TransportEnd.values().length];
  private final Distribution scores =
      Distribution.of(150, 200, 250, 300, 325, 350, 375, 400, 410, 420, 430, 440);

  /**
   * Nothing has happened yet.
   *
   * @param began is told the session id of whoever has joined, and whose they are
   * @param left is told the session id of whoever has left
   * @param audit is told who has joined and left
   */
  SessionLog(BiConsumer<String, String> began, Consumer<String> left, AuditLog audit) {
    this.began = began;
    this.left = left;
    this.audit = audit;
    for (int i = 0; i < ended.length; i++) {
      ended[i] = new LongAdder();
    }
  }

  /** How peer connections came about. */
  Joins joins() {
    return joins;
  }

  long roomsOpened() {
    return roomsOpened.sum();
  }

  long participantsJoined() {
    return joined.sum();
  }

  long sessionsOpened() {
    return opened.sum();
  }

  long sessionsConnected() {
    return connected.sum();
  }

  long sessionsEnded(TransportEnd reason) {
    return ended[reason.ordinal()].sum();
  }

  /** How calls that are over were: their scores, in hundredths. */
  Distribution scores() {
    return scores;
  }

  @Override
  public void roomOpened(Room room) {
    roomsOpened.increment();
  }

  @Override
  public void roomClosed(Room room) {}

  @Override
  public void participantJoined(Participant participant) {
    joined.increment();
    Tenant tenant = participant.room().tenant();
    began.accept(participant.sid(), tenant == null ? "" : tenant.name());
    audit.joined(participant);
  }

  @Override
  public void participantLeft(Participant participant) {
    left.accept(participant.sid());
    audit.left(participant);
  }

  @Override
  public void sessionOpened(PeerSession session) {
    opened.increment();
  }

  @Override
  public void sessionConnected(PeerSession session) {
    connected.increment();
    PathSinks.Origin origin = session.transport().origin();
    joins.connected(session);
    LOG.info(
        "session {} connected from {} by {} with {}",
        name(session),
        origin == null ? "nowhere" : origin.address(),
        origin == null ? "nothing" : origin.way(),
        session.transport().profile());
  }

  @Override
  public void sessionEnded(PeerSession session, TransportEnd reason) {
    ended[reason.ordinal()].increment();
    joins.ended(session, reason);
    LineSummary line = session.transport().media().summary();
    long nanos = session.participant().room().loop().nowNanos() - session.openedNanos();
    if (line.score() > 0) {
      synchronized (scores) {
        scores.add(Math.round(line.score() * SCORE_PARTS));
      }
    }
    LOG.info("session {} ended: {} {}", name(session), reason, QualityText.of(line, nanos));
  }

  private static String name(PeerSession session) {
    return session.id().substring(0, ID_LETTERS);
  }
}
