import { RoomEvent } from './vendor/livekit-client.js';
import { byId } from './view.js';

const TOPIC = 'lk.transcription';
/** What is said is read at once; older lines only stand in the way of the picture. */
const LINES = 3;
const LONGEST = 500;

/**
 * Shows what is said as text, when somebody in the room (a captioning service, or a client that has it) sends it: as text streams of
 * the topic `lk.transcription`, or as transcription events. The area stays away until the first words come.
 */
export class Captions {
  #lines = new Map();
  #on = true;

  constructor() {
    byId('call-captions').addEventListener('click', () => {
      this.#on = !this.#on;
      this.#paint();
    });
  }

  /** Listens in this room. */
  listen(room) {
    room.registerTextStreamHandler(TOPIC, (reader, from) => void this.#read(room, reader, from));
    room.on(RoomEvent.TranscriptionReceived, (segments, participant) => {
      for (const segment of segments) {
        this.#say(segment.id, nameIn(room, participant?.identity ?? ''), segment.text);
      }
    });
  }

  /** Forgets all that was said. */
  clear() {
    this.#lines.clear();
    this.#paint();
  }

  async #read(room, reader, from) {
    const id = reader.info.attributes?.['lk.segment_id'] ?? reader.info.id;
    const name = nameIn(room, reader.info.attributes?.['lk.transcribed_participant_identity'] ?? from.identity);
    let text = '';
    try {
      for await (const part of reader) {
        text += part;
        this.#say(id, name, text);
      }
    } catch {
      // The sender left in the middle of a sentence.
    }
  }

  #say(id, name, text) {
    this.#lines.set(id, { name, text: text.slice(-LONGEST) });
    while (this.#lines.size > LINES) {
      this.#lines.delete(this.#lines.keys().next().value);
    }
    this.#paint();
  }

  #paint() {
    const any = this.#lines.size > 0;
    byId('call-captions').hidden = !any;
    byId('call-captions').setAttribute('aria-pressed', String(this.#on));
    byId('captions').hidden = !any || !this.#on;
    byId('captions-text').replaceChildren(
      ...[...this.#lines.values()].map(({ name, text }) => {
        const line = document.createElement('p');
        const who = document.createElement('strong');
        who.textContent = `${name}:`;
        // The words may be of another language than the page.
        line.dir = 'auto';
        line.append(who, ' ', text);
        return line;
      }),
    );
  }
}

function nameIn(room, identity) {
  const person = identity === room.localParticipant.identity ? room.localParticipant : room.remoteParticipants.get(identity);
  return person?.name || identity;
}
