/*
 * ICE restart over HTTP PATCH speaks in SDP fragments (RFC 8840 section 9, RFC 9725 section 4.3.3):
 * only the ICE lines travel, and each side puts them into the description it already has.
 */

/** The fragment that asks for an ICE restart, taken from a fresh offer. Everything is bundled, so the first section says it all. */
export function fragmentOf(offerSdp) {
  const { session, sections } = split(offerSdp);
  const first = sections[0];
  const credential = (name) => valueOf(first, name) ?? valueOf(session, name);
  const lines = ['a=ice-options:trickle ice2'];
  const group = session.find((line) => line.startsWith('a=group:BUNDLE'));
  if (group) {
    lines.push(group);
  }
  lines.push(first[0]);
  lines.push(`a=mid:${valueOf(first, 'mid')}`);
  lines.push(`a=ice-ufrag:${credential('ice-ufrag')}`);
  lines.push(`a=ice-pwd:${credential('ice-pwd')}`);
  lines.push(...first.filter((line) => line.startsWith('a=candidate:')));
  return `${lines.join('\r\n')}\r\n`;
}

/**
 * The answer after an ICE restart: the old answer with the credentials, and the candidates if any came,
 * of the relay's fragment. Throws when the fragment has no credentials.
 */
export function withFragment(answerSdp, fragment) {
  const lines = linesOf(fragment);
  const ufrag = valueOf(lines, 'ice-ufrag');
  const password = valueOf(lines, 'ice-pwd');
  if (!ufrag || !password) {
    throw new Error('The fragment has no ICE credentials');
  }
  const candidates = lines.filter((line) => /^a=(candidate:|end-of-candidates)/.test(line));
  const { session, sections } = split(answerSdp);
  const renewed = sections.map((section, index) => {
    const kept = section
      .filter((line) => candidates.length === 0 || !/^a=(candidate:|end-of-candidates)/.test(line))
      .map((line) => renew(line, ufrag, password));
    return index === 0 ? [...kept, ...candidates] : kept;
  });
  const all = [...session.map((line) => renew(line, ufrag, password)), ...renewed.flat()];
  return `${all.join('\r\n')}\r\n`;
}

function renew(line, ufrag, password) {
  if (line.startsWith('a=ice-ufrag:')) {
    return `a=ice-ufrag:${ufrag}`;
  }
  return line.startsWith('a=ice-pwd:') ? `a=ice-pwd:${password}` : line;
}

function split(sdp) {
  const session = [];
  const sections = [];
  for (const line of linesOf(sdp)) {
    if (line.startsWith('m=')) {
      sections.push([]);
    }
    (sections.at(-1) ?? session).push(line);
  }
  return { session, sections };
}

function linesOf(text) {
  return text.split(/\r?\n/).filter((line) => line !== '');
}

function valueOf(lines, name) {
  const prefix = `a=${name}:`;
  return lines.find((line) => line.startsWith(prefix))?.slice(prefix.length);
}
