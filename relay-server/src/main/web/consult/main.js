import { Call } from './call.js';
import { CallScreen } from './call-screen.js';
import { Chat } from './chat.js';
import { CheckScreen } from './check-screen.js';
import { Devices } from './devices.js';
import { wireSwitches } from './device-controls.js';
import { LineScreen } from './line-screen.js';
import { Protection } from './protection.js';
import { startScreen } from './start-screen.js';
import { fillTexts, t } from './strings.js';
import { claimsOf, forget, keep, takeInvitation } from './token.js';
import { announce, byId, setText, showScreen } from './view.js';
import { WakeLock } from './wake-lock.js';

/** The way through the page: invitation, device check, call, end. */
function main() {
  fillTexts();
  window.addEventListener('hashchange', () => {
    // Another invitation was opened in this tab. A call that is going on is not ended for it.
    if (takeInvitation().token && !window.consultRelay?.room()) {
      location.reload();
    }
  });
  const { token, secret, check } = takeInvitation();
  const claims = claimsOf(token);
  if (claims && check) {
    new LineScreen(token, claims).show();
  } else if (claims) {
    consult(token, secret, claims);
  } else {
    void startScreen((given) => {
      const known = claimsOf(given.token);
      if (known && given.check) {
        keep(given);
        new LineScreen(given.token, known).show();
      } else if (known) {
        keep(given);
        consult(given.token, given.secret, known);
      }
    });
  }
}

function consult(token, invitedSecret, { name }) {
  const devices = new Devices();
  const wakeLock = new WakeLock();
  const protection = new Protection(invitedSecret);
  const chat = new Chat((text) => call?.say(text));
  let call = null;

  const leave = async () => {
    const leaving = call;
    call = null;
    wakeLock.release();
    callScreen.hide();
    chat.clear();
    devices.close();
    await leaving?.leave();
  };

  const onOwnState = (state, refusal, retryMs) => {
    if (state === 'refused') {
      void leave();
      refusedScreen(refusal);
    } else if (state === 'ended') {
      void leave();
      endScreen(refusal.kind);
    } else {
      callScreen.ownState(state, refusal, retryMs);
    }
  };

  const callScreen = new CallScreen(devices, {
    onLeave: () => {
      void leave();
      endScreen('');
    },
    onShare: () => void share(),
    onSound: () => void call?.playSound(),
  });

  const share = async () => {
    try {
      await call?.share(!call.isSharing);
    } catch (error) {
      // The user closed the browser's question, or the browser cannot.
      if (error.name !== 'NotAllowedError') {
        announce(t('call.shareFailed'));
      }
    }
  };

  const checkScreen = new CheckScreen(devices, () => {
    const secret = call ? null : protection.take();
    if (secret === null) {
      return;
    }
    call = new Call({
      token,
      secret,
      devices,
      onOwnState,
      onPeople: (people) => callScreen.people(people),
      onOwnQuality: (quality) => callScreen.ownQuality(quality),
      onSilenced: () => callScreen.silenced(),
      onSharing: (on) => callScreen.sharing(on),
      onChat: (message) => chat.add(message),
    });
    checkScreen.hide();
    callScreen.show();
    void protection.showWords(secret);
    wakeLock.hold();
    call.start();
  });

  byId('end-again').addEventListener('click', () => location.reload());
  window.addEventListener('pagehide', () => void leave());
  window.addEventListener('pageshow', (event) => {
    // Back from the browser's cache: everything here has ended, so begin afresh.
    if (event.persisted) {
      location.reload();
    }
  });
  // For tests and support: the client's room, nothing secret.
  window.consultRelay = { room: () => call?.room ?? null };

  wireSwitches(devices);
  void checkScreen.show(name);
}

function endScreen(kind) {
  byId('end-title').textContent = t(kind ? `end.${kind}` : 'end.title');
  showScreen('end');
}

function refusedScreen(refusal) {
  if (refusal.kind === 'unauthorized') {
    forget();
  }
  byId('refused-text').textContent = t(`refused.${refusal.kind}`);
  setText(byId('refused-reason'), refusal.reason ? t('refused.reason', { reason: refusal.reason }) : '');
  showScreen('refused');
}

main();
