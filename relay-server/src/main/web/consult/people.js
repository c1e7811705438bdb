import { ConnectionQuality, Track } from './vendor/livekit-client.js';

/** A participant as the screen wants them. */
export function describe(participant) {
  const camera = participant.getTrackPublication(Track.Source.Camera);
  const microphone = participant.getTrackPublication(Track.Source.Microphone);
  const screen = participant.getTrackPublication(Track.Source.ScreenShare);
  const tracks = [camera, microphone].filter((each) => each?.track).map((each) => each.track.mediaStreamTrack);
  return {
    identity: participant.identity,
    name: participant.name || participant.identity,
    publishing: participant.trackPublications.size > 0,
    state: tracks.length > 0 ? 'connected' : 'connecting',
    tracks,
    picture: camera?.track ?? null,
    screen: screen?.track?.mediaStreamTrack ?? null,
    screenPicture: screen?.track ?? null,
    speaking: participant.isSpeaking,
    muted: microphone ? microphone.isMuted : true,
    cameraOff: camera ? camera.isMuted : true,
    quality: qualityOf(participant.connectionQuality),
  };
}

/** The client's judgement of a line: 'good', 'weak', 'lost' or '' while it has none. */
export function qualityOf(quality) {
  switch (quality) {
    case ConnectionQuality.Excellent:
    case ConnectionQuality.Good:
      return 'good';
    case ConnectionQuality.Poor:
      return 'weak';
    case ConnectionQuality.Lost:
      return 'lost';
    default:
      return '';
  }
}
