import { Refusal, refusalOf } from './refusal.js';

const TIMEOUT_MS = 10_000;

/**
 * One HTTP request to the relay with the Bearer token. Resolves with a successful response whose
 * body is yet to be read; throws a Refusal for everything else, so that callers see one kind of error.
 */
export async function request(url, { token, method = 'GET', headers = {}, body, keepalive = false }) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  let response;
  try {
    response = await fetch(url, {
      method,
      body,
      keepalive,
      headers: { ...headers, Authorization: `Bearer ${token}` },
      signal: keepalive ? undefined : abort.signal,
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
  } catch {
    throw new Refusal('unreachable');
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok) {
    throw await refusalOf(response);
  }
  return response;
}
