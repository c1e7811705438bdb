/**
 * A door that did not open, and why.
 *
 * kind:
 *  'unreachable'  no answer at all (offline, firewall, time-out)
 *  'unauthorized' 401: the token is wrong or too old; asking again with it is useless
 *  'forbidden'    403: the token does not allow this; asking again is useless
 *  'absent'       404: nobody there (WHEP: does not publish yet), or the session is gone
 *  'busy'         503 or 429: the relay is full, `retryAfterMs` says when to knock again
 *  'unexpected'   anything else
 */
export class Refusal extends Error {
  constructor(kind, { status = 0, reason = '', retryAfterMs = 0 } = {}) {
    super(reason || kind);
    this.name = 'Refusal';
    this.kind = kind;
    this.status = status;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether knocking again with the same token can never help. */
  get isFinal() {
    return this.kind === 'unauthorized' || this.kind === 'forbidden';
  }
}

const KINDS = new Map([
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'absent'],
  [410, 'absent'],
  [429, 'busy'],
  [503, 'busy'],
]);

const LONGEST_REASON = 200;
const LONGEST_WAIT_MS = 120_000;

/** Reads a response that is not a success into a Refusal; takes plain text and RFC 9457 problems. */
export async function refusalOf(response) {
  const kind = KINDS.get(response.status) ?? 'unexpected';
  return new Refusal(kind, {
    status: response.status,
    reason: await reasonOf(response),
    retryAfterMs: retryAfterMs(response.headers.get('Retry-After')),
  });
}

async function reasonOf(response) {
  try {
    const text = await response.text();
    const type = response.headers.get('Content-Type') ?? '';
    if (type.includes('json')) {
      const problem = JSON.parse(text);
      return String(problem.detail ?? problem.title ?? '').slice(0, LONGEST_REASON);
    }
    // A proxy's HTML error page is of no use to a patient.
    return type.includes('html') ? '' : text.trim().slice(0, LONGEST_REASON);
  } catch {
    return '';
  }
}

/** Retry-After (RFC 9110 section 10.2.3): seconds or a date; 0 when there is none. */
export function retryAfterMs(value, nowMs = Date.now()) {
  if (!value) {
    return 0;
  }
  const wait = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), LONGEST_WAIT_MS) : 0;
}
