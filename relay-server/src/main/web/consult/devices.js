/** A weak machine is better served by a small smooth picture than by a large one that stutters. */
const SMALL_MACHINE_CORES = 2;

const KINDS = {
  audio: { input: 'audioinput', permission: 'microphone', hint: 'speech' },
  video: { input: 'videoinput', permission: 'camera', hint: 'motion' },
};

/**
 * Our camera ('video') and microphone ('audio'): opened, chosen, switched, lost and found again.
 * Fires 'change' after anything changed; read `track`, `problem`, `isOn`, `list` then.
 */
export class Devices extends EventTarget {
  #sources = { audio: newSource(), video: newSource() };
  #lists = { audio: [], video: [] };
  #queue = Promise.resolve();
  #closed = false;

  constructor() {
    super();
    navigator.mediaDevices?.addEventListener('devicechange', () => this.#enqueue(() => this.#onDevicesChanged()));
  }

  /** The live track, or null: switched off, refused, or not there. A muted microphone keeps its track. */
  track(kind) {
    return this.#sources[kind].track;
  }

  /** Why there is no track although one is wanted: null, 'refused', 'missing', 'busy', 'lost' or 'insecure'. */
  problem(kind) {
    return this.#sources[kind].problem;
  }

  /** What the user asked for: false after "mute" or "camera off". */
  isOn(kind) {
    return this.#sources[kind].on;
  }

  /** The choices: `{id, label}`; labels are '' until the user has allowed a device. */
  list(kind) {
    return this.#lists[kind];
  }

  /** The id of the device in use, or '' */
  current(kind) {
    return this.#sources[kind].track?.getSettings().deviceId ?? this.#sources[kind].chosen;
  }

  /** Opens what is wanted and not open yet; asks the user's permission when the browser needs it. */
  open() {
    return this.#enqueue(() => this.#openAll());
  }

  /** Uses this device from now on. */
  choose(kind, id) {
    return this.#enqueue(async () => {
      this.#sources[kind].chosen = id;
      this.#release(kind);
      if (this.#sources[kind].on) {
        await this.#openOne(kind);
      }
    });
  }

  /** Camera off lets go of the camera, so that its light goes out. Mute keeps the microphone: unmuting must be instant. */
  switchTo(kind, on) {
    return this.#enqueue(async () => {
      const source = this.#sources[kind];
      source.on = on;
      if (kind === 'video' && !on) {
        this.#release(kind);
        source.problem = null;
      } else if (source.track) {
        source.track.enabled = on;
      } else if (on) {
        await this.#openOne(kind);
      }
    });
  }

  /** Lets go of everything, for good. */
  close() {
    this.#closed = true;
    this.#release('audio');
    this.#release('video');
  }

  /** One change at a time: two overlapping getUserMedia calls can fight over one device. */
  #enqueue(step) {
    this.#queue = this.#queue.then(async () => {
      if (!this.#closed) {
        await step();
        this.dispatchEvent(new Event('change'));
      }
    });
    return this.#queue;
  }

  async #openAll() {
    const wanted = Object.keys(KINDS).filter((kind) => this.#sources[kind].on && !this.#sources[kind].track);
    if (!navigator.mediaDevices?.getUserMedia) {
      wanted.forEach((kind) => (this.#sources[kind].problem = 'insecure'));
      return;
    }
    if (wanted.length === 2) {
      try {
        // Together first: one question to the user instead of two.
        this.#adopt(await navigator.mediaDevices.getUserMedia(this.#constraints(wanted)));
      } catch (error) {
        await this.#openSeparately(error);
      }
    } else if (wanted.length === 1) {
      await this.#openOne(wanted[0]);
    }
    await this.#refreshLists();
  }

  async #openSeparately(error) {
    for (const kind of Object.keys(KINDS)) {
      // Somebody who has just said no is not asked again; but a refused camera must not cost the microphone.
      if (error.name === 'NotAllowedError' && (await permission(kind)) !== 'granted') {
        this.#sources[kind].problem = 'refused';
      } else {
        await this.#openOne(kind);
      }
    }
  }

  async #openOne(kind) {
    const source = this.#sources[kind];
    if (!navigator.mediaDevices?.getUserMedia) {
      source.problem = 'insecure';
      return;
    }
    try {
      this.#adopt(await navigator.mediaDevices.getUserMedia(this.#constraints([kind])));
    } catch (error) {
      if (source.chosen && ['OverconstrainedError', 'NotFoundError'].includes(error.name)) {
        source.chosen = '';
        await this.#openOne(kind);
        return;
      }
      source.problem = problemOf(error);
    }
    await this.#refreshLists();
  }

  #adopt(stream) {
    for (const track of stream.getTracks()) {
      if (this.#closed) {
        track.stop();
        continue;
      }
      const source = this.#sources[track.kind];
      this.#release(track.kind);
      track.contentHint = KINDS[track.kind].hint;
      track.enabled = source.on;
      track.addEventListener('ended', () => this.#enqueue(() => this.#onLost(track)));
      source.track = track;
      source.problem = null;
    }
  }

  #release(kind) {
    this.#sources[kind].track?.stop();
    this.#sources[kind].track = null;
  }

  async #onLost(track) {
    const source = this.#sources[track.kind];
    if (source.track !== track) {
      return;
    }
    source.track = null;
    source.problem = 'lost';
    source.chosen = '';
    await this.#refreshLists();
    // Another device of the same kind takes over by itself.
    if (this.#lists[track.kind].length > 0) {
      await this.#openOne(track.kind);
      if (source.problem === 'missing') {
        source.problem = 'lost';
      }
    }
  }

  async #onDevicesChanged() {
    await this.#refreshLists();
    for (const [kind, source] of Object.entries(this.#sources)) {
      if (['missing', 'lost'].includes(source.problem) && this.#lists[kind].length > 0) {
        await this.#openOne(kind);
      }
    }
  }

  async #refreshLists() {
    const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
    for (const [kind, { input }] of Object.entries(KINDS)) {
      this.#lists[kind] = all
        .filter((device) => device.kind === input)
        .map((device) => ({ id: device.deviceId, label: device.label }));
    }
  }

  #constraints(kinds) {
    const small = (navigator.hardwareConcurrency ?? 4) <= SMALL_MACHINE_CORES;
    const all = {
      audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      video: {
        width: { ideal: small ? 640 : 1280 },
        height: { ideal: small ? 360 : 720 },
        frameRate: { ideal: 30, max: 30 },
      },
    };
    return Object.fromEntries(
      kinds.map((kind) => {
        const { chosen } = this.#sources[kind];
        return [kind, chosen ? { ...all[kind], deviceId: { exact: chosen } } : all[kind]];
      }),
    );
  }
}

function newSource() {
  return { track: null, problem: null, on: true, chosen: '' };
}

function problemOf(error) {
  switch (error.name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'refused';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    default:
      return 'busy';
  }
}

async function permission(kind) {
  try {
    return (await navigator.permissions.query({ name: KINDS[kind].permission })).state;
  } catch {
    // This browser does not say.
    return 'unknown';
  }
}
