import { Track, VideoQuality } from './vendor/livekit-client.js';

/** Pictures a second on a bad line, both ways: enough to see somebody nod. */
const SLOW_FPS = 7;
const FULL_FPS = 30;

/**
 * How much of a call the line is asked to carry.
 *
 *  'video'     everything
 *  'bad-line'  sound first, and a small slow picture with what is left
 *  'audio'     sound alone; no camera picture is sent or fetched
 *
 * A shared screen is always fetched: it is shared to be seen.
 */
export const MODES = ['video', 'bad-line', 'audio'];

/** Asks of the others' cameras and of our own what the mode allows. Call it again when somebody publishes. */
export function applyMode(room, mode) {
  for (const participant of room.remoteParticipants.values()) {
    const camera = participant.getTrackPublication(Track.Source.Camera);
    if (!camera) {
      continue;
    }
    if (camera.isDesired !== (mode !== 'audio')) {
      camera.setSubscribed(mode !== 'audio');
    }
    if (mode !== 'audio') {
      camera.setVideoQuality(mode === 'bad-line' ? VideoQuality.LOW : VideoQuality.HIGH);
      camera.setVideoFPS(mode === 'bad-line' ? SLOW_FPS : FULL_FPS);
    }
  }
  const own = room.localParticipant.getTrackPublication(Track.Source.Camera)?.track;
  if (own) {
    own.setPublishingQuality(mode === 'video' ? VideoQuality.HIGH : VideoQuality.LOW);
    own.mediaStreamTrack
      .applyConstraints({ ...own.mediaStreamTrack.getConstraints(), frameRate: { max: mode === 'video' ? FULL_FPS : SLOW_FPS } })
      .catch(() => {
        // This camera cannot go slower; the small picture helps all the same.
      });
  }
}
