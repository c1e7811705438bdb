/**
 * The ICE servers that a WHIP or WHEP answer names in its Link header (RFC 9725 section 4.6):
 * `<turn:relay.example?transport=udp>; rel="ice-server"; username="u"; credential="c"; credential-type="password"`.
 * Links of other relations are left out. Returns RTCIceServer dictionaries.
 */
export function iceServersOf(header) {
  const servers = [];
  for (const link of (header ?? '').matchAll(/<([^>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:"(?:\\.|[^"\\])*"|[^\s",;]+))*)/g)) {
    const parameters = parametersOf(link[2]);
    if (parameters.get('rel') !== 'ice-server') {
      continue;
    }
    const server = { urls: link[1] };
    if (parameters.has('username')) {
      server.username = parameters.get('username');
      server.credential = parameters.get('credential') ?? '';
    }
    servers.push(server);
  }
  return servers;
}

function parametersOf(text) {
  const parameters = new Map();
  for (const [, name, quoted, bare] of text.matchAll(/;\s*([\w-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s",;]+))/g)) {
    parameters.set(name.toLowerCase(), quoted === undefined ? bare : quoted.replace(/\\(.)/g, '$1'));
  }
  return parameters;
}
