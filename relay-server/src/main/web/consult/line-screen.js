import { Devices } from './devices.js';
import { problemTexts } from './device-controls.js';
import { Meter } from './meter.js';
import { LineSession, PATIENT_MS, turnAnswers } from './line-session.js';
import { figuresOf, verdictOf } from './line-figures.js';
import { lineSource } from './line-source.js';
import { t } from './strings.js';
import { announce, byId, setText, showScreen, showTrack } from './view.js';

const MEASURE_SECONDS = 8;
const ROWS = ['camera', 'microphone', 'speaker', 'service', 'udp', 'tcp', 'turnUdp', 'turnTcp', 'turnTls', 'speed', 'loss'];

/** Checks devices and line before the day of the consultation; support desks send a link to it. */
export class LineScreen {
  #token;
  #claims;
  #devices = new Devices();
  #meter = new Meter((level, heard) => this.#onLevel(level, heard));
  #results = new Map();
  #running = false;
  #open = [];

  constructor(token, claims) {
    this.#token = token;
    this.#claims = claims;
  }

  show() {
    const list = byId('line-rows');
    for (const row of ROWS) {
      const item = document.createElement('li');
      item.dataset.row = row;
      const name = document.createElement('strong');
      name.textContent = t(`line.row.${row}`);
      const state = document.createElement('span');
      const advice = document.createElement('p');
      advice.className = 'nhsuk-hint';
      advice.hidden = true;
      item.append(name, ' ', state, advice);
      list.append(item);
      this.#say(row, 'waiting');
    }
    byId('line-start').addEventListener('click', () => void this.#run());
    byId('line-stop').addEventListener('click', () => this.#stop());
    byId('line-tone').addEventListener('click', () => void playTone());
    byId('line-heard').addEventListener('click', () => this.#say('speaker', 'good'));
    byId('line-silent').addEventListener('click', () => this.#say('speaker', 'bad'));
    byId('line-copy').addEventListener('click', () => void this.#copy());
    window.addEventListener('pagehide', () => this.#stop());
    showScreen('line');
  }

  #say(row, state, values = {}) {
    this.#results.set(row, { state, values });
    const item = byId('line-rows').querySelector(`[data-row="${row}"]`);
    item.dataset.state = state;
    item.querySelector('span').textContent = t(`line.${row}.${state}`) === `line.${row}.${state}`
      ? t(`line.state.${state}`, values)
      : t(`line.${row}.${state}`, values);
    const key = `line.advice.${row}.${state}`;
    setText(item.querySelector('p'), t(key) === key ? '' : t(key, values));
  }

  async #run() {
    if (this.#running) {
      return;
    }
    this.#running = true;
    byId('line-start').hidden = true;
    byId('line-stop').hidden = false;
    byId('line-summary').hidden = true;
    byId('line-copy').hidden = true;
    for (const row of ROWS) {
      this.#say(row, row === 'speaker' ? 'ask' : 'running');
    }
    byId('line-speaker').hidden = false;
    announce(t('line.running'));
    const source = lineSource();
    const devices = this.#checkDevices();
    try {
      const line = await this.#checkLine(source.stream);
      await devices;
      if (this.#running) {
        this.#conclude(line);
      }
    } finally {
      source.stop();
      this.#stop();
    }
  }

  async #checkDevices() {
    await this.#devices.open();
    for (const [row, kind] of [['camera', 'video'], ['microphone', 'audio']]) {
      const problem = this.#devices.problem(kind);
      this.#say(row, problem ? 'bad' : kind === 'audio' ? 'quiet' : 'good');
    }
    setText(byId('line-problem'), problemTexts(this.#devices).join(' '));
    showTrack(byId('line-preview'), this.#devices.track('video'));
    byId('line-preview').hidden = !this.#devices.track('video');
    if (this.#devices.track('audio')) {
      await this.#meter.measure(this.#devices.track('audio'));
    }
  }

  #onLevel(level, heard) {
    if (heard && this.#results.get('microphone')?.state === 'quiet') {
      this.#say('microphone', 'good');
    }
  }

  async #checkLine(stream) {
    const none = { connected: false, up: 0, down: 0, lossUp: 0, lossDown: 0, rtt: null };
    let up = this.#session();
    let servers;
    try {
      servers = await up.publish(stream);
      this.#say('service', 'good');
    } catch {
      ROWS.slice(3).forEach((row) => this.#say(row, 'unknown'));
      this.#say('service', 'bad');
      return none;
    }
    const turn = this.#checkTurn(servers);
    let connected = await up.connected();
    if (!connected && servers.length > 0 && this.#running) {
      // Only TURN is left. Its credentials are good as long as we are in, so the new session comes before the old one goes.
      const before = up;
      up = this.#session(servers);
      await up.publish(stream).catch(() => {});
      before.close();
      connected = await up.connected(PATIENT_MS);
    }
    if (!connected) {
      await turn;
      ['udp', 'tcp', 'speed', 'loss'].forEach((row) => this.#say(row, 'bad'));
      return none;
    }
    await Promise.all([turn, this.#direct('udp'), this.#direct('tcp')]);
    return { connected: true, ...(await this.#measure(up, servers)) };
  }

  async #direct(kind) {
    const session = this.#session();
    try {
      await session.play(this.#claims.identity, kind);
      this.#say(kind, (await session.connected()) ? 'good' : 'bad');
    } catch {
      this.#say(kind, 'unknown');
    } finally {
      session.close();
    }
  }

  async #checkTurn(servers) {
    const ways = { turnUdp: /^turn:.*transport=udp/, turnTcp: /^turn:.*transport=tcp/, turnTls: /^turns:/ };
    await Promise.all(
      Object.entries(ways).map(async ([row, form]) => {
        const server = servers.find(({ urls }) => form.test(urls[0]));
        this.#say(row, server ? ((await turnAnswers(server, server.urls[0])) ? 'good' : 'bad') : 'none');
      }),
    );
  }

  async #measure(up, servers) {
    const down = this.#session(servers);
    await down.play(this.#claims.identity).catch(() => {});
    if (!(await down.connected(PATIENT_MS))) {
      ['speed', 'loss'].forEach((row) => this.#say(row, 'bad'));
      return { up: 0, down: 0, lossUp: 0, lossDown: 0, rtt: null };
    }
    let before = await figuresOf(up.peer, down.peer);
    const line = { up: 0, down: 0, lossUp: 0, lossDown: 0, rtt: null, jitter: 0 };
    const begun = before;
    for (let second = 1; second <= MEASURE_SECONDS && this.#running; second++) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const now = await figuresOf(up.peer, down.peer);
      line.up = Math.max(line.up, 8 * (now.sentBytes - before.sentBytes));
      line.down = Math.max(line.down, 8 * (now.receivedBytes - before.receivedBytes));
      line.lossUp = Math.max(line.lossUp, second > 2 ? now.lostUp : 0);
      line.rtt = now.rtt ?? line.rtt;
      line.jitter = now.jitter;
      before = now;
    }
    const came = before.received - begun.received;
    const lost = Math.max(0, before.lostDown - begun.lostDown);
    line.lossDown = came + lost > 0 ? lost / (came + lost) : 0;
    return line;
  }

  #conclude(line) {
    const verdict = verdictOf(line);
    if (line.connected) {
      const values = {
        up: megabits(line.up),
        down: megabits(line.down),
        loss: percent(Math.max(line.lossUp, line.lossDown)),
        rtt: line.rtt === null ? '?' : Math.round(line.rtt * 1000),
      };
      this.#say('speed', Math.min(line.up, line.down) < 250_000 ? 'weak' : 'good', values);
      this.#say('loss', Math.max(line.lossUp, line.lossDown) > 0.03 || (line.rtt ?? 0) > 0.4 ? 'weak' : 'good', values);
    }
    const summary = byId('line-summary');
    summary.dataset.verdict = verdict;
    setText(summary, t(`line.verdict.${verdict}`));
    announce(summary.textContent);
    byId('line-copy').hidden = false;
  }

  /** For the support desk: no address, no name, nothing of the user but what was found. */
  text() {
    const lines = ROWS.map((row) => {
      const item = byId('line-rows').querySelector(`[data-row="${row}"]`);
      return `${item.querySelector('strong').textContent} ${item.querySelector('span').textContent}`;
    });
    return [byId('line-summary').textContent, ...lines, navigator.userAgent].join('\n');
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.text());
      announce(t('line.copied'));
      byId('line-copy').textContent = t('line.copied');
    } catch {
      const area = byId('line-text');
      area.value = this.text();
      area.hidden = false;
      area.select();
    }
  }

  #session(servers = [], policy = 'all') {
    const session = new LineSession(this.#token, servers, policy);
    this.#open.push(session);
    return session;
  }

  #stop() {
    this.#running = false;
    this.#open.forEach((session) => session.close());
    this.#open = [];
    this.#meter.close();
    this.#devices.close();
    showTrack(byId('line-preview'), null);
    byId('line-preview').hidden = true;
    for (const [row, { state }] of this.#results) {
      if (state === 'running') {
        this.#say(row, 'unknown');
      }
    }
    byId('line-start').hidden = false;
    byId('line-start').textContent = t('line.again');
    byId('line-stop').hidden = true;
  }
}

/** Two seconds of a plain tone. */
async function playTone() {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  volume.gain.value = 0.2;
  tone.connect(volume).connect(context.destination);
  tone.frequency.value = 440;
  tone.start();
  tone.stop(context.currentTime + 2);
  tone.addEventListener('ended', () => void context.close());
}

function megabits(bits) {
  return (bits / 1_000_000).toFixed(1);
}

function percent(share) {
  return (100 * share).toFixed(1);
}
