package org.consultrelay.relay.room;

import java.util.List;
import org.consultrelay.relay.rtp.MediaKind;

/**
 * What a publisher says of a track.
 *
 * @param kind audio or video
 * @param name the publisher's name for it; may be empty
 * @param source what it shows
 * @param width of the picture in pixels; 0 for audio
 * @param height of the picture in pixels; 0 for audio
 * @param layers of a video; may be empty
 * @param encryption end to end
 * @param stream tracks of one stream belong together; empty when not said
 * @param stereo whether audio is
 * @param disableDtx whether audio must be sent in silence too
 * @param disableRed whether audio must not be sent redundantly
 * @param audioFeatures what was done to audio, as numbers of the client protocol, passed on as they
 *     are
 */
public record TrackDetails(
    MediaKind kind,
    String name,
    TrackSource source,
    int width,
    int height,
    List<TrackLayer> layers,
    TrackEncryption encryption,
    String stream,
    boolean stereo,
    boolean disableDtx,
    boolean disableRed,
    List<Integer> audioFeatures) {
  /** Copies the lists. */
  public TrackDetails {
    layers = List.copyOf(layers);
    audioFeatures = List.copyOf(audioFeatures);
  }

  /** A track of which nothing is known but its kind: a microphone's or a camera's. */
  public static TrackDetails of(MediaKind kind) {
    return new TrackDetails(
        kind,
        "",
        kind == MediaKind.AUDIO ? TrackSource.MICROPHONE : TrackSource.CAMERA,
        0,
        0,
        List.of(),
        TrackEncryption.NONE,
        "",
        false,
        false,
        false,
        List.of());
  }

  /**
   * Whether audio may be sent redundantly: what is encrypted end to end cannot be taken apart on
   * the way, and put together otherwise its receiver could not decrypt it.
   */
  public boolean mayBeRedundant() {
    return kind == MediaKind.AUDIO && !disableRed && encryption == TrackEncryption.NONE;
  }

  /** The same with another size. */
  public TrackDetails withSize(int newWidth, int newHeight) {
    return new TrackDetails(
        kind,
        name,
        source,
        newWidth,
        newHeight,
        layers,
        encryption,
        stream,
        stereo,
        disableDtx,
        disableRed,
        audioFeatures);
  }

  /** The same with other layers. */
  public TrackDetails withLayers(List<TrackLayer> others) {
    return new TrackDetails(
        kind,
        name,
        source,
        width,
        height,
        others,
        encryption,
        stream,
        stereo,
        disableDtx,
        disableRed,
        audioFeatures);
  }

  /** The same with other audio features. */
  public TrackDetails withAudioFeatures(List<Integer> features) {
    return new TrackDetails(
        kind,
        name,
        source,
        width,
        height,
        layers,
        encryption,
        stream,
        stereo,
        disableDtx,
        disableRed,
        features);
  }
}
