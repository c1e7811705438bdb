package org.consultrelay.load.run;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.consultrelay.load.peer.AnsweredTrack;
import org.consultrelay.load.peer.PeerMedia;
import org.consultrelay.load.peer.RemoteDescription;
import org.consultrelay.load.peer.SessionOffer;
import org.consultrelay.load.peer.SimulatedPeer;
import org.consultrelay.load.peer.WhipClient;
import org.consultrelay.load.profile.Leg;
import org.jspecify.annotations.Nullable;

/**
 * In through WHIP and WHEP: one peer connection to publish, and one for each participant that is
 * played.
 */
final class WhipDoor implements Door {
  private final Target.Whip at;
  private final Target target;
  private final LoadOptions options;
  private final PeerFactory peers;
  private final JoinLog log;
  private final WhipClient client = new WhipClient();

  WhipDoor(Target.Whip at, Target target, LoadOptions options, PeerFactory peers, JoinLog log) {
    this.at = at;
    this.target = target;
    this.options = options;
    this.peers = peers;
    this.log = log;
  }

  @Override
  public Visit enter(Attendance attendance) throws JoinFailure, InterruptedException {
    WhipVisit visit = new WhipVisit(attendance);
    try {
      visit.publish();
      return visit;
    } catch (JoinFailure e) {
      visit.leave(true);
      throw e;
    }
  }

  private final class WhipVisit implements Visit {
    private final Attendance attendance;
    private final String token;
    private final List<Connection> connections = new ArrayList<>();
    private boolean left;
    private volatile boolean ending;

    WhipVisit(Attendance attendance) {
      this.attendance = attendance;
      this.token = target.tokens().token(attendance.room(), attendance.leg().identity());
    }

    void publish() throws JoinFailure, InterruptedException {
      Leg leg = attendance.leg();
      PeerMedia media = peers.media(attendance);
      SimulatedPeer peer = peers.peer(attendance, media);
      SessionOffer.Sources sources = peers.sources(leg);
      String offer = SessionOffer.publish(peer.credentials(), peers.fingerprint(), sources);
      connect(
          at.whip(),
          offer,
          peer,
          media,
          answer -> {
            List<AnsweredTrack> tracks = AnsweredTrack.received(answer);
            demand(tracks, leg.audio(), leg.video());
            for (AnsweredTrack track : tracks) {
              peers.send(media, attendance, track, sources);
            }
          });
    }

    @Override
    public void play(Attendance other, long sinceNanos) throws JoinFailure, InterruptedException {
      PeerMedia media = peers.media(attendance);
      SimulatedPeer peer = peers.peer(attendance, media);
      String offer =
          SessionOffer.play(
              peer.credentials(), peers.fingerprint(), other.leg().video(), options.videoCodec());
      Wish firsts = Wish.since(log, sinceNanos);
      connect(
          URI.create(
              at.whep()
                  + "/"
                  + URLEncoder.encode(other.leg().identity(), StandardCharsets.UTF_8)
                      .replace("+", "%20")),
          offer,
          peer,
          media,
          answer -> {
            List<AnsweredTrack> tracks = AnsweredTrack.sent(answer);
            demand(tracks, other.leg().audio(), other.leg().video());
            for (AnsweredTrack track : tracks) {
              peers.play(media, track, other.publisher(), firsts);
            }
          });
    }

    private static void demand(List<AnsweredTrack> tracks, boolean audio, boolean video)
        throws JoinFailure {
      JoinFailure refusal = JoinFailure.refusal(tracks, audio, video);
      if (refusal != null) {
        throw refusal;
      }
    }

    private void connect(
        URI endpoint, String offer, SimulatedPeer peer, PeerMedia media, Agreement agreement)
        throws JoinFailure, InterruptedException {
      Connection connection = new Connection(peer);
      synchronized (connections) {
        if (left) {
          return;
        }
        connections.add(connection);
      }
      media.onLost(() -> {
        if (!ending) {
          log.droppedOut();
        }
      });
      try {
        Duration patience = Duration.ofSeconds(options.joinTimeoutSeconds());
        long until = System.nanoTime() + patience.toNanos();
        WhipClient.Session session = client.post(endpoint, token, offer, patience);
        connection.resource = session.resource();
        RemoteDescription answer = RemoteDescription.of(session.answer());
        agreement.with(answer);
        peer.connect(answer).get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException | HttpTimeoutException e) {
        fail("timed out");
      } catch (ConnectException e) {
        fail("connection refused");
      } catch (WhipClient.Refused e) {
        fail(JoinFailure.http(e.status(), "", e.retryAfter()));
      } catch (IOException e) {
        fail("I/O: " + e.getClass().getSimpleName());
      } catch (ExecutionException e) {
        fail(JoinFailure.of(e).reason());
      } catch (IllegalArgumentException e) {
        fail("unusable answer");
      }
    }

    private void fail(String reason) throws JoinFailure {
      fail(new JoinFailure(reason));
    }

    private void fail(JoinFailure failure) throws JoinFailure {
      // Whoever has left meanwhile has not failed.
      synchronized (connections) {
        if (left) {
          return;
        }
      }
      throw failure;
    }

    @Override
    public void expectEnd() {
      ending = true;
    }

    @Override
    public void leave(boolean goodbye) throws InterruptedException {
      ending = true;
      List<Connection> open;
      synchronized (connections) {
        left = true;
        open = List.copyOf(connections);
      }
      for (Connection connection : open) {
        connection.peer.close(goodbye);
      }
      for (Connection connection : open) {
        URI resource = connection.resource;
        if (goodbye && resource != null) {
          try {
            client.delete(resource, token);
          } catch (IOException e) {
            // It is gone or will be: the relay notices by consent (RFC 7675).
          }
        }
      }
    }
  }

  /** What is made of an answer. */
  private interface Agreement {
    void with(RemoteDescription answer) throws JoinFailure;
  }

  /** One peer connection and where it can be ended. */
  private static final class Connection {
    private final SimulatedPeer peer;
    private volatile @Nullable URI resource;

    Connection(SimulatedPeer peer) {
      this.peer = peer;
    }
  }
}
