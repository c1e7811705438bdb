package org.consultrelay.relay.consult;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.util.List;
import java.util.Map;
import org.consultrelay.relay.consult.ConsultCallScenario.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A call between two browsers on other ground than the usual: ciphers, codecs, addresses, I/O. */
@ExtendWith(SharedChromium.class)
class BrowserVariantsTest {
  /** Offers no other video codec than H.264, in either direction. */
  private static final String ONLY_H264 =
      """
      const createOffer = RTCPeerConnection.prototype.createOffer;
      RTCPeerConnection.prototype.createOffer = function (...options) {
        for (const transceiver of this.getTransceivers()) {
          if (transceiver.receiver.track.kind === 'video') {
            transceiver.setCodecPreferences(
              RTCRtpReceiver.getCapabilities('video').codecs.filter((codec) =>
                ['video/H264', 'video/rtx'].includes(codec.mimeType)));
          }
        }
        return createOffer.apply(this, options);
      };
      """;

  /** What the page's two connections say of their transports, and of the codec that is played. */
  private static final String TRANSPORTS =
      """
      async (identity) => {
        const told = [];
        const manager = consultRelay.room().engine.pcManager;
        for (const { pc } of [manager.publisher, manager.subscriber].map((t) => ({ pc: t?._pc ?? t?.pc })).filter((t) => t.pc)) {
          const stats = [...(await pc.getStats()).values()];
          const transport = stats.find((s) => s.type === 'transport');
          const pair = stats.find((s) => s.id === transport.selectedCandidatePairId);
          const remote = stats.find((s) => s.id === pair.remoteCandidateId);
          const video = stats.find((s) => s.type === 'inbound-rtp' && s.kind === 'video');
          told.push({
            srtp: transport.srtpCipher,
            dtls: transport.dtlsState,
            role: transport.dtlsRole,
            tls: transport.tlsVersion,
            address: remote.address,
            codec: video ? stats.find((s) => s.id === video.codecId).mimeType : '',
          });
        }
        return told;
      }
      """;

  private static List<Map<String, String>> transports(Page page, String identity) {
    List<?> told = (List<?>) page.evaluate(TRANSPORTS, identity);
    return told.stream()
        .map(each -> {
          @SuppressWarnings("unchecked") // as the script above makes it
          Map<String, String> members = (Map<String, String>) each;
          return members;
        })
        .toList();
  }

  private static void goesThrough(Call call) {
    call.awaitBothWays("video", "framesDecoded", 60);
    call.awaitBothWays("audio", "totalAudioEnergy", 0);
    assertThat(call.streams())
        .hasSize(4)
        .allSatisfy(stream -> assertThat(stream.packetsLost()).isZero());
  }

  private static void closeAfter(Call call) {
    call.leaveBoth();
    call.patient().context().close();
    call.clinician().context().close();
  }

  @Test
  void h264WithGcmAndTheRelayAsDtlsServer(ChromiumFixture chromium) {
    try (TestRelay relay = TestRelay.start("127.0.0.1")) {
      Page patient = chromium.newPage();
      Page clinician = chromium.newPage();
      patient.addInitScript(ONLY_H264);
      clinician.addInitScript(ONLY_H264);
      Call call = Call.begin(patient, clinician, relay);
      goesThrough(call);
      assertThat(transports(patient, "clinician"))
          .hasSize(1)
          .allSatisfy(transport ->
              assertThat(transport)
                  .containsEntry("srtp", "SRTP_AEAD_AES_128_GCM")
                  .containsEntry("dtls", "connected")
                  .containsEntry("role", "client")
                  .containsEntry("tls", "FEFD"))
          .last()
          .satisfies(player -> assertThat(player).containsEntry("codec", "video/H264"));
      closeAfter(call);
    }
  }

  @Test
  void ipv6(ChromiumFixture chromium) {
    try (TestRelay relay = TestRelay.start("::1")) {
      Call call = Call.begin(chromium, relay);
      goesThrough(call);
      assertThat(transports(call.clinician(), "patient"))
          .hasSize(1)
          .allSatisfy(transport -> assertThat(transport).containsEntry("address", "::1"));
      closeAfter(call);
    }
  }

  @Test
  void withoutNativeSocketsAndCiphers(ChromiumFixture chromium) {
    try (TestRelay relay = TestRelay.start("127.0.0.1", "net.io=nio", "srtp.ciphers=java")) {
      Call call = Call.begin(chromium, relay);
      goesThrough(call);
      assertThat(transports(call.patient(), "clinician"))
          .hasSize(1)
          .allSatisfy(transport ->
              assertThat(transport).containsEntry("srtp", "SRTP_AES128_CM_HMAC_SHA1_80"));
      closeAfter(call);
    }
  }
}
