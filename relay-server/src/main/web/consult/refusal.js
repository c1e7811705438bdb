import { ConnectionError, ConnectionErrorReason, DisconnectReason } from './vendor/livekit-client.js';

/**
 * A door that did not open, and why.
 *
 * kind:
 *  'unreachable'  no answer at all (offline, firewall, time-out)
 *  'unauthorized' the token is wrong or too old; asking again with it is useless
 *  'forbidden'    the token does not allow this; asking again is useless
 *  'busy'         the relay is full: knock again later
 *  'unexpected'   anything else
 */
export class Refusal extends Error {
  constructor(kind, reason = '') {
    super(reason || kind);
    this.name = 'Refusal';
    this.kind = kind;
    this.reason = reason;
  }

  /** Whether knocking again with the same token can never help. */
  get isFinal() {
    return this.kind === 'unauthorized' || this.kind === 'forbidden';
  }
}

const LONGEST_REASON = 200;
const VALIDATE_MS = 5_000;

/** What the client's failure to connect means. The relay is asked where a browser does not say why a WebSocket failed. */
export async function refusalOf(error, token) {
  if (error instanceof Refusal) {
    return error;
  }
  const reason = error instanceof ConnectionError ? plainReason(error.message) : '';
  if (error instanceof ConnectionError && error.reason === ConnectionErrorReason.NotAllowed) {
    return new Refusal(error.status === 403 ? 'forbidden' : 'unauthorized', reason);
  }
  const status = await validate(token);
  if (status === 503 || status === 429) {
    return new Refusal('busy', reason);
  }
  return new Refusal(status >= 500 ? 'unexpected' : 'unreachable', reason);
}

/** The status that a join would get now; 0 when there is no answer. */
async function validate(token) {
  try {
    const response = await fetch('/rtc/validate', {
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(VALIDATE_MS),
      cache: 'no-store',
    });
    return response.status;
  } catch {
    return 0;
  }
}

/** Why the relay ended the call for good: a key of our texts; '' when it did not, so that it is worth coming back. */
export function endOf(reason) {
  switch (reason) {
    case DisconnectReason.DUPLICATE_IDENTITY:
      return 'elsewhere';
    case DisconnectReason.PARTICIPANT_REMOVED:
      return 'removed';
    case DisconnectReason.ROOM_DELETED:
    case DisconnectReason.ROOM_CLOSED:
      return 'closed';
    default:
      return '';
  }
}

/** Without what only an engineer reads. */
function plainReason(message) {
  return message.replace(/^could not establish signal connection:?\s*/i, '').slice(0, LONGEST_REASON);
}
