/*
 * The invitation: a token, and perhaps the secret for end-to-end encryption. It arrives in the address' fragment, which browsers
 * never send to a server, so that it stays out of every log; it leaves the address bar at once. This tab keeps it, so that
 * reloading the page does not cost the invitation.
 */

const KEPT = 'consult.invitation';
const NONE = { token: '', secret: '', check: false, visit: '' };
/** A link of the consult service: base64url, about thirty characters. */
const LINK = /^[A-Za-z0-9_-]{20,64}$/;

/**
 * The invitation from the address or, after a reload, from this tab: `{token, secret, check, visit}`; `check` for a link that checks
 * the line, `visit` for one of the consult service (`#j=`), which has no other parts.
 */
export function takeInvitation() {
  const invitation = invitationIn(location.hash);
  if (invitation.token || invitation.visit) {
    history.replaceState(null, '', location.pathname + location.search);
    keep(invitation);
    return invitation;
  }
  try {
    return { ...NONE, ...JSON.parse(sessionStorage.getItem(KEPT) ?? '{}') };
  } catch {
    return NONE;
  }
}

/** The invitation within a link, a fragment, or a bare token. */
export function invitationIn(text) {
  const trimmed = text.trim();
  const hash = trimmed.indexOf('#');
  if (hash >= 0) {
    const parameters = new URLSearchParams(trimmed.slice(hash + 1));
    const visit = parameters.get('j') ?? '';
    if (visit) {
      return { ...NONE, visit: LINK.test(visit) ? visit : 'malformed' };
    }
    return { ...NONE, token: parameters.get('token') ?? '', secret: parameters.get('key') ?? '', check: parameters.has('check') };
  }
  return claimsOf(trimmed) ? { ...NONE, token: trimmed } : NONE;
}

export function keep(invitation) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(invitation));
  } catch {
    // Storage is switched off: a reload will ask for the link again.
  }
}

export function forget() {
  try {
    sessionStorage.removeItem(KEPT);
  } catch {
    // Nothing was kept.
  }
}

/**
 * What the token says about us, for display only (the relay checks it): `{identity, name, room}`;
 * null when it is not a token at all.
 */
export function claimsOf(token) {
  try {
    const payload = token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(payload), (c) => c.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof claims.sub !== 'string') {
      return null;
    }
    return { identity: claims.sub, name: claims.name || claims.sub, room: claims.video?.room ?? '' };
  } catch {
    return null;
  }
}
