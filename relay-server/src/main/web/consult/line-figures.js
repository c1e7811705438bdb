/* What the line carries: figures from two connections' statistics, and what to make of them. */

/** Sums over what is sent (`up`) and what comes back (`down`). */
export async function figuresOf(up, down) {
  const figures = { sentBytes: 0, receivedBytes: 0, lostUp: 0, lostDown: 0, received: 0, rtt: null, jitter: 0, protocol: '' };
  for (const report of (await up.getStats()).values()) {
    if (report.type === 'outbound-rtp') {
      figures.sentBytes += report.bytesSent;
    } else if (report.type === 'remote-inbound-rtp') {
      figures.lostUp = Math.max(figures.lostUp, report.fractionLost ?? 0);
      figures.rtt = report.roundTripTime ?? figures.rtt;
    } else if (report.type === 'candidate-pair' && report.nominated && report.state === 'succeeded') {
      figures.rtt = report.currentRoundTripTime ?? figures.rtt;
    }
  }
  for (const report of (await down.getStats()).values()) {
    if (report.type === 'inbound-rtp') {
      figures.receivedBytes += report.bytesReceived;
      figures.lostDown += Math.max(0, report.packetsLost);
      figures.received += report.packetsReceived;
      figures.jitter = Math.max(figures.jitter, report.jitter ?? 0);
    }
  }
  return figures;
}

/**
 * What a line is good for.
 *
 * @param line `{connected, up, down, lossUp, lossDown, rtt}`: bits a second, shares from 0 to 1, seconds
 * @returns 'video', 'audio' or 'none'
 */
export function verdictOf(line) {
  const loss = Math.max(line.lossUp, line.lossDown);
  const rate = Math.min(line.up, line.down);
  if (!line.connected || rate < 30_000 || loss > 0.25) {
    return 'none';
  }
  return rate < 250_000 || loss > 0.08 || (line.rtt ?? 0) > 0.6 ? 'audio' : 'video';
}
